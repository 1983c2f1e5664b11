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
	cp -r "$DATA/docs" run
	cd run
	python3 "$ROOT/tests/examples.py" "$ROOT/README.md"
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

@test "README has fewer than 150 lines" {
	[ "$(wc -l < "$ROOT/README.md")" -lt 150 ]
}

@test "the map of lib/resolve names every file there, and no other" {
	python3 - "$ROOT/lib/resolve" <<-'END'
		import glob, os, re, sys
		text = open(sys.argv[1] + "/README.md").read()
		named = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"`([^`.]*(?:\.h)?)`", text)))) - {"h"}
		there = {os.path.basename(f)[:-2] for f in glob.glob(sys.argv[1] + "/*.[ch]")}
		print("not named:", sorted(there - named), "not there:", sorted(named - there))
		sys.exit(there != named)
	END
}

@test "VERSION and the newest heading of CHANGES agree" {
	[ "$(sed -n 's/^## \([0-9.]*\).*/\1/p' "$ROOT/CHANGES.md" | head -1)" = "$(cat "$ROOT/VERSION")" ]
}
