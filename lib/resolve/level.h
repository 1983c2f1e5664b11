/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/level.h: levels of two values and of two nodes (resolve 4). Pure and symmetric; a
 * value compared with itself has the highest level that any value gives it: the top one, unless
 * it is a date or an address of which parts are not known. */
#ifndef CDP_RESOLVE_LEVEL_H
#define CDP_RESOLVE_LEVEL_H

#include "base/attr.h"		/* ALWAYS_INLINE */
#include "resolve/field.h"
#include "resolve/values.h"	/* struct phone_word, by value */
#include <stdbool.h>
#include <stdint.h>

struct bound;
struct view;

/* Whether a given name is the other's family name: how far they cross. PART: the family name is some of
 * the words of the given one. */
enum crossing { CROSSING_NOT, CROSSING_LIKELY, CROSSING_PART, CROSSING_SURE };

/* One family of comparisons a file, cmp_name.c and so on, by the numbers of values; dates are their
 * numbers themselves (with DATE_UNSURE). LEVEL_NULL: two dates or two addresses with no part in
 * common, two names in letters that cannot be compared. */
unsigned level_given(const struct values *v, uint32_t a, uint32_t b);	/* without swapped names */
unsigned level_family(const struct values *v, uint32_t a, uint32_t b);
unsigned level_suffix(const struct values *v, uint32_t a, uint32_t b);
enum crossing level_crossed(const struct values *v, uint32_t given, uint32_t family);
/* level_crossed may be sure: without a look at texts. */
bool level_may_cross(const struct values *v, uint32_t given, uint32_t family);
unsigned level_birthdate(uint32_t a, uint32_t b);
unsigned level_date(uint32_t a, uint32_t b);	/* of an attribute, without DATE_UNSURE */
unsigned level_email(const struct values *v, uint32_t a, uint32_t b);
unsigned level_phone(const struct values *v, uint32_t a, uint32_t b);
unsigned level_mailbox(struct span a, struct span b);	/* attributes that hold such; they differ */
unsigned level_telephone(struct phone_word a, struct phone_word b);
unsigned level_place(const struct values *v, uint32_t a, uint32_t b);
unsigned level_postcode(const struct values *v, uint32_t a, uint32_t b);
unsigned level_locality(const struct values *v, uint32_t a, uint32_t b);
unsigned level_identifier(const struct values *v, uint32_t a, uint32_t b);
/* Days since some day long ago; what is not known counts as the first. */
int date_days(uint32_t date);

/* Days that a thing is dated apart in two books: one sent on a Friday arrives on a Monday. */
enum { DATE_DAYS = 3 };

/* Two texts that differ, by words that are rare. */
unsigned level_words(const struct values *v, const struct words_row *x, const struct words_row *y);
/* What their words say beside the level, in millibits: how much rarer than `chance`, log2 of how often
 * strangers are at the level, the words are that two texts share, less what each has alone. */
int32_t words_rarity(const struct values *v, uint32_t a, uint32_t b, int32_t chance, unsigned level);
/* The most that it is at a level. */
int32_t words_most(unsigned level);
/* Strings, texts, numbers, codes, dates, categories. */
unsigned level_attribute(const struct values *v, enum field_type t, uint32_t a, uint32_t b);

/* The level of two values under a comparison of the type. */
ALWAYS_INLINE unsigned
level_values(const struct values *v, enum field_type t, uint32_t a, uint32_t b)
{
	switch (t) {
	case FIELD_GIVEN:
		return level_given(v, a, b);
	case FIELD_FAMILY:
		return level_family(v, a, b);
	case FIELD_BIRTHDATE:
		return level_birthdate(a, b);
	case FIELD_SUFFIX:
		return level_suffix(v, a, b);
	case FIELD_EMAIL:
		return level_email(v, a, b);
	case FIELD_PHONE:
		return level_phone(v, a, b);
	case FIELD_PLACE:
		return level_place(v, a, b);
	case FIELD_POSTCODE:
		return level_postcode(v, a, b);
	case FIELD_LOCALITY:
		return level_locality(v, a, b);
	case FIELD_IDENTIFIER:
		return level_identifier(v, a, b);
	case FIELD_SEX:
		return a == b;
	default:
		return level_attribute(v, t, a, b);
	}
}

/* What comparing two nodes gave: the pattern, and the pair of values that made each level (a
 * birth date's number, a value's number; VALUE_NONE where the level is null). */
struct comparison {
	uint64_t	pattern;
	uint32_t	a[FIELDS_MAX], b[FIELDS_MAX];
};

/* Compares all fields of two nodes. Several values: the best level over all pairs of values, or, of
 * long lists, over values that both have; among equals the one whose rarer value has fewer holders. Names that were swapped give level
 * "swapped" on the given name and null on the family name. */
void compare_nodes(const struct view *w, uint32_t a, uint32_t b, struct comparison *out);

/* The level of a field of which a node has several values. Its slots, less one, stand in `out`, and make
 * place for the pair of values that made the level. */
unsigned compare_lists(const struct view *w, unsigned field, struct comparison *out);

struct node_pair {
	uint32_t	a, b;
};

enum { COMPARE_MOST = 32 };	/* pairs: a bit of a word for each */

/* The same of some pairs, COMPARE_MOST at most, which takes less time than one after the other. */
void compare_pairs(const struct view *w, const struct node_pair *pair, unsigned count,
    struct comparison *out);

/* The same of those pairs that may weigh enough, a bit for each of which is returned; what is said of
 * the others is not to be used. */
uint32_t compare_promising(const struct view *w, const struct bound *bound,
    const struct node_pair *pair, unsigned count, struct comparison *out);

/* It will be compared soon. */
void compare_expect_node(const struct view *w, uint32_t node);

#endif
