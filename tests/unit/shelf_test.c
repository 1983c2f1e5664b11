/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/shelf_test.c: large blocks that are used again are as good as new ones, and no more is held. */
#include "base/alloc.h"
#include "base/pipeline.h"
#include "base/shelf.h"
#include "tap.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

enum { SEED = 11, ROUNDS = 400, HELD = 12, MOST = 6 << 20, TASKS = 4, STEP = 4001, GIVEN = 100 };

struct held {
	unsigned char	*p;
	size_t		 size;
	unsigned char	 byte;
};

static atomic_size_t wrong;

/* Each thread has its own. */
static size_t
below(uint64_t *state, size_t end)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (size_t)(*state >> 33) % end;
}

/* A byte in each page or so. */
static void
fill(struct held *h)
{
	for (size_t i = 0; i < h->size; i += STEP)
		h->p[i] = h->byte;
}

static void
check(const struct held *h, size_t size)
{
	for (size_t i = 0; i < size; i += STEP)
		wrong += h->p[i] != h->byte;
}

static void
change(struct held *h, uint64_t *state)
{
	size_t size = below(state, MOST);

	if (h->p != NULL)
		check(h, h->size);
	switch (h->p == NULL ? below(state, 2) : 2 + below(state, 2)) {
	case 0:
		h->p = mem_alloc(size);
		break;
	case 1:
		h->p = mem_zero(size, 1);
		h->byte = 0;
		h->size = size;
		check(h, size);
		break;
	case 2:
		h->p = mem_resize(h->p, size);
		check(h, size < h->size ? size : h->size);
		break;
	default:
		mem_free(h->p);
		h->p = NULL;
		return;
	}
	h->size = size;
	h->byte = (unsigned char)below(state, 256);
	fill(h);
}

static void
work(void *arg, unsigned task)
{
	struct held held[HELD] = { 0 };
	uint64_t state = SEED + task;

	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		if (i % GIVEN == 0)
			mem_give_back();	/* a stage ends beside others */
		change(&held[below(&state, HELD)], &state);
	}
	for (int i = 0; i < HELD; i++)
		mem_free(held[i].p);
}

/* What the library holds in large blocks, against what was used of them at once. */
static bool
holds_no_more(void)
{
	uint64_t state = SEED;
	size_t size[HELD] = { 0 }, used = 0, most = 0;
	void *p[HELD] = { 0 };
	bool good = true;

	for (int i = 0; i < ROUNDS; i++) {
		size_t k = below(&state, HELD);

		mem_free(p[k]);
		used -= size[k];
		size[k] = SHELF_LEAST + below(&state, MOST);
		p[k] = mem_alloc(size[k]);
		used += size[k];
		most = used > most ? used : most;
		good &= mallinfo2().hblkhd <= most + most / 8 + (HELD << 13);	/* and what is a little too large */
	}
	for (int i = 0; i < HELD; i++)
		mem_free(p[i]);
	(void)shelf_clear();
	return good && mallinfo2().hblkhd < SHELF_LEAST;
}

int
main(void)
{
	mem_give_back();
	ok(holds_no_more(), "no more is held than was used at once, and nothing when it is given back");
	parallel_each(TASKS, TASKS, work, NULL);
	ok(wrong == 0, "blocks of four threads keep what is theirs, and zeroed ones are zero");
	return tap_done();
}
