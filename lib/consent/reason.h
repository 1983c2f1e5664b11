/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/reason.h: the codes of decisions, each with its step, article and sentence. */
#ifndef CDP_CONSENT_REASON_H
#define CDP_CONSENT_REASON_H

#include "base/span.h"	/* passed by value */

enum { REASON_COUNT = 55 };	/* rows of the table */

struct reason {
	const char	*code;		/* "D_WITHDRAWN" */
	const char	*article;	/* of the EU's regulation; NULL: none */
	const char	*text;		/* one sentence without a value */
};

const struct reason *reason_at(unsigned i);		/* in byte order of code; i < REASON_COUNT */
unsigned reason_index(const char *code);		/* of a code of the table */
const char *step_name(unsigned step);			/* what a step of decide.h tests */

#endif
