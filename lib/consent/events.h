/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/events.h: building the events of consent/event.h from ledger lines. */
#ifndef CDP_CONSENT_EVENTS_H
#define CDP_CONSENT_EVENTS_H

#include "base/attr.h"
#include "base/span.h"	/* by value */
#include "consent/event.h"

struct error;

struct events *events_new(bool with_lines);	/* for events_line */
void events_free(struct events *es);		/* NULL is fine */
/* Reads and adds a ledger line; lines come in order of seq. -1 UNSAFE E_LEDGER. */
MUST_USE int events_add(struct events *es, struct span line, struct error *e);
void events_drop_last(struct events *es);	/* takes the newest back: it is not visible */
/* Gives a loaded event other tokens of its anchor and its account than its line has. */
void events_know(struct events *es, uint64_t seq, const struct token *sid,
    const struct token *account);
void events_finish(struct events *es);		/* sorts; no events_add after this */
/* seq + 1 of the event with that id, or 0. */
uint64_t events_find_id(const struct events *es, struct span id);
struct span events_line(const struct events *es, uint64_t seq);	/* borrowed; only with_lines */

#endif
