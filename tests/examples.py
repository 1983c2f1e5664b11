#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the examples of a page or of README: a line that begins with `$ ` is run by sh, the
lines after it, up to the next one, are its expected output; `...` matches the rest of a line,
and a line of `...` alone matches any lines. usage: examples.py PAGE (in a scratch directory)"""
import re
import subprocess
import sys


def blocks(text, page):
    if page.endswith(".md"):
        return re.findall(r"^```(?:sh|console)\n(.*?)^```$", text, re.S | re.M)
    found = re.findall(r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed$", text, re.S | re.M)
    return [b.replace("\\e", "\\").replace("\\-", "-").replace("\\(aq", "'").replace("\\&", "")
            for b in found]


def examples(block):
    command, want = None, []
    for line in block.splitlines():
        if line.startswith("$ "):
            if command is not None:
                yield command, want
            command, want = line[2:], []
        elif command is not None and line.startswith("> "):
            command += "\n" + line[2:]
        elif command is not None:
            want.append(line)
    if command is not None:
        yield command, want


def pattern(want):
    while want and not want[-1].strip():
        want = want[:-1]
    parts = []
    for line in want:
        if line.strip() == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(re.escape(line).replace(r"\.\.\.", ".*") + r"\n")
    return re.compile("".join(parts) + r"\Z")


def main():
    page = sys.argv[1]
    with open(page, encoding="utf-8") as f:
        text = f.read()
    ran = failed = 0
    for block in blocks(text, page):
        for command, want in examples(block):
            ran += 1
            done = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False)
            got = done.stdout.decode("utf-8", "replace")
            if not pattern(want).match(got):
                failed += 1
                print(f"{page}: $ {command}\n--- expected\n" + "\n".join(want) + f"\n--- got\n{got}")
    if ran == 0 and "$ " in text:
        print(f"{page}: no example was found")
        failed += 1
    return 1 if failed else 0


sys.exit(main())
