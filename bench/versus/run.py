# SPDX-License-Identifier: Apache-2.0
"""Splink with DuckDB and our tools on one generated file, in turns, medians (make bench-versus).

usage: run.py       CDP_BUILD: our tools; PYTHON: one that has splink (requirements.txt)
  PEOPLE=400000     people of cdp-synth --seed 7, 2.5 records each
  ROUNDS=3          runs of each configuration; the median counts
  THREADS=2         for both
  PEERS="fastest"   only these configurations of splink_peer.py
  OUT=FILE          the table also goes there
Status 1: a bar of BARS was missed."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("CDP_BUILD", HERE.parent.parent / "build")).resolve()
PEOPLE = os.environ.get("PEOPLE") or "400000"
ROUNDS = int(os.environ.get("ROUNDS") or 3)
THREADS = os.environ.get("THREADS") or "2"
SEED = "7"

# Configuration of the peer: rules file of ours, and how many times faster we must be, and want to be.
BARS = {
    "documented": (None, 20, None),
    "fastest": (None, 3, 5),
    "wide": ("wide.rules.json", 15, 25),
}
ALIKE = 1.25            # "wide" says something where neither compares more than so many times the other's pairs
MEMORY_SHARE = 3        # of the peak of the fastest configuration we may take one part in so many


def run(*command, **more):
    done = subprocess.run([str(word) for word in command], stderr=subprocess.PIPE, **more)
    if done.returncode not in (0, 1):
        sys.exit(f"{Path(str(command[0])).name}: status {done.returncode}: "
                 f"{done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout


def make_table(work):
    """One CSV for both, and the truth."""
    records, truth, table = work / "records.ndjson", work / "truth.csv", work / "people.csv"
    run(BUILD / "cdp-synth", "--people", PEOPLE, "--seed", SEED, "--unlinkable", "0", "--truth", truth,
        "-o", records)
    run(sys.executable, HERE / "flatten.py", records, table)
    records.unlink()
    return table, truth


def figures(truth, labelling):
    said = run(BUILD / "cdp-eval", "-q", "--json", "--truth", truth, labelling, stdout=subprocess.PIPE)
    return json.loads(said)


def run_peer(work, table, name):
    clusters, report = work / f"{name}.csv", work / f"{name}.json"
    run(os.environ.get("PYTHON", sys.executable), HERE / "splink_peer.py", table, name, clusters, report, THREADS,
        stdout=subprocess.DEVNULL)
    return json.loads(report.read_text())


def timed(took, *command, **pipes):
    watch = ["/usr/bin/time", "-q", "-o", took, "-f", "%M"]
    return subprocess.Popen([str(word) for word in (*watch, *command)], **pipes)


def run_ours(work, table, rules):
    """Rows to profiles through a pipe: the whole time, and the sum of both peaks."""
    profiles, summary = work / "ours.profiles", work / "ours.summary"
    mode = ["--mode", os.environ["MODE"]] if os.environ.get("MODE") else []
    chosen = ["--rules", HERE / rules] if rules else []
    began = time.perf_counter()
    ingest = timed(work / "ingest.peak", BUILD / "cdp-ingest", "-q", "--threads", THREADS, "--map",
                   HERE / "people.map.json", table, stdout=subprocess.PIPE)
    resolve = timed(work / "resolve.peak", BUILD / "cdp-resolve", "-q", "--threads", THREADS, *mode, *chosen,
                    "--summary", summary, "-o", profiles, "-", stdin=ingest.stdout)
    ingest.stdout.close()
    statuses = ingest.wait(), resolve.wait()
    seconds = time.perf_counter() - began
    if max(statuses) > 1:
        sys.exit(f"our pipeline ended with {statuses}")
    peaks = sum(int((work / name).read_text().split()[-1]) * 1024 for name in ("ingest.peak", "resolve.peak"))
    return {"seconds": seconds, "peak_bytes": peaks,
            "pairs": json.loads(summary.read_text()).get("pairs_scored", 0)}


def median(runs, what):
    return statistics.median(one[what] for one in runs)


def compare(work, table, truth, name):
    rules = BARS[name][0]
    peer, ours = [], []
    for _ in range(ROUNDS):
        peer.append(run_peer(work, table, name))
        ours.append(run_ours(work, table, rules))
    at = figures(truth, work / f"{name}.csv")
    best = max([at["pair_f1"]] + [figures(truth, other)["pair_f1"] for other in work.glob(f"{name}.csv.*")])
    return {"name": name, "peer": peer, "ours": ours, "records": at["records"], "peer_f1": at["pair_f1"],
            "peer_best": best, "our_f1": figures(truth, work / "ours.profiles")["pair_f1"]}


def cells(who, runs, records, f1):
    return f"| {who} | {median(runs, 'seconds'):.1f} | {median(runs, 'peak_bytes') / 2**20:.0f} | " \
           f"{median(runs, 'pairs') / records:.1f} | {f1} |"


def judge(found):
    """Lines for each missed bar, and the ratios."""
    missed, ratios = [], []
    for one in found:
        _, bar, aim = BARS[one["name"]]
        ratio = median(one["peer"], "seconds") / median(one["ours"], "seconds")
        ratios.append(f"- {one['name']}: {ratio:.1f} x as fast, bar {bar}" + (f", aim {aim}" if aim else ""))
        if ratio < bar:
            missed.append(f"{one['name']}: {ratio:.1f} x, bar {bar} x")
        pairs = [median(one[who], "pairs") / one["records"] for who in ("peer", "ours")]
        if one["name"] == "wide" and max(pairs) > ALIKE * min(pairs):
            missed.append(f"wide: {pairs[0]:.1f} pairs a record against our {pairs[1]:.1f} are not alike")
        if one["our_f1"] < one["peer_f1"]:
            missed.append(f"{one['name']}: F1 {one['our_f1']:.4f}, the peer's {one['peer_f1']:.4f}")
        if one["name"] == "fastest":
            part = median(one["peer"], "peak_bytes") / median(one["ours"], "peak_bytes")
            ratios.append(f"- peak memory: its fastest takes {part:.1f} x ours, bar {MEMORY_SHARE}")
            if part < MEMORY_SHARE:
                missed.append(f"peak memory: {part:.1f} x, bar {MEMORY_SHARE} x")
    return ratios, missed


def main():
    names = os.environ.get("PEERS", "").split() or list(BARS)
    base = "/dev/shm" if os.path.isdir("/dev/shm") else None    # memory, so that no disk is measured
    with tempfile.TemporaryDirectory(prefix="cdp-versus.", dir=base) as directory:
        work = Path(directory)
        table, truth = make_table(work)
        found = [compare(work, table, truth, name) for name in names]
    first = found[0]["peer"][0]
    ratios, missed = judge(found)
    lines = [f"{found[0]['records']} records of `cdp-synth --people {PEOPLE} --seed {SEED} --unlinkable 0`, {THREADS} "
             f"threads, medians of {ROUNDS}; Splink {first['splink']}, DuckDB {first['duckdb']}.", "",
             "| who | seconds | peak MiB | pairs a record | pair F1 |", "|---|---:|---:|---:|---|"]
    for one in found:
        lines.append(cells(f"Splink, {one['name']}", one["peer"], one["records"],
                           f"{one['peer_f1']:.4f}, at its best cut {one['peer_best']:.4f}"))
        lines.append(cells("ours beside it", one["ours"], one["records"], f"{one['our_f1']:.4f}"))
    lines += ["", *ratios, "", "Bars missed: " + ("; ".join(missed) or "none")]
    print("\n".join(lines))
    if os.environ.get("OUT"):
        Path(os.environ["OUT"]).write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
