/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/gather_test.c: groups have the members that name them, whatever the threads. */
#include "base/alloc.h"
#include "resolve/gather.h"
#include "tap.h"

enum { MOST = 200000 };

static uint64_t state = 7;

static uint32_t
draw(uint32_t below)
{
	state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

/* Half begin a group, half join one that there is, of which a few are large. */
static void
make(uint32_t *least, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		least[i] = i == 0 || draw(2) == 0 ? i : least[draw(draw(3) == 0 ? 1 + i / 1000 : i)];
}

static bool
even(const void *arg, uint32_t one)
{
	(void)arg;
	return one % 2 == 0;
}

/* Each group by its smallest member, in their order, with all that name it; all others are alone and
 * odd, if that counts. */
static bool
right(const struct gathered *g, const uint32_t *least, uint32_t count, bool all)
{
	uint32_t *size = mem_zero(count + 1u, sizeof *size), groups = 0;
	bool good = g->at[0] == 0;

	for (uint32_t i = 0; i < count; i++)
		size[least[i]]++;
	for (size_t k = 0; k < g->count && good; k++) {
		uint32_t *member = g->member + g->at[k], n = g->at[k + 1] - g->at[k];
		uint32_t first = member[0];

		good = n > 0 && least[first] == first && size[first] == n &&
		    (k == 0 || first > g->member[g->at[k - 1]]);
		gather_order(member, n);
		good = good && member[0] == first;
		for (uint32_t i = 1; i < n && good; i++)
			good = member[i] > member[i - 1] && least[member[i]] == first;
	}
	for (uint32_t i = 0; i < count; i++)
		groups += least[i] == i && (size[i] > 1 || all || i % 2 == 0);
	mem_free(size);
	return good && groups == g->count;
}

int
main(void)
{
	static const uint32_t sizes[] = { 0, 1, 2, 100, 65535, 65536, 65537, MOST };
	uint32_t *least = mem_alloc((MOST + 1) * sizeof *least);

	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (unsigned threads = 1; threads <= 3; threads++) {
			bool all = threads != 2;
			struct gathered g = { 0 };

			make(least, sizes[s]);
			gather(&g, &(struct gather_input){ least, sizes[s], all ? NULL : even, NULL, threads });
			ok(right(&g, least, sizes[s], all), "%u things on %u threads", sizes[s], threads);
			gathered_done(&g);
		}
	mem_free(least);
	return tap_done();
}
