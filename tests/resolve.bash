# SPDX-License-Identifier: Apache-2.0
# Loaded by the tests of cdp-resolve: records in a line each, and what became of them.
# shellcheck shell=bash

# A stream of the lines on standard input.
stream() {
	local n
	cat > body
	n=$(wc -l < body)
	printf '{"kind":"stream","schema":"cdp/1","tool":"test","version":"0"}\n'
	cat body
	printf '{"kind":"end","in":%d,"out":%d,"ok":true}\n' "$n" "$n"
}

gated() {
	stream | sed '1s/.*/{"kind":"stream","schema":"cdp\/1","tool":"cdp-consent","version":"0","command":"gate","purpose":"'"$1"'"}/'
}

# rec SOURCE:KEY [MEMBERS]: a record that may be linked; raw: one that says no purpose.
rec() {
	raw "$1" "\"purposes\":[\"identity_resolution\"]${2:+,$2}"
}

raw() {
	printf '{"kind":"record","id":"%s","source":"%s","key":"%s"%s}\n' "$1" "${1%%:*}" "${1#*:}" "${2:+,$2}"
}

mail() {
	printf '"email":["%s"]' "$1"
}

name() {
	printf '"given_name":"%s","family_name":"%s"' "$1" "$2"
}

# The members of each profile, a line each, sorted.
groups() {
	jq -r 'select(.kind == "profile").members | join(" ")' out | sort
}

# Whether some line of $2 satisfies the filter $1.
some() {
	jq -c "$1" "$2" | grep -qx true
}

figure() {
	jq -c ".$1" summary
}

# Most tests are about exact keys; each_mode runs one in both modes.
resolve() {
	run_split cdp-resolve -q --mode "${MODE:-exact}" --summary summary "$@"
}

each_mode() {
	for MODE in exact auto; do
		echo "# --mode $MODE"
		"$@"
	done
}

rules() {
	printf '{"schema":"cdp-rules/1",%s}' "$1" > rules.json
}

people() {
	awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) {
		p = i % 3 == 0 ? i - 1 : i
		printf "{\"kind\":\"record\",\"id\":\"%s:%05d\",\"source\":\"%s\",\"key\":\"%05d\",\"observed_at\":\"20%02d-01-01\",\"given_name\":\"%s\",\"family_name\":\"Costa\",\"email\":[\"p%d@example.com\"],\"birthdate\":\"19%02d-03-%02d\",\"identifiers\":{\"loyalty\":[\"L%d\"]},\"purposes\":[\"identity_resolution\"]}\n",
			i % 2 ? "crm" : "shop", i, i % 2 ? "crm" : "shop", i, 10 + i % 9, p % 2 ? "Ana" : "Rui", p, 40 + p % 50, 1 + p % 28, int(p / 7)
	} }'
}

# Three records, two persons.
life() {
	rec a:1 "$(mail x@example.com),\"observed_at\":\"2020-01-01\""
	rec a:2 "$(mail x@example.com),\"observed_at\":\"2021-01-01\""
	rec a:3 "$(mail y@example.com),\"observed_at\":\"2022-01-01\""
}
