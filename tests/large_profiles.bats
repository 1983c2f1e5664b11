# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
# Profiles of thousands of records: what cdp-resolve writes all tools behind it read, up to 64 MiB.
load helpers
load consent
bats_require_minimum_version 1.5.0

MOST=67108864	# bytes of the line of a profile

setup() {
	keyed_ledger '.destinations[0] += {layout: "ndjson", fields: ["email", "given_name"]}'
}

# big ID RECORDS EMAILS: a profile, each address held by every so manieth record.
big() {
	jq -cn --arg id "$1" --argjson n "$2" --argjson k "$3" '
		[range($n) | "shop:\(1000000 + .)"] as $ids | [range($k) | "u\(.)@example.com"] as $emails |
		{kind: "profile", id: $id, members: $ids, given_name: "Ana", email: $emails,
		 first_seen: "2026-02-01T00:00:00Z", last_seen: "2026-02-01T00:00:00Z",
		 member_purposes: ($ids | map({key: ., value: ["marketing.newsletter"]}) | from_entries),
		 provenance: {given_name: {record: $ids[0], records: $ids, rule: "vote"},
			email: [range($k) as $i | [range($i; $n; $k) | $ids[.]] | {record: .[0], records: ., rule: "union"}]}}'
}

# long ID BYTES: a profile whose line has so many.
long() {
	local head="{\"kind\":\"profile\",\"id\":\"$1\",\"members\":[\"shop:1\"],\"given_name\":\"" tail='"}'
	printf %s "$head"
	head -c $(($2 - ${#head} - ${#tail})) /dev/zero | tr '\0' x
	printf '%s\n' "$tail"
}

# filtered IN: to `out`, its status to $status.
filtered() {
	run_split judge filter --purpose marketing.newsletter --to mailer --rejects r --summary s "$1"
}

@test "a profile of 3,000 records and 2,000 addresses is filtered, exported, logged and explained" {
	seq 0 2 1999 | while read -r i; do grant "g$i" "u$i@example.com" 2026-03-01T10:00:00Z; done |
		heard 2026-03-02T00:00:00Z
	{ profile 1 u1@example.com; big p2 3000 2000; } >people
	filtered people
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.read, .rejected, .denied, .redacted]' s)" = "[2,0,1,1]" ]
	[ "$(jq -c 'select(.kind == "profile") | [.email, .decisions | length]' out)" = "[1000,1000]" ]
	cdp-export init -q
	cdp-export -q --to mailer --as-of "$AT" --row address -o list out
	[ "$(wc -l <list)" -eq 1000 ]
	big p2 3000 2000 >who
	cdp-export egress who --subject-file who >rows
	[ "$(wc -l <rows)" -eq 1000 ]
	for command in decide explain; do
		run_split judge "$command" --purpose marketing.newsletter --subject-file who
		[ "$status" -eq 0 ]
	done
}

@test "a profile of any number of keys is one wherever its kind stands" {
	big p2 1500 1 | jq -Sc . >people
	[ "$(head -c 12 people)" = '{"email":["u' ]
	filtered people
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.read, .denied]' s)" = "[1,1]" ]
	sed 's/"kind":"profile"/"kind":"visit"/' people >visit
	filtered visit
	[ "$status" -eq 1 ]
	[ "$(jq -r 'select(.kind == "reject").code' r)" = E_KEYS ]
}

@test "a profile of 64 MiB is read, one of a byte more is refused by itself, of all lines no other may be so long" {
	local n
	for n in $((MOST - 1)) $MOST $((MOST + 1)); do
		{ profile 1 ana@example.com; long p2 "$n"; profile 3 cy@example.com; } |
			judge filter --purpose marketing.newsletter --to mailer --summary s -o out 2>err || [ "$n" -gt $MOST ]
		if [ "$n" -gt $MOST ]; then
			[ "$(jq -c '[.read, .rejected, .denied]' s)" = "[3,1,2]" ]
			grep -q ':2: E_LINE_LONG: the profile is longer than 64 MiB' err
		else
			[ "$(jq -c '[.read, .rejected, .denied]' s)" = "[3,0,3]" ]
		fi
	done
	long p2 $((2 << 20)) | sed 's/"profile"/"visit"/' >visit
	filtered visit
	[ "$(jq -r 'select(.kind == "reject") | .code' r)" = E_LINE_LONG ]
}

@test "the limit of cdp-resolve --previous and of cdp-eval is the same" {
	: >none
	for n in $MOST $((MOST + 1)); do
		long p2 "$n" >people
		run_split cdp-resolve --mode exact --purpose identity_resolution --previous people -o p none
		[ "$status" -eq $((n > MOST ? 3 : 0)) ]
		run_split cdp-eval --truth people people
		[ "$status" -ne 0 ] || [ "$n" -eq $MOST ]
	done
	grep -q E_LINE_LONG err
}

@test "a person of 10,000 addresses is judged however many records there are, one of 10,001 is E_LIMIT" {
	local n
	for n in 9999 10000 10001; do
		big p2 10001 "$n" >people
		filtered people
		[ "$status" -eq $((n > 10000)) ]
		[ "$(jq -r 'select(.kind == "reject").code' r 2>/dev/null)" = "$([ "$n" -le 10000 ] || echo E_LIMIT)" ]
	done
}

@test "cdp-resolve says that it wrote a profile which no tool reads" {
	local n
	for n in 1000 1500; do
		jq -cn --argjson n "$n" 'range($n) | (. + 1000000 | tostring | "0" * 993 + .) as $key | {kind: "record",
			id: "s:\($key)", source: "s", key: $key, purposes: ["identity_resolution"],
			identifiers: ([range(41) | {key: "t\(.)", value: ["1"]}] | from_entries)}' >people
		run_split cdp-resolve --mode exact -o profiles people
		[ "$status" -eq 0 ]
		[ "$(grep -c '1 profiles are longer than 64 MiB: no tool reads such a line' err)" -eq $((n > 1000)) ]
	done
	run_split cdp-resolve --mode exact --previous profiles -o p people
	[ "$status" -eq 3 ]
}
