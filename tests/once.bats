#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Lists in which hardly anybody is there twice: no public set of ours is one
bats_require_minimum_version 1.5.0
load helpers

# figures DATES NOMAIL LISTS EXPECTED...
figures() {
	local dates="$1" nomail="$2" lists="$3" expected=() e
	shift 3
	for e in "$@"; do
		expected+=(--expect "$e")
	done
	awk -v dates="$dates" -v nomail="$nomail" -v lists="$lists" -v truth="$BATS_TEST_TMPDIR/truth" \
	    -f "$BATS_TEST_DIRNAME/people.awk" -f "$BATS_TEST_DIRNAME/once.awk" >"$BATS_TEST_TMPDIR/in"
	cdp-resolve -q -o "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/in"
	cdp-eval --truth "$BATS_TEST_TMPDIR/truth" "${expected[@]}" "$BATS_TEST_TMPDIR/out"
}

@test "mailboxes that are alike because names are make nobody of two namesakes or relatives" {
	figures 1 0 1 'pair_precision>=0.9' 'pair_recall>=0.95'
	figures 0 0 1 'pair_precision>=0.9' 'pair_recall>=0.65'
}

@test "one name at one door is one person, where few of a family are namesakes" {
	figures 0 1 1 'pair_precision>=0.95' 'pair_recall>=0.75'
	figures 0 0 2 'pair_precision>=0.75' 'pair_recall>=0.9'
}

@test "families are no matches of two lists that have hardly anybody in common" {
	figures 0 1 2 'pair_precision>=0.9' 'pair_recall>=0.8'
}
