#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Publishing (section 6 of the chapter on export): no log, no file; an interrupted run is settled
# by the next one; what the log says can be read again.
load helpers
load export

need_strace() {
	export ASAN_OPTIONS=detect_leaks=0	# it cannot work under a tracer
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here (ptrace refused)"
}

events() { cdp-export egress list | jq -r .event | tr '\n' ' '; }

# place CALL PATTERN [N]: which of these calls of an undisturbed run is the N-th that touches the path
place() {
	rm -rf trial && cp -R cdp-state trial
	strace -f -y -o trace -e "trace=$1" cdp-export -q --to newsletter --as-of $NOW --state trial -o trial/list in
	grep -E "^[0-9]+ +$1\\(" trace | grep -n -- "$2" | sed -n "${3:-1}p" | cut -d: -f1
}

# injected CALL FAULT N: the N-th call fails so, or kills
injected() {
	rm -f list list.manifest.json
	run_split strace -f -o trace -e "trace=$1" -e "inject=$1:$2:when=$3" \
	    cdp-export -q --to newsletter --as-of $NOW -o list in
}

nothing_out() {
	[ ! -e list ] && [ ! -e list.manifest.json ]
}

# killed_at CALL PATTERN [N]: the run dies as it makes that call
killed_at() {
	local n
	n=$(place "$@")
	[ -n "$n" ] || { echo "no $1 of $2"; cat trace; return 1; }
	injected "$1" signal=KILL "$n"
	[ "$status" -eq 137 ] || { echo "status $status"; return 1; }
}

@test "no space or no sync for detail, intent or head: 6, no output, and the next run is whole" {
	need_strace
	ana | stream > in
	export_as 0 newsletter
	cp list good
	local what call n before
	for what in 'write rows' 'fsync rows' 'write journal.ndjson>' 'fdatasync journal.ndjson>' 'write head' 'fsync head'; do
		call=${what% *}
		n=$(place "$call" "egress/.*${what#* }")
		[ -n "$n" ] || n=$(place "$call" 'egress/.*\(tmp\|deleted\|#\)')
		[ -n "$n" ] || { echo "no $what in the trace"; cat trace; return 1; }
		before=$(events)
		case $call in write) injected "$call" error=ENOSPC "$n" ;; *) injected "$call" error=EIO "$n" ;; esac
		[ "$status" -eq 6 ] || { echo "$what: status $status"; cat err; return 1; }
		[ "$(wc -l < err)" -eq 1 ] && nothing_out && [ -z "$(find . -name '.cdp-*.tmp')" ] || { echo "$what"; ls -a; cat err; return 1; }
		[ "$(events)" = "$before" ] || { echo "$what: $(events)"; return 1; }
		export_as 0 newsletter && cmp list good || { echo "after $what"; cat err; return 1; }
	done
}

@test "a full disk for the journal alone is 6 and no output, also to standard output" {
	need_strace
	ana | stream > in
	local n
	n=$(place fdatasync 'journal.ndjson')
	run_split strace -f -o trace -e trace=fdatasync -e "inject=fdatasync:error=ENOSPC:when=$n" \
	    cdp-export -q --to newsletter --as-of $NOW --manifest m in
	[ "$status" -eq 6 ] && [ ! -s out ] && [ ! -e m ]
}

@test "killed before the intent: nothing is out and nothing is in the log" {
	need_strace
	ana | stream > in
	killed_at fdatasync journal.ndjson
	nothing_out
	[ -z "$(events)" ]
	export_as 0 newsletter
	[ "$(events)" = "intent published " ]
}

@test "killed between intent and rename: nothing is out, and the next run writes void" {
	need_strace
	ana | stream > in
	killed_at renameat2 '/list"'
	[ ! -e list ]
	[ "$(events)" = "intent " ]
	export_as 0 newsletter
	[ "$(events)" = "intent void intent published " ]
}

@test "killed between rename and published: the file is out, and the next run writes published" {
	need_strace
	ana | stream > in
	killed_at fdatasync journal.ndjson 2
	[ "$(jq .rows list.manifest.json)" -eq 1 ]
	[ "$(wc -l < list)" -eq 2 ]
	[ "$(events)" = "intent " ]
	run_split cdp-export verify list
	[ "$status" -eq 1 ]
	run_split cdp-export -q --to lines --as-of $NOW -o list2 in
	[ "$status" -eq 0 ]
	[ "$(events)" = "intent published intent published " ]
	[ "$(cdp-export egress list --to newsletter | jq -r .run | uniq | wc -l)" -eq 1 ]
}

@test "an interrupted run whose file is another one by now is void" {
	need_strace
	ana | stream > in
	killed_at renameat2 '/list"'
	echo other > list
	run_split cdp-export -q --to newsletter --as-of $NOW -o list2 in
	[ "$status" -eq 0 ]
	[ "$(events)" = "intent void intent published " ]
	[ "$(cat list)" = other ]
}

@test "an interrupted run whose file cannot be read ends the next with 4" {
	need_strace
	ana | stream > in
	killed_at renameat2 '/list"'
	echo other > list
	run_split strace -f -o trace -P "$PWD/list" -e trace=openat -e inject=openat:error=EACCES \
	    cdp-export -q --to newsletter --as-of $NOW -o list2 in
	[ "$status" -eq 4 ]
	[ ! -e list2 ]
	grep -q E_EGRESS err
	[ "$(events)" = "intent " ]
}

@test "egress show prints a line with its rows, who got them and which fields they hold" {
	{ ana; rui; } | stream > in
	export_as 0 newsletter
	[ "$(cdp-export egress show 0 | head -n 1)" = "$(cdp-export egress list | head -n 1)" ]
	[ "$(cdp-export egress show 0 | tail -n +2 | jq -c '[.recipient, .purpose, .fields, (.p | length)]' | sort -u)" = '["Example Mail GmbH","marketing.newsletter",["email","given_name"],22]' ]
	[ "$(cdp-export egress show 0 | wc -l)" -eq 3 ]
	[ "$(cdp-export egress show 1 | jq -r .event)" = published ]
	cdp-export egress show 0 >shown
	refute grep -q 'example.com\|Ana' shown
	run_split cdp-export egress show 2
	[ "$status" -eq 2 ]
	[ ! -s out ]
	run_split cdp-export egress show x
	[ "$status" -eq 2 ]
	ana | jq -c '.decisions[0].drop = ["given_name"]' | stream > in
	export_as 0 newsletter
	[ "$(cdp-export egress show 2 | tail -1 | jq -c .fields)" = '["email"]' ]
	sed -i 's/"p":"./"p":"_/' cdp-state/egress/000002.rows
	run_split cdp-export egress show 2
	[ "$status" -eq 4 ] && [ ! -s out ]
}

@test "egress list can be narrowed to a destination and a time" {
	ana | stream > in
	export_as 0 newsletter
	export_as 0 lines
	[ "$(cdp-export egress list --to lines | jq -r .to | sort -u)" = lines ]
	[ "$(cdp-export egress list --to lines | wc -l)" -eq 2 ]
	[ -z "$(cdp-export egress list --since 2999-01-01 2>err)" ]
	grep -q 'no line of this destination or time' err
	run cdp-export egress show 0 --to lines
	[ "$status" -eq 2 ]
	[ "$(cdp-export egress list --since 2000-01-01 | wc -l)" -eq 4 ]
}

@test "egress who tells what left about one person, found by profile or address, but nothing that was void" {
	local one
	{ ana; rui; } | stream > in
	export_as 0 newsletter
	ana | jq -c '.id = "p3"' | stream > in
	export_as 0 lines
	rui | stream > in
	export_as 0 newsletter
	ana | jq -c . > person
	who() { cdp-export egress who --subject-file "$1" | jq -c '[.egress, .to, .by, .recipient, .purpose, .fields]'; }
	[ "$(who person)" = '[0,"newsletter","email.0","Example Mail GmbH","marketing.newsletter",["email","given_name"]]
[2,"lines","email.0","Example Mail GmbH","marketing.newsletter",["email","given_name"]]' ]
	echo '{"email":"ana@example.com"}' > typed
	[ "$(who typed | jq -c '.[:3]')" = '[0,"newsletter","email"]
[2,"lines","email"]' ]
	echo '{"email":[" Ana@Example.COM"]}' > typed
	[ "$(who typed | jq -c '.[:3]')" = '[0,"newsletter","email.0"]
[2,"lines","email.0"]' ]
	echo '{"id":"p3"}' > moved
	[ "$(who moved | jq -c '.[:3]')" = '[2,"lines","id"]' ]
	cdp-export egress who --subject-file person > out
	refute grep -q 'example.com\|Ana' out
	echo '{"email":"eva@example.com"}' > nobody
	[ -z "$(who nobody)" ]
	for one in '{}' '{"emial":"ana@example.com"}' '{"email":[]}' '{"email":"ana@"}' '{"phone_number":"912345678"}' \
	    '{"email":[["ana@example.com"]]}' '{"id":1}' '{"kind":"profile","given_name":"Ana"}' \
	    '{"kind":"profile","identifiers":["ana","912"]}' '{"kind":"profile","identifiers":"ana"}'; do
		echo "$one" > unasked
		run_split cdp-export egress who --subject-file unasked
		[ "$status" -eq 3 ] || { echo "$one"; return 1; }
		grep -q E_SUBJECT err
		refute grep -q 'ana\|912' err
	done
	for one in 'egress who' 'egress who 0 --subject-file person' 'egress list --subject-file person'; do
		# shellcheck disable=SC2086
		run_split cdp-export $one
		[ "$status" -eq 2 ] || { echo "$one"; return 1; }
	done
	echo '{' > half
	run_split cdp-export egress who --subject-file half
	[ "$status" -eq 3 ]
	sed -i 's/"p":"./"p":"_/' cdp-state/egress/000002.rows
	run_split cdp-export egress who --subject-file person
	[ "$status" -eq 4 ]
}

@test "egress who leaves out an interrupted run that is void, and keeps one that nobody settled" {
	need_strace
	ana | stream > in
	killed_at renameat2 '/list"'
	ana > person
	[ "$(cdp-export egress who --subject-file person | wc -l)" -eq 1 ]
	echo other > list
	run_split cdp-export -q --to newsletter --as-of $NOW -o list2 in
	[ "$status" -eq 0 ]
	[ "$(cdp-export egress who --subject-file person | jq -c .egress)" = 2 ]
}

@test "a file above one GiB is digested too" {
	[ "$(df --output=avail -k . | tail -1)" -gt 100000 ] || skip "no room"
	ana | stream > in
	export_as 0 newsletter
	truncate -s $((1024 * 1024 * 1024 + 1)) list
	run_split cdp-export verify list
	[ "$status" -eq 1 ]
	grep -q 'not the one of its manifest' out
	jq -c --arg d "$(sha256sum list | cut -d' ' -f1)" --argjson n "$(stat -c %s list)" \
	    '.files[0].sha256 = $d | .files[0].bytes = $n' list.manifest.json > m
	mv m list.manifest.json
	run_split cdp-export verify list
	[ "$status" -eq 1 ]
	grep -q 'manifest is not as it was written' out
}

@test "the tokens of the detail are those of the vector" {
	ana | stream > in
	export_as 0 newsletter --dry-run
	printf 'cdp-key/1 egress e1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n' > cdp-state/keys/egress
	export_as 0 newsletter
	[ "$(jq -r .a cdp-state/egress/000000.rows)" = ck0mgSHejyB6cXL0ujqlbg ]
}

@test "many different field sets fit the log" {
	python3 - <<-'PY' > lines.in
		import json
		names = ["given_name", "family_name", "birthdate", "gender"]
		d = {"id": "LFYk710khdI7-kl6nxVpFg", "verdict": "permit_redacted", "code": "P_CONSENT", "purpose": "marketing.newsletter", "channel": "email",
		    "controller": "demo", "basis": ["consent"], "valid_until": "2026-06-08T00:00:00Z"}
		for i in range(200):
		    mail = f"u{i}@example.com"
		    drop = [n for k, n in enumerate(names + ["first_seen", "last_seen", "consent.basis"]) if i >> k & 1]
		    print(json.dumps({"kind": "profile", "id": f"p{i:03}", "email": [mail], "given_name": "A", "family_name": "B", "birthdate": "1990-01-01",
		        "gender": "f", "decisions": [{**d, "address": {"field": "email", "value": mail}, "drop": drop}]}, separators=(",", ":")))
	PY
	stream < lines.in > in
	export_as 0 wide
	[ "$(wc -l < list)" -eq 201 ]
	LC_ALL=C sort -c cdp-state/egress/000000.rows
	[ "$(awk '{ print length }' cdp-state/egress/000000.rows | sort -u | wc -l)" -eq 1 ]
}

@test "no log, no file: a log that is missing, locked, edited or unwritable stops the run" {
	ana | stream > in
	export_as 0 newsletter
	exec 9> cdp-state/egress/lock
	python3 -c 'import fcntl, struct, time; fcntl.fcntl(9, 37, struct.pack("hhqqi4x", 1, 0, 0, 0, 0)); open("held", "w").close(); time.sleep(3)' &
	until [ -e held ]; do sleep 0.1; done
	export_as 5 newsletter
	exec 9>&-
	wait
	sed -i 's/"rows":1/"rows":2/' cdp-state/egress/journal.ndjson
	export_as 4 newsletter
	rm -r cdp-state/egress
	: > cdp-state/egress
	export_as 6 newsletter
	run_split cdp-export -q --to newsletter --as-of $NOW --state elsewhere -o list in
	[ "$status" -eq 4 ] && [ ! -e list ]
}

@test "nothing reaches standard output before the intent is on disk" {
	for i in $(seq 1000 1999); do
		profile "p$i" "$(printf 'x%.0s' {1..600})" '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com)"
	done | stream > in
	command -v strace > tool || skip "strace is missing"
	export ASAN_OPTIONS=detect_leaks=0	# it cannot work under a tracer
	run_split strace -f -o trace -e trace=write,pwrite64,fdatasync,fsync,renameat,rename cdp-export -q --to newsletter --as-of $NOW --manifest m in
	[ "$status" -eq 0 ]
	[ "$(wc -c < out)" -gt 600000 ]
	intent=$(grep -n '"event\\":\\"intent\|{\\"kind\\":\\"egress' trace | head -1 | cut -d: -f1)
	first=$(grep -n 'write(1, ' trace | head -1 | cut -d: -f1)
	[ "$intent" -lt "$first" ]
	sed -n "$intent,${first}p" trace | grep -q sync
}

@test "a reader of standard output that goes away is on record as a disclosure" {
	for i in $(seq 1000 1999); do
		profile "p$i" "$(printf 'x%.0s' {1..600})" '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com)"
	done | stream > in
	cdp-export -q --to newsletter --as-of $NOW --manifest m in | head -c 10 > /dev/null || true
	[ "$(cdp-export egress list | wc -l)" -eq 1 ]
	ana | stream > in
	export_as 0 newsletter
	[ "$(cdp-export egress list | jq -r .event | tr '\n' ' ')" = "intent published intent published " ]
}

@test "verify says no to a manifest of which any member was edited" {
	local change
	profile p1 Ana '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com 2099-01-01T00:00:00Z)" | stream as_of "$(date -u +%FT%TZ)" > in
	cdp-export -q --to newsletter -o list in
	cp list.manifest.json good
	[ "$(cdp-export verify list)" = "list: ok" ]
	for change in '.rows = 2' '.valid_until = "2100-01-01T00:00:00Z"' '.columns = ["email"]' '.run = "0"' 'del(.run)' '.policy = "x"'; do
		jq -c "$change" good > list.manifest.json
		run_split cdp-export verify list
		[ "$status" -eq 1 ] || { echo "$change: $status"; cat out err; return 1; }
	done
	rm list.manifest.json
	run_split cdp-export verify list
	[ "$status" -eq 3 ]
	cp good list.manifest.json
	rm -r cdp-state/egress
	run_split cdp-export verify list
	[ "$status" -eq 4 ]
}

@test "verify agrees with the file, and says no to one that was touched or made too late" {
	profile p1 Ana '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com 2099-01-01T00:00:00Z)" | stream as_of "$(date -u +%FT%TZ)" > in
	cdp-export -q --to newsletter -o list in
	[ "$(cdp-export verify list)" = "list: ok" ]
	echo >> list
	run_split cdp-export verify list
	[ "$status" -eq 1 ]
	ana | stream > in
	export_as 0 newsletter
	run_split cdp-export verify list
	[ "$status" -eq 1 ]
}
