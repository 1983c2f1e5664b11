/* SPDX-License-Identifier: Apache-2.0 */
/* bench/ndjson.c: MB/s of the line scanner, of jansson, and of the line and row finders over
 * one file in memory, on one thread.	ndjson FILE.ndjson [FILE.csv] */
#include "base/buf.h"
#include "base/error.h"
#include "io/chunk.h"
#include "io/csv_dialect.h"
#include "io/csv_fields.h"
#include "io/csv_rows.h"
#include "io/fd.h"
#include "io/lines.h"
#include "io/ndjson.h"
#include "io/source.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 5 };

typedef size_t pass(struct span file);

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The best of a few rounds; a busy machine only ever makes them slower. */
static void
measure(const char *name, pass *run, struct span file)
{
	double best = 1e9;
	size_t rows = 0;

	for (int i = 0; i < ROUNDS; i++) {
		double start = seconds(), took;

		rows = run(file);
		took = seconds() - start;
		best = took < best ? took : best;
	}
	printf("%-10s %8.0f MB/s %12.0f rows/s\n", name, (double)file.len / best / 1e6,
	    (double)rows / best);
}

static size_t
scan(struct span file)
{
	struct ndjson *n = ndjson_new(NULL);
	struct error e = { 0 };
	struct span line;
	size_t rows = 0, at;

	while (span_split(&file, '\n', &line) && line.len > 0) {
		if (ndjson_scan(n, line, &at, &e) < 0)
			exit(3);
		rows++;
	}
	ndjson_free(n);
	return rows;
}

static size_t
jansson(struct span file)
{
	struct span line;
	size_t rows = 0;

	while (span_split(&file, '\n', &line) && line.len > 0) {
		json_t *root = json_loadb(line.p, line.len, JSON_REJECT_DUPLICATES, NULL);

		if (root == NULL)
			exit(3);
		json_decref(root);
		rows++;
	}
	return rows;
}

static size_t
find_lines(struct span file)
{
	struct byte_source *s = source_of(file, "bench");
	struct lines *l = lines_open(s, 0);
	struct chunk c = { 0 };
	struct error e = { 0 };
	size_t rows = 0;

	while (lines_chunk(l, &c, &e) > 0)
		rows += c.count;
	lines_close(l);
	source_close(s);
	chunk_done(&c);
	return rows;
}

static size_t
find_rows(struct span file)
{
	struct csv_dialect d = csv_dialect_default();
	struct byte_source *s = source_of(file, "bench");
	struct csv_rows *r = csv_rows_open(s, &d);
	struct chunk c = { 0 };
	struct error e = { 0 };
	size_t rows = 0;

	while (csv_rows_chunk(r, &c, 0, &e) > 0)
		rows += c.count;
	csv_rows_close(r);
	source_close(s);
	chunk_done(&c);
	return rows;
}

static size_t
split_rows(struct span file)
{
	struct csv_dialect d = csv_dialect_default();
	struct csv_fields *f = csv_fields_new(&d);
	const struct span *fields;
	struct error e = { 0 };
	struct span line;
	size_t rows = 0, count;

	while (span_split(&file, '\n', &line) && line.len > 0) {
		if (csv_fields_split(f, line, &fields, &count, &e) < 0)
			exit(3);
		rows++;
	}
	csv_fields_free(f);
	return rows;
}

static struct span
load(const char *path)
{
	struct error e = { 0 };
	size_t len;
	char *p;

	if (fd_read_file(path, (size_t)1 << 32, STATUS_INPUT, &p, &len, &e) < 0) {
		fprintf(stderr, "ndjson: %s\n", e.text);
		exit(3);
	}
	return span_make(p, len);
}

int
main(int argc, char **argv)
{
	struct span file;

	if (argc < 2)
		return 2;
	file = load(argv[1]);
	measure("scanner", scan, file);
	measure("jansson", jansson, file);
	measure("lines", find_lines, file);
	if (argc > 2) {
		file = load(argv[2]);
		measure("rows", find_rows, file);
		measure("fields", split_rows, file);
	}
	return 0;
}
