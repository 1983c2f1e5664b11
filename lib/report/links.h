/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/links.h: scored pairs of records against the truth.
 * A collector: add every link and every copy, finish once, then ask.
 *
 * Copies are records that the run folded into one: a link of one is a link of all of them, and
 * they are linked with each other. So a link counts as many pairs as it stands for. */
#ifndef CDP_REPORT_LINKS_H
#define CDP_REPORT_LINKS_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct closure;
struct grid;
struct labels;
struct map;
struct scores;

enum {
	LINK_RULES_MAX = 64,
	NO_PROBABILITY = UINT32_MAX,
	/* Millibits; no engine of ours goes beyond a few hundred bits. It is also the weight of a
	 * link that has none, because somebody decided it or its records are copies. */
	LINK_WEIGHT_MAX = 1 << 24
};

struct link {
	uint32_t	a, b;		/* indices of records of the truth, a ≤ b; equal: the
					 * copies of one record with each other */
	int32_t		weight_w;	/* millibits */
	uint32_t	p;		/* millionths; NO_PROBABILITY: not given */
	uint64_t	rules;		/* mask: the blocking rules that hold for the pair */
	bool		kept;		/* its verdict is "link" */
	uint64_t	pairs, same;	/* pairs of records, and those inside an entity */
};

struct links {
	const struct labels	*truth;		/* borrowed */
	bool			 by_key;	/* ids are known by what follows their colon */
	struct link		*v;		/* after finish by weight, the heaviest first */
	size_t			 n, cap;
	uint32_t		*copy;		/* of a record: another that it is a copy of, or
						 * itself; NULL: there are no copies */
	struct map		*rules;		/* names -> nothing; the index is the bit of the mask */
	uint64_t		 unknown;	/* links with an id that the truth lacks: left out */
	uint64_t		 repeated;	/* pairs that were given again: the first by weight counts */
};

void links_init(struct links *l, const struct labels *truth, bool by_key);
void links_done(struct links *l);
/* The bit of a rule, or -1: there are too many. */
int links_rule(struct links *l, struct span name);
/* `scored` has weight, p, rules and kept. */
void links_add(struct links *l, struct span a, struct span b, const struct link *scored);
void links_copy(struct links *l, struct span a, struct span b);	/* unknown ids are left out */
void links_finish(struct links *l);	/* sorts; no links_add after this */
/* A closure in which every record is with its copies; the caller frees it. */
struct closure *links_closure(const struct links *l);

/* Figures at the threshold, at the best one, and over all; `true_pairs` among `records`. */
void links_scores(const struct links *l, uint64_t true_pairs, uint64_t records,
    struct scores *out);
void links_curve(const struct links *l, uint64_t true_pairs, struct grid *out);	/* by whole bits */
void links_calibration(const struct links *l, struct grid *out);	/* ten bins of p */
void links_rules(const struct links *l, uint64_t true_pairs, struct grid *out);

#endif
