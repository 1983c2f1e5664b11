/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/decision.h: a verdict with its reason, inside a profile or as a line of its own.
 * What consent writes and export reads (consent section 7, export section 1). */
#ifndef CDP_MODEL_DECISION_H
#define CDP_MODEL_DECISION_H

#include "base/attr.h"
#include "base/instant.h"
#include "model/record.h"	/* struct texts, by value */

struct json_writer;

enum verdict { VERDICT_PERMIT, VERDICT_PERMIT_REDACTED, VERDICT_SKIP, VERDICT_DENY };

/* What using a permit obliges to, by the person's preferences. */
struct obligation {
	struct span	type;		/* "lang", "quiet", "max_per", ... */
	struct span	value;		/* one JSON value as written: a text or a list of texts */
	bool		hard;		/* the person's act said that it binds */
};

struct decision {
	struct span	id;			/* 22 base64url characters */
	enum verdict	verdict;
	struct span	code;			/* "P_CONSENT", "D_WITHDRAWN" */
	struct span	purpose, channel, controller;
	struct span	destination;		/* absent: for any */
	struct span	address_field, address_value;	/* absent when the channel is none */
	struct texts	basis, regimes;
	const uint64_t	*evidence;		/* sequence numbers of ledger lines */
	size_t		 evidence_count;
	struct texts	registry;		/* registry entries it rests on: "ropa:2", "notice:privacy@3" */
	struct texts	drop;			/* paths taken away */
	const struct obligation *obligations;
	size_t		 obligation_count;
	struct texts	reasons;		/* where all were asked for: every code that says no */
	struct texts	notes;			/* "N_BACKDATED" */
	instant		valid_until;		/* INSTANT_NONE on a refusal */
	struct span	valid_until_text;	/* the same as it is written; absent: decision_write does it */
	struct span	seal;			/* read only: of model/seal.h; absent: none */
	struct span	raw;			/* read only: the object as it stands in its line */
};

struct span verdict_name(enum verdict v);
/* One JSON object. */
void decision_write(const struct decision *d, struct json_writer *w);
/* Reads a `decisions` array (raw JSON text) into the arena. 0, or -1 with REFUSED E_DECISION. */
MUST_USE int decisions_read(struct span json, struct decision **list, size_t *count,
    struct arena *arena, struct error *e);

#endif
