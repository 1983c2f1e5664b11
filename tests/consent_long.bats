# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
# Persons who said thousands of things.
load helpers
load consent
bats_require_minimum_version 1.5.0

setup() {
	keyed_ledger
}

# thing NUMBER TYPE TIME [MORE MEMBERS]: of Ana, with all that a grant must have if it is one.
thing() {
	said "e$1" "$2" ana@example.com "$3" ',"src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email"'"$(
		[ "$2" != grant ] || printf ',"basis":"consent","ctype":"expressed","notice":"newsletter@7/en","method":"web_form","actor":"subject","evidence":{"form":"f7"}')${4:-}"
}

answer() {
	profile 1 ana@example.com | judge decide --purpose marketing.newsletter 2>/dev/null |
		jq -r 'select(.kind == "decision").code'
}

@test "of many refusals the last one counts, by the number of its source where it has one" {
	local i
	for i in $(seq 10 28); do thing "$i" withdraw "2026-03-01T10:00:$i"Z; done | heard 2026-03-02T00:00:00Z
	[ "$(answer)" = D_WITHDRAWN ]
	thing 40 grant 2026-03-01T10:00:28Z | heard 2026-03-02T00:01:00Z
	[ "$(answer)" = D_WITHDRAWN ]
	thing 41 grant 2026-03-01T10:00:29Z ',"sseq":7' | heard 2026-03-02T00:02:00Z
	[ "$(answer)" = P_CONSENT ]
	thing 42 deny 2026-03-01T10:00:11Z ',"sseq":8' | heard 2026-03-02T00:03:00Z
	[ "$(answer)" = D_DENIED ]
	thing 43 grant 2026-03-01T10:00:30Z | heard 2026-03-02T00:04:00Z
	[ "$(answer)" = P_CONSENT ]
}

@test "a person who said 50,000 things is judged and told within seconds" {
	local command
	{ thing N grant 2026-03-01T10:00:00Z; thing N withdraw 2026-03-01T10:00:00Z; } >two
	awk '{ split($0, a, /"eN"/); split(a[2], b, /T10:00:00Z/); head[NR % 2] = a[1]; mid[NR % 2] = b[1]; tail[NR % 2] = b[2] }
		END { for (i = 0; i < 50000; i++)
			printf "%s\"e%d\"%sT%02d:%02d:%02dZ%s\n", head[i % 2], i, mid[i % 2], i / 3600, i / 60 % 60, i % 60,
			    tail[i % 2] }' two | heard 2026-03-02T00:00:00Z
	echo '{"email":["ana@example.com"]}' >who
	for command in decide explain; do
		timeout 15 cdp-consent "$command" --purpose marketing.newsletter --controller north --as-of "$AT" \
			--max-ledger-age P900D --subject-file who >out
		grep -q P_CONSENT out
	done
	timeout 15 cdp-consent state --as-of "$AT" --max-ledger-age P900D --subject-file who >out
	[ "$(jq -c 'select(.kind == "state") | [.state, (.grants | length), (.refusals | length)]' out)" = '["granted",25000,25000]' ]
}

# thousands FIRST COUNT LINE: of such events with the numbers and times that follow each other
thousands() {
	awk -v first="$1" -v n="$2" '{ split($0, a, /"eN"/); split(a[2], b, /T10:00:00Z/); split(b[2], c, /"sseq":0/)
		for (i = first; i < first + n; i++)
			printf "%s\"e%d\"%sT%02d:%02d:%02dZ%s%s%s\n", a[1], i, b[1], i / 3600, i / 60 % 60, i % 60, c[1],
			    c[2] == "" ? "" : "\"sseq\":" i, c[2] }' <<<"$3"
}

# judged CODE [PURPOSE]: within seconds
judged() {
	timeout 8 cdp-consent decide --purpose "${2:-marketing.newsletter}" --controller north --as-of "$AT" \
		--max-ledger-age P900D --subject-file who >out
	grep -q "\"code\":\"$1\"" out
}

@test "25,000 refusals and 25,000 grants are judged within seconds, numbered, as soft opt-ins and suppressed" {
	local no soft
	echo '{"email":["ana@example.com"]}' >who
	{ thousands 0 25000 "$(thing N withdraw 2026-03-01T10:00:00Z ',"sseq":0')"
	  thousands 25000 25000 "$(thing N grant 2026-03-01T10:00:00Z ',"sseq":0')"; } | heard 2026-03-02T00:00:00Z
	judged P_CONSENT
	thing 50000 withdraw 2026-03-01T00:00:00Z ',"sseq":50000' | heard 2026-03-02T00:01:00Z
	judged D_WITHDRAWN

	rm -r state
	keyed_ledger
	{ thousands 0 25000 "$(thing N grant 2026-03-01T10:00:00Z)"
	  thousands 25000 25000 "$(thing N suppress 2026-03-01T10:00:00Z ',"cause":"complaint"')"; } | heard 2026-03-02T00:00:00Z
	judged D_SUPPRESSED

	rm -r state
	keyed_ledger '.purposes[3].basis["*"] = {type: "soft_opt_in", registered_at: "2025-11-02", registered_ref: "ropa:4"}'
	soft=$(thing N soft_opt_in 2026-03-01T10:00:00Z ',"ctype":"expressed","notice":"newsletter@7/en","method":"web_form","actor":"subject","evidence":{"sale_reference":"o1","similar_products":true,"opt_out_offered":true}')
	no=$(thing N withdraw 2026-03-01T10:00:00Z)
	{ thousands 0 25000 "$no"; thousands 25000 25000 "$soft"; } | heard 2026-03-02T00:00:00Z
	judged P_SOFT_OPT_IN
	thousands 50000 1 "$no" | heard 2026-03-02T00:01:00Z
	judged D_WITHDRAWN
	[ "$(jq -c 'select(.kind == "decision").evidence | length' out)" -eq 1 ]
}
