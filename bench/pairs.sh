#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Fully scored pairs of eight fields per second of one core, the median of five runs, and, where
# valgrind is installed, instructions per pair, which do not depend on who else uses the machine.
# usage: pairs.sh [MIN]		(programs from $CDP_BUILD; make bench-pairs calls it)
# Fails if fewer than MIN pairs are scored in a second.
set -euo pipefail
build=${CDP_BUILD:-build}
least=${1:-0}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
records=$work/records.ndjson

"$build/cdp-synth" --people 20000 --seed 7 --unlinkable 0 -q -o "$records"
for _ in 1 2 3 4 5; do
	"$build/bench/pairs" "$records" >"$work/figures"
	awk '$1 == "pairs_per_second" { print $2 }' "$work/figures" >>"$work/speeds"
done
speed=$(sort -n "$work/speeds" | sed -n 3p)
grep -v pairs_per_second "$work/figures"
echo "pairs_per_second $speed"
if command -v valgrind >/dev/null; then
	valgrind --tool=callgrind --toggle-collect=score_all --callgrind-out-file="$work/callgrind" \
	    "$build/bench/pairs" "$records" 300000 >"$work/figures" 2>"$work/log"
	awk '/^pairs / { pairs = $2 } /Collected/ { print "instructions_per_pair", int($NF / pairs) }' \
	    "$work/figures" "$work/log"
fi
if [ "$speed" -lt "$least" ]; then
	echo "pairs.sh: fewer than $least pairs a second" >&2
	exit 1
fi
