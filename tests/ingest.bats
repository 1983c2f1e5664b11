# SPDX-License-Identifier: Apache-2.0
# cdp-ingest: what the golden cases cannot show.
load helpers

mapping() {
	cat > a.map.json <<-'END'
	{"cdp_mapping":1,
	 "source":{"name":"a","controller":"acme","channel":"web","collected":"subject","tz":"Z",
	  "collected_since":"2024-01-01","locale":"en-GB","date_order":"YMD",
	  "purposes":[{"id":"identity_resolution","basis":"legitimate_interests","since":"2023-01-01","reference":"LIA-1"}]},
	 "key":{"column":"id"},"columns":{"id":"drop","name":"name","mail":"email","birth":"birthdate"},"unmapped":"error"}
	END
}

rows() {
	awk -v n="$1" 'BEGIN { print "id,name,mail,birth"
		for (i = 1; i <= n; i++) printf "%d,Ana Souza %c,ana%d@acme.test,19%02d-02-11\n", i, 97 + i % 26, i, 50 + i % 40 }'
}

records() { jq -r 'select(.kind == "record").id' "${1:-out}" | wc -l; }

@test "any thread count, memory limit, file or pipe gives the same bytes" {
	mapping
	rows 60000 > a.csv
	cdp-ingest --threads 1 a.csv > one
	for t in 2 3 8; do
		cdp-ingest --threads $t --memory 64M a.csv | cmp - one
	done
	cat a.csv | cdp-ingest --threads 3 --map a.map.json - | cmp - one
	gzip -k a.csv
	cdp-ingest --map a.map.json a.csv.gz | cmp - one
}

@test "a stray quote costs at most 100 lines, one reject, and marks what follows (I17)" {
	mapping
	rows 3000 | sed '17s/,Ana/,"Ana/' > a.csv
	run_split cdp-ingest a.csv --rejects r
	[ "$status" -eq 1 ]
	[ "$(jq -c 'select(.kind == "reject") | [.code, .line, .lines]' r)" = '["E_CSV_SPAN",17,100]' ]
	[ "$(records)" -eq 2900 ]
	[ "$(jq -r 'select(.kind == "record" and (.flags // [] | index("record:after_span_fault"))).id' out | wc -l)" -eq 2885 ]
	run_split cdp-ingest a.csv
	grep -q ':17:.*: E_CSV_SPAN: has a quoted field that does not close: refused to line 116$' err
}

@test "a stray quote in a million rows costs at most 100 lines and is told exactly (I17)" {
	mapping
	rows 1000000 | sed '500000s/,Ana/,"Ana/' > a.csv
	cdp-ingest -q --rejects r a.csv | grep -c '"kind":"record"' > count || true
	[ "$(cat count)" -eq 999900 ]
	[ "$(jq -c 'select(.kind == "reject") | [.code, .line, .lines]' r)" = '["E_CSV_SPAN",500000,100]' ]
}

@test "a file that is mostly bad ends the run with 3 and leaves the old output" {
	mapping
	rows 2000 | sed '2,1500s/$/,x/' > a.csv
	echo old > o
	run_split cdp-ingest a.csv -o o
	[ "$status" -eq 3 ]
	grep -q E_MOSTLY_BAD err
	[ "$(cat o)" = old ]
	run_split cdp-ingest --abort-rejects 100% a.csv -o o
	[ "$status" -eq 1 ]
}

@test "a small file is judged at its end, one whose half is bad still passes" {
	mapping
	rows 5 | sed '2,4s/$/,x/' > a.csv
	run_split cdp-ingest -q a.csv -o o
	[ "$status" -eq 3 ]
	grep -q 'E_MOSTLY_BAD: 3 of the first 5 rows were refused (so far E_CSV_FIELDS 3); they have one field more than the header' err
	[ ! -e o ]
	run_split cdp-ingest -q --abort-rejects 60% a.csv
	[ "$status" -eq 1 ]
	rows 4 | sed '2,3s/$/,x/' > a.csv
	run_split cdp-ingest -q a.csv
	[ "$status" -eq 1 ]
	rows 2000 | sed '1100,1990s/$/,x/' > a.csv
	run_split cdp-ingest -q a.csv
	[ "$status" -eq 1 ]
}

@test "NDJSON that is cut off, or is no lines at all, ends the run with 3" {
	mapping
	printf '{"id":"1","name":"Ana","mail":"","birth":""}\n{"id":"2","na' > a.ndjson
	run_split cdp-ingest -q a.ndjson -o o
	[ "$status" -eq 3 ]
	grep -q 'a.ndjson:2: E_TRUNCATED' err
	[ ! -e o ]
	printf '{"id":"1","name":"Ana","mail":"","birth":""}' > a.ndjson
	run_split cdp-ingest -q a.ndjson
	[ "$status" -eq 0 ]
	for text in '[{"id":"1"}]' '{
  "id": "1"
}'; do
		echo "$text" > a.ndjson
		run_split cdp-ingest -q --from ndjson a.ndjson
		[ "$status" -eq 3 ]
		grep -q 'E_NOT_NDJSON.*jq -c' err
	done
}

@test "a file of another kind is refused with 3 (I06)" {
	mapping
	printf 'PK\003\004xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' > a.csv
	run_split cdp-ingest a.csv
	[ "$status" -eq 3 ]
	grep -q E_FILE_KIND err
	rows 3 | iconv -t UTF-16 > a.csv
	run_split cdp-ingest a.csv
	[ "$status" -eq 3 ]
}

@test "a long line is one reject and the next is read" {
	mapping
	{ printf 'id,name,mail,birth\n1,'; head -c 3000000 /dev/zero | tr '\0' x; printf ',,\n2,Eva Reis,,\n'; } > a.csv
	run_split cdp-ingest a.csv
	[ "$status" -eq 1 ]
	[ "$(records)" -eq 1 ]
}

@test "rejects come back as a CSV that can be repaired and read again" {
	mapping
	{ rows 5; echo '9,Eva Reis'; echo ',x,y@acme.test,'; } > a.csv
	run_split cdp-ingest a.csv --rejects r
	cdp-ingest rejects --raw r > fix.csv
	[ "$(sed -n 1p fix.csv)" = id,name,mail,birth ]
	[ "$(wc -l < fix.csv)" -eq 3 ]
	cdp-ingest -q a.csv > o || true
	run_split cdp-ingest rejects --raw o
	[ "$status" -eq 3 ]
	grep -q '^cdp-ingest: o:2: E_REJECT: not a file of rejects$' err
	sed -i 's/^9.*/9,Eva Reis,,/; s/^,x/10,Rui/' fix.csv
	run_split cdp-ingest --map a.map.json fix.csv
	[ "$status" -eq 0 ]
	[ "$(records)" -eq 2 ]
}

@test "--strict stops at the first reject and commits nothing" {
	mapping
	{ rows 5; echo '9,Eva'; } > a.csv
	run_split cdp-ingest --strict a.csv -o o
	[ "$status" -eq 1 ]
	[ ! -e o ]
}

@test "--max-rejects lets some pass" {
	mapping
	{ rows 5; echo '9,Eva'; } > a.csv
	run_split cdp-ingest --max-rejects 1 a.csv
	[ "$status" -eq 0 ]
}

@test "--limit, --sample and --dry-run" {
	mapping
	rows 5000 > a.csv
	cdp-ingest --limit 7 a.csv > out
	[ "$(records)" -eq 7 ]
	cdp-ingest --sample 10% a.csv > out
	n=$(records)
	[ "$n" -gt 400 ]
	[ "$n" -lt 600 ]
	cdp-ingest --sample 10% --threads 3 a.csv | cmp - out
	cdp-ingest --dry-run a.csv > out
	[ ! -s out ]
}

@test "--map holds for the files after it, the sidecar for the others" {
	mapping
	rows 2 > a.csv
	cp a.csv b.csv
	sed 's/"name":"a"/"name":"b"/' a.map.json > m.json
	cdp-ingest a.csv --map m.json b.csv > out
	[ "$(jq -r 'select(.kind == "record").source' out | tr '\n' ' ')" = 'a a b b ' ]
}

@test "what the summary counts adds up" {
	mapping
	{ rows 50; echo; echo 'x,y'; echo '77,,,'; } > a.csv
	run_split cdp-ingest a.csv --summary s
	[ "$(jq -c '[.rows == .records + .rejected + .skipped, .rejected, .reject_codes, .blank]' s)" = '[true,2,{"E_CSV_FIELDS":1,"E_EMPTY":1},1]' ]
	[ "$(jq -c '.outcomes.email.suspicious + .outcomes.email.clean' s)" -eq 50 ]
}

@test "what is called by an attribute need not have an address" {
	mapping
	sed 's/"name":"name","mail":"email","birth":"birthdate"/"site":"attributes.site","phone":"phone_number","street":"address.0.street_address"/' a.map.json > m.json
	printf 'id,site,phone,street\n1,Little Stars,,\n2,,,12 High Street\n3,,,\n' > a.csv
	run_split cdp-ingest --map m.json a.csv
	[ "$(jq -r 'select(.kind == "record").key' out | tr '\n' ' ')" = '1 2 ' ]
	grep -q E_EMPTY err
}

@test "the stream line says what was not looked at, and a notice says it to a person" {
	mapping
	rows 2 > a.csv
	run_split cdp-ingest a.csv
	[ "$(head -n 1 out | jq -c '[.phone_metadata, .suppression, .unicode]')" = '["none","none","15.0.0"]' ]
	[ "$(head -n 1 out | jq -r 'keys_unsorted | join(" ")')" = 'kind schema tool version mappings data unicode phone_metadata suppression sources' ]
	[ "$(grep -c 'no suppression list' err)" -eq 1 ]
	run_split cdp-ingest -q a.csv
	[ ! -s err ]
}

@test "the summary says how each file was written" {
	mapping
	rows 3 > a.csv
	sed 's/,/;/g; s/$/\r/' a.csv | iconv -t WINDOWS-1252 > b.csv
	printf '\357\273\277id,name\n7,Eva' > c.csv
	jq '.columns |= {id, name}' a.map.json > c.map.json
	jq '.format.encoding = "windows-1252"' a.map.json > b.map.json
	cdp-ingest -q a.csv b.csv c.csv --summary s > out
	[ "$(jq -c '.inputs[0].dialect' s)" = '{"delimiter":",","quote":"\"","line_end":"LF","encoding":"utf-8","columns":4}' ]
	[ "$(jq -c '.inputs[1].dialect | [.delimiter, .line_end, .encoding]' s)" = '[";","CRLF","windows-1252"]' ]
	[ "$(jq -c '[.inputs[] | .no_final_newline, .utf8_mark]' s)" = '[null,null,null,null,true,true]' ]
	jq -e '.seconds >= 0 and .seconds < 60' s
	refute grep -q seconds out
}

@test "every row is accounted for in the summary, sampled or not" {
	mapping
	rows 300 | sed '5s/$/,x/' > a.csv
	run_split cdp-ingest -q --sample 30% a.csv --summary s
	jq -e '.rows == 300 and .rows == .records + .rejected + .skipped and .sampled_out == .skipped' s
	tail -n 1 out | jq -e --slurpfile s s '.in == $s[0].rows and .out == $s[0].records and .skipped == $s[0].skipped'
}

@test "a run that fails says so in its end line, with what was written and the status" {
	mapping
	rows 60000 | sed '50000,$s/$/,x/' > a.csv
	run_split cdp-ingest -q --strict a.csv
	[ "$status" -eq 1 ]
	tail -n 1 out | jq -e --argjson n "$(records)" '.ok == false and .code == 1 and .out == $n and .by_kind.record == $n and .in > $n and $n > 1000'
	rows 2000 | sed '2,1500s/$/,x/' > a.csv
	run_split cdp-ingest -q a.csv --summary s
	[ "$status" -eq 3 ]
	tail -n 1 out | jq -e '.ok == false and .code == 3 and .in == 2000 and .rejected == 1499 and .out == 0'
	jq -e '.ok == false and .code == 3 and .error == "E_MOSTLY_BAD" and .rejected == 1499' s
}

@test "a run that fails before it begins is no empty stream for the next tool" {
	mapping
	printf 'PK\003\004xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' > a.csv
	run_split cdp-ingest a.csv
	[ "$status" -eq 3 ]
	[ "$(jq -c '[.kind, .ok, .code, .in]' out)" = '["end",false,3,0]' ]
	run_split cdp-ingest --map none.json a.csv
	[ "$status" -eq 2 ]
	[ "$(jq -c '[.kind, .ok, .code]' out)" = '["end",false,2]' ]
	mv out failed
	run_split cdp-resolve failed -o o
	[ "$status" -eq 3 ]
	run_split cdp-ingest a.csv -o o
	[ "$status" -eq 3 ]
	[ ! -s out ]
	[ ! -e o ]
	run_split cdp-ingest --dry-run a.csv
	[ "$status" -eq 3 ]
	[ ! -s out ]
}

@test "consent lines can go to a file of their own" {
	mapping
	sed -i 's/"columns":{/"columns":{"ok":{"consent":[{"purpose":"news","channel":"email","identifier":"email.0","polarity":"true_is_no"}]},/' a.map.json
	printf 'id,name,mail,birth,ok\n1,Ana,ana@acme.test,,Sim\n2,Rui,rui@acme.test,,no\n3,Eva,eva@acme.test,,\n' > a.csv
	cdp-ingest a.csv --consent-out c > out
	[ "$(jq -r 'select(.kind == "consent") | .type + " " + .identifier.value' c)" = 'deny ana@acme.test' ]
	refute grep -q '"kind":"consent"' out
	tail -n 1 c | jq -e '.kind == "end" and .ok and .out == 1'
}

@test "key order of the mapping does not matter" {
	mapping
	rows 20 > a.csv
	cdp-ingest a.csv | sed 1d > one
	jq -S '.columns |= (to_entries | reverse | from_entries)' a.map.json > m && mv m a.map.json
	cdp-ingest a.csv | sed 1d | cmp - one
}

@test "a finished stream goes through unchanged, from a pipe too" {
	mapping
	rows 20 > a.csv
	cdp-ingest a.csv > one
	cdp-ingest one | sed 1d > two
	sed 1d one | sed '$d' | cmp - <(sed '$d' two)
	cdp-ingest < one | sed 1d | cmp - two
	sed '$d' one > cut
	run_split cdp-ingest cut
	[ "$status" -eq 3 ]
}

header() {	# SINCE [more members]
	printf '{"kind":"stream","schema":"cdp/1","tool":"x","version":"1","sources":[{"name":"a","channel":"web","collected":"subject","controller":"acme","tz":"Z","collected_since":"2024-01-01","purposes":[{"id":"support","basis":"contract","since":"%s"},{"id":"linking","basis":"contract","since":"2020-01-01"}]}]}\n' "$1"
}
record() {	# KEY MEMBERS
	printf '{"kind":"record","id":"a:%s","source":"a","key":"%s",%s}\n' "$1" "$1" "$2"
}
end() { printf '{"kind":"end","in":%d,"out":%d,"ok":true}\n' "$1" "$1"; }

@test "a finished record loses the purposes that had no basis when it was collected" {
	{
		header 2024-06-01
		record 1 '"collected_at":"2024-05-31","email":["a@acme.test"],"purposes":["support","linking"]'
		record 2 '"collected_at":"2024-06-01","email":["b@acme.test"],"purposes":["support","linking"]'
		record 3 '"email":["c@acme.test"],"purposes":["support"]'
		record 4 '"email":["d@acme.test"],"purposes":["other"]'
		end 4
		header 2023-01-01
		record 5 '"email":["c@acme.test"],"purposes":["support"]'
		end 1
	} > one
	run_split cdp-ingest -q one --summary s --rejects r
	[ "$(jq -c 'select(.kind == "record") | [.key, .purposes]' out | tr '\n' ' ')" = '["1",["linking"]] ["2",["support","linking"]] ["5",["support"]] ' ]
	[ "$(jq -r 'select(.kind == "reject") | .code + " \(.line)"' r)" = "E_BASIS_AFTER_COLLECTION 4
E_BASIS_AFTER_COLLECTION 5" ]
	[ "$(jq -c '[.reject_codes, .purposes_left_off, .rows, .records]' s)" = '[{"E_BASIS_AFTER_COLLECTION":2},{"other":1,"support":2},5,3]' ]
	cdp-ingest -q --threads 3 one | cmp - out
}

@test "a finished record keeps no secret, gets its tags, and loses nothing silently" {
	{
		header 2020-01-01
		record 1 '"email":["a@acme.test","no address"],"birthdate":"1985-02-30","identifiers":{"pt_nif":["501964843"]},"attributes":{"api_key":"x","note":"4111 1111 1111 1111","deep":{"password":"x"},"latitude":"38.71667","longitude":"-9.1"},"purposes":["linking"]'
		end 1
	} > one
	cdp-ingest -q one --summary s > out || true
	[ "$(jq -c 'select(.kind == "record") | .attributes' out)" = '{"latitude":"38.71667","longitude":"-9.1","raw_birthdate":"1985-02-30","raw_email":"no address"}' ]
	[ "$(jq -c 'select(.kind == "record") | .tags' out)" = '{"attributes.latitude":["precise_location"],"identifiers.pt_nif":["government_id"]}' ]
	[ "$(jq -c 'select(.kind == "record") | .flags' out)" = '["birthdate:no_such_day","email:no_at"]' ]
	[ "$(jq .credential_cells s)" -eq 3 ]
	cdp-ingest -q out | sed 1d | cmp - <(sed 1d out)
}

@test "--sample, --limit and --consent-out do for a finished stream what they do for rows" {
	mapping
	sed -i 's/"columns":{/"columns":{"ok":{"consent":[{"purpose":"news","channel":"email","identifier":"email.0","polarity":"true_is_no"}]},/' a.map.json
	rows 4000 | awk 'NR == 1 { print $0 ",ok"; next } { print $0 (NR % 4 ? "," : ",yes") }' > a.csv
	cdp-ingest -q a.csv > one
	cdp-ingest -q --sample 10% a.csv | grep '"kind":"record"' > want
	cdp-ingest -q --sample 10% one | grep '"kind":"record"' | cmp - want
	cdp-ingest -q --limit 7 one > out
	[ "$(records)" -eq 6 ]
	tail -n 1 out | jq -e '.in == 7 and .out == 7 and .by_kind == {"record":6,"consent":1,"other":0}'
	cdp-ingest -q one --consent-out c > out
	[ "$(grep -c '"kind":"consent"' c)" -eq 1000 ]
	refute grep -q '"kind":"consent"' out
	tail -n 1 out | jq -e '.out == 4000 and .by_kind.consent == 0'
	tail -n 1 c | jq -e '.ok and .out == 1000'
}

@test "the legal facts of a finished stream stay in the header" {
	mapping
	rows 2 > a.csv
	cdp-ingest -q a.csv > one
	cdp-ingest -q one | head -n 1 | cmp - <(head -n 1 one)
	head -n 1 one | jq -c '.sources += [range(320) as $i | .sources[0] | .name = "b\($i)"]' > long
	sed 1d one >> long
	[ "$(head -n 1 long | wc -c)" -gt 70000 ]
	cdp-ingest -q long | head -n 1 | cmp - <(head -n 1 long)
	sed -i '1s/"channel":"web"/"channel":"web","new_fact":1/' one
	run_split cdp-ingest -q one
	[ "$status" -eq 2 ]
	grep -q E_SCHEMA err
}

@test "--auto on NDJSON gives the same bytes from file or pipe, at any thread count" {
	awk 'BEGIN { for (i = 1; i <= 20000; i++) printf "{\"id\":%d,\"user\":{\"e-mail\":\"u%d@acme.test\",\"vorname\":\"Ana\"},\"tel\":[\"+55119%08d\"]}\n", i, i, i }' > u.ndjson
	cdp-ingest -q --auto u.ndjson > one
	[ "$(sed -n 2p one | jq -c '[.id, .email, .phone_number, .given_name]')" = '["u:1",["u1@acme.test"],["+5511900000001"],"Ana"]' ]
	cdp-ingest -q --auto --threads 3 --source u - < u.ndjson | cmp - one
}

@test "--auto takes a header that means one thing if most values agree, and a customer number for the key" {
	cat >clients.csv <<-'CSV'
		N° client;Prénom;Nom;Date de naissance;Courriel;Mobile
		1001;Élodie;Lefèvre;03.04.1985;elodie@acme.test;never
		1002;Anne;Petit;31.02.1990;anne@@acme.test;no
		1003;Marc;Dupont;15.11.1972;marc@acme.test;+33612345678
	CSV
	run_split cdp-ingest --auto --rejects r clients.csv
	[ "$(sed -n 2p out | jq -c '[.id, .birthdate, .email]')" = '["clients:1001","1985-04-03",["elodie@acme.test"]]' ]
	[ "$(sed -n 3p out | jq -c '[.birthdate, .email]')" = '[null,null]' ]
	grep -q '"Mobile" stays an attribute: 2 of 3 values are no phone' err
	printf 'unique_id,first_name,surname\n7,Ana,Souza\n' > splink.csv
	[ "$(cdp-ingest -q --auto splink.csv | sed -n 2p | jq -r .id)" = splink:7 ]
}

@test "--auto reads the headers of Dutch, Polish and Italian files, and drops their passwords" {
	cat >nl.csv <<-'CSV'
		Klantnummer;Voornaam;Tussenvoegsel;Achternaam;Geboortedatum;Straat;Huisnummer;Toevoeging;Postcode;Woonplaats;E-mailadres;Geslacht;Wachtwoord
		7;Jan;van der;Berg;30 maart 1980;Dorpsstraat;12;B;1234 AB;Utrecht;jan@acme.test;M;geheim
		8;Els;;Jansen;13 mei 1975;Kerkweg;4;;3511 LX;Leiden;els@acme.test;V;geheim
	CSV
	cat >pl.csv <<-'CSV'
		Nr klienta,Imię,Nazwisko,Data urodzenia,Ulica,Nr domu,Nr mieszkania,Kod pocztowy,Miejscowość,E-mail,Płeć,Hasło
		7,Łukasz,Wójcik,30 marca 1980,ul. Długa,12,3,00-950,Warszawa,lukasz@acme.test,M,tajne
		8,Anna,Nowak,13 maja 1975,ul. Krótka,4,,31-002,Kraków,anna@acme.test,K,tajne
	CSV
	cat >it.csv <<-'CSV'
		Codice cliente,Nome,Cognome,Data di nascita,Indirizzo,CAP,Città,Cellulare,Sesso,Parola d'ordine
		7,Marco,De Luca,30/03/1980,Via Roma 12,00184,Roma,+39 333 1234567,M,segreto
		8,Giulia,Rossi,25/12/1975,Corso Italia 4,20121,Milano,+39 334 2345678,F,segreto
	CSV
	cdp-ingest -q --auto nl.csv pl.csv it.csv > out
	[ "$(jq -c 'select(.kind == "record") | [.id, .given_name, .family_name, .birthdate, .gender, .address[0].street_address, .address[0].postal_code, .address[0].locality]' out)" = '["nl:7","Jan","van der Berg","1980-03-30","male","Dorpsstraat 12, B","1234 AB","Utrecht"]
["nl:8","Els","Jansen","1975-05-13","female","Kerkweg 4","3511 LX","Leiden"]
["pl:7","Łukasz","Wójcik","1980-03-30","male","ul. Długa 12, 3","00-950","Warszawa"]
["pl:8","Anna","Nowak","1975-05-13","female","ul. Krótka 4","31-002","Kraków"]
["it:7","Marco","De Luca","1980-03-30","male","Via Roma 12","00184","Roma"]
["it:8","Giulia","Rossi","1975-12-25","female","Corso Italia 4","20121","Milano"]' ]
	[ "$(grep -c -e geheim -e tajne -e segreto out)" -eq 0 ]
}

@test "--auto finds out how a whole column of dates is written" {
	printf '%s\n' 'id,DOB' '1,29221' '2,31412.5' '3,12000' > serials.csv
	printf '%s\n' 'id,DOB' '1,311285' '2,010203' '3,150699' > sixes.csv
	printf '%s\n' 'id,DOB' '1,851231' '2,030201' '3,990615' > years.csv
	printf '%s\n' 'id,วันเกิด' '1,29/02/2519' '2,13/05/2523' '3,25/12/2530' > thai.csv
	cdp-ingest -q --auto --as-of 2026-01-01 serials.csv sixes.csv years.csv thai.csv > out
	[ "$(jq -r 'select(.kind == "record").birthdate' out | paste -sd ' ')" = '1980-01-01 1985-12-31 1932-11-07 1985-12-31 2003-02-01 1999-06-15 1985-12-31 2003-02-01 1999-06-15 1976-02-29 1980-05-13 1987-12-25' ]
}

@test "--auto takes a postcode and its town in one column apart" {
	printf '%s\n' 'Name;Straße;PLZ/Ort' 'Ana Lima;Hauptstr. 1;80331 München' 'Eva Lima;Weg 2;8001 Bad Ragaz' \
		'Ida Lima;Weg 3;Ulm' > de.csv
	printf '%s\n' 'Name,"City, State ZIP"' 'Ana Lima,"Springfield, IL 62704-1234"' 'Eva Lima,"St. Louis, MO 63101"' > us.csv
	printf '%s\n' 'Jméno a příjmení;PSČ a obec' 'Ana Lima;602 00 Brno' > cs.csv
	printf '%s\n' 'Name;PLZ/Ort' 'Ana Lima;x' 'Eva Lima;y' > not.csv
	cdp-ingest -q --auto --purposes service.public de.csv us.csv cs.csv not.csv > out
	[ "$(jq -r 'select(.kind == "record").address[0] | [.postal_code, .locality, .region] | join("|")' out)" = '80331|München|
8001|Bad Ragaz|
|Ulm|
62704-1234|Springfield|IL
63101|St. Louis|MO
602 00|Brno|
||
||' ]
}

@test "--auto takes a whole address apart, unless another column has its town" {
	printf '%s\n' 'Surname,Home Address (inc postcode)' 'Lima,"98 Park Row, Leeds, LS1 4AB"' 'Reis,"5 High St, York, YO1 9TT"' > uk.csv
	printf '%s\n' 'Surname,Address,City' 'Lima,"98 Park Row, Leeds, LS1 4AB",Leeds' > city.csv
	printf '%s\n' 'Surname,Address' 'Lima,"12 Main St, Apt 1205"' > unit.csv
	cdp-ingest -q --auto uk.csv city.csv unit.csv > out
	[ "$(jq -r 'select(.kind == "record").address[0] | [.street_address, .postal_code, .locality] | join("|")' out)" = '98 Park Row|LS1 4AB|Leeds
5 High St|YO1 9TT|York
98 Park Row, Leeds, LS1 4AB||Leeds
12 Main St, Apt 1205||' ]
}

@test "--auto: a language that puts the day first says so, unless a date is against it" {
	printf 'id,cognome,data di nascita\n1,Rossi,03/04/1980\n2,Verdi,01/12/1975\n' > it.csv
	[ "$(cdp-ingest -q --auto it.csv | jq -r 'select(.kind == "record").birthdate' | paste -sd ' ')" = '1980-04-03 1975-12-01' ]
	printf '3,Neri,01/31/1975\n' >> it.csv
	[ "$(cdp-ingest -q --auto it.csv | jq -r 'select(.kind == "record").birthdate' | paste -sd ' ')" = 'null null 1975-01-31' ]
	printf 'id,last name,date of birth\n1,Rossi,03/04/1980\n2,Verdi,01/12/1975\n' > en.csv
	[ "$(cdp-ingest -q --auto en.csv | jq -r 'select(.kind == "record").birthdate' | paste -sd ' ')" = 'null null' ]
}

@test "--auto on NDJSON takes a word only if the values agree, and looks at the first lines only" {
	printf '{"id":"1","email":"not one","mobile":"maybe"}\n{"id":"2","email":"nor this","mobile":"never"}\n' > u.ndjson
	run_split cdp-ingest --auto u.ndjson
	[ "$(grep -c -- '->' err)" -eq 1 ]
	grep -q '"email" stays an attribute: 2 of 2 values are no email, too many for email; a mapping can say it is one' err
	[ "$(sed -n 2p out | jq -c .attributes)" = '{"email":"not one","mobile":"maybe"}' ] || grep -q E_EMPTY err
	{ awk 'BEGIN { for (i = 1; i <= 10000; i++) printf "{\"id\":\"%d\",\"email\":\"u%d@acme.test\"}\n", i, i }'; echo '{"id":"x","email":"x@acme.test","vorname":"Eva"}'; } > u.ndjson
	cdp-ingest -q --auto u.ndjson | grep '"id":"u:x"' | jq -e '.given_name == null and .attributes.vorname == "Eva"'
}

@test "--auto takes a name beside a family name for the given name, unless there is one" {
	printf 'id,nome,sobrenome\n1,Ana,Prado\n' > u.csv
	run_split cdp-ingest --auto u.csv
	[ "$(sed -n 2p out | jq -c '[.given_name, .family_name]')" = '["Ana","Prado"]' ]
	grep -q '"nome" -> given_name (synonym pt "nome" beside family_name)' err
	printf 'id,name,first name,surname\n1,Ana Prado,Ana,Prado\n' > u.csv
	[ "$(cdp-ingest -q --auto u.csv | sed -n 2p | jq -c '[.name, .given_name, .family_name]')" = '["Ana Prado","Ana","Prado"]' ]
	printf 'id,full name,surname\n1,Ana Prado,Prado\n' > u.csv
	[ "$(cdp-ingest -q --auto u.csv | sed -n 2p | jq -r .name)" = 'Ana Prado' ]
}

@test "--auto takes names with numbers for names of goods" {
	printf 'id,name,price\n1,Kettle 1.7 l steel,29\n2,Toaster T-200,35\n3,Bread knife,12\n' > u.csv
	run_split cdp-ingest --auto --purposes service.public u.csv
	[ "$(jq -c 'select(.kind == "record") | [.name, .attributes.name]' out | head -n 1)" = '[null,"Kettle 1.7 l steel"]' ]
	grep -q '"name", "price" stay attributes' err
	printf 'id,name\n1,Ana Prado\n2,Studio 54\n3,Eva Lima\n' > u.csv
	[ "$(cdp-ingest -q --auto u.csv | jq -r 'select(.kind == "record").name' | paste -sd '|')" = 'Ana Prado|Studio 54|Eva Lima' ]
}

@test "one stray H among women does not make every man a woman" {
	printf 'id,e-mail,sex\n1,a@acme.test,F\n2,b@acme.test,f\n3,c@acme.test,M\n4,d@acme.test,H\n' > u.csv
	run_split cdp-ingest --auto u.csv
	[ "$(jq -r 'select(.kind == "record").gender' out | tr '\n' ' ')" = 'female female male male ' ]
	[ "$(grep -c gender_letters err)" -eq 0 ]
	printf 'id,e-mail,sex\n1,a@acme.test,M\n2,b@acme.test,H\n' > u.csv
	run_split cdp-ingest --auto u.csv
	[ "$(jq -r 'select(.kind == "record").gender' out | tr '\n' ' ')" = 'female male ' ]
}

@test "a column of names that begin with family names of Vietnam or Korea has them first" {
	{
		printf 'id,full name\n'
		for i in 1 2 3 4 5 6; do
			printf '%s\n' "$i,Nguyễn Thị Yến" "1$i,Trần Văn Bảo" "2$i,Đặng Hà" "3$i,Mai Lan Chi"
		done
		printf '40,Bảo Nguyễn\n'
	} >vn.csv
	run_split cdp-ingest --auto --purposes service.public vn.csv
	grep -q 'column "full name": "locale":"vi" (24 against 1 in the sample)' err
	[ "$(jq -r 'select(.key == "1" or .key == "21" or .key == "40") | [.family_name, .middle_name, .given_name] | join(" ")' out |
	    paste -sd '|')" = 'Nguyễn Thị Yến|Đặng  Hà|Nguyễn  Bảo' ]
	{
		printf 'id,name\n'
		for i in $(seq 10); do
			printf '%s\n' "$i,Kim Jin Dong" "1$i,Choi Hye-jin" "2$i,Sung Min Park"
		done
	} >kr.csv
	[ "$(cdp-ingest -q --auto kr.csv | jq -r 'select(.key == "1" or .key == "21") | [.family_name, .given_name, .middle_name] | join(" ")' |
	    paste -sd '|')" = 'Kim Jin Dong |Park Sung Min' ]
	sed '2s/Kim Jin Dong/Kim Ann Smith/; s/Kim Jin Dong/Ann Smith/; s/Choi Hye-jin/Tom Reed/; s/Sung Min Park/Jane Lee Moss/' kr.csv >uk.csv
	run_split cdp-ingest --auto uk.csv
	[ "$(jq -r 'select(.key == "1").family_name' out)" = Smith ]
	[ "$(grep -c '"locale"' err)" -eq 0 ]
}

@test "--auto: names of Japan and Korea have two parts, and a reading" {
	printf '%s\n' 'id,氏名,フリガナ' '1,山田太郎,ﾔﾏﾀﾞ ﾀﾛｳ' '2,林　愛,' > jp.csv
	printf '%s\n' 'id,성명' '1,김민수' > kr.csv
	cdp-ingest -q --auto jp.csv kr.csv > out
	[ "$(jq -c 'select(.kind == "record") | [.family_name, .given_name, .nickname, .attributes.name_reading]' out)" = '["山田","太郎",["ﾀﾛｳ"],"ﾔﾏﾀﾞ ﾀﾛｳ"]
["林","愛",null,null]
["김","민수",null,null]' ]
}

@test "columns of other scripts are not one attribute" {
	printf '%s\n' 'id,会員種別,顧客ID' '7,a,b' > one.csv
	printf '%s\n' 'id,金額,会員種別' '7,c,d' > two.csv
	cdp-ingest -q --auto --purposes service.public one.csv two.csv > out
	[ "$(jq -c 'select(.kind == "record").attributes' out)" = '{"column_a9c9be8b":"a","id":"7","id_d6841b2d":"b"}
{"column_9f600090":"c","column_a9c9be8b":"d","id":"7"}' ]
}

@test "--auto names the columns that it does not know" {
	printf 'id,e-mail,schuhgr,password,leer,x1,x2,x3,x4,x5,x6,x7,x8\n1,a@acme.test,42,pw,,1,2,3,4,5,6,7,8\n' > u.csv
	run_split cdp-ingest --auto u.csv
	grep -q '^cdp-ingest: u.csv: "schuhgr", "x1", "x2", "x3", "x4", "x5", "x6", "x7" and 1 more stay attributes: neither name nor values tell what is meant; a mapping can$' err
	printf '{"id":"1","email":"a@acme.test","schuhgr":42}\n' > u.ndjson
	run_split cdp-ingest --auto u.ndjson
	grep -q '^cdp-ingest: u.ndjson: "schuhgr" stays an attribute: neither name' err
	printf 'id,e-mail,geburt\n1,a@acme.test,13.02.1980\n' > u.csv
	run_split cdp-ingest --auto u.csv
	[ "$(grep -c attribute err)" -eq 0 ]
	[ "$(sed -n 2p out | jq -r .birthdate)" = 1980-02-13 ]
}

@test "--auto says why a column that it knows stays an attribute" {
	printf 'id,birth date,dob,email\n,1980-01-02,1980-01-03,a@example.com\n' > u.csv
	run_split cdp-ingest --auto u.csv
	grep -qx 'cdp-ingest: u.csv: "dob" stays an attribute: another column is birthdate already; a mapping can choose' err
	grep -qF '"*" -> key: hash of all columns (the column for it is empty)' err
	echo '{"id":1,"email":"a@example.com","addresses":[{"city":"Lisboa"}]}' > u.ndjson
	run_split cdp-ingest --auto u.ndjson
	grep -qx 'cdp-ingest: u.ndjson: "addresses\[\].city" stays an attribute: it is in a list, and a record has one address.0.locality' err
}

@test "--auto says when two files have one name, and resolve when a record gives way to another" {
	mkdir north south
	printf 'id,email\n1,a@example.com\n2,b@example.com\n' > north/shop.csv
	printf 'id,email\n1,c@example.com\n' > south/shop.csv
	run_split cdp-ingest --auto --purposes identity_resolution north/shop.csv south/shop.csv -o both
	[ "$status" -eq 0 ]
	grep -q '^cdp-ingest: south/shop.csv: the source shop is that of another file, too' err
	run_split cdp-resolve both
	grep -qx 'cdp-resolve: 1 records gave way to another one with their id (superseded)' err
	run_split cdp-ingest --auto --source shop north/shop.csv south/shop.csv
	[ "$(grep -c 'another file' err)" -eq 0 ]
}

@test "--auto refuses a first row that is no header, and prints none of its values" {
	printf '1,Ana,Prado,ana@example.com\n2,Eva,Lima,eva@example.com\n' > u.csv
	printf '1,Ana,Prado,+351 912 345 678\n' > v.csv
	printf '1,Ana,Prado,1988-02-11\n2,Eva,Lima,1970-07-05\n' > w.csv
	for file in u.csv v.csv w.csv; do
		run_split cdp-ingest --auto $file
		[ "$status" -eq 2 ]
		grep -q "$file: E_CSV_HEADER: the first row is no header: column 4 holds a value" err
		refute grep -q 'Ana\|912' err
	done
	run_split cdp-ingest --auto --no-header u.csv
	[ "$status" -eq 0 ]
	[ "$(grep -c '"kind":"record"' out)" -eq 2 ]
	printf 'id,2024-01-01,2024-01-02\n7,3,4\n8,1,0\n' > days.csv
	run_split cdp-ingest --auto days.csv
	[ "$status" -eq 0 ]
	grep -q '"2024-01-01", "2024-01-02" stay attributes' err
}

@test "--auto prints no name of a column where no word of the first row is known: it may be somebody's" {
	printf '1,Ana Prado,Rua Nova 12\n2,Eva Lima,Rua Velha 3\n' > u.csv
	run_split cdp-ingest --auto u.csv
	[ "$status" -eq 0 ]
	refute grep -q 'Ana\|Nova' err
	grep -q 'u.csv: column 2, column 3 stay attributes' err
	grep -q 'attributes alone; if the first row is no header, give --no-header and --map' err
}

@test "dates whose day and month nobody can tell apart are told" {
	printf 'id,email,birth date\n1,a@example.com,03/04/1980\n2,b@example.com,25/12/1980\n' > a.csv
	run_split cdp-ingest --auto a.csv
	[ "$status" -eq 0 ]
	grep -qx 'cdp-ingest: a.csv: column "birth date": day and month of 1 dates in the sample cannot be told apart (of others 1 have the day first, 0 the month): they are no dates; a mapping tells (date_order)' err
	printf '3,c@example.com,26/12/1980\n4,d@example.com,27/12/1980\n' >> a.csv
	run_split cdp-ingest --auto a.csv
	[ "$(grep -c 'told apart' err)" -eq 0 ]
	run_split cdp-ingest --auto --encoding utf16 a.csv
	[ "$status" -eq 2 ]
	grep -q 'encoding is one of utf-8, .*utf-16le' err
}

@test "a header that cannot be read says what helps" {
	printf 'Our customers,,\nnr,x,y\n1,Ana,Lima\n' > a.csv
	run_split cdp-ingest --auto a.csv
	[ "$status" -eq 2 ]
	grep -q 'the first row names 1 of 3 columns: give them names; .*skip_lines' err
	printf '"id","name"\n"1","a","Ana"\n"2","b","Eva"\n' > a.csv	# write.table of R
	run_split cdp-ingest --auto a.csv
	[ "$status" -eq 3 ]
	grep -q 'E_MOSTLY_BAD: .*one field more than the header: .*col.names = NA' err
	printf 'id,email\r1,a@example.com\r' > a.csv
	run_split cdp-ingest --auto a.csv
	[ "$status" -eq 2 ]
	grep -q 'E_CSV_CR): if rows end with CR alone give --cr' err
	run_split cdp-ingest --auto --cr a.csv
	[ "$status" -eq 0 ]
}

@test "columns without a name are called by their number" {
	printf 'id,,name,,\n1,x,Ana,,\n2,y,Eva,,\n' > a.csv
	run_split cdp-ingest --auto a.csv
	[ "$status" -eq 0 ]
	grep -q '"2" stays an attribute' err
	[ "$(sed -n 2p out | jq -c '[.given_name, .attributes]')" = '["Ana",{"2":"x","id":"1"}]' ]
	[ "$(sed -n 2p out | jq -c .name)" = '"Ana"' ]
	# one that is really called so keeps its name
	printf '2,,Email,Email#2,Email\na,b,a@acme.test,b@acme.test,c@acme.test\n' > a.csv
	cdp-ingest -q --auto a.csv --summary s
	jq -e '[.inputs[0].decisions[].column] == ["Email","Email#2","Email#3","*"] and .unmapped == ["2","2#2"]' s
	mapping
	jq '.key.column = "1" | .columns = {"1":"drop","name":"family_name","4":"drop"}' a.map.json > m
	mv m a.map.json
	printf ',name,mail,\n7,Souza,a@acme.test,\n' > a.csv
	run_split cdp-ingest a.csv
	[ "$status" -eq 2 ]
	grep -q '1 column has no mapping: "mail"' err
	sed -i s/mail/4/ a.csv
	run_split cdp-ingest a.csv
	[ "$status" -eq 2 ]
	grep -q '1 column has no mapping: "4#2"' err
}

@test "--auto leaves out the row numbers of data frames, and takes them for the key if there is no other" {
	for head in '""' '' 'Unnamed: 0' ...1 index; do
		printf '%s,name,email\n3,Ana Souza,a@acme.test\n7,Eva Lima,b@acme.test\n' "$head" > u.csv
		run_split cdp-ingest --auto u.csv
		grep -q 'drop (it numbers the rows)$' err
		[ "$(sed -n 2,3p out | jq -c '[.id, .attributes]' | tr -d '\n')" = '["u:3",null]["u:7",null]' ]
	done
	[ "$(auto ,kdnr,email 1,K7,a@acme.test 2,K3,b@acme.test | jq -c '[.id, .attributes]' | head -1)" = '["u:K7",{"kdnr":"K7"}]' ]
	# numbers that go up and down are more than that
	[ "$(auto ,email 7,a@acme.test 3,b@acme.test | head -1 | jq -c '[.key[:2], .attributes]')" = '["h-",{"1":"7"}]' ]
	# beyond the sample they may begin again
	{ echo ,email; seq 10001 | sed 's/.*/&,a&@acme.test/'; } > u.csv
	[ "$(cdp-ingest -q --auto u.csv | sed -n 2p | jq -r '.key[:2]')" = h- ]
}

@test "--auto takes the number of a customer, however it is called, for the key" {
	for head in 'Kunde Nr' Kundennr. KdNr Kunden-ID 'Client No' 'N° client' 'Nro. de cliente' 'Cód. Cliente' Klantnummer \
	    "Numéro d'adhérent" 'Nr klienta' 'Codice socio' MemberID Patient_No 'Mitglieds-Nr.' rec_id 'contact id'; do
		[ "$(auto "$head",name 7,Ana 3,Eva | head -1 | jq -r .id)" = u:7 ] || { echo "$head"; return 1; }
	done
	for head in Kunden 'contact no' 'person number' 'ID number' idade customer; do
		[ "$(auto "$head",name 7,Ana 3,Eva | head -1 | jq -r '.key[:2]')" = h- ] || { echo "$head"; return 1; }
	done
	# of orders it is no key: one customer has several
	printf 'customer_id,email\n7,a@acme.test\n7,b@acme.test\n' > u.csv
	run_split cdp-ingest --auto u.csv
	grep -q '"customer_id" is no key: of 2 values in the sample 1 differ' err
	[ "$(grep -c '"key":"h-' out)" -eq 2 ]
}

@test "--auto on NDJSON without an id takes a hash of the line for key" {
	printf '{"email":"a@acme.test","n":1}\n{"email":"a@acme.test","n":2}\n{"email":"a@acme.test","n":1}\n' > u.ndjson
	cdp-ingest -q --auto u.ndjson > out
	[ "$(jq -r 'select(.kind == "record").id' out | sort | uniq -c | awk '{ print $1 }' | sort | tr '\n' ' ')" = '1 2 ' ]
	jq -r 'select(.kind == "record").key' out | grep -cE '^h-[0-9a-f]{32}$' | grep -qx 3
}

@test "no value of a person reaches stderr or the summary" {
	mapping
	printf 'id,name,mail,birth\n1,CANARYA,CANARYB,CANARYC\nCANARYD\n\001CANARYE,x,y,z\n' > a.csv
	run_split cdp-ingest -v a.csv --summary s
	refute grep -q CANARY err s
	run_split cdp-ingest -v --auto a.csv
	refute grep -q CANARY err
}

@test "what belongs to a later version is refused by name" {
	mapping
	rows 2 > a.csv
	for option in --profile=x --baseline=x --set=a=b --stream=x --from=singer --from=segment; do
		run_split cdp-ingest "$option" a.csv
		[ "$status" -eq 2 ]
		grep -q 'not in this version' err
	done
	for command in detect suggest profile; do
		run_split cdp-ingest $command a.csv
		[ "$status" -eq 2 ]
		grep -q 'not in this version' err
	done
	sed -i 's/"name":"name"/"name":{"to":"phone_number","default_area":"11"}/' a.map.json
	run_split cdp-ingest a.csv
	[ "$status" -eq 2 ]
	grep -q 'not in this version: default_area' err
}

@test "check compares the source with the policy" {
	mapping
	cat > policy.json <<-'END'
	{"sources":[{"id":"a","controller":"other","channel":"web","clock":"device","purposes":["identity_resolution"]}],
	 "purposes":[{"id":"identity_resolution","basis":{"*":{"type":"consent"}}}]}
	END
	run_split cdp-ingest check --policy policy.json a.map.json
	[ "$status" -eq 2 ]
	grep -q 'E_MAP_POLICY: $.source.controller' err
	grep -q 'E_MAP_POLICY: $.source.purposes\[0\]' err
	sed -i 's/other/acme/; s/consent/legitimate_interests/' policy.json
	run_split cdp-ingest check --policy policy.json a.map.json
	[ "$status" -eq 0 ]
}

@test "the real sets come in with few rejects" {
	[ -d "$SHARED/data" ] || skip "no public sets here"
	for d in "$SHARED"/data/*/; do
		[ -f "$d/map.json" ] || continue
		run_split cdp-ingest -q --map "$d/map.json" "$d/records.csv" --summary s -o o
		[ "$status" -le 1 ]
		jq -e '.rows == .records + .rejected and .rejected * 50 <= .rows' s || { echo "$d"; return 1; }
	done
}

@test "--auto puts a house number before or after its street, as its name says, unless the street has it" {
	printf 'id,first_name,last_name,house_number,street_name,city\n1,Ana,Reis,12,mill lane,Leeds\n2,Rui,Pinto,,47th avenue,Leeds\n' > u.csv
	run_split cdp-ingest --auto u.csv
	[ "$status" -eq 0 ]
	grep -q '"house_number" -> address.0.street_address (a house number, before the street)$' err
	[ "$(jq -r 'select(.kind == "record") | .address[0].street_address' out)" = $'12 mill lane\n47th avenue' ]
	[ "$(jq -c 'select(.kind == "record") | .attributes.house_number' out | uniq)" = null ]
	printf 'Kundennr.;Vorname;Nachname;Strasse;Hausnummer;Ort\n1;Eva;Kern;Am Markt;3;Jena\n' > u.csv
	[ "$(cdp-ingest -q --auto u.csv | jq -r 'select(.kind == "record") | .id')" = u:1 ]
	[ "$(cdp-ingest -q --auto u.csv | jq -r 'select(.kind == "record") | .address[0].street_address')" = 'Am Markt 3' ]
	printf 'id,first_name,last_name,house_number,street\n1,Ana,Reis,7,12 mill lane\n' > u.csv
	[ "$(cdp-ingest -q --auto u.csv | jq -c 'select(.kind == "record") | [.address[0].street_address, .attributes.house_number]')" = '["12 mill lane","7"]' ]
	printf 'id,first_name,last_name,house_number\n1,Ana,Reis,7\n' > u.csv
	[ "$(cdp-ingest -q --auto u.csv | jq -r 'select(.kind == "record") | .attributes.house_number')" = 7 ]
}

# auto HEADER ROW...: the records of a file without a mapping, from cdp-ingest --auto.
auto() {
	printf '%s\n' "$@" > u.csv
	cdp-ingest -q --auto u.csv | jq -c 'select(.kind == "record")'
}

@test "--auto puts a birth date together whose year, month and day have a column each" {
	[ "$(auto id,fname,lname,by,bm,bd 1,Ana,Reis,1952,1,13 | jq -r .birthdate)" = 1952-01-13 ]
	[ "$(auto 'id;Vorname;Geburtstag;Geburtsmonat;Geburtsjahr' '1;Eva;3;April;1990' | jq -r .birthdate)" = 1990-04-03 ]
	[ "$(auto id,nome,sobrenome,ano_nascimento 1,Ana,Reis,1952 | jq -r .birthdate)" = 1952 ]
	[ "$(auto id,first,last,dob 1,Ann,Lee,1990-01-01 | jq -r '.given_name + .family_name')" = AnnLee ]
	[ "$(auto id,first,second 1,3,4 | jq -r '.attributes.first')" = 3 ]
	[ "$(auto id,firstName,dobDay,dobMonth,dobYear,dateOfBirth 1,Ana,1,2,1950,1951-03-04 | jq -c '[.birthdate, .attributes.dobyear]')" = '["1951-03-04","1950"]' ]
	# two letters are a birth date only beside each other and with values that can be one
	[ "$(auto id,name,by,bm 1,Ana,pedro,12 | jq -c '[.birthdate, .attributes.by]')" = '[null,"pedro"]' ]
	[ "$(auto id,name,by 1,Ana,1990 | jq -r .birthdate)" = null ]
}

@test "--auto puts numbered and second names together" {
	[ "$(auto id,fname_c1,fname_c2,lname_c1,lname_c2 1,Ana,Rita,Reis,Lima | jq -c '[.given_name, .middle_name, .family_name]')" = '["Ana","Rita","Reis Lima"]' ]
	[ "$(auto 'id,nombre,primer apellido,segundo apellido' '1,Ana,García,López' | jq -c '[.given_name, .family_name]')" = '["Ana","García López"]' ]
	[ "$(auto id,nombre,apellido,apellido_materno 1,Ana,García,López | jq -c '[.given_name, .family_name]')" = '["Ana","García López"]' ]
	[ "$(auto id,name,email_1,email_2 1,Ana,a@acme.test,b@acme.test | jq -c .email)" = '["a@acme.test","b@acme.test"]' ]
	[ "$(auto id,gname,fname 1,Ana,Reis | jq -c '[.given_name, .family_name]')" = '["Ana","Reis"]' ]
	[ "$(auto id,first_name,MI,last_name 1,Ana,C,Reis | jq -c .middle_name)" = '"C"' ]
	[ "$(auto id,first_name,MI,middle_name,last_name 1,Ana,C,Clara,Reis | jq -c '[.middle_name, .attributes.mi]')" = '["Clara","C"]' ]
	printf '{"id":"1","nombre":"Ana","primer apellido":"García","segundo apellido":"López"}\n' > u.ndjson
	[ "$(cdp-ingest -q --auto u.ndjson | jq -r 'select(.kind == "record") | .family_name')" = 'García López' ]
}

@test "--auto reads what is cut short in headers, and leaves out what says nothing more" {
	[ "$(auto FIRST_NM,MID_INIT,LAST_NM,BIRTH_DT,ADDR_LINE_1,ADDR1,CITY_NM,STATE_CD,GENDER_CODE Ana,C,Reis,1990-04-03,'1 Main St',x,Leeds,TX,F |
	    jq -c '[.given_name, .middle_name, .family_name, .birthdate, .address, .gender]')" = \
	    '["Ana","C","Reis","1990-04-03",[{"street_address":"1 Main St","locality":"Leeds","region":"TX"}],"female"]' ]
	[ "$(auto 'id;Vorname;Str.;Nr.;Geb.-Datum;Tel. privat' '1;Eva;Am Markt;3;13.4.1990;+493641123456' |
	    jq -c '[.address[0].street_address, .birthdate, .phone_number]')" = '["Am Markt 3","1990-04-13",["+493641123456"]]' ]
	[ "$(auto id,nome,data_nasc,cod_postal,telefone1,telefone2 1,Ana,13/04/1990,1000-001,+351211234567,+351911234567 |
	    jq -c '[.birthdate_alt, .birthdate, .address[0].postal_code, .phone_number]')" = '[null,"1990-04-13","1000-001",["+351211234567","+351911234567"]]' ]
	[ "$(auto 'id,name,Site name' 1,Ana,'North Avenue' | jq -r .website)" = null ]
	# a number is the house's only right beside the street
	[ "$(auto id,nome,numero,cidade,rua 1,Ana,12,Porto,'Rua X' | jq -c '[.address[0].street_address, .attributes.numero]')" = '["Rua X","12"]' ]
}

@test "--auto tells addresses of one row apart, and what was from what is" {
	head='id,name,Previous Street 1,Previous City,Current Street 1,Current Street 2,Current City,Current State,Previous First Name'
	[ "$(auto "$head" '1,Ana,1 Old Rd,Leeds,2 New Rd,Flat 3,York,Kent,Rita' | jq -c '[.address, .given_name]')" = \
	    '[[{"street_address":"2 New Rd, Flat 3","locality":"York","region":"Kent"},{"street_address":"1 Old Rd","locality":"Leeds"}],"Ana"]' ]
	[ "$(auto id,name,OtherCity,MailingCity,MailingStreet 1,Ana,Leeds,York,2\ New\ Rd | jq -c '[.address[].locality]')" = '["York","Leeds"]' ]
	[ "$(auto 'id,name,Mailing Address,City,State' '1,Ana,2 New Rd,York,Kent' | jq -c .address)" = '[{"street_address":"2 New Rd","locality":"York","region":"Kent"}]' ]
	# without an address a state is nobody's
	[ "$(auto id,name,state 1,Ana,open | jq -c '[.address, .attributes.state]')" = '[null,"open"]' ]
	# what a household or a firm is called is no name of the person
	[ "$(auto id,email,business_name 1,a@acme.test,Acme | jq -r .name)" = null ]
}

@test "--auto takes the systems a file was gathered from for the sources of its records" {
	[ "$(auto id,name,city,source 1,Ana,York,CRM 1,Rui,York,shop 2,Eva,York, | jq -r .id | tr '\n' ' ')" = 'u.crm:1 u.shop:1 u:2 ' ]
	[ "$(cdp-ingest -q --auto u.csv | head -1 | jq -r '.sources[0].name_column')" = source ]
	[ "$(auto id,name,city,source 1,Ana,York,"$(printf 'x%.0s' {1..70})" | jq -r .id)" = u:1 ]
	{ echo id,name,city,source; seq 33 | sed 's/.*/&,Ana,York,s&/'; } > u.csv	# more than systems
	[ "$(cdp-ingest -q --auto u.csv | sed -n 2p | jq -c '[.id, .attributes.source]')" = '["u:1","s1"]' ]
	printf '{"name":"u","channel":"web","collected":"subject","purposes":[]}' > declared
	printf 'id,name,city,source\n1,Ana,York,CRM\n' > u.csv
	[ "$(cdp-ingest -q --auto --declare declared u.csv | sed -n 2p | jq -c '[.id, .attributes.source]')" = '["u:1","CRM"]' ]
	# names alone are too little
	[ "$(auto id,name,source 1,Ana,CRM | jq -c '[.id, .attributes.source]')" = '["u:1","CRM"]' ]
}

@test "--auto makes records of attributes where no column is a person's, unless people are to be kept out" {
	printf 'id,title,artist\n1,Blue,Mitchell\n2,,\n' > u.csv
	run_split cdp-ingest --auto u.csv
	[ "$status" -eq 0 ]
	grep -q 'u.csv: no column is known to say who a row is about: records are made of attributes alone$' err
	[ "$(sed -n 2p out | jq -c .attributes)" = '{"artist":"Mitchell","id":"1","title":"Blue"}' ]
	printf 'id,title,email\n1,Blue,a@acme.test\n2,Hits,\n' > u.csv
	run_split cdp-ingest --auto u.csv
	[ "$status" -eq 1 ]
	grep -q 'u.csv:3: E_EMPTY' err
	[ "$(grep -c 'attributes alone' err)" -eq 0 ]
}

@test "dates with dots have the day first unless one says otherwise" {
	[ "$(auto id,name,dob 1,Eva,03.04.1990 | jq -r .birthdate)" = 1990-04-03 ]
	cdp-ingest --auto u.csv 2>&1 > out | grep -q '"date_order":"DMY" (1 against 0 in the sample)'
	[ "$(auto id,name,dob 1,Eva,03/04/1990 | jq -r .birthdate)" = null ]
	[ "$(auto id,name,dob 1,Eva,03.04.1990 2,Ute,03.14.1990 | head -1 | jq -r .birthdate)" = null ]
	[ "$(auto id,name,dob 1,Eva,03.04.1990 2,Ute,3/4/1990 | head -1 | jq -r .birthdate)" = null ]
}

@test "one day in fifty that fits only the other order does not make the others unknown" {
	{ echo id,name,dob; seq 100 | sed 's/.*/&,Ana,12\/31\/1985/'; echo 101,Ana,31/12/1985; echo 102,Ana,03/04/1990; } > u.csv
	run_split cdp-ingest --auto u.csv
	[ "$status" -eq 1 ]
	grep -q '"date_order":"MDY" (100 against 1 in the sample)' err
	grep -q 'E_DATE_ORDER: 1 of 102' err
	[ "$(jq -r 'select(.key == "102") | .birthdate' out)" = 1990-03-04 ]
	seq 3 | sed 's/.*/20&,Ana,31\/12\/1985/' >> u.csv
	[ "$(cdp-ingest -q --auto u.csv | jq -r 'select(.key == "102") | .birthdate')" = null ]
}

@test "birth years of two digits are told of where nothing dates them" {
	printf 'id,name,dob\n1,Ana,6/14/91\n2,Rui,10/31/1936\n' > u.csv
	run_split cdp-ingest --auto u.csv
	grep -q 'u.csv: column "dob": years of two digits (1 in the sample) are of an unknown century; --as-of tells which$' err
	[ "$(jq -c 'select(.kind == "record") | [.birthdate, .attributes.birthdate_alt]' out | head -1)" = '[null,["1991-06-14","2091-06-14"]]' ]
	run_split cdp-ingest --auto --as-of 2026-01-01T00:00:00Z u.csv
	[ "$(grep -c 'two digits' err)" -eq 0 ]
	[ "$(jq -r 'select(.kind == "record") | .birthdate' out | head -1)" = 1991-06-14 ]
}

@test "options that have no effect are told, and a mapping behind its file is refused" {
	mapping
	rows 3 > a.csv
	run_split cdp-ingest --map a.map.json --auto --declare d --source x --purposes p --suppress-max-age 9 --rejects-days 9 --lock-wait 1 a.csv
	[ "$status" -eq 0 ]
	[ "$(grep -o -- '--[a-z-]* has no effect' err | cut -d ' ' -f 1 | sort | paste -sd ' ')" = \
	    '--auto --declare --lock-wait --purposes --rejects-days --source --suppress-max-age' ]
	echo '{"id":"1","email":"a@acme.test"}' > a.ndjson
	run_split cdp-ingest --auto --delimiter ';' --no-header --ragged pad a.ndjson
	[ "$(grep -c 'has no effect: no file is CSV' err)" -eq 3 ]
	run_split cdp-ingest --auto --source x --purposes p -o o --lock-wait 1 --delimiter , a.csv a.ndjson
	[ "$(grep -c 'has no effect' err)" -eq 0 ]
	run_split cdp-ingest a.csv --map a.map.json
	[ "$status" -eq 2 ]
	grep -q -- '--map stands before the files that it is for' err
}
