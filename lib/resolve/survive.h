/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/survive.h: the golden record (resolve 9): from the lines of a profile's members to
 * one profile, every value with its origin. One struct survivor serves one thread. */
#ifndef CDP_RESOLVE_SURVIVE_H
#define CDP_RESOLVE_SURVIVE_H

#include "base/instant.h"	/* instant */
#include "base/span.h"		/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct accord;
struct buf;
struct cluster;
struct clusters;
struct exact_tie;
struct map;
struct rules;
struct sieve;
struct store;
struct usual;
struct survivor;

/* What is the same for all profiles; borrowed. */
struct survival {
	const struct store		*store;
	const struct rules		*rules;
	const struct clusters		*clusters;
	const struct exact_tie		*ties;		/* by profile: see cluster.tie */
	const uint32_t			*household;	/* by profile: the one that leads its household,
							 * or HOUSEHOLD_NONE; or NULL */
	const struct map		*shared;	/* shared_key of values that several profiles hold */
	const struct sieve		*maybe_shared;	/* the keys in it, without field and type */
	const struct map		*defaults;	/* birth dates that are defaults */
	const struct usual		*given, *family;	/* names of the run */
	struct span			 assume;	/* --assume-purpose: of records that say nothing */
	instant				 as_of;
	bool				 conflicts;	/* also write conflicts */
	bool				 show_values;
};

enum conflict_class {
	CONFLICT_EXCLUSIVE, CONFLICT_BIRTHDATE, CONFLICT_LIMIT, CONFLICT_GENDER, CONFLICT_SUFFIX,
	CONFLICT_THIN, CONFLICTS
};

struct survivor *survivor_new(const struct survival *s);
void survivor_free(struct survivor *v);		/* NULL is fine */
/* Appends the profile's line to out, its conflicts to `conflicts`, and counts those. */
void survivor_write(struct survivor *v, const struct cluster *c, struct buf *out,
    struct buf *conflicts, uint64_t counts[CONFLICTS]);
/* What the sources of its profiles agree on; NULL unless survival.conflicts. */
const struct accord *survivor_accord(const struct survivor *v);
const char *conflict_name(enum conflict_class c);
/* "field NUL value key": how a value is looked up in survival.shared. */
void shared_key(struct buf *out, const char *field, struct span type, struct span key);

#endif
