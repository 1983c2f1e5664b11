/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/groups.c: keys are hashed, shared out by the top bits of the hash, and sorted
 * inside each part; runs of one hash are then compared byte by byte. */
#include "base/alloc.h"
#include "base/hash.h"
#include "base/pipeline.h"
#include "resolve/facts.h"
#include "resolve/groups.h"
#include "resolve/keys.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/types.h"

#include <stdlib.h>

enum {
	PARTS = 256,		/* 16 bytes × 4 M keys in 256 parts stay in the cache */
	TASK = 1 << 15		/* records of one task */
};

#ifndef CDP_HASH_MASK
#define CDP_HASH_MASK	UINT64_MAX	/* a test build makes collisions common */
#endif

struct entry {
	uint64_t	hash;
	uint32_t	rec, key;
};

struct part {
	struct group	*list;
	size_t		 count, cap;
	uint32_t	*members;
	size_t		 member_count, member_cap;
	uint64_t	 once, twice, distinct;
};

struct building {
	const struct store	*s;
	const struct join	*j;
	const struct types	*types;
	struct entry		*entry;
	size_t			(*at)[PARTS];	/* by task: counts, then places */
	size_t			 begin[PARTS + 1];
	struct part		*part;
	uint8_t			 rank[TYPES_MAX];
	uint64_t		 seed;
	bool			 filling;
};

/* Both passes: count the keys of each part, or put them in their places. */
static void
scan(void *arg, unsigned task)
{
	struct building *b = arg;
	size_t from = (size_t)task * TASK, to = from + TASK;
	struct keys *k = mem_zero(1, sizeof *k);

	for (size_t i = from; i < to && i < b->s->count; i++) {
		const struct rec *r = &b->s->rec[i];
		size_t n = !(r->flags & REC_LINKED) ? 0 :
		    keys_prepare(k, b->j, r->facts, b->types);

		for (size_t key = 0; key < n; key++) {
			uint64_t hash = hash64(keys_at(k, b->j, key), b->seed) & CDP_HASH_MASK;
			size_t *place = &b->at[task][hash >> 56];

			if (b->filling)
				b->entry[*place] = (struct entry){ hash, (uint32_t)i, (uint32_t)key };
			++*place;
		}
	}
	keys_done(k);
	mem_free(k);
}

static int
by_hash(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	if (x->rec != y->rec)
		return x->rec < y->rec ? -1 : 1;
	return x->key < y->key ? -1 : x->key > y->key;
}

static struct span
key_of(const struct building *b, struct keys *k, uint32_t rec, uint32_t key)
{
	keys_prepare(k, b->j, b->s->rec[rec].facts, b->types);
	return keys_at(k, b->j, key);
}

/* Takes the entries of run[0..n) that have the key of the first one, moves the others to the
 * front, and returns how many those are. */
static size_t
take_group(struct building *b, struct part *p, struct entry *run, size_t n, struct keys k[2])
{
	struct span key = key_of(b, &k[0], run[0].rec, run[0].key);
	uint8_t type = (uint8_t)key.p[0];
	struct group g = { .at = (uint32_t)p->member_count, .key = run[0].key, .type = type,
	    .rank = b->rank[type] };
	size_t others = 0;

	p->members = mem_grow(p->members, p->member_count + n, &p->member_cap, sizeof *p->members);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && !span_equal(key, key_of(b, &k[1], run[i].rec, run[i].key))) {
			run[others++] = run[i];
			continue;
		}
		if (g.count == 0 || p->members[p->member_count - 1] != run[i].rec) {
			p->members[p->member_count++] = run[i].rec;
			g.count++;
		}
	}
	p->distinct++;
	p->once += g.count == 1;
	p->twice += g.count == 2;
	if (g.count == 1) {
		p->member_count--;
		return others;
	}
	p->list = mem_grow(p->list, p->count + 1, &p->cap, sizeof *p->list);
	p->list[p->count++] = g;
	return others;
}

static void
find_runs(void *arg, unsigned i)
{
	struct building *b = arg;
	struct part *p = &b->part[i];
	struct entry *all = b->entry + b->begin[i];
	size_t count = b->begin[i + 1] - b->begin[i], n;
	struct keys *k = mem_zero(2, sizeof *k);

	qsort(all, count, sizeof *all, by_hash);
	for (size_t at = 0; at < count; at += n) {
		size_t left;

		for (n = 1; at + n < count && all[at + n].hash == all[at].hash; n++)
			;
		if (n == 1) {
			p->once++;
			p->distinct++;
			continue;
		}
		for (left = n; left > 0; )
			left = take_group(b, p, all + at, left, k);
	}
	keys_done(&k[0]);
	keys_done(&k[1]);
	mem_free(k);
}

/* Counts become places: part by part, and inside a part task by task. */
static void
place(struct building *b, size_t tasks)
{
	size_t at = 0;

	for (size_t p = 0; p < PARTS; p++) {
		b->begin[p] = at;
		for (size_t t = 0; t < tasks; t++) {
			size_t n = b->at[t][p];

			b->at[t][p] = at;
			at += n;
		}
	}
	b->begin[PARTS] = at;
}

struct ordering {
	uint64_t	order;		/* rank, first member */
	uint32_t	key;
	uint32_t	part, group;
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
			    b->part[p].members[x->at], x->key, p, i };
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
	struct building b = { .s = s, .j = j, .types = types, .seed = hash_seed() };
	size_t tasks = (s->count + TASK - 1) / TASK;
	struct groups *g;

	rank_types(&b);
	b.at = mem_zero(tasks + 1, sizeof *b.at);
	b.part = mem_zero(PARTS, sizeof *b.part);
	parallel_each(threads, (unsigned)tasks, scan, &b);
	place(&b, tasks);
	b.entry = mem_alloc((b.begin[PARTS] + 1) * sizeof *b.entry);
	b.filling = true;
	parallel_each(threads, (unsigned)tasks, scan, &b);
	parallel_each(threads, PARTS, find_runs, &b);
	mem_free(b.entry);
	g = gather(&b, threads);
	for (size_t p = 0; p < PARTS; p++) {
		mem_free(b.part[p].list);
		mem_free(b.part[p].members);
	}
	mem_free(b.part);
	mem_free(b.at);
	return g;
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
