# SPDX-License-Identifier: Apache-2.0
# The wall clock is wrong: F6 of consent.md 10.6, C05 and C06 of the reliability matrix. No --as-of here:
# a shim for clock_gettime shows the seconds that stand in the file `clock`.
bats_require_minimum_version 1.5.0
load helpers
load consent
load faults

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	need_shim clock
	export CLOCK=$PWD/clock CDP_STATE=$PWD/state
	jq '.effective_from="1970-01-01" | .notices[].published_at="1970-01-01" | .destinations[].ends="9999-12-31"
	    | (.purposes[].basis[].registered_at)="1970-01-01"' "$ROOT/share/examples/policy.json" >policy.json
	echo '{"email":["ana@example.com"]}' >ana.json
	said g1 grant ana@example.com 1970-01-01T00:00:00Z ',"src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email","basis":"consent","ctype":"expressed","notice":"newsletter@7/de-DE","method":"web_form","actor":"subject","evidence":{"form":"f7"}' >grant
	said w1 withdraw ana@example.com 1970-01-01T00:00:00Z >no
}

at() { date -u -d "$1" +%s >clock; }
timed() { LD_PRELOAD="$shim" "$@"; }
consent() { run_split timed cdp-consent "$@"; }
fresh_ledger() {
	rm -rf state
	[ ! -d keys ] || { mkdir -m 700 state && cp -a keys state; }
	[ -d keys ] && set -- || set -- --new-keys
	timed cdp-consent init -q --subjects keyed --name test.example/consent "$@" --policy policy.json
	[ -d keys ] || cp -a state/keys keys
}
asked=(--purpose marketing.newsletter --channel email --controller north)
said_at() { sed "s/1970-01-01T00:00:00Z/$1/; s/\"$3\"/\"$4\"/" "$2"; }

@test "C05 F6 the clock goes back by an hour or ten years between runs: order kept, a no stays, a yes waits" {
	local back
	for back in 2026-05-01T11:00:00Z 2016-05-01T12:00:00Z; do
		at 2010-01-01T00:00:00Z
		fresh_ledger
		at 2026-05-01T12:00:00Z
		consent append <(said_at 2026-05-01T10:00:00Z grant)
		[ "$status" -eq 0 ]
		consent decide "${asked[@]}" --subject-file ana.json
		[ "$(jq -r .code out)" = P_CONSENT ]
		at "$back"
		consent decide "${asked[@]}" --subject-file ana.json
		[ "$status" -eq 4 ] && [ ! -s out ] && grep -q E_CLOCK err || { echo "$status"; cat out err; return 1; }
		profile p1 ana@example.com >profiles
		consent filter "${asked[@]}" profiles
		[ "$status" -eq 4 ]
		refute grep -q '"kind":"profile"' out
		record 1 ana@example.com >records
		consent gate --purpose identity_resolution records
		[ "$status" -eq 4 ]
		refute grep -q '"kind":"record"' out
		# the order of receipt stays, and that the clock was wrong is on record with the grant that waits
		said_at 2016-01-01T00:00:00Z grant g1 g2 >late
		consent append --rejects rejects no late
		[ "$status" -eq 1 ]
		grep -q Q_CLOCK rejects
		[ "$(jq -r 'select(.sid) | .id' state/ledger/seg/000000.ndjson | tr '\n' ' ')" = "g1 w1 " ]
		jq -se 'map(.recv) | . == sort and .[-1] == .[-2]' state/ledger/seg/000000.ndjson
		at 2026-05-01T13:00:00Z
		consent decide "${asked[@]}" --subject-file ana.json
		[ "$(jq -r .code out)" != P_CONSENT ] || { cat out; return 1; }
		run -0 timed cdp-consent verify
	done
}

@test "C05 the clock goes back by less than the limit: nothing waits, receipts do not go back" {
	at 2010-01-01T00:00:00Z
	fresh_ledger
	at 2026-05-01T12:00:00Z
	consent append <(said_at 2026-05-01T10:00:00Z grant)
	at 2026-05-01T11:56:00Z
	consent append <(said_at 2026-05-01T10:00:00Z no) <(said_at 2026-05-01T10:00:00Z grant g1 g2)
	[ "$status" -eq 0 ] || { echo "$status"; cat err; return 1; }
	jq -se 'map(.recv) | . == sort' state/ledger/seg/000000.ndjson
	consent decide "${asked[@]}" --subject-file ana.json
	[ "$status" -eq 0 ]
	run -0 timed cdp-consent verify
}

@test "C05 the clock jumps in mid-run: it was read once, the same bytes" {
	local step words
	profile p1 ana@example.com >profiles
	for words in "filter ${asked[*]} profiles" "decide ${asked[*]} --subject-file ana.json" \
	    "gate --purpose identity_resolution profiles" "suppress --list list" "explain --all --subject-file ana.json" \
	    "append --receipts list no" "expire --within P30D profiles" "prove --subject-file ana.json --out-dir pack"; do
		for step in 0 -3600 315360000; do
			at 2026-05-01T12:00:00Z
			fresh_ledger
			rm -rf pack list
			consent append <(said_at 2026-05-01T10:00:00Z grant)
			export CLOCKSTEP=$step
			# shellcheck disable=SC2086
			consent $words
			unset CLOCKSTEP
			jq -c 'del(.id, .decisions)' out >told 2>/dev/null || cp out told
			{ echo "$status"; sed -E 's/"(id|root|policy|leaf|checkpoint|key|name|fingerprint)":("[^"]*"|\{[^}]*\})//g' told
			  [ ! -f list ] || wc -l <list; jq -c '[.recv, .lo, .hi]' state/ledger/seg/000000.ndjson; } >"step$step"
		done
		cmp step0 step-3600 || { echo "$words"; diff step0 step-3600; return 1; }
		cmp step0 step315360000 || { echo "$words"; diff step0 step315360000; return 1; }
	done
}

@test "C06 F6 the clock stands in 1970, 2038, 2106 or 9999: right text, no overflow, the same verdict" {
	local now zone
	for now in 1970-01-02T00:00:01Z 2038-01-19T03:14:08Z 2106-02-07T06:28:16Z 9999-12-31T23:59:58Z; do
		for zone in UTC Pacific/Apia; do
			export TZ=$zone
			at "$now"
			fresh_ledger
			consent append <(said_at "${now%T*}T00:00:00Z" grant)
			[ "$status" -eq 0 ] || { echo "$now"; cat err; return 1; }
			consent verify
			[ "$(jq -r '"\(.ok) \(.last_recv)"' out)" = "true $now" ] || { cat out; return 1; }
			jq -se 'map(select(.sid)) | all(.lo <= .hi and .hi <= .recv)' state/ledger/seg/000000.ndjson
			consent decide "${asked[@]}" --subject-file ana.json
			[ "$(jq -r '"\(.code) \(.as_of)"' out | tail -n 1 | cut -d ' ' -f 1)" = P_CONSENT ] || { cat out err; return 1; }
			[ "$(jq -r '.valid_until[0:4]' out)" -ge "${now%%-*}" ] || { cat out; return 1; }
			jq -e '.valid_until | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T")' out
			consent append <(said_at "${now%T*}T00:00:00Z" no)
			[ "$status" -eq 0 ]
			consent decide "${asked[@]}" --subject-file ana.json
			[ "$(jq -r .code out)" = D_WITHDRAWN ] || { echo "$now"; cat out; return 1; }
		done
	done
}
