# SPDX-License-Identifier: Apache-2.0
# Bad-input corpora: make check-corpora CORPORA=DIR. Only names and verdicts are in this tree.
bats_require_minimum_version 1.5.0
load helpers

setup_file() {
	local dir=${CDP_CORPORA:-}
	[ -n "$dir" ] || dir=$BATS_TEST_DIRNAME/../../shared/corpora
	export CORPORA=$dir
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	[ -d "$CORPORA" ] ||
	    skip 'corpora not found: set CORPORA=DIR (looked in ../shared/corpora)'
	SCAN=$BUILD/tests/tools/scan_file
	SUITE=$CORPORA/jsontestsuite/test_parsing
}

python() {
	run -0 python3 "$ROOT/tests/corpora.py" "$1" "$CORPORA" "$SCAN"
	assert_line --index $((${#lines[@]} - 1)) "$2"
}

@test "JSONTestSuite: 91 valid texts are accepted, 4 are refused for a reason of ours (I01)" {
	"$SCAN" any "$SUITE"/y_* > out
	[ "$(grep -c '^yes ' out)" = 91 ]
	grep -v '^yes ' out > refused || true
	diff - refused <<-'END'
	E_DUP_KEY@9 y_object_duplicated_key.json
	E_DUP_KEY@9 y_object_duplicated_key_and_value.json
	E_NUL@10 y_object_escaped_null_in_key.json
	E_NUL@7 y_string_null_escape.json
	END
}

@test "JSONTestSuite: 188 invalid texts are refused (I02)" {
	"$SCAN" any "$SUITE"/n_* > out
	[ "$(wc -l < out)" = 188 ]
	[ "$(grep -c '^yes ' out)" = 0 ]
}

@test "JSONTestSuite: 35 doubtful texts have their pinned verdicts (I03)" {
	"$SCAN" any "$SUITE"/i_* | sed 's/^\([^@ ]*\)[^ ]* \(.*\)/\2\t\1/' | sort > out
	[ "$(wc -l < out)" = 35 ]
	sort "$DATA/corpora/jsontestsuite_i.tsv" | diff - out
}

@test "own NDJSON: 75 files have their pinned verdicts, with line and byte (I04)" {
	(cd "$CORPORA/own-ndjson" && "$SCAN" lines *.ndjson) | sed 's/ /\t/' > out
	[ "$(wc -l < out)" = 75 ]
	diff "$DATA/corpora/own_ndjson.tsv" out
}

# Two files are refused by the tools as a whole where the scanner refuses their lines, and one
# line of path_ids holds an escaped NUL, which the table of the format refuses.
@test "own NDJSON: the pinned verdicts are those of the manifest (I04)" {
	awk -F'\t' '
	NR == FNR { if (FNR > 1) want[$1] = $3; next }
	{
		yes = gsub(/yes/, "yes", $2); no = gsub(/[0-9]+:[0-9]+:E_/, "&", $2)
		w = want[$1]; n = w; gsub(/[^0-9]/, "", n); good = 1
		if ($1 == "path_ids.ndjson") good = yes == 20 && no == 1
		else if (w ~ /^accept/) good = no == 0 && yes == substr(w, 8) + 0
		else if (w ~ /^reject-[0-9]/) good = no == n
		else if (w ~ /^reject-file/) good = $2 ~ /^file:/ || $2 ~ /^1:[01]:E_/
		else if (w == "reject") good = no > 0
		if (!good) { print $1, w, $2; bad = 1 }
	}
	END { exit bad }' "$CORPORA/own-ndjson/MANIFEST.tsv" "$DATA/corpora/own_ndjson.tsv"
}

@test "csv-spectrum: 11 files equal, location_coordinates is refused and read with stray quotes (I05)" {
	python spectrum '11 equal, 1 refused'
}

@test "utf8tests: 77 valid, 145 refused at the right byte (I06)" {
	python utf8tests '77 valid, 145 refused'
}

@test "naughty strings: each of 515 is accepted in each field" {
	python blns '515 strings'
}

@test "path traversal: every string is data and one line" {
	find "$CORPORA/path-traversal" -type f -name '*.txt' -exec cat {} + |
	    jq -R -c 'select(test("\u0000") | not) | {id: .}' > lines.ndjson
	[ -s lines.ndjson ]
	"$SCAN" lines lines.ndjson > out
	[ "$(tr ' ' '\n' < out | grep -c '^yes$')" = "$(wc -l < lines.ndjson)" ]
}
