# SPDX-License-Identifier: Apache-2.0
# What the tests of cdp-export share: a state with a policy of several contracts, streams of
# consent made line by line, and a run whose failure leaves nothing.
# shellcheck shell=bash

NOW=2026-06-01T00:00:00Z

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	python3 - "$DATA/demo/policy.json" <<-'PY'
		import json, sys
		policy = json.load(open(sys.argv[1]))
		one = policy["destinations"][0]
		for name, change in {
		    "lines": {"layout": "ndjson"},
		    "both": {"fields": ["pseudonym", "email", "given_name", "family_name"]},
		    "both2": {"fields": ["pseudonym", "email"]},
		    "old": {"ends": "2026-05-01"},
		    "hour": {"max_decision_age": "PT1H"},
		    "wide": {"fields": ["profile_id", "email", "given_name", "family_name", "birthdate", "gender",
		        "first_seen", "last_seen", "consent.basis", "consent.valid_until"]},
		    "two": {"purposes": ["marketing.newsletter", "order_fulfilment"]}}.items():
		    policy["destinations"].append({**one, "id": name, **change})
		json.dump(policy, open("policy.json", "w"))
	PY
	cdp-consent init -q --subjects keyed --name t.example/c --new-keys --policy policy.json --as-of $NOW
	DIGEST=$(basename cdp-state/ledger/policies/*.json .json)
}

# decision VERDICT CODE ADDRESS [VALID_UNTIL [MEMBERS]]
decision() {
	local until=${4-2026-06-08T00:00:00Z}
	printf '{"id":"LFYk710khdI7-kl6nxVpFg","verdict":"%s","code":"%s","purpose":"marketing.newsletter","channel":"email","controller":"demo","address":{"field":"email","value":"%s"},"basis":["consent"]%s%s}' \
		"$1" "$2" "$3" "${until:+,\"valid_until\":\"$until\"}" "${5:+,$5}"
}

# profile ID NAME EMAILS DECISIONS
profile() {
	printf '{"kind":"profile","id":"%s","given_name":"%s","email":[%s],"decisions":[%s]}\n' "$1" "$2" "$3" "$4"
}

header() {	# [MEMBER VALUE]: replaces one
	jq -cn --arg d "$DIGEST" --arg now $NOW '{kind:"stream",schema:"cdp/1",tool:"cdp-consent",version:"0.1.0",as_of:$now,command:"filter",policy:$d,
		checkpoint:{origin:"t.example/c",size:1,root:"r"},known_at:$now,purpose:"marketing.newsletter",channel:"email",controller:"demo"}' |
		jq -c --arg k "${1-}" --arg v "${2-}" 'if $k == "" then . else .[$k] = $v end'
}

stream() {	# profile lines on stdin
	cat > lines
	header "$@"
	cat lines
	printf '{"kind":"end","in":%d,"out":%d,"rejected":0,"suppressed":0,"skipped":0,"by_kind":{"profile":%d},"ok":true,"code":0}\n' \
		"$(wc -l < lines)" "$(wc -l < lines)" "$(wc -l < lines)"
}

ana() { profile p1 Ana '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com)"; }
rui() { profile p2 Rui '"rui@example.com"' "$(decision permit P_CONSENT rui@example.com)"; }

# export_as STATUS TO [OPTIONS]: from ./in to ./list
export_as() {
	local want=$1 to=$2
	shift 2
	rm -f list list.manifest.json
	run_split cdp-export -q --to "$to" --as-of $NOW --summary sum -o list "$@" in
	[ "$status" -eq "$want" ] || { echo "status $status, not $want"; cat err; return 1; }
	case $want in
	[3456]) [ ! -e list ] && [ ! -e list.manifest.json ] ;;
	esac
}

# pinned STATUS CODE: both layouts refuse ./in in the same way
pinned() {
	local to
	for to in newsletter lines; do
		export_as "$1" "$to" || return 1
		grep -q "$2" err || { cat err; return 1; }
		! grep -q example.com err || return 1
	done
}

# counted CODE: exit 0, no row, one count, in both layouts
counted() {
	export_as 0 newsletter && [ "$(cat list)" = email,given_name ] && [ "$(jq -c .codes sum)" = "{\"$1\":1}" ] || { cat list sum err; return 1; }
	export_as 0 lines && [ ! -s list ] && [ "$(jq -c .codes sum)" = "{\"$1\":1}" ]
}
