# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What faults do to cdp-consent append: a vault ledger whose segments hold four lines, so that a batch
# fills one, seals it and begins the next; a file of six events; and what must hold after a fault and
# after the next run. Loaded by .bats files behind consent.bash, sourced on a disk of its own by power.sh.

RECEIPTS=${RECEIPTS:-receipts}		# where they are told

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	cp "$ROOT/share/examples/policy.json" policy.json
	export CDP_STATE=$PWD/state
	"$BUILD/tests/tools/ledger_small" state test.example/consent 4 vault
	cdp-consent publish -q --policy policy.json --as-of 2026-01-01T00:00:00Z
	{ yes_of g0 leo@example.com; said d0 deny rui@example.com 2026-02-01T10:00:00Z; } | heard 2026-02-02T00:00:00Z
	{
		yes_of g1 ana@example.com
		said w1 withdraw rui@example.com 2026-03-01T10:00:00Z ',"evidence":{"mail":"m1"},"account":"shop:1"'
		event o1 object_dm
		event n1 notice_served
		said s1 suppress eva@example.com 2026-03-01T10:00:00Z ',"cause":"erasure"'
		said d1 deny zoe@example.com 2026-03-01T10:00:00Z
	} >six
	mkdir base && mv state base
	cp -a base/state .
	cdp-consent compile -q >/dev/null
	cp -a state base/ready
	rm -r state && cp -a base/state .
	"${run[@]}" six
	content >whole
	cp -a state base/after
	rm -r state && cp -a base/state .
	crash_at rename 1
	mv state base/crashed
}

# Leaves what is left when it is killed there.
crash_at() {
	strace -f -o /dev/null -e "inject=$1:signal=KILL:when=$2" "${run[@]}" six >/dev/null 2>&1 || true
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	cp "$BATS_FILE_TMPDIR"/{policy.json,six,whole} .
	export CDP_STATE=$PWD/state
	jq -r .key "$BATS_FILE_TMPDIR/base/state/ledger/origin" >log.vkey
}

# One thread, so that a call has the same number in every run; more of them touch no file of the ledger.
run=(cdp-consent append -q --threads 1 --as-of 2026-03-02T00:00:00Z --batch 4 --receipts "$RECEIPTS")

# A grant with evidence; the notice of the policy here is in German.
yes_of() {
	said "$1" grant "$2" 2026-01-20T10:00:00Z ',"src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email","basis":"consent","ctype":"expressed","notice":"newsletter@7/de-DE","method":"web_form","actor":"subject","evidence":{"form":"f7"}'
}

begin() {
	rm -rf state "$RECEIPTS"
	cp -a "$BATS_FILE_TMPDIR/base/${1:-state}" state
}

# What the ledger says, whoever of the vault it says it of; its lines have one spelling.
content() {
	cat state/ledger/seg/*.ndjson | sed -E '/"sid"/!d; s/"(seq|recv)":[0-9]+,?//g
		s/"(prev|sid|account|commit)":"[^"]*",?//g' | LC_ALL=C sort
}

# of MEMBER: the number that stands in the report of verify.
of() {
	sed -nE "s/.*\"$1\":([0-9]+).*/\1/p" verified
}

lost() { echo "$*: $(head -n 3 err 2>/dev/null)"; return 1; }

# Whoever holds a receipt can prove what it says, to a stranger.
receipts_hold() {
	local seq
	[ -f "$RECEIPTS" ] || return 0
	python3 - "$RECEIPTS" <<-'PY' || return 1
		import base64, glob, hashlib, json, sys
		lines = [l for f in sorted(glob.glob("state/ledger/seg/*")) for l in open(f, "rb").read().split(b"\n")[:-1]]
		given = [json.loads(l) for l in open(sys.argv[1])]
		for r in given:
		    line = lines[r["seq"]] if r["seq"] < len(lines) else b"{}"
		    leaf = base64.urlsafe_b64encode(hashlib.sha256(b"\0" + line).digest()).decode().rstrip("=")
		    if leaf != r["leaf"] or json.loads(line).get("id") != r["id"]:
		        sys.exit(f"receipt {r['id']}: line {r['seq']} is another one")
		if len(given) != 6:
		    sys.exit(f"{len(given)} receipts")
	PY
	rm -rf packs && mkdir packs
	for seq in $(jq .seq "$RECEIPTS"); do
		cdp-consent prove -q --seq "$seq" --out-dir "packs/$seq" >/dev/null || return 1
	done
	cdp-consent check-proof -q --trust log.vkey packs/*/*.tlog-proof >/dev/null
}

# The ledger is the old one, or has one batch more, or both; and nothing was promised that is not there.
old_or_new() {
	cdp-consent verify -q --evidence >verified 2>err || lost "verify" || return 1
	case $(of size) in 3|7|9) ;; *) lost "$(of size) lines" || return 1 ;; esac
	receipts_hold || lost "receipts" || return 1
}

# The same file again gives what an undisturbed run gives, and a third time nothing.
again() {
	rm -f "$RECEIPTS"
	"${run[@]}" six 2>err || lost "again: status $?" || return 1
	content | cmp - whole || lost "another ledger" || return 1
	[ "$(wc -l <"$RECEIPTS")" -eq 6 ] || lost "receipts, again" || return 1
	cdp-consent verify -q --evidence >verified 2>err || lost "verify, again" || return 1
	[ "$(of size) $(of opened)" = '9 3' ] && ! grep -q notes verified || lost "$(cat verified)" || return 1
	[ "$(stat -c %s state/ledger/vault)" -eq 240 ] || lost "rows of the vault" || return 1
	[ -z "$(find state -name '.cdp-*')" ] || lost "a temp file stays" || return 1
}
