/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/contact.h: telephone numbers and mailboxes, and whose they are on a day. */
#ifndef CDP_SYNTH_CONTACT_H
#define CDP_SYNTH_CONTACT_H

#include "synth/home.h"	/* struct person, struct text */

/* The person's own number, E.164. No two people have one number on the same day, but a number
 * that was given up is handed on after a year. */
void phone_on(const struct world *w, const struct person *p, day at, struct text *out);
/* The number of the whole home. */
void phone_of_home(const struct home *h, struct text *out);
/* What a source writes when there is no number: the same in all its records. */
void phone_of_nobody(const struct country *c, struct text *out);

void mailbox_on(const struct person *p, day at, struct text *out);
/* A mailbox that the home uses together. */
void mailbox_of_home(const struct person *p, struct text *out);

#endif
