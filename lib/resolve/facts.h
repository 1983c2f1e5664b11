/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/facts.h: what of a record takes part in matching: folded values, by number.
 * A record is a row of words, ended by 0; a word is the kind of a fact in the top bits and the
 * number of its value below. Always holds: two words are equal only if kind, type and value are.
 * Facts stand in a fixed order, so records that say the same have the same row. */
#ifndef CDP_RESOLVE_FACTS_H
#define CDP_RESOLVE_FACTS_H

#include "base/attr.h"
#include "base/buf.h"	/* by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct date_parts;
struct dict;
struct dict_wanted;
struct error;
struct faces;
struct record;
struct rules;
struct types;

enum fact_kind {
	FACT_END,
	FACT_IDENTIFIER,	/* a value of its type */
	FACT_EMAIL,		/* the mailbox by the provider's rules */
	FACT_PHONE,
	FACT_GIVEN,		/* folded */
	FACT_FAMILY,
	FACT_BIRTHDATE,		/* the number is year << 9 | month << 5 | day, 0 what is unknown */
	FACT_POSTCODE,
	FACT_LOCALITY,
	FACT_SUFFIX,		/* generational, folded */
	FACT_PARTY,		/* the number is 'p' person, 'o' organisation */
	FACT_ATTRIBUTE,		/* a value of its type */
	FACT_SEX,		/* the number is 'f', 'm' or 'o' */
	FACT_PLACE,		/* an address: its parts as written, with PLACE_BETWEEN between them */
	FACT_BIRTHDATE_ALT,	/* one of the readings of a birth date that is not sure: a number */
	FACT_DROPPED,		/* taken out of play */
	FACT_KINDS
};

enum { FACT_NUMBER_BITS = 28 };

/* Attributes with a meaning: the name of an organisation; a whole name, of people and organisations
 * alike; the host of a website; behind the name of another, the codes in its text. */
#define FACT_ORGANISATION	"attributes.organization"
#define FACT_WHOLE_NAME		"attributes.whole_name"
#define FACT_WEBSITE		"attributes.website"
#define FACT_CODES		".codes"

/* Parts of FACT_PLACE: street, post office box, locality, region, postcode, country. */
enum { PLACE_STREET, PLACE_BOX, PLACE_LOCALITY, PLACE_REGION, PLACE_POSTCODE, PLACE_COUNTRY,
    PLACE_PARTS, PLACE_BETWEEN = 0x1f };

static inline enum fact_kind
fact_kind(uint32_t word)
{
	return (enum fact_kind)(word >> FACT_NUMBER_BITS);
}

static inline uint32_t
fact_number(uint32_t word)
{
	return word & (((uint32_t)1 << FACT_NUMBER_BITS) - 1);
}

static inline uint32_t
fact_word(enum fact_kind kind, uint32_t number)
{
	return (uint32_t)kind << FACT_NUMBER_BITS | number;
}

/* Such a value is known by its type too: the dictionary holds both. */
static inline bool
fact_has_type(enum fact_kind kind)
{
	return kind == FACT_IDENTIFIER || kind == FACT_ATTRIBUTE;
}

uint32_t fact_date(const struct date_parts *date);

/* Year, month and day are known. */
static inline bool
fact_full_date(uint32_t word)
{
	return fact_kind(word) == FACT_BIRTHDATE && (word & 31) != 0 && (word >> 5 & 15) != 0 &&
	    fact_number(word) >> 9 != 0;
}

/* The word of the first fact of a kind, or 0. */
static inline uint32_t
facts_find(const uint32_t *row, enum fact_kind kind)
{
	while (*row != 0 && fact_kind(*row) != kind)
		row++;
	return *row;
}

/* ---- facts of some records, before they have numbers: made by any thread. Those of kind FACT_END end
 * the rows ---- */

struct raw_fact {
	uint64_t	hash;		/* of what the dictionary holds */
	uint32_t	at;		/* place in the texts, or the number itself */
	uint16_t	len;
	uint8_t		kind, type;	/* type: index into the types of identifiers or attributes */
};

struct raw_facts {
	struct raw_fact	*list;
	size_t		 count, cap;
	struct buf	 text;
};

/* What is collected, and where the names of types are kept. */
struct facts_scope {
	const struct rules	*rules;
	struct types		*types;		/* of identifiers */
	struct types		*attributes;	/* of attributes: those of joins first, in their order */
	bool			 scored;	/* all that can be compared, not only what joins use */
};

/* Appends the facts of a record, and the end of its row: only fields that the rules let match, and only
 * values that their tags do not forbid. */
void facts_collect(struct raw_facts *out, const struct record *r, const struct facts_scope *scope,
    struct arena *arena);
void raw_facts_done(struct raw_facts *raw);

/* ---- facts of all records; a zeroed struct is empty ---- */

enum { FACT_YEARS = 10000, FACT_YEAR = 1 << 9 };	/* of dates; numbers of one */

struct facts {
	struct dict	*dict[FACT_KINDS];	/* NULL: none of the kind yet, or it needs none */
	uint8_t		*type[FACT_KINDS];	/* of identifiers and attributes, by number */
	size_t		 type_cap[FACT_KINDS];
	uint32_t	*word;
	size_t		 count, cap;
	struct dict_wanted *wanted;		/* room for those of facts_add */
	size_t		 wanted_cap;
	struct faces	*faces;			/* of the joins at work; NULL until they are prepared */
	uint8_t		 dated[FACT_YEARS / 8];	/* bit by year: some record had a date of it, or reads one so */
};

/* Gives all of them their numbers and appends their rows: a word for each, from f->word[*first] on.
 * 0, or -1 and e: INPUT E_LIMIT, more values or rows than can be counted. */
MUST_USE int facts_add(struct facts *f, const struct raw_facts *raw, uint32_t *first, struct error *e);
/* Bytes that the distinct values take, and what is derived from them. */
uint64_t facts_bytes(const struct facts *f);
/* Nothing is added any more: frees what only that needs. */
void facts_close(struct facts *f);
void facts_done(struct facts *f);

/* The value of an identifier, e-mail, phone, name, postcode, locality, suffix or attribute; an
 * absent span for the word 0. Lives until facts_done. */
struct span facts_text(const struct facts *f, uint32_t word);
/* Index into the types of identifiers or of attributes. */
uint8_t facts_type(const struct facts *f, uint32_t word);
/* The first year from this one on that some record had a date of, or FACT_YEARS: a table by dates is
 * large, and a page of it costs as much to be looked at as to be used. */
unsigned facts_next_year(const struct facts *f, unsigned year);
/* Takes a value out of play: its word is of no kind that matches. */
void facts_drop(uint32_t *word);
bool facts_same(const uint32_t *a, const uint32_t *b);

#endif
