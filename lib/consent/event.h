/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/event.h: one ledger event in memory, as the decision steps see it. */
#ifndef CDP_CONSENT_EVENT_H
#define CDP_CONSENT_EVENT_H

#include "base/instant.h"	/* instant */
#include "base/span.h"		/* by value */
#include "model/token.h"	/* struct token, by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_type {
	/* grants */
	EVENT_GRANT, EVENT_RENEW, EVENT_CONFIRM, EVENT_OPT_IN_SALE, EVENT_SOFT_OPT_IN,
	EVENT_GPC_OVERRIDE_CONFIRMED,
	/* refusals: they spread over the person's identifiers */
	EVENT_DENY, EVENT_WITHDRAW, EVENT_OBJECT, EVENT_OBJECT_DM, EVENT_OPT_OUT_SALE, EVENT_GPC,
	EVENT_LIMIT_SENSITIVE,
	/* stops */
	EVENT_RESTRICT, EVENT_HOLD, EVENT_ERASE_PENDING, EVENT_SUPPRESS, EVENT_REVOKE,
	EVENT_INVALIDATE,
	/* lifts */
	EVENT_UNRESTRICT, EVENT_UNHOLD, EVENT_ERASE_WITHDRAWN, EVENT_UNSUPPRESS,
	EVENT_OBJECT_OVERRIDDEN,
	/* basis */
	EVENT_BASIS_DECLARED, EVENT_BASIS_ENDED,
	/* information */
	EVENT_NOTICE_SERVED, EVENT_REQUESTED, EVENT_DEFERRED, EVENT_PREFERENCE_SET, EVENT_BOUNCE,
	EVENT_BIRTHDATE_KNOWN,
	/* log: written by the system only */
	EVENT_POLICY, EVENT_TICK, EVENT_KEY, EVENT_ERASED,
	EVENT_TYPES
};
/* Which class of consent 4.1 a type belongs to. */
enum event_class { CLASS_GRANT, CLASS_REFUSAL, CLASS_STOP, CLASS_LIFT, CLASS_BASIS, CLASS_INFORMATION,
    CLASS_LOG };

struct preference;

/* Scope members hold "*" for any. Absent spans have p == NULL. Everything is borrowed from the
 * events collection. */
struct event {
	uint64_t	 seq;
	enum event_type	 type;
	struct token	 sid;			/* token of the anchor; its type below */
	struct span	 sid_type;		/* "email" */
	struct token	 account;		/* with covers_account: token of the account record */
	bool		 covers_account;
	struct span	 id, controller, purpose, channel, dest;
	struct span	 basis, ctype, method, actor, src, cause, by, jur;
	struct span	 notice_id, notice_lang;
	int64_t		 notice_version;
	bool		 has_commit, has_sseq, reach_person;	/* reach_person: suppress with data.reach person */
	uint64_t	 sseq;
	uint64_t	 ref;			/* seq + 1 of the event named, an earlier or a later one; 0: none */
	instant		 recv, lo, hi, until;	/* until INSTANT_NONE: none */
	const struct preference *preference;	/* of preference_set */
	instant		 born;			/* of birthdate_known: its latest reading; else INSTANT_NONE */
	bool		 hard, cleared;		/* of bounce */
};

enum event_class event_class(enum event_type t);
struct span event_name(enum event_type t);		/* "object_dm" */
int event_find(struct span name);			/* enum event_type; -1: unknown */
/* Whether its sid is the suppression half of a token, which outlives an erasure. */
bool event_has_suppression(enum event_type t);
/* A method that can carry a grant (consent 4.1). */
bool method_acceptable(struct span method);

/* g's act is certainly after r's: same source with sequence numbers decides by them, else the
 * intervals; equal is not later (consent 4.2). */
bool event_later(const struct event *g, const struct event *r);

/* All events of a ledger, by token. Read-only once loaded; shared by threads. */
struct events;
const struct event *events_at(const struct events *es, uint64_t seq);	/* NULL beyond the end */
uint64_t events_count(const struct events *es);
/* They will be asked for soon: fetches where to look, and each time after some other work where that leads
 * to, and what was said. */
enum events_near { EXPECT_SLOT, EXPECT_ROW, EXPECT_EVENTS };
void events_expect(const struct events *es, const struct token *t, enum events_near near);
/* The events whose sid is the token, in order of seq: their number, and in *list pointers
 * that live as long as es. */
size_t events_of(const struct events *es, const struct token *t, const struct event *const **list);
/* The events that name that one by `ref`, in order of seq. */
size_t events_referring(const struct events *es, uint64_t seq, const struct event *const **list);
/* Whether any event has an anchor of this identifier type: if not, nothing need be tokenised. */
bool events_have_type(const struct events *es, struct span type);
/* The same by suppression token, for suppress events only. */
size_t events_suppressing(const struct events *es, const struct token *t,
    const struct event *const **list);

#endif
