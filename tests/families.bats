#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Families who use each other's number: no public set of ours has them
bats_require_minimum_version 1.5.0
load helpers

# figures CARD TOWN EXPECTED...
figures() {
	local card="$1" town="$2" expected=() e
	shift 2
	for e in "$@"; do
		expected+=(--expect "$e")
	done
	awk -v card="$card" -v town="$town" -v truth="$BATS_TEST_TMPDIR/truth" -f "$BATS_TEST_DIRNAME/families.awk" \
	    >"$BATS_TEST_TMPDIR/in"
	cdp-resolve -q -o "$BATS_TEST_TMPDIR/out" --summary "$BATS_TEST_TMPDIR/s" "$BATS_TEST_TMPDIR/in"
	cdp-eval --truth "$BATS_TEST_TMPDIR/truth" --summary-of "$BATS_TEST_TMPDIR/s" "${expected[@]}" \
	    "$BATS_TEST_TMPDIR/out"
}

@test "who uses the number of a relative is not taken for him, and the estimate says so" {
	figures 0 0 'pair_precision>=0.99' 'pair_recall>=0.97' 'estimated_fdr<=0.02'
}

@test "a card of the whole family makes nobody of it the same person" {
	figures 1 0 'pair_precision>=0.9' 'pair_recall>=0.9'
}

@test "who has a name and a town in common with his family is not taken for it" {
	figures 0 1 'pair_precision>=0.9' 'pair_recall>=0.85'
}
