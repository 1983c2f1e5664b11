# SPDX-License-Identifier: Apache-2.0
# cdp-ingest: every way in which a mapping can be wrong, one fault at a time.
load helpers

good_mapping() {
	cat <<-'END'
	{"cdp_mapping":1,
	 "source":{"name":"a","controller":"acme","channel":"web","collected":"subject","clock":"trusted","tz":"Z",
	  "collected_since":"2024-01-01","default_region":"DE","default_country":"DE","locale":"en-GB","date_order":"YMD",
	  "purposes":[{"id":"linking","basis":"legitimate_interests","since":"2023-01-01","reference":"LIA-1"}]},
	 "format":{"type":"csv","delimiter":",","quote":"\"","encoding":"utf-8","header":true},
	 "key":{"column":"id"},
	 "columns":{"id":"drop","name":"name","mail":"email","birth":"birthdate","spent":{"to":"attributes.spent","type":"decimal"},
	  "ok":{"consent":[{"purpose":"news","channel":"email","identifier":"email.0","values":{"yes":"grant","no":"deny"}}]}},
	 "groups":[{"columns":{"value":"Tel {n}","label":"Type {n}"},"to":"phone_number"}],
	 "derive":{"nickname":{"concat":["name","mail"],"with":" "}},"constants":{"attributes.plan":"x"},
	 "skip_when":{"spent":["0"]},"unmapped":"error"}
	END
}

header='id,name,mail,birth,spent,ok,Tel 1,Type 1'

# CODE, the path that is named, and the edit of the good mapping that makes it wrong.
faults() {
	cat <<-'END'
	E_MAP_SYNTAX	$.extra	.extra = 1
	E_MAP_SYNTAX	$.cdp_mapping	.cdp_mapping = 2
	E_MAP_SYNTAX	$.cdp_mapping	del(.cdp_mapping)
	E_MAP_SYNTAX	$.source.nmae	.source.nmae = "a"
	E_MAP_SYNTAX	$.source.channel	.source.channel = "shop"
	E_MAP_SYNTAX	$.source.clock	.source.clock = "sundial"
	E_MAP_SYNTAX	$.source.suppression	.source.suppression = "maybe"
	E_MAP_SYNTAX	$.source.purposes	.source.purposes = {}
	E_MAP_SYNTAX	$.source.purposes[0].basis	.source.purposes[0].basis = "because"
	E_MAP_SYNTAX	$.columns	.columns = []
	E_MAP_SYNTAX	$.columns.name	.columns.name = 3
	E_MAP_SYNTAX	$.columns.spent.tpye	.columns.spent.tpye = "text"
	E_MAP_SYNTAX	$.columns.spent.type	.columns.spent.type = "money"
	E_MAP_SYNTAX	$.columns.spent.decimal	.columns.spent.decimal = ";"
	E_MAP_SYNTAX	$.columns.spent.required	.columns.spent.required = "yes"
	E_MAP_SYNTAX	$.columns.spent.precision	.columns.spent.precision = -1
	E_MAP_SYNTAX	$.columns.spent.values.a	.columns.spent.values = {"a":1}
	E_MAP_SYNTAX	$.columns.spent.tags	.columns.spent.tags = "financial"
	E_MAP_SYNTAX	$.columns.ok.consent	.columns.ok.consent = {}
	E_MAP_SYNTAX	$.format.ragged	.format.ragged = "torn"
	E_MAP_SYNTAX	$.format.skip_lines	.format.skip_lines = -1
	E_MAP_SYNTAX	$.groups	.groups = {}
	E_MAP_SYNTAX	$.groups[0].columns.value	.groups[0].columns.value = "Tel"
	E_MAP_SYNTAX	$.groups[0].columns.other	.groups[0].columns.other = "Tel {n}"
	E_MAP_SYNTAX	$.derive.nickname	.derive.nickname = {}
	E_MAP_SYNTAX	$.derive.nickname.concat	.derive.nickname.concat = []
	E_MAP_SYNTAX	$.constants["attributes.plan"]	.constants["attributes.plan"] = 1
	E_MAP_SYNTAX	$.skip_when.spent[0]	.skip_when.spent = [0]
	E_MAP_SYNTAX	$.unmapped	.unmapped = "keep"
	E_MAP_SOURCE	$.source	del(.source)
	E_MAP_SOURCE	$.source.name	del(.source.name)
	E_MAP_SOURCE	$.source.name	.source.name = ""
	E_MAP_SOURCE	$.source.name	.source.name = "A shop"
	E_MAP_SOURCE	$.source.channel	del(.source.channel)
	E_MAP_SOURCE	$.source.collected	del(.source.collected)
	E_MAP_SOURCE	$.source.collected	.source.collected = "unknown"
	E_MAP_SOURCE	$.source.collected_from	.source.collected = "third_party"
	E_MAP_SOURCE	$.source.collected_from	.source.collected = "public"
	E_MAP_SOURCE	$.source.collected_since	.source.collected_since = "last year"
	E_MAP_SOURCE	$.source.purposes	del(.source.purposes)
	E_MAP_SOURCE	$.source.controller	del(.source.controller) | del(.columns.ok.consent) | .columns.ok = "drop"
	E_MAP_SOURCE	$.columns.ok.consent	del(.source.controller) | .source.purposes = []
	E_MAP_PURPOSE	$.source.purposes[0]	del(.source.purposes[0].id)
	E_MAP_PURPOSE	$.source.purposes[0]	.source.purposes[0].id = "Linking Now"
	E_MAP_PURPOSE	$.source.purposes[0]	del(.source.purposes[0].basis)
	E_MAP_PURPOSE	$.source.purposes[0]	del(.source.purposes[0].since)
	E_MAP_PURPOSE	$.source.purposes[0].since	.source.purposes[0].since = "soon"
	E_MAP_PURPOSE	$.source.purposes[0]	del(.source.purposes[0].reference)
	E_MAP_PURPOSE	$.source.purposes[0]	.source.purposes[0] |= (.basis = "legal_obligation" | del(.reference))
	E_MAP_PURPOSE	$.source.purposes[1]	.source.purposes += [.source.purposes[0]]
	E_MAP_PURPOSE	$.source	del(.source.collected_since)
	E_MAP_PURPOSE	$.columns.ok.consent[0].purpose	.columns.ok.consent[0].purpose = "N E W S"
	E_MAP_REGION	$.source.default_region	.source.default_region = "XQ"
	E_MAP_REGION	$.source.default_country	.source.default_country = "Germany"
	E_MAP_REGION	$.source.locale	.source.locale = "english (GB)"
	E_MAP_REGION	$.source.tz	.source.tz = "Europe/Berlin"
	E_MAP_REGION	$.columns.mail.region	.columns.mail = {"to":"phone_number","region":"QQ"}
	E_MAP_FORMAT	$.format.delimiter	.format.delimiter = ";;"
	E_MAP_FORMAT	$.format.quote	.format.quote = "ä"
	E_MAP_FORMAT	$.format	.format.delimiter = "\""
	E_MAP_FORMAT	$.format.encoding	.format.encoding = "cp850"
	E_MAP_FORMAT	$.format.type	.format.type = "singer"
	E_MAP_FORMAT	$.format.type	.format = {"type":"ndjson"}
	E_MAP_FORMAT	$.format.comment	.format = {"type":"ndjson","comment":"#"}
	E_MAP_TYPE	$.columns.mail.date_order	.columns.mail = {"to":"email","date_order":"DMY"}
	E_MAP_TYPE	$.columns.mail.decimal	.columns.mail = {"to":"email","decimal":","}
	E_MAP_TYPE	$.columns.mail.region	.columns.mail = {"to":"email","region":"DE"}
	E_MAP_TYPE	$.columns.mail.international_without_plus	.columns.mail = {"to":"email","international_without_plus":true}
	E_MAP_KEY	$.key	del(.key)
	E_MAP_KEY	$.key	.key = {}
	E_MAP_KEY	$.key	.key.hash = ["id"]
	E_MAP_KEY	$.key	.key.column = "number"
	E_MAP_KEY	$.key	.key = {"columns":["id","number"]}
	E_MAP_KEY	$.key	.key = {"hash":["id","number"]}
	E_MAP_FIELD	$.columns.name	.columns.name = "surname"
	E_MAP_FIELD	$.columns.name	.columns.name = "address.0.planet"
	E_MAP_FIELD	$.columns.name	.columns.name = "address.8.locality"
	E_MAP_FIELD	$.columns.name	.columns.name = "attributes.Full Name"
	E_MAP_FIELD	$.columns.name	.columns.name = "identifiers."
	E_MAP_FIELD	$.columns.spent.to	.columns.spent = {"to":"spent"}
	E_MAP_FIELD	$.columns.spent.tags[0]	.columns.spent.tags = ["secret"]
	E_MAP_FIELD	$.columns.ok.consent[0].identifier	.columns.ok.consent[0].identifier = "phone"
	E_MAP_FIELD	$.derive.nick	.derive = {"nick":{"concat":["name"]}}
	E_MAP_FIELD	$.constants.plan	.constants = {"plan":"x"}
	E_MAP_FIELD	$.groups[0].to	.groups[0].to = "phone"
	E_MAP_TYPE	$.columns.mail.type	.columns.mail = {"to":"email","type":"text"}
	E_MAP_TYPE	$.columns.mail.format	.columns.mail = {"to":"email","format":"excel"}
	E_MAP_TYPE	$.columns.mail	.columns.mail = {"to":"email","precision":2}
	E_MAP_TYPE	$.columns.name	.columns.name = {"to":"name","separator":";"}
	E_MAP_TYPE	$.columns.name	.columns.name = {"to":"name","values":"iso5218"}
	E_MAP_TYPE	$.columns.name	.columns.name = {"to":"given_name","encoding":"sha256"}
	E_MAP_TYPE	$.columns.mail.default_area	.columns.mail = {"to":"phone_number","default_area":"11"}
	E_MAP_TYPE	$.columns.mail.vanity	.columns.mail = {"to":"phone_number","vanity":true}
	E_MAP_TYPE	$.groups[0].to	.groups[0].to = "gender"
	E_MAP_TYPE	$.derive.name	.columns.name = "drop" | .derive = {"name":{"year":"birth"}}
	E_MAP_DUP	$	.columns.mail = "name"
	E_MAP_DUP	$	.columns.mail = "attributes.spent"
	E_MAP_DUP	$	.derive = {"birthdate":{"concat":["birth"]}}
	E_MAP_DUP	$	.constants = {"name":"x"}
	E_MAP_POLARITY	$.columns.ok.consent[0]	del(.columns.ok.consent[0].values)
	E_MAP_POLARITY	$.columns.ok.consent[0]	.columns.ok.consent[0].polarity = "true_is_no"
	E_MAP_POLARITY	$.columns.ok.consent[0].values.yes	.columns.ok.consent[0].values.yes = "maybe"
	E_MAP_POLARITY	$.columns.ok.consent[0].values.yes	.columns.ok.consent[0].values.yes = "gpc"
	E_MAP_CREDENTIAL	$.columns.password	.columns.password = "attributes.p"
	E_MAP_COLUMN	$.columns	.columns.nmae = "drop"
	E_MAP_COLUMN	$.columns	.columns.ok.consent[0].at = "when"
	E_MAP_COLUMN	$.columns	.columns.ok.consent[0].sequence = "nth"
	E_MAP_COLUMN	$.derive	.derive.nickname.concat = ["nick"]
	E_MAP_COLUMN	$.skip_when	.skip_when = {"state":["x"]}
	E_MAP_COLUMN	$.source.name_column	.source.name_column = "system"
	E_MAP_UNMAPPED	$.unmapped	del(.columns.mail) | .columns.ok = "drop" | .derive = {}
	END
}

@test "the good mapping is good" {
	good_mapping > a.map.json
	echo "$header" > a.csv
	run_split cdp-ingest check a.map.json a.csv
	[ "$status" -eq 0 ]
	[ ! -s err ]
}

@test "every fault of a mapping is found, by its code and its path, and stops the run with 2" {
	local code path edit bad=0 n=0
	good_mapping > good
	printf '%s\n1,Ana,a@acme.test,,,,,\n' "$header" > a.csv
	while IFS=$'\t' read -r code path edit; do
		jq -c "$edit" good > a.map.json
		run_split cdp-ingest check a.map.json a.csv
		if [ "$status" -ne 2 ] || ! grep -qF "cdp-ingest: a.map.json: $code: $path: " err; then
			echo "want $code $path from $edit, got $status: $(cat err)"
			bad=1
		fi
		run_split cdp-ingest a.csv -o o
		[ "$status" -eq 2 ] && [ ! -e o ] || { echo "the run goes on: $edit"; bad=1; }
		n=$((n + 1))
	done < <(faults)
	[ "$bad" -eq 0 ]
	[ "$n" -gt 100 ]
}

@test "every E_MAP code of the page is triggered here" {
	local code
	for code in $(grep -oE 'E_MAP_[A-Z]+' "$ROOT/man/cdp-mapping.5" | sort -u); do
		grep -qE "(^|[^A-Z_])$code([^A-Z_]|\$)" <(faults; sed -n '/^@test "check/,$p' "$BATS_TEST_FILENAME") || { echo "$code"; return 1; }
	done
}

@test "a format that contradicts the file is told before anything is read" {
	good_mapping > a.map.json
	echo '{"id":"1","name":"Ana"}' > a.csv
	run_split cdp-ingest a.csv
	[ "$status" -eq 2 ]
	grep -q 'E_MAP_FORMAT: $.format.type: says csv, and' err
	good_mapping | jq '.format = {"type":"ndjson"}' > a.map.json
	printf '%s\n1,Ana,a@acme.test,,,,,\n' "$header" > a.csv
	run_split cdp-ingest a.csv
	[ "$status" -eq 2 ]
	grep -q 'E_MAP_FORMAT: $.format.type: says ndjson, and' err
	printf 'no line of ours\n{"id":"1","name":"Ana","mail":"a@acme.test"}\n' > a.csv
	run_split cdp-ingest --max-rejects 1 a.csv
	[ "$status" -eq 0 ]
}

@test "what is not JSON, or says a thing twice, is E_MAP_SYNTAX with its place" {
	echo "$header" > a.csv
	for text in '' '{' '[]' '{"cdp_mapping":1,"cdp_mapping":1}' '{"a":"\u0000"}'; do
		echo "$text" > a.map.json
		run_split cdp-ingest check a.map.json
		[ "$status" -eq 2 ]
		grep -q 'a.map.json:.*E_MAP_SYNTAX' err
	done
}

@test "a column with a name near to one of the header gets that name offered" {
	good_mapping | jq '.columns.nmae = "drop"' > a.map.json
	echo "$header" > a.csv
	run_split cdp-ingest check a.map.json a.csv
	grep -q 'column "nmae" is not in the header (nearest: "name")' err
	good_mapping | jq '.columns.nmae = {"to":"drop","optional":true}' > a.map.json
	run_split cdp-ingest check a.map.json a.csv
	[ "$status" -eq 0 ]
}

@test "members of JSON lines that no path names are told as columns are" {
	good_mapping | jq '.format = {"type":"ndjson"} | .columns = {"id":"drop","t.name":"name"} | .groups = [] | .derive = {} | .skip_when = {}' > a.map.json
	printf '{"id":"1","t":{"name":"Ana","city":"Ulm"},"password":"x"}\n{"id":"2","t":{"name":"Rui"},"new":1}\n' > a.ndjson
	run_split cdp-ingest check a.map.json a.ndjson
	[ "$status" -eq 2 ]
	grep -q 'E_MAP_UNMAPPED: $.unmapped: 3 columns have no mapping: "t.city", "password", "new"' err
	jq '.unmapped = "attributes"' a.map.json > m && mv m a.map.json
	run_split cdp-ingest -q a.ndjson --summary s
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.unmapped, .dropped_columns]' s)" = '[["t.city","password","new"],["id","password"]]' ]
	[ "$(jq -c 'select(.kind == "record").attributes' out | tr '\n' ' ')" = '{"plan":"x","t_city":"Ulm"} {"new":1,"plan":"x"} ' ]
	jq '.unmapped = "error"' a.map.json > m && mv m a.map.json
	{ for i in $(seq 10001); do echo "{\"id\":\"$i\",\"t\":{\"name\":\"Ana\"}}"; done; echo '{"id":"x","late":1,"t":{"name":"Eva"}}'; } > a.ndjson
	run_split cdp-ingest -q a.ndjson --rejects r
	[ "$status" -eq 1 ]
	grep '"kind":"reject"' r | jq -e '.code == "E_MAP_UNMAPPED" and .column == "late" and .line == 10002'
}

@test "check holds the mapping against the policy, member by member" {
	good_mapping > a.map.json
	cat > good.json <<-'END'
	{"sources":[{"id":"a","controller":"acme","channel":"web","clock":"trusted","purposes":["linking"]}],
	 "purposes":[{"id":"linking","basis":{"*":{"type":"legitimate_interests"}}}]}
	END
	run_split cdp-ingest check --policy good.json a.map.json
	[ "$status" -eq 0 ]
	while IFS=$'\t' read -r path edit; do
		jq "$edit" good.json > policy.json
		run_split cdp-ingest check --policy policy.json a.map.json
		[ "$status" -eq 2 ]
		grep -qF "E_MAP_POLICY: $path: " err || { echo "$edit: $(cat err)"; return 1; }
	done <<-'END'
	$.source.name	.sources[0].id = "b"
	$.source.controller	.sources[0].controller = "other"
	$.source.channel	.sources[0].channel = "app"
	$.source.clock	del(.sources[0].clock)
	$.source.collected	.sources[0].collected = "public"
	$.source.purposes[0]	.sources[0].purposes = []
	$.source.purposes[0]	.purposes[0].basis["*"].type = "consent"
	END
}

@test "check finds a column that sounds sensitive and has no tags" {
	good_mapping | jq '.columns.religion = "attributes.religion"' > a.map.json
	run_split cdp-ingest check a.map.json
	[ "$status" -eq 2 ]
	grep -q 'E_MAP_UNMAPPED.*"religion" sounds sensitive' err
	printf '%s,religion\n1,Ana,a@acme.test,,,,,,x\n' "$header" > a.csv
	run_split cdp-ingest a.csv
	[ "$status" -eq 0 ]
	grep -q '"religion" sounds sensitive' err
	good_mapping | jq '.columns.religion = {"to":"attributes.religion","tags":["special.religion"]}' > a.map.json
	run_split cdp-ingest check a.map.json
	[ "$status" -eq 0 ]
	[ ! -s err ]
}

@test "a file without a mapping is told the name of the one it wants, an address without its number the field" {
	printf 'id,mail\n1,Porto\n' >orte.csv
	run cdp-ingest -q orte.csv
	[ "$status" -eq 2 ]
	[[ $output == *'give --map FILE, make orte.map.json, or'* ]]
	run cdp-ingest -q - <orte.csv
	[ "$status" -eq 2 ]
	[[ $output == *'give --map FILE, or let --auto'* ]]
	good_mapping | jq '.columns.mail = "address.locality"' >orte.map.json
	run cdp-ingest -q orte.csv
	[ "$status" -eq 2 ]
	[[ $output == *'$.columns.mail: is no target: is address.0.locality meant?'* ]]
	good_mapping | jq '.columns.mail = "address.town"' >orte.map.json
	run cdp-ingest -q orte.csv
	[ "$status" -eq 2 ]
	[[ $output == *'$.columns.mail: is no target: see cdp-mapping(5)'* ]]
}
