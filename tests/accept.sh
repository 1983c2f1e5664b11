#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# accept.sh TOOL/CASE: takes what the tool says now as what it must say. Read the diff.
set -eu
[ $# -eq 1 ] || { echo "usage: tests/accept.sh TOOL/CASE" >&2; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)
[ -f "$root/testdata/$1/args" ] || { echo "no testdata/$1/args" >&2; exit 2; }
PATH=${CDP_BUILD:-$root/build}:$PATH
export PATH
"$root/tests/golden.sh" "$root/testdata/$1" "$root/testdata/$1"
