/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/generic_priv.h: for generic*.c only. */
#ifndef CDP_RESOLVE_GENERIC_PRIV_H
#define CDP_RESOLVE_GENERIC_PRIV_H

#include "resolve/facts.h"	/* enum fact_kind */
#include "resolve/generic.h"	/* by value */

struct store;
struct types;

/* What becomes of a value. */
enum mark { MARK_STAYS, MARK_SUSPECT, MARK_OUT };

/* A value that is not plainly somebody's. */
struct suspect {
	uint32_t	 number, holders;
	size_t		 at;		/* first of its members, if it has no reason yet */
	uint64_t	 people;
	const char	*reason;	/* as in generic_value; NULL: it stays */
};

/* The values of one kind. */
struct family {
	enum fact_kind	 kind;
	uint32_t	 count;		/* numbers there are */
	uint32_t	*holders;	/* by number: linked records; of suspects, then, the next member */
	uint8_t		*mark;		/* by number: enum mark */
	uint64_t	 once, twice, distinct;	/* values by how many hold them: 1, 2, any */
	uint64_t	 fitted;
	struct suspect	*list;
	size_t		 listed, list_cap, members;
	uint32_t	*member;
};

/* Copies the value. */
void generic_remember(struct generic *g, struct generic_value value);
/* How many linked records hold each value of the families, of identifiers only those of types that
 * are keys; and, at the slots of their dates, how many hold each birth date. The caller owns both. */
void generic_count(struct family of[VALUE_FAMILIES], uint32_t **dates, const struct store *s,
    const struct types *types, unsigned threads);
/* The members of all suspects that wait for a reason, each one's in the order of the records. */
void generic_find_members(struct family of[VALUE_FAMILIES], const struct store *s, unsigned threads);

/* Of a full birth date (fact_full_date): every day of a year is a slot, and some that are none. */
enum { DATE_YEAR = 12 * 31, DATE_SLOTS = FACT_YEARS * DATE_YEAR };

static inline size_t
generic_date_slot(uint32_t word)
{
	return ((size_t)(fact_number(word) >> 9) * 12 + (word >> 5 & 15) - 1) * 31 + (word & 31) - 1;
}

/* Finds default birth dates and takes them out of play. */
void generic_dates(struct generic *g, struct store *s, const uint32_t *count);

#endif
