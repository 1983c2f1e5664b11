# SPDX-License-Identifier: Apache-2.0
# Loaded by every .bats file: tools on PATH, a directory of its own for each test.
bats_load_library bats-support 2>/dev/null || load /usr/lib/bats/bats-support/load
bats_load_library bats-assert 2>/dev/null || load /usr/lib/bats/bats-assert/load

ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
BUILD=${CDP_BUILD:-$ROOT/build}
DATA=$ROOT/testdata
SHARED=${CDP_SHARED:-$ROOT/../shared}		# public test sets, where they are
PATH=$BUILD:$PATH
unset CDP_STATE
export LC_ALL=C.UTF-8

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
}

# Runs a command with stdout in ./out and stderr in ./err; status in $status.
run_split() {
	status=0
	"$@" >out 2>err || status=$?
}

# A sanitizer brings its own allocator, maps terabytes and has frames several times as large.
need_plain_memory() {
	! ldd "$BUILD"/cdp-* 2>/dev/null | grep -q libasan || skip "a sanitizer owns memory here"
}

# Makes the locales of the tests, which write 1,5; where that cannot be a row of them proves
# nothing, so it skips.
comma_locale() {
	export LOCPATH=$BATS_TEST_TMPDIR/locales
	mkdir -p "$LOCPATH"
	localedef -i de_DE -f UTF-8 "$LOCPATH/de_DE.UTF-8" 2>/dev/null &&
	localedef -i tr_TR -f UTF-8 "$LOCPATH/tr_TR.UTF-8" 2>/dev/null &&
	[ "$(LC_ALL=de_DE.UTF-8 locale decimal_point)" = , ] ||
	    skip "no locale with a decimal comma can be made (Debian: locales)"
}
