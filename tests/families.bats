#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Families who use each other's number: no public set of ours has them
bats_require_minimum_version 1.5.0
load helpers

@test "who uses the number of a relative is not taken for him, and the estimate says so" {
	awk -v truth="$BATS_TEST_TMPDIR/truth" -f "$BATS_TEST_DIRNAME/families.awk" >"$BATS_TEST_TMPDIR/in"
	run -0 --separate-stderr cdp-resolve -q -o "$BATS_TEST_TMPDIR/out" --summary "$BATS_TEST_TMPDIR/s" \
	    "$BATS_TEST_TMPDIR/in"
	run -0 --separate-stderr cdp-eval -q --truth "$BATS_TEST_TMPDIR/truth" --summary-of "$BATS_TEST_TMPDIR/s" \
	    --expect 'pair_precision>=0.99' --expect 'pair_recall>=0.97' --expect 'estimated_fdr<=0.02' \
	    "$BATS_TEST_TMPDIR/out"
}
