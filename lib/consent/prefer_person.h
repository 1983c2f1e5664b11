/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/prefer_person.h: the preferences of a person, said and shown, for no purpose in
 * particular. */
#ifndef CDP_CONSENT_PREFER_PERSON_H
#define CDP_CONSENT_PREFER_PERSON_H

#include "base/attr.h"
#include "base/instant.h"	/* instant */
#include "base/span.h"		/* passed by value */
#include <stdint.h>

struct buf;
struct consent_state;
struct error;
struct ledger_writer;
struct person;

/* One `preference_set` event with this data (preference.h) at each identifier of the person that
 * is not shared. Receipts are appended as lines; the caller commits. Returns how many lines were
 * added, or -1: INPUT E_SUBJECT if every identifier is shared. */
MUST_USE int64_t preference_say(struct ledger_writer *w, const struct person *p, struct span data,
    instant at, struct buf *receipts, struct error *e);
/* The fold of consent 6.9 as one line: topics_out, channels, channels_out, quiet, max_per, lang,
 * and the events it rests on. What was said for one purpose only is not in it. */
void preference_show(const struct consent_state *s, const struct person *p, struct buf *out);

#endif
