#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cdp-resolve: what is joined and what is not.
load helpers
load resolve

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
	refute grep -q front@ generic
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
	rules '"identifiers":{"br_cpf":{"check":"none"}}'
	resolve --rules rules.json --generic g in
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
	grep -q '	refused_exclusive	2	a:1 a:3					$' c
	grep -q '	identifiers.tax	exclusive	2	a:1 a:2	' c
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

@test "a join over attributes takes texts folded, numbers and booleans, and what says nobody joins nobody" {
	{
		rec a:1 '"attributes":{"town":"S\u00e3o Jo\u00e3o","seat":7}'
		rec a:2 '"attributes":{"town":"Sao JOAO","seat":7}'
		rec a:3 '"attributes":{"town":"Sao Joao","seat":8}'
		rec b:1 '"attributes":{"town":"unknown","seat":9}'
		rec b:2 '"attributes":{"town":"unknown","seat":9}'
		rec c:1 '"attributes":{"town":["x"],"seat":9}'
		rec c:2 '"attributes":{"town":["x"],"seat":9}'
		rec d:1 '"attributes":{"town":"Faro","seat":true}'
		rec d:2 '"attributes":{"town":"Faro","seat":true},"tags":{"attributes.town":["special_health"]}'
		rec d:3 '"attributes":{"town":"Faro","seat":true}'
		rec e:1 '"attributes":{"town":"Faro"}'
	} | stream > in
	rules '"joins":[{"all":["attr.town","attr.seat"]}]'
	resolve --rules rules.json in
	[ "$status" -eq 0 ] || { cat err; return 1; }
	[ "$(groups)" = "$(printf 'a:1 a:2\na:3\nb:1\nb:2\nc:1\nc:2\nd:1 d:3\nd:2\ne:1')" ]
	[ "$(figure rules)" = '[{"rule":"attr.town+attr.seat","keys":2,"ties":2}]' ]
	rules '"joins":[{"all":["attr.seat"]}],"field_purposes":{"attributes.seat":["seating"]}'
	resolve --rules rules.json in
	[ "$(groups | wc -l)" -eq 11 ]
}

@test "force is taken in exact mode, where every join is made" {
	{ rec a:1 "$(mail x@example.com)"; rec a:2 "$(mail x@example.com)"; } | stream > in
	local force
	for force in true false; do
		rules '"joins":[{"all":["email.canon"],"force":'$force'}]'
		resolve --rules rules.json in
		[ "$status" -eq 0 ]
		[ "$(groups)" = "a:1 a:2" ]
	done
}

@test "an identifier that fails its check digits joins nobody and keeps nobody apart, and survives" {
	{
		rec a:1 '"identifiers":{"br_cpf":["52998224726"]}'
		rec a:2 '"identifiers":{"br_cpf":["52998224726"]}'
		rec b:1 "$(mail x@example.com)"',"identifiers":{"br_cpf":["529.982.247-25"]}'
		rec b:2 "$(mail x@example.com)"',"identifiers":{"br_cpf":["11144477736"]}'
		rec c:1 '"identifiers":{"tax":["52998224726"]}'
		rec c:2 '"identifiers":{"tax":["52998224726"]}'
	} | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(groups)" = "$(printf 'a:1\na:2\nb:1 b:2\nc:1 c:2')" ]
	some 'select(.members == ["a:1"]).identifiers.br_cpf == ["52998224726"]' out
	rules '"identifiers":{"br_cpf":{"check":"none"},"tax":{"check":"cpf"}}'
	resolve --rules rules.json in
	[ "$(groups)" = "$(printf 'a:1 a:2\nb:1\nb:2\nc:1\nc:2')" ]
}
