#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cdp-export: what leaves, what does not, and what is on disk before it leaves.
load helpers

NOW=2026-06-01T00:00:00Z

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	python3 - "$DATA/demo/policy.json" <<-'PY'
		import json, sys
		policy = json.load(open(sys.argv[1]))
		one = policy["destinations"][0]
		for name, change in {
		    "lines": {"layout": "ndjson"},
		    "both": {"fields": ["pseudonym", "email", "given_name", "family_name"]},
		    "both2": {"fields": ["pseudonym", "email"]},
		    "old": {"ends": "2026-05-01"},
		    "wide": {"fields": ["profile_id", "email", "given_name", "family_name", "birthdate", "gender",
		        "first_seen", "last_seen", "consent.basis", "consent.valid_until"]},
		    "two": {"purposes": ["marketing.newsletter", "order_fulfilment"]}}.items():
		    policy["destinations"].append({**one, "id": name, **change})
		json.dump(policy, open("policy.json", "w"))
	PY
	cdp-consent init -q --subjects keyed --name t.example/c --new-keys --policy policy.json --as-of $NOW
	DIGEST=$(basename cdp-state/ledger/policies/*.json .json)
}

# decision VERDICT CODE ADDRESS [VALID_UNTIL [MEMBERS]]
decision() {
	local until=${4-2026-06-08T00:00:00Z}
	printf '{"id":"LFYk710khdI7-kl6nxVpFg","verdict":"%s","code":"%s","purpose":"marketing.newsletter","channel":"email","controller":"demo","address":{"field":"email","value":"%s"},"basis":["consent"]%s%s}' \
		"$1" "$2" "$3" "${until:+,\"valid_until\":\"$until\"}" "${5:+,$5}"
}

# profile ID NAME EMAILS DECISIONS
profile() {
	printf '{"kind":"profile","id":"%s","given_name":"%s","email":[%s],"decisions":[%s]}\n' "$1" "$2" "$3" "$4"
}

header() {	# [MEMBER VALUE]: replaces one
	jq -cn --arg d "$DIGEST" --arg now $NOW '{kind:"stream",schema:"cdp/1",tool:"cdp-consent",version:"0.1.0",as_of:$now,command:"filter",policy:$d,
		checkpoint:{origin:"t.example/c",size:1,root:"r"},known_at:$now,purpose:"marketing.newsletter",channel:"email",controller:"demo"}' |
		jq -c --arg k "${1-}" --arg v "${2-}" 'if $k == "" then . else .[$k] = $v end'
}

stream() {	# profile lines on stdin
	cat > lines
	header "$@"
	cat lines
	printf '{"kind":"end","in":%d,"out":%d,"rejected":0,"suppressed":0,"skipped":0,"by_kind":{"profile":%d},"ok":true,"code":0}\n' \
		"$(wc -l < lines)" "$(wc -l < lines)" "$(wc -l < lines)"
}

ana() { profile p1 Ana '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com)"; }
rui() { profile p2 Rui '"rui@example.com"' "$(decision permit P_CONSENT rui@example.com)"; }

# export_as STATUS TO [OPTIONS]: from ./in to ./list
export_as() {
	local want=$1 to=$2
	shift 2
	rm -f list list.manifest.json
	run_split cdp-export -q --to "$to" --as-of $NOW --summary sum -o list "$@" in
	[ "$status" -eq "$want" ] || { echo "status $status, not $want"; cat err; return 1; }
	case $want in
	[3456]) [ ! -e list ] && [ ! -e list.manifest.json ] ;;
	esac
}

# pinned STATUS CODE: both layouts refuse ./in in the same way
pinned() {
	local to
	for to in newsletter lines; do
		export_as "$1" "$to" || return 1
		grep -q "$2" err || { cat err; return 1; }
		! grep -q example.com err || return 1
	done
}

# counted CODE: exit 0, no row, one count, in both layouts
counted() {
	export_as 0 newsletter && [ "$(cat list)" = email,given_name ] && [ "$(jq -c .codes sum)" = "{\"$1\":1}" ] || { cat list sum err; return 1; }
	export_as 0 lines && [ ! -s list ] && [ "$(jq -c .codes sum)" = "{\"$1\":1}" ]
}

@test "a permitted person leaves in either layout" {
	ana | stream > in
	export_as 0 newsletter
	[ "$(cat list)" = "$(printf 'email,given_name\nana@example.com,Ana')" ]
	export_as 0 lines
	[ "$(cat list)" = '{"email":["ana@example.com"],"given_name":"Ana"}' ]
	[ "$(stat -c %a list list.manifest.json cdp-state/egress cdp-state/egress/journal.ndjson cdp-state/keys/egress | tr '\n' ' ')" = "600 600 700 600 600 " ]
}

@test "a profile without a decision, or with one for something else, ends the run" {
	profile p1 Ana '"ana@example.com"' '' | stream > in
	pinned 4 E_NO_DECISION
	ana | sed 's/"channel":"email"/"channel":"sms"/' | stream > in
	pinned 4 E_NO_DECISION
	ana | sed 's/"valid_until"/"destination":"other","valid_until"/' | stream > in
	pinned 4 E_NO_DECISION
}

@test "a stream that is not of the consent filter ends the run" {
	ana | stream tool cdp-resolve > in
	pinned 4 E_NO_DECISION
	ana | stream command decide > in
	pinned 4 E_NO_DECISION
}

@test "a stream decided for another purpose ends the run even when it holds nobody" {
	stream purpose order_fulfilment < /dev/null > in
	pinned 4 E_NO_DECISION
}

@test "another policy, a conflict and a stale stream end the run" {
	ana | stream policy "$(printf 'a%.0s' {1..64})" > in
	pinned 4 E_POLICY_DIGEST
	export_as 4 newsletter --policy policy.json
	grep -q E_POLICY_DIGEST err
	profile p1 Ana '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com),$(decision deny D_WITHDRAWN ana@example.com '')" | stream > in
	pinned 4 E_DECISION_CONFLICT
	ana | stream as_of 2026-05-30T23:59:59Z > in
	pinned 4 E_STALE
}

@test "decisions of a policy that a later one replaced release nothing" {
	ana | stream > in
	export_as 0 newsletter
	jq -c --arg now $NOW '.effective_from = $now' policy.json > later.json
	cdp-consent publish -q --policy later.json --as-of $NOW
	pinned 4 E_POLICY_DIGEST
}

@test "the tokens of the detail are those of the vector" {
	ana | stream > in
	export_as 0 newsletter --dry-run
	printf 'cdp-key/1 egress e1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n' > cdp-state/keys/egress
	export_as 0 newsletter
	[ "$(jq -r .a cdp-state/egress/000000.rows)" = ck0mgSHejyB6cXL0ujqlbg ]
}

@test "refusals, expired permits and lost addresses are counted" {
	profile p1 Ana '"ana@example.com"' "$(decision deny D_WITHDRAWN ana@example.com '')" | stream > in
	counted D_WITHDRAWN
	profile p1 Ana '"ana@example.com"' "$(decision skip S_FREQUENCY ana@example.com '')" | stream > in
	counted S_FREQUENCY
	profile p1 Ana '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com $NOW)" | stream > in
	counted D_EXPIRED_DECISION
	profile p1 Ana '"new@example.com"' "$(decision permit P_CONSENT ana@example.com)" | stream > in
	counted S_NO_ADDRESS
}

@test "nobody permitted is a header-only file" {
	stream < /dev/null > in
	export_as 0 newsletter
	[ "$(cat list)" = email,given_name ]
}

@test "a stream without its end, with a bad one, or cut in a line leaves nothing" {
	ana | stream > whole
	head -n 2 whole > in
	pinned 3 .
	sed '$s/"ok":true,"code":0/"ok":false,"code":6/' whole > in
	pinned 3 .
	head -c -20 whole > in
	pinned 3 .
}

@test "a malformed profile is refused and the others leave" {
	{ ana; echo '{"kind":"profile","given_name":"Nobody"}'; } | stream > in
	export_as 1 newsletter
	[ "$(wc -l < list)" -eq 2 ]
	export_as 0 newsletter --max-rejects 1
}

@test "a dropped field is an empty cell and counted" {
	profile p1 Ana '"ana@example.com"' "$(decision permit_redacted P_CONSENT ana@example.com 2026-06-08T00:00:00Z '"drop":["given_name"]')" | stream > in
	export_as 0 newsletter
	[ "$(tail -1 list)" = ana@example.com, ]
	[ "$(jq .codes.R_FIELD sum)" -eq 1 ]
}

@test "one permit never releases another address, and rows can be addresses" {
	profile p1 Ana '"a@example.com","b@example.com","c@example.com"' "$(decision permit P_CONSENT a@example.com),$(decision permit P_CONSENT b@example.com),$(decision deny D_DENIED c@example.com '')" | stream > in
	export_as 0 newsletter
	[ "$(cat list)" = "$(printf 'email,given_name\na@example.com,Ana')" ]
	[ "$(cat cdp-state/egress/*.rows | wc -l)" -eq 1 ]
	export_as 0 newsletter --row address
	[ "$(cat list)" = "$(printf 'email,given_name\na@example.com,Ana\nb@example.com,Ana')" ]
	export_as 0 lines
	[ "$(jq -c .email list)" = '["a@example.com","b@example.com"]' ]
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
	! cmp -s one two
	export_as 0 both
	[ "$(cut -d, -f1 list | tail -1)" = "$(cat one)" ]
}

@test "an ended contract, an unknown one and several purposes without --purpose are status 2" {
	ana | stream > in
	export_as 2 old
	export_as 2 nobody
	export_as 2 two
	export_as 2 lines --csv-profile spreadsheet
	export_as 0 two --purpose marketing.newsletter
}

@test "many different field sets fit the log" {
	python3 - <<-'PY' > lines.in
		import json
		names = ["given_name", "family_name", "birthdate", "gender"]
		d = {"id": "LFYk710khdI7-kl6nxVpFg", "verdict": "permit_redacted", "code": "P_CONSENT", "purpose": "marketing.newsletter", "channel": "email",
		    "controller": "demo", "basis": ["consent"], "valid_until": "2026-06-08T00:00:00Z"}
		for i in range(200):
		    mail = f"u{i}@example.com"
		    drop = [n for k, n in enumerate(names + ["first_seen", "last_seen", "consent.basis"]) if i >> k & 1]
		    print(json.dumps({"kind": "profile", "id": f"p{i:03}", "email": [mail], "given_name": "A", "family_name": "B", "birthdate": "1990-01-01",
		        "gender": "f", "decisions": [{**d, "address": {"field": "email", "value": mail}, "drop": drop}]}, separators=(",", ":")))
	PY
	stream < lines.in > in
	export_as 0 wide
	[ "$(wc -l < list)" -eq 201 ]
	LC_ALL=C sort -c cdp-state/egress/000000.rows
	[ "$(awk '{ print length }' cdp-state/egress/000000.rows | sort -u | wc -l)" -eq 1 ]
}

@test "no log, no file: a log that is missing, locked, edited or unwritable stops the run" {
	ana | stream > in
	export_as 0 newsletter
	exec 9> cdp-state/egress/lock
	python3 -c 'import fcntl, struct, time; fcntl.fcntl(9, 37, struct.pack("hhqqi4x", 1, 0, 0, 0, 0)); time.sleep(3)' &
	sleep 0.5
	export_as 5 newsletter
	exec 9>&-
	wait
	sed -i 's/"rows":1/"rows":2/' cdp-state/egress/journal.ndjson
	export_as 4 newsletter
	rm -r cdp-state/egress
	: > cdp-state/egress
	export_as 6 newsletter
	run_split cdp-export -q --to newsletter --as-of $NOW --state elsewhere -o list in
	[ "$status" -eq 4 ] && [ ! -e list ]
}

@test "nothing reaches standard output before the intent is on disk" {
	for i in $(seq 1000 1999); do
		profile "p$i" "$(printf 'x%.0s' {1..600})" '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com)"
	done | stream > in
	command -v strace > tool || skip "strace is missing"
	export ASAN_OPTIONS=detect_leaks=0	# it cannot work under a tracer
	run_split strace -f -o trace -e trace=write,pwrite64,fdatasync,fsync,renameat,rename cdp-export -q --to newsletter --as-of $NOW --manifest m in
	[ "$status" -eq 0 ]
	[ "$(wc -c < out)" -gt 600000 ]
	intent=$(grep -n '"event\\":\\"intent\|{\\"kind\\":\\"egress' trace | head -1 | cut -d: -f1)
	first=$(grep -n 'write(1, ' trace | head -1 | cut -d: -f1)
	[ "$intent" -lt "$first" ]
	sed -n "$intent,${first}p" trace | grep -q sync
}

@test "a reader of standard output that goes away is on record as a disclosure" {
	for i in $(seq 1000 1999); do
		profile "p$i" "$(printf 'x%.0s' {1..600})" '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com)"
	done | stream > in
	cdp-export -q --to newsletter --as-of $NOW --manifest m in | head -c 10 > /dev/null || true
	[ "$(cdp-export egress list | wc -l)" -eq 1 ]
	ana | stream > in
	export_as 0 newsletter
	[ "$(cdp-export egress list | jq -r .event | tr '\n' ' ')" = "intent published intent published " ]
}

@test "a run killed between intent and published is settled by the next" {
	ana | stream > in
	command -v strace > tool || skip "strace is missing"
	run_split strace -f -o trace -e inject=renameat2:signal=KILL -e trace=renameat2 cdp-export -q --to newsletter --as-of $NOW -o list in
	[ "$status" -eq 137 ]
	[ "$(cdp-export egress list | jq -r .event)" = intent ]
	run_split cdp-export verify list
	[ "$status" -ne 0 ]
	export_as 0 newsletter
	cdp-export egress list | jq -r .event | tail -3 | tr '\n' ' ' > events
	grep -q 'intent published $' events
}

@test "verify agrees with the file, and says no to one that was touched or made too late" {
	ana | stream as_of "$(date -u +%FT%TZ)" > in
	profile p1 Ana '"ana@example.com"' "$(decision permit P_CONSENT ana@example.com 2099-01-01T00:00:00Z)" | stream as_of "$(date -u +%FT%TZ)" > in
	cdp-export -q --to newsletter -o list in
	[ "$(cdp-export verify list)" = "list: ok" ]
	echo >> list
	run_split cdp-export verify list
	[ "$status" -eq 1 ]
	ana | stream > in
	export_as 0 newsletter
	run_split cdp-export verify list
	[ "$status" -eq 1 ]
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
	[ "$status" -eq 2 ] && [ ! -s out ]
	run_split cdp-export --to newsletter --as-of $NOW -o - in
	[ "$status" -eq 2 ] && [ ! -e ./- ]
}

@test "lint names every fault of a contract, and what is not in this version" {
	local change n=0
	while IFS= read -r change; do
		jq -c ".destinations[0] += $change" policy.json > bad.json
		run_split cdp-export lint --policy bad.json
		[ "$status" -eq 1 ] || { echo "accepted: $change"; return 1; }
		n=$((n + 1))
	done <<-'END'
		{"guards":{"max_drop":"10%"}}
		{"approval":{"signers":[]}}
		{"subject_requests":{"format":"opendsr"}}
		{"hash_profile":"meta-custom-audience/1"}
		{"layout":"mailchimp"}
		{"fields":[]}
		{"fields":["shoe_size"]}
		{"fields":["preference.language"]}
		{"role":"controller","fields":["profile_id"]}
		{"role":"friend"}
		{"purposes":["*"]}
		{"channel":"post"}
		{"channel":"none"}
		{"channel":"fax"}
		{"recipient":{"country":"DE"}}
		{"max_decision_age":"long"}
		{"id":"../escape"}
		{"unknown":1}
	END
	[ "$n" -eq 18 ]
	cdp-export lint
	[ "$(cdp-export destinations | wc -l)" -eq 7 ]
}
