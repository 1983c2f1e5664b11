# SPDX-License-Identifier: Apache-2.0
# cdp-consent: nothing of a person is in the ledger, in summaries, denials, decisions, words or
# messages of any command (C19). A person whose every value is a canary goes through all of them.
# shellcheck disable=SC2317
# (bodies are called by name)
bats_require_minimum_version 1.5.0
load helpers
load consent

CANARY='canary|299888777|1977-07-17|9876-543|sesame|vegan'

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	jq '.importers={"segment":{"map":{"ads":"marketing.newsletter"},"notice":"newsletter@7/en"}} | .destinations[0].layout="csv"' \
		"$DATA/consent/gates/policy.json" >policy.json
	export CDP_STATE=$PWD/state
	mkdir seen
	cdp-consent init --subjects keyed --name test.example/consent --new-keys \
		--policy policy.json --as-of 2026-01-01T00:00:00Z >seen/init 2>&1
	person
}

# The canary as a person, a record, a profile, and in what was said.
person() {
	echo '{"email":"canary.bird@example.com","phone_number":"+351299888777","id.device":"canary-device","record":"shop:canary"}' >who.json
	record canary canary.bird@example.com ',"given_name":"Canaria","family_name":"Canary","birthdate":"1977-07-17","phone_number":["+351299888777"],"address":[{"postal_code":"9876-543"}],"purposes":["identity_resolution"]' >record
	record canary canary.bird@example.com ',"purposes":["order_fulfilment"]' >unfit
	profile canary canary.bird@example.com >profile
	profile canary2 "not canary" >>profile
	{ grant g1 canary.bird@example.com 2026-02-01T10:00:00Z
	  said w1 withdraw canary.bird@example.com 2026-02-02T10:00:00Z ',"src":"shop","purpose":"canary","channel":"canary","by":"Canary Bird","notice":"canary","at2":"canary"'
	  said w2 withdraw "canary bird" 2026-02-02T10:00:00Z
	  said g2 grant canary.bird@example.com canary
	  said g3 canary canary.bird@example.com 2026-02-02T10:00:00Z ',"evidence":{"ip":"canary"}'
	  printf '{"kind":"consent","canary":'; } >consent
}

# Each command with the canary in everything it reads. What may hold personal values (streams of
# records and profiles, rejects) goes to out; all else to seen.
of_append() {
	cdp-consent append --as-of 2026-03-01T00:00:00Z --summary seen/append.sum --receipts seen/append.receipts --rejects rejects consent
	{ sed '$d' consent; cat record; } >whole
	cdp-consent append --as-of 2026-03-01T00:00:00Z --summary seen/append.sum2 --receipts seen/append.receipts2 --pass whole -o out
	cdp-consent append --as-of 2026-03-01T00:00:00Z --strict whole
}
of_gate() {
	judge gate --summary seen/gate.sum --quarantine quarantine -o out record unfit
	judge gate profile >out
}
of_filter() {
	judge filter --purpose marketing.newsletter --channel email --summary seen/filter.sum --denied seen/denied -o out profile
	judge filter --purpose marketing.newsletter --channel email record >out
}
of_decide() {
	judge decide --purpose marketing.newsletter --channel email --summary seen/decide.sum profile >seen/decide
	judge decide --purpose marketing.newsletter --channel email --subject-file who.json >seen/decide.who
	echo '{"canary":"canary"}' >odd
	judge decide --purpose marketing.newsletter --channel email --subject-file odd
}
of_explain() {
	judge explain --purpose marketing.newsletter --channel email profile >seen/explain
	judge explain --json --purpose marketing.newsletter --channel email --subject-file who.json >seen/explain.json
}
of_import() {
	echo '{"messageId":"m","userId":"canary","traits":{"email":"canary.bird@example.com"},"context":{"consent":{"categoryPreferences":{"ads":"canary"}}}}' >call
	echo '{"messageId":"m","canary":"canary","context":{"consent":{"categoryPreferences":{"ads":"canary"}}}}' >odd
	cdp-consent import segment --source shop --as-of 2026-03-01T00:00:00Z --summary seen/import.sum --rejects rejects call odd -o out
	cdp-consent import segment --source shop --as-of 2026-03-01T00:00:00Z --append call
}
of_suppress() {
	cdp-consent suppress --subject-file profile --cause erasure --by dpo --as-of 2026-03-01T00:00:00Z --summary seen/suppress.sum >seen/suppress
	head -n 1 profile >one
	cdp-consent suppress --subject-file one --cause erasure --by dpo --as-of 2026-03-01T00:00:00Z --summary seen/suppress.sum >seen/suppress
	cdp-consent suppress --list seen/suppress.list --as-of 2026-03-02T00:00:00Z
}
of_erase() {
	local -x CDP_STATE=$PWD/vaulted
	cdp-consent init -q --name vault.example/consent --new-keys --policy policy.json --as-of 2026-01-01T00:00:00Z
	cdp-consent append -q --as-of 2026-03-01T00:00:00Z --rejects rejects consent
	echo '{"canary":"canary"}' >odd
	cdp-consent erase --subject-file odd --by dpo
	cdp-consent erase --subject-file profile --by dpo
	cdp-consent erase --subject-file who.json --by dpo --as-of 2026-03-02T00:00:00Z --summary seen/erase.sum >seen/erase
	cp -R vaulted/ledger seen/erased
}
of_recheck() {
	judge recheck --due --summary seen/due.sum profile >seen/due
	judge recheck --purpose marketing.newsletter --notice newsletter@9 --summary seen/recheck.sum profile >seen/recheck
}
of_expire() { judge expire --within P9Y --summary seen/expire.sum profile >seen/expire; }
of_conflicts() { judge conflicts --summary seen/conflicts.sum profile >seen/conflicts; }
of_impact() { judge impact --before profile --after profile --summary seen/impact.sum >seen/impact; }
of_remediate() {
	grant g9 canary.bird@example.com 2026-04-01T10:00:00Z | heard 2026-04-01T10:01:00Z
	cdp-consent filter -q --purpose marketing.newsletter --to mailer --as-of 2026-04-02 --max-ledger-age P900D profile |
		cdp-export -q --to mailer --as-of 2026-04-02 -o list.csv
	said w9 withdraw canary.bird@example.com 2026-04-01T12:00:00Z | heard 2026-05-01T10:01:00Z
	cdp-consent remediate --egress state/egress/journal.ndjson --as-of "$AT" --max-ledger-age P900D \
		--summary seen/remediate.sum profile >seen/remediate
}
of_state() {
	cdp-consent state --as-of "$AT" --max-ledger-age P900D --summary seen/state.sum >seen/state
	cdp-consent state --subject-file who.json --as-of "$AT" --max-ledger-age P900D >seen/state.who
}
of_preference() {
	echo '{"topics_out":["marketing"],"lang":"de"}' >settings
	cdp-consent preference --set settings --subject-file who.json --as-of 2026-03-01T00:00:00Z --summary seen/preference.sum >seen/preference
	cdp-consent preference --show --subject-file who.json --as-of "$AT" --max-ledger-age P900D >seen/preference.show
	echo '{"canary":["canary"]}' >settings
	cdp-consent preference --set settings --subject-file who.json
}
of_publish() { cdp-consent publish --policy policy.json; }
of_lint() {
	jq 'del(.notices)' policy.json >bad.json
	cdp-consent lint --policy bad.json >seen/lint
	cdp-consent lint --policy policy.json --sample profile >>seen/lint
}
of_compile() { cdp-consent compile >seen/compile; }	# its file is in state
of_verify() { cdp-consent verify --evidence >seen/verify; }
of_checkpoint() { cdp-consent checkpoint --tick --as-of 2026-03-02T00:00:00Z >seen/checkpoint; }

# Commands that read nothing of a person.
of_prove() { judge prove --subject-file who.json --purpose marketing.newsletter --out-dir seen/pack >seen/prove; }
of_init() { :; }
of_check_proof() { :; }
of_print_schema() { :; }

@test "nothing personal leaves any command but in streams of persons, nor stays in the ledger (C19)" {
	local command
	for command in $(cdp-consent --print-options | awk -F '\t' '$1 == "usage" { print $2 }'); do
		declare -F "of_${command//-/_}" >/dev/null || { echo "$command is not tried here"; return 1; }
		"of_${command//-/_}" >>"seen/$command.out" 2>"seen/$command.err" || true
		# evidence, which is personal, stands beside the lines and can be taken away
		run ! grep -rliE --exclude-dir=side "$CANARY" seen state
		[ -s "seen/$command.err" ] || [ -s "seen/$command.out" ] || [ -s "seen/$command" ] ||
		    [[ $command =~ init|check-proof|print-schema ]] || { echo "$command said nothing"; return 1; }
	done
	[ "$(jq -r 'select(.type=="suppress").cause' state/ledger/seg/000000.ndjson | sort -u)" = erasure ]
	grep -qiE "$CANARY" out		# the person did go through
}

@test "no option takes a value of a person" {
	run -0 cdp-consent --print-options
	run ! grep -E "	--(email|phone|name|address|birthdate|identifier|value|subject)	" \
	    <<<"$(grep -v "name	LOG" <<<"$output")"
}
