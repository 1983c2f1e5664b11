/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/level.h: levels of two values and of two nodes (resolve 4). Pure and symmetric; a
 * value compared with itself has the highest level that any value gives it: the top one, unless
 * it is a date or an address of which parts are not known. */
#ifndef CDP_RESOLVE_LEVEL_H
#define CDP_RESOLVE_LEVEL_H

#include "resolve/field.h"
#include <stdbool.h>
#include <stdint.h>

struct values;
struct view;

/* The level of two values, by their numbers, under a comparison of the type. For dates the
 * numbers are the dates themselves (with DATE_UNSURE). */
unsigned level_values(const struct values *v, enum field_type t, uint32_t a, uint32_t b);

/* The families behind it, one file each: cmp_name.c ... LEVEL_NULL: two dates or two addresses
 * with no part in common. */
unsigned level_given(const struct values *v, uint32_t a, uint32_t b);	/* without swapped names */
unsigned level_family(const struct values *v, uint32_t a, uint32_t b);
unsigned level_suffix(const struct values *v, uint32_t a, uint32_t b);
/* A given name is the other's family name, or as like it as that, per mille of Jaro-Winkler. */
bool level_crossed(const struct values *v, uint32_t given, uint32_t family, unsigned least);
unsigned level_birthdate(uint32_t a, uint32_t b);
unsigned level_date(uint32_t a, uint32_t b);	/* of an attribute, without DATE_UNSURE */
unsigned level_email(const struct values *v, uint32_t a, uint32_t b);
unsigned level_phone(const struct values *v, uint32_t a, uint32_t b);
unsigned level_place(const struct values *v, uint32_t a, uint32_t b);
unsigned level_postcode(const struct values *v, uint32_t a, uint32_t b);
unsigned level_locality(const struct values *v, uint32_t a, uint32_t b);
unsigned level_identifier(const struct values *v, uint32_t a, uint32_t b);
/* Strings, texts, numbers, codes, dates, categories. */
unsigned level_attribute(const struct values *v, enum field_type t, uint32_t a, uint32_t b);

/* What comparing two nodes gave: the pattern, and the pair of values that made each level (a
 * birth date's number, a value's number; VALUE_NONE where the level is null). */
struct comparison {
	uint64_t	pattern;
	uint32_t	a[FIELDS_MAX], b[FIELDS_MAX];
};

/* Compares all fields of two nodes. Several values: the best level over all pairs of values,
 * among equals the one whose rarer value has fewer holders. Names that were swapped give level
 * "swapped" on the given name and null on the family name. */
void compare_nodes(const struct view *w, uint32_t a, uint32_t b, struct comparison *out);

/* A node will be compared soon: two steps, one after the other, that fetch what comparing it looks
 * at into the cache. */
void compare_expect_node(const struct view *w, uint32_t node);
void compare_expect_values(const struct view *w, uint32_t node);

#endif
