/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/view_fold.c: records that say the same become one node. Those that may are found by
 * parts: records whose hashes end alike, in their order, so that the table of a part stays in the
 * cache and no two threads look at one table. */
#include "base/alloc.h"
#include "base/hash.h"
#include "base/pipeline.h"
#include "base/slots.h"
#include "resolve/store.h"
#include "resolve/view.h"
#include "resolve/view_priv.h"

enum {
	PARTS = 256,
	TASK = 1 << 14		/* records of one task */
};

#define WAITING	(UINT32_MAX - 1)	/* as first: not looked for yet */

struct folding {
	struct view		*w;
	const struct store	*s;
	uint64_t		*key;		/* by record: hash of what it says */
	uint32_t		*first;		/* by record: the first one that says the same; VALUE_NONE:
						 * it takes no part in linking */
	uint32_t		*order;		/* records by part; later by record: its node */
	size_t			(*at)[PARTS];	/* by task: its records of each part, then their places */
	size_t			 begin[PARTS + 1];
	uint32_t		*nodes;		/* by task: that begin in it, then those before */
};

static unsigned
tasks(const struct folding *f)
{
	return (unsigned)((f->s->count + TASK - 1) / TASK);
}

static size_t
task_end(const struct folding *f, size_t from)
{
	return from + TASK < f->s->count ? from + TASK : f->s->count;
}

static unsigned
part_of(uint64_t key)
{
	return (unsigned)key & (PARTS - 1);
}

static bool
says_nothing(const struct compared *c)
{
	for (int i = 0; i < FIELDS_MAX; i++)
		if (c->slot[i] != 0)
			return false;
	return true;
}

/* A record that says nothing is like no other. */
static void
find_keys(void *arg, unsigned task)
{
	struct folding *f = arg;
	size_t from = (size_t)task * TASK;

	for (size_t i = from; i < task_end(f, from); i++) {
		const struct compared *c = &f->w->node[i];

		f->first[i] = VALUE_NONE;
		if (!(f->s->rec[i].flags & REC_LINKED))
			continue;
		f->first[i] = says_nothing(c) ? (uint32_t)i : WAITING;
		if (f->first[i] != WAITING)
			continue;
		f->key[i] = hash64(span_make((const char *)c, sizeof *c), f->s->rec[i].source);
		f->at[task][part_of(f->key[i])]++;
	}
}

static void
place_parts(struct folding *f)
{
	size_t sum = 0;

	for (unsigned p = 0; p < PARTS; p++) {
		f->begin[p] = sum;
		for (unsigned t = 0; t < tasks(f); t++) {
			size_t n = f->at[t][p];

			f->at[t][p] = sum;
			sum += n;
		}
	}
	f->begin[PARTS] = sum;
}

static void
fill_parts(void *arg, unsigned task)
{
	struct folding *f = arg;
	size_t from = (size_t)task * TASK;

	for (size_t i = from; i < task_end(f, from); i++)
		if (f->first[i] == WAITING)
			f->order[f->at[task][part_of(f->key[i])]++] = (uint32_t)i;
}

static bool
same(const struct folding *f, uint32_t a, uint32_t b)
{
	return f->s->rec[a].source == f->s->rec[b].source &&
	    memcmp(&f->w->node[a], &f->w->node[b], sizeof *f->w->node) == 0;
}

static uint32_t
first_like(const struct folding *f, struct slots *table, uint32_t record)
{
	uint64_t at = slots_at(f->key[record]);
	uint32_t other;

	while (slots_next(table, f->key[record], &at, &other))
		if (same(f, other, record))
			return other;
	slots_add(table, f->key[record], record);
	return record;
}

static void
join_part(void *arg, unsigned part)
{
	struct folding *f = arg;
	struct slots table = { 0 };

	for (size_t i = f->begin[part]; i < f->begin[part + 1]; i++)
		f->first[f->order[i]] = first_like(f, &table, f->order[i]);
	slots_done(&table);
}

/* Inside the task, where the nodes stay for now. */
static void
move_nodes(void *arg, unsigned task)
{
	struct folding *f = arg;
	struct view *w = f->w;
	size_t from = (size_t)task * TASK, to = from;

	for (size_t i = from; i < task_end(f, from); i++) {
		if (f->first[i] != i)
			continue;
		f->order[i] = (uint32_t)(to - from);
		if (to != i) {
			w->node[to] = w->node[i];
			w->node_hash[to] = w->node_hash[i];
		}
		w->source[to++] = f->s->rec[i].source;
	}
	f->nodes[task] = (uint32_t)(to - from);
}

static void
move_tasks(struct folding *f)
{
	struct view *w = f->w;

	for (unsigned t = 0; t < tasks(f); t++) {
		size_t from = (size_t)t * TASK, to = w->nodes, n = f->nodes[t];

		if (to != from) {
			memmove(w->node + to, w->node + from, n * sizeof *w->node);
			memmove(w->source + to, w->source + from, n * sizeof *w->source);
			memmove(w->node_hash + to, w->node_hash + from, n * sizeof *w->node_hash);
		}
		f->nodes[t] = w->nodes;
		w->nodes += (uint32_t)n;
	}
}

static void
number_firsts(void *arg, unsigned task)
{
	struct folding *f = arg;
	size_t from = (size_t)task * TASK;

	for (size_t i = from; i < task_end(f, from); i++)
		if (f->first[i] == i)
			f->order[i] += f->nodes[task];
}

static void
number_others(void *arg, unsigned task)
{
	struct folding *f = arg;
	size_t from = (size_t)task * TASK;

	for (size_t i = from; i < task_end(f, from); i++)
		if (f->first[i] != i)
			f->order[i] = f->first[i] == VALUE_NONE ? VALUE_NONE : f->order[f->first[i]];
}

static void
list_records(struct view *w, const uint32_t *node_of, size_t count)
{
	w->record_at = mem_zero((size_t)w->nodes + 2, sizeof *w->record_at);
	w->record = mem_alloc((w->records + 1) * sizeof *w->record);
	for (size_t i = 0; i < count; i++)
		if (node_of[i] != VALUE_NONE)
			w->record_at[node_of[i] + 2]++;
	for (size_t i = 2; i < (size_t)w->nodes + 2; i++)
		w->record_at[i] += w->record_at[i - 1];
	for (size_t i = 0; i < count; i++)
		if (node_of[i] != VALUE_NONE)
			w->record[w->record_at[node_of[i] + 1]++] = (uint32_t)i;
}

/* Rooms were made for as many nodes as records. */
static void
trim(struct view *w)
{
	w->node = mem_resize(w->node, ((size_t)w->nodes + 1) * sizeof *w->node);
	w->source = mem_resize(w->source, ((size_t)w->nodes + 1) * sizeof *w->source);
	w->node_hash = mem_resize(w->node_hash, ((size_t)w->nodes + 1) * sizeof *w->node_hash);
}

void
view_fold(struct view *w, const struct store *s, unsigned threads)
{
	struct folding *f = mem_zero(1, sizeof *f);
	unsigned n;

	f->w = w;
	f->s = s;
	n = tasks(f);
	f->key = mem_alloc((s->count + 1) * sizeof *f->key);
	f->first = mem_alloc((s->count + 1) * sizeof *f->first);
	f->order = mem_alloc((s->count + 1) * sizeof *f->order);
	f->at = mem_zero(n + 1, sizeof *f->at);
	f->nodes = mem_zero(n + 1, sizeof *f->nodes);
	parallel_each(threads, n, find_keys, f);
	place_parts(f);
	parallel_each(threads, n, fill_parts, f);
	parallel_each(threads, PARTS, join_part, f);
	mem_free(f->key);
	mem_free(f->at);
	w->source = mem_alloc((s->count + 1) * sizeof *w->source);
	parallel_each(threads, n, move_nodes, f);
	move_tasks(f);
	parallel_each(threads, n, number_firsts, f);
	parallel_each(threads, n, number_others, f);
	trim(w);
	list_records(w, f->order, s->count);
	mem_free(f->nodes);
	mem_free(f->first);
	mem_free(f->order);
	mem_free(f);
}
