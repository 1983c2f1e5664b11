#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# offline-proof.sh: one permission is proved where the ledger is, and checked in a directory that has
# nothing but the pack and a public key. CDP_BUILD says where the tools are.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${CDP_BUILD:-$here/../../build}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CDP_STATE

fail() {
	echo "offline-proof: $*" >&2
	exit 1
}

# Where the ledger is.
mkdir "$work/inside" "$work/outside"
cd "$work/inside"
mkdir texts
echo 'Once a week we write to you about new things in the shop.' >texts/newsletter.txt
digest=$(sha256sum texts/newsletter.txt | cut -c 1-64)
jq --arg d "$digest" '(.notices[] | select(.id == "newsletter")).sha256 = $d' \
	"$here/../../share/examples/policy.json" >policy.json
cat >said.ndjson <<'END'
{"kind":"consent","id":"form-1","type":"grant","identifier":{"type":"email","value":"ana@example.com"},"at":"2026-03-01T10:00:00Z","src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email","basis":"consent","notice":"newsletter@7/de-DE","method":"web_form","evidence":{"form":"f1","box":"ticked"}}
{"kind":"consent","id":"mail-7","type":"withdraw","identifier":{"type":"email","value":"rui@example.com"},"at":"2026-03-01","src":"shop","purpose":"marketing"}
END
echo '{"email":["Ana@Example.com"]}' >ana.json
"$build/cdp-consent" init -q --name north.example/consent --new-keys --policy policy.json \
	--as-of 2026-01-01T00:00:00Z
"$build/cdp-consent" append -q --as-of 2026-03-02T00:00:00Z said.ndjson
"$build/cdp-consent" prove -q --subject-file ana.json --purpose marketing.newsletter \
	--notices texts --out-dir pack >report.json
jq -r .key cdp-state/ledger/origin >north.vkey

# Where it is not: the pack and the key are all that gets there.
cp -R pack north.vkey "$work/outside"
cd "$work/outside"
rm -rf "$work/inside"
[ "$(find . -type f | wc -l)" = 5 ] || fail "the pack has other files: $(find . -type f)"
env -i "$build/cdp-consent" check-proof -q --trust north.vkey pack/*.tlog-proof >report.json ||
	fail "the pack does not hold"
[ "$(jq -c '[.ok, .held, [.proofs[] | .type, .policy_document // .notice_text]]' report.json)" = \
	'[true,2,["policy","held","grant","held"]]' ] || fail "the report says $(cat report.json)"

# And it is no formality: whatever is changed there is found.
for file in pack/*.tlog-proof pack/*/*; do
	cp "$file" keep
	sed -i '1s/./X/' "$file"
	env -i "$build/cdp-consent" check-proof -q --trust north.vkey pack/*.tlog-proof >/dev/null &&
		fail "$file was changed and nobody saw it"
	cp keep "$file"
done
echo "offline-proof: one permission, proved without ledger or key"
