/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/score.c: weights of levels, of frequencies and of the household, added up. */
#include "base/alloc.h"
#include "base/attr.h"
#include "resolve/dict.h"
#include "resolve/fx.h"
#include "resolve/joint.h"
#include "resolve/level.h"
#include "resolve/model.h"
#include "resolve/score.h"
#include "resolve/view.h"

enum {
	GIVEN_SWAPPED = 2,		/* a level of given names */
	TF_LEAST = -6000, TF_MOST = 8000,	/* what a frequency may add (resolve 4.6) */
	TF_FLOOR = 4,				/* of holders, where no model says it */
	FEW_HOLDERS = 256,		/* of a value, as most have */
	FLOOR_OWN = 2,			/* holders of what a person has for himself */
	AGREEING = 2			/* records of a pair */
};

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

/* ---- tables ---- */

/* −log2 of the share of others who hold a value among records. Most values have few holders, so that the logarithms
 * of small numbers serve nearly all of them. */
struct logs {
	int32_t		few[FEW_HOLDERS];
	uint64_t	records;
};

/* Holders beside the two records that agree: whether a value is rare is for the others to say. One
 * is taken for granted. */
static uint32_t
others(uint32_t holders)
{
	return holders > AGREEING ? holders - AGREEING : 1;
}

static void
logs_make(struct logs *l, uint64_t records)
{
	l->records = records;
	for (uint32_t i = 0; i < FEW_HOLDERS; i++)
		l->few[i] = fx_log2_ratio(records, others(i));
}

static int32_t
rarity(const struct logs *l, uint32_t holders)
{
	return holders < FEW_HOLDERS ? l->few[holders] :
	    fx_log2_ratio(l->records, others(holders));
}

static int32_t *
rarities(const uint32_t *holders, uint32_t count, uint64_t records)
{
	int32_t *out = mem_alloc(((size_t)count + 1) * sizeof *out);
	struct logs logs;

	logs_make(&logs, records);
	for (uint32_t i = 0; i < count; i++)
		out[i] = rarity(&logs, holders[i]);
	return out;
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
	return t == FIELD_IDENTIFIER || t == FIELD_EMAIL || t == FIELD_PHONE || t == FIELD_MAILBOX ||
	    t == FIELD_TELEPHONE;
}

/* Records whose values a frequency is a share of. */
static uint64_t
counted(const struct view *w, const struct field *f)
{
	return own_value(f->type) ? w->counted : f->records;
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
	int32_t most = fx_log2(share * (double)n / (double)least);
	int32_t w = fx_log2(share * (double)n / (double)others((uint32_t)holders));

	most = less(more(most, 0), most_of(f->type));
	w = more(less(w, most), TF_LEAST);
	return (w + (w < 0 ? -FX_BIT / 2 : FX_BIT / 2)) / FX_BIT;
}

static void
kind_rarity(struct scorer *s, const struct field *f)
{
	const struct values *v = &s->view->values;
	const struct dict *d = v->facts->dict[f->kind];
	struct logs logs;

	/* Attributes and identifiers of all types share a table: each value has one type, so each
	 * place is filled by the field it belongs to. */
	if (d == NULL)
		return;
	if (s->rarity[f->kind] == NULL)
		s->rarity[f->kind] = mem_zero((size_t)dict_count(d) + 1, sizeof **s->rarity);
	logs_make(&logs, counted(s->view, f));
	for (uint32_t i = 0; i < dict_count(d); i++)
		if (!fact_has_type(f->kind) || v->facts->type[f->kind][i] == f->fact_type)
			s->rarity[f->kind][i] = rarity(&logs, v->holders[f->kind][i]);
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

/* What a frequency may add at a level where it stands against u: as much as that of a value that as
 * few hold as can be told apart, and nothing in a file so small that chance does not make as many
 * agree. */
static int32_t
most_at(const struct scorer *s, const struct field *f, enum score_how how, int32_t u)
{
	int32_t rarest = u + fx_log2_ratio(counted(s->view, f),
	    own_value(f->type) ? FLOOR_OWN : s->model->tf_floor);

	if (how == SCORE_VALUE_HALF || how == SCORE_FAMILY_HALF)
		rarest /= 2;
	return less(more(rarest, 0), most_of(f->type));
}

/* The frequency at a level stands against the share of the level, or of the exact one where a
 * part of the frequency is taken. */
static void
field_make(struct scorer *s, unsigned f)
{
	const struct field *of = &s->view->field[f];
	const struct model_field *m = &s->model->field[f];
	bool date = of->kind == FACT_BIRTHDATE;

	for (unsigned l = 0; l < field_levels(of->type); l++) {
		enum score_how how = m->plain >> l & 1 ? SCORE_NOTHING : how_of(of->type, l);
		bool full = field_level(of->type, l)->tf == TF_FULL;
		int32_t u = fx_log2(m->level[full ? l : field_top(of->type)].u);

		s->term[f][l] = (struct score_term){
			.rarity = date ? s->day_rarity : s->rarity[of->kind],
			.mask = date ? ~DATE_UNSURE : UINT32_MAX,
			.u = u,
			.most = most_at(s, of, how, u),
			.how = (uint8_t)how,
			.half = how != SCORE_VALUE,
			.plain = (how == SCORE_VALUE || how == SCORE_VALUE_HALF) && m->tellers == 0 &&
			    of->nature != NATURE_FREE,
			.nature = (uint8_t)of->nature };
	}
	if (m->parent >= 0)
		s->children |= 1u << f;
	if (m->tellers != 0)
		s->told |= 1u << f;
}

static void
two_add(const struct scorer *s, score_two *out, unsigned f, unsigned level)
{
	const struct model_level *l;

	if (f >= s->model->fields || level >= LEVELS_MAX || s->children >> f & 1)
		return;
	l = &s->model->field[f].level[level];
	(*out)[TWO_WEIGHT] += l->weight[ROW_ALONE];
	(*out)[TWO_HOUSEHOLD] += l->household[ROW_ALONE];
	if (s->view->field[f].nature == NATURE_FREE)
		(*out)[TWO_FREE] += l->weight[ROW_ALONE];
	if (s->term[f][level].how != SCORE_NOTHING)
		(*out)[TWO_TERMS] |= 1 << f;
}

/* All pairs of levels of all pairs of neighbours, so that half as many sums are left for each pair
 * of records. */
static void
twos_make(struct scorer *s)
{
	s->twos = (s->model->fields + 1) / 2;
	for (unsigned i = 0; i < SCORE_TWOS; i++)
		for (unsigned levels = 0; levels < SCORE_TWO_LEVELS; levels++) {
			two_add(s, &s->two[i][levels], 2 * i, levels & 15);
			two_add(s, &s->two[i][levels], 2 * i + 1, levels >> LEVEL_BITS);
		}
}

static int32_t *
token_rarities(const struct scorer *s, int role)
{
	const struct values *v = &s->view->values;
	int32_t *out = mem_alloc(((size_t)v->token_count + 1) * sizeof *out);
	struct logs logs;

	logs_make(&logs, records_of(s->view, role == 0 ? FIELD_GIVEN : FIELD_FAMILY));
	for (uint32_t i = 0; i < v->token_count; i++)
		out[i] = rarity(&logs, v->token[i].holders[role]);
	return out;
}

static int32_t *
day_rarities(const struct scorer *s)
{
	enum { DAYS = 10000 << 9 };
	const struct values *v = &s->view->values;
	int32_t *out = mem_zero(DAYS, sizeof *out);
	struct logs logs;

	logs_make(&logs, records_of(s->view, FIELD_BIRTHDATE));
	for (uint32_t i = 0; i < DAYS; i++)
		if (v->days[i] > 0)
			out[i] = rarity(&logs, v->days[i]);
	return out;
}

void
scorer_make(struct scorer *s, const struct view *w, const struct model *m)
{
	const struct values *v = &w->values;

	*s = (struct scorer){ .view = w, .model = m };
	for (unsigned f = 0; f < w->fields; f++)
		kind_rarity(s, &w->field[f]);
	s->part_rarity = rarities(v->part_holders, v->part_count,
	    records_of(w, w->of_type[FIELD_PLACE] >= 0 ? FIELD_PLACE : FIELD_EMAIL));
	for (int role = 0; role < 2; role++)
		s->token_rarity[role] = token_rarities(s, role);
	s->day_rarity = day_rarities(s);
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
	joint_free(s->joint);
	*s = (struct scorer){ 0 };
}

/* ---- frequencies ---- */

ALWAYS_INLINE int32_t
adds(const struct score_term *t, int32_t sum)
{
	return more(less(sum, t->most), TF_LEAST);
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
		return x->street != VALUE_NONE ? x->street : x->building;
	case 2:
		return x->postcode;
	default:
		return x->locality == y->locality && x->locality != VALUE_NONE ? x->locality :
		    x->prefix;
	}
}

/* The parts may be close only: the more frequent one counts, whichever address is first. */
NOINLINE int32_t
place_frequency(const struct scorer *s, const struct score_term *t, unsigned level, uint32_t a,
    uint32_t b)
{
	const struct place_row *x = &s->view->values.place[a], *y = &s->view->values.place[b];
	uint32_t part_x = decisive_part(x, y, level), part_y = decisive_part(y, x, level);

	if (part_x == VALUE_NONE || part_y == VALUE_NONE)
		return 0;
	return adds(t, t->u + less(s->part_rarity[part_x], s->part_rarity[part_y]));
}

/* The rarest token that two names share. */
NOINLINE int32_t
rarest_token(const struct scorer *s, int role, const struct name_row *a, const struct name_row *b)
{
	int32_t best = 0;

	for (unsigned i = 0; i < a->count; i++)
		for (unsigned j = 0; j < b->count; j++)
			if (a->token[i] == b->token[j])
				best = more(best, s->token_rarity[role][a->token[i]]);
	return best;
}

/* Of two values, of which the more frequent one counts. */
ALWAYS_INLINE int32_t
value_frequency(const struct score_term *t, uint32_t a, uint32_t b)
{
	int32_t all = t->u + less(t->rarity[a & t->mask], t->rarity[b & t->mask]);
	int32_t half = all / 2;

	return adds(t, t->half ? half : all);
}

/* What the frequency of what agrees adds at this level of a field, which is not SCORE_NOTHING. */
NOINLINE int32_t
frequency(const struct scorer *s, unsigned field, unsigned level, uint32_t a, uint32_t b)
{
	const struct values *v = &s->view->values;
	const struct score_term *t = &s->term[field][level];

	if (t->how == SCORE_PLACE)
		return place_frequency(s, t, level, a, b);
	if (t->how != SCORE_FAMILY_HALF)
		return value_frequency(t, a, b);
	return adds(t, (t->u + rarest_token(s, 1, &v->family[a], &v->family[b])) / 2);
}

/* ---- the sum ---- */

static unsigned
class_of(const struct scorer *s, uint32_t a, uint32_t b)
{
	return model_class(s->model->classes, s->view->source[a], s->view->source[b]);
}

static int32_t
prior_of(const struct scorer *s, uint32_t a, uint32_t b)
{
	return s->model->prior[class_of(s, a, b)];
}

/* What is summed over the fields, and of frequencies those of shared ones with the boundary, of free
 * ones with these. */
struct sums {
	int32_t	total, boundary, free;
};

/* What the frequency of a field adds at a level where it says something, unless another field has
 * told it already. */
static int32_t
frequency_told(const struct scorer *s, const struct comparison *c, unsigned f)
{
	if (UNLIKELY(s->told >> f & 1) && model_told(s->model, c->pattern, f))
		return 0;
	return frequency(s, f, pattern_level(c->pattern, f), c->a[f], c->b[f]);
}

ALWAYS_INLINE int32_t
frequency_of(const struct scorer *s, const struct comparison *c, unsigned f)
{
	const struct score_term *t = &s->term[f][pattern_level(c->pattern, f)];

	if (LIKELY(t->plain))
		return value_frequency(t, c->a[f], c->b[f]);
	return t->how == SCORE_NOTHING ? 0 : frequency_told(s, c, f);
}

/* What the frequencies of two exact names add as one, beside what they add apart, if more have them
 * together than chance has it. */
NOINLINE int32_t
join_names(const struct scorer *s, const struct comparison *c)
{
	const struct joint *j = s->joint;
	int32_t together, apart;

	if (!joint_find(j, c->a[j->given], c->a[j->family], &together))
		return 0;
	apart = frequency_of(s, c, (unsigned)j->given) + frequency_of(s, c, (unsigned)j->family);
	return less(apart, together) - apart;
}

/* Who has an attribute in common because of a context has it whatever its value is: there the value
 * counts for the context as it does for a match. */
NOINLINE int32_t
context_frequency(const struct scorer *s, const struct comparison *c, unsigned f, int32_t tf)
{
	int32_t context;

	if (!s->model->household)
		return 0;
	context = s->model->field[f].level[pattern_level(c->pattern, f)].household[
	    model_row(s->model, c->pattern, f)];
	return context > 0 ? more(tf, -context) : 0;
}

static void
add_frequency(const struct scorer *s, const struct comparison *c, unsigned f, struct sums *sums,
    int32_t tf)
{
	enum nature nature = s->view->field[f].nature;

	sums->total += tf;
	sums->boundary += nature == NATURE_SHARED ? tf : 0;
	if (nature != NATURE_FREE)
		return;
	sums->free += tf;
	sums->boundary += context_frequency(s, c, f, tf);
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
	sums->free += s->view->field[f].nature == NATURE_FREE ? *weight : 0;
	*tf = frequency_of(s, c, f);
	add_frequency(s, c, f, sums, *tf);
}

/* What e-mail addresses and telephone numbers add beyond their cap. */
NOINLINE int32_t
contact_over(const struct scorer *s, const struct comparison *c)
{
	int64_t all = 0;

	for (unsigned f = 0; f < s->model->fields; f++) {
		enum field_type t = s->view->field[f].type;
		struct sums sums = { 0 };
		int32_t weight, tf;

		if (t != FIELD_EMAIL && t != FIELD_PHONE)
			continue;
		add_field(s, c, f, &sums, &weight, &tf);
		all += sums.total;
	}
	return all > s->model->cap_contact ? (int32_t)(all - s->model->cap_contact) : 0;
}

/* What the two names, the cap and the household add in the end, to the sum as well. */
struct rest {
	int32_t	prior, names, cap, household;
};

ALWAYS_INLINE struct rest
add_rest(const struct scorer *s, uint32_t a, uint32_t b, const struct comparison *c,
    struct sums *sums)
{
	const struct model *m = s->model;
	struct rest r = { .prior = prior_of(s, a, b) };

	if (s->joint->of_pattern != 0 && (c->pattern & s->joint->of_pattern) == s->joint->exact)
		r.names = join_names(s, c);
	if (sums->free > m->cap_free)
		r.cap = m->cap_free - sums->free;
	if (m->contact_capped)
		r.cap -= contact_over(s, c);
	if (m->household)
		r.household = -fx_softplus(m->household_prior + sums->boundary);
	sums->total += r.prior + r.names + r.cap + r.household;
	return r;
}

/* What fields with a parent add. */
NOINLINE struct sums
add_children(const struct scorer *s, const struct comparison *c, struct sums sums)
{
	int32_t weight, tf;

	for (uint32_t left = s->children; left != 0; left &= left - 1)
		add_field(s, c, (unsigned)__builtin_ctz(left), &sums, &weight, &tf);
	return sums;
}

/* Two fields at a time, and then the frequencies of those that agree, which are few. */
int32_t
score_comparison(const struct scorer *s, uint32_t a, uint32_t b, const struct comparison *c)
{
	static const score_two counts[NATURES] = { [NATURE_PERSONAL] = { -1, 0, 0, 0 },
	    [NATURE_SHARED] = { -1, -1, 0, 0 }, [NATURE_FREE] = { -1, 0, -1, 0 } };	/* where */
	score_two all = { 0 };
	uint64_t pattern = c->pattern;
	struct sums sums;

	for (const score_two (*two)[SCORE_TWO_LEVELS] = s->two; two < s->two + s->twos;
	    two++, pattern >>= 2 * LEVEL_BITS)
		all += (*two)[pattern & (SCORE_TWO_LEVELS - 1)];
	for (uint32_t terms = (uint32_t)all[TWO_TERMS]; terms != 0; terms &= terms - 1) {
		unsigned f = (unsigned)__builtin_ctz(terms);
		const struct score_term *t = &s->term[f][pattern_level(c->pattern, f)];
		int32_t tf = LIKELY(t->plain) ? value_frequency(t, c->a[f], c->b[f]) :
		    frequency_told(s, c, f);

		all += (score_two){ tf, tf, tf, tf } & counts[t->nature];
		if (UNLIKELY(t->nature == NATURE_FREE))
			all[TWO_HOUSEHOLD] += context_frequency(s, c, f, tf);
	}
	sums = (struct sums){ all[TWO_WEIGHT], all[TWO_HOUSEHOLD], all[TWO_FREE] };
	if (s->children != 0)
		sums = add_children(s, c, sums);
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
score_field(const struct scorer *s, const struct comparison *c, unsigned f)
{
	struct sums sums = { 0 };
	int32_t weight, tf;

	add_field(s, c, f, &sums, &weight, &tf);
	return weight + tf;
}

int32_t
score_nodes(const struct scorer *s, uint32_t a, uint32_t b)
{
	UNCLEARED struct comparison c;

	compare_nodes(s->view, a, b, &c);
	return score_comparison(s, a, b, &c);
}
