/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/generic.h: values that say nothing about who somebody is (resolve 3.2): counted,
 * judged, taken out of play; and, where they are wanted, the groups of those that stay. */
#ifndef CDP_RESOLVE_GENERIC_H
#define CDP_RESOLVE_GENERIC_H

#include "base/attr.h"
#include "base/arena.h"	/* by value */
#include "base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct groups;
struct model_file;
struct rules;
struct store;
struct types;

enum { GENERIC_DIGEST = 16 };

enum value_family { VALUE_IDENTIFIER, VALUE_EMAIL, VALUE_PHONE, VALUE_FAMILIES };

struct generic_value {
	struct span	field;		/* "email", "identifiers.loyalty", "birthdate" */
	struct span	value;
	uint64_t	holders, people;	/* people: distinct (family name, birth year) */
	const char	*reason;	/* "holders", "pattern", "listed", "default", "household" */
	const char	*action;	/* "null", "year", "shared" */
};

struct generic {
	const struct model_file	*frozen;	/* borrowed: names the values, however many hold them
						 * here; or NULL */
	struct arena		 arena;
	unsigned char		 lists[GENERIC_DIGEST];	/* of allow_file and deny_file */
	struct generic_value	*list;		/* by field and value */
	size_t			 count, cap;
	struct groups		*values[VALUE_FAMILIES];	/* without the generic ones; of
								 * generic_group, else NULL */
};

/* -1: allow_file or deny_file of the rules cannot be read (USAGE). */
MUST_USE int generic_find(struct generic *g, struct store *s, const struct rules *rules,
    const struct types *types, unsigned threads, struct error *e);
/* Makes the groups of the values that stay, for joins that are made of them. */
void generic_group(struct generic *g, const struct store *s, const struct types *types,
    unsigned threads);
void generic_drop_groups(struct generic *g);	/* gives their memory back */
void generic_done(struct generic *g);
/* Tab-separated lines with a head; the value only if `show`. */
void generic_write(const struct generic *g, bool show, struct buf *out);

#endif
