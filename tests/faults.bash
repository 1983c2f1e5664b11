# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the sweeps share: how many points of one are taken, and what has to be there to make a call fail.
# SHALLOW=25 is the most points of a sweep, chosen by SEED; SHALLOW=0 takes all.
SHALLOW=${SHALLOW:-25}
SEED=${SEED:-$(date +%Y%m)}		# stable for a month, so that a failure repeats

# Of the lines of standard input at most SHALLOW (or $1), by SEED, in their order.
some() {
	if [ "$SHALLOW" -eq 0 ]; then
		cat
	else
		awk -v seed="$SEED" 'BEGIN { srand(seed) } { print rand() "\t" NR "\t" $0 }' |
		    LC_ALL=C sort | head -n "${1:-$SHALLOW}" | sort -n -k 2,2 | cut -f 3-
	fi
}

# At most SHALLOW of the numbers 1 to $1, by SEED.
points() {
	seq "$1" | some
}

# "CALL N" for every call of a trace of strace -f, in order: the N-th of that name, which is how strace
# counts. $1 is the file, and from the first line on that names $2.
each_call() {
	awk -v from="${2:-}" 'index($0, from) { on = 1 }
		$2 ~ /^[a-z0-9_]+\(/ { sub(/\(.*/, "", $2); n[$2]++; if (on) print $2, n[$2] }' "$1"
}

# A leak cannot be looked for under ptrace; the other runs do.
need_strace() {
	export ASAN_OPTIONS=detect_leaks=0
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here (ptrace refused)"
}

# The loader takes a list in LD_PRELOAD, parted by blanks, and goes on without what it does not find:
# so the shim lies where there are none.
need_shim() {
	[ -f "$BUILD/tests/shim/$1.so" ] || skip "no tests/shim/$1.so: make tests-tools"
	! ldd "$BUILD"/cdp-* 2>/dev/null | grep -q libasan || skip "a sanitizer wants to be loaded first"
	shim=$BATS_TEST_TMPDIR/$1.so
	[[ $shim != *[[:blank:]]* ]] || skip "the folder for temporary files has a blank in its name"
	cp "$BUILD/tests/shim/$1.so" "$shim"
}

# What tests/power.sh needs.
need_disk() {
	need_strace
	[ "$(id -u)" -eq 0 ] || skip "a loop mount needs root"
	command -v mkfs.ext4 >/dev/null || skip "no mkfs.ext4 (Debian: e2fsprogs)"
	mkdir -p empty
	"$ROOT/tests/power.sh" make try.img empty 2>/dev/null || skip "no loop mount of ext4 here"
}

power() { "$ROOT/tests/power.sh" "$@"; }
