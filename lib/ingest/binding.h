/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/binding.h: which mapping a file gets: --map, NAME.map.json beside it, or --auto. */
#ifndef CDP_INGEST_BINDING_H
#define CDP_INGEST_BINDING_H

#include "base/attr.h"
#include "ingest/mapping.h"	/* enum input_type */

struct input;
struct intake_options;

struct binding_options {
	bool		 automatic;
	const char	*declare, *source, *purposes;	/* NULL: not given */
	enum input_type	 from;
	struct notes	*notes;
};

/* The --map that holds for the file: the last one that stood before it, or NULL. `before` says
 * how many files stood before each. */
const char *binding_map(const char *const *maps, const size_t *before, size_t count, size_t file);
/* Reads the mapping and opens the input. Faults of the mapping are added. 0, or -1 and e. */
MUST_USE int binding_open(struct input *in, const char *map, const struct binding_options *b,
    const struct intake_options *o, struct faults *faults, struct error *e);
/* Under "unmapped":"error" a column that sounds sensitive must have tags. */
void binding_check_tags(const struct mapping *m, struct faults *faults);

#endif
