# SPDX-License-Identifier: Apache-2.0
"""What 40 answers are worth: the first pairs of the review queue, answered from the truth.

usage: verdicts.py          (make accuracy-verdicts DATA=DIR calls it; SETS, MODE, JOBS as for accuracy.py)
Status 1: F1 fell on a set, or a bar of the last column of accuracy.tsv was missed."""
import csv
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import sets

ANSWERS = 40


def entities(row):
    with open(row.truth, newline="", encoding="utf-8") as f:
        return {line["id"]: line["entity"] for line in csv.DictReader(f)}


def entity(truth, record):
    """Of a record id of ours, which is source:key, where the truth may know the key alone."""
    return truth.get(record, truth.get(record.partition(":")[2]))


def answer(queue, truth, answered):
    """Copies the queue as a steward would give it back. How many pairs were answered."""
    done = 0
    with open(queue, encoding="utf-8") as lines, open(answered, "w", encoding="utf-8") as out:
        for text in lines:
            line = json.loads(text)
            if line.get("kind") == "link" and done < ANSWERS:
                same = entity(truth, line["a"]) == entity(truth, line["b"])
                line["verdict"] = "same" if same else "different"
                text = json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
                done += 1
            out.write(text)
    return done


def measure(tools, row):
    records = tools.ingest(row)
    queue, answered = tools.work / f"{row.name}.review", tools.work / f"{row.name}.answered"
    before = tools.resolve(row, records, "--review", queue, tag=".before")
    count = answer(queue, entities(row), answered)
    after = tools.resolve(row, records, "--verdicts", answered, tag=".after")
    return {"answers": count,
            "before": tools.evaluate(row, before["profiles"])["pair_f1"],
            "after": tools.evaluate(row, after["profiles"])["pair_f1"]}


def complaints(row, found):
    if isinstance(found, sets.Failed):
        yield f"{row.name}: failed: {found}"
        return
    if found["before"] is not None and found["after"] < found["before"]:
        yield f"{row.name}: F1 fell by {found['before'] - found['after']:.4f}"
    for limit in row.verdicts:
        gap = limit.distance({"pair_f1": found["after"]})
        if gap < 0:
            yield f"{row.name}: {found['after']:.4f}, bar {limit.value} ({gap:+.4f})"


def main():
    tools = sets.tools_from_environment()
    rows, absent = sets.expectations(sets.data_directory(), os.environ.get("SETS", "").split())
    rows = [row for row in rows if row.pairs is None]

    def one(row):
        try:
            return measure(tools, row)
        except sets.Failed as why:
            return why
    with ThreadPoolExecutor(int(os.environ.get("JOBS") or 2)) as pool:
        found = list(pool.map(one, rows))
    print("| set | answers | F1 before | F1 after |\n|---|---:|---:|---:|")
    missed = []
    for row, f in zip(rows, found):
        if not isinstance(f, sets.Failed):
            shown = ["-" if f[k] is None else f"{f[k]:.4f}" for k in ("before", "after")]
            print(f"| {row.name} | {f['answers']} | {shown[0]} | {shown[1]} |")
        missed += complaints(row, f)
    print("\nBars missed:", *(missed and [""] + [f"- {text}" for text in missed] or ["none"]),
          sep="\n" if missed else " ")
    if absent:
        print("\nAbsent, skipped:", *absent)
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
