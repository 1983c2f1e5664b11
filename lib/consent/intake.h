/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/intake.h: records, profiles and typed identifiers → facts for decide(). */
#ifndef CDP_CONSENT_INTAKE_H
#define CDP_CONSENT_INTAKE_H

#include "base/attr.h"
#include "consent/facts.h"
#include "consent/token.h"	/* struct token_key, by pointer */

struct ahead;
struct arena;
struct error;
struct ndjson;
struct profile;
struct record;

enum { IDENTIFIERS_MAX = 10000 };	/* of one person, beside his records; above it E_LIMIT */

/* What a run knows; read by every thread. */
struct intake {
	const struct question	*question;
	const struct token_key	*key;
	const struct events	*events;
	const struct referrers	*referrers;
	const struct places	*places;
	const struct spread	*spread;	/* filter: the compliance graph; or NULL */
	const struct ahead	*ahead;		/* of the thread, in its own copy of this; or NULL */
	/* Whether anything was said at e-mail addresses, at telephone numbers, and at records. */
	bool			 seeks[2], seeks_records;
	bool			 composes;	/* somebody is suppressed by phone_name or the like */
};

/* Everything lives in the arena and borrows the row. 0, or -1 with REFUSED E_LIMIT, or
 * E_IDENTIFIER where a value is none that could have been appended. */
MUST_USE int facts_of_profile(const struct intake *in, const struct profile *p, struct facts *f,
    struct arena *arena, struct error *e);
/* One record as a person of one member. */
MUST_USE int facts_of_record(const struct intake *in, const struct record *r, struct facts *f,
    struct arena *arena, struct error *e);
/* An object of typed identifiers, {"email":["..."],"id.device":"..."}; -1 with E_SUBJECT. */
MUST_USE int facts_of_subject(const struct intake *in, const struct ndjson *n, struct facts *f,
    struct arena *arena, struct error *e);

/* One identifier of which nothing but the token is known. */
void facts_of_token(const struct intake *in, struct span type, const struct token *t,
    struct facts *f, struct arena *arena);

/* The token of an identifier, computed if no step needed it. */
const struct token *intake_token(const struct intake *in, struct fact_identifier *id,
    struct arena *arena);
/* Whether the channel reaches this identifier: a candidate for f->contact. */
bool intake_contact(const struct intake *in, const struct fact_identifier *id);

#endif
