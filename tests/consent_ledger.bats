# SPDX-License-Identifier: Apache-2.0
# cdp-consent init, publish, verify: what a ledger is, and what is noticed about it
bats_require_minimum_version 1.5.0
load helpers
load consent

# rechain JQ: changes the lines and makes all digests and the signature fit again, as somebody could
# who may write every file and has the sign key.
rechain() {
	jq -c "$1" state/ledger/seg/000000.ndjson >edited
	"$BUILD/tests/tools/ledger_resign" state <edited
}

@test "the example policy has neither errors nor warnings" {
	run -0 cdp-consent lint --strict --policy "$ROOT/share/examples/policy.json"
	assert_output ""
}

@test "init makes closed files whatever the umask says (S02)" {
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

@test "init that finds no keys leaves nothing behind that stands in the way of the next one" {
	run_split cdp-consent init --state new --name a/b --policy policy.json --as-of 2026-01-01T00:00:00Z
	[ "$status" -eq 2 ]
	grep -q E_KEY_FILE err
	[ ! -e new ]
	run_split cdp-consent init --state new --name a/b --new-keys --policy policy.json --as-of 2026-01-01T00:00:00Z
	[ "$status" -eq 0 ]
}

@test "ledger and keys may lie elsewhere, each by itself, and every command finds them there" {
	local from=2026-01-01T00:00:00Z at=2026-03-02T00:00:00Z command
	local -a away=(--state none --ledger log --keys medium)
	unset CDP_STATE
	run -0 cdp-consent init -q "${away[@]}" --name a.example/b --new-keys --policy policy.json --as-of $from
	[ "$(ls medium log | paste -sd' ')" = 'log: checkpoint checkpoints.log hashes lock origin policies roots seg side torn vault  medium: sign token' ] ||
		{ ls medium log; return 1; }
	[ ! -e none ]
	event g grant ',"evidence":{"form":"f"},"ctype":"expressed"' >said
	echo '{"email":"ana@example.com"}' >who
	profile 1 ana@example.com >people
	run -0 cdp-consent append -q "${away[@]}" --as-of $at said
	for command in verify 'checkpoint --tick' compile 'suppress --list l' \
	    'explain --purpose marketing.newsletter --subject-file who' 'filter --purpose marketing.newsletter people' \
	    'gate people' 'state --subject-file who' 'preference --show --subject-file who' 'expire --within P900D' \
	    'conflicts people' 'impact --before people --after people' 'recheck --purpose marketing.newsletter people' \
	    'prove --subject-file who --out-dir pack' 'erase --subject-file who --by T-1' \
	    'suppress --subject-file who --cause legal --by T-1'; do
		case $command in verify*|compile*) ;; *) command+=" --as-of $at" ;; esac
		[ "$command" != "gate people --as-of $at" ] || { record 1 ana@example.com >people; }
		run_split cdp-consent $command "${away[@]}"
		[ "$status" -eq 0 ] || { echo "$command: $status"; cat err; return 1; }
		[ "$command" != "gate people --as-of $at" ] || { profile 1 ana@example.com >people; }
	done
	[ ! -e none ]
	# one of them: the other is in the state
	run -0 cdp-consent init -q --state some --keys moved --name a.example/b --new-keys --policy policy.json --as-of $from
	[ "$(ls some moved | paste -sd' ')" = 'moved: sign token  some: ledger' ]
	run -0 cdp-consent verify --state some --keys moved
	run -4 cdp-consent verify --state some
	# what is there already, open, or not there
	run -2 cdp-consent init -q --state other --ledger log --name a.example/b --new-keys --policy policy.json --as-of $from
	run -2 cdp-consent init -q --state other --keys medium --name a.example/b --new-keys --policy policy.json --as-of $from
	chmod 755 medium
	run -4 cdp-consent verify "${away[@]}"
	run_split cdp-consent verify --state some --ledger nowhere --keys moved
	[ "$status" -eq 4 ]
	grep -q 'no ledger in nowhere' err
	run_split cdp-consent verify --state none --ledger log
	[ "$status" -eq 4 ]
	grep -q 'no keys in none/keys (--keys says where' err
}

@test "a policy of an earlier version, a fraction and a member of a later version are refused" {
	local change
	for change in '.schema="cdp-policy/0"' '.x_weight=1.5' '.datamap={}' '.regimes=["XX"]'; do
		jq "$change" policy.json >bad.json
		run_split cdp-consent lint --policy bad.json
		[ "$status" -ne 0 ] || { echo "$change"; return 1; }
		[ "$status" -lt 3 ] || { echo "$change: $status"; return 1; }
	done
	jq '.datamap={}' policy.json >bad.json
	run_split cdp-consent lint --policy bad.json
	grep -q 'datamap: not in this version' out
}

@test "the same input, key and time give the same ledger" {
	{ event g grant; event w withdraw; } >both
	cp -a state other
	append both
	CDP_STATE=other append both
	cmp state/ledger/seg/000000.ndjson other/ledger/seg/000000.ndjson
}

@test "an edit, a removal and a swap are found, named by position, and nothing is judged" {
	local change
	{ event g grant; event w withdraw; event o object_dm; } >three
	append three
	cp state/ledger/seg/000000.ndjson whole
	run -0 cdp-consent verify
	for change in '2s/web_form/web-form/' 3d '2{h;d};3{G}' '2p' '2s/,/, /'; do
		sed "$change" whole >state/ledger/seg/000000.ndjson
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
	for path in state state/ledger state/ledger/seg/000000.ndjson state/ledger/checkpoint; do
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
	rm state/ledger/checkpoint
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

@test "a ledger whose digests fit is still refused if a line is no line of ours" {
	local seq change
	{ event g grant; event w withdraw; event o object_dm; } >three
	append three
	cp -a state whole
	rechain .
	cmp state/ledger/seg/000000.ndjson whole/ledger/seg/000000.ndjson
	cmp state/ledger/checkpoint whole/ledger/checkpoint
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

@test "the first and the last year of the clock do no harm" {
	event w withdraw | sed 's/2026-03-01T10:00:00Z/9999-12-31T23:59:60Z/' >late
	event x deny | sed 's/2026-03-01T10:00:00Z/0001-01-01T00:00:00Z/' >early
	run_split cdp-consent append --as-of 1970-01-01T00:00:00Z late
	[ "$status" -eq 0 ] || { cat err; return 1; }
	run_split cdp-consent append --as-of 2106-02-07T06:28:16Z early
	[ "$status" -eq 0 ]
	run -0 --separate-stderr cdp-consent verify
	[ "$(jq -r .last_recv <<<"$output")" = 2106-02-07T06:28:16Z ]
	jq -se 'map(select(.sid)) | all(.lo <= .hi and .hi <= .recv)' state/ledger/seg/000000.ndjson
}
