# SPDX-License-Identifier: Apache-2.0
# Loaded by the tests of decisions: what people said, and the persons asked about.
# shellcheck shell=bash
AT=2026-06-01T00:00:00Z

# One consent event: event ID TYPE EMAIL TIME [MORE MEMBERS]
event() {
	printf '{"kind":"consent","id":"%s","type":"%s","identifier":{"type":"email","value":"%s"},"at":"%s"%s}\n' \
		"$1" "$2" "$3" "$4" "${5:-}"
}

grant() {
	event "$1" grant "$2" "$3" ',"src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email","basis":"consent","ctype":"expressed","notice":"newsletter@7/en","method":"web_form","actor":"subject","evidence":{"form":"f7"}'
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
