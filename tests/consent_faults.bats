# SPDX-License-Identifier: Apache-2.0
# cdp-consent append while the machine fails: rows F1, F3, F4 and F7 of consent.md 10.6, F26, F29 and
# L08 of the reliability matrix.
# shellcheck disable=SC2317,SC2030,SC2031	# bodies are called by name, each test is a subshell
bats_require_minimum_version 1.5.0
load helpers
load consent
load faults
load consent_faults

# How often an undisturbed run makes one of the calls.
calls() {
	strace -f -o trace -e "trace=$1" "${run[@]}" six 2>/dev/null
	grep -cE " (${1//,/|})\\(" trace || true
}

# Runs it with strace's words for a fault; status in $status.
faulty() {
	status=0
	strace -f -o trace "$@" "${run[@]}" six >/dev/null 2>err || status=$?
}

@test "F1 killed at any system call: old or new, each receipt can be proved, the same file again repairs it" {
	need_strace
	local call n from
	for from in state ready; do	# without and with a compiled state
		begin $from
		strace -f -o trace "${run[@]}" six
		each_call trace /ledger >points
		[ "$(wc -l <points)" -gt 100 ]
		while read -r call n; do
			begin $from
			faulty -e "trace=$call" -e "inject=$call:signal=KILL:when=$n"
			[ "$status" -eq 137 ] || lost "$from $call $n: status $status" || return 1
			old_or_new && again && receipts_hold || lost "$from: killed at $call $n" || return 1
		done < <(some <points)
	done
}

@test "F1 killed at any write, sync or rename while other threads work: the same" {
	need_strace
	local call n
	run[4]=3
	begin
	strace -f -o trace "${run[@]}" six
	each_call trace /ledger | grep -E '^(pwrite64|write|fdatasync|fsync|rename|renameat|link|unlink) ' >points
	[ "$(wc -l <points)" -gt 20 ]
	while read -r call n; do
		begin
		faulty -e "trace=$call" -e "inject=$call:signal=KILL:when=$n"
		[ "$status" -eq 137 ] || lost "$call $n: status $status" || return 1
		old_or_new && again && receipts_hold || lost "killed at $call $n" || return 1
	done < <(some <points)
}

@test "F1 publish and checkpoint killed at any call: the policy is in force or it is not" {
	need_strace
	local what call n words
	jq '.x_note="later" | .effective_from="2026-03-03T00:00:00Z"' policy.json >later.json
	for what in 'publish -q --policy later.json' 'checkpoint --tick'; do
		read -r -a words <<<"cdp-consent $what --as-of 2026-03-03T00:00:00Z"
		begin
		strace -f -o trace "${words[@]}" >/dev/null
		each_call trace /ledger >points
		while read -r call n; do
			begin
			strace -f -o trace -e "inject=$call:signal=KILL:when=$n" "${words[@]}" >/dev/null 2>&1 || true
			grep -q 'killed by SIGKILL' trace || lost "$what $call $n: not killed" || return 1
			cdp-consent verify -q >verified || lost "$what $call $n: verify" || return 1
			status=0
			"${words[@]}" >again 2>&1 || status=$?
			case $what$status in publish*[01]|check*0) ;; *) lost "$what $call $n: again $status" || return 1 ;; esac
			cdp-consent verify -q >verified || lost "$what $call $n: verify, again" || return 1
			[[ $what = check* ]] || [ "$(of policies)" -eq 2 ] || lost "$what $call $n: policies" || return 1
		done < <(some 10 <points)
	done
}

# The first descriptor that a sync failed on is not synced again by anybody.
no_second_sync() {
	local fd
	fd=$(sed -n 's/.*sync(\([0-9]*\)).*INJECTED.*/\1/p' trace | head -n 1)
	[ -z "$fd" ] || [ "$(sed -n '/INJECTED/,$p' trace | grep -c "sync($fd)")" -eq 1 ]
}

@test "F3 L08 no space, an error or a short write at any write, sync, rename: 6, no receipt, the next run recovers" {
	need_strace
	local call error n
	for call in pwrite64:ENOSPC pwrite64:EIO write:ENOSPC write:EIO fdatasync:EIO fsync:EIO fsync:ENOSPC \
	    rename:EIO rename:ENOSPC linkat:EIO linkat:ENOSPC; do
		begin
		seq 1 "$(calls "${call%:*}")" | sed "s/^/${call/:/ } /"
	done >points
	[ "$(wc -l <points)" -gt 60 ]
	while read -r call error n; do
		begin
		faulty -e "trace=$call,fsync,fdatasync" -e "inject=$call:error=$error:when=$n"
		[ "$status" -eq 6 ] || lost "$call $error $n: status $status" || return 1
		# of the last syncs one is that of the directory of the receipts, which are there by then
		[ ! -f receipts ] || [ "$call" = fsync ] || lost "$call $error $n: a receipt" || return 1
		no_second_sync || lost "$call $error $n: synced again" || return 1
		old_or_new && again || lost "$call $error at $n" || return 1
	done < <(some $((SHALLOW * 2)) <points)
}

@test "F3 a call that cuts, closes off or makes a file fails: 6 or harmless, the next run recovers" {
	need_strace
	local call n
	for call in ftruncate fchmod chmod mkdir unlink openat fstat newfstatat pread64; do
		begin crashed
		seq 1 "$(calls "$call")" | sed "s/^/$call /"
	done >points
	while read -r call n; do
		begin crashed
		faulty -e "inject=$call:error=EIO:when=$n"
		case $status in 0|2|3|4|6|127) ;; *) lost "$call $n: status $status" || return 1 ;; esac
		[ "$status" -eq 0 ] || [ ! -f receipts ] || grep -q 'sync the directory of receipts' err ||
		    lost "$call $n: a receipt" || return 1
		cdp-consent verify -q >verified 2>err || lost "$call $n: verify" || return 1
		again || lost "$call at $n" || return 1
	done < <(some <points)
}

@test "F3 a lock that cannot be looked at is no lock of another run" {
	need_strace
	begin
	faulty -P state/ledger/lock -e inject=newfstatat:error=EIO
	[ "$status" -eq 6 ]
	grep -q 'E_LOCK: cannot look at' err
	old_or_new && again
}

@test "F3 every write moves one byte: the same ledger" {
	local shim
	need_shim shortio
	begin
	LD_PRELOAD="$shim" "${run[@]}" six
	old_or_new && again
}

@test "F4 the producer is killed before append, gate or filter: 3, nothing appended, no end that says ok" {
	local words
	for words in "append --pass" "gate --purpose identity_resolution" \
	    "filter --purpose marketing.newsletter --channel email --controller north"; do
		begin
		cp -a state before
		{ echo '{"kind":"stream","schema":"cdp/1","tool":"t"}'
		  case $words in a*) cat six ;; g*) record 1 leo@example.com ;; f*) profile p1 leo@example.com ;; esac; } >half
		status=0
		# shellcheck disable=SC2086
		sh -c 'cat half; kill -9 $$' 2>/dev/null |
		    cdp-consent $words --as-of 2026-02-02T01:00:00Z >out 2>err || status=$?
		[ "$status" -eq 3 ] || lost "$words: $status" || return 1
		diff -r before state || lost "$words: the state was touched" || return 1
		rm -r before
		! jq -e 'select(.kind == "end" and .ok)' out >/dev/null || lost "$words: a good end" || return 1
		# and whoever reads that stops too
		status=0
		cdp-resolve -q --assume-purpose identity_resolution <out >out2 2>err || status=$?
		[ "$status" -eq 3 ] || [ ! -s out ] || lost "$words: the next tool: $status" || return 1
	done
}

# fails_closed NAME WORDS...: with allocation N failing it ends with 6 and says nothing, or says what it
# says undisturbed. `sound` is called after each.
fails_closed() {
	local name=$1 shim total n mode
	shift
	need_shim failalloc
	begin "${after:-after}"
	LD_PRELOAD="$shim" FAILCOUNT=count "$@" >good 2>err
	total=$(cat count)
	[ "$total" -gt 50 ] || lost "$name: $total allocations" || return 1
	while read -r n mode; do
		sound_before
		status=0
		LD_PRELOAD="$shim" FAILN="$n" FAILMODE="$mode" "$@" >out 2>err || status=$?
		case $status in
		0) cmp out good || lost "$name: other bytes, allocation $n $mode" || return 1 ;;
		6) ! grep -q '"verdict"\|"ok":true\|"kind":"profile"' out || lost "$name: 6 and an answer" || return 1 ;;
		127) ;;
		*) lost "$name: status $status at allocation $n of $total, $mode" || return 1 ;;
		esac
		sound_after || lost "$name: allocation $n of $total, $mode" || return 1
	done < <(for mode in once sticky; do seq "$total" | sed "s/$/ $mode/"; done | some)
}
sound_before() { :; }
sound_after() { :; }

@test "F7 any allocation that fails: append says 6 and acknowledges nothing, or all is well" {
	local from
	sound_before() { begin $from; }
	sound_after() {
		[ "$status" -eq 0 ] || [ ! -f receipts ] || lost "a receipt" || return 1
		old_or_new && again
	}
	for from in state ready; do fails_closed "append, $from" "${run[@]}" six || return 1; done
}

@test "F7 any allocation that fails: gate, filter, decide, verify, prove, check-proof say 6, never another verdict" {
	record 1 ana@example.com >records
	{ profile p1 ana@example.com; profile p2 leo@example.com; profile p3 rui@example.com; } >profiles
	echo '{"email":["leo@example.com"]}' >leo.json
	local asked=(--purpose marketing.newsletter --channel email --controller north --as-of 2026-03-02T00:00:00Z)
	begin after
	cdp-consent prove -q --subject-file leo.json --out-dir pack >/dev/null
	fails_closed filter cdp-consent filter -q "${asked[@]}" profiles || return 1
	[ "$(jq -r 'select(.kind == "profile").id' good)" = p2 ]
	fails_closed decide cdp-consent decide -q "${asked[@]}" --subject-file leo.json || return 1
	fails_closed gate cdp-consent gate -q --purpose identity_resolution --as-of 2026-03-02T00:00:00Z records || return 1
	fails_closed verify cdp-consent verify -q --evidence || return 1
	fails_closed check-proof cdp-consent check-proof -q --trust log.vkey pack/*.tlog-proof || return 1
	cdp-consent compile -q >/dev/null
	cp -a state "$BATS_FILE_TMPDIR/base/compiled"
	after=compiled
	fails_closed filter cdp-consent filter -q "${asked[@]}" profiles || return 1
	[ "$(jq -r 'select(.kind == "profile").id' good)" = p2 ]
	fails_closed decide cdp-consent decide -q "${asked[@]}" --subject-file leo.json || return 1
	sound_after() {
		cdp-consent filter -q "${asked[@]}" profiles >kept && cmp kept judged
	}
	cdp-consent filter -q "${asked[@]}" profiles >judged
	fails_closed compile cdp-consent compile -q || return 1
	after=after
	sound_before() { rm -rf proofs; }
	# what fails behind the last step is a failure, with a pack that is whole
	sound_after() {
		[ ! -e proofs ] || { diff <(ls -R proofs) pack.names &&
			cdp-consent check-proof -q --trust log.vkey proofs/*.tlog-proof >/dev/null; } || lost "half a pack"
	}
	cdp-consent prove -q --subject-file leo.json --out-dir proofs --as-of 2026-03-02T00:00:00Z >/dev/null
	ls -R proofs >pack.names
	rm -r proofs
	fails_closed prove cdp-consent prove -q --subject-file leo.json --out-dir proofs --as-of 2026-03-02T00:00:00Z
}

@test "F26 a second fault while it recovers: killed or failed, nothing is lost and the third run is whole" {
	need_strace
	local call n at second fault crashes=0
	mkdir crashed
	for call in pwrite64 rename; do
		begin
		for n in $(seq 1 "$(calls $call)"); do
			begin
			crash_at "$call" "$n"
			mv state "crashed/$call-$n"
			crashes=$((crashes + 1))
		done
	done
	[ "$crashes" -gt 10 ]
	for at in crashed/*; do
		for second in pwrite64 fdatasync rename linkat ftruncate unlink openat fsync write; do
			for n in 1 2 4 7; do
				for fault in signal=KILL error=EIO; do
					echo "$at $second $n $fault"
				done
			done
		done
	done | some $((SHALLOW * 2)) >points
	while read -r at second n fault; do
		rm -rf state receipts && cp -a "$at" state
		faulty -e "inject=$second:$fault:when=$n"
		case $status in 0|2|3|4|6|127|137) ;; *) lost "$at, $second $n $fault: $status" || return 1 ;; esac
		cdp-consent verify -q >verified 2>err || lost "$at, $second $n $fault: verify" || return 1
		again || lost "$at, then $second $n $fault" || return 1
	done <points
}

@test "F29 the same batch twice and thrice, also after it was killed: no line more, the same receipts" {
	local n at
	begin
	"${run[@]}" six
	cp receipts first && cp -a state/ledger/seg seg
	for n in 2 3; do
		"${run[@]}" six
		cmp receipts first && diff -r state/ledger/seg seg || lost "run $n" || return 1
	done
	# refusals that a crash left come first in the repaired ledger: the order is its own, and stays
	begin crashed
	"${run[@]}" six
	content | cmp - whole
	cp receipts first && rm -r seg && cp -a state/ledger/seg seg
	for n in 2 3; do
		"${run[@]}" six
		cmp receipts first && diff -r state/ledger/seg seg || lost "run $n after a crash" || return 1
	done
	receipts_hold
}

@test "F26 F2 a file that was made and not synced is in its directory before a checkpoint counts on it" {
	need_strace
	local n
	begin
	strace -y -f -o trace -e trace=fsync "${run[@]}" six
	n=$(grep 'fsync(' trace | grep -n 'ledger/side>' | head -n 1 | cut -d : -f 1)
	begin
	faulty -e "inject=fsync:signal=KILL:when=$n"
	[ -f state/ledger/side/000001.ndjson ]
	[ ! -s state/ledger/side/000001.ndjson ]
	strace -y -f -o trace -e trace=fsync,rename "${run[@]}" six
	n=$(grep -n 'fsync(.*ledger/side>' trace | head -n 1 | cut -d : -f 1)
	[ "${n:-999}" -lt "$(grep -n 'rename(.*checkpoint"' trace | head -n 1 | cut -d : -f 1)" ]
	old_or_new && again
}
