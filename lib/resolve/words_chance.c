/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/words_chance.c: random pairs of texts. */
#include "resolve/words_chance.h"
#include "base/hash.h"
#include "resolve/fx.h"
#include "resolve/level.h"
#include "resolve/view.h"

enum {
	DRAWN = 1 << 17,	/* pairs: what one in a thousand shows is seen a hundred times */
	UNSEEN = 4		/* a level that was never seen is a quarter of a pair */
};

/* Each node and some that its hash draws. */
void
words_chance(int32_t level[LEVELS_MAX], const struct view *w, unsigned field)
{
	uint32_t each = w->nodes == 0 ? 0 : DRAWN / w->nodes + 1;
	uint64_t seen[LEVELS_MAX] = { 0 }, all = 0;

	for (uint32_t i = 0; i < w->nodes && all < DRAWN; i++)
		for (uint32_t n = 0; n < each; n++) {
			uint32_t j = (uint32_t)(hash64_pair(w->node_hash[i], n, 0) % w->nodes);
			uint32_t a = w->node[i].slot[field], b = w->node[j].slot[field];

			if (i == j || a == 0 || b == 0)
				continue;
			seen[level_values(&w->values, FIELD_WORDS, a - 1, b - 1)]++;
			all++;
		}
	for (unsigned l = 0; l < LEVELS_MAX; l++)
		level[l] = fx_log2_ratio(UNSEEN * seen[l] + 1, UNSEEN * all + 1);
}
