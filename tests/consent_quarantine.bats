# SPDX-License-Identifier: Apache-2.0
# cdp-consent gate: what it keeps, for how long, how it counts, and what it must have heard first
bats_require_minimum_version 1.5.0
load helpers
load consent

setup() {
	keyed_ledger
}

# gate_at TIME [MORE]: what it lets through in out, what it keeps in q.
gate_at() {
	run_split cdp-consent gate --as-of "$1" --max-ledger-age P900D --quarantine q "${@:2}"
}

codes() {
	jq -r 'select(.kind == "record") | "\(.id) \(.decisions[0].code)"' "$1"
}

@test "quarantined and passed and rejected and expired are all that was read" {
	said p1 preference_set skip@example.com 2026-03-02T00:00:00Z ',"data":{"topics_out":["identity_resolution"]}' |
		heard 2026-03-03T00:00:00Z
	{ record 1 ana@example.com; record 2 bo@example.com | jq -c 'del(.attributes)'
	  record 3 cy@example.com ',"purposes":["order_fulfilment"]'; record 4 skip@example.com
	  record 5 di@example.com | sed 's/"shop/"nobody/g'
	  record 6 ed@example.com ',"expires_at":"2026-05-01T00:00:00Z"'
	  echo '{"kind":"record"'; profile 1 ana@example.com; echo '{"kind":"note","x":1}'; } >all
	gate_at "$AT" --summary s --max-rejects 9 all
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.read, .permitted, .redacted, .skipped, .denied, .rejected, .expired, .passed_by]' s)" = "[8,1,1,1,2,2,1,1]" ]
	[ "$(codes q)" = "shop:3 D_PURPOSE_NOT_DECLARED
shop:4 S_PREFERENCE
nobody:5 E_SOURCE_UNKNOWN" ]
	[ "$(jq -c 'select(.kind == "end") | [.in, .out, .rejected, .suppressed, .by_kind]' out)" = '[9,3,2,4,{"record":2,"other":1}]' ]
	[ "$(jq -c 'select(.kind == "end") | [.out, .by_kind]' q)" = '[3,{"record":3}]' ]
	grep -q 'read 8, permitted 1, redacted 1, skipped 1, denied 2, rejected 2, expired 1' err
	# only counted where nobody keeps them
	run_split cdp-consent gate --as-of "$AT" --max-ledger-age P900D --summary s --max-rejects 9 all
	[ "$(jq -c '[.skipped, .denied]' s)" = "[1,2]" ]
}

@test "a record whose cause is gone passes on the retry, as if it had come for the first time" {
	{ said r1 restrict ana@example.com 2026-03-02T00:00:00Z
	  said o1 object bo@example.com 2026-03-02T00:00:00Z ',"src":"shop","purpose":"identity_resolution"'
	  said s1 suppress cy@example.com 2026-03-02T00:00:00Z ',"cause":"legal","data":{"reach":"person"}'
	  said p1 preference_set di@example.com 2026-03-02T00:00:00Z ',"data":{"topics_out":["identity_resolution"]}'; } |
		heard 2026-03-03T00:00:00Z
	# blanks, escapes, digits and the order of members are the producer's
	for who in ana:1 bo:2 cy:3 di:4 ed:5; do
		printf '{ "kind" : "record","id":"shop:%s","source":"shop",  "key":"%s", "email":["%s@example.com"],"given_name":"Jos\\u00e9","attributes":{"n":1.50,"x":[1, 2]},"observed_at":"2026-02-01T00:00:00Z"}\n' \
			"${who#*:}" "${who#*:}" "${who%:*}"
	done >records
	gate_at 2026-04-01T00:00:00Z records
	[ "$(codes q)" = "shop:1 D_RESTRICTED
shop:2 D_OBJECTED
shop:3 D_SUPPRESSED
shop:4 S_PREFERENCE" ]
	mv q first
	{ said u1 unrestrict ana@example.com 2026-04-02T00:00:00Z ',"ref":"r1","by":"dpo"'
	  said u2 object_overridden bo@example.com 2026-04-02T00:00:00Z ',"ref":"o1","by":"dpo"'
	  said u3 unsuppress cy@example.com 2026-04-02T00:00:00Z ',"ref":"s1","by":"dpo"'
	  said p2 preference_set di@example.com 2026-04-02T00:00:00Z ',"data":{"lang":"de"}'; } |
		heard 2026-04-03T00:00:00Z
	gate_at 2026-04-10T00:00:00Z first
	[ "$status" -eq 0 ] || { cat err; return 1; }
	grep '"kind" *: *"record"' out >again
	[ "$(grep -c . again)" -eq 4 ]
	[ -z "$(codes q)" ]
	run ! grep -q expires_at out
	gate_at 2026-04-10T00:00:00Z records
	# the decision too: its id is of the run, and the two runs differ in what they read at most by a header
	diff <(sed 's/,"decisions".*//' again) <(grep '"kind" *: *"record"' out | head -n 4 | sed 's/,"decisions".*//')
	diff <(sed 's/.*,"decisions"//; s/"id":"[^"]*"//' again) \
		<(grep '"kind" *: *"record"' out | head -n 4 | sed 's/.*,"decisions"//; s/"id":"[^"]*"//')
	grep -qF '"given_name":"Jos\u00e9","attributes":{"n":1.50,"x":[1, 2]}' again
	# a retry through both states leaves the producer's members as they were
	diff <(sed 's/,"decisions".*//' first | grep '"shop:1"') <(sed 's/,"decisions".*//' again | grep '"shop:1"')
}

@test "a refused record is kept until its last instant, and dropped at it" {
	local end at want
	record 1 ana@example.com ',"purposes":["order_fulfilment"]' >one
	gate_at "$AT" one
	[ "$(jq -r 'select(.kind == "record").expires_at' q)" = 2026-07-01T00:00:00Z ]	# 30 days
	cp q kept
	while read -r at want; do
		gate_at "$at" --summary s kept
		[ "$(jq -c '[.expired, .denied, .codes.Q_EXPIRED // 0, .read]' s)" = "$want" ] || { echo "$at: $(cat s)"; return 1; }
	done <<-'END'
		2026-06-30T23:59:59.999Z [0,1,0,1]
		2026-07-01T00:00:00Z [1,0,1,1]
		2026-07-01T00:00:00.001Z [1,0,1,1]
	END
	# also one that would pass now, and one whose end nobody can read
	for end in '"2026-05-31T23:59:59.999Z"' '"2026-06-01T02:00:00+02:00"' '"2026-06-01"' '"soon"' '""' 7 null '{}'; do
		record 2 bo@example.com ",\"expires_at\":$end" >old
		gate_at "$AT" --summary s old
		[ "$(jq -c '[.expired, .redacted, .codes.Q_EXPIRED]' s)" = "[1,0,1]" ] || { echo "$end: $(cat s)"; return 1; }
		run ! grep -q '"kind":"record"' out q
	done
	record 2 bo@example.com ',"expires_at":"2026-06-01T00:00:00.001Z"' >last
	gate_at "$AT" --summary s last
	[ "$(jq -c '[.expired, .redacted]' s)" = "[0,1]" ]
}

@test "trying again does not begin the days anew" {
	record 1 ana@example.com ',"purposes":["order_fulfilment"]' >one
	gate_at "$AT" one
	cp q first
	gate_at 2026-06-20T00:00:00Z first
	[ "$(jq -r 'select(.kind == "record") | [.expires_at, (.decisions | length)] | join(" ")' q)" = "2026-07-01T00:00:00Z 1" ]
	cp q second
	gate_at 2026-07-01T00:00:00Z --summary s second
	[ "$(jq .expired s)" -eq 1 ]
	# a producer's own end is not put off either, but one beyond ours is not ours to keep
	record 2 bo@example.com ',"purposes":["order_fulfilment"],"expires_at":"2099-01-01T00:00:00Z"' >far
	gate_at "$AT" far
	[ "$(jq -r 'select(.kind == "record").expires_at' q)" = 2026-07-01T00:00:00Z ]
}

@test "a no that the ledger has not heard stops gate and filter before anything leaves" {
	local command line n=0
	said w1 withdraw ana@example.com 2026-04-01T00:00:00Z ',"src":"shop","purpose":"marketing.newsletter"' |
		heard 2026-04-02T00:00:00Z
	while read -r line; do
		n=$((n + 1))
		{ record 1 ana@example.com; echo "$line"; } >gate.in
		{ profile 1 ana@example.com; echo "$line"; } >filter.in
		for command in "gate --quarantine side" "filter --purpose marketing.newsletter --denied side"; do
			echo old >side
			rm -f list
			# shellcheck disable=SC2086
			run_split judge $command -o list "${command%% *}.in"
			[ "$status" -eq 4 ] && grep -q E_UNAPPENDED err || { echo "$status $line: $(cat err)"; return 1; }
			[ ! -e list ] && [ "$(cat side)" = old ] || { echo "left: $line"; return 1; }
			run ! grep -q 'ana@\|bo@' err
			# shellcheck disable=SC2086
			run_split judge $command "${command%% *}.in"
			[ "$status" -eq 4 ]
			[ "$(tail -n 1 out | jq -c '[.kind, .ok, .code]')" = '["end",false,4]' ]
		done
	done <<-END
		$(said w2 withdraw ana@example.com 2026-04-01T00:00:00Z)
		$(said d1 deny ana@example.com 2026-04-01T00:00:00Z)
		$(said o1 object_dm ana@example.com 2026-04-01T00:00:00Z)
		$(said g1 gpc ana@example.com 2026-04-01T00:00:00Z)
		$(said r1 restrict ana@example.com 2026-04-01T00:00:00Z)
		$(said s1 suppress ana@example.com 2026-04-01T00:00:00Z ',"cause":"legal"')
		$(said v1 revoke ana@example.com 2026-04-01T00:00:00Z ',"ref":"g9"')
		$(said b1 basis_ended ana@example.com 2026-04-01T00:00:00Z ',"ref":"c9"')
		$(said x1 something_new ana@example.com 2026-04-01T00:00:00Z)
		{"kind":"consent","id":"y1"}
		{"kind":"consent","type":7}
		$(said w1 deny ana@example.com 2026-04-01T00:00:00Z)
		$(said w1 withdraw bo@example.com 2026-04-01T00:00:00Z ',"src":"shop","purpose":"marketing.newsletter"')
		$(said w1 withdraw ana@example.com 2026-04-01T00:00:00Z ',"src":"shop"')
		$(said w1 withdraw ana@example.com 2026-04-01T00:00:00Z ',"src":"shop","purpose":"order_fulfilment"')
	END
	[ "$n" -eq 15 ]
}

@test "what permits, informs or lifts may wait for the next append, and so may what was heard" {
	{ grant g1 ana@example.com 2026-04-01T00:00:00Z
	  said n1 notice_served ana@example.com 2026-04-01T00:00:00Z
	  said u1 unrestrict ana@example.com 2026-04-01T00:00:00Z ',"ref":"r1","by":"dpo"'
	  said b1 basis_declared ana@example.com 2026-04-01T00:00:00Z; } >may
	gate_at "$AT" may
	[ "$status" -eq 0 ] || { cat err; return 1; }
	{ said w1 withdraw ana@example.com 2026-04-01T00:00:00Z ',"src":"shop","purpose":"marketing.newsletter"'
	  said w2 withdraw bo@example.com 2026-04-01T00:00:00Z ',"purpose":"never.registered"'
	  said s1 suppress ana@example.com 2026-04-01T00:00:00Z ',"cause":"erasure"'
	  said w3 withdraw cy@example.com yesterday | jq -c '.channel = 5 | del(.id)'; } >no
	cdp-consent append -q --accept-widened --as-of 2026-04-02T00:00:00Z no
	gate_at "$AT" no
	[ "$status" -eq 0 ] || { cat err; return 1; }
	cdp-consent compile -q
	gate_at "$AT" no
	[ "$status" -eq 0 ] || { cat err; return 1; }
	sed 's/w1/w9/; s/ana@/bo@/' no >more
	gate_at "$AT" more
	[ "$status" -eq 4 ]
	# of what was heard later than K nothing is known at K
	run_split cdp-consent gate --as-of 2026-04-01T12:00:00Z --known-at 2026-04-01T12:00:00Z --max-ledger-age P900D no
	[ "$status" -eq 4 ]
	grep -q E_UNAPPENDED err
}

@test "with subjects in a vault the gate knows what it has heard, too" {
	rm -r state
	cdp-consent init -q --name test.example/consent --new-keys --policy policy.json --as-of 2026-01-01T00:00:00Z
	{ said w1 withdraw ana@example.com 2026-04-01T00:00:00Z
	  said s1 suppress ana@example.com 2026-04-01T00:00:00Z ',"cause":"erasure"'; } >no
	heard 2026-04-02T00:00:00Z <no
	gate_at "$AT" no
	[ "$status" -eq 0 ] || { cat err; return 1; }
	sed 's/ana@/bo@/' no >others
	gate_at "$AT" others
	[ "$status" -eq 4 ]
	# of somebody who was erased nobody can say whether it was they, as append does not
	echo '{"email":["ana@example.com"]}' >ana.json
	cdp-consent erase -q --by dpo --as-of 2026-04-03T00:00:00Z --subject-file ana.json
	cdp-consent append -q --as-of 2026-04-04T00:00:00Z no
	gate_at "$AT" no
	[ "$status" -eq 0 ] || { cat err; return 1; }
	cdp-consent compile -q
	gate_at "$AT" no
	[ "$status" -eq 0 ] || { cat err; return 1; }
	gate_at "$AT" others
	[ "$status" -eq 4 ]
}
