/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/ndjson.c: lines and scanner. What is accepted is accepted by jansson too (but for large
 * numbers), and the raw bytes of the root scan to the same tape. */
#include "base/error.h"
#include "io/chunk.h"
#include "io/lines.h"
#include "io/ndjson.h"
#include "io/source.h"

#include <jansson.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
again(const struct ndjson *first, struct span line)
{
	struct ndjson *n = ndjson_new(NULL);
	struct error e = { 0 };
	uint32_t count, other;
	size_t at;

	ndjson_nodes(first, &count);
	must(ndjson_scan(n, ndjson_raw(first, 0), &at, &e) == 0);
	ndjson_nodes(n, &other);
	must(count == other && ndjson_raw(n, 0).len <= line.len);
	ndjson_free(n);
}

static void
judge(struct ndjson *n, struct span line)
{
	struct error e = { 0 };
	json_error_t why;
	size_t at;
	bool ours = ndjson_scan(n, line, &at, &e) == 0;
	json_t *theirs = json_loadb(line.p, line.len, JSON_REJECT_DUPLICATES, &why);

	must(at <= line.len);
	if (ours) {
		must(theirs != NULL || json_error_code(&why) == json_error_numeric_overflow);
		again(n, line);
	}
	json_decref(theirs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct byte_source *s = source_of(span_make((const char *)data, size), "fuzz");
	struct lines *l = lines_open(s, 0);
	struct ndjson *n = ndjson_new(NULL);
	struct error e = { 0 };
	struct chunk c = { 0 };

	while (lines_chunk(l, &c, &e) > 0)
		for (size_t i = 0; i < c.count; i++)
			if (c.rows[i].fault == ROW_GOOD)
				judge(n, chunk_row(&c, i));
	ndjson_free(n);
	lines_close(l);
	source_close(s);
	chunk_done(&c);
	return 0;
}
