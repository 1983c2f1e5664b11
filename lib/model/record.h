/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/record.h: one row of one source, clean; and the way in and out of a line.
 * Spans with p == NULL are absent. Everything is borrowed: from the line, the arena or the
 * caller; a record owns nothing. */
#ifndef CDP_MODEL_RECORD_H
#define CDP_MODEL_RECORD_H

#include "base/attr.h"
#include "model/fields.h"	/* ONE_COUNT ... */
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct error;
struct ndjson;

enum { RECORD_LIST_MAX = 64 };		/* values of one list: above it E_LIST_LONG */

struct texts {
	const struct span	*v;
	size_t			 n;
};
struct address {
	struct span	part[PART_COUNT];
};
struct named_texts {			/* identifiers: type → values; tags: path → tags */
	struct span	name;
	struct texts	values;
};
struct named_json {			/* attributes: name → one JSON value as written */
	struct span	name, json;
};

struct record {
	struct span			 id, source, key, channel, observed_at, collected_at;
	struct span			 one[ONE_COUNT];
	struct texts			 many[MANY_COUNT];
	const struct address		*addresses;
	size_t				 address_count;
	const struct named_texts	*identifiers;
	size_t				 identifier_count;
	const struct named_json		*attributes;
	size_t				 attribute_count;
	struct texts			 purposes;
	bool				 has_purposes;		/* the member is there, maybe empty */
	struct span			 controller, collected;
	const struct named_texts	*tags;
	size_t				 tag_count;
	struct texts			 flags;
	struct span			 decisions;		/* raw JSON array, from the gate */
	const struct named_json		*others;		/* members we do not know, as written */
	size_t				 other_count;
};

/* Reads a scanned line of kind "record". 0, or -1 with status REFUSED: E_ID (no id, or not
 * source:key), E_TYPE (a list where text belongs, or the reverse), E_LIST_LONG; the text names
 * the member. Unescaped text and arrays live in the arena. Empty lists and texts are absent. */
MUST_USE int record_read(const struct ndjson *n, struct record *r, struct arena *arena,
    struct error *e);
/* Appends the record as one line, LF included, members in fixed order. */
void record_write(const struct record *r, struct buf *out);

#endif
