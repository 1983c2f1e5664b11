#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Numbers in attributes that nobody named: one's own, or a family's
bats_require_minimum_version 1.5.0
load helpers

# codes KINDS [SEED]: the list
codes() {
	awk -v kinds="$1" -v seed="${2:-}" -v truth="$BATS_TEST_TMPDIR/truth" \
	    -f "$BATS_TEST_DIRNAME/people.awk" -f "$BATS_TEST_DIRNAME/codes.awk" >"$BATS_TEST_TMPDIR/in"
}

# natures: of its attributes, as they were learnt
natures() {
	cdp-resolve estimate -q "$BATS_TEST_TMPDIR/in" | awk '/^attributes/ { printf "%s%s %s %s", n++ ? "," : "", $1, $2, $3 }'
}

# figures EXPECTED...
figures() {
	local expected=() e
	for e in "$@"; do
		expected+=(--expect "$e")
	done
	cdp-resolve -q -o "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/in"
	cdp-eval --truth "$BATS_TEST_TMPDIR/truth" "${expected[@]}" "$BATS_TEST_TMPDIR/out"
}

@test "the number of an insurance is one's own, that of a contract the family's" {
	local seed
	for seed in 1 20261201; do
		codes insurance "$seed"
		[ "$(natures)" = 'attributes.insurance code personal' ]
		codes contract "$seed"
		[ "$(natures)" = 'attributes.contract code free' ]
		figures 'pair_precision>=0.9' 'pair_recall>=0.9'
		codes 'contract insurance' "$seed"
		[ "$(natures)" = 'attributes.contract code free,attributes.insurance code personal' ]
		figures 'pair_precision>=0.9' 'pair_recall>=0.9'
	done
}

@test "who says what a number is of is believed" {
	codes insurance
	cd "$BATS_TEST_TMPDIR"
	printf '{"schema":"cdp-rules/1","fields":{"attributes.insurance":{"nature":"free"}}}' >rules.json
	cdp-resolve estimate -q --rules rules.json in | grep -q '^attributes.insurance *code *free'
	printf '{"schema":"cdp-rules/1","fields":{"attributes.insurance":{"type":"number"}}}' >rules.json
	cdp-resolve estimate -q --rules rules.json in | grep -q '^attributes.insurance *number *free'
}

@test "numbers of one length are codes from seven digits on, amounts and shorter ones are numbers" {
	cd "$BATS_TEST_TMPDIR"
	{
		seq 1 300 | awk '{ printf "{\"kind\":\"record\",\"id\":\"a:%d\",\"source\":\"a\",\"name\":\"Thing %d\",\"attributes\":{" \
		    "\"long\":\"%d\",\"short\":\"%d\",\"amount\":\"%d\"},\"purposes\":[\"identity_resolution\"]}\n", $1, $1 % 150,
		    1000000 + $1 % 150 * 7919, 100000 + $1 % 150 * 391, ($1 % 150) * ($1 % 150) * 101 + 7 }'
	} >in
	cdp-resolve estimate -q in >told
	grep -q '^attributes.long *code' told
	grep -q '^attributes.short *number' told
	grep -q '^attributes.amount *number' told
}
