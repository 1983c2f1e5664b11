#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# erase.sh: a person is erased, and then looked for: nothing in the state leads to her, every proof made
# before still holds and nobody can open what she showed (E1, L10), and by none of five spellings does she come back (S1), while whoever shares a
# device with her keeps his permission. CDP_BUILD says where the tools are.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${CDP_BUILD:-$here/../../build}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CDP_STATE
cd "$work"
PATH=$build:$PATH

fail() {
	echo "erase: $*" >&2
	exit 1
}

hex() {		# of standard input
	od -A n -t x1 -v | tr -d ' \n'
}

bytes() {	# of hex digits
	printf %s "$1" | tr a-f A-F | basenc -d --base16
}

# in_state HEX: whether the bytes stand in any file of the state, as they are or in base64url.
in_state() {
	find cdp-state -type f -exec cat {} + | hex | grep -q "$1" && return 0
	grep -rqF -e "$(bytes "$1" | basenc --base64url | tr -d '=\n')" cdp-state
}

# lookup_of SUBJECT: the lookup token, in hex, of the row of the vault with that subject token.
lookup_of() {
	subject=$(printf '%s==' "${1##*:}" | basenc -d --base64url | hex)
	hex <cdp-state/ledger/vault | fold -w 96 | grep "^.\{32\}$subject" | cut -c 1-32
}

subject_at() {
	jq -r "select(.id == \"$1\").$2" cdp-state/ledger/seg/000000.ndjson
}

# ---- a ledger in which two persons share a device ----

jq '.shared = {"mailboxes": [], "namespaces": ["device"]} | .sources[0].collected_since = "2026-01-02"' \
	"$here/../../testdata/consent/gates/policy.json" >policy.json
cdp-consent init -q --name north.example/consent --new-keys --policy policy.json \
	--as-of 2026-01-01T00:00:00Z
grant='"type":"grant","at":"2026-03-01T10:00:00Z","src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email","basis":"consent","ctype":"expressed","notice":"newsletter@7/en","method":"web_form"'
cat >said.ndjson <<END
{"kind":"consent","id":"g1",$grant,"identifier":{"type":"email","value":"ana@example.com"},"account":"shop:1","evidence":{"form":"MARKER-ANA-FORM"}}
{"kind":"consent","id":"g2",$grant,"identifier":{"type":"email","value":"rui@example.com"},"evidence":{"form":"MARKER-RUI-FORM"}}
{"kind":"consent","id":"w1","type":"withdraw","identifier":{"type":"phone_number","value":"+351912345678"},"purpose":"marketing","at":"2026-03-01T12:00:00Z","src":"shop","channel":"sms","evidence":{"sms":"MARKER-ANA-STOP"}}
{"kind":"consent","id":"d1","type":"gpc","identifier":{"type":"id.device","value":"DEV-1"},"at":"2026-03-01T12:00:00Z","src":"shop"}
{"kind":"consent","id":"p1","type":"preference_set","identifier":{"type":"record","value":"shop:1"},"at":"2026-03-01T12:00:00Z","src":"shop","data":{"topics_out":["shoes"]}}
END
cdp-consent append -q --as-of 2026-03-02T00:00:00Z said.ndjson
printf '%s\n' '{"email":"Ana@Example.com","phone_number":"+351 912 345 678","id.device":"DEV-1","id.loyalty":"L-991","record":"shop:1","name_birth_postcode":"Ana Souza|1988-02-11|1000-001"}' >ana.json
cdp-consent prove -q --subject-file ana.json --out-dir pack >report.json
jq -r .key cdp-state/ledger/origin >north.vkey
cdp-consent checkpoint >kept

# What opens her commits, and does.
for seq in 1 3; do
	jq -c "select(.seq == $seq)" cdp-state/ledger/side/000000.ndjson >row
	salt=$(jq -r .salt row)
	commit=$({ printf %s "$salt=" | basenc -d --base64url; jq -cj .evidence row; } | sha256sum | cut -c 1-64)
	[ "$commit" = "$(printf '%s=' "$(jq -r "select(.seq == $seq).commit" cdp-state/ledger/seg/000000.ndjson)" |
		basenc -d --base64url | hex)" ] || fail "the commit of $seq is another one"
	echo "$salt" >>salts
done

# What crashes and other commands leave of her, each where it can be.
cdp-consent compile -q
umask 077
mkdir -p cdp-state/ledger/side cdp-state/ledger/torn cdp-state/ledger/cache
ana=$(lookup_of "$(subject_at g1 sid)")
phone=$(lookup_of "$(subject_at w1 sid)")
account=$(lookup_of "$(subject_at g1 account)")
device=$(lookup_of "$(subject_at d1 sid)")
rui=$(lookup_of "$(subject_at g2 sid)")
for file in side/.cdp-0123456789abcdef.tmp torn/.cdp-0123456789abcdef.tmp torn/tail-1 cache/other; do
	{ echo '{"marker":"MARKER-ANA-LEFT"}'; bytes "$ana"; } >cdp-state/ledger/$file
done
for token in "$ana" "$phone" "$account" "$device" "$rui"; do
	[ ${#token} = 32 ] || fail "the vault has no row: '$token'"
	in_state "$token" || fail "the search finds nothing"
done
hex <cdp-state/ledger/cache/compiled | grep -q "$ana" || fail "she is not in the compiled state"
grep -rq MARKER-ANA cdp-state || fail "the search finds no marker"

# ---- E1 ----

cdp-consent erase --subject-file ana.json --by DPO-2026-17 --as-of 2026-03-10T00:00:00Z \
	>erased.json 2>said.err
[ "$(jq -c '[.identifiers[]]' erased.json)" = '[6,3,1,2]' ] || fail "$(cat erased.json)"
[ "$(jq -c '[.lines, .evidence, .suppressed.added, (.receipts | length)]' erased.json)" = '[3,2,7,8]' ] ||
	fail "$(cat erased.json)"
[ "$(find cdp-state/ledger/torn cdp-state/ledger/cache -type f | wc -l)" = 0 ] || fail "torn or cache"
cdp-consent compile -q
for token in "$ana" "$phone" "$account"; do
	in_state "$token" && fail "a lookup token is still there"
done
grep -rl MARKER-ANA cdp-state && fail "a marker is still there"
grep -qi -e example.com -e 912345678 -e DEV-1 -e L-991 -e Souza -e MARKER erased.json said.err &&
	fail "the report names her"
grep -rqFf salts cdp-state && fail "a salt is still there, so that evidence can be tried"
in_state "$rui" || fail "somebody else is gone too"
in_state "$device" || fail "what others refused by the device is gone"
grep -q MARKER-RUI cdp-state/ledger/side/000000.ndjson || fail "evidence of somebody else is gone"
cdp-consent check-proof -q --trust north.vkey pack/*.tlog-proof >report.json || fail "a proof does not hold"
[ "$(jq .held report.json)" = "$(find pack -name '*.tlog-proof' | wc -l)" ] || fail "$(cat report.json)"
cdp-consent verify --full --evidence --since kept >report.json || fail "verify: $(cat report.json)"
[ "$(jq -c '[.erased, .evidence]' report.json)" = \
	'[3,{"commits":3,"opened":1,"deleted":2}]' ] || fail "$(cat report.json)"
for id in ana@example.com rui@example.com; do
	printf '{"email":"%s"}\n' "$id" >who.json
	cdp-consent explain --json --purpose marketing.newsletter --channel email --controller north \
		--subject-file who.json --as-of 2026-03-11T00:00:00Z >"${id%@*}.explained"
done
found() {	# types of the events that an explanation found
	jq -r '[.. | objects | select(has("seq")).type] | unique | join(" ")' "$1.explained"
}
[ "$(found ana)" = suppress ] || fail "explain finds her: $(cat ana.explained)"
grep -q D_SUPPRESSED ana.explained || fail "$(cat ana.explained)"
{ [ "$(found rui)" = grant ] && grep -q P_CONSENT rui.explained; } ||
	fail "who shares a device lost his permission: $(cat rui.explained)"

# ---- S1 ----

cdp-consent suppress -q --list supp.tokens --as-of 2026-03-11T00:00:00Z
cat >shop.map.json <<'END'
{"cdp_mapping":1,
 "source":{"name":"shop","controller":"north","channel":"web","collected":"subject","tz":"Z",
  "collected_since":"2026-01-02","locale":"pt-PT","date_order":"YMD","default_region":"PT",
  "purposes":[{"id":"identity_resolution","basis":"legitimate_interests","since":"2025-11-02","reference":"LIA-1"},
   {"id":"marketing.newsletter","basis":"consent","since":"2025-11-02","reference":"N-1"}]},
 "key":{"column":"id"},
 "columns":{"id":"drop","mail":"email","tel":"phone_number","given":"given_name","family":"family_name",
  "birth":"birthdate","post":"address.0.postal_code","device":"identifiers.device"},
 "unmapped":"error"}
END
cat >shop.csv <<'END'
id,mail,tel,given,family,birth,post,device
11,ana@example.com,,A,B,,,
12," ANA@Example.COM ",,A,B,,,
13,Ana <ana@example.com>,,A,B,,,
14,mailto:ana@example.com,,A,B,,,
15,,00351 912-345-678,A,B,,,
16,x@example.com,,JOÃO,SOUZA,1988-02-11,1000-001,
17,,,ana,souza,19880211,1000001,
1,y@example.com,,A,B,,,
21,rui@example.com,,Rui,Souza,1985-04-02,1000-001,DEV-1
END
cdp-ingest -q --suppress supp.tokens --suppress-key-file cdp-state/keys/token \
	--as-of 2026-03-11T00:00:00Z --rejects rejects.ndjson -o day.ndjson shop.csv
[ "$(jq -r 'select(.kind == "record").id' day.ndjson | tr '\n' ' ')" = 'shop:16 shop:21 ' ] ||
	fail "she comes in: $(cat day.ndjson)"
# who has no list: the gate knows her, and the filter
cdp-ingest -q --as-of 2026-03-11T00:00:00Z -o all.ndjson shop.csv
cdp-consent gate -q --as-of 2026-03-11T00:00:00Z --quarantine q.ndjson -o passed.ndjson all.ndjson
[ "$(jq -r 'select(.kind == "record").id' passed.ndjson | tr '\n' ' ')" = 'shop:16 shop:21 ' ] ||
	fail "the gate lets her through: $(jq -r .id passed.ndjson)"
[ "$(jq -r 'select(.kind == "record").decisions[].code' q.ndjson | sort | uniq -c | tr -s ' ')" = \
	' 7 D_SUPPRESSED' ] || fail "quarantine: $(cat q.ndjson)"
cdp-resolve -q -o profiles.ndjson all.ndjson
cdp-consent filter -q --purpose marketing.newsletter --channel email --controller north \
	--as-of 2026-03-11T00:00:00Z --denied denied.ndjson -o out.ndjson profiles.ndjson
[ "$(jq -r 'select(.kind == "profile").email[]' out.ndjson)" = rui@example.com ] ||
	fail "the filter: $(cat out.ndjson)"
jq -r 'select(.kind == "decision").code' denied.ndjson | grep -q D_SUPPRESSED || fail "$(cat denied.ndjson)"
echo "erase: nothing leads to her, every proof holds, and she does not come back"
