# SPDX-License-Identifier: Apache-2.0
# What a source may hold: lines that break the rules, files of other kinds, values that look like
# the end of a line, bytes changed at random. Rows of the reliability matrix, each against every
# case and cdp-ingest with JSON lines too.
# shellcheck disable=SC2154,SC2317,SC2030,SC2031,SC2086
# (bodies are called by name, each test is a subshell, commands are words)
load helpers
load cases
load rows
bats_require_minimum_version 1.5.0

eval "most_$(declare -f cases)"
cases() {
	most_cases
	printf 'lines\tlines\tapp.ndjson\tcdp-ingest -q --map app.map.json -o OUT IN\n'
}

# json_row BODY: for every case that reads JSON lines.
json_row() {
	local json_body=$1
	of_json() { [ "$kind" = rows ] || "$json_body"; }
	row of_json
}

made() { python3 "$ROOT/tests/hostile.py" "$@"; }

# with_lines FILE: IN is the input with the lines of FILE behind its third, and counted.
with_lines() {
	local more
	more=$(wc -l <"$1")
	sed "3r $1" "$input" | sed '$d' >IN
	tail -n 1 "$input" | if [ "$kind" = stream ]; then jq -c ".out += $more"; else cat; fi >>IN
}

visit() { printf '{"kind":"visit","a":%s}\n' "$1"; }
times() { head -c "$1" /dev/zero | tr '\0' "$2"; }
deep() { visit "$(times $(($1 - 1)) '[')$(times $(($1 - 1)) ']')"; }
keys() { visit "{$(seq -s , -f '"k%.0f":1' "$1")}"; }
nodes() { visit "[$(seq -s , "$1")]"; }

# refused CODES: IN with the lines of `bad` gives 1, an output, and one message for each line,
# with its place and code; at most ten, since no more are shown.
refused() {
	local plain=$command line=3 code
	with_lines bad
	command=${plain/ -q/ -v}
	tool limit_stack
	command=$plain
	status_is 1 && { ! is_old >/dev/null || complain "no output"; } && is_visible err || return 1
	for code in $1; do
		line=$((line + 1))
		grep -qE "IN:$line(:[0-9]+)?: $code:" err || complain "no $code of line $line" || return 1
	done
	[ "$(grep -cE 'IN:[0-9]+(:[0-9]+)?: E_' err)" -eq "$((line - 3))" ] || complain "other rejects too"
}
limit_stack() { ( ulimit -s 512; exec env "$@" ); }

@test "lines too deep, of too many members, values or digits are rejects and cost no stack (I09 I10)" {
	body() {
		fresh
		{ deep 65; deep 100000; keys 10000; nodes 50000; visit "$(times 100000 7)"; } >bad
		refused 'E_DEPTH E_DEPTH E_KEYS E_NODES E_NUMBER' || return 1
		[ "$kind" = stream ] || return 0	# no unknown kinds in a source
		fresh
		deep 64 >good_line
		with_lines good_line
		tool env
		status_is "$good" "64 deep"
	}
	json_row body
}

@test "a line too deep, of too many members, values or digits is refused in under 10 ms (I09 I10)" {
	mkdir in && cd in
	deep 100000 >too.deep
	keys 10000 >many.keys
	nodes 50000 >many.nodes
	visit "$(times 100000 7)" >many.digits
	visit 1 >plain
	python3 - "$BUILD/tests/tools/scan_file" <<-'PY'
		import os, resource, subprocess, sys
		def cpu(name):
		    """The least of ten runs: a busy machine only ever adds."""
		    spent = []
		    for _ in range(10):
		        before = resource.getrusage(resource.RUSAGE_CHILDREN)
		        subprocess.run([sys.argv[1], "lines", name], stdout=subprocess.DEVNULL, check=True)
		        after = resource.getrusage(resource.RUSAGE_CHILDREN)
		        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
		    return min(spent)
		plain = cpu("plain")
		slow = {n: t for n in os.listdir() if (t := cpu(n) - plain) >= .010}
		sys.exit(f"seconds: {slow}" if slow else 0)
	PY
}

@test "keys that stand twice, also escaped, and NUL in any place are rejects (I11 I12)" {
	body() {
		fresh
		{
			printf '{"kind":"visit","a":1,"a":1}\n{"kind":"visit","a":1,"\\u0061":2}\n'
			printf '{"kind":"visit","a":{"b":1,"c":2,"b":3}}\n'
			visit "{$(seq -s , -f '"k%.0f":1' 40),\"k7\":2}"	# found by another way above 32
			printf '{"kind":"visit","a":"\0"}\n{"kind":"visit","a":1}\0\n{"kind":"visit","a":1\0}\n'
			printf '{"kind":"visit","a":"\\u0000"}\n{"kind":"visit","\\u0000":1}\n'
		} >bad
		refused 'E_DUP_KEY E_DUP_KEY E_DUP_KEY E_DUP_KEY E_NUL E_NUL E_NUL E_NUL E_NUL'
	}
	json_row body
}

@test "every class of malformed line is a reject of every tool, by its code and its place (I02 I04)" {
	local file codes=''
	for file in "$DATA"/malformed/*.ndjson; do
		case $file in */E_TRUNCATED.*|*/E_BOM.*|*/E_DEPTH.*|*/E_DUP_KEY.*|*/E_NUL.*) continue ;; esac
		codes="$codes $(basename "$file" .ndjson)"
		sed -n 2p "$file" >>classes
	done
	body() {
		fresh
		cp ../classes bad
		refused "$codes"
	}
	json_row body
}

@test "a file of another kind is 3 with its name and advice, and the old output (I06)" {
	body() {
		bad() {	# WHAT: the made IN
			tool env
			status_is 3 "$1" && is_old || return 1
			grep -q E_FILE_KIND err || complain "$1: not E_FILE_KIND"
		}
		fresh; iconv -t UTF-16 "$input" >IN; bad "UTF-16 with mark" || return 1
		fresh; iconv -t UTF-16BE "$input" >IN; bad "UTF-16, big end first" || return 1
		fresh; { printf 'PK\003\004'; cat "$input"; } >IN; bad "zip" || return 1
		fresh; { printf 'PAR1\025'; cat "$input"; } >IN; bad "parquet"
	}
	row body
}

@test "Latin-1 in one line costs that line and no other (I06)" {
	body() {
		fresh
		printf '{"kind":"visit","a":"Jos\351"}\n' >bad
		refused E_UTF8
	}
	json_row body
}

# Only these pass on what they do not know; the others write what they were asked for.
passes_on() { case $name in resolve|append|gate) ;; *) return 1 ;; esac; }

@test "what a tool does not touch keeps its bytes, numbers every digit (I13 I14)" {
	body() {
		passes_on || return 0
		fresh
		made untouched 300 >lines
		with_lines lines
		tool env
		status_is "$good" || return 1
		LC_ALL=C sort lines | cmp - <(grep -a visit OUT | LC_ALL=C sort) || complain "other bytes"
	}
	json_row body
}

@test "a field that a decision does not touch keeps its bytes (I14)" {
	body() {
		case $name in append|gate|consent) ;; *) return 0 ;; esac
		fresh
		named '\\u00c5\\\/\\ud83d\\ude00' >IN
		tool env
		status_is "$good" || return 1
		grep -qF '"given_name":"\u00c5\/\ud83d\ude00"' OUT || complain "other bytes"
	}
	json_row body
}

@test "numbers of a record beyond double and int64 keep every digit (I13)" {
	local numbers='123456789012345678901234567890.10 18446744073709551616 1e999 0.1000 -0.0'
	body() {
		local number
		for number in $numbers; do
			fresh
			case $name in
			resolve|append|gate)
				sed "s/\"given_name\"/\"attributes\":{\"n\":$number},&/" "$input" >IN ;;
			lines)
				sed "s/\"user\"/\"n\":$number,&/" "$input" >IN
				jq '.columns.n = "attributes.n"' app.map.json >m && mv m app.map.json ;;
			*) return 0 ;;	# the view and the contract have no numbers
			esac
			tool env
			status_is "$good" "$number" || return 1
			grep -qE "\"n\":\"?${number//./\\.}\"?[,}]" OUT || complain "$number is changed" || return 1
		done
	}
	json_row body
}

# named JSON CELL: the input with these for every given name; texts of sed.
named() {
	case $kind in
	rows) sed "2,\$s/^\([^,]*\),[^,\"]*,/\1,\"$2\",/" "$input" ;;
	*) sed -E "s/\"(given_name|first)\":\"[^\"]*\"/\"\1\":\"$1\"/" "$input" ;;
	esac
}

@test "line feed, U+2028 and U+2029 in a value: one record stays one line (O05)" {
	body() {
		local text
		for text in 'A\\nB\\u2028C\\u2029D\\u0085E' 'A\\r\\nB\\u000b\\u000cC'; do
			fresh
			named "$text" $'A\\nB\u2028C' >IN
			! cmp -s IN "$input" || complain "nothing was changed" || return 1
			tool env
			status_is "$good" || return 1
			case $name in
			eval) is_new ;;
			export)	# a cell may hold them, between its quotes
				python3 -c 'import csv, sys
rows = [len(list(csv.reader(open(f, newline="", encoding="utf-8")))) for f in sys.argv[1:]]
sys.exit(rows[0] != rows[1])' OUT "$BATS_TEST_TMPDIR/H1" || complain "not as many rows" ;;
			*)
				[ "$(wc -l <OUT)" = "$(wc -l <"$BATS_TEST_TMPDIR/H1")" ] &&
				    jq -es 'last.kind == "end"' OUT >/dev/null || complain "other lines" || return 1
				! LC_ALL=C grep -qaP '\xe2\x80[\xa8\xa9]|\r' OUT || complain "a raw U+2028" ;;
			esac || return 1
		done
	}
	row body
}

@test "escape sequences, C1 and bidi in values, taken or refused, reach no message (O03)" {
	local raw=$'A\e[2JB\u009b31mC\u202eD\u2066E' text
	body() {
		fresh
		named "$(printf '%s' "$raw" | sed 's/\x1b/\\\\u001b/')" "$raw" >IN
		! cmp -s IN "$input" || complain "nothing was changed" || return 1
		command=${command/ -q/ -v}
		tool env
		[ "$status" -le 1 ] && is_visible err || return 1
		[ "$kind" != rows ] || return 0
		fresh
		for text in "$raw" "${raw/$'\e'/}"; do	# JSON takes all of these but the first as they are
			printf '{"%s":"%s","a":1,"a":2}\n' "$text" "$text"
			[ "$kind" = lines ] || printf '{"kind":"record","id":"%s"}\n' "$text"
		done >bad
		with_lines bad
		tool env
		status_is 1 && is_visible err || return 1
		[ -s err ] || complain "nothing is said of a bad line"
	}
	row body
}

@test "rows in any order and read in any pieces give the same bytes, or the same lines (I20)" {
	local seed
	shuffled() { shuf --random-source=<(yes "$seed"); }
	body() {
		fresh
		status=0
		made pieces IN | ${command/% IN/ -} >stdout 2>err || status=$?
		as_good "pieces" || return 1
		for seed in 1 2; do
			fresh
			case $kind in
			stream) { head -n 1 "$input"; sed '1d;$d' "$input" | shuffled; tail -n 1 "$input"; } >IN ;;
			rows) { head -n 1 "$input"; sed 1d "$input" | shuffled; } >IN ;;
			lines) shuffled <"$input" >IN ;;
			esac
			tool env
			status_is "$good" "order $seed" || return 1
			case $name in
			resolve|export|eval) is_new OUT "order $seed" ;;
			*) cmp -s <(sort OUT) <(sort "$BATS_TEST_TMPDIR/H1") || complain "order $seed: other lines" ;;
			esac || return 1
		done
	}
	row body
}

# ulimit counts the seconds of the processor, so that a busy machine is no hang.
@test "bytes changed at random: an answer or a refusal within a second, never a crash (I19)" {
	in_a_second() { ( ulimit -c 0 -t 1; exec "$@" ); }
	body() {
		local i
		fresh
		made changed 12 "$BATS_TEST_TMPDIR/work/$input"
		rm -rf ../changed && mkdir ../changed && mv changed.* ../changed
		for i in ../changed/*; do
			fresh
			cp "$i" IN
			tool in_a_second
			[ "$status" -le 6 ] && is_visible err || { echo "$i"; cp "$i" "$BATS_RUN_TMPDIR"; return 1; }
			[ "$status" -le 1 ] || is_old || return 1
		done
	}
	row body
}

@test "every fuzz target has seeds, which make check replays (I19)" {
	local target
	for target in "$ROOT"/fuzz/*.c; do
		[ "$(basename "$target")" != main.c ] || continue
		[ -n "$(ls "$ROOT/fuzz/seeds/$(basename "$target" .c)")" ] || { echo "$target"; return 1; }
	done
	grep -qE '^	.*fuzz-replay' "$ROOT/Makefile"
}
