/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/contract.h: the contract with a recipient, as the policy's `destinations` say it
 * (export section 2), and the policy document it stands in. */
#ifndef CDP_EXPORT_CONTRACT_H
#define CDP_EXPORT_CONTRACT_H

#include "base/attr.h"
#include "base/instant.h"
#include "export/field.h"		/* struct field, by value */
#include "io/json_config.h"		/* json_t, struct faults */
#include "model/policy_digest.h"	/* POLICY_DIGEST_HEX */

struct arena;
struct error;

enum layout { LAYOUT_CSV, LAYOUT_NDJSON };

struct contract {
	struct span	 id, controller, recipient_name, recipient_country, role, channel;
	struct span	*purposes;
	size_t		 purpose_count;
	struct field	*fields;		/* in contract order */
	size_t		 field_count;
	enum layout	 layout;
	struct duration	 max_decision_age;	/* PT24H unless given */
	instant		 ends;			/* INSTANT_NONE: no end */
};

/* The policy document that a run rests on; texts of contracts are borrowed from it. */
struct policy_text {
	json_t	*json;
	char	 digest[POLICY_DIGEST_HEX + 1];
};

/* Reads PATH, or STATE/ledger/policies/DIGEST.json when path is NULL; its digest must be the one
 * given (UNSAFE E_POLICY_DIGEST). want NULL: any. -1: USAGE for a named policy that cannot be read. */
MUST_USE int policy_text_load(struct policy_text *p, const char *path, const char *state,
    const char *want, struct error *e);
/* The published policy with the greatest effective_from up to `at`, later publication first; the
 * ledger's chain is verified. -1: UNSAFE. p starts zeroed. */
MUST_USE int policy_text_in_force(struct policy_text *p, const char *state, instant at,
    struct error *e);
void policy_text_done(struct policy_text *p);

/* Every contract, with faults for all that is wrong or not in this version. */
struct contract *contracts_read(const struct policy_text *p, struct arena *arena, size_t *count,
    struct faults *f);
/* The contract of that name without faults: -1 USAGE E_CONTRACT. */
MUST_USE int contract_find(const struct policy_text *p, struct span id, struct contract *c,
    struct arena *arena, struct error *e);

#endif
