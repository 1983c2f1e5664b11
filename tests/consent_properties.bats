# SPDX-License-Identifier: Apache-2.0
# What holds for whole runs (consent 10.3): X11 and X14. Of decide() alone: tests/unit/decide_property.h
# (X1-X5, X7-X9, X12, X13); X6 in consent_policy.bats and signals_test.c; X10 in consent_compile.bats; X15 in fuzz/
# and consent_lint.bats; X16 in event_check_test.c.
bats_require_minimum_version 1.5.0
load helpers
load consent

policy_of_gates() {
	rm -rf state
	cp "$DATA/consent/gates/policy.json" policy.json
	cdp-consent init --subjects keyed --name test.example/consent --new-keys \
		--policy policy.json --as-of 2026-01-01T00:00:00Z 2>/dev/null
}

# people N, records N: rows of which every kind of answer is among the first ten
people() {
	profile 1 u1@example.com >one
	awk -v n="$1" '{ for (i = 1; i <= n; i++) { line = $0; gsub(/"1"/, "\"" i "\"", line); gsub(/:1"/, ":" i "\"", line)
		gsub(/u1@/, "u" i "@", line)
		if (i % 10 == 9) line = "{\"kind\":\"profile\",\"id\":7}"
		if (i % 10 == 8) sub(/,"provenance.*/, "}", line)
		print line } }' one
}
records() {
	record 1 u1@example.com ',"purposes":["identity_resolution"]' >one
	awk -v n="$1" '{ for (i = 1; i <= n; i++) { line = $0; gsub(/"1"/, "\"" i "\"", line); gsub(/:1"/, ":" i "\"", line)
		gsub(/u1@/, "u" i "@", line)
		if (i % 10 == 1) sub(/identity_resolution/, "order_fulfilment", line)
		if (i % 10 == 2) gsub(/shop/, "nobody", line)
		if (i % 10 == 3) line = "{\"kind\":\"record\",\"id\":7}"
		if (i % 10 == 4) sub(/"kind"/, "\"expires_at\":\"2026-05-01\",&", line)
		if (i % 10 == 5) sub(/,"attributes":\{[^}]*\}/, "", line)
		print line } }' one
}

@test "X11: any number of threads and any memory limit give the same bytes, of gate, filter, decide and what stands beside them" {
	local threads memory file
	policy_of_gates
	{ for i in $(seq 1 4 400); do grant "g$i" "u$i@example.com" 2026-03-01T10:00:00Z; done
	  for i in $(seq 3 8 400); do said "w$i" withdraw "u$i@example.com" 2026-03-01T11:00:00Z; done
	  for i in $(seq 5 12 400); do said "p$i" preference_set "u$i@example.com" 2026-03-01T11:00:00Z ',"data":{"topics_out":["identity_resolution","marketing"]}'; done
	  for i in $(seq 6 10 400); do said "o$i" object "u$i@example.com" 2026-03-01T11:00:00Z ',"src":"shop","purpose":"identity_resolution"'; done; } |
		heard 2026-03-02T00:00:00Z
	people 9000 >people
	records 20000 >records
	ask() {
		judge "$@" --threads "$threads" --memory "$memory" --summary "$1.s" --rejects "$1.r" --max-rejects 50% >"$1.o" 2>"$1.e"
	}
	for threads in 1 2 3 8; do
		for memory in 16M 256M; do
			ask filter --purpose marketing.newsletter --channel email --denied d people
			ask decide --purpose marketing.newsletter --channel email --all-reasons people
			ask gate --quarantine q records
			[ -e first ] || { mkdir first; cp d q ./*.[osre] first; }
			for file in d q *.[osre]; do
				cmp "$file" "first/$file" || { echo "$threads $memory"; return 1; }
			done
		done
	done
	# every answer is among them, so that each could have come out in another order
	[ "$(jq -c '[.read, .rejected, .permitted + .redacted > 0, .skipped > 0, .denied > 0]' filter.s)" = '[9000,900,true,true,true]' ]
	[ "$(jq -c '[.read, .rejected, .permitted > 0, .redacted > 0, .skipped > 0, .denied > 0, .expired]' gate.s)" = '[20000,2000,true,true,true,true,2000]' ]
	[ "$(grep -c '"kind":"decision"' d)" -eq "$(jq '.denied + .skipped' filter.s)" ]
	[ "$(grep -c '"kind":"record"' q)" -eq "$(jq '.denied + .skipped' gate.s)" ]
	[ "$(grep -c '"kind":"reject"' filter.r)" -eq 900 ] && [ "$(grep -c '"kind":"reject"' gate.r)" -eq 2000 ]
}

# Sixty events of eight people, one in ten told twice, from a number; those that must come after
# another one (confirm, lifts) only with `ordered`.
random_events() {
	awk -v seed="$1" -v ordered="$2" 'BEGIN { srand(seed)
		n = split("grant withdraw deny object_dm object restrict suppress revoke notice_served preference_set bounce renew", t, " ")
		for (i = 1; i <= 60; i++) {
			type = t[int(rand() * n) + 1]; who = int(rand() * 8); day = int(rand() * 28) + 1
			if (ordered && i > 20 && rand() < 0.3) { k = int(rand() * (i - 1)) + 1
				if (kind[k] == "grant") type = "confirm"
				if (kind[k] == "restrict") type = "unrestrict"
				if (kind[k] == "suppress") type = "unsuppress"
				if (kind[k] == "object") type = "object_overridden" }
			kind[i] = type
			line = sprintf("{\"kind\":\"consent\",\"type\":\"%s\",\"at\":\"2026-02-%02dT10:00:00Z\"", type, day)
			if (rand() < 0.8 || type == "grant" || type == "object" || type == "restrict" || type == "suppress")
				line = line ",\"id\":\"e" i "\""
			if (type ~ /^(confirm|un|object_over)/) line = line ",\"ref\":\"e" k "\""
			else line = line ",\"identifier\":{\"type\":\"email\",\"value\":\"u" who "@example.com\"}"
			if (type ~ /^(un|object_over)/) line = line ",\"by\":\"dpo\""
			if (type ~ /^(grant|renew)$/) line = line ",\"src\":\"shop\",\"controller\":\"north\",\"purpose\":\"marketing.newsletter\",\"channel\":\"email\",\"basis\":\"consent\",\"ctype\":\"expressed\",\"notice\":\"newsletter@7/de-DE\",\"method\":\"web_form\",\"evidence\":{\"form\":\"f" i "\"}"
			if (type ~ /^(withdraw|deny)$/ && rand() < 0.5) line = line ",\"purpose\":\"marketing.newsletter\""
			if (type == "withdraw" && rand() < 0.3) line = line ",\"purpsoe\":\"x\""
			if (type == "object") line = line ",\"purpose\":\"identity_resolution\""
			if (type == "suppress") line = line ",\"cause\":\"legal\""
			if (type == "revoke" && rand() < 0.5) line = line ",\"ref\":\"e" (int(rand() * 60) + 1) "\""
			if (type == "preference_set") line = line ",\"data\":{\"lang\":\"de\"}"
			if (type == "bounce") line = line ",\"data\":{\"hard\":true}"
			line = line "}"
			print line
			if (rand() < 0.1) print line } }'
}

# The folded state with ids in the place of sequence numbers.
state_by_id() {
	jq -c 'select(.id) | {(.seq | tostring): .id}' state/ledger/seg/000000.ndjson | jq -s add >names
	cdp-consent state --as-of 2026-03-02T00:00:00Z | jq -c --slurpfile n names \
		'select(.kind == "state") | walk(if type == "number" then $n[0][tostring] else . end) |
		walk(if type == "array" then sort else . end)'
}

# split_up SEED FILE: part.01 ... of lengths by chance, some of them in the envelope of a stream
split_up() {
	rm -f part.*
	awk -v seed="$1" 'BEGIN { srand(seed); n = 1; left = 0 }
		function open() { file = sprintf("part.%02d", n++); left = int(rand() * 25) + 1; bare = rand() < 0.5; count = 0
			if (!bare) print "{\"kind\":\"stream\",\"schema\":\"cdp/1\",\"tool\":\"t\"}" >file }
		function shut() { if (count > 0 && !bare) printf "{\"kind\":\"end\",\"in\":%d,\"out\":%d,\"rejected\":0,\"by_kind\":{\"consent\":%d},\"ok\":true}\n", count, count, count >file
			if (count > 0) close(file) }
		left == 0 { shut(); open() }
		{ print >file; count++; left-- }
		END { shut() }' "$2"
}

@test "X14: however a file is split into files and batches, the ledger is the same; in whatever order, the state" {
	local seed part batch
	for seed in 1 2 3 4; do
		random_events "$seed" 1 >all
		rm -rf state && cp -a fresh state
		append --accept-widened all
		[ "$status" -eq 0 ] || { cat err; return 1; }
		[ "$(lines)" -gt 50 ]
		cp state/ledger/seg/000000.ndjson whole
		for batch in 1 7; do
			rm -rf state && cp -a fresh state
			append --accept-widened --batch "$batch" all
			cmp whole state/ledger/seg/000000.ndjson || { echo "$seed batch $batch"; return 1; }
		done
		for part in 1 2 3; do
			split_up "$seed$part" all
			rm -rf state && cp -a fresh state
			for file in part.*; do append --accept-widened --batch 3 "$file"; done
			cmp whole state/ledger/seg/000000.ndjson || { echo "$seed split $part"; return 1; }
			rm -rf state && cp -a fresh state
			append --accept-widened part.*
			cmp whole state/ledger/seg/000000.ndjson || { echo "$seed together $part"; return 1; }
			run -0 cdp-consent verify -q
		done
	done
	for seed in 5 6 7 8; do
		random_events "$seed" 0 >all
		rm -rf state && cp -a fresh state
		append --accept-widened all
		folded >lines.whole
		state_by_id >state.whole
		[ "$(wc -l <state.whole)" -gt 10 ]
		for part in 1 2 3; do
			awk -v seed="$seed$part" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' all | sort | cut -f 2- >shuffled
			split_up "$seed$part" shuffled
			rm -rf state && cp -a fresh state
			for file in part.*; do append --accept-widened "$file"; done
			folded | cmp - lines.whole || { echo "$seed order $part"; return 1; }
			state_by_id | cmp - state.whole || { echo "$seed state $part"; return 1; }
		done
	done
}
