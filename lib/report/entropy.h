/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/entropy.h: what one labelling says about another, in bits. */
#ifndef CDP_REPORT_ENTROPY_H
#define CDP_REPORT_ENTROPY_H

#include <stdint.h>

struct contingency;
struct scores;

enum { LOG2_BITS = 40 };
uint64_t log2_of(uint64_t n);	/* log2(n) in steps of 2^-40, rounded down; n > 0 */
/* Variation of information, homogeneity, completeness and V-measure. */
void entropy_scores(const struct contingency *t, struct scores *out);

#endif
