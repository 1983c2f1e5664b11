# SPDX-License-Identifier: Apache-2.0
# cdp-consent append: what faults and other writers leave of it
bats_require_minimum_version 1.5.0
load helpers
load consent
load faults

# What a crash leaves that comes after the lines were written and before they were acknowledged.
crash() {
	cp state/ledger/checkpoint state/ledger/checkpoints.log .
	append -q "$@"
	mv checkpoint checkpoints.log state/ledger
}

# What a run calls that can leave something half done, some of it: "CALL N" a line.
writing() {
	local call
	for call in write pwrite64 fdatasync fsync ftruncate rename linkat unlink openat close; do
		strace -f -o trace -e "trace=$call" "$@" >/dev/null
		seq "$(grep -cE " $call\\(" trace || true)" | sed "s/^/$call /"
	done | some
}

# killed CALL N COMMAND...: the command ends at its N-th such call; false if there is none.
killed() {
	strace -f -o trace -e "trace=$1" -e "inject=$1:signal=KILL:when=$2" "${@:3}" >/dev/null 2>&1 ||
		true
	grep -q 'killed by SIGKILL' trace
}

@test "F26 of a tail that nobody was told about the refusals come back, the grants wait" {
	{
		event g grant
		event w withdraw ',"evidence":{"form":"f"},"account":"shop:1"'
		event s suppress ',"cause":"erasure"'
		event d deny | jq -c '.at="2026-01-01T12:00:00" | .clock="device" | del(.id)'
		event n notice_served
	} >all
	crash all
	cp state/ledger/seg/000000.ndjson torn
	event x object_dm >other
	append other
	[ "$status" -eq 0 ]
	grep -q 'set aside .* bytes.*brought back 3, lost 0' err
	[ "$(lines)" -eq 5 ]
	run -0 cdp-consent verify
	# each as it was, but for its place
	jq -Sc 'select(.type | . == "withdraw" or . == "suppress" or . == "deny") | del(.seq, .prev)' \
		torn state/ledger/seg/000000.ndjson | sort | uniq -c | awk '$1 != 2 { exit 1 }'
	append all
	grep -q 'appended 2, duplicates 3, widened 0, rejected 0' err || { cat err; return 1; }
	[ -f state/ledger/torn/tail-1 ] && [ ! -f state/ledger/torn/tail ] && [ ! -f state/ledger/torn/side ]
}

@test "a no survives a second crash, a run without a commit and a publication" {
	event w withdraw >no
	crash no
	{ echo '{"kind":"stream","schema":"cdp/1","tool":"t"}'; event g grant; } >cut
	append cut
	[ "$status" -eq 3 ]
	[ "$(ids)" = "" ]
	event o object_dm >other
	crash other
	[ "$(ids)" = "w o " ]
	republish '.x_note="later"'
	[ "$(ids)" = "w o " ]
	run -0 cdp-consent verify
	append other no
	grep -q 'appended 0, duplicates 2' err
}

@test "L03 a tail that was cut, changed or forged gives whole refusals and nothing else" {
	local length whole
	{ event w withdraw; event g grant; event o object_dm; } >three
	event x deny >last
	cp -a state before
	crash three
	cp state/ledger/seg/000000.ndjson whole
	whole=$(stat -c %s whole)
	for length in $(seq "$(stat -c %s before/ledger/seg/000000.ndjson)" 97 "$whole") "$whole"; do
		rm -rf state && cp -a before state
		head -c "$length" whole >state/ledger/seg/000000.ndjson
		append -q last
		[ "$status" -eq 0 ] || { echo "$length: $(cat err)"; return 1; }
		case "$(ids)" in "x "|"w x "|"w o x ") ;; *) echo "$length: $(ids)"; return 1 ;; esac
		cdp-consent verify >/dev/null || return 1
	done
	[ "$(ids)" = "w o x " ]
	rm -rf state && cp -a before state
	sed 's/"type":"withdraw"/"type": "withdraw"/; s/"id":"o"/"id":"ana@example.com"/; s/"type":"grant"/"type":"renew"/' \
		whole >state/ledger/seg/000000.ndjson
	append last
	[ "$(jq -r .id state/ledger/seg/000000.ndjson | tail -n 1)" = x ]
	refute grep -q ana state/ledger/seg/000000.ndjson
}

@test "lines without a stream are committed by batches, a stream is one" {
	local i
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here (ptrace refused)"
	export ASAN_OPTIONS=detect_leaks=0
	for i in 1 2 3 4 5; do event "w$i" withdraw; done >five
	{ echo '{"kind":"stream","schema":"cdp/1","tool":"t"}'; cat five; echo '{"kind":"end","in":5,"out":5,"rejected":0,"by_kind":{"consent":5},"ok":true}'; } >stream
	cp -a state before
	# a batch syncs its lines, its hashes and the log of checkpoints: this is the second one
	run_split strace -f -o trace -e inject=fdatasync:error=EIO:when=4 \
		cdp-consent append --as-of 2026-03-02T00:00:00Z --batch 2 five
	[ "$status" -eq 6 ]
	run -0 --separate-stderr cdp-consent verify
	[ "$(jq .size <<<"$output")" -eq 3 ]
	append --batch 2 five
	grep -q 'appended 1, duplicates 4' err || { cat err; return 1; }
	[ "$(ids)" = "w1 w2 w3 w4 w5 " ]
	rm -rf state && cp -a before state
	run_split strace -f -o trace -e trace=fdatasync \
		cdp-consent append --as-of 2026-03-02T00:00:00Z --batch 2 stream
	[ "$status" -eq 0 ] || { cat err; return 1; }
	[ "$(grep -c fdatasync trace)" -eq 3 ]
	append --batch 0 five
	[ "$status" -eq 2 ]
}

@test "F1 killed at any call and run again, append leaves what an undisturbed run leaves" {
	need_strace
	local call n runs=0 run=(cdp-consent append -q --threads 1 --as-of 2026-03-02T00:00:00Z)
	{ event g grant ',"evidence":{"form":"f"}'; event w withdraw; event o object_dm; event n notice_served; } >four
	run+=(--batch 3 --receipts receipts four)
	"${run[@]}"
	folded >whole
	rm -rf state receipts && cp -a fresh state
	writing "${run[@]}" >points
	while read -r call n; do
		rm -rf state receipts && cp -a fresh state
		killed "$call" "$n" "${run[@]}" || { echo "$call $n: there is none"; return 1; }
		runs=$((runs + 1))
		cdp-consent verify >/dev/null || { echo "$call $n: verify"; return 1; }
		# a receipt is only given for what is there
		[ ! -f receipts ] || [ "$(folded | wc -l)" -eq 4 ] || { echo "$call $n: receipts"; return 1; }
		"${run[@]}" || { echo "$call $n: again"; return 1; }
		folded | cmp - whole || { echo "$call $n: another ledger"; return 1; }
		cdp-consent verify >/dev/null
	done <points
	[ "$runs" -gt 20 ]
}

@test "F26 killed again while it recovers, append still loses nothing" {
	need_strace
	local call n runs=0 run=(cdp-consent append -q --threads 1 --as-of 2026-03-02T00:00:00Z)
	{ event g grant; event w withdraw; event o object_dm; } >three
	event x deny >other
	crash three
	mv state torn
	cp -a torn state
	writing "${run[@]}" other >points
	while read -r call n; do
		rm -rf state && cp -a torn state
		killed "$call" "$n" "${run[@]}" other || { echo "$call $n: there is none"; return 1; }
		runs=$((runs + 1))
		cdp-consent verify >/dev/null || { echo "$call $n: verify"; return 1; }
		"${run[@]}" other || { echo "$call $n: again"; return 1; }
		[ "$(ids)" = "w o x " ] || { echo "$call $n: $(ids)"; return 1; }
	done <points
	[ "$runs" -gt 20 ]
}

@test "F5 C01 two that append at once are one after the other, or the second is told so" {
	local i
	for i in 1 2 3 4 5 6; do event "w$i" withdraw >"one$i"; done
	for i in 1 2 3 4 5 6; do
		cdp-consent append -q --as-of 2026-03-02T00:00:00Z --lock-wait 20 "one$i" 3>&- &
	done
	wait
	run -0 cdp-consent verify
	[ "$(ids | tr ' ' '\n' | grep . | sort | tr '\n' ' ')" = "w1 w2 w3 w4 w5 w6 " ]
	mkfifo slow
	cdp-consent append -q slow 3>&- &
	exec 8>slow
	append one1
	[ "$status" -eq 5 ]
	exec 8>&-
	wait
	append one1
	[ "$status" -eq 0 ]
}

@test "however a file is split, the ledger says the same in the end" {
	local n
	{
		event g grant; event c confirm ',"ref":"g"'; event w withdraw; event r restrict
		event u unrestrict ',"ref":"r","by":"dpo"'; event v revoke ',"ref":"g"'; event d deny
	} >all
	append all
	folded >whole
	for n in 1 2 3 5; do
		rm -rf state part.* && cp -a fresh state
		split -l "$n" all part.
		for part in part.*; do append "$part"; done
		folded | cmp - whole || { echo "$n"; return 1; }
		rm -rf state && cp -a fresh state
		append --batch "$n" all
		folded | cmp - whole || { echo "batch $n"; return 1; }
	done
}

# slow COMMAND...: runs it in the background until the pipe on descriptor 8 is closed.
slow() {
	mkfifo pipe
	"$@" pipe 3>&- >slow.out 2>slow.err &
	exec 8>pipe
}

@test "F5 C04 a lock that was taken away while it was held commits nothing" {
	event w withdraw >no
	slow cdp-consent append --as-of 2026-03-02T00:00:00Z
	cat no >&8
	rm state/ledger/lock
	append no
	[ "$status" -eq 0 ]
	exec 8>&-
	status=0
	wait $! || status=$?
	[ "$status" -eq 4 ] || { echo "$status"; cat slow.err; return 1; }
	[ "$(ids)" = "w " ]
	run -0 cdp-consent verify
}

@test "F5 C03 a lock is free at once when its holder is killed" {
	event w withdraw >no
	slow cdp-consent append --as-of 2026-03-02T00:00:00Z
	append no
	[ "$status" -eq 5 ]
	kill -9 $!
	wait $! || true
	append no
	[ "$status" -eq 0 ]
	exec 8>&-
	[ "$(ids)" = "w " ]
}

@test "for what a receipt was printed there is a proof later, whatever became of the run (L08)" {
	local fault call n runs=0 printed=0 seq size
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here (ptrace refused)"
	export ASAN_OPTIONS=detect_leaks=0
	{ event g grant ',"evidence":{"form":"f"}'; event w withdraw; event o object_dm; } >three
	event d deny >last
	for fault in signal=KILL error=EIO error=ENOSPC; do
		for call in write pwrite64 fdatasync fsync rename linkat; do
			for n in $(seq 1 40); do
				rm -rf state receipts && cp -a fresh state
				strace -f -o trace -e "trace=$call" -e "inject=$call:$fault:when=$n" cdp-consent append -q \
				    --as-of 2026-03-02T00:00:00Z --batch 2 --receipts receipts three >/dev/null 2>&1 || true
				grep -q 'INJECTED\|killed by SIGKILL' trace || break
				runs=$((runs + 1))
				[ -f receipts ] || continue
				printed=$((printed + 1))
				append -q last
				[ "$status" -eq 0 ] || { echo "$fault $call $n: $(cat err)"; return 1; }
				jq -r '[.seq, .size, .leaf] | join(" ")' receipts >told
				[ "$(wc -l <told)" -eq 3 ] || { echo "$fault $call $n: $(cat told)"; return 1; }
				while read -r seq size leaf; do
					rm -rf pack
					cdp-consent prove -q --seq "$seq" --out-dir pack >/dev/null || return 1
					cdp-consent check-proof -q --trust <(jq -r .key state/ledger/origin) pack/*.tlog-proof >/dev/null || return 1
					[ "$(dd if=state/ledger/hashes bs=32 skip="$seq" count=1 status=none | basenc --base64url | tr -d '=\n')" = "$leaf" ]
					[ "$size" -eq 4 ]
				done <told
			done
		done
	done
	[ "$runs" -gt 40 ] && [ "$printed" -gt 0 ] || { echo "$runs $printed"; return 1; }
}

@test "C01 F5 two writers, run upon run: each waits or is told 5, and what they say is there once, in one order" {
	local i who rounds=$((SHALLOW == 0 ? 100 : 12)) status
	write() {	# WHO: all its runs, each until it was let in; what it was told goes to its file
		for i in $(seq "$rounds"); do
			event "$1-$i" withdraw >"$1.in"
			while :; do
				status=0
				cdp-consent append -q --as-of 2026-03-02T00:00:00Z --receipts "$1.receipts" "$1.in" \
				    2>"$1.err" || status=$?
				echo "$status" >>"$1.told"
				[ "$status" -eq 5 ] || break
			done
			cat "$1.receipts" >>"$1.all" || return 1
		done
	}
	write a 3>&- &
	write b 3>&-
	wait
	[ -z "$(sort -u a.told b.told | grep -vx '[05]')" ]
	run -0 cdp-consent verify
	[ "$(ids | tr ' ' '\n' | grep -c .)" -eq $((2 * rounds)) ]
	# each writer's own are in its order, and each receipt names the place of its line
	for who in a b; do
		[ "$(ids | tr ' ' '\n' | grep "^$who-")" = "$(seq -f "$who-%g" "$rounds")" ]
		[ "$(jq -r '"\(.seq) \(.id)"' $who.all)" = "$(jq -r 'select(.sid) | "\(.seq) \(.id)"' \
			state/ledger/seg/000000.ndjson | grep " $who-")" ]
	done
}

@test "C02 F5 a reader beside a writer: the answer of before or that of after, and never back" {
	local n last=P_CONSENT code
	grant g ana@example.com 2026-03-01T10:00:00Z | sed 's/7\/en/7\/de-DE/' | append
	echo '{"email":["ana@example.com"]}' >ana.json
	event w withdraw >no
	for n in 1 2 3 4 5 6 7 8; do event "n$n" notice_served; done >others
	told() {
		cdp-consent decide --purpose marketing.newsletter --channel email --controller north \
		    --as-of 2026-03-02T00:00:00Z --subject-file ana.json | jq -r .code
	}
	[ "$(told)" = P_CONSENT ]
	{
		sleep 0.1
		append --batch 1 others
		append no
		append --batch 1 <(sed 's/"n/"m/' others)
		touch done
	} 3>&- &
	for n in $(seq 500); do
		code=$(told)
		case $last$code in
		P_CONSENTP_CONSENT|P_CONSENTD_WITHDRAWN|D_WITHDRAWND_WITHDRAWN) ;;
		*) echo "$last, then $code"; return 1 ;;
		esac
		last=$code
		[ ! -e done ] || break
	done
	wait
	[ "$(told)" = D_WITHDRAWN ]
	[ "$(cdp-consent verify | jq .size)" -eq 19 ]
}

@test "F14 init killed at any call and run again is finished; what was said in is never taken for begun" {
	need_strace
	local call n mode part
	for mode in vault keyed; do
		make() {
			"$@" cdp-consent init -q --subjects $mode --name test.example/consent --new-keys \
			    --policy policy.json --as-of 2026-01-01T00:00:00Z 2>err
		}
		rm -rf state
		make strace -f -o trace
		each_call trace policy.json >points
		while read -r call n; do
			rm -rf state
			make strace -f -o /dev/null -e "inject=$call:signal=KILL:when=$n" >/dev/null 2>&1 || true
			cp -a state before 2>/dev/null || true
			make env || [ "$(cdp-consent verify 2>/dev/null | jq .policies)" = 1 ] ||
			    { echo "$mode $call $n: $(cat err)"; ls -RA before; return 1; }
			rm -rf before
			cdp-consent verify >verified || { echo "$mode $call $n: $(cat err)"; return 1; }
			[ "$(jq -c '[.size, .policies]' verified)" = '[1,1]' ] || { echo "$mode $call $n: $(cat verified)"; return 1; }
			[ -z "$(find state -name '.cdp-*')" ] || { echo "$mode $call $n: a temp file"; return 1; }
			event w withdraw | append -q || return 1
		done < <(some 20 <points)
	done
	# of a ledger with lines whatever is lost, it is not made anew
	for part in checkpoint checkpoints.log origin seg/000000.ndjson hashes policies \
	    "checkpoint seg policies side checkpoints.log"; do
		rm -rf state
		make env
		event w withdraw | append -q
		for n in $part; do rm -r "state/ledger/$n"; done
		cp -a state before
		status=0
		make env || status=$?
		[ "$status" -ne 0 ] || { echo "without $part: made anew"; return 1; }
		diff -r state before
		rm -r before
	done
}
