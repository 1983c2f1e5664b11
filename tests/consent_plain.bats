# SPDX-License-Identifier: Apache-2.0
# Lines that filter and gate read in one step, and the same lines with a blank, which takes them to the
# scanner: every byte of what comes out is the same.
bats_require_minimum_version 1.5.0
load helpers
load consent

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	export CDP_STATE=$PWD/state
	jq '.fields = [{"path":"attributes.diet","category":"special"},
		{"path":"attributes.password","category":"credential"},
		{"path":"attributes.note","category":"ordinary"},
		{"path":"identifiers.tax","category":"government_id"}] |
	    .purposes += [{"id":"service.news","channels":["email","phone","post","none"],"basis":{"*":
		{"type":"legitimate_interests","registered_at":"2023-01-01","registered_ref":"ropa:9","lia_ref":"L"}}}] |
	    .sources[0].purposes += ["service.news"] | .notices[].purposes += ["service.news"] |
	    .views["service.news"] = ["email","phone_number","address","given_name","birthdate",
		"attributes.note","attributes.color","identifiers.loyalty","members","provenance",
		"sources","first_seen","tags","nickname","flags","member_purposes","ties"] |
	    .views.identity_resolution = ["address.country","address.postal_code","given_name",
		"attributes","identifiers","purposes","last_seen","confidence","shared"]' \
		"$DATA/consent/gates/policy.json" >policy.json
	cdp-consent init --subjects keyed --name test.example/consent --new-keys \
		--policy policy.json --as-of 2026-01-01T00:00:00Z >/dev/null 2>&1
}

# What half the people of people() say: yes, no, or what they want.
events() {
	jq -nc 'range(0; 200; 2) as $i | { kind: "consent", id: "e\($i)",
		type: (["grant","withdraw","preference_set","object"][$i / 2 % 4]),
		identifier: { type: "email", value: "p\($i)@example.com" }, src: "shop", controller: "north",
		at: "2026-03-01T10:00:00Z" } |
	    if .type == "grant" then . + { purpose: "marketing.newsletter", channel: "email",
		method: "web_form", notice: "newsletter@7/en", evidence: { record: "shop:1" } }
	    elif .type == "preference_set" then . + { data: { lang: "pt-PT" } }
	    else . + { purpose: "service.news" } end'
}

# values I: members that records and profiles share, there or not by I.
values() {
	cat <<'EOF'
def values($i): {
	given_name: (if $i % 5 > 0 then "Ana" else null end),
	family_name: (if $i % 7 > 0 then "M\u00fcller" else null end),
	birthdate: (if $i % 3 > 0 then "1988-02-11" else null end),
	nickname: (if $i % 11 == 0 then ["Nico"] else null end),
	email: (if $i % 13 > 0 then ["p\($i)@example.com"] + (if $i % 2 > 0 then ["q\($i)@example.com"] else [] end) else null end),
	phone_number: (if $i % 4 > 0 then ["+35193\(1000000 + $i)"] else null end),
	address: (if $i % 3 > 0 then [{ locality: "Bremen", postal_code: "70621", country: "DE" }] +
		(if $i % 2 > 0 then [{ country: "PT" }] else [] end) else null end),
	identifiers: (if $i % 4 == 1 then { loyalty: ["L\($i)"], tax: ["9"] } else null end),
	attributes: (if $i % 5 == 1 then { note: "n", color: "red", n: -1.5, l: ["a", "b"], ok: true } +
		(if $i % 2 > 0 then { diet: "vegan", password: "sesame" } else {} end) else null end) };
def there: with_entries(select(.value != null));
EOF
}

people() {
	jq -nc "$(values)"'
	def origin($i): if $i % 3 == 0 then { record: "shop:\($i)", rule: "valid" } else
		{ record: "shop:\($i)", records: ["shop:\($i)", "shop:x\($i)"], rule: "union" } end;
	range(200) as $i | (values($i) | there) as $v |
	{ kind: "profile", id: "p\($i)", members: ["shop:\($i)", "shop:x\($i)"] } + $v + {
	    first_seen: (if $i % 6 > 0 then "2026-01-05T10:00:00Z" else null end),
	    last_seen: "2026-03-05T10:00:00Z", sources: ["shop"], channels: ["web"],
	    confidence: (if $i % 3 == 0 then "0.9" else null end),
	    purposes: ["identity_resolution", "service.news"],
	    member_purposes: (if $i % 3 > 0 then { ("shop:\($i)"): ["service.news", "marketing.newsletter"],
		("shop:x\($i)"): ["identity_resolution"] } else null end),
	    shared: (if $i % 17 == 0 then ["email.0"] else null end),
	    ties: (if $i % 10 == 0 then [{ a: "shop:\($i)", b: "shop:x\($i)", by: "email" }] else null end),
	    provenance: ($v | to_entries | map(
		if .key == "identifiers" or .key == "attributes" then .key as $k | .value | to_entries |
			map({ key: "\($k).\(.key)", value: (if $k == "identifiers" then [origin($i)] else origin($i) end) })[]
		elif (.value | type) == "array" then .value |= map(origin($i)) else .value = origin($i) end) |
		map(select($i % 9 > 0 or .key != "given_name")) | from_entries),
	    tags: (if $i % 8 == 0 then { given_name: ["special"], "attributes.note": ["credential"] } else null end),
	    flags: (if $i % 8 == 1 then ["f"] else null end) } | there'
}

records() {
	jq -nc "$(values)"'range(200) as $i | { kind: "record", id: "shop:\($i)", source: "shop", key: "\($i)",
	    channel: "web", observed_at: (if $i % 9 > 0 then "2026-02-01T00:00:00Z" else "2022-01-01" end) } + values($i) + {
	    purposes: (if $i % 7 > 0 then ["identity_resolution", "service.news"] else ["other"] end),
	    tags: (if $i % 8 == 0 then { given_name: ["special"], email: ["credential"] } else null end) } | there'
}

# stream KIND: the lines as a stream of a tool.
stream() {
	echo '{"kind":"stream","schema":"cdp/1","tool":"cdp-test","purpose":"identity_resolution"}'
	cat
	echo '{"kind":"end","in":200,"out":200,"rejected":0,"by_kind":{"'"$1"'":200},"ok":true,"code":0}'
}

with_blanks() {
	sed 's/^{"kind":"\(profile\|record\)",/{ "kind":"\1",/'
}

# twice COMMAND OPTION...: with the lines plain, and with blanks in them; side files by --denied or --quarantine.
twice() {
	local form
	for form in plain blanks; do
		judge "$@" side.$form --summary summary.$form --max-rejects 9 -o out.$form lines.$form 2>err.$form
	done
	cmp out.plain out.blanks
	cmp side.plain side.blanks
	cmp <(jq -S . summary.plain) <(jq -S . summary.blanks)
	cmp err.plain err.blanks
	grep -q '"decisions":' out.plain
}

@test "filter gives of plain lines what it gives of others, for every channel, destination and view" {
	events | heard 2026-03-01T10:01:00Z
	people | stream profile >lines.plain
	with_blanks <lines.plain >lines.blanks
	[ "$(grep -c '^{ "kind"' lines.blanks)" -eq 200 ]
	for channel in none email phone post; do
		twice filter --purpose service.news --channel $channel --denied
	done
	twice filter --purpose identity_resolution --channel none --all-reasons --denied
	twice filter --purpose marketing.newsletter --channel email --show-values --denied
	twice filter --purpose marketing.newsletter --channel email --to mailer --denied
}

@test "the gate gives of plain lines what it gives of others, whether something has to go or not" {
	events | heard 2026-03-01T10:01:00Z
	records | stream record >lines.plain
	with_blanks <lines.plain >lines.blanks
	[ "$(grep -c '^{ "kind"' lines.blanks)" -eq 200 ]
	twice gate --quarantine
	grep -q '"permit"' out.plain
	grep -q '"permit_redacted"' out.plain
	run ! grep -e sesame out.plain
	grep -q '"expires_at"' side.plain
	twice gate --purpose service.news --all-reasons --quarantine
}
