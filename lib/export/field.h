/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/field.h: field paths of contracts, and the values of a profile at them. */
#ifndef CDP_EXPORT_FIELD_H
#define CDP_EXPORT_FIELD_H

#include "base/span.h"	/* by value */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct profile;

enum field_kind { FIELD_ONE, FIELD_MANY, FIELD_ADDRESS_PART, FIELD_IDENTIFIER, FIELD_ATTRIBUTE,
    FIELD_PSEUDONYM, FIELD_PROFILE_ID, FIELD_FIRST_SEEN, FIELD_LAST_SEEN, FIELD_BASIS,
    FIELD_VALID_UNTIL };

struct field {
	struct span	path;		/* as the contract writes it */
	struct span	name;		/* last part: type of an identifier, name of an attribute */
	enum field_kind	kind;
	int		index;		/* enum one_field, many_field or address_part */
};

/* False: unknown path, or one that is not in this version (*later set). */
bool field_parse(struct span path, struct field *f, bool *later);
/* Whether the decision's `drop` takes the field away: the path itself or what it lies in. */
bool field_dropped(const struct field *f, struct span dropped);
/* The values of the profile, best first, for fields that come from it; texts of attributes that
 * are JSON strings are unquoted, other JSON stays as written. Parts of addresses: one value an
 * address, absent where it lacks the part, so that columns of one address belong together. */
size_t field_values(const struct field *f, const struct profile *p, struct span **values,
    struct arena *arena);

#endif
