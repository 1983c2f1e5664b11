#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cdp-export: what leaves, what does not, and what is on disk before it leaves.
load helpers
load export

@test "a permitted person leaves in either layout" {
	ana | stream > in
	export_as 0 newsletter
	[ "$(cat list)" = "$(printf 'email,given_name\nana@example.com,Ana')" ]
	export_as 0 lines
	[ "$(cat list)" = '{"email":["ana@example.com"],"given_name":"Ana"}' ]
	[ "$(stat -c %a list list.manifest.json cdp-state/egress cdp-state/egress/journal.ndjson cdp-state/keys/egress | tr '\n' ' ')" = "600 600 700 600 600 " ]
}

@test "the order of the input does not change a byte" {
	{ ana; rui; } | stream > in
	export_as 0 newsletter
	mv list first
	{ rui; ana; } | stream > in
	export_as 0 newsletter
	cmp list first
	[ "$(jq -r .previous_run list.manifest.json)" != null ]
}

@test "spreadsheet cells never start a formula and machine cells stay as they are" {
	local cell
	for cell in =1 +1 -1 @a $'\xef\xbc\x9d1' $'\xef\xbc\x8b1' $'\xef\xbc\x8d1' $'\xef\xbc\xa01' '\t1' '\n1' '\r1' 'a,b' 'a\"b'; do
		profile "p$RANDOM" "$cell" '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com)"
	done | stream > in
	export_as 0 newsletter --csv-profile spreadsheet
	[ "$(jq .cells_guarded list.manifest.json)" -eq 11 ]
	python3 - <<-'PY'
		import csv
		rows = list(csv.reader(open("list", encoding="utf-8-sig", newline="")))
		assert len(rows) == 14 and not any(c[:1] in "=+-@\t\r\n＝＋－＠" for r in rows for c in r if c)
	PY
	export_as 0 newsletter
	python3 -c 'import csv; r = list(csv.reader(open("list", newline=""))); assert len(r) == 14 and "\t1" in [x[1] for x in r]'
}

@test "the pseudonym of a person differs from one destination to the next and stays" {
	ana | stream > in
	export_as 0 both
	cut -d, -f1 list | tail -1 > one
	export_as 0 both2
	cut -d, -f1 list | tail -1 > two
	[ "$(wc -c < one)" -eq 23 ]
	refute cmp -s one two
	export_as 0 both
	[ "$(cut -d, -f1 list | tail -1)" = "$(cat one)" ]
}

@test "a key of pseudonyms that is lost is told, and not made anew" {
	ana | stream > in
	export_as 0 newsletter		# without pseudonyms
	export_as 0 both
	cp list first
	mv cdp-state/keys/pseudonym-both kept
	export_as 2 both
	grep -q '^cdp-export: E_KEY_FILE: .*keys/pseudonym-both: ' err || { cat err; return 1; }
	[ ! -e cdp-state/keys/pseudonym-both ]
	export_as 0 both2
	mv kept cdp-state/keys/pseudonym-both
	export_as 0 both
	cmp list first
}

@test "a dry run writes the manifest only and nothing into the log" {
	ana | stream > in
	run_split cdp-export -q --dry-run --to newsletter --as-of $NOW in
	[ "$status" -eq 0 ]
	[ "$(jq .rows out)" -eq 1 ]
	[ -z "$(cdp-export egress list)" ]
}

@test "standard output needs a place for the manifest" {
	ana | stream > in
	run_split cdp-export --to newsletter --as-of $NOW in
	[ "$status" -eq 2 ]
	[ ! -s out ]
	run_split cdp-export --to newsletter --as-of $NOW -o - in
	[ "$status" -eq 2 ] && [ ! -e ./- ]
}

@test "a value with NUL is refused where it comes in, and CR and LF stay in their cell" {
	{ ana; profile p3 'a\u0000b' '"c@example.com"' "$(decision permit P_CONSENT c@example.com)"; } | stream > in
	export_as 1 newsletter
	[ "$(wc -l < list)" -eq 2 ]
	profile p1 'a\r\nb' '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com)" | stream > in
	export_as 0 newsletter
	[ "$(tail -n +2 list)" = "$(printf 'ana@example.com,"a\r\nb"')" ]
}

@test "the order of two streams does not change a byte either" {
	ana | stream > one
	rui | stream as_of 2026-05-31T12:00:00Z | sed 's/"size":1/"size":2/' > two
	cat one two > in
	export_as 0 newsletter
	cp list.manifest.json first
	mv list first.csv
	rm -r cdp-state/egress
	cat two one > in
	export_as 0 newsletter
	cmp list first.csv
	cmp list.manifest.json first
	[ "$(jq .checkpoint.size list.manifest.json)" -eq 2 ]
}
