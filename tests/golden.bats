# SPDX-License-Identifier: Apache-2.0
# Golden cases: testdata/TOOL/CASE/ holds args, the inputs, and what must come of them: out, err,
# status. `tests/accept.sh TOOL/CASE` rewrites the expectations of one case.
load helpers

@test "every golden case gives the output, the messages and the status it holds" {
	local dir name bad=0
	for dir in "$DATA"/*/*/args; do
		dir=$(dirname "$dir")
		name=${dir#"$DATA"/}
		"$ROOT/tests/golden.sh" "$dir" got
		for file in out err status; do
			diff -u "$dir/$file" "got/$file" || { echo "differs: $name $file"; bad=1; }
		done
	done
	[ "$bad" -eq 0 ]
}

@test "every golden case says why it is there" {
	local dir
	for dir in "$DATA"/*/*/args; do
		[ -s "$(dirname "$dir")/why" ] || { echo "$dir has no why"; return 1; }
	done
}

@test "accepting needs the name of a case" {
	run "$ROOT/tests/accept.sh"
	[ "$status" -eq 2 ]
}
