# SPDX-License-Identifier: Apache-2.0
# cdp-consent remediate: what was sent lawfully then, or not, and what is known now (consent 8.2,
# vectors 43 and 44)
bats_require_minimum_version 1.5.0
load helpers
load consent

setup() {
	keyed_ledger '.destinations[0].layout="csv"'
	{ grant g1 ana@example.com 2026-03-01T10:00:00Z; grant g2 bo@example.com 2026-03-01T10:00:00Z; } | heard 2026-03-01T10:01:00Z
	{ profile 1 ana@example.com; profile 2 bo@example.com; } >people
	send 2026-05-10T00:00:00Z
	said w1 withdraw ana@example.com 2026-05-01T00:00:00Z ',"src":"shop"' | heard 2026-05-20T00:00:00Z
}

send() {
	cdp-consent filter -q --purpose marketing.newsletter --to mailer --as-of "$1" --max-ledger-age P900D people |
		cdp-export -q --to mailer --as-of "$1" -o list.csv
}

remediate() {
	run_split cdp-consent remediate --egress state/egress/journal.ndjson --as-of "$AT" --max-ledger-age P900D "$@"
}

remedies() {
	jq -c 'select(.kind=="remedy")|[.recipient,.destination,.egress,.purpose,.code,.evidence]' out
}

@test "a withdrawal heard after the export, of before it, is told with its recipient (43, 44)" {
	remediate people --summary s
	[ "$status" -eq 0 ]
	[ "$(remedies)" = '["Mail Service Lda","mailer",0,"marketing.newsletter","D_WITHDRAWN",[1,3]]' ] || { remedies; return 1; }
	[ "$(jq -c '[.exports,.undecided,.people,.remedies,.recipients]' s)" = '[1,0,2,1,{"Mail Service Lda":1}]' ]
	remediate --known-at 2026-05-15 people
	[ "$(remedies)" = "" ]
	run ! grep -q example.com out err s
}

@test "what was said after the export leaves it as it was" {
	said w2 withdraw bo@example.com 2026-05-15T00:00:00Z ',"src":"shop"' | heard 2026-05-20T00:01:00Z
	remediate people
	[ "$(remedies | wc -l)" -eq 1 ]
}

@test "who is suppressed by a command an hour after an export was not suppressed before it" {
	echo '{"email":"bo@example.com"}' >bo.json
	cdp-consent suppress -q --subject-file bo.json --cause complaint --by T-1 --as-of 2026-05-20T02:00:00Z >out
	tail -n 1 state/ledger/seg/000000.ndjson | jq -e '.clock == "trusted" and .lo == .recv and .hi == .recv'
	jq -c 'select(.id == "2")' people >bo
	cdp-consent filter -q --purpose marketing.newsletter --to mailer --as-of 2026-05-20T01:00:00Z bo |
		cdp-export -q --to mailer --as-of 2026-05-20T01:00:00Z -o list.csv
	remediate bo
	[ "$status" -eq 0 ]
	[ "$(remedies)" = "" ] || { remedies; return 1; }
	# but a line of somebody's file that claims a controller's time is not taken at its word
	said s9 suppress cy@example.com 2026-05-20T02:30:00Z ',"actor":"controller","cause":"complaint","by":"t"' | heard 2026-05-20T03:00:00Z
	tail -n 1 state/ledger/seg/000000.ndjson | jq -e '.clock == "device" and .lo < .recv'
}

@test "a withdrawal at a record that may not be linked is found by the compliance graph" {
	said w2 withdraw old@example.com 2026-05-02T00:00:00Z ',"src":"shop"' | heard 2026-05-20T00:01:00Z
	{ record 2 bo@example.com ',"identifiers":{"loyalty":["L1"]}'
	  record 9 old@example.com ',"identifiers":{"loyalty":["L1"]},"purposes":["order_fulfilment"]'; } >records
	echo '{"cdp_rules":1,"identifiers":{"loyalty":{"unique":true}}}' >rules.json
	judge gate --purpose compliance records 2>err |
		cdp-resolve -q --mode exact --purpose compliance -o graph
	remediate people
	[ "$(remedies | wc -l)" -eq 1 ]
	remediate people --spread graph
	[ "$(remedies | jq -r '.[4]' | sort | paste -sd' ')" = "D_CONFLICT_LINKED D_WITHDRAWN" ]
}

@test "an address is found under whatever profile holds it now, and only where it was sent" {
	{ profile 77 ana@example.com; profile 78 new@example.com; } >changed
	remediate changed
	[ "$(remedies | wc -l)" -eq 1 ]
	send 2026-05-25T00:00:00Z
	remediate changed
	[ "$(remedies | wc -l)" -eq 1 ]
	remediate --since 2036-01-01 changed
	[ "$(remedies)" = "" ]
	grep -q "exports 0" err
}

@test "a log or rows that are not what they were stop it, and no key is a usage error" {
	cp -r state/egress kept
	sed -i 's/mailer/nobody/' state/egress/journal.ndjson
	remediate people
	[ "$status" -eq 4 ]
	[ "$(tail -n 1 out | jq -c '[.kind,.ok]')" = '["end",false]' ]
	rm -r state/egress && cp -r kept state/egress
	sed -i '1s/"f":"./"f":"0/' state/egress/000000.rows
	remediate people
	[ "$status" -eq 4 ]
	grep -q E_EGRESS err
	rm -r state/egress && cp -r kept state/egress
	rm state/keys/egress
	remediate people
	[ "$status" -eq 2 ]
	run -2 cdp-consent remediate people
}

@test "an export that cannot be decided again is told, and gives status 1" {
	jq '.destinations[0].id="other"|.effective_from="2026-01-01T00:00:00Z"' policy.json >other.json
	remediate --policy other.json --draft people
	[ "$status" -eq 1 ]
	grep -q "export 0 cannot be decided again" err
	[ "$(tail -n 1 out | jq .ok)" = false ]
}
