/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/dict.c: an open table of (part of the hash, number) beside texts in blocks. The
 * place of a value in the table comes from the part that the table keeps, so that it grows
 * without a look at the texts. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/hash.h"
#include "resolve/dict.h"

#include <assert.h>

enum {
	SLOTS_FIRST = 10,		/* bits */
	BLOCK_BITS = 20, BLOCK = 1 << BLOCK_BITS,
	UNIT_BITS = 2, UNIT = 1 << UNIT_BITS,	/* texts begin at multiples of it */
	LEN_BYTES = 2
};

#define NUMBERS_MAX	((uint32_t)1 << 28)	/* what the word of a fact can hold */

#ifndef CDP_HASH_MASK
#define CDP_HASH_MASK	UINT64_MAX	/* a test build makes collisions common */
#endif

struct slot {
	uint32_t	tag, number;	/* number + 1; 0: empty */
};

struct dict {
	struct slot	*slot;
	unsigned	 bits;
	uint32_t	*at;		/* by number: place of the text, in units */
	size_t		 count, cap;
	char		**block;
	size_t		 block_count, block_cap;
	size_t		 used;		/* of the last block */
};

struct dict *
dict_new(void)
{
	struct dict *d = mem_zero(1, sizeof *d);

	d->bits = SLOTS_FIRST;
	d->slot = mem_zero((size_t)1 << d->bits, sizeof *d->slot);
	d->used = BLOCK;
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

uint64_t
dict_hash(struct span value)
{
	return hash64(value, hash_seed()) & CDP_HASH_MASK;
}

static uint32_t
tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

static size_t
place_of(const struct dict *d, uint32_t tag)
{
	return tag >> (32 - d->bits);
}

static const unsigned char *
text_at(const struct dict *d, uint32_t number)
{
	size_t at = (size_t)d->at[number] << UNIT_BITS;

	return (const unsigned char *)d->block[at >> BLOCK_BITS] + (at & (BLOCK - 1));
}

void
dict_expect_slot(const struct dict *d, uint64_t hash)
{
	cache_expect(&d->slot[place_of(d, tag_of(hash))]);
}

/* The first slot is where most values are found. */
void
dict_expect_place(const struct dict *d, uint64_t hash)
{
	uint32_t number = d->slot[place_of(d, tag_of(hash))].number;

	if (number != 0)
		cache_expect(&d->at[number - 1]);
}

void
dict_expect_text(const struct dict *d, uint64_t hash)
{
	uint32_t number = d->slot[place_of(d, tag_of(hash))].number;

	if (number != 0)
		cache_expect(text_at(d, number - 1));
}

struct span
dict_text(const struct dict *d, uint32_t number)
{
	const unsigned char *p = text_at(d, number);

	return span_make((const char *)p + LEN_BYTES, (size_t)p[0] << 8 | p[1]);
}

uint32_t
dict_count(const struct dict *d)
{
	return (uint32_t)d->count;
}

static void
grow(struct dict *d)
{
	struct slot *old = d->slot;
	size_t count = (size_t)1 << d->bits, mask = 2 * count - 1;

	d->bits++;
	d->slot = mem_zero(2 * count, sizeof *d->slot);
	for (size_t i = 0; i < count; i++) {
		size_t to = place_of(d, old[i].tag);

		if (old[i].number == 0)
			continue;
		while (d->slot[to].number != 0)
			to = (to + 1) & mask;
		d->slot[to] = old[i];
	}
	mem_free(old);
}

/* Copies a text; false if there is no place that a number of 32 bits can name. */
static bool
keep(struct dict *d, struct span value)
{
	size_t need = (LEN_BYTES + value.len + UNIT - 1) & ~(size_t)(UNIT - 1), at;
	char *p;

	if (d->used + need > BLOCK) {
		if (d->block_count >= (size_t)1 << (32 + UNIT_BITS - BLOCK_BITS))
			return false;
		d->block = mem_grow(d->block, d->block_count + 1, &d->block_cap, sizeof *d->block);
		d->block[d->block_count++] = mem_alloc(BLOCK);
		d->used = 0;
	}
	at = (d->block_count - 1) << BLOCK_BITS | d->used;
	p = d->block[d->block_count - 1] + d->used;
	p[0] = (char)(value.len >> 8);
	p[1] = (char)(value.len & 0xff);
	memcpy(p + LEN_BYTES, value.p, value.len);
	d->used += need;
	d->at = mem_grow(d->at, d->count + 1, &d->cap, sizeof *d->at);
	d->at[d->count++] = (uint32_t)(at >> UNIT_BITS);
	return true;
}

uint32_t
dict_add(struct dict *d, struct span value, uint64_t hash)
{
	uint32_t tag = tag_of(hash);
	size_t mask = ((size_t)1 << d->bits) - 1, at = place_of(d, tag);

	assert(d->slot != NULL && value.len <= DICT_TEXT_MAX);
	for (; d->slot[at].number != 0; at = (at + 1) & mask)
		if (d->slot[at].tag == tag &&
		    span_equal(dict_text(d, d->slot[at].number - 1), value))
			return d->slot[at].number - 1;
	if (d->count >= NUMBERS_MAX - 1 || !keep(d, value))
		return DICT_FULL;
	d->slot[at] = (struct slot){ tag, (uint32_t)d->count };
	if (d->bits < 32 && d->count * 4 > mask * 3)
		grow(d);
	return (uint32_t)d->count - 1;
}
