/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/record_plain.h: a record from its line in one step, where the line is as record_write
 * makes most of them: no blanks, only members that we know, in the order of record_write, nothing
 * escaped and nothing empty. There is no tape, and what is not so is left to the scanner. */
#ifndef CDP_MODEL_RECORD_PLAIN_H
#define CDP_MODEL_RECORD_PLAIN_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct error;
struct ndjson;
struct record;

/* The strings and numbers of a line that are no keys, in their order, as they stand in it. */
struct line_values {
	struct span	*v;
	size_t		 count, cap;
};

void line_values_find(struct line_values *values, const struct ndjson *tape);
void line_values_done(struct line_values *values);

/* True: *r is what ndjson_scan (with the limits it has by itself) and record_read make of the line,
 * and `values`, which may be NULL, has what line_values_find would give. False: the line is not of
 * this form, both are nothing. */
bool record_plain(struct span line, struct record *r, struct arena *arena,
    struct line_values *values);
/* A line of kind "record", whatever its form: 0, or -1 as the scanner and record_read say it. */
MUST_USE int record_from(struct span line, struct record *r, struct ndjson *scanner,
    struct arena *arena, struct error *e);

#endif
