# SPDX-License-Identifier: Apache-2.0
# What a person at a terminal sees: progress after a second, on stderr only, wiped away.
# shellcheck disable=SC2154,SC2317,SC2086	# bodies are called by name, commands are words
load helpers
load cases
load rows
bats_require_minimum_version 1.5.0

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
