/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/auto_priv.h: what the values of a column look like, for auto*.c only. */
#ifndef CDP_INGEST_AUTO_PRIV_H
#define CDP_INGEST_AUTO_PRIV_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct buf;
struct error;
struct input;
struct intake_options;

enum shape { SHAPE_NONE, SHAPE_EMAIL, SHAPE_PHONE, SHAPE_DATE, SHAPE_COUNTRY, SHAPE_POSTCODE,
    SHAPE_UUID, SHAPES };

struct seen {			/* of one column, over the sample */
	uint64_t	filled, good[SHAPES];
	uint64_t	numbered;	/* begin or end with a number */
};

/* Notes what was decided about a column. */
void auto_note(struct input *in, const struct intake_options *o, struct span column, struct span target,
    const struct buf *why);
/* Whether a street has its house number with it, at either end. */
bool auto_has_number(struct span street);
/* A house number in a column of its own goes with the street, if there is one and has none; it is
 * then known. */
void auto_house(struct input *in, const struct intake_options *o, const struct seen *seen, bool *known);
/* Counts one cell that is not empty. */
void auto_measure(struct seen *s, struct span cell, struct arena *a);
/* The members of the sample's lines become in->header, as paths in the order in which they are
 * first met; *seen has one entry a path and is the caller's. */
MUST_USE int auto_paths(struct input *in, const struct intake_options *o, struct seen **seen,
    struct error *e);

#endif
