# SPDX-License-Identifier: Apache-2.0
"""Cases of the corpora that need more than a comparison of lines. Called by corpora.bats:
corpora.py WHAT CORPORA SCAN_FILE; prints what is wrong and ends with 1, or one count line."""
import glob
import json
import os
import subprocess
import sys

WHAT, CORPORA, SCAN = sys.argv[1:4]


def scan_lines(lines):
    """Verdicts of the scanner, one a line; each line is complete."""
    with open("cases.ndjson", "wb") as f:
        f.write(b"".join(line + b"\n" for line in lines))
    out = subprocess.run([SCAN, "lines", "cases.ndjson"], capture_output=True, check=True).stdout
    return out.decode().split()[1:]


def first_bad(data):
    """The first byte that cannot be right, from Python's decoder; None if all is valid."""
    try:
        data.decode("utf-8")
        return None
    except UnicodeDecodeError as e:
        return e.start if not 0xC2 <= data[e.start] <= 0xF4 else max(e.end, e.start + 1)


def utf8tests():
    """Every case as the content of a string; what JSON escapes is escaped."""
    wrong, valid, refused, lines, wants, at = [], 0, 0, [], [], 0
    for case in open(CORPORA + "/utf8tests/utf8tests.bin", "rb").read().split(b"\n"):
        if not case:
            continue
        name, kind, data = case.split(b":", 2)
        bad = first_bad(data)
        if (bad is None) != (kind == b"valid"):
            wrong.append("the corpus and Python disagree on " + name.decode())
        safe = data.replace(b"\\", b"/").replace(b'"', b"'").replace(b"\0", b"0")
        line = b'{"a":"' + safe + b'"}'
        lines.append(line)
        wants.append("yes" if bad is None else "%d:%d:E_UTF8" % (len(lines), at + 6 + bad))
        at += len(line) + 1
        valid += bad is None
        refused += bad is not None
    for want, got in zip(wants, scan_lines(lines)):
        if want != got:
            wrong.append("want %s, got %s" % (want, got))
    return wrong, "%d valid, %d refused" % (valid, refused)


def spectrum():
    wrong, equal, refused = [], 0, 0
    for path in sorted(glob.glob(CORPORA + "/csv-spectrum/csvs/*.csv")):
        name = os.path.basename(path)[:-4]
        with open(CORPORA + "/csv-spectrum/json/" + name + ".json", encoding="utf-8") as f:
            want = json.load(f)
        run = subprocess.run([SCAN, "csv", path], capture_output=True)
        if run.returncode != 0:
            if name != "location_coordinates" or run.stdout != b"E_CSV_QUOTE\n":
                wrong.append(name + " was refused")
            refused += 1
            # Its JSON is one object, and of another phone number than its CSV.
            run = subprocess.run([SCAN, "literal", path], capture_output=True)
            want = [dict(want, **{"Contact Phone Number": "2095257564"})]
        else:
            equal += 1
        if json.loads(run.stdout) != want:
            wrong.append(name + " differs")
    return wrong, "%d equal, %d refused" % (equal, refused)


def blns():
    """Each naughty string in each of four fields, as UTF-8 and with every character escaped."""
    wrong, lines, count = [], [], 0
    with open(CORPORA + "/blns/blns.json", encoding="utf-8") as f:
        strings = json.load(f)
    for text in strings:
        count += 1
        for field in ("id", "given_name", "email", "attributes"):
            lines.append(json.dumps({field: text}, ensure_ascii=False).encode())
            lines.append(json.dumps({field: text, "x": 1}).encode())
            if len(json.dumps(text)) <= 1024:  # as a key: 1 KiB at most
                lines.append(json.dumps({text: field}).encode())
    for line, got in zip(lines, scan_lines(lines)):
        if got not in ("yes", "yes-unended"):
            wrong.append("%s for a string of %d bytes" % (got, len(line)))
    return wrong, "%d strings" % count


WRONG, SUMMARY = {"utf8tests": utf8tests, "spectrum": spectrum, "blns": blns}[WHAT]()
for fault in WRONG:
    print(fault)
print(SUMMARY)
sys.exit(1 if WRONG else 0)
