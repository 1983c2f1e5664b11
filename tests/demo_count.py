#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what `make demo` says, from the sources and the profiles alone, with none of the tools'
code. usage: demo_count.py DIRECTORY (what share/demo.sh left). Prints `name number` lines."""
import csv
import json
import sys

where = sys.argv[1]


def lines(name):
    with open(f"{where}/{name}", encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def physical_rows(name):
    with open(f"{where}/{name}", encoding="utf-8", newline="") as f:
        return sum(1 for line in f if line.strip()) - 1


with open(f"{where}/shop.csv", encoding="utf-8", newline="") as f:
    shop = list(csv.DictReader(f))
app = lines("app.ndjson")
profiles = [p for p in lines("profiles.ndjson") if p["kind"] == "profile"]

# address -> [(time, said yes)]
said = {}
for row in shop:
    if row["Newsletter"]:
        said.setdefault(row["Email"].lower(), []).append((row["Updated"], row["Newsletter"] == "yes"))
for user in app:
    if "newsletter" in user:
        said.setdefault(user["profile"]["mails"][0].lower(), []).append((user["seen"], user["newsletter"] == "on"))


def may(profile):
    """Some yes at an address is later than every no at any address of the person."""
    words = [(address, *word) for address in profile.get("email", []) for word in said.get(address, [])]
    refusals = [at for _, at, yes in words if not yes]
    return any(yes and all(at > no for no in refusals) for _, at, yes in words)


with open(f"{where}/list.csv", encoding="utf-8", newline="") as f:
    listed = {row["email"] for row in csv.DictReader(f)}
allowed = [p for p in profiles if may(p)]
print("rows", len(shop) + physical_rows("crm.csv") + len(app))
print("profiles", len(profiles))
print("singletons", sum(len(p["members"]) == 1 for p in profiles))
print("households", len({p["household"] for p in profiles if "household" in p}))
print("consents", sum(len(words) for words in said.values()))
print("permitted", len(allowed))
print("refused", len(profiles) - len(allowed))
print("listed", len(listed))
person = lines("person.json")[0]
again = [p for p in lines("again.ndjson") if p["kind"] == "profile"]
print("withheld", len(person["members"]))
print("after", len(profiles) - 1)
print("returned", sum(m in person["members"] for p in again for m in p["members"]))
print("strangers", sum(not any(a in p.get("email", []) for p in allowed) for a in listed))
