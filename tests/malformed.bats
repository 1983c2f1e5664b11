# SPDX-License-Identifier: Apache-2.0
# One small file per class of broken input; the name of a file is the code it must get.
load helpers

@test "every malformed NDJSON file gets the code it is named after, in its second line" {
	for file in "$DATA"/malformed/*.ndjson; do
		code=$(basename "$file" .ndjson)
		run "$BUILD/tests/tools/scan_file" lines "$file"
		assert_success
		[[ "$output" =~ ^$code.ndjson\ yes\ 2:[0-9]+:$code$ ]] || {
			echo "$output"
			return 1
		}
	done
}

@test "every malformed CSV file gets the code it is named after" {
	for file in "$DATA"/malformed/*.csv; do
		run "$BUILD/tests/tools/scan_file" csv "$file"
		assert_failure 1
		assert_output "$(basename "$file" .csv)"
	done
}
