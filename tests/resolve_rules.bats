#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What a rules file says of pairs that are weighed: which are compared, as what, for how much.
load helpers
load resolve

MODE=auto

# Of 4,200 records there are more pairs than are compared without a rule.
crowd() {
	"${CDP_BUILD:?}/cdp-synth" --people 1700 --seed "${1:-3}" --unlinkable 0
}

rules_used() {
	jq -r '.blocking_rules[].rule' summary | sort
}

@test "rules of the file are taken, whatever they cost, and others beside them" {
	crowd > in
	resolve in
	usual=$(rules_used | wc -l)
	[ "$usual" -gt 1 ]
	refute grep -qx 'birthdate.year+locality' <(rules_used)
	rules '"blocking":{"rules":[["locality","birthdate.year"],["email.canon"]]}'
	resolve --rules rules.json in
	[ "$status" -eq 0 ] || { cat err; return 1; }
	rules_used | grep -qx 'birthdate.year+locality'
	rules_used | grep -qx 'email.canon'
	[ "$(rules_used | wc -l)" -gt 2 ]
	[ ! -s err ]
}

@test "without auto the rules of the file are the only ones, also where there are few records" {
	crowd > in
	rules '"blocking":{"auto":false,"rules":[["email.canon"],["phone.e164"]]}'
	resolve --rules rules.json --links l in
	[ "$status" -eq 0 ] || { cat err; return 1; }
	[ "$(rules_used | paste -sd ' ')" = 'email.canon phone.e164' ]
	jq -s -e 'map(select(.kind == "link")) | length > 100
	    and all(.rules - ["email.canon", "phone.e164"] == [])' l
	cdp-synth --people 200 --seed 3 --unlinkable 0 > few
	resolve few
	jq -e '.all_pairs' summary
	resolve --rules rules.json few
	jq -e '.all_pairs | not' summary
	[ "$(jq .pairs_scored summary)" -lt 2000 ]
}

@test "rules that name sources or records that are not here are told" {
	rec a:1 "$(mail x@example.com)" | stream > in
	echo '{"schema":"cdp-rules/1","sources":{"a":{"priority":1},"A":{"priority":2}},
	 "pinned":[{"record":"a:1","field":"given_name","value":"Ana"},
	  {"record":"a:2","field":"given_name","value":"Eva"}]}' > rules.json
	run_split cdp-resolve --rules rules.json in
	[ "$status" -eq 0 ]
	grep -qx 'cdp-resolve: 1 sources of the rules have no record here' err
	grep -qx 'cdp-resolve: 1 pinned values are of records that are not here' err
	run_split cdp-resolve in
	[ "$(grep -c 'are not here' err)" -eq 0 ]
}

@test "attributes and identifiers of the rules that no record has are told" {
	{ rec a:1 '"identifiers":{"loyalty":["L-1"]},"attributes":{"town":"York","note":"x"}'; rec a:2; } | stream > in
	rules '"identifiers":{"loyalty":{"priority":1},"loyality":{"limit":2}},"never_match":["attributes.note","attributes.notes"],
	 "fields":{"attributes.town":{"nature":"shared"}},"survivorship":{"attributes.town":["vote"],"attributes.twon":["trust"]}'
	for mode in auto exact; do
		run_split cdp-resolve --mode $mode --rules rules.json in
		[ "$status" -eq 0 ]
		grep -qx 'cdp-resolve: the rules say something of identifiers.loyality, attributes.notes, attributes.twon, which no record has that may be joined' err
		grep -q 'trust decides nothing' err
	done
	rules '"identifiers":{"loyalty":{"priority":1}},"joins":[{"all":["id.loyalty"]},{"all":["attr.town","birthdate.full"]}],
	 "survivorship":{"given_name":["source_priority"]}'
	run_split cdp-resolve --mode exact --rules rules.json in
	[ "$(grep -c 'say something' err)" -eq 0 ]
	grep -q 'source_priority decides nothing' err
}

@test "options that wait for another one are told" {
	crowd > in
	run_split cdp-resolve --review-limit 5 --min-link 3 --cluster components --max-size 9 --previous /dev/null --save-model m in
	[ "$status" -eq 0 ]
	[ "$(grep -o -- '--[a-z-]* has no effect' err | paste -sd ' ')" = \
	    '--review-limit has no effect --min-link has no effect --max-size has no effect --previous has no effect' ]
	run_split cdp-resolve --model m --seed 3 --pairs-per-record 9 --review r --review-limit 5 in
	[ "$(grep -o -- '--[a-z-]* has no effect' err | paste -sd ' ')" = '--seed has no effect --pairs-per-record has no effect' ]
	run_split cdp-resolve estimate --cluster best-link --max-size 9 in
	[ "$(grep -c 'has no effect: nothing is joined here' err)" -eq 2 ]
	run_split cdp-resolve --purpose '' in
	[ "$status" -eq 2 ]
	grep -q -- '--purpose wants an argument that is not empty: NAME' err
	run_split cdp-resolve --treshold 3 in
	[ "$status" -eq 2 ]
	grep -q 'unknown option --treshold (nearest: --threshold)' err
}

@test "joins and weights of the rules that do not count in the mode of the run are told" {
	rec a:1 "$(mail x@example.com)" | stream > in
	rules '"joins":[{"all":["email.canon"]},{"all":["id"],"force":true}],"caps":{"free":"9"}'
	run_split cdp-resolve --rules rules.json in
	grep -qx 'cdp-resolve: 1 joins of the rules have no "force": only --mode exact makes them' err
	refute grep -q 'does not count' err
	run_split cdp-resolve --rules rules.json --mode exact in
	refute grep -q 'have no "force"' err
	grep -q 'does not count in exact mode' err
	cdp-resolve train -q --save-model m in
	run_split cdp-resolve --rules rules.json --model m in
	grep -q 'does not count beside --model' err
	run_split cdp-resolve in
	refute grep -q 'of the rules\|does not count' err
}

@test "links found by given rules are among those of all pairs, with the same weight" {
	cdp-synth --people 300 --seed 5 --unlinkable 0 > in
	rules '"blocking":{"rules":[["email.canon"]]}'
	resolve --links all --rules rules.json in
	resolve --links same in
	tail -n +2 all > a
	tail -n +2 same > b
	cmp a b
}

@test "a forbidden atom is in no rule and splits no block" {
	crowd > in
	resolve --blocks b in
	rules_used | grep -q 'birthdate'
	rules '"blocking":{"forbid":["birthdate.full","birthdate.ym","birthdate.md","birthdate.year"]}'
	resolve --rules rules.json --blocks b in
	[ "$status" -eq 0 ]
	[ "$(rules_used | wc -l)" -gt 1 ]
	refute grep birthdate <(rules_used)
	refute grep birthdate b
}

@test "a rule over a field that is not compared is said, and nothing else changes" {
	crowd > in
	rules '"blocking":{"rules":[["id.passport"],["attr.shoe","locality"]]}'
	run_split cdp-resolve --mode auto --rules rules.json in
	[ "$status" -eq 0 ]
	grep -q '2 blocking rules name a field that is not compared' err
	jq 'del(.identical_run_digest)' < <(cdp-resolve -q --summary - -o o1 in) > s1
	jq 'del(.identical_run_digest)' < <(cdp-resolve -q --rules rules.json --summary - -o o2 in) > s2
	cmp <(tail -n +2 o1) <(tail -n +2 o2)
	rules '"blocking":{"auto":false,"rules":[["id.passport"]]}'
	resolve --rules rules.json in
	[ "$status" -eq 0 ]
	[ "$(figure pairs_scored)" = 0 ]
}

# Two columns that a look at the values takes for codes.
parts() {
	awk 'BEGIN { srand(4); for (i = 0; i < 900; i++) { a = int(rand() * 500); b = int(rand() * 90000)
		for (c = 0; c < 2; c++)
			printf "{\"kind\":\"record\",\"id\":\"s:%d%d\",\"source\":\"s\",\"key\":\"%d%d\",\"purposes\":[\"identity_resolution\"],\"attributes\":{\"part\":\"p%04d\",\"weight\":\"%d\",\"maker\":\"maker %d\"}}\n", i, c, i, c, a, b + c, a % 37 } }'
}

@test "the type of an attribute is what the rules say, else what its values look like" {
	parts | stream > in
	run_split cdp-resolve estimate -q in
	grep -Eq '^attributes.part +code' out || { cat out; return 1; }
	grep -Eq '^attributes.weight +number' out
	rules '"fields":{"attributes.part":{"type":"string"},"attributes.weight":{"type":"code"},"attributes.maker":{"nature":"personal"}}'
	run_split cdp-resolve estimate -q --rules rules.json in
	[ "$status" -eq 0 ] || { cat err; return 1; }
	grep -Eq '^attributes.part +string' out
	grep -Eq '^attributes.weight +code' out
	grep -Eq '^attributes.maker .*personal' out || { cat out; return 1; }
}

# The weights of the pairs of the first file, by the ids.
weights() {
	jq -r 'select(.kind == "link") | [.a, .b, .weights.email // 0, .weights.phone_number // 0, .weights.cap // 0, .weight] | join(" ")' "$1"
}

@test "caps bound what contact points add, and the parts of a link still sum" {
	cdp-synth --people 300 --seed 5 --unlinkable 0 > in
	resolve --links l in
	weights l | awk '$3 + $4 > 15 { n++ } END { exit !(n > 50) }'
	rules '"caps":{"contact":"15"}'
	resolve --rules rules.json --links l in
	[ "$status" -eq 0 ]
	weights l | awk '$3 + $4 > 15.0005 { n++; if ($3 + $4 + $5 > 15.0005 || $3 + $4 + $5 < 14.9995) bad++ } END { exit !(n > 50 && bad == 0) }' || { weights l | head; return 1; }
	jq -c 'select(.kind == "link")
	    | select(([.weights[] | tonumber * 1000 | round] | add) != (.weight | tonumber * 1000 | round))' l > bad
	[ ! -s bad ]
}

@test "how often namesakes and twins live together is as the rules say" {
	cdp-synth --people 2000 --seed 5 --unlinkable 0 > in
	resolve --save-model usual --links l1 in
	rules '"household":{"namesake":"0","twin":"0"}'
	resolve --rules rules.json --save-model none --links l2 in
	[ "$status" -eq 0 ]
	top() {
		jq -c --arg f "$1" '.comparisons[] | select(.field == $f) | .levels | max_by(.level) | [(.h | tonumber), (.u | tonumber)]' "$2"
	}
	jq -e '.[0] > .[1] * 1.001' <<< "$(top given_name usual)"
	jq -e '.[0] < .[1] * 1.001' <<< "$(top given_name none)" || { top given_name none; return 1; }
}

@test "who gives what is no stream of records is told what it is" {
	printf 'id,name\n1,Ana\n' > a.csv
	run_split cdp-resolve a.csv
	[ "$status" -eq 3 ]
	grep -q 'a.csv:1: E_NOT_NDJSON: not one JSON object a line; cdp-ingest makes records of tables' err
	[ ! -s out ]
	echo '{"name":"Ana"}' > foreign
	run_split cdp-resolve foreign
	[ "$status" -eq 0 ]
	grep -qx 'cdp-resolve: no line is of kind record: 1 lines pass through (cdp-ingest makes records)' err
	run_split cdp-resolve /dev/null
	grep -qx 'cdp-resolve: no record came in' err
	run_split cdp-resolve estimat foreign
	[ "$status" -eq 2 ]
	grep -q 'neither a command nor a file (nearest command: estimate)' err
	touch estimat
	run_split cdp-resolve estimat foreign
	[ "$status" -eq 0 ]
	printf '\004' | script -qec cdp-resolve typed > shown
	grep -q 'reading what is typed, up to Ctrl-D' shown
}
