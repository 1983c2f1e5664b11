# SPDX-License-Identifier: Apache-2.0
"""Input made at random from a fixed seed, for hostile.bats:
untouched N        N lines of a kind that no tool knows, written in every way that JSON allows
changed N FILE     N copies of FILE, changed.0 and so on, each with a few bytes changed
pieces FILE        FILE on standard output, in writes of 1 to 97 bytes"""
import os
import random
import sys

RANDOM = random.Random(20)
TEXTS = [r"\u00c5\/", r"\n\u2028", "\u2028\u0085Å", r"\ud83d\ude00", "\U0001f600", r"\u001b[2J", ""]
NUMBERS = ["1.0", "-0", "-0.0", "1E+2", "1e-400", "1e999", "0.1000", "9223372036854775808",
           "18446744073709551616", "123456789012345678901234567890.10", "0.12345678901234567890"]


def blank():
    return RANDOM.choice(["", "", " ", "\t ", "  "])


def value(depth=0):
    kind = RANDOM.randrange(5 if depth < 4 else 3)
    if kind == 0:
        return RANDOM.choice(NUMBERS)
    if kind == 1:
        return '"' + RANDOM.choice(TEXTS) + RANDOM.choice(TEXTS) + '"'
    if kind == 2:
        return RANDOM.choice(["true", "false", "null"])
    inside = [value(depth + 1) for _ in range(RANDOM.randrange(4))]
    if kind == 3:
        inside = ['"k%d"%s:%s%s' % (i, blank(), blank(), v) for i, v in enumerate(inside)]
    return "[{"[kind == 3] + (blank() + "," + blank()).join(inside) + blank() + "]}"[kind == 3]


def untouched(count):
    for i in range(int(count)):
        print('{%s"kind":%s"visit","id":"v%d",%s"a":%s%s}' % (blank(), blank(), i, blank(), value(),
                                                               blank()))


def changed(count, path):
    with open(path, "rb") as f:
        whole = f.read()
    for i in range(int(count)):
        data = bytearray(whole)
        for _ in range(RANDOM.choice([1, 2, 5, 40])):
            at = RANDOM.randrange(len(data))
            data[at:at + RANDOM.choice([0, 1, 1, 30])] = RANDOM.choice(
                [bytes([RANDOM.randrange(256)]), b'"', b"{", b"]", b"\\", b"\n", b"\0", b"\xff", b"9" * 50])
        with open("changed.%d" % i, "wb") as f:
            f.write(data)


def pieces(path):
    with open(path, "rb") as f:
        data = f.read()
    while data:
        data = data[os.write(1, data[:RANDOM.randrange(1, 98)]):]


{"untouched": untouched, "changed": changed, "pieces": pieces}[sys.argv[1]](*sys.argv[2:])
