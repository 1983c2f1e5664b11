/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/tallies.c: each task counts its pairs in a table of its own; what the tables hold is
 * put in order and added up. There are millions of pairs and some thousand tallies. */
#include "base/alloc.h"
#include "base/pipeline.h"
#include "resolve/estimate.h"
#include "resolve/level.h"
#include "resolve/pairs.h"
#include "resolve/score.h"
#include "resolve/sort.h"
#include "resolve/tallies.h"
#include "resolve/view.h"

enum {
	TASK = 1 << 16,			/* sampled pairs of one task */
	AHEAD = 12,			/* pairs whose second node is fetched in advance */
	SLOTS_FIRST = 1 << 10,
	RARER_MOST = 40			/* bits: beyond it nothing is in doubt */
};

/* The tallies of one task, in the order of arrival, and a table over them. */
struct piece {
	struct tally	*list;
	size_t		 count, cap;
	uint32_t	*slot;		/* place in list and one; 0: empty */
	size_t		 slots;
	size_t		 base;		/* of its tallies among those of all tasks */
};

struct looking {
	const struct view	*w;
	const struct sampled	*sample;
	size_t			 count;
	unsigned		 classes;
	const double		*share;
	struct piece		*piece;		/* by task */
	uint32_t		*of;
	const uint32_t		*global;	/* by place among the tallies of all tasks */
};

/* How many linked records hold a value. */
static uint32_t
held(const struct view *w, const struct field *f, uint32_t number)
{
	return f->kind == FACT_BIRTHDATE ? values_day(&w->values, number) :
	    w->values.holders[f->kind][number];
}

/* Of two values that agree without being the same, as a number with its country and without, the
 * one that more hold counts: as pairs are scored, and whichever record is first. */
static uint32_t
holders(const struct view *w, const struct field *f, uint32_t a, uint32_t b)
{
	uint32_t of_a = held(w, f, a), of_b = a == b ? of_a : held(w, f, b);

	return of_a > of_b ? of_a : of_b;
}

static int8_t
few_bits(int n)
{
	return (int8_t)(n < -RARER_MOST ? -RARER_MOST : n > RARER_MOST ? RARER_MOST : n);
}

/* By how many bits the values that agree exactly are rarer than agreement in their field is: it
 * counts when weights are learnt as it does when pairs are scored, or common names would pass for
 * matches. */
static void
rarer(const struct looking *l, const struct comparison *c, struct tally *t)
{
	int all = 0, shared = 0;

	for (unsigned f = 0; f < l->w->fields; f++) {
		const struct field *field = &l->w->field[f];
		int bits;

		if (pattern_level(c->pattern, f) != field_top(field->type) || l->share[f] <= 0 ||
		    field_level(field->type, field_top(field->type))->tf != TF_FULL ||
		    field->type == FIELD_PLACE || (c->a[f] & DATE_UNSURE) != 0)
			continue;
		bits = score_rarer(field, l->share[f], holders(l->w, field, c->a[f], c->b[f]),
		    l->w->records);
		all += bits;
		shared += field->nature == NATURE_SHARED ? bits : 0;
	}
	t->rare = few_bits(all);
	t->rare_shared = few_bits(shared);
}

static int
by_look(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	if (x->pattern != y->pattern)
		return x->pattern < y->pattern ? -1 : 1;
	if (x->mask != y->mask)
		return x->mask < y->mask ? -1 : 1;
	if (x->class != y->class)
		return x->class - y->class;
	return x->rare != y->rare ? x->rare - y->rare : x->rare_shared - y->rare_shared;
}

static size_t
slot_of(const struct tally *t, size_t slots)
{
	uint64_t h = t->pattern * UINT64_C(0x9e3779b97f4a7c15) ^ t->mask;

	h ^= (uint64_t)t->class << 56 ^ (uint64_t)(uint8_t)t->rare << 48 ^
	    (uint64_t)(uint8_t)t->rare_shared << 40;
	h *= UINT64_C(0xd6e8feb86659fd93);
	return (h ^ h >> 32) & (slots - 1);
}

static void
widen(struct piece *p)
{
	mem_free(p->slot);
	p->slots = p->slots == 0 ? SLOTS_FIRST : p->slots * 2;
	p->slot = mem_zero(p->slots, sizeof *p->slot);
	for (size_t i = 0; i < p->count; i++) {
		size_t at = slot_of(&p->list[i], p->slots);

		while (p->slot[at] != 0)
			at = (at + 1) & (p->slots - 1);
		p->slot[at] = (uint32_t)i + 1;
	}
}

/* The place of the tally in the piece's list. */
static uint32_t
count_one(struct piece *p, const struct tally *t)
{
	size_t at;

	if (2 * p->count >= p->slots)
		widen(p);
	for (at = slot_of(t, p->slots); p->slot[at] != 0; at = (at + 1) & (p->slots - 1)) {
		struct tally *old = &p->list[p->slot[at] - 1];

		if (by_look(old, t) == 0) {
			old->weight += t->weight;
			old->pairs++;
			return p->slot[at] - 1;
		}
	}
	p->list = mem_grow(p->list, p->count + 1, &p->cap, sizeof *p->list);
	p->list[p->count] = *t;
	p->slot[at] = (uint32_t)++p->count;
	return p->slot[at] - 1;
}

static void
look(void *arg, unsigned task)
{
	struct looking *l = arg;
	size_t from = (size_t)task * TASK, to = from + TASK;

	for (size_t i = from; i < to && i < l->count; i++) {
		const struct sampled *s = &l->sample[i];
		struct comparison c;
		struct tally t = { .mask = s->mask, .weight = s->weight, .pairs = 1,
		    .class = (uint8_t)model_class(l->classes, l->w->source[s->a], l->w->source[s->b]) };

		if (i + AHEAD < l->count) {
			compare_expect_node(l->w, s[AHEAD].b);
			compare_expect_values(l->w, s[AHEAD / 2].b);
		}
		compare_nodes(l->w, s->a, s->b, &c);
		t.pattern = c.pattern;
		rarer(l, &c, &t);
		l->of[i] = count_one(&l->piece[task], &t);
	}
	mem_free(l->piece[task].slot);
	l->piece[task].slot = NULL;
}

static void
rename_pairs(void *arg, unsigned task)
{
	struct looking *l = arg;
	size_t from = (size_t)task * TASK, to = from + TASK;

	for (size_t i = from; i < to && i < l->count; i++)
		l->of[i] = l->global[l->piece[task].base + l->of[i]];
}

/* A tally of one task and its place among those of all. */
struct placed {
	struct tally	tally;
	size_t		at;
};

static int
by_tally(const void *a, const void *b)
{
	return by_look(&((const struct placed *)a)->tally, &((const struct placed *)b)->tally);
}

/* The tallies of all tasks in order, those that look the same as one; fills `global`. */
static void
gather(struct tallies *t, const struct looking *l, unsigned tasks, uint32_t *global, size_t all)
{
	struct placed *list = mem_alloc((all + 1) * sizeof *list);
	size_t n = 0;

	for (unsigned task = 0; task < tasks; task++)
		for (size_t i = 0; i < l->piece[task].count; i++, n++)
			list[n] = (struct placed){ l->piece[task].list[i], n };
	sort_array(list, all, sizeof *list, by_tally, 1);
	t->list = mem_alloc((all + 1) * sizeof *t->list);
	for (size_t i = 0; i < all; i++) {
		if (i == 0 || by_tally(&list[i], &list[i - 1]) != 0) {
			t->list[t->count++] = list[i].tally;
		} else {
			t->list[t->count - 1].weight += list[i].tally.weight;
			t->list[t->count - 1].pairs += list[i].tally.pairs;
		}
		global[list[i].at] = (uint32_t)(t->count - 1);
	}
	mem_free(list);
}

void
tallies_make(struct tallies *t, const struct view *w, const struct sampled *sample,
    size_t count, unsigned classes, const double *share, unsigned threads)
{
	unsigned tasks = (unsigned)((count + TASK - 1) / TASK);
	struct looking l = { .w = w, .sample = sample, .count = count, .classes = classes,
	    .share = share };
	uint32_t *global;
	size_t all = 0;

	*t = (struct tallies){ .of = mem_alloc((count + 1) * sizeof *t->of) };
	l.of = t->of;
	l.piece = mem_zero(tasks + 1, sizeof *l.piece);
	parallel_each(threads, tasks, look, &l);
	for (unsigned i = 0; i < tasks; i++) {
		l.piece[i].base = all;
		all += l.piece[i].count;
	}
	l.global = global = mem_alloc((all + 1) * sizeof *global);
	gather(t, &l, tasks, global, all);
	parallel_each(threads, tasks, rename_pairs, &l);
	for (unsigned i = 0; i < tasks; i++)
		mem_free(l.piece[i].list);
	mem_free(l.piece);
	mem_free(global);
}

void
tallies_done(struct tallies *t)
{
	mem_free(t->list);
	mem_free(t->of);
	*t = (struct tallies){ 0 };
}
