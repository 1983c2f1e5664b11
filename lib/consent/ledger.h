/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger.h: the state directory of consent, opened, verified and loaded; and made.
 *
 *	STATE/ledger/origin		written once: {"schema","name","subjects","token_key"}
 *	STATE/ledger/log.ndjson		the chained journal of events (io/journal.h)
 *	STATE/ledger/policies/DIGEST.json	every policy ever published
 *	STATE/ledger/lock		held while somebody appends
 *	STATE/keys/token		the token key
 * Directories are 0700, files 0600, all ours; any doubt is UNSAFE. */
#ifndef CDP_CONSENT_LEDGER_H
#define CDP_CONSENT_LEDGER_H

#include "base/attr.h"
#include "base/instant.h"
#include "consent/token.h"	/* struct token_key, by value */
#include "io/journal.h"		/* struct journal_head, by value */
#include <stdbool.h>

struct error;
struct events;
struct policy;
struct policy_document;

struct ledger {
	char			*dir;		/* STATE/ledger */
	char			*log;		/* its journal */
	char			*origin;	/* bytes of the origin file */
	size_t			 origin_len;
	char			*name;		/* log name */
	struct token_key	 key;
	struct events		*events;	/* visible at K */
	struct policy		**policies;	/* published by K, in order; bases have their clocks */
	size_t			 policy_count;
	struct journal_head	 head;
	char			 leaf[JOURNAL_LEAF + 1];	/* of the last visible line */
	instant			 last_recv;	/* of the visible lines; INSTANT_NONE: no event */
	instant			 newest_recv;	/* of all lines, beyond K too */
};

/* Loads what is known at K (INSTANT_NONE: everything, and the lines for events_line). 0, or -1;
 * ended by ledger_close in either case. UNSAFE: E_LEDGER, E_KEY, E_POLICY; USAGE: E_KEY_FILE. */
MUST_USE int ledger_open(struct ledger *l, const char *state, instant known_at, struct error *e);
void ledger_close(struct ledger *l);
/* The published policy with the greatest effective_from ≤ T, later publication first; NULL if
 * none. *next is the effective_from of the next one, INSTANT_NONE if none. */
const struct policy *ledger_policy(const struct ledger *l, instant as_of, instant *next);

/* Makes STATE/ledger and STATE/keys; refuses a directory that is not empty. */
MUST_USE int ledger_make(const char *state, const char *name, bool new_keys, struct error *e);
/* Copies the document to policies/ (synced). */
MUST_USE int ledger_keep_policy(const struct ledger *l, const struct policy_document *d,
    struct error *e);

#endif
