/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_check.h: a policy file read, built and linted, with all that is wrong. */
#ifndef CDP_CONSENT_POLICY_CHECK_H
#define CDP_CONSENT_POLICY_CHECK_H

#include "base/attr.h"
#include "consent/policy_lint.h"	/* struct lint_moment, by pointer */
#include "consent/policy_read.h"	/* struct policy_document, by value */

struct buf;
struct error;
struct policy;

struct policy_check {
	struct policy_document	document;
	struct policy		*policy;	/* to be used only without errors; NULL: no object */
	struct faults		faults;		/* errors and warnings, in the order they were found */
};

/* 0 with the faults that were found, or -1 when the document cannot be read (USAGE; a path of
 * NULL: --policy is missing). Ended by policy_check_done in either case. */
MUST_USE int policy_check(struct policy_check *c, const char *path, const struct lint_moment *m,
    struct error *e);
void policy_check_done(struct policy_check *c);
/* How many of them stop a publication; strict: warnings too. */
size_t policy_check_errors(const struct policy_check *c, bool strict);
/* A line for each: "error L102 $.purposes[0].notice: ...", or a JSON object. */
void policy_check_print(const struct policy_check *c, bool as_json, struct buf *out);

#endif
