#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Tools that the thread sanitizer watches, over made-up customers: no memory is read by one thread while
# another writes it (make check-races).
# usage: races.sh      tools from $CDP_BUILD, built with SANITIZE=thread
#   PEOPLE=N SEED=N    size and seed of cdp-synth (8000, 7)
#   THREADS=3
#   UNITS="NAME..."    unit tests that are watched, too
set -euo pipefail
export LC_ALL=C
root=$(cd "$(dirname "$0")/.." && pwd)
build=${CDP_BUILD:-$root/build/races}
threads=(--threads "${THREADS:-3}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
raced=66		# what a watched tool ends with that raced
export TSAN_OPTIONS="history_size=7 exitcode=$raced"
runs=0

if ! grep -q __tsan_init "$build/cdp-resolve"; then
	echo "races.sh: the tools in ${build##*/} are not watched: build them with SANITIZE=thread" >&2
	exit 2
fi

# watch TOOL ARGUMENT...: 0 and 1 are done; where it raced, what was seen.
watch() {
	local status=0
	"$build/$1" "${@:2}" 2>err || status=$?
	if [ "$status" -eq "$raced" ] || grep -q 'WARNING: ThreadSanitizer' err; then
		cat err >&2
		exit 1
	fi
	if [ "$status" -gt 1 ]; then
		echo "$1 ended with $status: $(tail -n 1 err)" >&2
		exit 2
	fi
	runs=$((runs + 1))
}

watch cdp-synth "${threads[@]}" --people "${PEOPLE:-8000}" --seed "${SEED:-7}" --csv csv --truth truth
watch cdp-ingest -q "${threads[@]}" -o people csv/*.csv
watch cdp-resolve -q "${threads[@]}" --mode exact --summary summary -o profiles people
watch cdp-resolve -q "${threads[@]}" --summary summary --links links --conflicts conflicts --review queue \
	--generic generic --blocks blocks --save-model model -o profiles people
watch cdp-resolve -q "${threads[@]}" --model model --previous profiles --events events -o again people
watch cdp-consent init -q --name races.example/consent --new-keys --policy "$root/testdata/demo/policy.json" \
	--as-of 2026-01-01T00:00:00Z
watch cdp-consent append -q "${threads[@]}" --as-of 2026-11-01T00:00:00Z people
watch cdp-consent gate -q "${threads[@]}" --as-of 2026-11-01T00:00:00Z -o gated people
watch cdp-consent filter -q "${threads[@]}" --as-of 2026-11-01T00:00:00Z --purpose marketing.newsletter \
	--channel email --denied denied -o permitted profiles
for unit in ${UNITS:-}; do
	watch "tests/unit/${unit}_test" >/dev/null
done
echo "$runs runs, ${threads[1]} threads: none raced"
