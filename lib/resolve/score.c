/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/score.c: weights of levels, of frequencies and of the household, added up. */
#include "base/alloc.h"
#include "resolve/dict.h"
#include "resolve/fx.h"
#include "resolve/level.h"
#include "resolve/model.h"
#include "resolve/score.h"
#include "resolve/view.h"

enum {
	GIVEN_SWAPPED = 2,		/* a level of given names */
	TF_LEAST = -6000, TF_MOST = 8000,	/* what a frequency may add (resolve 4.6) */
	TF_FLOOR = 4,				/* of holders, where no model says it */
	JOINT_LEAST = 1,		/* others of a full name than the person's own records */
	FLOOR_OWN = 2			/* holders of what a person has for himself */
};

/* Full names that more linked records have than one person explains. */
struct joint {
	size_t		size;		/* a power of two */
	uint64_t	*key;		/* given + 1 << 32 | family + 1; 0: empty */
	uint32_t	*holders;
	int32_t		*rarity;	/* by the records that others have */
	int		given, family;	/* fields, or -1 */
	uint64_t	of_pattern, exact;	/* the levels of both names, and both exact */
	int32_t		u;		/* log2 of the shares of both exact levels, by chance */
};

/* ---- tables ---- */

static int32_t
rarity(uint64_t holders, uint32_t floor, uint64_t records)
{
	return fx_log2_ratio(records, holders < floor ? floor : holders);
}

static int32_t *
rarities(const uint32_t *holders, uint32_t count, uint32_t floor, uint64_t records)
{
	int32_t *out = mem_alloc(((size_t)count + 1) * sizeof *out);

	for (uint32_t i = 0; i < count; i++)
		out[i] = rarity(holders[i], floor, records);
	return out;
}

static uint64_t
joint_hash(uint64_t key)
{
	key *= UINT64_C(0x9e3779b97f4a7c15);
	return key ^ key >> 29;
}

static size_t
joint_place(const struct joint *j, uint64_t key)
{
	size_t at = joint_hash(key) & (j->size - 1);

	while (j->key[at] != 0 && j->key[at] != key)
		at = (at + 1) & (j->size - 1);
	return at;
}

/* Empty, with room for so many names. */
static void
joint_open(struct joint *j, size_t names)
{
	j->size = 16;
	while (j->size < names * 2)
		j->size *= 2;
	j->key = mem_zero(j->size, sizeof *j->key);
	j->holders = mem_zero(j->size, sizeof *j->holders);
}

static void
joint_add(struct joint *j, uint64_t key, uint32_t holders)
{
	size_t at = joint_place(j, key);

	j->key[at] = key;
	j->holders[at] += holders;
}

static uint64_t
joint_key(uint32_t given_slot, uint32_t family_slot)
{
	return (uint64_t)given_slot << 32 | family_slot;
}

static void
joint_count(struct joint *j, const struct view *w)
{
	joint_open(j, w->nodes);
	for (uint32_t i = 0; i < w->nodes; i++) {
		uint32_t g = w->node[i].slot[j->given], f = w->node[i].slot[j->family];

		if (g != 0 && f != 0 && !((g | f) & SLOT_SET))
			joint_add(j, joint_key(g, f), view_copies(w, i));
	}
}

/* Most names have one holder: those that are left are few, and stay in the cache. */
static void
joint_keep(struct joint *j, uint32_t least)
{
	struct joint all = *j;
	size_t kept = 0;

	for (size_t i = 0; i < all.size; i++)
		kept += all.holders[i] >= least;
	joint_open(j, kept);
	for (size_t i = 0; i < all.size; i++)
		if (all.holders[i] >= least)
			joint_add(j, all.key[i], all.holders[i]);
	mem_free(all.key);
	mem_free(all.holders);
}

static uint64_t
names_pattern(const struct joint *j, unsigned level)
{
	return pattern_set(pattern_set(0, (unsigned)j->given, level), (unsigned)j->family, level);
}

static struct joint *
joint_make(const struct view *w, const struct model *m)
{
	struct joint *j = mem_zero(1, sizeof *j);
	uint32_t own = 2 + (uint32_t)(m->matches_per_record + 0.5);
	uint64_t records;

	j->given = w->of_type[FIELD_GIVEN];
	j->family = w->of_type[FIELD_FAMILY];
	if (j->given < 0 || j->family < 0)
		return j;
	joint_count(j, w);
	joint_keep(j, own + JOINT_LEAST);
	records = w->field[j->given].records < w->field[j->family].records ?
	    w->field[j->given].records : w->field[j->family].records;
	j->rarity = mem_zero(j->size, sizeof *j->rarity);
	for (size_t i = 0; i < j->size; i++)
		if (j->key[i] != 0)
			j->rarity[i] = fx_log2_ratio(records, j->holders[i] - own);
	j->of_pattern = names_pattern(j, 15);
	j->exact = names_pattern(j, 7);
	j->u = fx_log2(m->field[j->given].level[7].u) + fx_log2(m->field[j->family].level[7].u);
	return j;
}

static uint64_t
records_of(const struct view *w, enum field_type t)
{
	return w->of_type[t] < 0 ? 1 : w->field[w->of_type[t]].records;
}

/* There are as many numbers and mailboxes as people, however few of them are known. */
static bool
own_value(enum field_type t)
{
	return t == FIELD_IDENTIFIER || t == FIELD_EMAIL || t == FIELD_PHONE;
}

/* A category holds few values, and what a group has in common, names among it, goes with them:
 * a rare one is no evidence beyond that of its level. */
static int32_t
most_of(enum field_type t)
{
	return t == FIELD_CATEGORY ? 0 : TF_MOST;
}

int
score_rarer(const struct field *f, double share, uint64_t holders, uint64_t records)
{
	uint64_t n = own_value(f->type) ? records : f->records;
	uint64_t least = own_value(f->type) ? FLOOR_OWN : TF_FLOOR;
	int32_t w = fx_log2(share * (double)n / (double)(holders > least ? holders : least));

	w = w < TF_LEAST ? TF_LEAST : w > most_of(f->type) ? most_of(f->type) : w;
	return (w + (w < 0 ? -FX_BIT / 2 : FX_BIT / 2)) / FX_BIT;
}

static void
kind_rarity(struct scorer *s, const struct field *f)
{
	const struct values *v = &s->view->values;
	const struct dict *d = v->facts->dict[f->kind];
	bool own = own_value(f->type);

	/* Attributes and identifiers of all types share a table: each value has one type, so each
	 * place is filled by the field it belongs to. */
	if (d == NULL)
		return;
	if (s->rarity[f->kind] == NULL)
		s->rarity[f->kind] = mem_zero((size_t)dict_count(d) + 1, sizeof **s->rarity);
	for (uint32_t i = 0; i < dict_count(d); i++)
		if (!fact_has_type(f->kind) || v->facts->type[f->kind][i] == f->fact_type)
			s->rarity[f->kind][i] = rarity(v->holders[f->kind][i],
			    own ? FLOOR_OWN : s->model->tf_floor,
			    own ? s->view->records : f->records);
}

static enum score_how
how_of(enum field_type t, unsigned level)
{
	enum level_tf tf = field_level(t, level)->tf;

	if (tf == TF_NONE || (t == FIELD_GIVEN && level == GIVEN_SWAPPED))
		return SCORE_NOTHING;	/* swapped: the values are of the other field */
	if (t == FIELD_PLACE)
		return SCORE_PLACE;
	if (t == FIELD_FAMILY && tf == TF_RAREST)
		return SCORE_FAMILY_HALF;
	return tf == TF_FULL ? SCORE_VALUE : SCORE_VALUE_HALF;
}

/* The frequency at a level stands against the share of the level, or of the exact one where a
 * part of the frequency is taken. */
static void
field_make(struct scorer *s, unsigned f)
{
	const struct field *of = &s->view->field[f];
	const struct model_field *m = &s->model->field[f];
	struct score_field *out = &s->field[f];

	for (unsigned l = 0; l < field_levels(of->type); l++) {
		bool full = field_level(of->type, l)->tf == TF_FULL;

		out->how[l] = (uint8_t)how_of(of->type, l);
		out->u[l] = fx_log2(m->level[full ? l : field_top(of->type)].u);
	}
	out->rarity = of->kind == FACT_BIRTHDATE ? s->day_rarity : s->rarity[of->kind];
	out->mask = of->kind == FACT_BIRTHDATE ? ~DATE_UNSURE : UINT32_MAX;
	out->most = most_of(of->type);
	out->nature = of->nature;
	if (m->parent >= 0)
		s->children |= 1u << f;
}

static void
two_add(const struct scorer *s, struct score_two *out, unsigned f, unsigned level)
{
	const struct model_level *l = &s->model->field[f].level[level];

	if (f >= s->model->fields || level >= LEVELS_MAX || s->children >> f & 1)
		return;
	out->weight += l->weight[ROW_ALONE];
	out->household += l->household[ROW_ALONE];
	if (s->field[f].nature == NATURE_FREE)
		out->free += l->weight[ROW_ALONE];
	if (s->field[f].how[level] != SCORE_NOTHING)
		out->terms |= 1u << f;
}

/* All pairs of levels of all pairs of neighbours, so that half as many sums are left for each pair
 * of records. */
static void
twos_make(struct scorer *s)
{
	for (unsigned i = 0; i < SCORE_TWOS; i++)
		for (unsigned levels = 0; levels < SCORE_TWO_LEVELS; levels++) {
			two_add(s, &s->two[i][levels], 2 * i, levels & 15);
			two_add(s, &s->two[i][levels], 2 * i + 1, levels >> LEVEL_BITS);
		}
}

void
scorer_make(struct scorer *s, const struct view *w, const struct model *m)
{
	const struct values *v = &w->values;
	enum { DAYS = 10000 << 9 };

	*s = (struct scorer){ .view = w, .model = m };
	for (unsigned f = 0; f < w->fields; f++)
		kind_rarity(s, &w->field[f]);
	s->part_rarity = rarities(v->part_holders, dict_count(v->parts), m->tf_floor,
	    records_of(w, w->of_type[FIELD_PLACE] >= 0 ? FIELD_PLACE : FIELD_EMAIL));
	for (int role = 0; role < 2; role++) {
		uint64_t n = records_of(w, role == 0 ? FIELD_GIVEN : FIELD_FAMILY);

		s->token_rarity[role] = mem_alloc(((size_t)v->token_count + 1) * sizeof(int32_t));
		for (uint32_t i = 0; i < v->token_count; i++)
			s->token_rarity[role][i] = rarity(v->token[i].holders[role], m->tf_floor, n);
	}
	s->day_rarity = mem_zero(DAYS, sizeof *s->day_rarity);
	for (uint32_t i = 0; i < DAYS; i++)
		if (v->days[i] > 0)
			s->day_rarity[i] = rarity(v->days[i], m->tf_floor, records_of(w, FIELD_BIRTHDATE));
	s->joint = joint_make(w, m);
	for (unsigned f = 0; f < w->fields; f++)
		field_make(s, f);
	twos_make(s);
}

void
scorer_done(struct scorer *s)
{
	for (int k = 0; k < FACT_KINDS; k++)
		mem_free(s->rarity[k]);
	mem_free(s->part_rarity);
	mem_free(s->token_rarity[0]);
	mem_free(s->token_rarity[1]);
	mem_free(s->day_rarity);
	if (s->joint != NULL) {
		mem_free(s->joint->key);
		mem_free(s->joint->holders);
		mem_free(s->joint->rarity);
	}
	mem_free(s->joint);
	*s = (struct scorer){ 0 };
}

/* ---- frequencies ---- */

static int32_t
less(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static int32_t
more(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

static int32_t
bounded(int32_t x)
{
	return x < TF_LEAST ? TF_LEAST : x > TF_MOST ? TF_MOST : x;
}

/* The part of an address that made the level of two of them. */
static uint32_t
decisive_part(const struct place_row *x, const struct place_row *y, unsigned level)
{
	switch (level) {
	case 7:
	case 6:
	case 4:
		return x->home;
	case 5:
		return x->home == y->home && x->home != VALUE_NONE ? x->home : x->postcode;
	case 3:
		return x->street;
	case 2:
		return x->postcode;
	default:
		return x->locality == y->locality && x->locality != VALUE_NONE ? x->locality :
		    x->prefix;
	}
}

/* The parts may be close only: the more frequent one counts, whichever address is first. */
static int32_t
place_frequency(const struct scorer *s, int32_t u, unsigned level, uint32_t a, uint32_t b)
{
	const struct place_row *x = &s->view->values.place[a], *y = &s->view->values.place[b];
	uint32_t part_x = decisive_part(x, y, level), part_y = decisive_part(y, x, level);

	if (part_x == VALUE_NONE || part_y == VALUE_NONE)
		return 0;
	return bounded(u + less(s->part_rarity[part_x], s->part_rarity[part_y]));
}

/* The rarest token that two names share. */
static int32_t
rarest_token(const struct scorer *s, int role, const struct name_row *a, const struct name_row *b)
{
	int32_t best = 0;

	for (unsigned i = 0; i < a->count; i++)
		for (unsigned j = 0; j < b->count; j++)
			if (a->token[i] == b->token[j])
				best = more(best, s->token_rarity[role][a->token[i]]);
	return best;
}

/* What the frequency of what agrees adds at this level of a field, which is not SCORE_NOTHING. */
static inline int32_t
frequency(const struct scorer *s, unsigned field, unsigned level, uint32_t a, uint32_t b)
{
	const struct values *v = &s->view->values;
	const struct score_field *f = &s->field[field];
	enum score_how how = f->how[level];
	int32_t sum = f->u[level];

	if (how == SCORE_PLACE)
		return place_frequency(s, sum, level, a, b);
	if (how == SCORE_FAMILY_HALF)
		sum += rarest_token(s, 1, &v->family[a], &v->family[b]);
	else
		sum += less(f->rarity[a & f->mask], f->rarity[b & f->mask]);
	return less(bounded(how == SCORE_VALUE ? sum : sum / 2), f->most);
}

/* Both names exact: how many have them together, if that is more than chance has it. */
static int32_t
joint_frequency(const struct joint *j, const struct comparison *c, int32_t apart)
{
	size_t at = joint_place(j, joint_key(c->a[j->given] + 1, c->a[j->family] + 1));

	return j->key[at] == 0 ? apart : less(apart, j->u + j->rarity[at]);
}

/* ---- the sum ---- */

static unsigned
class_of(const struct scorer *s, uint32_t a, uint32_t b)
{
	return model_class(s->model->classes, s->view->source[a], s->view->source[b]);
}

/* What is summed over the fields. */
struct sums {
	int32_t	total, boundary, free;
	int32_t	tf[NATURES];	/* of what total has, the frequencies */
};

/* What the frequency of a field adds, unless another field has told it already. */
static inline int32_t
frequency_of(const struct scorer *s, const struct comparison *c, unsigned f)
{
	unsigned level = pattern_level(c->pattern, f);

	if (s->field[f].how[level] == SCORE_NOTHING || model_told(s->model, c->pattern, f))
		return 0;
	return frequency(s, f, level, c->a[f], c->b[f]);
}

static inline int32_t
add_frequency(const struct scorer *s, const struct comparison *c, unsigned f, struct sums *sums)
{
	int32_t tf = frequency_of(s, c, f);

	sums->total += tf;
	sums->tf[s->field[f].nature] += tf;
	return tf;
}

/* What the frequencies of two exact names add as one, beside what they add apart. */
static int32_t
join_names(const struct scorer *s, const struct comparison *c)
{
	int32_t apart = frequency_of(s, c, (unsigned)s->joint->given) +
	    frequency_of(s, c, (unsigned)s->joint->family);

	return joint_frequency(s->joint, c, apart) - apart;
}

/* One field alone; what its weight and its frequency are goes to *weight and *tf. */
static void
add_field(const struct scorer *s, const struct comparison *c, unsigned f, struct sums *sums,
    int32_t *weight, int32_t *tf)
{
	unsigned level = pattern_level(c->pattern, f), row = model_row(s->model, c->pattern, f);
	const struct model_level *l;

	*weight = *tf = 0;
	if (level == LEVEL_NULL)
		return;
	l = &s->model->field[f].level[level];
	*weight = l->weight[row];
	sums->total += *weight;
	sums->boundary += l->household[row];
	sums->free += s->field[f].nature == NATURE_FREE ? *weight : 0;
	*tf = add_frequency(s, c, f, sums);
}

/* What the two names, the cap and the household add in the end, to the sum as well. */
struct rest {
	int32_t	prior, names, cap, household;
};

static inline struct rest
add_rest(const struct scorer *s, uint32_t a, uint32_t b, const struct comparison *c,
    struct sums *sums)
{
	const struct model *m = s->model;
	struct rest r = { .prior = m->prior[class_of(s, a, b)] };

	if (s->joint->of_pattern != 0 && (c->pattern & s->joint->of_pattern) == s->joint->exact)
		r.names = join_names(s, c);
	if (sums->free + sums->tf[NATURE_FREE] > m->cap_free)
		r.cap = m->cap_free - sums->free - sums->tf[NATURE_FREE];
	if (m->household)
		r.household = -fx_softplus(m->household_prior + sums->boundary +
		    sums->tf[NATURE_SHARED]);
	sums->total += r.prior + r.names + r.cap + r.household;
	return r;
}

/* Two fields at a time, and then the frequencies of those that agree, which are few. */
int32_t
score_comparison(const struct scorer *s, uint32_t a, uint32_t b, const struct comparison *c)
{
	struct sums sums = { 0 };
	uint32_t terms = 0;
	int32_t weight, tf;

	for (unsigned i = 0; 2 * i < s->model->fields; i++) {
		const struct score_two *two = &s->two[i][c->pattern >> 2 * LEVEL_BITS * i & 255];

		sums.total += two->weight;
		sums.boundary += two->household;
		sums.free += two->free;
		terms |= two->terms;
	}
	for (; terms != 0; terms &= terms - 1)
		(void)add_frequency(s, c, (unsigned)__builtin_ctz(terms), &sums);
	for (uint32_t left = s->children; left != 0; left &= left - 1)
		add_field(s, c, (unsigned)__builtin_ctz(left), &sums, &weight, &tf);
	(void)add_rest(s, a, b, c, &sums);
	return sums.total;
}

/* The same sum field by field. What both names add as one stands with the given name. */
void
score_explain(const struct scorer *s, uint32_t a, uint32_t b, const struct comparison *c,
    struct waterfall *parts)
{
	struct sums sums = { 0 };
	struct rest rest;

	*parts = (struct waterfall){ .total = 0 };
	for (unsigned f = 0; f < s->model->fields; f++)
		add_field(s, c, f, &sums, &parts->field[f], &parts->tf[f]);
	rest = add_rest(s, a, b, c, &sums);
	if (rest.names != 0)
		parts->tf[s->joint->given] += rest.names;
	parts->prior = rest.prior;
	parts->cap = rest.cap;
	parts->household = rest.household;
	parts->total = sums.total;
}

int32_t
score_nodes(const struct scorer *s, uint32_t a, uint32_t b)
{
	struct comparison c;

	compare_nodes(s->view, a, b, &c);
	return score_comparison(s, a, b, &c);
}
