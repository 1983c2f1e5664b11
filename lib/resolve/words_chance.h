/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/words_chance.h: how often two texts are at each level of their words, matches and all. */
#ifndef CDP_RESOLVE_WORDS_CHANCE_H
#define CDP_RESOLVE_WORDS_CHANCE_H

#include "resolve/field.h"
#include <stdint.h>

struct view;

/* log2 of the share of random pairs at each level of a field of words, in millibits; the pairs are drawn by
 * hashes of record ids, the same in every run. */
void words_chance(int32_t level[LEVELS_MAX], const struct view *w, unsigned field);

#endif
