#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages named as arguments that are missing; called by `make deps`.
missing=
for package in "$@"; do
	case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
	'install ok installed') ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0
as_root=
if [ "$(id -u)" -ne 0 ]; then
	as_root=$(command -v sudo) || {
		echo "deps: not root and no sudo; please install:$missing" >&2
		exit 1
	}
fi
echo "deps: installing$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # the list is words
if ! { $as_root apt-get update -qq && $as_root apt-get install -y -qq $missing; } >/dev/null 2>&1; then
	echo "deps: apt-get could not install:$missing" >&2
	exit 1
fi
