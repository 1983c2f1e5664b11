# SPDX-License-Identifier: Apache-2.0
# What is asked of cdp-consent and has no effect is refused by name, or told.
bats_require_minimum_version 1.5.0

load helpers
load consent

Q="--purpose marketing.newsletter --channel email --controller north --as-of $AT --max-ledger-age P900D"

setup() {
	keyed_ledger
	grant g1 ana@example.com 2026-03-01T10:00:00Z >said.ndjson
	heard 2026-03-02T00:00:00Z <said.ndjson
	printf '{"email":"ana@example.com"}' >ana.json
	profile a ana@example.com >profiles.ndjson
}

# refused WORDS ARGUMENTS...: status 2, the words on stderr, and no file made
refused() {
	local words=$1 status=0
	shift
	cdp-consent "$@" >out 2>err || status=$?
	[ "$status" -eq 2 ]
	grep -q "E_USAGE: .*$words" err
	[ ! -e made ]
}

# idle: the options that stderr says are without effect
idle() {
	grep -o -- '--[a-z-]* has no effect' err | cut -d ' ' -f 1 | paste -sd ' '
}

@test "an output that nothing is written to is refused before anything happens" {
	size=$(lines)
	refused 'o is for the lines of --pass' append -o made said.ndjson
	refused 'neither -o nor --by' suppress --list tokens -o made
	refused 'neither -o nor --by' suppress --list tokens --by DPO-1
	printf '{}\n' >gpc.ndjson
	refused 'not with -o' import gpc --source web --append -o made gpc.ndjson
	[ "$(lines)" = "$size" ]
	[ ! -e tokens ]
}

@test "options that another one leaves nothing to do are refused" {
	refused 'cause goes with a person' suppress --lift g1 --cause legal --by DPO-1
	refused 'due stands alone' recheck --due --channel email profiles.ndjson
	refused 'due stands alone' recheck --due --spread profiles.ndjson profiles.ndjson
	refused 'proof-vault is about a person' prove --seq 0 --proof-vault --out-dir made
	refused 'notices goes with proofs' prove --seq 0 --notices . --format dpv --out-dir made
}

@test "of one person no lines are refused, the summary is written and --show-values names the profile" {
	# shellcheck disable=SC2086
	cdp-consent decide $Q --subject-file profiles.ndjson --show-values --summary sum --rejects made --strict \
		--max-rejects 5 >out 2>err
	[ "$(idle)" = '--max-rejects --rejects --max-rejects --strict' ]
	[ ! -e made ]
	[ "$(jq -r .profile out)" = a ]
	[ "$(jq -c '[.command, .purpose, .permitted, .ok]' sum)" = '["decide","marketing.newsletter",1,true]' ]
	# shellcheck disable=SC2086
	cdp-consent explain --all $Q --subject-file ana.json --summary sum >out 2>err
	[ "$(jq -c '[.command, .purpose, .permitted]' sum)" = '["explain",null,2]' ]
	cdp-consent preference --show --subject-file ana.json --as-of $AT --max-ledger-age P900D --summary sum >out
	[ "$(jq -c '[.command, .ok]' sum)" = '["preference",true]' ]
}

@test "what would be seen in a file that is not asked for, or is of another option, is told" {
	# shellcheck disable=SC2086
	cdp-consent filter $Q --all-reasons --memory 1G profiles.ndjson >out 2>err
	[ "$(idle)" = '--all-reasons --memory' ]
	# shellcheck disable=SC2086
	cdp-consent filter $Q --all-reasons --denied denied profiles.ndjson >out 2>err
	[ -z "$(idle)" ]
	cdp-consent checkpoint --as-of $AT >out 2>err
	[ "$(idle)" = --as-of ]
	cdp-consent append --pass --batch 7 --as-of 2026-03-03T00:00:00Z said.ndjson >out 2>err
	[ -z "$(idle)" ]
	cdp-consent append --batch 7 --as-of 2026-03-03T00:00:00Z out >/dev/null 2>err
	[ "$(idle)" = --batch ]
}

@test "lint says that other files wait for a policy without errors" {
	jq 'del(.purposes[0].id)' policy.json >bad.json
	status=0
	cdp-consent lint --policy bad.json --sample nowhere >out 2>err || status=$?
	[ "$status" -eq 1 ]
	grep -q 'wait for a policy without errors' err
}
