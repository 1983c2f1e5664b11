#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Threads, order of input and memory change no byte of any output of cdp-resolve (make check-same).
# usage: same.sh       tools from $CDP_BUILD
#   MODE=exact         another mode than the default one
#   PEOPLE=N SEED=N    size and seed of cdp-synth (4000, 7)
#   RECORDS=FILE       these records instead
#   THREADS="1 2 3 8" SHUFFLES="1 2 3" MEMORY="256M 4G"   what is tried
set -euo pipefail
export LC_ALL=C
root=$(cd "$(dirname "$0")/.." && pwd)
build=${CDP_BUILD:-$root/build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
resolve=("$build/cdp-resolve" -q --assume-purpose identity_resolution)
[ -z "${MODE:-}" ] || resolve+=(--mode "$MODE")

if [ -n "${RECORDS:-}" ]; then
	grep '"kind":"record"' "$RECORDS" >all
else
	"$build/cdp-synth" --people "${PEOPLE:-4000}" --seed "${SEED:-7}" -o made
	grep '"kind":"record"' made >all
fi
head -n $(($(wc -l <all) * 2 / 3)) all >old
"${resolve[@]}" -o previous old || [ $? -eq 1 ]

# Every file that a run can write, as far as this version and this mode write it.
outputs=()
for name in links events review conflicts generic blocks summary redirects; do
	if "$build/cdp-resolve" --print-options | grep -q "^option	-	-	--$name	" &&
	    "${resolve[@]}" --previous previous "--$name" try -o try.profiles old 2>why; then
		outputs+=("--$name" "$name")
	fi
	rm -f try
done
echo "# outputs: profiles ${outputs[*]//--*/}" | tr -s ' '

# run_one DIRECTORY THREADS MEMORY INPUT: all outputs into the directory.
run_one() {
	mkdir "$1"
	(cd "$1" && "${resolve[@]}" --threads "$2" --memory "$3" --previous ../previous "${outputs[@]}" \
	    -o profiles "../$4") || [ $? -eq 1 ]
}

run_one want 1 4G all
count=0
for shuffle in ${SHUFFLES:-1 2 3}; do
	awk -v seed="$shuffle" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' all | sort | cut -f 2- >in
	for threads in ${THREADS:-1 2 3 8}; do
		for memory in ${MEMORY:-256M 4G}; do
			run_one got "$threads" "$memory" in
			diff -rq want got || {
				echo "differs: threads $threads, shuffle $shuffle, memory $memory"
				exit 1
			}
			rm -r got
			count=$((count + 1))
		done
	done
done
echo "$(wc -l <all) records: $count runs, all outputs equal"
