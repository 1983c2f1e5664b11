# SPDX-License-Identifier: Apache-2.0
# cdp-consent import: consent told to other systems (consent 8.3, vectors I1, I2, I22)
bats_require_minimum_version 1.5.0
load helpers
load consent

# The policy of the gates, with importers.
setup() {
	keyed_ledger '.importers={"segment":{"map":{"ads":"marketing.newsletter"},"notice":"newsletter@7/en"}}'
}

# call ID PREFERENCES [MORE]: an identify call of Segment
call() {
	printf '{"type":"identify","messageId":"%s","userId":"u1","anonymousId":"a1","timestamp":"2026-03-01T10:00:00Z","sentAt":"2026-03-01T10:00:01Z","receivedAt":"2026-03-01T10:00:02Z","traits":{"email":"ana@example.com"},"context":{"consent":{"categoryPreferences":%s}}%s}\n' \
		"$1" "$2" "${3:-}"
}

import() {
	run_split cdp-consent import "$@" --source shop --as-of 2026-03-02T00:00:00Z
}

events() {
	jq -r 'select(.kind=="consent")|[.type,.identifier.type,.purpose//"*",.channel//"*",.method//"-"]|join(" ")' out
}

@test "Segment: true is a grant where the channel reaches, false a withdrawal everywhere, anything else a denial (I1)" {
	call m1 '{"ads":true}' >in
	import segment in
	[ "$status" -eq 0 ]
	[ "$(events)" = "grant email marketing.newsletter email api" ]
	run -0 jq -c 'select(.kind=="consent")|[.at,.clock,.controller,.src,.notice,.evidence]' out
	assert_output '["2026-03-01T10:00:00Z",null,"north","shop","newsletter@7/en",{"category":"ads","message":"m1","value":true}]'
	call m1 '{"ads":false}' >in
	import segment in
	run events
	assert_output "withdraw email marketing.newsletter * import
withdraw id.user_id marketing.newsletter * import
withdraw id.anonymous_id marketing.newsletter * import"
	for nothing in '{}' null; do
		call m1 "$nothing" | sed 's/"categoryPreferences":null//' >in
	import segment in
		[ "$status" -eq 0 ]
		[ "$(events)" = "" ]
	done
	echo '{"type":"track","messageId":"m1","userId":"u1"}' >in
	import segment in
	[ "$status" -eq 0 ]
	[ "$(events)" = "" ]
	for odd in '"conflict"' null 1 '"true"' '[]'; do
		call m1 "{\"ads\":$odd}" >in
	import segment in
		[ "$(events | cut -d ' ' -f 1 | sort -u)" = deny ] || { echo "$odd"; return 1; }
	done
}

@test "Segment: categories without a mapping say nothing, and are counted" {
	call m1 '{"functional":false,"ads":false}' >in
	import segment --summary s in
	[ "$(events | cut -d ' ' -f 3 | sort -u)" = marketing.newsletter ]
	[ "$(jq -c '[.read,.events,.unmapped,.silent]' s)" = '[1,3,1,0]' ]
	grep -q "without a mapping 1" err
}

@test "Segment: the device's clock is put right by the times of sending, and trusted no further" {
	call m1 '{"ads":false}' ',"originalTimestamp":"2026-03-01T12:00:00Z"' |
		sed 's/"sentAt":"[^"]*"/"sentAt":"2026-03-01T12:00:05Z"/' >in
	import segment in
	[ "$(jq -r 'select(.kind=="consent").at' out | sort -u)" = 2026-03-01T09:59:57Z ]
	call m1 '{"ads":false}' | sed 's/,"sentAt":"[^"]*"//' >in
	import segment in
	[ "$(jq -r 'select(.kind=="consent").clock' out | sort -u)" = device ]
	[ "$(jq -r 'select(.kind=="consent").at' out | sort -u)" = 2026-03-01T10:00:00Z ]
}

@test "Segment: a call that names nobody, or whose preferences are no object, is refused by name" {
	{ call m1 '{"ads":false}' | jq -c 'del(.userId,.anonymousId,.traits)'; call m2 '[true]'; call m3 '{"ads":false}'; } >in
	import segment --rejects r in
	[ "$status" -eq 1 ]
	[ "$(jq -r 'select(.kind=="reject").code' r | paste -sd' ')" = "E_SUBJECT E_TYPE" ]
	[ "$(events | wc -l)" -eq 3 ]
}

@test "what may have been a refusal and cannot be taken gives 1 whatever --max-rejects says (B8)" {
	lost() {
		import "$1" --max-rejects 100% --summary s in
		[ "$status" -eq "$2" ] && [ "$(jq -c '[.rejected,.lost]' s)" = "$3" ] || { cat err s; return 1; }
	}
	call m1 '{"ads":false}' | jq -c 'del(.userId,.anonymousId,.traits)' >in
	lost segment 1 '[1,1]'
	call m1 '{"ads":true}' | jq -c 'del(.userId,.anonymousId,.traits)' >in
	lost segment 0 '[1,0]'
	call m1 '"ads"' >in
	lost segment 1 '[1,1]'
	{ call m1 '{"ads":true}'; echo '{"type":'; } >in
	lost segment 1 '[1,1]'
	echo '{"headers":{"Sec-GPC":"1"}}' >in
	lost gpc 1 '[1,1]'
	record 1 ana@example.com >in
	lost gpc 0 '[1,0]'
	said w1 withdraw ana@example.com 2026-03-01T00:00:00Z >in
	lost gpc 1 '[1,1]'
}

@test "the same calls twice are one act, however they are ordered" {
	{ call m1 '{"ads":true}'; call m2 '{"ads":false}'; } >calls
	import segment --append calls
	[ "$status" -eq 0 ]
	grep -q "appended 4, duplicates 0" err
	tac calls >in
	import segment --append in
	grep -q "appended 0, duplicates 4" err
	[ "$(lines)" -eq 5 ]
}

@test "imported yes without a notice, after a withdrawal, is kept and permits nothing (I22)" {
	said w1 withdraw ana@example.com 2026-02-01T00:00:00Z ',"src":"shop"' | heard 2026-02-01T00:01:00Z
	echo '{"map":{"ads":"marketing.newsletter"}}' >map.json
	call m1 '{"ads":true}' >in
	import segment --map map.json --append in
	[ "$status" -eq 0 ]
	[ "$(jq -r 'select(.type=="grant").method' state/ledger/seg/000000.ndjson)" = import ]
	profile 1 ana@example.com | judge filter --purpose marketing.newsletter --channel email --denied d >out 2>err
	[ "$(jq -r 'select(.kind=="decision").code' d)" = D_WITHDRAWN ]
}

@test "an imported yes with its notice permits, and an imported no ends it" {
	call m1 '{"ads":true}' >in
	import segment --append in
	profile 1 ana@example.com >p
	judge filter --purpose marketing.newsletter --channel email p >out 2>err
	[ "$(jq -r 'select(.kind=="profile").decisions[0].code' out)" = P_CONSENT ]
	call m2 '{"ads":false}' | sed 's/2026-03-01T10/2026-03-01T11/g' >in
	import segment --append in
	judge filter --purpose marketing.newsletter --channel email --denied d p >out 2>err
	[ "$(jq -r 'select(.kind=="decision").code' d)" = D_WITHDRAWN ]
}

# request HEADERS [AT]: a line of a log of requests
request() {
	printf '{"at":"%s","subject":{"id.device":"d1","email":"ana@example.com"},"headers":%s}\n' \
		"${2:-2026-03-01T10:00:00+02:00}" "$1"
}

@test "GPC: exactly 1, of any of several headers, is a signal; all else is none (I2)" {
	for yes in '{"Sec-GPC":"1"}' '{"sec-gpc":["0","1"]}' '{"Sec-GPC":"0","SEC-GPC":"1"}' '{"Sec-GPC":1}'; do
		request "$yes" >in
	import gpc in
		[ "$status" -eq 0 ]
		[ "$(events)" = "gpc id.device * * -
gpc email * * -" ] || { echo "$yes: $(events)"; return 1; }
	done
	for no in '{"Sec-GPC":"0"}' '{"Sec-GPC":"true"}' '{"Sec-GPC":""}' '{"Sec-GPC":true}' '{"DNT":"1"}' '{}' '{"Sec-GPC":"10"}' '{"Sec-GPC":null}'; do
		request "$no" >in
	import gpc in
		[ "$status" -eq 0 ]
		[ "$(events)" = "" ] || { echo "$no"; return 1; }
	done
}

@test "GPC: one signal a day and identifier, by the day in UTC" {
	{ request '{"Sec-GPC":"1"}' 2026-03-01T23:30:00Z; request '{"Sec-GPC":"1"}' 2026-03-02T01:30:00+02:00
	  request '{"Sec-GPC":"1"}' 2026-03-02T01:30:00Z; request '{"Sec-GPC":"1"}' soon; } >log
	import gpc --summary s log
	[ "$(jq -r 'select(.kind=="consent").at' out | sort | uniq -c | awk '{print $1 $2}' | paste -sd' ')" = "22026-03-01 22026-03-02 2soon" ]
	[ "$(jq -c '[.read,.events,.repeated]' s)" = '[4,6,2]' ]
	for t in 1 2 3 8; do
		cdp-consent import gpc --source shop --as-of 2026-03-02T00:00:00Z --threads $t log 2>err | cmp - out
	done
}

@test "GPC: a request without headers, or of nobody, is refused" {
	{ echo '{"subject":{"id.device":"d"}}'; echo '{"headers":{"Sec-GPC":"1"}}'
	  jq -nc '{headers: {"Sec-GPC": "1"}, subject: {"id.device": [range(65) | tostring]}}'	# nobody's signal is left out
	  echo '{"headers":{"Sec-GPC":"1"},"subject":{"name":"Ana"}}'; echo '{"headers":{"Sec-GPC":"1"},"subject":{"id.device":7}}'; } >in
	import gpc --rejects r in
	[ "$status" -eq 1 ]
	[ "$(jq -r 'select(.kind=="reject").code' r | paste -sd' ')" = "E_TYPE E_SUBJECT E_LIMIT E_SUBJECT E_SUBJECT" ]
}

@test "a signal that says no time counts at once, and with --append gives 1 as append does (B7)" {
	echo '{"subject":{"id.device":"d1"},"headers":{"Sec-GPC":"1"}}' >in
	import gpc in
	[ "$status" -eq 0 ]
	import gpc --append --summary s in
	[ "$status" -eq 1 ]
	[ "$(jq -c '[.appended,.widened]' s)" = '[1,1]' ]
	import gpc --append --accept-widened in
	[ "$status" -eq 0 ]
	import gpc --accept-widened in
	[ "$status" -eq 2 ]
}

@test "other formats are refused by name, and so is what does not fit the policy" {
	for later in tcf gpp usp adobe mparticle unomi onetrust kantara; do
		run -2 cdp-consent import "$later" --source shop </dev/null
		assert_output --partial "not in this version: $later"
	done
	run -2 cdp-consent import nothing --source shop </dev/null
	run -2 cdp-consent import segment </dev/null
	run -2 cdp-consent import segment --source nobody </dev/null
	assert_output --partial E_SOURCE_UNKNOWN
	for map in '{"map":{"ads":"nobody.knows"}}' '{"map":{"ads":"marketing.newsletter"},"channel":"sms"}' '{"map":{}}' \
		'{"map":{"ads":"marketing.newsletter"},"controller":"nobody"}' '{"map":{"ads":"marketing.newsletter"},"notice":"x@1"}' \
		'{"map":{"ads":"marketing.newsletter"},"shape":"round"}' '[]' '{"map":'; do
		echo "$map" >map.json
		run -2 cdp-consent import segment --source shop --map map.json </dev/null
	done
	run -2 cdp-consent import gpc --source shop --zero deny </dev/null
	assert_output --partial "not in this version"
}

@test "our own lines are nothing to import, and a cut input appends nothing" {
	said w1 withdraw ana@example.com 2026-02-01T00:00:00Z >in
	import segment in
	[ "$status" -eq 1 ]
	grep -q E_KIND err
	{ call m1 '{"ads":false}'; printf '{"type":"identify","messageId":"m2"'; } >in
	import segment --append in
	[ "$status" -eq 3 ]
	[ "$(lines)" -eq 1 ]
}
