/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/dict.c: an open table of (part of the hash, place) beside texts in blocks, each behind its
 * number: two looks find a value that is known. */
#include "base/alloc.h"
#include "base/hash.h"
#include "base/wide.h"
#include "resolve/dict.h"

#include <assert.h>

enum {
	SLOTS_FIRST = 10,	/* bits */
	AHEAD = 12,		/* values: how far the cache is told in advance */
	UNIT = 1 << DICT_UNIT_BITS,
	SLOTS_EACH = 2		/* of a value, about: between 4/3 and 8/3 */
};

#define NUMBERS_MAX	((uint32_t)1 << 28)	/* what the word of a fact can hold */

#ifndef CDP_HASH_MASK
#define CDP_HASH_MASK	UINT64_MAX	/* a test build makes collisions common */
#endif

struct dict *
dict_new(void)
{
	struct dict *d = mem_zero(1, sizeof *d);

	d->bits = SLOTS_FIRST;
	d->slot = mem_zero((size_t)1 << d->bits, sizeof *d->slot);
	d->used = DICT_BLOCK;
	return d;
}

void
dict_forget(struct dict *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->block_count; i++)
		mem_free(d->block[i]);
	mem_free(d->block);
	mem_free(d->slot);
	mem_free(d->at);
	d->block = NULL;
	d->slot = NULL;
	d->at = NULL;
	d->block_count = 0;
}

void
dict_free(struct dict *d)
{
	dict_forget(d);
	mem_free(d);
}

void
dict_close(struct dict *d)
{
	mem_free(d->slot);
	d->slot = NULL;
}

/* Of a short value its words, one times the other: nobody knows the seeds, so nobody can choose values
 * that meet. */
static uint64_t
hash_short(struct span value, uint64_t seed)
{
	struct short_words w = short_words(value.p, value.len);
	wide all = (wide)(w.first ^ seed) * (w.last ^ (value.len + seed) * UINT64_C(0x9fb21c651e98df25));

	return (uint64_t)all ^ (uint64_t)(all >> 64);
}

uint64_t
dict_hash(struct span value)
{
	uint64_t seed = hash_seed();

	return (value.len <= SHORT_MAX ? hash_short(value, seed) : hash64(value, seed)) & CDP_HASH_MASK;
}

static void
grow(struct dict *d)
{
	struct dict_slot *old = d->slot;
	size_t count = (size_t)1 << d->bits, mask = 2 * count - 1;

	d->bits++;
	d->slot = mem_zero_dense(2 * count, sizeof *d->slot);
	for (size_t i = 0; i < count; i++) {
		size_t to = dict_place(d, old[i].tag);

		if (old[i].place == 0)
			continue;
		while (d->slot[to].place != 0)
			to = (to + 1) & mask;
		d->slot[to] = old[i];
	}
	mem_free(old);
}

/* Copies a text; false if there is no place that a number of 32 bits can name. */
static bool
keep(struct dict *d, struct span value)
{
	size_t need = (DICT_TEXT_AT + value.len + UNIT - 1) & ~(size_t)(UNIT - 1), at;
	const uint32_t number = (uint32_t)d->count;
	const uint16_t len = (uint16_t)value.len;
	char *p;

	if (d->used + need > DICT_BLOCK) {
		if (d->block_count >= (size_t)1 << (32 + DICT_UNIT_BITS - DICT_BLOCK_BITS))
			return false;
		d->block = mem_grow(d->block, d->block_count + 1, &d->block_cap, sizeof *d->block);
		d->block[d->block_count++] = mem_alloc(DICT_BLOCK);
		d->used = 0;
	}
	at = (d->block_count - 1) << DICT_BLOCK_BITS | d->used;
	p = d->block[d->block_count - 1] + d->used;
	memcpy(p, &number, sizeof number);
	memcpy(p + DICT_LEN_AT, &len, sizeof len);
	memcpy(p + DICT_TEXT_AT, value.p, value.len);
	d->used += need;
	if (d->count == d->cap)
		d->at = mem_grow(d->at, d->count + 1, &d->cap, sizeof *d->at);
	d->at[d->count++] = (uint32_t)(at >> DICT_UNIT_BITS);
	return true;
}

uint64_t
dict_bytes(const struct dict *d)
{
	if (d == NULL || d->block_count == 0)
		return 0;
	return ((uint64_t)d->block_count - 1) * DICT_BLOCK + d->used +
	    d->count * (sizeof *d->at + SLOTS_EACH * sizeof *d->slot);
}

uint32_t
dict_take(struct dict *d, struct span value, uint64_t hash, size_t at)
{
	size_t slots = (size_t)1 << d->bits;

	assert(d->slot != NULL && value.len <= DICT_TEXT_MAX);
	if (d->count >= NUMBERS_MAX - 1 || !keep(d, value))
		return DICT_FULL;
	d->slot[at] = (struct dict_slot){ dict_tag(hash), d->at[d->count - 1] + 1 };
	if (d->bits < 32 && d->count * 4 > (slots - 1) * 3)
		grow(d);
	return (uint32_t)d->count - 1;
}

void
dict_add_all(struct dict *d, const struct dict_wanted *list, size_t count)
{
	for (size_t i = 0; i < count && i < 2 * AHEAD; i++)
		dict_expect_slot(d, list[i].hash);
	for (size_t i = 0; i < count && i < AHEAD; i++)
		dict_expect_text(d, list[i].hash);
	for (size_t i = 0; i < count; i++) {
		if (i + 2 * AHEAD < count)
			dict_expect_slot(d, list[i + 2 * AHEAD].hash);
		if (i + AHEAD < count)
			dict_expect_text(d, list[i + AHEAD].hash);
		*list[i].number = dict_add(d, list[i].value, list[i].hash);
	}
}
