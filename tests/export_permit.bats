#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# X1: the two tables of section 1 of the chapter on export, row by row, in each layout: what a
# decision must say, and what is seen when it does not.
load helpers
load export

with() {	# MEMBER JSON: Ana's decision with one member replaced
	ana | jq -c --arg k "$1" --argjson v "$2" '.decisions[0][$k] = $v' | stream > in
}

without() {	# MEMBER
	ana | jq -c --arg k "$1" 'del(.decisions[0][$k])' | stream > in
}

# refused CODE: ./in holds one profile that is refused; the others leave
refused() {
	local to
	for to in newsletter lines; do
		export_as 1 "$to" --rejects no || return 1
		[ "$(jq -r 'select(.kind == "reject") | .code' no)" = "$1" ] || { cat no; return 1; }
		[ "$(jq .rows list.manifest.json)" -eq 0 ] || return 1
		! grep -q example.com err || return 1
		export_as 0 "$to" --max-rejects 1 || return 1
	done
}

# leaves: ./in holds Ana, who leaves in both layouts
leaves() {
	export_as 0 newsletter && [ "$(tail -n +2 list)" = ana@example.com,Ana ] || { cat err list; return 1; }
	export_as 0 lines && [ "$(cat list)" = '{"email":["ana@example.com"],"given_name":"Ana"}' ]
}

# ---- the fields of a decision ----

@test "id: 22 characters that go into the egress log; else the profile is refused" {
	with id '"AAAAAAAAAAAAAAAAAAAAAA"'
	leaves
	[ "$(jq -r .d cdp-state/egress/000000.rows)" = AAAAAAAAAAAAAAAAAAAAAA ]
	with id '"short"'
	refused E_DECISION
	without id
	refused E_DECISION
}

@test "verdict: permit and permit_redacted leave, deny and skip do not, another is refused" {
	with verdict '"permit_redacted"'
	leaves
	profile p1 Ana '"ana@example.com"' "$(decision deny D_WITHDRAWN ana@example.com '')" | stream > in
	counted D_WITHDRAWN
	profile p1 Ana '"ana@example.com"' "$(decision skip S_FREQUENCY ana@example.com '')" | stream > in
	counted S_FREQUENCY
	with verdict '"maybe"'
	refused E_DECISION
	without verdict
	refused E_DECISION
}

@test "purpose, controller, channel: one that is not the contract's counts for none" {
	local member
	for member in purpose controller channel; do
		with $member '"other"'
		pinned 4 E_NO_DECISION
		without $member
		refused E_DECISION
	done
}

@test "destination: absent counts for any, this one for this one, another for none" {
	ana | stream > in
	leaves
	with destination '"newsletter"'
	export_as 0 newsletter
	export_as 4 lines
	with destination '"other"'
	pinned 4 E_NO_DECISION
}

@test "address: only the contact point that it is about leaves" {
	profile p1 Ana '"new@example.com"' "$(decision permit P_CONSENT ana@example.com)" | stream > in
	counted S_NO_ADDRESS
	without address
	counted S_NO_ADDRESS
	with address '{"field":"phone_number","value":"+4930901820"}'
	counted S_NO_ADDRESS
}

@test "basis, code, evidence: counted, and never in the file" {
	with evidence '[3,5]'
	leaves
	refute grep -q P_CONSENT list
	profile p1 Ana '"ana@example.com"' "$(decision deny D_ODD_REASON ana@example.com '')" | stream > in
	counted D_ODD_REASON
}

@test "drop: the field is taken away again, in each layout; a path above takes those below" {
	with drop '["given_name"]'
	export_as 0 newsletter
	[ "$(tail -1 list)" = ana@example.com, ]
	[ "$(jq .codes.R_FIELD sum)" -eq 1 ]
	export_as 0 lines
	[ "$(cat list)" = '{"email":["ana@example.com"]}' ]
	[ "$(jq .codes.R_FIELD list.manifest.json)" -eq 1 ]
}

@test "obligations: no layout has a column for one; a hard one keeps the person out, a soft one is counted" {
	with obligations '[{"type":"lang","value":"pt-PT","hard":false}]'
	export_as 0 newsletter
	[ "$(tail -1 list)" = ana@example.com,Ana ] || cat list
	[ "$(jq .codes.N_OBLIGATION sum)" -eq 1 ]
	with obligations '[{"type":"quiet","value":["22:00-08:00 Z"],"hard":true}]'
	export_as 0 newsletter
	[ "$(wc -l <list)" -eq 1 ]
	[ "$(jq .codes.R_OBLIGATION sum)" -eq 1 ]
	with obligations '[{"type":"quiet"}]'
	refused E_DECISION
}

@test "seal: without a key it is not looked at; with one, what it did not seal releases nothing" {
	with seal '"c2VhbA"'
	export_as 0 newsletter
	[ "$(tail -1 list)" = ana@example.com,Ana ]
	(umask 077; printf 'cdp-key/1 seal s1 %s\n' "$(head -c 32 /dev/zero | base64)" >key)
	export_as 1 newsletter --seal-key key --rejects no
	[ "$(jq -r 'select(.kind=="reject").code' no)" = E_SEAL ]
	[ "$(wc -l <list)" -eq 1 ]
}

@test "valid_until: at the instant of the run the permit is no longer valid" {
	with valid_until '"2026-06-01T00:00:00Z"'
	counted D_EXPIRED_DECISION
	with valid_until '"2026-06-01T00:00:00.001Z"'
	leaves
	without valid_until
	counted D_EXPIRED_DECISION
	with valid_until '"soon"'
	refused E_DECISION
}

# ---- what is seen, what happens ----

@test "a profile with no decision for the question: 4 E_NO_DECISION" {
	profile p1 Ana '"ana@example.com"' '' | stream > in
	pinned 4 E_NO_DECISION
	ana | jq -c 'del(.decisions)' | stream > in
	pinned 4 E_NO_DECISION
	{ ana; profile p2 Rui '"rui@example.com"' ''; } | stream > in
	pinned 4 E_NO_DECISION
}

@test "a stream without the header of cdp-consent filter: 4 E_NO_DECISION" {
	local member
	ana > in
	pinned 4 E_NO_DECISION
	: > in
	pinned 4 E_NO_DECISION
	ana | stream tool cdp-resolve > in
	pinned 4 E_NO_DECISION
	ana | stream command decide > in
	pinned 4 E_NO_DECISION
	for member in policy checkpoint as_of purpose; do
		ana | stream | jq -c --arg k $member 'if .kind == "stream" then del(.[$k]) else . end' > in
		pinned 4 E_NO_DECISION
	done
	{ ana | stream; rui; } > in
	pinned 4 E_NO_DECISION
}

@test "the stream of those who were denied is no list of nobody: 4 E_NO_DECISION" {
	jq -cn '{kind:"decision",subject:"profile:t1:AAAAAAAAAAAAAAAAAAAAAA",id:"LFYk710khdI7-kl6nxVpFg",verdict:"deny",code:"D_NO_CONSENT",
	    purpose:"marketing.newsletter",channel:"email",controller:"demo"}' | stream | sed 's/"profile":1/"decision":1/' > in
	pinned 4 E_NO_DECISION
	{ ana | stream; cat in; } > both
	mv both in
	pinned 4 E_NO_DECISION
}

@test "a stream decided for another question, even when it holds nobody: 4 E_NO_DECISION" {
	local question
	for question in 'purpose order_fulfilment' 'channel sms' 'controller other' 'destination other'; do
		# shellcheck disable=SC2086	# two words
		stream $question < /dev/null > in
		pinned 4 E_NO_DECISION
	done
	{ ana | stream; rui | stream channel sms; } > in
	pinned 4 E_NO_DECISION
}

@test "a policy digest that is not the one of the policy: 4 E_POLICY_DIGEST" {
	ana | stream policy "$(printf 'a%.0s' {1..64})" > in
	pinned 4 E_POLICY_DIGEST
	export_as 4 newsletter --policy policy.json
	grep -q E_POLICY_DIGEST err
	{ ana | stream; rui | stream policy "$(printf 'a%.0s' {1..64})"; } > in
	pinned 4 E_POLICY_DIGEST
}

@test "a published policy with another blank is not the one of the ledger: 4 E_POLICY_DIGEST" {
	ana | stream > in
	sed -i 's/^{/{ /' cdp-state/ledger/policies/*.json
	pinned 4 E_POLICY_DIGEST
}

@test "decisions of a policy that a later one replaced: 4 E_POLICY_DIGEST" {
	ana | stream > in
	export_as 0 newsletter
	jq -c --arg now $NOW '.effective_from = $now' policy.json > later.json
	cdp-consent publish -q --policy later.json --as-of $NOW
	pinned 4 E_POLICY_DIGEST
}

@test "two decisions for one address that disagree: 4 E_DECISION_CONFLICT" {
	profile p1 Ana '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com),$(decision deny D_WITHDRAWN ana@example.com '')" | stream > in
	pinned 4 E_DECISION_CONFLICT
	profile p1 Ana '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com),$(decision permit P_CONSENT ana@example.com 2026-06-09T00:00:00Z)" | stream > in
	pinned 4 E_DECISION_CONFLICT
}

@test "older than the contract's max_decision_age: 4 E_STALE; just as old: leaves" {
	ana | stream as_of 2026-05-30T23:59:59Z > in
	pinned 4 E_STALE
	ana | stream as_of 2026-05-31T00:00:00Z > in
	leaves
	export_as 4 hour
	{ ana | stream; rui | stream as_of 2026-05-30T23:59:59Z; } > in
	pinned 4 E_STALE
}

@test "decided more than five minutes after the instant of the run: 4 E_CLOCK" {
	ana | stream as_of 2026-06-01T00:05:00Z > in
	leaves
	ana | stream as_of 2026-06-01T00:05:00.001Z > in
	pinned 4 E_CLOCK
	{ ana | stream; rui | stream as_of 2026-06-02T00:00:00Z; } > in
	pinned 4 E_CLOCK
}

@test "an address that is an identifier leaves where it has a permit of its own, and no other" {
	push() { printf '%s' "$(decision permit P_CONSENT "$1")" | jq -c '.purpose="marketing.push" | .channel="push" | .address.field="identifiers.push"'; }
	jq '.purposes += [(.purposes[] | select(.id == "marketing.newsletter") | .id = "marketing.push" | .channels = ["push"])]
	    | .notices[].purposes += ["marketing.push"] | .effective_from = "2026-06-01T00:00:01Z"
	    | .destinations += [.destinations[0] | .purposes = ["marketing.push"] | .channel = "push" | .fields = ["identifiers.push", "given_name"]
	        | (.id = "pushes"), (.id = "pushlines" | .layout = "ndjson")]' policy.json > later.json
	cdp-consent publish -q --policy later.json --as-of 2026-06-01T00:00:01Z
	NOW=2026-06-01T00:00:02Z
	DIGEST=$(jq -r 'select(.type == "policy").id' cdp-state/ledger/seg/000000.ndjson | tail -n 1)
	jq -cn --argjson d "[$(push t-2),$(push t-3)]" '{kind:"profile",id:"p1",given_name:"Ana",identifiers:{push:["t-1","t-2"]},decisions:$d}' |
		stream purpose marketing.push | jq -c 'if .kind == "stream" then .channel = "push" else . end' > in
	export_as 0 pushes
	[ "$(tail -n +2 list)" = t-2,Ana ]
	[ "$(jq -c .codes list.manifest.json)" = '{}' ]
	export_as 0 pushlines
	[ "$(cat list)" = '{"identifiers.push":["t-2"],"given_name":"Ana"}' ]
}

@test "stream without its end, end not ok, half a line: 3 and nothing written" {
	ana | stream > whole
	head -n 2 whole > in
	pinned 3 E_STREAM_END
	sed '$s/"ok":true,"code":0/"ok":false,"code":6/' whole > in
	pinned 3 E_STREAM_END
	head -c -20 whole > in
	pinned 3 .
	{ cat whole; tail -n 1 whole; } > in
	pinned 3 E_STREAM_END
	head -c -20 <(head -n 2 whole) > in
	pinned 3 E_TRUNCATED
}

@test "a message says where the fault lies, and names no file it does not concern" {
	: > in
	export_as 4 newsletter
	grep -q '^cdp-export: E_NO_DECISION' err
}

@test "a profile that comes twice, in one stream or in two: 3 E_PROFILE_TWICE" {
	{ ana; rui; ana; } | stream > in
	pinned 3 E_PROFILE_TWICE
	{ ana | stream; profile p1 Other '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com)" | stream; } > in
	pinned 3 E_PROFILE_TWICE
	{ ana | stream; rui | stream; } > in
	export_as 0 newsletter
	[ "$(wc -l < list)" -eq 3 ]
}

@test "a malformed profile is refused with its reason and the others leave" {
	local bad
	while IFS= read -r bad; do
		{ ana; echo "$bad"; } | stream > in
		export_as 1 newsletter --rejects no
		[ "$(wc -l < list)" -eq 2 ]
		[ "$(jq -r 'select(.kind == "reject") | .code' no)" != "" ]
		export_as 1 lines
		[ "$(wc -l < list)" -eq 1 ]
		export_as 0 newsletter --max-rejects 1
	done <<-'END'
		{"kind":"profile","given_name":"Nobody"}
		{"kind":"profile","id":"p9","given_name":["Nobody"],"decisions":[]}
		{"kind":"profile","id":"p9","decisions":{}}
		{"kind":"profile","id":"p9","id":"p8"}
		not JSON
	END
}

@test "nobody is permitted: 0 and a file with its header only" {
	stream < /dev/null > in
	export_as 0 newsletter
	[ "$(cat list)" = email,given_name ]
	[ "$(jq -c '[.rows, .read, .valid_until]' list.manifest.json)" = '[0,0,null]' ]
	export_as 0 lines
	[ ! -s list ]
}

@test "one permit never releases another address, and rows can be addresses" {
	profile p1 Ana '"a@example.com","b@example.com","c@example.com"' "$(decision permit P_CONSENT a@example.com),$(decision permit P_CONSENT b@example.com),$(decision deny D_DENIED c@example.com '')" | stream > in
	export_as 0 newsletter
	[ "$(cat list)" = "$(printf 'email,given_name\na@example.com,Ana')" ]
	[ "$(cat cdp-state/egress/*.rows | wc -l)" -eq 1 ]
	export_as 0 newsletter --row address
	[ "$(cat list)" = "$(printf 'email,given_name\na@example.com,Ana\nb@example.com,Ana')" ]
	export_as 0 lines
	[ "$(jq -c .email list)" = '["a@example.com","b@example.com"]' ]
}

@test "there is no --force" {
	ana | stream > in
	export_as 2 newsletter --force
}

@test "the clock stands in no output, and the journal has it beside a given --as-of" {
	ana | stream > in
	export_as 0 newsletter
	cp list first
	cp list.manifest.json first.manifest.json
	rm -r cdp-state/egress
	sleep 1
	export_as 0 newsletter
	cmp list first
	cmp list.manifest.json first.manifest.json
	[ "$(cdp-export egress list | jq -r 'select(.event == "intent") | .as_of')" = $NOW ]
	[ "$(cdp-export egress list | jq -r 'select(.event == "intent") | .at')" != $NOW ]
}
