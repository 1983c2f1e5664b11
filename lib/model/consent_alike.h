/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/consent_alike.h: consent lines that go like one before, for who passes them on unread. Those of
 * one source differ in the identifier, the time and the record alone; a line that has all the rest of one
 * that consent_plain has read, and texts in those places, is as good as that one. */
#ifndef CDP_MODEL_CONSENT_ALIKE_H
#define CDP_MODEL_CONSENT_ALIKE_H

#include "base/arena.h"	/* by value */
#include "base/span.h"	/* passed by value */
#include <stdbool.h>

struct consent_event;
struct alike_form;

enum { CONSENT_FORMS = 16 };	/* two for each source: those who say yes and those who say no */

/* What one thread has met; a zeroed struct is empty. */
struct consent_alike {
	struct arena		 arena;
	struct alike_form	*form[CONSENT_FORMS];	/* those that were met last come first */
	unsigned		 forms;
};

void consent_alike_done(struct consent_alike *a);
/* True: consent_plain would read the line. False: it may all the same. */
bool consent_alike(struct consent_alike *a, struct span line);
/* A line that consent_plain has read, and what it found. Where there are too many forms, those that came
 * first are kept. */
void consent_alike_learn(struct consent_alike *a, struct span line, const struct consent_event *c);

#endif
