/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/consent_form.h: a consent line without the texts that differ from row to row, of which it has
 * three: whose it is, when it was said, which record says so. What stands around them is written once.
 * A zeroed struct has no line yet. */
#ifndef CDP_INGEST_CONSENT_FORM_H
#define CDP_INGEST_CONSENT_FORM_H

#include "base/buf.h"	/* by value */
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>

struct consent_event;

enum consent_gap { GAP_VALUE, GAP_AT, GAP_RECORD, CONSENT_GAPS };	/* in the order of the line */

struct consent_form {
	struct buf	line;			/* the three texts and their quotes left out */
	size_t		gap[CONSENT_GAPS];	/* where they go */
};

static inline bool
consent_form_there(const struct consent_form *f)
{
	return f->line.len > 0;
}

/* Makes the form of an event in which the three texts are empty, the record as "record" of its evidence. */
void consent_form_make(struct consent_form *f, const struct consent_event *event);
/* The same bytes as consent_event_write, with the texts in their places. */
void consent_form_write(const struct consent_form *f, const struct span text[CONSENT_GAPS],
    struct buf *out);
void consent_form_done(struct consent_form *f);

#endif
