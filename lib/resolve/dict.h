/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/dict.h: the distinct values of a field, each with a number: what is compared a
 * thousand times is compared as a number.
 * Always holds: two values have one number only if they are the same bytes, whatever they hash
 * to. Numbers count from 0 in the order of arrival, so they serve equality and never show. */
#ifndef CDP_RESOLVE_DICT_H
#define CDP_RESOLVE_DICT_H

#include "base/cache.h"	/* look-ups are inline */
#include "base/span.h"	/* passed by value */
#include <stdint.h>

enum { DICT_TEXT_MAX = UINT16_MAX };	/* bytes of one value */
#define DICT_FULL	UINT32_MAX	/* no number is left, or 16 GiB of text are held */

struct dict_slot {
	uint32_t	tag, number;	/* part of the hash; number + 1, 0: empty */
};

/* What looking up takes, which is a few loads a value, so that calls would be most of it. */
struct dict {
	struct dict_slot *slot;
	unsigned	 bits;
	uint32_t	*at;		/* by number: place of the text, in units */
	size_t		 count, cap;
	char		**block;
	size_t		 block_count, block_cap;
	size_t		 used;		/* of the last block */
};

struct dict *dict_new(void);
void dict_free(struct dict *d);			/* NULL is fine */
/* The hash that dict_add wants, for whoever computes it on another thread. */
uint64_t dict_hash(struct span value);
/* Takes a value that was not found, at the free slot where it belongs: its number, or DICT_FULL. */
uint32_t dict_take(struct dict *d, struct span value, uint64_t hash, size_t at);
/* Frees what only dict_add needs: nothing may be added any more. */
void dict_close(struct dict *d);
/* Frees the texts too: only how many there are is known from now on. NULL is fine. */
void dict_forget(struct dict *d);

enum {
	DICT_BLOCK_BITS = 20, DICT_BLOCK = 1 << DICT_BLOCK_BITS,	/* bytes that texts lie in */
	DICT_UNIT_BITS = 2,	/* texts begin at multiples of so many bits */
	DICT_LEN_BYTES = 2
};

static inline uint32_t
dict_tag(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

/* From the part of the hash that the table keeps, so that it grows without a look at the texts. */
static inline size_t
dict_place(const struct dict *d, uint32_t tag)
{
	return tag >> (32 - d->bits);
}

static inline const unsigned char *
dict_text_at(const struct dict *d, uint32_t number)
{
	size_t at = (size_t)d->at[number] << DICT_UNIT_BITS;

	return (const unsigned char *)d->block[at >> DICT_BLOCK_BITS] + (at & (DICT_BLOCK - 1));
}

/* The value of a number; lives until dict_free. */
static inline struct span
dict_text(const struct dict *d, uint32_t number)
{
	const unsigned char *p = dict_text_at(d, number);

	return span_make((const char *)p + DICT_LEN_BYTES, (size_t)p[0] << 8 | p[1]);
}

static inline uint32_t
dict_count(const struct dict *d)
{
	return (uint32_t)d->count;
}

/* Number of the value, which is copied if it is new; or DICT_FULL. */
static inline uint32_t
dict_add(struct dict *d, struct span value, uint64_t hash)
{
	size_t mask = ((size_t)1 << d->bits) - 1, at = dict_place(d, dict_tag(hash));

	for (; d->slot[at].number != 0; at = (at + 1) & mask)
		if (d->slot[at].tag == dict_tag(hash) &&
		    span_equal(dict_text(d, d->slot[at].number - 1), value))
			return d->slot[at].number - 1;
	return dict_take(d, value, hash, at);
}

/* A value will be added soon: three steps, one after the other, that fetch what the next one and
 * dict_add look at into the cache. */
static inline void
dict_expect_slot(const struct dict *d, uint64_t hash)
{
	cache_expect(&d->slot[dict_place(d, dict_tag(hash))]);
}

/* The first slot is where most values are found. */
static inline void
dict_expect_place(const struct dict *d, uint64_t hash)
{
	uint32_t number = d->slot[dict_place(d, dict_tag(hash))].number;

	if (number != 0)
		cache_expect(&d->at[number - 1]);
}

static inline void
dict_expect_text(const struct dict *d, uint64_t hash)
{
	uint32_t number = d->slot[dict_place(d, dict_tag(hash))].number;

	if (number != 0)
		cache_expect(dict_text_at(d, number - 1));
}

#endif
