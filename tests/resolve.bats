#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cdp-resolve: options, subcommands, ids over time, purposes, bad input, sameness.
load helpers

# A stream of the lines on standard input.
stream() {
	local n
	cat > body
	n=$(wc -l < body)
	printf '{"kind":"stream","schema":"cdp/1","tool":"test","version":"0"}\n'
	cat body
	printf '{"kind":"end","in":%d,"out":%d,"ok":true}\n' "$n" "$n"
}

gated() {
	stream | sed '1s/.*/{"kind":"stream","schema":"cdp\/1","tool":"cdp-consent","version":"0","command":"gate","purpose":"'"$1"'"}/'
}

# rec SOURCE:KEY [MEMBERS]: a record that may be linked; raw: one that says no purpose.
rec() {
	raw "$1" "\"purposes\":[\"identity_resolution\"]${2:+,$2}"
}

raw() {
	printf '{"kind":"record","id":"%s","source":"%s","key":"%s"%s}\n' "$1" "${1%%:*}" "${1#*:}" "${2:+,$2}"
}

mail() {
	printf '"email":["%s"]' "$1"
}

name() {
	printf '"given_name":"%s","family_name":"%s"' "$1" "$2"
}

# The members of each profile, a line each, sorted.
groups() {
	jq -r 'select(.kind == "profile").members | join(" ")' out | sort
}

# Whether some line of $2 satisfies the filter $1.
some() {
	jq -c "$1" "$2" | grep -qx true
}

figure() {
	jq -c ".$1" summary
}

resolve() {
	run_split cdp-resolve -q --summary summary "$@"
}

rules() {
	printf '{"schema":"cdp-rules/1",%s}' "$1" > rules.json
}

people() {
	awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) {
		p = i % 3 == 0 ? i - 1 : i
		printf "{\"kind\":\"record\",\"id\":\"%s:%05d\",\"source\":\"%s\",\"key\":\"%05d\",\"observed_at\":\"20%02d-01-01\",\"given_name\":\"%s\",\"family_name\":\"Costa\",\"email\":[\"p%d@example.com\"],\"birthdate\":\"19%02d-03-%02d\",\"identifiers\":{\"loyalty\":[\"L%d\"]},\"purposes\":[\"identity_resolution\"]}\n",
			i % 2 ? "crm" : "shop", i, i % 2 ? "crm" : "shop", i, 10 + i % 9, p % 2 ? "Ana" : "Rui", p, 40 + p % 50, 1 + p % 28, int(p / 7)
	} }'
}

# ---- usage ----

@test "modes, options and subcommands that come later are refused by name" {
	local what
	for what in '--mode auto' '--mode model' '--model m' '--save-model m' '--target-fdr 0.01' '--threshold 3' \
		'--review-threshold 1' '--pairs-per-record 3' '--max-lost-pairs 3' '--compare all' '--cluster average' \
		'--max-size 3' '--verdicts v' '--links l' '--min-link 3' '--review r' '--review-limit 3' '--blocks b' \
		'--households on' '--seed 1' '--tmp-dir t' '--state s' '--follow' '--report r' \
		estimate train review 'state list' 'stage one' 'explain --model m'; do
		# shellcheck disable=SC2086
		run_split cdp-resolve $what </dev/null
		[ "$status" -eq 2 ] || { echo "$what: $status"; return 1; }
		what=${what#explain }
		[ "${what%% *}" = --mode ] || what=${what%% *}
		grep -q -- "not in this version.*$what\|$what.*not in this version" err || { echo "$what"; cat err; return 1; }
	done
}

@test "an option that needs another one says which" {
	stream </dev/null > in
	for option in '--events e' '--redirects r' '--ids overlap'; do
		# shellcheck disable=SC2086
		resolve $option in
		[ "$status" -eq 2 ]
		grep -q -- '--previous' err
	done
	run_split cdp-resolve explain in
	[ "$status" -eq 2 ]
	grep -q -- '--pairs' err
}

@test "every fault of a rules file is status 2 with its path, and no record is read" {
	local text path
	while IFS=$'\t' read -r text path; do
		printf '%s' "$text" > rules.json
		run_split timeout 10 cdp-resolve --rules rules.json -o o no-such-file
		[ "$status" -eq 2 ] || { echo "$text: $status"; cat err; return 1; }
		grep -qF -- "$path" err || { echo "$text: $path"; cat err; return 1; }
		grep -q E_RULES err
		[ ! -e o ]
	done <<-'END'
	[]	$
	{}	schema
	{"schema":"cdp-rules/2"}	$.schema
	{"schema":"cdp-rules/1","no_such":1}	$.no_such
	{"schema":"cdp-rules/1","mode":"auto"}	$.mode: not in this version: mode auto
	{"schema":"cdp-rules/1","mode":"fuzzy"}	$.mode
	{"schema":"cdp-rules/1","blocking":{}}	$.blocking: not in this version
	{"schema":"cdp-rules/1","levels":"full"}	$.levels: not in this version
	{"schema":"cdp-rules/1","caps":{}}	$.caps: not in this version
	{"schema":"cdp-rules/1","household":{}}	$.household: not in this version
	{"schema":"cdp-rules/1","thresholds":{}}	$.thresholds: not in this version
	{"schema":"cdp-rules/1","model":{}}	$.model: not in this version
	{"schema":"cdp-rules/1","sources":{"a":{"prio":1}}}	$.sources.a.prio
	{"schema":"cdp-rules/1","sources":{"a":{"empty":"maybe"}}}	$.sources.a.empty
	{"schema":"cdp-rules/1","identifiers":{"a":{"limit":0}}}	$.identifiers.a.limit
	{"schema":"cdp-rules/1","identifiers":{"a":{"exclusive":true,"limit":2}}}	$.identifiers.a
	{"schema":"cdp-rules/1","identifiers":{"a":{"check":"cpf"}}}	not in this version: check
	{"schema":"cdp-rules/1","fields":{"shoe":{"match":false}}}	$.fields.shoe: unknown field
	{"schema":"cdp-rules/1","fields":{"email":{"type":"string"}}}	$.fields.email: not in this version
	{"schema":"cdp-rules/1","ignore":["shoe"]}	$.ignore[0]: unknown field
	{"schema":"cdp-rules/1","never_match":[3]}	$.never_match[0]: not a text
	{"schema":"cdp-rules/1","field_purposes":{"birthdate":[]}}	$.field_purposes.birthdate
	{"schema":"cdp-rules/1","joins":[]}	$.joins
	{"schema":"cdp-rules/1","joins":[{"any":["id.a"]}]}	$.joins[0].any
	{"schema":"cdp-rules/1","joins":[{"all":["email.raw"]}]}	$.joins[0].all[0]: unknown atom
	{"schema":"cdp-rules/1","joins":[{"all":["given.compatible"]}]}	$.joins[0]: given.compatible alone
	{"schema":"cdp-rules/1","joins":[{"all":["id.a","id.b"]}]}	$.joins[0].all[1]: a second identifier
	{"schema":"cdp-rules/1","joins":[{"all":["id.a"],"force":true}]}	$.joins[0]: not in this version: force
	{"schema":"cdp-rules/1","never_match":["email"],"joins":[{"all":["email.canon"]}]}	$.joins[0].all[0]: the field is not used
	{"schema":"cdp-rules/1","clusters":{"max_size":3}}	$.clusters: not in this version
	{"schema":"cdp-rules/1","clusters":{"limits":"few"}}	$.clusters.limits
	{"schema":"cdp-rules/1","generic":{"email_cap":0}}	$.generic.email_cap
	{"schema":"cdp-rules/1","ids":{"mode":"random"}}	$.ids.mode
	{"schema":"cdp-rules/1","survivorship":{"given_name":["newest"]}}	$.survivorship.given_name[0]: unknown strategy
	{"schema":"cdp-rules/1","survivorship":{"given_name":[]}}	$.survivorship.given_name: an empty chain
	{"schema":"cdp-rules/1","survivorship":{"given_name":{"union":3}}}	$.survivorship.given_name: union is for lists
	{"schema":"cdp-rules/1","survivorship":{"given_name":{"group":"family_name"}}}	grouped
	{"schema":"cdp-rules/1","survivorship":{"family_name":{"group":"family_name"}}}	circle
	{"schema":"cdp-rules/1","survivorship":{"purposes":["vote"]}}	$.survivorship.purposes
	{"schema":"cdp-rules/1","survivorship":{"trust":{"a":{"max":100,"min":200}}}}	$.survivorship.trust.a
	{"schema":"cdp-rules/1","pinned":[{"record":"a:1"}]}	$.pinned[0]
	{"schema":"cdp-rules/1","sources":{"a":{"priority":0.5}}}	$.sources.a.priority
	END
}

@test "a second fault of the rules is told too" {
	rules '"no_such":1,"ignore":["shoe"]'
	run_split cdp-resolve --rules rules.json </dev/null
	grep -qF '$.no_such' err
	grep -qF '$.ignore[0]' err
}

# ---- purposes ----

@test "no record with a purpose ends with 4 and names the three ways to declare one" {
	raw a:1 "$(mail x@example.com)" | stream > in
	run_split cdp-resolve -o o in
	[ "$status" -eq 4 ]
	grep -q E_NO_PURPOSE err
	grep -q 'source.purposes' err
	grep -q -- 'cdp-ingest --purposes' err
	grep -q -- '--assume-purpose identity_resolution' err
	[ ! -e o ]
}

@test "an assumed purpose joins records that say none, and is counted" {
	{ raw a:1 "$(mail x@example.com)"; raw a:2 "$(mail x@example.com)"; } | stream > in
	resolve --assume-purpose identity_resolution in
	[ "$status" -eq 0 ]
	[ "$(groups)" = "a:1 a:2" ]
	[ "$(figure assumed_purpose)" -eq 2 ]
	resolve --assume-purpose other in
	[ "$status" -eq 0 ]
	[ "$(groups | wc -l)" -eq 2 ]
}

@test "a record without the linking purpose is a profile of its own, counted, with a notice" {
	{
		rec a:1 "$(mail x@example.com)"
		rec a:2 "$(mail x@example.com)"
		raw a:3 "$(mail x@example.com)"
		raw a:4 "$(mail x@example.com),\"purposes\":[\"order_fulfilment\"]"
	} | stream > in
	run_split cdp-resolve --summary summary in
	[ "$status" -eq 0 ]
	[ "$(groups)" = "$(printf 'a:1 a:2\na:3\na:4')" ]
	[ "$(figure unlinked_by_purpose)" -eq 2 ]
	grep -q '2 records lack the linking purpose' err
}

@test "records that are not linked change no other profile and no id" {
	people 40 | stream > in
	{ people 40; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		raw "z:$i" "$(mail p1@example.com),$(name Ana Costa),\"identifiers\":{\"loyalty\":[\"L0\",\"L1\"]},\"birthdate\":\"1941-03-02\",\"observed_at\":\"2000-01-01\",\"purposes\":[]"
	done; } | stream > more
	resolve in
	grep '"kind":"profile"' out > without
	resolve more
	[ "$status" -eq 0 ]
	[ "$(figure unlinked_by_purpose)" -eq 12 ]
	grep '"kind":"profile"' out | grep -v '"members":\["z:' | cmp - without
}

@test "--require-gate takes a gated stream and ends with 4 on any other" {
	rec a:1 | gated identity_resolution > in
	resolve --require-gate in
	[ "$status" -eq 0 ]
	[ "$(figure gated)" = true ]
	rec a:2 | stream > plain
	run_split cdp-resolve --require-gate -o o plain
	[ "$status" -eq 4 ]
	grep -q E_NO_GATE err
	[ ! -e o ]
	run_split cdp-resolve --require-gate in plain
	[ "$status" -eq 4 ]
	rules '"require_gate":true'
	run_split cdp-resolve --rules rules.json plain
	[ "$status" -eq 4 ]
	run_split cdp-resolve plain
	[ "$status" -eq 0 ]
	grep -q 'did not come through cdp-consent gate' err
}

@test "the gate names the linking purpose, and another one is status 2" {
	raw a:1 '"purposes":["compliance"]' | gated compliance > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(figure purpose)" = '"compliance"' ]
	[ "$(head -1 out | jq -c '[.purpose, .gated]')" = '["compliance",true]' ]
	[ "$(figure unlinked_by_purpose)" -eq 0 ]
	resolve --purpose identity_resolution in
	[ "$status" -eq 2 ]
	grep -q E_PURPOSE err
	rec b:1 | gated identity_resolution > other
	resolve in other
	[ "$status" -eq 2 ]
	grep -q E_PURPOSE err
}

@test "a decision of the gate permits a record; without a gate it says nothing" {
	{
		rec a:1 "$(mail x@example.com)"
		raw a:2 "$(mail x@example.com)"',"purposes":["order_fulfilment"],"decisions":[{"id":"0123456789abcdef012345","verdict":"permit","code":"X","purpose":"identity_resolution","channel":"internal","controller":"north"}]'
		raw a:3 "$(mail x@example.com)"',"purposes":[],"decisions":[{"id":"0123456789abcdef012345","verdict":"deny","code":"X","purpose":"identity_resolution","channel":"internal","controller":"north"}]'
	} > lines
	stream < lines > plain
	resolve plain
	[ "$status" -eq 0 ]
	[ "$(groups)" = "$(printf 'a:1\na:2\na:3')" ]
	gated identity_resolution < lines > in
	resolve in
	[ "$(groups)" = "$(printf 'a:1 a:2\na:3')" ]
}

@test "a profile has the purposes that all members have" {
	{
		raw a:1 "$(mail x@example.com),\"purposes\":[\"identity_resolution\",\"order_fulfilment\"]"
		rec a:2 "$(mail x@example.com)"
	} | stream > in
	resolve in
	[ "$(jq -c 'select(.kind == "profile").purposes' out)" = '["identity_resolution"]' ]
	[ "$(jq -c 'select(.kind == "profile").member_purposes."a:1"' out)" = '["identity_resolution","order_fulfilment"]' ]
}

@test "values with tags that forbid it are never matched, but survive" {
	local tag
	for tag in special_health third_party free_text precise_location shared_device; do
		{
			rec a:1 '"identifiers":{"device":["D1"]},"tags":{"identifiers.device":["'$tag'"]}'
			rec a:2 '"identifiers":{"device":["D1"]}'
			rec a:3 "$(mail x@example.com),\"tags\":{\"email.0\":[\"$tag\"]}"
			rec a:4 "$(mail x@example.com)"
		} | stream > in
		resolve in
		[ "$status" -eq 0 ]
		[ "$(groups | wc -l)" -eq 4 ] || { echo "$tag"; groups; return 1; }
		some 'select(.id and .members == ["a:3"]).email == ["x@example.com"]' out
	done
}

@test "never_match, ignore, match false and field_purposes keep a field out of matching" {
	{ rec a:1 "$(mail x@example.com)"; rec a:2 "$(mail x@example.com)"; } | stream > in
	local rule
	for rule in '"never_match":["email"]' '"ignore":["email"]' '"fields":{"email":{"match":false}}' \
		'"field_purposes":{"email":["age_check"]}'; do
		rules "$rule"
		resolve --rules rules.json in
		[ "$status" -eq 0 ] || { cat err; return 1; }
		[ "$(groups | wc -l)" -eq 2 ] || { echo "$rule"; return 1; }
	done
	rules '"field_purposes":{"email":["identity_resolution"]}'
	resolve --rules rules.json in
	[ "$(groups | wc -l)" -eq 1 ]
}

# ---- bad and small input ----

@test "no record, one record and two that match are valid streams" {
	stream </dev/null > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(tail -1 out | jq -c '[.in, .out, .ok]')" = '[0,0,true]' ]
	rec a:1 "$(mail x@example.com)" | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(figure singletons)" -eq 1 ]
	{ rec a:1 "$(mail x@example.com)"; rec b:1 "$(mail x@example.com)"; } | stream > in
	resolve in
	[ "$(groups)" = "a:1 b:1" ]
}

@test "records without any value are singletons" {
	for i in 1 2 3 4 5; do rec "a:$i" '"given_name":null'; done | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(figure singletons)" -eq 5 ]
}

@test "of records with one id the later stays, then the larger line" {
	{
		rec a:1 "$(name Ana Old),\"observed_at\":\"2020-01-01\""
		rec a:1 "$(name Ana New),\"observed_at\":\"2024-01-01\""
		rec a:2 "$(name Rui A)"
		rec a:2 "$(name Rui B)"
		rec a:3 "$(name Eva C)"
		rec a:3 "$(name Eva C)"
	} | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(figure superseded)" -eq 2 ]
	[ "$(figure repeated)" -eq 1 ]
	[ "$(figure records)" -eq 3 ]
	[ "$(figure read)" -eq 6 ]
	[ "$(jq -r 'select(.kind == "profile").family_name' out | sort | tr '\n' ' ')" = "B C New " ]
}

@test "bad records are refused with their code, and the rest is resolved" {
	{
		rec a:1 "$(mail x@example.com)"
		printf '{"kind":"record","source":"a","key":"2"}\n'
		rec nocolon
		rec a:3 '"email":"x@example.com"'
		rec a:4 '"given_name":["Ana"]'
		rec a:5 "\"email\":[$(seq -s, 1 65 | sed 's/[0-9]*/"m&@example.com"/g')]"
		printf '{"kind":"profile","id":"p1","members":["a:9"]}\n'
		rec a:6 "$(mail x@example.com)"
	} | stream > in
	resolve --rejects r in
	[ "$status" -eq 1 ] || { echo "$status"; cat err; return 1; }
	[ "$(groups)" = "a:1 a:6" ]
	[ "$(jq -r 'select(.kind == "reject").code' r | tr '\n' ' ')" = "E_ID E_ID E_TYPE E_TYPE E_LIST_LONG E_KIND " ]
	[ "$(figure rejected)" -eq 6 ]
	resolve --max-rejects 6 in
	[ "$status" -eq 0 ]
	resolve --strict -o o in
	[ "$status" -eq 1 ]
	[ ! -e o ]
}

@test "an observed_at in the future is taken" {
	rec a:1 '"observed_at":"2999-01-01"' | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(jq -r 'select(.kind == "profile").last_seen' out)" = 2999-01-01 ]
}

@test "input without its end, or with an end that is not ok, gives 3 and no file" {
	rec a:1 | stream > whole
	sed '$d' whole > in
	echo old > o
	run_split cdp-resolve -o o --summary s --conflicts c --generic g in
	[ "$status" -eq 3 ]
	sed '$s/true/false/' whole > in
	run_split cdp-resolve -o o --summary s --conflicts c --generic g in
	[ "$status" -eq 3 ]
	[ "$(cat o)" = old ]
	[ ! -e s ] && [ ! -e c ] && [ ! -e g ]
}

@test "no value of a person is in any message or report" {
	people 60 | sed 's/Costa/Canaryname/; s/@example.com/@canary.example/' | stream > in
	run_split cdp-resolve -v --summary s --conflicts c --generic g in
	[ "$status" -eq 0 ]
	! grep -il canary err s c g
	printf 'crm:00001 crm:00003\n' > pairs
	run_split cdp-resolve explain --pairs pairs in
	! grep -i canary out err
}

# ---- generic values ----

@test "a value on 30 % of the records is generic and joins nobody" {
	for i in $(seq 1 100); do
		rec "a:$i" "$(name "Name$i" "Fam$i")$([ "$i" -gt 30 ] || printf ',%s' "$(mail front@example.com),\"phone_number\":[\"+35121000$((i % 2))00\"],\"identifiers\":{\"loyalty\":[\"SHOP9\"]}")"
	done | stream > in
	resolve --generic generic in
	[ "$status" -eq 0 ]
	[ "$(figure profiles)" -eq 100 ]
	grep -q '^email	30	30	holders	null$' generic
	grep -q '^identifiers.loyalty	30	30	holders	null$' generic
	[ "$(head -1 generic)" = 'field	holders	people	reason	action' ]
	! grep -q front@ generic
	resolve --generic generic --show-values in
	grep -q 'holders	null	front@example.com$' generic
}

@test "the rules allow and deny generic values, and cap their holders" {
	{ rec a:1 "$(mail info@shop.example)"; rec a:2 "$(mail info@shop.example)"
	rec a:3 "$(mail x@shop.example)"; rec a:4 "$(mail x@shop.example)"; } | stream > in
	resolve in
	[ "$(groups)" = "$(printf 'a:1\na:2\na:3 a:4')" ]
	echo info@shop.example > ok.txt
	echo x@shop.example > bad.txt
	rules '"generic":{"allow_file":"ok.txt","deny_file":"bad.txt"}'
	resolve --rules rules.json in
	[ "$(groups)" = "$(printf 'a:1 a:2\na:3\na:4')" ]
	rules '"generic":{"allow_file":"none.txt"}'
	resolve --rules rules.json in
	[ "$status" -eq 2 ]
	{ rec a:1 "$(mail x@shop.example),$(name A One)"; rec a:2 "$(mail x@shop.example),$(name A Two)"
	rec a:3 "$(mail x@shop.example),$(name A Three)"; } | stream > in
	rules '"generic":{"email_cap":2}'
	resolve --rules rules.json in
	[ "$(groups | wc -l)" -eq 3 ]
}

@test "an identifier that few records of one person share is not generic, one of three persons is" {
	{
		for i in 1 2 3; do rec "a:$i" "$(name Ana Souza),\"birthdate\":\"1988-02-11\",\"identifiers\":{\"br_cpf\":[\"52998224725\"]}"; done
		rec a:4 "$(name Ana Lima),\"birthdate\":\"1988-02-11\",\"identifiers\":{\"br_cpf\":[\"52998224725\"]}"
		for i in $(seq 10 29); do rec "c:$i" "\"identifiers\":{\"br_cpf\":[\"700000000$i\"]}"; done
		rec b:1 "$(name Rui Reis),\"birthdate\":\"1950-02-11\",\"identifiers\":{\"br_cpf\":[\"11144477735\"]}"
		rec b:2 "$(name Eva Paz),\"birthdate\":\"1961-07-01\",\"identifiers\":{\"br_cpf\":[\"11144477735\"]}"
		rec b:3 "$(name Ida Melo),\"birthdate\":\"1972-11-21\",\"identifiers\":{\"br_cpf\":[\"11144477735\"]}"
	} | stream > in
	resolve --generic g in
	[ "$(groups | grep -v '^c')" = "$(printf 'a:1 a:2 a:3 a:4\nb:1\nb:2\nb:3')" ]
	[ "$(tail -n +2 g)" = 'identifiers.br_cpf	3	3	holders	null' ]
}

# ---- what is joined and what is not ----

@test "father and son with one card and one name stay apart by their birth dates" {
	{
		for i in 1 2 3 4 5 6 7 8 9; do
			rec "a:${i}f" "$(name Rui "Silva$i"),\"birthdate\":\"195$i-03-0$i\",\"identifiers\":{\"loyalty\":[\"L$i\"]}"
			rec "b:${i}s" "$(name Rui "Silva$i"),\"birthdate\":\"198$((i - 1))-1$((i % 3))-2$((9 - i))\",\"identifiers\":{\"loyalty\":[\"L$i\"]}"
		done
	} | stream > in
	resolve --conflicts c in
	[ "$status" -eq 0 ]
	[ "$(figure profiles)" -eq 18 ]
	[ "$(figure refused.birthdate)" -eq 9 ]
	[ "$(grep -c '^-	id	refused_birthdate	2	a:' c)" -eq 9 ]
}

@test "an identifier that the data show to be personal outweighs a birth date that differs" {
	{
		for i in $(seq 10 39); do
			rec "a:$i" "$(name Eva "Lima$i"),\"birthdate\":\"19$i-03-12\",\"identifiers\":{\"patient\":[\"P$i\"]}"
			rec "b:$i" "$(name Eva "Lima$i"),\"birthdate\":\"19$i-03-12\",\"identifiers\":{\"patient\":[\"P$i\"]}"
		done
		rec a:x "$(name Ana Reis),\"birthdate\":\"1950-01-02\",\"identifiers\":{\"patient\":[\"X\"]}"
		rec b:x "$(name Ana Reis),\"birthdate\":\"1983-12-27\",\"identifiers\":{\"patient\":[\"X\"]}"
		rec a:y "$(name Ana Reis),\"birthdate\":\"1950-01-02\",\"identifiers\":{\"patient\":[\"Y\"]}"
		rec b:y "$(name Rui Paz),\"birthdate\":\"1983-12-27\",\"identifiers\":{\"patient\":[\"Y\"]}"
	} | stream > in
	resolve in
	[ "$status" -eq 0 ]
	groups | grep -qx 'a:x b:x'
	groups | grep -qx 'a:y'
	groups | grep -qx 'b:y'
	[ "$(figure profiles)" -eq 33 ]
}

@test "two records with typos in the birth date and one identifier are one person" {
	{
		rec a:1 "$(name Ana Souza),\"birthdate\":\"1988-02-11\",\"identifiers\":{\"loyalty\":[\"L1\"]}"
		rec a:2 "$(name Ana Souza),\"birthdate\":\"1988-02-17\",\"identifiers\":{\"loyalty\":[\"L1\"]}"
		rec a:3 "$(name Ana Souza),\"birthdate\":\"1988-11-02\",\"identifiers\":{\"loyalty\":[\"L1\"]}"
		rec a:4 "$(name Ana Souza),\"birthdate\":\"1898-02-11\",\"identifiers\":{\"loyalty\":[\"L1\"]}"
	} | stream > in
	resolve in
	[ "$(groups)" = "a:1 a:2 a:3 a:4" ]
}

@test "two values of an exclusive identifier are two persons, unless one slip apart" {
	{
		rec a:1 "$(mail x@example.com),\"identifiers\":{\"tax\":[\"111222333\"]}"
		rec a:2 "$(mail x@example.com),\"identifiers\":{\"tax\":[\"111222343\"]}"
		rec a:3 "$(mail x@example.com),\"identifiers\":{\"tax\":[\"987654321\"]}"
	} | stream > in
	rules '"identifiers":{"tax":{"exclusive":true}}'
	resolve --rules rules.json --conflicts c in
	[ "$(groups)" = "$(printf 'a:1 a:2\na:3')" ]
	[ "$(figure refused.exclusive)" -ge 1 ]
	grep -q '	refused_exclusive	2	a:1 a:3$' c
	grep -q '	identifiers.tax\|	tax	exclusive	2	a:1 a:2' c
}

@test "a clean source has one record in a profile" {
	{ rec crm:1 "$(mail x@example.com)"; rec crm:2 "$(mail x@example.com)"; rec shop:1 "$(mail x@example.com)"; } | stream > in
	rules '"sources":{"crm":{"clean":true}}'
	resolve --rules rules.json in
	[ "$(groups)" = "$(printf 'crm:1 shop:1\ncrm:2')" ]
	[ "$(figure refused.clean_source)" -ge 1 ]
}

@test "an initial does not bridge two persons with one mailbox" {
	{ rec a:1 "$(mail x@example.com),$(name Ana Reis)"; rec a:2 "$(mail x@example.com),$(name A Reis)"
	rec a:3 "$(mail x@example.com),$(name Alba Reis)"; } | stream > in
	resolve in
	[ "$(groups | wc -l)" -eq 3 ]
	{ rec a:1 "$(mail x@example.com),$(name Ana Reis)"; rec a:2 "$(mail x@example.com),$(name A Reis)"
	rec a:3 "$(mail x@example.com),$(name Rui Reis)"; } | stream > in
	resolve in
	[ "$(groups)" = "$(printf 'a:1 a:2\na:3')" ]
}

@test "the rules say which identifiers join, in which order, and how many a person has" {
	{
		rec a:1 '"identifiers":{"card":["C100001"],"seat":["S1"]}'
		rec a:2 '"identifiers":{"card":["C100001","C200002"],"seat":["S2"]}'
		rec a:3 '"identifiers":{"card":["C200002"],"seat":["S1"]}'
	} | stream > in
	resolve in
	[ "$(groups)" = "a:1 a:2 a:3" ]
	rules '"identifiers":{"card":{"key":false},"seat":{"limit":1}}'
	resolve --rules rules.json in
	[ "$(groups)" = "$(printf 'a:1 a:3\na:2')" ]
	rules '"identifiers":{"card":{"match":false}}'
	resolve --rules rules.json in
	[ "$(groups)" = "$(printf 'a:1 a:3\na:2')" ]
	rules '"identifiers":{"card":{"priority":1},"seat":{"priority":2,"limit":1}}'
	resolve --rules rules.json in
	[ "$(groups)" = "$(printf 'a:1 a:3\na:2')" ]
	[ "$(figure refused.limit)" -ge 1 ]
	rules '"joins":[{"all":["id.seat"]}]'
	resolve --rules rules.json in
	[ "$(groups)" = "$(printf 'a:1 a:3\na:2')" ]
	[ "$(figure 'rules[0].rule')" = '"id.seat"' ]
}

@test "the limit of a segment is five values of each identifier" {
	for i in 1 2 3 4 5 6 7; do rec "a:$i" "$(mail x@example.com),\"identifiers\":{\"device\":[\"D$i\"]}"; done | stream > in
	resolve in
	[ "$(figure profiles)" -eq 1 ]
	rules '"clusters":{"limits":"segment"}'
	resolve --rules rules.json in
	[ "$(figure profiles)" -eq 2 ]
	[ "$(figure largest)" -eq 5 ]
}

@test "one record gives way where three agree, unless the rules forbid it" {
	{
		for i in 1 2 3; do rec "a:$i" "$(mail x@example.com),\"identifiers\":{\"br_cpf\":[\"52998224725\"]}"; done
		rec a:4 "$(mail x@example.com),\"identifiers\":{\"br_cpf\":[\"11144477735\"]}"
	} | stream > in
	resolve --conflicts c in
	[ "$(groups)" = "a:1 a:2 a:3 a:4" ]
	[ "$(figure demoted)" -eq 1 ]
	grep -q '	exclusive	2	' c
	rules '"clusters":{"soft_exclusive":false}'
	resolve --rules rules.json in
	[ "$(groups)" = "$(printf 'a:1 a:2 a:3\na:4')" ]
}

# ---- the life of ids ----

life() {
	rec a:1 "$(mail x@example.com),\"observed_at\":\"2020-01-01\""
	rec a:2 "$(mail x@example.com),\"observed_at\":\"2021-01-01\""
	rec a:3 "$(mail y@example.com),\"observed_at\":\"2022-01-01\""
}

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
	! grep -q "^$second	" r
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

@test "a key makes other ids, and a bad key file is status 2" {
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

@test "previous profiles with an id or a record twice are refused" {
	rec a:1 | stream > in
	printf '{"kind":"profile","id":"p1","members":["a:1"]}\n{"kind":"profile","id":"p1","members":["a:2"]}\n' | stream > p
	resolve --previous p in
	[ "$status" -eq 3 ]
	grep -q E_PREVIOUS err
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

# ---- explain and diff ----

@test "explain says tie, path, refusal, no key, purpose and unknown" {
	{
		rec a:1 '"email":["x@example.com"],"identifiers":{"br_cpf":["52998224725"]}'
		rec a:2 '"email":["x@example.com","y@example.com"]'
		rec a:3 '"email":["y@example.com"]'
		rec a:4 '"email":["x@example.com"],"identifiers":{"br_cpf":["11144477735"]}'
		rec a:5
		raw a:6 "$(mail x@example.com),\"purposes\":[]"
	} | stream > in
	printf 'a:1 a:3\r\n\na:1\ta:4\na:1 a:5\na:1 a:6\na:1 a:7\n' > pairs
	run_split cdp-resolve explain -q --pairs pairs in
	[ "$status" -eq 0 ]
	grep -q '^a:1 a:3  one profile  p' out
	grep -q '^  tie      a:1 = a:2  email.canon+given.compatible$' out
	grep -q '^  tie      a:2 = a:3  email.canon+given.compatible$' out
	grep -q '^a:1 a:4  two profiles  p[^ ]* p' out
	grep -q '^  refused  exclusive  email.canon+given.compatible  a:1 a:4$' out
	grep -q '^  shared   no key$' out
	grep -q '^  unlinked a:6  was not collected' out
	grep -q '^a:1 a:7  unknown record$' out
	cdp-resolve explain -q --pairs - in < pairs | cmp - out
	echo one > pairs
	run_split cdp-resolve explain --pairs pairs in
	[ "$status" -eq 2 ]
	grep -q E_PAIRS err
}

@test "diff counts, and its limits give status 1" {
	life | stream > in
	resolve -o p in
	{ life; rec a:4 '"email":["x@example.com","y@example.com"]'; } | stream > in
	resolve -o q in
	run_split cdp-resolve diff p q
	[ "$status" -eq 0 ]
	[ "$(tr '\t\n' '= ' < out)" = "old_profiles=2 new_profiles=1 old_records=3 new_records=4 same=0 changed=0 created=0 retired=1 merged=2 split=0 moved=1 added=1 removed=0 " ]
	run_split cdp-resolve diff --max-merged 1 p q
	[ "$status" -eq 1 ]
	run_split cdp-resolve diff --max-merged 2 --max-moved 34% --max-split 0 p q
	[ "$status" -eq 0 ]
	run_split cdp-resolve diff --max-moved 33% p q
	[ "$status" -eq 1 ]
	run_split cdp-resolve diff --max-split 0 q p
	[ "$status" -eq 1 ]
	grep -q '^split	1$' out
	run_split cdp-resolve diff --max-split 100% q p
	[ "$status" -eq 0 ]
}

# ---- survivorship ----

chosen() {
	jq -r "select(.kind == \"profile\") | $1" out
}

@test "each strategy takes the value it says" {
	local rule want path
	{
		rec crm:1 "$(mail x@example.com),\"observed_at\":\"2020-01-01\",\"attributes\":{\"n\":\"10\",\"b\":true,\"s\":\"blue\"}"
		rec shop:1 "$(mail x@example.com),\"observed_at\":\"2022-01-01\",\"attributes\":{\"n\":\"9.5\",\"b\":false,\"s\":\"light blue\"}"
		rec web:1 "$(mail x@example.com),\"observed_at\":\"2021-01-01\",\"attributes\":{\"n\":\"9.5\",\"b\":false,\"s\":\"blue\"}"
	} | stream > in
	while read -r path rule want; do
		rules '"sources":{"web":{"priority":1},"crm":{"priority":2}},"survivorship":{"attributes.'"$path\":[\"$rule\"],\"trust\":{\"crm\":{\"max\":900,\"min\":800,\"days\":1000}}}"
		resolve --rules rules.json in
		[ "$status" -eq 0 ] || { cat err; return 1; }
		[ "$(chosen ".attributes.$path" | tr ' ' _)" = "$want" ] || { echo "$path $rule: $(chosen ".attributes.$path")"; return 1; }
		[ "$rule" = sum ] || [ "$(chosen ".provenance.\"attributes.$path\".rule")" = "$rule" ]
	done <<-'END'
	n recency 9.5
	n oldest 10
	n min 9.5
	n max 10
	n sum 29
	n frequency 9.5
	n trust 10
	n source_priority 9.5
	b any true
	b all false
	s longest light_blue
	s completeness light_blue
	s frequency blue
	s vote blue
	s medoid blue
	s record light_blue
	END
}

@test "given and family name come from one record unless the rules part them" {
	{
		rec a:1 "$(mail x@example.com),$(name Ana Souza),\"observed_at\":\"2020-01-01\""
		rec b:1 "$(mail x@example.com),$(name Ana "Souza Lima"),\"observed_at\":\"2021-01-01\""
	} | stream > in
	resolve in
	[ "$(chosen .provenance.given_name.record)" = "$(chosen .provenance.family_name.record)" ]
	rules '"survivorship":{"given_name":["oldest"],"family_name":["longest"]}'
	resolve --rules rules.json in
	[ "$(chosen .family_name)" = "Souza Lima" ]
	[ "$(chosen .provenance.family_name.record)" = b:1 ]
}

@test "a pinned value stays until its date" {
	rec a:1 "$(name Ana Souza)" | stream > in
	rules '"survivorship":{"family_name":["pinned","vote"]},"pinned":[{"record":"a:1","field":"family_name","value":"Lima","until":"2026-01-01"}]'
	resolve --rules rules.json --as-of 2025-06-01 in
	[ "$(chosen .family_name)" = Lima ]
	[ "$(chosen .provenance.family_name.rule)" = pinned ]
	resolve --rules rules.json --as-of 2026-06-01 in
	[ "$(chosen .family_name)" = Souza ]
}

@test "an empty value erases older ones of its source only where the rules say so" {
	{
		rec a:1 "$(mail x@example.com),\"birthdate\":\"1988-02-11\",\"observed_at\":\"2020-01-01\""
		rec a:2 "$(mail x@example.com),\"birthdate\":null,\"observed_at\":\"2022-01-01\""
	} | stream > in
	resolve in
	[ "$(chosen .birthdate)" = 1988-02-11 ]
	rules '"sources":{"a":{"empty":"erase"}}'
	resolve --rules rules.json in
	[ "$(chosen .birthdate)" = null ]
}

@test "contradictions inside profiles are reported without values" {
	{
		rec a:1 "$(mail x@example.com),\"gender\":\"male\",\"birthdate\":\"1988-02-11\""
		rec b:1 "$(mail x@example.com),\"gender\":\"female\",\"birthdate\":\"1988-02-12\""
	} | stream > in
	resolve --conflicts c in
	[ "$(head -1 c)" = 'profile	field	class	distinct	records' ]
	grep -q '^p[^	]*	gender	gender	2	a:1 b:1$' c
	[ "$(figure conflicts.gender)" -eq 1 ]
	! grep -q female c
	resolve --conflicts c --show-values in
	grep -q 'female' c
}

# ---- figures and sameness ----

@test "the figures of the summary add up" {
	{ people 500; raw z:1; people 3; } | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(figure read)" -eq 504 ]
	jq -e '.records + .superseded + .repeated == .read' summary
	jq -e '.profiles + .ties == .records' summary
	jq -e '(.sizes | add) == .profiles and .sizes[0] == .singletons' summary
	jq -e '([.rules[].ties] | add) == .ties' summary
	[ "$(jq -r 'select(.kind == "profile").members[]' out | wc -l)" -eq "$(figure records)" ]
	[ "$(jq -r 'select(.kind == "profile").members[]' out | sort | uniq -d | wc -l)" -eq 0 ]
	[ "$(jq -r 'select(.kind == "profile").members | length' out | sort -n | tail -1)" -eq "$(figure largest)" ]
	[ "$(tail -1 out | jq .by_kind.profile)" -eq "$(figure profiles)" ]
}

@test "threads, order of records and files give the same bytes" {
	people 4000 > all
	head -1900 all | stream > one
	tail -n +1901 all | stream > two
	stream < all > in
	cdp-resolve -q --threads 1 --conflicts c1 --generic g1 -o p1 in
	for t in 2 3 8; do
		sort -R --random-source=<(yes $t) all | stream > in
		cdp-resolve -q --threads $t --conflicts c --generic g in | cmp - p1
		cmp c c1
		cmp g g1
	done
	cat one two | cdp-resolve -q | cmp - p1
	cat two one | cdp-resolve -q | cmp - p1
	cdp-resolve -q two one | cmp - p1
	cdp-resolve -q --memory 256M two - < one | cmp - p1
}

@test "consent lines and lines of other kinds pass through, sorted, before the profiles" {
	{
		rec a:1
		printf '{"kind":"consent","id":"z"}\n{"kind":"other","id":"b"}\n{"kind":"consent","id":"a"}\n'
	} | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(sed -n 2,4p out)" = "$(printf '{"kind":"consent","id":"a"}\n{"kind":"consent","id":"z"}\n{"kind":"other","id":"b"}')" ]
	[ "$(figure passed_through)" -eq 3 ]
	[ "$(tail -1 out | jq -c '[.in, .out, .by_kind.profile, .by_kind.other]')" = '[4,4,1,3]' ]
}

@test "the schema of each kind is JSON, and an unknown kind is status 2" {
	for kind in '' =profile =event; do
		cdp-resolve "--print-schema$kind" | jq -e .title
	done
	run_split cdp-resolve --print-schema=shoe
	[ "$status" -eq 2 ]
}
