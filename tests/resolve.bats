#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cdp-resolve: options, purposes, bad input, explain, diff, figures, sameness.
load helpers
load resolve

# ---- usage ----

@test "modes, options and subcommands that come later are refused by name" {
	local what
	for what in '--tmp-dir t' '--state s' '--follow' \
		'--report r' 'state list' 'stage one'; do
		# shellcheck disable=SC2086
		run_split cdp-resolve $what </dev/null
		[ "$status" -eq 2 ] || { echo "$what: $status"; return 1; }
		what=${what#explain }
		what=${what#estimate }
		what=${what#train }
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
	{"schema":"cdp-rules/1","mode":"fuzzy"}	$.mode
	{"schema":"cdp-rules/1","model":{}}	$.model
	{"schema":"cdp-rules/1","sources":{"a":{"prio":1}}}	$.sources.a.prio
	{"schema":"cdp-rules/1","sources":{"a":{"empty":"maybe"}}}	$.sources.a.empty
	{"schema":"cdp-rules/1","identifiers":{"a":{"limit":0}}}	$.identifiers.a.limit
	{"schema":"cdp-rules/1","identifiers":{"a":{"exclusive":true,"limit":2}}}	$.identifiers.a
	{"schema":"cdp-rules/1","identifiers":{"a":{"check":"ssn"}}}	$.identifiers.a.check
	{"schema":"cdp-rules/1","fields":{"shoe":{"match":false}}}	$.fields.shoe: unknown field
	{"schema":"cdp-rules/1","fields":{"email":{"type":"string"}}}	$.fields.email.type: only attributes
	{"schema":"cdp-rules/1","fields":{"attributes.x":{"type":"array"}}}	$.fields["attributes.x"].type
	{"schema":"cdp-rules/1","fields":{"given_name":{"nature":"free"}}}	$.fields.given_name.nature: only attributes and identifiers
	{"schema":"cdp-rules/1","fields":{"attributes.x":{"nature":"private"}}}	$.fields["attributes.x"].nature
	{"schema":"cdp-rules/1","ignore":["shoe"]}	$.ignore[0]: unknown field
	{"schema":"cdp-rules/1","never_match":[3]}	$.never_match[0]: not a text
	{"schema":"cdp-rules/1","field_purposes":{"birthdate":[]}}	$.field_purposes.birthdate
	{"schema":"cdp-rules/1","joins":[]}	$.joins
	{"schema":"cdp-rules/1","joins":[{"any":["id.a"]}]}	$.joins[0].any
	{"schema":"cdp-rules/1","joins":[{"all":["email.raw"]}]}	$.joins[0].all[0]: unknown atom
	{"schema":"cdp-rules/1","joins":[{"all":["given.compatible"]}]}	$.joins[0]: given.compatible alone
	{"schema":"cdp-rules/1","joins":[{"all":["id.a","id.b"]}]}	$.joins[0].all[1]: a second identifier
	{"schema":"cdp-rules/1","joins":[{"all":["given.phon"]}]}	$.joins[0].all[0]: not in this version: given.phon
	{"schema":"cdp-rules/1","joins":[{"all":["id.a","family.token"]}]}	$.joins[0].all[1]: not in this version: family.token
	{"schema":"cdp-rules/1","joins":[{"all":["attr.x.p4"]}]}	$.joins[0].all[0]: not in this version: attr.x.p4
	{"schema":"cdp-rules/1","joins":[{"all":["attr."]}]}	$.joins[0].all[0]: unknown atom
	{"schema":"cdp-rules/1","joins":[{"all":["id.a"],"force":1}]}	$.joins[0].force
	{"schema":"cdp-rules/1","ignore":["attributes.x"],"joins":[{"all":["attr.x"]}]}	$.joins[0].all[0]: the field is not used
	{"schema":"cdp-rules/1","never_match":["email"],"joins":[{"all":["email.canon"]}]}	$.joins[0].all[0]: the field is not used
	{"schema":"cdp-rules/1","clusters":{"limits":"few"}}	$.clusters.limits
	{"schema":"cdp-rules/1","clusters":{"max_size":0}}	$.clusters.max_size
	{"schema":"cdp-rules/1","clusters":{"bridge_margin":4}}	$.clusters.bridge_margin
	{"schema":"cdp-rules/1","clusters":{"bridge_margin":"wide"}}	$.clusters.bridge_margin: not a number of bits
	{"schema":"cdp-rules/1","blocking":{"rules":[]}}	$.blocking.rules: not a list
	{"schema":"cdp-rules/1","blocking":{"rules":["email.canon"]}}	$.blocking.rules[0]: not a list
	{"schema":"cdp-rules/1","blocking":{"rules":[["shoe.size"]]}}	$.blocking.rules[0][0]: unknown atom
	{"schema":"cdp-rules/1","blocking":{"rules":[["id."]]}}	$.blocking.rules[0][0]: unknown atom
	{"schema":"cdp-rules/1","blocking":{"rules":[["locality","locality"]]}}	$.blocking.rules[0][1]: the atom stands twice
	{"schema":"cdp-rules/1","blocking":{"rules":[["given.p3","family.p2","locality","birthdate.md"]]}}	$.blocking.rules[0]: not a list of 1 to 3 atoms
	{"schema":"cdp-rules/1","blocking":{"rules":[["given.exact","locality"]],"forbid":["locality"]}}	$.blocking.rules[0][1]: the atom is forbidden
	{"schema":"cdp-rules/1","blocking":{"forbid":[".p4"]}}	$.blocking.forbid[0]: unknown atom
	{"schema":"cdp-rules/1","blocking":{"auto":false}}	$.blocking.auto: no rules of its own
	{"schema":"cdp-rules/1","blocking":{"pairs_per_record":0}}	$.blocking.pairs_per_record
	{"schema":"cdp-rules/1","levels":"dedupe"}	$.levels
	{"schema":"cdp-rules/1","caps":{"contact":"-1"}}	$.caps.contact: a cap is not negative
	{"schema":"cdp-rules/1","caps":{"free":10}}	$.caps.free
	{"schema":"cdp-rules/1","household":{"twin":"1"}}	$.household.twin: not a share
	{"schema":"cdp-rules/1","household":{"namesake":0.01}}	$.household.namesake
	{"schema":"cdp-rules/1","household":{"class":"on"}}	$.household.class
	{"schema":"cdp-rules/1","thresholds":{"target_fdr":"1"}}	$.thresholds.target_fdr: not a share
	{"schema":"cdp-rules/1","thresholds":{"link":"1.2345"}}	$.thresholds.link: not a number of bits
	{"schema":"cdp-rules/1","thresholds":{"review_band":"-1"}}	$.thresholds.review_band
	{"schema":"cdp-rules/1","generic":{"email_cap":0}}	$.generic.email_cap
	{"schema":"cdp-rules/1","ids":{"mode":"random"}}	$.ids.mode
	{"schema":"cdp-rules/1","survivorship":{"given_name":["newest"]}}	$.survivorship.given_name[0]: unknown strategy
	{"schema":"cdp-rules/1","survivorship":{"given_name":[]}}	$.survivorship.given_name: an empty chain
	{"schema":"cdp-rules/1","survivorship":{"name":["vote","union"]}}	$.survivorship.name[1]: union is for lists
	{"schema":"cdp-rules/1","survivorship":{"attributes.x":{"union":3}}}	$.survivorship["attributes.x"]: union is for lists
	{"schema":"cdp-rules/1","survivorship":{"email":["union","vote"]}}	$.survivorship.email[1]: union keeps all values
	{"schema":"cdp-rules/1","survivorship":{"email":["vote","union"]}}	$.survivorship.email[1]: union keeps all values
	{"schema":"cdp-rules/1","survivorship":{"email":["sum"]}}	$.survivorship.email[0]: sum is for attributes
	{"schema":"cdp-rules/1","survivorship":{"gender":["any"]}}	$.survivorship.gender[0]: any and all are for attributes
	{"schema":"cdp-rules/1","survivorship":{"given_name":["max"]}}	$.survivorship.given_name[0]: min and max are for numbers and dates
	{"schema":"cdp-rules/1","survivorship":{"name":["usual"]}}	$.survivorship.name[0]: usual and like_latest are for given and family names
	{"schema":"cdp-rules/1","purpose":""}	$.purpose: not a purpose
	{"schema":"cdp-rules/1","field_purposes":{"gender":["a",""]}}	$.field_purposes.gender[1]: not a purpose
	{"schema":"cdp-rules/1","survivorship":{"given_name":{"union":3}}}	$.survivorship.given_name: union is for lists
	{"schema":"cdp-rules/1","survivorship":{"email":{"union":65}}}	$.survivorship.email.union: must be an integer from 1 to 64
	{"schema":"cdp-rules/1","survivorship":{"given_name":{"group":"family_name"}}}	grouped
	{"schema":"cdp-rules/1","survivorship":{"family_name":{"group":"family_name"}}}	circle
	{"schema":"cdp-rules/1","survivorship":{"purposes":["vote"]}}	$.survivorship.purposes
	{"schema":"cdp-rules/1","survivorship":{"trust":{"a":{"max":100,"min":200}}}}	$.survivorship.trust.a
	{"schema":"cdp-rules/1","pinned":[{"record":"a:1"}]}	$.pinned[0]
	{"schema":"cdp-rules/1","pinned":[{"record":"a:1","field":"given_name","value":""}]}	$.pinned[0]: a pin needs
	{"schema":"cdp-rules/1","pinned":[{"record":"a:1","field":"birthdate","value":"11.02.1988"}]}	$.pinned[0]: the value is not a date
	{"schema":"cdp-rules/1","pinned":[{"record":"a:1","field":"address","value":"here"}]}	$.pinned[0]: not in this version
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

no_purpose() {
	raw a:1 "$(mail x@example.com)" | stream > in
	run_split cdp-resolve --mode "$MODE" -o o in
	[ "$status" -eq 4 ]
	grep -q E_NO_PURPOSE err
	grep -q 'source.purposes' err
	grep -q -- 'cdp-ingest --purposes' err
	grep -q -- '--assume-purpose identity_resolution' err
	[ ! -e o ]
}

@test "no record with a purpose ends with 4 and names the three ways to declare one" {
	each_mode no_purpose
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
	run_split cdp-resolve --mode exact --summary summary in
	[ "$status" -eq 0 ]
	[ "$(groups)" = "$(printf 'a:1 a:2\na:3\na:4')" ]
	[ "$(figure unlinked_by_purpose)" -eq 2 ]
	grep -q '2 records lack the linking purpose' err
	refute grep -q 'source.purposes' err
	raw a:3 "$(mail x@example.com),\"purposes\":[]" | stream > in
	run_split cdp-resolve --assume-purpose identity_resolution in
	[ "$status" -eq 0 ]
	grep -q '1 records lack .*(a mapping declares one, in source.purposes, or cdp-ingest --purposes)$' err
}

unlinked_do_nothing() {
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

@test "records that are not linked change no other profile and no id" {
	each_mode unlinked_do_nothing
}

gate_required() {
	rec a:1 | gated identity_resolution > in
	resolve --require-gate in
	[ "$status" -eq 0 ]
	[ "$(figure gated)" = true ]
	rec a:2 | stream > plain
	run_split cdp-resolve --mode "$MODE" --require-gate -o o plain
	[ "$status" -eq 4 ]
	grep -q E_NO_GATE err
	[ ! -e o ]
	run_split cdp-resolve --mode "$MODE" --require-gate in plain
	[ "$status" -eq 4 ]
	rules '"require_gate":true'
	run_split cdp-resolve --mode "$MODE" --rules rules.json plain
	[ "$status" -eq 4 ]
	run_split cdp-resolve --mode "$MODE" plain
	[ "$status" -eq 0 ]
	grep -q 'did not come through cdp-consent gate' err
}

@test "--require-gate takes a gated stream and ends with 4 on any other" {
	each_mode gate_required
}

gate_names() {
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

@test "the gate names the linking purpose, and another one is status 2" {
	each_mode gate_names
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

common_purposes() {
	{
		raw a:1 "$(mail x@example.com),\"purposes\":[\"identity_resolution\",\"order_fulfilment\"]"
		rec a:2 "$(mail x@example.com)"
	} | stream > in
	resolve in
	[ "$(jq -c 'select(.kind == "profile").purposes' out)" = '["identity_resolution"]' ]
	[ "$(jq -c 'select(.kind == "profile").member_purposes."a:1"' out)" = '["identity_resolution","order_fulfilment"]' ]
}

@test "a profile has the purposes that all members have" {
	each_mode common_purposes
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

no_values() {
	for i in 1 2 3 4 5; do rec "a:$i" '"given_name":null'; done | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(figure singletons)" -eq 5 ]
}

@test "records without any value are singletons" {
	each_mode no_values
}

one_id() {
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

@test "of records with one id the later stays, then the larger line" {
	each_mode one_id
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

@test "kept rejects expire, --max-rejects bounds them, and --strict stops at the first" {
	{ rec a:1; echo '{"kind":"record","id":"bad"}'; echo '{"kind":"record","id":"bad"}'; } | stream > in
	resolve --as-of 2026-01-01 --rejects j --rejects-days 7 -o o in
	[ "$status" -eq 1 ]
	[ "$(head -1 j | jq -r .expires)" = 2026-01-08T00:00:00Z ]
	[ "$(figure rejects)" = '{"E_ID":2}' ]
	[ -s o ]
	resolve --max-rejects 2 in
	[ "$status" -eq 0 ]
	resolve --max-rejects 1 in
	[ "$status" -eq 1 ]
	rm -f o
	resolve --strict -o o in
	[ "$status" -eq 1 ]
	[ ! -e o ]
}

@test "two outputs of one name are status 2 and nothing is written, however the name is spelt" {
	rec a:1 | stream > in
	mkdir -p d
	for other in o ./o d/../o; do
		resolve --generic o -o "$other" in
		[ "$status" -eq 2 ]
		grep -q 'E_OUTPUT: two outputs are called' err
		[ ! -e o ]
	done
	resolve --rejects o -o o in
	[ "$status" -eq 2 ]
	[ ! -e o ]
	resolve --generic d/o -o o in
	[ "$status" -eq 0 ]
}

@test "two outputs to standard output are status 2 before anything is read, with -o or without" {
	rec a:1 | stream > in
	for options in "--links -" "--crosswalk - -o -" "--links - --review - -o o" "--summary -" "--rejects -"; do
		# shellcheck disable=SC2086	# options are words
		run_split cdp-resolve $options nowhere
		[ "$status" -eq 2 ]
		[ "$(cat err)" = "cdp-resolve: E_OUTPUT: two outputs go to standard output" ]
		[ ! -s out ]
		[ ! -e o ]
	done
	resolve --summary - -o o in
	[ "$status" -eq 0 ]
	[ "$(jq -r .code out)" = 0 ]
}

@test "only -o may replace what is read: any other output that is an input is status 2" {
	rec a:1 | stream > in
	cp in kept
	ln in other
	for option in --conflicts --rejects --summary --generic; do
		for name in in ./in other; do
			resolve "$option" "$name" -o o in
			[ "$status" -eq 2 ]
			grep -qF "E_OUTPUT: $name is also read: only -o may replace its input" err
			cmp in kept
			[ ! -e o ]
		done
	done
	resolve --generic l -o in in
	[ "$status" -eq 0 ]
	grep -q '"kind":"profile"' in
}

@test "what people decided, rules and keys are never replaced by another output" {
	rec a:1 | stream > in
	printf '{"kind":"link","a":"a:1","b":"a:2","verdict":"same"}\n' > mine
	echo '{"schema":"cdp-rules/1"}' > rules
	printf '%064d\n' 7 > key
	chmod 600 key
	MODE=auto
	resolve -o before in
	for options in '--verdicts mine --review mine' '--verdicts none --verdicts mine --summary mine' \
	    '--rules rules --conflicts rules' '--id-key-file key --generic key' '--previous before --events before'; do
		read -ra words <<< "$options"
		cp "${words[-1]}" kept
		cp mine none
		resolve "${words[@]}" -o o in
		[ "$status" -eq 2 ]
		grep -qF "E_OUTPUT: ${words[-1]} is also read: only -o may replace its input" err
		cmp "${words[-1]}" kept
		[ ! -e o ]
	done
	resolve --previous before -o before in
	[ "$status" -eq 0 ]
}

@test "a number that cannot be meant is refused, not taken for the usual one" {
	local option
	rec a:1 | stream > in
	for option in '--pairs-per-record 0' '--pairs-per-record 1000001' '--max-size 0' \
		'--max-size 4294967297' '--review-limit 0'; do
		# shellcheck disable=SC2086
		resolve $option in
		[ "$status" -eq 2 ]
		grep -q -- "E_USAGE: ${option% *} wants a number from 1 to" err
	done
}

@test "of more attributes than can be compared those of the rules are, whatever the threads and the order" {
	local t
	awk 'BEGIN { for (i = 0; i < 400; i++) printf "{\"kind\":\"record\",\"id\":\"a:%03d\",\"source\":\"a\",\"key\":\"%03d\",\"given_name\":\"G%d\",\"family_name\":\"F%d\",\"phone_number\":[\"+35121%07d\"],\"attributes\":{\"x%d\":\"v\",\"member\":\"m%d\"},\"purposes\":[\"identity_resolution\"]}\n", i, i, i / 2 % 50, i / 2 % 20, 1000000 + int(i / 2) * 7, i, int(i / 2) * 13 }' > records
	stream < records > in
	sort -r records | stream > turned
	for t in 1 3; do
		resolve --mode auto --threads $t -o out.$t in
		[ "$status" -eq 0 ]
	done
	cmp out.1 out.3
	[ "$(jq -c '[.comparisons[].field | select(startswith("attributes."))]' summary)" = '[]' ]
	resolve --mode auto --threads 1 -o out.turned turned
	cmp out.1 out.turned
	run_split cdp-resolve --mode auto in
	grep -q 'more than 255 attributes: only those are compared that the rules name under "fields"' err
	printf '{"schema":"cdp-rules/1","fields":{"attributes.member":{"nature":"personal"}}}' > rules
	resolve --mode auto --rules rules in
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.comparisons[].field | select(startswith("attributes."))]' summary)" = '["attributes.member"]' ]
	resolve --mode exact in
	[ "$status" -eq 0 ]
}

@test "records that are weighed need more memory than exact keys do, and say so before they have it" {
	people 12000 | awk -v pad="$(printf %010000d 0)" '{ sub(/,"purposes"/, ",\"attributes\":{\"note\":\"" pad "\"}&"); print }' | stream > in
	resolve --mode exact --memory 128M in
	[ "$status" -eq 0 ]
	resolve --mode auto --memory 128M in
	[ "$status" -eq 6 ]
	grep -q 'E_MEMORY' err
	resolve --mode auto --memory 256M in
	[ "$status" -eq 0 ]
}

@test "records that need more than --memory end with 6 and what they need, and no file" {
	local t
	awk 'BEGIN { for (i = 0; i < 260000; i++) printf "{\"kind\":\"record\",\"id\":\"a:%07d\",\"source\":\"a\",\"key\":\"%07d\",\"family_name\":\"%0400d\",\"purposes\":[\"identity_resolution\"]}\n", i, i, i }' | stream > in
	for t in 1 3; do
		resolve --threads $t --memory 128M -o o in
		[ "$status" -eq 6 ]
		[ ! -e o ]
		cp err err.$t
	done
	grep -q 'E_MEMORY: [0-9]* records need [0-9]* MiB so far' err
	cmp err.1 err.3
	rec a:1 | stream > in
	resolve --memory 128M in
	[ "$status" -eq 0 ]
	resolve --memory 127M in
	[ "$status" -eq 2 ]
	grep -q -- '--memory is 128M or more' err
	run_split cdp-resolve explain --pairs /dev/null --memory 1M in
	[ "$status" -eq 2 ]
}

@test "pairs that need more than --memory end with 6 and what they need, weighed or joined, whatever the threads" {
	local t
	people 2000 | awk -v pad="$(printf %035000d 0)" '{ sub(/,"purposes"/, ",\"attributes\":{\"note\":\"" pad "\"}&"); print }' | stream > weighed
	people 2000 | stream > joined
	for t in 1 3; do
		resolve --mode auto --threads $t --memory 128M --review-threshold -90 -o o weighed
		[ "$status" -eq 6 ]
		[ ! -e o ]
		cp err weighed.$t
		resolve --mode auto --threads $t --memory 128M --threshold -90 -o o joined
		[ "$status" -eq 6 ]
		[ ! -e o ]
		cp err joined.$t
	done
	grep -q 'E_MEMORY: 2000 records need 13[0-9] MiB so far' weighed.1
	grep -q 'E_MEMORY: 2000 records need [12][0-9]* MiB so far' joined.1
	cmp weighed.1 weighed.3
	cmp joined.1 joined.3
	run_split cdp-resolve estimate --memory 256M --review-threshold -90 weighed
	[ "$status" -eq 0 ]
	grep -q 'memory of a run, MiB  *13[0-9]$' out
	resolve --mode auto --memory 256M --threshold -90 joined
	[ "$status" -eq 0 ]
}

# texts RECORDS LENGTH BETWEEN: four texts of nearly 400 letters each, in words of so many letters.
texts() {
	people "$1" | awk -v len="$2" -v between="$3" 'BEGIN { srand(7) } function word(  s, i) {
			for (i = 0; i < len; i++)
				s = s sprintf("%c", 97 + int(rand() * 26))
			return s
		} {
			all = ""
			for (t = 0; t < 4; t++) {
				text = word()
				while (length(text) < 380)
					text = text between word()
				all = all (t ? "," : "") "\"note" t "\":\"" text "\""
			}
			sub(/,"purposes"/, ",\"attributes\":{" all "}&")
			print
		}' | stream
}

@test "what texts say counts for --memory: the texts, and their words" {
	local t
	texts 5000 5 ' ' > words
	for t in 1 3; do
		resolve --mode auto --threads $t --memory 128M -o o words
		[ "$status" -eq 6 ]
		[ ! -e o ]
		cp err words.$t
	done
	grep -q 'E_MEMORY: 5000 records need 1[3-9][0-9] MiB so far' words.1
	cmp words.1 words.3
	texts 5000 20 '' > long
	run_split cdp-resolve estimate long
	[ "$status" -eq 0 ]
	grep -q 'memory of a run, MiB  *[34][0-9]$' out
}

future() {
	rec a:1 '"observed_at":"2999-01-01"' | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(jq -r 'select(.kind == "profile").last_seen' out)" = 2999-01-01 ]
}

@test "an observed_at in the future is taken" {
	each_mode future
}

no_end() {
	rec a:1 | stream > whole
	sed '$d' whole > in
	echo old > o
	run_split cdp-resolve --mode "$MODE" -o o --summary s --conflicts c --generic g in
	[ "$status" -eq 3 ]
	sed '$s/true/false/' whole > in
	run_split cdp-resolve --mode "$MODE" -o o --summary s --conflicts c --generic g in
	[ "$status" -eq 3 ]
	[ "$(cat o)" = old ]
	[ ! -e s ] && [ ! -e c ] && [ ! -e g ]
}

@test "input without its end, or with an end that is not ok, gives 3 and no file" {
	each_mode no_end
}

no_value_told() {
	people 60 | sed 's/Costa/Canaryname/; s/@example.com/@canary.example/' | stream > in
	run_split cdp-resolve -v --mode "$MODE" --summary s --conflicts c --generic g in
	[ "$status" -eq 0 ]
	refute grep -il canary err s c g
	printf 'crm:00001 crm:00003\n' > pairs
	run_split cdp-resolve explain --mode "$MODE" --pairs pairs in
	refute grep -i canary out err
}

@test "no value of a person is in any message or report" {
	each_mode no_value_told
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
	run_split cdp-resolve explain --mode exact --pairs pairs in
	[ "$status" -eq 1 ]
	grep -qx 'cdp-resolve: 1 pairs name a record that is not here' err
	grep -q '^a:1 a:3  one profile  p' out
	grep -q '^  tie      a:1 = a:2  email.canon+given.compatible$' out
	grep -q '^  tie      a:2 = a:3  email.canon+given.compatible$' out
	grep -q '^a:1 a:4  two profiles  p[^ ]* p' out
	grep -q '^  refused  exclusive  email.canon+given.compatible  a:1 a:4$' out
	grep -q '^  shared   no key$' out
	grep -q '^  unlinked a:6  was not collected' out
	grep -q '^a:1 a:7  unknown record a:7$' out
	sed -i '$d' pairs
	sed -i '/unknown/d' out
	cdp-resolve explain -q --mode exact --pairs - in < pairs | cmp - out
	(printf '\357\273\277'; cat pairs) | cdp-resolve explain -q --mode exact --pairs - in | cmp - out
	echo one > pairs
	run_split cdp-resolve explain --pairs pairs in
	[ "$status" -eq 2 ]
	grep -q E_PAIRS err
}

@test "explain takes ids that have blanks, divided by a tab" {
	{ rec 'a:key 1' "$(mail x@example.com)"; rec 'a:key 2' "$(mail x@example.com)"; } | stream > in
	printf 'a:key 1\ta:key 2\r\na:key 1\tb:no one\n' > pairs
	run_split cdp-resolve explain -q --mode exact --pairs pairs in
	[ "$status" -eq 1 ]
	grep -q '^a:key 1 a:key 2  one profile  p' out
	grep -q '^a:key 1 b:no one  unknown record b:no one$' out
	printf 'a:key 1\ta:key 2\tb:3\n' > pairs
	run_split cdp-resolve explain -q --mode exact --pairs pairs in
	[ "$status" -eq 2 ]
}

@test "explain says why a record without a name is not tied, and which are copies" {
	{
		rec a:1 "\"given_name\":\"Ana\",$(mail x@example.com)"
		rec a:2 "\"given_name\":\"Rui\",$(mail x@example.com)"
		rec a:3 "$(mail x@example.com)"
		rec a:4 "$(name Eva Lima),$(mail y@example.com)"
		rec a:5 "$(name Eva Lima),$(mail y@example.com)"
	} | stream > in
	echo a:1 a:3 | cdp-resolve explain -q --mode exact --pairs - in > told
	grep -qx '  not tied given names are not compatible, or one that is short or missing may stand for several' told
	echo a:4 a:5 | cdp-resolve explain -q --pairs - in > told
	grep -qx '  tie      a:4 = a:5  copy' told
}

@test "explain names profiles as the run with the same key does" {
	{ rec a:1 "$(mail x@example.com)"; rec a:2 "$(mail x@example.com)"; } | stream > in
	printf '%064d\n' 7 > key
	chmod 600 key
	resolve --id-key-file key -o out in
	echo a:1 a:2 | cdp-resolve explain -q --mode exact --id-key-file key --pairs - in > told
	grep -q "one profile  $(jq -r 'select(.kind == "profile").id' out)$" told
}

@test "standard input is one file of a run only" {
	rec a:1 | stream > in
	for options in '--verdicts -' '--verdicts - -' '--verdicts - --verdicts - in' '--previous -' \
	    'explain --pairs -' 'explain --pairs - -' 'train --save-model m --labels -'; do
		# shellcheck disable=SC2086
		run_split cdp-resolve $options -q < in
		[ "$status" -eq 2 ]
		grep -q 'E_USAGE: standard input cannot be two files' err
	done
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

@test "the crosswalk has every record once, by source and key, with the profile it is in" {
	{ people 500; raw z:1; raw 'a:x,\"y\": z'; raw 'a:two\nlines'; } | stream > in
	resolve --crosswalk rows in
	[ "$status" -eq 0 ]
	[ "$(head -1 rows)" = source,key,profile ]
	python3 - out rows >said <<-'PY'
		import csv, json, sys
		rows = list(csv.DictReader(open(sys.argv[2], newline="")))
		assert rows == sorted(rows, key=lambda r: r["source"] + ":" + r["key"])
		said = {r["source"] + ":" + r["key"]: r["profile"] for r in rows}
		lines = [json.loads(line) for line in open(sys.argv[1])]
		held = {m: p["id"] for p in lines if p["kind"] == "profile" for m in p["members"]}
		assert said == held and len(rows) == len(held)
		print(len(rows), *[m for m in said if m[0] in "az"], sep="|")
	PY
	[ "$(cat said)" = "$(printf '503|a:two\nlines|a:x,"y": z|z:1')" ]
	stream </dev/null > none
	resolve --crosswalk rows none
	[ "$(cat rows)" = source,key,profile ]
}

same_bytes() {
	people 4000 > all
	head -1900 all | stream > one
	tail -n +1901 all | stream > two
	stream < all > in
	cdp-resolve -q --mode "$MODE" --threads 1 --conflicts c1 --generic g1 -o p1 in
	for t in 2 3 8; do
		sort -R --random-source=<(yes $t) all | stream > in
		cdp-resolve -q --mode "$MODE" --threads $t --conflicts c --generic g in | cmp - p1
		cmp c c1
		cmp g g1
	done
	cat one two | cdp-resolve -q --mode "$MODE" | cmp - p1
	cat two one | cdp-resolve -q --mode "$MODE" | cmp - p1
	cdp-resolve -q --mode "$MODE" two one | cmp - p1
	cdp-resolve -q --mode "$MODE" --memory 256M two - < one | cmp - p1
}

@test "threads, order of records and files give the same bytes" {
	each_mode same_bytes
}

others_pass() {
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

@test "consent lines and lines of other kinds pass through, sorted, before the profiles" {
	each_mode others_pass
}

@test "the schema of each kind is JSON, and an unknown kind is status 2" {
	for kind in '' =profile =event; do
		cdp-resolve "--print-schema$kind" | jq -e .title
	done
	for kind in profile event; do
		cdp-resolve print-schema $kind > schema
		cdp-resolve "--print-schema=$kind" | cmp - schema
	done
	for how in print-schema\ shoe --print-schema=shoe print-schema; do
		# shellcheck disable=SC2086
		run_split cdp-resolve $how
		[ "$status" -eq 2 ] || { echo "$how"; return 1; }
	done
}

@test "fields say how full they are, how many values they have, and what they are used for" {
	{
		rec a:1 "$(mail x@example.com),$(name Ana Costa),\"identifiers\":{\"card\":[\"1\"],\"till\":[\"9\"]},\"attributes\":{\"seat\":1}"
		rec a:2 "$(mail y@example.com),$(name ANA Costa),\"identifiers\":{\"card\":[\"1\",\"2\"]},\"attributes\":{\"seat\":2}"
		rec a:3 "$(mail X@example.com),\"birthdate\":\"1990-01-02\",\"phone_number\":[\"+351211234567\"]"
		rec a:4 '"attributes":{"name_suffix":"Jr"}'
		raw a:5 "$(mail z@example.com),\"purposes\":[]"
	} | stream > in
	rules '"identifiers":{"card":{"limit":2},"till":{"match":false}},"ignore":["phone_number"],"joins":[{"all":["id.card"]},{"all":["email.canon","attr.seat"]}]'
	resolve --rules rules.json in
	[ "$status" -eq 0 ]
	jq -c '.fields[] | [.name, .fill, .distinct, .used, .why]' summary > got
	cat > want <<-'END'
	["attributes.name_suffix","0.250000",1,true,"constraint"]
	["attributes.seat","0.500000",2,true,"join"]
	["birthdate","0.250000",1,true,"constraint"]
	["email","0.750000",3,true,"join"]
	["family_name","0.500000",1,false,"no join"]
	["given_name","0.500000",1,false,"no join"]
	["identifiers.card","0.500000",2,true,"join and constraint"]
	["identifiers.till",null,null,false,"never matched"]
	["phone_number",null,null,false,"never matched"]
	END
	diff want got
	[ "$(figure rejects)" = '{}' ]
}

@test "records that say the same are folded; those that say nothing are not" {
	{
		rec a:1 "$(mail x@example.com),$(name Ana Costa)"
		rec a:2 "$(mail x@example.com),$(name ANA Costa)"
		rec b:1 "$(mail x@example.com),$(name Ana Costa),\"attributes\":{\"x\":1}"
		rec b:2 "$(mail x@example.com)"
		rec b:3
		rec b:4
		raw b:5 "$(mail x@example.com),\"purposes\":[]"
	} | stream > in
	resolve in
	[ "$(figure nodes)" -eq 4 ]
	[ "$(figure folded)" -eq 2 ]
}

@test "identical runs have one digest, whatever the order and the threads; any change makes another" {
	local seen='' digest
	people 9000 > all
	stream < all > in
	resolve --threads 1 --rules <(echo '{"schema":"cdp-rules/1"}') in
	[ "$status" -eq 0 ]
	first=$(figure identical_run_digest)
	for t in 2 8; do
		sort -R --random-source=<(yes $t) all | stream > other
		resolve --threads $t --rules <(echo '{ "schema" : "cdp-rules/1" }') other
		[ "$(figure identical_run_digest)" = "$first" ]
	done
	tail -n 4000 all | stream > b
	head -n 5000 all | stream > a
	resolve --rules <(echo '{"schema":"cdp-rules/1"}') b a
	[ "$(figure identical_run_digest)" = "$first" ]
	rules '"ignore":["nickname"]'
	echo x@example.com > deny
	echo y@example.com > deny2
	sed '2s/Ana/Eva/;3s/Rui/Ivo/' in > changed
	{ cat all; rec z:1; } | stream > more
	{ head -1 all; cat all; } | stream > twice
	{ cat all; head -1 all | sed 's/2011-01-01/2001-01-01/'; } | stream > older
	{ cat all; head -1 all | sed 's/2011-01-01/2002-01-01/'; } | stream > older2
	# what one loses the other gains
	sed '2s/Ana/Rui/;3s/Rui/Ana/' in > swapped
	{ cat all; echo '{"kind":"link","a":1}'; } | stream > passing
	{ cat all; echo '{"kind":"link","a":2}'; } | stream > passing2
	resolve -o p in
	printf '%032d' 7 | head -c 32 > key
	chmod 600 key
	seen=$first
	for options in 'in' '--rules rules.json in' '--rules deny.json in' '--rules deny2.json in' 'changed' 'more' 'twice' \
		'older' 'older2' 'swapped' 'passing' 'passing2' \
		'--assume-purpose other in' '--as-of 2026-01-01 in' '--previous p in' '--id-key-file key in' '--purpose other in'; do
		printf '{"schema":"cdp-rules/1","generic":{"deny_file":"deny"}}' > deny.json
		printf '{"schema":"cdp-rules/1","generic":{"deny_file":"deny2"}}' > deny2.json
		# shellcheck disable=SC2086
		resolve $options
		[ "$status" -eq 0 ] || { cat err; return 1; }
		digest=$(figure identical_run_digest)
		! grep -qxF -- "$digest" <<<"$seen" || { echo "$options: same digest"; return 1; }
		seen=$(printf '%s\n%s' "$seen" "$digest")
	done
	echo z@example.com > deny
	resolve --rules deny.json in
	refute grep -qxF -- "$(figure identical_run_digest)" <<<"$seen"
}

times_told() {
	people 30 | stream > in
	resolve in
	jq -e 'has("times") or has("peak_bytes") | not' summary
	cdp-resolve -v --mode "$MODE" --summary summary in > out 2> err
	jq -e '(.times | keys) == ["join","read","write"] and .peak_bytes > 0' summary
	jq -e 'del(.times, .peak_bytes)' summary > with
	resolve in
	jq -e . summary | cmp - with
}

@test "times and memory are told with -v only" {
	each_mode times_told
}
