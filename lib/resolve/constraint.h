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

struct facts;
struct types;

enum refusal {
	REFUSAL_NONE, REFUSAL_EXCLUSIVE, REFUSAL_LIMIT, REFUSAL_BIRTHDATE, REFUSAL_SUFFIX,
	REFUSAL_PARTY, REFUSAL_CLEAN_SOURCE, REFUSALS
};

struct claim {
	uint32_t	word;		/* of the fact, or CLAIM_CLEAN */
	uint32_t	count : 24, type : 8;
};

/* A clean source: of a kind that no fact has, with the index of the source below. */
enum { CLAIM_CLEAN = 15, CLAIM_COUNT_MOST = (1 << 24) - 1 };
#define CLAIMS_NO_SOURCE	UINT32_MAX

struct claims {
	struct claim	*list;		/* by kind, type, value; a count stops at its most */
	uint32_t	 count, cap;
};

/* The kinds of facts that can keep two records apart, a bit each; birth dates only if they are asked
 * for, since most records have one. */
uint32_t claims_kinds(const struct types *types, bool birthdates);
/* Those of one record, of facts of these kinds; `source` is its source if that is clean, else
 * CLAIMS_NO_SOURCE. */
void claims_of(struct claims *c, const struct facts *f, const uint32_t *row,
    const struct types *types, uint32_t kinds, uint32_t source);
void claims_add(struct claims *into, const struct claims *more);
/* Whether no two of the claims could forbid anything, whoever makes them: there is one value of each
 * kind and type, and no clean source. */
bool claims_agree(const struct claims *c);
void claims_done(struct claims *c);
/* Why the two may not be one, the first of the reasons in the order of the enum; *demoted
 * counts the values of single records that gave way. vouched: stronger evidence stands against
 * a birth date that differs. */
enum refusal constraint_check(const struct claims *a, const struct claims *b,
    const struct facts *f, const struct types *types, bool soft, bool vouched,
    uint64_t *demoted);
const char *refusal_name(enum refusal r);
/* Words of full dates of which neither is a slip of the other: no two parts equal, day and
 * month not exchanged, not one digit apart. */
bool birthdates_differ(uint32_t a, uint32_t b);
/* One digit or character apart, or two neighbours exchanged; at least 6 long. */
bool one_slip(struct span a, struct span b);

#endif
