/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_lint.h: what is wrong with a policy that reads well (consent 2.6). */
#ifndef CDP_CONSENT_POLICY_LINT_H
#define CDP_CONSENT_POLICY_LINT_H

#include "base/instant.h"
#include <stdbool.h>
#include <stddef.h>

struct faults;
struct policy;

/* The moment a policy is to be published, and what was published before. */
struct lint_moment {
	instant				 now;		/* INSTANT_NONE: not being published */
	const struct policy		*in_force;	/* NULL if none */
	struct policy *const		*published;	/* in order */
	size_t				 published_count;
};
/* Adds faults L102–L116 and warnings L201–L217 that concern what this version evaluates. */
void policy_lint(const struct policy *p, const struct lint_moment *m, struct faults *f);
/* Warnings begin with L2. */
bool lint_is_warning(const char *code);

#endif
