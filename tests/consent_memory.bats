# SPDX-License-Identifier: Apache-2.0
# Row F20 of the reliability matrix: how much memory cdp-consent takes, against the formula of its page.
# Peaks are those of the kernel (ru_maxrss), so no time is measured.
bats_require_minimum_version 1.5.0
load helpers
load consent
load faults

# peak WORDS...: the most memory it held, in KiB
peak() {
	python3 - "$@" <<-'PY'
		import resource, subprocess, sys
		with open("out", "wb") as out, open("err", "wb") as err:
		    done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=out, stderr=err)
		if done.returncode != 0:
		    sys.exit(f"{sys.argv[1:]}: {done.returncode}: {open('err').read()}")
		print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
	PY
}

# within WHAT EVENTS BYTES KIB: no more than 24 MiB and so many bytes an event
within() {
	local most=$((24 * 1024 + $2 * $3 / 1024))
	echo "$1 of $2 events: $4 KiB, at most $most"
	[ "$4" -le "$most" ]
}

@test "F20 who judges takes 24 MiB and 720 bytes an event, who writes 200 and 1,500 a new one" {
	need_plain_memory
	local n more mode
	event x deny >one
	echo '{"email":["p1@example.com"]}' >p1.json
	more=$((SHALLOW == 0 ? 300000 : 100000))
	for mode in keyed vault; do
		for n in 10000 $more; do
			[ "$mode" = keyed ] || [ "$n" -eq 10000 ] || [ "$SHALLOW" -eq 0 ] || continue
			rm -rf state
			cdp-consent init -q --name test.example/consent --subjects $mode --new-keys --policy policy.json \
			    --as-of 2026-01-01T00:00:00Z
			# each person once with a yes and once with a no, with evidence
			awk -v n="$n" 'BEGIN { for (i = 0; i < n; i++) printf "{\"kind\":\"consent\",\"id\":\"e%d\",\"type\":\"%s\",\"identifier\":{\"type\":\"email\",\"value\":\"p%d@example.com\"},\"at\":\"2026-03-01T10:00:00Z\",\"src\":\"shop\",\"controller\":\"north\",\"purpose\":\"marketing.newsletter\",\"channel\":\"email\",\"basis\":\"consent\",\"ctype\":\"expressed\",\"notice\":\"newsletter@7/de-DE\",\"method\":\"web_form\",\"actor\":\"subject\",\"evidence\":{\"form\":\"f7\"}}\n", i, i % 2 ? "withdraw" : "grant", i / 2 }' >many
			within "$mode: append" "$n" 1500 "$(peak cdp-consent append -q --as-of 2026-03-02T00:00:00Z many)"
			within "$mode: append once more" "$n" 200 "$(peak cdp-consent append -q --as-of 2026-03-02T00:00:00Z one)"
			cdp-consent compile -q >/dev/null
			within "$mode: append with a compiled state" "$n" 30 "$(peak cdp-consent append -q --as-of 2026-03-02T00:00:00Z one)"
			rm -r state/ledger/cache
			within "$mode: verify" "$n" 720 "$(peak cdp-consent verify -q)"
			within "$mode: filter" "$n" 720 "$(peak cdp-consent filter -q --purpose marketing.newsletter \
			    --channel email --controller north --as-of 2026-03-02T00:00:00Z /dev/null)"
			[ "$mode" = keyed ] || within "$mode: erase" "$n" 800 "$(peak cdp-consent erase -q --subject-file p1.json \
			    --by dpo --as-of 2026-03-02T00:00:00Z)"
		done
	done
}

@test "F20 rows take none: filter and gate of four times as many hold as much" {
	need_plain_memory
	local command kind few many
	{ event g grant ',"evidence":{"form":"f"}'; } | append
	for command in "filter --purpose marketing.newsletter --channel email --controller north" \
	    "gate --purpose identity_resolution"; do
		kind=$([[ $command = gate* ]] && echo record || echo profile)
		$kind 1 ana@example.com >row
		for few in 100000 400000; do yes "$(cat row)" | head -n $few >rows.$few; done
		# shellcheck disable=SC2086
		few=$(peak cdp-consent $command -q --as-of 2026-03-02T00:00:00Z rows.100000)
		# shellcheck disable=SC2086
		many=$(peak cdp-consent $command -q --as-of 2026-03-02T00:00:00Z rows.400000)
		echo "$command: $few KiB, $many KiB"
		[ "$many" -le $((few + 8 * 1024)) ]
		[ "$many" -le $((96 * 1024)) ]
	done
}
