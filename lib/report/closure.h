/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/closure.h: groups that grow link by link, and how many of their pairs are true. */
#ifndef CDP_REPORT_CLOSURE_H
#define CDP_REPORT_CLOSURE_H

#include <stdint.h>

struct closure;
struct labels;

struct closure *closure_new(const struct labels *truth);	/* every record alone; borrows */
void closure_free(struct closure *c);				/* NULL is fine */
void closure_join(struct closure *c, uint32_t a, uint32_t b);	/* indices of records */
uint64_t closure_pairs(const struct closure *c);	/* inside the groups */
uint64_t closure_together(const struct closure *c);	/* those of one entity */

#endif
