#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a ledger after cdp-ledger(5) alone, with nothing but Python: says its size and root, or
what does not hold. It shares no line with the tools, so that the page is known to be enough.
With a type of identifier and a file that
holds one, of a ledger with keyed subjects, also which lines are about it.
usage: ledger_reader.py STATE [TYPE FILE]"""
import base64
import hashlib
import json
import os
import sys

# ---- Ed25519 (RFC 8032, section 5.1), verification only ----

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    m, n = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    o, q = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = n - m, q - o, q + o, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, a):
    sum_ = (0, 1, 1, 0)
    while n > 0:
        if n & 1:
            sum_ = add(sum_, a)
        a, n = add(a, a), n >> 1
    return sum_


def point(text):
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P != 0:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - xx) % P != 0 or y >= P:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, text, signature):
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(h, a))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


# ---- the page ----

def need(holds, what):
    if not holds:
        print("does not hold: " + what)
        sys.exit(1)


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf(line):
    return hashlib.sha256(b"\0" + line).digest()


def root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root(leaves[:split]) + root(leaves[split:])).digest()


class Checkpoint:
    """One out of a list of lines, which it takes away."""

    def __init__(self, lines):
        self.text = b"".join(line + b"\n" for line in lines[:3])
        self.name, self.size, self.root = lines[0], int(lines[1]), base64.b64decode(lines[2])
        need(lines[3] == b"", "an empty line after the text of a checkpoint")
        del lines[:4]
        self.signatures = []
        while lines and lines[0].startswith("\u2014 ".encode()):
            name, signature = lines.pop(0)[4:].split(b" ")
            self.signatures.append((name, base64.b64decode(signature)))

    def check(self, name, key_id, key):
        ours = [s for n, s in self.signatures if n == name and s[:4] == key_id]
        need(self.name == name and len(ours) == 1 and signed(key, self.text, ours[0][4:]),
             "the signature of a checkpoint")


def read_key(state):
    word, use, key_id, text = open(f"{state}/keys/token", encoding="ascii").read().split()
    need((word, use) == ("cdp-key/1", "token"), "the form of the token key")
    return key_id, base64.b64decode(text)


def keyed(key, data, size=32):
    return hashlib.blake2b(data, key=key, digest_size=size).digest()


def read_lines(ledger, segment, size):
    lines = []
    for number in range(-(-size // segment)):
        with open(f"{ledger}/seg/{number:06}.ndjson", "rb") as f:
            lines += f.read().split(b"\n")[:-1]
    need(len(lines) >= size, "there are as many lines as the checkpoint says")
    return lines[:size]


def check_chain(lines, before):
    recv = 0
    for seq, text in enumerate(lines):
        line = json.loads(text)
        need(len(text) <= 4096 and canonical(line) == text, f"the spelling of line {seq}")
        need(line["v"] == 1 and line["seq"] == seq and unpadded(line["prev"]) == before and
             line["recv"] >= recv, f"the place of line {seq}")
        before, recv = leaf(text), line["recv"]
        yield line


def check_vault(ledger, key, lines):
    rows = open(f"{ledger}/vault", "rb").read()
    need(len(rows) % 48 == 0, "the vault has whole rows")
    sound, erased = set(), set()
    for number in range(len(rows) // 48):
        row = rows[48 * number:48 * number + 48]
        if keyed(key, b"cdp-vault/1" + number.to_bytes(8, "little") + row[:32], 16) == row[32:]:
            sound.add(row[16:32])
    for line in lines:
        if line["type"] == "erased":
            erased |= set(line["data"]["subjects"])
    for line in lines:
        named = [] if line["type"] in ("suppress", "unsuppress") else [line.get("sid")]
        for token in named + [line.get("account")]:
            need(token is None or token in erased or unpadded(token.split(":")[2]) in sound,
                 f"the subject of line {line['seq']} has a row")
    return len(erased)


def check_evidence(ledger, segment, lines):
    opened = 0
    for name in sorted(os.listdir(f"{ledger}/side")):
        for text in open(f"{ledger}/side/{name}", "rb").read().split(b"\n")[:-1]:
            row = json.loads(text)
            need(row["seq"] // segment == int(name[:6]), "evidence is in the file of its segment")
            commit = hashlib.sha256(unpadded(row["salt"]) + canonical(row["evidence"])).digest()
            need(unpadded(lines[row["seq"]]["commit"]) == commit, f"the evidence of line {row['seq']}")
            opened += 1
    return opened


def main():
    ledger = sys.argv[1] + "/ledger"
    told = open(f"{ledger}/origin", "rb").read()
    origin = json.loads(told)
    need(canonical(origin) + b"\n" == told and origin["schema"] == "cdp-ledger/2", "origin")
    name, key_id, key = origin["key"].split("+", 2)
    name, key_id, key = name.encode(), bytes.fromhex(key_id), base64.b64decode(key)
    need(key[0] == 1 and hashlib.sha256(name + b"\n" + key).digest()[:4] == key_id, "the verifier key")
    notes = open(f"{ledger}/checkpoints.log", "rb").read().split(b"\n")[:-1]
    now = Checkpoint(open(f"{ledger}/checkpoint", "rb").read().split(b"\n")[:-1])
    now.check(name, key_id, key[1:])
    texts = read_lines(ledger, origin["segment"], now.size)
    lines = list(check_chain(texts, hashlib.sha256(told).digest()))
    leaves = [leaf(t) for t in texts]
    need(root(leaves) == now.root, "the root")
    hashes, roots = open(f"{ledger}/hashes", "rb").read(), open(f"{ledger}/roots", "rb").read()
    segment = origin["segment"]
    need(hashes[:32 * now.size] == b"".join(leaves), "the file of hashes")
    need(roots[:32 * (now.size // segment)] == b"".join(
        root(leaves[i:i + segment]) for i in range(0, now.size - segment + 1, segment)), "the file of roots")
    checkpoints = 0
    while notes:
        old = Checkpoint(notes)
        old.check(name, key_id, key[1:])
        need(old.size <= now.size and root(leaves[:old.size]) == old.root, "an older checkpoint")
        checkpoints += 1
    for line in lines:
        if line["type"] == "policy":
            file = open(f"{ledger}/policies/{line['id']}.json", "rb").read()
            need(hashlib.sha256(file).hexdigest() == line["id"], f"the policy of line {line['seq']}")
    token_id, token = read_key(sys.argv[1])
    need(keyed(token, b"cdp-key-fingerprint")[:8].hex() == origin["token_key"], "the token key")
    found = {"size": now.size, "root": base64.b64encode(now.root).decode(), "checkpoints": checkpoints,
             "opened": check_evidence(ledger, segment, lines)}
    if origin["subjects"] == "vault":
        found["erased"] = check_vault(ledger, token, lines)
    if len(sys.argv) > 3:	# the token that lines of a keyed ledger have for this identifier
        hashed = keyed(token, b"cdp-token/1\0" + sys.argv[2].encode() + b"\0" + open(sys.argv[3], "rb").read())
        sid = f"{sys.argv[2]}:{token_id}:" + base64.urlsafe_b64encode(hashed[:16]).decode().rstrip("=")
        found["lines"] = [x["seq"] for x in lines if x.get("sid") == sid]
    print(json.dumps(found))


main()
