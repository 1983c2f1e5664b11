#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Row F30: each of 200 bytes of a file changed, the file cut at 50 places.

    damage.py STATE FILE REFUSALS -- JUDGING... [-- WRITING...]

After each damage to STATE/FILE the judging command line must give the bytes it gave before, or end with
one of REFUSALS ("4", "2,4") and without an answer. The writing one then ends as it would, with one of
REFUSALS or with 6, and after it the judging one says the same of everybody as before, or refuses. $SHALLOW and $SEED choose the points, as in faults.bash.
"""
import json
import os
import random
import shutil
import subprocess
import sys


def points(size):
    """(what, place): of at most 200 flips and 50 cuts."""
    shallow = int(os.environ.get("SHALLOW", "25"))
    chosen = random.Random(os.environ.get("SEED", "1"))
    flips = range(size) if size <= 200 else sorted(chosen.sample(range(size), 200))
    cuts = range(size) if size <= 50 else sorted(chosen.sample(range(size), 50))
    every = [("flip", at) for at in flips] + [("cut", at) for at in cuts]
    return every if shallow == 0 or len(every) <= shallow else chosen.sample(every, shallow)


def damaged(data, what, at):
    if what == "cut":
        return data[:at]
    bit = 1 << random.Random(at).randrange(8)
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1:]


def run(words):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False)
    return done.returncode, done.stdout


def answers(text):
    return b'"permit' in text or b'"kind":"profile"' in text or b'"kind":"egress"' in text or b'"ok":true' in text


def essence(text):
    """What is said of whom: a checkpoint that has moved changes ids and headers, but no answer."""
    lines = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        for decision in line.get("decisions", []):
            decision.pop("id", None)
    return [line for line in lines if line.get("kind") not in ("stream", "end")]


def main():
    state, name, refusals = sys.argv[1:4]
    lines = [[]]
    for word in sys.argv[5:]:
        if word == "--":
            lines.append([])
        else:
            lines[-1].append(word)
    judging, writing = lines[0], lines[1] if len(lines) > 1 else None
    allowed = {int(n) for n in refusals.split(",")}
    path = os.path.join(state, name)
    mode = os.stat(path).st_mode & 0o777
    data = open(path, "rb").read()
    good = run(judging)
    if good[0] not in (0, 1) or not good[1]:
        sys.exit(f"{name}: undamaged: {good}")
    found = harmless = 0

    def check(what, at, when):
        nonlocal found, harmless
        status, text = run(judging)
        if (status, text) == good or (when and status == good[0] and essence(text) == essence(good[1])):
            harmless += not when
        elif status in allowed and not answers(text):
            found += not when
        else:
            sys.exit(f"{name}: {what} at {at}{when}: status {status}, {text[:300]!r}")

    for what, at in points(len(data)):
        whole = state + ".whole"
        if writing is not None:
            shutil.copytree(state, whole, symlinks=True)
        os.chmod(path, 0o600)
        with open(path, "wb") as f:
            f.write(damaged(data, what, at))
        os.chmod(path, mode)
        check(what, at, "")
        if writing is not None:
            status, text = run(writing)
            if status not in allowed | {0, 6}:
                sys.exit(f"{name}: {what} at {at}: writing ends with {status}")
            check(what, at, f", after writing ended with {status}")
            shutil.rmtree(state)
            os.rename(whole, state)
        else:
            os.chmod(path, 0o600)
            with open(path, "wb") as f:
                f.write(data)
            os.chmod(path, mode)
    print(f"{name}: {found} refused, {harmless} harmless")


main()
