# SPDX-License-Identifier: Apache-2.0
# The one list of tools, the inputs made for them, and a loop over both.
# shellcheck shell=bash disable=SC2034	# a test reads what each_tool sets

# ONE list: name, what it reads (rows or a stream), input file, command. A new tool is one line.
# The command runs in a directory of its own that holds the input as IN; OUT is its output. A fifth
# column is a command that must say yes after every fault: what state there is, is sound.
#
# Tools that read nothing; what conventions.bats asks of the others is asked of them in a file of
# their own, tests/NAME.bats.
WITHOUT_INPUT='cdp-synth'

cases() {
	if [ -n "${FAULT_CASES:-}" ]; then
		cat "$FAULT_CASES"
		return
	fi
	cat <<'LIST'
ingest	rows	shop.csv	cdp-ingest -q --map map.json -o OUT IN
resolve	stream	records.ndjson	cdp-resolve -q --mode exact -o OUT IN
append	stream	records.ndjson	cdp-consent append -q --state fresh --as-of 2026-06-01T00:00:00Z --pass -o OUT IN	cdp-consent verify -q --state fresh
consent	stream	profiles.ndjson	cdp-consent filter -q --state state --as-of 2026-06-01T00:00:00Z --purpose marketing.newsletter --channel email -o OUT IN
export	stream	permitted.ndjson	cdp-export -q --state state --as-of 2026-06-01T00:00:00Z --to newsletter --manifest M -o OUT IN
eval	stream	profiles.ndjson	cdp-eval -q --truth truth.csv -o OUT IN
LIST
}

# The inputs of all stages, made once by the tools themselves from the demo's sources. A stage
# that cannot be made leaves a reason in $STAGE/why, and the rows of its tool skip with it.
setup_file() {
	export STAGE=$BATS_FILE_TMPDIR
	mkdir "$STAGE/base" && cd "$STAGE/base" || exit 1
	cp -R "${FAULT_DATA:-$DATA/demo}"/. . 2>/dev/null || true
	[ -z "${FAULT_CASES:-}" ] || return 0
	[ ! -f shop.csv.map.json ] || cp shop.csv.map.json map.json
	[ ! -f shop.map.json ] || cp shop.map.json map.json
	{
		cdp-consent init --state state --subjects keyed --name demo.example/consent \
		    --new-keys --policy policy.json --as-of 2026-06-01T00:00:00Z >/dev/null &&
		cp -R state fresh &&
		cdp-ingest -q --map map.json -o records.ndjson shop.csv &&
		cdp-consent append -q --state state --as-of 2026-06-01T00:00:00Z records.ndjson >/dev/null &&
		cdp-resolve -q --mode exact -o profiles.ndjson records.ndjson &&
		cdp-consent filter -q --state state --as-of 2026-06-01T00:00:00Z \
		    --purpose marketing.newsletter --channel email -o permitted.ndjson profiles.ndjson
	} 2>../why || true
	if [ ! -f truth.csv ] && [ -f records.ndjson ]; then
		{ echo id,entity; jq -r 'select(.kind=="record")|[.id,.id]|@csv' records.ndjson; } >truth.csv
	fi
	name_unready
}

# Said once for the whole file, so that a tool which never ran does not look tested.
name_unready() {
	local reason
	while IFS=$'\t' read -r name kind input command sound; do
		reason=$(unready)
		[ -z "$reason" ] || echo "# faults: $name not run: $reason" >&3
	done < <(cases)
}

# The reason why a case cannot run, or nothing.
unready() {
	command -v "${command%% *}" >/dev/null || { echo "${command%% *} is not built"; return; }
	[ -f "$STAGE/base/$input" ] || echo "no $input: $(head -n 1 "$STAGE/why" 2>/dev/null)"
}

# A fresh directory with the input and an old output, as every run finds it.
fresh() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	rm -rf work
	cp -R "$STAGE/base" work
	cd work || exit 1
	cp "$input" IN
	echo old >OUT
}

# Runs the tool's command behind the words given; status in $status.
tool() {
	status=0
	# shellcheck disable=SC2086 # the command is a list of words
	"$@" $command >stdout 2>err </dev/null || status=$?
	printf '%s\n' "$status" >code
	# bash says "Killed" and the like itself; that is not the tool's
	[ ! -s err ] || cat err >>"$BATS_TEST_TMPDIR/all-errors"
}

# One undisturbed run: its output is what every other must give.
clean() {
	fresh
	tool env
	[ "$status" -le 1 ] || { echo "undisturbed: status $status: $(head -n 3 err)"; return 1; }
	good=$status
	cp OUT "$BATS_TEST_TMPDIR/H1"
	! cmp -s OUT <(echo old) || { echo "undisturbed: no output"; return 1; }
}

# Calls body once for every case, with name, kind, input and command set. Where none can run the
# test skips.
each_tool() {
	local ran=0 reason reasons='' body=$1
	while IFS=$'\t' read -r name kind input command sound; do
		reason=$(unready)
		[ -z "${only:-}" ] || [ "$kind" = "$only" ] || continue
		if [ -n "$reason" ]; then
			reasons="$reasons $name: $reason;"
			continue
		fi
		clean || return 1
		"$body" || return 1
		ran=$((ran + 1))
	done < <(cases)
	[ "$ran" -gt 0 ] || skip "no tool can run:$reasons"
}

each_stream_tool() {
	only=stream each_tool "$1"
}
