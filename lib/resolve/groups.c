/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/groups.c: keys are hashed and shared out by the top bits of the hash; inside each
 * part a table finds the first record that has the same key, byte by byte. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/hash.h"
#include "base/pipeline.h"
#include "resolve/facts.h"
#include "resolve/groups.h"
#include "resolve/keys.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/types.h"

enum {
	PARTS = 256,		/* 4 M keys in 256 parts: what one part needs stays in the cache */
	PART_SHIFT = 56, TAG_SHIFT = 32, KEY_BITS = 8,
	AHEAD = 8,		/* entries: how far the cache is told in advance */
	TASK = 1 << 15		/* records of one task */
};

#define SPREAD	UINT64_C(0x9e3779b97f4a7c15)	/* 2^64 over the golden ratio (Knuth 6.4) */

#ifndef CDP_HASH_MASK
#define CDP_HASH_MASK	UINT64_MAX	/* a test build makes collisions common */
#endif

/* A key of a record. A key of one word is its own tag; of others the tag is the 24 bits of the
 * hash that follow those of the part, above which key of the record it is. */
struct entry {
	uint32_t	tag, rec;
};

/* The keys of one task's records, in their order, with the part of each. */
struct found {
	struct entry	*entry;
	uint8_t		*part;		/* as many as entries */
	size_t		 count, cap;
	size_t		 at[PARTS];	/* how many of each part, then the place of the next one */
};

struct part {
	struct group	*list;
	size_t		 count, cap;
	uint32_t	*members;
	size_t		 member_count;
	uint64_t	 once, twice, distinct;
};

struct building {
	const struct store	*s;
	const struct join	*j;
	const struct types	*types;
	struct found		*found;		/* by task */
	struct entry		*entry;		/* by part, inside it in the order of the records */
	size_t			 begin[PARTS + 1];
	struct part		*part;
	uint8_t			 rank[TYPES_MAX];
	uint64_t		 seed;
	uint32_t		 kinds;		/* of facts that make the keys */
	bool			 one_word;	/* every key is */
};

static size_t
prepare(const struct building *b, struct keys *k, uint32_t rec)
{
	return keys_prepare(k, b->j, &b->s->facts, rec_row(b->s, rec), b->types);
}

static void
add_entry(struct building *b, struct found *f, struct span words, uint32_t rec, size_t key)
{
	uint64_t hash = hash64(words, b->seed) & CDP_HASH_MASK;
	uint8_t part = (uint8_t)(hash >> PART_SHIFT);
	uint32_t tag = (uint32_t)(hash >> TAG_SHIFT) << KEY_BITS | (uint32_t)key;

	if (b->one_word)
		memcpy(&tag, words.p, sizeof tag);
	if (f->count == f->cap) {
		f->entry = mem_grow(f->entry, f->count + 1, &f->cap, sizeof *f->entry);
		f->part = mem_resize(f->part, f->cap);
	}
	f->entry[f->count] = (struct entry){ tag, rec };
	f->part[f->count++] = part;
	f->at[part]++;
}

static void
find_keys(void *arg, unsigned task)
{
	struct building *b = arg;
	size_t from = (size_t)task * TASK, to = from + TASK;
	struct found *f = &b->found[task];
	struct keys k;

	f->entry = mem_grow(f->entry, TASK, &f->cap, sizeof *f->entry);
	f->part = mem_alloc(f->cap);
	for (size_t i = from; i < to && i < b->s->count; i++) {
		size_t n = !(b->s->rec[i].flags & REC_LINKED) ? 0 : prepare(b, &k, (uint32_t)i);

		for (size_t key = 0; key < n; key++)
			add_entry(b, f, keys_at(&k, b->j, key), (uint32_t)i, key);
	}
}

/* Counts become places: part by part, and inside a part task by task. */
static void
place(struct building *b, size_t tasks)
{
	size_t at = 0;

	for (size_t p = 0; p < PARTS; p++) {
		b->begin[p] = at;
		for (size_t t = 0; t < tasks; t++) {
			size_t n = b->found[t].at[p];

			b->found[t].at[p] = at;
			at += n;
		}
	}
	b->begin[PARTS] = at;
}

static void
share_out(void *arg, unsigned task)
{
	struct building *b = arg;
	struct found *f = &b->found[task];

	for (size_t i = 0; i < f->count; i++)
		b->entry[f->at[f->part[i]]++] = f->entry[i];
	mem_free(f->entry);
	mem_free(f->part);
}

static bool
same_key(const struct building *b, struct keys k[2], const struct entry *x,
    const struct entry *y)
{
	const size_t most = KEYS_MAX - 1;

	if (b->one_word)
		return x->tag == y->tag;
	if (x->tag >> KEY_BITS != y->tag >> KEY_BITS)
		return false;
	if (x->tag == y->tag && keys_alike(b->kinds, rec_row(b->s, x->rec), rec_row(b->s, y->rec)))
		return true;
	prepare(b, &k[0], x->rec);
	prepare(b, &k[1], y->rec);
	return span_equal(keys_at(&k[0], b->j, x->tag & most), keys_at(&k[1], b->j, y->tag & most));
}

/* Which key of its record the entry is. */
static uint8_t
key_number(const struct building *b, struct keys *k, const struct entry *x)
{
	size_t i = 0;

	if (!b->one_word)
		return (uint8_t)(x->tag & (KEYS_MAX - 1));
	prepare(b, k, x->rec);
	while (memcmp(keys_at(k, b->j, i).p, &x->tag, sizeof x->tag) != 0)
		i++;
	return (uint8_t)i;
}

/* The table's place of an entry: any spread will do, as the whole tag is compared. */
static size_t
place_in_table(const struct building *b, const struct entry *x)
{
	return b->one_word ? (size_t)((uint64_t)x->tag * SPREAD >> 32) : x->tag >> KEY_BITS;
}

/* What a part is grouped with: a table of the first entry of each key, and beside each entry
 * the first one of its key. */
struct grouping {
	uint32_t	*slot;		/* entry + 1; 0: empty */
	size_t		 mask;
	uint32_t	*first, *holders;	/* by entry; holders: of first entries */
	uint32_t	*last;		/* by first entry: record last counted */
};

static void
grouping_begin(struct grouping *g, size_t count)
{
	size_t slots = 16;

	while (slots < 2 * count)
		slots *= 2;
	g->mask = slots - 1;
	g->slot = mem_zero(slots, sizeof *g->slot);
	g->first = mem_alloc((count + 1) * sizeof *g->first);
	g->holders = mem_zero(count + 1, sizeof *g->holders);
	g->last = mem_alloc((count + 1) * sizeof *g->last);
}

static void
grouping_done(struct grouping *g)
{
	mem_free(g->slot);
	mem_free(g->first);
	mem_free(g->holders);
	mem_free(g->last);
}

/* Rows are met in the order of hashes, each beside that of the first record of its key: two
 * steps ahead the records, one step ahead their rows. */
static void
expect(const struct building *b, const struct grouping *g, const struct entry *all, size_t i,
    size_t count)
{
	uint32_t first;

	if (i + 2 * AHEAD < count) {
		first = g->slot[place_in_table(b, &all[i + 2 * AHEAD]) & g->mask];
		cache_expect(&b->s->rec[all[i + 2 * AHEAD].rec]);
		if (first != 0)
			cache_expect(&b->s->rec[all[first - 1].rec]);
	}
	if (i + AHEAD < count) {
		first = g->slot[place_in_table(b, &all[i + AHEAD]) & g->mask];
		cache_expect(rec_row(b->s, all[i + AHEAD].rec));
		if (first != 0)
			cache_expect(rec_row(b->s, all[first - 1].rec));
	}
}

/* Entries are in the order of their records. A record that has the key twice is one holder. */
static void
find_first(const struct building *b, struct grouping *g, const struct entry *all, size_t count)
{
	struct keys k[2];

	for (uint32_t i = 0; i < count; i++) {
		size_t at = place_in_table(b, &all[i]) & g->mask;
		uint32_t first;

		if (!b->one_word)
			expect(b, g, all, i, count);
		while (g->slot[at] != 0 && !same_key(b, k, &all[g->slot[at] - 1], &all[i]))
			at = (at + 1) & g->mask;
		if (g->slot[at] == 0)
			g->slot[at] = i + 1;
		first = g->slot[at] - 1;
		g->first[i] = first;
		if (g->holders[first] > 0 && g->last[first] == all[i].rec) {
			g->first[i] = UINT32_MAX;
			continue;
		}
		g->holders[first]++;
		g->last[first] = all[i].rec;
	}
}

static void
add_group(const struct building *b, struct keys *k, struct part *p, const struct entry *first,
    uint32_t holders)
{
	struct group g = { .at = (uint32_t)p->member_count, .count = holders };

	g.key = key_number(b, k, first);
	if (b->j->atom[0] == ATOM_IDENTIFIER) {
		if (!b->one_word)
			prepare(b, k, first->rec);
		g.type = facts_type(&b->s->facts, keys_word(k, g.key));
		g.rank = b->rank[g.type];
	}
	p->list = mem_grow(p->list, p->count + 1, &p->cap, sizeof *p->list);
	p->list[p->count++] = g;
	p->member_count += holders;
}

static void
find_groups(void *arg, unsigned i)
{
	struct building *b = arg;
	struct part *p = &b->part[i];
	const struct entry *all = b->entry + b->begin[i];
	size_t count = b->begin[i + 1] - b->begin[i];
	struct grouping g;
	struct keys k;

	grouping_begin(&g, count);
	find_first(b, &g, all, count);
	for (size_t x = 0; x < count; x++) {
		if (g.first[x] != x)
			continue;
		p->distinct++;
		p->once += g.holders[x] == 1;
		p->twice += g.holders[x] == 2;
		g.last[x] = UINT32_MAX;
		if (g.holders[x] == 1)
			continue;
		g.last[x] = (uint32_t)p->member_count;	/* from now on: where its next member goes */
		add_group(b, &k, p, &all[x], g.holders[x]);
	}
	p->members = mem_alloc((p->member_count + 1) * sizeof *p->members);
	for (size_t x = 0; x < count; x++)
		if (g.first[x] != UINT32_MAX && g.last[g.first[x]] != UINT32_MAX)
			p->members[g.last[g.first[x]]++] = all[x].rec;
	grouping_done(&g);
}

struct ordering {
	uint64_t	order;		/* rank, first member */
	uint32_t	group;
	uint8_t		part, key;
};

static int
by_first(const void *a, const void *b)
{
	const struct ordering *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return x->key < y->key ? -1 : x->key > y->key;
}

static struct groups *
gather(struct building *b, unsigned threads)
{
	struct groups *g = mem_zero(1, sizeof *g);
	size_t members = 0, at = 0, count = 0;
	struct ordering *o;

	for (size_t p = 0; p < PARTS; p++) {
		g->count += b->part[p].count;
		members += b->part[p].member_count;
		g->once += b->part[p].once;
		g->twice += b->part[p].twice;
		g->distinct += b->part[p].distinct;
	}
	o = mem_alloc((g->count + 1) * sizeof *o);
	for (uint32_t p = 0; p < PARTS; p++)
		for (uint32_t i = 0; i < b->part[p].count; i++) {
			const struct group *x = &b->part[p].list[i];

			o[count++] = (struct ordering){ (uint64_t)x->rank << 32 |
			    b->part[p].members[x->at], i, (uint8_t)p, x->key };
		}
	sort_array(o, count, sizeof *o, by_first, threads);
	g->list = mem_alloc((count + 1) * sizeof *g->list);
	g->members = mem_alloc((members + 1) * sizeof *g->members);
	for (size_t i = 0; i < count; i++) {
		const struct part *p = &b->part[o[i].part];
		struct group *x = &g->list[i];

		*x = p->list[o[i].group];
		memcpy(g->members + at, p->members + x->at, x->count * sizeof *g->members);
		x->at = (uint32_t)at;
		at += x->count;
	}
	mem_free(o);
	return g;
}

static void
rank_types(struct building *b)
{
	uint8_t order[TYPES_MAX];

	types_order(b->types, order);
	for (size_t i = 0; i < types_count(b->types); i++)
		b->rank[order[i]] = (uint8_t)i;
	if (b->j->atom[0] != ATOM_IDENTIFIER || b->j->count > 1)
		memset(b->rank, 0, sizeof b->rank);
}

struct groups *
groups_build(const struct store *s, const struct join *j, const struct types *types,
    unsigned threads)
{
	struct building b = { .s = s, .j = j, .types = types, .seed = hash_seed(),
	    .kinds = keys_kinds(j), .one_word = keys_one_word(j) };
	size_t tasks = keys_possible(j, &s->facts) ? (s->count + TASK - 1) / TASK : 0;
	struct groups *g;

	rank_types(&b);
	b.found = mem_zero(tasks + 1, sizeof *b.found);
	b.part = mem_zero(PARTS, sizeof *b.part);
	parallel_each(threads, (unsigned)tasks, find_keys, &b);
	place(&b, tasks);
	b.entry = mem_alloc((b.begin[PARTS] + 1) * sizeof *b.entry);
	parallel_each(threads, (unsigned)tasks, share_out, &b);
	mem_free(b.found);
	parallel_each(threads, PARTS, find_groups, &b);
	mem_free(b.entry);
	g = gather(&b, threads);
	for (size_t p = 0; p < PARTS; p++) {
		mem_free(b.part[p].list);
		mem_free(b.part[p].members);
	}
	mem_free(b.part);
	return g;
}

void
groups_prune(struct groups *g, groups_keep *keep, void *arg)
{
	size_t kept = 0;
	uint32_t at = 0;

	for (size_t i = 0; i < g->count; i++) {
		struct group x = g->list[i];

		if (!keep(arg, g->members + x.at, x.count))
			continue;
		memmove(g->members + at, g->members + x.at, x.count * sizeof *g->members);
		x.at = at;
		at += x.count;
		g->list[kept++] = x;
	}
	g->count = kept;
	g->list = mem_resize(g->list, (kept + 1) * sizeof *g->list);
	g->members = mem_resize(g->members, (at + 1) * sizeof *g->members);
}

void
groups_free(struct groups *g)
{
	if (g == NULL)
		return;
	mem_free(g->list);
	mem_free(g->members);
	mem_free(g);
}
