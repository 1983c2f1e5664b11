# SPDX-License-Identifier: Apache-2.0
"""The public sets that cdp-resolve is measured on, and the tools run over one of them.

A set is a directory with records.csv, a mapping, SOURCE.txt and truth.csv (or pairs.csv)."""
import hashlib
import json
import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

BENCH = Path(__file__).resolve().parent
PURPOSE = "identity_resolution"


class Failed(Exception):
    """A tool did not do its work; the text is what it said first."""


@dataclass
class Limit:
    figure: str
    value: Decimal

    def distance(self, figures):
        """How far a figure is above the limit; None where it was not measured."""
        got = figures.get(self.figure)
        return None if got is None else Decimal(str(got)) - self.value


@dataclass
class Row:
    name: str
    set: Path
    map: Path
    options: list
    bars: list
    aims: list
    verdicts: list      # bars with answers of a steward

    @property
    def truth(self):
        return self.set / "truth.csv"

    @property
    def pairs(self):
        """Pairs that people judged, where the set is one of those; else None."""
        path = self.set / "pairs.csv"
        return path if path.exists() else None


def limits(text):
    found = []
    for word in [] if text == "-" else text.split():
        figure, value = re.fullmatch(r"(\w+)>=([0-9.]+)", word).groups()
        found.append(Limit(figure, Decimal(value)))
    return found


def expectations(data, wanted=()):
    """Rows of accuracy.tsv (or of $EXPECTATIONS) whose set is there, and the names of the others."""
    present, absent = [], []
    for line in Path(os.environ.get("EXPECTATIONS") or BENCH / "accuracy.tsv").read_text().splitlines():
        if line.startswith("#"):
            continue
        name, directory, mapping, options, bars, aims, verdicts = line.split("\t")
        if wanted and name not in wanted:
            continue
        place = Path(data) / directory
        row = Row(name, place, place / mapping, [] if options == "-" else shlex.split(options),
                  limits(bars), limits(aims), limits(verdicts))
        if (place / "records.csv").exists() and row.map.exists():
            present.append(row)
        else:
            absent.append(name)
    unknown = set(wanted) - {r.name for r in present} - set(absent)
    if unknown:
        raise SystemExit(f"no such row: {' '.join(sorted(unknown))}")
    return present, absent


@dataclass
class Tools:
    build: Path
    work: Path
    mode: str = ""          # "": the default of cdp-resolve
    threads: int = 1

    def run(self, name, *args, most=1):
        """Runs a tool; a status above `most` is a failure. Gives its standard output."""
        done = subprocess.run([self.build / name, *map(str, args)], capture_output=True)
        if done.returncode not in range(most + 1):
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise Failed(said[0] if said else f"{name}: status {done.returncode}")
        return done.stdout

    def offers(self, option):
        """Whether this cdp-resolve knows an option of its main command."""
        table = self.run("cdp-resolve", "--print-options").decode().splitlines()
        return any(line.split("\t")[:1] == ["option"] and line.split("\t")[1] == "-" and
                   line.split("\t")[3] == option for line in table)

    def ingest(self, row):
        """The records of a row, made once for each content of rows, mapping and program."""
        key = hashlib.sha256()
        for path in (row.set / "records.csv", row.map, self.build / "cdp-ingest"):
            key.update(hashlib.sha256(path.read_bytes()).digest())
        out, stamp = self.work / f"{row.name}.ndjson", self.work / f"{row.name}.stamp"
        if not (out.exists() and stamp.exists() and stamp.read_text() == key.hexdigest()):
            self.run("cdp-ingest", "-q", "--map", row.map, "-o", out, row.set / "records.csv")
            stamp.write_text(key.hexdigest())
        return out

    def resolve(self, row, records, *extra, tag=""):
        """Profiles, summary, seconds, processor seconds and peak memory of one run."""
        profiles, summary, took = (self.work / f"{row.name}{tag}.{what}"
                                   for what in ("profiles", "summary", "took"))
        mode = ["--mode", self.mode] if self.mode else []
        command = ["/usr/bin/time", "-q", "-o", took, "-f", "%e %U %S %M", self.build / "cdp-resolve", "-q",
                   "--assume-purpose", PURPOSE, "--threads", self.threads, *mode, *row.options, *extra,
                   "--summary", summary, "-o", profiles, records]
        done = subprocess.run([str(word) for word in command], capture_output=True)
        if done.returncode not in (0, 1):
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise Failed(said[0] if said else f"cdp-resolve: status {done.returncode}")
        seconds, user, system, peak = map(float, took.read_text().split())
        return {"profiles": profiles, "summary_file": summary,
                "summary": json.loads(summary.read_text()), "seconds": seconds, "cpu": user + system,
                "peak_bytes": int(peak) * 1024}

    def evaluate(self, row, profiles, *extra):
        against = ["--pairs", row.pairs] if row.pairs else ["--truth", row.truth]
        return json.loads(self.run("cdp-eval", "-q", "--json", *against, *extra, profiles),
                          parse_float=Decimal)


def tools_from_environment():
    """CDP_BUILD, MODE and THREADS say which programs run, and how."""
    build = Path(os.environ.get("CDP_BUILD", BENCH.parent / "build")).resolve()
    work = build / "accuracy"
    work.mkdir(parents=True, exist_ok=True)
    return Tools(build, work, os.environ.get("MODE", ""), int(os.environ.get("THREADS") or 1))


def data_directory():
    data = os.environ.get("DATA", "")
    if not data or not os.path.isdir(data):
        raise SystemExit("usage: make accuracy DATA=directory of sets")
    return data
