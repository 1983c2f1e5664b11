/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/whole_names.h: files of organisations, whose names are no given and family names. */
#ifndef CDP_RESOLVE_WHOLE_NAMES_H
#define CDP_RESOLVE_WHOLE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

struct types;
struct values;

/* What linked records are called. */
struct whole_names {
	uint64_t	whole, organisations;	/* with a whole name; of them, those that are no people */
	uint64_t	others;			/* surely people, or without a whole name */
	uint64_t	known;			/* whole ones that begin with a given name of people */
	uint64_t	commonest;		/* whole ones that have the word which most have */
	bool		named;			/* that word is a name that many of a people have */
};

/* The type of the attribute of whole names, or -1: nobody has one. */
int whole_names_type(const struct types *attributes);
/* One more record. */
void whole_names_count(struct whole_names *n, const struct values *v, const uint32_t *row, int type);
/* What others have counted as well. */
void whole_names_add(struct whole_names *to, const struct whole_names *from);
/* All are counted: looks at their words. */
void whole_names_words(struct whole_names *n, const struct values *v, int type);
/* Whether nearly all have one, and few are surely people. */
bool whole_names_mostly(const struct whole_names *n);
/* Whether they are compared, and not what they were split into, whatever stands beside them. */
bool whole_names_compared(const struct whole_names *n);
/* Whether so many have a legal form that the names are those of a register. */
bool whole_names_registered(const struct whole_names *n);

#endif
