# SPDX-License-Identifier: Apache-2.0
# cdp-consent erase: who is erased leads nowhere, and nothing else changes (consent 3.4, rows E1, S1, L10)
bats_require_minimum_version 1.5.0
load helpers
load consent
load faults

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	jq '.shared={"mailboxes":["sales"],"namespaces":["device"]}' "$DATA/consent/gates/policy.json" >policy.json
	export CDP_STATE=$PWD/state
	cdp-consent init -q --name test.example/consent --new-keys --policy policy.json --as-of 2026-01-01T00:00:00Z
	{ grant g1 ana@example.com 2026-03-01T10:00:00Z
	  grant g2 rui@example.com 2026-03-01T10:00:00Z
	  said w1 withdraw ana@example.com 2026-03-01T11:00:00Z ',"purpose":"marketing","channel":"sms","evidence":{"sms":"stop"}'
	} | heard 2026-03-02T00:00:00Z
	echo '{"email":"Ana@Example.com"}' >ana.json
	cp -a state fresh
}

# erase FILE [OPTIONS]
erase() {
	local who=$1
	shift
	run_split cdp-consent erase --subject-file "$who" --by DPO-2026-17 --as-of 2026-03-10T00:00:00Z "$@"
}

counts() {
	jq -c '[.identifiers[], .lines, .evidence]' out
}

code_of() {	# the decision about an address
	printf '{"email":"%s"}\n' "$1" | judge decide --purpose marketing.newsletter --channel email --subject-file - |
		jq -r .code
}

sound() {	# erased, evidence that opens
	[ "$(cdp-consent verify --full --evidence | jq -c '[.ok, .erased, .evidence.opened]')" = "[true,$1,$2]" ] ||
		{ cdp-consent verify --full --evidence; return 1; }
}

rows() {	# of the vault, that are not zeroed
	od -A n -t x1 -v state/ledger/vault | tr -d ' \n' | fold -w 96 | grep -vc '^0*$' || true
}

@test "nothing leads to the person, every proof holds, and she does not come back (E1, S1, L10)" {
	run -0 "$ROOT/tests/consent/erase.sh"
}

@test "of all that was written about her nothing is left once it was written again (S06)" {
	run -0 "$ROOT/tests/consent/forgotten.sh"
}

@test "an old vault and old evidence, restored beside the log, lead to nobody and go (S07)" {
	cp -a state/ledger/vault state/ledger/side .
	erase ana.json
	cp -a state backup
	cp vault state/ledger/vault
	cp side/* state/ledger/side
	[ "$(rows)" = 2 ]
	[ "$(code_of ana@example.com)" = D_SUPPRESSED ]
	cdp-consent prove --subject-file ana.json --out-dir pack --as-of 2026-03-10T00:00:00Z | jq -r '.lines[].type' >types
	run ! grep -e grant -e withdraw types
	cdp-consent checkpoint -q --tick --as-of 2026-03-11T00:00:00Z >cp
	[ "$(rows)" = 1 ]
	sound 1 1
}

@test "an old state, restored as a whole, is told by a checkpoint or a log kept elsewhere, and not used (S07)" {
	local command
	cp -a state old
	erase ana.json
	cp state/ledger/checkpoints.log state/ledger/checkpoint .
	rm -rf state && cp -a old state
	run -1 cdp-consent verify --since checkpoint
	assert_output --partial '"code":"E_LEDGER"'
	cp checkpoints.log state/ledger/
	profile 1 ana@example.com >people
	for command in "filter --purpose marketing.newsletter --channel email" gate "decide --purpose marketing.newsletter --channel email"; do
		# shellcheck disable=SC2086
		run -4 --separate-stderr judge $command people
		[ "$(tail -n 1 <<<"$output" | jq -c '[.kind, .ok]')" = '["end",false]' ]
		[ "${#lines[@]}" -eq 1 ]
	done
	# the request is carried out again on what was restored, once it is accepted as it is
	rm -rf state && cp -a old state
	erase ana.json --as-of 2026-03-11T00:00:00Z
	[ "$status" -eq 0 ]
	sound 1 1
}

@test "the lines stand, the row and the evidence are gone, and the others are as they were" {
	head -n 4 state/ledger/seg/000000.ndjson >before
	erase ana.json
	[ "$status" -eq 0 ]
	[ "$(counts)" = '[1,1,0,0,2,2]' ]
	[ "$(cat err)" = "cdp-consent: erased 1 identifiers, 2 lines lead to nobody, 2 pieces of evidence deleted; suppressed 2, already 0; what else stays, and why, is in the report" ]
	head -n 4 state/ledger/seg/000000.ndjson | cmp - before
	[ "$(tail -n +5 state/ledger/seg/000000.ndjson | jq -c '[.type, .by, .cause]')" = '["suppress","DPO-2026-17","erasure"]
["suppress","DPO-2026-17","erasure"]
["erased","DPO-2026-17",null]' ]
	[ "$(jq -r 'select(.type=="erased").data.subjects[]' state/ledger/seg/000000.ndjson)" = "$(jq -r 'select(.id=="g1").sid' before)" ]
	[ "$(jq -c '[.receipts[] | [.seq, .type, .size]]' out)" = '[[4,"suppress",7],[5,"suppress",7],[6,"erased",7]]' ]
	[ "$(jq -r '.receipts[] | .identifier // "-"' out | paste -sd' ')" = 'email id.email_sha256 -' ]
	[ "$(jq -r '[.stays[].what] | join(" ")' out)" = 'lines suppressions policies exports copies' ]
	jq -r '.stays[] | select(.what == "copies").why' out | grep -q 'models, questions and verdicts.*train models again'
	sound 1 1
	[ "$(rows)" = 1 ]
	[ "$(code_of ana@example.com)" = D_SUPPRESSED ]
	[ "$(code_of rui@example.com)" = P_CONSENT ]
}

@test "what was decided before is decided again as it was for everybody else, and for her no more" {
	erase ana.json --no-suppress
	[ "$(counts)" = '[1,1,0,0,2,2]' ]
	[ "$(jq -c '[.suppressed, [.stays[].what]]' out)" = '[null,["lines","policies","exports","copies"]]' ]
	grep -q 'not suppressed' err
	[ "$(code_of ana@example.com)" = D_NO_CONSENT ]
	# and then
	for who in ana rui; do
		echo "{\"email\":\"$who@example.com\"}" | cdp-consent decide --subject-file - --controller north \
		    --purpose marketing.newsletter --channel email --as-of 2026-03-03T00:00:00Z >"$who.then"
	done
	[ "$(jq -r .code ana.then rui.then | paste -sd' ')" = 'D_NO_CONSENT P_CONSENT' ]
}

@test "nobody asks again about who was erased, and no list of the ledger has them" {
	local command
	lists() {
		for command in state "expire --within P3Y --controller north" "recheck --notice newsletter@9 --controller north"; do
			# shellcheck disable=SC2086
			cdp-consent $command --as-of 2026-03-10T12:00:00Z --max-ledger-age P900D |
				jq -c 'select(.kind != "stream" and .kind != "end")'
		done
	}
	subject=$(jq -r 'select(.id=="g1").sid' state/ledger/seg/000000.ndjson)
	lists >before
	erase ana.json --no-suppress
	lists >after
	[ "$(wc -l <before)" -gt "$(wc -l <after)" ] && [ "$(wc -l <after)" -eq 3 ] || { cat before after; return 1; }
	run ! grep -qF "$subject" after
}

@test "somebody unknown is nobody: status 0, kept out, and no line about anybody" {
	echo '{"email":"unknown@example.com","id.loyalty":"X-1"}' >x.json
	erase x.json
	[ "$status" -eq 0 ]
	[ "$(counts)" = '[2,0,0,2,0,0]' ]
	grep -q '^cdp-consent: nobody: ' err
	[ "$(jq -c '[.receipts[].type]' out)" = '["suppress","suppress","suppress"]' ]
	[ "$(lines)" -eq 7 ]
	erase x.json --no-suppress
	[ "$status" -eq 0 ]
	[ "$(lines)" -eq 7 ]
	sound 0 3
	[ "$(rows)" = 2 ]
}

@test "erased twice changes nothing; who comes back and goes again is erased again" {
	erase ana.json
	sha256sum state/ledger/seg/* state/ledger/vault >before
	erase ana.json --as-of 2026-03-11T00:00:00Z
	[ "$status" -eq 0 ]
	[ "$(counts)" = '[1,0,0,1,0,0]' ]
	[ "$(jq -c .suppressed out)" = '{"added":0,"had":2,"left_out":0}' ]
	sha256sum --quiet -c before
	grant g9 ana@example.com 2026-03-20T10:00:00Z | heard 2026-03-21T00:00:00Z
	[ "$(code_of ana@example.com)" = P_CONSENT ]
	erase ana.json --as-of 2026-03-22T00:00:00Z
	[ "$(counts)" = '[1,1,0,0,1,1]' ]
	[ "$(jq -c .suppressed out)" = '{"added":1,"had":1,"left_out":0}' ]
	[ "$(code_of ana@example.com)" = D_SUPPRESSED ]
	sound 2 1
	[ "$(rows)" = 1 ]
	# what was said then, sent again, is what was said then
	grant g1 ana@example.com 2026-03-01T10:00:00Z >again
	append again --as-of 2026-03-23T00:00:00Z
	grep -q 'appended 0, duplicates 1' err
	[ "$(rows)" = 1 ]
}

@test "two of one household: each has what is his, and what is of both stays" {
	{ said d1 gpc x 2026-03-03T00:00:00Z | jq -c '.identifier={"type":"id.device","value":"D-1"}'
	  said s1 withdraw sales@example.com 2026-03-03T00:00:00Z
	  said t1 withdraw x 2026-03-03T00:00:00Z | jq -c '.identifier={"type":"phone_number","value":"+351211111111"}'
	} | heard 2026-03-03T00:00:00Z
	cat >ana.json <<-'END'
	{"kind":"profile","id":"p1","members":["shop:1"],"given_name":"Ana","family_name":"Souza","email":["ana@example.com","sales@example.com"],"phone_number":["+351211111111"],"identifiers":{"device":["D-1"]},"shared":["phone_number.0"]}
	END
	erase ana.json
	[ "$status" -eq 0 ]
	[ "$(jq -c .identifiers out)" = '{"given":6,"erased":1,"shared":3,"unknown":2}' ] || { cat out; return 1; }
	[ "$(jq '.stays[] | select(.what=="shared").count' out)" = 3 ]
	[ "$(rows)" = 4 ]
	[ "$(code_of rui@example.com)" = P_CONSENT ]
	sound 1 1
	# his device is not hers alone: its row may come in, and what it refused still counts
	cdp-consent suppress -q --list supp --as-of 2026-03-11T00:00:00Z
	[ "$(jq -r 'select(.kind=="suppression").token | split(":")[0]' supp | paste -sd' ')" = 'email id.email_sha256 phone_name record' ]
	echo '{"id.device":"D-1"}' >d.json
	cdp-consent state --subject-file d.json --as-of 2026-03-11T00:00:00Z >cells
	[ "$(jq -c 'select(.state=="refused").refusals' cells)" = '[4]' ]
	echo '{"email":"rui@example.com","id.device":"D-1"}' >rui.json
	erase rui.json --as-of 2026-03-12T00:00:00Z
	[ "$(jq -c .identifiers out)" = '{"given":2,"erased":1,"shared":1,"unknown":0}' ]
	sound 2 0
	[ "$(rows)" = 3 ]
}

@test "an account that was not given stays, and is told of; given, it goes" {
	said a1 withdraw ana@example.com 2026-03-03T00:00:00Z ',"account":"shop:1"' | heard 2026-03-03T00:00:00Z
	said a2 withdraw other@example.com 2026-03-03T00:00:00Z ',"account":"shop:1"' | heard 2026-03-03T00:00:00Z
	cp -a state both
	erase ana.json
	[ "$(jq -c '[.stays[] | select(.what | startswith("account")) | [.what, .count]]' out)" = '[["accounts",1]]' ]
	grep -q '1 accounts that these lines name' err
	sound 1 1
	rm -rf state && cp -a both state
	echo '{"email":"ana@example.com","record":"shop:1"}' >ana.json
	erase ana.json
	[ "$(jq -c .identifiers out)" = '{"given":2,"erased":2,"shared":0,"unknown":0}' ]
	[ "$(jq -c '[.stays[] | select(.what | startswith("account")) | [.what, .count]]' out)" = '[["account_lines",1]]' ]
	sound 2 1
	[ "$(code_of other@example.com)" = D_WITHDRAWN ]
}

@test "an open hold is told of: whoever decided should have known it" {
	local i
	for i in 1 2 3; do said "h$i" hold ana@example.com 2026-03-03T00:00:00Z ',"actor":"controller"'; done | heard 2026-03-03T00:00:00Z
	said h4 hold rui@example.com 2026-03-03T00:00:00Z ',"actor":"controller"' | heard 2026-03-03T00:00:00Z
	for i in 1 2; do echo '{"kind":"consent","id":"u'$i'","type":"unhold","ref":"h1","by":"dpo","at":"2026-03-04T00:00:00Z"}'; done | heard 2026-03-04T00:00:00Z
	erase ana.json
	[ "$status" -eq 0 ]
	[ "$(jq .holds out)" = 2 ]
	grep -q '; 2 holds were open' err
	erase ana.json
	[ "$(jq .holds out)" = 0 ]
}

@test "more identifiers than a line holds are one erasure" {
	local i
	for i in $(seq 1 200); do said "x$i" withdraw "a$i@example.com" 2026-03-03T00:00:00Z; done | heard 2026-03-03T00:00:00Z
	seq 1 200 | jq -sc '{email: map("a\(.)@example.com")}' >ana.json
	erase ana.json --no-suppress
	[ "$status" -eq 0 ]
	[ "$(counts)" = '[200,200,0,0,200,0]' ]
	[ "$(jq '.receipts | length' out)" -gt 1 ]
	sound 200 3
	[ "$(rows)" = 2 ]
}

@test "a compiled state of before an erasure is nobody's, and one of after it knows nobody erased" {
	cdp-consent compile -q
	cp state/ledger/cache/compiled old
	erase ana.json
	[ ! -e state/ledger/cache/compiled ]
	cp old state/ledger/cache/compiled
	[ "$(code_of ana@example.com)" = D_SUPPRESSED ]
	[ "$(code_of rui@example.com)" = P_CONSENT ]
	cdp-consent compile -q
	run ! cmp -s old state/ledger/cache/compiled
	[ "$(code_of ana@example.com)" = D_SUPPRESSED ]
	[ "$(code_of rui@example.com)" = P_CONSENT ]
	# what was kept from a crash goes with it
	cp fresh/ledger/vault state/ledger/vault
	cdp-consent checkpoint -q --tick --as-of 2026-03-11T00:00:00Z >cp
	[ ! -e state/ledger/cache/compiled ]
	[ "$(rows)" = 1 ]
}

@test "with keyed subjects nobody can be erased: 2, and nothing is touched" {
	rm -rf state
	cdp-consent init -q --subjects keyed --name test.example/consent --new-keys --policy policy.json --as-of 2026-01-01T00:00:00Z
	sha256sum state/ledger/seg/* state/ledger/checkpoint >before
	erase ana.json
	[ "$status" -eq 2 ]
	[ ! -s out ]
	grep -q 'E_USAGE.*keyed subjects' err
	sha256sum --quiet -c before
}

@test "a person and who decided are needed, and a value never stands in a message" {
	run -2 cdp-consent erase --by dpo
	run -2 cdp-consent erase --subject-file ana.json
	run -2 cdp-consent erase --subject-file ana.json --by "Ana Souza"
	run -2 cdp-consent erase --subject-file ana.json --subject-fd 0 --by dpo
	run -2 cdp-consent erase --subject-file ana.json --by dpo --as-of 2027-01-01 --keep-proof-until 2027-01-01
	assert_output --partial 'over already'
	echo '{"email":"not an address Canary"}' >bad.json
	erase bad.json
	[ "$status" -eq 3 ]
	run ! grep -q Canary err
	erase bad.json --no-suppress
	[ "$status" -eq 3 ]
	[ "$(lines)" -eq 4 ]
	run -0 cdp-consent erase --subject-fd 3 --by dpo --as-of 2026-03-10T00:00:00Z 3<ana.json
	[ "$(lines)" -eq 7 ]
}

# What a crash between an append's lines and its checkpoint leaves.
crash() {
	cp state/ledger/checkpoint state/ledger/checkpoints.log .
	cdp-consent append -q --as-of 2026-03-04T00:00:00Z "$@"
	mv checkpoint checkpoints.log state/ledger
}

@test "a no that a crash had kept back is brought back first, and goes with the person" {
	said w9 withdraw ana@example.com 2026-03-03T00:00:00Z ',"evidence":{"m":"MARKER-TORN"}' >w9
	said w8 withdraw rui@example.com 2026-03-03T00:00:00Z ',"evidence":{"m":"rui"}' >w8
	crash w9 w8
	erase ana.json
	[ "$status" -eq 0 ] || { cat err; return 1; }
	[ "$(counts)" = '[1,1,0,0,3,3]' ]
	sound 1 2
	run ! grep -rq MARKER-TORN state
	[ "$(find state/ledger/torn -type f | wc -l)" -eq 0 ]
	[ "$(code_of rui@example.com)" = D_WITHDRAWN ]
}

writing=(write pwrite64 fdatasync fsync ftruncate rename linkat unlink unlinkat openat close)

# killed CALL N COMMAND...: the command ends at its N-th such call; false once there is none.
killed() {
	strace -f -o trace -e "trace=$1" -e "inject=$1:signal=KILL:when=$2" "${@:3}" >/dev/null 2>&1 ||
		true
	grep -q 'killed by SIGKILL' trace
}

# Whatever ids and times a run made, this is what an erasure of Ana leaves.
told() {
	jq -c 'select(.seq > 3) | del(.prev, .id)' state/ledger/seg/000000.ndjson
	cat state/ledger/side/000000.ndjson
	od -A n -t x1 -v state/ledger/vault
	find state/ledger -type f -name '.cdp-*' -o -type f -path '*/torn/*' -o -type f -path '*/cache/*'
}

@test "killed at any call and run again, erase leaves what an undisturbed run leaves" {
	local call n runs=0 alternatives="${writing[*]}"
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here (ptrace refused)"
	export ASAN_OPTIONS=detect_leaks=0
	local run=(cdp-consent erase -q --subject-file ana.json --by dpo --as-of 2026-03-10T00:00:00Z -o report)
	mkdir -m 700 fresh/ledger/cache
	(umask 077 && echo old >fresh/ledger/cache/compiled)
	{ profile 1 ana@example.com; profile 2 rui@example.com; } >both
	rm -rf state && cp -a fresh state
	strace -f -o trace "${run[@]}"
	told >whole
	# what is called before the lock is there has changed nothing
	each_call trace /ledger/lock | grep -E "^(${alternatives// /|}) " >points
	while read -r call n; do
		rm -rf state && cp -a fresh state
		killed "$call" "$n" "${run[@]}" || continue
		runs=$((runs + 1))
		cdp-consent verify >/dev/null || { echo "$call $n: verify"; return 1; }
		case $(judge decide -q --purpose marketing.newsletter --channel email both | jq -r 'select(.kind == "decision").code' | paste -sd ' ') in
		'P_CONSENT P_CONSENT'|'D_SUPPRESSED P_CONSENT') ;;
		*) echo "$call $n: other answers"; return 1 ;;
		esac
		"${run[@]}" || { echo "$call $n: again"; return 1; }
		told | diff - whole || { echo "$call $n: another ledger"; return 1; }
		sound 1 1 || { echo "$call $n: evidence"; return 1; }
	done <points
	[ "$runs" -gt 40 ]
}

@test "what a killed erase left undone is done by the next command that writes" {
	local call n half=0
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here (ptrace refused)"
	export ASAN_OPTIONS=detect_leaks=0
	said w2 withdraw rui@example.com 2026-03-11T00:00:00Z >other
	grant g9 ana@example.com 2026-03-20T10:00:00Z >back
	for call in pwrite64 rename unlinkat fdatasync fsync; do
		for n in $(seq 1 100); do
			rm -rf state && cp -a fresh state
			killed "$call" "$n" cdp-consent erase -q --subject-file ana.json --by dpo --as-of 2026-03-10T00:00:00Z || break
			cdp-consent verify --evidence >/dev/null || { echo "$call $n: verify"; return 1; }
			[ "$(jq -r 'select(.type=="erased").seq' state/ledger/seg/000000.ndjson)" = 6 ] &&
			    [ "$(jq -r 'select(.size).size' <(cdp-consent verify))" = 7 ] || continue
			[ "$(rows)" = 1 ] || half=$((half + 1))
			# she comes back in the same run: by a new row
			cdp-consent append -q --as-of 2026-03-21T00:00:00Z other back || { echo "$call $n: append"; return 1; }
			[ "$(rows)" = 2 ] || { echo "$call $n: $(rows) rows"; return 1; }
			sound 1 2 || { echo "$call $n: evidence"; return 1; }
			[ "$(code_of ana@example.com)" = P_CONSENT ] || { echo "$call $n: lost"; return 1; }
		done
	done
	[ "$half" -gt 2 ]
}

@test "no space, a failing sync or write: 6, nothing half done that the same again does not finish" {
	local call error n runs=0
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here (ptrace refused)"
	export ASAN_OPTIONS=detect_leaks=0
	cp -a state before
	erase ana.json
	told >whole
	for call in pwrite64:ENOSPC write:ENOSPC fdatasync:EIO fsync:EIO rename:ENOSPC unlinkat:EIO; do
		error=${call#*:}
		call=${call%:*}
		for n in $(seq 1 100); do
			rm -rf state && cp -a before state
			run_split strace -f -o trace -e "trace=$call" -e "inject=$call:error=$error:when=$n" \
			    cdp-consent erase --subject-file ana.json --by DPO-2026-17 --as-of 2026-03-10T00:00:00Z -o report
			grep -q INJECTED trace || break
			grep -q 'write(2, .*INJECTED' trace && continue	# the notice
			runs=$((runs + 1))
			[ "$status" -eq 6 ] || { echo "$call $n: status $status, $(cat err)"; return 1; }
			cdp-consent verify >/dev/null || { echo "$call $n: verify"; return 1; }
			erase ana.json
			[ "$status" -eq 0 ] || { echo "$call $n: again"; return 1; }
			told | diff - whole || { echo "$call $n: another ledger"; return 1; }
		done
	done
	[ "$runs" -gt 15 ]
}

@test "two that erase at once are one after the other" {
	local i
	for i in 1 2 3 4; do
		cdp-consent erase -q --subject-file ana.json --by dpo --as-of 2026-03-10T00:00:00Z --lock-wait 20 -o "r$i" 3>&- &
	done
	wait
	sound 1 1
	[ "$(lines)" -eq 7 ]
	[ "$(jq -s 'map(.identifiers.erased) | add' r1 r2 r3 r4)" = 1 ]
}

@test "who had read the checkpoint of before and then finds rows gone reads again" {
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here (ptrace refused)"
	export ASAN_OPTIONS=detect_leaks=0
	echo '{"email":"rui@example.com"}' >rui.json
	strace -f -o trace -P state/ledger/vault -e trace=openat -e inject=openat:delay_enter=3000000:when=1 \
	    cdp-consent decide --purpose marketing.newsletter --channel email --controller north --subject-file rui.json \
	    --as-of 2026-03-10T00:00:00Z --max-ledger-age P900D >decided 2>decided.err 3>&- &
	until grep -q openat trace 2>/dev/null; do sleep 0.05; done
	erase ana.json
	[ "$status" -eq 0 ]
	kill -0 $!		# it has not come further yet
	wait $!
	[ "$(jq -r .code decided)" = P_CONSENT ]
	[ "$(grep -c openat trace)" -eq 2 ] || { cat trace; return 1; }
}

@test "a row that was zeroed, or a line that names her alone, is no erasure" {
	# zeroed without a line
	printf '%048d' 0 | tr 0 '\0' | dd of=state/ledger/vault bs=48 conv=notrunc status=none
	run -1 cdp-consent verify
	assert_output --partial 'was not erased'
	run -4 cdp-consent erase --subject-file ana.json --by dpo
	assert_output --partial E_LEDGER
}

# ---- --keep-proof-until ----

# proved TIME [OPTIONS]: types of the lines that are proved of Ana then.
proved() {
	local at=$1
	shift
	rm -rf pack
	cdp-consent prove --subject-file ana.json --purpose marketing.newsletter --out-dir pack --as-of "$at" "$@" 2>/dev/null |
		jq -r '[.lines[].type] | join(" ")'
}

@test "kept for proof, she can be proved until that date by who is told to, and by nobody else" {
	jq -r .key state/ledger/origin >log.vkey
	erase ana.json --keep-proof-until 2027-01-01
	[ "$status" -eq 0 ]
	[ "$(counts)" = '[1,1,0,0,2,0]' ]
	[ "$(jq -c '[.proof, (.stays[] | select(.what=="proof") | del(.why))]' out)" = '[{"kept":1,"dropped":0},{"what":"proof","count":1,"until":"2027-01-01T00:00:00Z"}]' ]
	grep -q '1 rows are kept for proof' err
	[ "$(rows)" = 1 ]
	[ "$(stat -c '%s %a' state/ledger/vault.proof)" = '56 600' ]
	sound 1 3
	[ "$(proved 2026-03-11T00:00:00Z)" = 'policy suppress suppress' ]
	[ "$(proved 2026-03-11T00:00:00Z --proof-vault)" = 'policy grant withdraw suppress suppress' ]
	run -0 cdp-consent check-proof -q --trust log.vkey pack/*.tlog-proof
	[ "$(proved 2026-12-31T23:59:59Z --proof-vault)" = 'policy grant withdraw suppress suppress' ]
	[ "$(proved 2027-01-01T00:00:00Z --proof-vault)" = 'policy suppress suppress' ]
	[ "$(code_of ana@example.com)" = D_SUPPRESSED ]
	# how it was decided then, a compiled state or not
	cdp-consent compile -q
	for option in "" --proof-vault; do
		# shellcheck disable=SC2086
		cdp-consent explain --json --subject-file ana.json --purpose marketing.newsletter --channel email \
		    --controller north --as-of 2026-03-03T00:00:00Z $option | jq -r .code
	done >codes
	[ "$(paste -sd' ' codes)" = 'D_NO_CONSENT P_CONSENT' ]
}

@test "when the date is over, the next command that appends lets go of row and evidence" {
	erase ana.json --keep-proof-until 2026-06-01
	said w2 withdraw rui@example.com 2026-03-11T00:00:00Z >other
	append other --as-of 2026-05-31T00:00:00Z
	sound 1 3
	cdp-consent checkpoint -q --tick --as-of 2026-06-01T00:00:00Z >cp
	sound 1 1
	[ "$(od -A n -t x1 -v state/ledger/vault.proof | tr -d ' 0\n')" = "" ]
	run ! grep -q stop state/ledger/side/000000.ndjson
	[ "$(proved 2026-03-11T00:00:00Z --proof-vault)" = 'policy suppress suppress' ]
}

@test "erased again without a date she is kept no more, with another one until that" {
	erase ana.json --keep-proof-until 2026-06-01
	erase ana.json --keep-proof-until 2027-06-01 --as-of 2026-03-11T00:00:00Z
	[ "$status" -eq 0 ]
	[ "$(counts)" = '[1,0,0,1,0,0]' ]
	[ "$(jq -c .proof out)" = '{"kept":1,"dropped":0}' ]
	[ "$(head -c 56 state/ledger/vault.proof | od -A n -t x1 -v | tr -d ' 0\n')" = "" ]
	[ "$(proved 2027-05-31T00:00:00Z --proof-vault)" = 'policy grant withdraw suppress suppress' ]
	grant g9 ana@example.com 2026-03-20T10:00:00Z | heard 2026-03-21T00:00:00Z
	cp -a state back
	erase ana.json --keep-proof-until 2026-12-01 --as-of 2026-03-22T00:00:00Z
	[ "$(jq -c .proof out)" = '{"kept":2,"dropped":0}' ]
	sound 2 4
	[ "$(proved 2026-11-01T00:00:00Z --proof-vault)" = 'policy grant withdraw suppress suppress grant suppress' ]
	rm -rf state && cp -a back state
	erase ana.json --as-of 2026-03-22T00:00:00Z
	[ "$(jq -c '[.proof, .evidence]' out)" = '[{"kept":0,"dropped":1},3]' ]
	sound 2 1
	[ "$(od -A n -t x1 -v state/ledger/vault.proof | tr -d ' 0\n')" = "" ]
}

@test "a row of the proof vault that was changed or moved is nobody's" {
	local at byte
	erase ana.json --keep-proof-until 2027-01-01
	cp state/ledger/vault.proof sound.proof
	for at in 0 20 33 39 50; do
		cp sound.proof state/ledger/vault.proof
		# the complement of what stands there: a byte of our choice is the one of a sealed row now and then
		byte=$(od -A n -t u1 -j "$at" -N 1 sound.proof)
		# shellcheck disable=SC2059
		printf "\\x$(printf %02x $((255 - byte)))" |
			dd of=state/ledger/vault.proof bs=1 seek="$at" conv=notrunc status=none
		run -1 cmp -s sound.proof state/ledger/vault.proof
		[ "$(proved 2026-03-11T00:00:00Z --proof-vault)" = 'policy suppress suppress' ] || { echo "$at"; return 1; }
	done
	cat sound.proof sound.proof | tail -c 56 >moved
	{ head -c 56 /dev/zero; cat moved; } >state/ledger/vault.proof
	[ "$(proved 2026-03-11T00:00:00Z --proof-vault)" = 'policy suppress suppress' ]
	cp sound.proof state/ledger/vault.proof
	chmod 644 state/ledger/vault.proof
	run -4 cdp-consent prove --subject-file ana.json --out-dir p --proof-vault --as-of 2026-03-11T00:00:00Z
}

@test "killed at any write, sync or rename, what is kept for proof is never lost, nor anything else" {
	local call n runs=0
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here (ptrace refused)"
	export ASAN_OPTIONS=detect_leaks=0
	local run=(cdp-consent erase -q --subject-file ana.json --by dpo --as-of 2026-03-10T00:00:00Z --keep-proof-until 2027-01-01 -o report)
	kept() {
		told
		od -A n -t x1 -v state/ledger/vault.proof | tr -d ' \n' | fold -w 112 | grep -v '^0*$' | cut -c 1-80
	}
	strace -f -o trace "${run[@]}"
	kept >whole
	each_call trace /ledger/lock | grep -E '^(pwrite64|fdatasync|fsync|rename|openat|unlinkat) ' >points
	while read -r call n; do
		rm -rf state && cp -a fresh state
		killed "$call" "$n" "${run[@]}" || continue
		runs=$((runs + 1))
		cdp-consent verify --evidence >/dev/null || { echo "$call $n: verify"; return 1; }
		case $(proved 2026-03-11T00:00:00Z --proof-vault) in *'grant withdraw'*) ;; *) echo "$call $n: lost"; return 1 ;; esac
		"${run[@]}" || { echo "$call $n: again"; return 1; }
		kept | diff - whole || { echo "$call $n: another ledger"; return 1; }
		sound 1 3
	done <points
	[ "$runs" -gt 15 ]
}

@test "what was said at the hash of an address goes with the address" {
	local hash
	hash=$(printf ana@example.com | sha256sum | cut -d ' ' -f 1)
	said h1 withdraw x 2026-03-03T00:00:00Z | jq -c ".identifier={\"type\":\"id.email_sha256\",\"value\":\"$hash\"}" |
		heard 2026-03-03T00:00:00Z
	erase ana.json
	[ "$(counts)" = '[2,2,0,0,3,2]' ]
	sound 2 1
	[ "$(jq -c 'select(.type=="suppress") | .sid | split(":")[0]' state/ledger/seg/000000.ndjson | paste -sd' ')" = '"email" "id.email_sha256"' ]
}
