#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cdp-resolve --model: a run that decides as another one has learnt to.
load helpers
load resolve

MODE=auto

# town PEOPLE: two sources of people with names, births, mailboxes, telephones and homes that
# several share, and a mailbox of a counter; one in ten has two mailboxes.
town() {
	awk -v n="$1" 'BEGIN {
		srand(11)
		split("Ana Rui Eva Ivo Ida Gil Clara Otto Emil Lia Nuno Rosa Hugo Vera Tomas Julia Bruno Sofia Pedro Marta", given, " ")
		split("Costa Reis Paz Lima Souza Pinto Melo Sales Braga Neves Rocha Campos Moura Dias Ramos Faria", family, " ")
		for (i = 1; i <= n; i++) {
			home = int(i / 2); g = given[1 + int(rand() * 20)]; f = family[1 + int(rand() * 16)] (rand() < 0.7 ? "" : " " family[1 + home % 16])
			b = sprintf("%d-%02d-%02d", 1945 + int(rand() * 60), 1 + int(rand() * 12), 1 + int(rand() * 28))
			line("crm", i, g, f, b, i, home)
			if (rand() < 0.6)
				line("shop", i, rand() < 0.8 ? g : substr(g, 1, 1), f, rand() < 0.8 ? b : "", i, rand() < 0.8 ? home : home + n)
		}
	}
	function line(s, k, g, f, b, m, h,   mail) {
		printf "{\"kind\":\"record\",\"id\":\"%s:%05d\",\"source\":\"%s\",\"key\":\"%05d\",\"given_name\":\"%s\",\"family_name\":\"%s\"", s, k, s, k, g, f
		if (b != "") printf ",\"birthdate\":\"%s\"", b
		mail = rand() < 0.05 ? "\"counter@example.com\"" : rand() < 0.1 ? "\"m" m "@example.com\",\"n" m "@example.org\"" : "\"m" m "@example.com\""
		if (rand() < 0.7) printf ",\"email\":[%s]", mail
		if (rand() < 0.7) printf ",\"phone_number\":[\"+35121%07d\"]", 1000000 + 37 * h
		printf ",\"address\":[{\"street_address\":\"Rua %s %d\",\"postal_code\":\"%04d-%03d\",\"locality\":\"Porto\",\"country\":\"PT\"}]", family[1 + h % 16], 1 + h, 4000 + h % 50, h % 900
		printf ",\"attributes\":{\"colour\":\"%s\",\"club\":[\"c%d\",\"c%d\"]}", h % 7 < 3 ? "red" : "blue", m % 90, m % 7
		print ",\"purposes\":[\"identity_resolution\"]}"
	}'
}

# learn FILE OPTIONS: keeps what is learnt as m, and links and profiles as l and p; decide: the same
# by m.
learn() {
	run_split cdp-resolve -q --save-model m --links l --review r -o p "${@:2}" "$1"
	[ "$status" -eq 0 ] || { cat err; return 1; }
}

decide() {
	run_split cdp-resolve -q --model m --links l2 --review r2 -o p2 --summary summary "${@:2}" "$1"
	[ "$status" -eq 0 ] || { cat err; return 1; }
}

# The same but for the header, which names the model.
same() {
	cmp l l2 && cmp r r2 && cmp <(tail -n +2 p) <(tail -n +2 p2)
}

@test "a model decides about its own records as the run that learnt it" {
	local n options
	for n in 500 2500; do
		town $n | stream > in
		for options in '' '--compare across-sources' '--threshold 7 --review-threshold 2'; do
			# shellcheck disable=SC2086
			learn in $options
			# shellcheck disable=SC2086
			decide in $options
			same || { echo "$n $options"; return 1; }
		done
	done
	[ "$(grep -c '"kind":"link"' l)" -gt 500 ]
	[ "$(figure model.kind)" = '"frozen"' ]
	[ "$(figure mode)" = '"model"' ]
	[ "$(head -1 p2 | jq -r .mode)" = model ]
	[ "$(head -1 p2 | jq .model)" = "$(figure model.digest)" ]
	[ "$(figure thresholds.link)" = '"7.000"' ]
}

# One column of texts: N things of five words each, which few have, beside one that all have; of each
# a second spelling without one of them, with a slip or with the words the other way round.
titles() {
	awk -v n="$1" 'BEGIN {
		srand(7)
		for (i = 0; i < 26; i++) letter[i] = sprintf("%c", 97 + i)
		for (i = 0; i < 900; i++) { w = ""; for (k = 0; k < 7; k++) w = w letter[int(26 * rand())]; word[i] = w }
		for (i = 0; i < n; i++) {
			for (k = 0; k < 5; k++) t[k] = word[int(900 * rand())]
			for (c = 0; c < 2; c++) {
				text = t[0] " " t[1] " of " t[2] " " t[3] " " t[4]
				if (c == 1 && i % 3 == 0) text = t[0] " " t[1] " of " t[2] " " t[4]
				if (c == 1 && i % 3 == 1) text = t[0] " " t[1] " of " t[2] " " t[3] " " substr(t[4], 1, 5) substr(t[4], 7)
				if (c == 1 && i % 3 == 2) text = t[4] " " t[3] " of " t[2] " " t[0]
				printf "{\"kind\":\"record\",\"id\":\"s:t%dx%d\",\"source\":\"s\",\"key\":\"t%dx%d\",\"attributes\":{\"title\":\"%s\"},\"purposes\":[\"identity_resolution\"]}\n", i, c, i, c, text
			}
		}
	}'
}

@test "a text of words that many have is not contained in others, by a model neither" {
	# a second column, and two records that say no more than what all say
	titles 150 | jq -c '.attributes.price = (.key | split("x")[0][1:] | tonumber * 7919 % 997 + 0.5)' > goods
	rec s:one '"attributes":{"title":"of","price":3.5}' >> goods
	rec s:two '"attributes":{"title":"of","price":8.5}' >> goods
	stream < goods > in
	learn in
	jq -e '.comparisons[] | select(.field == "attributes.title") | .type == "text"' m >/dev/null
	printf 's:one s:t3x0\ns:t0x0 s:t0x1\n' > pairs
	cdp-resolve explain -q --pairs pairs in > said
	decide in
	same
	# a few records alone: a word is as common as where the model was learnt
	grep -e '"s:one"' -e '"s:t[03]x[01]"' in | stream > few
	cdp-resolve explain -q --model m --pairs pairs few > told
	for file in said told; do
		grep '^title' $file > titles
		sed -n 1p titles | grep -q different || { cat $file; return 1; }
		sed -n 2p titles | grep -q contained || { cat $file; return 1; }
	done
}

@test "one column of texts is compared by the words that few have, by a model too" {
	titles 400 | stream > in
	learn in
	jq -r 'select(.kind == "link") | .a + " " + .b' l | sed 's/x[01]//g' | awk '{ good += $1 == $2; bad += $1 != $2 } END { print good, bad + 0 }' > counts
	read -r good bad < counts
	[ "$good" -ge 360 ] && [ "$bad" -le 8 ] || { cat counts; return 1; }
	jq -e '.comparisons[0].type == "words"' m >/dev/null
	decide in
	same
	(head -1 in; sed '1d;$d' in | sort -R --random-source=<(yes); tail -1 in) > mixed
	run_split cdp-resolve -q --threads 3 --links l3 -o p3 mixed
	cmp l l3
	cmp p p3
	# ten records alone: words are as rare as where the model was learnt
	head -11 in | tail -10 | stream > few
	run_split cdp-resolve -q --model m --links l2 -o p2 few
	[ "$(grep -c '"kind":"link"' l2)" -eq 5 ]
}

# One column of names of two words, each thing in two lists: written alike, or with a word more.
names() {
	awk -v n="$1" 'BEGIN {
		srand(5)
		for (i = 0; i < 26; i++) letter[i] = sprintf("%c", 97 + i)
		for (i = 0; i < 700; i++) { w = ""; for (k = 0; k < 6; k++) w = w letter[int(26 * rand())]; word[i] = w }
		split("hospital school museum library", kind, " ")
		for (i = 0; i < n; i++) {
			text = word[int(700 * rand())] " " word[int(700 * rand())] " " kind[1 + i % 4]
			for (c = 0; c < 2; c++)
				printf "{\"kind\":\"record\",\"id\":\"s%d:t%d\",\"source\":\"s%d\",\"key\":\"t%d\",\"attributes\":{\"label\":\"%s%s\"},\"purposes\":[\"identity_resolution\"]}\n", c, i, c, i, text, c == 1 && i % 2 ? " trust" : ""
		}
	}'
}

@test "one column of names is compared by words too, unless it is told its type" {
	names 300 | stream > in
	learn in
	jq -e '.comparisons[0].type == "words"' m
	jq -r 'select(.kind == "link") | .a + " " + .b' l | tr -d s | sed 's/[01]://g' | awk '{ good += $1 == $2; bad += $1 != $2 } END { print good, bad + 0 }' > counts
	read -r good bad < counts
	[ "$good" -ge 270 ] || { cat counts; return 1; }
	[ "$bad" -le 6 ] || { cat counts; return 1; }
	decide in
	same
	echo '{"schema":"cdp-rules/1","fields":{"attributes.label":{"type":"string"}}}' > rules.json
	run_split cdp-resolve -q --rules rules.json --summary s2 -o p3 in
	[ "$(jq -r '.comparisons[0].type' s2)" = string ]
}

@test "threads and the order of records change nothing under a model" {
	town 2500 | stream > in
	learn in
	cdp-resolve -q --model m --threads 1 -o p1 in
	(head -1 in; sed '1d;$d' in | sort -R --random-source=<(yes); tail -1 in) > mixed
	cdp-resolve -q --model m --threads 3 -o p3 mixed
	cmp p1 p3
}

@test "the weight of a pair does not depend on the other records" {
	town 2500 | stream > all
	learn all
	jq -r 'select(.kind == "link") | .a, .b' l | head -8 > few
	grep -F -f few all > lines
	stream < lines > in
	cdp-resolve -q --model m --links few.l --min-link -60 -o few.p in
	# the prior follows the number of records; the rest of a weight is the pair's own
	parts() { jq -c -S 'select(.kind == "link") | [.a, .b, .levels, (.weights | del(.prior, .household, .rivals))]' "$1" | sort; }
	parts few.l > of_few
	parts l > of_all
	[ "$(comm -12 of_few of_all | wc -l)" -ge 4 ]
	jq -r 'select(.kind == "link") | .a + " " + .b' l | sort > pairs
	while read -r line; do
		grep -qxF "$line" of_all || ! grep -qxF "$(jq -r '.[0] + " " + .[1]' <<<"$line")" pairs ||
			{ echo "$line"; return 1; }
	done < of_few
}

@test "a model of few records decides about many, and one of many about few" {
	town 2500 | stream > many
	town 400 | stream > few
	learn few
	[ "$(jq -c .rules m)" = '[]' ]
	decide many
	[ "$(figure all_pairs)" = false ]
	[ "$(figure 'blocking_rules | length')" -ge 1 ]
	[ "$(figure blocking_recall.low)" = null ]
	[ "$(jq -c 'select(.kind == "profile" and (.members | length) == 2) | [.members[] | split(":")[1]] | unique | length' p2 | grep -c 1)" -gt 1000 ]
	learn many
	[ "$(jq '.rules | length' m)" -ge 1 ]
	decide many
	[ "$(jq '[.blocking_rules[].rule] | join(" ")' summary)" = "$(jq '[.rules[].all | join("+")] | join(" ")' m)" ]
	decide few
	[ "$(figure all_pairs)" = true ]
}

@test "a new record meets a file of ten, and a field that is not there is named" {
	town 800 | stream > all
	learn all
	sed -n 2,6p all | sed 's/,"birthdate":"[^"]*"//' > old
	sed 's/"crm/"web/g' old | cat old - | stream > in
	run_split cdp-resolve --model m --links l2 -o p2 in
	[ "$status" -eq 0 ]
	grep -q 'the model compares birthdate, of which no record has a value' err
	[ "$(jq -c 'select(.kind == "profile").members | length' p2 | tr '\n' ' ')" = '2 3 3 ' ]
	stream < /dev/null > none
	run_split cdp-resolve -q --model m none
	[ "$status" -eq 0 ]
}

@test "what a model does not know is not compared, and what it knows to be nobody's is out of play" {
	town 800 | stream > all
	learn all
	sed -n 2,3p all | sed 's/,"email":\[[^]]*\]//; s/"attributes":{/"email":["counter@example.com"],&"shoe":"41",/' | stream > in
	cdp-resolve -q --model m --links l2 --min-link -60 --generic g -o p2 in
	jq -e -s 'map(select(.kind == "link").levels) | length == 1 and (.[0] | has("attributes.shoe") or has("email") | not)' l2
	[ "$(cut -f 1,5 g | tail -1)" = "$(printf 'email\tnull')" ]
}

@test "estimate and explain go by a model, train and exact keys do not" {
	town 800 | stream > in
	learn in
	run_split cdp-resolve estimate -q --model m in
	[ "$status" -eq 0 ]
	grep -Eq '^model +frozen$' out
	grep -Eq "^link from, bits +$(jq '.thresholds.link / 1000' m)" out
	jq -r 'select(.kind == "link") | .a + " " + .b' l | head -3 > pairs
	cdp-resolve explain -q --pairs pairs in > usual
	cdp-resolve explain -q --pairs pairs --model m in > frozen
	bare() { sed -E 's/  ([0-9]+|few) holders?( \(half\))?//' "$1" | tr -s ' '; }
	cmp <(bare usual) <(bare frozen)
	grep -q ' few holders' frozen
	for options in 'train --model m --save-model n' '--model m --save-model n' '--mode exact --model m' '--mode auto --model m' '--mode model'; do
		# shellcheck disable=SC2086
		run_split cdp-resolve $options in
		[ "$status" -eq 2 ] || { echo "$options"; return 1; }
	done
}

@test "a model of other Unicode, of another schema or damaged is refused before anything is read" {
	town 200 | stream > in
	learn in
	refused() {
		run_split cdp-resolve --model bad -o out.p not-there
		[ "$status" -eq 2 ] || { cat err; return 1; }
		[ "$(wc -l < err)" -eq 1 ]
		grep -q -F "bad: E_MODEL: $1" err || { cat err; return 1; }
		[ ! -e out.p ]
	}
	sed 's/"unicode":"[^"]*"/"unicode":"3.0.0"/' m > bad
	refused '$.unicode: the model was made with Unicode 3.0.0'
	sed 's,cdp-model/1,cdp-model/2,' m > bad
	refused '$.schema: '
	jq -c '.comparisons[1].levels[2].weight = 12345678' m > bad
	refused '$.comparisons[1].levels[2].weight: '
	jq -c '.classes = .classes[1:]' m > bad
	refused '$.classes: '
	head -c 1000 m > bad
	run_split cdp-resolve --model bad not-there
	[ "$status" -eq 2 ]
	run_split cdp-resolve --model missing not-there
	[ "$status" -eq 2 ]
}

# ---- Splink ----

# comparison NAME COLUMN THRESHOLD M1 U1 M2 U2 [TF]: equal, alike by Jaro-Winkler, all else.
comparison() {
	printf '{"output_column_name":"%s","comparison_levels":[{"sql_condition":"%s_l IS NULL OR %s_r IS NULL","is_null_level":true},' "$1" "$2" "$2"
	printf '{"sql_condition":"%s_l = %s_r","m_probability":%s,"u_probability":%s%s},' "$2" "$2" "$4" "$5" "${8:+,\"tf_adjustment_column\":\"$2\"}"
	printf '{"sql_condition":"jaro_winkler_similarity(%s_l, %s_r) >= %s","m_probability":%s,"u_probability":%s},' "$2" "$2" "$3" "$6" "$7"
	printf '{"sql_condition":"ELSE","m_probability":0.05,"u_probability":0.95}]}'
}

settings() {
	printf '{"probability_two_random_records_match":0.0009,"blocking_rules_to_generate_predictions":["l.surname = r.surname and l.first_name = r.first_name","l.dob = r.dob","substr(l.dob,1,4) = substr(r.dob,1,4)"],"comparisons":[%s,%s,%s,%s]}' \
		"$(comparison first_name first_name 0.9 0.7 0.05 0.2 0.01 tf)" "$(comparison surname surname 0.88 0.8 0.0625 0.1 0.01)" \
		"$(comparison born dob 0.95 0.9 0.0001 0.05 0.001)" "$(comparison mail email 0.9 0.9 0.001 0.01 0.001)"
}

@test "weights of Splink become a model that runs decide by" {
	town 1500 | stream > in
	settings > s.json
	run_split cdp-resolve train --import-splink s.json --save-model m in
	[ "$status" -eq 0 ]
	grep -q '1 blocking rules are more than equal columns' err
	[ "$(jq -r .kind m)" = imported ]
	[ "$(jq -c '[.comparisons[].field]' m)" = '["given_name","family_name","birthdate","email"]' ]
	[ "$(jq -c '[.rules[].all]' m)" = '[["family.token","given.exact"],["birthdate.full"]]' ]
	[ "$(jq '.comparisons[1].levels[0].weight' m)" -eq 3678 ]	# log2(0.8 / 0.0625)
	[ "$(jq -c '[.comparisons[:2][].levels[0].tf]' m)" = '["1","0"]' ]
	[ "$(jq '.classes[0].prior' m)" -eq -10116 ]			# log2(0.0009 / 0.9991)
	decide in
	[ "$(figure model.kind)" = '"frozen"' ]
	jq -e -s 'map(select(.kind == "link")) | length > 300 and all(.weights | has("household") or has("address") | not)' l2
	[ "$(jq -c 'select(.kind == "profile" and (.members | length) > 1) | [.members[] | split(":")[1]] | unique | length' p2 | sort -n | uniq -c | sort -rn | awk 'NR == 1 { print $2 }')" = 1 ]
	# as Splink has it: a name that is exact and no rarer than usual
	jq -r 'select(.kind == "link" and .levels.family_name == "exact") | .weights.family_name' l2 | sort -u > family
	[ "$(cat family)" = 3.678 ]
}

@test "a table of Splink is weighed by its settings, and one that differs is told" {
	settings > s.json
	w=$(awk 'BEGIN { printf "%.12f", (log(0.0009 / 0.9991) + log(0.8 / 0.0625) + log(0.05 / 0.95) * 2) / log(2) }')
	printf 'gamma_first_name,gamma_surname,gamma_born,gamma_mail,match_weight\n-1,2,0,0,%s\n' "$w" > t.csv
	run_split cdp-resolve train --import-splink s.json --gamma t.csv
	[ "$status" -eq 0 ]
	[ "$(cut -c 1-10 out)" = "${w:0:10}" ]
	grep -q '1 pairs, at most' err
	sed 's/^-1,2/-1,1/' t.csv > u.csv
	run_split cdp-resolve train --import-splink s.json --gamma u.csv
	[ "$status" -eq 1 ]
	for options in '--gamma t.csv' '--gamma t.csv --import-splink s.json --save-model m' '--import-splink s.json'; do
		# shellcheck disable=SC2086
		run_split cdp-resolve train $options < /dev/null
		[ "$status" -eq 2 ] || { echo "$options"; return 1; }
	done
	sed 's/jaro_winkler_similarity/soundex/' s.json > bad.json
	run_split cdp-resolve train --import-splink bad.json --save-model m not-there
	[ "$status" -eq 2 ]
	grep -q 'bad.json: E_SPLINK: ' err
}

@test "settings of Splink with two comparisons of a field are refused, and link_only is told" {
	town 200 | stream > in
	settings | sed 's/"dob"/"surname"/; s/dob_\([lr]\)/last_name_\1/g' > two.json
	run_split cdp-resolve train --import-splink two.json --save-model m in
	[ "$status" -eq 2 ]
	grep -q 'two.json: E_SPLINK: comparison "born": another one is of the same field' err
	[ ! -e m ]
	settings | sed 's/{/{"link_type":"link_only",/' > s.json
	run_split cdp-resolve train --import-splink s.json --save-model m in
	[ "$status" -eq 0 ]
	grep -q 'so do runs with --compare across-sources' err
	run_split cdp-resolve train --compare across-sources --import-splink s.json --save-model m in
	[ "$status" -eq 0 ]
	refute grep -q 'so do runs' err
}

@test "what Splink can have is written as its settings, anything else is named" {
	town 1500 | stream > in
	run_split cdp-resolve train -q --export-splink s.json in
	[ "$status" -eq 2 ]
	grep -q 'E_SPLINK: Splink cannot have the model: .*"levels":"splink"' err
	[ ! -e s.json ]
	echo '{"schema":"cdp-rules/1","levels":"splink","ignore":["attributes.club"]}' > rules.json
	run_split cdp-resolve train -q --rules rules.json --export-splink s.json --save-model m in
	[ "$status" -eq 0 ]
	jq -e '.comparisons | map(.output_column_name) | index("postal_code") and index("colour") and (index("address") | not)' s.json
	# of every comparison the shares are all there is
	jq -e '[.comparisons[].comparison_levels | (map(.m_probability // 0) | add), (map(.u_probability // 0) | add)] | all(. > 0.999 and . < 1.001)' s.json
	jq -e '.comparisons[0].comparison_levels[1] | .tf_adjustment_column == "given_name" and .m_probability > .u_probability' s.json
	# read again it weighs the same
	run_split cdp-resolve train -q --import-splink s.json --save-model again in
	[ "$status" -eq 0 ]
	weights() { jq -c '[.comparisons[] | select(.field != "attributes.colour") | [.field, [.levels[] | .weight, .tf]]]' "$1"; }
	cmp <(weights m) <(weights again)
	jq -e -s '(.[0].classes[0].prior - .[1].classes[0].prior) | . * . <= 1' m again
	printf '%s\n' '{"schema":"cdp-rules/1","levels":"splink"}' > rules.json
	run_split cdp-resolve train -q --rules rules.json --export-splink s.json in
	[ "$status" -eq 2 ]
	grep -q 'cannot have attributes.club: its values are no texts' err
}

# ---- what people know ----

@test "labels teach: what is known to be one person counts as such, and what is not does not" {
	town 1500 | stream > in
	jq -r 'select(.kind == "record").id' in | sed 's/.*:\(.*\)/&,\1/' | (echo id,entity; cat) > truth.csv
	run_split cdp-resolve train -q --save-model usual in
	run_split cdp-resolve train -q --labels truth.csv --save-model m in
	[ "$status" -eq 0 ]
	(printf '\357\273\277'; cat truth.csv) > marked.csv
	cdp-resolve train -q --labels marked.csv --save-model marked in
	cmp m marked
	# matches a record are twice the pairs of one person by the records
	true=$(jq -r 'select(.kind == "record").key' in | sort | uniq -c | awk '{ n += $1; p += $1 * ($1 - 1) } END { printf "%d", 1000 * p / n }')
	[ "$(jq '.matches_per_record | tonumber * 1000 | floor' m)" -ge "$((true - 1))" ]
	[ "$(jq '.matches_per_record | tonumber * 1000 | floor' m)" -le "$((true + 1))" ]
	# all are said to be one another's: nothing that differs is a match any more
	sed '1!s/,.*/,1/' truth.csv > one.csv
	run_split cdp-resolve train -q --labels one.csv --save-model one in
	jq -e -s '(.[0].comparisons[] | select(.field == "birthdate").levels[-1].m | tonumber) < (.[1].comparisons[] | select(.field == "birthdate").levels[-1].m | tonumber)' m one
	{ sed 's/^crm/gone/' truth.csv; echo other:1,x; } > some.csv
	run_split cdp-resolve train --labels some.csv --save-model n in
	[ "$status" -eq 0 ]
	grep -q "$(grep -c '"id":"crm' in | awk '{ print $1 + 1 }') labels name a record that is not here" err
}

@test "labels that are no table of records and entities are refused with their line" {
	town 20 | stream > in
	refused() {
		run_split cdp-resolve train --labels l.csv --save-model m not-there
		[ "$status" -eq 2 ] || { cat err; return 1; }
		grep -q "l.csv:$1E_LABELS: " err || { cat err; return 1; }
	}
	printf 'id,person\na:1,1\n' > l.csv
	refused '1: '
	printf 'id,entity\na:1,1\na:1,2\n' > l.csv
	refused '3: '
	printf 'id,entity\na:1\n' > l.csv
	refused '2: '
	printf 'id,entity\na:1,\n' > l.csv
	refused '2: '
	printf 'id,entity\na:1,\0\n' > l.csv
	refused '2: '
	printf 'id,entity\na:1,"x"y\n' > l.csv
	refused '2: '
	: > l.csv
	refused ' '
}

@test "verdicts teach, too" {
	town 1500 | stream > in
	cdp-resolve -q --review queue --review-limit 60 -o p in
	jq -c 'select(.kind == "link") | .verdict = if (.a | split(":")[1]) == (.b | split(":")[1]) then "same" else "different" end' queue > v
	run_split cdp-resolve train -q --save-model usual in
	run_split cdp-resolve train -q --verdicts v --save-model m in
	[ "$status" -eq 0 ]
	refute cmp -s <(jq -c .comparisons usual) <(jq -c .comparisons m)
	for answer in same different; do
		jq -c --arg a $answer '.verdict = $a' v > all
		cdp-resolve train -q --verdicts all --save-model $answer in
	done
	jq -e -s '(.[0].matches_per_record | tonumber) > (.[1].matches_per_record | tonumber)' same different
	sed 's/"a":"crm/"a":"gone/' v > gone
	run_split cdp-resolve train --verdicts gone --save-model m in
	[ "$status" -eq 0 ]
	grep -q 'verdicts name a record that is not here' err
}
