# SPDX-License-Identifier: Apache-2.0
# What people say besides yes and no: how they want to be addressed, how old they are, what may not be
# sold; and the words of refusals that are told in full
bats_require_minimum_version 1.5.0
load helpers
load consent

setup() {
	keyed_ledger
}

newsletter() {
	judge filter --purpose marketing.newsletter --channel email "$@"
}

# anew CHANGE: a ledger of its own under a changed policy.
anew() {
	rm -r state
	jq "$1" policy.json >changed.json
	cdp-consent init --subjects keyed --name test.example/consent --new-keys \
		--policy changed.json --as-of 2026-01-01T00:00:00Z 2>anew.err || { cat anew.err; return 1; }
}

# Of one event, received in April.
refused() {
	run_split cdp-consent append --as-of 2026-04-02T00:00:00Z "$2"
	[ "$status" -eq 1 ] || { echo "status $status"; return 1; }
	grep -q "$1" err || { cat err; return 1; }
}

# wish ID SETTINGS [EMAIL]: a preference set of 1 April
wish() {
	said "$1" preference_set "${3:-ana@example.com}" 2026-04-01T10:00:00Z ",\"src\":\"shop\",\"data\":$2"
}

decision() {
	jq -c 'select(.kind == "profile") | .decisions[0] | '"$1" out
}

@test "data have the form of their type: references, settings, and a year and month of birth" {
	local type data
	while IFS=$'\t' read -r type data; do
		said "e-$type" "$type" ana@example.com 2026-04-01T10:00:00Z ",\"data\":$data" >one
		run_split cdp-consent append --as-of 2026-04-02T00:00:00Z one
		[ "$status" -eq 1 ] || { echo "$type $data: $status"; return 1; }
		grep -q E_DATA err || { cat err; return 1; }
		refute grep -q Souza err
	done <<-'END'
		preference_set	{}
		preference_set	{"colour":"red"}
		preference_set	{"topics_out":"marketing"}
		preference_set	{"topics_out":["Ana Souza"]}
		preference_set	{"quiet":"22:00-08:00"}
		preference_set	{"quiet":"22-8","tz":"Z"}
		preference_set	{"quiet":"22:00-24:00","tz":"Z"}
		preference_set	{"max_per":"2/week"}
		preference_set	{"max_per":"0/P7D"}
		preference_set	{"lang":"pt PT"}
		preference_set	{"hard":"yes"}
		bounce	{"hard":"yes"}
		bounce	{"text":"Ana Souza"}
		birthdate_known	{"birthdate":"2012-05-01"}
		birthdate_known	{"birthdate":"2012"}
		birthdate_known	{"birthdate":"2012-13"}
		notice_served	{"text":"Souza"}
	END
	for type in preference_set birthdate_known; do
		said "n-$type" "$type" ana@example.com 2026-04-01T10:00:00Z >one
		run_split cdp-consent append --as-of 2026-04-02T00:00:00Z one
		[ "$status" -eq 1 ]
		grep -q E_DATA err
	done
	[ -z "$(ids)" ]
}

@test "a soft opt-in shows the sale, what is similar to it, and that it could be refused" {
	event s soft_opt_in ',"evidence":{"sale_reference":"o1","similar_products":true}' >one
	sed -i 's/"basis":"consent",//; s/de-DE/en/' one
	append one
	grep -q E_EVIDENCE err
	sed -i 's/"similar_products":true/&,"opt_out_offered":true/' one
	append one
	[ "$(ids)" = "s " ]
}

@test "an opt-out, a signal and a limit are refusals: half readable they hold for everything" {
	local type
	for type in opt_out_sale gpc limit_sensitive erase_pending; do
		said "e-$type" "$type" ana@example.com "some day" ',"purpose":"nobody.knows"' >one
		run_split cdp-consent append --as-of 2026-04-02T00:00:00Z one
		[ "$status" -eq 1 ]
		run_split cdp-consent append --as-of 2026-04-02T00:00:00Z --accept-widened one
		[ "$status" -eq 0 ] || { cat err; return 1; }
		[ "$(jq -c "select(.id == \"e-$type\") | [.purpose, .lo == .recv]" state/ledger/seg/000000.ndjson)" = '["*",true]' ]
	done
}

@test "an erasure is called off by name only, and nobody tells the ledger's own lines" {
	said e erase_pending ana@example.com 2026-04-01T10:00:00Z | heard 2026-04-01T10:01:00Z
	said r restrict ana@example.com 2026-04-01T10:00:00Z | heard 2026-04-01T10:01:00Z
	echo '{"kind":"consent","id":"x","type":"erase_withdrawn","ref":"r","by":"dpo"}' >one
	refused E_LIFT one
	echo '{"kind":"consent","id":"x","type":"erase_withdrawn","ref":"e"}' >one
	refused E_LIFT one
	for type in tick policy key erased; do
		said l "$type" ana@example.com 2026-04-01T10:00:00Z >one
		refused E_EVENT_TYPE one
	done
	echo '{"kind":"consent","id":"x","type":"erase_withdrawn","ref":"e","by":"dpo"}' | heard 2026-04-02T00:00:00Z
	[ "$(ids)" = "e r x " ]
}

@test "preferences go with a permit as obligations, and one that is out skips the row" {
	grant g ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	profile 1 ana@example.com >p
	wish w1 '{"quiet":"22:00-08:00","tz":"Europe/Lisbon","max_per":"2/P7D","lang":"pt-PT","channels":["email","sms"]}' |
		heard 2026-04-01T10:01:00Z
	newsletter p >out 2>err
	[ "$(decision '[.verdict[:6], (.obligations[] | .type, .value, .hard)]')" = \
		'["permit","channels",["email","sms"],false,"quiet",["22:00-08:00 Europe/Lisbon"],false,"max_per","2/P7D",false,"lang","pt-PT",false]' ] ||
		{ decision .; return 1; }
	wish w2 '{"lang":"en","hard":true,"topics_out":["marketing.newsletter.sports"]}' | sed 's/04-01/04-02/' |
		heard 2026-04-02T10:01:00Z
	newsletter p >out 2>err
	[ "$(decision '[.obligations[] | .type, .value, .hard]')" = \
		'["topics_out",["marketing.newsletter.sports"],true,"lang","en",true]' ] || { decision .; return 1; }
	wish w3 '{"topics_out":["marketing"]}' | sed 's/04-01/04-03/' | heard 2026-04-03T10:01:00Z
	newsletter --denied d --summary s p >out 2>err
	[ "$(jq -c 'select(.kind == "decision") | [.verdict, .code]' d)" = '["skip","S_PREFERENCE"]' ]
	[ "$(jq -c '[.read, .permitted, .redacted, .skipped, .denied]' s)" = '[1,0,0,1,0]' ]
	[ "$(jq -c 'select(.kind == "end") | [.suppressed, .ok]' out)" = '[1,true]' ]
	run -1 judge decide --purpose marketing.newsletter --check p
}

@test "of quiet hours, topics and frequencies of one person all hold" {
	grant g ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-01T10:01:00Z
	{ wish w1 '{"quiet":"22:00-08:00","tz":"Z","max_per":"2/P7D","lang":"pt"}'
	  wish w2 '{"quiet":"12:00-14:00","tz":"Z","max_per":"9/P1M","lang":"de","topics_out":["marketing.newsletter.b"]}' rui@example.com |
		sed 's/04-01/04-02/'; } | heard 2026-04-03T10:01:00Z
	profile 1 ana@example.com | sed 's/\["ana@example.com"\]/["ana@example.com","rui@example.com"]/' >p
	newsletter p >out 2>err
	[ "$(decision '[.obligations[] | .type, .value]')" = \
		'["topics_out",["marketing.newsletter.b"],"quiet",["12:00-14:00 Z","22:00-08:00 Z"],"max_per","2/P7D","lang","de"]' ] ||
		{ decision .; return 1; }
}

@test "--preferred-only skips who would rather be reached otherwise, and can be" {
	anew '(.purposes[] | select(.id == "marketing.newsletter").channels) = ["email", "sms"]'
	grant g ana@example.com 2026-03-01T10:00:00Z | heard 2026-03-03T10:01:00Z
	profile 1 ana@example.com >p
	wish w '{"channels":["sms","email"]}' | heard 2026-04-01T10:01:00Z
	newsletter p >out 2>err || { cat err; return 1; }
	[ "$(decision .code)" = '"P_CONSENT"' ]
	newsletter --preferred-only --denied d p >out 2>err
	[ "$(jq -c 'select(.kind == "decision").code' d)" = '' ] || { echo "nobody can be reached by sms"; return 1; }
	sed 's/"attributes"/"phone_number":["+351910000001"],&/' p >q
	newsletter --preferred-only --denied d q >out 2>err
	[ "$(jq -r 'select(.kind == "decision").code' d)" = S_PREFERENCE ]
	explain() { judge explain --purpose marketing.newsletter --channel email --json "$@" q | jq -r .code; }
	[ "$(explain) $(explain --preferred-only)" = "P_CONSENT S_PREFERENCE" ]
}

@test "--all-reasons names every code that says no, the first one first" {
	{ said r restrict ana@example.com 2026-04-01T10:00:00Z
	  said e erase_pending ana@example.com 2026-04-01T10:00:00Z; } | heard 2026-04-02T00:00:00Z
	profile 1 ana@example.com '"identity_resolution"' >p
	newsletter --denied d p >out 2>err
	[ "$(jq -c 'select(.kind == "decision") | [.code, .reasons]' d)" = '["D_RESTRICTED",null]' ]
	newsletter --denied d --all-reasons p >out 2>err
	jq -c 'select(.kind == "decision") | [.code, .reasons]' d >all
	grep -q '^\["D_RESTRICTED",\["D_RESTRICTED","D_ERASURE_PENDING","D_NO_CONSENT"' all || { cat all err; return 1; }
}

@test "the channel post reaches the address of a record that may be written to, and no other" {
	anew '.purposes += [.purposes[] | select(.id == "marketing.newsletter") | .id = "marketing.letters" | .channels = ["post"]]
		| .notices[].purposes += ["marketing.letters"] | .views["marketing.letters"] = ["given_name"]
		| .sources[].purposes += ["marketing.letters"]'
	grant g shop:1 2026-03-01T10:00:00Z | sed 's/"type":"email"/"type":"record"/
		s/"channel":"email"/"channel":"post"/; s/marketing.newsletter/marketing.letters/' | heard 2026-03-01T10:01:00Z
	printf '%s\n' '{"kind":"profile","id":"p1","members":["shop:1","shop:2"],"given_name":"Ana","address":[{"street_address":"Rua Um 1","country":"PT"},{"street_address":"Rua Dois 2","country":"PT"}],"first_seen":"2026-02-01T00:00:00Z","last_seen":"2026-02-01T00:00:00Z","member_purposes":{"shop:1":["marketing.letters"],"shop:2":["marketing.letters"]},"provenance":{"given_name":{"record":"shop:1","rule":"vote"},"address":[{"record":"shop:1","rule":"union"},{"record":"shop:2","rule":"union"}]}}' >p
	judge filter --purpose marketing.letters p >out 2>err
	[ "$(jq -c 'select(.kind == "profile") | [.address, .decisions[].address]' out)" = \
		'[[{"street_address":"Rua Um 1","country":"PT"}],{"field":"address","value":"shop:1"}]' ] || { cat out err; return 1; }
}
