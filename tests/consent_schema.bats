# SPDX-License-Identifier: Apache-2.0
# The schemas of policy and regime: they say what the readers take, and the pages what they say
bats_require_minimum_version 1.5.0
load helpers

# Names of all members that the schema of KIND knows.
members() {
	cdp-consent print-schema "$1" | jq -r '[.. | .properties? // empty | keys[]] | unique[]'
}

# Names of all members that a reader lets pass: the words of config_only.
taken() {
	perl -0ne 'while (/config_only\([^,]+,\s*LIST\((.*?)\)\)/gs) { my $list = $1; print "$1\n" while $list =~ /"([^"]+)"/g }' "$@" | sort -u
}

@test "print-schema writes a schema for policy and regime, and refuses what it does not know" {
	local kind
	for kind in policy regime; do
		cdp-consent print-schema $kind >schema
		jq -e --arg kind $kind '.title == $kind and .type == "object"' schema
		cdp-consent --print-schema=$kind | cmp - schema
	done
	for kind in nothing '' ../policy policy.json; do
		run -2 cdp-consent print-schema "$kind"
	done
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
	for kind in policy regime; do
		mandoc -Tutf8 -O width=200 "$ROOT/man/cdp-$kind.5" | perl -pe 's/.\x08//g; s/\N{U+2010}/-/g' >page
		while read -r name; do
			grep -qwF -- "$name" page || { echo "cdp-$kind(5): $name is not there"; bad=1; }
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
