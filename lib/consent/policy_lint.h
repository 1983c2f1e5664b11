/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_lint.h: what is wrong with a policy that reads well (consent 2.6). */
#ifndef CDP_CONSENT_POLICY_LINT_H
#define CDP_CONSENT_POLICY_LINT_H

#include "base/instant.h"
#include <stdbool.h>

struct faults;
struct policy;
struct policy_document;

/* The moment a policy is to be published, for L116 and the clock of its bases. */
struct lint_moment {
	bool			 first;		/* no policy was published before */
	instant			 now;		/* INSTANT_NONE: not being published */
	const struct policy	*in_force;	/* NULL if none */
};
/* Adds faults L102–L116 and warnings L201–L216 that concern what this version evaluates. */
void policy_lint(const struct policy *p, const struct policy_document *d,
    const struct lint_moment *m, struct faults *f);
/* Warnings begin with L2. */
bool lint_is_warning(const char *code);

#endif
