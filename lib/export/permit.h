/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/permit.h: which addresses of a person the decisions release (export section 1). */
#ifndef CDP_EXPORT_PERMIT_H
#define CDP_EXPORT_PERMIT_H

#include "base/attr.h"
#include "base/instant.h"	/* instant */
#include "base/span.h"		/* passed by value */
#include <stddef.h>

struct arena;
struct decision;
struct error;
struct record;

/* What the contract asks; "now" is the instant of the run. */
struct permit_question {
	struct span	purpose, controller, channel, destination;
	instant		now;
};

/* The decisions that release something, sorted by address in byte order, each address once;
 * none: `code` says why the person is not exported. Borrowed from the profile's decisions. */
struct permit {
	const struct decision	**released;
	size_t			  count;
	struct span		  code;
};

/* 0, or -1 with UNSAFE: E_NO_DECISION when nothing was decided for this question,
 * E_DECISION_CONFLICT when two decisions for one address disagree. */
MUST_USE int permit_judge(const struct permit_question *q, const struct record *person,
    const struct decision *list, size_t count, struct permit *out, struct arena *arena,
    struct error *e);

#endif
