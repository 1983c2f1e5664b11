#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The whole pipeline on testdata/demo, and what it found in plain words.
# usage: demo.sh DIRECTORY     (tools from $CDP_BUILD; everything is left in DIRECTORY)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
directory=${1:-build/demo}
PATH=${CDP_BUILD:-$root/build}:$PATH
unset CDP_STATE

rm -rf "$directory"
mkdir -p "$directory"
cp -R "$root"/testdata/demo/. "$directory"
cd "$directory"

# The demo is dated, so that it says the same every day.
T=2026-06-01T00:00:00Z

# Runs a command line and prints it; rejected rows give status 1, which is no failure here.
commands=
step() {
	commands+="    $1"$'\n'
	status=0
	bash -o pipefail -c "$1" 2>>log || status=$?
	if [ "$status" -gt 1 ]; then
		cat log >&2
		echo "demo: status $status from: $1" >&2
		exit "$status"
	fi
}

step "cdp-consent init --name demo.example/consent --new-keys --policy policy.json --as-of $T"
step "cdp-ingest shop.csv crm.csv app.ndjson --rejects rejects.ndjson --summary ingest.json | cdp-consent append --pass --as-of $T --summary append.json | cdp-consent gate --as-of $T --summary gate.json | cdp-resolve --require-gate --review review.ndjson -o profiles.ndjson --summary resolve.json"
step "cdp-consent filter --purpose marketing.newsletter --channel email --as-of $T --summary filter.json -o permitted.ndjson profiles.ndjson"
step "cdp-export --to newsletter --as-of $T -o list.csv permitted.ndjson"

# One person asks on what ground we write to her, and then to be forgotten: of those who may get the
# newsletter the first who is known to the most sources. Nothing of the person is printed.
person=$(jq -r 'select(.kind == "profile") | .id' permitted.ndjson |
	jq -nrR --slurpfile profiles profiles.ndjson '[inputs] as $may | $profiles |
	    map(select(.kind == "profile" and (.id | IN($may[])))) | sort_by(-(.sources | length)) | .[0].id')
step "jq -c 'select(.id == \"$person\")' profiles.ndjson > person.json"
step "cdp-consent prove --subject-file person.json --purpose marketing.newsletter --notices notices --out-dir pack --as-of $T -o pack.json"
step "mkdir elsewhere && cp -R pack elsewhere && jq -r .key cdp-state/ledger/origin > elsewhere/demo.vkey"
step "(cd elsewhere && cdp-consent check-proof --trust demo.vkey pack/*.tlog-proof > ../checked.json)"
step "cdp-consent erase --subject-file person.json --by DPO-2026-17 --as-of $T -o erased.json"
step "cdp-consent suppress --list suppressed.tokens --as-of $T"
step "cdp-ingest --suppress suppressed.tokens --suppress-key-file cdp-state/keys/token --as-of $T shop.csv crm.csv app.ndjson --summary again-ingest.json | cdp-consent append --pass --as-of $T | cdp-consent gate --as-of $T | cdp-resolve --require-gate -o again.ndjson --summary again-resolve.json"
step "cdp-consent verify --evidence -o verified.json"
step "(cd elsewhere && cdp-consent check-proof --trust demo.vkey pack/*.tlog-proof > ../checked-again.json)"

number() { jq -r "$2" "$1"; }

echo "Three sources of one small retailer, and what became of them."
echo
echo "rows in                   $(number ingest.json '[.inputs[].rows] | add')"
jq -r '.inputs[] | "  \(.file | (. + " " * 24)[:24])\(.rows)"' ingest.json
echo "records                   $(number ingest.json .records)"
echo "rows rejected             $(number ingest.json .rejected)"
jq -r 'select(.kind == "reject") | "  \(.file), line \(.line): \(.code)"' rejects.ndjson
echo "consent events kept       $(number append.json .appended)"
echo "people (profiles)         $(number resolve.json .profiles)"
echo "  of one record           $(number resolve.json .singletons)"
echo "households of several     $(number resolve.json .households)"
echo "links that may be false   $(number resolve.json '[.fdr[] | values | tonumber] | max * 1000 | round / 10') %, as far as the data tell"
echo

# The same records again; only ids are given, and no value is printed.
explain() {
	cdp-ingest -q shop.csv crm.csv app.ndjson 2>>log | cdp-consent gate -q --as-of "$T" 2>>log |
		cdp-resolve explain -q --pairs <(echo "$1") - 2>>log | sed 's/^/    /' || true
}

pair=$(jq -r 'select(.kind == "profile" and (.sources | length) > 1) | .ties[] | select(.by == "scored")
    | [.weight, .a, .b] | @tsv' profiles.ndjson | sort -n | sed -n 1p | cut -f 2,3 | tr '\t' ' ')
echo "The merge with the least evidence ($pair):"
explain "$pair"
echo
pair=$(jq -r 'select(.kind == "profile" and .household) | [.household, .members[-1]] | @tsv' profiles.ndjson | sort |
	awk '$1 == home && !n++ { print last, $2 } { home = $1; last = $2 }')
echo "One household, and two people all the same ($pair):"
explain "$pair"
echo
pair=$(jq -r 'select(.kind == "link") | "\(.a) \(.b)"' review.ndjson | sed -n 1p)
echo "For review, of $(number resolve.json .review) pairs the first ($pair): an answer here says most."
jq -r 'select(.kind == "link") | .levels | to_entries[] | "    \(.key | gsub("_"; " ")): \(.value)"' review.ndjson | sed -n 1,3p
echo

echo "The newsletter by e-mail, of $(number filter.json .read) people:"
echo "  may get it              $(number filter.json '.permitted + .redacted')"
echo "  may not                 $(number filter.json '.skipped + .denied')"
jq -r '.codes | to_entries[] | select(.key | test("^[DSE]_")) | "    \((.key + " " * 22)[:22])\(.value)"' filter.json
echo
echo "Written: list.csv with $(($(wc -l < list.csv) - 1)) addresses, its manifest, and a line in the egress log."
echo
echo "One of them, known to $(number person.json '.sources | length') sources, asks on what ground. In a directory with nothing but the pack and our public key:"
jq -r '.proofs[] | "    \(.type)\(if .notice_text == "held" then ", with the text that was shown" else "" end): proved"' checked.json
echo "The same person asks to be erased. Then the same three files are read again:"
echo "  rows withheld           $(number again-ingest.json '.suppressed')"
echo "  people (profiles)       $(number again-resolve.json .profiles)"
echo "  records that came back  $(jq -n --slurpfile gone person.json '[inputs | .members[]? | select(IN($gone[0].members[]))] | length' again.ndjson)"
echo "  the ledger              $(number verified.json 'if .ok then "verified, every digest and signature" else "DAMAGED" end')"
echo "  the proofs              $(number checked-again.json 'if .ok then "hold as before" else "BROKEN" end'), and lead to nobody here"
echo
echo "The command lines, to be typed in $directory:"
echo
printf '%s' "$commands"
