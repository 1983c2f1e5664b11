/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/whole_names.c: a file of organisations has names with a legal form, by which they are
 * known, and others that look like people's. What those were split into is no name of anybody, so
 * all are compared as a whole. */
#include "resolve/whole_names.h"
#include "resolve/facts.h"
#include "resolve/store.h"
#include "resolve/types.h"

enum {
	ORGANISATIONS = 3,	/* one for so many whole names, at least */
	OTHERS = 10		/* of so many at most one is a person's, or has no whole one */
};

int
whole_names_type(const struct types *attributes)
{
	for (size_t i = 0; i < types_count(attributes); i++)
		if (span_is(types_at(attributes, i)->name, FACT_WHOLE_NAME))
			return (int)i;
	return -1;
}

static bool
has_whole(const struct store *s, const uint32_t *row, int type)
{
	for (; *row != 0; row++)
		if (fact_kind(*row) == FACT_ATTRIBUTE && facts_type(&s->facts, *row) == type)
			return true;
	return false;
}

bool
whole_names_compared(const struct store *s, int type)
{
	uint64_t whole = 0, organisations = 0, others = 0;	/* others: surely people's names */

	for (uint32_t i = 0; i < s->count && type >= 0; i++) {
		const uint32_t *row = rec_row(s, i);
		uint32_t party = facts_find(row, FACT_PARTY);
		bool has = has_whole(s, row, type);

		if (!(s->rec[i].flags & REC_LINKED))
			continue;
		whole += has;
		organisations += has && party == fact_word(FACT_PARTY, 'o');
		others += has ? party == fact_word(FACT_PARTY, 'p') :
		    facts_find(row, FACT_GIVEN) != 0 || facts_find(row, FACT_FAMILY) != 0;
	}
	return whole > 0 && organisations * ORGANISATIONS >= whole && others * OTHERS <= whole;
}
