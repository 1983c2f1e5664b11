# SPDX-License-Identifier: Apache-2.0
# cdp-consent filter: guards against a run that is not like the one before (consent 7)
bats_require_minimum_version 1.5.0
load helpers
load consent

setup() {
	keyed_ledger
	for i in $(seq 40); do grant "g$i" "u$i@example.com" 2026-03-01T10:00:00Z; done | heard 2026-03-02T00:00:00Z
	for i in $(seq 40); do profile "$i" "u$i@example.com"; done >all
	newsletter --summary before all >out 2>err
}

newsletter() {
	judge filter --purpose marketing.newsletter --channel email "$@"
}

guarded() {
	run_split newsletter --baseline before --max-drop 5 --max-grow 5 "$@"
}

@test "as many as before, and up to the limit fewer or more, may leave" {
	guarded all
	[ "$status" -eq 0 ]
	head -n 38 all >fewer
	guarded fewer
	[ "$status" -eq 0 ]
	newsletter --summary before fewer >out 2>err
	run_split newsletter --baseline before --max-grow 5.27 all
	[ "$status" -eq 0 ]
	run_split newsletter --baseline before --max-grow 5.26 all
	[ "$status" -eq 4 ]
	grep -q G_GROW err
}

@test "beyond the limit nothing leaves: 4, the old file stays, a pipe ends not-ok" {
	head -n 37 all >fewer
	echo old >o
	guarded --denied d --summary s -o o fewer
	[ "$status" -eq 4 ]
	grep -q "G_DROP: 37 rows may leave, 40 did before" err
	[ "$(cat o)" = old ]
	[ ! -e d ]
	[ "$(jq -c '[.ok,.code,.error,.redacted]' s)" = '[false,4,"G_DROP",37]' ]
	guarded fewer
	[ "$status" -eq 4 ]
	[ "$(tail -n 1 out | jq -c '[.kind,.ok,.code]')" = '["end",false,4]' ]
	[ "$(grep -c '"kind":"end"' out)" -eq 1 ]
	mv out cut
	run -3 newsletter cut
}

@test "a summary that is also the baseline keeps what it said when the guard says no" {
	cp before kept
	head -n 10 all >few
	run_split newsletter --baseline before --max-drop 5 --summary before few
	[ "$status" -eq 4 ]
	cmp before kept
	run_split newsletter --baseline before --max-drop 5 --summary before all
	[ "$status" -eq 0 ]
}

@test "out of nobody any number grows, and of nobody none is fewer" {
	: >nobody
	newsletter --summary before nobody >out 2>err
	run_split newsletter --baseline before --max-grow 1000 all
	[ "$status" -eq 4 ]
	run_split newsletter --baseline before --max-grow 0 --max-drop 0 nobody
	[ "$status" -eq 0 ]
}

@test "a guard needs a baseline, but the first run has none" {
	run -2 newsletter --max-drop 5 all
	run -2 newsletter --max-grow 5 --baseline nowhere all
	[[ $output == *"E_BASELINE: there is no baseline nowhere yet (--first-run takes that for none)"* ]]
	run -2 newsletter --baseline before all
	run -2 newsletter --first-run all
	run_split newsletter --max-drop 5 --first-run --baseline next --summary next all
	[ "$status" -eq 0 ]
	head -n 10 all >few
	run_split newsletter --max-drop 5 --first-run --baseline next --summary next few
	[ "$status" -eq 4 ]
}

@test "limits that are none, and baselines of another question or run, are usage errors" {
	for bad in x -1 100.01 5.555 '' 5%%; do
		run -2 newsletter --baseline before --max-drop "$bad" all
	done
	jq '.purpose="order_fulfilment"' before >other
	jq '.destination="mailer"' before >aimed
	jq '.ok=false' before >failed
	jq '.command="gate"' before >gate
	jq 'del(.redacted)' before >short
	echo '{' >broken
	for bad in other aimed failed gate short broken all; do
		run -2 newsletter --baseline "$bad" --max-drop 5 all
		[ -n "$output" ]
	done
	run -2 newsletter --to mailer --baseline before --max-drop 5 all
}
