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
#include "synth/channel.h"	/* CHANNELS */

struct error;
struct synth;

enum { PEOPLE_BITS_MOST = 34,	/* more people than that have no keys of their own */
    COLLIDE_MOST = 20 };	/* a mailbox takes 2^bits trials */

/* The parts of the data, some of which a run wants. */
enum synth_part { SYNTH_RECORDS = 1, SYNTH_TRUTH = 2, SYNTH_GOLDEN = 4, SYNTH_CONSENTS = 8,
    SYNTH_SHEETS = 16 };

struct synth_options {
	uint64_t	people, seed;
	uint64_t	from, count;		/* the people to be made */
	uint64_t	identical;		/* copies of one record, behind the last of the people */
	const char	*preset, *locale;	/* words that the tool offers; "mix" is all locales */
	day		as_of;
	uint32_t	unlinkable;		/* records of a million without the linking purpose */
	uint32_t	mean_records;		/* of a person, in thousandths; 1000 … 20000 */
	unsigned	collide;		/* low bits in which the hashes of all mailboxes agree */
	unsigned	parts;			/* enum synth_part */
};

/* What was made of some people, in order. */
struct synth_batch {
	struct buf	records, truth, golden, consents, sheet[CHANNELS];
	uint64_t	record_count, consent_count, people;
};

struct synth *synth_new(const struct synth_options *o);	/* owned until synth_free */
void synth_free(struct synth *s);
unsigned synth_name_bits(const struct synth *s);	/* names are those of 2^bits people */
/* Calls give with each batch, in order of people; the batch is borrowed. 0, or -1 as soon as
 * give says -1, and e says why. */
typedef int synth_take(void *arg, const struct synth_batch *batch, struct error *e);
MUST_USE int synth_run(const struct synth *s, unsigned threads, synth_take *give, void *arg,
    struct error *e);

/* First lines of the files, for a run that begins with the first person. */
void synth_headers(struct synth_batch *out);
void synth_batch_done(struct synth_batch *b);		/* frees the buffers */
/* The mapping of the sheet of a channel, for cdp-ingest. */
void synth_mapping(const struct synth *s, unsigned channel, struct buf *out);

#endif
