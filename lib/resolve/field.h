/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/field.h: the comparisons of a run: which field, of which type, with which levels.
 * A level is the outcome of comparing two values; levels count from 0, nothing agrees, upwards. */
#ifndef CDP_RESOLVE_FIELD_H
#define CDP_RESOLVE_FIELD_H

#include "base/span.h"		/* passed by value */
#include "resolve/facts.h"	/* enum fact_kind */
#include <stdbool.h>
#include <stdint.h>

enum { FIELDS_MAX = 16, LEVELS_MAX = 8, LEVEL_NULL = 15, LEVEL_BITS = 4 };

enum field_type {
	FIELD_GIVEN, FIELD_FAMILY, FIELD_BIRTHDATE, FIELD_SEX, FIELD_SUFFIX, FIELD_EMAIL,
	FIELD_PHONE, FIELD_PLACE, FIELD_POSTCODE, FIELD_LOCALITY, FIELD_IDENTIFIER,
	/* attributes, by what their values look like */
	FIELD_STRING, FIELD_TEXT, FIELD_NUMBER, FIELD_CODE, FIELD_CATEGORY, FIELD_DATE, FIELD_ARRAY,
	FIELD_MAILBOX, FIELD_TELEPHONE,
	FIELD_WORDS,		/* a text that is all there is to compare */
	FIELD_TYPES
};

/* Whether a household shares it: see resolve 5.4. */
enum nature { NATURE_PERSONAL, NATURE_SHARED, NATURE_FREE, NATURES };

/* How far the frequency of the agreeing value speaks at a level (resolve 4.6). */
enum level_tf { TF_NONE, TF_FULL, TF_HALF, TF_RAREST, TF_WORDS };

struct level_info {
	const char	*name;		/* "exact", "nickname": what explain and links print */
	bool		 chain;		/* may not weigh less than the level below it in the chain */
	enum level_tf	 tf;
};

struct field {
	struct span	name;		/* "given_name", "identifiers.loyalty", "attributes.city" */
	enum field_type	type;
	enum nature	nature;
	enum fact_kind	kind;		/* whose dictionary holds the values */
	uint8_t		fact_type;	/* of FACT_IDENTIFIER and FACT_ATTRIBUTE */
	bool		exclusive;	/* an identifier of which a person has one */
	bool		registered;	/* names of organisations with legal forms: no two have the same */
	bool		lent;		/* an attribute that is one's own; but a group may have it in common, as the
					 * shops of a chain their name */
	bool		code;		/* an attribute of codes; nobody said what it is of */
	uint64_t	records;	/* linked records that have a value; of a frozen model's training */
	uint64_t	present;	/* the same of the records at hand */
	uint64_t	distinct;	/* values */
	uint32_t	few;		/* holders of a value that weigh no more than one does */
};

/* `few` of a field for so many records that have a value. */
uint32_t field_few(enum field_type t, uint64_t records);

/* Whether it matters that one of two values is contained in the other. */
bool field_contains(enum field_type t);

unsigned field_levels(enum field_type t);		/* how many, LEVEL_NULL apart */
const struct level_info *field_level(enum field_type t, unsigned level);
unsigned field_top(enum field_type t);			/* the exact level */
enum fact_kind field_kind(enum field_type t);		/* of its values */
const char *field_type_name(enum field_type t);
const char *nature_name(enum nature n);

/* A pattern is the levels of one pair, four bits for each field. */
static inline unsigned
pattern_level(uint64_t pattern, unsigned field)
{
	return (unsigned)(pattern >> (LEVEL_BITS * field)) & 15;
}

static inline uint64_t
pattern_set(uint64_t pattern, unsigned field, unsigned level)
{
	return (pattern & ~((uint64_t)15 << (LEVEL_BITS * field))) |
	    (uint64_t)level << (LEVEL_BITS * field);
}

#endif
