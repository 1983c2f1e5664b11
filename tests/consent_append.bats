# SPDX-License-Identifier: Apache-2.0
# cdp-consent append: what is taken, what is widened, what is refused
bats_require_minimum_version 1.5.0
load helpers
load consent

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
	refute grep -q '"at"\|ana' state/ledger/seg/000000.ndjson
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

@test "a consent names a notice that says something of the purpose" {
	jq '.notices += [.notices[1] | .version = 8 | .purposes = ["identity_resolution"]]
	    | .effective_from = "2026-02-01T00:00:00Z"' policy.json >later.json
	cdp-consent publish -q --policy later.json --as-of 2026-02-01T00:00:00Z
	event g1 grant ',"evidence":{"form":"f"}' | jq -c '.notice = "newsletter@8/de-DE"' >grant
	append grant
	[ "$(ids)" = "" ]
	grep -q 'E_NOTICE_PURPOSE: the notice says nothing of the purpose' err || { cat err; return 1; }
	event g1 grant ',"evidence":{"form":"f"}' >grant
	event g2 grant ',"evidence":{"form":"f"}' | jq -c '.purpose = "marketing"' >part
	event w1 withdraw | jq -c '.notice = "newsletter@8/de-DE"' >no
	append grant part no
	[ "$(ids)" = "g1 g2 w1 " ] || { cat err; return 1; }
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
	[ "$(jq -r 'select(.sid).sid' state/ledger/seg/000000.ndjson | sort -u | wc -l)" -eq 1 ]
	[ "$(lines)" -eq 6 ]
}

@test "input without its end appends nothing" {
	{ echo '{"kind":"stream","schema":"cdp/1","tool":"t"}'; event w withdraw; } >cut
	append cut
	[ "$status" -eq 3 ]
	[ "$(lines)" -eq 1 ]
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
	run grep -E 'ana@|Souza|Rua' state/ledger/seg/000000.ndjson
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
	tail -n 1 state/ledger/seg/000000.ndjson | jq -e '.purpose == "*"'
	append --accept-widened no
	[ "$status" -eq 0 ]
}

@test "an end of a basis that cannot be taken counts as a lost refusal" {
	event b1 basis_ended ',"ref":"nowhere"' >end
	append end
	[ "$status" -eq 1 ]
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
		cp state/ledger/seg/000000.ndjson before
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
	[ "$(jq -r .leaf new | tail -n 1)" = "$(tail -c 32 state/ledger/hashes | basenc --base64url | tr -d =)" ]
}

@test "behind the last receipt refusals are appended at its time, grants are not" {
	event g grant >first
	append first
	{ event g2 grant; event w withdraw; event n notice_served; event x revoke ',"ref":"g"'; } >late
	run_split cdp-consent append --as-of 2026-03-01T23:54:59Z --max-rejects 100% late
	[ "$(grep -c Q_CLOCK err)" -eq 2 ]
	[ "$(jq -r 'select(.id=="w" or .id=="x").recv' state/ledger/seg/000000.ndjson | uniq)" -eq 1772409600000 ]
	[ "$(lines)" -eq 4 ]
	run_split cdp-consent append --as-of 2026-03-01T23:55:00Z late
	refute grep -q Q_CLOCK err
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
	sid() { jq -r --arg id "$1" 'select(.id==$id) | .sid' state/ledger/seg/000000.ndjson; }
	[ "$(sid c)" = "$(sid g)" ]
	[ "$(sid v)" = "$(sid g)" ]
	[ "$(sid u)" = "$(sid r)" ]
	[ "$(sid n)" = "$(sid s)" ]
	[ "$(sid n)" != "$(sid g)" ]
	jq -se 'map(select(.id=="c"))[0] | .purpose == "marketing.newsletter" and .channel == "email"' \
		state/ledger/seg/000000.ndjson
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
		E_EVENT_TYPE	s/"withdraw"/"forgotten"/
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

@test "the gates find what append could only read in part, under a later policy too" {
	event w withdraw | jq -c '.purpose=5 | del(.id) | .evidence={"form":"f"}' >no
	event x object ',"by":{}' >other
	append --accept-widened no
	run_split cdp-consent gate --as-of 2026-03-02T00:00:00Z no
	[ "$status" -eq 0 ] || { cat err; return 1; }
	republish '.sources[0].clock="device"'
	run_split cdp-consent gate --as-of 2026-03-03T00:00:00Z no
	[ "$status" -eq 0 ] || { cat err; return 1; }
	run_split cdp-consent gate --as-of 2026-03-03T00:00:00Z other
	[ "$status" -eq 4 ]
	grep -q E_UNAPPENDED err
}

@test "what a receipt says is what a proof shows: its line, at its place, in a ledger of its size" {
	local seq
	{ event g grant; event w withdraw; event o object_dm; } >three
	append --batch 2 --receipts receipts three
	run -0 jq -c '[.id, .seq, .size]' receipts
	assert_output '["g",1,4]
["w",2,4]
["o",3,4]'
	for seq in 1 2 3; do
		cdp-consent prove -q --seq "$seq" --out-dir "p$seq" >report
		sed -n 's/^extra //p' "p$seq/00000000000$seq.tlog-proof" | base64 -d >line
		[ "$({ printf '\0'; cat line; } | sha256sum | cut -c 1-64 | tr a-f A-F | basenc -d --base16 | basenc --base64url | tr -d '=\n')" = \
		    "$(jq -r "select(.seq==$seq).leaf" receipts)" ]
		[ "$(tail -n 4 "p$seq/00000000000$seq.tlog-proof" | head -n 1)" = 4 ]
	done
	event d deny >one
	append --receipts again three one
	[ "$(jq -c .size again | sort -u)" = 5 ]
}

yes_of() {
	said "$1" grant "$2" 2026-02-01T10:00:00Z ',"src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email","notice":"newsletter@7/de-DE","method":"web_form","evidence":{"form":"f7"}'
}

# Yeses and noes, twice, under another id's content, about other events, unreadable, of another kind.
mixed() {
	local i
	for i in $(seq 60); do
		yes_of "g$i" "p$i@example.com"
		said "w$i" withdraw "P$i@Example.COM" 2026-02-02T10:00:00Z
		case $((i % 6)) in
		0) yes_of "g$i" "p$i@example.com" ;;
		1) yes_of "g$i" "q$i@example.com" ;;
		2) echo "{\"kind\":\"consent\",\"id\":\"l$i\",\"type\":\"revoke\",\"ref\":\"g$i\",\"by\":\"x\",\"actor\":\"controller\"}" ;;
		3) echo '{"kind":"consent","type":"withd' ;;
		4) echo '{"kind":"other"}'; said "b$i" grant nobody 2026-02-01T10:00:00Z ;;
		5) said "s$i" suppress "s$i@example.com" 2026-02-01T10:00:00Z ',"cause":"complaint","account":"shop:1"' ;;
		esac
	done
}

@test "any number of threads makes the same ledger, receipts and rejects of a file, and of the same again" {
	local n
	mixed >mixed
	mv state empty
	for n in 1 2 3 8; do
		rm -rf state && cp -a empty state
		append --threads $n --batch 7 --pass --rejects "rejects.$n" --receipts "receipts.$n" mixed
		[ "$status" -eq 1 ]
		mv out "out.$n" && mv err "err.$n"
		append --threads $n --receipts "again.$n" mixed
		grep -q 'appended 0, ' err
		mv state "state.$n"
		[ "$n" -ne 1 ] || continue
		diff -r state.1 "state.$n"
		for n in "rejects.$n" "receipts.$n" "again.$n" "out.$n" "err.$n"; do cmp "${n%.*}.1" "$n"; done
	done
	[ "$(wc -l <receipts.1)" -eq 150 ]
	[ "$(grep -c E_ID_CONFLICT rejects.1)" -eq 10 ]
}

@test "a vault of any number of threads has every subject once, and verifies" {
	local n
	mixed >mixed
	rm -rf state
	cdp-consent init -q --subjects vault --name test.example/consent --new-keys --policy policy.json --as-of 2026-01-01T00:00:00Z
	mv state empty
	for n in 1 2 8; do
		rm -rf state && cp -a empty state
		append --threads $n mixed
		cdp-consent verify -q --evidence >verified
		[ "$(stat -c %s state/ledger/vault)" -eq $((48 * 61)) ]
		cut -d , -f 1 state/ledger/side/*.ndjson >"side.$n"
		sed -E 's/"(prev|sid|account|commit)":"[^"]*"//g' state/ledger/seg/* >"lines.$n"
		cmp lines.1 "lines.$n"
		cmp side.1 "side.$n"
	done
}

@test "what was not taken as it stands is named: lines of other kinds, what was widened, why a grant has no time" {
	{ event w1 withdraw; said w2 withdraw rui@example.com "01/03/2026 10:00"; said w3 deny ana@example.com 2026-03-01 ',"channel":7'; } >nos
	append nos
	[ "$status" -eq 1 ]
	grep -q "appended 3, duplicates 0, widened 2, rejected 0$" err
	[ "$(grep -c '^cdp-consent: nos:[23]: widened: ' err)" = 2 ]
	grep -q '^cdp-consent: nos:2: widened: .*: at$' err
	run ! grep -q 'nos:1' err
	run ! grep -q 'rui@\|01/03' err
	{ event w4 withdraw | jq -c '.purpose = "marketing.newsleter" | .controller = "nroth" | del(.at)'
	  event w5 deny | jq -c '.dest = "mailr"'; event r1 revoke ',"ref":"nobody"'; } >nos
	append --accept-widened nos
	[ "$(sed -n 's/.*nos:\(.\): widened: .*: /\1 /p' err | paste -sd\;)" = '1 controller, purpose, at;2 dest;3 ref' ] || { cat err; return 1; }
	seq 20 | sed 's/.*/{"kind":"consent","id":"x&","type":"deny","identifier":{"type":"email","value":"ana@example.com"}}/' >many
	append --accept-widened many
	[ "$status" -eq 0 ]
	[ "$(grep -c ': widened: ' err)" = 10 ]		# as of refused lines
	profile p1 ana@example.com >people
	append people
	grep -q "appended 0, .* other lines left alone 1$" err
	append --pass people
	run ! grep -q "left alone" err
	grant g1 ana@example.com "01/03/2026 10:00" >late
	grant g2 ana@example.com 2027-01-01T10:00:00Z >>late
	grant g3 ana@example.com 2026-01-01T10:00:00 | sed 's/"src":"shop",//' >>late
	append late
	grep -q 'late:1: Q_TIME: .*cannot be read' err
	grep -q 'late:2: Q_FUTURE_GRANT: .*lies ahead$' err
	grep -q 'late:3: Q_NO_ZONE: .*no zone' err
}
