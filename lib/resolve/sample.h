/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/sample.h: pairs that stand for all: of candidate rules, and of strangers. */
#ifndef CDP_RESOLVE_SAMPLE_H
#define CDP_RESOLVE_SAMPLE_H

#include "resolve/pairs.h"
#include "resolve/view.h"

/* A pair stands for so many pairs, in the unit of sampled.weight. */
enum { SAMPLE_ONE = 256 };

/* Counts the pairs of c->rule[0, c->count), puts the rules in the order of their pairs, and makes
 * c->sample and c->sizes. */
void sample_rules(struct candidates *c, const struct view *w, const struct pairs_options *o);
/* About four million random pairs, or all there are: c->strangers. Needs c->all. */
void sample_strangers(struct candidates *c, const struct view *w, const struct pairs_options *o);
/* Every pair there is: c->sample. Needs c->all. */
void sample_all(struct candidates *c, const struct view *w, const struct pairs_options *o);

#endif
