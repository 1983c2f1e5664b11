/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/sample.h: pairs that stand for all: of candidate rules, and of strangers. They are
 * given out as they are found and nowhere kept.
 * Always holds: which pairs are given out under which task depends on the records and the seed
 * alone, not on threads or the order of input. */
#ifndef CDP_RESOLVE_SAMPLE_H
#define CDP_RESOLVE_SAMPLE_H

#include "resolve/pairs.h"
#include "resolve/view.h"

/* A pair stands for so many pairs, in the unit of sampled.weight. */
enum { SAMPLE_ONE = 256 };

struct sampled {
	uint32_t	a, b;		/* nodes, a < b */
	uint64_t	mask;		/* bit i: candidate i holds */
	uint64_t	weight;		/* pairs it stands for, in 1/SAMPLE_ONE */
};

/* `start` is called once, before the first pair; then `visit` for some pairs at a time, each pair
 * of the sample once. Tasks are numbered below `tasks` and may run at the same time; what
 * belongs to one task comes one after the other, and pairs of one `a` mostly together. */
struct sample_visitor {
	void	(*start)(void *arg, unsigned tasks);
	void	(*visit)(void *arg, unsigned task, const struct sampled *pair, size_t count);
	void	*arg;
};

/* Counts the pairs of c->rule[0, c->count), puts the rules in the order of their pairs, makes
 * c->sizes, and gives out a sample of the pairs. */
void sample_rules(struct candidates *c, const struct view *w, const struct pairs_options *o,
    const struct sample_visitor *v);
/* About a million random pairs, each standing for itself, or all there are. Needs c->all. */
void sample_strangers(const struct candidates *c, const struct view *w,
    const struct pairs_options *o, const struct sample_visitor *v);
/* Every pair there is. */
void sample_all(const struct view *w, const struct pairs_options *o,
    const struct sample_visitor *v);

#endif
