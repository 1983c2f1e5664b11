# SPDX-License-Identifier: Apache-2.0
# What every tool does the same way: words, descriptors, files, lines, messages. One row a test,
# each row against every case of tests/cases.bash; a name in a list `except_...` is left out.
# shellcheck disable=SC2012,SC2016,SC2119,SC2120,SC2154,SC2317,SC2030,SC2031,SC2086
# (bodies are called by name, commands are words)
load helpers
load cases
load rows
bats_require_minimum_version 1.5.0

TOOLS=$(cd "$ROOT/cmd" && ls ./*.c | sed 's,^\./,,; s,\.c$,,')

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
	head -n 1 err | grep -q "^${name%% *}: " ||
	    complain "the first line does not begin with the tool" || return 1
	sed -n 2p err | grep -q -e --help || complain "the second line does not say --help"
}

@test "every program of cmd is in the list of cases" {
	local tool
	for tool in $TOOLS; do
		case " $WITHOUT_INPUT " in
		*" $tool "*) [ -f "$ROOT/tests/${tool#cdp-}.bats" ] && continue ;;
		esac
		cases | cut -f 4 | grep -q "^$tool " || { echo "$tool has no case"; return 1; }
	done
}

# bash -e overlooks what stands behind ! and before &&, unless it is the last command of a function.
@test "no test has a check that cannot fail it" {
	awk 'check != "" && !/^[\t]*[})]$/ { print check; bad = 1 }
	    { check = "" }
	    /^\t+! / && !/\|\|/ { print FILENAME ": " $0 ": refute says it"; bad = 1 }
	    /^\t+(\[ .*\]|grep .*|cmp .*) && / && !/\|\|/ && !/&& (continue|[a-z]+=)/ && !/\\$/ {
		check = FILENAME ": " $0 ": a line for each"
	    }
	    END { exit bad }' "$ROOT"/tests/*.bats
}

@test "no function is public that nobody calls" {
	local words="tr -c a-zA-Z0-9_\\n \\n"
	cd "$ROOT"
	find lib -name '*.h' -exec cat {} + | $words | sort -u >"$BATS_TEST_TMPDIR/public"
	# once where it is declared and once where it is written
	find lib cmd tests fuzz bench -name '*.[ch]' -exec cat {} + | $words | sort | uniq -c |
		awk '$1 == 2 { print $2 }' | sort >"$BATS_TEST_TMPDIR/twice"
	find lib -name '*.c' -exec sed -nE 's/^([a-z][a-z0-9_]*)\(.*/\1/p' {} + | sort -u >"$BATS_TEST_TMPDIR/functions"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/functions")" -gt 1000 ]
	run comm -12 "$BATS_TEST_TMPDIR/public" <(comm -12 "$BATS_TEST_TMPDIR/functions" "$BATS_TEST_TMPDIR/twice")
	assert_output ''
}

@test "every row of the reliability matrix that concerns what is built has a test" {
	local id
	for id in F{01..21} F{24..30} C{01..08} I{01..14} I{16..20} O03 O05 O06 S{01..03} S06 S11 L{01..05} \
	    L{08..10}; do
		grep -qE "^@test .*\b$id\b" "$ROOT"/tests/*.bats || { echo "no test names $id"; return 1; }
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

@test "the help of a command has an example of it, with options that it has, and no other command" {
	body() {
		case $name in *' '*) return 0 ;; esac
		$name --print-options | awk -F '\t' '$1 == "usage" && $2 != "-" { print $2 }' >commands
		while read -r word; do
			says $name "$word" --help
			status_is 0 || return 1
			! grep -q '^Commands:' stdout || complain "$word lists commands" || return 1
			sed -n "/^Examples:/,/^\$/s/.*\($name $word\( .*\)*\)\$/\1/p" stdout | sed 's/ [|>].*//' >calls
			[ -s calls ] || complain "$word has no example" || return 1
			grep -oE -e '--[a-z-]+' calls | while read -r option; do
				sed -n '/^Options of/,$p' stdout | grep -qE -e "^ .* $option( |\$)" ||
				    complain "$word has no $option" || return 1
			done || return 1
		done <commands
	}
	each_program body
}

@test "where a command must be named, --help lists them, and its absence is a usage error" {
	body() {
		case $name in *' '*) return 0 ;; esac
		! $name --print-options | grep -q "^usage	-	" || return 0
		says $name --help
		$name --print-options | awk -F '\t' '$1 == "usage" { print $2 }' | while read -r word; do
			sed -n '/^Commands:/,/^$/p' stdout | grep -q "^  $word " ||
			    complain "$word is not in the list" || return 1
		done || return 1
		says $name -q && is_usage_error "a command is missing"
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

@test "an option of another command is refused with the name of that command" {
	local given want
	while IFS='|' read -r given want; do
		# shellcheck disable=SC2086
		run_split $given
		[ "$status" -eq 2 ]
		[ "$(head -n 1 err)" = "${given%% *}: E_USAGE: $want" ] || { cat err; return 1; }
	done <<-'END'
		cdp-resolve -q train --labels x|--labels is an option of cdp-resolve train: commands stand before options
		cdp-resolve estimate --links x|--links is an option of cdp-resolve without a command
		cdp-export lint --row address|--row is an option of cdp-export without a command
	END
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
			[ "$argument" = - ] && argument='' || argument='=x'
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

@test "two runs that make one file: the second is 5 and touches nothing, the lock goes with the first" {
	body() {
		fresh
		exec 9>OUT.lock
		python3 -c 'import fcntl, struct
fcntl.fcntl(9, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))' # F_OFD_SETLK
		tool env
		exec 9>&-
		status_is 5 && is_old || return 1
		tool env
		status_is "$good" && is_new OUT || return 1
		[ ! -e OUT.lock ] || complain "the lock file is left" || return 1
		echo "a file of the user" >OUT.lock
		tool env
		status_is "$good" && grep -q user OUT.lock || complain "a file that was there is gone"
		rm -f OUT.lock
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
		{
			sleep 0.2
			status=0
			${command/-o OUT/-o -} </dev/null 2>err || status=$?
			echo $status >code
		} | true || true
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

@test "a link, a directory or a device as -o is 2 and nothing is written through (O06)" {
	body() {
		local plain=$command
		fresh
		mv OUT target
		ln -s target OUT
		tool env
		status_is 2 link && is_old "the target of the link" && [ -L OUT ] || return 1
		fresh
		rm OUT
		ln -s nowhere OUT
		tool env
		status_is 2 "dangling link" || return 1
		[ ! -e nowhere ] || complain "written through a dangling link" || return 1
		fresh
		rm OUT
		mkdir OUT
		tool env
		status_is 2 directory && [ -z "$(ls -A OUT)" ] || return 1
		fresh
		command=${plain/-o OUT/-o \/dev\/null}
		tool env
		status_is 2 device || return 1
		[ -c /dev/null ] || complain "the device was replaced"
	}
	row body
}

# The input is a file of which nothing may have been taken.
@test "an output that cannot be made is refused before anything is read (O06)" {
	unread() {	# WORDS STATUS: what is left of standard input is all of it
		status=0
		# shellcheck disable=SC2086
		{ $1 >stdout 2>err || status=$?; cat >rest; } <IN
		[ "$status" -eq "$2" ] || complain "$1: status is not $2" || return 1
		grep -q E_OUTPUT err || complain "$1: not E_OUTPUT" || return 1
		cmp -s rest IN || complain "$1: the input was read" || return 1
	}
	body() {
		local plain=${command/% IN/ -} bad option listed of
		fresh
		mkdir directory closed
		for bad in /dev/null directory nowhere/file ''; do
			unread "${plain/-o OUT/--output=$bad}" 2 || return 1
		done
		unread "$plain --rejects OUT" 2 || return 1
		of=$(case $name in append|gate) echo $name ;; consent) echo filter ;; *) echo - ;; esac)
		listed=$(${command%% *} --print-options | awk -F '\t' -v of="$of" '$1 == "option" && $2 == of { print $4 }')
		for option in --rejects --summary --receipts --denied --quarantine --manifest --consent-out --links \
		    --review --conflicts --events --redirects --generic --blocks --save-model; do
			grep -qxe "$option" <<<"$listed" || continue
			[ "$name $option" != "eval --links" ] || continue	# which it reads
			[[ $plain != *" $option "* ]] || continue
			unread "$plain $option nowhere/file" 2 || return 1
		done
		[ "$(id -u)" -ne 0 ] || return 0
		chmod a-w closed
		unread "${plain/-o OUT/-o closed/file}" 6
	}
	row body
}

@test "a FIFO as -o gets what standard output would (O06)" {
	body() {
		fresh
		rm OUT
		mkfifo OUT
		timeout 20 cat OUT >through &
		tool timeout 20 env
		wait
		status_is "$good" && is_new through && [ -p OUT ]
	}
	row body
}

@test "time zone, locale and colour settings give the same bytes" {
	local setting
	comma_locale
	body() {
		for setting in TZ=Pacific/Apia LC_ALL=C LC_ALL=de_DE.UTF-8 LC_ALL=tr_TR.UTF-8 NO_COLOR=1 \
		    COLUMNS=20 CLICOLOR_FORCE=1; do
			fresh
			tool env "$setting"
			as_good "$setting" || return 1
		done
	}
	row body
}

@test "whatever the umask, what a tool writes is for its owner only (S02)" {
	body() {
		local more='' open
		local options
		options=$(${command%% *} --print-options)
		grep -q -e "--summary" <<<"$options" && more=' --summary S'
		case $name in ingest|resolve|eval|export) more="$more --rejects R" ;; esac
		fresh
		touch -d '1 minute ago' mark
		find . -exec touch -h -d '2 minutes ago' {} +
		touch -d '1 minute ago' mark
		rm OUT
		command="${command% IN}$more IN"
		( umask 000; tool env; [ "$status" -eq "$good" ] ) ||
		    complain "status under umask 000" || return 1
		[ -f OUT ] || complain "no output" || return 1
		open=$(find . -newer mark -perm /077 ! -type l \
		    refute -name stdout ! -name err ! -name code ! -path .)
		[ -z "$open" ] || complain "open to others: $open"
	}
	row body
}

edited() {	# WHAT WANT: the edited IN gives this status
	tool env
	status_is "$2" "$1"
}

@test "a byte order mark, CRLF, blank lines and a last line without end change nothing" {
	body() {
		local src=$BATS_TEST_TMPDIR/work/$input
		fresh; { printf '\357\273\277'; cat "$src"; } >IN; tool env; as_good "mark" || return 1
		fresh; sed 's/$/\r/' "$src" >IN; tool env; as_good "CRLF" || return 1
		fresh; head -c -1 "$src" >IN; tool env; as_good "no final newline" || return 1
		fresh; sed '2,4s/$/\n/' "$src" >IN; tool env; as_good "blank lines" || return 1
		fresh; sed '2,4s/$/\n \t/' "$src" >IN; tool env; as_good "lines of blanks" || return 1
	}
	row body
}

@test "an empty input is an answer, never a crash" {
	body() {
		fresh; : >IN
		case $name in
		export) edited empty 4 && is_old ;;
		*) edited empty 0 && ! is_old >/dev/null || complain "no output" ;;
		esac
	}
	row body
}

# The third line turned into one that no reader can take; the count in "end" still holds.
spoil() {
	if [ "$kind" = rows ]; then
		sed '3s/.*/"SECRET-7771" SECRET-7772,x/' "$1"
	else
		sed '3s/.*/{"kind":"record","id":"SECRET-7771","email":["SECRET-7772"],}/' "$1"
	fi
}

@test "a bad record does not stop the run and gives 1; --strict stops; --max-rejects allows" {
	body() {
		local src=$BATS_TEST_TMPDIR/work/$input plain=$command
		local except_max_rejects='append'
		fresh; spoil "$src" >IN
		edited "a bad record" 1 && ! is_old >/dev/null || complain "no output" || return 1
		fresh; spoil "$src" >IN
		command="${plain% IN} --max-rejects 1 IN"
		case " $except_max_rejects " in
		*" $name "*) ;;
		*) edited "--max-rejects 1" 0 && ! is_old >/dev/null || return 1 ;;
		esac
		fresh; spoil "$src" >IN
		command="${plain% IN} --max-rejects=0 IN"
		edited "--max-rejects 0" 1 || return 1
		fresh; spoil "$src" >IN
		command="${plain% IN} --strict IN"
		tool env
		[ "$status" -ne 0 ] && is_old || complain "--strict: went on"
	}
	row body
}

@test "no value of a bad record is on stderr (S01)" {
	body() {
		local plain=$command option
		for option in '' --strict -v; do
			command=$plain
			fresh; spoil "$BATS_TEST_TMPDIR/work/$input" >IN
			command="${plain/ -q/} $option"
			tool env
			[ "$status" -ne 0 ] || complain "a bad record gave 0" || return 1
			[ -s err ] || complain "nothing is said of a bad record" || return 1
			! grep -q SECRET err || complain "a value in a message $option" || return 1
		done
	}
	row body
}

@test "messages, summary and names of files of a good run hold no value of a person (S01)" {
	body() {
		fresh
		grep -oE '[A-Za-z0-9._-]+@[A-Za-z0-9.-]+|"(given|family)_name":"[^"]+|^[0-9]+,[^,]+,[^,]+' IN |
		    sed 's/.*[":,]//' | sort -u >../values
		[ "$(wc -l <../values)" -gt 20 ] || complain "no values to look for" || return 1
		command="${command/ -q/ -v} --summary S"
		tool env
		status_is "$good" && [ -s S ] && [ -s err ] || complain "nothing is said" || return 1
		! grep -wiFf ../values err S || complain "a value of a person" || return 1
		! find . | grep -wiFf ../values || complain "a value of a person names a file"
	}
	row body
}

ESCAPED=$'\e[2J\a\xc2\x9b31m\xe2\x80\xae\xe2\x81\xa6.csv'

@test "a hostile name is never shown raw: files, options, members (O03)" {
	body() {
		local plain=$command words src=$BATS_TEST_TMPDIR/work/$input
		fresh
		read -r -a words <<<"${plain% IN}"
		says "${words[@]}" "$ESCAPED"
		status_is 3 "no such file" && is_visible err || return 1
		cp IN "$ESCAPED"
		spoil "$src" >"$ESCAPED"
		says "${words[@]/#-q/--strict}" "$ESCAPED"
		[ -s err ] && is_visible err || return 1
		says "${words[@]/#-q/-v}" "$ESCAPED" && is_visible err || return 1
		says "${words[@]}" "--$ESCAPED"
		status_is 2 option && is_visible err || return 1
		says "${words[@]}" "--summary=$ESCAPED/x" IN
		is_visible err || return 1
		says "${words[@]/#OUT/$ESCAPED/none/OUT}" IN
		[ "$status" -ne 0 ] && is_visible err || return 1
		[ "$kind" = stream ] || return 0
		fresh
		sed $'3s/$/\\n{"kind":"record","\xc2\x9b\xe2\x80\xae\\\\u001b[2J":{"a":1,"a":2}}/' "$src" >IN
		command=${plain/ -q/ -v}
		tool env
		is_visible err
	}
	row body
}

@test "a key that others can read, that is cut, missing or a link is 2 (S03)" {
	local except_no_keys='ingest resolve eval'
	body() {
		local key=token keys=state/keys
		[ "$name" != export ] || key=egress
		[ "$name" != append ] || keys=fresh/keys
		with_key() {	# FAULT COMMANDS: both keys are there, then one is spoilt
			fresh
			tool env
			status_is "$good" "a run before" || return 1
			echo old >OUT
			[ -f $keys/$key ] || complain "no $keys/$key" || return 1
			eval "$2"
			edited "$1" 2 && is_old && grep -q E_KEY_FILE err || complain "$1: not E_KEY_FILE"
		}
		with_key 0644 'chmod 644 $keys/$key' || return 1
		with_key 'mode 0640' 'chmod 640 $keys/$key' || return 1
		with_key cut 'truncate -s 7 $keys/$key' || return 1
		with_key link 'mv $keys/$key real; ln -s "$PWD/real" $keys/$key' || return 1
		with_key missing 'rm $keys/$key'
	}
	row body "$except_no_keys"
}

@test "every file named is read, any number of threads gives the same bytes" {
	local except_one_file='eval' except_threads='append gate consent export eval'
	body() {
		local plain=$command n
		case " $except_threads " in
		*" $name "*) ;;
		*)
			for n in 1 2 7; do
				fresh
				command="${plain% IN} --threads $n IN"
				tool env
				as_good "--threads $n" || return 1
			done
			;;
		esac
		case " $except_one_file " in *" $name "*) return 0 ;; esac
		fresh
		command="$plain IN2"
		edited "a second file that is missing" 3 && is_old && grep -q IN2 err ||
		    complain "IN2 is not named" || return 1
		fresh
		: >IN0
		command="${plain% IN} IN0 IN"
		[ "$kind" = rows ] || { edited "an empty file before" "$good"; return; }
	}
	row body
}

@test "TERM and INT while it waits for input: 143 and 130, the old output, no temp file" {
	body() {
		local signal pid
		for signal in TERM:143 INT:130; do
			fresh
			mkfifo input
			env --default-signal=INT ${command% IN} input >stdout 2>err </dev/null &
			pid=$!
			exec 7>input
			head -n 3 IN >&7
			sleep 0.2
			kill -"${signal%:*}" $pid
			status=0
			wait $pid || status=$?
			exec 7>&-
			status_is "${signal#*:}" "${signal%:*}" && is_old || return 1
			[ -z "$(find . -name '.cdp-*.tmp')" ] || complain "a temp file is left" || return 1
		done
	}
	row body
}
