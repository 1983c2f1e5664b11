/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/joint.c: full names are counted in one table, and those that many have kept in a
 * small one. Where a file has no names two other fields stand for them. */
#include "base/alloc.h"
#include "base/buf.h"
#include "resolve/fx.h"
#include "resolve/joint.h"
#include "resolve/model_file.h"
#include "resolve/model_table.h"
#include "resolve/view.h"

enum { LEAST = 1 };	/* records of a full name beside the person's own */

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

static void
count(struct joint *j, const struct view *w)
{
	open_for(j, w->nodes);
	for (uint32_t i = 0; i < w->nodes; i++) {
		uint32_t g = w->node[i].slot[j->given], f = w->node[i].slot[j->family];

		if (g != 0 && f != 0 && !((g | f) & SLOT_SET))
			add(j, key_of(g, f), view_copies(w, i));
	}
}

/* What a model has counted instead. */
static void
count_of_model(struct joint *j, const struct view *w)
{
	const struct model_table *t = model_table_of(w->counts, MODEL_FULL);
	const struct field *g = &w->field[j->given], *f = &w->field[j->family];
	struct buf room = { 0 };

	for (size_t i = 0; i < j->size; i++)
		if (j->key[i] != 0)
			j->holders[i] = model_holders(t, model_value(MODEL_FULL,
			    model_full(&w->values, g->kind, (uint32_t)(j->key[i] >> 32) - 1, f->kind,
			    (uint32_t)j->key[i] - 1, &room)));
	buf_done(&room);
}

/* Most names have one holder: those that are left are few, and stay in the cache. */
static void
keep(struct joint *j, uint32_t least)
{
	struct joint all = *j;
	size_t kept = 0;

	for (size_t i = 0; i < all.size; i++)
		kept += all.holders[i] >= least;
	open_for(j, kept);
	for (size_t i = 0; i < all.size; i++)
		if (all.holders[i] >= least)
			add(j, all.key[i], all.holders[i]);
	mem_free(all.key);
	mem_free(all.holders);
}

static double
exact_by_chance(const struct view *w, const struct model *m, int field)
{
	return m->field[field].level[field_top(w->field[field].type)].u;
}

/* Texts and codes, of which there are many. */
static bool
tells_apart(enum field_type t)
{
	return t == FIELD_STRING || t == FIELD_TEXT || t == FIELD_CODE || t == FIELD_MAILBOX ||
	    t == FIELD_TELEPHONE;
}

/* Without names, the two attributes that strangers have alike least: the address and the telephone
 * of a building belong to all who are in it. */
static void
choose(struct joint *j, const struct view *w, const struct model *m)
{
	j->given = w->of_type[FIELD_GIVEN];
	j->family = w->of_type[FIELD_FAMILY];
	if (j->given >= 0 || j->family >= 0)
		return;
	for (int f = 0; f < (int)w->fields; f++) {
		if (!tells_apart(w->field[f].type))
			continue;
		if (j->given < 0 || exact_by_chance(w, m, f) < exact_by_chance(w, m, j->given)) {
			j->family = j->given;
			j->given = f;
		} else if (j->family < 0 ||
		    exact_by_chance(w, m, f) < exact_by_chance(w, m, j->family)) {
			j->family = f;
		}
	}
}

static uint64_t
both(const struct joint *j, unsigned level, unsigned other)
{
	return pattern_set(pattern_set(0, (unsigned)j->given, level), (unsigned)j->family, other);
}

struct joint *
joint_make(const struct view *w, const struct model *m)
{
	struct joint *j = mem_zero(1, sizeof *j);
	uint32_t own = 2 + (uint32_t)(m->matches_per_record + 0.5);
	uint64_t records;

	choose(j, w, m);
	if (j->given < 0 || j->family < 0 || m->no_joint)
		return j;
	count(j, w);
	if (w->counts != NULL)
		count_of_model(j, w);
	keep(j, own + LEAST);
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
