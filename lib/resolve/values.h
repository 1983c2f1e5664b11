/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/values.h: what is derived from a distinct value once, so that a pair of records
 * compares numbers: tokens of names and texts, parts of places, days, digits; and how many
 * linked records hold the value.
 * A value is known by its kind and the number that its dictionary gave it. Numbers serve
 * equality only; whatever needs an order or a sample uses the text or its hash. */
#ifndef CDP_RESOLVE_VALUES_H
#define CDP_RESOLVE_VALUES_H

#include "base/span.h"		/* passed by value */
#include "resolve/facts.h"	/* enum fact_kind, struct facts */
#include "resolve/field.h"
#include "resolve/sketch.h"	/* struct sketch, by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf;
struct store;

enum {
	NAME_TOKENS = 4,	/* that are compared */
	NICKNAMES = 8,		/* classes of one given name: NICKNAME_CLASSES_MAX */
	WORDS_MARKS = sizeof(uint64_t) / sizeof(uint32_t),	/* room of a bit for each word, some share one */
	VALUE_NONE = UINT32_MAX
};

/* A word of names and texts. */
struct token {
	struct span	text;		/* folded */
	uint64_t	hash;		/* of the text: the same in every run */
	uint32_t	sound;		/* phonetic code; 0: none */
	uint16_t	nickname[NICKNAMES];	/* class + 1; 0 behind the last */
	uint32_t	holders;	/* linked records with it in the family name */
	struct sketch	sketch;		/* of the text */
};

/* In half a line of the cache. */
struct name_row {
	uint32_t	token[NAME_TOKENS];	/* particles and generations left out */
	struct sketch	whole;			/* of the name, particles and all */
	uint8_t		chars : 6;		/* characters of the first token: 1 is an initial */
	uint8_t		script : 2;		/* name_script */
	uint8_t		count : 4;		/* of token */
	bool		plain : 1;		/* the name is its tokens, with nothing beside them */
	bool		one : 1;		/* plain, and a single token */
	bool		nicknamed : 1;		/* the first token has a nickname class */
};

/* Numbers in values.part, VALUE_NONE where the address has no such part. */
struct place_row {
	uint32_t	street, house, unit, postcode, locality;
	uint32_t	building;	/* a named house, estate or second line */
	uint32_t	prefix;		/* of the postcode: district or area */
	uint32_t	home;		/* street and house as one; it has no text */
	uint32_t	slip;		/* of the postcode: sketch_slip, no number */
	struct sketch	of_street;	/* of its text */
};

/* Of the canonical mailbox, numbers in values.part; letters: sketch_letters of `local`. */
struct email_row { uint32_t local, domain, letters; };
struct phone_row { uint64_t digits; uint8_t count; bool sure; };	/* sure: the country is known */
struct phone_word { uint64_t digits : 56, count : 7, sure : 1; };	/* the same in a word */
/* Of strings and texts: values.word[at..], sorted, and before them their marks. telling: few texts have one of
 * its words; initials: words of one letter. */
struct words_row { uint32_t at; uint16_t count; bool telling; uint8_t initials; };

/* Of an attribute: by the type of its field. */
union attribute_row {
	struct words_row words;		/* FIELD_STRING, FIELD_TEXT, FIELD_ARRAY */
	int64_t		 number;	/* FIELD_NUMBER: millionths */
	int32_t		 day;		/* FIELD_DATE: year << 9 | month << 5 | day */
	struct phone_word phone;	/* FIELD_TELEPHONE */
};

struct values {
	const struct facts	*facts;		/* borrowed: texts of values by facts_text */
	uint32_t		*holders[FACT_KINDS];	/* by number: linked records, of a frozen model's
							 * training; of birth dates NULL */
	uint32_t		*present[FACT_KINDS];	/* the same of the records at hand */
	uint64_t		*hash[FACT_KINDS];	/* by number: see values_hash; NULL: let go */
	struct name_row		*given, *family;	/* by number */
	struct email_row	*email;
	struct phone_row	*phone;
	struct place_row	*place;
	uint32_t		*identifier;	/* sketch_slip of the text */
	struct words_row	*locality;
	union attribute_row	*attribute;
	uint8_t			*attribute_type;	/* by type of the fact: enum field_type */
	struct token		*token;		/* by number in `words` */
	uint32_t		 token_count;
	struct dict		*words, *parts, *mailbox_parts;	/* of places; of mailboxes */
	uint32_t		 part_count;		/* of both: mailboxes count on from places */
	uint32_t		*part_holders;	/* by number of the part: linked records; a part is known
						 * with its role, so a house "12" is not a unit "12" */
	uint32_t		*part_present;	/* the same of the records at hand */
	uint32_t		*word;		/* of words_row */
	size_t			 word_count, word_cap;
	uint16_t		*word_bits;	/* by place in word, of a field of words alone, or NULL: how
						 * rare it is among its texts, in millibits */
	uint64_t		 texts;		/* linked records that have one of those texts */
	uint32_t		*days;		/* by birth date number: linked records; see values_day */
	uint64_t		 families;	/* family names of linked records, each as often as held */
	uint8_t			 said[UINT8_MAX + 1];	/* by type of attribute: one more than the enum
						 * field_type that the rules say; set before values_make */
	bool			 checked[UINT8_MAX + 1];	/* by type of identifier: its values have
								 * passed a check digit */
};

/* From the rows of the linked records. The store's facts stay in place until values_done. */
void values_make(struct values *v, const struct store *s, unsigned threads);
void values_done(struct values *v);
/* Gives the memory of texts back that only values_make looks at: those of addresses as they were
 * written. */
void values_let_go(struct values *v);
/* Linked records that hold each word of the texts of an attribute, added to holders[token]; returns the
 * records that have a text. */
uint64_t values_count_words(const struct values *v, unsigned type, uint32_t *holders);
/* Words of these texts are as rare as the records at hand, or holders[token] of so many texts, have them. */
void values_rarity(struct values *v, unsigned type);
void values_weigh_words(struct values *v, unsigned type, const uint32_t *holders, uint64_t texts);
/* Says which of these texts are telling, by the records at hand or by holders[token] of so many texts. */
void values_find_telling(struct values *v, unsigned type);
void values_set_telling(struct values *v, unsigned type, const uint32_t *holders, uint64_t texts);
/* How many of so many texts hold a word that few have. */
uint32_t values_few_texts(uint64_t texts);
/* Bytes of the words of names and texts, and of what pairs of records find by them. */
uint64_t values_word_bytes(const struct values *v);
/* The hash of the text of a value, the same in every run: looked up, or worked out where that is asked
 * for seldom and values_drop_hash has been called, of any kind but addresses. */
uint64_t values_hash(const struct values *v, enum fact_kind kind, uint32_t number);
void values_drop_hash(struct values *v, enum fact_kind kind);
/* Words that two texts have in common, at most: most texts are told apart without a look at their words. */
static inline unsigned
values_words_most(const struct values *v, const struct words_row *x, const struct words_row *y)
{
	uint64_t a, b;
	unsigned same_a, same_b;

	memcpy(&a, v->word + x->at - WORDS_MARKS, sizeof a);
	memcpy(&b, v->word + y->at - WORDS_MARKS, sizeof b);
	same_a = x->count - (unsigned)sketch_bits(a);
	same_b = y->count - (unsigned)sketch_bits(b);
	return (unsigned)sketch_bits(a & b) + (same_a < same_b ? same_a : same_b);
}

/* Text of a value (an absent span for none), of a token, of a part of a place or mailbox. */
struct span values_text(const struct values *v, enum fact_kind kind, uint32_t number);
struct span values_part(const struct values *v, uint32_t part);
/* Whether the frequency of the part may weigh: of a street, a house, a postcode, a town. */
bool values_part_weighs(const struct values *v, uint32_t part);
/* What a part is in any run, its role included; of a house with its street. Borrows `room`. */
struct span values_part_name(const struct values *v, uint32_t part, struct buf *room);
uint64_t values_part_hash(const struct values *v, uint32_t part);
/* Linked records that hold the birth date (its number, year << 9 | month << 5 | day). */
uint32_t values_day(const struct values *v, uint32_t date);

#endif
