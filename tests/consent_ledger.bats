# SPDX-License-Identifier: Apache-2.0
# cdp-consent init, publish, lint, append, verify: what the ledger takes, and what it notices
bats_require_minimum_version 1.5.0
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	cp "$ROOT/share/examples/policy.json" policy.json
	export CDP_STATE=$PWD/state
	(umask 000 && cdp-consent init --subjects keyed --name test.example/consent --new-keys \
		--policy policy.json --as-of 2026-01-01T00:00:00Z 2>/dev/null)
	cp -a state fresh
}

# event ID TYPE [MORE MEMBERS]
event() {
	printf '{"kind":"consent","id":"%s","type":"%s","identifier":{"type":"email","value":"ana@example.com"},"at":"2026-03-01T10:00:00Z","src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email","basis":"consent","notice":"newsletter@7/de-DE","method":"web_form"%s}\n' \
		"$1" "$2" "${3:-}"
}

append() {
	run_split cdp-consent append --as-of 2026-03-02T00:00:00Z --max-rejects 100% "$@"
}

lines() {
	wc -l <state/ledger/log.ndjson
}

@test "the example policy has neither errors nor warnings" {
	run -0 cdp-consent lint --strict --policy "$ROOT/share/examples/policy.json"
	assert_output ""
}

@test "init makes closed files whatever the umask says" {
	run -0 find state -type d ! -perm 0700 -o -type f ! -perm 0600
	assert_output ""
}

@test "init refuses a directory that is not empty, and one that others may read" {
	run_split cdp-consent init --subjects keyed --name a/b --new-keys --policy policy.json
	[ "$status" -eq 2 ]
	mkdir -m 755 open
	run_split cdp-consent init --state open --subjects keyed --name a/b --new-keys --policy policy.json
	[ "$status" -eq 2 ]
	[ -z "$(ls -A open)" ]
}

@test "a policy of an earlier version, a fraction and a member of a later version are refused" {
	local change
	for change in '.schema="cdp-policy/0"' '.x_weight=1.5' '.purposes[3].sale=true' '.regimes=["BR"]'; do
		jq "$change" policy.json >bad.json
		run_split cdp-consent lint --policy bad.json
		[ "$status" -ne 0 ] || { echo "$change"; return 1; }
		[ "$status" -lt 3 ] || { echo "$change: $status"; return 1; }
	done
	jq '.purposes[3].sale=true' policy.json >bad.json
	run_split cdp-consent lint --policy bad.json
	grep -q 'purposes\[3\].sale: not in this version' out
}

@test "a refusal that cannot be read or taken gives status 1 whatever --max-rejects says" {
	local bad
	event w withdraw ',"by":5' >type
	event w withdraw ',"unknown":"x"' >member
	event w withdrawn >event
	echo '{"kind":"consent","type":"withd' >cut
	for bad in type member event cut; do
		append $bad --summary s.json
		[ "$status" -eq 1 ] || { echo "$bad: $status"; return 1; }
		case $bad in
		event|cut)
			grep -q 'refusals are lost: status 1 whatever --max-rejects' err || return 1
			[ "$(jq .lost s.json)" -eq 1 ]
		esac
	done
	event g grant ',"by":5' | append
	[ "$(lines)" -eq 2 ]	# the policy, and the withdrawal told twice under one id
}

@test "a grant that cannot be taken counts by --max-rejects alone" {
	event g grant ',"by":5' >grant
	append grant
	[ "$status" -eq 0 ]
	event g grant ',"evidence":{"score":1.5}' >grant
	append grant
	[ "$status" -eq 0 ]
	grep -q E_EVIDENCE err
}

@test "a refusal is kept without the members that cannot be kept" {
	event w1 withdraw ",\"covers\":\"what\",\"ref\":\"$(printf '%0200d' 1)\"" >long
	event w2 withdraw ",\"data\":{\"x\":\"$(printf '%05000d' 1)\"}" >>long
	append long
	[ "$status" -eq 0 ]
	[ "$(lines)" -eq 3 ]
}

@test "a refusal without a readable time is appended and counted as widened" {
	event w withdraw | sed 's/"at":"[^"]*"/"at":"ana@example.com"/' >when
	append when
	[ "$status" -eq 1 ]
	append --accept-widened when
	[ "$status" -eq 0 ]
	[ "$(lines)" -eq 2 ]
	! grep -q '"at"\|ana' state/ledger/log.ndjson
}

@test "a grant names exactly one of everything, and a notice that is registered" {
	local change code
	while read -r code change; do
		event g grant | jq -c "$change" >grant
		append grant
		grep -q "$code" err || { echo "$change: $(cat err)"; return 1; }
	done <<-'END'
		E_WILDCARD_GRANT .purpose="*"
		E_WILDCARD_GRANT .channel="*"
		E_WILDCARD_GRANT .dest="*"
		E_CONTROLLER_UNKNOWN .controller="other"
		E_NOTICE_UNKNOWN .notice="newsletter@9/de-DE"
		E_NOTICE_AFTER_GRANT .at="2025-01-01T00:00:00Z"
		E_BASIS_MISMATCH .basis="contract"
		E_ACTOR .actor="guardian"
		Q_FUTURE_GRANT .at="2027-01-01T00:00:00Z"
		Q_TIME del(.at)
	END
	[ "$(lines)" -eq 1 ]
}

@test "a confirmation may stand in the same file as its grant" {
	{ event g grant; event c confirm ',"ref":"g"'; } >both
	append both
	[ "$status" -eq 0 ]
	[ "$(lines)" -eq 3 ]
}

@test "the same event is ignored, another one under its id is refused" {
	event w withdraw >first
	event w object_dm >second
	append first
	append first
	[ "$(lines)" -eq 2 ]
	append second
	[ "$status" -eq 1 ]
	grep -q E_ID_CONFLICT err
}

@test "five spellings of one address are one token" {
	local value n=0
	for value in ana@example.com ANA@EXAMPLE.COM ' ana@example.com ' Ana@Example.Com ana@EXAMPLE.com; do
		n=$((n + 1))
		event "w$n" withdraw | jq -c --arg v "$value" '.identifier.value=$v'
	done >spellings
	append spellings
	[ "$(jq -r 'select(.sid).sid' state/ledger/log.ndjson | sort -u | wc -l)" -eq 1 ]
	[ "$(lines)" -eq 6 ]
}

@test "input without its end appends nothing" {
	{ echo '{"kind":"stream","schema":"cdp/1","tool":"t"}'; event w withdraw; } >cut
	append cut
	[ "$status" -eq 3 ]
	[ "$(lines)" -eq 1 ]
}

@test "the same input, key and time give the same ledger" {
	{ event g grant; event w withdraw; } >both
	cp -a state other
	append both
	CDP_STATE=other append both
	cmp state/ledger/log.ndjson other/ledger/log.ndjson
}

@test "an edit, a removal and a swap are found, named by position, and nothing is judged" {
	local change
	{ event g grant; event w withdraw; event o object_dm; } >three
	append three
	cp state/ledger/log.ndjson whole
	run -0 cdp-consent verify
	for change in '2s/web_form/web-form/' 3d '2{h;d};3{G}' '2p' '2s/,/, /'; do
		sed "$change" whole >state/ledger/log.ndjson
		run_split cdp-consent verify
		[ "$status" -eq 1 ] || { echo "$change: $status"; return 1; }
		jq -e '.ok == false and (.seq | type) == "number"' out || { echo "$change"; return 1; }
		run_split cdp-consent filter --purpose marketing.newsletter --channel email --as-of 2026-03-02T00:00:00Z </dev/null
		[ "$status" -eq 4 ] || { echo "filter: $change: $status"; return 1; }
	done
}

@test "a published policy that was edited is found, named by its event" {
	sed -i 's/North Shops/South Shops/' state/ledger/policies/*.json
	run_split cdp-consent verify
	[ "$status" -eq 1 ]
	[ "$(jq -r '"\(.code) \(.seq)"' out)" = "E_POLICY 0" ]
}

@test "verify of a ledger that is not there is 4" {
	run -4 cdp-consent verify --state nowhere
}

@test "a ledger that others may reach, or whose head is gone, is not verified: 4" {
	local path command
	event g grant | append
	for path in state state/ledger state/ledger/log.ndjson state/ledger/log.ndjson.head; do
		chmod g+r $path
		for command in verify "append no" "filter --purpose marketing.newsletter --as-of 2026-03-02"; do
			event w withdraw >no
			# shellcheck disable=SC2086
			run_split cdp-consent $command </dev/null
			[ "$status" -eq 4 ] || { echo "$path: $command: $status"; return 1; }
			[ ! -s out ] || grep -q '"ok":false' out || { echo "$path: $command"; return 1; }
		done
		chmod g-r $path
	done
	chmod g+r state/keys/token
	run -2 cdp-consent verify
	chmod g-r state/keys/token
	rm state/ledger/log.ndjson.head
	run -4 cdp-consent verify
}

@test "another origin and another key are damage" {
	event g grant | append
	cp -a state whole
	cdp-consent init -q --state other --subjects keyed --name a/b --new-keys --policy policy.json
	cp other/keys/token state/keys/token
	run_split cdp-consent verify
	[ "$status" -eq 1 ]
	[ "$(jq -r .code out)" = E_KEY ]
	for change in 's/{/[/' 's/consent/consenT/' 's/keyed/vault/'; do
		rm -rf state && cp -a whole state
		sed -i "$change" state/ledger/origin
		run_split cdp-consent verify
		[ "$status" -eq 1 ] || { echo "$change: $status"; return 1; }
		[ "$(jq -r .seq out)" -eq 0 ]
		run -4 cdp-consent decide --purpose marketing.newsletter --as-of 2026-03-02 --subject-file /dev/null
	done
}

@test "a clock that runs behind the ledger decides nothing" {
	event g1 grant ',"evidence":{"form":"f1"}' >grant
	append grant
	event w1 withdraw >no
	cdp-consent append -q --as-of 2999-01-01T00:00:00Z no
	printf '{"email":["ana@example.com"]}' >ana.json
	run_split cdp-consent decide --purpose marketing.newsletter --channel email --subject-file ana.json
	[ "$status" -eq 4 ]
	grep -q E_CLOCK err
	[ ! -s out ] || ! grep -q P_CONSENT out
}

@test "a mandate is a member of the evidence, not a word in it" {
	event g1 grant ',"actor":"agent","evidence":{"why":"mandate"}' >grant
	append grant
	grep -q E_ACTOR err
	event g2 grant ',"actor":"agent","evidence":{"mandate":"M-7"}' >grant
	append grant
	[ "$status" -eq 0 ]
}

@test "no value of a person gets into the ledger by a shifted column" {
	event w1 withdraw ',"cause":"ana@example.com","auth":"Ana Souza","data":{"name":"Souza"}' |
		sed 's/"method":"web_form"/"method":"Rua X 12"/; s/"src":"shop"/"src":"ana@example.com"/' >no
	append no
	[ "$(lines)" -eq 2 ]
	run grep -E 'ana@|Souza|Rua' state/ledger/log.ndjson
	[ "$status" -eq 1 ]
	event g1 grant ',"evidence":{"form":"f"}' | sed 's/"method":"web_form"/"method":"Rua X 12"/' >grant
	append grant
	grep -q E_MEMBER err
	run grep -E 'Rua' err
	[ "$status" -eq 1 ]
}

@test "a refusal with an unreadable scope is taken for everything, and told" {
	event w1 withdraw | sed 's/"purpose":"marketing.newsletter"/"purpose":5/; s/"channel":"email"/"chanel":"email"/' >no
	append no
	[ "$status" -eq 1 ]
	[ "$(lines)" -eq 2 ]
	tail -n 1 state/ledger/log.ndjson | jq -e '.purpose == "*"'
	append --accept-widened no
	[ "$status" -eq 0 ]
}

@test "an end of a basis that cannot be taken counts as a lost refusal" {
	event b1 basis_ended ',"ref":"nowhere"' >end
	append end
	[ "$status" -eq 1 ]
}

# republish CHANGE: another policy comes into force
republish() {
	jq "$1 | .effective_from=\"2026-03-03T00:00:00Z\"" policy.json >later.json
	cdp-consent publish -q --policy later.json --as-of 2026-03-03T00:00:00Z
}

@test "a file that is sent again gives no line, whatever policy has come into force" {
	local change
	{
		event g grant ',"evidence":{"form":"f1"}'
		event w withdraw ',"sseq":3'
		event d deny | jq -c 'del(.id)'
		event r withdraw | jq -c '.at="2026-01-01T12:00:00" | .clock="device"'
	} >all
	for change in '.sources[0].clock="device"' 'del(.sources[0].tz)' '.sources[0].id="other"' \
	    '.controllers[0].id="south" | .sources[].controller="south" | .destinations[].controller="south"' \
	    '.purposes[3].basis["*"] |= {type:"legitimate_interests",registered_at:"2025-11-02",registered_ref:"r",lia_ref:"l"}' \
	    '(.notices[]|select(.id=="newsletter")).version=9 | .purposes[3].min_version=9'; do
		rm -rf state && cp -a fresh state
		append --accept-widened all
		grep -q 'appended 4' err
		cp state/ledger/log.ndjson before
		republish "$change" || { echo "$change"; return 1; }
		run_split cdp-consent append --as-of 2026-03-04T00:00:00Z --accept-widened all
		grep -q 'appended 0, duplicates 4' err || { echo "$change: $(cat err)"; return 1; }
		! grep -q E_ID_CONFLICT err || { echo "$change"; return 1; }
		[ "$(lines)" -eq "$(($(wc -l <before) + 1))" ]
	done
}

@test "a receipt tells where an event stands, also one that stood there" {
	{ event g grant; event w withdraw; } >both
	append --receipts new both
	append --receipts again both both
	cat new new >twice
	cmp twice again
	[ "$(jq -s 'map(.seq) | tostring' new)" = '"[1,2]"' ]
	[ "$(jq -r .leaf new | tail -n 1)" = "$(cdp-consent verify | jq -r .leaf)" ]
}

@test "behind the last receipt refusals are appended at its time, grants are not" {
	event g grant >first
	append first
	{ event g2 grant; event w withdraw; event n notice_served; event x revoke ',"ref":"g"'; } >late
	run_split cdp-consent append --as-of 2026-03-01T23:54:59Z --max-rejects 100% late
	[ "$(grep -c Q_CLOCK err)" -eq 2 ]
	[ "$(jq -r 'select(.id=="w" or .id=="x").recv' state/ledger/log.ndjson | uniq)" -eq 1772409600000 ]
	[ "$(lines)" -eq 4 ]
	run_split cdp-consent append --as-of 2026-03-01T23:55:00Z late
	! grep -q Q_CLOCK err
	[ "$(lines)" -eq 6 ]
}

@test "how far the clock may be behind is the policy's" {
	jq '.defaults.clock_back_limit="PT1H"' policy.json >hour.json
	cdp-consent init -q --state hour --subjects keyed --name a/b --new-keys --policy hour.json \
	    --as-of 2026-01-01T00:00:00Z
	event g grant >one
	event g2 grant >two
	export CDP_STATE=hour
	append -q one
	cdp-consent append -q --as-of 2026-03-01T23:00:00Z two
	event g3 grant >three
	run_split cdp-consent append --as-of 2026-03-01T22:59:59Z three
	[ "$status" -eq 1 ]
	grep -q Q_CLOCK err
}

@test "what names another event by ref alone is about its subject" {
	local sid
	{
		event g grant ',"evidence":{"form":"f"}'
		event r restrict
		event o object ',"purpose":"identity_resolution"' | jq -c .
		event s suppress ',"cause":"legal"'
	} >first
	append first
	cat >later <<-'END'
		{"kind":"consent","id":"c","type":"confirm","ref":"g","at":"2026-03-01T11:00:00Z","src":"shop"}
		{"kind":"consent","id":"v","type":"revoke","ref":"g"}
		{"kind":"consent","id":"u","type":"unrestrict","ref":"r","by":"dpo"}
		{"kind":"consent","id":"n","type":"unsuppress","ref":"s","by":"dpo"}
		{"kind":"consent","id":"d","type":"object_overridden","ref":"o","by":"dpo"}
	END
	append --accept-widened later
	[ "$status" -eq 0 ] || { cat err; return 1; }
	[ "$(lines)" -eq 10 ]
	sid() { jq -r --arg id "$1" 'select(.id==$id) | .sid' state/ledger/log.ndjson; }
	[ "$(sid c)" = "$(sid g)" ] && [ "$(sid v)" = "$(sid g)" ] && [ "$(sid u)" = "$(sid r)" ]
	[ "$(sid n)" = "$(sid s)" ] && [ "$(sid n)" != "$(sid g)" ]
	jq -se 'map(select(.id=="c"))[0] | .purpose == "marketing.newsletter" and .channel == "email"' \
		state/ledger/log.ndjson
	run -0 cdp-consent verify
	append later
	[ "$(lines)" -eq 10 ]
	echo '{"email":["ana@example.com"]}' >ana.json
	run -0 --separate-stderr cdp-consent decide --purpose marketing.newsletter --channel email \
	    --as-of 2026-03-02T00:00:00Z --subject-file ana.json
	[ "$(jq -r .code <<<"$output")" = D_REVOKED ]
}

@test "what names no event of the ledger and no subject is refused" {
	local type
	for type in revoke withdraw suppress; do
		echo '{"kind":"consent","type":"'$type'","ref":"nowhere","by":"dpo"}' >one
		append one
		grep -q E_SUBJECT err || { echo "$type: $(cat err)"; return 1; }
	done
	event g grant >g
	append g
	echo '{"kind":"consent","type":"notice_served","ref":"g"}' >one
	append one
	grep -q E_SUBJECT err
	[ "$(lines)" -eq 2 ]
}

# What a crash leaves that comes after the lines were written and before they were acknowledged.
crash() {
	cp state/ledger/log.ndjson.head head
	append -q "$@"
	cp head state/ledger/log.ndjson.head
}

ids() {
	jq -r 'select(.sid).id' state/ledger/log.ndjson | tr '\n' ' '
}

@test "of a tail that nobody was told about the refusals come back, the grants wait" {
	{
		event g grant
		event w withdraw ',"evidence":{"form":"f"},"account":"shop:1"'
		event s suppress ',"cause":"erasure"'
		event d deny | jq -c '.at="2026-01-01T12:00:00" | .clock="device" | del(.id)'
		event n notice_served
	} >all
	crash all
	cp state/ledger/log.ndjson torn
	event x object_dm >other
	append other
	[ "$status" -eq 0 ]
	grep -q 'set aside .* bytes.*brought back 3, lost 0' err
	[ "$(lines)" -eq 5 ]
	run -0 cdp-consent verify
	# each as it was, but for its place
	jq -Sc 'select(.type | . == "withdraw" or . == "suppress" or . == "deny") | del(.seq, .prev)' \
		torn state/ledger/log.ndjson | sort | uniq -c | awk '$1 != 2 { exit 1 }'
	append all
	grep -q 'appended 2, duplicates 3, widened 0, rejected 0' err || { cat err; return 1; }
	[ -f state/ledger/log.ndjson.torn-1 ] && [ ! -f state/ledger/log.ndjson.torn ]
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

@test "a tail that was cut, changed or forged gives whole refusals and nothing else" {
	local length whole
	{ event w withdraw; event g grant; event o object_dm; } >three
	event x deny >last
	cp -a state before
	crash three
	cp state/ledger/log.ndjson whole
	whole=$(stat -c %s whole)
	for length in $(seq "$(stat -c %s before/ledger/log.ndjson)" 97 "$whole") "$whole"; do
		rm -rf state && cp -a before state
		head -c "$length" whole >state/ledger/log.ndjson
		append -q last
		[ "$status" -eq 0 ] || { echo "$length: $(cat err)"; return 1; }
		case "$(ids)" in "x "|"w x "|"w o x ") ;; *) echo "$length: $(ids)"; return 1 ;; esac
		cdp-consent verify >/dev/null || return 1
	done
	[ "$(ids)" = "w o x " ]
	rm -rf state && cp -a before state
	sed 's/"type":"withdraw"/"type": "withdraw"/; s/"id":"o"/"id":"ana@example.com"/; s/"type":"grant"/"type":"renew"/' \
		whole >state/ledger/log.ndjson
	append last
	[ "$(jq -r .id state/ledger/log.ndjson | tail -n 1)" = x ]
	! grep -q ana state/ledger/log.ndjson
}

@test "lines without a stream are committed by batches, a stream is one" {
	local i
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here (ptrace refused)"
	export ASAN_OPTIONS=detect_leaks=0
	for i in 1 2 3 4 5; do event "w$i" withdraw; done >five
	{ echo '{"kind":"stream","schema":"cdp/1","tool":"t"}'; cat five; echo '{"kind":"end","in":5,"out":5,"rejected":0,"by_kind":{"consent":5},"ok":true}'; } >stream
	cp -a state before
	run_split strace -f -o trace -e inject=fdatasync:error=EIO:when=2 \
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
	[ "$(grep -c fdatasync trace)" -eq 1 ]
	append --batch 0 five
	[ "$status" -eq 2 ]
}

# What the ledger says, whatever the order it came in.
folded() {
	jq -Sc 'select(.sid) | del(.seq, .prev)' state/ledger/log.ndjson | sort
}

# killed CALL N COMMAND...: the command ends at its N-th such call; false once there is none.
killed() {
	strace -f -o trace -e "trace=$1" -e "inject=$1:signal=KILL:when=$2" "${@:3}" >/dev/null 2>&1 ||
		true
	grep -q 'killed by SIGKILL' trace
}

writing=(write pwrite64 fdatasync fsync ftruncate rename linkat unlink openat close)

@test "killed at any call and run again, append leaves what an undisturbed run leaves" {
	local call n runs=0 run=(cdp-consent append -q --as-of 2026-03-02T00:00:00Z -o out)
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here (ptrace refused)"
	export ASAN_OPTIONS=detect_leaks=0
	{ event g grant ',"evidence":{"form":"f"}'; event w withdraw; event o object_dm; event n notice_served; } >four
	run+=(--batch 3 --receipts receipts four)
	"${run[@]}"
	folded >whole
	for call in "${writing[@]}"; do
		for n in $(seq 1 100); do
			rm -rf state receipts && cp -a fresh state
			killed "$call" "$n" "${run[@]}" || break
			runs=$((runs + 1))
			cdp-consent verify >/dev/null || { echo "$call $n: verify"; return 1; }
			# a receipt is only given for what is there
			[ ! -f receipts ] || [ "$(folded | wc -l)" -eq 4 ] || { echo "$call $n: receipts"; return 1; }
			"${run[@]}" || { echo "$call $n: again"; return 1; }
			folded | cmp - whole || { echo "$call $n: another ledger"; return 1; }
			cdp-consent verify >/dev/null
		done
	done
	[ "$runs" -gt 20 ]
}

@test "killed again while it recovers, append still loses nothing" {
	local call n runs=0 run=(cdp-consent append -q --as-of 2026-03-02T00:00:00Z)
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here (ptrace refused)"
	export ASAN_OPTIONS=detect_leaks=0
	{ event g grant; event w withdraw; event o object_dm; } >three
	event x deny >other
	crash three
	mv state torn
	for call in "${writing[@]}"; do
		for n in $(seq 1 100); do
			rm -rf state && cp -a torn state
			killed "$call" "$n" "${run[@]}" other || break
			runs=$((runs + 1))
			cdp-consent verify >/dev/null || { echo "$call $n: verify"; return 1; }
			"${run[@]}" other || { echo "$call $n: again"; return 1; }
			[ "$(ids)" = "w o x " ] || { echo "$call $n: $(ids)"; return 1; }
		done
	done
	[ "$runs" -gt 20 ]
}

@test "a line that is no event is refused and named, a refusal among them is status 1" {
	local code change
	event w withdraw >good
	while IFS=$'\t' read -r code change; do
		sed "$change" good >bad
		append bad
		[ "$status" -eq 1 ] || { echo "$change: $status"; return 1; }
		grep -q "$code" err || { echo "$change: $(cat err)"; return 1; }
		! grep -q 'ana@' err || { echo "$change: a value in the message"; return 1; }
	done <<-'END'
		E_DUP_KEY	s/"type":/"type":"grant","type":/
		E_DUP_KEY	s/"type":/"type":"grant","\\u0074ype":/
		E_UTF8	s/ana@/\xffana@/
		E_SURROGATE	s/ana@/\\ud800ana@/
		E_EVENT_TYPE	s/"withdraw"/"bounce"/
		E_EVENT_TYPE	s/"withdraw"/"policy"/
		E_SUBJECT	s/ana@example.com/nobody/
		E_SUBJECT	s/"type":"email"/"type":"name"/
		E_SUBJECT	s/"identifier":{[^}]*},//
		E_SUBJECT	s/"value":"[^"]*"/"value":7/
	END
	[ "$(lines)" -eq 1 ]
}

@test "a stream that ends not-ok, and a schema of another version, append nothing" {
	{ echo '{"kind":"stream","schema":"cdp/1","tool":"t"}'; event w withdraw; echo '{"kind":"end","in":1,"out":1,"rejected":0,"by_kind":{"consent":1},"ok":false}'; } >bad
	append bad
	[ "$status" -eq 3 ]
	{ echo '{"kind":"stream","schema":"cdp/1","tool":"t"}'; event w withdraw; echo '{"kind":"end","in":2,"out":2,"rejected":0,"by_kind":{"consent":2},"ok":true}'; } >bad
	append bad
	[ "$status" -eq 3 ]
	{ echo '{"kind":"stream","schema":"cdp/2","tool":"t"}'; event w withdraw; } >bad
	append bad
	[ "$status" -eq 2 ]
	[ "$(lines)" -eq 1 ]
}

@test "a grant with a member that cannot be read is refused, whichever it is" {
	local change
	while read -r change; do
		event g grant ',"evidence":{"form":"f"}' | jq -c "$change" >grant
		append grant
		[ "$(wc -l <err)" -eq 2 ] || { echo "$change: $(cat err)"; return 1; }
	done <<-'END'
		.purpose=["marketing.newsletter","order_fulfilment"]
		.purpose=5
		.channel=null
		.controller={}
		.notice="newsletter"
		.notice="newsletter@7x"
		.at=1772359200
		.at="2026-03-01T10:00:00-00:00"
		.until="for ever"
		.sseq="one"
		.actor="system"
		.covers="account"
		.covers="everything"
		.src="nowhere.else"
		.data={"name":"x"}
		.unknown=1
		.type="renew" | del(.notice)
		.src=null | .at="2026-03-01T10:00:00"
	END
	[ "$(lines)" -eq 1 ]
	event g grant | jq -c 'del(.src) | .at="2026-03-01T10:00:00"' >grant
	append --rejects kept grant
	grep -q Q_NO_ZONE kept
}

@test "a guardian or agent says no without proof" {
	{ event w withdraw ',"actor":"guardian"'; event d deny ',"actor":"agent"'; event o object ',"actor":"what"'; } >no
	append no
	[ "$status" -eq 0 ]
	[ "$(lines)" -eq 4 ]
}

@test "a lift names what it lifts and who decided, and never reopens marketing" {
	local code line
	{ event o object_dm; event m object; event r restrict; } >first
	append first
	while read -r code line; do
		echo "$line" >lift
		append lift
		grep -q "$code" err || { echo "$line: $(cat err)"; return 1; }
	done <<-'END'
		E_LIFT {"kind":"consent","type":"object_overridden","ref":"o","by":"dpo"}
		E_LIFT {"kind":"consent","type":"object_overridden","ref":"m","by":"dpo"}
		E_LIFT {"kind":"consent","type":"unrestrict","ref":"r"}
		E_LIFT {"kind":"consent","type":"unrestrict","by":"dpo"}
		E_LIFT {"kind":"consent","type":"unrestrict","ref":"nowhere","by":"dpo"}
		E_LIFT {"kind":"consent","type":"unhold","ref":"r","by":"dpo"}
		E_REF {"kind":"consent","type":"confirm","ref":"r"}
		E_REF {"kind":"consent","type":"basis_ended","ref":"r"}
	END
	[ "$(lines)" -eq 4 ]
}

@test "what is no consent is kept and told of, and permits nothing" {
	event g grant ',"evidence":{"form":"f"}' | sed 's/web_form/terms_acceptance/' >poor
	append poor
	[ "$status" -eq 0 ]
	grep -q '1 grants are no consent .*E_EVIDENCE_NOT_CONSENT' err
	echo '{"email":["ana@example.com"]}' >ana.json
	run -0 --separate-stderr cdp-consent decide --purpose marketing.newsletter --channel email \
	    --as-of 2026-03-02T00:00:00Z --subject-file ana.json
	[ "$(jq -r .code <<<"$output")" = D_EVIDENCE_NOT_CONSENT ]
}

# rechain JQ: changes the lines and makes all digests fit again, as somebody could who may write
# every file.
rechain() {
	jq -c "$1" state/ledger/log.ndjson >edited
	python3 - <<-'END'
		import base64, hashlib, json
		def text(digest):
		    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
		leaf = text(hashlib.sha256(open("state/ledger/origin", "rb").read()).digest())
		out = b""
		lines = open("edited").read().splitlines()
		for line in lines:
		    event = json.loads(line)
		    event["prev"] = leaf
		    data = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
		    leaf = text(hashlib.sha256(b"\0" + data).digest())
		    out += data + b"\n"
		open("state/ledger/log.ndjson", "wb").write(out)
		open("state/ledger/log.ndjson.head", "w").write(
		    '{"bytes":%d,"lines":%d,"leaf":"%s"}\n' % (len(out), len(lines), leaf))
	END
}

@test "a ledger whose digests fit is still refused if a line is no line of ours" {
	local seq change
	{ event g grant; event w withdraw; event o object_dm; } >three
	append three
	cp -a state whole
	rechain .
	cmp state/ledger/log.ndjson whole/ledger/log.ndjson
	cmp state/ledger/log.ndjson.head whole/ledger/log.ndjson.head
	while read -r seq change; do
		rm -rf state && cp -a whole state
		rechain "$change"
		run_split cdp-consent verify
		[ "$status" -eq 1 ] || { echo "$change: $status"; return 1; }
		[ "$(jq .seq out)" = "$seq" ] || { echo "$change: $(cat out)"; return 1; }
		run_split cdp-consent filter --purpose marketing.newsletter --as-of 2026-03-02T00:00:00Z </dev/null
		[ "$status" -eq 4 ] || { echo "filter: $change: $status"; return 1; }
		event x deny >last
		append last
		[ "$status" -eq 4 ] || { echo "append: $change: $status"; return 1; }
	done <<-'END'
		2 if .seq==2 then .recv-=1 else . end
		3 if .seq==3 then .seq=4 else . end
		1 if .seq==1 then .type="permit" else . end
		1 if .seq==1 then .note="x" else . end
		2 if .seq==2 then .id="g" else . end
		2 if .seq==2 then .sid="ana" else . end
		2 if .seq==2 then del(.sid) else . end
		3 if .seq==3 then .v=2 else . end
		0 if .seq==0 then .id="0000" else . end
	END
}

@test "a published policy that is not there any more is found, named by its event" {
	rm state/ledger/policies/*.json
	run_split cdp-consent verify
	[ "$status" -eq 1 ]
	[ "$(jq -r '"\(.code) \(.seq)"' out)" = "E_POLICY 0" ]
}

@test "two that append at once are one after the other, or the second is told so" {
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

@test "the first and the last year of the clock do no harm" {
	event w withdraw | sed 's/2026-03-01T10:00:00Z/9999-12-31T23:59:60Z/' >late
	event x deny | sed 's/2026-03-01T10:00:00Z/0001-01-01T00:00:00Z/' >early
	run_split cdp-consent append --as-of 1970-01-01T00:00:00Z late
	[ "$status" -eq 0 ] || { cat err; return 1; }
	run_split cdp-consent append --as-of 2106-02-07T06:28:16Z early
	[ "$status" -eq 0 ]
	run -0 --separate-stderr cdp-consent verify
	[ "$(jq -r .last_recv <<<"$output")" = 2106-02-07T06:28:16Z ]
	jq -se 'map(select(.sid)) | all(.lo <= .hi and .hi <= .recv)' state/ledger/log.ndjson
}

@test "a revocation that comes before its grant revokes it" {
	event v revoke ',"ref":"g"' | sed 's/10:00:00Z/09:00:00Z/; s/"purpose":[^,]*,/"purpose":"order_fulfilment",/' >no
	append no
	[ "$status" -eq 1 ]
	grep -q 'widened 1' err
	event g grant ',"evidence":{"form":"f"}' >grant
	append grant
	append --accept-widened no
	grep -q 'appended 0, duplicates 1' err
	echo '{"email":["ana@example.com"]}' >ana.json
	run -0 --separate-stderr cdp-consent decide --purpose marketing.newsletter --channel email \
	    --as-of 2026-03-02T00:00:00Z --subject-file ana.json
	[ "$(jq -r .code <<<"$output")" = D_REVOKED ]
}
