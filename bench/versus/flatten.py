# SPDX-License-Identifier: Apache-2.0
"""flatten.py RECORDS CSV: a stream of records as one table that both engines read.

The first value of each list: one column is one value to Splink."""
import csv
import json
import sys

COLUMNS = ("id", "source", "given_name", "family_name", "birthdate", "gender", "email", "phone_number",
           "street_address", "locality", "region", "postal_code", "country", "loyalty")
ADDRESS = COLUMNS[8:13]


def row(record):
    address = (record.get("address") or [{}])[0]
    for name in COLUMNS:
        place = address if name in ADDRESS else record.get("identifiers", {}) if name == "loyalty" else record
        value = place.get(name, "")
        yield value[0] if isinstance(value, list) else value


def main():
    records, table = sys.argv[1:]
    with open(records, encoding="utf-8") as lines, open(table, "w", newline="", encoding="utf-8") as out:
        write = csv.writer(out, lineterminator="\n").writerow
        write(COLUMNS)
        for line in lines:
            record = json.loads(line)
            if record.get("kind") == "record":
                write(row(record))


if __name__ == "__main__":
    main()
