#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cdp-synth: customers out of a seed and a size; and, since it reads nothing, the rows of
# conventions.bats that hold for it.
load helpers
bats_require_minimum_version 1.5.0

records() {	# FILE: without the lines around them
	grep '"kind":"record"' "$1"
}

refused() {	# TEXT OPTION...: exit 2, the text on the first line, no output
	local text=$1
	shift
	run_split cdp-synth "$@"
	[ "$status" -eq 2 ] || { echo "status $status: $*"; return 1; }
	[ ! -s out ] || { echo "output: $*"; return 1; }
	head -n 1 err | grep -qF -e "$text" || { cat err; return 1; }
}

@test "the same seed gives the same bytes with any number of threads, another seed others" {
	cdp-synth --people 3000 --seed 5 --truth t1 --golden g1 --consents c1 --threads 1 -o a
	for threads in 2 3 8; do
		cdp-synth --people 3000 --seed 5 --truth t2 --golden g2 --consents c2 --threads $threads -o b
		cmp a b
		cmp t1 t2
		cmp g1 g2
		cmp c1 c2
	done
	cdp-synth --people 3000 --seed 6 -o c
	refute cmp -s a c
}

@test "ranges put together are the whole" {
	cdp-synth --people 5000 --seed 3 --truth t --golden g --consents c --identical 7 -o all
	for from in 0 1 1500 4096; do
		count=$((from == 0 ? 1 : from == 1 ? 1499 : from == 1500 ? 2596 : 904))
		cdp-synth --people 5000 --seed 3 --identical 7 --from $from --count $count \
		    --truth t.$from --golden g.$from --consents c.$from -o all.$from
	done
	cmp <(records all) <(cat all.0 all.1 all.1500 all.4096 | grep '"kind":"record"')
	cmp t <(cat t.0 t.1 t.1500 t.4096)
	cmp g <(cat g.0 g.1 g.1500 g.4096)
	cmp <(grep '"kind":"consent"' c) <(cat c.0 c.1 c.1500 c.4096 | grep '"kind":"consent"')
	cdp-synth --people 5000 --seed 3 --from 4096 -o rest
	cmp <(records rest) <(records all.4096 | grep -v '"crm:Z\|"shop:Z\|:Z')
}

@test "a range of a CSV directory has a header only where it begins with the first" {
	cdp-synth --people 900 --csv whole
	cdp-synth --people 900 --count 400 --csv first
	cdp-synth --people 900 --from 400 --csv second
	for f in shop crm web app phone social survey device; do
		cmp whole/$f.csv <(cat first/$f.csv second/$f.csv)
		cmp whole/$f.map.json second/$f.map.json
	done
	cdp-synth --people 900 --from 900 --csv none
	[ ! -s none/shop.csv ]
}

@test "people stay who they are when there are more of them" {
	cdp-synth --people 1025 -o few
	cdp-synth --people 2048 --count 1025 -o more
	cmp <(records few) <(records more)
	[ "$(head -n 1 few | jq .name_table)" = 11 ]
	cdp-synth --people 1024 -o fewer
	[ "$(head -n 1 fewer | jq .name_table)" = 10 ]
}

@test "the stream is one that cdp-resolve and cdp-ingest take, and truth names each record once" {
	cdp-synth --people 2000 --unlinkable 0 --truth truth.csv -o r
	cdp-resolve -q --mode exact -o profiles r
	cdp-eval --strict --truth truth.csv --expect 'pair_precision>=0.98' \
	    --expect 'pair_recall>=0.5' profiles
	[ "$(head -n 1 truth.csv)" = id,entity,household ]
	cmp <(records r | jq -r .id) <(tail -n +2 truth.csv | cut -d , -f 1)
	[ -z "$(cut -d , -f 1 truth.csv | sort | uniq -d)" ]
	cdp-ingest -q -o again r
	cmp <(records r | jq -c '[.id, .given_name, .family_name, .birthdate, .email, .phone_number, .address]') \
	    <(records again | jq -c '[.id, .given_name, .family_name, .birthdate, .email, .phone_number, .address]')
}

@test "members stand in the order of cdp-stream(5)" {
	cdp-synth --people 400 -o r
	records r | jq -r 'keys_unsorted | join(" ")' | sort -u > orders
	order='kind id source key channel observed_at given_name family_name birthdate gender locale email phone_number address identifiers attributes purposes controller'
	while read -r line; do
		[ "$line" = "$(for k in $order; do [[ " $line " = *" $k "* ]] && echo "$k"; done | paste -sd ' ')" ] ||
		    { echo "$line"; return 1; }
	done < orders
}

@test "--people: so many entities, none and a million million are no faults of their own" {
	cdp-synth --people 700 --truth t -o r
	[ "$(tail -n +2 t | cut -d , -f 2 | sort -u | wc -l)" -eq 700 ]
	cdp-synth --people 0 -o r
	[ "$(wc -l < r)" -eq 2 ]
	cdp-synth --people 17179869184 --from 17179869183 -o r
	[ "$(records r | wc -l)" -ge 1 ]
	refused "--people takes at most" --people 17179869185
	refused "--people" --people many
}

@test "--records-per-person is the mean, and nobody has none" {
	cdp-synth --people 3000 --truth t -o r
	n=$(records r | wc -l)
	[ "$n" -gt 7200 ]
	[ "$n" -lt 7800 ]
	cdp-synth --people 3000 --records-per-person 1 --truth t -o r
	[ "$(records r | wc -l)" -eq 3000 ]
	cdp-synth --people 1000 --records-per-person 12.5 -o r
	n=$(records r | wc -l)
	[ "$n" -gt 12000 ]
	[ "$n" -lt 13000 ]
	for bad in 0.9 21 many; do
		refused "--records-per-person takes 1 to 20" --records-per-person "$bad"
	done
}

@test "--unlinkable: that share lacks the linking purpose, and nothing else" {
	cdp-synth --people 4000 -o r
	n=$(records r | jq -c 'select(.purposes | index("identity_resolution") | not)' | wc -l)
	[ "$n" -gt 200 ]
	[ "$n" -lt 400 ]
	records r | jq -e -s 'all(.purposes | length >= 1)' > /dev/null
	cdp-synth --people 300 --unlinkable 100 -o r
	[ "$(records r | grep -c identity_resolution)" -eq 0 ]
	cdp-synth --people 300 --unlinkable 0 -o r
	[ "$(records r | grep -vc identity_resolution)" -eq 0 ]
	for bad in 101 -1 x 3%; do
		refused "--unlinkable takes 0 to 100" "--unlinkable=$bad"
	done
}

@test "--as-of: nothing is later, and a day later people are the same but for time" {
	cdp-synth --people 500 --as-of 2020-06-01 -o r
	[ "$(records r | jq -r .observed_at | sort | tail -n 1)" \< 2020-06-01 ]
	[ "$(records r | jq -r .observed_at | sort | head -n 1)" \> 2015-01-01 ]
	[ "$(head -n 1 r | jq -r .as_of)" = 2020-06-01 ]
	cdp-synth --people 500 -o s
	[ "$(records s | jq -r .observed_at | sort | tail -n 1)" \> 2025-11-01 ]
	head -n 1 s | jq -e 'has("as_of") | not'
	refused "--as-of" --as-of 1969-12-31
	refused "--as-of" --as-of yesterday
}

@test "--locale: addresses of its countries only, a mix of all" {
	cdp-synth --people 1500 -o r
	[ "$(records r | jq -r '.address[0].country // empty' | sort -u | paste -sd ' ')" = "BR DE ES GB PT US" ]
	while read -r locale countries; do
		cdp-synth --people 300 --locale $locale -o r
		[ "$(records r | jq -r '.address[0].country // empty' | sort -u | paste -sd ' ')" = "$countries" ]
	done <<'LIST'
en GB US
pt BR PT
es ES
de DE
LIST
	refused "--locale" --locale fr
}

@test "--preset: households are larger, clean has no errors, hard more, skewed commoner names" {
	for preset in retail hard clean household skewed; do
		cdp-synth --people 3000 --preset $preset --unlinkable 0 --truth $preset.csv -o $preset
		cut -d , -f 3 $preset.csv | sort -u | wc -l > $preset.homes
		records $preset | jq -r '.family_name // empty' | sort | uniq -c | sort -rn | head -n 1 |
		    sed 's/^ *//; s/ .*//' > $preset.common
		cdp-resolve -q --mode exact $preset | cdp-eval --json --truth $preset.csv - |
		    jq .pair_recall > $preset.recall
	done
	[ "$(cat household.homes)" -lt "$(($(cat retail.homes) * 4 / 5))" ]
	[ "$(cat skewed.common)" -gt "$(($(cat retail.common) * 5 / 4))" ]
	jq -n -e --slurpfile c clean.recall --slurpfile r retail.recall --slurpfile h hard.recall \
	    '$c[0] > 0.95 and $c[0] > $r[0] and $r[0] > $h[0]'
	[ "$(records skewed | grep -c '"counter@')" -gt "$(($(records retail | grep -c '"counter@') * 8))" ]
	refused "--preset" --preset easy
}

@test "--golden: the true values of each person, which cdp-eval takes" {
	cdp-synth --people 800 --preset clean --unlinkable 0 --truth t --golden g -o r
	[ "$(wc -l < g)" -eq 801 ]
	cmp <(tail -n +2 t | cut -d , -f 2 | sort -u) <(tail -n +2 g | cut -d , -f 1 | sort)
	cdp-resolve -q --mode exact -o p r
	cdp-eval --json --truth t --golden g --records r p |
	    jq -e '.golden_values > 5000 and .golden_exact == .golden_filled'
}

@test "--consents: grants and refusals that a ledger takes, some of which contradict each other" {
	cdp-synth --people 2000 --consents c -o r
	[ "$(tail -n 1 c | jq .by_kind.consent)" -eq "$(grep -c '"kind":"consent"' c)" ]
	jq '.notices[].published_at = "2015-01-01" |
	    .sources += [.sources[0] + {id: ("web", "social", "phone", "survey", "device")}]' \
	    "$ROOT/share/examples/policy.json" > policy.json
	cdp-consent init -q --state s --subjects keyed --name example/consent --new-keys --policy policy.json
	cdp-consent append -q --state s c > /dev/null
	cdp-consent verify -q --state s
	grep '"kind":"consent"' c | jq -r '[.identifier.value, .type] | @tsv' | sort -u > said
	for type in grant deny withdraw object; do
		[ "$(cut -f 2 said | grep -c "^$type$")" -gt 0 ]
	done
	[ "$(grep -P '\t(grant|deny)' said | cut -f 1 | uniq -d | wc -l)" -gt 50 ]
	[ -z "$(grep '"kind":"consent"' c | jq -r .id | sort | uniq -d)" ]
}

@test "--csv: cdp-ingest takes each file by its mapping, and the truth still holds" {
	cdp-synth --people 3000 --truth t.csv --csv dir
	cdp-synth --people 3000 -o r
	[ "$(ls dir | wc -l)" -eq 16 ]
	cdp-ingest -q -o ingested dir/*.csv
	cmp <(records r | jq -r .id | sort) <(records ingested | jq -r .id | sort)
	records r | jq -c '[.id, .birthdate, .phone_number, .purposes]' | sort > a
	records ingested | jq -c '[.id, .birthdate, .phone_number, .purposes]' | sort > b
	n=$(diff a b | grep -c '^<' || true)	# rows that slipped by a column
	[ "$n" -gt 0 ]
	[ "$n" -lt 40 ]
	cdp-resolve -q --mode exact ingested |
	    cdp-eval --truth t.csv --expect 'pair_precision>=0.98' --expect 'pair_recall>=0.5' -
}

@test "--csv: files are as untidy as theirs are, and clean ones are not" {
	cdp-synth --people 3000 --csv dir
	grep -q $'\r$' dir/crm.csv
	grep -q 'N/A' dir/shop.csv
	grep -q '^[0-9]*,[A-Z ]*,[A-Z ]*,' dir/shop.csv
	cdp-synth --people 3000 --preset clean --csv clean
	refute grep -q 'N/A' clean/shop.csv
	cdp-ingest -o ingested clean/*.csv 2> err
	refute grep -q '"flags":\[[^]]*[a-z_.0]*:[a-qs-z]' ingested
}

@test "--csv and -o exclude each other; a directory that cannot be made is no output" {
	refused "--csv and -o" --csv d -o f
	: > file
	run_split cdp-synth --people 10 --csv file/d --truth t
	[ "$status" -eq 6 ] && [ ! -e t ]
}

@test "nobody to make and a --memory that nothing is held to are told" {
	cdp-synth --people 3 --from 5 --memory 1M >r 2>err
	grep -q 'no effect: this command keeps to no limit' err
	grep -q 'nobody is made' err
	cdp-synth --people 0 --identical 2 >r 2>err
	[ ! -s err ]
}

@test "--identical: so many copies of one record under their own ids, one entity" {
	cdp-synth --people 0 --identical 10000 --truth t --golden g -o r
	[ "$(records r | wc -l)" -eq 10000 ]
	[ "$(records r | jq -r .id | sort -u | wc -l)" -eq 10000 ]
	[ "$(records r | jq -c 'del(.id, .key)' | sort -u | wc -l)" -eq 1 ]
	[ "$(tail -n +2 t | cut -d , -f 2,3 | sort -u | wc -l)" -eq 1 ]
	[ "$(wc -l < g)" -eq 2 ]
	cdp-synth --people 100 --identical 5 --truth t -o r
	cdp-synth --people 100 -o s
	cmp <(records s) <(records r | head -n -5)
}

@test "--collide: the low bits of the hashes of all mailboxes are zero" {
	cdp-synth --people 200 --collide 8 -o r
	cdp-synth --people 200 -o s
	records r | jq -r '.email[]?' | sort -u > mails
	[ "$(wc -l < mails)" -eq "$(records s | jq -r '.email[]?' | sort -u | wc -l)" ]
	refute cmp -s r s
	refused "--collide takes at most" --collide 21
	command -v xxh64sum > /dev/null && xxh64sum --version 2>&1 | grep -q XXH3 || skip "no xxhsum with XXH3"
}

@test "--summary tells how many, and no value of a person" {
	cdp-synth --people 300 --consents c --summary s -o r
	[ "$(jq .people s)" -eq 300 ]
	[ "$(jq .records s)" -eq "$(records r | wc -l)" ]
	[ "$(jq .consents s)" -eq "$(grep -c '"kind":"consent"' c)" ]
	refute grep -q example s
}

@test "no mailbox, domain or number can be somebody's" {
	cdp-synth --people 3000 -o r
	records r | jq -r '.email[]?' >mailboxes
	records r | jq -r '.phone_number[]?' >numbers
	[ -s mailboxes ]
	[ -s numbers ]
	refute grep -v '@[a-z0-9.-]*\.example$' mailboxes
	refute grep -vE '^\+(1[2-9]9[0-9][2-9][0-9]{6}|446[0-9]{9}|55[2-9]09[0-9]{8}|3519[4578][0-9]{7}|347[5-9][0-9]{7}|4916[567][0-9]{8})$' numbers
}

@test "operands and unknown options are refused" {
	refused "operand" file
	refused "--no-such" --no-such
	refused "--truth" --truth
}

@test "standard output closed or full is 6, a reader that is gone 141 and silence" {
	run bash -c 'cdp-synth --people 10 >&- 2>err'
	[ "$status" -eq 6 ]
	[ "$(wc -l < err)" -eq 1 ]
	run bash -c 'cdp-synth --people 10 >/dev/full 2>err'
	[ "$status" -eq 6 ]
	[ "$(wc -l < err)" -eq 1 ]
	run bash -c '{ sleep 0.2; code=0; cdp-synth --people 20000 2>err || code=$?; echo $code >code; } | true'
	[ "$(cat code)" -eq 141 ] && [ ! -s err ]
}

@test "a full disk takes every file back" {
	run bash -c 'ulimit -f 100; cdp-synth --people 5000 --truth t -o r 2>err'
	[ "$status" -eq 6 ]
	[ "$(ls | grep -v '^err$' | wc -l)" -eq 0 ]
}

@test "a run that is ended by a signal leaves nothing" {
	cdp-synth --people 17179869184 --truth t -o r 2>err &
	pid=$!
	sleep 0.5
	kill -TERM $pid
	code=0
	wait $pid || code=$?
	[ "$code" -eq 143 ]
	[ "$(find . -type f ! -name err | wc -l)" -eq 0 ]
}

@test "a folder of CSV files is not left empty: not by a signal, a full disk or a folder that cannot be made" {
	mkdir there
	cdp-synth --people 17179869184 --csv there/new/folder 2>err &
	pid=$!
	sleep 0.5
	[ -d there/new/folder ]
	kill -TERM $pid
	code=0
	wait $pid || code=$?
	[ "$code" -eq 143 ]
	run bash -c 'ulimit -f 100; cdp-synth --people 5000 --truth t --csv there/new/folder 2>err'
	[ "$status" -eq 6 ]
	run cdp-synth --people 5 --csv "new/$(printf 'x%.0s' {1..300})"
	[ "$status" -eq 6 ]
	mkdir one one/crm.csv
	run cdp-synth --people 5 --csv one
	[ "$status" -eq 2 ]
	[ "$(find . -mindepth 1 ! -name err | sort | paste -sd ' ')" = './one ./one/crm.csv ./there' ]
	cdp-synth --people 5 --csv there/new/folder
	[ "$(ls there/new/folder | wc -l)" -eq 16 ]
}

@test "files are for their owner only; a link or a device as output is 2; a FIFO gets the stream" {
	(umask 000; cdp-synth --people 10 --truth t --csv d)
	[ -z "$(find t d -perm /077)" ]
	ln -s nowhere link
	refused "link" --people 10 -o link
	refused "/dev/null" --people 10 -o /dev/null
	mkfifo pipe
	timeout 20 cat pipe > through &
	timeout 20 cdp-synth --people 10 -o pipe
	wait
	cdp-synth --people 10 | cmp - through
}

@test "a run that makes the same file ends with 5" {
	echo old > r
	exec 9> r.lock
	python3 -c 'import fcntl, struct
fcntl.fcntl(9, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))' # F_OFD_SETLK
	run_split cdp-synth --people 10 -o r
	[ "$status" -eq 5 ] && [ "$(cat r)" = old ]
}

@test "time zone and locale give the same bytes" {
	comma_locale
	cdp-synth --people 300 --records-per-person 3.5 --truth t -o r
	for setting in TZ=Pacific/Apia LC_ALL=de_DE.UTF-8 LC_ALL=tr_TR.UTF-8; do
		env $setting cdp-synth --people 300 --records-per-person 3.5 --truth t2 -o r2
		cmp r r2
		cmp t t2
	done
}

@test "a word table without origin and licence is refused" {
	printf 'en\tSmith\n' > bare.tsv
	printf '# names; written for this project; Apache-2.0\nen\tSmith\n' > good.tsv
	make -s -C "$ROOT" check-licences TABLES="$PWD/good.tsv"
	run make -s -C "$ROOT" check-licences TABLES="$PWD/good.tsv $PWD/bare.tsv"
	[ "$status" -ne 0 ]
	[[ $output = *bare.tsv* ]]
	make -s -C "$ROOT" check-licences
}
