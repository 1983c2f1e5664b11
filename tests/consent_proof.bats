# SPDX-License-Identifier: Apache-2.0
# cdp-consent check-proof: a pack of proofs in a directory that has neither ledger nor key. The pack of
# testdata was made by another implementation, from the documents of the formats.
bats_require_minimum_version 1.5.0
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	cp -R "$DATA/consent/proof" pack
	GRANT=pack/000000000001.tlog-proof
}

check() {
	run_split cdp-consent check-proof --trust pack/north.vkey "$@"
}

# refused FILE CODE TEXT: status 1, the line and the report say why.
refused() {
	check "$1"
	[ "$status" -eq 1 ] || { echo "status $status"; return 1; }
	grep -q "^cdp-consent: $1: $2: .*$3" err || { cat err; return 1; }
	[ "$(jq -c '[.ok, .held, .proofs[0].code]' out)" = "[false,0,\"$2\"]" ] || { cat out; return 1; }
}

@test "a pack holds where there is nothing but it and a public key" {
	check pack/*.tlog-proof
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.ok, .files, .held]' out)" = '[true,4,4]' ]
	[ "$(jq -r '[.proofs[].type] | join(" ")' out)" = 'policy grant grant withdraw' ]
	[ "$(jq -c '.proofs[1] | [.seq, .size, .purpose, .notice_text, .signed_by]' out)" = \
	    '[1,8,"marketing.newsletter","held",["north.example/consent"]]' ]
	[ "$(jq -r '.proofs[0].policy_document' out)" = held ]
	[ "$(grep -c ': holds: ' err)" = 4 ]
	[ "$(ls)" = "$(printf 'err\nout\npack')" ]
}

@test "one proof alone holds, and says what is not beside it" {
	cp "$GRANT" one.tlog-proof
	check one.tlog-proof
	[ "$status" -eq 0 ]
	grep -q 'no policy beside it tells the digest of notice newsletter@7/en' err
	rm pack/notices/*
	check pack/*.tlog-proof
	[ "$status" -eq 0 ]
	[ "$(jq -r '.proofs[1] | .notice_text + " " + .notice_sha256' out)" = \
	    'missing 0a3b177f0a1108b1d9a943ff4975fe70788f19c778a6a6827bfc36f2855fe067' ]
	rm pack/policies/*
	check pack/*.tlog-proof
	[ "$status" -eq 0 ]
	[ "$(jq -r '.proofs[0].policy_document' out)" = missing ]
}

@test "nothing of a person or an event is in report and lines" {
	check pack/*.tlog-proof
	run ! grep -E 'email:t1:|form-[0-9]|mail-7' out err
}

@test "what was changed is a no, with its reason" {
	sed 's/index 1/index 2/' "$GRANT" >x
	refused x E_INCLUSION 'not in the log'
	sed 's/^extra eyJ/extra eyK/' "$GRANT" >x
	refused x E_INCLUSION 'not in the log'
	sed 's/^8$/9/' "$GRANT" >x
	refused x E_SIGNATURE 'north.example/consent does not hold'
	sed '/^extra/d' "$GRANT" >x
	refused x E_PROOF 'without the line'
	sed 's/$/\r/' "$GRANT" >x
	refused x E_PROOF 'first line'
	head -n 6 "$GRANT" >x
	refused x E_PROOF 'without a checkpoint'
	: >x
	refused x E_PROOF 'not a proof'
	sed 's,north.example,south.example,' "$GRANT" >x
	refused x E_TRUST 'no key of the log'
	sed 's/— north.example/— other.example/' "$GRANT" >x
	refused x E_SIGNATURE 'not signed by a trusted key'
}

@test "a document beside it that was edited is a no" {
	sed -i 's/every letter/any letter/' pack/notices/*
	check pack/*.tlog-proof
	[ "$status" -eq 1 ]
	[ "$(jq -r '[.proofs[] | select(.ok | not) | .code] | join(" ")' out)" = 'E_DOCUMENT E_DOCUMENT' ]
	sed -i 's/"version":7/"version":8/' pack/policies/*
	check pack/*.tlog-proof
	[ "$status" -eq 1 ]
	[ "$(jq -r '.proofs[0].code' out)" = E_DOCUMENT ]
	grep -q 'the policy beside it was edited' err
}

@test "a good proof beside a bad one is still told, and the answer is no" {
	echo nothing >x
	check "$GRANT" x
	[ "$status" -eq 1 ]
	[ "$(jq -c '[.ok, .files, .held, .proofs[0].ok]' out)" = '[false,2,1,true]' ]
}

@test "keys: none, none in the file, one that cannot be, one of a kind that is not built" {
	run_split cdp-consent check-proof "$GRANT"
	[ "$status" -eq 2 ]
	grep -q -e '--trust FILE is needed' err
	echo '# nobody' >keys
	run_split cdp-consent check-proof --trust keys "$GRANT"
	[ "$status" -eq 2 ]
	grep -q 'keys: E_TRUST: no key in it' err
	echo 'north.example/consent' >>keys
	run_split cdp-consent check-proof --trust keys "$GRANT"
	[ "$status" -eq 2 ]
	grep -q 'keys:2: E_TRUST: not a verifier key' err
	echo 'a+00000000+Bg==' >keys
	run_split cdp-consent check-proof --trust keys "$GRANT"
	[ "$status" -eq 2 ]
	grep -q 'not built in' err
	run_split cdp-consent check-proof --trust none "$GRANT"
	[ "$status" -eq 2 ]
	[ ! -s out ]
}

@test "a proof that cannot be read ends the run with 3 and no report" {
	check "$GRANT" none
	[ "$status" -eq 3 ]
	[ ! -s out ]
	check pack
	[ "$status" -eq 3 ]
	head -c 1100000 /dev/zero >large
	check large
	[ "$status" -eq 3 ]
	run_split cdp-consent check-proof --trust pack/north.vkey
	[ "$status" -eq 2 ]
}

@test "standard input, -o and -q" {
	check -o report.json -q - <"$GRANT"
	[ "$status" -eq 0 ]
	[ ! -s out ]
	[ ! -s err ]
	[ "$(jq -r '.proofs[0] | .file + " " + .type' report.json)" = '- grant' ]
}
