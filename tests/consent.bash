# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# For the tests of cdp-consent: a ledger with the example policy, words for what people said and
# what happens to it, and the persons asked about. A file with another policy has its own setup.
AT=2026-06-01T00:00:00Z		# the time of every question

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	cp "$ROOT/share/examples/policy.json" policy.json
	export CDP_STATE=$PWD/state
	(umask 000 && cdp-consent init --subjects keyed --name test.example/consent --new-keys \
		--policy policy.json --as-of 2026-01-01T00:00:00Z 2>/dev/null)
	cp -a state fresh
}

# keyed_ledger [CHANGE]: an empty one in the test's own folder, under the policy of the gates, changed.
keyed_ledger() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	jq "${1:-.}" "$DATA/consent/gates/policy.json" >policy.json
	export CDP_STATE=$PWD/state
	cdp-consent init --subjects keyed --name test.example/consent --new-keys \
		--policy policy.json --as-of 2026-01-01T00:00:00Z >/dev/null 2>&1
}

# said ID TYPE EMAIL TIME [MORE MEMBERS]: one consent event.
said() {
	printf '{"kind":"consent","id":"%s","type":"%s","identifier":{"type":"email","value":"%s"},"at":"%s"%s}\n' \
		"$1" "$2" "$3" "$4" "${5:-}"
}

# event ID TYPE [MORE MEMBERS]: what Ana says about the newsletter.
event() {
	said "$1" "$2" ana@example.com 2026-03-01T10:00:00Z ',"src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email","basis":"consent","notice":"newsletter@7/de-DE","method":"web_form"'"${3:-}"
}

# grant ID EMAIL TIME: with all that a grant of the newsletter must have.
grant() {
	said "$1" grant "$2" "$3" ',"src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email","basis":"consent","ctype":"expressed","notice":"newsletter@7/en","method":"web_form","actor":"subject","evidence":{"form":"f7"}'
}

append() {
	run_split cdp-consent append --as-of 2026-03-02T00:00:00Z --max-rejects 100% "$@"
}

lines() {
	wc -l <state/ledger/seg/000000.ndjson
}

# republish CHANGE: another policy comes into force
republish() {
	jq "$1 | .effective_from=\"2026-03-03T00:00:00Z\"" policy.json >later.json
	cdp-consent publish -q --policy later.json --as-of 2026-03-03T00:00:00Z
}

ids() {
	jq -r 'select(.sid).id' state/ledger/seg/000000.ndjson | tr '\n' ' '
}

# What the ledger says, whatever the order it came in.
folded() {
	jq -Sc 'select(.sid) | del(.seq, .prev)' state/ledger/seg/000000.ndjson | sort
}

# Appends standard input, received at $1.
heard() {
	cdp-consent append --as-of "$1" >/dev/null 2>append.err
}

judge() {
	local command=$1
	shift
	[ "$command" = gate ] || set -- --controller north "$@"
	cdp-consent "$command" "$@" --as-of "$AT" --max-ledger-age P900D
}

# profile ID EMAIL [PURPOSES]
profile() {
	printf '{"kind":"profile","id":"%s","members":["shop:%s"],"given_name":"Canary%s","family_name":"Hidden","email":["%s"],"attributes":{"diet":"vegan","password":"sesame"},"first_seen":"2026-02-01T00:00:00Z","last_seen":"2026-02-01T00:00:00Z","member_purposes":{"shop:%s":[%s]},"provenance":{"given_name":{"record":"shop:%s","rule":"vote"},"family_name":{"record":"shop:%s","rule":"vote"},"email":[{"record":"shop:%s","rule":"union"}],"attributes.diet":{"record":"shop:%s"},"attributes.password":{"record":"shop:%s"}}}\n' \
		"$1" "$1" "$1" "$2" "$1" "${3-\"marketing.newsletter\"}" "$1" "$1" "$1" "$1" "$1"
}

# record KEY EMAIL [MORE MEMBERS]
record() {
	printf '{"kind":"record","id":"shop:%s","source":"shop","key":"%s","observed_at":"2026-02-01T00:00:00Z","email":["%s"],"attributes":{"diet":"vegan","password":"sesame"}%s}\n' \
		"$1" "$1" "$2" "${3:-}"
}
