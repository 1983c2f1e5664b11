# SPDX-License-Identifier: Apache-2.0
# What every tool does the same way: words, descriptors, files, lines, messages. One row a test,
# each row against every case of tests/cases.bash; a name in a list `except_...` is left out.
# shellcheck disable=SC2317,SC2030,SC2031,SC2086	# bodies are called by name, commands are words
load helpers
load cases
bats_require_minimum_version 1.5.0

eval "listed_$(declare -f cases)"
cases() {
	listed_cases
	printf 'gate\tstream\trecords.ndjson\t%s\n' "cdp-consent gate -q --state state\
 --as-of 2026-06-01T00:00:00Z --purpose identity_resolution -o OUT IN"
}

TOOLS=$(cd "$ROOT/cmd" && ls ./*.c | sed 's,^\./,,; s,\.c$,,')
AT=2026-06-01T00:00:00Z

complain() {
	echo "$name: $1 (status ${status:-none}): $(head -n 2 err 2>/dev/null | cat -v)"
	return 1
}
status_is() { [ "$status" -eq "$1" ] || complain "${2:-status}: not $1"; }
is_old() { [ "$(cat OUT)" = old ] || complain "${1:-OUT}: the old output is gone"; }
is_new() { cmp -s "${1:-OUT}" "$BATS_TEST_TMPDIR/H1" || complain "${2:-bytes}: other bytes"; }
as_good() { status_is "$good" "$1" && is_new OUT "$1"; }
lines_of_err() { [ "$(wc -l <err)" -eq "$1" ] || complain "not $1 lines on stderr"; }

# What a terminal or a reader could take for something else: controls, C1, bidi, zero width.
is_visible() {
	! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]' \
	    "$1" || complain "raw control in $1"
}

# row BODY [NAMES]: BODY for every case but NAMES; says all that failed, not only the first.
row() {
	local row_body=$1 excepted=" ${2:-} " failed=''
	one() {
		case $excepted in *" $name "*) return 0 ;; esac
		"$row_body" || failed="$failed $name"
	}
	each_tool one || return 1
	[ -z "$failed" ] || { echo "failed:$failed"; return 1; }
}
stream_row() {
	only=stream row "$@"
}

# each_program BODY: BODY with name set, for every program and, as "cdp-x y", each of its commands.
each_program() {
	local failed='' tool word
	for tool in $TOOLS; do
		command -v "$tool" >/dev/null || { echo "$tool is not built"; return 1; }
		for word in '' $($tool --print-options | awk -F '\t' '$1 == "usage" && $2 != "-" { print $2 }' |
		    sort -u); do
			name="$tool${word:+ $word}"
			"$1" || failed="$failed $name,"
		done
	done
	[ -z "$failed" ] || { echo "failed:$failed"; return 1; }
}

says() {	# WORDS: runs them with both streams kept
	status=0
	"$@" >stdout 2>err </dev/null || status=$?
}

is_usage_error() {	# PATTERN
	status_is 2 "usage" || return 1
	[ ! -s stdout ] || complain "a usage error on stdout" || return 1
	head -n 1 err | grep -qF -e "$1" || complain "the first line does not name $1" || return 1
	head -n 1 err | grep -q "^${name%% *}: " || complain "the first line does not begin with the tool" ||
	    return 1
	sed -n 2p err | grep -q -e --help || complain "the second line does not say --help"
}

@test "every program of cmd is in the list of cases" {
	local tool
	for tool in $TOOLS; do
		cases | cut -f 4 | grep -q "^$tool " || { echo "$tool has no case"; return 1; }
	done
}

@test "--help is on stdout with status 0, the examples first" {
	body() {
		says $name --help
		status_is 0 && lines_of_err 0 || return 1
		local examples usage
		examples=$(grep -n '^Examples' stdout | head -n 1 | cut -d : -f 1)
		usage=$(grep -n '^Usage' stdout | head -n 1 | cut -d : -f 1)
		[ "${examples:-0}" -gt 0 ] && [ "${usage:-0}" -gt "$examples" ] ||
		    complain "Examples do not stand before Usage"
	}
	each_program body
}

@test "--version is the name and version, then the stream schema" {
	body() {
		case $name in *' '*) return 0 ;; esac
		says $name --version
		status_is 0 && lines_of_err 0 || return 1
		[ "$(cat stdout)" = "$name $(cat "$ROOT/VERSION")
stream schema cdp/1" ] || complain "not the two lines"
	}
	each_program body
}

@test "an unknown option is refused: 2 on stderr, named first, --help second" {
	body() {
		says $name --no-such-option && is_usage_error --no-such-option || return 1
		says $name --no-such=7 && is_usage_error --no-such || return 1
		says $name -Z && is_usage_error -Z
	}
	each_program body
}

@test "a long option is never abbreviated" {
	body() {
		says $name --hel && is_usage_error --hel || return 1
		says $name --versio && is_usage_error --versio || return 1
		says $name --quie && is_usage_error --quie
	}
	each_program body
}

@test "an option without its argument and a flag with one are refused by name" {
	body() {
		says $name --quiet=yes && is_usage_error --quiet || return 1
		$name --print-options | grep -q -e --output || return 0
		case $name in
		*' '*) ;;
		*) says $name --output && is_usage_error --output ;;
		esac
	}
	each_program body
}

@test "- twice is refused" {
	body() {
		fresh
		local command="${command% IN} - -"
		tool env
		status_is 2 && is_old && head -n 1 err | grep -qF -e - || return 1
		sed -n 2p err | grep -q -e --help || complain "the second line does not say --help"
	}
	row body
}

@test "no file and - read standard input" {
	from_input() {
		fresh
		status=0
		$1 <IN >stdout 2>err || status=$?
		as_good "$1"
	}
	body() { from_input "${command% IN}" && from_input "${command% IN} -"; }
	row body
}

@test "-- ends the options" {
	body() {
		fresh
		local command="${command% IN} -- IN"
		tool env
		as_good "--" || return 1
		fresh
		mv IN ./--odd
		command="${command% IN} --odd"
		tool env
		as_good "a file named --odd"
	}
	row body
}

@test "--option=value, --option value and -o value are the same" {
	body() {
		local plain=$command form
		for form in '--output=OUT' '--output OUT' '-oOUT'; do
			fresh
			command=${plain/-o OUT/$form}
			tool env
			as_good "$form" || return 1
		done
		fresh
		command=$(sed -E 's/ (--[a-z-]+) ([^-][^ ]*)/ \1=\2/g' <<<"$plain")
		command=${command/--pass=/--pass }
		command=${command/-o=/-o }
		tool env
		as_good "$command"
	}
	row body
}

@test "an option of a later version is refused by name" {
	body() {
		local what option later argument
		while IFS=$'\t' read -r what option _ later argument _; do
			[ "$what" = later ] || continue
			case $name in
			*' '*) continue ;;
			esac
			if [ "$later" = - ]; then
				says $name "$option"
				is_usage_error "not in this version" || return 1
				grep -qF -e "$option" err || complain "$option is not named" || return 1
				continue
			fi
			[ "$option" != - ] || option=''
			[ "$argument" = - ] && argument='' || argument==x
			says $name $option "$later$argument"
			is_usage_error "not in this version: $later" || return 1
		done < <($name --print-options)
	}
	each_program body
}

@test "-o onto the input is allowed" {
	body() {
		fresh
		command=${command/-o OUT/-o IN}
		tool env
		status_is "$good" && is_new IN
	}
	row body
}

@test "a missing input is 3 and leaves the old output untouched" {
	body() {
		fresh
		rm IN
		tool env
		status_is 3 && is_old || return 1
		[ ! -s stdout ] || complain "something on stdout"
	}
	row body
}

@test "a directory as input is 3 and leaves the old output untouched" {
	body() {
		fresh
		rm IN
		mkdir IN
		tool env
		status_is 3 && is_old
	}
	row body
}

@test "closed standard input is 3" {
	body() {
		fresh
		status=0
		${command% IN} >stdout 2>err <&- || status=$?
		status_is 3 && is_old
	}
	row body
}

@test "closed standard output is 6" {
	body() {
		fresh
		status=0
		${command/-o OUT/-o -} </dev/null 2>err >&- || status=$?
		status_is 6 && lines_of_err 1
	}
	row body
}

@test "a full device as standard output is 6" {
	body() {
		fresh
		status=0
		${command/ -o OUT/} </dev/null 2>err >/dev/full || status=$?
		status_is 6 && lines_of_err 1
	}
	row body
}

@test "help and version onto a full device or a closed descriptor are 6" {
	body() {
		local option
		for option in --help --version --print-options; do
			status=0
			$name "$option" >/dev/full 2>err || status=$?
			status_is 6 "$option" || return 1
			status=0
			$name "$option" >&- 2>err || status=$?
			status_is 6 "$option, closed" || return 1
		done
	}
	each_program body
}

@test "a reader that is gone is 141 and silence" {
	body() {
		fresh
		{ sleep 0.2; status=0; ${command/-o OUT/-o -} 2>err || status=$?; echo $status >code; } </dev/null |
		    true || true
		status=$(cat code)
		status_is 141 && lines_of_err 0
	}
	row body
}

@test "results go to stdout only without -o, and -q leaves nothing on stderr" {
	body() {
		fresh
		tool env
		status_is "$good" && lines_of_err 0 || return 1
		[ ! -s stdout ] || complain "something on stdout beside -o" || return 1
		fresh
		command=${command/ -o OUT/}
		tool env
		status_is "$good" && lines_of_err 0 && is_new stdout && is_old || return 1
		fresh
		command=${command/ -q/}
		tool env
		status_is "$good" && is_new stdout "without -q"
	}
	row body
}
