# SPDX-License-Identifier: Apache-2.0
# What the members of a policy do to decisions: each with a case where it makes the difference
bats_require_minimum_version 1.5.0
load helpers
load consent

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	export CDP_STATE=$PWD/state
}

# A new ledger under the policy of the gates, changed by jq.
under() {
	rm -rf state
	jq "$1" "$DATA/consent/gates/policy.json" >policy.json
	cdp-consent init --subjects keyed --name test.example/consent --new-keys \
		--policy policy.json --as-of 2026-01-01T00:00:00Z 2>init.err || { cat init.err; return 1; }
}

# The code of the newsletter for the person in ./who.json, one a line for each address.
codes() {
	judge decide --purpose marketing.newsletter --channel email --subject-file who.json 2>err |
		jq -r 'select(.kind == "decision").code' | xargs
}

valid_until() {
	jq -r 'select(.kind == "decision").valid_until'
}

is() {
	[ "$1" = "$2" ] || { echo "got $1, not $2"; return 1; }
}

@test "--policy must be the published one; --draft tries another out, and nobody commits what it gave" {
	under .
	jq '.purposes[1].basis["*"].lia_ref = "other"' policy.json >other.json
	record 1 ana@example.com >people
	run -4 judge gate --policy other.json -o out people
	assert_output --partial E_POLICY
	[ ! -e out ]
	run -0 judge gate --policy policy.json -o out people
	judge gate --policy other.json --draft people >out 2>err || true
	[ "$(jq -r 'select(.kind == "end").ok' out)" = false ]
	[ "$(jq -r 'select(.kind == "record").decisions[0].code' out)" = P_LI ]
	run -2 judge gate --policy <(echo '{}') --draft people
	run -2 judge gate --draft people
	assert_output --partial "--draft is about an unpublished --policy"
}

@test "what a draft says of one person does not look like a decision either" {
	under .
	jq '.purposes[1].basis["*"].lia_ref = "other"' policy.json >other.json
	echo '{"email":["ana@example.com"]}' >who.json
	judge decide --purpose marketing.newsletter --policy other.json --draft --subject-file who.json >out
	is "$(jq -rc '[.kind, .verdict // .ok]' out | paste -sd' ')" '["decision","deny"] ["end",false]'
	judge explain --purpose marketing.newsletter --policy other.json --draft --subject-file who.json >out
	grep -q "policy [0-9a-f]*, a draft that is not in force; ledger" out
	judge explain --json --purpose marketing.newsletter --policy other.json --draft --subject-file who.json >out
	is "$(jq .draft out)" true
}

@test "all that is wrong with a draft is told" {
	under .
	jq '.colour = 1 | .purposes[1].size = 2 | del(.controllers[0].legal_name)' policy.json >bad.json
	record 1 ana@example.com >people
	run -2 judge gate --policy bad.json --draft people
	assert_output --partial 'L101 $.colour'
	assert_output --partial 'L101 $.purposes[1].size'
	assert_output --partial 'L101 $.controllers[0].legal_name'
	assert_output --partial 'errors 3'
}

@test "a draft claims no earlier registration than a publication would" {
	under .
	jq '.purposes += [.purposes[1] + {id: "fraud.prevention"}] | .sources[0].purposes += ["fraud.prevention"] |
		.notices[0].purposes += ["fraud.prevention"]' policy.json >other.json
	record 1 ana@example.com ',"purposes":["fraud.prevention"]' >people
	judge gate --purpose fraud.prevention --policy other.json --draft --quarantine q people >out 2>err || true
	[ "$(jq -r 'select(.kind == "record").decisions[0].code' q)" = E_BASIS_AFTER_COLLECTION ]
}

@test "max_ledger_age: nothing is decided on old news" {
	under .
	profile 1 ana@example.com >people
	run -4 cdp-consent filter --purpose marketing.newsletter --controller north --as-of 2026-01-02T00:00:00.001Z -o out people
	assert_output --partial E_STALE
	assert_output --partial "cdp-consent checkpoint --tick"
	[ ! -e out ]
	run -0 cdp-consent filter --purpose marketing.newsletter --controller north --as-of 2026-01-02T00:00:00Z people
	under '.defaults.max_ledger_age = "P2D"'
	run -0 cdp-consent filter --purpose marketing.newsletter --controller north --as-of 2026-01-03T00:00:00Z people
}

@test "what the policy does not know is a usage error, however old the ledger or wrong the clock" {
	local words at code
	under .
	profile 1 ana@example.com >people
	record 1 ana@example.com >records
	echo '{"email":["ana@example.com"]}' >ana.json
	for at in 2027-01-01T00:00:00Z 2026-06-01T00:00:00Z; do
		while read -r code words; do
			read -r -a words <<<"$words"
			run_split cdp-consent "${words[@]}" --as-of $at -o none
			[ "$status" -eq 2 ] && grep -q "$code" err || { echo "${words[*]}: $status"; cat err; return 1; }
			[ ! -e none ]
		done <<-END
			E_PURPOSE_UNKNOWN gate --purpose nonsense records
			E_PURPOSE_UNKNOWN filter --purpose nonsense people
			E_DESTINATION_UNKNOWN filter --purpose marketing.newsletter --to nonsense people
			E_CHANNEL_UNKNOWN filter --purpose marketing.newsletter --channel fax people
			E_CONTROLLER_UNKNOWN filter --purpose marketing.newsletter --controller nonsense people
			E_PURPOSE_UNKNOWN decide --purpose nonsense --subject-file ana.json
			E_PURPOSE_UNKNOWN explain --purpose nonsense --subject-file ana.json
			E_PURPOSE_UNKNOWN explain --all --purpose nonsense --subject-file ana.json
			E_USAGE explain --all --purpose compliance --channel email --subject-file ana.json
			E_PURPOSE_UNKNOWN recheck --purpose nonsense people
			E_PURPOSE_UNKNOWN expire --purpose nonsense --within P30D people
			E_DESTINATION_UNKNOWN conflicts --to nonsense people
			E_PURPOSE_UNKNOWN impact --before people --after people --purpose nonsense
		END
	done
	# and asked rightly, it is the ledger's age that counts
	run -4 cdp-consent gate --as-of 2027-01-01T00:00:00Z records
	assert_output --partial E_STALE
}

@test "before the first policy nothing is decided, and it is said why" {
	under .
	record 1 ana@example.com >records
	run -4 cdp-consent gate --as-of 2025-06-01 records
	assert_output --partial "E_POLICY: no policy is in force at that time: none was published by then"
	run -4 cdp-consent gate --as-of 2025-06-01 --known-at 2026-06-01 records
	assert_output --partial "E_POLICY: no policy is in force at that time: the first begins at 2026-01-01T00:00:00Z"
}

@test "compatible_from: records collected for one purpose serve the other" {
	record 1 ana@example.com ',"purposes":["order_fulfilment"]' >people
	under .
	judge gate --quarantine q people >out 2>err
	is "$(jq -r 'select(.kind == "record").decisions[0].code' q)" D_PURPOSE_NOT_DECLARED
	under '.purposes[1].compatible_from = [{purpose: "order_fulfilment", assessment: "a-1"}]'
	judge gate --quarantine q people >out 2>err
	is "$(jq -r 'select(.kind == "record").decisions[0].code' out)" P_LI
}

@test "conflict: a no at another address counts, per_identifier only if it is more than a withdrawal" {
	local mode want
	echo '{"email":["ana@example.com","bo@example.com"]}' >who.json
	for mode in most_restrictive ask per_identifier; do
		want=D_CONFLICT_LINKED
		[ $mode != per_identifier ] || want=P_CONSENT
		under ".purposes[3] += {conflict: \"$mode\", counsel_ref: \"c-1\"}"
		{ said w1 withdraw bo@example.com 2026-02-01T00:00:00Z ',"src":"shop"'
		  grant g1 ana@example.com 2026-03-01T10:00:00Z; } | heard 2026-03-01T10:01:00Z
		is "$(codes)" "$want D_WITHDRAWN"
		said o1 object_dm bo@example.com 2026-04-01T00:00:00Z ',"src":"shop"' | heard 2026-04-01T00:01:00Z
		is "$(codes)" "D_DM_OBJECTION D_DM_OBJECTION"
	done
}

@test "account_override: a grant that covers an account answers for its other addresses" {
	local covers=',"account":"shop:1","covers":"account"}'
	profile 1 ana@example.com | jq -c '.email += ["bo@example.com"] | .provenance.email += .provenance.email' >who.json
	for want in P_CONSENT D_CONFLICT_LINKED; do
		under ".purposes[3].account_override = $([ $want = P_CONSENT ] && echo true || echo false)"
		{ said w1 withdraw bo@example.com 2026-02-01T00:00:00Z ',"src":"shop"'
		  grant g1 ana@example.com 2026-03-01T10:00:00Z | sed "s/}\$/$covers/"; } | heard 2026-03-01T10:01:00Z
		is "$(codes)" "$want $want"
	done
}

@test "grant_edge_min: the record of an account carries a grant from that assurance on" {
	profile 1 ana@example.com | jq -c '.email += ["bo@example.com"] | .provenance.email += .provenance.email' >who.json
	for min in authenticated verified; do
		under ".defaults.grant_edge_min = \"$min\" | .sources[0].assurance = \"verified\""
		grant g1 ana@example.com 2026-03-01T10:00:00Z | sed 's/}$/,"account":"shop:1","covers":"account"}/' |
			heard 2026-03-01T10:01:00Z
		is "$(codes)" "P_CONSENT $([ $min = verified ] && echo P_CONSENT || echo D_NO_CONSENT)"
	done
}

@test "grant_inherits: a grant for the whole counts for its part" {
	echo '{"email":"ana@example.com"}' >who.json
	for want in D_NO_CONSENT P_CONSENT; do
		under ".purposes[3].grant_inherits = $([ $want = P_CONSENT ] && echo true || echo false)"
		grant g1 ana@example.com 2026-03-01T10:00:00Z | sed 's/marketing.newsletter/marketing/' |
			heard 2026-03-01T10:01:00Z
		is "$(codes)" "$want"
	done
}

@test "survives_restriction: what must go on goes on" {
	echo '{"email":"ana@example.com"}' >who.json
	for want in D_RESTRICTED P_CONSENT; do
		under ".purposes[3].survives_restriction = $([ $want = P_CONSENT ] && echo true || echo false)"
		{ grant g1 ana@example.com 2026-03-01T10:00:00Z
		  said r1 restrict ana@example.com 2026-03-02T00:00:00Z; } | heard 2026-03-02T00:01:00Z
		is "$(codes)" "$want"
	done
}

@test "effective_min_from: an older version counts until then" {
	echo '{"email":"ana@example.com"}' >who.json
	under '.notices += [.notices[1] + {version: 8}] | .purposes[3] += {min_version: 8, effective_min_from: "2026-06-01T00:00:00Z"}'
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	is "$(AT=2026-05-31T23:59:59.999Z codes)" P_CONSENT
	is "$(AT=2026-06-01T00:00:00Z codes)" D_STALE_VERSION
}

@test "special_condition: protected fields pass the gate and the filter with it only" {
	under .
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	profile 1 ana@example.com | judge filter --purpose marketing.newsletter --channel email >out 2>err
	run ! grep vegan out
	under '.purposes[3].special_condition = "art9-2a" | .views["marketing.newsletter"] += ["attributes.diet"]'
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	profile 1 ana@example.com | judge filter --purpose marketing.newsletter --channel email >out 2>err
	grep -q vegan out
}

# sold STATE: the code of a sale, by channel none, of a person born in 2009 who agreed to it herself
sold() {
	under '.regimes = ["EU", "US-DE", "US-MD"] | .defaults.jurisdictions = ["'"$1"'"] | .controllers[].country = "US" |
		.notices += [.notices[0] + {id: "sale", version: 1, lang: "en", purposes: ["sale.partners"]}] | .sources[].purposes += ["sale.partners"] |
		.purposes += [{id: "sale.partners", channels: ["none"], sale: true, notice: "sale", min_version: 1, basis: (
			{"US-DE": {type: "notice_opt_out", registered_at: "2020-01-01", registered_ref: "r"}} | .["US-MD"] = .["US-DE"] |
			.EU = .["US-DE"] + {type: "consent", consent_type: "expressed", max_age: "P24M"})}] |
		.sources[].notice_at_collection = "sale@1" | .views["sale.partners"] = ["email"] | .destinations = []'
	said o1 opt_in_sale ana@example.com 2026-03-01T10:00:00Z ',"src":"shop","controller":"north","purpose":"sale.partners","channel":"none","notice":"sale@1/en","method":"web_form","actor":"subject","evidence":{"form":"f"}' |
		heard 2026-03-01T10:01:00Z
	profile 1 ana@example.com '"sale.partners"' | jq -c '.birthdate = "2009-05-01"' |
		judge decide --purpose sale.partners --channel none 2>err | jq -r 'select(.kind == "decision").code'
}

@test "sale_age: a minor may agree to a sale in one state, and in another nobody may" {
	is "$(sold US-DE)" P_NOTICE
	is "$(sold US-MD)" D_MINOR_NO_OPTIN
}

@test "shared: a mailbox of many carries a no, never a yes" {
	under '.shared = {mailboxes: ["info"], namespaces: ["device"]}'
	{ grant g1 info@example.com 2026-03-01T10:00:00Z; grant g2 ana@example.com 2026-03-01T10:00:00Z; } |
		heard 2026-03-01T10:01:00Z
	echo '{"email":["ana@example.com","info@example.com"]}' >who.json
	is "$(codes)" "P_CONSENT D_NO_CONSENT"
	judge explain --purpose marketing.newsletter --channel email --subject-file who.json >told
	is "$(grep -B 2 'the address is one of many people' told | sed -n 1p | cut -d' ' -f1)" denied
	is "$(grep -c 'the address is one of many people' told)" 1
	said w1 withdraw info@example.com 2026-04-01T00:00:00Z ',"src":"shop"' | heard 2026-04-01T00:01:00Z
	is "$(codes | cut -d' ' -f1)" D_CONFLICT_LINKED
}

@test "an address that was refused leaves the row, the other stays" {
	under .
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	profile 1 ana@example.com |
		jq -c '.email = ["bo@example.com", "ana@example.com"] | .provenance.email += .provenance.email' >people
	judge filter --purpose marketing.newsletter --channel email --summary s people >out 2>err
	is "$(jq -c 'select(.kind == "profile").email' out)" '["ana@example.com"]'
	run ! grep bo@example.com out
}

@test "permit_ttl, the end of a contract and the next policy bound a decision" {
	echo '{"email":"ana@example.com"}' >who.json
	under '.defaults.permit_ttl = "P3D" | .destinations[0].ends = "2026-06-02"'
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	is "$(judge decide --purpose marketing.newsletter --subject-file who.json 2>err | valid_until)" 2026-06-04T00:00:00Z
	is "$(judge decide --purpose marketing.newsletter --to mailer --subject-file who.json 2>err | valid_until)" 2026-06-02T00:00:00Z
	jq '.effective_from = "2026-06-01T12:00:00Z"' policy.json >next.json
	cdp-consent publish --policy next.json --as-of 2026-05-31T00:00:00Z 2>err
	is "$(judge decide --purpose marketing.newsletter --to mailer --subject-file who.json 2>err | valid_until)" 2026-06-01T12:00:00Z
}

@test "notice_at_collection: legitimate interests need a notice that names the purpose" {
	record 1 ana@example.com >people
	under 'del(.sources[0].notice_at_collection)'
	judge gate --quarantine q people >out 2>err
	is "$(jq -r 'select(.kind == "record").decisions[0].code' q)" D_NO_NOTICE
	under '.notices[0].purposes -= ["identity_resolution"]'
	judge gate --quarantine q people >out 2>err
	is "$(jq -r 'select(.kind == "record").decisions[0].code' q)" D_NO_NOTICE
	under .
	judge gate --quarantine q people >out 2>err
	is "$(jq -r 'select(.kind == "record").decisions[0].code' out)" P_LI
}

@test "quarantine_days: how long a refused record may be tried again" {
	under '.defaults.quarantine_days = 1'
	record 1 ana@example.com ',"purposes":["order_fulfilment"]' | judge gate --quarantine q >out 2>err
	is "$(jq -r 'select(.kind == "record").expires_at' q)" 2026-06-02T00:00:00Z
}

@test "channel rules: marketing by e-mail on legitimate interests is refused" {
	echo '{"email":"ana@example.com"}' >who.json
	under '.purposes[3].basis = {"*": .purposes[1].basis["*"]} | .notices[0].purposes += ["marketing.newsletter"]'
	said n1 notice_served ana@example.com 2026-02-01T00:00:00Z \
		',"src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email","notice":"privacy@3/en"' |
		heard 2026-02-01T00:01:00Z
	is "$(codes)" D_CHANNEL_RULE
	judge explain --purpose marketing.newsletter --subject-file who.json >out 2>err
	grep -q '^  step 11  D_CHANNEL_RULE' out
}

@test "a person of 9,000 identifiers is judged, of 20,000 is refused as a whole" {
	under .
	profile 1 ana@example.com >one
	for n in 9000 20000; do
		jq -c --argjson n $n '.email = [range($n) | "\(.)@e.de"] | del(.provenance)' one >people
		run_split judge decide --purpose marketing.newsletter --max-rejects 9 --rejects rejects people
		[ "$status" -eq 0 ]
		is "$(jq -r 'select(.kind == "reject").code' rejects)" "$([ $n = 9000 ] || echo E_LIMIT)"
		is "$(jq -c 'select(.kind == "decision")' out | wc -l)" "$([ $n = 9000 ] && echo 9000 || echo 0)"
	done
}

# What is neither an identifier nor a time or purpose of a record decides nothing.
@test "X6: taking a field away changes no verdict" {
	local path
	under .
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	{ profile 1 ana@example.com; profile 2 bo@example.com; } |
		jq -c '. + {gender: "f", birthdate: "1980-01-01", phone_number: ["+351910000001"]}' >people
	verdicts people >before
	[ "$(wc -l <before)" -eq 2 ]
	for path in .given_name .family_name .gender .attributes .attributes.diet .attributes.password \
		.provenance.given_name .provenance.family_name '.provenance["attributes.diet"]'; do
		jq -c "del($path)" people >less
		verdicts less | diff before -
	done
}

verdicts() {
	judge filter --purpose marketing.newsletter --channel email --show-values --denied denied "$1" 2>err |
		jq -r 'select(.kind == "profile") | "\(.id) \(.decisions[0].code)"'
	jq -r 'select(.kind == "decision") | "\(.profile) \(.code)"' denied
}
