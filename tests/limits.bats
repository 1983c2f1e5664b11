# SPDX-License-Identifier: Apache-2.0
# Inputs made to exhaust: lines without end, bombs, files that are cut; rows I07, I08 and I16 of
# the reliability matrix, and what every tool does with lines that it does not know.
# shellcheck disable=SC2154,SC2317,SC2086	# bodies are called by name, commands are words
load helpers
load cases
load rows
bats_require_minimum_version 1.5.0

MEMORY_KIB=600000	# of address space: a line kept whole would not fit

# The third line of the input turned into one of so many bytes; the count in "end" holds.
with_long_line() {	# BYTES
	sed -n 1,2p "$input"
	head -c "$1" /dev/zero | tr '\0' x
	echo
	sed 1,3d "$input"
}

# from_stream WRITER ARGS: the tool reads what the writer makes, which never is on a disk.
from_stream() {
	status=0
	"$@" 2>/dev/null | ( ulimit -v $MEMORY_KIB; exec ${command/% IN/ -} >stdout 2>err ) || status=$?
}

@test "I08 a line of 300 MB is one reject, memory stays flat and the next line is read" {
	need_plain_memory
	body() {
		local plain=$command without
		fresh
		sed 3d "$input" >IN	# what must come out: all but that line
		command=${plain/ -q/ -q --max-rejects=9}
		tool env
		without=$(jq -c 'select(.kind != "stream" and .kind != "end")' OUT 2>/dev/null | cksum)
		fresh
		command=$plain
		from_stream with_long_line 300M
		status_is 1 || return 1
		is_old >/dev/null && { complain "no output"; return 1; }
		[ "$kind" = rows ] || [ "$name" = eval ] || [ "$name" = export ] || [ "$name" = append ] ||
		    [ "$without" = "$(jq -c 'select(.kind != "stream" and .kind != "end")' OUT | cksum)" ] ||
		    complain "other lines were changed"
	}
	row body
}

@test "I08 a line of 5 GB is one reject, memory stays flat and the next line is read" {
	need_plain_memory
	body() {
		[ "$name" = gate ] || return 0
		fresh
		command="${command/% IN/ --summary S IN}"
		from_stream with_long_line 5G
		status_is 1 || return 1
		[ "$(jq -c .rejected S)" = 1 ] || [ "$(tail -n 1 OUT | jq .rejected)" = 1 ] ||
		    complain "not one reject" || return 1
		[ "$(tail -n 1 OUT | jq .ok)" = true ] || complain "the end was not read"
	}
	row body
}

# A gzip or zstd stream that unpacks to 1 GB of blank lines, behind an honest start.
bomb() {
	{ sed -n 1p "$input"; head -c 1000000000 /dev/zero | tr '\0' '\n'; } | $1
}

@test "I16 a bomb of 1 GB is 3 E_EXPANSION in every tool, gzip and zstd, and nothing is written" {
	need_plain_memory
	local gzip=$BATS_TEST_TMPDIR/bomb.gz zstd=$BATS_TEST_TMPDIR/bomb.zst
	made=''
	body() {
		local packed
		if [ "$made" != "$input" ]; then
			fresh
			bomb 'gzip -1' >"$gzip"
			bomb 'zstd -1 -q -c' >"$zstd"
			made=$input
		fi
		for packed in "$gzip" "$zstd"; do
			fresh
			from_stream cat "$packed"
			status_is 3 "$packed" && is_old || return 1
			grep -q E_EXPANSION err || complain "not E_EXPANSION" || return 1
		done
	}
	row body
}

@test "I16 packed input: two members are one input; cut in the middle or with a tail it is 3" {
	body() {
		local pack half
		for pack in 'gzip -c' 'zstd -q -c'; do
			fresh
			half=$(($(wc -l <"$input") / 2))
			{ head -n $half "$input" | $pack; tail -n +$((half + 1)) "$input" | $pack; } >IN
			tool env
			as_good "$pack, two members" || return 1
			fresh
			$pack "$input" >whole
			head -c $(($(wc -c <whole) / 2)) whole >IN
			tool env
			status_is 3 "$pack, cut" && is_old && grep -q E_PACKED err || complain "cut" || return 1
			fresh
			{ $pack "$input"; echo tail; } >IN
			tool env
			status_is 3 "$pack, tail" && is_old && grep -q E_PACKED err || complain "tail" || return 1
		done
	}
	row body
}

# Filter and export let nothing leave that they do not know; eval writes figures.
@test "a line of an unknown kind passes through, and of a filter and an export none leaves" {
	body() {
		local plain=$command line='{"kind":"visit","id":"v1","n":1.0,"a":[ ]}' source_lines
		fresh
		source_lines=$(wc -l <"$input")
		{ head -n $((source_lines - 1)) "$input"; echo "$line"
		  tail -n 1 "$input" | jq -c '.out += 1'; } >IN
		command=$plain
		tool env
		status_is "$good" "unknown kind" || return 1
		case $name in
		consent|export|eval) ! grep -q visit OUT || complain "an unknown line left" ;;
		*) grep -qxF "$line" OUT || complain "the unknown line is gone or changed" ;;
		esac
	}
	stream_row body
}

# Whole lines keep their verdict, half a line is never a record.
@test "I07 every malformed file cut at every byte: no record more, none changed, no crash" {
	local file
	for file in "$DATA"/malformed/*.ndjson; do
		rm -rf cuts && mkdir cuts
		python3 - "$file" "$BUILD/tests/tools/scan_file" <<-'PY' || return 1
			import subprocess, sys
			name, scan = sys.argv[1:]
			data = open(name, "rb").read()
			for n in range(len(data) + 1):
			    open(f"cuts/{n}", "wb").write(data[:n])
			done = subprocess.run([scan, "lines"] + [str(n) for n in range(len(data) + 1)],
			                      cwd="cuts", stdout=subprocess.PIPE, check=False)
			if done.returncode not in (0, 1):
			    sys.exit(f"{name}: scan_file ended with {done.returncode}")
			said = [line.split()[1:] for line in done.stdout.decode().splitlines()]
			if len(said) != len(data) + 1:
			    sys.exit(f"{name}: {len(said)} verdicts for {len(data) + 1} files")
			for n, got in enumerate(said):
			    whole = data[:n].count(b"\n")
			    rest = data[:n].split(b"\n")[-1].strip()
			    half = any(word.startswith("yes") for word in got[whole:]) and \
			        not (rest.endswith(b"}") and rest.count(b"{") == rest.count(b"}"))
			    if got[:whole] != said[-1][:whole] or half:
			        sys.exit(f"{name}: cut at {n}: {got}, whole: {said[-1]}")
		PY
	done
}
