/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/learn.h: what a run learns from its records before it joins any: the weights, the
 * blocking rules, and how many matches these find. */
#ifndef CDP_RESOLVE_LEARN_H
#define CDP_RESOLVE_LEARN_H

struct scored;
struct scored_options;

/* Needs x->view; makes the model (thresholds apart), its notes, the chosen rules and the recall. */
void learn_model(struct scored *x, const struct scored_options *o);

#endif
