/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/joint.c: full names are counted by parts, those whose hashes begin alike, in tables that
 * stay in the cache; names that many have are kept in a small one. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/pipeline.h"
#include "resolve/fx.h"
#include "resolve/joint.h"
#include "resolve/model_file.h"
#include "resolve/model_table.h"
#include "resolve/view.h"

enum {
	LEAST = 1,		/* records of a full name beside those that the two people of a pair have */
	PART_BITS = 8, PARTS = 1 << PART_BITS,
	TASK = 1 << 14		/* nodes of one task */
};

struct full_name {
	uint64_t	key;
	uint32_t	holders;
};

struct counting {
	const struct view	*w;
	struct joint		*j;
	uint32_t		 least;		/* holders of a name that is kept */
	struct full_name	*name;		/* of nodes, by part; then those kept, at its begin */
	size_t			(*at)[PARTS];	/* by task: its names of each part, then their places */
	size_t			 begin[PARTS + 1], kept[PARTS];
};

static uint64_t
hash(uint64_t key)
{
	key *= UINT64_C(0x9e3779b97f4a7c15);
	return key ^ key >> 29;
}

static size_t
place(const struct joint *j, uint64_t key)
{
	size_t at = hash(key) & (j->size - 1);

	while (j->key[at] != 0 && j->key[at] != key)
		at = (at + 1) & (j->size - 1);
	return at;
}

/* Empty, with room for so many names. */
static void
open_for(struct joint *j, size_t names)
{
	j->size = 16;
	while (j->size < names * 2)
		j->size *= 2;
	j->key = mem_zero(j->size, sizeof *j->key);
	j->holders = mem_zero(j->size, sizeof *j->holders);
}

static void
add(struct joint *j, uint64_t key, uint32_t holders)
{
	size_t at = place(j, key);

	j->key[at] = key;
	j->holders[at] += holders;
}

static uint64_t
key_of(uint32_t given_slot, uint32_t family_slot)
{
	return (uint64_t)given_slot << 32 | family_slot;
}

static unsigned
part_of(uint64_t key)
{
	return (unsigned)(hash(key) >> (64 - PART_BITS));
}

/* The name of a node if it has one of each; else 0. */
static uint64_t
name_of(const struct counting *c, uint32_t node)
{
	const uint32_t *slot = c->w->node[node].slot;
	uint32_t g = slot[c->j->given], f = slot[c->j->family];

	return g == 0 || f == 0 || ((g | f) & SLOT_SET) != 0 ? 0 : key_of(g, f);
}

static uint32_t
task_end(const struct counting *c, uint32_t from)
{
	return c->w->nodes - from < TASK ? c->w->nodes : from + TASK;
}

static void
count_names(void *arg, unsigned task)
{
	struct counting *c = arg;

	for (uint32_t i = task * TASK; i < task_end(c, task * TASK); i++) {
		uint64_t key = name_of(c, i);

		if (key != 0)
			c->at[task][part_of(key)]++;
	}
}

static void
place_names(struct counting *c, unsigned tasks)
{
	size_t sum = 0;

	for (unsigned p = 0; p < PARTS; p++) {
		c->begin[p] = sum;
		for (unsigned t = 0; t < tasks; t++) {
			size_t n = c->at[t][p];

			c->at[t][p] = sum;
			sum += n;
		}
	}
	c->begin[PARTS] = sum;
}

static void
fill_names(void *arg, unsigned task)
{
	struct counting *c = arg;

	for (uint32_t i = task * TASK; i < task_end(c, task * TASK); i++) {
		uint64_t key = name_of(c, i);

		if (key != 0)
			c->name[c->at[task][part_of(key)]++] =
			    (struct full_name){ key, view_copies(c->w, i) };
	}
}

/* What a model has counted instead. */
static void
count_of_model(struct joint *t, const struct counting *c)
{
	const struct model_table *table = model_table_of(c->w->counts, MODEL_FULL);
	const struct field *g = &c->w->field[c->j->given], *f = &c->w->field[c->j->family];
	struct buf room = { 0 };

	for (size_t i = 0; i < t->size; i++)
		if (t->key[i] != 0)
			t->holders[i] = model_holders(table, model_value(MODEL_FULL,
			    model_full(&c->w->values, g->kind, (uint32_t)(t->key[i] >> 32) - 1, f->kind,
			    (uint32_t)t->key[i] - 1, &room)));
	buf_done(&room);
}

/* Most names have one holder: those that are left are few. */
static void
keep_names(void *arg, unsigned part)
{
	struct counting *c = arg;
	struct full_name *name = c->name + c->begin[part];
	size_t count = c->begin[part + 1] - c->begin[part];
	struct joint table = { 0 };

	open_for(&table, count);
	for (size_t i = 0; i < count; i++)
		add(&table, name[i].key, name[i].holders);
	if (c->w->counts != NULL)
		count_of_model(&table, c);
	for (size_t i = 0; i < table.size; i++)
		if (table.key[i] != 0 && table.holders[i] >= c->least)
			name[c->kept[part]++] = (struct full_name){ table.key[i], table.holders[i] };
	mem_free(table.key);
	mem_free(table.holders);
}

static void
take_names(struct joint *j, const struct counting *c)
{
	size_t kept = 0;

	for (unsigned p = 0; p < PARTS; p++)
		kept += c->kept[p];
	open_for(j, kept);
	for (unsigned p = 0; p < PARTS; p++)
		for (size_t i = 0; i < c->kept[p]; i++)
			add(j, c->name[c->begin[p] + i].key, c->name[c->begin[p] + i].holders);
}

static void
count(struct joint *j, const struct view *w, uint32_t least, unsigned threads)
{
	struct counting *c = mem_zero(1, sizeof *c);
	unsigned tasks = (w->nodes + TASK - 1) / TASK;

	c->w = w;
	c->j = j;
	c->least = least;
	c->at = mem_zero(tasks, sizeof *c->at);
	parallel_each(threads, tasks, count_names, c);
	place_names(c, tasks);
	c->name = mem_alloc(c->begin[PARTS] * sizeof *c->name);
	parallel_each(threads, tasks, fill_names, c);
	parallel_each(threads, PARTS, keep_names, c);
	take_names(j, c);
	mem_free(c->name);
	mem_free(c->at);
	mem_free(c);
}

static double
exact_by_chance(const struct view *w, const struct model *m, int field)
{
	return m->field[field].level[field_top(w->field[field].type)].u;
}

static uint64_t
both(const struct joint *j, unsigned level, unsigned other)
{
	return pattern_set(pattern_set(0, (unsigned)j->given, level), (unsigned)j->family, other);
}

/* How often strangers have a full name in common is asked of two people, each of whom has so many records
 * besides the one that is compared. All that are no more than those may be theirs. */
static uint32_t
own_of_two(const struct model *m)
{
	return 2 + (uint32_t)(2 * m->matches_per_record + 0.5);
}

struct joint *
joint_make(const struct view *w, const struct model *m, unsigned threads)
{
	struct joint *j = mem_zero(1, sizeof *j);
	uint32_t own = own_of_two(m);
	uint64_t records;

	j->given = w->of_type[FIELD_GIVEN];
	j->family = w->of_type[FIELD_FAMILY];
	if (j->given < 0 || j->family < 0 || m->no_joint)
		return j;
	count(j, w, own + LEAST, threads);
	records = w->field[j->given].records < w->field[j->family].records ?
	    w->field[j->given].records : w->field[j->family].records;
	j->rarity = mem_zero(j->size, sizeof *j->rarity);
	for (size_t i = 0; i < j->size; i++)
		if (j->key[i] != 0)
			j->rarity[i] = fx_log2_ratio(records, j->holders[i] - own);
	j->of_pattern = both(j, 15, 15);
	j->exact = both(j, field_top(w->field[j->given].type),
	    field_top(w->field[j->family].type));
	j->u = fx_log2(exact_by_chance(w, m, j->given)) + fx_log2(exact_by_chance(w, m, j->family));
	return j;
}

void
joint_free(struct joint *j)
{
	if (j == NULL)
		return;
	mem_free(j->key);
	mem_free(j->holders);
	mem_free(j->rarity);
	mem_free(j);
}

bool
joint_find(const struct joint *j, uint32_t given, uint32_t family, int32_t *frequency)
{
	size_t at = place(j, key_of(given + 1, family + 1));

	*frequency = j->u + j->rarity[at];
	return j->key[at] != 0;
}
