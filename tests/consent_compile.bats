# SPDX-License-Identifier: Apache-2.0
# cdp-consent compile: whoever reads the compiled state answers as who reads the lines (consent 10.3 X10),
# at any time, with any tail; a state that is not the ledger's is not used, and that is told (10.5 T14).
bats_require_minimum_version 1.5.0
load helpers
load consent

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	cp "$ROOT/share/examples/policy.json" policy.json
	export CDP_STATE=$PWD/state
	new vault
}

new() {
	rm -rf state
	cdp-consent init -q --subjects "$1" --name test.example/consent --new-keys --policy policy.json \
		--as-of 2026-01-01T00:00:00Z
}

COMPILED=state/ledger/cache/compiled
PEOPLE="ana rui eva leo zoe"
writing=(write pwrite64 fdatasync fsync rename linkat unlink unlinkat openat mkdir close)

# history SEED FROM TO: random lines of the days of March 2026, of a few people, some naming others
history() {
	python3 - "$1" "$2" "$3" "$PEOPLE" <<-'PY'
		import json, random, sys
		seed, first, last, people = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4].split()
		for i in range(first, last):
		    r = random.Random(seed * 1000 + i)
		    kind = r.choice(["grant"] * 4 + ["withdraw", "deny", "object_dm", "object", "restrict", "suppress",
		        "preference_set", "bounce", "birthdate_known", "notice_served", "revoke", "unrestrict", "confirm"])
		    day = 1 + i * 25 // 60
		    o = {"kind": "consent", "id": f"e{i}", "type": kind, "at": f"2026-03-{day:02}T{r.randrange(24):02}:00:00Z",
		         "identifier": {"type": "email", "value": r.choice(people) + "@example.com"}}
		    if r.random() < .2:
		        o["identifier"] = {"type": "phone_number", "value": "+35191000000" + str(r.randrange(4))}
		    if kind in ("grant", "confirm", "notice_served"):
		        o.update(src="shop", controller="north", purpose="marketing.newsletter", channel="email", basis="consent",
		                 ctype="expressed", notice="newsletter@7/de-DE", method="web_form", actor="subject")
		        if kind == "grant":
		            o["evidence"] = {"form": f"f{i}"}
		            if r.random() < .3: o.update(account=f"shop:{r.choice(people)}", covers="account")
		    if kind == "suppress": o.update(cause=r.choice(["erasure", "complaint"]))
		    if kind == "preference_set": o["data"] = {"channels_out": ["email"]} if r.random() < .3 else {"lang": "pt-PT"}
		    if kind == "bounce": o["data"] = {"hard": r.random() < .3}
		    if kind == "birthdate_known": o["data"] = {"birthdate": r.choice(["1990-01", "2013-05"])}
		    if kind in ("revoke", "unrestrict", "confirm") or r.random() < .1:
		        o["ref"] = f"e{r.randrange(60)}"
		    if kind == "unrestrict": o["by"] = "dpo"
		    if r.random() < .2: o["sseq"] = i; o["src"] = "shop"
		    print(json.dumps(o))
	PY
}

# heard TIME SEED FROM TO: what of it append takes
heard() {
	history "$2" "$3" "$4" | cdp-consent append -q --as-of "$1" --max-rejects 100% --accept-widened \
		>/dev/null 2>&1 || true
}

people() {
	local who
	for who in $PEOPLE; do profile "$who" "$who@example.com"; done
}

# Everything that reads a ledger, at T and K.
ask() {
	local t=$1 k=$2 who
	local when=(--as-of "$t" --known-at "$k" --max-ledger-age P900D)
	people >crowd
	record ana ana@example.com >records
	record eva eva@example.com ',"phone_number":["+351910000001"]' >>records
	cdp-consent state "${when[@]}"
	for who in $PEOPLE; do
		echo "{\"email\":[\"$who@example.com\"],\"phone_number\":[\"+351910000001\"],\"record\":[\"shop:$who\"]}" >one.json
		cdp-consent explain --purpose marketing.newsletter --channel email --controller north "${when[@]}" --subject-file one.json
		cdp-consent explain --all --json --controller north "${when[@]}" --subject-file one.json
		cdp-consent decide --purpose order_fulfilment --channel none --controller north "${when[@]}" --subject-file one.json
		cdp-consent preference --show --subject-file one.json "${when[@]}"
	done
	cdp-consent filter --purpose marketing.newsletter --channel email --controller north "${when[@]}" \
		--denied denied crowd
	cdp-consent decide --purpose marketing.newsletter --channel email --controller north "${when[@]}" crowd
	cdp-consent gate "${when[@]}" --quarantine quarantine records
	cdp-consent recheck --notice newsletter@7 "${when[@]}" crowd
	cdp-consent recheck --notice newsletter@7 "${when[@]}" </dev/null
	cdp-consent expire --within P900D "${when[@]}" </dev/null
	cdp-consent conflicts "${when[@]}" crowd
	cdp-consent suppress --list suppressed --as-of "$k"
	cat denied quarantine suppressed
	rm -f denied quarantine suppressed
}

# asked NAME T K: the answers, and what went wrong
asked() {
	ask "$2" "$3" >"$1" 2>"$1.err" || { cat "$1.err"; return 1; }
	[ -s "$1" ]
}

# agree T K: with the compiled state as without it, and not a word of it
agree() {
	[ -f "$COMPILED" ]
	asked with "$1" "$2" || return 1
	mv "$COMPILED" aside
	asked without "$1" "$2" || return 1
	mv aside "$COMPILED"
	! grep 'compiled state' with.err || return 1
	cmp with without && cmp with.err without.err
}

# place FILE: as the compiled state
place() {
	mkdir -m 700 state/ledger/cache 2>/dev/null || true
	cp "$1" "$COMPILED"
}

notice_of() { grep -c 'the compiled state is not used.*cache/compiled' "$1"; }

@test "it says what it made, closed to others, the same bytes each time" {
	heard 2026-03-02T00:00:00Z 1 0 20
	(umask 000 && cdp-consent compile >out)
	[ "$(stat -c %a:%a "$COMPILED" state/ledger/cache | tr '\n' ' ')" = "600:600 700:700 " ]
	[ "$(jq -r .file out)" = "$CDP_STATE/ledger/cache/compiled" ]
	[ "$(jq .bytes out)" -eq "$(stat -c %s "$COMPILED")" ]
	cdp-consent verify | jq -c '[.name, .size, .root]' >verified
	jq -c '[.name, .size, .root]' out | cmp - verified
	cp "$COMPILED" first
	cdp-consent compile -q >/dev/null
	cmp first "$COMPILED"
	cdp-consent compile -q --out elsewhere -o report
	cmp first elsewhere/compiled
	[ "$(stat -c %a elsewhere)" = 700 ]
	cdp-consent verify >/dev/null
}

@test "X10 compiled, with a tail of any length, or not: the same answers at any T and K" {
	local seed mode
	for seed in 1 2 3; do
		for mode in vault keyed; do
			new "$mode"
			heard 2026-03-10T00:00:00Z "$seed" 0 20
			heard 2026-03-16T00:00:00Z "$seed" 20 30
			cdp-consent compile -q >/dev/null
			agree 2026-03-20T00:00:00Z 2026-03-20T00:00:00Z || { echo "$seed $mode"; return 1; }
			agree 2026-03-20T00:00:00Z 2026-03-12T00:00:00Z || { echo "$seed $mode, K before"; return 1; }
			heard 2026-03-21T00:00:00Z "$seed" 30 45
			heard 2026-03-26T00:00:00Z "$seed" 45 60
			agree 2026-04-01T00:00:00Z 2026-04-01T00:00:00Z || { echo "$seed $mode tail"; return 1; }
			agree 2026-03-22T00:00:00Z 2026-03-22T00:00:00Z || { echo "$seed $mode in the tail"; return 1; }
			agree 2026-03-16T00:00:00Z 2026-03-16T00:00:00Z || { echo "$seed $mode before the tail"; return 1; }
			cdp-consent verify >/dev/null
		done
	done
}

@test "X10 behind a policy that came later" {
	heard 2026-03-10T00:00:00Z 4 0 30
	cdp-consent compile -q >/dev/null
	jq '.effective_from="2026-03-11T00:00:00Z" | .defaults.permit_ttl="P2D"' policy.json >later.json
	cdp-consent publish -q --policy later.json --as-of 2026-03-11T00:00:00Z
	heard 2026-03-26T00:00:00Z 4 30 60
	agree 2026-04-01T00:00:00Z 2026-04-01T00:00:00Z
	cdp-consent compile -q >/dev/null
	agree 2026-04-01T00:00:00Z 2026-04-01T00:00:00Z
	agree 2026-03-11T00:00:00Z 2026-03-11T00:00:00Z
}

@test "T14 altered anywhere, cut or of a later time: not used, told, the same answer, and made again" {
	local at size
	heard 2026-03-10T00:00:00Z 5 0 30
	cdp-consent compile -q >/dev/null
	cp "$COMPILED" whole
	echo '{"email":["ana@example.com"]}' >ana.json
	local one=(cdp-consent explain --purpose marketing.newsletter --channel email --controller north
		--as-of 2026-03-20T00:00:00Z --max-ledger-age P900D --subject-file ana.json)
	local all=(cdp-consent filter --purpose marketing.newsletter --channel email --controller north
		--as-of 2026-03-20T00:00:00Z --max-ledger-age P900D crowd)
	local more=(--as-of 2026-03-20T00:00:00Z --max-ledger-age P900D --subject-file ana.json) name
	local state=(cdp-consent state "${more[@]}") show=(cdp-consent preference --show "${more[@]}")
	people >crowd
	"${one[@]}" >one
	"${all[@]}" >all 2>/dev/null
	"${state[@]}" >state.good
	"${show[@]}" >show.good
	size=$(stat -c %s whole)
	for at in $(seq 0 499 "$((size - 1))"); do
		python3 -c 'import sys
b = bytearray(open("whole", "rb").read()); b[int(sys.argv[1])] ^= 0x10; open(sys.argv[2], "wb").write(b)' "$at" "$COMPILED"
		"${one[@]}" >out 2>err && cmp -s out one || { echo "one $at"; cat err; return 1; }
		# who asks about one person may never touch that page
		[ ! -s err ] || [ "$(notice_of err)" -eq 1 ]
		for name in state show; do
			local -n words=$name
			"${words[@]}" >out 2>err && cmp -s out $name.good || { echo "$name $at"; cat err; return 1; }
			[ ! -s err ] || [ "$(notice_of err)" -eq 1 ]
		done
		"${all[@]}" >out 2>err && cmp -s out all || { echo "all $at"; cat err; return 1; }
		[ "$(notice_of err)" -eq 1 ] || { echo "$at: $(cat err)"; return 1; }
	done
	for at in 0 1 40 5000 "$((size - 1))"; do
		head -c "$at" whole >"$COMPILED"
		"${one[@]}" >out 2>err && cmp out one && [ "$(notice_of err)" -eq 1 ] || { echo "cut $at: $(cat err)"; return 1; }
	done
	cdp-consent compile -q >/dev/null
	cmp whole "$COMPILED"
	"${one[@]}" >out 2>err
	cmp out one
	[ ! -s err ]
	# no regular file, or open to others
	rm "$COMPILED"
	ln -s "$PWD/whole" "$COMPILED"
	"${one[@]}" >out 2>err
	cmp out one
	[ "$(notice_of err)" -eq 1 ]
	rm "$COMPILED"
	cp whole "$COMPILED"
	chmod 644 "$COMPILED"
	"${one[@]}" >out 2>err
	cmp out one
	[ "$(notice_of err)" -eq 1 ]
	grep -q 'open modes' err
}

@test "who asks about one person checks the pages that the answer rests on, and no others" {
	local size at command words
	seq 3000 | sed 's/.*/{"kind":"consent","id":"n&","type":"notice_served","identifier":{"type":"email","value":"p&@example.com"},"notice":"privacy@3\/de-DE","at":"2026-03-01"}/' |
		cdp-consent append -q --as-of 2026-03-10T00:00:00Z >/dev/null
	cdp-consent compile -q >/dev/null
	cp "$COMPILED" whole
	size=$(stat -c %s whole)
	[ "$size" -gt 400000 ]
	echo '{"email":["p77@example.com"]}' >one.json
	for command in state 'preference --show' 'explain --purpose marketing.newsletter --channel email --controller north'; do
		# shellcheck disable=SC2206
		words=(cdp-consent $command --as-of 2026-03-20T00:00:00Z --max-ledger-age P900D --subject-file one.json)
		"${words[@]}" >good
		told=0 silent=0
		for at in $(seq 20000 16384 "$((size - 1))"); do
			python3 -c 'import sys
b = bytearray(open("whole", "rb").read()); b[int(sys.argv[1])] ^= 0x10; open(sys.argv[2], "wb").write(b)' "$at" "$COMPILED"
			"${words[@]}" >out 2>err && cmp out good || { echo "$command, $at: $(cat err)"; return 1; }
			if [ -s err ]; then told=$((told + 1)); else silent=$((silent + 1)); fi
		done
		[ "$told" -gt 0 ] && [ "$silent" -gt $((2 * told)) ] || { echo "$command: $told told, $silent not"; return 1; }
	done
}

@test "T14 append by one that was altered adds the same, and says so where it was seen" {
	local at size seen=0
	new keyed
	heard 2026-03-10T00:00:00Z 5 0 30
	cdp-consent compile -q >/dev/null
	cp -a state base
	history 5 20 45 >more
	local run=(cdp-consent append --as-of 2026-03-20T00:00:00Z --max-rejects 100% --accept-widened more)
	"${run[@]}" 2>told || [ "$?" -eq 1 ]
	refute grep 'compiled state' told
	rm -r state/ledger/cache
	cp -a state want
	size=$(stat -c %s base/ledger/cache/compiled)
	for at in $(seq 0 331 "$((size - 1))"); do
		rm -rf state && cp -a base state
		python3 -c 'import sys
b = bytearray(open(sys.argv[2], "rb").read()); b[int(sys.argv[1])] ^= 0x10; open(sys.argv[2], "wb").write(b)' "$at" "$COMPILED"
		"${run[@]}" 2>err || [ "$?" -eq 1 ]
		seen=$((seen + $(notice_of err || true)))
		grep -v 'compiled state' err | cmp - told || { echo "$at: $(cat err)"; return 1; }
		rm -r state/ledger/cache
		diff -r state want || { echo "$at"; return 1; }
	done
	[ "$seen" -gt 10 ]
	# without: not a word, and the same
	rm -rf state && cp -a base state && rm -r state/ledger/cache
	"${run[@]}" 2>err || [ "$?" -eq 1 ]
	cmp err told
	diff -r state want
}

@test "T14 of another ledger, key or branch: not used, and told" {
	heard 2026-03-10T00:00:00Z 6 0 20
	cp -a state early
	heard 2026-03-12T00:00:00Z 6 20 30
	cdp-consent compile -q >/dev/null
	asked good 2026-03-20T00:00:00Z 2026-03-20T00:00:00Z
	cp "$COMPILED" mine
	# of the same ledger, went another way from there on: as many lines, and more
	for n in 30 40; do
		rm -rf state && cp -a early state
		heard 2026-03-12T00:00:00Z 7 20 "$n"
		place mine
		asked other 2026-03-20T00:00:00Z 2026-03-20T00:00:00Z
		[ "$(notice_of other.err)" -gt 5 ] || { cat other.err; return 1; }
		rm "$COMPILED"
		asked plain 2026-03-20T00:00:00Z 2026-03-20T00:00:00Z
		cmp other plain
	done
	# with fewer lines
	rm -rf state && cp -a early state
	place mine
	asked other 2026-03-20T00:00:00Z 2026-03-20T00:00:00Z
	grep -q 'is of a ledger with more lines' other.err
	# of another ledger altogether
	new vault
	heard 2026-03-12T00:00:00Z 6 0 30
	place mine
	asked other 2026-03-20T00:00:00Z 2026-03-20T00:00:00Z
	grep -q 'altered, or made with another key' other.err
	rm "$COMPILED"
	asked plain 2026-03-20T00:00:00Z 2026-03-20T00:00:00Z
	cmp other plain
}

@test "what is wrong with the ledger behind it is found as ever" {
	local seg=state/ledger/seg/000000.ndjson
	heard 2026-03-10T00:00:00Z 8 0 20
	cdp-consent compile -q >/dev/null
	heard 2026-03-12T00:00:00Z 8 20 30
	cp -a state whole
	local one=(cdp-consent state --as-of 2026-03-20T00:00:00Z --max-ledger-age P900D)
	run -0 "${one[@]}"
	# a line of the tail
	sed -i '$s/"recv"/"recw"/' "$seg"
	run -4 "${one[@]}"
	rm -rf state && cp -a whole state
	# the end is cut off, in the tail and before it
	for n in 1 25; do
		head -n "-$n" "$seg" >cut.ndjson && cat cut.ndjson >"$seg"
		run -4 "${one[@]}"
		rm -rf state && cp -a whole state
	done
	# the vault: cut, and a row of the tail
	for n in 16 48 400; do
		truncate -s "-$n" state/ledger/vault
		run -4 "${one[@]}"
		rm -rf state && cp -a whole state
	done
	sed -i 's/"north"/"South"/' state/ledger/policies/*.json
	run -4 "${one[@]}"
	rm -rf state && cp -a whole state
	printf x | dd of=state/ledger/checkpoint bs=1 seek=0 conv=notrunc status=none
	run -4 "${one[@]}"
}

@test "behind an erasure it is of no use, wherever it comes from, and none leads to who was erased" {
	heard 2026-03-10T00:00:00Z 9 0 30
	said g grant ana@example.com 2026-03-01T10:00:00Z ',"src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email","basis":"consent","ctype":"expressed","notice":"newsletter@7/de-DE","method":"web_form","actor":"subject","evidence":{"form":"f7"}' |
		cdp-consent append -q --as-of 2026-03-10T00:00:00Z
	cdp-consent compile -q >/dev/null
	cp "$COMPILED" backup
	echo '{"email":["ana@example.com"]}' >ana.json
	cdp-consent erase -q --subject-file ana.json --by dpo --as-of 2026-03-11T00:00:00Z >/dev/null
	[ ! -f "$COMPILED" ]
	asked plain 2026-03-20T00:00:00Z 2026-03-20T00:00:00Z
	asked before 2026-03-10T12:00:00Z 2026-03-10T12:00:00Z
	cp backup "$COMPILED"
	asked old 2026-03-20T00:00:00Z 2026-03-20T00:00:00Z
	cmp old plain
	grep -q 'is of a time before an erasure' old.err
	# K before the erasure: its line is beyond, and counts all the same
	asked old 2026-03-10T12:00:00Z 2026-03-10T12:00:00Z
	cmp old before
	grep -q 'is of a time before an erasure' old.err
	cdp-consent compile -q >/dev/null
	agree 2026-03-20T00:00:00Z 2026-03-20T00:00:00Z
	agree 2026-03-10T12:00:00Z 2026-03-10T12:00:00Z
	cmp with before
	# the tokens of who was erased are in the old one and not in the new one
	python3 - backup "$COMPILED" state/ledger/vault <<-'PY'
		import sys
		old, new, vault = (open(f, "rb").read() for f in sys.argv[1:4])
		kept = [vault[i:i + 16] for i in range(0, len(vault), 48) if any(vault[i:i + 48])]
		assert kept and all(t in old and t in new for t in kept), "who stays"
	PY
	# whoever is known again is somebody else
	heard 2026-03-13T00:00:00Z 9 30 60
	agree 2026-03-20T00:00:00Z 2026-03-20T00:00:00Z
}

@test "an erasure that was cut short leaves no row of it in a new compiled state" {
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here (ptrace refused)"
	local n
	heard 2026-03-10T00:00:00Z 9 0 30
	echo '{"email":["ana@example.com"]}' >ana.json
	head -c 16 state/ledger/vault >token
	cp -a state whole
	cdp-consent compile -q >/dev/null
	python3 -c 'assert open("token", "rb").read() in open("'"$COMPILED"'", "rb").read()'
	# killed at the write that zeroes the row: the line is there, and so is the row
	for n in $(seq 1 40); do
		rm -rf state && cp -a whole state
		strace -f -o trace -e trace=pwrite64 -e "inject=pwrite64:signal=KILL:when=$n" \
			cdp-consent erase -q --subject-file ana.json --by dpo --as-of 2026-03-11T00:00:00Z >/dev/null >/dev/null 2>&1 || true
		grep -q 'killed by SIGKILL' trace || break
		grep -q '"type":"erased"' state/ledger/seg/000000.ndjson || continue
		cdp-consent compile -q >/dev/null
		agree 2026-03-20T00:00:00Z 2026-03-20T00:00:00Z
	done
	[ "$n" -gt 2 ]
}

@test "killed at any call: the old one, a new one or none, and nobody is misled" {
	local call n runs=0
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here (ptrace refused)"
	export ASAN_OPTIONS=detect_leaks=0
	local one=(cdp-consent state --as-of 2026-03-20T00:00:00Z --max-ledger-age P900D)
	heard 2026-03-10T00:00:00Z 10 0 20
	cdp-consent compile -q >/dev/null
	cp "$COMPILED" old
	heard 2026-03-12T00:00:00Z 10 20 40
	cp -a state fresh
	cdp-consent compile -q >/dev/null
	cp "$COMPILED" new
	"${one[@]}" >want
	for call in "${writing[@]}"; do
		for n in $(seq 1 200); do
			rm -rf state && cp -a fresh state
			[ $((n % 2)) -eq 0 ] || rm -r state/ledger/cache
			strace -f -o trace -e "trace=$call" -e "inject=$call:signal=KILL:when=$n" \
				cdp-consent compile -q -o report >/dev/null 2>&1 || true
			grep -q 'killed by SIGKILL' trace || break
			runs=$((runs + 1))
			[ ! -f "$COMPILED" ] || cmp -s "$COMPILED" old || cmp -s "$COMPILED" new || { echo "$call $n"; return 1; }
			"${one[@]}" >out 2>err && cmp out want || { echo "$call $n: $(cat err)"; return 1; }
			refute grep 'compiled state' err
			cdp-consent compile -q >/dev/null
			cmp "$COMPILED" new || { echo "$call $n: again"; return 1; }
			[ "$(find state/ledger/cache -type f | wc -l)" -eq 1 ] || { find state/ledger/cache; return 1; }
		done
	done
	[ "$runs" -gt 20 ]
}

@test "no space, a failing call, a lock that is held, no ledger: 6, 5, 4, and the old one stays" {
	local call n
	heard 2026-03-10T00:00:00Z 11 0 20
	cdp-consent compile -q >/dev/null
	cp "$COMPILED" old
	run -4 cdp-consent compile --state nowhere
	run -2 cdp-consent compile surplus
	mkfifo slow
	cdp-consent append -q slow 3>&- &
	exec 8>slow
	run -5 cdp-consent compile
	exec 8>&-
	wait
	if strace -o /dev/null true 2>/dev/null; then
		export ASAN_OPTIONS=detect_leaks=0
		heard 2026-03-12T00:00:00Z 11 20 30
		for call in write:ENOSPC fsync:EIO rename:EIO linkat:EIO; do
			run_split strace -f -o trace -e "trace=${call%:*}" -e "inject=${call%:*}:error=${call#*:}:when=1+" \
				cdp-consent compile -o report
			grep -q INJECTED trace || continue
			[ "$status" -eq 6 ] || { echo "$call: $status $(cat err)"; return 1; }
			cmp "$COMPILED" old
			[ "$(find state/ledger/cache -type f | wc -l)" -eq 1 ]
			cdp-consent compile -q >/dev/null
			cp "$COMPILED" old
		done
	fi
	if unshare -rm sh -c 'mount -t tmpfs none /mnt' 2>/dev/null; then
		rm "$COMPILED"
		# shellcheck disable=SC2016
		run -6 unshare -rm sh -c 'mount -t tmpfs -o size=4k,mode=700 none state/ledger/cache && cdp-consent compile 2>err
			code=$?; find state/ledger/cache -type f | grep -q . && exit 99; exit $code'
		# a state that nobody may write is read as well as any
		cdp-consent compile -q >/dev/null
		people >crowd
		local all=(cdp-consent filter --purpose marketing.newsletter --channel email --controller north
			--as-of 2026-03-20T00:00:00Z --max-ledger-age P900D crowd)
		"${all[@]}" >want
		# shellcheck disable=SC2016
		unshare -rm sh -c 'mount --bind state state && mount -o remount,bind,ro state && "$@" && ! cdp-consent compile' \
			sh "${all[@]}" >out 2>err
		cmp out want
		refute grep 'compiled state' err
	fi
}
