#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cdp-resolve without a mode: what holds for any customers. SEED=N tries other ones; a failure
# prints it.
load helpers
load resolve

MODE=auto
SEED=${SEED:-1}

# customers PRESET PEOPLE: a stream in ./in, who is who in ./truth.
customers() {
	echo "# SEED=$SEED $1"
	cdp-synth -q --preset "$1" --people "$2" --seed "$SEED" --truth truth -o in
}

records() {
	grep '"kind":"record"' "${1:-in}"
}

# The same lines in another order.
shuffled() {
	awk -v seed="$1" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' | sort | cut -f 2-
}

OUTPUTS="--links l --summary s --review r --generic g --conflicts c --crosswalk x --min-link -20"
FILES="p l s r g c x"

# Weights of all pairs, whatever the records are called.
weights() {
	jq -r 'select(.kind == "link") | .weight' "$1" | sort
}

profiles() {
	grep '"kind":"profile"' "$1"
}

# ---- order ----

@test "threads and the order of lines change no byte of any output" {
	local people t f
	for people in 250 1500; do		# all pairs are compared; rules find some
		customers retail $people
		# shellcheck disable=SC2086
		cdp-resolve -q --threads 1 $OUTPUTS -o p in
		for f in $FILES; do mv $f want.$f; done
		[ "$(grep -c '"kind":"link"' want.l)" -gt 200 ]
		for t in 1 2 3; do
			records | shuffled "$SEED$t" | stream > other
			# shellcheck disable=SC2086
			cdp-resolve -q --threads $t $OUTPUTS -o p other
			for f in $FILES; do
				cmp $f want.$f || { echo "SEED=$SEED people $people threads $t: $f"; return 1; }
			done
		done
	done
}

@test "inputs may be cut and put together in any way" {
	customers household 200
	records > all
	cdp-resolve -q --links want.l -o want in
	for cut in 1 100 333; do
		head -n $cut all | stream > a
		tail -n +$((cut + 1)) all | stream > b
		cdp-resolve -q --links l -o p a b
		cmp p want
		cmp l want.l
		cat b a | cdp-resolve -q --links l -o p
		cmp p want
		cmp l want.l
	done
}

# Ids decide ties, and who is a and who is b. Where all pairs are compared nothing else hangs on them.
@test "what records are called changes no weight, and a weight is the same either way round" {
	local preset
	for preset in hard retail; do
		customers $preset 200
		records | jq -c '.key |= (explode | map(if . >= 97 and . <= 122 then 219 - . else . end) | reverse | implode)
		    | .id = .source + ":" + .key' | stream > other
		resolve --links l --min-link -40 in
		cp out p
		resolve --links m --min-link -40 other
		weights l > want
		[ "$(wc -l < want)" -gt 10000 ]
		weights m | cmp - want || { echo "SEED=$SEED $preset"; return 1; }
		jq -c 'select(.kind == "profile").members | length' p | sort -n > want
		jq -c 'select(.kind == "profile").members | length' out | sort -n | cmp - want
	done
}

# ---- parts ----

@test "the parts of every link sum to its weight" {
	local preset
	for preset in retail hard household skewed; do
		customers $preset 150
		resolve --links l --min-link -30 in
		[ "$(grep -c '"kind":"link"' l)" -gt 1000 ]
		jq -c 'select(.kind == "link")
		    | select(([.weights[] | tonumber * 1000 | round] | add) != (.weight | tonumber * 1000 | round))' l > bad
		[ ! -s bad ] || { echo "SEED=$SEED $preset"; head -3 bad; return 1; }
	done
}

# ---- who takes no part ----

@test "records that are not linked change no other profile and no weight" {
	customers retail 250
	records | jq -c '.key += "x" | .id += "x" | .purposes = ["other"]' > apart
	{ records; cat apart; } | shuffled "$SEED" | stream > more
	resolve --links l --min-link -20 in
	cp out p
	jq -c '[.comparisons, .rules, .thresholds, .model, .nodes, .folded]' summary > want
	resolve --links m --min-link -20 more
	cmp l m
	jq -c '[.comparisons, .rules, .thresholds, .model, .nodes, .folded]' summary | cmp - want
	profiles p > want
	jq -r .id apart > ids
	profiles out | grep -vFf <(sed 's/.*/"members":["&"]/' ids) | cmp - want
}

# ---- copies ----

@test "a copy is in the profile of what it is a copy of" {
	customers retail 250
	{ records; records | awk 'NR % 3 == 0' | jq -c '.id += ("_1", "_2") | .key = (.id | sub("^[^:]*:"; ""))'; } | stream > more
	resolve more
	records more | jq -r 'select(.purposes | index("identity_resolution")).id | select(test("_[12]$"))' | sort > copies
	[ "$(wc -l < copies)" -gt 200 ]
	[ "$(figure folded)" -ge "$(wc -l < copies)" ]
	# Unless it says too little even for that, which is counted.
	jq -r 'select(.kind == "profile" and (.purposes | index("identity_resolution"))).members | . as $all | .[] | select(test("_[12]$"))
	    | select(sub("_[12]$"; "") as $of | $all | index($of) | not)' out > apart
	[ "$(wc -l < apart)" -le "$(figure unlinkable)" ] || { echo "SEED=$SEED"; cat apart; return 1; }
	[ "$(figure unlinkable)" -lt 30 ]
}
