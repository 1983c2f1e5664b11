/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/redact.h: the part of a row that a purpose may see (consent 6.6). Copies the bytes
 * that stay, as they stand; nothing is written anew but braces and commas. */
#ifndef CDP_CONSENT_REDACT_H
#define CDP_CONSENT_REDACT_H

#include "consent/facts.h"
#include "model/record.h"	/* struct texts */

struct arena;
struct buf;
struct map;
struct ndjson;
struct profile;
struct profile_members;

/* What a question says of the members that lines without a tape may have, worked out once a run. */
struct redact_plan;
struct redact_plan *redact_plan_new(const struct question *q);
void redact_plan_free(struct redact_plan *p);		/* NULL is fine */

/* What may stay and what went. */
struct redaction {
	const struct question	*question;
	const struct facts	*facts;
	const struct redact_plan *plan;		/* where lines have no tape */
	const struct profile	*profile;	/* provenance, tags */
	const bool		*refused;	/* by identifier: a contact that was not permitted */
	const bool		*addressed;	/* by member: it holds a postal address; NULL: nobody asked yet */
	struct arena		*arena;
	struct span		*drop;		/* whole paths that were taken away, in line order */
	size_t			 drop_count, drop_cap;
	uint64_t		 kept;		/* fields of which something stays */
	uint64_t		 fields, protected, contacts;	/* counts: R_FIELD R_SPECIAL R_CONTACT */
	bool			 thinned;	/* a value of a list was taken away */
	bool			 untagged;	/* N_FIELD_UNTAGGED: an attribute without category */
};

/* Whether the value of an identifier may be used: some record that holds it may be. */
bool contact_usable(struct redaction *r, const struct fact_identifier *id);
/* Whether any field stays of it; `scratch` is emptied first. */
bool redact_keeps(const struct redaction *r, const struct ndjson *n, struct buf *scratch);
/* Appends the object without its closing brace; "decisions" is always left out. */
void redact_profile(struct redaction *r, const struct ndjson *n, struct buf *out);
/* The same of a profile that was read without a tape. */
void redact_plain_profile(struct redaction *r, const struct profile_members *m, struct buf *out);

/* A gated record: `credential` values and those whose protected kind none of its purposes has a
 * condition for are left out, and what the quarantine added. Without closing brace. */
void redact_record(struct redaction *r, const struct record *record, const struct ndjson *n,
    struct buf *out);
/* The same of a record that was read without a tape, if nothing is left out: false (and nothing done) if
 * something may have to be, which only a tape tells. */
bool redact_plain_record(const struct redaction *r, const struct record *record, struct span line,
    struct buf *out);
/* The whole line without "decisions" and "expires_at", without closing brace: for quarantine. */
void copy_record(const struct ndjson *n, struct buf *out);

#endif
