# SPDX-License-Identifier: Apache-2.0
# cdp-consent publish: which policy may follow which, and what becomes of the clocks
bats_require_minimum_version 1.5.0
load helpers
load policy

setup() {
	own_policy
}

ledger() {
	export CDP_STATE=$PWD/state
	run_split cdp-consent init --subjects keyed --name a/b --new-keys --policy policy.json --as-of 2026-01-01T00:00:00Z
	[ "$status" -eq 0 ]
	cp state/ledger/seg/000000.ndjson before
}

publish() {
	run_split cdp-consent publish --policy changed.json --as-of "$1"
}

# The digest that publish tells, found by trying the policy in a ledger of its own.
policy_digest() {
	rm -rf trial
	cdp-consent init --state trial --subjects keyed --name a/b --new-keys --policy "$1" \
		--as-of 2026-01-01T00:00:00Z 2>/dev/null
	basename trial/ledger/policies/*.json .json
}

# Nothing was written: neither a line nor a policy.
unchanged() {
	cmp before state/ledger/seg/000000.ndjson
	[ "$(find state/ledger/policies -type f | wc -l)" -eq 1 ]
}

@test "publish puts a later policy behind the first" {
	ledger
	change '.effective_from = "2026-03-01T00:00:00Z"'
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 0 ]
	[ "$(wc -l <state/ledger/seg/000000.ndjson)" -eq 2 ]
	run -0 cdp-consent verify
}

@test "publish refuses a policy with errors, and names them" {
	ledger
	change '.effective_from = "2026-03-01T00:00:00Z" | .purposes[3].min_version = 8'
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 2 ]
	grep -qF 'cdp-consent: error L110 $.purposes[3].min_version: ' err
	grep -qF 'cdp-consent: E_POLICY: changed.json: errors 1, the first L110 $.purposes[3].min_version: ' err
	run ! cdp-consent publish -q --policy changed.json --as-of 2026-02-01T00:00:00Z
	assert_output --partial 'the first L110 $.purposes[3].min_version: '
	unchanged
}

@test "L116: a later policy begins neither in the past nor before the one in force" {
	ledger
	change '.effective_from = "2026-01-31T00:00:00Z"'
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 2 ]
	grep -qF 'error L116 $.effective_from: before the publication' err
	change '.effective_from = "2025-12-31T00:00:00Z"'
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 2 ]
	grep -qF 'error L116 $.effective_from: before the policy now in force' err
	unchanged
}

@test "L116: a policy that is backdated says why, and so does every decision under it" {
	ledger
	change '.effective_from = "2026-01-15T00:00:00Z" | .backdated = {reason: "found late", signed_by: "DPO-7"}'
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 0 ] || { cat err; return 1; }
	ask() {
		printf '{"kind":"record","id":"shop:1","source":"shop","key":"1","observed_at":"2026-01-02T00:00:00Z","email":["a@example.com"]}\n' |
			cdp-consent gate --as-of "$1" --known-at "$2" --max-ledger-age P90D | jq -c 'select(.kind == "record").decisions[0].notes'
	}
	[ "$(ask 2026-01-20T00:00:00Z 2026-02-01T00:00:00Z)" = '["N_BACKDATED"]' ]
	[ "$(ask 2026-01-20T00:00:00Z 2026-01-20T00:00:00Z)" = null ]	# nobody knew
	[ "$(ask 2026-01-10T00:00:00Z 2026-02-01T00:00:00Z)" = null ]
	echo '{"email":"ana@example.com"}' >who.json
	cdp-consent decide --purpose marketing.newsletter --subject-file who.json --as-of 2026-02-01T00:00:00Z --max-ledger-age P90D >out
	[ "$(jq -c '[.code, .notes]' out)" = '["D_NO_CONSENT",["N_BACKDATED"]]' ]
	cp state/ledger/seg/000000.ndjson before
	change '.effective_from = "2026-01-10T00:00:00Z" | .backdated = {reason: "later still", signed_by: "DPO-7"}'
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 2 ]
	grep -qF 'error L116 $.effective_from: before the policy now in force' err
	change '.effective_from = "2026-01-20T00:00:00Z" | .backdated = {reason: "nobody signs"}'
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 2 ]
	grep -qF 'error L101 $.backdated: needs reason and signed_by' err
}

@test "of two policies from the same instant the later publication is in force" {
	ledger
	echo '{"email":"ana@example.com"}' >who.json
	for days in 31 32; do
		change '.effective_from = "2026-03-01T00:00:00Z" | .defaults.quarantine_days = '$days
		publish "2026-02-01T00:00:0${days#3}Z"
		[ "$status" -eq 0 ]
	done
	digest=$(policy_digest changed.json)
	cdp-consent decide --purpose marketing.newsletter --subject-file who.json --as-of 2026-03-01T00:00:00Z \
		--max-ledger-age P90D --policy changed.json >out 2>err
	run -4 cdp-consent decide --purpose marketing.newsletter --subject-file who.json \
		--as-of 2026-02-28T23:59:59Z --max-ledger-age P90D --policy changed.json
	[ -e "state/ledger/policies/$digest.json" ]
}

@test "L212: publish says which clocks start, restart and stop" {
	ledger
	[ "$(grep -c clock err)" -eq 0 ]
	change '.effective_from = "2026-03-01T00:00:00Z" |
		.purposes[2].basis = {"*": .purposes[1].basis["*"]} |
		.purposes += [.purposes[1] + {id: "fraud.prevention"}]'
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 0 ]
	[ "$(sed 's/^cdp-consent: //' err | grep -c .)" -eq 4 ]
	grep -qF 'L212 $.purposes[2].basis' err
	grep -qF 'clock of order_fulfilment in EU restarts: on legitimate_interests, no longer on contract' err
	grep -qF 'clock of fraud.prevention in EU starts: on legitimate_interests' err
	jq '.effective_from = "2026-05-01T00:00:00Z" | del(.purposes[4])' changed.json >next.json
	mv next.json changed.json
	publish 2026-04-01T00:00:00Z
	[ "$status" -eq 0 ]
	grep -qF 'clock of fraud.prevention in EU stops: no longer on legitimate_interests' err
	[ "$(grep -c clock err)" -eq 1 ]
	run ! grep L212 err
}

@test "a basis keeps its clock when it is written for the regime instead of for all" {
	ledger
	change '.effective_from = "2026-03-01T00:00:00Z" | .purposes[].basis |= {EU: .["*"]}'
	publish 2026-02-01T00:00:00Z
	change '.effective_from = "2026-04-01T00:00:00Z"'
	publish 2026-03-01T00:00:00Z
	[ "$status" -eq 0 ]
	run ! grep clock err
	printf '{"kind":"record","id":"shop:1","source":"shop","key":"1","observed_at":"2025-06-01T00:00:00Z","email":["a@example.com"]}\n' |
		cdp-consent gate --as-of 2026-04-02T00:00:00Z --max-ledger-age P90D 2>err >out
	[ "$(jq -r 'select(.kind == "record").decisions[0].code' out)" = P_LI ]
}

# gated WHEN: the code of a record of 2025 for identity resolution
gated() {
	printf '{"kind":"record","id":"shop:1","source":"shop","key":"1","observed_at":"2025-06-01T00:00:00Z","email":["a@example.com"]}\n' |
		cdp-consent gate --as-of "$1" --max-ledger-age P90D --quarantine q 2>err >out
	cat out q | jq -r 'select(.kind == "record").decisions[0].code'
}

@test "a basis that was given up for a time has a new clock" {
	ledger
	change '.effective_from = "2026-02-02T00:00:00Z" | .purposes[1].basis = {"*": .purposes[2].basis["*"]}'
	publish 2026-02-01T00:00:00Z
	[ "$(gated 2026-02-01T12:00:00Z)" = P_LI ]
	change '.effective_from = "2026-03-02T00:00:00Z"'
	publish 2026-03-01T00:00:00Z
	[ "$status" -eq 0 ]
	grep -qF 'clock of identity_resolution in EU restarts: on legitimate_interests, no longer on contract' err
	[ "$(gated 2026-03-03T00:00:00Z)" = E_BASIS_AFTER_COLLECTION ]
	change '.effective_from = "2026-04-02T00:00:00Z" | .purposes[1].basis["*"].registered_at = "2020-01-01"'
	publish 2026-04-01T00:00:00Z	# what it claims is too late
	[ "$(gated 2026-04-03T00:00:00Z)" = E_BASIS_AFTER_COLLECTION ]
}

@test "one regime's new basis takes no other regime's clock with it" {
	ledger
	change '.effective_from = "2026-02-02T00:00:00Z" | .regimes = ["EU", "US-CA"] |
		.defaults.jurisdictions = ["EU"] | .purposes[1].basis["US-CA"] = .purposes[2].basis["*"]'
	publish 2026-02-01T00:00:00Z
	change '.effective_from = "2026-03-02T00:00:00Z" | .regimes = ["EU", "US-CA"] | .defaults.jurisdictions = ["EU"]'
	publish 2026-03-01T00:00:00Z
	[ "$status" -eq 0 ]
	grep -qF 'clock of identity_resolution in US-CA restarts' err
	run ! grep -F 'in EU' err
}

@test "a policy counts from when it was known, and for the time that it speaks of" {
	ledger
	echo '{"email":"ana@example.com"}' >who.json
	change '.effective_from = "2026-03-01T00:00:00Z" | .defaults.permit_ttl = "P1D"'
	publish 2026-02-01T00:00:00Z
	digest=$(policy_digest changed.json)
	asked() {
		cdp-consent filter --purpose marketing.newsletter --as-of "$1" --known-at "$2" --max-ledger-age P90D </dev/null |
			jq -r 'select(.kind == "stream").policy'
	}
	[ "$(asked 2026-02-28T23:59:59Z 2026-03-01T00:00:00Z)" != "$digest" ]
	[ "$(asked 2026-03-01T00:00:00Z 2026-03-01T00:00:00Z)" = "$digest" ]
	[ "$(asked 2026-03-01T00:00:00Z 2026-01-31T23:59:59Z)" != "$digest" ]
}

@test "L110: a version replaced in an earlier policy counts too" {
	ledger
	change '.effective_from = "2026-03-01T00:00:00Z" |
		.notices[1] += {version: 8, material: ["marketing.newsletter"]} | .purposes[3].min_version = 7'
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 2 ]
	grep -qF 'cdp-consent: error L110 $.purposes[3].min_version: ' err
	grep -qF 'cdp-consent: E_POLICY: changed.json: errors 1, the first L110 $.purposes[3].min_version: ' err
	run ! cdp-consent publish -q --policy changed.json --as-of 2026-02-01T00:00:00Z
	assert_output --partial 'the first L110 $.purposes[3].min_version: '
	unchanged
	change '.effective_from = "2026-03-01T00:00:00Z" |
		.notices[1] += {version: 8, material: ["marketing.newsletter"]} | .purposes[3].min_version = 8'
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 0 ]
}

# Two policies that each could follow on the first; only one order of both is lawful.
@test "two publications at once lint against each other" {
	local i first second
	change '.effective_from = "2026-03-01T00:00:00Z" |
		.notices[1] += {version: 8, material: ["marketing.newsletter"]} | .purposes[3].min_version = 8'
	mv changed.json new.json
	change '.effective_from = "2026-03-02T00:00:00Z" | .defaults.quarantine_days = 31'
	mv changed.json old.json
	for i in 1 2 3 4 5 6; do
		rm -rf state
		ledger
		first=0 second=0
		cdp-consent publish --policy new.json --lock-wait 10 --as-of 2026-02-01T00:00:00Z 2>err1 3>&- &
		cdp-consent publish --policy old.json --lock-wait 10 --as-of 2026-02-01T00:00:00Z 2>err2 || second=$?
		wait $! || first=$?
		[ "$first" -eq 0 ] || { cat err1; return 1; }
		if [ "$second" -eq 0 ]; then	# the old terms came first
			[ "$(jq -r 'select(.type == "policy").id' state/ledger/seg/000000.ndjson | sed -n 3p)" = \
				"$(policy_digest new.json)" ]
		else
			[ "$second" -eq 2 ]
			grep -qF 'L110 $.purposes[3].min_version' err2
			[ "$(wc -l <state/ledger/seg/000000.ndjson)" -eq 2 ]
		fi
		cdp-consent verify >/dev/null
	done
}

@test "publish holds the lock before it looks at what is published" {
	local pid
	ledger
	change '.effective_from = "2026-03-01T00:00:00Z" |
		.notices[1] += {version: 8, material: ["marketing.newsletter"]} | .purposes[3].min_version = 8'
	mkfifo pipe
	cdp-consent publish --policy pipe --as-of 2026-02-01T00:00:00Z 2>err1 3>&- &
	pid=$!
	exec 9>pipe	# opens when the first one reads its policy
	mv changed.json new.json
	change '.effective_from = "2026-03-02T00:00:00Z"'
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 5 ]
	cat new.json >&9
	exec 9>&-
	wait $pid
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 2 ]
	grep -qF 'L110 $.purposes[3].min_version' err
}

@test "a policy is published once" {
	ledger
	jq . policy.json >changed.json	# other bytes, the same policy
	publish 2026-01-01T00:00:00Z
	[ "$status" -eq 1 ]
	grep -q "published already" err
	unchanged
	# nor months later, when its time of coming into force is long over
	publish 2026-06-01T00:00:00Z
	[ "$status" -eq 1 ]
	grep -q "published already" err
	run ! grep L116 err
	unchanged
}

@test "publish without a ledger decides nothing" {
	jq -S . policy.json >changed.json
	CDP_STATE=$PWD/none publish 2026-01-01T00:00:00Z
	[ "$status" -eq 4 ]
	[ ! -e none ]
}
