/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_proof.c: proofs about a Merkle tree. */
#include "base/alloc.h"
#include "base/error.h"
#include "io/tlog_proof.h"

#include <assert.h>

/* Of 2^level hashes side by side. */
static struct tlog_hash
perfect_root(const struct tlog_hash *list, unsigned level)
{
	struct tlog_tree t = { 0 };

	for (uint64_t i = 0; i < UINT64_C(1) << level; i++)
		tlog_tree_add(&t, list + i);
	return tlog_tree_root(&t);
}

void
tlog_leaves_begin(struct tlog_leaves *l, const struct tlog_hash *leaf, uint64_t count)
{
	const struct tlog_hash *below = leaf;
	uint64_t n = count;

	*l = (struct tlog_leaves){ leaf, count, { NULL } };
	for (size_t k = 0; (n >>= TLOG_STEP) > 0; k++) {
		l->level[k] = mem_zero(n, sizeof *l->level[k]);
		for (uint64_t i = 0; i < n; i++)
			l->level[k][i] = perfect_root(below + (i << TLOG_STEP), TLOG_STEP);
		below = l->level[k];
	}
}

void
tlog_leaves_end(struct tlog_leaves *l)
{
	for (size_t k = 0; k < sizeof l->level / sizeof *l->level; k++)
		mem_free(l->level[k]);
	*l = (struct tlog_leaves){ 0 };
}

static int
leaves_hash(void *arg, unsigned level, uint64_t index, struct tlog_hash *out, struct error *e)
{
	const struct tlog_leaves *l = arg;

	const struct tlog_hash *list = level < TLOG_STEP ? l->leaf : l->level[level / TLOG_STEP - 1];

	(void)e;
	*out = perfect_root(list + (index << level % TLOG_STEP), level % TLOG_STEP);
	return 0;
}

struct tlog_source
tlog_leaves_source(struct tlog_leaves *l)
{
	return (struct tlog_source){ l->count, leaves_hash, l };
}

/* The level of the greatest perfect tree that begins at `start` and ends by `end`. */
static unsigned
level_at(uint64_t start, uint64_t end)
{
	unsigned level = 0;

	while ((start >> level & 1) == 0 && UINT64_C(2) << level <= end - start)
		level++;
	return level;
}

int
tlog_range_root(const struct tlog_source *s, struct tlog_range range, struct tlog_hash *root,
    struct error *e)
{
	struct tlog_hash perfect[TLOG_LEVELS];
	size_t count = 0;

	assert(range.start <= range.end && range.end <= s->size);
	while (range.start < range.end) {
		unsigned level = level_at(range.start, range.end);

		if (s->hash(s->arg, level, range.start >> level, &perfect[count++], e) < 0)
			return -1;
		range.start += UINT64_C(1) << level;
	}
	if (count == 0) {
		*root = tlog_tree_root(&(struct tlog_tree){ 0 });
		return 0;
	}
	while (--count > 0)
		perfect[count - 1] = tlog_node(&perfect[count - 1], &perfect[count]);
	*root = perfect[0];
	return 0;
}

bool
tlog_range_fits(struct tlog_range range, uint64_t size)
{
	uint64_t most;

	if (range.start > range.end || range.end > size || size >> (TLOG_LEVELS - 1) != 0)
		return false;
	if (range.start == range.end)
		return true;
	most = range.end - range.start - 1;	/* the bits that may differ within the range */
	while ((most & (most + 1)) != 0)
		most |= most >> 1;
	return (range.start & most) == 0;
}

static uint64_t
half(uint64_t size)	/* the greatest power of two below size ≥ 2 */
{
	uint64_t k = 1;

	while (k < size - k)
		k *= 2;
	return k;
}

/* From the root down: the side that is not gone into is the next hash, so they come in the reverse
 * order. A range that is cut has its left side perfect, and known to whoever knows the range, but
 * not by itself: then what is left of it is a hash of the proof too. */
int
tlog_prove(const struct tlog_source *s, struct tlog_range range, uint64_t size,
    struct tlog_proof *proof, struct error *e)
{
	struct tlog_range now = { 0, size }, other[TLOG_PROOF_MOST];
	size_t count = 0;
	bool cut = false;

	assert(tlog_range_fits(range, size) && size <= s->size);
	if (range.start == range.end)
		now = range;	/* nothing to prove */
	while (range.start > now.start || range.end < now.end) {
		uint64_t middle = now.start + half(now.end - now.start);

		if (range.end <= middle) {
			other[count++] = (struct tlog_range){ middle, now.end };
			now.end = middle;
			continue;
		}
		other[count++] = (struct tlog_range){ now.start, middle };
		cut |= range.start < middle;
		range.start = range.start < middle ? middle : range.start;
		now.start = middle;
	}
	if (cut)
		other[count++] = range;
	for (proof->count = 0; proof->count < count; proof->count++)
		if (tlog_range_root(s, other[count - 1 - proof->count],
		    &proof->hash[proof->count], e) < 0)
			return -1;
	return 0;
}

/* The paths from the first and the last leaf of the range, and from the last of the tree, climbed
 * together: where they are one place, one hash serves both. */
struct climb {
	uint64_t	first, last, end;
	struct tlog_hash part, root;
};

static void
up(struct climb *c)
{
	c->first >>= 1;
	c->last >>= 1;
	c->end >>= 1;
}

/* To the place of the first hash that is needed. */
static void
up_to_hash(struct climb *c)
{
	while (c->first != c->last && (c->last == c->end || (c->last & 1) != 0))
		up(c);
}

static void
take(struct climb *c, const struct tlog_hash *next)
{
	if ((c->last & 1) == 0 && c->last != c->end) {
		c->root = tlog_node(&c->root, next);
		up(c);
		return;
	}
	if (c->first < c->last)
		c->part = tlog_node(next, &c->part);
	c->root = tlog_node(next, &c->root);
	while ((c->last & 1) == 0 && c->end != 0)
		up(c);
	up(c);
}

static bool
climbs(struct climb c, const struct tlog_hash *proof, size_t count, const struct tlog_hash *part,
    const struct tlog_hash *root)
{
	size_t i = 0;

	up_to_hash(&c);
	if (c.first != c.last) {
		if (count == 0)
			return false;
		c.part = c.root = proof[i++];
	}
	for (; i < count; i++) {
		if (c.end == 0)
			return false;
		take(&c, &proof[i]);
	}
	return c.end == 0 && tlog_hash_equal(&c.part, part) && tlog_hash_equal(&c.root, root);
}

bool
tlog_within(struct tlog_range range, const struct tlog_hash *part, uint64_t size,
    const struct tlog_hash *root, const struct tlog_hash *proof, size_t count)
{
	struct tlog_hash nothing;

	if (!tlog_range_fits(range, size))
		return false;
	if (range.start == range.end) {
		nothing = tlog_tree_root(&(struct tlog_tree){ 0 });
		return count == 0 && tlog_hash_equal(part, &nothing);
	}
	return climbs((struct climb){ range.start, range.end - 1, size - 1, *part, *part },
	    proof, count, part, root);
}

bool
tlog_included(uint64_t index, const struct tlog_hash *leaf, uint64_t size,
    const struct tlog_hash *root, const struct tlog_hash *proof, size_t count)
{
	return index < size &&
	    tlog_within((struct tlog_range){ index, index + 1 }, leaf, size, root, proof, count);
}

bool
tlog_consistent(uint64_t old, const struct tlog_hash *old_root, uint64_t size,
    const struct tlog_hash *root, const struct tlog_hash *proof, size_t count)
{
	return old > 0 &&
	    tlog_within((struct tlog_range){ 0, old }, old_root, size, root, proof, count);
}
