/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/facts_usable.h: whether a value may be matched by: the rules of the run and the tags of the
 * record decide, and either of them suffices for no. Nothing is kept. */
#ifndef CDP_RESOLVE_FACTS_USABLE_H
#define CDP_RESOLVE_FACTS_USABLE_H

#include "base/attr.h"
#include "base/span.h"		/* passed by value */
#include "model/record.h"	/* looked into */
#include "resolve/rules.h"	/* rules_forbid_any */

#include <stdbool.h>

/* Whether tags of the path, `path` and `sub` together, or of its index-th value, forbid it. */
bool facts_forbidden(const struct record *r, const char *path, struct span sub, size_t index);
bool facts_usable_by_path(const struct record *r, const struct rules *rules, const char *path, size_t index);

/* Most runs have no rules, and most records no tags: then everything is. */
ALWAYS_INLINE bool
usable(const struct record *r, const struct rules *rules, const char *path, size_t index)
{
	return LIKELY(r->tag_count == 0 && !rules_forbid_any(rules)) ||
	    facts_usable_by_path(r, rules, path, index);
}

#endif
