/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/whole_names.c: a file of organisations has names with a legal form, by which they are
 * known, and others that look like people's. What those were split into is no name of anybody, so
 * all are compared as a whole. */
#include "resolve/whole_names.h"
#include "resolve/facts.h"
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
has_whole(const struct facts *f, const uint32_t *row, int type)
{
	for (; *row != 0; row++)
		if (fact_kind(*row) == FACT_ATTRIBUTE && facts_type(f, *row) == type)
			return true;
	return false;
}

void
whole_names_count(struct whole_names *n, const struct facts *f, const uint32_t *row, int type)
{
	uint32_t party = facts_find(row, FACT_PARTY);
	bool has = has_whole(f, row, type);

	n->whole += has;
	n->organisations += has && party == fact_word(FACT_PARTY, 'o');
	n->others += has ? party == fact_word(FACT_PARTY, 'p') :
	    facts_find(row, FACT_GIVEN) != 0 || facts_find(row, FACT_FAMILY) != 0;
}

bool
whole_names_compared(const struct whole_names *n)
{
	return n->whole > 0 && n->organisations * ORGANISATIONS >= n->whole &&
	    n->others * OTHERS <= n->whole;
}
