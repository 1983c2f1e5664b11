#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Public data sets beside the checkout: how good the exact mode is, and figures that add up.
load helpers

# Rows of a set become profiles p, with summary s.
resolve_set() {
	set=$SHARED/data/$1
	[ -f "$set/records.csv" ] || skip "no $1 in $SHARED/data"
	ingested=0
	cdp-ingest -q --map "$set/map.json" -o records "$set/records.csv" || ingested=$?
	[ "$ingested" -le 1 ]
	run_split cdp-resolve -q --mode exact -o p --summary s records
	[ "$status" -le 1 ]
}

adds_up() {
	local lines members
	jq -e '.profiles == (.sizes | add) and .singletons == .sizes[0]' s
	jq -e '.records + .superseded + .repeated == .read and .profiles + .ties == .records' s
	lines=$(grep -c '^{"kind":"record"' records)
	[ "$(jq .read s)" -eq "$lines" ]
	jq -r 'select(.kind == "profile").members[]' p | sort > ids
	members=$(wc -l < ids)
	[ "$(jq .records s)" -eq "$members" ]
	[ -z "$(uniq -d ids)" ]
	[ "$(grep -c '^{"kind":"profile"' p)" -eq "$(jq .profiles s)" ]
	[ "$(jq -c 'select(.kind == "profile" and (.members | length) == 1).id' p | wc -l)" -eq "$(jq .singletons s)" ]
}

@test "uganda_opencr: precision at least 0.999 and recall at least 0.99 without rules" {
	resolve_set uganda_opencr
	adds_up
	cdp-eval --truth "$set/truth.csv" --expect 'pair_precision>=0.999' --expect 'pair_recall>=0.99' p
}

@test "febrl3: precision at least 0.999 and recall at least 0.90 without rules" {
	resolve_set febrl3
	adds_up
	cdp-eval --truth "$set/truth.csv" --expect 'pair_precision>=0.999' --expect 'pair_recall>=0.90' p
}

@test "senzing_truthset resolves and its figures add up" {
	resolve_set senzing_truthset
	adds_up
}

@test "cdc_patients_100 resolves and its figures add up" {
	resolve_set cdc_patients_100
	adds_up
}

@test "splink_historical_50k resolves and its figures add up" {
	resolve_set splink_historical_50k
	adds_up
}

@test "febrl2: strangers that share a house by chance are no household, and no reason to doubt links" {
	resolve_set febrl2
	cdp-resolve -q -o p --summary s records
	jq -e '.fdr.decoy | tonumber < 0.005' s
}

@test "cdp-eval and an independent count agree to four decimals on resolved profiles" {
	local name
	[ -f "$SHARED/tools/score.py" ] || skip "no tools/score.py in $SHARED"
	for name in uganda_opencr febrl3 senzing_truthset cdc_patients_100 splink_historical_50k; do
		resolve_set "$name"
		cdp-eval --json --truth "$set/truth.csv" p > ours.json
		python3 "$SHARED/tools/score.py" "$set/truth.csv" p --strip > theirs.json
		jq -en --slurpfile a ours.json --slurpfile b theirs.json '
			def near($x; $y): $x == null or (($x - $y) | fabs) <= 0.000051;
			$a[0] as $a | $b[0] as $b |
			$a.records == $b.records and $a.true_pairs == $b.true_pairs and
			$a.predicted_pairs == $b.pred_pairs and $a.largest_cluster == $b.largest and
			near($a.pair_precision; $b.precision) and near($a.pair_recall; $b.recall) and
			near($a.b3_precision; $b.b3_precision) and near($a.b3_recall; $b.b3_recall) and
			near($a.cluster_f1; $b.cluster_f1)' || { echo "$name"; cat ours.json theirs.json; return 1; }
	done
}
