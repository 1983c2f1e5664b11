/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/agreement.h: how far two labellings agree, from one contingency table (resolve 11.1).
 * No pair is ever listed. The records are those of the truth; one that the other labelling
 * does not know counts as alone. */
#ifndef CDP_REPORT_AGREEMENT_H
#define CDP_REPORT_AGREEMENT_H

#include "base/span.h"	/* passed by value */
#include "report/labels.h"
#include <stddef.h>

struct buf;
struct json_writer;

/* One figure: a count, or a ratio in millionths; `none` where the denominator is empty. */
struct score {
	const char	*name;		/* a literal: "b3_precision" */
	bool		 is_ratio, none;
	int64_t		 value;
};
enum { SCORES_MAX = 40 };
struct scores {
	struct score	v[SCORES_MAX];
	size_t		n;
};

void scores_count(struct scores *s, const char *name, uint64_t n);
/* num ÷ den rounded once, half up, to six decimals; den 0 is "none". */
void scores_ratio(struct scores *s, const char *name, uint64_t num, uint64_t den);
const struct score *scores_find(const struct scores *s, struct span name);	/* NULL: not there */
void scores_json(const struct scores *s, struct json_writer *w);
void scores_text(const struct scores *s, struct buf *out);	/* "name  value" lines */

/* Compares; with `slice` not NULL only records of the truth that have this slice value, by
 * the index into (by)->values. */
void agreement(const struct labels *truth, const struct labels *found, const struct labels *by,
    uint64_t slice, struct scores *out);

/* "b3_f1>=0.9": operators >= <= == > <. 0 and whether it holds (a figure that is none never
 * does), or -1: not an expression, or no such figure. */
int expect_holds(const struct scores *s, struct span text, bool *holds);

#endif
