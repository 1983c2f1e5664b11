# SPDX-License-Identifier: Apache-2.0
"""splink_peer.py CSV CONFIGURATION CLUSTERS REPORT THREADS: Splink with DuckDB over the table of flatten.py.

Set up as its documentation advises for people: name comparisons with term frequencies, the library's
comparisons for dates and e-mail, u by random sampling, m by EM over two blocking rules, clusters at a
probability of 0.95. Values that many records share (placeholders) are made null first, as its guide to
exploring data suggests; with them the rules would not end. Configurations:
  documented   u from 10^7 pairs, EM over every pair of its rules
  fastest      u and EM from 10^6 pairs each
  wide         as fastest, rules that compare about 30 pairs a record of a million (pairs of a record grow
               with the records: 8 of 250,000)
CLUSTERS becomes a CSV id,cluster; REPORT a JSON object with seconds, peak memory, pairs and versions. Time
starts after the imports and ends when CLUSTERS is written; what is counted after that has no part in memory."""
import json
import logging
import resource
import sys
import time

import duckdb
import splink
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.blocking_analysis import count_comparisons_from_blocking_rules

COMMON = 200            # holders of a phone number or mailbox that is nobody's
THRESHOLD = 0.95
OTHER_THRESHOLDS = (0.5, 0.8, 0.9, 0.99, 0.999)     # not timed: the best of them is its best cut

NULLED = ("email", "phone_number")
PREPARE = """
CREATE TABLE people AS
WITH rows AS (SELECT * REPLACE ({folded}) FROM read_csv('{path}', all_varchar = true)),
{common}
SELECT rows.id AS unique_id, rows.given_name, rows.family_name, rows.birthdate, rows.street_address, rows.locality,
    rows.postal_code, rows.loyalty, {kept}
FROM rows {joins}
"""


def prepare(connection, path):
    folded = ", ".join(f"nullif(trim(lower(strip_accents({c}))), '') AS {c}" for c in (
        "given_name", "family_name", "birthdate", "email", "phone_number", "street_address", "locality",
        "postal_code", "loyalty"))
    common = ",\n".join(f"common_{c} AS (SELECT {c} FROM rows GROUP BY {c} HAVING count(*) > {COMMON})"
                        for c in NULLED)
    kept = ", ".join(f"CASE WHEN common_{c}.{c} IS NULL THEN rows.{c} END AS {c}" for c in NULLED)
    joins = " ".join(f"LEFT JOIN common_{c} ON rows.{c} = common_{c}.{c}" for c in NULLED)
    connection.execute(PREPARE.format(path=path, folded=folded, common=common, kept=kept, joins=joins))


TIGHT = [
    block_on("email"),
    block_on("phone_number"),
    block_on("loyalty"),
    block_on("family_name", "birthdate"),
    block_on("given_name", "birthdate"),
    block_on("birthdate", "postal_code"),
    block_on("given_name", "family_name", "postal_code"),
    block_on("given_name", "family_name", "locality"),
    block_on("substr(given_name, 1, 3)", "substr(family_name, 1, 4)", "substr(birthdate, 1, 7)"),
]
WIDE = TIGHT + [
    block_on("birthdate"),
    block_on("given_name", "substr(birthdate, 1, 7)"),
    block_on("postal_code", "substr(family_name, 1, 1)"),
    block_on("postal_code", "substr(given_name, 1, 1)"),
    block_on("locality", "substr(birthdate, 1, 7)"),
    block_on("given_name", "substr(birthdate, 6, 5)"),
    block_on("postal_code", "substr(birthdate, 1, 4)"),
    block_on("substr(given_name, 1, 1)", "substr(family_name, 1, 1)", "substr(birthdate, 1, 7)"),
]
CONFIGURATIONS = {      # rules, pairs for u, pairs for EM
    "documented": (TIGHT, 1e7, None),
    "fastest": (TIGHT, 1e6, 1e6),
    "wide": (WIDE, 1e6, 1e6),
}


def settings(rules):
    return SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=rules,
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("family_name").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("birthdate", input_is_string=True),
            cl.EmailComparison("email").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("phone_number", [1, 2]),
            cl.JaroWinklerAtThresholds("street_address", [0.92, 0.85]).configure(
                term_frequency_adjustments=True),
            cl.ExactMatch("locality").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("postal_code", [1, 2]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("loyalty"),
        ],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )


def train(linker, u_pairs, em_pairs):
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("given_name", "family_name", "birthdate"), block_on("email", "given_name")], recall=0.6)
    training.estimate_u_using_random_sampling(max_pairs=u_pairs)
    for rule in (block_on("given_name", "family_name"), block_on("birthdate")):
        training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=em_pairs)


def write_clusters(connection, clusters, path):
    connection.execute(f"COPY (SELECT unique_id AS id, cluster_id AS cluster FROM {clusters.physical_name}) "
                       f"TO '{path}' (HEADER)")


def main():
    table, configuration, clusters_path, report_path, threads = sys.argv[1:]
    rules, u_pairs, em_pairs = CONFIGURATIONS[configuration]
    logging.getLogger("splink").setLevel(logging.ERROR)
    began = time.perf_counter()
    connection = duckdb.connect()
    connection.execute(f"SET threads = {int(threads)}")
    prepare(connection, table)
    people = DuckDBAPI(connection).register("people")
    linker = Linker(people, settings(rules), log_level=logging.ERROR)
    train(linker, u_pairs, em_pairs)
    predictions = linker.inference.predict(threshold_match_probability=0.01)
    cluster = linker.clustering.cluster_pairwise_predictions_at_threshold
    write_clusters(connection, cluster(predictions, threshold_match_probability=THRESHOLD), clusters_path)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

    for other in OTHER_THRESHOLDS:
        write_clusters(connection, cluster(predictions, threshold_match_probability=other),
                       f"{clusters_path}.{other}")
    counts = count_comparisons_from_blocking_rules(people, blocking_rules=rules, link_type="dedupe_only",
                                                   record_sample_proportion=1.0)
    with open(report_path, "w", encoding="utf-8") as report:
        json.dump({"seconds": seconds, "peak_bytes": peak, "pairs": counts[-1]["cumulative_comparison_count"],
                   "splink": splink.__version__, "duckdb": duckdb.__version__}, report)


if __name__ == "__main__":
    main()
