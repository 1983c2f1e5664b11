# SPDX-License-Identifier: Apache-2.0
# cdp-consent suppress and cdp-ingest --suppress: who is silent, who does not come back (ingest 6.2,
# consent 8.2, rows S1 and B20)
bats_require_minimum_version 1.5.0
load helpers
load consent

setup() {
	keyed_ledger '.shared={"mailboxes":["sales"],"namespaces":[]}'
}

# suppress PERSON [OPTIONS]: an erasure decided by dpo-1, but what OPTIONS say
suppress() {
	printf '%s\n' "$1" >who.json
	shift
	run_split cdp-consent suppress --subject-file who.json --cause erasure --by dpo-1 \
	    --as-of 2026-03-01T00:00:00Z "$@"
}

list() {
	cdp-consent suppress -q --list supp --as-of 2026-03-02T00:00:00Z "$@"
}

# rows on standard input: id,mail,tel,given,family,birth,post,loyalty,news
shop() {
	cat >shop.map.json <<-'END'
	{"cdp_mapping":1,
	 "source":{"name":"shop","controller":"north","channel":"web","collected":"subject","tz":"Z",
	  "collected_since":"2026-01-02","locale":"pt-PT","date_order":"YMD","default_region":"PT",
	  "purposes":[{"id":"identity_resolution","basis":"legitimate_interests","since":"2025-11-02","reference":"LIA-1"}]},
	 "key":{"column":"id"},
	 "columns":{"id":"drop","mail":"email","tel":"phone_number","given":"given_name","family":"family_name",
	  "birth":"birthdate","post":"address.0.postal_code","loyalty":"identifiers.loyalty",
	  "news":{"consent":[{"purpose":"marketing.newsletter","channel":"email","identifier":"email.0",
	   "values":{"yes":"grant","no":"deny","":"none"},"method":"web_form"}]}},
	 "unmapped":"error"}
	END
	{ echo id,mail,tel,given,family,birth,post,loyalty,news; cat; } >shop.csv
}

ingest() {
	run_split cdp-ingest --suppress supp --suppress-key-file state/keys/token \
	    --as-of 2026-03-10T00:00:00Z --summary sum "$@" shop.csv
}

ids() {
	jq -r 'select(.kind=="record").id' out | paste -sd' '
}

@test "five spellings of everything by which a person is known are one person, and none comes back (S1, B20)" {
	suppress '{"email":"joao.conceicao@gmail.com","phone_number":"+351 912 345 678","id.loyalty":"L-991","record":"shop:5","phone_name":"+351 912 345 678|Conceição","name_birth_postcode":"João Conceição|1988-02-11|1000-001"}'
	[ "$status" -eq 0 ]
	list
	shop <<-'END'
	1,joao.conceicao@gmail.com,,A,B,,,,yes
	2, JOAO.Conceicao@GMAIL.com ,,A,B,,,,no
	3,"Joao <joao.conceicao@gmail.com>",,A,B,,,,
	4,mailto:joao.conceicao@gmail.com,,A,B,,,,
	5,x@example.com,,A,B,,,,
	6,,+351912345678,A,B,,,,
	7,,00351 912 345 678,A,B,,,,
	8,,+351 (912) 345-678,A,B,,,,
	9,,+351-912-345-678,A,B,,,,
	10,,tel:+351912345678,A,B,,,,
	11,,,JOÃO,CONCEIÇÃO,1988-02-11,1000-001,,
	12,,,joao,conceicao,1988-02-11,1000001,,
	13,,,João,Conceição,1988-02-11, 1000 001 ,,
	14,,,Conceição,João,1988-02-11,1000-001,,
	15,,,João,Conceição,19880211,1000-001,,
	16,,,A,B,,,L-991,
	17,joao.conceicao@example.com,+351912345679,João,Conceição,1988-02-12,1000-001,L-992,yes
	END
	ingest --rejects r
	[ "$status" -eq 0 ]
	[ "$(ids)" = shop:17 ]
	[ "$(jq -c '[.rows,.records,.rejected,.suppressed,.consent]' sum)" = '[17,1,0,16,1]' ]
	run -0 jq -c .suppressed_by sum
	assert_output '{"email":4,"phone_number":5,"id":1,"record":1,"name_birth_postcode":5}'
	[ "$(tail -n 1 out | jq -c '[.in,.out,.suppressed]')" = '[17,2,16]' ]
	[ "$(head -n 1 out | jq -c .suppression)" = '{"ledger":"test.example/consent","as_of":"2026-03-02T00:00:00Z","tokens":7}' ]
	run ! grep -qi -e gmail -e 912345678 -e L-991 out err sum r
}

@test "the mailbox behind an address, and a telephone with its name, hold a profile's person" {
	suppress '{"kind":"profile","id":"p1","members":["shop:9"],"given_name":"Ana","family_name":"Souza","email":["ana.souza+news@gmail.com"],"phone_number":["+351211111111"],"shared":["phone_number.0"],"birthdate":"1988-02-11","address":[{"postal_code":"1000-001"}]}'
	[ "$status" -eq 0 ]
	run -0 jq -r .identifier out
	assert_output "email
email
phone_name
name_birth_postcode
record
id.email_sha256
id.email_sha256"
	list
	shop <<-'END'
	1,anasouza@gmail.com,,A,B,,,,
	2,,+351211111111,Rui,SOUZA,,,,
	3,,+351211111111,Rui,Costa,,,,
	9,,,C,D,,,,
	10,,,Ana,Souza,1988-02-11,1000 001,,
	END
	ingest
	[ "$(ids)" = shop:3 ]
}

@test "a refused row of somebody who is suppressed is no reject, and says nothing of consent" {
	suppress '{"email":"ana@example.com"}'
	list
	shop <<-'END'
	,ana@example.com,,Canary,B,,,,no
	2,bo@example.com,,A,B,,,,no
	END
	ingest --rejects r
	[ "$status" -eq 0 ]
	[ "$(ids)" = shop:2 ]
	run ! grep -e Canary -e ana@ r out err sum
}

@test "a finished stream is held against the list again, its consent lines too" {
	suppress '{"email":"ana@example.com","record":"shop:3"}'
	list
	shop <<-'END'
	1,ana@example.com,,A,B,,,,no
	2,bo@example.com,,A,B,,,,no
	3,cy@example.com,,A,B,,,,
	END
	cdp-ingest -q shop.csv -o day
	run_split cdp-ingest --suppress supp --suppress-key-file state/keys/token --as-of 2026-03-10T00:00:00Z day
	[ "$(ids)" = shop:2 ]
	[ "$(jq -r 'select(.kind=="consent").identifier.value' out)" = bo@example.com ]
	[ "$(tail -n 1 out | jq -c '[.in,.out,.suppressed]')" = '[5,2,3]' ]
	for t in 2 3 8; do
		cdp-ingest --suppress supp --suppress-key-file state/keys/token --as-of 2026-03-10T00:00:00Z \
		    --threads "$t" day 2>err | cmp - out
	done
}

@test "who bought the ticket is an attribute under --auto, and held against the list all the same" {
	suppress '{"email":"anasouza@gmail.com","phone_number":"+351912345678"}'
	list
	cat >tickets.csv <<-'END'
	ticket,attendee name,attendee email,buyer name,buyer email,buyer phone
	1,Rui Costa,rui@example.com,Ana Souza,Ana.Souza+x@gmail.com,
	2,Eva Lima,eva@example.com,Ana Souza,"other@example.com; anasouza@gmail.com",
	3,Joana Dias,joana@example.com,Ana Souza,,+351 912 345 678
	4,Ivo Reis,ivo@example.com,Bia Nunes,bia@example.com,+351 912 345 679
	5,Lia Melo,lia@example.com,Ana Souza,anasouza at gmail,912 345 678
	END
	run_split cdp-ingest --auto --suppress supp --suppress-key-file state/keys/token \
	    --as-of 2026-03-10T00:00:00Z --summary sum tickets.csv
	[ "$status" -eq 0 ]
	grep -q 'buyer' err
	[ "$(jq -r 'select(.kind=="record").email[0]' out | paste -sd' ')" = "ivo@example.com lia@example.com" ]
	[ "$(jq -c .suppressed_by sum)" = '{"email":2,"phone_number":1}' ]
	cdp-ingest --auto -q tickets.csv >day
	run_split cdp-ingest --suppress supp --suppress-key-file state/keys/token --as-of 2026-03-10T00:00:00Z day
	[ "$(tail -n 1 out | jq -c '[.in,.out,.suppressed]')" = '[5,2,3]' ]
}

# sha256 TEXT: its digits.
sha256() {
	printf %s "$1" | sha256sum | cut -d ' ' -f 1
}

@test "who is erased by an address does not come back by its hash, nor who is erased by a hash by the address" {
	suppress '{"email":["Ana.Souza@gmail.com","ana@example.com"]}'
	[ "$(jq -r .identifier out | paste -sd' ')" = 'email email id.email_sha256 id.email_sha256' ]
	suppress "{\"id.email_sha256\":\"$(sha256 rui@example.com | tr a-f A-F)\"}"
	[ "$(jq -r .identifier out)" = id.email_sha256 ]
	list
	{
		echo id,email_sha256
		echo "1,$(sha256 ana.souza@gmail.com)"
		echo "2,$(sha256 ana@example.com | tr a-f A-F)"
		echo "3,$(sha256 rui@example.com)"
		echo "4,$(sha256 eva@example.com)"
	} >app.csv
	run_split cdp-ingest --auto --suppress supp --suppress-key-file state/keys/token \
	    --as-of 2026-03-10T00:00:00Z --summary sum app.csv
	[ "$status" -eq 0 ]
	[ "$(ids)" = app:4 ]
	[ "$(jq -c .suppressed_by sum)" = '{"id":3}' ]
	shop <<-'END'
	1,Rui <RUI@example.com>,,A,B,,,,
	2,rui@example.net,,A,B,,,,
	END
	ingest
	[ "$(ids)" = shop:2 ]
	[ "$(jq -c .suppressed_by sum)" = '{"id":1}' ]
	# finished streams: another's letters, an attribute, what was said at a hash or by who has one
	{
		head -n 1 out
		record 1 x@example.com ",\"identifiers\":{\"email_sha256\":[\"$(sha256 ana@example.com | tr a-f A-F)\"]}"
		record 2 x@example.com | jq -c ".attributes.hashed=\"$(sha256 ana@example.com)\""
		record 3 x@example.com | jq -c ".attributes.hashed=\"$(sha256 eva@example.com)\""
		said c1 withdraw rui@example.com 2026-03-01T00:00:00Z
		said c2 withdraw "$(sha256 ana@example.com)" 2026-03-01T00:00:00Z | jq -c '.identifier.type="id.email_sha256"'
		said c3 withdraw eva@example.com 2026-03-01T00:00:00Z
		echo '{"kind":"end","in":6,"out":6,"ok":true}'
	} >day
	run_split cdp-ingest --suppress supp --suppress-key-file state/keys/token --as-of 2026-03-10T00:00:00Z day
	[ "$(jq -r 'select(.kind=="record" or .kind=="consent").id' out | paste -sd' ')" = 'shop:3 c3' ]
}

@test "the gates refuse the erased by a hash, and a complaint about an address says nothing of its hash" {
	suppress '{"email":"ana@example.com"}'
	# whatever stands in memory that was not written yet
	MALLOC_PERTURB_=165 suppress '{"email":"rui@example.com"}' --cause complaint
	[ "$(jq -r .identifier out)" = email ]
	{
		record 1 x@example.com ",\"identifiers\":{\"email_sha256\":[\"$(sha256 ana@example.com)\"]}"
		record 2 y@example.com ",\"identifiers\":{\"email_sha256\":[\"$(sha256 rui@example.com)\"]}"
	} | cdp-consent gate --as-of 2026-03-10T00:00:00Z --max-ledger-age P900D --quarantine q >out 2>err
	[ "$(ids)" = shop:2 ]
	[ "$(jq -r 'select(.kind=="record").decisions[0].code' q)" = D_SUPPRESSED ]
}

@test "a list that cannot be relied on stops the run with 4 and leaves the old output" {
	suppress '{"email":"ana@example.com"}'
	list
	shop <<<'1,ana@example.com,,A,B,,,,'
	cdp-consent init --state other --subjects keyed --name other.example/consent --new-keys \
	    --policy policy.json --as-of 2026-01-01T00:00:00Z 2>err
	head -n 1 supp >cut
	sed 2d supp >short
	sed '2s/t1/t2/' supp >key
	jq -c 'del(.as_of)' supp >undated
	sed 1d supp >headless
	sed '2s/.*/{"kind":"suppression"}/' supp >tokenless
	: >empty
	cp shop.csv plain
	echo old >o
	for bad in nowhere cut short key undated headless tokenless empty plain; do
		run_split cdp-ingest --suppress "$bad" --suppress-key-file state/keys/token \
		    --as-of 2026-03-10T00:00:00Z shop.csv -o o
		[ "$status" -eq 4 ] || { echo "$bad: $status"; cat err; return 1; }
		grep -q E_SUPPRESSION err || { echo "$bad"; return 1; }
		[ "$(cat o)" = old ]
	done
	run_split cdp-ingest --suppress supp --suppress-key-file other/keys/token --as-of 2026-03-10T00:00:00Z shop.csv
	[ "$status" -eq 4 ]
	run_split cdp-ingest --suppress supp --suppress-key-file state/keys/token --as-of 2026-04-03T00:00:00Z shop.csv
	[ "$status" -eq 4 ]
	run_split cdp-ingest --suppress supp --suppress-key-file state/keys/token --suppress-max-age 40 \
	    --as-of 2026-04-03T00:00:00Z shop.csv
	[ "$status" -eq 0 ]
}

@test "a key that others can read, an option without its other, are usage errors" {
	suppress '{"email":"ana@example.com"}'
	list
	shop <<<'1,ana@example.com,,A,B,,,,'
	chmod 644 state/keys/token
	run -2 cdp-ingest --suppress supp --suppress-key-file state/keys/token shop.csv
	assert_output --partial E_KEY_FILE
	run -2 cdp-ingest --suppress supp shop.csv
	run -2 cdp-ingest --suppress-key-file state/keys/token shop.csv
}

@test "a source that requires a list is not read without one" {
	suppress '{"email":"bo@example.com"}'
	list
	shop <<<'1,ana@example.com,,A,B,,,,'
	sed -i 's/"tz":"Z"/"tz":"Z","suppression":"required"/' shop.map.json
	run -4 cdp-ingest shop.csv
	assert_output --partial E_SUPPRESSION
	ingest
	[ "$status" -eq 0 ]
	run ! grep -q "no suppression list" err
}

@test "the gate quarantines the erased under another address, and the filter keeps them in" {
	suppress '{"name_birth_postcode":"Ana Souza|1988-02-11|1000-001","phone_name":"+351912345678|Souza"}'
	{ record 1 new@example.com ',"given_name":"ANA","family_name":"Souza","birthdate":"1988-02-11","address":[{"postal_code":"1000 001"}]'
	  record 2 other@example.com ',"family_name":"souza","phone_number":["+351912345678"]'
	  record 3 third@example.com ',"family_name":"Costa","phone_number":["+351912345678"]'; } |
		cdp-consent gate --as-of 2026-03-10T00:00:00Z --max-ledger-age P900D --quarantine q >out 2>err
	run -0 jq -r 'select(.kind=="record").decisions[0].code' q
	assert_output "D_SUPPRESSED
D_SUPPRESSED"
	[ "$(ids)" = shop:3 ]
	grant g1 new@example.com 2026-03-02T10:00:00Z | heard 2026-03-02T10:01:00Z
	profile 1 new@example.com | jq -c '.given_name="Ana"|.family_name="Souza"|.birthdate="1988-02-11"|.address=[{"postal_code":"1000-001"}]' |
		judge filter --purpose marketing.newsletter --channel email --denied d >out 2>err
	run -0 jq -r 'select(.kind=="decision").code' d
	assert_output D_SUPPRESSED
}

@test "a complaint silences the addresses, and a lift opens them again" {
	suppress '{"email":"ana@example.com","record":"shop:1"}' --cause complaint
	[ "$(jq -r .identifier out)" = email ]
	grant g1 ana@example.com 2026-02-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	profile 1 ana@example.com >p
	judge filter --purpose marketing.newsletter --channel email p >out 2>err
	[ "$(jq -r 'select(.kind=="profile").id' out)" = "" ]
	list --cause erasure
	[ "$(grep -c suppression supp)" -eq 1 ]
	list
	[ "$(jq -r 'select(.kind=="suppression").token' supp | cut -d : -f 1)" = email ]
	id=$(jq -r 'select(.type=="suppress").id' state/ledger/seg/000000.ndjson)
	run -0 cdp-consent suppress --lift "$id" --by dpo-2 --as-of 2026-04-01T00:00:00Z
	list --as-of 2026-04-02T00:00:00Z
	[ "$(jq -r 'select(.kind=="suppression").token' supp)" = "" ]
	judge filter --purpose marketing.newsletter --channel email p >out 2>err
	[ "$(jq -r 'select(.kind=="profile").id' out)" = 1 ]
}

@test "an erasure of an address of many reaches that address only" {
	suppress '{"email":"sales@example.com"}'
	grant g1 ana@example.com 2026-02-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	[ "$(jq -c 'select(.type=="suppress").data' state/ledger/seg/000000.ndjson | uniq)" = '{"reach":"address"}' ]
	profile 1 ana@example.com | jq -c '.email+=["sales@example.com"]' |
		judge filter --purpose marketing.newsletter --channel email >out 2>err
	[ "$(jq -r 'select(.kind=="profile").email[0]' out)" = ana@example.com ]
}

@test "what only suppressions name is refused elsewhere" {
	printf '{"kind":"consent","id":"w","type":"withdraw","identifier":{"type":"phone_name","value":"+351912345678|Souza"},"at":"2026-03-01T00:00:00Z"}\n' >w
	run_split cdp-consent append w
	[ "$status" -eq 1 ]
	grep -q E_SUBJECT err
	echo '{"phone_name":"+351912345678|Souza"}' >who.json
	run -3 judge decide --purpose marketing.newsletter --channel email --subject-file who.json
}

@test "a person, a lift and the list exclude each other; a decision names its cause and who decided" {
	echo '{"email":"ana@example.com"}' >who.json
	run -2 cdp-consent suppress
	run -2 cdp-consent suppress --subject-file who.json --cause erasure
	run -2 cdp-consent suppress --subject-file who.json --by dpo
	run -2 cdp-consent suppress --subject-file who.json --by dpo --cause whim
	run -2 cdp-consent suppress --subject-file who.json --by dpo --cause erasure --list l
	run -2 cdp-consent suppress --lift x
	run -2 cdp-consent suppress --subject-fd 77 --by dpo --cause erasure
	run -2 cdp-consent suppress --subject-file who.json --subject-fd 0 --by dpo --cause erasure
	run -1 cdp-consent suppress --lift x --by dpo
	assert_output --partial E_LIFT
	run -2 cdp-consent suppress --subject-file who.json --by "Ana Souza" --cause erasure
	[ "$(lines)" -eq 1 ]
	run -0 cdp-consent suppress --subject-fd 3 --by dpo --cause erasure 3<who.json
	[ "$(lines)" -eq 3 ]
}

@test "a table that --auto knows nobody in is refused where people are kept out" {
	suppress '{"email":["ana@example.com"]}'
	list
	printf 'id,remark\n1,ana@example.com has gone\n2,x\n' >day.csv
	run_split cdp-ingest --auto --suppress supp --suppress-key-file state/keys/token --as-of 2026-03-10T00:00:00Z day.csv
	[ "$status" -eq 3 ]
	grep -q E_EMPTY err
	run_split cdp-ingest --auto day.csv
	[ "$status" -eq 0 ]
}
