# SPDX-License-Identifier: Apache-2.0
# What the files of rows (conventions, limits, terminal) share: one more case, what must hold
# after a run, and a row of the matrix over every case.
# shellcheck shell=bash disable=SC2034,SC2154	# what each_tool sets is read here

eval "listed_$(declare -f cases)"
cases() {
	listed_cases
	printf 'gate\tstream\trecords.ndjson\t%s\n' "cdp-consent gate -q --state state\
 --as-of 2026-06-01T00:00:00Z --purpose identity_resolution -o OUT IN"
}

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
	local c1='\xc2[\x80-\x9f]' bidi='\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]'
	! LC_ALL=C grep -qP "[\x00-\x08\x0b-\x1f\x7f]|$c1|$bidi" "$1" || complain "raw control in $1"
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
