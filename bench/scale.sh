#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# How time and memory from CSV files to profiles grow with the records (make bench-scale).
# usage: scale.sh      tools from $CDP_BUILD
#   MAX=10000000       the largest of SIZES that is run
#   SIZES="1000000 2000000 5000000 10000000"
#   BYTES=150 SLOPE=1.1 F1=0.95   bars: memory of cdp-resolve beside the lines it reads, the exponent
#                      of time over records, pair F1
#   MODE=exact THREADS=2
#   WORK=DIR           where input and output lie; else in memory if they and the run fit into it, else
#                      in $TMPDIR or /tmp
# Status 1: a bar was missed.
set -euo pipefail
export LC_ALL=C
root=$(cd "$(dirname "$0")/.." && pwd)
build=${CDP_BUILD:-$root/build}
threads=${THREADS:-2}
resolve=("$build/cdp-resolve" -q --threads "$threads")
[ -z "${MODE:-}" ] || resolve+=(--mode "$MODE")

[ -x /usr/bin/time ] || { echo "scale.sh: needs GNU time (Debian package time)" >&2; exit 2; }
# A record takes so many bytes of files (its row, its truth, its part of a profile), and so many of a run.
file_bytes=1000 run_bytes=1300

largest() {
	printf '%s\n' "${sizes[@]}" | awk -v max="$max" '$1 <= max && $1 > n { n = $1 } END { print n + 0 }'
}

# Memory, so that no disk is measured, unless there is too little of it.
place() {
	local records kib
	records=$(largest)
	if [ -d /dev/shm ]; then
		kib=$(df -k --output=avail /dev/shm | tail -n 1)
		if [ "$kib" -gt $((records * file_bytes / 1024)) ] && awk -v need=$((records * \
		    (file_bytes + run_bytes) / 1024)) '/^MemAvailable/ { exit $2 < need }' /proc/meminfo; then
			echo /dev/shm
			return
		fi
	fi
	echo "${TMPDIR:-/tmp}"
}

read -ra sizes <<<"${SIZES:-1000000 2000000 5000000 10000000}"
max=${MAX:-10000000}
work=$(mktemp -d "${WORK:-$(place)}/cdp-scale.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

ingest() {
	"$build/cdp-ingest" -q --threads "$threads" csv/*.csv || [ $? -eq 1 ]
}

# Both tools begin at once, so the time of the second is the time of both.
pipeline() {
	ingest | /usr/bin/time -q -o took -f '%e %M' "${resolve[@]}" --summary summary -o profiles - ||
	    [ $? -eq 1 ]
}

echo "files in ${work%/*}"
echo "| records | s, CSV to profiles | bytes/record beside the lines | pairs/record | pair F1 |"
echo "|---:|---:|---:|---:|---:|"
for size in "${sizes[@]}"; do
	[ "$size" -le "$max" ] || continue
	"$build/cdp-synth" --people $((size * 2 / 5)) --seed 7 --unlinkable 0 --csv csv --truth truth.csv
	pipeline
	read -r seconds peak <took
	count=$(jq .records summary)
	bytes=$(((peak * 1024 - $(ingest | wc -c)) / count))
	f1=$("$build/cdp-eval" -q --json --truth truth.csv profiles | jq .pair_f1)
	pairs=$(jq -r --argjson n "$count" '(.pairs_scored // 0) / $n * 10 | round / 10' summary)
	echo "| $count | $seconds | $bytes | $pairs | $f1 |"
	echo "$count $seconds $bytes $f1" >>figures
	rm -rf csv profiles truth.csv
done

# The exponent is the slope of the line through (log records, log seconds).
awk -v most="${BYTES:-150}" -v steep="${SLOPE:-1.1}" -v least="${F1:-0.95}" '
function missed(text) {
	print "missed: " text
	bad = 1
}
{
	x = log($1); y = log($2 + 0.001)
	n++; sx += x; sy += y; sxx += x * x; sxy += x * y
	if ($3 > most)
		missed($3 " bytes a record at " $1 " records, bar " most)
	if ($4 < least)
		missed("F1 " $4 " at " $1 " records, bar " least)
}
END {
	if (n > 1) {
		slope = (n * sxy - sx * sy) / (n * sxx - sx * sx)
		printf "time grows with records^%.3f, bar %s\n", slope, steep
		if (slope > steep + 0)
			missed("the exponent")
	}
	exit bad
}' figures
