/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/record.c: a line as a record. What is read in one step is read the same by the scanner, and
 * so is what was written of it, where nothing needs an escape. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/ndjson.h"
#include "model/record.h"
#include "model/record_plain.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
compare(const struct record *fast, const struct record *slow)
{
	struct buf x = { 0 }, y = { 0 };

	record_write(fast, &x);
	record_write(slow, &y);
	must(span_equal(buf_span(&x), buf_span(&y)));
	must(span_equal(fast->source, slow->source) && span_equal(fast->key, slow->key));
	must(fast->has_purposes == slow->has_purposes);
	buf_done(&x);
	buf_done(&y);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span line = span_make((const char *)data, size);
	struct ndjson *n = ndjson_new(NULL);
	struct record fast, slow, again;
	struct line_values values = { 0 }, slow_values = { 0 };
	struct arena arena = { 0 };
	struct error e = { 0 };
	struct buf text = { 0 };
	size_t at;

	if (record_plain(line, &fast, &arena, &values)) {
		must(ndjson_scan(n, line, &at, &e) == 0 && record_read(n, &slow, &arena, &e) == 0);
		compare(&fast, &slow);
		line_values_find(&slow_values, n);
		must(values.count == slow_values.count);
		for (size_t i = 0; i < values.count; i++)
			must(values.v[i].p == slow_values.v[i].p && values.v[i].len == slow_values.v[i].len);
		record_write(&fast, &text);
		if (record_plain(span_head(buf_span(&text), text.len - 1), &again, &arena, NULL))
			compare(&fast, &again);
	}
	line_values_done(&values);
	line_values_done(&slow_values);
	buf_done(&text);
	arena_done(&arena);
	ndjson_free(n);
	return 0;
}
