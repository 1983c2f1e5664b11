/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/verdicts.c: whatever a file of verdicts holds, reading it ends, says why when it refuses,
 * and keeps one verdict a pair, the smaller id first. */
#include "base/error.h"
#include "io/source.h"
#include "resolve/verdict_file.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct byte_source *s = source_of(span_make((const char *)data, size), "verdicts");
	struct verdicts v = { 0 };
	struct error e = { 0 };

	if (verdicts_read(&v, s, &e) < 0 && e.status != STATUS_USAGE && e.status != STATUS_INPUT)
		abort();
	for (size_t i = 0; i < v.count; i++)
		if (span_cmp(v.list[i].a, v.list[i].b) >= 0 ||
		    verdicts_find(&v, v.list[i].b, v.list[i].a) != &v.list[i])
			abort();
	source_close(s);
	verdicts_done(&v);
	return 0;
}
