#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Figures of this machine against named peers, as one markdown table. Nothing fails by being slow.
# usage: run.sh        (tools and bench programs from $CDP_BUILD; make bench calls it)
#   BENCH_ROWS=N       rows and records of the inputs (1000000)
#   BENCH_ROUNDS=N     runs of each command, of which the median counts (3)
#   BENCH_MEMORY_ROWS=N  also the peak memory of cdp-ingest over so many rows (0: not)
#   PYTHON=FILE        a python3 that has the modules duckdb and faker, if the default has not
set -euo pipefail
export LC_ALL=C
root=$(cd "$(dirname "$0")/.." && pwd)
build=${CDP_BUILD:-$root/build}
rows=${BENCH_ROWS:-1000000}
rounds=${BENCH_ROUNDS:-3}
memory_rows=${BENCH_MEMORY_ROWS:-0}
python=${PYTHON:-python3}
events=$((rows / 5))
instant=2026-06-01T00:00:00Z
unset CDP_STATE

[ -x /usr/bin/time ] || { echo "run.sh: needs GNU time (Debian package time)" >&2; exit 2; }
if [ -d /dev/shm ]; then		# memory, so that no disk is measured
	work=$(mktemp -d /dev/shm/cdp-bench.XXXXXX)
else
	work=$(mktemp -d)
fi
trap 'rm -rf "$work"' EXIT
cd "$work"

# measure NAME COMMAND...: adds "seconds kilobytes" of one run to NAME.runs.
measure() {
	local name=$1
	shift
	if ! /usr/bin/time -o took -f '%e %M' "$@" >"$name.out" 2>"$name.err"; then
		cat "$name.err" >&2
		exit 6
	fi
	cat took >>"$name.runs"
}

# median NAME COLUMN: of the runs of NAME; column 1 is seconds, column 2 is kilobytes.
median() {
	cut -d ' ' -f "$2" "$1.runs" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# calculate DECIMALS EXPRESSION: arithmetic of awk.
calculate() {
	awk "BEGIN { printf \"%.$1f\", $2 }"
}

rate() {
	calculate 0 "$1 / ($(median "$2" 1) + 0.000001) / 1000"
}

row() {
	printf '| %s | %s | %s |\n' "$@"
}

# The speed that bench/ndjson.c or its peer printed under a name.
speed() {
	awk -v name="$1" '$1 == name { print $2 }' scan.txt
}

one_core=()
if command -v taskset >/dev/null; then
	one_core=(taskset -c 0)
fi

"$build/bench/make_customers" --rows "$rows" --seed 1 --format csv >customers.csv
"$build/bench/make_customers" --rows "$rows" --seed 1 --format records >records.ndjson

echo "| what | figure | beside it |"
echo "|---|---|---|"

# ---- NDJSON scan ---------------------------------------------------------------------------
"${one_core[@]}" "$build/bench/ndjson" records.ndjson customers.csv >scan.txt
if [ -n "$(command -v g++)" ] && g++ -O2 -o "$build/bench/simdjson_peer" \
    "$root/bench/simdjson_peer.cpp" -lsimdjson 2>/dev/null; then
	"${one_core[@]}" "$build/bench/simdjson_peer" records.ndjson >>scan.txt
	beside="simdjson $(speed simdjson) MB/s, $(calculate 2 "$(speed simdjson) / $(speed scanner)") times ours"
else
	beside="simdjson: not installed"
fi
row "NDJSON scan, one core" "$(speed scanner) MB/s" \
    "jansson $(speed jansson) MB/s, ratio $(calculate 1 "$(speed scanner) / $(speed jansson)"); $beside"
row "CSV row finder and field splitter, one core" "$(speed rows) and $(speed fields) MB/s" ""

# ---- cdp-ingest ----------------------------------------------------------------------------
# Taken in turns, so that a noisy minute hits every competitor.
for _ in $(seq "$rounds"); do
	measure ingest1 "${one_core[@]}" "$build/cdp-ingest" -q --threads 1 \
	    --map "$root/bench/customers.map.json" customers.csv -o ingested.ndjson
	measure ingest2 "$build/cdp-ingest" -q --threads 2 \
	    --map "$root/bench/customers.map.json" customers.csv -o ingested.ndjson
	if command -v mlr >/dev/null; then
		measure mlr1 "${one_core[@]}" mlr --icsv --ojsonl cat customers.csv
		measure mlr2 mlr --icsv --ojsonl cat customers.csv
	fi
	if "$python" -c 'import duckdb' 2>/dev/null; then
		"$python" "$root/bench/duckdb_peer.py" customers.csv duckdb.ndjson 2 >>duckdb.runs
	fi
done
for n in 1 2; do
	beside="mlr: not installed"
	if [ -s "mlr$n.runs" ]; then
		beside="\`mlr --icsv --ojsonl cat\` $(median "mlr$n" 1) s,"
		beside+=" ratio $(calculate 2 "$(median "mlr$n" 1) / $(median "ingest$n" 1)")"
	fi
	row "cdp-ingest, $n core(s), $rows rows" \
	    "$(rate "$rows" "ingest$n") k rows/s ($(median "ingest$n" 1) s), peak $(calculate 0 "$(median "ingest$n" 2) / 1024") MiB" \
	    "$beside"
done
if [ -s duckdb.runs ]; then
	row "the same, 2 threads, against DuckDB $(awk 'END { print $2 }' duckdb.runs), which cleans nothing" \
	    "ratio $(calculate 2 "$(median duckdb 1) / $(median ingest2 1)")" "$(median duckdb 1) s"
fi
rm -f mlr?.out duckdb.ndjson ingested.ndjson
if [ "$memory_rows" -gt 0 ]; then
	for n in 1 2; do
		"$build/bench/make_customers" --rows "$memory_rows" --seed 1 --format csv |
		    measure "memory$n" sh -c 'exec "$@" >/dev/null' ingest "$build/cdp-ingest" -q \
		        --threads "$n" --map "$root/bench/customers.map.json" -
	done
	row "cdp-ingest, peak memory over $memory_rows rows, 1 and 2 threads" \
	    "$(calculate 0 "$(median memory1 2) / 1024") and $(calculate 0 "$(median memory2 2) / 1024") MiB" ""
fi

# ---- cdp-synth -----------------------------------------------------------------------------
for _ in $(seq "$rounds"); do
	measure synth "${one_core[@]}" "$build/cdp-synth" -q --threads 1 --people $((rows * 2 / 5)) --seed 7
	if "$python" -c 'import faker' 2>/dev/null; then
		measure faker "${one_core[@]}" "$python" "$root/bench/faker_peer.py" $((rows / 50))
	fi
done
made=$(grep -c '"kind":"record"' synth.out)
beside="Faker: not installed"
if [ -s faker.runs ]; then
	beside="Faker $(rate $((rows / 50)) faker) k records/s"
fi
row "cdp-synth, one core, $made records" "$(rate "$made" synth) k records/s ($(median synth 1) s)" "$beside"
rm -f synth.out faker.out

# ---- cdp-resolve ---------------------------------------------------------------------------
for _ in $(seq "$rounds"); do
	measure resolve "$build/cdp-resolve" -q --mode exact --threads 2 records.ndjson -o resolved.ndjson
done
rm -f resolved.ndjson
row "exact resolve, 2 threads, $rows records" \
    "$(median resolve 1) s, $(calculate 0 "($(median resolve 2) * 1024 - $(wc -c <records.ndjson)) / $rows") bytes a record beside the lines" \
    "peak $(calculate 0 "$(median resolve 2) / 1024") MiB, lines $(calculate 0 "$(wc -c <records.ndjson) / 1048576") MiB"

# ---- cdp-consent: grants of two people in three, a withdrawal of the third ------------------
head -n "$events" records.ndjson |
    sed 's/"purposes":\["identity_resolution"\]/"purposes":["identity_resolution","marketing.newsletter"]/' |
    "$build/cdp-resolve" -q --mode exact - -o profiles.ndjson 2>/dev/null
profiles=$(grep -c '"kind":"profile"' profiles.ndjson)
# consents FILE: a line for each of its profiles with an e-mail address.
consents() {
	awk -F , '{
		if ($1 !~ /profile/ || !match($0, /"email":\["[^"]*/))
			next
		printf "{\"kind\":\"consent\",\"id\":\"e%d\",\"type\":\"%s\",", NR, NR % 3 ? "grant" : "withdraw"
		printf "\"identifier\":{\"type\":\"email\",\"value\":\"%s\"},", substr($0, RSTART + 10, RLENGTH - 10)
		printf "\"at\":\"2026-03-01T10:00:00Z\",\"src\":\"shop\",\"controller\":\"demo\","
		printf "\"purpose\":\"marketing.newsletter\",\"channel\":\"email\",\"notice\":\"newsletter@7/de-DE\","
		printf "\"method\":\"web_form\",\"evidence\":{\"record\":\"shop:%d\",\"column\":\"optin\"}}\n", NR
	}' "$1"
}

# short_profiles N M: N of one record and two addresses each, about 450 bytes; M e-mail addresses in
# all, so that each has an event and two in three may be written to.
short_profiles() {
	awk -v count="$1" -v people="$2" 'BEGIN {
		print "{\"kind\":\"stream\",\"schema\":\"cdp/1\",\"tool\":\"cdp-resolve\",\"purpose\":\"identity_resolution\",\"gated\":false}"
		for (i = 1; i <= count; i++) {
			printf "{\"kind\":\"profile\",\"id\":\"p%026d\",\"members\":[\"shop:%d\"],", i, i
			printf "\"given_name\":\"Ana\",\"email\":[\"person%d@example.com\"],", i % people
			printf "\"phone_number\":[\"+35193%07d\"],\"sources\":[\"shop\"],\"channels\":[\"web\"],", i
			printf "\"purposes\":[\"identity_resolution\",\"marketing.newsletter\"],"
			printf "\"provenance\":{\"given_name\":{\"record\":\"shop:%d\",\"rule\":\"valid\"},", i
			printf "\"email\":[{\"record\":\"shop:%d\",\"rule\":\"union\"}],", i
			printf "\"phone_number\":[{\"record\":\"shop:%d\",\"rule\":\"union\"}]}}\n", i
		}
		printf "{\"kind\":\"end\",\"in\":%d,\"out\":%d,\"rejected\":0,\"by_kind\":{\"profile\":%d},\"ok\":true,\"code\":0}\n", count, count, count
	}'
}

withdrawals() {
	awk -v count="$events" 'BEGIN {
		for (i = 1; i <= count; i++) {
			printf "{\"kind\":\"consent\",\"id\":\"w%d\",\"type\":\"withdraw\",", i
			printf "\"identifier\":{\"type\":\"email\",\"value\":\"person%d@example.com\"},", i
			printf "\"at\":\"2026-03-01T10:00:00Z\",\"src\":\"shop\",\"controller\":\"demo\","
			printf "\"purpose\":\"marketing.newsletter\",\"channel\":\"email\",\"method\":\"web_form\"}\n"
		}
	}'
}

consents profiles.ndjson >consents.ndjson
withdrawals >withdrawals.ndjson

# ledger DIRECTORY: a new ledger under the policy of the demo.
ledger() {
	rm -rf "$1"
	"$build/cdp-consent" init -q --state "$1" --subjects keyed --name bench.example/consent \
	    --new-keys --policy "$root/testdata/demo/policy.json" --as-of 2026-01-01T00:00:00Z
}

# Nothing but a few lines to judge, so that the ledger is what takes the time.
{ head -n 2 profiles.ndjson; tail -n 1 profiles.ndjson; } >few.ndjson

for _ in $(seq "$rounds"); do
	ledger state
	measure append "${one_core[@]}" "$build/cdp-consent" append -q --state state --as-of "$instant" withdrawals.ndjson
	measure verify "${one_core[@]}" "$build/cdp-consent" verify -q --state state
	measure load "${one_core[@]}" "$build/cdp-consent" filter -q --threads 1 --state state --as-of "$instant" \
	    --purpose marketing.newsletter --channel email few.ndjson
done
row "consent append, one core, $events withdrawals" \
    "$(calculate 2 "$(median append 1) * 1000000 / $events") us an event ($(median append 1) s)" "one commit for all"
row "consent verify, one core, $events lines" \
    "$(calculate 2 "$(median verify 1) * 1000000 / $events") us a line ($(median verify 1) s)" ""

row "ledger verified and loaded to judge by, one core, $events events" \
    "$(calculate 2 "$(median load 1) * 1000000 / $events") us an event ($(median load 1) s)" \
    "peak $(calculate 0 "$(median load 2) / 1024") MiB"

ledger state
"$build/cdp-consent" append -q --state state --as-of "$instant" consents.ndjson
for _ in $(seq "$rounds"); do
	measure filter "${one_core[@]}" "$build/cdp-consent" filter -q --threads 1 --state state --as-of "$instant" \
	    --purpose marketing.newsletter --channel email -o permitted.ndjson profiles.ndjson
done
row "consent filter, one core, $profiles profiles" \
    "$(rate "$profiles" filter) k profiles/s ($(median filter 1) s)" \
    "$(grep -c '"kind":"profile"' permitted.ndjson || true) permitted; ledger of $(wc -l <consents.ndjson) events read in the same time"

short_profiles "$rows" "$((rows / 10))" >short.ndjson
consents short.ndjson | sed -n "1,$((rows / 10))p" >consents.ndjson
ledger state
"$build/cdp-consent" append -q --state state --as-of "$instant" consents.ndjson
for _ in $(seq "$rounds"); do
	measure short "${one_core[@]}" "$build/cdp-consent" filter -q --threads 1 --state state --as-of "$instant" \
	    --purpose marketing.newsletter --channel email -o permitted.ndjson short.ndjson
done
row "consent filter, one core, $rows profiles of $(($(wc -c <short.ndjson) / rows)) bytes and two addresses" \
    "$(rate "$rows" short) k profiles/s ($(median short 1) s)" \
    "$(grep -c '"kind":"profile"' permitted.ndjson || true) permitted; ledger of $(wc -l <consents.ndjson) events read in the same time"
