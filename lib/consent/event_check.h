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
struct policy;
struct token_key;

/* What an event that names another one (ref) may need of it. */
struct event_named {
	enum event_type	type;
	struct span	sid, controller, purpose, channel;	/* as in its line */
};

struct random_pool;

/* What opens the commit of an event: kept beside the ledger, never in it. */
struct event_opening {
	struct random_pool *random;	/* in: of a new salt; NULL: it follows from key and id */
	unsigned char	salt[32];
	struct span	evidence;	/* canonical; absent: there is none, nor a commit */
};

struct event_context {
	const struct policy		*policy;	/* in force at recv */
	const struct token_key		*key;
	struct span			 id;		/* event_id() */
	const struct event_named	*named;		/* by ref, in the ledger or this run; or NULL */
	/* The line of an unacknowledged tail that the event was read from, or NULL: what only its
	 * producer could say again (subject, evidence) is taken from there. */
	const struct ledger_line	*torn;
	struct event_opening		*opening;	/* filled in; NULL: not wanted, salt from key and id */
	instant				 recv;
	bool				 clock_back;	/* the clock is too far behind the last recv */
};
/* What of a refusal may be missing, unreadable or not registered, and is then as wide as it can be: a
 * scope holds for everything, a time is that of the receipt, a stop for all at its identifier. */
enum event_part { PART_CONTROLLER, PART_PURPOSE, PART_CHANNEL, PART_DESTINATION, PART_TIME,
    PART_REF, PART_EVENT_COUNT };

/* Its member: "purpose". */
const char *event_part_name(enum event_part p);
/* Fills the line but seq and prev. 0; above it: taken, and widened by these parts, a bit for each; -1
 * REFUSED with the code. */
MUST_USE int event_check(const struct event_context *x, const struct consent_event *c,
    struct ledger_line *l, struct arena *arena, struct error *e);

#endif
