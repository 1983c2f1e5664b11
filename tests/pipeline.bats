# SPDX-License-Identifier: Apache-2.0
# Several tools together: the demo tells the truth, the pipe is whole or nothing, the bytes are the same.
load helpers
bats_require_minimum_version 1.5.0

T=2026-06-01T00:00:00Z

sources() {
	cp -R "$DATA"/demo/* .
	cdp-consent init -q --subjects keyed --name demo.example/consent --new-keys --policy policy.json --as-of $T
}

# The number that the demo printed behind the words given.
told() {
	sed -n "s/^ *$1  *\([0-9][0-9]*\).*/\1/p" demo.txt | head -n 1
}

@test "the demo prints what an independent count of its sources finds" {
	CDP_BUILD=$BUILD "$ROOT/share/demo.sh" demo >demo.txt
	python3 "$ROOT/tests/demo_count.py" demo >counted
	while read -r name number; do
		case $name in
		rows) said=$(told 'rows in') ;;
		profiles) said=$(told 'people (profiles)') ;;
		singletons) said=$(told 'of one record') ;;
		households) said=$(told 'households of several') ;;
		consents) said=$(told 'consent events kept') ;;
		permitted) said=$(told 'may get it') ;;
		refused) said=$(told 'may not') ;;
		listed) said=$(sed -n 's/^Written: list.csv with \([0-9]*\) addresses.*/\1/p' demo.txt) ;;
		withheld) said=$(told 'rows withheld') ;;
		after) said=$(sed -n 's/^  people (profiles)  *//p' demo.txt) ;;
		returned) said=$(told 'records that came back') && [ "$said" = 0 ] ;;
		strangers) said=0 ;;
		esac
		[ "$said" = "$number" ] || { echo "$name: the demo says $said, the count is $number"; return 1; }
	done <counted
	[ "$(wc -l <counted)" -eq 12 ]
	# A scored merge, a household that is two people, a pair for review, and the error to expect.
	grep -Eq '^ *total .*: LINK$' demo.txt
	grep -Eq '^ *total .*: (NO LINK|REVIEW)$' demo.txt
	grep -q '^For review, of [1-9]' demo.txt
	grep -Eq '^links that may be false +[0-9.]+ %' demo.txt
	# One permission proved where the ledger is not, and still after the person was erased.
	grep -q '^    grant, with the text that was shown: proved$' demo.txt
	grep -q '^  the ledger  *verified, every digest and signature$' demo.txt
	grep -q '^  the proofs  *hold as before' demo.txt
}

@test "the command lines that the demo prints can be typed" {
	CDP_BUILD=$BUILD "$ROOT/share/demo.sh" demo >demo.txt
	sed '1,/^The command lines/d' demo.txt | sed -n 's/^    //p' >typed
	[ "$(wc -l <typed)" -eq 13 ]
	mkdir again && cp -R "$DATA"/demo/* again
	(cd again && sh ../typed 2>/dev/null) || true
	cut -d, -f1 demo/list.csv >a
	cut -d, -f1 again/list.csv >b
	cmp a b
	# The subjects are random and the rest is not.
	cmp <(jq -c 'select(.kind == "profile")' demo/again.ndjson) <(jq -c 'select(.kind == "profile")' again/again.ndjson)
}

@test "a producer killed in mid-pipe leaves no output downstream, under plain sh" {
	sources
	cdp-ingest -q shop.csv crm.csv app.ndjson >whole.ndjson || true
	head -n 100 whole.ndjson >cut.ndjson
	run -3 cdp-resolve -q -o profiles.ndjson cut.ndjson
	[ ! -e profiles.ndjson ]
	run -3 cdp-consent append -q --as-of $T cut.ndjson
	run -0 cdp-consent verify
	[[ $output == *'"size":1,'* ]]	# the policy alone
	{ head -n 100 whole.ndjson; kill -9 $BASHPID; } 2>/dev/null | (cdp-resolve -q -o p2.ndjson; echo $? >status) || true
	[ "$(cat status)" -eq 3 ]
	[ ! -e p2.ndjson ]
}

@test "every tool gives the same bytes for any threads, order of records and memory (I20)" {
	sources
	cdp-ingest -q shop.csv crm.csv app.ndjson >records.ndjson || true
	cdp-consent append -q --pass --as-of $T records.ndjson >passed.ndjson
	cdp-consent gate -q --as-of $T passed.ndjson >gated.ndjson
	cdp-resolve -q -o profiles.ndjson gated.ndjson
	cdp-consent filter -q --purpose marketing.newsletter --channel email --as-of $T -o permitted.ndjson profiles.ndjson
	head -n 1 gated.ndjson >order
	sed '1d;$d' gated.ndjson | python3 -c 'import random,sys; l=sys.stdin.readlines(); random.Random(7).shuffle(l); sys.stdout.writelines(l)' >>order
	tail -n 1 gated.ndjson >>order
	for threads in 1 2 3 8; do
		for memory in 128M 1G; do
			cdp-ingest -q --threads $threads --memory $memory shop.csv crm.csv app.ndjson >out || true
			cmp out records.ndjson
			cdp-consent gate -q --threads $threads --memory $memory --as-of $T passed.ndjson | cmp - gated.ndjson
			cdp-resolve -q --threads $threads --memory $memory order | cmp - profiles.ndjson
			cdp-consent filter -q --threads $threads --memory $memory --purpose marketing.newsletter \
				--channel email --as-of $T profiles.ndjson | cmp - permitted.ndjson
		done
	done
}

@test "a file, a pipe, packed input and two files one after another give the same bytes (I20)" {
	sources
	cdp-ingest -q shop.csv >records.ndjson
	cdp-ingest -q --map shop.map.json - <shop.csv | sed 's/"file":"-"/"file":"shop.csv"/' >piped
	sed 1d records.ndjson | cmp - <(sed 1d piped)
	gzip -k shop.csv && zstd -q shop.csv
	for packed in shop.csv.gz shop.csv.zst; do
		cdp-ingest -q --map shop.map.json $packed | sed 1d | cmp - <(sed 1d records.ndjson)
	done
	cdp-ingest -q app.ndjson >more.ndjson
	cdp-resolve -q records.ndjson more.ndjson >a
	cat more.ndjson records.ndjson | cdp-resolve -q >b
	cmp a b
}
