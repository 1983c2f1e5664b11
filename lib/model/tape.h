/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/tape.h: reading texts and lists off a scanned line, with errors that name the
 * member. The readers of records, profiles and consent lines share it. */
#ifndef CDP_MODEL_TAPE_H
#define CDP_MODEL_TAPE_H

#include "base/attr.h"
#include "io/ndjson.h"		/* a text is a few loads */
#include "model/record.h"	/* struct texts, named_texts, named_json: by value */

struct arena;
struct error;

/* What a reader carries along. */
struct tape {
	const struct ndjson	*n;
	struct arena		*arena;
	size_t			 list_max;	/* elements of one list; above it E_LIST_LONG */
	struct error		*e;
};

/* tape_text, where there is no text: nothing, or E_TYPE. */
MUST_USE int tape_no_text(const struct tape *t, uint32_t key);

/* Text of a string node; null and "" are absent. -1 E_TYPE for any other type. */
MUST_USE static inline int
tape_text(const struct tape *t, uint32_t key, struct span *s)
{
	const struct nd_node *value = ndjson_nodes(t->n, NULL) + key + 1;

	if (UNLIKELY(value->type != ND_STRING || value->len == 0))
		return tape_no_text(t, key);
	*s = ndjson_text(t->n, key + 1, t->arena);
	return 0;
}

/* A list of strings; null and empty strings are left out. */
MUST_USE int tape_texts(const struct tape *t, uint32_t key, struct texts *list);
/* An object of lists of strings: name → values. */
MUST_USE int tape_named_texts(const struct tape *t, uint32_t key, const struct named_texts **list,
    size_t *count);
/* The value of the member as written, or an E_TYPE if it is not of that ND_ type. */
MUST_USE int tape_raw(const struct tape *t, uint32_t key, int type, struct span *json);
/* E_TYPE for the member. Always -1. */
int tape_wrong(const struct tape *t, uint32_t key, const char *wanted);

#endif
