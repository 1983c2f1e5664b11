# SPDX-License-Identifier: Apache-2.0
# cdp-ingest: every reason for which a row, a cell or a file is refused.
load helpers

mapping() {	# [edit]
	jq -c "${1:-.}" > a.map.json <<-'END'
	{"cdp_mapping":1,
	 "source":{"name":"a","controller":"acme","channel":"web","collected":"subject","tz":"Z",
	  "collected_since":"2024-01-01","locale":"en-GB","date_order":"YMD",
	  "purposes":[{"id":"linking","basis":"contract","since":"2023-01-01"}]},
	 "key":{"column":"id"},"columns":{"id":"drop","name":"family_name","x":"attributes.x"}}
	END
}

reasons() { jq -r 'select(.kind == "reject") | .code + " \(.line)"' "${1:-r}" | tr '\n' ' '; }

# CODE, the edit of the mapping, and the cell of column x that is refused for it.
cells() {
	cat <<-'END'
	E_EMAIL	.columns.x = {"to":"email","invalid":"reject"}	ana.acme.test
	E_PHONE	.columns.x = {"to":"phone_number","invalid":"reject"}	12
	E_DATE	.columns.x = {"to":"birthdate","invalid":"reject"}	1985-02-30
	E_TIME	.columns.x = {"to":"observed_at","invalid":"reject"}	2025-01-01T25:00:00Z
	E_NAME	.columns.x = {"to":"given_name","invalid":"reject"}	ana@acme.test
	E_GENDER	.columns.x = {"to":"gender","invalid":"reject"}	7
	E_COUNTRY	.columns.x = {"to":"address.0.country","invalid":"reject"}	Korea
	E_ATTRIBUTE	.columns.x = {"to":"attributes.x","type":"integer","invalid":"reject"}	seven
	E_ATTRIBUTE	.columns.x = {"to":"attributes.x","type":"decimal","invalid":"reject"}	1.2.3
	E_ATTRIBUTE	.columns.x = {"to":"attributes.x","type":"boolean","invalid":"reject"}	perhaps
	E_ATTRIBUTE	.columns.x = {"to":"attributes.x","type":"json","invalid":"reject"}	{oops
	E_TEXT	.columns.x = {"to":"website","invalid":"reject"}	LONG
	E_REGION	.columns.x = {"to":"address.0.region","invalid":"reject"}	LONG
	E_POSTCODE	.columns.x = {"to":"address.0.postal_code","invalid":"reject"}	LONG
	E_ADDRESS	.columns.x = {"to":"address.0.locality","invalid":"reject"}	LONG
	E_IDENTIFIER	.columns.x = {"to":"identifiers.card","invalid":"reject"}	LONG
	E_EMAIL	.source.invalid = "reject" | .columns.x = "email"	ana.acme.test
	E_REQUIRED	.columns.x = {"to":"attributes.x","required":true}	
	E_LIST_LONG	.columns.x = {"to":"nickname","separator":";"}	MANY
	E_CONSENT_VALUE	.columns.x = {"consent":[{"purpose":"news","polarity":"true_is_yes"}]}	maybe
	E_BASIS_AFTER_COLLECTION	.columns.x = "collected_at"	2022-12-31
	E_KEY	.key.column = "x"	
	E_KEY	.key = {"columns":["id","x"]}	
	END
}

@test "every reason to refuse a cell or its row has a cell that gives it" {
	local code edit cell bad=0
	while IFS=$'\t' read -r code edit cell; do
		[ "$cell" != LONG ] || cell=$(head -c 70000 /dev/zero | tr '\0' a)
		[ "$cell" != MANY ] || cell=$(seq -s ';' -f 'nick %g' 65 | tr 0-9 a-j)
		mapping "$edit"
		printf 'id,name,x\n1,Souza,%s\n2,Reis,\n' "$cell" > a.csv
		[[ "$code" != E_REQUIRED && "$code" != E_KEY ]] || printf 'id,name,x\n1,Souza,%s\n2,Reis,ok\n' "$cell" > a.csv
		rm -f r
		run_split cdp-ingest -q --max-field 1M a.csv --rejects r
		[ "$status" -eq 1 ] && [ "$(reasons)" = "$code 2 " ] || {
			echo "$code by $edit: $status $(reasons) $(head -c 300 err)"
			bad=1
		}
	done < <(cells)
	[ "$bad" -eq 0 ]
}

@test "without invalid: reject the same cells cost the value only, and leave text and flag" {
	local code edit cell
	while IFS=$'\t' read -r code edit cell; do
		[[ "$edit" == *'"invalid":"reject"'* ]] && [ "$cell" != LONG ] || continue
		mapping "${edit/,\"invalid\":\"reject\"/}"
		jq -c --arg c "$cell" -n '$c' > want
		printf 'id,name,x\n1,Souza,"%s"\n' "${cell//\"/\"\"}" > a.csv
		run_split cdp-ingest -q a.csv
		[ "$status" -eq 0 ]
		[ "$(sed -n 2p out | jq -c '[.attributes | to_entries[] | select(.key | startswith("raw_")) | .value][0]')" = "$(cat want)" ] ||
			{ echo "$edit: $(sed -n 2p out)"; return 1; }
		sed -n 2p out | jq -e '.flags | length == 1'
	done < <(cells)
}

@test "a row of another shape is refused with its counts, also one with trailing separators (I18)" {
	mapping
	printf 'id,name,x\n1,Souza\n2,Reis,a,b\n3,Lima,c,,\n4,Dias,d\n5,Melo,e\n6,Pires,f\n' > a.csv
	run_split cdp-ingest a.csv
	[ "$status" -eq 1 ]
	grep -q 'a.csv:2: E_CSV_FIELDS: has 2 fields, the header has 3' err
	grep -q 'a.csv:3: E_CSV_FIELDS: has 4 fields, the header has 3' err
	grep -q 'a.csv:4: E_CSV_FIELDS: has 5 fields, the header has 3' err
	run_split cdp-ingest -q --ragged pad a.csv --rejects r
	[ "$(reasons)" = 'E_CSV_FIELDS 3 ' ]
}

@test "two files run together: the second header is no row" {
	mapping
	printf 'id,name,x\n1,Souza,a\n' > one.csv
	cat one.csv one.csv > a.csv
	run_split cdp-ingest -q a.csv --rejects r
	[ "$(reasons)" = 'E_CSV_HEADER_ROW 3 ' ]
	[ "$(grep -c '"kind":"record"' out)" -eq 2 ]
}

@test "bytes that are no text cost the row when they come late, the file when they come at once (I06)" {
	mapping
	{ echo id,name,x; awk 'BEGIN { for (i = 1; i <= 9100; i++) printf "%d,%s,a\n", i, i == 9000 ? "Jos\351" : "Souza" }'; } > a.csv
	run_split cdp-ingest -q a.csv --rejects r
	[ "$status" -eq 1 ]
	[ "$(reasons)" = 'E_UTF8 9001 ' ]
	printf 'id,name,x\n1,Jos\351,a\n' > a.csv
	run_split cdp-ingest -q a.csv
	[ "$status" -eq 3 ]
	grep -q 'E_ENCODING: is not UTF-8 at byte 15: .*windows-1252' err
	run_split cdp-ingest -q --encoding windows-1252 a.csv
	[ "$status" -eq 0 ]
	grep -q '"family_name":"José"' out
}

@test "NUL, a lone carriage return, a stray quote and a blank line have codes of their own (I12 I18)" {
	mapping
	{ printf 'id,name,x\n1,Sou\0za,a\n2,Re\ris,b\n3,"Li"ma,c\n\n'; printf '%d,Dias,d\n' 4 5 6 7 8; } > a.csv
	run_split cdp-ingest -q a.csv --blank-lines error --rejects r
	[ "$status" -eq 1 ]
	[ "$(reasons)" = 'E_NUL 2 E_CSV_CR 3 E_CSV_QUOTE 4 E_BLANK 5 ' ]
	run_split cdp-ingest -q a.csv --summary s
	[ "$(jq .blank s)" -eq 1 ]
}

@test "a field over the limit, and a record of too many attributes" {
	mapping
	printf 'id,name,x\n1,Souza,%s\n2,Reis,b\n' "$(head -c 70000 /dev/zero | tr '\0' a)" > a.csv
	run_split cdp-ingest -q a.csv --rejects r
	[ "$(reasons)" = 'E_CSV_FIELD 2 ' ]
	{
		awk 'BEGIN { printf "{\"id\":\"1\",\"name\":\"Souza\""; for (i = 0; i < 2100; i++) printf ",\"a%d\":1", i; print "}" }'
		echo '{"id":"2","name":"Reis"}'
	} > a.ndjson
	rm r
	run_split cdp-ingest -q --max-keys 5000 a.ndjson --rejects r
	[ "$(reasons)" = 'E_ATTRIBUTES 1 ' ]
}

@test "a thousand attributes come out in the order of their names, whatever that of the columns" {
	mapping
	awk 'BEGIN { printf "{\"id\":\"1\",\"name\":\"Souza\""
		for (i = 1999; i >= 1000; i--) printf ",\"a%d\":%d", i, i; print "}" }' > a.ndjson
	run_split cdp-ingest -q --max-keys 5000 a.ndjson -o out
	[ "$status" -eq 0 ]
	[ "$(jq -c 'select(.kind == "record") | .attributes | keys_unsorted == [range(1000; 2000) | "a\(.)"]' out)" = true ]
	[ "$(jq -c 'select(.kind == "record") | .attributes.a1500' out)" = 1500 ]
}

@test "a row that would make a record that no tool reads is refused, and so named" {
	mapping
	{
		awk 'BEGIN { printf "{\"id\":\"1\",\"name\":\"Souza\",\"deep\":"
			for (i = 0; i < 63; i++) printf "["; for (i = 0; i < 63; i++) printf "]"; print "}" }'
		awk 'BEGIN { printf "{\"id\":\"2\",\"name\":\"Souza\",\"list\":[0"
			for (i = 1; i < 9985; i++) printf ",%d", i; print "]}" }'
		awk 'BEGIN { printf "{\"id\":\"3\",\"name\":\"Souza\""
			for (i = 0; i < 20; i++) { printf ",\"a%d\":\"", i; for (j = 0; j < 5300; j++) printf "longlonger"; printf "\"" }
			print "}" }'
		awk 'BEGIN { printf "{\"id\":\"4\",\"name\":\"Souza\""; for (i = 0; i < 1100; i++) printf ",\"a%d\":1", i; print "}" }'
		echo '{"id":"5","name":"Reis","deep":[[[1]]]}'
	} > a.ndjson
	run_split cdp-ingest -q --max-keys 5000 --max-line 2M --abort-rejects 100% a.ndjson --rejects r -o out
	[ "$status" -eq 1 ]
	[ "$(reasons)" = 'E_DEPTH 1 E_NODES 2 E_LINE_LONG 3 E_ATTRIBUTES 4 ' ]
	run_split cdp-resolve -q --assume-purpose identity_resolution --mode exact out
	[ "$status" -eq 0 ]
}

@test "a header that cannot be, and a separator that cannot be found, are faults of use" {
	mapping
	for text in '"id,name' 'id,name"x'; do
		printf '%s\n1,Souza,a\n' "$text" > a.csv
		run_split cdp-ingest a.csv
		[ "$status" -eq 2 ]
		grep -q E_CSV_HEADER err
	done
	seq -s , 4097 > a.csv
	run_split cdp-ingest --auto a.csv
	[ "$status" -eq 2 ]
	grep -q 'E_CSV_HEADER: .*more than 4096 columns' err
	seq -s , 4096 > a.csv
	run_split cdp-ingest --auto a.csv
	[ "$status" -eq 0 ]
	mapping '.columns = {"name":"family_name"} | .key.column = "name"'
	printf 'nickname\nSouza\n' > a.csv
	run_split cdp-ingest a.csv
	[ "$status" -eq 2 ]
	printf 'what\nSouza\n' > a.csv
	run_split cdp-ingest a.csv
	[ "$status" -eq 2 ]
	grep -q E_CSV_DIALECT err
	mapping '.columns = {"id":"drop","family":"family_name"} | .key.column = "id"'
	printf 'id;family\n1;Souza\n2;"Lima\n3;Alves\n' > a.csv
	run_split cdp-ingest a.csv
	[ "$status" -eq 1 ]
	grep -q 'a.csv:3:3: E_CSV_SPAN: ' err
}

@test "packed input: members in a row are one, a cut or a tail is 3, a bomb is E_EXPANSION" {
	mapping
	printf 'id,name,x\n1,Souza,a\n' | gzip > one.gz
	printf '2,Reis,b\n' | gzip | cat one.gz - > a.csv.gz
	run_split cdp-ingest -q a.csv.gz
	[ "$status" -eq 0 ]
	[ "$(grep -c '"kind":"record"' out)" -eq 2 ]
	head -c -5 a.csv.gz > cut && mv cut a.csv.gz
	run_split cdp-ingest -q a.csv.gz -o o
	[ "$status" -eq 3 ]
	[ ! -e o ]
	{ cat one.gz; echo tail; } > a.csv.gz
	run_split cdp-ingest -q a.csv.gz -o o
	[ "$status" -eq 3 ]
	[ ! -e o ]
	{ printf 'id,name,x\n'; head -c 40000000 /dev/zero | tr '\0' '\n'; } | gzip -9 > a.csv.gz
	run_split cdp-ingest -q a.csv.gz -o o
	[ "$status" -eq 3 ]
	[ ! -e o ]
	grep -q E_EXPANSION err
	run_split cdp-ingest -q --expand-ratio 2000 a.csv.gz
	[ "$status" -eq 0 ]
}

@test "cells that look like commands or markup are data; the word None is a town, Null a name" {
	mapping '.columns.town = "address.0.locality" | .columns.nr = "identifiers.card"'
	printf 'id,name,x,town,nr\n1,Null,=1+1,None,NULL\n2,Reis,<b>,../x,7\n3,Lima,a\033[1mb,Ulm,00123\n' > a.csv
	run_split cdp-ingest -v a.csv
	[ "$status" -eq 0 ]
	[ "$(sed -n 2p out | jq -c '[.family_name, .attributes.x, .address[0].locality, .identifiers]')" = '["Null","=1+1","None",null]' ]
	[ "$(sed -n 3p out | jq -c '[.attributes.x, .address[0].locality, .identifiers.card]')" = '["<b>","../x",["7"]]' ]
	[ "$(sed -n 4p out | jq -c '.identifiers.card')" = '["00123"]' ]
	refute grep -q "$(printf '\033')" out err
}

# Lines of $1 whose members have not the JSON type that the schema in $2 says, or are not in it.
off_schema() {
	jq -c --slurpfile s "$2" 'select(.kind == $s[0].title) | . as $line | ($s[0].required - keys) +
	    (to_entries | map(select($s[0].properties[.key] as $p | $p == null or ($p.type != null and
	    $p.type != (.value | type | if . == "number" then "integer" else . end))) | .key)) |
	    select(length > 0)' "$1"
}

@test "--print-schema describes every record, consent line and reject of the golden cases" {
	for kind in record consent reject; do
		cdp-ingest --print-schema=$kind > $kind.json
		jq -e --arg k $kind '.title == $k and .properties.kind.const == $k' $kind.json
	done
	cdp-ingest --print-schema | cmp - record.json
	cat "$DATA"/ingest/*/out > all
	(cd "$DATA/ingest/rows" && cdp-ingest -q a.csv --abort-rejects 100% --rejects "$BATS_TEST_TMPDIR/r" > /dev/null) || true
	cat r >> all
	for kind in record consent reject; do
		[ "$(grep -c "\"kind\":\"$kind\"" all)" -gt 0 ]
		[ -z "$(off_schema all $kind.json)" ]
	done
	echo '{"kind":"record","id":"a:1","source":"a","key":"1","email":"x","extra":1}' > bad
	[ "$(off_schema bad record.json)" = '["email","extra"]' ]
	run_split cdp-ingest --print-schema=duckdb
	[ "$status" -eq 2 ]
	grep -q 'not in this version' err
}

@test "who keeps refused rows in a file is told how many, and where" {
	printf 'id,name\n1,Ana\n2,"Bo\n' >a.csv
	run_split cdp-ingest --auto --rejects kept -o out.nd a.csv
	[ "$status" -eq 1 ]
	grep -qx 'cdp-ingest: refused 1 of 2 (E_CSV_SPAN 1): they are in kept' err
	run_split cdp-ingest --auto --rejects kept --max-rejects 1 -o out.nd a.csv
	[ "$status" -eq 0 ]
	[ "$(grep -c 'they are in kept' err)" -eq 0 ]
}

@test "who keeps no refused rows is told how many there were if more than ten" {
	{ echo id,email; seq -f '%g,' 11; seq -f '%g,m@example.com' 12 30; } > a.csv
	told='refused 11 of 30 (E_EMPTY 11): the first ten are named above, --rejects FILE keeps them all'
	run_split cdp-ingest --auto a.csv
	[ "$status" -eq 1 ]
	[ "$(grep -c ': E_EMPTY: ' err)" -eq 10 ]
	grep -qxF "cdp-ingest: $told" err
	run_split cdp-ingest --auto --max-rejects 50% a.csv
	[ "$status" -eq 0 ]
	grep -qxF "cdp-ingest: $told" err
	sed -i 2d a.csv
	run_split cdp-ingest --auto a.csv
	[ "$(grep -c 'refused 10' err)" -eq 0 ]
}
