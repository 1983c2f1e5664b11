/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/explain_priv.h: one answer, and what words and JSON say of it alike; for explain*.c
 * only. */
#ifndef CDP_CONSENT_EXPLAIN_PRIV_H
#define CDP_CONSENT_EXPLAIN_PRIV_H

#include "consent/decide.h"	/* struct ruling, struct reasons, by value */
#include "consent/judge.h"	/* struct judge */

struct profile;

/* One answer to be told. */
struct telling {
	const struct judge	*judge;
	struct bench		*bench;
	struct buf		*out;
	struct facts		 facts;
	const struct profile	*profile;	/* NULL: identifiers only, no fields to judge */
	bool			 json;
	bool			 fields;	/* step 13 was taken for more than a contact */
	size_t			 which, of;	/* address 1 of 2; of 0: none */
	struct ruling		 ruling;
	struct reasons		 reasons;
};

/* The first code that failed at the step; NULL: none did. */
const char *telling_failure(const struct telling *t, unsigned step);
/* What was found there: that code, "holds", "does not apply" to this case, or "not tested". */
const char *telling_found(const struct telling *t, unsigned step);
/* The regime that it failed in; absent: it holds, or of no one regime. */
struct span telling_failed_in(const struct telling *t, unsigned step);
/* In the language that is asked for. */
struct span telling_reason(const struct telling *t);
struct span telling_step(const struct telling *t, unsigned step);
/* When a consent is over by itself; INSTANT_NONE: it is none, or never. */
instant telling_end(const struct telling *t, const struct event *e);
/* Whether a regime before this one rests on the same basis, by the same entry. */
bool telling_told_before(const struct telling *t, size_t regime);
/* The article of the EU's regulation, where that is among the laws that judge; NULL otherwise. A
 * row that failed before anybody looked for a law is held against it too. */
const char *telling_article(const struct telling *t);

void telling_words(const struct telling *t);
void telling_json(const struct telling *t);

#endif
