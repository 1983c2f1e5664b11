#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A power cut, on an ext4 file system in a file: what was synced is in the file, what only the kernel
# knows is not. Each call has mounts of its own, which end with it. Needs root.
#	power.sh make IMAGE DIRECTORY		a disk with this on it
#	power.sh cut IMAGE AFTER CALL N WORDS...	runs WORDS on a copy, killed at the N-th such call (0: at none),
#						and AFTER is that disk without power; the status is that of WORDS;
#						AFTER.trace has its calls of fsync and fdatasync
#	power.sh on IMAGE WORDS...		runs WORDS there, and IMAGE is what was synced then
# $PRELOAD is what WORDS of cut run with.
set -e
if [ "${POWER_APART:-}" != yes ]; then
	POWER_APART=yes exec unshare -m "$0" "$@"
fi
what=$1 image=$(realpath "$2")
shift 2
place=$(mktemp -d "$(dirname "$image")/power.XXXXXX")
trap 'cd /; umount -l "$place/disk" 2>/dev/null || true; rm -rf "$place"' EXIT
mkdir "$place/disk"

# The journal is written when somebody syncs, and not because five seconds are over.
on_disk() {
	mount -o loop,commit=900 "$1" "$place/disk"
	cd "$place/disk"
}

case $what in
make)
	from=$(realpath "$1")
	truncate -s 8M "$image"
	mkfs.ext4 -q -J size=1 "$image"
	on_disk "$image"
	cp -a "$from/." .
	cd "$place" && umount "$place/disk"
	;;
cut)
	after=$(realpath "$1") call=$2 n=$3 status=0
	shift 3
	cp "$image" "$place/image"
	on_disk "$place/image"
	inject=(-e "inject=$call:signal=KILL:when=$n")
	[ "$n" -gt 0 ] || inject=()
	strace -f -o "$after.trace" -e trace=fsync,fdatasync "${inject[@]}" \
	    env ${PRELOAD:+LD_PRELOAD="$PRELOAD"} "$@" >/dev/null 2>"$place/err" || status=$?
	cp "$place/image" "$after"
	exit $status
	;;
on)
	cp "$image" "$place/image"
	on_disk "$place/image"
	status=0
	"$@" || status=$?
	cp "$place/image" "$image"
	exit $status
	;;
esac
