/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/dict.h: the distinct values of a field, each with a number: what is compared a
 * thousand times is compared as a number.
 * Always holds: two values have one number only if they are the same bytes, whatever they hash
 * to. Numbers count from 0 in the order of arrival, so they serve equality and never show. */
#ifndef CDP_RESOLVE_DICT_H
#define CDP_RESOLVE_DICT_H

#include "base/cache.h"	/* look-ups are inline */
#include "base/short.h"	/* the same */
#include "base/span.h"	/* passed by value */
#include <stdint.h>

enum { DICT_TEXT_MAX = UINT16_MAX };	/* bytes of one value */
#define DICT_FULL	UINT32_MAX	/* no number is left, or 16 GiB of text are held */

struct dict_slot {
	uint32_t	tag, place;	/* part of the hash; place of the text + 1, 0: empty */
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

/* A value that waits for its number. */
struct dict_wanted {
	struct span	 value;
	uint64_t	 hash;
	uint32_t	*number;	/* where it goes */
};

struct dict *dict_new(void);
void dict_free(struct dict *d);			/* NULL is fine */
/* The hash that dict_add wants, for whoever computes it on another thread. */
uint64_t dict_hash(struct span value);
/* Takes a value that was not found, at the free slot where it belongs: its number, or DICT_FULL. */
uint32_t dict_take(struct dict *d, struct span value, uint64_t hash, size_t at);
/* dict_add of each, in their order, while the cache is told what comes. */
void dict_add_all(struct dict *d, const struct dict_wanted *list, size_t count);
/* Bytes that the texts take, and what finds them. NULL is fine. */
uint64_t dict_bytes(const struct dict *d);
/* Frees what only dict_add needs: nothing may be added any more. */
void dict_close(struct dict *d);
/* Frees the texts too: only how many there are is known from now on. NULL is fine. */
void dict_forget(struct dict *d);

/* A text stands behind its number, four bytes, and its length, two. */
enum {
	DICT_BLOCK_BITS = 20, DICT_BLOCK = 1 << DICT_BLOCK_BITS,	/* bytes that texts lie in */
	DICT_UNIT_BITS = 2,	/* texts begin at multiples of so many bits */
	DICT_LEN_AT = sizeof(uint32_t), DICT_TEXT_AT = DICT_LEN_AT + sizeof(uint16_t)
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

static inline const char *
dict_at(const struct dict *d, uint32_t place)
{
	size_t at = (size_t)place << DICT_UNIT_BITS;

	return d->block[at >> DICT_BLOCK_BITS] + (at & (DICT_BLOCK - 1));
}

/* What stands at a place. */
static inline struct span
dict_text_at(const char *p, uint32_t *number)
{
	uint16_t len;

	memcpy(number, p, sizeof *number);
	memcpy(&len, p + DICT_LEN_AT, sizeof len);
	return span_make(p + DICT_TEXT_AT, len);
}

/* The value of a number; lives until dict_free. */
static inline struct span
dict_text(const struct dict *d, uint32_t number)
{
	uint32_t same;

	return dict_text_at(dict_at(d, d->at[number]), &same);
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
	uint32_t number;

	for (; d->slot[at].place != 0; at = (at + 1) & mask)
		if (d->slot[at].tag == dict_tag(hash) &&
		    short_equal(dict_text_at(dict_at(d, d->slot[at].place - 1), &number), value))
			return number;
	return dict_take(d, value, hash, at);
}

/* A value will be added soon: two steps, one after the other, that fetch what the next one and
 * dict_add look at into the cache. */
static inline void
dict_expect_slot(const struct dict *d, uint64_t hash)
{
	cache_expect(&d->slot[dict_place(d, dict_tag(hash))]);
}

/* The text that is probably the value; of one that is not there yet there is none. */
static inline void
dict_expect_text(const struct dict *d, uint64_t hash)
{
	size_t mask = ((size_t)1 << d->bits) - 1, at = dict_place(d, dict_tag(hash));

	while (d->slot[at].place != 0 && d->slot[at].tag != dict_tag(hash))
		at = (at + 1) & mask;
	if (d->slot[at].place != 0)
		cache_expect(dict_at(d, d->slot[at].place - 1));
}

#endif
