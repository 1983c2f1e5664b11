# SPDX-License-Identifier: Apache-2.0
# share/regimes: every file loads, says how old it is and where it is from, and agrees with the others
bats_require_minimum_version 1.5.0
load helpers
load policy

REGIMES=$ROOT/share/regimes

setup() {
	own_policy
}

# all FILTER: a list of what jq finds true of every file
each() {
	local file
	for file in "$REGIMES"/*.json; do
		jq -e "$1" "$file" >/dev/null || { echo "$file: not $1"; return 1; }
	done
}

@test "every regime that we ship loads without a fault" {
	local id
	jq -n '[inputs.id]' "$REGIMES"/*.json >ids
	[ "$(jq length ids)" -ge 53 ]
	jq --slurpfile ids ids '.regimes = $ids[0] | .destinations[0].transfer = {safeguard: "scc", reference: "r-1"}' policy.json >changed.json
	run_split cdp-consent lint --policy changed.json
	cat out err
	[ "$status" -eq 0 ]
	[ ! -s out ]
}

@test "every regime opens by the words for counsel, is dated, and names its sources and doubts" {
	local file
	for file in "$REGIMES"/*.json; do
		[ "$(head -c 39 "$file")" = '{"//": "A start for counsel to confirm.' ] || { echo "$file"; return 1; }
	done
	each '.dated | test("^20[0-9]{2}-[0-9]{2}-[0-9]{2}$")'
	each '.sources | length > 0 and all(test("^https://[^ ]+$"))'
	each '.x_uncertain | length > 0'
	each '.x_grounds | length > 0'
	each '.id == (input_filename | split("/")[-1] | rtrimstr(".json"))'
}

@test "the ages of the overlays are those of EU, from 13 to 16" {
	local file country
	for file in "$REGIMES"/EU-*.json; do
		country=$(jq -r '.countries[0]' "$file")
		[ "$(jq .digital_age.default "$file")" -eq "$(jq ".digital_age.by_country.$country" "$REGIMES/EU.json")" ] ||
			{ echo "$file"; return 1; }
	done
	[ "$(find "$REGIMES" -name 'EU-*.json' | wc -l)" -eq "$(jq '.countries | length' "$REGIMES/EU.json")" ]
	jq -e '(.digital_age.by_country | keys) == .countries and ([.digital_age.by_country[]] | min == 13 and max == 16)' \
		"$REGIMES/EU.json"
}

# Written down once more by hand, so that a slip of the pen in a file is seen.
@test "ages and signals are those that the laws are known for" {
	age() {
		jq -r "$2" "$REGIMES/$1.json"
	}
	[ "$(age EU '[.digital_age.by_country | to_entries[] | select(.value == 13).key] | join(" ")')" = \
		"BE EE FI IS LV MT NO PT SE" ]
	[ "$(age EU '[.digital_age.by_country | to_entries[] | select(.value == 14).key] | join(" ")')" = \
		"AT BG CY ES IT LT" ]
	[ "$(age EU '[.digital_age.by_country | to_entries[] | select(.value == 15).key] | join(" ")')" = \
		"CZ DK FR GR SI" ]
	[ "$(age BR .digital_age.default)" -eq 12 ]
	[ "$(age US .digital_age.default)" -eq 13 ]
	[ "$(age US-CA '.sale_age | "\(.opt_in_below) \(.guardian_below) \(.never_below)"')" = "16 13 null" ]
	[ "$(jq -rs '[.[] | select(.signals.gpc == "sale").id] | sort | join(" ")' "$REGIMES"/US*.json)" = \
		"US-CA US-CO US-CT US-DE US-MD US-MN US-MT US-NE US-NH US-NJ US-OR US-TX" ]
	[ "$(jq -rs '[.[] | select(.sale_age.never_below).id] | sort | join(" ")' "$REGIMES"/US-*.json)" = \
		"US-CT US-MD US-OR" ]
}
