# SPDX-License-Identifier: Apache-2.0
# Bad input of cdp-consent, row by row (consent 10.4): status, code, counts, what got into the ledger. A
# refusal is widened rather than lost, and where it is lost the status says so.
bats_require_minimum_version 1.5.0
load helpers
load consent

# took STATUS "APPENDED DUPLICATES WIDENED REJECTED LOST" [CODE] FILE...: what append makes of it.
took() {
	local want=$1 counts=$2 code=$3
	shift 3
	run_split cdp-consent append --as-of 2026-03-02T00:00:00Z --max-rejects 100% --summary s --rejects r "$@"
	[ "$status" -eq "$want" ] || { echo "status $status: $(cat err)"; return 1; }
	[ "$(jq -r '[.appended, .duplicates, .widened, .rejected, .lost] | join(" ")' s)" = "$counts" ] || { cat s; return 1; }
	if [ -n "$code" ]; then
		[ "$(jq -r 'select(.kind == "reject").code' r | sort -u | paste -sd' ')" = "$code" ] || { cat r; return 1; }
	else
		[ ! -e r ] || run ! grep -q '"kind":"reject"' r
	fi
	run ! grep -q 'ana@' err
}

# kept N: events in the ledger, whose chain and evidence hold.
kept() {
	[ "$(jq -c 'select(.sid)' state/ledger/seg/000000.ndjson | wc -l)" -eq "$1" ] || { cat state/ledger/seg/*; return 1; }
	run -0 cdp-consent verify -q --evidence
}

last() { tail -n 1 state/ledger/seg/000000.ndjson | jq -c "$1"; }

afresh() { rm -rf state && cp -a fresh state; }

@test "B1: a key that stands twice, also when escaped, is refused and never read as its last value" {
	local change
	while read -r change; do
		afresh
		event w withdraw | sed "$change" >bad
		took 1 "0 0 0 1 1" E_DUP_KEY bad
		kept 0
		event g grant | sed "$change" >bad
		took 1 "0 0 0 1 1" E_DUP_KEY bad
		kept 0
	done <<-'END'
		s/"type":"[a-z]*"/"type":"grant","type":"withdraw"/
		s/"type":"[a-z]*"/"type":"grant","\\u0074ype":"withdraw"/
		s/"value":/"value":"bo@example.com","v\\u0061lue":/
		s/"at":/"\\u0061\\u0074":"2026-02-01T00:00:00Z","at":/
	END
	{ profile 1 ana@example.com | sed 's/"email"/"email":[],"\\u0065mail"/'; } >row
	run_split cdp-consent filter --purpose marketing.newsletter --channel email --as-of 2026-01-01T00:00:00Z --rejects r row
	[ "$status" -eq 1 ]
	grep -q E_DUP_KEY r
	run ! grep -q '"kind":"profile"' out
}

@test "B2: NUL, bytes that are no UTF-8, half a surrogate, a line too long or too deep: refused, and the run goes on" {
	local change code
	while IFS=$'\t' read -r code change; do
		afresh
		event w1 withdraw >all
		event w2 withdraw | sed "$change" >>all
		event g1 grant ',"evidence":{"form":"f"}' | sed "$change" >>all
		event w3 withdraw >>all
		took 1 "2 0 0 2 2" "$code" all
		kept 2
		[ "$(ids)" = "w1 w3 " ]
	done <<-'END'
		E_NUL	s/ana@/ana\x00@/
		E_UTF8	s/ana@/\xc3\x28@/
		E_UTF8	s/ana@/\xed\xa0\x80@/
		E_SURROGATE	s/ana@/\\ud800@/
		E_SURROGATE	s/ana@/\\udc00\\ud800@/
	END
	afresh
	{ event w1 withdraw
	  event w2 withdraw ",\"evidence\":{\"x\":\"$(head -c 1100000 /dev/zero | tr '\0' x)\"}"
	  event w3 withdraw ",\"data\":$(head -c 70 /dev/zero | tr '\0' '[')$(head -c 70 /dev/zero | tr '\0' ']')"
	  event w4 withdraw ",\"x\":$(head -c 63 /dev/zero | tr '\0' '[')$(head -c 63 /dev/zero | tr '\0' ']')"; } >all
	took 1 "2 0 1 2 2" "E_DEPTH E_LINE_LONG" all
	[ "$(ids)" = "w1 w4 " ]
	kept 2
}

@test "B3: a stream without its end, or whose end is not ok, appends nothing: 3" {
	local end
	for end in '' '{"kind":"end","in":1,"out":1,"rejected":0,"by_kind":{"consent":1},"ok":false}' \
	    '{"kind":"end","in":9,"out":9,"rejected":0,"by_kind":{"consent":9},"ok":true}' '{"kind":"end"'; do
		{ echo '{"kind":"stream","schema":"cdp/1","tool":"t"}'; event w withdraw; [ -z "$end" ] || echo "$end"; } >cut
		run_split cdp-consent append --as-of 2026-03-02T00:00:00Z --max-rejects 100% --receipts receipts cut
		[ "$status" -eq 3 ] || { echo "$end: $status"; return 1; }
		[ ! -s receipts ]
		kept 0
		run_split cdp-consent gate --as-of 2026-01-01T00:00:00Z -o list cut
		[ "$status" -ne 0 ]
		[ ! -e list ]
	done
}

@test "B4: a version of the schema that is not known is 2, and nothing is read" {
	{ echo '{"kind":"stream","schema":"cdp/2","tool":"t"}'; event w withdraw
	  echo '{"kind":"end","in":1,"out":1,"rejected":0,"by_kind":{"consent":1},"ok":true}'; } >stream
	run -2 cdp-consent append stream
	run -2 cdp-consent gate --as-of 2026-01-01T00:00:00Z stream
	run -2 cdp-consent filter --purpose marketing.newsletter --as-of 2026-01-01T00:00:00Z stream
	jq '.schema = "cdp-policy/2"' policy.json >later.json
	run -2 cdp-consent publish --policy later.json
	run -2 cdp-consent init --state other --name a/b --new-keys --policy later.json
	kept 0
}

@test "B5: an unknown type is lost, and says so whatever --max-rejects says; inside a ledger it is damage" {
	event w forgotten >new
	took 1 "0 0 0 1 1" E_EVENT_TYPE new
	for type in '""' null 5 '"Withdraw"' '"policy"' '"erased"' '"tick"'; do
		event w withdraw | jq -c ".type = $type" >new
		took 1 "0 0 0 1 1" "$([[ $type = 5 ]] && echo E_TYPE || echo E_EVENT_TYPE)" new || { echo "$type"; return 1; }
	done
	kept 0
	event w withdraw | append
	jq -c 'if .seq == 1 then .type = "forgotten" else . end' state/ledger/seg/000000.ndjson |
		"$BUILD/tests/tools/ledger_resign" state
	run -1 cdp-consent verify
	run -4 cdp-consent filter --purpose marketing.newsletter --as-of 2026-03-02T00:00:00Z </dev/null
	run -4 cdp-consent gate --as-of 2026-03-02T00:00:00Z </dev/null
	event v withdraw >more
	run -4 cdp-consent append --as-of 2026-03-02T00:00:00Z more
}

@test "B6: a refusal with a purpose, channel or controller that cannot be read holds for everything" {
	local bad type
	# each member with each spelling, in one file a type
	for type in withdraw deny object object_dm opt_out_sale gpc limit_sensitive restrict hold erase_pending suppress; do
		afresh
		event w "$type" | jq -c '. as $no | [("purpose", "channel", "controller") as $member |
			("never.registered", "Not An Id", 5, ["a", "b"], {}) as $bad | $no | .[$member] = $bad] |
			to_entries[] | .value + {id: "w\(.key)"}' >no
		[ "$(wc -l <no)" -eq 15 ]
		took 1 "15 0 15 0 0" "" no || { echo "$type"; return 1; }
		[ "$(jq -c 'select(.sid) | .[["purpose", "channel", "controller"][(.id[1:] | tonumber) / 5 | floor]]' \
			state/ledger/seg/000000.ndjson | sort | uniq -c | tr -s ' ')" = ' 15 "*"' ] || { echo "$type"; return 1; }
		took 1 "0 15 15 0 0" "" no	# told again, it is still not what was said
		took 0 "0 15 15 0 0" "" --accept-widened no
		kept 15
	done
	# absent is everything too, and so is an empty column: neither was unreadable
	for bad in '.purpose = "" | .channel = "" | .controller = null' 'del(.purpose, .channel, .controller)'; do
		afresh
		event w withdraw | jq -c "$bad" >no
		took 0 "1 0 0 0 0" "" no
		[ "$(last '[.purpose, .channel, .controller]')" = '[null,null,null]' ]
	done
	# and it refuses everything: another channel's grant among it
	event g grant ',"evidence":{"form":"f"}' | jq -c '.at = "2026-02-01T00:00:00Z"' | append
	echo '{"email":["ana@example.com"]}' >ana.json
	run -0 --separate-stderr cdp-consent decide --purpose marketing.newsletter --as-of 2026-03-02T00:00:00Z --subject-file ana.json
	[ "$(jq -r .code <<<"$output")" = D_WITHDRAWN ]
}

@test "B7: a refusal without a time, or with nonsense for one, counts from its receipt" {
	local at
	for at in null 5 '""' '"yesterday"' '"2026-13-01"' '"2026-02-30T00:00:00Z"' '"2026-03-01T10:00:00-00:00"' '{}'; do
		afresh
		event w withdraw | jq -c ".at = $at" >no
		took 1 "1 0 1 0 0" "" no || { echo "$at"; return 1; }
		[ "$(last '.lo == .recv and .hi == .recv')" = true ] || { last .; return 1; }
		took 0 "0 1 1 0 0" "" --accept-widened no
	done
	afresh
	event w withdraw | jq -c 'del(.at)' >no
	took 1 "1 0 1 0 0" "" no
	[ "$(last '.lo == .recv and .hi == .recv')" = true ]
	kept 1
}

@test "B8: a refusal whose subject cannot be read is lost, and says so whatever --max-rejects says" {
	local change
	while read -r change; do
		event w withdraw | jq -c "$change" >no
		took 1 "0 0 0 1 1" E_SUBJECT no || { echo "$change"; return 1; }
		event g grant | jq -c "$change" >yes
		run_split cdp-consent append --as-of 2026-03-02T00:00:00Z --max-rejects 100% yes
		[ "$status" -eq 0 ] || { echo "grant: $change"; return 1; }
	done <<-'END'
		del(.identifier)
		.identifier.value = "nobody"
		.identifier.value = ""
		.identifier.type = "name"
		.identifier.type = "id."
		.identifier.type = "phone_number"
		.identifier = {"type":"phone_name","value":"+351910000001 souza"}
		.identifier = {"value":"ana@example.com"}
	END
	kept 0
	[ "$(grep -c 'refusals are lost' err)" -eq 0 ]
	event w withdraw | jq -c 'del(.identifier)' >no
	run_split cdp-consent append --as-of 2026-03-02T00:00:00Z --accept-widened --max-rejects 100% no
	[ "$status" -eq 1 ] && grep -q 'refusals are lost: status 1 whatever --max-rejects' err
}

@test "B9: a grant with any member that cannot be read, with *, with two purposes or without its notice is refused" {
	local change code
	while read -r code change; do
		event g grant ',"actor":"subject","ctype":"expressed","evidence":{"form":"f"}' | jq -c "$change" >yes
		took 0 "0 0 0 1 0" "$code" yes || { echo "$change"; return 1; }
		run_split cdp-consent append --as-of 2026-03-02T00:00:00Z yes
		[ "$status" -eq 1 ] || { echo "$change"; return 1; }
	done <<-'END'
		E_WILDCARD_GRANT .purpose = "*"
		E_WILDCARD_GRANT .channel = "*"
		E_WILDCARD_GRANT .controller = "*"
		E_WILDCARD_GRANT .dest = "*"
		E_TYPE .purpose = ["marketing.newsletter", "order_fulfilment"]
		E_PURPOSE_UNKNOWN .purpose = "marketing.newsletter,order_fulfilment"
		E_PURPOSE_UNKNOWN del(.purpose)
		E_CHANNEL_UNKNOWN .channel = "pigeon"
		E_CONTROLLER_UNKNOWN .controller = "south"
		E_DESTINATION_UNKNOWN .dest = "nowhere"
		E_NOTICE_UNKNOWN .notice = "newsletter@9/de-DE"
		E_NOTICE_UNKNOWN .notice = "newsletter"
		E_NOTICE_UNKNOWN del(.notice)
		E_NOTICE_AFTER_GRANT .at = "2025-11-30T23:59:59.999Z"
		E_BASIS_MISMATCH .basis = "contract"
		E_MEMBER .ctype = "sure"
		E_MEMBER .method = "by eye"
		E_MEMBER .src = "nowhere"
		E_MEMBER .by = "A B"
		E_UNTIL .until = "for ever"
		E_COVERS .covers = "account"
		E_ACTOR .actor = "system"
		E_TYPE .sseq = "one"
		E_TYPE .unknown = 1
		E_EVIDENCE .evidence = {"score": 1.5}
		E_DATA .data = {"name": "x"}
	END
	kept 0
}

@test "B10: a grant in the future, without a zone or without a time goes to --rejects" {
	local change code
	while read -r code change; do
		event g grant ',"evidence":{"form":"f"}' | jq -c "$change" >yes
		took 0 "0 0 0 1 0" "$code" yes || { echo "$change"; return 1; }
	done <<-'END'
		Q_FUTURE_GRANT .at = "2026-03-02T00:05:00.001Z"
		Q_FUTURE_GRANT .at = "2099-01-01T00:00:00Z"
		Q_NO_ZONE del(.src) | .at = "2026-03-01T10:00:00"
		Q_TIME del(.at)
		Q_TIME .at = "2026-03-01T10:00:00-00:00"
		Q_TIME .at = "soon"
	END
	kept 0
	# what is ahead by no more than the tolerance is now
	event g grant ',"evidence":{"form":"f"}' | jq -c '.at = "2026-03-02T00:05:00Z"' >yes
	took 0 "1 0 0 0 0" "" yes
	[ "$(last '.hi <= .recv')" = true ]
	# a no that lies ahead holds at once
	event w withdraw | jq -c '.at = "2099-01-01T00:00:00Z"' >no
	took 0 "1 0 0 0 0" "" no
	[ "$(last '.hi <= .recv')" = true ]
}

@test "B11: an event again is ignored and counted, another one under its id is a conflict" {
	{ event g grant ',"evidence":{"form":"f"}'; event w withdraw; } >both
	took 0 "2 0 0 0 0" "" both
	took 0 "0 2 0 0 0" "" both
	jq -c '.at = "2026-02-01T10:00:00Z"' both >others
	took 1 "0 0 0 2 1" E_ID_CONFLICT others
	# within one run, and for another person, too
	{ event d deny; event d deny; event d deny | sed 's/ana@/bo@/'; } >three
	took 1 "1 1 0 1 1" E_ID_CONFLICT three
	kept 3
}

@test "B12: a guardian without a check, an agent without a mandate give no grant, and may always refuse" {
	local actor evidence
	while read -r actor evidence; do
		event g grant ",\"actor\":\"$actor\",\"evidence\":$evidence" >yes
		took 0 "0 0 0 1 0" E_ACTOR yes
		event "w-$actor-${#evidence}" withdraw ",\"actor\":\"$actor\",\"evidence\":$evidence" >no
		took 0 "1 0 0 0 0" "" no
	done <<-'END'
		guardian {}
		guardian {"mandate":"m-1"}
		guardian {"note":"guardian_check"}
		agent {"form":"f"}
		agent {"guardian_check":true}
	END
	event g1 grant ',"actor":"guardian","evidence":{"guardian_check":"id seen"}' >yes
	took 0 "1 0 0 0 0" "" yes
	event g2 grant ',"actor":"agent","evidence":{"mandate":"m-1"}' >yes
	took 0 "1 0 0 0 0" "" yes
	kept 7
}

@test "B13: a lift names an event of its kind that is there, and who decided; marketing is never overridden" {
	local line
	{ event o object_dm; event m object; event r restrict; event h hold
	  event a object ',"x":1' | jq -c '.purpose = "identity_resolution" | del(.x)'; } >first
	took 0 "5 0 0 0 0" "" first
	while read -r line; do
		echo "$line" >lift
		took 0 "0 0 0 1 0" E_LIFT lift || { echo "$line"; return 1; }
	done <<-'END'
		{"kind":"consent","type":"object_overridden","ref":"o","by":"dpo"}
		{"kind":"consent","type":"object_overridden","ref":"m","by":"dpo"}
		{"kind":"consent","type":"object_overridden","ref":"r","by":"dpo"}
		{"kind":"consent","type":"unrestrict","ref":"r"}
		{"kind":"consent","type":"unrestrict","by":"dpo"}
		{"kind":"consent","type":"unrestrict","ref":"nowhere","by":"dpo"}
		{"kind":"consent","type":"unrestrict","ref":"h","by":"dpo"}
		{"kind":"consent","type":"unhold","ref":"nowhere","by":"dpo"}
		{"kind":"consent","type":"erase_withdrawn","ref":"r","by":"dpo"}
		{"kind":"consent","type":"unsuppress","ref":"r","by":"dpo"}
	END
	kept 5
	{ echo '{"kind":"consent","type":"unrestrict","ref":"r","by":"dpo"}'
	  echo '{"kind":"consent","type":"object_overridden","ref":"a","by":"dpo"}'; } >lift
	took 0 "2 0 0 0 0" "" lift
}

# gate_code RECORD: the code it is kept out with, or let in with.
gate_code() {
	run_split cdp-consent gate --as-of 2026-03-02T00:00:00Z --max-ledger-age P900D --quarantine q "$1"
	[ "$status" -eq 0 ]
	cat out q | jq -r 'select(.kind == "record").decisions[0].code'
}

@test "B14: a record of an unregistered source, without purposes, of 1970, of 9999, of no time" {
	local change code
	while IFS=$'\t' read -r code change; do
		record 1 ana@example.com | jq -c "$change" >one
		[ "$(gate_code one)" = "$code" ] || { echo "$change: $(gate_code one)"; return 1; }
	done <<-'END'
		E_SOURCE_UNKNOWN	.source = "nobody" | .id = "nobody:1"
		P_LI	.
		P_LI	del(.purposes)
		D_PURPOSE_NOT_DECLARED	.purposes = ["order_fulfilment"]
		D_PURPOSE_NOT_DECLARED	.purposes = []
		E_BASIS_AFTER_COLLECTION	.observed_at = "1970-01-01T00:00:00Z"
		E_BASIS_AFTER_COLLECTION	.observed_at = "2022-12-31T23:59:59.999Z"
		P_LI	.observed_at = "2023-01-01T00:00:00Z"
		E_COLLECTION_TIME	.observed_at = "9999-12-31T23:59:59Z"
		E_COLLECTION_TIME	.observed_at = "2026-03-02T00:00:00.001Z"
		P_LI	.observed_at = "2026-03-02T00:00:00Z"
		E_COLLECTION_TIME	.observed_at = "soon"
		P_LI	del(.observed_at)
	END
	republish 'del(.sources[0].collected_since)'	# which spoke for the last one
	run_split cdp-consent gate --as-of 2026-03-03T00:00:00Z --quarantine q one
	[ "$(jq -r 'select(.kind == "record").decisions[0].code' q)" = E_COLLECTION_TIME ]
}

@test "B15: a profile without provenance has no usable field; without member_purposes its sources speak for it" {
	event g grant ',"evidence":{"form":"f"},"ctype":"expressed"' | append
	answer() {
		cdp-consent filter --purpose marketing.newsletter --as-of 2026-03-02T00:00:00Z --denied d "$1" >out 2>err
		cat out d | jq -r 'select(.kind == "profile").decisions[0].code, select(.kind == "decision").code'
	}
	profile 1 ana@example.com >whole
	[ "$(answer whole)" = P_CONSENT ]
	jq -c 'del(.provenance)' whole >less
	[ "$(answer less)" = D_NO_FIELDS ]
	jq -c 'del(.provenance.email)' whole >less
	[ "$(answer less)" = D_NO_FIELDS ]
	jq -c 'del(.member_purposes)' whole >less
	[ "$(answer less)" = P_CONSENT ]
	jq -c 'del(.member_purposes) | .members += ["nobody:1"]' whole >less
	[ "$(answer less)" = E_SOURCE_UNKNOWN ]
	profile 1 ana@example.com '"order_fulfilment"' >other
	[ "$(answer other)" = D_NO_FIELDS ]
}

@test "B16: a profile of 100,000 identifiers, and one of 10,001, are refused whole, and the others are judged" {
	local n
	for n in 100000 10001; do
		{ profile 1 ana@example.com
		  profile 2 bo@example.com | jq -c --argjson n "$n" '.identifiers = {x: [range($n) | tostring]}'
		  profile 3 cy@example.com; } >rows
		for command in filter decide; do
			run_split cdp-consent "$command" --purpose marketing.newsletter --as-of 2026-01-01T00:00:00Z \
				--rejects r --summary s --max-rejects 9 rows
			[ "$status" -eq 0 ]
			[ "$(jq -r 'select(.kind == "reject").code' r)" = E_LIMIT ] || { cat r; return 1; }
			[ "$(jq -c '[.read, .rejected, .denied]' s)" = "[3,1,2]" ] || { cat s; return 1; }
		done
	done
}

@test "B17: a policy that is too large, too deep, ambiguous, circular or has an unknown member is 2, with all that is wrong" {
	local bad
	{ head -c 17825792 /dev/zero | tr '\0' ' '; cat policy.json; } >large
	jq '.x_deep = reduce range(16) as $i (1; [.])' policy.json >deep
	sed '0,/"id":/s//"id":"x","id":/' policy.json >twice
	mkdir law
	for id in ZA ZB; do
		jq --arg id "$id" '.id = $id | .extends = (if $id == "ZA" then "ZB" else "ZA" end)' \
			"$ROOT/share/regimes/US.json" >"law/$id.json"
	done
	jq '.regimes = ["ZA"] | .regime_dir = "law" | del(.defaults.jurisdictions)' policy.json >ring
	jq '.colour = "red" | .purposes[0].shape = "round" | .sources[0].smell = 1' policy.json >unknown
	for bad in large deep twice ring unknown; do
		run_split cdp-consent init --state other --name a/b --new-keys --policy "$bad" --as-of 2026-01-01T00:00:00Z
		[ "$status" -eq 2 ] || { echo "init $bad: $status $(cat err)"; return 1; }
		[ ! -e other/ledger/checkpoint ] || { echo "$bad left a ledger"; return 1; }
		run_split cdp-consent publish --policy "$bad" --as-of 2026-01-01T00:00:00Z
		[ "$status" -eq 2 ] || { echo "publish $bad: $status $(cat err)"; return 1; }
		run_split cdp-consent decide --draft --policy "$bad" --purpose marketing.newsletter --as-of 2026-01-01T00:00:00Z </dev/null
		[ "$status" -eq 2 ] || { echo "draft $bad: $status $(cat err)"; return 1; }
	done
	run_split cdp-consent publish --policy unknown --as-of 2026-01-01T00:00:00Z
	[ "$(grep -c ': error .*unknown member' err)" -eq 3 ] || { cat err; return 1; }
	run_split cdp-consent publish --policy ring --as-of 2026-01-01T00:00:00Z
	grep -q 'extends itself' err
	[ "$(lines)" -eq 1 ]
}

@test "B18: a key file that is missing, short, readable by others, a link or another owner's is 2" {
	local key how command
	event w withdraw >no
	for key in token sign; do
		for how in 'rm FILE' 'truncate -s 40 FILE' ': >FILE' 'chmod 644 FILE' 'chmod 660 FILE' 'mv FILE moved; ln -s "$PWD/moved" FILE' \
		    'ln FILE second' 'echo more >>FILE' 'chown 65534 FILE' 'sed -i s/token/sign/ FILE; sed -i s/sign/token/2 FILE'; do
			[[ $how != chown* || $(id -u) -eq 0 ]] || continue
			[[ $how != sed* || $key = token ]] || continue
			rm -rf moved second
			afresh
			eval "${how//FILE/state/keys/$key}"
			run_split cdp-consent append --as-of 2026-03-02T00:00:00Z no
			[ "$status" -eq 2 ] || { echo "append $key $how: $status $(cat err)"; return 1; }
			[ "$(lines)" -eq 1 ]
			[ "$key" = token ] || continue
			for command in gate "filter --purpose marketing.newsletter" "decide --purpose marketing.newsletter" verify; do
				# shellcheck disable=SC2086
				run_split cdp-consent $command </dev/null
				[ "$status" -eq 2 ] || { echo "$command $key $how: $status $(cat err)"; return 1; }
				run ! grep -q '"ok":true' out
			done
		done
	done
}

@test "B19: strings of TCF and GPP are of a later version, and refused by name" {
	local format
	head -c 1000000 /dev/zero | tr '\0' A >string
	for format in tcf gpp usp; do
		run -2 cdp-consent import "$format" --source shop string
		assert_output --partial "not in this version: $format"
	done
}

@test "B20: five spellings of one address, and of one number, are one token" {
	local value n=0
	for value in ana@example.com ANA@EXAMPLE.COM ' ana@example.com ' Ana@Example.Com ana@EXAMPLE.com; do
		n=$((n + 1))
		event "e$n" withdraw | jq -c --arg v "$value" '.identifier.value = $v'
	done >spellings
	for value in '+351 910 000 001' +351910000001 00351910000001 '+351 (910) 000-001' '+351.910.000.001'; do
		n=$((n + 1))
		event "p$n" withdraw | jq -c --arg v "$value" '.identifier = {type: "phone_number", value: $v}'
	done >>spellings
	took 0 "10 0 0 0 0" "" spellings
	[ "$(jq -r 'select(.sid).sid' state/ledger/seg/000000.ndjson | sort | uniq -c | awk '{print $1}' | paste -sd' ')" = "5 5" ]
	kept 10
}

@test "an identifier that cannot be read is nobody's answer: the row is refused, of a person asked about it is 3" {
	local value
	for value in '"not an address"' '"a@@example.com"' '"@example.com"' '"ana"'; do
		{ profile 1 ana@example.com; profile 2 bo@example.com | jq -c ".email += [$value]"; } >rows
		run_split cdp-consent filter --purpose marketing.newsletter --as-of 2026-01-01T00:00:00Z --rejects r --summary s rows
		[ "$status" -eq 1 ]
		[ "$(jq -r 'select(.kind == "reject") | .code, .line' r | paste -sd' ')" = 'E_IDENTIFIER 2' ] || { cat r; return 1; }
		[ "$(jq -c '[.read, .rejected, .denied]' s)" = '[2,1,1]' ]
		record 1 ana@example.com | jq -c ".email = [$value]" >one
		run_split cdp-consent gate --as-of 2026-01-01T00:00:00Z --quarantine q one
		[ "$status" -eq 1 ]
		grep -q 'one:1: E_IDENTIFIER: a value of email cannot be read' err
		run ! grep -q "a@@\|an address" err
	done
	# Whoever is asked for a telephone as people write it at home must not hear that nobody knows it.
	for value in '{"phone_number":["912 345 678"]}' '{"email":["ana@example.com","ana"]}' '{"email":"nobody@example.com"}'; do
		echo "$value" >person
		for command in explain decide state 'prove --out-dir pack'; do
			[ "$command" = explain ] && command='explain --purpose marketing.newsletter'
			[ "$command" = decide ] && command='decide --purpose marketing.newsletter'
			[ "$command" = 'prove --out-dir pack' ] || command="$command --as-of 2026-01-01T00:00:00Z"
			run_split cdp-consent $command --subject-file person
			[ "$status" -eq 3 ] || { echo "$command: $status"; cat out err; return 1; }
			grep -q 'E_SUBJECT: .*\(phone_number\|email\).* cannot be read' err
			run ! grep -q '912\|ana\|nobody@' err
		done
	done
}
