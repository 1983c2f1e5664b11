# SPDX-License-Identifier: Apache-2.0
"""Trains Splink on made-up people and asks whether our replay of its settings weighs every pair
as it does; then trains here, and asks the same of what is exported. Arguments: the replay tool,
cdp-resolve, a directory to work in, the tolerance in bits."""
import csv
import json
import random
import subprocess
import sys

import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

GIVEN = ["ana", "bruno", "carla", "david", "elena", "fabio", "greta", "hugo", "ines", "joana"]
FAMILY = ["silva", "souza", "lopes", "moraes", "pinto", "rocha", "vaz", "leal", "matos", "dias"]
TOWN = ["porto", "lagos", "faro", "braga"]


def slip(text, draw):
    """A typing error in one text of five."""
    if draw.random() > 0.2:
        return text
    at = draw.randrange(len(text))
    return text[:at] + draw.choice("aeioulnrst") + text[at + 1:]


def people(draw):
    """Rows of one to three records a person."""
    number = 0
    for person in range(700):
        given, family = draw.choice(GIVEN), draw.choice(FAMILY)
        born = f"{draw.randrange(1940, 2005)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"
        for _ in range(draw.randrange(1, 4)):
            number += 1
            yield {
                "unique_id": number,
                "first_name": slip(given, draw),
                "surname": slip(family, draw),
                "dob": born,
                "town": draw.choice(TOWN),
                "email": None if draw.random() < 0.3 else f"{given}.{person}@example.org",
                "postcode": f"AB{person % 90 + 10} {person % 9 + 1}CD",
            }


def settings(linker_settings, path):
    with open(path, "w", encoding="utf-8") as out:
        json.dump(linker_settings, out)


def table(rows, path):
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(rows[0])
        for row in rows[1]:
            writer.writerow("" if v is None else repr(v) if isinstance(v, float) else v for v in row)


def replay(tool, directory, name, tolerance):
    """How many pairs of the table are weighed, and whether all as Splink has it."""
    said = subprocess.run([tool, f"{directory}/{name}.json", f"{directory}/{name}.csv"],
                          check=True, capture_output=True, text=True).stdout.split()
    print(f"{name}: {said[0]} pairs, at most {said[1]} bits apart")
    if int(said[0]) < 1000 or float(said[1]) > tolerance:
        sys.exit("check-splink: weights differ")


COLUMNS = {"unique_id": "id", "first_name": "given_name", "surname": "family_name", "dob": "birthdate",
           "town": "locality", "email": "email", "postcode": "postal_code"}


def record(row):
    """A row as a record of a stream."""
    out = {"kind": "record", "id": f"a:{row['unique_id']}", "source": "a", "key": str(row["unique_id"]),
           "given_name": row["first_name"], "family_name": row["surname"], "birthdate": row["dob"],
           "address": [{"locality": row["town"], "postal_code": row["postcode"], "country": "GB"}],
           "purposes": ["identity_resolution"]}
    if row["email"]:
        out["email"] = [row["email"]]
    return out


def exported(resolve, rows, directory):
    """Trains here, and has Splink weigh pairs by what was written."""
    stream = [{"kind": "stream", "schema": "cdp/1", "tool": "check", "version": "0"}]
    stream += [record(row) for row in rows]
    stream.append({"kind": "end", "in": len(rows), "out": len(rows), "ok": True})
    with open(f"{directory}/records.ndjson", "w", encoding="utf-8") as out:
        out.writelines(json.dumps(line) + "\n" for line in stream)
    with open(f"{directory}/rules.json", "w", encoding="utf-8") as out:
        json.dump({"schema": "cdp-rules/1", "levels": "splink"}, out)
    subprocess.run([resolve, "train", "-q", "--rules", f"{directory}/rules.json", "--export-splink",
                    f"{directory}/exported.json", f"{directory}/records.ndjson"], check=True)
    path = f"{directory}/columns.csv"
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS.values())
        writer.writerows([row[name] for name in COLUMNS] for row in rows)
    with open(f"{directory}/exported.json", encoding="utf-8") as text:
        document = json.load(text)
    document["retain_intermediate_calculation_columns"] = True
    document["retain_matching_columns"] = True
    document["blocking_rules_to_generate_predictions"] = ["l.given_name = r.given_name"]
    api = DuckDBAPI()
    dates = {name: "VARCHAR" for name in ("birthdate",)}
    linker = Linker(api.register(api._con.read_csv(path, dtype=dates)), document)
    found = linker.inference.predict().as_duckdbpyrelation()
    table((found.columns, found.fetchall()), f"{directory}/exported.csv")


def main():
    tool, resolve, directory, tolerance = *sys.argv[1:4], float(sys.argv[4])
    path = f"{directory}/people.csv"
    rows = list(people(random.Random(7)))
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    api = DuckDBAPI()
    linker = Linker(api.register_from_csv(path), SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("first_name"),
            cl.JaroWinklerAtThresholds("surname", [0.9, 0.7]).configure(
                term_frequency_adjustments=True),
            cl.DateOfBirthComparison("dob", input_is_string=False),
            cl.ExactMatch("town").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
            cl.PostcodeComparison("postcode"),
        ],
        blocking_rules_to_generate_predictions=[block_on("first_name"), block_on("dob")],
        retain_intermediate_calculation_columns=True,
        retain_matching_columns=True,
    ))
    linker.training.estimate_u_using_random_sampling(1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("dob"))
    found = linker.inference.predict().as_duckdbpyrelation()
    settings(linker.misc.save_model_to_json(), f"{directory}/settings.json")
    table((found.columns, found.fetchall()), f"{directory}/settings.csv")
    replay(tool, directory, "settings", tolerance)
    exported(resolve, rows, directory)
    replay(tool, directory, "exported", tolerance)


main()
