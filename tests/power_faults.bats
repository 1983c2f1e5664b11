# SPDX-License-Identifier: Apache-2.0
# Power cuts: F2 of consent.md 10.6, F16 and F17 of the reliability matrix. What was acknowledged is
# there afterwards, the rest is old or new, and nothing is torn; where syncs do nothing that must fail.
bats_require_minimum_version 1.5.0
load helpers
load consent
load faults
load consent_faults

# cut CALL N: the words run on disk.img and power ends there; status in $status, the disk in after.img.
cut_at() {
	status=0
	power cut disk.img after.img "$1" "$2" "${words[@]}" 2>/dev/null || status=$?
}

# The words of a shell on the disk, with what consent_faults.bash knows.
looks() {
	# shellcheck disable=SC2016
	power on "$1" env RECEIPTS="$RECEIPTS" CDP_STATE=state bash -c '
	    . "$0/consent.bash"; . "$0/consent_faults.bash"; eval "$1"' "$ROOT/tests" "$2"
}

# A disk with the ledger before the six events; told are they elsewhere.
ledger_disk() {
	mkdir disk
	cp -a "$BATS_FILE_TMPDIR/base/${1:-state}" disk/state
	cp six whole log.vkey disk
	power make disk.img disk
	RECEIPTS=$PWD/told
	words=(env CDP_STATE=state cdp-consent append -q --as-of 2026-03-02T00:00:00Z --batch 4 --receipts "$RECEIPTS" six)
}

@test "F2 F16 power cut before each sync of append, and after it: the ledger is old or new, each receipt holds" {
	need_disk
	local call n before
	for before in state crashed; do
		rm -rf disk disk.img
		ledger_disk "$before"
		cut_at fsync 0
		each_call after.img.trace >points
		[ "$status" -eq 0 ] && [ "$(wc -l <points)" -gt 10 ] || lost "$status" || return 1
		while read -r call n; do
			rm -f told
			cut_at "$call" "$n"
			[ "$status" -eq $((n == 0 ? 0 : 137)) ] || lost "$call $n: status $status" || return 1
			[ "$n" -gt 0 ] || [ -s told ]
			looks after.img old_or_new || lost "cut before $call $n" || return 1
			# once more, and once more without power
			looks after.img again || lost "cut before $call $n, again" || return 1
			looks after.img 'old_or_new && [ "$(of size)" -eq 9 ]' || lost "cut before $call $n, again and cut" || return 1
		done < <(echo fsync 0; some $((SHALLOW / $([ "$before" = state ] && echo 4 || echo 8))) <points)
	done
}

@test "F17 where syncs do nothing F16 fails: what was acknowledged is gone" {
	need_disk
	local shim
	need_shim nosync
	ledger_disk
	PRELOAD="$shim" cut_at fsync 0
	[ "$status" -eq 0 ] && ! grep -q 'sync(' after.img.trace && [ "$(wc -l <told)" -eq 6 ] || lost "$status"
	! looks after.img 'old_or_new && [ "$(of size)" -eq 9 ]' || lost "this disk needs no syncs: F16 shows nothing"
}

@test "F16 F14 power cut before each sync of init: run again it is finished, and what it said is done stays" {
	need_disk
	local call n
	mkdir disk
	cp "$ROOT/share/examples/policy.json" disk
	power make disk.img disk
	words=(cdp-consent init -q --state state --name test.example/consent --new-keys --policy policy.json
	    --as-of 2026-01-01T00:00:00Z)
	cut_at fsync 0
	[ "$status" -eq 0 ]
	power on after.img cdp-consent verify -q --state state >out || lost "made, and gone"
	each_call after.img.trace >points
	[ "$(wc -l <points)" -gt 10 ]
	while read -r call n; do
		cut_at "$call" "$n"
		[ "$status" -eq 137 ] || lost "$call $n: status $status" || return 1
		# it is made, or the same again makes it
		power on after.img sh -c '"$@" 2>/dev/null || cdp-consent verify --state state' sh "${words[@]}" >out ||
		    lost "cut before $call $n" || return 1
		power on after.img cdp-consent verify -q --state state >verified || lost "cut before $call $n: verify" || return 1
		[ "$(of size) $(of policies)" = '1 1' ] || lost "cut before $call $n: $(cat verified)" || return 1
	done < <(some $((SHALLOW / 4)) <points)
}
