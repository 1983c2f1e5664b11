#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cdp-resolve: ids over time, events, redirects.
load helpers
load resolve

# ---- the life of ids ----

id_of() {
	jq -r --arg m "$1" 'select(.kind == "profile" and (.members | index($m))).id' "${2:-out}"
}

@test "against its own output there is no event and the bytes are the same" {
	people 300 | stream > in
	resolve -o p in
	for mode in leader overlap; do
		resolve --ids $mode --previous p --events e --redirects r -o q in
		[ "$status" -eq 0 ]
		cmp p q
		[ "$(jq -c 'select(.kind == "event")' e)" = "" ]
		[ ! -s r ]
	done
}

@test "events tell what was created, grew, merged and retired" {
	life | stream > in
	resolve -o p in
	first=$(id_of a:1 p) second=$(id_of a:3 p)
	{ life; rec a:4 '"email":["x@example.com","y@example.com"]'; rec a:5 "$(mail z@example.com)"; } | stream > in
	resolve --previous p --events e --redirects r in
	[ "$(groups)" = "$(printf 'a:1 a:2 a:3 a:4\na:5')" ]
	[ "$(id_of a:3)" = "$first" ]
	some "select(.event == \"grew\" and .profile == \"$first\").records == [\"a:3\",\"a:4\"]" e
	some "select(.event == \"merged\" and .profile == \"$second\").into == [\"$first\"]" e
	some "select(.event == \"retired\" and .profile == \"$second\").redirect == [\"$first\"]" e
	some "select(.event == \"created\" and .profile == \"$(id_of a:5)\").records == [\"a:5\"]" e
	[ "$(cat r)" = "$second	$first" ]
	[ "$(figure events.merged)" -eq 1 ]
}

@test "a split tells all the parts, and redirects have no chains and only grow" {
	life | stream > in
	resolve -o p1 in
	first=$(id_of a:1 p1) second=$(id_of a:3 p1)
	{ life; rec a:4 '"email":["x@example.com","y@example.com"]'; } | stream > in
	resolve --previous p1 --redirects r -o p2 in
	{ rec a:2 "$(mail x@example.com),\"observed_at\":\"2021-01-01\""; rec a:3 "$(mail z@example.com),\"observed_at\":\"2022-01-01\""; } | stream > in
	resolve --previous p2 --redirects r --events e -o p3 in
	[ "$status" -eq 0 ]
	some "select(.event == \"split\" and .profile == \"$first\").into | length == 2" e
	grep -q "^$first	" r
	while IFS=$'\t' read -r id to; do
		for t in $to; do grep -q "\"id\":\"$t\"" p3; done
	done < r
	[ "$(id_of a:3 p3)" = "$second" ]
	refute grep -q "^$second	" r
	some "select(.event == \"created\" and .profile == \"$second\").revived == true" e
}

@test "the id of a leader that is gone leads to nobody, and stays retired" {
	life | stream > in
	resolve -o p in
	old=$(id_of a:1 p)
	life | grep -v '"a:1"' | stream > in
	resolve --previous p --events e --redirects r -o q in
	[ "$status" -eq 0 ]
	some "select(.event == \"retired\" and .profile == \"$old\").redirect == []" e
	[ "$(cat r)" = "$old	" ]
	resolve --previous q --redirects r -o p in
	[ "$status" -eq 0 ]
	[ "$(cat r)" = "$old	" ]
}

# mails ID LETTER...: a record with one address for each letter; the digit is the year it was seen.
mails() {
	local id=$1 list
	shift
	list=$(printf '"%s@example.com",' "$@")
	rec "$id" "\"email\":[${list%,}],\"observed_at\":\"201${id#*:}-01-01\""
}

@test "a redirect leads to nobody once the record of its id is erased, and what led there leads on" {
	{ mails a:1 x; mails a:2 y; mails a:3 z; } | stream > in
	resolve -o p1 in
	one=$(id_of a:1 p1) two=$(id_of a:2 p1) three=$(id_of a:3 p1)
	{ mails a:1 x; mails a:2 x; mails a:3 x; } | stream > in
	resolve --previous p1 --redirects r -o p2 in
	[ "$(sort r)" = "$(printf '%s\t%s\n' "$two" "$one" "$three" "$one" | sort)" ]
	{ mails a:1 x; mails a:3 x; } | stream > in
	resolve --previous p2 --redirects r -o p3 in
	[ "$(sort r)" = "$(printf '%s\t%s\n' "$two" "" "$three" "$one" | sort)" ]
	mails a:3 x | stream > in
	resolve --previous p3 --redirects r --events e -o p4 in
	[ "$(id_of a:3 p4)" = "$three" ]
	some "select(.event == \"retired\" and .profile == \"$one\").redirect == []" e
	[ "$(sort r)" = "$(printf '%s\t\n' "$one" "$two" | sort)" ]
	mails a:4 x | stream > in
	resolve --previous p4 --redirects r -o p5 in
	[ "$(sort r)" = "$(printf '%s\t\n' "$one" "$two" "$three" | sort)" ]
}

@test "with overlap the id of a record erased long ago leads to nobody when it retires" {
	{ mails a:1 x; mails a:2 x; mails a:3 x; mails b:1 y; mails b:2 y; mails b:3 y; } | stream > in
	resolve -o p1 in
	gone=$(id_of a:1 p1) stays=$(id_of b:1 p1)
	{ mails a:2 x; mails a:3 x; mails b:1 y; mails b:2 y; mails b:3 y; } | stream > in
	resolve --ids overlap --previous p1 --redirects r -o p2 in
	[ "$(id_of a:2 p2)" = "$gone" ]
	{ mails a:2 x y; mails a:3 x; mails b:1 y; mails b:2 y; mails b:3 y; } | stream > in
	resolve --ids overlap --previous p2 --redirects r --events e -o p3 in
	[ "$(id_of a:2 p3)" = "$stays" ]
	some "select(.event == \"merged\" and .profile == \"$gone\").into == [\"$stays\"]" e
	some "select(.event == \"retired\" and .profile == \"$gone\").redirect == []" e
	[ "$(cat r)" = "$gone	" ]
}

@test "with overlap the id of a record that went elsewhere leads on, of any generation until it is erased" {
	{ mails a:1 x; mails a:2 x; mails a:3 x; mails b:1 y; mails b:2 y; mails b:3 y; } | stream > in
	resolve -o p1 in
	first=$(id_of a:1 p1) stays=$(id_of b:1 p1)
	{ mails a:1 z; mails a:2 x; mails a:3 x; mails a:4 z; mails b:1 y; mails b:2 y; mails b:3 y; } | stream > in
	resolve --ids overlap --previous p1 --redirects r -o p2 in
	second=$(id_of a:1 p2)
	[ "$(id_of a:2 p2)" = "$first" ]
	[ "$second" != "$first" ]
	{ mails a:1 z; mails a:2 x y; mails a:3 x; mails a:4 z; mails b:1 y; mails b:2 y; mails b:3 y; } | stream > in
	resolve --ids overlap --previous p2 --redirects r --events e -o p3 in
	some "select(.event == \"retired\" and .profile == \"$first\").redirect == [\"$stays\"]" e
	{ mails a:2 x y; mails a:3 x; mails a:4 z y; mails b:1 y; mails b:2 y; mails b:3 y; } | stream > in
	resolve --ids overlap --previous p3 --redirects r --events e -o p4 in
	some "select(.event == \"retired\" and .profile == \"$second\").redirect == []" e
	[ "$(sort r)" = "$(printf '%s\t\n' "$first" "$second" | sort)" ]
}

@test "overlap keeps the id with most records when the leader leaves" {
	life | stream > in
	resolve -o p in
	old=$(id_of a:2 p)
	{ rec a:2 "$(mail x@example.com),\"observed_at\":\"2021-01-01\""; rec a:9 "$(mail x@example.com)"; } | stream > in
	resolve in
	[ "$(id_of a:2)" != "$old" ]
	resolve --ids overlap --previous p in
	[ "$status" -eq 0 ]
	[ "$(id_of a:2)" = "$old" ]
	rules '"ids":{"mode":"overlap"}'
	resolve --rules rules.json --previous p in
	[ "$(id_of a:2)" = "$old" ]
}

@test "a key makes other ids, and a bad key file is status 2 (S03)" {
	life | stream > in
	resolve in
	open=$(id_of a:1)
	printf '%064d' 7 > key
	chmod 600 key
	resolve --id-key-file key in
	[ "$status" -eq 0 ]
	[ "$(id_of a:1)" != "$open" ]
	[ "$(groups | wc -l)" -eq 2 ]
	printf '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' > zero
	chmod 600 zero
	resolve --id-key-file zero in
	[ "$status" -eq 0 ]
	chmod 644 key
	resolve --id-key-file key in
	[ "$status" -eq 2 ]
	grep -q E_KEY err
	echo short > key
	chmod 600 key
	resolve --id-key-file key in
	[ "$status" -eq 2 ]
	resolve --id-key-file none in
	[ "$status" -eq 2 ]
}

@test "previous profiles with an id or a record twice are refused, as are records for profiles" {
	rec a:1 | stream > in
	printf '{"kind":"profile","id":"p1","members":["a:1"]}\n{"kind":"profile","id":"p1","members":["a:2"]}\n' | stream > p
	resolve --previous p in
	[ "$status" -eq 3 ]
	grep -q E_PREVIOUS err
	run_split cdp-resolve diff in out
	[ "$status" -eq 3 ]
	grep -q '^cdp-resolve: in:2: E_KIND: a record where profiles belong$' err
	printf '{"kind":"profile","id":"p1","members":["a:1"]}\n{"kind":"profile","id":"p2","members":["a:1"]}\n' | stream > p
	resolve --previous p in
	[ "$status" -eq 3 ]
	echo 'no tab' > r
	rec a:1 | stream > in
	resolve -o p in
	resolve --previous p --redirects r in
	[ "$status" -eq 2 ]
	grep -q E_REDIRECTS err
	[ "$(cat r)" = 'no tab' ]
}

@test "a profile of thousands of records is read back" {
	jq -cn 'range(3000) | "\(.)" | (200 - length) * "0" + . | {kind: "record", id: "a:\(.)", source: "a", key: .,
		email: ["x@example.com"], purposes: ["identity_resolution"]}' | stream > in
	resolve -o p in
	[ "$(jq -s 'map(select(.kind == "profile").members | length)' -c p)" = "[3000]" ]
	[ "$(grep '"profile"' p | wc -c)" -gt $((1 << 20)) ]	# longer than a line from outside may be
	resolve --previous p --events e --ids overlap -o q in
	[ "$status" -eq 0 ]
	cmp p q
	run_split cdp-resolve diff p q
	[ "$status" -eq 0 ]
	run_split cdp-eval --json --truth p q
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.records, .largest_cluster, .predicted_pairs, .pair_f1]' out)" = "[3000,3000,4498500,1]" ]
}
