#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Groups of firms: no public set of ours has them
bats_require_minimum_version 1.5.0
load helpers

@test "firms of a group that share name, house and web site are told apart" {
	awk -v truth="$BATS_TEST_TMPDIR/truth" -f "$BATS_TEST_DIRNAME/firms.awk" >"$BATS_TEST_TMPDIR/in"
	cdp-resolve -q -o "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/in"
	cdp-eval --truth "$BATS_TEST_TMPDIR/truth" --expect 'pair_precision>=0.95' --expect 'pair_recall>=0.95' \
	    "$BATS_TEST_TMPDIR/out"
}
