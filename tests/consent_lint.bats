# SPDX-License-Identifier: Apache-2.0
# cdp-consent lint: one bad policy for every rule, and what a later version will take
bats_require_minimum_version 1.5.0
load helpers
load policy

setup() {
	own_policy
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

# The changed policy has nothing wrong, not even a warning.
clean() {
	change "$1"
	run_split cdp-consent lint --strict --policy changed.json
	[ "$status" -eq 0 ] && [ ! -s out ] || { echo "$1: status $status"; cat out err; return 1; }
}

@test "the policies we ship have neither errors nor warnings" {
	local policy
	for policy in "$ROOT/share/examples/policy.json" "$DATA/demo/policy.json"; do
		run -0 --separate-stderr cdp-consent lint --strict --policy "$policy"
		assert_output ""
	done
}

# The finding of the policy that testdata/consent/lint/CODE.jq makes bad; a later policy is published.
codes_of() {
	case $1 in
	L116 | L212)
		rm -rf state
		cdp-consent init -q --state state --subjects keyed --name a/b --new-keys --policy policy.json --as-of 2026-01-01T00:00:00Z
		run_split cdp-consent publish --state state --policy changed.json --as-of 2026-02-01T00:00:00Z
		grep -oE 'L[0-9]{3}' err | sort -u ;;
	L207)
		cdp-consent lint --policy changed.json --sample "$DATA/consent/lint/sample.ndjson" | cut -d' ' -f2 | sort -u ;;
	*)
		cdp-consent lint --policy changed.json | cut -d' ' -f2 | sort -u ;;
	esac
}

@test "each code has a bad policy, and is all that lint finds there" {
	local code bad=0 n=0
	for code in L1{01..16} L2{01..17}; do
		n=$((n + 1))
		jq -f "$DATA/consent/lint/$code.jq" policy.json >changed.json
		[ "$(codes_of "$code")" = "$code" ] || { echo "$code: $(codes_of "$code")"; bad=1; }
	done
	[ "$n" -eq "$(find "$DATA/consent/lint" -name '*.jq' | wc -l)" ]
	[ "$bad" -eq 0 ]
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

@test "L102: what a notice and the defaults name is there" {
	finds error L102 '$.notices[0].material' '.notices[0].material = ["marketing.newsletter"]'
	clean '.notices[0].material = ["order_fulfilment"]'
	finds error L102 '$.notices[1].recipients' '.notices[1].recipients = ["nobody"]'
	finds error L102 '$.defaults.jurisdictions' '.defaults.jurisdictions = ["EU", "BR"]'
	clean '.defaults.jurisdictions = ["EU"]'
	finds error L102 '$.purposes[2].basis' '.purposes[2].basis.BR = .purposes[2].basis["*"]'
}

@test "L101: an empty reference is none, whatever the blanks in it" {
	local empty
	for empty in '""' '"  "' '"\t"'; do
		finds error L101 '$.purposes[1].basis["*"].lia_ref' ".purposes[1].basis[\"*\"].lia_ref = $empty"
		finds error L101 '$.purposes[0].basis["*"].citation' ".purposes[0].basis[\"*\"].citation = $empty"
		finds error L101 '$.purposes[2].basis["*"].registered_ref' ".purposes[2].basis[\"*\"].registered_ref = $empty"
		finds error L101 '$.purposes[1].compatible_from[0].assessment' \
			".purposes[1].compatible_from = [{purpose: \"order_fulfilment\", assessment: $empty}]"
		finds error L101 '$.purposes[3].special_condition' ".purposes[3].special_condition = $empty"
		finds error L101 '$.purposes[3].counsel_ref' ".purposes[3] += {conflict: \"per_identifier\", counsel_ref: $empty}"
		finds error L101 '$.purposes[3].notice' ".purposes[3].notice = $empty"
		finds error L101 '$.sources[0].notice_at_collection' ".sources[0].notice_at_collection = $empty"
		finds error L101 '$.controllers[0].legal_name' ".controllers[0].legal_name = $empty"
		finds error L101 '$.controllers[0].contact' ".controllers[0].contact = $empty"
		finds error L101 '$.destinations[0].recipient.name' ".destinations[0].recipient.name = $empty"
		finds error L101 '$.destinations[0].transfer.reference' \
			".destinations[0].transfer = {safeguard: \"scc\", reference: $empty}"
	done
	finds error L101 '$.destinations[0].transfer.safeguard' '.destinations[0].transfer = {reference: "r"}'
	clean '.purposes[1].compatible_from = [{purpose: "order_fulfilment", assessment: "a"}]'
}

@test "L101: a reference has at most 256 bytes" {
	clean '.purposes[1].basis["*"].lia_ref = "x" * 256'
	finds error L101 '$.purposes[1].basis["*"].lia_ref' '.purposes[1].basis["*"].lia_ref = "x" * 257'
}

@test "L101: countries and languages have the form of their standards" {
	local bad
	for bad in Portugal pt P PT- PT_11 XQ ''; do
		finds error L101 '$.controllers[0].country' ".controllers[0].country = \"$bad\""
		finds error L101 '$.sources[0].jurisdiction' ".sources[0].jurisdiction = \"$bad\""
		finds error L101 '$.destinations[0].recipient.country' ".destinations[0].recipient.country = \"$bad\""
		finds error L101 '$.destinations[0].countries' ".destinations[0].countries += [\"$bad\"]"
	done
	clean '.controllers[0].country = "PT-11" | .sources[0].jurisdiction = "EL"'
	clean '.destinations[0].countries = ["UK"]'	# GB, found adequate
	for bad in 'pt_PT' p 'pt-' '-PT' 'portuguese' ''; do
		finds error L101 '$.notices[0].lang' ".notices[0].lang = \"$bad\""
	done
	clean '.notices[0].lang = "zh-Hant-TW"'
}

@test "L101: a purpose has at most eight parts" {
	clean '.purposes[2].id = "a.b.c.d.e.f.g.h" | (.. | arrays) |= map(if . == "order_fulfilment" then "a.b.c.d.e.f.g.h" else . end) |
		.views = {"marketing.newsletter": .views["marketing.newsletter"], "a.b.c.d.e.f.g.h": ["email"]}'
	change '.purposes[2].id = "a.b.c.d.e.f.g.h.i"'
	run -1 cdp-consent lint --policy changed.json
	assert_output 'error L101 $.purposes[2].id: not an id'
}

@test "L101: what is wrong with a channel, a view or a group is never passed over" {
	finds error L101 '$.channels' '.channels = ["email"]'
	finds error L101 '$.channels' '.channels = {letter: ["adress"]}'
	clean '.channels = {letter: ["record"], tv: ["id.tv"]}'
	finds error L101 '$.views' '.views = []'
	finds error L101 '$.defaults' '.defaults = []'
	finds error L101 '$.shared' '.shared = "info"'
	finds error L101 '$.joint_groups[0].members' '.joint_groups = [{id: "g", members: ["north", "north"]}]'
	finds error L101 '$.joint_groups[0]' '.joint_groups = [{id: "g", members: ["north"]}]'
	finds error L101 '$.controllers[0].brands' '.controllers[0].brands = "North"'
	finds error L101 '$.controllers[0].dpo' '.controllers[0].dpo = ""'
	clean '.controllers[0] += {brands: ["North"], dpo: "dpo@north.example"}'
}

@test "L103: no regime, or a purpose without a basis for one in use" {
	finds error L103 '$.regimes' '.regimes = []'
	finds error L103 '$.purposes[2].basis' '.purposes[2].basis = {}'
	finds error L103 '$.purposes[2].basis' 'del(.purposes[2].basis)'
	change '.purposes[2].basis = {BR: .purposes[2].basis["*"]}'
	run -1 cdp-consent lint --policy changed.json
	assert_line --partial 'L103 $.purposes[2].basis'
	clean '.purposes[2].basis = {EU: .purposes[2].basis["*"]}'
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

# A grant that stands on an old version would pass as one for the new terms.
@test "L110: min_version lets a version count that a material one replaced" {
	local older='{id: "newsletter", version: 6, lang: "de-DE", published_at: "2025-06-01",
		purposes: ["marketing.newsletter"], sha256: .notices[1].sha256}'
	local material='.notices[1].material = ["marketing.newsletter"]'

	finds error L110 '$.purposes[3].min_version' ".notices += [$older] | $material"
	clean ".notices += [$older] | $material | .purposes[3].min_version = 7"
	clean ".notices += [$older]"
	clean "$material"	# nobody was shown a version from 5 to 6
	clean ".notices += [$older] | .notices[1] += {purposes: [\"marketing.newsletter\", \"order_fulfilment\"],
		material: [\"order_fulfilment\"]}"
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
	finds error L115 '$.destinations[0].role' '.destinations[0] += {purposes: ["compliance"], channel: "none"}'
	change '.purposes[0].direct_marketing = true'
	run -1 cdp-consent lint --policy changed.json
	assert_line --partial 'L115 $.purposes[0].compliance'
}

@test "warnings: what is lawful and may still surprise" {
	finds warning L201 '$.purposes[3].basis.max_age' '.purposes[3].basis["*"].max_age = "P25M"'
	finds warning L201 '$.purposes[3].basis.max_age' '.purposes[3].basis["*"].max_age = "P732D"'
	finds warning L201 '$.purposes[3].basis.max_age' '.purposes[3].basis["*"].max_age = "P23M32D"'
	clean '.purposes[3].basis["*"].max_age = "P731D"'
	clean '.purposes[3].basis["*"].max_age = "P23M31D"'
	finds warning L202 '$.sources[1].tz' 'del(.sources[1].tz)'
	finds warning L205 '$.purposes[1].basis' '.purposes[1].direct_marketing = true'
	finds warning L208 '$.purposes[3].grant_inherits' '.purposes[3].grant_inherits = true'
	finds warning L209 '$.sources[0].notice_at_collection' '.sources[0].collected = "third_party" | del(.sources[0].notice_at_collection)'
	finds warning L210 '$.destinations[0].ends' 'del(.destinations[0].ends)'
	finds warning L214 '$.defaults.quarantine_days' '.defaults.quarantine_days = 91'
}

@test "L203: the newest version of a notice lacks a language an older one had" {
	local more='.notices += [.notices[1] + {version: 8, lang: "pt-PT"}]'

	finds warning L203 '$.notices[1].lang' "$more"
	clean "$more | .notices += [.notices[1] + {version: 8}]"
	clean '.notices += [.notices[1] + {lang: "pt-PT"}]'
	clean '.notices += [.notices[1] + {id: "other", version: 8, lang: "pt-PT"}]'
}

@test "L204: a purpose with a channel leads nowhere" {
	finds warning L204 '$.purposes[2].channels' 'del(.views.order_fulfilment)'
	clean 'del(.views.order_fulfilment) | .purposes[2].channels = ["none"]'
	clean 'del(.views.order_fulfilment) | .destinations[0].purposes += ["order_fulfilment"]'
}

@test "L206: the rules of a regime are a year older than the policy" {
	clean '.effective_from = "2027-06-30T00:00:00Z"'
	finds warning L206 '$.regimes[0]' '.effective_from = "2027-06-30T00:00:00.001Z"'
}

@test "L211: two purposes with one title" {
	finds warning L211 '$.purposes[3].title' '.purposes[2].title = {en: "News", pt: "Loja"} | .purposes[3].title = {en: "News"}'
	clean '.purposes[2].title = {en: "News"} | .purposes[3].title = {pt: "News", en: "Newsletter"}'
	finds error L101 '$.purposes[3].title' '.purposes[3].title = "News"'
	finds error L101 '$.purposes[3].title.en' '.purposes[3].title = {en: 1}'
}

@test "L215: nothing in the policy selects a regime" {
	finds warning L215 '$.regimes[0]' '.defaults.jurisdictions = [] | .controllers[0].country = "BR"'
	clean '.defaults.jurisdictions = []'	# its controller is established in Portugal
	clean '.defaults.jurisdictions = [] | .controllers[0].country = "BR" | .sources[0].jurisdiction = "PT"'
	clean '.controllers[0].country = "BR"'
}

@test "L216: a source collects on consent, and no notice that counts asks for it" {
	local last='.notices += [.notices[1] + {version: 8, purposes: ["order_fulfilment"]}] | .purposes[3].min_version = 8'

	change "$last"
	run -0 cdp-consent lint --policy changed.json
	[ "$(cut -d: -f1 <<<"$output")" = 'warning L216 $.sources[0].purposes
warning L216 $.sources[1].purposes
warning L216 $.sources[2].purposes' ]
	clean "$last | .purposes[3].min_version = 7"
	clean "$last | .sources[].purposes -= [\"marketing.newsletter\"]"
}

@test "L217: a member has no effect beside the others" {
	finds warning L217 '$.purposes[3].adm' '.purposes[3].adm = {ground: "contract", logic: "ropa:9"}'
	clean '.purposes[3] += {adm: {ground: "contract", logic: "ropa:9"}, automated_decision: true}'
	finds warning L217 '$.purposes[0].conflict' '.purposes[0].conflict = "ask"'
	finds warning L217 '$.purposes[0].effective_min_from' '.purposes[0].effective_min_from = "2026-01-01T00:00:00Z"'
	finds warning L217 '$.purposes[0].basis' '.purposes[0].basis["*"].double_opt_in = true'
	finds warning L217 '$.destinations[0].channel' '.destinations[0].channel = "sms"'
	finds warning L217 '$.importers.segment.vendor' '.importers.segment.vendor = 7'
	finds warning L217 '$.regime_files.XY' '.regime_files.XY = {schema: "cdp-regime/1", id: "XY", extends: "EU"}'
	clean '.regime_files.XY = {schema: "cdp-regime/1", id: "XY", extends: "EU", dated: "2026-01-01", sources: ["https://law.example/xy"], countries: ["AU"]} | .regimes += ["XY"]'
}

@test "warnings give status 0, with --strict 1" {
	change '.defaults.quarantine_days = 91'
	run -0 cdp-consent lint --policy changed.json
	run -1 cdp-consent lint --strict --policy changed.json
	assert_output --partial "warning L214"
}

@test "what a later version will evaluate is refused by its name" {
	change '.datamap = {a: 1}'
	run_split cdp-consent lint --policy changed.json
	[ "$status" -eq 1 ]
	[ "$(cat out)" = 'error L101 $.datamap: not in this version' ]
}

@test "a flag that says no is taken" {
	change '.purposes[3] += {sale: false, special: false}'
	run -0 cdp-consent lint --strict --policy changed.json
}

@test "a regime is one that is there, once" {
	finds error L102 '$.regimes[1]' '.regimes = ["EU", "XX"]'
	finds error L101 '$.regimes[1]' '.regimes = ["EU", "EU"]'
	finds error L101 '$.regimes[1]' '.regimes = ["EU", "../EU"]'
}

@test "a directory of parts is one policy, whatever the parts" {
	mkdir parts
	jq '{schema, id, effective_from, regimes, defaults, shared, views, controllers, notices, purposes: .purposes[:2]}' policy.json >parts/10.json
	jq '{purposes: .purposes[2:], sources, destinations, fields}' policy.json >parts/20.json
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
	assert_output --partial '20.json: member "id" is no list, and another part of the policy carries those'
	echo '{"defaults":{}}' >parts/20.json	# even a member that stands once
	jq 'del(.defaults)' policy.json >parts/10.json
	run -2 cdp-consent lint --policy parts
	echo '{"//":"the lists","purposes":[],"x_more":[1]}' >parts/20.json
	cp policy.json parts/10.json
	cp policy.json parts/.hidden.json
	run -0 cdp-consent lint --strict --policy parts
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
	change '.x_deep = reduce range(15) as $i (1; [.])'
	run -0 cdp-consent lint --policy changed.json
	change '.x_deep = reduce range(16) as $i (1; [.])'
	run -2 cdp-consent lint --policy changed.json
	assert_output --partial "16 deep"
}

@test "a policy has at most 16 MiB, and a directory fewer than 1000 parts" {
	{ head -c 17000000 /dev/zero | tr '\0' ' '; cat policy.json; } >large.json
	run -2 cdp-consent lint --policy large.json
	mkdir halves
	head -c 9000000 large.json >halves/1.json	# blanks only, and never read
	cp halves/1.json halves/2.json
	cat policy.json >>halves/1.json
	run -2 cdp-consent lint --policy halves
	assert_output --partial 'larger than 16 MiB'
	mkdir parts
	cp policy.json parts/0.json
	(cd parts && seq 999 | while read -r i; do echo '{}' >"$i.json"; done)
	run -2 cdp-consent lint --policy parts
	assert_output --partial '1000 parts or more'
	rm parts/999.json
	run -0 cdp-consent lint --strict --policy parts
}

# X15: whoever names something is looked for from the begin of a list, so lists have an end.
@test "X15: a list has at most 4,096 entries, a policy 65,536 values, and no policy takes more than a second" {
	change '.fields = [range(4096) | {path: "attributes.x\(.)", category: "special"}]'
	run -0 cdp-consent lint --policy changed.json
	change '.fields = [range(4097) | {path: "attributes.x\(.)", category: "special"}]'
	run -2 cdp-consent lint --policy changed.json
	assert_output --partial 'a list of more than 4096'
	change '.x_all = [range(17) | [range(4096)]]'
	run -2 cdp-consent lint --policy changed.json
	assert_output --partial 'more than 65536 values'
	change '.x_all = ([range(4097)] | map({("k\(.)"): 1}) | add)'
	run -2 cdp-consent lint --policy changed.json
	# as many names as fit, each of them looked for in a list as long as may be
	while read -r much; do
		change "$much"
		run_split bash -c 'ulimit -t 1 && exec cdp-consent lint --policy changed.json'
		[ "$status" -le 1 ] || { echo "$status: $much"; return 1; }
	done <<-'END'
		.controllers += [range(4000) as $i | {id: "c\($i)", legal_name: "x", country: "PT", contact: "x"}] | .joint_groups = [range(8) | {id: "g\(.)", members: [range(4000) | "c\(3999 - .)"]}]
		.notices += [range(3000) as $i | .notices[1] | .version = $i + 10 | del(.material, .recipients)]
		.purposes += [range(2500) as $i | .purposes[3] | .id = "p.x\($i)" | del(.title)]
		.purposes += [range(900) as $i | .purposes[3] | .id = "p.x\($i)"] | .notices += [range(10) as $i | .notices[1] | .version = $i + 10 | .purposes = [range(900) as $i | "p.x\(899 - $i)"]]
		.sources += [range(3500) as $i | .sources[0] | .id = "x\($i)"]
		.fields += [range(4000) | {path: "attributes.x\(.)", category: "special"}] | .views[] += [range(4000) | "attributes.x\(3999 - .)"]
	END
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

@test "L207: every attribute of the sample should be declared" {
	run -0 cdp-consent lint --policy policy.json --sample "$DATA/consent/lint/sample.ndjson"
	assert_output 'warning L207 $.fields: attribute "shoe_size" of the sample is not declared'
	run -1 cdp-consent lint --strict --policy policy.json --sample "$DATA/consent/lint/sample.ndjson"
	clean '.fields += [{path: "attributes.shoe_size", category: "ordinary"}]'
	run -0 cdp-consent lint --strict --policy changed.json --sample "$DATA/consent/lint/sample.ndjson"
	assert_output ""
	printf '{"kind":"record","attributes":{"b\\u001b":1,"a":2,"b\\u001b":3}}\n' >twice
	run -3 cdp-consent lint --policy policy.json --sample twice	# a sample with bad lines is none
	printf '{"kind":"record","attributes":{"b\\u001b":1,"a":2}}\n{"kind":"link","attributes":{"c":1}}\n' >two
	run -0 cdp-consent lint --policy policy.json --sample two
	assert_output 'warning L207 $.fields: attribute "a" of the sample is not declared
warning L207 $.fields: attribute "b\u001b" of the sample is not declared'
	run -3 cdp-consent lint --policy policy.json --sample nowhere
	echo '{"kind":"stream","schema":"cdp/1","tool":"t"}' >cut
	run -3 cdp-consent lint --policy policy.json --sample cut
}

@test "a mapping says of its source what the policy says" {
	local map code
	for map in "$DATA"/demo/*.map.json; do
		run -0 cdp-consent lint --strict --policy "$DATA/demo/policy.json" --mapping "$map"
		assert_output ""
	done
	while read -r code change; do
		jq "$change" "$DATA/demo/app.map.json" >map.json
		run -1 cdp-consent lint --policy "$DATA/demo/policy.json" --mapping map.json
		assert_output --partial "error E_MAP_POLICY $code: "
		[ "${#lines[@]}" -eq 1 ]
	done <<-'END'
		$.source.name .source.name = "other"
		$.source.controller .source.controller = "south"
		$.source.controller del(.source.controller)
		$.source.channel .source.channel = "web"
		$.source.clock del(.source.clock)
		$.source.collected .source.collected = "public"
		$.source.purposes[0] .source.purposes[0].id = "nothing"
		$.source.purposes[0] .source.purposes[0].basis = "consent"
		$.source.purposes[2] .source.purposes += [{id:"compliance",basis:"legal_obligation",since:"2023-01-01"}]
		$.columns.newsletter.consent[0].purpose .columns.newsletter.consent[0].purpose = "nothing"
		$.columns.newsletter.consent[0].channel .columns.newsletter.consent[0].channel = "sms"
		$.columns.newsletter.consent[0].notice .columns.newsletter.consent[0].notice = "newsletter@9/de-DE"
		$.columns.newsletter.consent[0].notice .columns.newsletter.consent[0].notice = "newsletter@7"
		$.columns.newsletter.consent[0].notice .columns.newsletter.consent[0].notice = "privacy@3/de-DE"
	END
	run -0 --separate-stderr cdp-consent lint --json --policy "$DATA/demo/policy.json" --mapping "$DATA/demo/app.map.json"
	run -2 cdp-consent lint --policy policy.json --mapping nowhere
	jq 'del(.purposes[0])' policy.json >bad.json	# nothing else is held against a policy with errors
	run -1 cdp-consent lint --policy bad.json --mapping nowhere
}
