#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The speed of consent (consent 9), as one markdown table: beside each figure how long `sha256sum` and
# `jq -c .` take over the bytes that the command reads, in the same run. Nothing fails unless asked to.
# usage: consent.sh [--rows N] [--events N] [--min-filter N] [--max-append-us N]
#   --rows N           profiles and records of the gates (1000000)
#   --events N         events of the ledger that is verified (1000000)
#   --min-filter N     status 1 if filter or gate takes fewer rows a second of one core
#   --max-append-us N  status 1 if an event takes longer to append, durable, 1,000 a batch
#   tools from $CDP_BUILD; BENCH_ROUNDS=3 runs of each command in turns, of which the median counts;
#   inputs lie in memory, ledgers in $TMPDIR or /tmp, where a sync has to mean something
set -euo pipefail
export LC_ALL=C
root=$(cd "$(dirname "$0")/.." && pwd)
build=${CDP_BUILD:-$root/build}
rounds=${BENCH_ROUNDS:-3}
rows=1000000 events=1000000 min_filter='' max_append=''
people=100000			# of the ledger behind the gates: an event each
now=2026-06-01T00:00:00Z
unset CDP_STATE

usage() {
	echo "usage: consent.sh [--rows N] [--events N] [--min-filter N] [--max-append-us N]" >&2
	exit 2
}

while [ $# -gt 0 ]; do
	[[ ${2:-} =~ ^[0-9]+([.][0-9]+)?$ ]] || usage
	case $1 in
	--rows) rows=$2 ;;
	--events) events=$2 ;;
	--min-filter) min_filter=$2 ;;
	--max-append-us) max_append=$2 ;;
	*) usage ;;
	esac
	shift 2
done
for tool in /usr/bin/time jq sha256sum; do
	command -v "$tool" >/dev/null || { echo "consent.sh: needs $tool" >&2; exit 2; }
done

disk=$(mktemp -d "${TMPDIR:-/tmp}/cdp-bench.XXXXXX")
memory=$disk
trap 'rm -rf "$disk" "$memory"' EXIT
[ ! -d /dev/shm ] || memory=$(mktemp -d /dev/shm/cdp-bench.XXXXXX)
cd "$memory"
one_core=()
! command -v taskset >/dev/null || one_core=(taskset -c 0)

consent() {
	"${one_core[@]}" "$build/cdp-consent" "$@"
}

# ---- what is read --------------------------------------------------------------------------

envelope() {
	local tool=$1 kind=$2 count=$3
	printf '{"kind":"stream","schema":"cdp/1","tool":"%s","purpose":"identity_resolution","gated":false}\n' "$tool"
	cat
	printf '{"kind":"end","in":%d,"out":%d,"rejected":0,"by_kind":{"%s":%d},"ok":true,"code":0}\n' \
		"$count" "$count" "$kind" "$count"
}

# Of one record and two addresses each, about 440 bytes.
profiles() {
	awk -v count="$1" -v people="$people" 'BEGIN {
		for (i = 1; i <= count; i++) {
			printf "{\"kind\":\"profile\",\"id\":\"p%026d\",\"members\":[\"shop:%d\"],", i, i
			printf "\"given_name\":\"Ana\",\"email\":[\"person%d@example.com\"],", i % people + 1
			printf "\"phone_number\":[\"+35193%07d\"],\"sources\":[\"shop\"],\"channels\":[\"web\"],", i % 10000000
			printf "\"purposes\":[\"identity_resolution\",\"marketing.newsletter\"],"
			printf "\"provenance\":{\"given_name\":{\"record\":\"shop:%d\",\"rule\":\"valid\"},", i
			printf "\"email\":[{\"record\":\"shop:%d\",\"rule\":\"union\"}],", i
			printf "\"phone_number\":[{\"record\":\"shop:%d\",\"rule\":\"union\"}]}}\n", i
		}
	}' | envelope cdp-resolve profile "$1"
}

records() {
	awk -v count="$1" -v people="$people" 'BEGIN {
		for (i = 1; i <= count; i++) {
			printf "{\"kind\":\"record\",\"id\":\"shop:%d\",\"source\":\"shop\",\"key\":\"%d\",", i, i
			printf "\"channel\":\"web\",\"observed_at\":\"2026-04-14T10:00:00Z\",\"given_name\":\"Ana\","
			printf "\"family_name\":\"Almeida\",\"birthdate\":\"1983-09-09\","
			printf "\"email\":[\"person%d@example.com\"],", i % people + 1
			printf "\"phone_number\":[\"+35193%07d\"],", i % 10000000
			printf "\"address\":[{\"street_address\":\"Rua das Flores 345\",\"locality\":\"Bremen\","
			printf "\"postal_code\":\"70621\",\"country\":\"DE\"}],"
			printf "\"purposes\":[\"identity_resolution\",\"marketing.newsletter\"]}\n"
		}
	}' | envelope cdp-ingest record "$1"
}

# Grants of two people in three, a withdrawal of the third. No stream holds them together, so that
# append cuts them into batches.
said() {
	awk -v count="$1" 'BEGIN {
		for (i = 1; i <= count; i++) {
			printf "{\"kind\":\"consent\",\"id\":\"e%d\",\"type\":\"%s\",", i, i % 3 ? "grant" : "withdraw"
			printf "\"identifier\":{\"type\":\"email\",\"value\":\"person%d@example.com\"},", i
			printf "\"at\":\"2026-03-01T10:00:00Z\",\"src\":\"shop\",\"controller\":\"demo\","
			printf "\"purpose\":\"marketing.newsletter\",\"channel\":\"email\",\"method\":\"web_form\""
			if (i % 3)
				printf ",\"notice\":\"newsletter@7/de-DE\",\"evidence\":{\"column\":\"optin\",\"record\":\"shop:%d\"}", i
			printf "}\n"
		}
	}'
}

# ledger DIR MODE: a new one under the policy of the demo.
ledger() {
	rm -rf "$1"
	"$build/cdp-consent" init -q --state "$1" --subjects "$2" --name bench.example/consent \
		--new-keys --policy "$root/testdata/demo/policy.json" --as-of 2026-01-01T00:00:00Z
}

# ---- how long it takes ---------------------------------------------------------------------

# measure NAME COMMAND...: adds the seconds of one run, by the clock and of processor, to NAME.runs.
measure() {
	local name=$1
	shift
	if ! /usr/bin/time -o took -f '%e %U %S' "$@" >"$name.out" 2>"$name.err"; then
		cat "$name.err" >&2
		exit 6
	fi
	awk '{ printf "%.2f %.2f\n", $1, $2 + $3 }' took >>"$name.runs"
}

peers() {
	local name=$1
	shift
	measure "$name.sha" "${one_core[@]}" sha256sum "$@"
	measure "$name.jq" "${one_core[@]}" jq -c . "$@"
}

clock=1 processor=2
# median NAME CLOCK-OR-PROCESSOR
median() {
	cut -d ' ' -f "$2" "$1.runs" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# calculate DECIMALS EXPRESSION
calculate() {
	awk "BEGIN { printf \"%.$1f\", $2 }"
}

# row WHAT FIGURE SECONDS NAME CLOCK-OR-PROCESSOR: the seconds beside those of NAME's peers.
row() {
	printf '| %s | %s | %s x | %s x |\n' "$1" "$2" \
		"$(calculate 2 "$3 / ($(median "$4.sha" "$5") + 0.001)")" \
		"$(calculate 3 "$3 / ($(median "$4.jq" "$5") + 0.001)")"
}

missed=0
# bar WHAT FIGURE OPERATOR BAR: nothing if no bar was asked for.
bar() {
	if [ -n "$4" ] && ! awk "BEGIN { exit !($2 $3 $4) }"; then
		echo "consent.sh: missed: $1 is $2, asked for $3 $4" >&2
		missed=1
	fi
}

# ---- the gates -----------------------------------------------------------------------------

profiles "$rows" >profiles.ndjson
records "$rows" >records.ndjson
profiles 1 >few_profiles.ndjson
records 1 >few_records.ndjson
said "$people" >people.ndjson
ledger "$disk/gates" keyed
consent append -q --state "$disk/gates" --as-of "$now" people.ndjson
state="compiled state"
if ! consent compile -q --state "$disk/gates" >compile.out 2>compile.err; then
	echo "consent.sh: no compiled state, the ledger is read and verified in each run: $(head -n 1 compile.err)" >&2
	state="no compiled state"
fi

filter=("${one_core[@]}" "$build/cdp-consent" filter -q --threads 1 --state "$disk/gates" --as-of "$now"
	--purpose marketing.newsletter --channel email -o filtered.ndjson)
gate=("${one_core[@]}" "$build/cdp-consent" gate -q --threads 1 --state "$disk/gates" --as-of "$now" -o gated.ndjson)
echo '{"email":["person1@example.com"]}' >person.json
for _ in $(seq "$rounds"); do
	measure filter0 "${filter[@]}" few_profiles.ndjson
	measure filter "${filter[@]}" profiles.ndjson
	peers profiles profiles.ndjson
	measure gate0 "${gate[@]}" few_records.ndjson
	measure gate "${gate[@]}" records.ndjson
	peers records records.ndjson
	measure explain "${one_core[@]}" "$build/cdp-consent" explain -q --state "$disk/gates" --as-of "$now" \
		--purpose marketing.newsletter --channel email --subject-file person.json
	peers ledger "$disk"/gates/ledger/seg/*
done

# gate_row NAME FILE PEERS: rows a second beyond what a run without rows takes.
gate_row() {
	local took rate bytes
	bytes=$(($(wc -c <"$2") / rows))
	took=$(calculate 3 "$(median "$1" $processor) - $(median "${1}0" $processor)")
	rate=$(calculate 0 "$rows / ($took + 0.000001)")
	row "$1, one core, $rows rows of $bytes bytes, without opening the ledger" \
		"$(calculate 0 "$rate / 1000") k rows/s ($took s of processor)" "$took" "$3" $processor
	bar "$1 in rows a second" "$rate" ">=" "$min_filter"
}

echo "| what | figure | of \`sha256sum\` | of \`jq -c .\` |"
echo "|---|---|---|---|"
gate_row filter profiles.ndjson profiles
gate_row gate records.ndjson records
took=$(median filter0 $clock)
row "opening a ledger of $people events, $state" "$took s" "$took" ledger $clock
took=$(median explain $clock)
row "explain one person, ledger of $people events, $state" \
	"$(calculate 0 "$took * 1000") ms" "$took" ledger $clock
rm -f ./*.out profiles.ndjson records.ndjson filtered.ndjson gated.ndjson

# ---- the ledger ----------------------------------------------------------------------------

for _ in $(seq "$rounds"); do
	for mode in keyed vault; do
		ledger "$disk/new" "$mode"
		measure "append_$mode" "$build/cdp-consent" append -q --batch 1000 \
			--state "$disk/new" --as-of "$now" people.ndjson
	done
	peers people people.ndjson
done
for mode in keyed vault; do
	took=$(median "append_$mode" $clock)
	each=$(calculate 2 "$took * 1000000 / $people")
	row "append, $(nproc) cores, $mode, $people events, synced every 1,000" "$each us an event ($took s, $(median "append_$mode" $processor) s of processor)" "$took" people $clock
	bar "append ($mode) in us an event" "$each" "<=" "$max_append"
done

said "$events" >many.ndjson
ledger "$disk/new" keyed
consent append -q --state "$disk/new" --as-of "$now" many.ndjson
rm -f many.ndjson
for _ in $(seq "$rounds"); do
	measure verify_one "${one_core[@]}" "$build/cdp-consent" verify -q --state "$disk/new"
	measure verify_all "$build/cdp-consent" verify -q --state "$disk/new"
	peers verify "$disk"/new/ledger/seg/*
done
took=$(median verify_one $clock)
row "verify, one core, $events events" "$took s" "$took" verify $clock
took=$(median verify_all $clock)
row "verify, $(nproc) cores, $events events" "$took s" "$took" verify $clock
exit "$missed"
