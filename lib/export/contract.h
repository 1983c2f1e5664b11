/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/contract.h: the contract with a recipient, as the policy's `destinations` say it
 * (export section 2). */
#ifndef CDP_EXPORT_CONTRACT_H
#define CDP_EXPORT_CONTRACT_H

#include "base/attr.h"
#include "base/instant.h"
#include "export/field.h"		/* struct field, by value */

struct arena;
struct error;
struct faults;
struct policy_text;

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

/* Every contract, with faults for all that is wrong or not in this version. */
struct contract *contracts_read(const struct policy_text *p, struct arena *arena, size_t *count,
    struct faults *f);
/* The contract of that name without faults: -1 USAGE E_CONTRACT. */
MUST_USE int contract_find(const struct policy_text *p, struct span id, struct contract *c,
    struct arena *arena, struct error *e);

#endif
