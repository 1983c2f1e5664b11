# SPDX-License-Identifier: Apache-2.0
# cdp-consent lint and publish: one bad policy for every rule, and what a later version will take
bats_require_minimum_version 1.5.0
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	cp "$ROOT/share/examples/policy.json" policy.json
	unset CDP_STATE
}

# change FILTER: policy.json changed by jq, as changed.json
change() {
	jq "$1" policy.json >changed.json
}

# The changed policy has exactly one finding: LEVEL CODE PATH; errors end with 1, warnings with 0.
finds() {
	local level=$1 code=$2 path=$3 want=1

	[ "$level" = error ] || want=0
	change "$4"
	run_split cdp-consent lint --policy changed.json
	[ "$status" -eq "$want" ] || { echo "$code $4: status $status"; cat out err; return 1; }
	[ "$(cut -d: -f1 out)" = "$level $code $path" ] || { echo "$code $4:"; cat out; return 1; }
}

@test "the policies we ship have neither errors nor warnings" {
	local policy
	for policy in "$ROOT/share/examples/policy.json" "$DATA/demo/policy.json"; do
		run -0 --separate-stderr cdp-consent lint --strict --policy "$policy"
		assert_output ""
	done
}

@test "L101: a member is unknown, missing, of another type or out of range" {
	finds error L101 '$.purposes[0].colour' '.purposes[0].colour = "red"'
	finds error L101 '$.colour' '.colour = 1'
	finds error L101 '$.controllers[0].legal_name' 'del(.controllers[0].legal_name)'
	finds error L101 '$.purposes[3].channels' '.purposes[3].channels = "email"'
	finds error L101 '$.purposes[3].min_version' '.purposes[3].min_version = 0'
	finds error L101 '$.notices[0]' '.notices[0].sha256 = "9f86"'
	finds error L101 '$.effective_from' '.effective_from = "soon"'
	finds error L101 '$.purposes[3].basis["*"].max_age' '.purposes[3].basis["*"].max_age = "2 years"'
	finds error L101 '$.defaults' '.defaults.future_tolerance = "PT2H"'
	finds error L101 '$.sources[1].tz' '.sources[1].tz = "Europe/Berlin"'
	finds error L101 '$.sources[1].notice_at_collection' '.sources[1].notice_at_collection = "privacy"'
	finds error L101 '$.purposes[2].basis.type' '.purposes[2].basis["*"] += {type: "legal_obligation", citation: "x"}'
}

@test "L101: an id has one spelling" {
	local id
	for id in '' North 'north shops' '-north' 'nörth' "$(printf 'n%.0s' {1..65})"; do
		finds error L101 '$.id' ".id = \"$id\""
	done
}

@test "L101: a purpose that stands twice is found" {
	finds error L101 '$.purposes[4].id' '.purposes += [.purposes[2]]'
}

@test "L102: a name that leads to nothing" {
	finds error L102 '$.sources[0].controller' '.sources[0].controller = "nobody"'
	finds error L102 '$.sources[0].purposes' '.sources[0].purposes += ["nothing"]'
	finds error L102 '$.sources[0].notice_at_collection' '.sources[0].notice_at_collection = "privacy@4"'
	finds error L102 '$.notices[0].purposes' '.notices[0].purposes += ["nothing"]'
	finds error L102 '$.purposes[3].channels' '.purposes[3].channels += ["pigeon"]'
	finds error L102 '$.purposes[3].notice' '.purposes[3].notice = "ghost"'
	finds error L102 '$.purposes[3].notice' '.notices[1].purposes = ["order_fulfilment"]'
	finds error L102 '$.purposes[2].compatible_from' '.purposes[2].compatible_from = [{purpose: "nothing", assessment: "a"}]'
	finds error L102 '$.destinations[0].controller' '.destinations[0].controller = "nobody"'
	finds error L102 '$.destinations[0].purposes' '.destinations[0].purposes += ["nothing"]'
	finds error L102 '$.destinations[0].channel' '.destinations[0].channel = "pigeon"'
	finds error L102 '$.joint_groups[0].members' '.joint_groups = [{id: "g", members: ["north", "south"]}]'
	finds error L102 '$.views' '.views.nothing = ["email"]'
}

@test "L103: no regime, or a purpose without a basis for one in use" {
	finds error L103 '$.regimes' '.regimes = []'
	finds error L103 '$.purposes[2].basis' '.purposes[2].basis = {}'
	finds error L103 '$.purposes[2].basis' 'del(.purposes[2].basis)'
	finds error L103 '$.purposes[2].basis' '.purposes[2].basis = {BR: .purposes[2].basis["*"]}'
}

@test "L104: a basis lacks what its type requires" {
	finds error L104 '$.purposes[3].basis' 'del(.purposes[3].basis["*"].max_age)'
	finds error L104 '$.purposes[3].basis' 'del(.purposes[3].notice)'
	finds error L104 '$.purposes[3].basis' 'del(.purposes[3].min_version)'
	finds error L104 '$.purposes[1].basis' 'del(.purposes[1].basis["*"].lia_ref)'
	finds error L104 '$.purposes[0].basis' 'del(.purposes[0].basis["*"].citation)'
}

@test "L104: the first policy claims an earlier registration only with a reference" {
	change 'del(.purposes[1].basis["*"].registered_ref)'
	run_split cdp-consent init --state state --subjects keyed --name a/b --new-keys \
		--policy changed.json --as-of 2026-01-01T00:00:00Z
	[ "$status" -eq 2 ]
	grep -qF 'L104 $.purposes[1].basis' err
	[ ! -e state ]
}

@test "L105: direct marketing rests on no contract" {
	finds error L105 '$.purposes[2].basis' '.purposes[2].direct_marketing = true'
}

@test "L108: consent is not the price of a service" {
	finds error L108 '$.purposes[3].required_for_service' '.purposes[3].required_for_service = true'
}

@test "L109: per_identifier needs counsel, and a channel" {
	finds error L109 '$.purposes[3].conflict' '.purposes[3].conflict = "per_identifier"'
	finds error L109 '$.purposes[2].conflict' '.purposes[2] += {conflict: "per_identifier", counsel_ref: "c-1"}'
}

@test "L110: min_version is above every published version" {
	finds error L110 '$.purposes[3].min_version' '.purposes[3].min_version = 8'
	change '.purposes[3].min_version = 7'
	run -0 cdp-consent lint --strict --policy changed.json
}

@test "L111: no edge from a purpose on consent, none without an assessment" {
	finds error L111 '$.purposes[2].compatible_from' '.purposes[2].compatible_from = [{purpose: "marketing.newsletter", assessment: "a"}]'
	finds error L111 '$.purposes[1].compatible_from' '.purposes[1].compatible_from = [{purpose: "order_fulfilment"}]'
}

@test "L112: a country outside the area needs a safeguard, and nothing is sold" {
	finds error L112 '$.destinations[0].transfer' '.destinations[0].countries = ["DE", "US"]'
	finds error L112 '$.destinations[0].transfer' '.destinations[0].recipient.country = "US"'
	finds error L112 '$.destinations[0].sale_or_share' '.destinations[0].sale_or_share = true'
	change '.destinations[0] += {countries: ["US"], transfer: {safeguard: "scc", reference: "scc-1"}}'
	run -0 cdp-consent lint --strict --policy changed.json
	change '.destinations[0].countries = ["CH"]'	# found adequate
	run -0 cdp-consent lint --strict --policy changed.json
}

@test "L113: no credential leaves, and no protected field without a condition" {
	finds error L113 '$.destinations[0].fields' '.destinations[0].fields += ["attributes.password"]'
	finds error L113 '$.views' '.views["marketing.newsletter"] += ["attributes.password"]'
	finds error L113 '$.views' '.views["marketing.newsletter"] += ["attributes.diet"]'
	change '.views["marketing.newsletter"] += ["attributes.diet"] | .purposes[3].special_condition = "art9-2a"'
	run -0 cdp-consent lint --strict --policy changed.json
}

@test "L114: linking and compliance are purposes like others" {
	finds error L114 '$.purposes' 'del(.purposes[0])'
	finds error L114 '$.purposes' 'del(.purposes[1]) | del(.. | .purposes? // empty | arrays | .[] | select(. == "identity_resolution"))'
}

@test "L115: compliance goes to an authority or the subject, and is no marketing" {
	finds error L115 '$.destinations[0].role' '.destinations[0].purposes = ["compliance"]'
	change '.purposes[0].direct_marketing = true'
	run -1 cdp-consent lint --policy changed.json
	assert_line --partial 'L115 $.purposes[0].compliance'
}

@test "warnings: what is lawful and may still surprise" {
	finds warning L201 '$.purposes[3].basis.max_age' '.purposes[3].basis["*"].max_age = "P25M"'
	finds warning L202 '$.sources[1].tz' 'del(.sources[1].tz)'
	finds warning L205 '$.purposes[1].basis' '.purposes[1].direct_marketing = true'
	finds warning L208 '$.purposes[3].grant_inherits' '.purposes[3].grant_inherits = true'
	finds warning L209 '$.sources[0].notice_at_collection' '.sources[0].collected = "third_party" | del(.sources[0].notice_at_collection)'
	finds warning L210 '$.destinations[0].ends' 'del(.destinations[0].ends)'
	finds warning L214 '$.defaults.quarantine_days' '.defaults.quarantine_days = 91'
}

@test "warnings give status 0, with --strict 1" {
	change '.defaults.quarantine_days = 91'
	run -0 cdp-consent lint --policy changed.json
	run -1 cdp-consent lint --strict --policy changed.json
	assert_output --partial "warning L214"
}

@test "what a later version will evaluate is refused by its name" {
	local member
	for member in sale share special automated_decision adm child_directed retention; do
		change ".purposes[3].$member = \"P1Y\""
		run_split cdp-consent lint --policy changed.json
		[ "$status" -eq 1 ]
		[ "$(cat out)" = "error L101 \$.purposes[3].$member: not in this version" ]
	done
	for member in regime_dir importers datamap backdated; do
		change ".$member = {a: 1}"
		run_split cdp-consent lint --policy changed.json
		[ "$status" -eq 1 ]
		[ "$(cat out)" = "error L101 \$.$member: not in this version" ]
	done
}

@test "a member of a later version that says no is taken" {
	change '.purposes[3] += {sale: false, share: null} | .backdated = false'
	run -0 cdp-consent lint --strict --policy changed.json
}

@test "bases and regimes of a later version are refused by name" {
	local type
	for type in vital_interests public_task soft_opt_in notice_opt_out; do
		change ".purposes[2].basis[\"*\"].type = \"$type\""
		run -1 cdp-consent lint --policy changed.json
		assert_output 'error L101 $.purposes[2].basis["*"].type: not in this version'
	done
	change '.regimes = ["EU", "BR"]'
	run -1 cdp-consent lint --policy changed.json
	assert_output 'error L101 $.regimes: not in this version: a regime other than EU'
}

@test "a directory of parts is one policy, whatever the parts" {
	mkdir parts
	jq '{schema, id, effective_from, regimes, defaults, controllers, notices, purposes: .purposes[:2]}' policy.json >parts/10.json
	jq '{purposes: .purposes[2:], sources, destinations, views, shared, fields}' policy.json >parts/20.json
	echo "not a part" >parts/README
	run -0 --separate-stderr cdp-consent lint --strict --policy parts
	assert_output ""
	run_split cdp-consent init --state whole --subjects keyed --name a/b --new-keys --policy policy.json --as-of 2026-01-01T00:00:00Z
	run_split cdp-consent init --state split --subjects keyed --name a/b --new-keys --policy parts --as-of 2026-01-01T00:00:00Z
	[ "$status" -eq 0 ]
	[ "$(ls whole/ledger/policies)" = "$(ls split/ledger/policies)" ]
}

@test "a member in two parts, and a directory without parts, cannot be read" {
	mkdir parts empty
	cp policy.json parts/10.json
	echo '{"id":"south"}' >parts/20.json
	run -2 cdp-consent lint --policy parts
	assert_output --partial '20.json: member "id" stands in two parts of the policy'
	run -2 cdp-consent lint --policy empty
}

@test "a key that stands twice, at any depth, makes a policy unreadable" {
	sed 's/"id": "north",/"id": "north", "id": "south",/' policy.json >changed.json
	run -2 cdp-consent lint --policy changed.json
	sed 's/"direct_marketing": true,/"direct_marketing": true, "direct_marketing": false,/' policy.json >changed.json
	run -2 cdp-consent lint --policy changed.json
	assert_output --partial "occurs twice"
}

@test "a policy may be nested 16 deep, not 17" {
	change '.defaults.jurisdictions = reduce range(14) as $i (1; [.])'
	run -0 cdp-consent lint --policy changed.json
	change '.defaults.jurisdictions = reduce range(15) as $i (1; [.])'
	run -2 cdp-consent lint --policy changed.json
	assert_output --partial "16 deep"
}

@test "what cannot be read gives status 2 and no finding" {
	local bad
	: >empty
	echo '{"schema":' >torn
	printf '{"id":"\xff"}' >bytes
	change '.purposes[3].min_version = 5.5'
	mv changed.json fraction
	for bad in nowhere empty torn bytes fraction; do
		run_split cdp-consent lint --policy "$bad"
		[ "$status" -eq 2 ] || { echo "$bad: $status"; return 1; }
		[ ! -s out ] || { echo "$bad"; return 1; }
	done
	run -2 cdp-consent lint
	echo '[]' >list
	run_split cdp-consent lint --policy list
	[ "$status" -ne 0 ]
}

@test "lint --json gives an object a finding" {
	change '.defaults.quarantine_days = 91 | .purposes[3].min_version = 8'
	run -1 --separate-stderr cdp-consent lint --json --policy changed.json
	[ "$(jq -sc 'map([.level, .code, .path])' <<<"$output")" = \
		'[["error","L110","$.purposes[3].min_version"],["warning","L214","$.defaults.quarantine_days"]]' ]
}

# ---- publish ----

ledger() {
	export CDP_STATE=$PWD/state
	run_split cdp-consent init --subjects keyed --name a/b --new-keys --policy policy.json --as-of 2026-01-01T00:00:00Z
	[ "$status" -eq 0 ]
	cp state/ledger/log.ndjson before
}

publish() {
	run_split cdp-consent publish --policy changed.json --as-of "$1"
}

# Nothing was written: neither a line nor a policy.
unchanged() {
	cmp before state/ledger/log.ndjson
	[ "$(find state/ledger/policies -type f | wc -l)" -eq 1 ]
}

@test "publish puts a later policy behind the first" {
	ledger
	change '.effective_from = "2026-03-01T00:00:00Z"'
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 0 ]
	[ "$(wc -l <state/ledger/log.ndjson)" -eq 2 ]
	run -0 cdp-consent verify
}

@test "publish refuses a policy with errors, and names them" {
	ledger
	change '.effective_from = "2026-03-01T00:00:00Z" | .purposes[3].min_version = 8'
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 2 ]
	grep -qF 'L110 $.purposes[3].min_version' err
	unchanged
}

@test "L116: a later policy begins neither in the past nor before the one in force" {
	ledger
	change '.effective_from = "2026-01-31T00:00:00Z"'
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 2 ]
	grep -qF 'L116 $.effective_from before the publication' err
	change '.effective_from = "2025-12-31T00:00:00Z"'
	publish 2026-02-01T00:00:00Z
	[ "$status" -eq 2 ]
	grep -qF 'L116 $.effective_from before the policy now in force' err
	unchanged
}

@test "a policy is published once" {
	ledger
	jq . policy.json >changed.json	# other bytes, the same policy
	publish 2026-01-01T00:00:00Z
	[ "$status" -eq 1 ]
	grep -q "published already" err
	unchanged
}

@test "publish without a ledger decides nothing" {
	jq -S . policy.json >changed.json
	CDP_STATE=$PWD/none publish 2026-01-01T00:00:00Z
	[ "$status" -eq 4 ]
	[ ! -e none ]
}

@test "an entry that stands twice would hide the stricter one, and is refused" {
	local list
	for list in controllers notices sources destinations; do
		jq ".$list += [.$list[0]]" "$DATA/demo/policy.json" >twice.json
		run_split cdp-consent lint --policy twice.json
		[ "$status" -eq 1 ] || { echo "$list: $status"; return 1; }
		grep -q "L101 .*$list.*stands twice" out
	done
	jq '.fields = [{"path":"attributes.x","category":"ordinary"},{"path":"attributes.x","category":"special"}]' \
		"$DATA/demo/policy.json" >twice.json
	run_split cdp-consent lint --policy twice.json
	[ "$status" -eq 1 ]
}
