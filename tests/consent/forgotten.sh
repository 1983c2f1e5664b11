#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# forgotten.sh: everything the tools had written about a person before she was erased (state, records,
# rejects, quarantine, profiles, review, list, log of exports), and the same commands again with the list of
# the suppressed: then she stands in the raw input and nowhere else, in none of her spellings (S06).
# CDP_BUILD says where the tools are.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${CDP_BUILD:-$here/../../build}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CDP_STATE
umask 077
mkdir "$work/in" "$work/tmp" "$work/out"
export TMPDIR="$work/tmp"
cd "$work/out"
PATH=$build:$PATH

fail() {
	echo "forgotten: $*" >&2
	exit 1
}

# Hers: of every row a word of its own, so that one that is found says where it came from.
MARKS='canary|912345678|L-991|1988-02-11'

jq '.sources[0].collected_since = "2026-01-02" | .destinations[0] += {"layout": "csv", "fields": ["email", "given_name"]} |
    .views["marketing.newsletter"] = ["email", "given_name", "identifiers"]' \
	"$here/../../testdata/consent/gates/policy.json" >../in/policy.json
cat >../in/shop.map.json <<'END'
{"cdp_mapping":1,
 "source":{"name":"shop","controller":"north","channel":"web","collected":"subject","tz":"Z",
  "collected_since":"2026-01-02","locale":"pt-PT","date_order":"YMD","default_region":"PT",
  "purposes":[{"id":"identity_resolution","basis":"legitimate_interests","since":"2025-11-02","reference":"LIA-1"},
   {"id":"marketing.newsletter","basis":"consent","since":"2025-11-02","reference":"N-1"}]},
 "key":{"column":"id"},
 "columns":{"id":"drop","mail":"email","tel":"phone_number","given":"given_name","family":"family_name",
  "birth":"birthdate","post":"address.0.postal_code","loyalty":"identifiers.loyalty","seen":"observed_at",
  "news":{"consent":[{"purpose":"marketing.newsletter","channel":"email","identifier":"email.0",
   "values":{"yes":"grant","no":"deny","":"none"},"notice":"newsletter@7/en","method":"web_form","at":"seen"}]}},
 "unmapped":"error"}
END
cat >../in/shop.csv <<'END'
id,mail,tel,given,family,birth,post,loyalty,news,seen
1,ana.canary@example.com,+351 912 345 678,AnaCanary1,CanarySouza,1988-02-11,1000-001,L-991,yes,2026-02-01T10:00:00Z
2, ANA.Canary@EXAMPLE.com ,,AnaCanary2,CanarySouza,,,,,2026-02-01T10:00:00Z
3,Ana <ana.canary@example.com>,,AnaCanary3,CanarySouza,,,,,2026-02-01T10:00:00Z
4,,00351912345678,AnaCanary4,CanarySouza,,,,,2026-02-01T10:00:00Z
5,,,anacanary1,CANARYSOUZA,19880211,1000 001,,,2026-02-01T10:00:00Z
6,,,AnaCanary6,CanarySouza,,,L-991,,2026-02-01T10:00:00Z
,ana.canary@example.com,,AnaCanary7,CanarySouza,,,,,2026-01-10T10:00:00Z
8,rui@example.com,+351 911 111 111,Rui,Costa,1985-04-02,1000-002,,yes,2026-02-01T10:00:00Z
,rui@example.com,,Rui,Costa,,,,,2026-02-01T10:00:00Z
END

# The run of every day; with a list it withholds who is on it.
daily() {
	cdp-ingest -q --map ../in/shop.map.json --as-of "$1" --rejects rejects.ndjson --max-rejects 100% \
		--summary ingest.json --consent-out said.ndjson -o day.ndjson ${2:+--suppress "$2"} \
		${2:+--suppress-key-file cdp-state/keys/token} ../in/shop.csv
	cdp-consent append -q --as-of "$1" --receipts receipts --max-rejects 100% said.ndjson
	cdp-consent gate -q --as-of "$1" --quarantine quarantine.ndjson -o gated.ndjson day.ndjson
	cdp-resolve -q --require-gate --review review.ndjson --links links.ndjson --summary resolve.json \
		-o profiles.ndjson gated.ndjson
	cdp-consent filter -q --purpose marketing.newsletter --to mailer --as-of "$1" --denied denied.ndjson \
		-o permitted.ndjson profiles.ndjson
	cdp-export -q --to mailer --as-of "$1" -o list.csv permitted.ndjson
}

marked() {	# files that hold something of hers
	grep -rliE -e "$MARKS" . | sort | tr '\n' ' '
}

cdp-consent init -q --name north.example/consent --new-keys --policy ../in/policy.json \
	--as-of 2026-01-01T00:00:00Z
daily 2026-03-02T00:00:00Z
for file in rejects.ndjson day.ndjson said.ndjson gated.ndjson profiles.ndjson review.ndjson permitted.ndjson \
	list.csv; do
	grep -qiE -e "$MARKS" $file || fail "$file says nothing of her, so that nothing is shown: $(cat $file)"
done
jq -c 'select(.kind == "profile" and (.email // [] | index("ana.canary@example.com")))' profiles.ndjson >ana.json
[ "$(wc -l <ana.json)" = 1 ] || fail "she is no profile"
mv ana.json ../in

cdp-consent erase -q --subject-file ../in/ana.json --by DPO-2026-17 --as-of 2026-03-03T00:00:00Z >erased.json
cdp-consent suppress -q --list supp --as-of 2026-03-03T00:00:00Z
# who reads the old files again before that run keeps her out of what he makes
cdp-ingest -q --suppress supp --suppress-key-file cdp-state/keys/token --as-of 2026-03-03T00:00:00Z \
	-o day.clean day.ndjson
grep -qiE -e "$MARKS" day.clean && fail "a stream of before lets her in"
cdp-consent gate -q --as-of 2026-03-03T00:00:00Z --quarantine quarantine.ndjson -o gated.ndjson day.ndjson
grep -qiE -e "$MARKS" gated.ndjson && fail "the gate lets her in"
[ "$(jq -r 'select(.kind == "record").decisions[].code' quarantine.ndjson | sort -u)" = D_SUPPRESSED ] ||
	fail "quarantine: $(cat quarantine.ndjson)"
cdp-ingest -q --suppress supp --suppress-key-file cdp-state/keys/token --as-of 2026-03-03T00:00:00Z \
	-o quarantine.clean quarantine.ndjson
grep -qiE -e "$MARKS" quarantine.clean && fail "the quarantine keeps her"

daily 2026-03-04T00:00:00Z supp
[ -z "$(marked)" ] || fail "she is still in: $(marked)"
[ -z "$(find "$TMPDIR" -mindepth 1)" ] || fail "something is left in TMPDIR"
grep -q rui@example.com list.csv || fail "somebody else is gone"
[ "$(jq -c '[.suppressed, .rejected]' ingest.json)" = '[7,1]' ] || fail "$(cat ingest.json)"
cdp-consent verify --full --evidence >report.json || fail "$(cat report.json)"
[ "$(cdp-export egress list | jq -r .event | sort | uniq -c | tr -s ' \n' ' ')" = ' 2 intent 2 published ' ] ||
	fail "the log of exports"
echo "forgotten: of what was written, nothing is left of her"
