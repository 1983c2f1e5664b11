# SPDX-License-Identifier: Apache-2.0
# The schemas: they say what the readers take and the writers write, and the pages what they say
bats_require_minimum_version 1.5.0
load helpers
load consent

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
}

# Names of all members that the schema of KIND knows.
members() {
	cdp-consent print-schema "$1" | jq -r '[.. | .properties? // empty | keys[]] | unique[]'
}

# Names of all members that a reader lets pass: the words of config_only.
taken() {
	perl -0ne 'while (/config_only\([^,]+,\s*LIST\((.*?)\)\)/gs) { my $list = $1; print "$1\n" while $list =~ /"([^"]+)"/g }' "$@" | sort -u
}

@test "print-schema writes a schema for every kind, and refuses what it does not know" {
	local kind
	for kind in consent decision policy regime; do
		cdp-consent print-schema $kind >schema
		jq -e --arg kind $kind '.title == $kind and .type == "object"' schema
		cdp-consent --print-schema=$kind | cmp - schema
	done
	for kind in nothing '' ../policy policy.json; do
		run -2 cdp-consent print-schema "$kind"
		assert_output --partial "consent, decision, policy, regime"
	done
}

# words FILE NAME: the texts in the C table that begins at the name.
words() {
	perl -0ne 'print "$1\n" =~ s/^.*?\{//sr if /\b'"$2"'\b[^;]*?=\s*(\{.*?\});/s' "$1" | grep -oE '"[a-z_]+"' | tr -d '"' | sort -u
}

@test "the schema of consent lines has the members that are read, and the words that the ledger keeps" {
	cdp-consent print-schema consent >schema
	diff <(jq -r '.properties | keys[]' schema) <({ echo kind; grep -oE 'NAME\("[a-z_]+"' "$ROOT/lib/model/consent.c" | cut -d '"' -f 2; } | sort)
	diff <(jq -r '.properties.type.enum[]' schema | sort) \
		<(sed -n 's/.*SPAN_INIT("\([a-z_]*\)"), CLASS_.*/\1/p' "$ROOT/lib/consent/event.c" | grep -vxE 'policy|tick|key|erased' | sort)
	diff <(jq -r '.properties.method.enum[]' schema | sort) \
		<({ words "$ROOT/lib/consent/event.c" good; words "$ROOT/lib/consent/event_check.c" poor; } | sort)
	diff <(jq -r '.properties.ctype.enum[]' schema | sort) <(words "$ROOT/lib/consent/event_check.c" kinds)
	diff <(jq -r '.properties.cause.enum[]' schema | sort) <(words "$ROOT/lib/consent/event_check.c" causes)
}

@test "the schema of decisions has every member that is written" {
	cdp-consent print-schema decision | jq -r '.properties | keys[]' >known
	{ grep -oE 'JSON_KEY(_INIT)?\("[a-z_]+"' "$ROOT/lib/model/decision.c" | cut -d '"' -f 2 | grep -vxE 'field|value|type'
	  sed -n '/^judge_line/,$s/.*w, "\([a-z]*\)".*/\1/p' "$ROOT/lib/consent/judge.c"; echo seal; } | sort -u | diff known -
}

# What is said here, and what is answered, in a ledger of the gates.
say_and_ask() {
	cp "$DATA/consent/gates/policy.json" policy.json
	export CDP_STATE=$PWD/state
	cdp-consent init -q --subjects keyed --name test.example/consent --new-keys --policy policy.json --as-of 2026-01-01T00:00:00Z
	{ grant g1 ana@example.com 2026-03-01T10:00:00Z
	  said w1 withdraw rui@example.com 2026-03-01 ',"src":"shop"'
	  said l1 restrict eva@example.com 2026-03-01T00:00:00Z ',"by":"dpo-7","cause":"legal"'
	  echo '{"kind":"consent","type":"unrestrict","ref":"l1","by":"dpo-7"}'
	  said p1 preference_set ana@example.com 2026-03-01T00:00:00Z ',"data":{"lang":"pt-PT","quiet":"22:00-08:00","tz":"Z","max_per":"2/P7D","hard":true}'
	  said b1 bounce eva@example.com 2026-03-01T00:00:00Z ',"data":{"hard":true}'; } >events
	cdp-consent append -q --as-of 2026-03-02T00:00:00Z events
	{ profile 1 ana@example.com; profile 2 rui@example.com; } >people
	{ record 1 ana@example.com; record 2 rui@example.com | sed 's/shop/else/g'; } >records
	head -c 32 /dev/zero | base64 | sed 's/^/cdp-key\/1 seal s1 /' >key && chmod 600 key
	{ judge decide --purpose marketing.newsletter --all-reasons people
	  judge filter --purpose marketing.newsletter --to mailer --seal-key key --denied denied --show-values people
	  cat denied; judge gate --quarantine held records; cat held; } 2>err |
		jq -c 'if .kind == "decision" then . else .decisions[]? end' >decisions
	[ "$(wc -l <decisions)" -ge 6 ]
}

@test "consent lines that are taken, and decisions that are given, have the shape of their schemas" {
	python3 -c 'import jsonschema' 2>/dev/null || skip "no jsonschema for python3 (Debian: python3-jsonschema)"
	say_and_ask
	cat "$DATA/docs/consent.ndjson" >>events
	for kind in consent decision; do cdp-consent print-schema $kind >$kind.json; done
	cat >wrong <<-'END'
		{"kind":"consent","type":"withdraw"}
		{"kind":"consent","type":"grant","identifier":{"type":"email","value":"a@b.example"},"controller":"north","purpose":"*","channel":"email","at":"2026-03-01T10:00:00Z"}
		{"kind":"consent","type":"unhold","ref":"h1"}
		{"kind":"consent","type":"erased","identifier":{"type":"email","value":"a@b.example"}}
		{"kind":"consent","type":"deny","identifier":{"type":"email","value":"a@b.example"},"colour":"red"}
	END
	python3 -W ignore - <<-'END'
		import json, jsonschema, sys
		def lines(file):
		    return [json.loads(l) for l in open(file)]
		def wrong(schema, file):
		    v = jsonschema.Draft202012Validator(json.load(open(schema)))
		    v.check_schema(v.schema)
		    return [x for x in lines(file) if not v.is_valid(x)]
		bad = wrong("consent.json", "events") + wrong("decision.json", "decisions")
		print(bad, len(wrong("consent.json", "wrong")))
		sys.exit(bool(bad) or wrong("consent.json", "wrong") != lines("wrong"))
	END
}

@test "a schema knows every member that its reader takes, and no other" {
	local name bad=0
	members policy >policy
	members regime >regime
	while read -r name; do
		[ "$name" = datamap ] || grep -qxF "$name" policy || { echo "policy: no $name in the schema"; bad=1; }
	done < <(taken "$ROOT"/lib/consent/policy_read*.c)
	while read -r name; do
		grep -qxF "$name" regime || { echo "regime: no $name in the schema"; bad=1; }
	done < <(taken "$ROOT"/lib/consent/regime_read.c)
	while read -r name; do
		grep -qF "\"$name\"" "$ROOT"/lib/consent/policy_read*.c || { echo "policy: nobody reads $name"; bad=1; }
	done <policy
	while read -r name; do
		grep -qF "\"$name\"" "$ROOT"/lib/consent/regime_read.c || { echo "regime: nobody reads $name"; bad=1; }
	done <regime
	[ "$bad" -eq 0 ]
}

@test "the pages name every member" {
	local kind name bad=0
	local -A page_of=([consent]=ledger [decision]=stream [policy]=policy [regime]=regime)
	for kind in "${!page_of[@]}"; do
		mandoc -Tutf8 -O width=200 "$ROOT/man/cdp-${page_of[$kind]}.5" | perl -pe 's/.\x08//g; s/\N{U+2010}/-/g' >page
		while read -r name; do
			grep -qwF -- "$name" page || { echo "cdp-${page_of[$kind]}(5): $name is not there"; bad=1; }
		done < <(members $kind)
	done
	[ "$bad" -eq 0 ]
}

@test "policies and regimes that we ship have the shape of their schemas" {
	python3 -c 'import jsonschema' 2>/dev/null || skip "no jsonschema for python3 (Debian: python3-jsonschema)"
	cdp-consent print-schema policy >policy.json
	cdp-consent print-schema regime >regime.json
	python3 -W ignore - "$ROOT" <<-'END'
		import glob, json, jsonschema, sys
		root = sys.argv[1]
		def check(schema, files):
		    v = jsonschema.Draft202012Validator(json.load(open(schema)))
		    v.check_schema(v.schema)
		    return [f for f in files for _ in v.iter_errors(json.load(open(f)))]
		bad = check("policy.json", [root + "/share/examples/policy.json", root + "/testdata/demo/policy.json"])
		bad += check("regime.json", glob.glob(root + "/share/regimes/*.json"))
		print(bad)
		sys.exit(bool(bad))
	END
}

@test "a duration is the same text in every option, policy, law, preference, contract and schema" {
	local text good says
	pattern=$(cdp-consent print-schema policy | jq -r '."$defs".duration.pattern')
	[ "$(cdp-consent print-schema regime | jq -r '."$defs".duration.pattern')" = "$pattern" ]
	[ "$(cdp-consent print-schema consent | jq -r '.. | .max_per? // empty | .pattern')" = "^[1-9][0-9]*/${pattern#^}" ]
	cp "$DATA/consent/gates/policy.json" policy.json
	export CDP_STATE=$PWD/state
	cdp-consent init -q --subjects keyed --name test.example/consent --new-keys --policy policy.json --as-of 2026-01-01T00:00:00Z
	echo '{"email":["ana@example.com"]}' >ana.json
	# takes WHAT STATUS: the text is taken, or refused with that status
	takes() {
		says="$text by $1: $status $(head -n 2 err)"
		if [ "$good" = yes ]; then [ "$status" -eq 0 ]; else [ "$status" -eq "$2" ]; fi || { echo "$says"; return 1; }
	}
	while read -r good text; do
		run_split python3 -c 'import re, sys; sys.exit(re.search(sys.argv[1], sys.argv[2]) is None)' "$pattern" "$text"
		takes schema 1 || return 1
		jq --arg d "$text" '.purposes[3].retention=$d' policy.json >p.json
		run_split cdp-consent lint --policy p.json
		takes policy 1 || return 1
		[ "$good" = yes ] || grep -q 'L101 $.purposes\[3\].retention' out
		run_split cdp-consent expire --purpose marketing.newsletter --within "$text" --as-of 2026-01-01T00:00:00Z </dev/null
		takes within 2 || return 1
		run_split cdp-consent decide --purpose compliance --controller north --subject-file ana.json --max-ledger-age "$text" --as-of 2026-01-01T00:00:00Z
		takes max-ledger-age 2 || return 1
		printf '{"max_per":"2/%s"}' "$text" >set.json
		run_split cdp-consent preference --subject-file ana.json --set set.json --as-of 2026-01-01T00:00:00Z
		takes preference 2 || return 1
		jq --arg d "$text" '.destinations[0].max_decision_age=$d | .destinations[0].layout="csv"' policy.json >p.json
		run_split cdp-export lint --policy p.json
		[ "$(grep -c max_decision_age out)" -eq "$([ "$good" = yes ] && echo 0 || echo 1)" ] ||
			{ echo "$text: contract"; cat out err; return 1; }
	done <<-END
		yes P24M
		yes P1Y2M3W4DT5H6M
		yes PT0M
		yes P999999999D
		no P1000000000D
		no PT30S
		no PT1H30S
		no P
		no PT
		no P1DT
		no P1D1M
		no P-1D
		no P1.5D
		no p1d
		no 24h
		no 30
	END
}
