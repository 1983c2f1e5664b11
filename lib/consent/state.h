/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/state.h: what a judging command needs of the state directory, opened and verified.
 * STATE/ledger (ledger.h) and STATE/keys/token.
 * Any doubt is UNSAFE (4): E_POLICY E_LEDGER E_KEY E_STALE E_CLOCK; modes and key files USAGE (2). */
#ifndef CDP_CONSENT_STATE_H
#define CDP_CONSENT_STATE_H

#include "base/attr.h"
#include "base/instant.h"
#include "consent/cache.h"	/* enum cache_use */
#include "consent/token.h"	/* struct token_key, by value */
#include <stdbool.h>

struct ledger_place;
struct error;
struct events;
struct notes;
struct policy;

struct consent_state {
	struct token_key	 key;
	struct events		*events;
	struct policy		*policy;	/* in force at (T, K) */
	struct span		 origin;	/* log name: "demo.example/consent" */
	uint64_t		 size;		/* lines visible at K */
	char			 root[45];	/* base64 of the root over them */
	instant			 last_recv, as_of, known_at;
	bool			 draft;		/* policy given by --policy --draft */
	instant			 next_policy;	/* effective_from of a published future policy; INSTANT_NONE */
	void			*memory;
};
struct state_question {
	const struct ledger_place *place;
	const char	*policy;	/* --policy; NULL: the published one */
	bool		 draft;
	instant		 as_of, known_at;	/* T, K */
	bool		 as_of_is_now;
	bool		 proof_vault;	/* also who was erased and kept beyond T */
	bool		 has_max_age;
	struct duration	 max_ledger_age;	/* --max-ledger-age */
	enum cache_use	 cache;
};
/* Verifies the whole ledger, or with a compiled state what is behind that, the policy digests and the key's fingerprint; loads the events
 * visible at K. 0, or -1. Ended by state_close in either case. */
MUST_USE int state_open(struct consent_state *s, const struct state_question *q, struct notes *notes,
    struct error *e);
/* Whether the ledger is recent enough to judge by, and the clock not behind it. By itself, for what is asked
 * is looked at before: a question that the policy does not know is none whatever the time. */
MUST_USE int state_check_fresh(const struct consent_state *s, const struct state_question *q,
    struct error *e);
void state_close(struct consent_state *s);
/* With CACHE_TOUCHED: what was found since is no answer, for the compiled state was altered. */
bool state_broken(const struct consent_state *s, struct notes *notes);
/* The same ledger, asked about an earlier instant: with the policy in force then. Borrows all of s,
 * and is not closed. -1: UNSAFE E_POLICY, none was. */
MUST_USE int state_at(const struct consent_state *s, instant as_of, struct consent_state *then,
    struct error *e);
/* Whether nobody can tell any more whom the event is about. */
struct event;
bool state_is_erased(const struct consent_state *s, const struct event *v);
/* policy, checkpoint and known_at of a `stream` line. */
struct json_writer;
void state_header(const struct consent_state *s, struct json_writer *w);

#endif
