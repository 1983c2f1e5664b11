/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/usual.h: names as others have them. Where the records of one person are divided, how
 * many records of the run have each name tells it from a slip of it.
 * Always holds: after usual_find nothing here changes; any thread may read. A zeroed struct knows
 * no name. */
#ifndef CDP_RESOLVE_USUAL_H
#define CDP_RESOLVE_USUAL_H

#include "base/span.h"		/* passed by value */
#include "resolve/facts.h"	/* enum fact_kind */
#include <stdbool.h>
#include <stdint.h>

struct store;

/* Names are known by their hashes: texts would take ten times the memory. */
struct usual_slot {
	uint32_t	tag, holders;	/* 0 holders: empty */
};

/* Of one kind of name. */
struct usual {
	struct usual_slot *slot;
	unsigned	 bits;
};

/* Counts the names of a kind among the linked records; `holders`: those of each number, where they
 * were counted before, or NULL. */
void usual_find(struct usual *u, const struct store *s, enum fact_kind kind, const uint32_t *holders);
void usual_done(struct usual *u);

/* Two folded names that are chosen together stand in one text, with a NUL between. */
struct name_pair {
	struct span	given, family;	/* absent: the text is a given name alone */
};

static inline struct name_pair
name_pair(struct span key)
{
	const char *nul = key.len == 0 ? NULL : memchr(key.p, 0, key.len);
	size_t len = nul == NULL ? 0 : (size_t)(nul - key.p);

	return nul == NULL ? (struct name_pair){ key, span_none() } :
	    (struct name_pair){ span_head(key, len), span_skip(key, len + 1) };
}

/* Whether two keys are forms of one family name: alike, one a part of the other, or swapped with the
 * given name. Of keys that are of given names: true where there is no family name beside it. */
bool usual_form(bool given, struct span a, struct span b);
/* How good a form of the name it is: the more words the better, then the more have it. */
int64_t usual_worth(const struct usual *given, const struct usual *family, struct span key);

#endif
