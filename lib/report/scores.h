/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/scores.h: named figures: as text, as JSON, and held against an expectation. */
#ifndef CDP_REPORT_SCORES_H
#define CDP_REPORT_SCORES_H

#include "base/span.h"	/* passed by value */
#include "base/wide.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct json_writer;

/* One figure in fixed point; `none` where its denominator is empty. */
struct score {
	const char	*name;		/* a literal: "b3_precision" */
	unsigned char	 places;	/* decimals: 0 for counts, 3 for bits, 6 for ratios */
	bool		 none;
	int64_t		 value;
};
enum { SCORES_MAX = 160, RATIO_PLACES = 6, BITS_PLACES = 3 };
struct scores {
	struct score	v[SCORES_MAX];
	size_t		n;
};

void scores_count(struct scores *s, const char *name, uint64_t n);
/* num ÷ den rounded once, half up, to six decimals; den 0 is "none". */
void scores_ratio(struct scores *s, const char *name, uint64_t num, uint64_t den);
/* What ratio_of gives as the value of a ratio. den > 0. */
int64_t ratio_of(wide num, wide den);
void scores_value(struct scores *s, const char *name, int64_t value, unsigned char places);
void scores_none(struct scores *s, const char *name, unsigned char places);
/* A fraction in steps of 2^-60, rounded to a ratio; `slack` steps may have been lost before. */
enum { FRACTION_BITS = 60 };
void scores_fraction(struct scores *s, const char *name, wide value, wide slack);
wide square_root(wide x);	/* rounded down; x below 2^126 */

const struct score *scores_find(const struct scores *s, struct span name);	/* NULL: not there */
void scores_json(const struct scores *s, struct json_writer *w);	/* members of an open object */
void scores_text(const struct scores *s, struct buf *out);	/* "name  value" lines */

/* "b3_f1>=0.9": operators >= <= == > <. 0 and whether it holds (a figure that is none never
 * does), or -1: not an expression, or no such figure. */
int expect_holds(const struct scores *s, struct span text, bool *holds);

#endif
