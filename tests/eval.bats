#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cdp-eval: how good a resolution is against truth.
load helpers

# Six records, three people; the file joins one stranger and leaves one record out.
small() {
	printf 'id,entity\n1,a\n2,a\n3,a\n4,b\n5,b\n6,c\n' >truth.csv
	printf 'id,cluster\n1,x\n2,x\n3,y\n4,y\n6,z\n9,z\n' >found.csv
}

profiles() {
	cat <<-'END'
	{"kind":"stream","schema":"cdp/1","tool":"t","version":"0"}
	{"kind":"profile","id":"p1","members":["shop:1","shop:2"]}
	{"kind":"profile","id":"p2","members":["crm:3","crm:4"]}
	{"kind":"profile","id":"p3","members":["crm:6"]}
	{"kind":"end","in":3,"out":3,"ok":true}
	END
}

figure() {
	jq -c ".$1" out
}

@test "the figures of a small case are those counted by hand" {
	small
	run_split cdp-eval --json --truth truth.csv found.csv
	[ "$status" -eq 0 ]
	[ "$(figure true_pairs)" = 4 ]
	[ "$(figure predicted_pairs)" = 2 ]
	[ "$(figure pairs_together)" = 1 ]
	[ "$(grep -o '"pair_precision":[0-9.]*' out)" = '"pair_precision":0.500000' ]
	[ "$(grep -o '"pair_recall":[0-9.]*' out)" = '"pair_recall":0.250000' ]
	[ "$(grep -o '"pair_f1":[0-9.]*' out)" = '"pair_f1":0.333333' ]
	[ "$(grep -o '"b3_precision":[0-9.]*' out)" = '"b3_precision":0.833333' ]
	[ "$(grep -o '"b3_recall":[0-9.]*' out)" = '"b3_recall":0.611111' ]
	[ "$(figure exact_clusters)" = 1 ]
	[ "$(figure splits)" = 1 ]
	[ "$(figure merges)" = 2 ]
	[ "$(figure ids_only_in_truth)" = 1 ]
	[ "$(figure ids_only_in_file)" = 1 ]
}

@test "an id that the file lacks counts as alone, and is an error with --strict" {
	small
	run_split cdp-eval --json --truth truth.csv found.csv
	[ "$(figure clusters)" = 4 ]
	run_split cdp-eval --strict --truth truth.csv found.csv
	[ "$status" -eq 3 ]
	grep -q E_ID_MISSING err
	[ ! -s out ]
}

@test "an empty denominator is null in JSON and - in text" {
	printf 'id,entity\n1,a\n2,b\n' >truth.csv
	cp truth.csv found.csv
	run_split cdp-eval --json --truth truth.csv found.csv
	[ "$(figure pair_precision)" = null ]
	run_split cdp-eval --truth truth.csv found.csv
	grep -Eq '^pair_precision +-$' out
}

@test "plain truth ids match a profile stream by key, from a file and from standard input" {
	small
	profiles >p.ndjson
	run_split cdp-eval --json --truth truth.csv p.ndjson
	[ "$status" -eq 0 ]
	[ "$(figure pairs_together)" = 1 ]
	mv out first
	cdp-eval --json --truth truth.csv - <p.ndjson >out
	cmp first out
	cdp-eval --json --truth truth.csv <p.ndjson >out
	cmp first out
}

@test "truth ids that carry their source match as they are" {
	printf 'id,entity\nshop:1,a\nshop:2,a\ncrm:3,a\ncrm:4,b\n' >truth.csv
	profiles >p.ndjson
	run_split cdp-eval --json --truth truth.csv p.ndjson
	[ "$(figure ids_only_in_truth)" = 0 ]
	[ "$(figure ids_only_in_file)" = 1 ]
}

@test "two sources with one key are refused when ids must be matched by key" {
	small
	profiles | sed 's/crm:6/shop:3/' >p.ndjson
	run_split cdp-eval --truth truth.csv p.ndjson
	[ "$status" -eq 3 ]
	grep -q E_ID_TWICE err
}

@test "a truth of other records is told, as are a figure that there is not and the file of an id with two labels" {
	printf 'id,entity\n1,a\n2,a\n' >truth.csv
	printf 'id,entity\nx,a\ny,a\n' >found.csv
	run_split cdp-eval --truth truth.csv found.csv
	[ "$status" -eq 0 ]
	grep -qx 'cdp-eval: the truth has no id that is in the other file: the figures say nothing' err
	run_split cdp-eval --truth truth.csv --expect 'link_f1>0' truth.csv
	[ "$status" -eq 2 ]
	grep -q 'E_EXPECT: .* and the figure one of this run$' err
	echo 2,b >>truth.csv
	run_split cdp-eval --truth truth.csv found.csv
	[ "$status" -eq 3 ]
	grep -qx 'cdp-eval: truth.csv: E_ID_TWICE: 1 ids with two labels' err
}

@test "NDJSON with id and entity is a labelling too" {
	small
	printf '{"id":"1","entity":"x"}\n{"id":"2","entity":"x"}\n{"id":"3","cluster":"y"}\n' >p.ndjson
	run_split cdp-eval --json --truth truth.csv p.ndjson
	[ "$status" -eq 0 ]
	[ "$(figure pairs_together)" = 1 ]
	[ "$(figure ids_only_in_truth)" = 3 ]
}

@test "--expect says no with status 1, and an unknown figure is a usage error" {
	small
	run_split cdp-eval --expect 'pair_precision>=0.5' --expect 'splits < 2' --truth truth.csv found.csv
	[ "$status" -eq 0 ]
	run_split cdp-eval --expect 'pair_precision>0.5' --truth truth.csv found.csv
	[ "$status" -eq 1 ]
	grep -q 'not as expected: pair_precision>0.5' err
	run_split cdp-eval --expect 'beauty>=1' --truth truth.csv found.csv
	[ "$status" -eq 2 ]
}

@test "--by gives the figures of each source or column" {
	small
	profiles >p.ndjson
	run_split cdp-eval --json --by source --truth truth.csv p.ndjson
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.by.slices[]|[.value,.records]]' out)" = '[["crm",3],["shop",2]]' ]
	run_split cdp-eval --by nothing --truth truth.csv p.ndjson
	[ "$status" -eq 2 ]
}

@test "--pairs scores the judged pairs alone and keeps maybe apart" {
	small
	printf 'id_a,id_b,label\n1,2,match\n1,3,match\n3,4,no_match\n1,6,no_match\n4,5,maybe\n' >pairs.csv
	run_split cdp-eval --json --pairs pairs.csv found.csv
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.true_positives,.false_positives,.false_negatives,.true_negatives,.maybe_apart]' out)" = '[1,1,1,1,1]' ]
}

@test "a bad row is refused and costs status 1" {
	small
	printf '7,c,extra\n' >>truth.csv
	run_split cdp-eval --truth truth.csv found.csv
	[ "$status" -eq 1 ]
	run_split cdp-eval --max-rejects 1 --truth truth.csv found.csv
	[ "$status" -eq 0 ]
}

@test "a stream without its end gives status 3 and no output" {
	small
	profiles | head -3 >p.ndjson
	run_split cdp-eval --truth truth.csv p.ndjson
	[ "$status" -eq 3 ]
	[ ! -s out ]
}

links() {
	cat <<-'END'
	{"kind":"link","a":"2","b":"1","weight":"8.000","p":"0.996000","verdict":"link","rules":["r1","r2"]}
	{"kind":"link","a":"1","b":"3","weight":"5.500","p":"0.980000","verdict":"link","rules":["r1"]}
	{"kind":"link","a":"3","b":"4","weight":"2.000","p":"0.800000","verdict":"link","rules":["r2"]}
	{"kind":"link","a":"4","b":"5","weight":"-1.500","p":"0.260000","verdict":"review","rules":["r2"]}
	END
}

@test "--links gives the same figures for any order of its lines" {
	small
	links >l.ndjson
	run_split cdp-eval --json --truth truth.csv --links l.ndjson --expect 'link_f1>=0.571428' \
	    --expect 'best_closure_cut==5.5' found.csv
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.links, .links_kept, .best_link_cut]' out)" = '[4,3,-1.5]' ]
	mv out want
	sort -r l.ndjson >other.ndjson
	cdp-eval --json --truth truth.csv --links other.ndjson found.csv | cmp - want
}

@test "links name records by source and key where the truth has the key alone" {
	small
	profiles >p.ndjson
	printf '{"kind":"link","a":"shop:1","b":"shop:2","weight":"3.000","verdict":"link"}\n' >l.ndjson
	run_split cdp-eval --json --truth truth.csv --links l.ndjson p.ndjson
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.links_true, .links_with_unknown_ids]' out)" = '[1,0]' ]
	# without a probability no bin has a link, without rules no rule has a pair
	[ "$(jq -c '[([.calibration[].links] | add), .rules]' out)" = '[0,[]]' ]
}

@test "a link that somebody decided has no weight and stands above all others" {
	small
	{ links; printf '{"kind":"link","a":"5","b":"4","weight":null,"verdict":"link","by":"steward"}\n'; } >l.ndjson
	run_split cdp-eval --json --truth truth.csv --links l.ndjson found.csv
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.links_kept, .links_repeated, .curve[0].precision]' out)" = '[4,1,1]' ]
}

@test "a link that is none is refused, and a file cut off gives status 3" {
	small
	printf '{"kind":"link","a":"1","b":"2","weight":"heavy"}\n{"kind":"link","a":"1"}\n' >l.ndjson
	printf '{"kind":"link","a":"1","b":"2","weight":"1.0","p":"1.5"}\n' >>l.ndjson
	run_split cdp-eval --truth truth.csv --links l.ndjson found.csv
	[ "$status" -eq 1 ]
	[ "$(grep -c E_LINK err)" -eq 3 ]
	{ printf '{"kind":"stream","schema":"cdp/1","tool":"t","version":"0"}\n'; links; } >l.ndjson
	run_split cdp-eval --truth truth.csv --links l.ndjson found.csv
	[ "$status" -eq 3 ]
	[ ! -s out ]
}

@test "--summary-of sets the estimates beside the truth; what a run had no use for is none" {
	small
	links >l.ndjson
	echo '{"fdr":{"model":"0.400000","decoy":"not usable"},"blocking_recall":{"low":"0.800000"}}' >s.json
	run_split cdp-eval --json --truth truth.csv --links l.ndjson --summary-of s.json found.csv
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.estimated_fdr, .estimated_fdr_decoy, .true_fdr, .fdr_estimated_minus_true, .blocking_estimated_minus_true]' out)" = '[0.4,null,0.333333,0.066667,0.05]' ]
	run_split cdp-eval --json --truth truth.csv --summary-of s.json found.csv
	[ "$(jq -c '[.true_fdr, .blocking_estimated_minus_true]' out)" = '[0.5,null]' ]
	echo '{"profiles":3}' >s.json
	run_split cdp-eval --json --truth truth.csv --summary-of s.json found.csv
	[ "$status" -eq 0 ]
	[ "$(figure estimated_fdr)" = null ]
	echo '[' >s.json
	run_split cdp-eval --truth truth.csv --summary-of s.json found.csv
	[ "$status" -eq 3 ]
}

@test "--golden needs profiles and counts no regret without --records" {
	small
	profiles >p.ndjson
	printf 'entity,given_name\na,Ana\n' >golden.csv
	run_split cdp-eval --json --truth truth.csv --golden golden.csv p.ndjson
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.golden_values, .golden_filled, .golden_regret]' out)" = '[2,0,null]' ]
	run_split cdp-eval --truth truth.csv --golden golden.csv found.csv
	[ "$status" -eq 2 ]
	run_split cdp-eval --truth truth.csv --records p.ndjson p.ndjson
	[ "$status" -eq 2 ]
	printf 'person,given_name\na,Ana\n' >golden.csv
	run_split cdp-eval --truth truth.csv --golden golden.csv p.ndjson
	[ "$status" -eq 2 ]
	grep -q 'no column "entity"' err
}

@test "--sample estimates, and refuses what cannot be estimated" {
	small
	printf 'entity,probability\na,0.5\nb,0.25\n' >sample.csv
	run_split cdp-eval --json --truth truth.csv --sample sample.csv --expect 'pair_recall==0.2' found.csv
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.sampled_entities, .pair_precision, .b3_f1_low]' out)" = '[2,0.4,null]' ]
	run_split cdp-eval --json --truth truth.csv --sample sample.csv --bootstrap 50 found.csv
	[ "$status" -eq 0 ]
	[ "$(figure b3_f1_low)" != null ]
	printf 'entity,probability\na,0\nb,2\nc,x\n' >sample.csv
	run_split cdp-eval --truth truth.csv --sample sample.csv found.csv
	[ "$status" -eq 1 ]
	[ "$(grep -c E_PROBABILITY err)" -eq 3 ]
	run_split cdp-eval --truth truth.csv --sample sample.csv --links sample.csv found.csv
	[ "$status" -eq 2 ]
}

@test "--bootstrap is the same for the same seed in any order of the files" {
	small
	run_split cdp-eval --json --truth truth.csv --bootstrap 100 --seed 5 found.csv
	[ "$status" -eq 0 ]
	mv out want
	{ head -1 truth.csv; tail -n +2 truth.csv | sort -r; } >other.csv
	cdp-eval --json --truth other.csv --bootstrap 100 --seed 5 found.csv | cmp - want
	run_split cdp-eval --truth truth.csv --seed 5 found.csv
	grep -qx 'cdp-eval: --seed has no effect: it is of --bootstrap' err
	run_split cdp-eval --json --truth truth.csv --bootstrap 100 found.csv
	refute cmp -s out want
}

@test "--pairs stands alone, and standard input is one file at most" {
	small
	printf 'id_a,id_b,label\n1,2,match\n' >pairs.csv
	for more in '--links l' '--golden l' '--sample l' '--summary-of l' '--bootstrap 2' '--by x'; do
		# shellcheck disable=SC2086
		run_split cdp-eval --pairs pairs.csv $more found.csv
		[ "$status" -eq 2 ]
	done
	run_split cdp-eval --truth truth.csv --links - -
	[ "$status" -eq 2 ]
	run_split cdp-eval --pairs pairs.csv --truth truth.csv found.csv
	[ "$status" -eq 2 ]
}

@test "it agrees with the independent scorer to four decimals on every public set" {
	[ -d "$SHARED/data" ] || skip "no public test sets here"
	for set in "$SHARED"/data/*/; do
		[ -f "$set/truth.csv" ] || continue
		# A cheap prediction: records that agree in two cells of their row are one cluster.
		python3 - "$set/records.csv" >found.csv <<-'END'
		import csv, sys
		rows = csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8', errors='replace'))
		names = [n for n in rows.fieldnames if n not in ('id', 'source')]
		print('id,cluster')
		for r in rows:
		    print(f"{r['id']},c{abs(hash(tuple(r[n] for n in names[:2])))}")
		END
		cdp-eval --json --truth "$set/truth.csv" found.csv >ours.json
		python3 "$SHARED/tools/score.py" "$set/truth.csv" found.csv >theirs.json
		jq -en --slurpfile a ours.json --slurpfile b theirs.json '
			def near($x; $y): $x == null or (($x - $y) | fabs) <= 0.000051;
			$a[0] as $a | $b[0] as $b |
			$a.records == $b.records and $a.true_pairs == $b.true_pairs and
			$a.predicted_pairs == $b.pred_pairs and $a.clusters == $b.clusters and
			$a.entities == $b.entities and $a.largest_cluster == $b.largest and
			near($a.pair_precision; $b.precision) and near($a.pair_recall; $b.recall) and
			near($a.pair_f1; $b.f1) and near($a.b3_precision; $b.b3_precision) and
			near($a.b3_recall; $b.b3_recall) and near($a.b3_f1; $b.b3_f1) and
			near($a.cluster_f1; $b.cluster_f1)' >/dev/null || { echo "$set"; cat ours.json theirs.json; return 1; }
	done
}

@test "copies that a profile ties count as linked, and a link of one as a link of all" {
	printf 'id,entity\n1,a\n2,a\n3,a\n4,b\n' >truth.csv
	cat >p.ndjson <<-'END'
	{"kind":"profile","id":"p1","members":["s:1","s:2","s:3"],"ties":[{"a":"s:1","b":"s:2","by":"copy"},{"a":"s:1","b":"s:3","by":"scored","weight":"4.000"}]}
	{"kind":"profile","id":"p2","members":["s:4"]}
	END
	printf '{"kind":"link","a":"s:2","b":"s:3","weight":"4.000","verdict":"link"}\n' >l.ndjson
	run_split cdp-eval --json --truth truth.csv --links l.ndjson p.ndjson
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.links, .links_true, .pair_completeness, .closure_f1]' out)" = '[3,3,1,1]' ]
	sed -i 's/"by":"copy"/"by":"exact"/' p.ndjson
	run_split cdp-eval --json --truth truth.csv --links l.ndjson p.ndjson
	[ "$(jq -c '[.links, .pair_completeness]' out)" = '[1,0.333333]' ]
}
