# SPDX-License-Identifier: Apache-2.0
# What a person at a terminal sees: progress after a second, on stderr only, wiped away; and an
# answer to each line before the next is typed.
# shellcheck disable=SC2154,SC2317,SC2086	# bodies are called by name, commands are words
load helpers
load cases
load rows
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	python3 -c 'import os; os.openpty()' 2>/dev/null ||
	    skip "needs a terminal, and this machine makes none (no /dev/pts)"
}

# at_terminal SECONDS: stderr is a terminal, and the input pauses so long in its middle.
at_terminal() {
	status=0
	python3 "$ROOT/tests/terminal.py" "$1" IN ${command/% IN/ -} || status=$?
}

# A lone line of progress: it begins at the left and is wiped before anything else is said.
progress='\r'

@test "progress is on a terminal's stderr after 1 s, wiped at the end, and changes no byte" {
	body() {
		fresh
		command=${command/ -q/}
		at_terminal 1.2
		status_is "$good" && is_new || return 1
		grep -qP "$progress${command%% *}: +[0-9]+ (MB|%)" terminal || complain "no progress" || return 1
		! grep -qP '[0-9] (MB|%)[^\n\r]*cdp-' terminal || complain "a message behind progress" ||
		    return 1
		! tail -n 1 terminal | sed 's/.*\r//' | grep -q cdp- || [ -z "$(tail -c 1 terminal)" ] ||
		    complain "the line is not wiped"
	}
	row body
}

@test "there is no progress before 1 s, with -q, or where stderr is no terminal" {
	body() {
		local plain=$command
		fresh
		command=${plain/ -q/}
		at_terminal 0.1
		status_is "$good" && is_new || return 1
		! grep -qP "$progress${command%% *}: +[0-9]" terminal || complain "progress at once" || return 1
		fresh
		command=$plain
		at_terminal 1.2
		[ ! -s terminal ] || complain "something on the terminal with -q" || return 1
		fresh
		command=${plain/ -q/}
		{ head -n 2 IN; sleep 1.2; tail -n +3 IN; } | ${command/% IN/ -} 2>err >stdout || true
		! grep -q $'\r' err || complain "progress in a file"
	}
	row body
}

# ---- what is typed is answered line by line ----

# demo: a directory with the sources, a ledger and the streams of the demo; the names are in $STAGE.
demo() {
	cp -R "$STAGE/base/." .
	[ -s profiles.ndjson ] || { cat "$STAGE/why"; return 1; }
}

# answered KIND FILE TOKENS COMMAND...: the lines of FILE given one by one, each only when the
# line of TOKENS before it came out; tokens that no undisturbed run gives are not waited for. The
# bytes are those of the whole file in a pipe.
answered() {
	local kind=$1 file=$2 tokens=$3
	shift 3
	printf '%b' "$(sed 's/\\c$//; t; s/$/\\n/' "$file" | tr -d '\n')" >whole
	"$@" <whole >want
	while IFS= read -r token; do
		grep -qF -e "$token" want && echo "$token" || echo
	done <"$tokens" >answers
	[ "$(grep -c . answers)" -ge 3 ] || { echo "nothing to wait for"; return 1; }
	python3 "$ROOT/tests/typed.py" "$kind" "$file" answers "$@" || return 1
	cmp stdout want
}
ids() { jq -r 'if .id then "\"id\":\"\(.id)\"" else "" end' "$1"; }
ingest() { answered "$1" typed tokens cdp-ingest -q --map "${2:-shop.map.json}"; }
# first N FILE: its header and lines without consent, and an end.
first() { grep -v '"kind":"consent"' "$2" | head -n "$1"; echo '{"kind":"end","ok":true}'; }
judge() {
	answered tty typed tokens cdp-consent "$@" -q --state state --as-of 2026-06-01T00:00:00Z
}

@test "a row of CSV comes out before the next is typed, from a terminal and from a slow pipe" {
	demo
	head -n 20 shop.csv >typed
	sed 's/^\([0-9]*\),.*/"id":"shop:\1"/' typed >tokens
	ingest tty
	ingest pipe
}

@test "a row of CSV that spans lines waits for its last line, those before it do not" {
	demo
	{
		head -n 3 shop.csv
		# two lines at once: a whole row, and the start of one
		sed -n '4s/$/\\n9001,Ada,Weis,ada.weis@example.org,,,"Hof 2/p' shop.csv
		echo 'Haus 7",10115,Berlin,DE,,2026-01-13T21:55:00Z,no'
		# half a line behind a whole one
		sed -n '5s/$/\\n9002,Bo,\\c/p' shop.csv
		echo 'Weis,bo.weis@example.org,,,,,,DE,,2026-01-13T21:55:00Z,no'
	} >typed
	{
		echo
		sed -n '2,4s/^\([0-9]*\),.*/"id":"shop:\1"/p' shop.csv
		echo '"id":"shop:9001"'
		sed -n '5s/^\([0-9]*\),.*/"id":"shop:\1"/p' shop.csv
		echo '"id":"shop:9002"'
	} >tokens
	ingest pipe
	grep -q 'Hof 2.*Haus 7' stdout
}

@test "a header behind comments, blank lines and lines to skip is found as it is typed" {
	demo
	jq '.format += {skip_lines: 2, comment: "#"}' shop.map.json >late.json
	{ printf 'exported\ntoday\n# by nobody\n\n'; head -n 6 shop.csv; } >typed
	sed 's/^\([0-9]*\),.*/"id":"shop:\1"/' typed >tokens
	ingest tty late.json
}

@test "a JSON line, and a line of a finished stream, comes out before the next is typed" {
	demo
	head -n 20 app.ndjson >typed
	jq -r '"\"id\":\"app:\(.user)\""' typed >tokens
	ingest tty app.map.json
	first 20 records.ndjson >typed
	ids typed >tokens
	answered tty typed tokens cdp-ingest -q
}

@test "gate and filter answer each line before the next is typed" {
	demo
	first 20 records.ndjson >typed
	ids typed >tokens
	judge gate --purpose identity_resolution
	first 30 profiles.ndjson >typed
	jq -r '.id // ""' typed >tokens
	judge filter --purpose marketing.newsletter --channel email
}

@test "a document is refused at its first line of text, behind blank ones too" {
	demo
	printf '\n\n[{"kind":"record"}]\n' >typed
	sed 's/.*//' typed >none
	status=0
	python3 "$ROOT/tests/typed.py" pipe typed none cdp-consent gate -q --state state \
	    --as-of 2026-06-01T00:00:00Z 2>err || status=$?
	[ "$status" -eq 3 ]
	grep -q 'E_NOT_NDJSON' err
}

@test "where the data say what they mean, all that is typed is read first" {
	demo
	head -n 6 shop.csv >typed
	sed 's/.*//' typed >none
	jq 'del(.format.delimiter)' shop.map.json >any.json
	for options in "--map any.json" "--auto --purposes identity_resolution"; do
		cdp-ingest -q $options <typed >want
		python3 "$ROOT/tests/typed.py" tty typed none cdp-ingest -q $options
		cmp stdout want
	done
}

# review_queue: two pairs to answer.
review_queue() {
	cat <<-'END'
	{"kind":"stream","schema":"cdp/1","tool":"cdp-resolve","version":"0"}
	{"kind":"link","a":"a:1","b":"b:1","weight":"-0.500","p":"0.414214","verdict":"review","by":"scored","levels":{"given_name":"nickname"},"record_a":{"given_name":"Ana"},"record_b":{"given_name":"Anita"}}
	{"kind":"link","a":"a:2","b":"b:2","weight":"-1.000","p":"0.333333","verdict":"review","by":"average"}
	{"kind":"end","in":0,"out":2,"ok":true}
	END
}

@test "review asks what nobody has answered, saves each answer at once, and stops when told" {
	review_queue > queue
	printf '%s\n' maybe s q > typed
	printf '%s\n' '1 of 2' '2 of 2' '1 verdicts' > answers
	python3 "$ROOT/tests/typed.py" tty typed answers cdp-resolve review --verdicts mine queue
	grep -q 'given_name  *Ana  *Anita  *nickname' stdout
	[ "$(cat mine)" = '{"kind":"link","a":"a:1","b":"b:1","verdict":"same","by":"steward"}' ]
	[ "$(stat -c %a mine)" = 600 ]
	printf '%s\n' d > typed
	printf '%s\n' '2 verdicts' > answers
	python3 "$ROOT/tests/typed.py" tty typed answers cdp-resolve review --verdicts mine queue
	refute grep -q '1 of 2' stdout
	grep -q '"a":"a:2","b":"b:2","verdict":"different"' mine
	[ "$(wc -l < mine)" -eq 2 ]
}

@test "review needs a terminal and a place for the answers" {
	review_queue > queue
	run -2 --separate-stderr cdp-resolve review --verdicts mine queue < /dev/null
	[[ $stderr == *"needs a terminal"* ]]
	run -2 --separate-stderr cdp-resolve review queue
	[[ $stderr == *"--verdicts"* ]]
	[ ! -e mine ]
}
