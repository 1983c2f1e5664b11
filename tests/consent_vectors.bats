# SPDX-License-Identifier: Apache-2.0
# The decision vectors from end to end: events told to append, persons as resolve writes them
bats_require_minimum_version 1.5.0
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	export CDP_STATE=$PWD/state
}

vectors() {
	jq -L "$DATA/consent" -c "include \"vectors\"; $1" "$DATA/consent/vectors.json"
}

# Every event of every vector, each received at its time.
told() {
	local at
	cdp-consent init --subjects keyed --name test.example/consent --new-keys \
		--policy "$DATA/consent/vectors_policy.json" --as-of 2020-01-02 2>/dev/null
	vectors 'events[]' >events
	jq -r .recv events | sort -u >moments
	while read -r at; do
		jq -c "select(.recv == \"$at\").line" events >heard
		cdp-consent append --as-of "$at" --max-rejects 9 --rejects rejects heard 2>append.err || [ $? -eq 1 ]
		jq -r 'select(.kind == "reject").code' rejects >>refused
	done <moments
}

# ask N: the question and people of group N
ask() {
	sed -n "$1p" questions >group
	jq -c '.people[].profile' group >people
	jq -r '.question | "--purpose", .purpose, "--channel", .channel, "--controller", .controller,
		"--as-of", .T, "--known-at", .K' group >words
	mapfile -t QUESTION <words
	QUESTION+=(--max-ledger-age P9000D)
}

# "N CODE" for everybody: of the decision for the address asked about, or of the refusal.
answers() {
	jq -rn --slurpfile group group '
		($group[0].people | map({ (.profile.id): . }) | add) as $people |
		inputs | select(.kind == "profile" or .kind == "decision") |
		if .kind == "decision" then $people[.profile] as $p | "\($p.n) \(.code)"
		else $people[.id] as $p | [ .decisions[] | select(.address.value == $p.address) ] |
			"\($p.n) \(.[0].code // "no decision for the address")" end' "$@"
}

# The same of decide, which has a line for each address; that of the contact is the first.
first_decisions() {
	jq -rn --slurpfile group group '[inputs | select(.kind == "decision")] as $all |
		$group[0].people[] | . as $p | "\(.n) \(first($all[] | select(.profile == $p.profile.id)).code)"' out
}

wanted() {
	jq -r '.people[] | "\(.n) \(.want)"' group
}

@test "every vector: filter and decide give the outcome and the reason of the table" {
	local i asked=0
	told
	# What a producer may not say at all: the future, a lift by nobody.
	[ "$(sort refused | xargs)" = "E_LIFT Q_FUTURE_GRANT" ] || { cat refused; return 1; }
	vectors 'questions[]' >questions
	for ((i = 1; i <= $(wc -l <questions); i++)); do
		ask "$i"
		run_split cdp-consent filter "${QUESTION[@]}" --show-values --denied denied people
		case $(jq -r '.people[0].want' group) in
		E_PURPOSE_UNKNOWN | E_CONTROLLER_UNKNOWN)
			[ "$status" -eq 2 ]
			[ "$(jq -c '[.kind, .ok]' out)" = '["end",false]' ]
			;;
		*)
			[ "$status" -eq 0 ] || { cat err; return 1; }
			# 4: the row leaves with its other address, and without this one
			diff <(wanted | sed 's/^4 .*/4 no decision for the address/' | sort) \
				<(answers out denied | sort)
			cdp-consent decide "${QUESTION[@]}" --show-values people >out 2>err
			diff <(wanted) <(first_decisions)
			;;
		esac
		asked=$((asked + $(wc -l <people)))
	done
	[ "$asked" -eq "$(jq '.vectors | length' "$DATA/consent/vectors.json")" ]
}
