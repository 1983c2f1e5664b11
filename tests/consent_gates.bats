# SPDX-License-Identifier: Apache-2.0
# cdp-consent decide, filter, gate, explain: end to end over a ledger made by init and append
bats_require_minimum_version 1.5.0
load helpers
load consent

setup() {
	keyed_ledger
}

newsletter() {
	judge filter --purpose marketing.newsletter --channel email "$@"
}

@test "a profile with a consent passes with the fields of the view and its decision" {
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	profile 1 ana@example.com | newsletter >out 2>err
	run -0 jq -r 'select(.kind=="profile")|[.given_name,.family_name//"gone",.email[0],.decisions[0].code,.decisions[0].verdict]|join(" ")' out
	assert_output "Canary1 gone ana@example.com P_CONSENT permit_redacted"
	run -0 jq -r 'select(.kind=="stream")|[.command,.purpose,.channel,.controller]|join(" ")' out
	assert_output "filter marketing.newsletter email north"
}

@test "a withdrawal at the address beats an earlier consent, and the other way round" {
	{ grant g1 ana@example.com 2026-03-01T10:00:00Z
	  said w1 withdraw ana@example.com 2026-04-01T00:00:00Z ',"src":"shop"'
	  said w2 withdraw bo@example.com 2026-02-01T00:00:00Z ',"src":"shop"'
	  grant g2 bo@example.com 2026-03-01T10:00:00Z; } | heard 2026-04-01T00:01:00Z
	{ profile 1 ana@example.com; profile 2 bo@example.com; } | newsletter --denied d >out 2>err
	run -0 jq -r 'select(.kind=="profile").id' out
	assert_output 2
	run -0 jq -r 'select(.kind=="decision").code' d
	assert_output D_WITHDRAWN
}

@test "nothing personal is in the denial stream, the summary or the messages" {
	{ profile 1 canary.bird@example.com; } | newsletter --denied d --summary s >out 2>err
	run ! grep -i -e canary -e hidden -e vegan d s err
	run -0 jq -r 'select(.kind=="decision").subject' d
	assert_output --partial "profile:"
}

@test "a profile without member purposes falls back to its sources, and without provenance nothing is usable" {
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	{ profile 1 ana@example.com | jq -c 'del(.member_purposes)'
	  profile 2 ana@example.com | jq -c 'del(.provenance)'; } | newsletter --denied d >out 2>err
	run -0 jq -r 'select(.kind=="profile").id' out
	assert_output 1
	run -0 jq -r 'select(.kind=="decision").code' d
	assert_output D_NO_FIELDS
}

@test "the line on standard error counts by code and by path taken away, the first of them" {
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	profile 1 ana@example.com | newsletter >out 2>err
	grep -q "; P_CONSENT 1, R_FIELD 3; dropped attributes.diet 1, attributes.password 1, family_name 1$" err
	profile 1 ana@example.com | jq -c '.attributes|=([range(10)|{key:"a\(.)",value:"x"}]|from_entries)' | newsletter --summary s >out 2>err
	grep -q "; dropped attributes.a0 1, .*, attributes.a7 1 and 3 more paths$" err
	[ "$(jq '.dropped | length' s)" -eq 11 ]
}

@test "an attribute whose category nobody declared goes with a notice in the decision" {
	jq '.views["marketing.newsletter"] += ["attributes.hobby", "attributes.points"] | .fields += [{"path":"attributes.points","category":"ordinary"}]' policy.json >more.json
	rm -r state
	cdp-consent init -q --subjects keyed --name test.example/consent --new-keys --policy more.json --as-of 2026-01-01T00:00:00Z
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	notes() {
		profile 1 ana@example.com | jq -c --arg name "$1" '.attributes={($name):"x"} | .provenance["attributes." + $name]={record:"shop:1"}' |
			newsletter 2>err | jq -c 'select(.kind=="profile") | [.attributes, .decisions[0].notes]'
	}
	[ "$(notes points)" = '[{"points":"x"},null]' ]
	[ "$(notes hobby)" = '[{"hobby":"x"},["N_FIELD_UNTAGGED"]]' ]
}

@test "the figures of a filter add up" {
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	{ profile 1 ana@example.com; profile 2 bo@example.com; echo '{"kind":"profile"}'; echo '{"x":'; echo; } |
		newsletter --summary s --max-rejects 9 >out 2>err || true
	run -0 jq -e '.permitted+.redacted+.skipped+.denied+.rejected==.read and .read==4' s
}

@test "credentials never leave, special fields only with a condition" {
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	profile 1 ana@example.com | newsletter >out 2>err
	run ! grep -e sesame -e vegan out
}

@test "the gate passes records with a purpose and a basis and takes credentials away" {
	{ record 1 ana@example.com; record 2 bo@example.com ',"purposes":["order_fulfilment"]'
	  record 3 cy@example.com | sed 's/"shop/"nobody/g'; } |
		judge gate --quarantine q >out 2>err
	run -0 jq -r 'select(.kind=="record")|[.id,.decisions[0].code]|join(" ")' out
	assert_output "shop:1 P_LI"
	run ! grep -e sesame -e vegan out
	run -0 jq -r 'select(.kind=="record")|[.decisions[0].code,.expires_at]|join(" ")' q
	assert_line "D_PURPOSE_NOT_DECLARED 2026-07-01T00:00:00Z"
	assert_line "E_SOURCE_UNKNOWN 2026-07-01T00:00:00Z"
	run -0 jq -r 'select(.kind=="stream")|.command+" "+.purpose' out
	assert_output "gate identity_resolution"
}

@test "a record collected before its basis was registered, or after today, or never, is kept out" {
	{ record 1 a@example.com | sed 's/2026-02-01/1970-01-01/'
	  record 2 a@example.com | sed 's/2026-02-01/2099-02-01/'
	  record 3 a@example.com | jq -c '.observed_at="soon"'; } | judge gate --quarantine q >out 2>err
	run -0 jq -r 'select(.kind=="record").decisions[0].code' q
	assert_output "E_BASIS_AFTER_COLLECTION
E_COLLECTION_TIME
E_COLLECTION_TIME"
}

@test "a quarantined record is tried again, and dropped when its days are over" {
	record 2 bo@example.com ',"purposes":["order_fulfilment"]' | judge gate --quarantine q >out 2>err
	jq -c 'if .kind=="record" then .purposes=["identity_resolution"] else . end' q >again
	judge gate again >out 2>err
	run -0 jq -r 'select(.kind=="record")|[.id,(.decisions|length),.expires_at//"none"]|join(" ")' out
	assert_output "shop:2 1 none"
	cdp-consent gate --as-of 2026-08-01T00:00:00Z --max-ledger-age P900D again >out 2>err
	run -0 jq -r 'select(.kind=="record").id' out
	assert_output ""
	grep -q "Q_EXPIRED 1" err
}

@test "an objection to linking keeps the record out" {
	said o1 object ana@example.com 2026-04-01T00:00:00Z ',"src":"shop","purpose":"identity_resolution"' |
		heard 2026-04-01T00:01:00Z
	record 1 ana@example.com | judge gate --quarantine q >out 2>err
	run -0 jq -r 'select(.kind=="record").decisions[0].code' q
	assert_output D_OBJECTED
}

@test "a no that is not in the ledger stops both gates" {
	said w1 withdraw ana@example.com 2026-04-01T00:00:00Z ',"src":"shop"' >no
	for command in "gate" "filter --purpose marketing.newsletter"; do
		# shellcheck disable=SC2086
		run -4 judge $command -o out no
		assert_output --partial E_UNAPPENDED
		[ ! -e out ]
	done
	heard 2026-04-01T00:01:00Z <no
	run -0 judge gate -o out no
}

@test "a withdrawal told to one joint controller survives every later feed (R1)" {
	{ grant g1 ana@example.com 2026-03-01T10:00:00Z; } | heard 2026-03-01T10:01:00Z
	said w1 withdraw ana@example.com 2026-04-01T00:00:00Z ',"controller":"telco"' | heard 2026-04-01T00:01:00Z
	grant i1 ana@example.com 2026-05-02T00:00:00Z | sed 's/web_form/import/' | heard 2026-05-02T00:01:00Z || true
	profile 1 ana@example.com | newsletter --denied d --controller north >out 2>err
	run -0 jq -r 'select(.kind=="decision").code' d
	assert_output D_WITHDRAWN
	grant g2 ana@example.com 2026-05-03T00:00:00Z | heard 2026-05-03T00:01:00Z
	profile 1 ana@example.com | newsletter --controller north >out 2>err
	run -0 jq -r 'select(.kind=="profile").id' out
	assert_output 1
}

# The same in the words of consent 1: a directory and the operator it has its entries from.
@test "R1: a private entry stays private whatever the operator's next routine feed says" {
	local listing='"controller":"dir","purpose":"directory.publish","channel":"phone","basis":"consent"'
	jq '.controllers = [.controllers[0] * {id: "dir"}, .controllers[1]] | .joint_groups[0].members = ["dir", "telco"] |
		.notices = [.notices[0] * {purposes: ["identity_resolution"]}, .notices[1] * {id: "entry", version: 1, purposes: ["directory.publish"]}] |
		.purposes = [.purposes[0, 1], (.purposes[3] * {id: "directory.publish", channels: ["phone"], direct_marketing: false,
			notice: "entry", min_version: 1})] |
		.sources = [.sources[0] * {id: "counter", controller: "dir", purposes: ["directory.publish", "identity_resolution"], notice_at_collection: "privacy@3"},
			.sources[0] * {id: "feed", controller: "telco", first_party: false, assurance: "claimed", purposes: ["directory.publish", "identity_resolution"]}] |
		.destinations = [] | .views = {"directory.publish": ["phone_number", "given_name"]}' policy.json >dir.json
	rm -r state
	cdp-consent init -q --subjects keyed --name test.example/dir --new-keys --policy dir.json --as-of 2026-01-01T00:00:00Z
	tell() {	# ID TYPE TIME MEMBERS
		printf '{"kind":"consent","id":"%s","type":"%s","identifier":{"type":"phone_number","value":"+351910000001"},"at":"%s",%s}\n' "$@"
	}
	publish() {
		cdp-consent filter --purpose directory.publish --channel phone --controller dir --denied d --summary s \
			--as-of "$1" --max-ledger-age P900D entry >out 2>err
		jq -r '[.permitted + .redacted, (.codes | keys | map(select(startswith("R_") | not)) | .[])] | join(" ")' s
	}
	echo '{"kind":"profile","id":"1","members":["feed:1"],"given_name":"Ana","phone_number":["+351910000001"],"first_seen":"2026-02-01T00:00:00Z","last_seen":"2026-02-01T00:00:00Z","member_purposes":{"feed:1":["directory.publish"]},"provenance":{"given_name":{"record":"feed:1"},"phone_number":[{"record":"feed:1"}]}}' >entry
	tell g1 grant 2026-03-01T10:00:00Z "$listing"',"src":"counter","notice":"entry@1/en","method":"paper","evidence":{"form":"f1"}' | heard 2026-03-01T10:01:00Z
	[ "$(publish 2026-03-15)" = "1 P_CONSENT" ]
	tell w1 withdraw 2026-04-01T10:00:00Z '"src":"feed","controller":"telco","purpose":"directory.publish"' | heard 2026-04-01T10:01:00Z
	[ "$(publish 2026-04-15)" = "0 D_WITHDRAWN" ]
	tell i1 grant 2026-05-02T10:00:00Z "$listing"',"src":"feed","method":"import"' | heard 2026-05-02T10:01:00Z
	grep -q 'appended 1' append.err
	[ "$(publish 2026-05-02T12:00:00Z)" = "0 D_WITHDRAWN" ]
	tell g2 grant 2026-05-03T10:00:00Z "$listing"',"src":"counter","notice":"entry@1/en","method":"paper","evidence":{"form":"f2"}' | heard 2026-05-03T10:01:00Z
	[ "$(publish 2026-05-04)" = "1 P_CONSENT" ]
}

@test "S11: consent missing, conflicting or future is 0 and denied; an unknown purpose is 2, an unreadable ledger 4" {
	local want who
	{ grant g1 ana@example.com 2026-03-01T10:00:00Z
	  grant g2 bo@example.com 2026-03-01T10:00:00Z
	  said w2 withdraw bo2@example.com 2026-02-01T00:00:00Z ',"src":"shop"'
	  grant g3 cy@example.com 2026-03-01T10:00:00Z
	  said w3 withdraw cy@example.com 2026-03-01T10:00:00Z ',"src":"shop"'; } | heard 2026-03-01T10:01:00Z
	grant g4 di@example.com 2027-03-01T10:00:00Z >future
	run_split cdp-consent append --as-of 2026-03-01T10:02:00Z --rejects r future
	[ "$status" -eq 1 ]
	grep -q Q_FUTURE_GRANT r
	grant g5 ed@example.com 2026-05-01T10:00:00Z | heard 2026-05-01T10:01:00Z
	{ profile 1 ana@example.com
	  profile 2 bo@example.com | jq -c '.email += ["bo2@example.com"] | .provenance.email += .provenance.email'
	  profile 3 cy@example.com; profile 4 di@example.com; profile 5 ed@example.com; profile 6 nobody@example.com; } >people
	ask() {
		cdp-consent filter --purpose marketing.newsletter --channel email --controller north --show-values --denied d \
			--as-of 2026-04-01 --max-ledger-age P900D "$@" people >out 2>err
	}
	ask	# as of April, so that the grant of May is in the future too
	[ "$(jq -r 'select(.kind == "profile") | .id' out)" = 1 ]
	[ "$(jq -r 'select(.kind == "decision") | "\(.profile) \(.verdict) \(.code)"' d)" = "2 deny D_CONFLICT_LINKED
3 deny D_WITHDRAWN
4 deny D_NO_CONSENT
5 deny D_NO_CONSENT
6 deny D_NO_CONSENT" ]
	[ "$(jq -c 'select(.kind == "end") | [.in, .out, .suppressed, .ok]' out)" = '[6,1,5,true]' ]
	run -2 ask --purpose nobody.knows
	[ "$(jq -c '[.kind, .ok, .code]' out)" = '["end",false,2]' ]
	chmod g+r state/ledger/checkpoint
	run -4 ask
	[ "$(jq -c '[.kind, .ok, .code]' out)" = '["end",false,4]' ]
	chmod g-r state/ledger/checkpoint
	rm state/ledger/seg/000000.ndjson
	run -4 ask
	[ "$(jq -c '[.kind, .ok, .code]' out)" = '["end",false,4]' ]
}

@test "what was decided then is decided again: T and K" {
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	said w1 withdraw ana@example.com 2026-05-01T00:00:00Z ',"src":"shop"' | heard 2026-05-20T00:00:00Z
	echo '{"email":"ana@example.com"}' >who.json
	run -0 cdp-consent decide --controller north --purpose marketing.newsletter --subject-file who.json \
		--as-of 2026-05-10T00:00:00Z --max-ledger-age P900D
	assert_output --partial P_CONSENT
	run -0 cdp-consent decide --controller north --purpose marketing.newsletter --subject-file who.json \
		--as-of 2026-05-10T00:00:00Z --known-at 2026-06-01T00:00:00Z --max-ledger-age P900D
	assert_output --partial D_WITHDRAWN
	run -1 judge decide --purpose marketing.newsletter --subject-file who.json --check
}

@test "explain tells the steps, the events and the article, and nothing of the person" {
	{ grant g1 ana@example.com 2026-03-01T10:00:00Z
	  said w1 withdraw ana@example.com 2026-05-01T00:00:00Z ',"src":"shop"'; } | heard 2026-05-02T00:00:00Z
	echo '{"email":"ana@example.com"}' >who.json
	run -0 judge explain --purpose marketing.newsletter --subject-file who.json
	assert_line --partial "denied  D_WITHDRAWN  marketing.newsletter by email for north"
	assert_line --regexp "withdraw +#[0-9]+ +2026-05-01"
	assert_line --partial "GDPR Art 7(3)"
	refute_output --partial ana@
	run -0 judge explain --purpose marketing.newsletter --subject-file who.json --json
	run -0 jq -r '.code+" "+.article' <<<"$output"
	assert_output "D_WITHDRAWN Art 7(3)"
}

@test "an unknown purpose, channel, controller or destination is a usage error, and nothing is read" {
	for wrong in "--purpose nobody.knows" "--purpose marketing.newsletter --channel sms" \
		"--purpose marketing.newsletter --controller nobody" "--purpose marketing.newsletter --to nobody"; do
		# shellcheck disable=SC2086
		run -2 judge filter $wrong people
	done
	run -2 judge filter people
}

@test "what comes later is refused by name" {
	for option in --merge-join; do
		# shellcheck disable=SC2086
		run -2 judge filter --purpose marketing.newsletter $option </dev/null
		assert_output --partial "not in this version"
	done
}

@test "records do not leave the house, profiles are not linked again" {
	record 1 ana@example.com >r
	profile 1 ana@example.com >p
	run -1 newsletter r
	assert_output --partial E_KIND
	run -1 judge gate p
	assert_output --partial E_KIND
}

@test "an input without its end gives 3 and no output" {
	{ echo '{"kind":"stream","schema":"cdp/1","tool":"cdp-resolve"}'; profile 1 ana@example.com; } >cut.ndjson
	run -3 newsletter -o out cut.ndjson
	[ ! -e out ]
}

@test "a destination's contract must cover the purpose, and narrows the fields" {
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	profile 1 ana@example.com | judge filter --purpose marketing.newsletter --to mailer >out 2>err
	run -0 jq -r 'select(.kind=="profile")|[.given_name//"gone",.email[0],.decisions[0].destination]|join(" ")' out
	assert_output "gone ana@example.com mailer"
	profile 1 ana@example.com | cdp-consent filter --purpose marketing.newsletter --to mailer \
		--as-of 2027-12-31T00:00:00Z --max-ledger-age P900D --denied d >out 2>err
	run -0 jq -r 'select(.kind=="decision").code' d
	assert_output D_DESTINATION
}

@test "an explanation reads as agreed" {
	{ grant g1 ana@example.com 2026-03-01T10:00:00Z
	  said w1 withdraw ana@example.com 2026-05-01 ',"src":"shop"'; } | heard 2026-05-02T00:00:00Z
	profile 1 ana@example.com >p
	judge explain --purpose marketing.newsletter p >out 2>err
	digest=$(basename state/ledger/policies/*.json .json)	# of the policy and the law built in
	sed "s/policy ${digest:0:12} /policy DIGEST /" out | diff "$DATA/consent/gates/explain.out" -
}

@test "explain --all answers every question about one person, and what is given narrows it" {
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	echo '{"email":"ana@example.com"}' >who.json
	explain() { cdp-consent explain --all --json --subject-file who.json --as-of "$AT" --max-ledger-age P900D "$@"; }
	explain >out
	run -0 jq -r '[.purpose,.channel,.controller,.destination//"-",.code]|join(" ")' out
	assert_line "marketing.newsletter email north - P_CONSENT"
	assert_line "marketing.newsletter email telco - D_NO_CONSENT"
	assert_line "marketing.newsletter email north mailer P_CONSENT"
	assert_line "order_fulfilment none north - D_NO_CONTRACT"
	[ "${#lines[@]}" -eq 9 ]
	[ "$(explain --to mailer | jq -r .destination)" = mailer ]
	[ "$(explain --controller telco | jq -r .controller | sort -u)" = telco ]
	run -0 cdp-consent explain --all --subject-file who.json --as-of "$AT" --max-ledger-age P900D
	assert_line --partial "permitted  P_CONSENT  marketing.newsletter by email for north to mailer"
	run -2 explain --purpose nobody.knows
	run -2 cdp-consent explain --all --as-of "$AT" who.json
}

@test "a sealed decision is known by whoever has the key, and no changed one is" {
	rm -r state
	jq '.destinations[0].layout="csv"' policy.json >csv.json
	cdp-consent init --subjects keyed --name test.example/consent --new-keys --policy csv.json --as-of 2026-01-01T00:00:00Z 2>err
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	profile 1 ana@example.com >p
	(umask 077; for k in one two; do printf 'cdp-key/1 seal s1 %s\n' "$(printf '%-32s' $k | base64)" >$k; done)
	judge filter --purpose marketing.newsletter --to mailer --seal-key one p >sealed 2>err
	judge filter --purpose marketing.newsletter --to mailer p >bare 2>err
	[ "$(jq -r 'select(.kind=="profile").decisions[0].seal|length' sealed)" -eq 22 ]
	diff <(jq -c 'if .decisions then .decisions[0] |= del(.seal) else . end' sealed) <(jq -c . bare)
	send() { run_split cdp-export -q --to mailer --as-of "$AT" -o list --rejects no --seal-key "$@"; }
	send one sealed
	[ "$status" -eq 0 ] || { cat err; return 1; }
	grep -q ana@ list
	sed 's/P_CONSENT/P_LI/' sealed >changed
	sed 's/"id":"1"/"id":"2"/' sealed >moved
	for bad in changed moved bare; do
		send one $bad
		[ "$status" -eq 1 ] && grep -q E_SEAL no || { echo "$bad: $status"; cat err; return 1; }
		run ! grep -q ana@ list
	done
	send two sealed
	[ "$status" -eq 1 ]
	chmod 644 one
	send one sealed
	[ "$status" -eq 2 ]
	run -2 judge filter --purpose marketing.newsletter --to mailer --seal-key state/keys/token p
}

@test "an explanation speaks the language that is asked for, and every language says everything" {
	{ grant g1 ana@example.com 2026-03-01T10:00:00Z
	  said w1 withdraw ana@example.com 2026-05-01 ',"src":"shop"'; } | heard 2026-05-02T00:00:00Z
	profile 1 ana@example.com >p
	run -0 judge explain --purpose marketing.newsletter --lang pt-BR p
	assert_line --partial "recusado  D_WITHDRAWN  marketing.newsletter por email para north em 2026-06-01"
	assert_line "  o consentimento foi retirado, e não é certo que uma autorização seja posterior"
	assert_line --regexp "passo 8 +D_WITHDRAWN +o fundamento declarado verifica-se"
	assert_line --partial "GDPR Art 7(3)"
	judge explain --purpose marketing.newsletter --lang de --json p >out 2>err
	[ "$(jq -r '[.lang,.code,.steps[1].found,.steps[1].test]|join("|")' out)" = "de|D_WITHDRAWN|holds|keine Einschränkung oder Sperre ist offen" ]
	diff <(judge explain --purpose marketing.newsletter p 2>err) <(judge explain --purpose marketing.newsletter --lang en p 2>err)
	run -2 judge explain --purpose marketing.newsletter --lang tlh p
	for lang in pt de; do
		diff <(cut -f 1 "$ROOT/share/explain/pt.tsv") <(cut -f 1 "$ROOT/share/explain/$lang.tsv" | sed '1s/.*/# What cdp-consent explain says, in Portuguese; written for this project, Apache-2.0/')
		sed -n 's/^	{ "\([A-Z]_[A-Z_]*\)".*/\1/p' "$ROOT/lib/consent/reason.c" | while read -r code; do
			grep -q "^$code	." "$ROOT/share/explain/$lang.tsv" || { echo "$lang: $code"; return 1; }
		done
	done
}

# found STEP: what the explanation in ./out says of it.
found() {
	sed -nE "s/^  step $1 +(.*[^ ])  +.*/\1/p" out
}

@test "a step that asks nothing here is not said to hold, nor one that nobody took" {
	local lang word
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-02T00:00:00Z
	echo '{"email":["ana@example.com"]}' >ana.json
	echo '{"phone_number":["+351912345678"]}' >phone.json
	profile 1 ana@example.com | jq -c '.birthdate="1990-01-02"' >p
	asked=(--purpose marketing.newsletter --channel email)
	judge explain "${asked[@]}" --subject-file ana.json >out
	for step in 5 6 7 9 10 12; do
		[ "$(found $step)" = "does not apply" ] || { echo "$step: $(found $step)"; return 1; }
	done
	for step in 0 1 2 3 4 8 11 14; do
		[ "$(found $step)" = holds ] || { echo "$step: $(found $step)"; return 1; }
	done
	[ "$(found 13)" = "not tested" ]	# identifiers have no fields
	judge explain "${asked[@]}" --to mailer p >out
	[ "$(found 7) $(found 12) $(found 13)" = "holds holds holds" ]
	# nobody can be asked about consent who has no such address
	judge explain "${asked[@]}" --subject-file phone.json >out
	[ "$(found 8), $(found 13)" = "not tested, D_NO_FIELDS" ]
	judge explain --purpose order_fulfilment --channel none --subject-file ana.json >out
	[ "$(found 4), $(found 11), $(found 8)" = "does not apply, does not apply, D_NO_CONTRACT" ]
	judge explain --purpose compliance --channel none --subject-file ana.json >out
	[ "$(found 1), $(found 2), $(found 3)" = "does not apply, holds, does not apply" ]
	judge explain --json "${asked[@]}" --subject-file ana.json >out
	[ "$(jq -r '[.steps[5,8,12,13].found] | join(", ")' out)" = "does not apply, holds, does not apply, not tested" ]
	while read -r lang word; do
		judge explain --lang "$lang" "${asked[@]}" --subject-file ana.json >out
		grep -qE "^  [a-z]+ +12 +$word +" <(sed 's/Schritt/schritt/' out) || { cat out; return 1; }
	done <<-EOF
		de entfällt
		pt não se aplica
	EOF
}

@test "decide and explain find a row without a usable field where filter does" {
	jq '.views.order_fulfilment=["email","given_name"]' policy.json >viewed.json
	rm -r state
	cdp-consent init -q --subjects keyed --name test.example/consent --new-keys --policy viewed.json --as-of 2026-01-01T00:00:00Z
	said b1 basis_declared ana@example.com 2026-02-01T10:00:00Z \
	    ',"controller":"north","purpose":"order_fulfilment","by":"crm-1","data":{"contract":"c-1"}' | heard 2026-03-02T00:00:00Z
	profile 1 ana@example.com '"order_fulfilment"' >good
	profile 1 ana@example.com '"marketing.newsletter"' >bad
	asked=(--purpose order_fulfilment --channel none)
	judge filter "${asked[@]}" good >out 2>err
	[ "$(jq -r 'select(.kind=="profile").decisions[0].code' out)" = P_CONTRACT ] || { cat err; return 1; }
	judge filter "${asked[@]}" --denied no bad >out 2>err
	[ "$(jq -r 'select(.kind=="decision").code' no)" = D_NO_FIELDS ]
	for p in "good P_CONTRACT" "bad D_NO_FIELDS"; do
		[ "$(judge decide "${asked[@]}" "${p% *}" 2>err | jq -r 'select(.kind=="decision").code')" = "${p#* }" ]
		[ "$(judge decide "${asked[@]}" --subject-file "${p% *}" 2>err | jq -r .code)" = "${p#* }" ]
		[ "$(judge explain --json "${asked[@]}" "${p% *}" 2>err | jq -r .code)" = "${p#* }" ]
	done
	judge explain "${asked[@]}" good >out 2>err
	[ "$(found 13)" = holds ]
}

@test "a law that is not the regulation's names no article of it" {
	jq '.regimes=["US-CA"] | .purposes[3].sale=true | .destinations[0].sale_or_share=true' policy.json >us.json
	rm -r state
	cdp-consent init --subjects keyed --name test.example/consent --new-keys --policy us.json --as-of 2026-01-01T00:00:00Z 2>err
	said o1 opt_out_sale ana@example.com 2026-03-01T00:00:00Z ',"src":"shop"' | heard 2026-03-01T00:01:00Z
	profile 1 ana@example.com >p
	run judge explain --purpose marketing.newsletter p
	assert_line --partial D_SALE_OPT_OUT
	refute_output --partial null
	profile 2 bo@example.com | jq -c '.address=[{"country":"US","region":"CA"}]' >p
	run judge explain --purpose marketing.newsletter p	# its code has an article, that is no law there
	assert_line --partial D_NO_CONSENT
	refute_output --partial GDPR
	assert_line "  law US-CA; basis consent (ropa:4)"
}

@test "an explanation by what was known at another time says so" {
	grant g1 ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-02T00:00:00Z
	profile 1 ana@example.com >p
	judge explain --purpose marketing.newsletter --known-at 2026-03-01 p >out 2>err
	grep -q "^denied  D_NO_CONSENT .* at 2026-06-01 00:00:00Z, by what was known at 2026-03-01 00:00:00Z, address 1 of 1$" out
	judge explain --purpose marketing.newsletter --known-at "$AT" p >out 2>err
	run ! grep "was known" out
}

@test "of several laws an explanation names the one that a step failed in" {
	jq '.regimes=["EU","US-CA"] | .purposes[1].basis["US-CA"]={type:"contract",registered_at:"2025-11-02",registered_ref:"ropa:us"}' policy.json >two.json
	rm -r state
	cdp-consent init -q --subjects keyed --name test.example/consent --new-keys --policy two.json --as-of 2026-01-01T00:00:00Z
	profile 1 ana@example.com '"identity_resolution"' | jq -c '.address=[{"country":"US","region":"CA"}]' >p
	judge explain --purpose identity_resolution p >out 2>err
	grep -q "^  law EU, US-CA; basis legitimate_interests (ropa:2), contract (ropa:us)$" out
	grep -qE "^  step 8   D_NO_CONTRACT +the declared basis holds: US-CA$" out
	judge explain --purpose identity_resolution --json p >out 2>err
	[ "$(jq -c '[.regimes, .basis, (.steps[] | select(.regime) | [.step, .found, .regime])]' out)" = \
		'[["EU","US-CA"],["legitimate_interests","contract"],[8,"D_NO_CONTRACT","US-CA"]]' ] || { cat out; return 1; }
}

@test "a suppressed address stays silent until the person asks again, a restriction until it is lifted" {
	{ grant g1 ana@example.com 2026-02-01T10:00:00Z
	  said s1 suppress ana@example.com 2026-03-01T00:00:00Z ',"cause":"complaint"'
	  grant g2 bo@example.com 2026-02-01T10:00:00Z
	  said r1 restrict bo@example.com 2026-03-01T00:00:00Z; } | heard 2026-03-01T00:01:00Z
	{ profile 1 ana@example.com; profile 2 bo@example.com; } >people
	newsletter --denied d people >out 2>err
	run -0 jq -r 'select(.kind=="decision").code' d
	assert_output "D_SUPPRESSED
D_RESTRICTED"
	{ grant g3 ana@example.com 2026-04-01T10:00:00Z
	  said u1 unrestrict bo@example.com 2026-04-01T00:00:00Z ',"ref":"r1","by":"dpo"'; } |
		heard 2026-04-01T10:01:00Z
	newsletter people >out 2>err
	run -0 jq -r 'select(.kind=="profile").id' out
	assert_output "1
2"
}

@test "a contract permits until its tail is over" {
	said c1 basis_declared ana@example.com 2026-01-15T00:00:00Z ',"src":"shop","controller":"north","purpose":"order_fulfilment","channel":"none","basis":"contract"' |
		heard 2026-01-15T00:01:00Z
	echo '{"email":"ana@example.com"}' >who.json
	run -0 judge decide --purpose order_fulfilment --subject-file who.json
	assert_output --partial P_CONTRACT
	said c2 basis_ended ana@example.com 2026-02-01T00:00:00Z ',"ref":"c1"' | heard 2026-02-01T00:01:00Z
	run -0 judge decide --purpose order_fulfilment --subject-file who.json
	assert_output --partial P_CONTRACT
	run -0 cdp-consent decide --purpose order_fulfilment --controller north --subject-file who.json \
		--as-of 2028-03-01 --max-ledger-age P900D
	assert_output --partial D_CONTRACT_ENDED
}

@test "in one pipe the gate hears what append has just been told" {
	{ sleep 0.3
	  said o1 object ana@example.com 2026-04-01T00:00:00Z ',"src":"shop","purpose":"identity_resolution"'
	  record 1 ana@example.com; record 2 bo@example.com; } |
		cdp-consent append --as-of 2026-04-01T00:01:00Z --pass 2>err | judge gate >out 2>err
	run -0 jq -r 'select(.kind=="record").id' out
	assert_output shop:2
}

@test "a gate behind an append that failed gives 3" {
	{ echo '{"kind":"stream","schema":"cdp/1","tool":"cdp-ingest"}'; record 1 ana@example.com; } >cut.ndjson
	run -3 bash -c "cdp-consent append -q --as-of $AT --pass cut.ndjson 2>err | cdp-consent gate --as-of $AT --max-ledger-age P900D"
}

@test "what cannot be decided does not look like an empty stream" {
	local command
	record 1 ana@example.com >r
	for command in "gate" "filter --purpose marketing.newsletter --channel email --controller north" \
	    "decide --purpose marketing.newsletter --channel email --controller north"; do
		# shellcheck disable=SC2086
		run_split cdp-consent $command --as-of 2036-01-01 <r
		[ "$status" -eq 4 ]
		[ "$(jq -c '[.kind, .ok, .code]' out)" = '["end",false,4]' ] || { echo "$command: $(cat out)"; return 1; }
		run -3 cdp-resolve -q out
		# shellcheck disable=SC2086
		run_split cdp-consent $command --as-of 2036-01-01 -o file <r
		[ "$status" -eq 4 ]
		[ ! -e file ]
		[ ! -s out ]
	done
	echo '{"kind":"stream","schema":"cdp/1","tool":"t"}' >cut
	run_split cdp-consent append --pass cut
	[ "$status" -eq 3 ]
	[ "$(jq -c '[.kind, .ok, .code]' out)" = '["end",false,3]' ]
}

@test "that a law no longer asks for data is said of data whose time is known, and of no other" {
	local last want
	republish '.purposes += [{id: "tax", channels: ["none"], basis: {"*": {type: "legal_obligation",
	    registered_at: "2026-03-03", registered_ref: "ropa:9", citation: "CIVA 52", retention: "P1Y"}}}] | .views.tax = ["given_name"]'
	echo '{"email":["ana@example.com"]}' >ana
	[ "$(judge decide --purpose tax --channel none --subject-file ana | jq -r .code)" = E_COLLECTION_TIME ]
	for want in E_COLLECTION_TIME D_RETENTION_OVER P_LEGAL; do
		case $want in E_*) last=null ;; D_*) last='"2025-05-01T00:00:00Z"' ;; *) last='"2026-04-01T00:00:00Z"' ;; esac
		profile 1 ana@example.com '"tax"' | jq -c ".first_seen = $last | .last_seen = $last | del(.[] | nulls)" >ana
		[ "$(judge decide --purpose tax --channel none --subject-file ana | jq -r .code)" = "$want" ] || { echo "$want"; return 1; }
	done
}
