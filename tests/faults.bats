# SPDX-License-Identifier: Apache-2.0
# What happens when the machine fails: rows F01 to F25, C07 and C08 of the reliability matrix,
# each against every tool. The shims are $CDP_BUILD/tests/shim/{failalloc,shortio}.so.
# shellcheck disable=SC2317,SC2030,SC2031	# bodies are called by name, each test is a subshell
load helpers
load cases
load faults
bats_require_minimum_version 1.5.0

is_old() { [ "$(cat OUT)" = old ]; }
is_new() { cmp -s OUT "$BATS_TEST_TMPDIR/H1"; }
is_sound() { [ -z "$sound" ] || $sound >/dev/null 2>&1; }
tidy() { [ -z "$(find . -name '.cdp-*.tmp')" ]; }
complain() { echo "$name: $1 (status $status): $(head -n 2 err)"; return 1; }

# Status is one of those given; the output is old after a failure, new after success; nothing
# lies around.
held() {
	case " $* " in *" $status "*) ;; *) complain "status is none of $*" ; return 1 ;; esac
	if [ "$status" -eq "$good" ]; then
		is_new || complain "success with other bytes" || return 1
	else
		is_old || is_new || complain "output is neither old nor new" || return 1
	fi
	is_sound || complain "the state is not sound" || return 1
	tidy || complain "a temp file is left" || return 1
}

# After the fault is gone the same command gives what it should.
again() {
	tool env
	[ "$status" -eq "$good" ] && is_new || complain "not the same bytes afterwards" || return 1
	is_sound || complain "the state is not sound afterwards" || return 1
}

# Without /proc an output has a temp name from its start, as on old file systems.
also=access,faccessat2
named=(-e "inject=$also:error=ENOENT")

# How often an undisturbed run makes these calls.
calls() {
	fresh
	tool strace -f -o "$BATS_TEST_TMPDIR/trace" -e "trace=$1,$also" "${@:2}"
	grep -cE " (${1//,/|})\\(" "$BATS_TEST_TMPDIR/trace" || true
}

# sweep CALLS FAULT CHECK [strace options]: the N-th of the calls fails so.
sweep() {
	local list=$1 fault=$2 check=$3 n total
	shift 3
	total=$(calls "$list" "$@")
	[ "$total" -gt 0 ] || return 0
	for n in $(points "$total"); do
		fresh
		tool strace -f -o "$BATS_TEST_TMPDIR/trace" "$@" -e "trace=$list,$also" \
		    -e "inject=$list:$fault:when=$n"
		"$check" || { echo "$list $fault at $n of $total"; return 1; }
		again || return 1
	done
}

injected() { grep INJECTED "$BATS_TEST_TMPDIR/trace" | grep -qv access; }
injected_on_stderr() { grep INJECTED "$BATS_TEST_TMPDIR/trace" | grep -q '[a-z64](2,'; }

# A call that failed must show, unless it was only a message's.
must_be_6() {
	if injected && ! injected_on_stderr; then
		held 6
	else
		held "$good" 6
	fi
}
may_be_6() { held "$good" 6; }
may_be_3_or_6() { held "$good" 2 3 4 6; }
must_be_3() { if injected; then held 3; else held "$good"; fi; }

@test "F01 no space at any write: 6 and the old output" {
	need_strace
	body() {
		sweep write,pwrite64 error=ENOSPC must_be_6 &&
		sweep write,pwrite64 error=ENOSPC must_be_6 "${named[@]}"
	}
	each_tool body
}

@test "F02 a full device as standard output: 6 and one line" {
	body() {
		fresh
		command=${command/-o OUT/-o -}
		tool_full
		[ "$status" -eq 6 ] || complain "status is not 6" || return 1
		[ "$(wc -l <err)" -eq 1 ] || complain "not one line" || return 1
	}
	tool_full() {
		status=0
		# shellcheck disable=SC2086
		$command >/dev/full 2>err </dev/null || status=$?
	}
	each_tool body
}

@test "F03 any of descriptors 0 to 2 closed: 3 without input, 6 without output, else 0" {
	run_closed() {	# CLOSED WORDS: closes those of "012" that stand in CLOSED
		local closed=$1
		status=0
		(
			case $closed in *0*) exec 0<&- ;; *) exec 0<IN ;; esac
			case $closed in *1*) exec 1>&- ;; *) exec 1>stdout ;; esac
			case $closed in *2*) exec 2>&- ;; *) exec 2>err ;; esac
			# shellcheck disable=SC2086
			exec $2
		) || status=$?
	}
	body() {
		local closed want stdin=${command/% IN/ -}
		for closed in '' 0 1 2 01 02 12 012; do
			fresh
			run_closed "$closed" "$command"
			held "$good" || { echo "closed: $closed"; return 1; }
			fresh
			case $closed in *0*) want=3 ;; *) want=$good ;; esac
			run_closed "$closed" "$stdin"
			held "$want" || { echo "stdin, closed: $closed"; return 1; }
			fresh
			case $closed in *1*) want=6 ;; *) want=$good ;; esac
			run_closed "$closed" "${command/-o OUT/-o -}"
			[ "$status" -eq "$want" ] || complain "stdout, closed: $closed" || return 1
		done
	}
	each_tool body
}

@test "F04 the reader of our pipe is gone: 141 and silence" {
	body() {
		fresh
		command=${command/-o OUT/-o -}
		status=0
		# shellcheck disable=SC2086
		{ sleep 0.2; $command 2>err; echo $? >code; } </dev/null | true || true
		status=$(cat code)
		[ "$status" -eq 141 ] || complain "status is not 141" || return 1
		[ ! -s err ] || complain "not silent" || return 1
		tidy || complain "a temp file is left"
	}
	each_tool body
}

@test "F05 the reader is gone and SIGPIPE ignored: 6 and one line" {
	body() {
		fresh
		command=${command/-o OUT/-o -}
		# shellcheck disable=SC2086
		( trap '' PIPE; { sleep 0.2; $command 2>err; echo $? >code; } </dev/null | true ) || true
		status=$(cat code)
		[ "$status" -eq 6 ] || complain "status is not 6" || return 1
		[ "$(wc -l <err)" -eq 1 ] || complain "not one line"
	}
	each_tool body
}

# Mounts a small file system on `small`, in a namespace of its own, and runs the tool into it.
on_small() {
	status=0
	# shellcheck disable=SC2016
	unshare -rm sh -c 'mount -t tmpfs -o "$1" none small && cp OUT small/OUT && fill=$2 && shift 2 &&
	    eval "$fill"; "$@" 2>err; code=$?; cp small/OUT OUT 2>/dev/null
	    find small -name ".cdp-*" | grep -q . && code=99; exit $code' \
	    sh "$1" "$2" "${words[@]}" >stdout </dev/null || status=$?
}

@test "F06 F07 a file system without space or inodes: 6, and whole after space is made" {
	unshare -rm sh -c 'mount -t tmpfs none /mnt' 2>/dev/null ||
	    skip "no mounts in a namespace here"
	body() {
		local words options
		read -r -a words <<<"${command/-o OUT/-o small/OUT}"
		for options in 'size=16k' 'nr_inodes=3'; do
			fresh
			mkdir small
			# shellcheck disable=SC2016
			case $options in
			size*) on_small "$options" 'head -c 1m /dev/zero >small/full 2>/dev/null' ;;
			*) on_small "$options" 'touch small/full small/more 2>/dev/null' ;;
			esac
			held 6 || { echo "$options"; return 1; }
			on_small 'size=64m' :
			[ "$status" -eq "$good" ] && is_new || complain "not whole with space" || return 1
		done
	}
	each_tool body
}

@test "F08 a sync that fails at any time: 6, and that descriptor is not synced again" {
	need_strace
	check() {
		local fd
		must_be_6 || return 1
		fd=$(sed -n 's/.*sync(\([0-9]*\)).*INJECTED.*/\1/p' "$BATS_TEST_TMPDIR/trace" | head -n 1)
		[ -n "$fd" ] || return 0
		[ "$(sed -n '/INJECTED/,$p' "$BATS_TEST_TMPDIR/trace" | grep -c "sync($fd)")" -eq 1 ] ||
		    complain "synced again"
	}
	body() { sweep fsync,fdatasync error=EIO check; }
	each_tool body
}

@test "F09 a close that fails: 6 and the old output, or harmless; for the output never" {
	need_strace
	body() {
		local seen=0
		check() {
			held "$good" 2 3 4 6 127 || return 1
			[ "$status" -ne 6 ] || seen=$((seen + 1))
		}
		SHALLOW=0 sweep close error=EIO check || return 1
		[ "$seen" -gt 0 ] || complain "no close of the output was looked at"
	}
	each_tool body
}

@test "F10 a rename, link, unlink or mkdir that fails: 6 and no stray file" {
	need_strace
	body() {
		sweep rename,renameat,renameat2 error=EIO may_be_6 &&
		sweep rename error=EIO must_be_6 &&
		sweep linkat,link error=EIO must_be_6 &&
		sweep unlink,unlinkat,mkdir error=EIO may_be_6
	}
	each_tool body
}

@test "F11 a read that fails: 3 and the old output, never the end of input" {
	need_strace
	body() { sweep read error=EIO must_be_3 -P "$BATS_TEST_TMPDIR/work/IN"; }
	each_tool body
}

@test "F12 one byte for each read and write: the same bytes" {
	need_plain_memory
	local shim
	need_shim shortio
	body() {
		fresh
		tool env LD_PRELOAD="$shim"
		held "$good"
	}
	each_tool body
}

@test "F13 the first and every fifth read and write is interrupted: the same bytes" {
	need_strace
	body() {
		fresh
		tool strace -f -o /dev/null -e inject=write:error=EINTR:when=1+5
		held "$good" || return 1
		fresh
		tool strace -f -o /dev/null -P "$BATS_TEST_TMPDIR/work/IN" \
		    -e inject=read:error=EINTR:when=1+5
		held "$good"
	}
	each_tool body
}

@test "F14 killed at any call: output old or new, and the next run repairs it" {
	need_strace
	check() {
		[ "$status" -eq 137 ] || [ "$status" -eq "$good" ] ||
		    complain "status is not 137" || return 1
		is_old || is_new || complain "output is neither old nor new" || return 1
		is_sound || complain "the state is not sound"
	}
	body() { sweep openat,write,fsync,linkat,rename,renameat2,close,unlink signal=KILL check; }
	each_tool body
}

# What the log of the state says, without what is new in each run: places, chain and clock. Of an
# egress log pairs: an intent and what became of it.
log_of_state() {
	case $name in
	append) jq -c '[.type, .id, .sid]' fresh/ledger/seg/000000.ndjson | sort ;;
	export) cdp-export egress list --state state |
	    jq -cs '[.[] | {event, run, rows, fields, to}] | [_nwise(2)]' ;;
	esac
}

@test "F14 killed at any call and run again, ledger and egress log say what one run says" {
	need_strace
	local whole=$BATS_TEST_TMPDIR/log
	check() { :; }
	again() {
		tool env
		[ "$status" -eq "$good" ] && is_new || complain "not the same bytes afterwards" || return 1
		log_of_state >log || complain "the log cannot be read" || return 1
		case $name in
		append) cmp -s log "$whole" || complain "another ledger" ;;
		export) jq -e --slurpfile whole "$whole" 'def told: map(del(.run));
		    (.[-1] | told) == ($whole[0][-1] | told) and all(.[]; length == 2 and
		    .[0].event == "intent" and .[1].event != "intent" and .[0].run == .[1].run)' \
		    log >/dev/null || complain "a run is open, or the last is another: $(cat log)" ;;
		esac
	}
	body() {
		case $name in append|export) ;; *) return 0 ;; esac
		log_of_state >"$whole"
		[ -s "$whole" ] || complain "no log" || return 1
		sweep openat,write,fsync,fdatasync,linkat,rename,renameat2,unlink signal=KILL check
	}
	each_tool body
}

@test "F15 TERM, INT and HUP at any call: 143, 130, 129 and no temp file" {
	need_strace
	body() {
		local signal
		for signal in TERM:143 INT:130 HUP:129; do
			want=${signal#*:}
			check() { held "$good" "$want"; }
			sweep openat,write,fsync,linkat,rename,renameat2 "signal=${signal%:*}" check ||
			    return 1
			sweep openat,write,fsync,rename "signal=${signal%:*}" check "${named[@]}" || return 1
		done
	}
	each_tool body
}

@test "F15 TERM between the names of two outputs: both are of one run" {
	need_strace
	cd "$BATS_TEST_TMPDIR" || exit 1
	printf 'given_name,email\nAna,a@example.com\n' >in.csv
	for n in 1 2; do
		echo old | tee OUT >REJECTS
		status=0
		strace -f -o trace -e trace=renameat2 -e "inject=renameat2:signal=TERM:when=$n" cdp-ingest -q --auto \
		    --source s --purposes identity_resolution -o OUT --rejects REJECTS in.csv || status=$?
		[ "$status" -eq 143 ]
		[ "$(cat OUT REJECTS | grep -c '^old$')" -eq 0 ] || { echo "$n: an old one is left"; return 1; }
		tidy || return 1
	done
}

@test "F16 power cut before each sync of any tool: output old or new, and the next run repairs it" {
	need_disk
	look() { power on after.img sh -c "$1"; }
	# What has left is on the log that says so, however early the cut.
	logged='[ "$(cat OUT)" = old ] || cdp-export egress list --state state | grep -q intent'
	body() {
		local call n
		fresh
		cd .. || return 1
		power make disk.img work || return 1
		# shellcheck disable=SC2086
		power cut disk.img after.img fsync 0 $command || [ $? -eq "$good" ] || return 1
		look "cmp OUT $BATS_TEST_TMPDIR/H1" || complain "acknowledged and gone" || return 1
		each_call after.img.trace >points
		[ -s points ] || complain "it does not sync" || return 1
		while read -r call n; do
			# shellcheck disable=SC2086
			power cut disk.img after.img "$call" "$n" $command 2>/dev/null || true
			look "cmp -s OUT $BATS_TEST_TMPDIR/H1 || [ \"\$(cat OUT)\" = old ]" ||
			    complain "cut before $call $n: output is neither" || return 1
			[ -z "$sound" ] || look "$sound" || complain "cut before $call $n: not sound" || return 1
			[ "$name" != export ] || look "$logged" || complain "cut before $call $n: nobody knows" || return 1
			look "$command; [ \$? -eq $good ] && cmp OUT $BATS_TEST_TMPDIR/H1" ||
			    complain "cut before $call $n: again" || return 1
		done < <(some $(((SHALLOW + 7) / 8)) <points)
	}
	each_tool body
}

@test "F18 any allocation that fails, once or from then on: 6, or the right bytes" {
	need_plain_memory
	local shim
	need_shim failalloc
	body() {
		local total n mode
		fresh
		tool env LD_PRELOAD="$shim" FAILCOUNT=count
		total=$(cat count)
		[ "$total" -gt 0 ] || complain "nothing was counted" || return 1
		for n in $(points "$total"); do
			for mode in once sticky; do
				fresh
				tool env LD_PRELOAD="$shim" FAILN="$n" FAILMODE="$mode"
				held "$good" 6 127 || { echo "allocation $n of $total, $mode"; return 1; }
			done
		done
	}
	each_tool body
}

@test "F19 memory limits from small upwards: 6, or the right bytes" {
	need_plain_memory
	body() {
		local kib
		for kib in 3000 6000 9000 12000 16000 20000 30000 40000 60000 100000 200000; do
			fresh
			tool limit -v "$kib"
			held "$good" 6 127 || { echo "ulimit -v $kib"; return 1; }
		done
	}
	each_tool body
}

# The stack grows by pages, and one that is refused is SIGSEGV. That shows within a few pages of what
# is enough, so the limits of F19 above step over it.
@test "F19 a page less than what is enough, and every page below: 6, or the right bytes" {
	need_plain_memory
	body() {
		local low=2000 high=400000 kib n
		while [ $((high - low)) -gt 4 ]; do
			kib=$(((low + high) / 2))
			fresh
			tool limit -v "$kib"
			held "$good" 6 127 || { echo "ulimit -v $kib"; return 1; }
			if [ "$status" -eq "$good" ]; then high=$kib; else low=$kib; fi
		done
		for n in $(seq $((SHALLOW == 0 ? 60 : 12))); do
			fresh
			tool limit -v $((high - 4 * n))
			held "$good" 6 127 || { echo "ulimit -v $((high - 4 * n))"; return 1; }
		done
	}
	each_tool body
}

# Runs words under one ulimit.
limit() {
	( ulimit "$1" "$2" && shift 2 && exec "$@" )
}

@test "F21 a limit on the size of files: 6, not SIGXFSZ" {
	body() {
		fresh
		tool limit -f 1
		if [ "$(wc -c <"$BATS_TEST_TMPDIR/H1")" -gt 1024 ]; then
			held 6
		else
			held "$good" 6
		fi
	}
	each_tool body
}

@test "F24 the producer is killed in mid-stream: 3 and the old output" {
	body() {
		fresh
		local half=$(($(wc -l <IN) / 2))
		command=${command/% IN/ -}
		status=0
		# shellcheck disable=SC2086
		sh -c "head -n $half IN; kill -9 \$\$" 2>/dev/null | $command >stdout 2>err || status=$?
		held 3
	}
	each_stream_tool body
}

@test "F25 every way a stream can end" {
	end_is() {	# WANT: the edited IN gives this status
		tool env
		[ "$status" -eq "$1" ] || complain "$2: status is not $1" || return 1
		[ "$1" -ne 3 ] || is_old || complain "$2: output was touched"
	}
	body() {
		local src=$BATS_TEST_TMPDIR/work/$input
		fresh; sed '$d' "$src" >IN; end_is 3 "no end" || return 1
		fresh; jq -c 'if .kind=="end" then .ok=false else . end' "$src" >IN
		end_is 3 "not ok" || return 1
		fresh; { sed '$d' "$src"; cat "$src"; } >IN; end_is 3 "a stream before the end" || return 1
		fresh; { cat "$src"; tail -n 1 "$src"; } >IN; end_is 3 "an end of no stream" || return 1
		fresh; head -c -20 "$src" >IN; end_is 3 "half a line" || return 1
		# append takes the count at its word: what it acknowledges stays
		fresh; sed '2d' "$src" >IN
		end_is "$([ "$name" = append ] && echo 3 || echo "$good")" "another count" || return 1
		# Foreign lines are taken, but nobody has decided about them, so none is exported.
		local foreign=$good
		[ "$name" != export ] || foreign=4
		fresh; { echo '{"kind":"visit","id":"v1"}'; cat "$src"; } >IN
		end_is "$foreign" "a line of no stream" || return 1
		fresh; { cat "$src"; echo '{"kind":"visit","id":"v1"}'; } >IN
		end_is "$foreign" "a line behind the end" || return 1
		# Nothing to decide is done; nothing decided must not look like an empty audience.
		fresh; : >IN; end_is "$([ "$name" = export ] && echo 4 || echo 0)" "empty" || return 1
	}
	each_stream_tool body
}

@test "C07 time zone and locale do not show" {
	local setting
	comma_locale
	body() {
		for setting in TZ=Pacific/Apia LC_ALL=C LC_ALL=de_DE.UTF-8 LC_ALL=tr_TR.UTF-8 NO_COLOR=1; do
			fresh
			tool env "$setting"
			held "$good" || { echo "$setting"; return 1; }
		done
	}
	each_tool body
}

@test "C08 an input that grows while it is read: 3 and the old output" {
	need_strace
	body() {
		fresh
		( sleep 0.3; tail -n 1 "$input" >>IN ) &
		tool strace -f -o /dev/null -P "$BATS_TEST_TMPDIR/work/IN" \
		    -e inject=read:delay_enter=900000:when=1
		wait
		held 3
	}
	each_tool body
}

@test "S01 no message of all these runs holds a value of a person" {
	local messages=$BATS_RUN_TMPDIR/messages
	cat "$BATS_RUN_TMPDIR"/test/*/all-errors >"$messages" 2>/dev/null || true
	[ -s "$messages" ] || skip "no run above left a message"
	body() {
		fresh
		grep -oE '[A-Za-z0-9._-]+@[A-Za-z0-9.-]+' IN | sort -u >addresses || true
		! grep -qFf addresses "$messages" || complain "an address stands in a message"
	}
	each_tool body
}
