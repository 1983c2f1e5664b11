# SPDX-License-Identifier: Apache-2.0
# duckdb_peer.py CSV NDJSON THREADS: what DuckDB needs to turn one into the other, in seconds.
# Every column stays text; nothing is cleaned.
import sys
import time

import duckdb

source, target, threads = sys.argv[1:]
db = duckdb.connect()
db.execute(f"SET threads = {int(threads)}")
begin = time.perf_counter()
db.execute(f"COPY (SELECT * FROM read_csv('{source}', all_varchar = true)) TO '{target}' (FORMAT json)")
print(f"{time.perf_counter() - begin:.2f} {duckdb.__version__}")
