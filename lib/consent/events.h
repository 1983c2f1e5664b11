/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/events.h: building the events of consent/event.h from ledger lines. */
#ifndef CDP_CONSENT_EVENTS_H
#define CDP_CONSENT_EVENTS_H

#include "base/attr.h"
#include "base/span.h"	/* by value */
#include "consent/event.h"

struct error;

struct base_events;

struct events *events_new(void);
/* Goes on behind the first `count` events, of a compiled state; owns them. Where `little` will be asked, by one
 * thread, nothing is looked up there before: nor whether an id is there already, which the writer saw to. */
struct events *events_new_behind(struct base_events *base, uint64_t count, bool little);
void events_free(struct events *es);		/* NULL is fine */
/* Reads and adds a ledger line; lines come in order of seq. -1 UNSAFE E_LEDGER. */
MUST_USE int events_add(struct events *es, struct span line, struct error *e);
/* The same in two steps: what needs the line alone, for any thread, and the rest. */
struct event_parsed {
	struct event	event;		/* borrows from the line */
	struct span	ref;
	uint64_t	id_hash;
	bool		there;		/* false: to be read by events_add, or not at all */
};
void events_parse(struct span line, struct event_parsed *to);
MUST_USE int events_add_parsed(struct events *es, struct span line, const struct event_parsed *p,
    struct error *e);
/* Reads it alike, as far as it can be without those before it, and keeps nothing: *v lives until the next one. */
MUST_USE int events_pass(struct events *es, struct span line, const struct event_parsed *p,
    struct event *v, struct error *e);
void events_drop_last(struct events *es);	/* takes the newest back: it is not visible */
/* Gives a loaded event other tokens of its anchor and its account than its line has. */
void events_know(struct events *es, uint64_t seq, const struct token *sid,
    const struct token *account);
void events_finish(struct events *es);		/* sorts; no events_add after this */
/* The i-th event, by seq, that names one which is not there, and the id it names; after events_finish and
 * not behind others. False: there are no more. */
bool events_waiting(const struct events *es, size_t i, uint64_t *seq, struct span *ref);
/* seq + 1 of the event with that id, or 0. */
uint64_t events_find_id(const struct events *es, struct span id);

#endif
