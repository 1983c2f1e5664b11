#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Files of a few records, as people type them to see what becomes of them: what any careful clerk would say.
# Keys of one person begin with one letter.
load helpers

# Of the profiles of a file, those with two people, and people in two profiles.
wrong() {
	cdp-ingest -q --auto --purposes identity_resolution "$1" | cdp-resolve -q > profiles
	jq -r 'select(.kind == "profile") | [.members[] | sub(".*:"; "")[:1]] | unique | join("+")' profiles > people
	grep -F + people
	sort people | uniq -d
}

@test "in files of a few records nobody is taken for another, and nobody is missed" {
	local all=0 bad=0 file found
	for file in "$ROOT"/testdata/few/*.csv; do
		all=$((all + 1))
		found=$(wrong "$file" | tr '\n' ' ')
		if [ -n "$found" ]; then
			echo "${file##*/}: $found"
			bad=$((bad + 1))
		fi
	done
	echo "$bad of $all are wrong"
	[ "$all" -ge 20 ]
	[ "$bad" -eq 0 ]
}

@test "a model that a few records could not teach judges them again as it did" {
	local file same=0
	for file in "$ROOT"/testdata/few/*.csv; do
		cdp-ingest -q --auto --purposes identity_resolution -o records "$file"
		cdp-resolve -q --save-model model --links links --threads 1 -o profiles records
		cdp-resolve -q --model model --links links-again --threads 3 -o again records
		echo "${file##*/}"
		diff <(tail -n +2 profiles) <(tail -n +2 again)
		diff <(tail -n +2 links) <(tail -n +2 links-again)
		same=$((same + 1))
	done
	[ "$same" -ge 20 ]
}
