# SPDX-License-Identifier: Apache-2.0
# cdp-consent recheck, expire, conflicts: lists of people for whoever looks after consents (consent 8.2)
bats_require_minimum_version 1.5.0
load helpers
load consent

setup() {
	keyed_ledger '.notices += [.notices[1] | .version=4 | .published_at="2025-11-02"] | .notices += [.notices[1] | .version=8 | .published_at="2026-05-01"]
		| .purposes |= map(if .id=="order_fulfilment" then .channels=["none","email"] else . end)'
}

review() {	# COMMAND...
	run_split cdp-consent "$@" --as-of "$AT" --max-ledger-age P900D
}

listed() {	# MEMBERS of jq
	jq -c "select(.kind!=\"stream\" and .kind!=\"end\")|[$1]" out
}

@test "recheck lists exactly those whose best grant is below the least version (V9)" {
	{ grant g1 old@example.com 2026-02-01T10:00:00Z | sed 's/newsletter@7/newsletter@4/'
	  grant g2 new@example.com 2026-02-01T10:00:00Z
	  grant g3 both@example.com 2026-02-01T10:00:00Z | sed 's/newsletter@7/newsletter@4/'
	  grant g4 both@example.com 2026-02-02T10:00:00Z
	  grant g5 gone@example.com 2026-02-01T10:00:00Z | sed 's/newsletter@7/newsletter@4/'
	  said w5 withdraw gone@example.com 2026-02-03T00:00:00Z ',"src":"shop"'; } | heard 2026-03-01T00:00:00Z
	{ profile 1 old@example.com; profile 2 new@example.com; profile 3 both@example.com; profile 4 gone@example.com; } >people
	review recheck --purpose marketing.newsletter --controller north people
	[ "$status" -eq 0 ]
	[ "$(listed '.purpose,.channel,.has,.needs,.ask_from,.grants,.refusals')" = '["marketing.newsletter","email",4,5,"2026-06-01T00:00:00Z",[1],[]]' ]
	grep -q "recheck: people 4, listed 1; marketing.newsletter 1" err
	review recheck --notice newsletter@8 --controller north --summary s people
	[ "$(listed .has,.needs | paste -sd' ')" = '[4,8] [7,8] [7,8]' ]
	[ "$(jq -c '[.people,.listed,.purposes]' s)" = '[4,3,{"marketing.newsletter":3}]' ]
	review recheck --notice newsletter@4 --controller north people
	[ "$(listed .has)" = "" ]
}

@test "without profiles every identifier of the ledger is asked about by itself" {
	{ grant g1 old@example.com 2026-02-01T10:00:00Z | sed 's/newsletter@7/newsletter@4/'
	  grant g2 new@example.com 2026-02-01T10:00:00Z; } | heard 2026-03-01T00:00:00Z
	review recheck --notice newsletter@8 --controller north
	[ "$(listed '.subject,.has' | sort | paste -sd' ')" = '[null,4] [null,7]' ]
	run ! grep -q example.com out
}

@test "recheck says who may not be asked whatever the consent, and why" {
	{ grant g1 old@example.com 2026-02-01T10:00:00Z | sed 's/newsletter@7/newsletter@4/'
	  grant g2 quiet@example.com 2026-02-01T10:00:00Z | sed 's/newsletter@7/newsletter@4/'
	  grant g3 gone@example.com 2026-02-01T10:00:00Z | sed 's/newsletter@7/newsletter@4/'
	  said p2 preference_set quiet@example.com 2026-02-02T00:00:00Z ',"data":{"channels_out":["email"]}'
	  said b3 bounce gone@example.com 2026-02-02T00:00:00Z ',"data":{"hard":true}'; } | heard 2026-03-01T00:00:00Z
	{ profile 1 old@example.com; profile 2 quiet@example.com; profile 3 gone@example.com; } >people
	review recheck --purpose marketing.newsletter --controller north people
	[ "$(listed '.may_ask,.reasons' | paste -sd' ')" = '[true,null] [false,["S_PREFERENCE"]] [false,["S_UNDELIVERABLE"]]' ]
}

@test "of a purpose that asks about conflicts recheck lists them when the law's wait is over, and no other purpose's" {
	jq '.regimes=["US-CA"]' policy.json >never.json
	jq '.purposes[3].conflict="ask"' never.json >asks.json
	for policy in never asks; do
		rm -r state
		cdp-consent init -q --subjects keyed --name test.example/consent --new-keys --policy $policy.json --as-of 2026-01-01T00:00:00Z
		{ said w1 withdraw b@example.com 2026-02-01T00:00:00Z ',"src":"shop"'
		  grant g1 a@example.com 2026-03-01T10:00:00Z; } | heard 2026-03-01T11:00:00Z
		profile 1 a@example.com | jq -c '.email+=["b@example.com"]' >people
		for at in 2027-01-31T23:59:59.999Z 2027-02-01T00:00:00Z; do
			cdp-consent recheck --purpose marketing.newsletter --controller north --as-of $at --max-ledger-age P900D people >out 2>err
			echo "$policy $at$(listed '.code,.may_ask,.ask_from,.grants,.refusals,.needs' | sed 's/^/ /')"
		done
	done >all
	diff all - <<-'END'
		never 2027-01-31T23:59:59.999Z
		never 2027-02-01T00:00:00Z
		asks 2027-01-31T23:59:59.999Z
		asks 2027-02-01T00:00:00Z ["D_CONFLICT_LINKED",true,"2027-02-01T00:00:00Z",[2],[1],null]
	END
}

@test "profiles on standard input are read without being named; nothing there is the ledger" {
	{ grant g1 old@example.com 2026-02-01T10:00:00Z | sed 's/newsletter@7/newsletter@4/'
	  grant g2 new@example.com 2026-02-01T10:00:00Z; } | heard 2026-03-01T00:00:00Z
	profile 1 old@example.com >people
	ask() { cdp-consent recheck --notice newsletter@8 --controller north --as-of "$AT" --max-ledger-age P900D >out 2>err; }
	ask <people
	grep -q "recheck: people 1, listed 1" err
	ask < <(sleep 0.3; cat people)
	grep -q "recheck: people 1, listed 1" err
	for nothing in /dev/null empty; do
		: >empty
		ask <$nothing
		grep -q "recheck: identifiers of the ledger 2, listed 2" err || { echo $nothing; return 1; }
	done
	true | ask
	grep -q "recheck: identifiers of the ledger 2, listed 2" err
	cdp-consent conflicts --controller north --as-of "$AT" --max-ledger-age P900D <people >out 2>err
	grep -q "conflicts: people 1" err
	cdp-consent recheck --due --as-of "$AT" --max-ledger-age P900D <people >out 2>err
	grep -q "recheck: people 1, notices due" err
}

@test "who was asked, or put it off, may be asked again when the law's wait is over" {
	jq '.regimes=["US-CA"]' policy.json >us.json
	rm -r state
	cdp-consent init --subjects keyed --name test.example/consent --new-keys --policy us.json --as-of 2026-01-01T00:00:00Z 2>err
	{ grant g1 old@example.com 2026-02-01T10:00:00Z | sed 's/newsletter@7/newsletter@4/'
	  said q1 deferred old@example.com 2026-03-01T00:00:00Z ',"src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email"'; } | heard 2026-03-02T00:00:00Z
	profile 1 old@example.com >people
	review recheck --purpose marketing.newsletter --controller north people
	[ "$(listed .ask_from)" = '["2027-03-01T00:00:00Z"]' ]
}

@test "recheck --due lists whose data came from elsewhere and who was not told yet (Art 14)" {
	jq '.sources += [.sources[0] | .id="broker" | .collected="third_party"]' policy.json >more.json
	rm -r state
	cdp-consent init --subjects keyed --name test.example/consent --new-keys --policy more.json --as-of 2026-01-01T00:00:00Z 2>err
	said n1 notice_served told@example.com 2026-02-10T00:00:00Z ',"src":"shop","controller":"north","purpose":"identity_resolution","channel":"none","notice":"privacy@3/en"' |
		heard 2026-02-10T00:01:00Z
	{ profile 1 own@example.com; for n in 2 3 4; do profile $n "p$n@example.com" | sed 's/shop:/broker:/g'; done
	  profile 5 told@example.com | sed 's/shop:/broker:/g'; } |
		sed '3s/2026-02-01/2026-05-20/g' >people
	review recheck --due --summary s people
	[ "$status" -eq 0 ] || { cat err; return 1; }
	[ "$(listed '.sources,.due,.overdue' | paste -sd' ')" = '[["broker"],"2026-03-01T00:00:00Z",true] [["broker"],"2026-06-20T00:00:00Z",false] [["broker"],"2026-03-01T00:00:00Z",true]' ]
	[ "$(jq -c '[.people,.listed,.overdue]' s)" = '[5,3,2]' ]
	run ! grep -q example.com out err
	review recheck --due --purpose marketing.newsletter people
	[ "$status" -eq 2 ]
}

@test "expire lists what is over within the time, by its own end" {
	{ grant g1 soon@example.com 2026-02-01T10:00:00Z ',"until":"2026-06-20"' | sed 's/"actor"/"until":"2026-06-20T00:00:00Z","actor"/'
	  grant g2 later@example.com 2026-02-01T10:00:00Z
	  grant g3 over@example.com 2026-02-01T10:00:00Z | sed 's/"actor"/"until":"2026-05-20T00:00:00Z","actor"/'
	  said c1 basis_declared soon@example.com 2026-01-15T00:00:00Z ',"src":"shop","controller":"north","purpose":"order_fulfilment","channel":"none","basis":"contract"'; } | heard 2026-03-01T00:00:00Z
	{ profile 1 soon@example.com; profile 2 later@example.com; profile 3 over@example.com; } >people
	review expire --within P30D --controller north people
	[ "$status" -eq 0 ]
	[ "$(listed '.purpose,.code,.lapses,.evidence')" = '["marketing.newsletter","P_CONSENT","2026-06-20T00:00:00Z",[1]]' ]
	review expire --within P2D --controller north people
	[ "$(listed .lapses)" = "" ]
	review expire --within P3Y --controller north
	[ "$(listed '.purpose,.lapses' | sort | paste -sd' ')" = '["marketing.newsletter","2026-06-20T00:00:00Z"] ["marketing.newsletter","2028-02-01T10:00:00Z"]' ]
	for bad in '' soon P30; do
		review expire --within "$bad"
		[ "$status" -eq 2 ]
	done
}

@test "conflicts lists persons of whom one identifier said yes and another no, with both events" {
	{ said w1 withdraw b@example.com 2026-02-01T00:00:00Z ',"src":"shop"'
	  grant g1 a@example.com 2026-03-01T10:00:00Z; grant g2 c@example.com 2026-03-01T10:00:00Z; } | heard 2026-03-01T11:00:00Z
	{ profile 1 a@example.com | jq -c '.email+=["b@example.com"]'; profile 2 c@example.com; profile 3 b@example.com; } >people
	review conflicts --controller north people
	[ "$status" -eq 0 ]
	[ "$(listed '.purpose,.channel,.code,.grants,.refusals')" = '["marketing.newsletter","email","D_CONFLICT_LINKED",[2],[1]]' ]
	run ! grep -q "example.com" out err
	[ "$(tail -n 1 out | jq -c .by_kind)" = '{"conflict":1}' ]
	review conflicts --controller north --show-values people
	[ "$(listed .profile)" = '["1"]' ]
	cat people | review conflicts --controller north -
	cdp-consent conflicts --controller north --as-of "$AT" --max-ledger-age P900D - <people >out2 2>err
	diff <(jq -c 'del(.profile)' out) out2
}

@test "impact lists who loses and who regains permission by the links alone" {
	{ said w1 withdraw b@example.com 2026-02-01T00:00:00Z ',"src":"shop"'
	  grant g1 a@example.com 2026-03-01T10:00:00Z; grant g2 c@example.com 2026-03-01T10:00:00Z; } | heard 2026-03-01T11:00:00Z
	{ profile 1 a@example.com; profile 2 b@example.com; profile 3 c@example.com; profile 4 new@example.com; } >apart
	{ profile 1 a@example.com | jq -c '.email+=["b@example.com"]'; profile 3 c@example.com; } >together
	review impact --before apart --after together --purpose marketing.newsletter --controller north --summary s
	[ "$status" -eq 0 ]
	[ "$(listed '.change,.before,.after,.purpose')" = '["lost","P_CONSENT","D_CONFLICT_LINKED","marketing.newsletter"]' ]
	[ "$(jq -c '[.lost,.regained]' s)" = '[1,0]' ]
	review impact --before together --after apart --purpose marketing.newsletter --controller north
	[ "$status" -eq 1 ]
	[ "$(listed '.change,.before,.after')" = '["regained","D_CONFLICT_LINKED","P_CONSENT"]' ]
	review impact --before together --after apart --purpose marketing.newsletter --controller north --accept-reopen dpo-7 --summary s
	[ "$status" -eq 0 ]
	[ "$(jq -r .accepted_by s)" = dpo-7 ]
	run ! grep -q example.com out err s
	tac apart >turned
	review impact --before together --after turned --purpose marketing.newsletter --controller north
	[ "$(listed .change)" = '["regained"]' ]
	review impact --before apart
	[ "$status" -eq 2 ]
	review impact --before apart --after together --accept-reopen "Ana Souza"
	[ "$status" -eq 2 ]
	review impact --before apart --after nowhere
	[ "$status" -eq 3 ]
}

@test "a question without a channel tells the impact by record" {
	said o1 object b@example.com 2026-02-01T00:00:00Z ',"src":"shop","purpose":"identity_resolution"' | heard 2026-03-01T11:00:00Z
	{ profile 1 a@example.com '"identity_resolution"'; profile 2 b@example.com '"identity_resolution"'; } >apart
	profile 1 a@example.com '"identity_resolution"' | jq -c '.email+=["b@example.com"]' >together
	review impact --before apart --after together --purpose identity_resolution --controller north
	[ "$(listed '(.contact|split(":")[0]),.change')" = '["record","lost"]' ]
}

@test "lines that resolve passed on are left out, a no among them must be in the ledger, a record is refused" {
	grant g1 old@example.com 2026-02-01T10:00:00Z | sed 's/newsletter@7/newsletter@4/' >grants
	heard 2026-03-01T00:00:00Z <grants
	{ cat grants; profile 1 old@example.com; echo '{"kind":"link","a":"s:1","b":"s:2"}'; } >people
	cp people before
	for command in 'recheck --purpose marketing.newsletter people' 'recheck --due people' 'conflicts people' \
	    'expire --within P900D people' 'impact --before before --after people'; do
		review $command
		[ "$status" -eq 0 ] || { echo "$command: $status"; cat err; return 1; }
		[ "$(sed -n '$p' out | jq -c '[.ok,.rejected]')" = '[true,0]' ]
	done
	said w1 withdraw new@example.com 2026-03-01T00:00:00Z ',"src":"shop"' >>people
	review conflicts people
	[ "$status" -eq 4 ]
	grep -q 'people:4: E_UNAPPENDED' err
	{ profile 1 old@example.com; echo '{"kind":"record","id":"s:1","source":"s","key":"1"}'; } >people
	review conflicts people
	[ "$status" -eq 1 ]
	grep -q 'people:2: E_KIND' err
}

@test "a review that cannot be made ends not-ok, and what is asked must be there" {
	review recheck
	[ "$status" -eq 2 ]
	for bad in "--notice newsletter" "--notice newsletter@0" "--notice nobody@3" "--purpose nobody.knows" "--purpose order_fulfilment"; do
		# shellcheck disable=SC2086
		review recheck $bad
		[ "$status" -eq 2 ] || { echo "$bad"; return 1; }
	done
	run_split cdp-consent expire --within P30D --as-of 2036-01-01
	[ "$status" -eq 4 ]
	[ "$(jq -c '[.kind,.ok]' out)" = '["end",false]' ]
	record 1 a@example.com >r
	review conflicts r
	[ "$status" -eq 1 ]
	grep -q E_KIND err
	{ profile 1 a@example.com | head -c 40; } >cut
	review conflicts cut
	[ "$status" -eq 3 ]
}
