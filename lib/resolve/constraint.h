/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/constraint.h: what may not be one person (resolve 7.2).
 * A cluster is known by its claims: the distinct values of which it may not hold two, each with
 * how many records hold it. */
#ifndef CDP_RESOLVE_CONSTRAINT_H
#define CDP_RESOLVE_CONSTRAINT_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rec;
struct rules;
struct types;

enum refusal {
	REFUSAL_NONE, REFUSAL_EXCLUSIVE, REFUSAL_LIMIT, REFUSAL_BIRTHDATE, REFUSAL_SUFFIX,
	REFUSAL_PARTY, REFUSAL_CLEAN_SOURCE, REFUSALS
};

struct claim {
	uint8_t		kind, type;	/* enum fact_kind; CLAIM_CLEAN for a clean source */
	struct span	value;
	uint32_t	count;
};
enum { CLAIM_CLEAN = 100 };

struct claims {
	struct claim	*list;		/* by kind, type, value */
	uint32_t	 count, cap;
};

void claims_of(struct claims *c, const struct rec *r, const struct types *types, bool clean,
    struct span source);
void claims_add(struct claims *into, const struct claims *more);
void claims_done(struct claims *c);
/* Why the two may not be one; *demoted counts the values of single records that gave way.
 * vouched: stronger evidence stands against a birth date that differs. */
enum refusal constraint_check(const struct claims *a, const struct claims *b,
    const struct types *types, bool soft, bool vouched, uint64_t *demoted);
const char *refusal_name(enum refusal r);
/* Full dates of which neither is a slip of the other: no two parts equal, day and month not
 * exchanged, not one digit apart. */
bool birthdates_differ(struct span a, struct span b);
/* One digit or character apart, or two neighbours exchanged; at least 6 long. */
bool one_slip(struct span a, struct span b);

#endif
