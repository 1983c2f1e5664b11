/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/fold.h: what the ledger says at one identifier, scope by scope, at (T, K): which
 * grants and refusals count there, and which side stands. Nothing of the person's other
 * identifiers, of notices, expiry or the law: that is decide()'s. */
#ifndef CDP_CONSENT_FOLD_H
#define CDP_CONSENT_FOLD_H

#include "base/span.h"		/* passed by value */
#include "consent/event.h"	/* struct token, by value */

struct buf;
struct consent_state;
struct referrers;

struct fold {
	const struct consent_state	*state;
	struct referrers		*referrers;
	uint64_t			 lines;		/* written so far */
};

void fold_open(struct fold *f, const struct consent_state *s);
void fold_close(struct fold *f);

/* A `state` line for each purpose, channel and controller that some event at the identifier
 * names, in byte order; "*" where it names none. */
void fold_identifier(struct fold *f, struct span type, const struct token *t, struct buf *out);
/* The same of every identifier of the ledger, in byte order of their texts. What only a suppression
 * names has the suppression half of its token. */
void fold_all(struct fold *f, struct buf *out);

#endif
