#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# bench/accuracy.py: bars that are met and missed, sets that are not there; bench/verdicts.py: answers.
load helpers

# A set of one person with two rows and another with one; what is expected of it.
sets() {
	mkdir -p data/small build
	for tool in ingest resolve eval; do
		ln -sf "$BUILD/cdp-$tool" "build/cdp-$tool"
	done
	cp "$DATA/docs/people.map.json" data/small/map.json
	cp "$DATA/docs/people.csv" data/small/records.csv
	cp "$DATA/docs/truth.csv" data/small/truth.csv
	printf 'small\tsmall\tmap.json\t-\t%s\t%s\t-\ngone\tgone\tmap.json\t-\t-\t-\t-\n' "$1" "$2" >expect.tsv
}

accuracy() {
	run_split env CDP_BUILD="$PWD/build" DATA=data EXPECTATIONS=expect.tsv MODE=exact \
	    PYTHONDONTWRITEBYTECODE=1 "$@" python3 "$ROOT/bench/accuracy.py"
}

needs_time() {
	[ -x /usr/bin/time ] || skip "no GNU time (Debian: time)"
}

@test "a bar that is met gives status 0, and an absent set is skipped by name" {
	needs_time
	sets 'pair_f1>=1' 'b3_f1>=1'
	accuracy ACCURACY_OUT=table.md
	[ "$status" -eq 0 ] || { cat out err; return 1; }
	grep -q '^| small | 1.0000 | +0.0000 ' out
	grep -q '^Absent, skipped: gone$' out
	grep -q '^| small | 1.0000 | +0.0000 ' table.md
	grep -q '^Bars missed: none$' table.md
}

@test "a bar that is missed gives status 1 and how far it was; an aim does not" {
	needs_time
	sets 'pair_f1>=1' 'b3_f1>=1'
	sed -i 's/3,a/3,d/' data/small/truth.csv
	accuracy
	[ "$status" -eq 1 ]
	grep -q '^- small: pair_f1 0.0000, bar 1 (-1.0000)$' out
	grep -q '^- small: b3_f1 0.*, aim 1 ' out
	sets - 'b3_f1>=1'
	sed -i 's/3,a/3,d/' data/small/truth.csv
	accuracy
	[ "$status" -eq 0 ]
}

@test "a tool that fails is a bar missed; a row that nobody knows ends the run" {
	needs_time
	sets 'pair_f1>=1' -
	echo '{' >data/small/map.json
	accuracy
	[ "$status" -eq 1 ]
	grep -q '^- small: failed: cdp-ingest: ' out
	accuracy SETS=other
	[ "$status" -eq 1 ]
	grep -q 'no such row: other' err
	accuracy DATA=nowhere
	[ "$status" -eq 1 ]
	grep -q 'usage: make accuracy DATA=' err
}

@test "the first 40 pairs of a review queue are answered from the truth, by id or by key" {
	printf 'id,entity\ncrm:1,a\n2,a\n3,b\n' >truth.csv
	{
		echo '{"kind":"stream","schema":"cdp/1","tool":"t","version":"0"}'
		for i in $(seq 41); do
			echo '{"kind":"link","a":"crm:1","b":"shop:2","weight":"1.000","verdict":"review"}'
			echo '{"kind":"link","a":"crm:1","b":"shop:3","weight":"0.500","verdict":"review"}'
		done
		echo '{"kind":"end","in":0,"out":82,"ok":true}'
	} >queue
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$ROOT/bench python3 - <<-'END'
	from pathlib import Path
	from types import SimpleNamespace
	import verdicts
	row = SimpleNamespace(truth=Path("truth.csv"))
	assert verdicts.answer("queue", verdicts.entities(row), "answered") == 40
	END
	[ "$(jq -r .verdict answered | sort | uniq -c | tr -s ' \n' ' ')" = ' 20 different 2 null 42 review 20 same ' ]
	[ "$(jq -r 'select(.verdict == "same").b' answered | sort -u)" = shop:2 ]
	[ "$(wc -l <answered)" -eq "$(wc -l <queue)" ]
}
