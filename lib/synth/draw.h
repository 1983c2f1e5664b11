/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/draw.h: chance without a generator: a draw is a function of the seed, of whom it is
 * about and of what is drawn, so nothing depends on what was drawn before. */
#ifndef CDP_SYNTH_DRAW_H
#define CDP_SYNTH_DRAW_H

#include "base/hash.h"	/* hash64_pair */
#include "base/wide.h"
#include <stdbool.h>

/* What is drawn. The numbers are part of the data: a new purpose goes to the end. */
enum purpose {
	/* of a household, named by its first person */
	DRAW_SIZE, DRAW_HOME, DRAW_AGE, DRAW_FAMILY, DRAW_HOME_MOVE, DRAW_PLACE, DRAW_LANDLINE,
	DRAW_HOME_MAILBOX,
	/* of a person */
	DRAW_BODY, DRAW_GIVEN, DRAW_OWN_FAMILY, DRAW_CUSTOM, DRAW_OWN_MOVE, DRAW_PHONE_CHANGE,
	DRAW_MAILBOX_CHANGE, DRAW_MAILBOX, DRAW_HANDED_ON, DRAW_RECORDS, DRAW_IDENTIFIER,
	DRAW_DEATH, DRAW_CONSENT,
	/* of a record */
	DRAW_SOURCE, DRAW_TIME, DRAW_KEY, DRAW_FILL, DRAW_STALE, DRAW_GIVEN_ERROR,
	DRAW_FAMILY_ERROR, DRAW_DATE_ERROR, DRAW_PHONE_ERROR, DRAW_MAIL_ERROR, DRAW_PLACE_ERROR,
	DRAW_SWAP, DRAW_PURPOSES, DRAW_MESS
};

enum { MILLION = 1000000 };		/* chances are parts of a million */

struct dice {
	uint64_t	seed, who;
};

/* 64 bits for the nth draw of a purpose. */
static inline uint64_t
draw(struct dice d, enum purpose purpose, uint32_t nth)
{
	return hash64_pair(d.who, (uint64_t)purpose << 32 | nth, d.seed);
}

/* A number below n out of a draw, which is left with the rest of its chance: a two among the
 * factors of n costs one of the 64 bits, a million six, so eight times is enough for one draw. */
static inline uint32_t
take(uint64_t *bits, uint32_t n)
{
	wide product = (wide)*bits * n;

	*bits = (uint64_t)product;
	return (uint32_t)(product >> 64);
}

static inline bool
happens(uint64_t *bits, uint32_t of_a_million)
{
	return take(bits, MILLION) < of_a_million;
}

#endif
