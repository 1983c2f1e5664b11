/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/event_check.h: one consent event of a producer into a ledger line: what is
 * refused, what is widened, which interval it gets (consent 3.2, 4, 10.4). */
#ifndef CDP_CONSENT_EVENT_CHECK_H
#define CDP_CONSENT_EVENT_CHECK_H

#include "base/attr.h"
#include "consent/line.h"	/* struct ledger_line, by value */

struct arena;
struct consent_event;
struct error;
struct events;
struct policy;

struct event_context {
	const struct policy	*policy;	/* in force at recv */
	const struct token_key	*key;
	const struct events	*events;	/* for ref */
	const struct map	*batch_ids;	/* ids of this run → enum event_type */
	instant			 recv;
};
/* Fills the line but seq and prev. 0; 1: taken, but a scope that could not be read was widened to
 * "*"; -1 REFUSED with the code. *is_refusal tells which class the event was of. */
MUST_USE int event_check(const struct event_context *x, const struct consent_event *c,
    struct ledger_line *l, bool *is_refusal, struct arena *arena, struct error *e);

#endif
