# SPDX-License-Identifier: Apache-2.0
# The vectors as a producer and a resolver would say them: events for append, profiles for filter.
# r is the record itself, whose postal address the channel post reaches.
def key: "v\(.n)";
def record_of($letter): if .account or .ask.channel == "post" or $letter == "a" then "s:" + key
	else "s:" + key + $letter end;
def value($letter): if $letter == "p" then "+351910000" + ("00\(.n)" | .[-3:])
	elif $letter == "d" then key + "-device" elif $letter == "r" then record_of("r")
	else key + $letter + "@example.com" end;
def identifier($letter): { type: ({ p: "phone_number", d: "id.device", r: "record" }[$letter] // "email"),
	value: value($letter) };

# Receipt: as told, else a minute after the latest reading.
def received: .recv // (((.hi // .time // "2026-03-01T10:00:00Z") | sub("\\.999Z$"; "Z") | fromdate) + 60 | todate);
def is_grant: .type | IN("grant", "opt_in_sale", "soft_opt_in", "gpc_override_confirmed");

def event($v; $i): . as $e | {
	kind: "consent", id: "\($v | key)e\($i)", type, identifier: ($v | identifier($e.on)),
	at: (.told.at // .time // "2026-03-01T10:00:00Z"), src: (.told.src // .src // "s"), sseq,
	controller: (.controller // "A" | ascii_downcase), purpose: (.purpose // "marketing.newsletter"),
	channel: (.channel // "email"), dest, cause, by, basis,
	ref: (if .ref != null then "\($v | key)e\(.ref)" else null end),
	data: (if .reach then { reach } else .data end) }
	+ (if is_grant then { ctype: (.ctype // "expressed"), method: (.method // "web_form"),
		actor: (.actor // "subject"), notice: "newsletter@\(.version // 7)/en" } else {} end)
	+ (if .type == "grant" and (has("basis") | not) then { basis: "consent" } else {} end)
	+ (if is_grant and .commit != false then { evidence: { form: "f7", guardian_check: "mail", sale_reference: "o1", similar_products: true, opt_out_offered: true } } else {} end)
	+ (if .notice then { notice: "\(.notice)@\(.version)/en" } else {} end)
	+ (if .covers then { covers: "account", account: ($v | record_of("a")) } else {} end)
	| del(.[] | nulls);
# What is about a named event leaves its scope and subject to it.
def short: if .type | IN("confirm", "unrestrict", "erase_withdrawn", "object_overridden", "basis_ended") then
	del(.controller, .purpose, .channel) else . end;

def events: [ .vectors[] | . as $v | .events | to_entries[] |
	.key as $i | .value | { recv: received, line: (event($v; $i) | short) } ];

def question: .ask as $ask | {
	purpose: ($ask.purpose // "marketing.newsletter"), channel: ($ask.channel // "email"),
	controller: ($ask.controller // "A" | ascii_downcase),
	T: ($ask.T // "2026-06-01T00:00:00Z"), K: ($ask.K // "2026-06-01T00:00:00Z") };
# The contact stands first: where every address is refused, the row has the code of the first.
def contact: if .ask | has("contact") then .ask.contact else "a" end;
def letters($type): . as $v | contact as $c | [ .person[] | select(. as $l | $v | identifier($l).type == $type) ] |
	sort_by(. != $c);
def place($letter): identifier($letter).type as $type | "\($type).\(letters($type) | index($letter))";
def addresses: [ (.ask.country // "PT", .ask.also // empty) | split("-") as [$country, $region] |
	{ street_address: "Rua Um 1", region: $region, country: $country } | del(.[] | nulls) ];
def profile: . as $v | question.purpose as $purpose | (.ask.shared) as $shared |
	([ .person[], "a" ] | map(. as $l | $v | record_of($l)) | unique) as $members | {
	kind: "profile", id: key, members: $members, given_name: "Ana",
	birthdate: .ask.born, address: addresses,
	email: [ letters("email")[] as $l | value($l) ], phone_number: [ letters("phone_number")[] as $l | value($l) ],
	identifiers: { device: [ letters("id.device")[] as $l | value($l) ] },
	first_seen: "2026-02-01T00:00:00Z", last_seen: "2026-02-01T00:00:00Z",
	member_purposes: ($members | map({ (.): [ $purpose ] }) | add),
	provenance: { address: [{ record: record_of("a"), rule: "union" }], given_name: { record: record_of("a"), rule: "vote" },
		email: [ letters("email")[] as $l | { record: record_of($l), rule: "union" } ],
		phone_number: [ letters("phone_number")[] as $l | { record: record_of($l), rule: "union" } ] },
	shared: [ $shared | select(. != null) as $l | $v | place($l) ] }
	| del(.birthdate | nulls) | del(.identifiers | select(.device == []))
	| del(.email, .phone_number, .provenance.email, .provenance.phone_number, .shared | select(. == []));

# A line a question: {question, people: [{profile, n, want, address}]}
def questions: [ .vectors[] ] | group_by(question) |
	map({ question: (.[0] | question), people: map({ n, want, profile: profile,
		address: (if (.ask.channel // "email") == "none" or contact == null then null else value(contact) end) }) });
