# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A ledger with the example policy, and words for what happens to it: for the tests of cdp-consent
# init, append and verify.

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	cp "$ROOT/share/examples/policy.json" policy.json
	export CDP_STATE=$PWD/state
	(umask 000 && cdp-consent init --subjects keyed --name test.example/consent --new-keys \
		--policy policy.json --as-of 2026-01-01T00:00:00Z 2>/dev/null)
	cp -a state fresh
}

# event ID TYPE [MORE MEMBERS]
event() {
	printf '{"kind":"consent","id":"%s","type":"%s","identifier":{"type":"email","value":"ana@example.com"},"at":"2026-03-01T10:00:00Z","src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email","basis":"consent","notice":"newsletter@7/de-DE","method":"web_form"%s}\n' \
		"$1" "$2" "${3:-}"
}

append() {
	run_split cdp-consent append --as-of 2026-03-02T00:00:00Z --max-rejects 100% "$@"
}

lines() {
	wc -l <state/ledger/log.ndjson
}

# republish CHANGE: another policy comes into force
republish() {
	jq "$1 | .effective_from=\"2026-03-03T00:00:00Z\"" policy.json >later.json
	cdp-consent publish -q --policy later.json --as-of 2026-03-03T00:00:00Z
}

ids() {
	jq -r 'select(.sid).id' state/ledger/log.ndjson | tr '\n' ' '
}

# What the ledger says, whatever the order it came in.
folded() {
	jq -Sc 'select(.sid) | del(.seq, .prev)' state/ledger/log.ndjson | sort
}
