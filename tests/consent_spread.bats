# SPDX-License-Identifier: Apache-2.0
# The compliance graph: gate --purpose compliance, cdp-resolve, filter --spread (consent 7)
bats_require_minimum_version 1.5.0
load helpers
load consent

setup() {
	keyed_ledger
	# Two records of one person; only the first may be linked for marketing.
	{ record 1 ana@example.com ',"identifiers":{"loyalty":["L1"]}'
	  record 2 old@example.com ',"identifiers":{"loyalty":["L1"]},"purposes":["order_fulfilment"]'
	  record 3 bo@example.com; } >records
	{ grant g1 ana@example.com 2026-03-01T10:00:00Z; grant g3 bo@example.com 2026-03-01T10:00:00Z
	  grant g2 old@example.com 2026-03-01T10:00:00Z; } | heard 2026-03-01T10:01:00Z
	echo '{"cdp_rules":1,"identifiers":{"loyalty":{"unique":true}}}' >rules.json
}

graph() {
	judge gate --purpose compliance records 2>err | cdp-resolve -q --mode exact --purpose compliance -o graph
}

people() {
	judge gate records 2>err | cdp-resolve -q --mode exact -o people
}

newsletter() {
	judge filter --purpose marketing.newsletter --channel email --denied d people "$@" >out 2>err
}

passed() {
	jq -r 'select(.kind=="profile").email[]' out | sort | paste -sd' '
}

@test "every command that judges a person hears what the graph says" {
	graph
	people
	said w1 withdraw old@example.com 2026-03-05T00:00:00Z ',"src":"shop"' | heard 2026-03-05T00:01:00Z
	grep '"kind":"profile"' people | jq -c 'select(.email[0]=="ana@example.com")' >ana
	echo '{"email":["ana@example.com"],"record":["shop:1"]}' >who.json
	for person in ana who.json; do
		[ "$(judge decide --purpose marketing.newsletter --subject-file $person | jq -r .code)" = P_CONSENT ]
		[ "$(judge decide --purpose marketing.newsletter --subject-file $person --spread graph | jq -r .code)" = D_CONFLICT_LINKED ]
		judge explain --purpose marketing.newsletter --subject-file $person --spread graph >out
		grep -q "^denied  D_CONFLICT_LINKED" out
		judge explain --all --json --subject-file $person --spread graph |
			jq -e -s 'map(select(.purpose=="marketing.newsletter").code) | unique == ["D_CONFLICT_LINKED"]'
	done
	[ "$(judge decide --purpose marketing.newsletter --spread graph ana 2>err | jq -r 'select(.kind=="decision").code')" = D_CONFLICT_LINKED ]
	listed() { jq -r 'select(.kind!="stream" and .kind!="end").kind' out | wc -l; }
	judge recheck --notice newsletter@8 ana >out 2>err
	[ "$(listed)" -eq 1 ]
	judge recheck --notice newsletter@8 --spread graph ana >out 2>err
	[ "$(listed)" -eq 0 ]
	judge expire --within P3Y --spread graph ana >out 2>err
	[ "$(jq -r 'select(.kind=="expiry").purpose' out)" = "" ]
	judge conflicts --spread graph ana >out 2>err
	[ "$(listed)" -eq 1 ]
	judge impact --before ana --after ana --spread graph >out 2>err
	[ "$(listed)" -eq 0 ]
	refute judge decide --purpose marketing.newsletter --spread people ana >out 2>err
	grep -q E_SPREAD err
}

@test "every record of a registered source takes part in the compliance graph, whoever refused what" {
	said s1 suppress ana@example.com 2026-03-02T00:00:00Z ',"cause":"erasure"' | heard 2026-03-02T00:01:00Z
	{ cat records; record 9 zoe@example.com | sed 's/"shop/"nobody/g'; } |
		judge gate --purpose compliance --quarantine q >out 2>err
	[ "$(jq -r 'select(.kind=="record")|.id+" "+.decisions[0].code' out | paste -sd' ')" = "shop:1 P_LEGAL shop:2 P_LEGAL shop:3 P_LEGAL" ]
	[ "$(jq -r 'select(.kind=="record")|.id+" "+.decisions[0].code' q)" = "nobody:9 E_SOURCE_UNKNOWN" ]
}

@test "a no at a record that may not be linked reaches the person by the graph, and only by it" {
	graph
	people
	[ "$(jq -r 'select(.kind=="profile").members|length' people | sort | paste -sd' ')" = "1 1" ]
	[ "$(jq -r 'select(.kind=="profile").members|length' graph | sort | paste -sd' ')" = "1 2" ]
	newsletter
	[ "$(passed)" = "ana@example.com bo@example.com" ]
	newsletter --spread graph
	[ "$(passed)" = "ana@example.com bo@example.com" ]
	said w1 withdraw old@example.com 2026-03-05T00:00:00Z ',"src":"shop"' | heard 2026-03-05T00:01:00Z
	newsletter
	[ "$(passed)" = "ana@example.com bo@example.com" ]
	newsletter --spread graph
	[ "$(passed)" = bo@example.com ]
	[ "$(jq -r 'select(.kind=="decision").code' d)" = D_CONFLICT_LINKED ]
}

@test "restriction, erasure and objection spread; a grant, an address and a field never do" {
	graph
	people
	said r1 restrict old@example.com 2026-03-05T00:00:00Z | heard 2026-03-05T00:01:00Z
	newsletter --spread graph
	[ "$(jq -r 'select(.kind=="decision").code' d)" = D_RESTRICTED ]
	printf '{"kind":"consent","type":"unrestrict","ref":"r1","by":"dpo","at":"2026-03-06T00:00:00Z"}\n' | heard 2026-03-06T00:01:00Z
	newsletter --spread graph
	[ "$(passed)" = "ana@example.com bo@example.com" ]
	said s1 suppress old@example.com 2026-03-07T00:00:00Z ',"cause":"erasure"' | heard 2026-03-07T00:01:00Z
	newsletter --spread graph
	[ "$(jq -r 'select(.kind=="decision").code' d)" = D_SUPPRESSED ]
	run ! grep -q old@ out d
	for t in 1 2 3 8; do
		judge filter --purpose marketing.newsletter --channel email --spread graph --threads $t people 2>err | cmp - out
	done
}

@test "what is no compliance graph, or not a whole one, is refused" {
	graph
	people
	run -2 newsletter --spread people
	run -2 newsletter --spread records
	sed '$d' graph >cut
	run -3 newsletter --spread cut
	sed 2d graph >short
	run -3 newsletter --spread short
	sed '2s/.*/{"kind":"profile"}/' graph >bad
	run -3 newsletter --spread bad
	run -3 newsletter --spread nowhere
	run ! grep -q '"ok":true' out
}
