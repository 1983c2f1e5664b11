/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/whole_names.c: a file of organisations has names with a legal form, by which they are
 * known, or one and the same word in many of them, "museum" or "of", and hardly a given name. What
 * such names were split into is no name of anybody, so all are compared as a whole. */
#include "resolve/whole_names.h"
#include "base/alloc.h"
#include "normal/table.h"
#include "resolve/types.h"
#include "resolve/values.h"

enum {
	ORGANISATIONS = 3,	/* one for so many whole names, at least */
	OTHERS = 10,		/* of so many at most one is a person's, or has no whole one */
	NAMES = 100,		/* fewer do not show which words are common */
	COMMONEST = 5,		/* one for so many has a word that names of people have not so often:
				 * but for a few peoples, no family name is that of one in ten */
	NAME_LEN = 3,		/* bytes: "do" is a name, and in Portuguese "of the" */
	KNOWN = 4		/* of so many less than one: half of Europe's people and more have one */
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
whole_names_count(struct whole_names *n, const struct values *v, const uint32_t *row, int type)
{
	uint32_t party = facts_find(row, FACT_PARTY), given = facts_find(row, FACT_GIVEN);
	bool has = has_whole(v->facts, row, type);

	n->whole += has;
	n->known += has && given != 0 && v->given[fact_number(given)].nicknamed;
	n->organisations += has && party == fact_word(FACT_PARTY, 'o');
	n->others += has ? party == fact_word(FACT_PARTY, 'p') :
	    given != 0 || facts_find(row, FACT_FAMILY) != 0;
}

void
whole_names_add(struct whole_names *to, const struct whole_names *from)
{
	to->whole += from->whole;
	to->organisations += from->organisations;
	to->others += from->others;
	to->known += from->known;
}

/* "Nguyen" is in two of five names of Vietnam, and a word like "museum" nowhere. */
static bool
is_name(struct span word)
{
	return word.len >= NAME_LEN && table_has(TABLE_COMMON_NAMES, word);
}

void
whole_names_words(struct whole_names *n, const struct values *v, int type)
{
	uint8_t what = v->attribute_type[type];
	uint32_t *holders;

	if (what != FIELD_STRING && what != FIELD_TEXT)
		return;
	holders = mem_zero((size_t)v->token_count + 1, sizeof *holders);
	(void)values_count_words(v, (unsigned)type, holders);
	for (uint32_t i = 0; i < v->token_count; i++)
		if (holders[i] > n->commonest) {
			n->commonest = holders[i];
			n->named = is_name(v->token[i].text);
		} else if (holders[i] == n->commonest) {
			n->named |= is_name(v->token[i].text);	/* in any order of words */
		}
	mem_free(holders);
}

/* No names of people, by their words. */
static bool
says_things(const struct whole_names *n)
{
	return n->whole >= NAMES && !n->named && n->commonest * COMMONEST >= n->whole && n->known * KNOWN < n->whole;
}

bool
whole_names_mostly(const struct whole_names *n)
{
	return n->whole > 0 && n->others * OTHERS <= n->whole;
}

bool
whole_names_registered(const struct whole_names *n)
{
	return whole_names_mostly(n) && n->organisations * ORGANISATIONS >= n->whole;
}

bool
whole_names_compared(const struct whole_names *n)
{
	return whole_names_registered(n) || (whole_names_mostly(n) && says_things(n));
}
