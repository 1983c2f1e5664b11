# SPDX-License-Identifier: Apache-2.0
# What is done to a ledger is found (consent 10.5): by verify, which names the first bad line (1), by every
# command that judges (4, nothing permitted), and by append where it touches what append reads. A vault
# ledger throughout. tests/unit/tlog_log_test.c flips every byte of every line, checkpoint and origin and
# cuts at every length; T14 is in consent_compile.bats, T16 in tlog_vectors_test.c and tlog_tree_test.c.
bats_require_minimum_version 1.5.0
load helpers
load consent

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	cp "$ROOT/share/examples/policy.json" policy.json
	export CDP_STATE=$PWD/state
	cdp-consent init -q --name test.example/consent --new-keys --policy policy.json \
		--as-of 2026-01-01T00:00:00Z
	{
		grant g1 ana@example.com 2026-03-01T10:00:00Z
		grant g2 rui@example.com 2026-03-01T10:00:00Z
		said w1 withdraw rui@example.com 2026-03-01T11:00:00Z
		said s1 suppress eva@example.com 2026-03-01T11:00:00Z ',"cause":"erasure"'
	} >four
	cdp-consent append -q --as-of 2026-03-02T00:00:00Z four
	cdp-consent checkpoint >early
	grant g3 leo@example.com 2026-03-02T10:00:00Z | cdp-consent append -q --as-of 2026-03-02T12:00:00Z
	echo '{"email":["ana@example.com"]}' >ana.json
	echo '{"kind":"note"}' >rows	# a kind that gate lets through where it judges
	cp -a state whole
}

# The policy here has the notice in German.
grant() {
	said "$1" grant "$2" "$3" ',"src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email","basis":"consent","ctype":"expressed","notice":"newsletter@7/de-DE","method":"web_form","actor":"subject","evidence":{"form":"f7"}'
}

decide() {
	run_split cdp-consent decide --purpose marketing.newsletter --channel email --controller north \
		--as-of 2026-03-02T12:00:00Z --subject-file ana.json "$@"
}

restore() { rm -rf state && cp -a whole state; }

# found SEQ [CODE] [OPTIONS OF VERIFY]: verify says no at that line, and nobody judges.
found() {
	local seq=$1 code=${2:-E_LEDGER}
	run_split cdp-consent verify "${@:3}"
	[ "$status" -eq 1 ] || { echo "verify: $status $(cat out err)"; return 1; }
	[ "$(jq -r '"\(.ok) \(.code) \(.seq)"' out)" = "false $code $seq" ] || { cat out; return 1; }
}
unjudged() {
	local command
	decide
	[ "$status" -eq 4 ] || { echo "decide: $status"; return 1; }
	[ ! -s out ] || { cat out; return 1; }
	for command in "filter --purpose marketing.newsletter" gate; do
		# shellcheck disable=SC2086
		run_split cdp-consent $command --as-of 2026-03-02T12:00:00Z -o list rows
		[ "$status" -eq 4 ] && [ ! -e list ] || { echo "$command: $status"; return 1; }
		# shellcheck disable=SC2086
		run_split cdp-consent $command --as-of 2026-03-02T12:00:00Z rows
		[ "$(jq -c '[.kind, .ok, .code]' out)" = '["end",false,4]' ] || { echo "$command: $(cat out)"; return 1; }
	done
}
refused_by_append() {
	said n deny zoe@example.com 2026-03-02T11:00:00Z >no
	run_split cdp-consent append --as-of 2026-03-02T13:00:00Z no
	[ "$status" -eq 4 ] || { echo "append: $status"; return 1; }
}

line() { sed -n "$(($1 + 1))p" whole/ledger/seg/000000.ndjson; }
SEG=state/ledger/seg/000000.ndjson

@test "the ledger is sound before anything is done to it" {
	run -0 cdp-consent verify --evidence
	decide
	[ "$(jq -r .code out)" = P_CONSENT ]
}

@test "T1 L01 a byte of any line: verify names the line, nobody judges by it" {
	local seq at
	for seq in 0 1 2 3 4 5; do
		for at in 3 20 60; do
			restore
			python3 - "$SEG" "$seq" "$at" <<-'PY'
				import sys
				lines = open(sys.argv[1], "rb").read().split(b"\n")
				i, at = int(sys.argv[2]), int(sys.argv[3])
				lines[i] = lines[i][:at] + bytes([lines[i][at] ^ 1]) + lines[i][at + 1:]
				open(sys.argv[1], "wb").write(b"\n".join(lines))
			PY
			found "$seq" || { echo "$seq $at"; return 1; }
			unjudged || { echo "$seq $at"; return 1; }
		done
	done
	refused_by_append
}

# A ledger of 300 lines in segments of 64.
long_ledger() {
	rm -rf state
	cdp-consent init -q --name test.example/consent --new-keys --policy policy.json --as-of 2026-01-01T00:00:00Z
	sed -i 's/"segment":65536/"segment":64/' state/ledger/origin
	cat state/ledger/seg/000000.ndjson | "$BUILD/tests/tools/ledger_resign" state
	awk 'BEGIN { for (i = 1; i < 300; i++) printf "{\"kind\":\"consent\",\"id\":\"e%d\",\"type\":\"%s\",\"identifier\":{\"type\":\"email\",\"value\":\"u%d@example.com\"},\"at\":\"2026-03-01T10:00:00Z\"}\n", i, i % 2 ? "deny" : "restrict", i % 40 }' |
		cdp-consent append -q --as-of 2026-03-02T12:00:00Z
	rm -rf whole && cp -a state whole
	[ "$(ls state/ledger/seg | wc -l)" -eq 5 ]
	run -0 cdp-consent verify --evidence
}

# each_line: one byte of each line changed, another one for each; what verify says of it
each_line() {
	python3 - state/ledger/seg <<-'PY'
		import json, os, subprocess, sys
		for seq in range(300):
		    path = "%s/%06d.ndjson" % (sys.argv[1], seq // 64)
		    mode = os.stat(path).st_mode
		    good = open(path, "rb").read()
		    lines = good.split(b"\n")
		    i = seq % 64
		    at = seq * 7919 % len(lines[i])
		    lines[i] = lines[i][:at] + bytes([lines[i][at] ^ 1 << seq % 7]) + lines[i][at + 1:]
		    os.chmod(path, 0o600)
		    open(path, "wb").write(b"\n".join(lines))
		    os.chmod(path, mode)
		    r = subprocess.run(["cdp-consent", "verify"], capture_output=True)
		    if r.returncode != 1 or json.loads(r.stdout)["seq"] != seq:
		        print(seq, at, r.returncode, r.stdout)
		    if seq % 75 == 74:
		        os.makedirs("flipped", exist_ok=True)
		        subprocess.run(["cp", "-a", sys.argv[1], "flipped/%d" % seq], check=True)
		    os.chmod(path, 0o600)
		    open(path, "wb").write(good)
		    os.chmod(path, mode)
	PY
}

@test "T1 L01 one byte of every line of a ledger of 300 lines" {
	local seq
	long_ledger
	[ -z "$(each_line)" ]
	run -0 cdp-consent verify
	for seq in 74 149 224 299; do
		rm -rf state/ledger/seg && mv "flipped/$seq" state/ledger/seg
		found "$seq" && unjudged || { echo "$seq"; return 1; }
		((seq < 256)) || refused_by_append
	done
}

@test "T2 L02 a line deleted, doubled, swapped, inserted" {
	local seq change
	while read -r seq change; do
		restore
		sed -i "$change" $SEG
		found "$seq" && unjudged && refused_by_append || { echo "$change"; return 1; }
	done <<-'END'
		2 3d
		3 3p
		2 3{h;d};4{G}
		4 4{p;s/.*/{"id":"x","prev":"AAAA","recv":1,"seq":4,"type":"tick","v":1}/}
	END
}

@test "T3 L03 the last lines cut at every length below the checkpoint; a rollback of both is found too" {
	local n
	for n in 0 1 2 3 4 5; do
		restore
		head -n "$n" whole/ledger/seg/000000.ndjson >$SEG
		found "$n" && unjudged && refused_by_append || { echo "$n"; return 1; }
	done
	restore
	head -n 5 whole/ledger/seg/000000.ndjson >$SEG
	cp early state/ledger/checkpoint
	found 5 && unjudged && refused_by_append
}

@test "T4 a forged grant behind the checkpoint is set aside, a forged refusal is checked like any other" {
	{
		line 1 | jq -c '.id="forged" | .seq=6'
		line 3 | jq -c '.id="forged-no" | .seq=7 | .sid="email:t1:AAAAAAAAAAAAAAAAAAAAAA"'
		line 3 | jq -c '.id="again-no" | .seq=8'
	} >>$SEG
	run -0 cdp-consent verify
	said n deny zoe@example.com 2026-03-02T11:00:00Z |
		cdp-consent append --as-of 2026-03-02T13:00:00Z 2>err || true
	grep -q 'brought back 1, lost 1' err
	[ "$(jq -r .id $SEG | tail -n 2 | tr '\n' ' ')" = "again-no n " ]
	run -0 cdp-consent verify
}

@test "T5 another spelling of a line is damage, even with all digests made to fit" {
	local change
	for change in 's/"v":1/"v": 1/' 's/"cause"/"c\\u0061use"/' 's/"type":"suppress"/"type":"suppres\\u0073"/'; do
		restore
		sed -i "5$change" $SEG
		found 4 && unjudged || { echo "$change"; return 1; }
	done
	restore
	jq -c 'if .seq == 4 then .data={"reach":"person"} else . end' $SEG | sed 's/{"reach":/{ "reach":/' >edited
	sed -n 5p edited | grep -q '{ "reach"'
	# signed with the real key, but ledger_resign writes its one form: the blank goes in afterwards
	"$BUILD/tests/tools/ledger_resign" state <edited
	run -0 cdp-consent verify
	sed -i '5s/{"reach":/{ "reach":/' $SEG
	found 4
}

@test "T6 L04 an older valid copy of everything is found by a checkpoint kept elsewhere" {
	cp -a state older
	cdp-consent checkpoint --tick --as-of 2026-03-02T13:00:00Z >late
	run -0 cdp-consent verify --since late
	cat early late >both
	run -0 --separate-stderr cdp-consent verify --since both
	[ "$(jq -c .since <<<"$output")" = "[5,7]" ]
	rm -rf state && mv older state
	run -0 cdp-consent verify
	found 6 E_LEDGER --since late
	found 6 E_LEDGER --since both
}

@test "T7 L05 history rewritten and signed with the real key is found by a checkpoint kept elsewhere" {
	cdp-consent checkpoint >late
	jq -c 'if .seq == 3 then .type="requested" else . end' whole/ledger/seg/000000.ndjson |
		"$BUILD/tests/tools/ledger_resign" state
	run -0 cdp-consent verify
	found 0 E_LEDGER --since late
	restore
	jq -c 'if .seq == 5 then .type="requested" else . end' whole/ledger/seg/000000.ndjson |
		"$BUILD/tests/tools/ledger_resign" state
	cat early late >both
	found 5 E_LEDGER --since both
	run -2 cdp-consent verify --since nowhere
	# A file that holds something else accuses nobody.
	: >empty
	head -c 90 late >cut
	{ cat early; echo late; } >more
	for file in empty cut more policy.json; do
		run_split cdp-consent verify --since "$file"
		[ "$status" -eq 2 ] || { echo "$file: $status"; return 1; }
		grep -q "E_CHECKPOINT: $file holds something that is no checkpoint" err
		[ ! -s out ]
	done
}

@test "T8 L09 hashes and roots that are lost, cut or changed are made again, with a notice" {
	local change
	for change in 'rm FILE' 'truncate -s 100 FILE' 'printf xxxx | dd of=FILE bs=1 seek=40 conv=notrunc'; do
		restore
		eval "${change//FILE/state/ledger/hashes}" 2>/dev/null
		run -0 --separate-stderr cdp-consent verify
		jq -e '.notes | length == 1' <<<"$output" || { echo "$change"; return 1; }
		run -0 cdp-consent checkpoint --tick --as-of 2026-03-02T13:00:00Z
		grep -q 'rebuilt the hashes' <<<"$output"
		run -0 --separate-stderr cdp-consent verify
		jq -e '.notes == null' <<<"$output"
		cmp -n 192 state/ledger/hashes whole/ledger/hashes
	done
}

@test "T8 L09 roots of full segments that are lost, cut or changed are made again, with the same root and a notice" {
	local change file
	long_ledger
	for file in hashes roots; do
		for change in 'rm FILE' 'truncate -s 100 FILE' 'printf xxxx | dd of=FILE bs=1 seek=40 conv=notrunc' ': >FILE'; do
			restore
			eval "${change//FILE/state/ledger/$file}" 2>/dev/null
			run -0 --separate-stderr cdp-consent verify
			jq -e '.notes | length == 1' <<<"$output" || { echo "$file $change"; return 1; }
			decide
			[ "$status" -eq 0 ] || { echo "$file $change: $(cat err)"; return 1; }
			said n deny zoe@example.com 2026-03-02T11:00:00Z |
				cdp-consent append --as-of 2026-03-02T13:00:00Z 2>err
			grep -q 'rebuilt the hashes' err || { cat err; return 1; }
			cmp state/ledger/roots whole/ledger/roots
			cmp -n 9600 state/ledger/hashes whole/ledger/hashes
			run -0 --separate-stderr cdp-consent verify
			jq -e '.notes == null' <<<"$output"
		done
	done
}

@test "T9 a signature by another key, or for another log" {
	cdp-consent init -q --state other --name test.example/consent --new-keys --policy policy.json \
		--as-of 2026-01-01T00:00:00Z
	cp other/ledger/checkpoint state/ledger/checkpoint
	found 0
	unjudged
	refused_by_append
	restore
	sed 's/test.example/best.example/' whole/ledger/checkpoint >state/ledger/checkpoint
	found 0
	unjudged
	refused_by_append
	restore
	cp other/keys/sign state/keys/sign
	run -0 cdp-consent verify
	said n deny zoe@example.com 2026-03-02T11:00:00Z >no
	run_split cdp-consent append --as-of 2026-03-02T13:00:00Z no
	[ "$status" -eq 4 ]
	grep -q E_KEY err
}

@test "T10 another origin, another token key" {
	cdp-consent init -q --state other --name test.example/consent --new-keys --policy policy.json \
		--as-of 2026-01-01T00:00:00Z
	cp other/ledger/origin state/ledger/origin
	run_split cdp-consent verify
	[ "$status" -eq 1 ]
	unjudged
	refused_by_append
	restore
	cp other/keys/token state/keys/token
	found null E_KEY
	unjudged
	refused_by_append
	restore
	sed -i 's/vault/keyed/' state/ledger/origin
	found 0
	unjudged
	# all of it replaced by a sound ledger: its key is not the one that is trusted
	jq -r .key state/ledger/origin >ours.vkey
	rm -rf state && mv other state
	run -0 cdp-consent verify
	found 0 E_LEDGER --trust ours.vkey
	found 0 E_LEDGER --since early
}

# vault HOW: what is done to its rows
vault() {
	python3 - state/ledger/vault "$1" <<-'PY'
		import sys
		p, how = sys.argv[1:]
		b = open(p, "rb").read()
		rows = [b[i:i + 48] for i in range(0, len(b), 48)]
		if how == "zero": rows[1] = bytes(48)
		if how == "remove": del rows[1]
		if how == "cut": rows[-1] = rows[-1][:47]
		if how == "swap": rows[0], rows[1] = rows[1], rows[0]
		if how == "exchange": rows[0], rows[1] = rows[0][:16] + rows[1][16:], rows[1][:16] + rows[0][16:]
		if how.startswith("flip"):
		    at = int(how[4:])
		    rows[1] = rows[1][:at] + bytes([rows[1][at] ^ 1]) + rows[1][at + 1:]
		open(p, "wb").write(b"".join(rows))
	PY
}

@test "T11 a row of the vault zeroed, removed, altered or swapped without an erasure" {
	local seq how
	while read -r seq how; do
		restore
		vault "$how"
		found "$seq" && unjudged && refused_by_append || { echo "$how"; return 1; }
	done <<-'END'
		2 zero
		2 remove
		5 cut
		1 swap
		1 exchange
		2 flip0
		2 flip17
		2 flip47
	END
	restore
	rm state/ledger/vault
	found 1 && unjudged
}

@test "T12 a published policy edited or removed, one in force that was never published" {
	sed -i 's/North Shops/South Shops/' state/ledger/policies/*.json
	found 0 E_POLICY
	unjudged
	refused_by_append
	restore
	# what it says is not all: the file is its bytes, as cdp-ledger(5) has it
	for change in 's/^{/{ /' '$s/$/ /' 's/^{"controllers":/{ "controllers":/'; do
		sed -i "$change" state/ledger/policies/*.json
		run ! cmp -s state/ledger/policies/*.json whole/ledger/policies/*.json
		found 0 E_POLICY && unjudged && refused_by_append || { echo "$change"; return 1; }
		restore
	done
	jq . whole/ledger/policies/*.json >spread.json && cat spread.json >"$(ls state/ledger/policies/*.json)"
	found 0 E_POLICY && unjudged
	restore
	# a document that is named is its meaning
	jq 'to_entries | reverse | from_entries' policy.json >spread.json
	decide --policy spread.json
	[ "$status" -eq 0 ]
	rm state/ledger/policies/*.json
	found 0 E_POLICY
	unjudged
	restore
	jq '.x_note="another"' policy.json >other.json
	decide --policy other.json
	[ "$status" -eq 4 ]
	[ ! -s out ]
}

@test "T13 evidence altered is found, evidence taken away is only counted" {
	local side=state/ledger/side/000000.ndjson
	run -0 --separate-stderr cdp-consent verify --evidence
	[ "$(jq -c .evidence <<<"$output")" = '{"commits":3,"opened":3,"deleted":0}' ]
	sed -i '2s/f7/f8/' $side
	run -0 cdp-consent verify
	found 2 E_LEDGER --evidence
	restore
	sed -i '2s/"seq":2/"seq":3/' $side
	found 3 E_LEDGER --evidence
	restore
	sed -i '1{h;d};2{G}' $side
	found 1 E_LEDGER --evidence
	restore
	sed -i 2d $side
	run -0 --separate-stderr cdp-consent verify --evidence
	[ "$(jq -c .evidence <<<"$output")" = '{"commits":3,"opened":2,"deleted":1}' ]
}

@test "T15 receipt times that go back, and a gap in the sequence, whatever the digests say" {
	jq -c 'if .seq == 3 then .recv -= 86400000 else . end' $SEG | "$BUILD/tests/tools/ledger_resign" state
	found 3
	unjudged
	refused_by_append
	restore
	jq -c 'if .seq > 3 then .seq += 1 else . end' $SEG | "$BUILD/tests/tools/ledger_resign" state
	found 4 && unjudged && refused_by_append
}

@test "T15 a gap in the sequence between two segments" {
	local seq
	long_ledger
	cat state/ledger/seg/*.ndjson >lines
	for seq in 64 192 256; do
		restore
		jq -c --argjson s "$seq" 'if .seq >= $s then .seq += 1 else . end' lines |
			"$BUILD/tests/tools/ledger_resign" state
		found "$seq" && unjudged || { echo "$seq"; return 1; }
		if ((seq == 256)); then refused_by_append; fi
		restore
		jq -c --argjson s "$seq" 'if .seq == $s then .recv -= 1 else . end' lines |
			"$BUILD/tests/tools/ledger_resign" state
		found "$seq" && unjudged || { echo "recv $seq"; return 1; }
	done
	restore
	"$BUILD/tests/tools/ledger_resign" state <lines
	run -0 cdp-consent verify	# what the tool writes is sound
}

@test "a line for a subject that the vault has never had is damage" {
	jq -c 'if .seq == 3 then .sid="email:t1:AAAAAAAAAAAAAAAAAAAAAA" else . end' $SEG |
		"$BUILD/tests/tools/ledger_resign" state
	found 3 && unjudged && refused_by_append
}

@test "quick looks at the end alone, and at all of it where that does not fit" {
	run -0 --separate-stderr cdp-consent verify --quick
	[ "$(jq -r .mode <<<"$output")" = quick ]
	sed -i '2s/web_form/web-form/' $SEG
	found 1 E_LEDGER --quick
	run -2 cdp-consent verify --quick --evidence
}

@test "a witness's signature is kept, and checked where its key is trusted" {
	jq -r .key state/ledger/origin >trust
	run -0 --separate-stderr cdp-consent verify --trust trust
	[ "$(jq .witnesses <<<"$output")" -eq 0 ]
	cdp-consent init -q --state witness --name witness.example/log --new-keys --policy policy.json
	jq -r .key witness/ledger/origin >>trust
	# a signature line of its key that is not over this text
	grep '^—' witness/ledger/checkpoint >>state/ledger/checkpoint
	run -0 cdp-consent verify
	found 0 E_LEDGER --trust trust
	echo nonsense >trust
	run -2 cdp-consent verify --trust trust
}

@test "B11 an event again is a duplicate, another one under its id a conflict" {
	cdp-consent append --as-of 2026-03-03T00:00:00Z four 2>err
	grep -q 'appended 0, duplicates 4' err
	sed 's/"f7"/"f8"/' four >other
	run_split cdp-consent append --as-of 2026-03-03T00:00:00Z other --rejects rejects
	[ "$status" -eq 1 ]
	[ "$(jq -r 'select(.kind=="reject").code' rejects | sort | uniq -c | tr -s ' ')" = " 2 E_ID_CONFLICT" ]
	# also within one run
	{ grant n1 new@example.com 2026-03-02T10:00:00Z; grant n1 new@example.com 2026-03-02T10:00:00Z
	  grant n1 new@example.com 2026-03-02T10:00:00Z | sed 's/"f7"/"f9"/'; } >again
	run_split cdp-consent append --as-of 2026-03-03T00:00:00Z again
	[ "$status" -eq 1 ]
	grep -q 'appended 1, duplicates 1, widened 0, rejected 1' err
	run -0 cdp-consent verify --evidence
}

@test "C02 F5 a reader beside writers sees one checkpoint or the other" {
	local n
	for n in 1 2 3 4 5 6 7 8; do
		said "c$n" deny "c$n@example.com" 2026-03-02T11:00:00Z >"one$n"
		cdp-consent append -q --lock-wait 30 --as-of 2026-03-02T13:00:00Z "one$n" 3>&- &
	done
	for n in 1 2 3 4 5 6; do
		decide
		[ "$status" -eq 0 ] || { cat err; return 1; }
		[ "$(jq -r .code out)" = P_CONSENT ]
	done
	wait
	run -0 --separate-stderr cdp-consent verify
	[ "$(jq .size <<<"$output")" -eq 14 ]
}

@test "F6 a clock far behind, 1970 and 2106, zone and locale: no no is lost, nothing overflows" {
	said d1 deny cy@example.com 2026-03-02T11:00:00Z >no
	grant g9 cy@example.com 2026-02-01T10:00:00Z >yes
	run_split env TZ=Pacific/Apia cdp-consent append --as-of 1970-01-01T00:00:00Z no
	[ "$status" -eq 0 ]
	[ "$(tail -n 1 $SEG | jq .recv)" -eq "$(line 5 | jq .recv)" ]
	run_split cdp-consent append --as-of 1970-01-01T00:00:00Z --rejects rejects yes
	[ "$status" -eq 1 ]
	grep -q Q_CLOCK rejects
	run -0 cdp-consent checkpoint --tick --as-of 2106-02-07T06:28:16Z
	run -0 --separate-stderr cdp-consent verify
	[ "$(jq -r .last_recv <<<"$output")" = 2106-02-07T06:28:16Z ]
	run_split cdp-consent decide --purpose marketing.newsletter --channel email --controller north --subject-file ana.json
	[ "$status" -eq 4 ]
	grep -q E_CLOCK err
}

@test "F8 F28 a ledger that is missing, unreadable, open, or on a network file system" {
	local path type shim=$BATS_TEST_TMPDIR/remotefs.so
	for path in ledger/vault ledger/origin ledger/checkpoint ledger/checkpoints.log ledger/seg \
	    ledger/seg/000000.ndjson ledger; do
		restore
		chmod g+r "state/$path"
		run -4 cdp-consent verify
		unjudged && refused_by_append || { echo "$path"; return 1; }
	done
	restore
	mv state/ledger state/moved
	run -4 cdp-consent verify
	unjudged
	refused_by_append
	restore
	[ -f "$BUILD/tests/shim/remotefs.so" ] || skip "no tests/shim/remotefs.so: make tests-tools"
	! ldd "$BUILD/cdp-consent" | grep -q libasan || skip "a sanitizer wants to be loaded first"
	cp "$BUILD/tests/shim/remotefs.so" "$shim"
	for type in 6969 ff534d42 65735546 01021997; do
		run -4 env LD_PRELOAD="$shim" FSTYPE=$type cdp-consent verify
		[[ $output == *"network file system"* ]] || { echo "$type: $output"; return 1; }
		run -4 env LD_PRELOAD="$shim" FSTYPE=$type cdp-consent append no
	done
	run -4 env LD_PRELOAD="$shim" FSTYPE=6969 cdp-consent init --state far --name a/b --new-keys --policy policy.json
	run -0 env LD_PRELOAD="$shim" FSTYPE=ef53 cdp-consent verify
}

@test "a ledger in the form of an earlier version is refused with what to do" {
	echo '{"schema":"cdp-ledger/1","name":"test.example/consent","subjects":"keyed","token_key":"0123456789abcdef"}' \
		>state/ledger/origin
	run_split cdp-consent verify
	[ "$status" -eq 2 ]
	grep -q 'E_LEDGER_FORMAT.*make a new ledger' err
	decide
	[ "$status" -eq 2 ]
}
