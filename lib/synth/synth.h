/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/synth.h: labelled customers out of a seed and a size.
 * Always holds: what is made of a person depends on the seed, the options and the person's number,
 * never on threads, on the range asked for or on what was made before. Only the number of
 * different names depends on how many people there are, by powers of two. */
#ifndef CDP_SYNTH_SYNTH_H
#define CDP_SYNTH_SYNTH_H

#include "base/attr.h"
#include "base/buf.h"		/* by value */
#include "base/instant.h"	/* day */

struct error;
struct synth;

enum { PEOPLE_BITS_MOST = 35 };		/* more people than that have no keys of their own */

struct synth_options {
	uint64_t	people, seed;
	uint64_t	from, count;		/* the people to be made */
	const char	*preset;		/* must be one of synth_presets */
	const char	*locale;		/* "mix" or one of en, pt, es, de */
	day		as_of;
	uint32_t	unlinkable;		/* records of a million without the linking purpose */
	uint32_t	mean_records;		/* of a person, in thousandths; 1000 … 20000 */
	bool		truth;			/* labels are wanted */
};

/* What was made of some people, in order. */
struct synth_batch {
	struct buf	records, truth;
	uint64_t	record_count, people;
};

struct synth *synth_new(const struct synth_options *o);	/* owned until synth_free */
void synth_free(struct synth *s);
unsigned synth_name_bits(const struct synth *s);	/* names are those of 2^bits people */
/* Calls give with each batch, in order of people; the batch is borrowed. 0, or -1 as soon as
 * give says -1, and e says why. */
typedef int synth_take(void *arg, const struct synth_batch *batch, struct error *e);
MUST_USE int synth_run(const struct synth *s, unsigned threads, synth_take *give, void *arg,
    struct error *e);

#endif
