# SPDX-License-Identifier: Apache-2.0
# cdp-consent erase while the machine fails: a ledger whose segments hold four lines, so that evidence lies in
# several files. Whatever happens, the person is as before or erased, nobody else changes, and the same
# command again completes it.
# shellcheck disable=SC2317,SC2030,SC2031	# bodies are called by name, each test is a subshell
bats_require_minimum_version 1.5.0
load helpers
load consent
load faults
load consent_faults

# The words of a shell that knows consent_faults.bash.
KNOWN=$(cat <<'END'
erasing=(cdp-consent erase -q --subject-file who.json --by dpo --as-of 2026-03-03T00:00:00Z)

# Who is not erased says what was said, and opens what was shown: leo, rui and, if she is there, ana.
as_before_or_erased() {
	cdp-consent verify -q --evidence >verified 2>err || lost "verify" || return 1
	case "$(of size) $(of erased) $(of opened)" in
	"9 0 4"|"12 1 "[234]) ;;
	*) lost "$(cat verified)" || return 1 ;;
	esac
	others | cmp - theirs || lost "somebody else" || return 1
}

others() {
	grep -e '"seq":1}' -e '"seq":4}' -h state/ledger/side/*.ndjson | LC_ALL=C sort
}

rows_left() {
	od -A n -t x1 -v state/ledger/vault | tr -d ' \n' | fold -w 96 | grep -vc '^0*$'
}

erase_again() {
	"${erasing[@]}" >report 2>err || lost "again: status $?" || return 1
	cdp-consent verify -q --evidence >verified 2>err || lost "verify, again" || return 1
	[ "$(of size) $(of erased) $(of opened)" = '12 1 2' ] && ! grep -q notes verified || lost "$(cat verified)" || return 1
	others | cmp - theirs || lost "somebody else, again" || return 1
	[ "$(rows_left)" -eq "$ROWS" ] || lost "$(rows_left) rows" || return 1
	! grep -r MARKER state/ledger || lost "evidence stays" || return 1
	[ -z "$(find state -name '.cdp-*' -o -path '*/torn/*' -type f)" ] || lost "something is left" || return 1
}
END
)
eval "$KNOWN"

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	cp "$ROOT/share/examples/policy.json" policy.json
	export CDP_STATE=$PWD/state
	"$BUILD/tests/tools/ledger_small" state test.example/consent 4 vault
	cdp-consent publish -q --policy policy.json --as-of 2026-01-01T00:00:00Z
	{
		yes_of g0 leo@example.com
		said w1 withdraw ana@example.com 2026-01-21T10:00:00Z ',"evidence":{"mail":"MARKER-1"}'
		said d1 deny zoe@example.com 2026-01-21T10:00:00Z
		said w2 withdraw rui@example.com 2026-01-21T10:00:00Z ',"evidence":{"mail":"m1"},"account":"shop:1"'
		said o1 object_dm ana@example.com 2026-01-21T10:00:00Z
		said n1 notice_served eva@example.com 2026-01-21T10:00:00Z ',"notice":"privacy@3/de-DE"'
		said s1 suppress eva@example.com 2026-01-21T10:00:00Z ',"cause":"complaint"'
		said w3 withdraw ana@example.com 2026-01-21T10:00:00Z ',"evidence":{"mail":"MARKER-2"}'
	} >eight
	cdp-consent append -q --as-of 2026-02-02T00:00:00Z eight
	mkdir base && mv state base
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	cp "$BATS_FILE_TMPDIR/policy.json" .
	export CDP_STATE=$PWD/state
	echo '{"email":["ana@example.com"]}' >who.json
	begin
	others >theirs
	[ "$(wc -l <theirs)" -eq 2 ]
	ROWS=$(($(rows_left) - 1))
}

@test "undisturbed, and with every write of one byte" {
	need_shim shortio
	erase_again
	begin
	LD_PRELOAD="$shim" "${erasing[@]}" >report
	erase_again
}

@test "killed at any system call: as before or erased, the same again completes it" {
	need_strace
	local call n
	strace -f -o trace "${erasing[@]}" >report
	each_call trace /ledger >points
	[ "$(wc -l <points)" -gt 100 ]
	while read -r call n; do
		begin
		status=0
		strace -f -o trace -e "trace=$call" -e "inject=$call:signal=KILL:when=$n" "${erasing[@]}" >report 2>err || status=$?
		[ "$status" -eq 137 ] || lost "$call $n: status $status" || return 1
		as_before_or_erased && erase_again || lost "killed at $call $n" || return 1
	done < <(some <points)
}

@test "any allocation that fails: 6, as before or erased, the same again completes it" {
	local total n mode
	need_shim failalloc
	LD_PRELOAD="$shim" FAILCOUNT=count "${erasing[@]}" >report
	total=$(cat count)
	[ "$total" -gt 50 ]
	while read -r n mode; do
		begin
		status=0
		LD_PRELOAD="$shim" FAILN="$n" FAILMODE="$mode" "${erasing[@]}" >report 2>err || status=$?
		case $status in 0|6|127) ;; *) lost "allocation $n of $total, $mode: status $status" || return 1 ;; esac
		as_before_or_erased && erase_again || lost "allocation $n of $total, $mode" || return 1
	done < <(for mode in once sticky; do seq "$total" | sed "s/$/ $mode/"; done | some)
}

# The words on the disk.
looks() {
	# shellcheck disable=SC2016
	power on "$1" env CDP_STATE=state ROWS="$ROWS" bash -c '
	    . "$0/consent.bash"; . "$0/consent_faults.bash"; eval "$1"; eval "$2"' "$ROOT/tests" "$KNOWN" "$2"
}

@test "power cut before each sync, and after it: as before or erased, and once told, erased for good" {
	need_disk
	local call n words=(env CDP_STATE=state "${erasing[@]}")
	mkdir disk
	cp -a state who.json theirs disk
	power make disk.img disk
	status=0
	power cut disk.img after.img fsync 0 "${words[@]}" >/dev/null 2>err || status=$?
	[ "$status" -eq 0 ] || lost "$status" || return 1
	each_call after.img.trace >points
	[ "$(wc -l <points)" -gt 8 ]
	looks after.img 'as_before_or_erased && [ "$(of erased) $(of opened)" = "1 2" ] && [ "$(rows_left)" -eq "$ROWS" ]' ||
	    lost "told, and not erased" || return 1
	while read -r call n; do
		status=0
		power cut disk.img after.img "$call" "$n" "${words[@]}" >/dev/null 2>err || status=$?
		[ "$status" -eq 137 ] || lost "$call $n: status $status" || return 1
		looks after.img as_before_or_erased || lost "cut before $call $n" || return 1
		looks after.img erase_again || lost "cut before $call $n, again" || return 1
	done < <(some <points)
}
