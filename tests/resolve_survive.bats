#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cdp-resolve: which value survives.
load helpers
load resolve

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

@test "of members that agree, one that a note doubts is not the origin" {
	{
		rec crm:1 "$(mail x@example.com),\"given_name\":\"Ana\",\"birthdate\":\"1990-01-02\",\"observed_at\":\"2020-01-01\""
		rec shop:1 "$(mail x@example.com),\"given_name\":\"Ana\",\"birthdate\":\"1990-01-02\",\"observed_at\":\"2022-01-01\",\"flags\":[\"birthdate:century\"]"
	} | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(chosen '.provenance.birthdate.record')" = crm:1 ]
	[ "$(chosen '.provenance.given_name.record')" = shop:1 ]
	[ "$(chosen '.flags // [] | length')" = 0 ]
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

@test "a full name is that of a record whose parts are those that were chosen" {
	{
		rec a:1 "$(mail x@example.com),$(name Ana "Souza Lima"),\"name\":\"Souza Lima, Ana\",\"observed_at\":\"2023-01-01\""
		rec b:1 "$(mail x@example.com),$(name Ana Souza),\"name\":\"SOUZA, Ana\",\"observed_at\":\"2020-01-01\""
		rec c:1 "$(mail x@example.com),$(name Ana Souza),\"observed_at\":\"2021-01-01\""
		rec d:1 "$(mail y@example.com),$(name Ana Souza),\"observed_at\":\"2022-01-01\""
		rec e:1 "$(mail y@example.com),$(name Ana Lima),\"name\":\"Lima, Ana\",\"observed_at\":\"2021-01-01\""
		rec f:1 "$(mail z@example.com),\"name\":\"Souza Lda\",\"observed_at\":\"2021-01-01\""
		rec g:1 "$(mail z@example.com),\"observed_at\":\"2022-01-01\""
	} | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(chosen 'select(.members[0] == "a:1") | "\(.name)|\(.provenance.name.record)"')" = "SOUZA, Ana|b:1" ]
	[ "$(chosen 'select(.members[0] == "d:1") | "\(.members | length)|\(.family_name)|\(.name)"')" = "2|Souza|null" ]
	[ "$(chosen 'select(.members[0] == "f:1") | .name')" = "Souza Lda" ]
	rules '"survivorship":{"name":["oldest"]}'
	resolve --rules rules.json in
	[ "$(chosen 'select(.members[0] == "d:1") | .name')" = "Lima, Ana" ]
}

card() {
	printf '"identifiers":{"card":["%s"]}' "$1"
}

# name_of CARD: given and family name of its holder, and what decided.
name_of() {
	chosen "select(.identifiers.card[0] == \"$1\") | \"\(.given_name) \(.family_name): \(.provenance.given_name.rule)\""
}

@test "given and family name have votes of their own, records count where sources are even" {
	{
		rec a:1 "$(card x),$(name Danielle Derwaldt)"
		rec b:1 "$(card x),$(name Daniekle Derwald)"
		rec c:1 "$(card x),$(name Danielle Derwald)"
		rec a:2 "$(card y),$(name Marianne Kruse)"
		rec a:3 "$(card y),$(name Mariane Kruse)"
		rec a:4 "$(card y),$(name Mariane Kruse)"
	} | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(name_of x)" = "Danielle Derwald: vote" ]
	[ "$(name_of y)" = "Mariane Kruse: frequency" ]
}

@test "of names that are written otherwise the fuller one stays, then the one that more people have" {
	{
		rec a:1 "$(card x),$(name Danielle Haas)"
		rec b:1 "$(card x),$(name Daniellle Haas)"
		rec a:2 "$(card y),$(name "Ana Rita" Souza)"
		rec b:2 "$(card y),$(name Ana Souza)"
		rec a:3 "$(card z),$(name D Kruse)"
		rec b:3 "$(card z),$(name Dora Kruse)"
		rec c:3 "$(card z),$(name D Kruse)"
		rec a:4 "$(card u),$(name Danielle Lima)"
		rec b:4 "$(card v),$(name Ana Haas)"
	} | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(name_of x)" = "Danielle Haas: usual" ]
	[ "$(name_of y)" = "Ana Rita Souza: usual" ]
	[ "$(name_of z)" = "Dora Kruse: valid" ]
	MODE=auto resolve in
	[ "$(name_of x)" = "Danielle Haas: usual" ]
}

@test "of two family names that are not alike the later one stays where sources are even" {
	{
		rec a:1 "$(card x),$(name Ana Souza),\"observed_at\":\"2020-01-01\""
		rec a:2 "$(card x),$(name Ana Souza),\"observed_at\":\"2021-01-01\""
		rec b:1 "$(card x),$(name Ana Lima),\"observed_at\":\"2023-01-01\""
		rec a:3 "$(card y),$(name Rui Souza),\"observed_at\":\"2020-01-01\""
		rec b:3 "$(card y),$(name Rui Suoza),\"observed_at\":\"2023-01-01\""
	} | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(name_of x)" = "Ana Lima: like_latest" ]
	[ "$(name_of y)" = "Rui Souza: usual" ]
}

@test "a name is written as names are, with its accents, by whoever writes it so" {
	{
		rec a:1 "$(mail x@example.com),$(name Alvaro MENDEZ),\"observed_at\":\"2023-01-01\""
		rec b:1 "$(mail x@example.com),$(name Álvaro mendez),\"observed_at\":\"2022-01-01\""
		rec c:1 "$(mail x@example.com),$(name ALvaro Méndez),\"observed_at\":\"2021-01-01\""
	} | stream > in
	resolve in
	[ "$(chosen '"\(.given_name) \(.family_name)"')" = "Álvaro Méndez" ]
	[ "$(chosen '"\(.provenance.given_name.record) \(.provenance.family_name.record)"')" = "b:1 c:1" ]
}

@test "a full name follows a pinned part" {
	rec a:1 "$(name Ana Souza),\"name\":\"Ana Souza\"" | stream > in
	rules '"survivorship":{"family_name":["pinned","vote"]},"pinned":[{"record":"a:1","field":"family_name","value":"Lima"}]'
	resolve --rules rules.json in
	[ "$(chosen '"\(.family_name)|\(.name)"')" = "Lima|null" ]
}

@test "an address that says less than another is none of its own" {
	{
		rec a:1 "$(mail x@example.com),\"address\":[{\"street_address\":\"129 Grange Street\",\"locality\":\"Springfield\",\"postal_code\":\"19160\",\"country\":\"US\"}],\"observed_at\":\"2020-01-01\""
		rec b:1 "$(mail x@example.com),\"address\":[{\"locality\":\"SPRINGFIELD\",\"postal_code\":\"19160\"}],\"observed_at\":\"2023-01-01\""
		rec c:1 "$(mail x@example.com),\"address\":[{\"locality\":\"Shelbyville\"}],\"observed_at\":\"2022-01-01\""
	} | stream > in
	resolve in
	[ "$(chosen '[.address[].locality] | join("|")')" = "Shelbyville|Springfield" ]
	[ "$(chosen '.provenance.address[1] | "\(.record) \(.records | join(","))"')" = "a:1 a:1" ]
	rules '"survivorship":{"address":["recency"]}'
	resolve --rules rules.json in
	[ "$(chosen '.address[0].locality')" = "SPRINGFIELD" ]
}

@test "what no date ranks is ranked by how many records have it" {
	{
		rec a:1 "$(card x),\"address\":[{\"locality\":\"Evroa\"}],\"attributes\":{\"seat\":12},\"phone_number\":[\"+351210001230\"]"
		rec a:2 "$(card x),\"address\":[{\"locality\":\"Évora\"}],\"attributes\":{\"seat\":14},\"phone_number\":[\"+351210001234\"]"
		rec b:1 "$(card x),\"address\":[{\"locality\":\"EVORA\"}],\"attributes\":{\"seat\":14},\"phone_number\":[\"+351210001234\"]"
	} | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(chosen '[.address[].locality, .phone_number[], .attributes.seat] | map(tostring) | join(" ")')" = "Évora Evroa +351210001234 +351210001230 14" ]
	[ "$(chosen '.provenance.address[0].records | join(" ")')" = "a:2 b:1" ]
	[ "$(chosen '.provenance["attributes.seat"].rule')" = frequency ]
	rules '"sources":{"b":{"priority":1}}'
	resolve --rules rules.json in
	[ "$(chosen '"\(.address[0].locality) \(.provenance["attributes.seat"].rule)"')" = "EVORA source_priority" ]
}

@test "an address stays once, in the form that most records have, then in full" {
	street() {
		printf '"address":[{"street_address":"%s","locality":"Springfield","postal_code":"19160"}],"observed_at":"%s"' "$1" "$2"
	}
	{
		rec a:1 "$(card x),$(street "129 Grange Street" 2020-01-01)"
		rec a:2 "$(card x),$(street "129 GRANGE STREET" 2021-01-01)"
		rec b:1 "$(card x),$(street "129 Garnge Street" 2023-01-01)"
		rec b:2 "$(card x),$(street "131 Grange Street" 2022-01-01)"
		rec c:1 "$(card x),$(street "129 Mill Lane" 2019-01-01)"
		rec a:3 "$(card y),$(street "7 Quarry Avenue" 2020-01-01)"
		rec b:3 "$(card y),$(street "7 Quarry Ave" 2021-01-01)"
	} | stream > in
	resolve in
	[ "$status" -eq 0 ]
	[ "$(chosen 'select(.identifiers.card[0] == "x") | [.address[].street_address] | join("|")')" = "129 Grange Street|131 Grange Street|129 Mill Lane" ]
	[ "$(chosen 'select(.identifiers.card[0] == "x") | .provenance.address[0].records | join(" ")')" = "a:1 a:2" ]
	[ "$(chosen 'select(.identifiers.card[0] == "y") | [.address[].street_address] | join("|")')" = "7 Quarry Avenue" ]
}

@test "of addresses that no date ranks that comes first whose parts most records have" {
	{
		rec a:1 "$(card x),\"address\":[{\"street_address\":\"12 Oak Street\",\"locality\":\"Sprignfield\"}]"
		rec a:2 "$(card x),\"address\":[{\"street_address\":\"12 Aok Street\",\"locality\":\"Springfield\"}]"
		rec a:3 "$(card x),\"address\":[{\"street_address\":\"12 Oak Street\",\"locality\":\"Springfield\"}]"
	} | stream > in
	resolve in
	[ "$(chosen '.provenance.address[0].record')" = a:3 ]
}

@test "birth dates of members beside the one that stays are possible ones of the profile" {
	{
		rec a:1 "$(mail x@example.com),$(name Ana Souza),\"birthdate\":\"1988-03-02\",\"observed_at\":\"2021-01-01\""
		rec b:1 "$(mail x@example.com),$(name Ana Souza),\"birthdate\":\"2015-06-01\",\"observed_at\":\"2020-01-01\""
		rec c:1 "$(mail x@example.com),$(name Ana Souza),\"birthdate\":\"1988-03-02\",\"observed_at\":\"2022-01-01\""
		rec d:1 "$(mail x@example.com),$(name Ana Souza),\"attributes\":{\"birthdate_alt\":[\"2015-06-01\",\"2015-01-06\"]}"
		rec e:1 "$(mail y@example.com),$(name Rui Prado),\"birthdate\":\"1990-01-01\""
		rec f:1 "$(mail y@example.com),$(name Rui Prado),\"birthdate\":\"1990-01-01\""
	} | stream > in
	printf '{"kind":"link","a":"%s","b":"%s","verdict":"same"}\n' a:1 b:1 > mine
	run_split cdp-resolve -q --verdicts mine -o out in
	[ "$status" -eq 0 ] || { cat err; return 1; }
	[ "$(chosen 'select(.members[0] == "a:1") | [.birthdate, .attributes.birthdate_alt[]] | join(" ")')" = "1988-03-02 2015-06-01 2015-01-06" ] || { chosen 'tojson'; return 1; }
	[ "$(chosen 'select(.members[0] == "a:1") | .provenance["attributes.birthdate_alt"] | "\(.record) \(.rule)"')" = "b:1 union" ]
	[ "$(chosen 'select(.members[0] == "e:1") | .attributes')" = null ]
}

@test "what is called a birth date and is none adds no member and no line to a profile" {
	{
		rec a:1 "$(mail x@example.com),$(name Ana Souza),\"birthdate\":\"1988-03-02\",\"observed_at\":\"2022-01-01\""
		rec b:1 "$(mail x@example.com),$(name Ana Souza),\"birthdate\":\"1\\\"],\\\"x\\\":[\\\"2\",\"observed_at\":\"2021-01-01\""
		rec c:1 "$(mail x@example.com),$(name Ana Souza),\"birthdate\":\"1\\n2\",\"observed_at\":\"2020-01-01\""
	} | stream > in
	resolve in
	[ "$(chosen '.attributes | tojson')" = '{"birthdate_alt":["1\"],\"x\":[\"2","1\n2"]}' ]
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

@test "a pinned value holds without a chain that names it, and of a list it is the first" {
	{
		rec a:1 "$(mail x@example.com),$(name Ana Souza),\"name\":\"Ana Souza\""
		rec b:1 "$(mail x@example.com),$(name Ana Souza),\"observed_at\":\"2022-01-01\""
		rec c:1 "$(mail x@example.com),$(name Ana Souza),\"observed_at\":\"2023-01-01\""
	} | stream > in
	pin() { printf '{"record":"a:1","field":"%s","value":"%s"}' "$1" "$2"; }
	rules "\"pinned\":[$(pin family_name Lima),$(pin email y@example.com),$(pin identifiers.loyalty L1),$(pin birthdate 1988-02-11)]"
	resolve --rules rules.json in
	[ "$(chosen '"\(.given_name) \(.family_name) \(.name) \(.birthdate)"')" = "Ana Lima null 1988-02-11" ]
	[ "$(chosen '.email | join(" ")')" = "y@example.com x@example.com" ]
	[ "$(chosen '.identifiers | tojson')" = '{"loyalty":["L1"]}' ]
	[ "$(chosen '[.provenance.family_name, .provenance.email[0]][] | .record + " " + .rule' | sort -u)" = "a:1 pinned" ]
	rules "\"pinned\":[$(pin given_name Eva)],\"survivorship\":{\"given_name\":[\"vote\",\"pinned\"],\"family_name\":{\"group\":\"given_name\"}}"
	resolve --rules rules.json in
	[ "$(chosen '"\(.given_name) \(.family_name)"')" = "Ana Souza" ]
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
	[ "$(head -1 c)" = 'profile	field	class	distinct	records	source	other	profiles	agree	share' ]
	grep -q '^p[^	]*	gender	gender	2	a:1 b:1					$' c
	[ "$(figure conflicts.gender)" -eq 1 ]
	refute grep -q female c
	resolve --conflicts c --show-values in
	grep -q 'female' c
	awk -F'\t' 'NF != 11 { exit 1 }' c
}

@test "two sources agree where they share a value in the form of matching, counted by profile" {
	{
		rec crm:1 "$(mail a@example.com),$(name Ana Costa),\"attributes\":{\"size\":\"M\",\"pets\":2}"
		rec shop:1 "$(mail a@example.com),$(name ANA Souza),\"attributes\":{\"size\":\"m\",\"pets\":3},\"gender\":\"not_stated\""
		rec shop:2 "$(mail a@example.com),\"gender\":\"female\""
		rec crm:2 "$(mail b@example.com),$(name Rui Costa),\"address\":[{\"locality\":\"Porto\"}]"
		rec shop:3 "$(mail b@example.com),$(name Rui Souza),\"address\":[{\"locality\":\"PORTO\"},{\"locality\":\"Faro\"}]"
		rec crm:3 "$(mail c@example.com),\"birthdate\":\"1990-01-02\""
		rec crm:4 "$(mail c@example.com),\"birthdate\":\"1990-01-02\""
		rec app:1 "$(mail c@example.com)"
	} | stream > in
	resolve --conflicts c in
	[ "$status" -eq 0 ]
	awk -F'\t' '$3 == "agreement"' c > got
	cat > want <<-'END'
	-	email	agreement			app	crm	1	1	1.000000
	-	address	agreement			crm	shop	1	1	1.000000
	-	attributes.pets	agreement			crm	shop	1	0	0.000000
	-	attributes.size	agreement			crm	shop	1	1	1.000000
	-	email	agreement			crm	shop	2	2	1.000000
	-	family_name	agreement			crm	shop	2	0	0.000000
	-	given_name	agreement			crm	shop	2	2	1.000000
	END
	diff want got
	tail -n 7 c | cmp - want
	for t in 1 2 8; do
		cdp-resolve -q --mode exact --threads $t --conflicts again -o o in
		cmp c again
	done
}

@test "a million records of one person are one node and one profile, in time that grows with them" {
	awk 'BEGIN { for (i = 0; i < 1000000; i++) {
		s = i % 2 ? "crm" : "shop"
		printf "{\"kind\":\"record\",\"id\":\"%s:%06d\",\"source\":\"%s\",\"key\":\"%06d\",\"given_name\":\"%s\",\"family_name\":\"Costa\",\"email\":[\"ana@example.com\"],\"gender\":\"%s\",\"purposes\":[\"identity_resolution\"]}\n",
			s, i, s, i, i % 7 ? "Ana" : "ANA", i % 3 ? "female" : "male"
	} }' | stream > in
	run_split timeout 120 cdp-resolve -q --mode exact --summary summary in
	[ "$status" -eq 0 ]
	[ "$(figure largest)" -eq 1000000 ]
	[ "$(figure nodes)" -eq 1 ]
	[ "$(figure folded)" -eq 999999 ]
	[ "$(chosen .given_name)" = Ana ]
	some 'select(.kind == "profile").provenance.email[0].records | length == 1000000' out
}

@test "a note goes with the value of its number, not with one whose number begins alike" {
	local emails
	emails=$(for i in $(seq 0 11); do printf ',"e%02d@example.com"' "$i"; done)
	rec shop:1 "\"email\":[${emails#,}],\"flags\":[\"email.1:one\",\"email.11:eleven\",\"email.01:zero\",\"email.4294967296:large\",\"emails.1:other\"]" | stream > in
	rules '"survivorship":{"email":{"union":12}}'
	resolve --rules rules.json in
	[ "$status" -eq 0 ] || { cat err; return 1; }
	[ "$(chosen '[.email[1], .email[11]] | join(" ")')" = "e01@example.com e11@example.com" ]
	[ "$(chosen '.flags | join(" ")')" = "email.11:eleven email.1:one" ]
}
