#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# golden.sh DIR OUTDIR: runs the case in a copy of DIR; writes out, err and status to OUTDIR.
# The tool is the name of the directory above the case, found on PATH as cdp-TOOL; each line of
# args is evaluated as words. The digest of the built-in data changes with the data, so it is
# replaced, and the version too.
set -eu
dir=$1 to=$2
tool=cdp-$(basename "$(dirname "$dir")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$dir"/* "$work"
rm -f "$work/out" "$work/err" "$work/status"
mkdir -p "$to"
to=$(cd "$to" && pwd)
set +e
(cd "$work" && eval "set -- $(tr '\n' ' ' <args)" && "$tool" "$@") >"$to/out.raw" 2>"$to/err"
echo $? >"$to/status"
set -e
sed -E 's/"data":"[0-9a-f]{64}"/"data":"DATA"/; s/"version":"[0-9.]+"/"version":"VERSION"/' \
	<"$to/out.raw" >"$to/out"
rm -f "$to/out.raw"
