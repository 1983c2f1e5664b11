#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Manual pages, help and README: they agree with the option tables, and their examples run.
load helpers

tools() {
	local source
	for source in "$ROOT"/cmd/*.c; do
		basename "$source" .c
	done
}

rendered() {
	mandoc -Tutf8 -O width=200 "$1" | perl -pe 's/.\x08//g; s/\N{U+2010}/-/g'
}

@test "mandoc finds nothing to say about any page" {
	local page bad=0
	for page in "$ROOT"/man/*.[157]; do
		mandoc -Tlint -Wwarning "$page" || bad=1
	done
	[ "$bad" -eq 0 ]
}

@test "every tool has a page, and every option of its table stands in it" {
	local tool kind command letter name rest bad=0
	for tool in $(tools); do
		[ -f "$ROOT/man/$tool.1" ] || { echo "no man/$tool.1"; bad=1; continue; }
		rendered "$ROOT/man/$tool.1" > page
		"$tool" --print-options > table
		while IFS=$'\t' read -r kind command letter name rest; do
			[ "$kind" = option ] || continue
			grep -qE -- "(^|[^-a-z])$name([^-a-z]|\$)" page || { echo "$tool: $command $name is not in the page"; bad=1; }
		done < table
	done
	[ "$bad" -eq 0 ]
}

@test "every option that a page documents is one of its tool" {
	local tool name bad=0
	for tool in $(tools); do
		"$tool" --print-options > table
		for name in $(rendered "$ROOT/man/$tool.1" | sed '/^EXAMPLES/,$d' | grep -oE -- '(^|[^-a-zA-Z])--[a-z][a-z-]+' | grep -oE -- '--[a-z-]+' | sort -u); do
			case $name in --help | --version | --print-options | --print-completion | --print-schema) continue ;; esac
			grep -qF "	$name	" table || { echo "$tool: the page has $name, the tool has not"; bad=1; }
		done
	done
	[ "$bad" -eq 0 ]
}

@test "every code of an error stands in the page of its tool, or in those for all of them" {
	local tool part code bad=0
	for tool in cdp-ingest cdp-consent cdp-resolve cdp-export cdp-eval cdp-synth; do
		part=${tool#cdp-}
		[ "$part" != eval ] || part=report
		for code in $(grep -rhoE '"[EGQ]_[A-Z_]+"' "$ROOT/lib/$part" "$ROOT/cmd/$tool.c" "$ROOT/cmd/${tool#cdp-}" 2> /dev/null | tr -d '"' | sort -u); do
			grep -qw "$code" "$ROOT/man/$tool.1" "$ROOT"/man/cdp{,-stream,-mapping,-policy,-regime,-ledger}.[57] || { echo "$tool: $code"; bad=1; }
		done
	done
	for code in $(grep -hoE '"E_[A-Z_]+"' "$ROOT"/lib/{base,io,cli,model}/*.c | tr -d '"' | sort -u); do
		grep -qw "$code" "$ROOT"/man/* || { echo "$code"; bad=1; }
	done
	[ "$bad" -eq 0 ]
}

@test "the usage line of every command stands in the synopsis" {
	local tool kind command usage bad=0
	for tool in $(tools); do
		rendered "$ROOT/man/$tool.1" | sed -n '/^SYNOPSIS/,/^DESCRIPTION/p' | tr -d ' \n' > synopsis
		"$tool" --print-options > table
		while IFS=$'\t' read -r kind command usage; do
			[ "$kind" = usage ] || continue
			grep -qF -- "$(tr -d ' ' <<<"$usage")" synopsis || { echo "$tool: not in the synopsis: $usage"; bad=1; }
		done < table
	done
	[ "$bad" -eq 0 ]
}

@test "the examples of every page do what the page says" {
	local page bad=0
	for page in "$ROOT"/man/*.[157]; do
		rm -rf run && cp -r "$DATA/docs" run && cp "$ROOT/share/examples/policy.json" run
		(cd run && python3 "$ROOT/tests/examples.py" "$page") || bad=1
	done
	[ "$bad" -eq 0 ]
}

@test "the examples of README do what it says" {
	cp -r "$DATA/docs" run && cp "$ROOT/share/examples/policy.json" run
	cd run
	python3 "$ROOT/tests/examples.py" "$ROOT/README.md"
}

# names FILES: members that C code writes.
names() {
	perl -0ne 'print "$_\n" for /json_(?:member_[a-z0-9]+|key)\(&?w, (?:SPAN\()?"([a-z_0-9]+)"/g, /(?:member_time|review_events|review_time)\([^;"]*"([a-z_]+)"/g' "$@" | sort -u
}

@test "every member of what cdp-consent writes is told in a page" {
	local name bad=0
	rendered "$ROOT/man/cdp-consent.1" >page1
	rendered "$ROOT/man/cdp-stream.5" >page5
	cd "$ROOT/lib/consent"
	for name in $(names explain_json.c verify.c verify_parts.c compile.c prove_pack.c proof_report.c erase_report.c receipt.c); do
		grep -qw -- "$name" "$OLDPWD/page1" || { echo "cdp-consent(1): $name"; bad=1; }
	done
	for name in $(names conflicts.c expire.c impact.c recheck.c due.c review_line.c remediate.c fold.c state.c judge.c |
	    grep -vxE 'people|listed|purposes|exports|undecided|remedies|recipients'); do	# of the summaries
		grep -qw -- "$name" "$OLDPWD/page5" || { echo "cdp-stream(5): $name"; bad=1; }
	done
	[ "$bad" -eq 0 ]
}

@test "cdp-consent(1) has every code of a decision, in the program's words, and every reason to refuse a line" {
	local code bad=0
	diff <(perl -0ne 'print "$1 $2\n" while /\{ "([A-Z]_[A-Z_]+)", (?:NULL|"[^"]*"),\s+"([^"]*)" \}/g' "$ROOT/lib/consent/reason.c") \
		<(sed -n '/^\.Sh DIAGNOSTICS/,/^\.El/p' "$ROOT/man/cdp-consent.1" | sed -n '/^\.It Cm/{s/^\.It Cm //;N;s/\n/ /p}')
	for code in $(grep -rhoE '"[EGQN]_[A-Z_]+"' "$ROOT"/lib/consent/{event_check,when,state,guard,filter,judge,gate,append,ledger_make,prove_pack}.c | tr -d '"' | grep -vxE 'E_USAGE|E_LIMIT|E_SEQ' | sort -u); do
		grep -qw "$code" "$ROOT/man/cdp-consent.1" || { echo "$code is not in the page"; bad=1; }
	done
	[ "$bad" -eq 0 ]
}

@test "whoever knows cdp-ledger(5) alone can read a ledger, of several segments and after an erasure" {
	local event='{"kind":"consent","type":"withdraw","identifier":{"type":"id.device","value":"d%d"},"at":"2026-03-01T10:00:00Z"}\n'
	reads() {	# STATE MEMBERS of verify and reader alike
		python3 "$ROOT/tests/ledger_reader.py" "$1" >seen || { cat seen; return 1; }
		cdp-consent verify --evidence --state "$1" >told
		[ "$(jq -c "[$2]" seen)" = "$(jq -c "[$3]" told)" ] || { cat seen told; return 1; }
	}
	cp "$DATA/docs/consent.ndjson" "$ROOT/share/examples/policy.json" .
	for subjects in vault keyed; do
		cdp-consent init -q --state $subjects --subjects $subjects --name shop.example/consent --new-keys --policy policy.json --as-of 2026-01-01
		cdp-consent append -q --state $subjects --as-of 2026-03-02 consent.ndjson
		reads $subjects .size,.root,.checkpoints,.opened .size,.root,.checkpoints,.evidence.opened
	done
	echo '{"email":["ana@example.com"]}' >ana.json
	cdp-consent erase -q --state vault --by dpo-7 --subject-file ana.json --as-of 2026-03-03 >report
	reads vault .size,.root,.opened,.erased .size,.root,.evidence.opened,.erased
	printf ana@example.com >ana
	python3 "$ROOT/tests/ledger_reader.py" keyed email ana >seen
	[ "$(jq -c .lines seen)" = '[1]' ]
	# shellcheck disable=SC2046,SC2059
	printf "$event" $(seq 65540) | cdp-consent append -q --state keyed --batch 70000 --as-of 2026-03-02
	reads keyed .size,.root,.checkpoints .size,.root,.checkpoints
	[ -e keyed/ledger/seg/000001.ndjson ]
}

@test "a reader made after cdp-ledger(5) finds every kind of damage" {
	local change bad=0
	cp "$DATA/docs/consent.ndjson" "$ROOT/share/examples/policy.json" .
	cdp-consent init -q --state sound --name shop.example/consent --new-keys --policy policy.json --as-of 2026-01-01
	cdp-consent append -q --state sound --as-of 2026-03-02 consent.ndjson
	while read -r change; do
		rm -rf state && cp -r sound state
		(cd state/ledger && eval "$change")
		! python3 "$ROOT/tests/ledger_reader.py" state >seen 2>&1 || { echo "not found: $change"; bad=1; }
		! cdp-consent verify --evidence --state state >seen 2>&1 || { echo "not found by verify: $change"; bad=1; }
	done <<-'END'
		sed -i 's/web_form/app_form/' seg/000000.ndjson
		sed -i 2d seg/000000.ndjson
		sed -i 's/"v":1}$/"v": 1}/' seg/000000.ndjson
		sed -i '2s/3/2/' checkpoint
		cp checkpoint x && sed '2s/3/4/' checkpoint >>checkpoints.log
		sed -i 's/shop.example/show.example/' origin
		sed -i 's/P24M/P99M/' policies/*.json
		printf 123456789 | dd of=vault conv=notrunc status=none
		sed -i 's/ticked/empty/' side/000000.ndjson
		cat ../keys/sign | sed 's/sign/token/' >../keys/token
	END
	[ "$bad" -eq 0 ]
}

@test "README has fewer than 150 lines" {
	[ "$(wc -l < "$ROOT/README.md")" -lt 150 ]
}

@test "the maps of lib/resolve and lib/consent name every file there, and no other" {
	local where
	for where in "$ROOT/lib/resolve" "$ROOT/lib/consent"; do
		python3 - "$where" <<-'END'
			import glob, os, re, sys
			text = open(sys.argv[1] + "/README.md").read()
			named = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"`([^`.]*(?:\.h)?)`", text)))) - {"h"}
			there = {os.path.basename(f)[:-2] for f in glob.glob(sys.argv[1] + "/*.[ch]")}
			print("not named:", sorted(there - named), "not there:", sorted(named - there))
			sys.exit(there != named)
		END
	done
}

@test "VERSION and the newest heading of CHANGES agree" {
	[ "$(sed -n 's/^## \([0-9.]*\).*/\1/p' "$ROOT/CHANGES.md" | head -1)" = "$(cat "$ROOT/VERSION")" ]
}
