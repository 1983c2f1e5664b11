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

# ---- a policy's own regimes ----

# own ID CHANGE: law/ID.json, a good file changed by jq
own() {
	mkdir -p law
	jq -n --arg id "$1" '{schema: "cdp-regime/1", $id, dated: "2026-01-01", sources: ["https://law.example/1"],
		countries: ["AU"], bases: ["consent", "contract", "legitimate_interests", "legal_obligation"]} | '"$2" >"law/$1.json"
}

# finds PATH TEXT: the only fault of the policy with regimes EU and AU
finds() {
	jq '.regimes = ["EU", "AU"] | .regime_dir = "law"' policy.json >changed.json
	run_split cdp-consent lint --policy changed.json
	[ "$status" -eq 1 ] && [ "$(cat out)" = "error L101 $1: $2" ] || { echo "status $status"; cat out err; return 1; }
}

@test "a regime of the policy's own stands in a file of regime_dir" {
	own AU .
	jq '.regimes = ["EU", "AU"] | .regime_dir = "law"' policy.json >changed.json
	run_split cdp-consent lint --strict --policy changed.json
	[ "$status" -eq 0 ] && [ ! -s out ] || { cat out err; return 1; }
	mkdir parts && cp -r law parts && mv changed.json parts/1.json	# of a directory it is inside
	run -0 cdp-consent lint --strict --policy parts
}

@test "a regime_dir that is not there is no law, not the one that is built in" {
	jq '.regime_dir = "law"' policy.json >changed.json
	run -2 cdp-consent lint --policy changed.json
	assert_output --partial "regime_dir: no directory law"
	touch law
	run -2 cdp-consent lint --policy changed.json
	rm law
	mkdir law && ln -s loop law/EU.json && ln -s EU.json law/loop	# there, and not to be opened
	run -2 cdp-consent lint --policy changed.json
}

@test "what is published holds the regimes of its own, and no longer needs their files" {
	own AU .
	own EU '.extends = "AU"'	# taken before the one that is built in
	jq '.regimes = ["EU"] | .regime_dir = "law"' policy.json >changed.json
	cdp-consent init -q --state state --subjects keyed --name a/b --new-keys --policy changed.json --as-of 2026-01-01T00:00:00Z
	jq -e '(.regime_files | keys) == ["AU", "EU"] and (has("regime_dir") | not)' state/ledger/policies/*.json
	mv law gone
	echo '{"email":"ana@example.com"}' >who.json
	run_split cdp-consent decide --state state --purpose marketing.newsletter --subject-file who.json --as-of 2026-01-01T00:00:00Z
	[ "$status" -eq 0 ] || { cat err; return 1; }
	mv gone law
	own AU '.dated = "2026-01-02"'	# other law, another policy
	run -4 cdp-consent decide --state state --purpose marketing.newsletter --subject-file who.json --as-of 2026-01-01T00:00:00Z --policy changed.json
}

@test "what is published holds the law that is built in, and reads as the same policy again" {
	jq '.regimes = ["EU-DE", "US-CA"] | .destinations[0].transfer = {safeguard: "scc", reference: "r-1"}' policy.json >changed.json
	cdp-consent init -q --state state --subjects keyed --name a/b --new-keys --policy changed.json --as-of 2026-01-01T00:00:00Z
	jq -e '(.regime_files | keys) == ["EU", "EU-DE", "US", "US-CA"]' state/ledger/policies/*.json
	cp state/ledger/policies/*.json again.json
	run -1 cdp-consent publish --state state --policy again.json --as-of 2026-01-01T00:00:00Z
	assert_output --partial "published already"
	jq '.regime_files.EU.digital_age.default = 15' again.json >other.json	# as another program would have it
	echo '{"email":"ana@example.com"}' >who.json
	run -4 cdp-consent decide --state state --purpose marketing.newsletter --subject-file who.json --as-of 2026-01-01T00:00:00Z --policy other.json
	run -0 cdp-consent decide --state state --purpose marketing.newsletter --subject-file who.json --as-of 2026-01-01T00:00:00Z --policy changed.json
}

@test "regimes that extend each other in a ring are refused" {
	own AU '.extends = "NZ"'
	own NZ '.extends = "AU"'
	finds '$.regime_files.NZ.extends' "extends itself"
	own AU '.extends = "AU"'
	finds '$.regime_files.AU.extends' "extends itself"
	own AU '.extends = "nowhere"'
	jq '.regimes = ["EU", "AU"] | .regime_dir = "law"' policy.json >changed.json
	run -1 cdp-consent lint --policy changed.json
	assert_output 'error L102 $.regime_files.AU.extends: names a regime that is not there'
}

@test "whatever is wrong with a regime is told with its path" {
	own AU '.colour = "red"'
	finds '$.regime_files.AU.colour' "unknown member"
	own AU '.sources = []'
	finds '$.regime_files.AU.sources' "names no source"
	own AU '.sources = ["law"]'
	finds '$.regime_files.AU.sources' "a source is an address that begins with https://"
	own AU '.countries = []'
	finds '$.regime_files.AU.countries' "names no country"
	own AU '.id = "NZ"'
	finds '$.regime_files.AU.id' "not the name of its file"
	own AU '.sale_age = {opt_in_below: 16, guardian_below: 17}'
	finds '$.regime_files.AU.sale_age' "guardian_below or never_below is above opt_in_below"
	own AU '.channel_rules = [{channels: ["email"], when: "direct_marketing", allow: ["consnet"]}]'
	finds '$.regime_files.AU.channel_rules' "allows a basis that is not among its bases"
	own AU '.digital_age = {default: 16, by_country: {Portugal: 13}}'
	finds '$.regime_files.AU.digital_age.by_country' "not a country code like PT"
	own AU '.reask_after = "a year"'
	finds '$.regime_files.AU.reask_after' "not a duration like P24M or PT48H"
	own AU '.signals = {gpc: "maybe"}'
	jq '.regimes = ["EU", "AU"] | .regime_dir = "law"' policy.json >changed.json
	run -1 cdp-consent lint --policy changed.json
	assert_output --partial 'error L101 $.regime_files.AU.signals.gpc'
}

@test "a file of a regime that cannot be read makes the policy unreadable" {
	mkdir law
	echo '{"id":"AU","id":"NZ"}' >law/AU.json
	jq '.regimes = ["EU", "AU"] | .regime_dir = "law"' policy.json >changed.json
	run -2 cdp-consent lint --policy changed.json
	assert_output --partial "occurs twice"
	jq '.regime_dir = "law" | .regime_files = {}' policy.json >changed.json
	run -2 cdp-consent lint --policy changed.json
	assert_output --partial "not both"
	jq '.regime_dir = 5' policy.json >changed.json
	run -1 cdp-consent lint --policy changed.json
	assert_output --partial 'error L101 $.regime_dir'
}
