# SPDX-License-Identifier: Apache-2.0
# What decides has no file, no clock and no memory of its own
bats_require_minimum_version 1.5.0
load helpers

@test "the steps of a decision, linked alone, need look-ups in memory and nothing else" {
	local objects=() name
	for name in decide question refuse age basis declared notice consent_basis outer channel prefer scope when fields applies; do
		[ -f "$CDP_BUILD/lib/consent/$name.o" ] || skip "no objects beside the tools"
		objects+=("$CDP_BUILD/lib/consent/$name.o")
	done
	ld -r -o "$BATS_TEST_TMPDIR/steps.o" "${objects[@]}"
	nm -u "$BATS_TEST_TMPDIR/steps.o" | awk '{ print $2 }' | sort -u >"$BATS_TEST_TMPDIR/needed"
	grep -qx names_has "$BATS_TEST_TMPDIR/needed"
	# What the compiler puts in, bytes in memory, calendar, and look-ups in what decide() is given.
	run grep -vxE '_GLOBAL_OFFSET_TABLE_|__stack_chk_fail|__(asan|ubsan)_.*|(__)?mem(cmp|cpy|move|set|chr)(_chk)?|str(cmp|len)|instant_add|time_parse|(basis_name|event_(class|name|later)|method_acceptable|member_of_many|origin_of_many|names_has|policy_(basis|basis_name|category|channel|controller|notice|purpose|same_group|source|view)|purpose_within|referrers_of|regime(_digital_age|_is_safe|s_by_default|s_of_controller)|token_equal)' "$BATS_TEST_TMPDIR/needed"
	[ -z "$output" ] || { echo "$output"; return 1; }
}
