# SPDX-License-Identifier: Apache-2.0
# What is wrong with the state before a run begins: rows F27 and F30 of the reliability matrix, F8 of
# consent.md 10.6. Refused before input is read, and never a permit that would not have been one.
bats_require_minimum_version 1.5.0
load helpers
load consent
load faults

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	cp "$ROOT/share/examples/policy.json" policy.json
	export CDP_STATE=$PWD/state
	"$BUILD/tests/tools/ledger_small" state test.example/consent 4 vault
	cdp-consent publish -q --policy policy.json --as-of 2026-01-01T00:00:00Z
	{
		yes_of g1 ana@example.com
		yes_of g2 rui@example.com
		said w2 withdraw rui@example.com 2026-03-01T11:00:00Z ',"evidence":{"mail":"m"}'
		yes_of g3 leo@example.com
		said s1 suppress eva@example.com 2026-03-01T11:00:00Z ',"cause":"erasure"'
	} | heard 2026-03-02T00:00:00Z
	{ profile p1 ana@example.com; profile p2 rui@example.com; profile p3 leo@example.com; } >profiles
	said d9 deny zoe@example.com 2026-03-02T09:00:00Z >more
	cdp-consent filter -q "${asked[@]}" -o permitted profiles
	cdp-export -q --to newsletter --as-of 2026-03-02T10:00:00Z -o list.csv permitted
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	cp -a "$BATS_FILE_TMPDIR"/{state,profiles,more,permitted} .
	export CDP_STATE=$PWD/state
	cp -a state whole
}

restore() { rm -rf state && cp -a whole state; }

asked=(--purpose marketing.newsletter --channel email --controller north --as-of 2026-03-02T10:00:00Z)

yes_of() {
	said "$1" grant "$2" 2026-01-20T10:00:00Z ',"src":"shop","controller":"north","purpose":"marketing.newsletter","channel":"email","basis":"consent","ctype":"expressed","notice":"newsletter@7/de-DE","method":"web_form","actor":"subject","evidence":{"form":"f7"}'
}

complain() { echo "$*: $(head -n 2 err)"; return 1; }

# The command lines that touch the state, those that write to it last.
lines() {
	cat <<-'END'
		cdp-consent filter --purpose marketing.newsletter --channel email --controller north --as-of 2026-03-02T10:00:00Z
		cdp-consent gate --purpose identity_resolution --as-of 2026-03-02T10:00:00Z
		cdp-consent append --as-of 2026-03-02T10:00:00Z --pass
		cdp-export --to newsletter --manifest manifest --as-of 2026-03-02T10:00:00Z
	END
}

# unread WANT WORDS...: ends so, says nothing on standard output, and has not touched its input.
unread() {
	local want=$1 file=profiles
	shift
	[[ $* != *cdp-export* ]] || file=permitted
	[[ $* != *append* ]] || file=more
	status=0
	{ "$@" >out 2>err || status=$?; cat >rest; } <"$file"
	[ "$status" -eq "$want" ] || complain "$*: status $status" || return 1
	! grep -v '"kind":"end".*"ok":false' out || complain "$*: something on the output" || return 1
	cmp -s rest "$file" || complain "$*: the input was read" || return 1
}

@test "F27 a state that belongs to somebody else: 4, before input is read" {
	local shim line words path
	need_shim identity
	while read -r line; do
		read -r -a words <<<"$line"
		unread 4 env LD_PRELOAD="$shim" EUID_IS=12345 "${words[@]}" || return 1
	done < <(lines)
	run -4 env LD_PRELOAD="$shim" EUID_IS=12345 cdp-consent verify
	run -4 env LD_PRELOAD="$shim" EUID_IS=12345 cdp-consent checkpoint --tick
	[ "$(id -u)" -eq 0 ] || return 0
	for path in . ledger keys ledger/seg ledger/origin ledger/checkpoint ledger/checkpoints.log \
	    ledger/vault ledger/seg/000000.ndjson ledger/seg/000001.ndjson; do
		restore
		chown 12345 "state/$path"
		while read -r line; do
			read -r -a words <<<"$line"
			[ "${words[0]}" = cdp-consent ] || continue
			unread 4 "${words[@]}" || complain "$path" || return 1
		done < <(lines)
	done
	for path in egress egress/journal.ndjson egress/journal.ndjson.head; do
		restore
		chown 12345 "state/$path"
		unread 4 cdp-export --to newsletter --manifest manifest --as-of 2026-03-02T10:00:00Z || complain "$path" || return 1
	done
}

@test "F27 F8 a state that others may reach: 4, before input is read" {
	local line words path
	for path in . ledger keys ledger/seg ledger/origin ledger/checkpoint ledger/checkpoints.log \
	    ledger/vault ledger/seg/000000.ndjson ledger/seg/000001.ndjson; do
		restore
		chmod o+r "state/$path"
		while read -r line; do
			read -r -a words <<<"$line"
			[ "${words[0]}" = cdp-consent ] || continue
			unread 4 "${words[@]}" || complain "$path" || return 1
		done < <(lines)
	done
	for path in egress egress/journal.ndjson egress/journal.ndjson.head; do
		restore
		chmod g+w "state/$path"
		unread 4 cdp-export --to newsletter --manifest manifest --as-of 2026-03-02T10:00:00Z || complain "$path" || return 1
	done
}

@test "F27 a state that can only be read: who writes to it 6 before input is read, who judges goes on" {
	local line words
	unshare -rm sh -c 'mount --bind state state && mount -o remount,bind,ro state' 2>/dev/null ||
	    skip "no mounts in a namespace here"
	frozen() {
		# shellcheck disable=SC2016
		unshare -rm sh -c 'mount --bind state state && mount -o remount,bind,ro state && exec "$@"' sh "$@"
	}
	while read -r line; do
		read -r -a words <<<"$line"
		case $line in
		*append*|cdp-export*) unread 6 frozen "${words[@]}" || return 1 ;;
		esac
	done < <(lines)
	cdp-consent filter "${asked[@]}" profiles >good 2>/dev/null
	frozen cdp-consent filter "${asked[@]}" profiles >out
	cmp out good
	frozen cdp-consent verify --evidence
	run -6 frozen cdp-consent checkpoint --tick --as-of 2026-03-02T10:00:00Z
	diff -r state whole
}

@test "F8 a ledger file that cannot be read or is gone: 4 (a key 2), before input is read" {
	need_strace
	local path line words want
	for path in ledger/origin ledger/checkpoint ledger/checkpoints.log ledger/vault ledger/seg/000000.ndjson \
	    ledger/seg/000001.ndjson keys/token policy; do
		restore
		[ "$path" != policy ] || path=$(cd state && echo ledger/policies/*.json)
		want=$([ "$path" = keys/token ] && echo 2 || echo 4)
		while read -r line; do
			read -r -a words <<<"$line"
			[ "${words[0]}" = cdp-consent ] || continue
			unread "$want" strace -f -o trace -P "$PWD/state/$path" -e inject=openat:error=EACCES "${words[@]}" ||
			    complain "$path, unreadable" || return 1
			unread "$want" strace -f -o trace -P "$PWD/state/$path" -e inject=read,pread64:error=EIO "${words[@]}" ||
			    complain "$path, EIO" || return 1
			mv "state/$path" gone
			unread "$want" "${words[@]}" || complain "$path, gone" || return 1
			mv gone "state/$path"
		done < <(lines)
	done
}

@test "F30 with a compiled state the same, and whatever is changed in that" {
	local file
	export SHALLOW SEED
	cdp-consent compile -q >/dev/null
	echo '{"email":["rui@example.com"]}' >rui.json
	for file in ledger/cache/compiled ledger/checkpoint ledger/checkpoints.log ledger/seg/000000.ndjson \
	    ledger/seg/000001.ndjson ledger/hashes ledger/vault; do
		python3 "$ROOT/tests/damage.py" state "$file" 4 -- cdp-consent filter -q "${asked[@]}" profiles || return 1
		# one page after the other, as it is touched; he said no
		SHALLOW=$(((SHALLOW + 1) / 2)) python3 "$ROOT/tests/damage.py" state "$file" 4 -- \
		    cdp-consent decide -q "${asked[@]}" --subject-file rui.json || return 1
	done
}

# Refusals of a damaged key and of a format that is not known are 2.
@test "F30 each of 200 bytes of each file changed, each file cut at 50 places: 4 or harmless, never a wrong permit" {
	local file refusals
	export SHALLOW SEED
	for file in ledger/origin ledger/checkpoint ledger/checkpoints.log ledger/seg/000000.ndjson \
	    ledger/seg/000001.ndjson ledger/hashes ledger/roots ledger/vault ledger/side/000000.ndjson \
	    keys/token keys/sign "$(cd state && echo ledger/policies/*.json)"; do
		case $file in keys/*|*origin) refusals=2,4 ;; *) refusals=4 ;; esac
		python3 "$ROOT/tests/damage.py" state "$file" $refusals -- \
		    cdp-consent filter -q "${asked[@]}" profiles -- \
		    cdp-consent append -q --as-of 2026-03-02T09:30:00Z more >>figures || return 1
		diff -r state whole
	done
	cat figures
	# what the ledger says is all told: not one change of it is harmless
	grep -q '^ledger/seg/000000.ndjson: [1-9][0-9]* refused, 0 harmless' figures
	grep -q '^ledger/checkpoint: [1-9][0-9]* refused, 0 harmless' figures
}

@test "L03 the last segment cut at each length: below the checkpoint the first line lost is named, above it is set aside" {
	local seg=state/ledger/seg/000001.ndjson first size n
	first=$(($(head -n 1 $seg | wc -c)))
	size=$(stat -c %s $seg)
	[ "$(wc -l <$seg)" -eq 2 ]
	for n in $(seq 0 $((size - 1)) | some); do
		truncate -s "$n" $seg
		status=0
		cdp-consent verify >out 2>err || status=$?
		[ "$status $(jq -c '[.ok, .seq]' out)" = "1 [false,$((n < first ? 4 : 5))]" ] || complain "$n: $(cat out)" || return 1
		unread 4 cdp-consent filter "${asked[@]}" || return 1
		unread 4 cdp-consent append --as-of 2026-03-02T10:00:00Z || return 1
		restore
	done
	cp state/ledger/checkpoint state/ledger/checkpoints.log .
	cdp-consent append -q --as-of 2026-03-02T09:00:00Z more
	cp checkpoint checkpoints.log state/ledger
	rm -rf whole && cp -a state whole
	for n in $(seq "$size" "$(stat -c %s $seg)" | some); do
		truncate -s "$n" $seg
		cdp-consent verify >out || complain "$n: verify" || return 1
		cdp-consent filter "${asked[@]}" profiles >out 2>err || complain "$n: filter" || return 1
		cdp-consent append --as-of 2026-03-02T10:00:00Z more 2>err || complain "$n: append" || return 1
		[ "$n" -eq "$size" ] || grep -q "set aside $((n - size)) bytes" err || complain "$n: not told" || return 1
		cdp-consent verify >out || complain "$n: verify, after append" || return 1
		restore
	done
}

@test "F30 the log of what left, and its key: 4 or harmless, never a wrong answer" {
	local file
	export SHALLOW SEED
	for file in egress/journal.ndjson egress/journal.ndjson.head; do
		python3 "$ROOT/tests/damage.py" state "$file" 4 -- cdp-export egress list -- \
		    cdp-export -q --to newsletter --as-of 2026-03-02T10:00:00Z -o again.csv permitted || return 1
	done
}
