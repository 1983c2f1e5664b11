# SPDX-License-Identifier: Apache-2.0
"""How good cdp-resolve is on the public sets at default settings, beside bars and aims.

usage: accuracy.py          (make accuracy DATA=DIR calls it)
  DATA=DIR            the sets; those that are absent are named and skipped
  SETS="a b"          only these rows of accuracy.tsv
  MODE=exact          another mode than the default one
  JOBS=2 THREADS=1    runs at a time, and threads of each
  ACCURACY_OUT=FILE   the table also goes there, without what changed since the last run
Status 1: a bar was missed."""
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import sets

# Bits. Blocking is measured on every pair that was compared; where all pairs are, blocking loses none, and
# those far below any threshold are left out.
EVERY_LINK, NEAR_LINK = "-1000", "-10"
ALL_COMPARED = 2_000_000
# Below this share of wrong links there are too few of them to compare an estimate with.
WORTH_ESTIMATING = Decimal("0.002")
FACTOR = 2          # an estimate is good within half and twice the true value
SHARE_GOOD = Decimal(2) / 3


def all_pairs(n):
    return n * (n - 1) // 2


def count_records(records):
    with open(records, "rb") as lines:
        return sum(b'"kind":"record"' in line for line in lines)


def links_of(tools, row, count):
    """Options that make the links of a row, where this version and this mode have any."""
    if tools.mode == "exact" or not tools.offers("--links"):
        return []
    least = EVERY_LINK if all_pairs(count) > ALL_COMPARED else NEAR_LINK
    return ["--links", tools.work / f"{row.name}.links", "--min-link", least]


def measure(tools, row, empty_peak, alone):
    """Every figure of one row, by name; `alone`: time and memory are those of a run without links."""
    records = tools.ingest(row)
    count = count_records(records)
    links = links_of(tools, row, count)
    run = tools.resolve(row, records, *links)
    extra = ["--links", links[1], "--summary-of", run["summary_file"]] if links and not row.pairs else []
    figures = tools.evaluate(row, run["profiles"], *extra)
    if alone and links:
        run = tools.resolve(row, records, tag=".alone")
    if run["summary"].get("all_pairs"):
        figures["pair_completeness"] = Decimal(1)
    figures["blocking_recall"] = figures.get("pair_completeness")
    figures["seconds"], figures["cpu"] = run["seconds"], run["cpu"]
    own = run["peak_bytes"] - empty_peak - records.stat().st_size
    figures["bytes_a_record"] = max(own, 0) // max(count, 1)
    return figures


def peak_of_nothing(tools):
    """Memory of a run without records, which is the program's own."""
    class Nothing:
        name, options = "nothing", []
    empty = tools.work / "empty.ndjson"
    empty.write_text("")
    return tools.resolve(Nothing, empty)["peak_bytes"]


def number(value, places=4):
    return "-" if value is None else f"{value:.{places}f}"


def signed(value):
    return "-" if value is None else f"{value:+.4f}"


def distance(limits, figures):
    """To the limit of F1, which is the one that the table has a column for."""
    for limit in limits:
        if limit.figure == "pair_f1":
            return signed(limit.distance(figures))
    return "-"


COLUMNS = ("set", "F1", "change", "to bar", "to aim", "precision", "recall", "B3 F1", "FDR estimated", "FDR true",
           "blocking recall", "best cut F1", "s", "CPU s", "bytes/record")
CHANGE = COLUMNS.index("change")    # left out where nothing can be compared with


def estimate(figures):
    if "estimated_fdr" not in figures:
        return "-"
    value = figures["estimated_fdr"]
    return "not usable" if value is None else number(value)


def cells(row, f, last):
    before = last.get(row.name)
    change = None if before is None or f.get("pair_f1") is None else f["pair_f1"] - Decimal(before)
    return (row.name, number(f.get("pair_f1")), "" if change == 0 else signed(change), distance(row.bars, f), distance(row.aims, f),
            number(f.get("pair_precision")), number(f.get("pair_recall")), number(f.get("b3_f1")),
            estimate(f), number(f.get("link_fdr")), number(f.get("blocking_recall")),
            number(f.get("best_closure_f1")), f"{f['seconds']:.2f}", f"{f['cpu']:.2f}",
            str(f["bytes_a_record"]) if f.get("records", 0) >= 20000 else "-")


def table(lines):
    lines = [COLUMNS, *lines]
    if all(line[CHANGE] in ("change", "-") for line in lines):
        lines = [line[:CHANGE] + line[CHANGE + 1:] for line in lines]
    widths = [max(map(len, column)) for column in zip(*lines)]

    def show(line):
        return "| " + " | ".join(c.ljust(w) if i == 0 else c.rjust(w)
                                 for i, (c, w) in enumerate(zip(line, widths))) + " |"
    ruler = "|" + "|".join("-" * (w + 2) if i == 0 else "-" * (w + 1) + ":"
                           for i, w in enumerate(widths)) + "|"
    return [show(lines[0]), ruler, *map(show, lines[1:])]


def short_of(row, figures, limits, word):
    for limit in limits:
        gap = limit.distance(figures)
        if gap is not None and gap < 0:
            yield f"{row.name}: {limit.figure} {number(figures[limit.figure])}, {word} {limit.value} ({gap:+.4f})"


def estimates(measured):
    """Of the sets with links and enough error: how many estimates are good, and how many sets."""
    good = many = 0
    for figures in measured:
        true, ours = figures.get("link_fdr"), figures.get("estimated_fdr")
        if true is None or true <= WORTH_ESTIMATING:
            continue
        many += 1
        good += ours is not None and true <= ours * FACTOR and ours <= true * FACTOR
    return good, many


def mean(measured, last):
    """Of the rows whose F1 is known, and how it changed over those that were known before."""
    known = [(row.name, f["pair_f1"]) for row, f in measured if f.get("pair_f1") is not None]
    if not known:
        return []
    changes = [f1 - Decimal(last[name]) for name, f1 in known if name in last]
    change = f" ({sum(changes) / len(changes):+.5f})" if changes else ""
    return ["", f"Mean F1 of {len(known)} rows: {sum(f1 for _, f1 in known) / len(known):.4f}{change}"]


EXPLANATION = """\
F1, precision and recall count the pairs implied by the profiles against all true pairs. Default settings: no rules,
no labels. Best cut F1 is that of the transitive closure of the links at the threshold that the truth would choose:
what no user has, for comparison only. FDR is the share of links at the threshold that join two people. Blocking
recall is the share of true pairs that were scored. Memory is beside the lines of the input and the program itself.
"""


def commit():
    """What was measured, if this is a checkout."""
    said = subprocess.run(["git", "-C", sets.BENCH, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return [f"Commit {said.stdout.strip()}.", ""] if said.returncode == 0 else []


def report(results, absent, last):
    measured = [(row, f) for row, f in results if not isinstance(f, sets.Failed)]
    lines = table([cells(row, f, last) for row, f in measured])
    missed = [f"{row.name}: failed: {f}" for row, f in results if isinstance(f, sets.Failed)]
    missed += [text for row, f in measured for text in short_of(row, f, row.bars, "bar")]
    lines += mean(measured, last)
    good, many = estimates(f for _, f in measured)
    if many:
        lines += ["", f"Estimated FDR within half and twice the true one: {good} of the {many} sets "
                  f"where that is above {WORTH_ESTIMATING}."]
        if good < SHARE_GOOD * many:
            missed.append(f"estimated FDR: good on {good} of {many} sets, bar two thirds")
    below = [text for row, f in measured for text in short_of(row, f, row.aims, "aim")]
    for title, texts in (("Bars missed", missed), ("Aims not reached", below)):
        lines += ["", f"{title}: {'none' if not texts else ''}".strip(), *(f"- {t}" for t in texts)]
    if absent:
        lines += ["", "Absent, skipped: " + " ".join(absent)]
    return lines, bool(missed)


def main():
    tools = sets.tools_from_environment()
    rows, absent = sets.expectations(sets.data_directory(), os.environ.get("SETS", "").split())
    empty_peak = peak_of_nothing(tools)
    target = os.environ.get("ACCURACY_OUT")

    def one(row):
        try:
            return row, measure(tools, row, empty_peak, bool(target))
        except sets.Failed as why:
            return row, why
    with ThreadPoolExecutor(int(os.environ.get("JOBS") or 2)) as pool:
        # The large ones first, so that no core waits for the last.
        order = sorted(rows, key=lambda row: -(row.set / "records.csv").stat().st_size)
        done = dict((row.name, (row, f)) for row, f in pool.map(one, order))
    results = [done[row.name] for row in rows]
    memory = tools.work / f"last{tools.mode}.json"
    last = json.loads(memory.read_text()) if memory.exists() else {}
    lines, missed = report(results, absent, last)
    print("\n".join(lines))
    last.update((row.name, str(f["pair_f1"])) for row, f in results
                if not isinstance(f, sets.Failed) and f.get("pair_f1") is not None)
    memory.write_text(json.dumps(last))
    if target:
        lines, _ = report(results, absent, {})
        title = f"# Accuracy, mode {tools.mode}" if tools.mode else "# Accuracy at default settings"
        with open(target, "w", encoding="utf-8") as f:
            f.write("\n".join([title, "", EXPLANATION, *commit(), *lines]) + "\n")
    sys.exit(missed)


if __name__ == "__main__":
    main()
