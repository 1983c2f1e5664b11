# SPDX-License-Identifier: Apache-2.0
# cdp-resolve: questions for people, what they answer, and who lives together.
load helpers
load resolve
bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	cdp-synth --people 400 --seed 11 --truth truth.csv > in
	cdp-resolve -q --mode auto --review queue -o profiles in
}

# auto ARGS...: resolves the records of all tests.
auto() {
	run_split cdp-resolve -q --mode auto "$@" -o made "$BATS_FILE_TMPDIR/in"
}

# verdict A B WORD
verdict() {
	printf '{"kind":"link","a":"%s","b":"%s","verdict":"%s"}\n' "$1" "$2" "$3"
}

# profile_of ID [FILE]
profile_of() {
	jq -r --arg id "$1" 'select(.kind == "profile" and (.members | index($id))).id' "${2:-made}"
}

# The two records of a profile.
two_of_one() {
	jq -r 'select(.kind == "profile" and (.members | length) == 2).members | join(" ")' \
	    "$BATS_FILE_TMPDIR/profiles" | head -n 1
}

@test "the review queue is a stream of questions with both records, the most telling first" {
	queue=$BATS_FILE_TMPDIR/queue
	[ "$(head -n 1 "$queue" | jq -r .kind)" = stream ]
	[ "$(tail -n 1 "$queue" | jq -r .ok)" = true ]
	[ "$(sed '1d;$d' "$queue" | jq -r .verdict | sort -u)" = review ]
	[ "$(sed '1d;$d' "$queue" | jq -c 'select(.a != .record_a.id or .b != .record_b.id)')" = '' ]
	[ "$(sed '1d;$d' "$queue" | wc -l)" -gt 20 ]
	auto --review more --review-limit 7
	[ "$status" -eq 0 ]
	sed '1d;$d' more | cmp - <(sed '1d;$d' "$queue" | head -n 7)
	cmp made "$BATS_FILE_TMPDIR/profiles"
}

@test "the queue and the profiles are the same for any order and threads, verdicts or not" {
	sed '1d;$d' "$BATS_FILE_TMPDIR/queue" | head -n 30 |
	    jq -c '.verdict = (if .weight[0:1] == "-" then "different" else "same" end)' > mine
	auto --verdicts mine --review q --conflicts c
	[ "$status" -eq 0 ]
	mv made want
	mv q want_q
	mv c want_c
	{ head -n 1 "$BATS_FILE_TMPDIR/in"; sed '1d;$d' "$BATS_FILE_TMPDIR/in" |
	    sort -R --random-source=<(yes 3); tail -n 1 "$BATS_FILE_TMPDIR/in"; } > other
	sort -R --random-source=<(yes 4) mine > yours
	for t in 1 2 3; do
		cdp-resolve -q --mode auto --threads $t --verdicts yours --review q --conflicts c -o made other
		cmp made want
		cmp q want_q
		cmp c want_c
	done
}

@test "different parts a profile, same joins two, in every run that is told" {
	read -r a b < <(two_of_one)
	verdict "$a" "$b" different > mine
	auto --verdicts mine
	[ "$status" -eq 0 ]
	[ "$(profile_of "$a")" != "$(profile_of "$b")" ]
	verdict "$b" "$a" same > later
	auto --verdicts mine --verdicts later
	[ "$(profile_of "$a")" = "$(profile_of "$b")" ]
	read -r c d < <(jq -r 'select(.kind == "profile" and (.attributes // {} | has("party_type") | not)
	    and (.identifiers // {} | length) == 0 and .birthdate == null and (.members | length) == 1
	    and (.purposes | index("identity_resolution"))).members[0]' "$BATS_FILE_TMPDIR/profiles" |
	    head -n 2 | paste - -)
	verdict "$c" "$d" same > mine
	auto --verdicts mine
	[ "$(profile_of "$c")" = "$(profile_of "$d")" ]
	[ "$(jq -r --arg id "$c" 'select(.kind == "profile" and (.members | index($id))).ties[].by' made)" = steward ]
}

@test "explain tells of verdicts, and estimate learns from them" {
	read -r a b < <(two_of_one)
	verdict "$a" "$b" different > mine
	echo "$a $b" > pairs
	cdp-resolve explain -q --verdicts mine --pairs pairs "$BATS_FILE_TMPDIR/in" > told
	grep -q '  two profiles  ' told
	grep -q "^  refused  different  $a $b$" told
	c=$(jq -r 'select(.kind == "profile").members[0]' "$BATS_FILE_TMPDIR/profiles" | grep -vxF "$a" | head -n 1)
	verdict "$a" "$c" same > mine
	echo "$a $c" | cdp-resolve explain -q --verdicts mine --pairs - "$BATS_FILE_TMPDIR/in" > told
	grep -q "^  tie      $a = $c  steward$" told
	run_split cdp-resolve estimate -q --verdicts mine "$BATS_FILE_TMPDIR/in"
	[ "$status" -eq 0 ]
}

@test "verdicts that cannot all be met stand in the conflict report" {
	read -r a b < <(two_of_one)
	c=$(jq -r 'select(.kind == "profile").members[0]' "$BATS_FILE_TMPDIR/profiles" | grep -vxF "$a" | head -n 1)
	{ verdict "$a" "$b" different; verdict "$a" "$c" same; verdict "$b" "$c" same; } > mine
	auto --verdicts mine --conflicts c
	[ "$status" -eq 0 ]
	[ "$(profile_of "$a")" != "$(profile_of "$b")" ]
	[ "$(grep -c "	steward	refused_different	" c)" -eq 1 ]
}

@test "random verdicts: different never shares a profile, same does or is told" {
	sed '1d;$d' "$BATS_FILE_TMPDIR/in" | jq -r 'select(.purposes | index("identity_resolution")).id' > ids
	for seed in 1 2 3 4; do
		echo "seed $seed"
		sort -R --random-source=<(yes $seed) ids | head -n 60 | paste - - |
		    awk '{ print $0, NR % 2 ? "same" : "different" }' > pairs
		while read -r a b word; do
			verdict "$a" "$b" "$word"
		done < pairs > mine
		auto --verdicts mine --conflicts c
		[ "$status" -eq 0 ]
		jq -r 'select(.kind == "profile") | .id as $p | .members[] + " " + $p' made | sort > of
		unmet=0
		while read -r a b word; do
			p=$(awk -v id="$a" '$1 == id { print $2 }' of)
			q=$(awk -v id="$b" '$1 == id { print $2 }' of)
			case $word in
			different) [ "$p" != "$q" ] || { echo "$a $b share $p"; false; } ;;
			same) [ "$p" = "$q" ] || unmet=$((unmet + 1)) ;;
			esac
		done < pairs
		[ "$unmet" -eq "$(grep -c '	steward	refused_' c || true)" ]
	done
}

@test "what is no verdict ends the run before anything is read or written" {
	{ verdict a:1 b:1 same; verdict b:1 a:1 different; } > both
	verdict a:1 b:1 diferent > slip
	echo '{"kind":"profile"}' > other
	printf '{"kind":"link","a":"a:1","b":"b' > cut
	for file in both slip other cut; do
		auto --verdicts $file
		[ "$status" -eq 2 ]
		grep -q "$file:[12]: E_VERDICTS: " err
		[ ! -e made ]
	done
	verdict a:1 b:1 same > mine
	auto --verdicts mine --verdicts slip
	grep -q 'slip:1: E_VERDICTS: ' err
	run_split cdp-resolve -q --mode exact --verdicts mine -o made "$BATS_FILE_TMPDIR/in"
	[ "$status" -eq 2 ]
}

@test "verdicts on records that are not there are counted, with a notice" {
	verdict gone:1 gone:2 same > mine
	run_split cdp-resolve --mode auto --verdicts mine -o made --summary s "$BATS_FILE_TMPDIR/in"
	[ "$status" -eq 0 ]
	grep -q '1 verdicts name a record that is not here' err
	[ "$(jq .verdicts_unknown s)" -eq 1 ]
	cmp made "$BATS_FILE_TMPDIR/profiles"
}

@test "other verdicts make another digest, their order does not" {
	read -r a b < <(two_of_one)
	{ verdict "$a" "$b" different; verdict "$b" gone:1 same; } > mine
	tac mine > yours
	for file in /dev/null mine yours; do
		auto --verdicts $file --summary "s$(basename $file)"
		[ "$status" -eq 0 ]
	done
	[ "$(jq -r .identical_run_digest smine)" = "$(jq -r .identical_run_digest syours)" ]
	[ "$(jq -r .identical_run_digest smine)" != "$(jq -r .identical_run_digest snull)" ]
}

@test "who lives together has one household, nobody is merged for it, and it can be left out" {
	profiles=$BATS_FILE_TMPDIR/profiles
	[ "$(jq -r 'select(.kind == "profile").household // empty' "$profiles" | sort | uniq -c |
	    awk '$1 == 1')" = '' ]
	jq -r 'select(.kind == "profile") | select(.household).household[1:]' "$profiles" | sort -u > led
	[ "$(wc -l < led)" -gt 20 ]
	jq -r 'select(.kind == "profile").id[1:]' "$profiles" | sort > ids
	[ "$(comm -23 led ids)" = '' ]
	auto --households off
	[ "$status" -eq 0 ]
	cmp made <(sed 's/"household":"[^"]*",//' "$profiles")
}

@test "a forced join is made whatever the weights, in its order and under the constraints" {
	{
		sed '1d;$d' "$BATS_FILE_TMPDIR/in"
		rec z:1 "$(name Zoe Zimt),\"attributes\":{\"member\":\"M1\"}"
		rec z:2 "$(name Olaf Palm),\"attributes\":{\"member\":\"M1\"}"
		rec z:3 "$(name Zoe Zimt),\"attributes\":{\"member\":\"M1\",\"party_type\":\"organization\"}"
	} | stream > some
	rules '"joins":[{"all":["attr.member"],"force":true},{"all":["phone.e164"]}]'
	cdp-resolve -q --mode auto --rules rules.json --conflicts c --summary s -o made some
	[ "$(profile_of z:1)" = "$(profile_of z:2)" ]
	[ "$(profile_of z:1)" != "$(profile_of z:3)" ]
	[ "$(jq -r 'select(.kind == "profile" and (.members | index("z:1"))).ties[].by' made)" = exact ]
	grep -q '^-	attr.member	refused_party	2	z:1 z:3' c
	rules '"joins":[{"all":["attr.member"]}]'
	cdp-resolve -q --mode auto --rules rules.json -o made some
	[ "$(profile_of z:1)" != "$(profile_of z:2)" ]
}
