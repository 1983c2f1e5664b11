/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_lint_priv.h: the parts of lint, for policy_lint*.c only. */
#ifndef CDP_CONSENT_POLICY_LINT_PRIV_H
#define CDP_CONSENT_POLICY_LINT_PRIV_H

#include "consent/policy.h"
#include "consent/policy_lint.h"
#include "io/json_config.h"	/* struct faults, by pointer; faults_add */

struct lint {
	const struct policy		*p;
	const struct lint_moment	*m;
	struct faults			*f;
};

/* Names the entry by its path: "$.purposes[2].basis"; an empty member is the entry itself. */
void lint_fault(struct lint *l, const char *code, const char *list, size_t i, const char *member,
    const char *text);
void lint_purpose_names(struct lint *l, const struct policy_names *n, const char *list, size_t i,
    const char *member);
void lint_controller(struct lint *l, struct span id, const char *list, size_t i);
/* Everything about purposes[i]; of it, what its bases are. */
void lint_purpose(struct lint *l, size_t i);
void lint_bases(struct lint *l, size_t i);
/* Where data come from and go to: sources, destinations, views, importers. */
void lint_flows(struct lint *l);

#endif
