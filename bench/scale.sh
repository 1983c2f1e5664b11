#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# How time and memory of cdp-resolve grow with the records (make bench-scale).
# usage: scale.sh      tools from $CDP_BUILD
#   MAX=10000000       the largest of SIZES that is run
#   SIZES="1000000 2000000 5000000 10000000"
#   BYTES=150 SLOPE=1.1   bars: memory beside the lines, and the exponent of time over records
#   MODE=exact THREADS=2
# Status 1: a bar was missed.
set -euo pipefail
export LC_ALL=C
root=$(cd "$(dirname "$0")/.." && pwd)
build=${CDP_BUILD:-$root/build}
threads=${THREADS:-2}
resolve=("$build/cdp-resolve" -q --assume-purpose identity_resolution --threads "$threads")
[ -z "${MODE:-}" ] || resolve+=(--mode "$MODE")

[ -x /usr/bin/time ] || { echo "scale.sh: needs GNU time (Debian package time)" >&2; exit 2; }
if [ -d /dev/shm ]; then		# memory, so that no disk is measured
	work=$(mktemp -d /dev/shm/cdp-scale.XXXXXX)
else
	work=$(mktemp -d)
fi
trap 'rm -rf "$work"' EXIT
cd "$work"

echo "| records | s | bytes/record beside the lines | pairs/record | pair F1 |"
echo "|---:|---:|---:|---:|---:|"
for size in ${SIZES:-1000000 2000000 5000000 10000000}; do
	[ "$size" -le "${MAX:-10000000}" ] || continue
	"$build/cdp-synth" --people $((size * 2 / 5)) --seed 7 --unlinkable 0 --truth truth.csv -o records
	/usr/bin/time -q -o took -f '%e %M' "${resolve[@]}" --summary summary -o profiles records || [ $? -eq 1 ]
	read -r seconds peak <took
	count=$(jq .records summary)
	bytes=$(((peak * 1024 - $(stat -c %s records)) / count))
	f1=$("$build/cdp-eval" -q --json --truth truth.csv profiles | jq .pair_f1)
	pairs=$(jq -r --argjson n "$count" '(.pairs_scored // 0) / $n * 10 | round / 10' summary)
	echo "| $count | $seconds | $bytes | $pairs | $f1 |"
	echo "$count $seconds $bytes" >>figures
	rm -f records profiles truth.csv
done

# The exponent is the slope of the line through (log records, log seconds).
awk -v most="${BYTES:-150}" -v steep="${SLOPE:-1.1}" '
{
	x = log($1); y = log($2 + 0.001)
	n++; sx += x; sy += y; sxx += x * x; sxy += x * y
	if ($3 > most) {
		print "missed: " $3 " bytes a record at " $1 " records, bar " most
		bad = 1
	}
}
END {
	if (n > 1) {
		slope = (n * sxy - sx * sy) / (n * sxx - sx * sx)
		printf "time grows with records^%.3f, bar %s\n", slope, steep
		if (slope > steep + 0) {
			print "missed: the exponent"
			bad = 1
		}
	}
	exit bad
}' figures
