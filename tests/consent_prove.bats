# SPDX-License-Identifier: Apache-2.0
# cdp-consent prove: what the ledger says about a person leaves it with its proofs, and nothing else does.
bats_require_minimum_version 1.5.0
load helpers
load consent

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	mkdir texts
	echo 'Once a week we write to you.' >texts/any-name
	jq --arg d "$(sha256sum texts/any-name | cut -c 1-64)" \
	    '(.notices[] | select(.id == "newsletter")) |= (.sha256 = $d | .lang = "en")' \
	    "$ROOT/share/examples/policy.json" >policy.json
	export CDP_STATE=$PWD/state
	cdp-consent init -q --name test.example/consent --new-keys --policy policy.json \
	    --as-of 2026-01-01T00:00:00Z
	jq -r .key state/ledger/origin >log.vkey
	{ grant g1 ana@example.com 2026-03-01T10:00:00Z
	  said n1 notice_served ana@example.com 2026-03-01T10:00:00Z ',"src":"shop","notice":"privacy@3/de-DE","purpose":"order_fulfilment"'
	  grant g2 bo@example.com 2026-03-01T11:00:00Z
	  said w1 withdraw ana@example.com 2026-03-02T00:00:00Z ',"src":"shop","purpose":"marketing"'
	  said o1 object_dm ana@example.com 2026-03-03T00:00:00Z ',"src":"shop"'
	} | heard 2026-03-03T00:01:00Z
	echo '{"email":["ANA@example.com"]}' >ana.json
}

prove() {
	run_split cdp-consent prove "$@"
}

proved() {	# what a report names: seq and type
	jq -r '[.lines[] | "\(.seq) \(.type)"] | join(", ")' out
}

holds() {
	run_split cdp-consent check-proof -q --trust log.vkey "$1"/*.tlog-proof
	[ "$status" -eq 0 ] && [ "$(jq -c '[.ok, .files]' out)" = "[true,$2]" ]
}

@test "of a person, what bears on the purpose, with the policies it was said under" {
	prove --subject-file ana.json --purpose marketing.newsletter --out-dir pack
	[ "$status" -eq 0 ]
	[ "$(proved)" = '0 policy, 1 grant, 4 withdraw, 5 object_dm' ]
	[ "$(cat err)" = 'cdp-consent: pack: lines 4 of 6, policies 1, notices 0 of 1' ]
	[ "$(cd pack && find . -type f -name '*.tlog-proof' | sort | tr '\n' ' ')" = \
	    './000000000000.tlog-proof ./000000000001.tlog-proof ./000000000004.tlog-proof ./000000000005.tlog-proof ' ]
	holds pack 4
	prove --subject-file ana.json --out-dir all
	[ "$(proved)" = '0 policy, 1 grant, 2 notice_served, 4 withdraw, 5 object_dm' ]
	holds all 5
	prove --subject-file ana.json --purpose order_fulfilment --out-dir order
	[ "$(proved)" = '0 policy, 2 notice_served, 5 object_dm' ]
}

@test "what names a line, and what it names, comes along" {
	echo '{"kind":"consent","id":"v1","type":"revoke","ref":"g1","at":"2026-03-04T00:00:00Z","by":"DPO-1"}' |
	    heard 2026-03-04T00:01:00Z
	prove --seq 1 --out-dir one
	[ "$(proved)" = '0 policy, 1 grant' ]
	prove --subject-file ana.json --purpose marketing.newsletter --out-dir pack
	[ "$(proved)" = '0 policy, 1 grant, 4 withdraw, 5 object_dm, 6 revoke' ]
}

@test "every line comes with the policy of its day, and the one now in force" {
	jq '.id = "later" | .effective_from = "2026-03-04T00:00:00Z"' policy.json >later.json
	cdp-consent publish -q --policy later.json --as-of 2026-03-04T00:00:00Z
	grant g3 ana@example.com 2026-03-05T10:00:00Z | heard 2026-03-05T10:01:00Z
	prove --seq 1 --as-of 2026-03-02 --known-at 2026-03-06 --out-dir then
	[ "$(proved)" = '0 policy, 1 grant' ]
	prove --seq 1 --out-dir now
	[ "$(proved)" = '0 policy, 1 grant, 6 policy' ]
	prove --seq 7 --out-dir new
	[ "$(proved)" = '6 policy, 7 grant' ]
	holds now 3
	for digest in now/policies/*; do
		[ "$(sha256sum <"$digest" | cut -c 1-64).json" = "${digest##*/}" ]
	done
}

@test "what was known later is not proved" {
	prove --subject-file ana.json --as-of 2026-03-02T12:00:00Z --out-dir pack
	[ "$status" -eq 1 ]
	prove --subject-file ana.json --as-of 2026-03-02T12:00:00Z --known-at 2026-03-04 --out-dir pack
	[ "$status" -eq 0 ]
	grant g3 ana@example.com 2026-03-05T10:00:00Z | heard 2026-03-05T10:01:00Z
	prove --subject-file ana.json --as-of 2026-03-04 --out-dir before
	[ "$(proved | tr ',' '\n' | grep -c grant)" -eq 1 ]
	holds before 5
}

@test "an old pack holds after the ledger has grown, and beside a new one" {
	prove --subject-file ana.json --out-dir old
	grant g3 cy@example.com 2026-03-05T10:00:00Z | heard 2026-03-05T10:01:00Z
	prove --subject-file ana.json --out-dir new
	holds old 5
	holds new 5
	run_split cdp-consent check-proof -q --trust log.vkey old/*.tlog-proof new/*.tlog-proof
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.held, ([.proofs[].size] | unique)]' out)" = '[10,[6,7]]' ]
}

@test "texts of notices are found by what is in them" {
	echo 'Another text.' >texts/newsletter@7
	mkdir texts/folder
	prove --subject-file ana.json --notices texts --out-dir pack
	[ "$status" -eq 0 ]
	[ "$(find pack/notices -type f | wc -l)" -eq 1 ]
	cmp pack/notices/"$(sha256sum texts/any-name | cut -c 1-64)" texts/any-name
	[ "$(jq -r '[.notices[] | .notice + " " + .text] | join(", ")' out)" = \
	    'newsletter@7/en held, privacy@3/de-DE missing' ]
	holds pack 5
	[ "$(jq -r '.proofs[1].notice_text' out)" = held ]
	prove --subject-file ana.json --notices none --out-dir pack2
	[ "$status" -eq 2 ] && [ ! -e pack2 ]
}

@test "a profile proves for all its identifiers; files are ours alone" {
	profile 1 ana@example.com | jq -c '.email += ["bo@example.com"]' >who.json
	prove --subject-file who.json --purpose marketing.newsletter --out-dir pack
	[ "$(proved)" = '0 policy, 1 grant, 3 grant, 4 withdraw, 5 object_dm' ]
	[ "$(stat -c %a pack pack/policies pack/*.tlog-proof | sort -u | tr '\n' ' ')" = '600 700 ' ]
}

@test "nobody, or nothing about it: status 1 and no directory" {
	echo '{"email":["stranger@example.com"]}' >who.json
	prove --subject-file who.json --out-dir pack
	[ "$status" -eq 1 ]
	[ "$(jq -c '[.ok, .lines]' out)" = '[false,[]]' ]
	grep -q 'nothing to prove' err
	[ ! -e pack ]
}

@test "options: what is missing, excluded, not registered, beyond the end or not in this version is 2" {
	local words
	while read -r words; do
		# shellcheck disable=SC2086
		prove $words
		[ "$status" -eq 2 ] || { echo "$words: $status"; return 1; }
		[ ! -e pack ] || { echo "$words: a directory"; return 1; }
	done <<-'END'
	--subject-file ana.json
	--out-dir pack
	--subject-file ana.json --seq 1 --out-dir pack
	--seq 1 --purpose marketing.newsletter --out-dir pack
	--seq 6 --out-dir pack
	--seq x --out-dir pack
	--seq -1 --out-dir pack
	--subject-file ana.json --purpose marketing.none --out-dir pack
	--subject-file ana.json --format kantara --out-dir pack
	--subject-file ana.json --format pdf --out-dir pack
	--subject-file ana.json --out-dir none/pack
	END
	prove --subject-file ana.json --format kantara --out-dir pack
	grep -q 'not in this version: --format kantara' err
}

@test "a directory that is not empty is left alone; an empty one is used" {
	mkdir pack && echo mine >pack/file
	prove --subject-file ana.json --out-dir pack
	[ "$status" -eq 2 ]
	grep -q 'E_DIR: pack is not empty' err
	[ "$(ls pack)" = file ]
	rm pack/file
	prove --subject-file ana.json --out-dir pack
	[ "$status" -eq 0 ]
	holds pack 5
}

@test "a pack that cannot be written whole is not there at all" {
	mkdir empty
	(ulimit -f 1; prove --subject-file ana.json --out-dir pack; echo "$status" >status)
	[ "$(cat status)" -eq 6 ]
	[ ! -e pack ]
	(ulimit -f 1; prove --subject-file ana.json --out-dir empty; echo "$status" >status)
	[ "$(cat status)" -eq 6 ]
	[ -z "$(ls -A empty)" ]
}

@test "a signal leaves a pack that is whole, or none" {
	load faults
	need_strace
	for call in mkdir openat fsync rename; do
		for n in 1 2 3; do
			rm -rf pack
			status=0
			strace -f -o trace -e "trace=$call" -e "inject=$call:signal=TERM:when=$n" \
			    cdp-consent prove -q --subject-file ana.json --out-dir pack >out 2>err || status=$?
			[ -z "$(find . -maxdepth 1 -name 'pack.*')" ] || { echo "$call $n: half a pack is left"; return 1; }
			[ ! -e pack ] || holds pack 5 || { echo "$call $n: the pack does not hold"; return 1; }
		done
	done
}

@test "a ledger with damage proves nothing" {
	sed -i '5s/marketing/Marketing/' state/ledger/seg/000000.ndjson
	prove --subject-file ana.json --out-dir pack
	[ "$status" -eq 4 ] && [ ! -e pack ] && [ ! -s out ]
}

@test "nothing personal is in a pack, a report or a message (C19)" {
	profile 1 ana@example.com >who.json
	prove --subject-file who.json --out-dir pack
	prove --subject-file who.json --format dpv --out-dir records
	for file in pack/*.tlog-proof; do
		sed -n 's/^extra //p' "$file" | base64 -d
	done >lines
	[ -s lines ]
	run ! grep -rqiE 'ana@|canary|hidden|sesame|vegan|"form"' pack records out err lines
}

@test "consent records: one for each subject, purpose and controller that spoke" {
	prove --subject-file ana.json --format dpv --out-dir pack
	[ "$status" -eq 0 ]
	[ "$(ls pack)" = records.jsonld ]
	[ "$(jq -c '[.ok, .format, .records]' out)" = '[true,"dpv",1]' ]
	[ "$(jq -c '[."@graph"[] | ."dpv:hasConsentStatus"[]."@type"]' pack/records.jsonld)" = \
	    '[["dpv:ConsentGiven","dpv:ExpressedConsent"],"dpv:ConsentWithdrawn"]' ]
	jq -e '."@graph"[0]."@id" | startswith("cdp:record:email:t1:")' pack/records.jsonld
	[ "$(cat err)" = 'cdp-consent: pack: consent records 1' ]
}

@test "one permission is proved and checked where there is neither ledger nor key" {
	run -0 "$ROOT/tests/consent/offline-proof.sh"
	assert_output --partial 'one permission, proved without ledger or key'
}
