#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# cdp-resolve: what holds for any records. SEED=N tries other ones; a failure prints it.
load helpers
load resolve

SEED=${SEED:-1}

# crowd SEED RECORDS PERSONS [SOURCE]: records of made-up persons, with what real ones have: some
# fields missing, mailboxes and cards shared in a household, a wrong mailbox now and then. Up to 336
# persons differ in two parts of the birth date and in three digits of the tax number.
crowd() {
	awk -v seed="$1" -v n="$2" -v persons="$3" -v only="${4:-}" '
	function pick(k) { return int(rand() * k) }
	function field(share, text) { if (rand() < share) line = line "," text }
	BEGIN {
		srand(seed)
		split("crm shop web till", source, " ")
		split("Ana Rui Eva Ivo Ida Gil", given, " ")
		split("Costa Reis Paz Lima", family, " ")
		for (i = 1; i <= n; i++) {
			p = pick(persons)
			s = only != "" ? only : source[1 + pick(4)]
			h = int(p / 3)
			line = sprintf("{\"kind\":\"record\",\"id\":\"%s:%05d\",\"source\":\"%s\",\"key\":\"%05d\"", s, i, s, i)
			field(0.9, sprintf("\"observed_at\":\"20%02d-%02d-01\"", 10 + pick(15), 1 + pick(12)))
			field(0.9, sprintf("\"given_name\":\"%s\"", rand() < 0.1 ? substr(given[1 + p % 6], 1, 1) : given[1 + p % 6]))
			field(0.9, sprintf("\"family_name\":\"%s\"", family[1 + h % 4]))
			field(0.6, sprintf("\"birthdate\":\"%04d-%02d-%02d\"", 1930 + p % 80, 1 + int(p / 28) % 12, 1 + p % 28))
			mail = rand() < 0.1 ? sprintf("home%d@example.com", h) : sprintf("p%d@example.com", rand() < 0.05 ? pick(persons) : p)
			field(0.7, sprintf("\"email\":[\"%s\"]", mail))
			field(0.4, sprintf("\"phone_number\":[\"+35121%07d\"]", 1000000 + p))
			id = ""
			if (rand() < 0.3) id = id sprintf(",\"tax\":[\"74%03d%03d%03d\"]", p, p, p)
			if (rand() < 0.3) id = id sprintf(",\"card\":[\"C%d\"]", h * 2 + pick(2))
			if (id != "") line = line ",\"identifiers\":{" substr(id, 2) "}"
			field(0.05, sprintf("\"attributes\":{\"name_suffix\":\"%s\"}", p % 2 ? "Jr" : "Sr"))
			print line ",\"purposes\":[" (rand() < 0.9 ? "\"identity_resolution\"" : "\"other\"") "]}"
		}
	}'
}

# The same lines in another order.
shuffled() {
	awk -v seed="$1" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' | sort | cut -f 2-
}

strict_rules() {
	rules '"sources":{"till":{"clean":true}},"identifiers":{"tax":{"exclusive":true},"card":{"limit":2}},"clusters":{"soft_exclusive":false}'
}

same_bytes() {
	local t m s
	echo "# SEED=$SEED"
	crowd "$SEED" 3000 900 > all
	rm -f r
	echo '{"kind":"record","id":"bad"}' >> all
	head -1 all >> all
	head -2000 all | stream > old
	stream < all > in
	strict_rules
	local outputs="--events e --redirects r --conflicts c --generic g --rejects j --summary s --max-rejects 1"
	cdp-resolve -q --mode "$MODE" -o old.p old
	# shellcheck disable=SC2086
	cdp-resolve -q --mode "$MODE" --rules rules.json --threads 1 --previous old.p $outputs -o p in
	for f in p e r c g s; do mv $f want.$f; done
	[ "$(jq .records want.s)" -eq 3000 ]
	for t in 1 2 3 8; do
		for s in 1 2 3; do
			for m in 128M 4G; do
				shuffled "$SEED$s" < all | stream > in
				rm -f r
				# shellcheck disable=SC2086
				cdp-resolve -q --mode "$MODE" --rules rules.json --threads $t --memory $m --previous old.p $outputs -o p in
				for f in p e r c g s; do
					cmp $f want.$f || { echo "SEED=$SEED threads $t shuffle $s memory $m: $f"; return 1; }
				done
			done
		done
	done
}

@test "threads, order and memory change no byte of any output" {
	each_mode same_bytes
}

cut_anyhow() {
	echo "# SEED=$SEED"
	crowd "$SEED" 1000 300 > all
	stream < all > in
	cdp-resolve -q --mode "$MODE" in > want
	for cut in 1 377 999; do
		head -n $cut all | stream > a
		tail -n +$((cut + 1)) all | stream > b
		cat a b | cdp-resolve -q --mode "$MODE" | cmp - want
		cat b a | cdp-resolve -q --mode "$MODE" | cmp - want
		cdp-resolve -q --mode "$MODE" b a | cmp - want
		cdp-resolve -q --mode "$MODE" a - < b | cmp - want
	done
}

@test "inputs may be cut and put together in any way" {
	each_mode cut_anyhow
}

ties_are_trees() {
	local seed
	strict_rules
	for seed in "$SEED" "${SEED}1" "${SEED}2"; do
		crowd "$seed" 1500 400 | stream > in
		cdp-resolve -q --mode "$MODE" --rules rules.json in > out
		[ "$(jq -r 'select(.kind == "profile").members[]' out | sort)" = "$(jq -r 'select(.kind == "record").id' in | sort)" ] ||
			{ echo "SEED=$seed"; return 1; }
		jq -c 'select(.kind == "profile") | . as $p
		    | (reduce (.ties // [])[] as $t ((.members | map({(.): .}) | add); .[$t.a] as $a | .[$t.b] as $b
		        | map_values(if . == $b then $a else . end))) as $of
		    | select((.members | length) != (.ties // [] | length) + 1 or ([$of[]] | unique | length) != 1)
		    | [.id, .members, .ties]' out > bad
		[ ! -s bad ] || { echo "SEED=$seed"; cat bad; return 1; }
	done
}

@test "every record is in one profile, and its ties are a tree over the members" {
	each_mode ties_are_trees
}

constraints_hold() {
	local seed
	strict_rules
	for seed in "$SEED" "${SEED}1" "${SEED}2"; do
		crowd "$seed" 1200 300 | stream > in
		cdp-resolve -q --mode "$MODE" --rules rules.json in > out
		jq -n -c --slurpfile in in --arg mode "$MODE" '
		    ($in | map(select(.kind == "record")) | map({(.id): .}) | add) as $of
		    | inputs | select(.kind == "profile" and (.members | length) > 1)
		    | [.members[] | $of[.]] as $m
		    | {tax: [$m[].identifiers.tax[]?] | unique | length, card: [$m[].identifiers.card[]?] | unique | length,
		       suffix: [$m[].attributes.name_suffix | values] | unique | length,
		       birthdate: [$m[].birthdate | values] | unique | length,
		       till: [$m[] | select(.source == "till")] | length,
		       others: [$m[] | select(.purposes != ["identity_resolution"])] | length}
		    | select(.tax > 1 or .card > 2 or .suffix > 1 or (.birthdate > 1 and $mode == "exact") or .till > 1 or .others > 0)' out > bad
		[ ! -s bad ] || { echo "SEED=$seed"; cat bad; return 1; }
		jq -e -n '[inputs | select(.kind == "profile" and (.members | length) > 2)] | length > 20' out
	done
}

@test "no profile breaks a constraint" {
	each_mode constraints_hold
}

unlinked_do_nothing() {
	echo "# SEED=$SEED"
	crowd "$SEED" 1000 300 > all
	crowd "${SEED}7" 500 300 other | sed 's/"purposes":.*/"purposes":["other"]}/' > apart
	strict_rules
	stream < all > in
	cat all apart | shuffled "$SEED" | stream > more
	cdp-resolve -q --mode "$MODE" --rules rules.json --generic g --conflicts c --summary s -o p in
	cdp-resolve -q --mode "$MODE" --rules rules.json --generic g2 --conflicts c2 --summary s2 -o p2 more
	cmp g g2
	cmp c c2
	jq -c '[.fields, .nodes, .folded, .rules, .ties, .refused, .demoted]' s > want
	jq -c '[.fields, .nodes, .folded, .rules, .ties, .refused, .demoted]' s2 | cmp - want
	grep '"kind":"profile"' p > want
	grep '"kind":"profile"' p2 | grep -v '"members":\["other:' | cmp - want
}

@test "records that are not linked change nothing of the others, whatever they say" {
	each_mode unlinked_do_nothing
}

# What must hold between the runs $1 and $2 with the table $3 and the ids ever seen in $4.
check_life() {
	jq -r 'select(.kind == "profile") | .id as $i | .members[] | [$i, .] | @tsv' "$1" | sort > before
	jq -r 'select(.kind == "profile") | .id as $i | .members[] | [$i, .] | @tsv' "$2" | sort > after
	cut -f 1 after | sort -u > alive
	cut -f 1 before | sort -u > were
	sort -u -o "$4" "$4" were
	# An id that stays has a record that stays with it.
	comm -12 were alive > stays
	comm -12 before after | cut -f 1 | sort -u | comm -23 stays - > taken
	[ ! -s taken ] || { echo "an id went to other records:"; cat taken; return 1; }
	# Every id that is gone is in the table, none that is alive, and all lead to living ids.
	cut -f 1 "$3" | sort > table
	comm -23 "$4" alive | comm -23 - table > lost
	[ ! -s lost ] || { echo "no redirect:"; cat lost; return 1; }
	comm -12 alive table > both
	[ ! -s both ] || { echo "alive and redirected:"; cat both; return 1; }
	cut -s -f 2 "$3" | tr ' ' '\n' | grep . | sort -u | comm -23 - alive > dead || true
	[ ! -s dead ] || { echo "leads to an id that is not alive:"; cat dead; return 1; }
	[ -z "$(uniq -d table)" ]
}

edits() {
	local mode step
	rm -f r
	for mode in leader overlap; do
		echo "# SEED=$SEED $mode"
		crowd "$SEED" 120 40 > all
		stream < all > in
		: > r
		: > ever
		cdp-resolve -q --mode "$MODE" -o p in
		for step in $(seq 20); do
			# Some leave, some change their mailbox, some come.
			crowd "$SEED$step" 12 40 "new$step" > come
			shuffled "$SEED$step" < all | awk -v n="$step" 'NR > 8 { if (NR < 16) sub(/"email":\["[^"]*"\]/, "\"email\":[\"p" (NR * n) % 40 "@example.com\"]"); print }' > edited
			cat edited come > all
			stream < all > in
			cdp-resolve -q --mode "$MODE" --ids $mode --previous p --redirects r --events e -o q in
			check_life p q r ever || { echo "SEED=$SEED $mode step $step"; return 1; }
			mv q p
			[ $((step % 5)) -eq 0 ] || continue
			cp r again
			cdp-resolve -q --mode "$MODE" --ids $mode --previous p --redirects again --events none -o same in
			cmp p same
			cmp r again
			[ "$(jq -c 'select(.kind == "event")' none)" = "" ]
		done
		[ "$(grep -c . r)" -gt 10 ]
	done
}

@test "over 20 random edits no id goes to another person, and redirects are complete and have no chains" {
	each_mode edits
}
