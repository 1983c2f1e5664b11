/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/whole_names.h: files of organisations, whose names are no given and family names. */
#ifndef CDP_RESOLVE_WHOLE_NAMES_H
#define CDP_RESOLVE_WHOLE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

struct facts;
struct types;

/* What linked records are called. */
struct whole_names {
	uint64_t	whole, organisations;	/* with a whole name; of them, those that are no people */
	uint64_t	others;			/* surely people, or without a whole name */
};

/* The type of the attribute of whole names, or -1: nobody has one. */
int whole_names_type(const struct types *attributes);
/* One more record. */
void whole_names_count(struct whole_names *n, const struct facts *f, const uint32_t *row, int type);
/* Whether they are compared, and not what they were split into. */
bool whole_names_compared(const struct whole_names *n);

#endif
