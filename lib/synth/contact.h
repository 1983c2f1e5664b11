/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/contact.h: telephone numbers and mailboxes, and whose they are on a day. */
#ifndef CDP_SYNTH_CONTACT_H
#define CDP_SYNTH_CONTACT_H

#include "synth/home.h"	/* struct person, struct text */

/* The number that the person gives on a day, E.164: its own, or that of the home. No two people
 * have one number of their own on the same day, but one that was given up is handed on after a
 * year. */
void person_phone(const struct world *w, const struct person *p, day at, struct text *out);
void home_phone(const struct home *h, struct text *out);
/* What a source writes when there is no number: the same in all its records. */
void nobody_phone(const struct country *c, struct text *out);

/* The mailbox that the person gives on a day: its own, or one that a couple uses together. */
void person_mailbox(const struct world *w, const struct person *p, day at, struct text *out);

/* Whether the people of a home use something together, which so many of a million homes do. */
bool home_shares(const struct world *w, const struct home *h, enum purpose what, uint32_t rate);

#endif
