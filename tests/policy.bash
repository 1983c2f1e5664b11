# SPDX-License-Identifier: Apache-2.0
# The example policy in a directory of the test's own, and changes of it.

own_policy() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	cp "$ROOT/share/examples/policy.json" policy.json
	unset CDP_STATE
}

# change FILTER: policy.json changed by jq, as changed.json
change() {
	jq "$1" policy.json >changed.json
}
