/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/score.c: weights of levels, of frequencies and of the household, added up. */
#include "base/attr.h"
#include "base/cache.h"
#include "resolve/fx.h"
#include "resolve/joint.h"
#include "resolve/level.h"
#include "resolve/model.h"
#include "resolve/score.h"
#include "resolve/view.h"

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

/* ---- frequencies ---- */

ALWAYS_INLINE int32_t
adds(const struct score_term *t, int32_t sum)
{
	return more(less(sum, t->most), SCORE_TF_LEAST);
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

/* The rarest word that two family names share. */
NOINLINE int32_t
rarest_word(const struct scorer *s, const struct name_row *a, const struct name_row *b)
{
	int32_t best = 0;

	for (unsigned i = 0; i < a->count; i++)
		for (unsigned j = 0; j < b->count; j++)
			if (a->token[i] == b->token[j])
				best = more(best, s->family_rarity[a->token[i]]);
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
	if (t->how == SCORE_WORDS)
		return words_rarity(v, a, b, t->u, level);
	if (t->how != SCORE_FAMILY_HALF)
		return value_frequency(t, a, b);
	return adds(t, (t->u + rarest_word(s, &v->family[a], &v->family[b])) / 2);
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

/* Who has an attribute in common because of a context, or a number because of a family, has it whatever
 * its value is: there the value counts for them as it does for a match. */
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
	sums->free += nature == NATURE_FREE ? tf : 0;
	sums->boundary += nature == NATURE_SHARED ? tf :
	    s->term[f][0].context ? context_frequency(s, c, f, tf) : 0;
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

/* What free fields add to a household, which is what a cap can take from it. */
NOINLINE int32_t
context_free(const struct scorer *s, const struct comparison *c)
{
	int32_t all = 0;

	for (unsigned f = 0; f < s->model->fields; f++) {
		struct sums sums = { 0 };
		int32_t weight, tf;

		if (s->view->field[f].nature != NATURE_FREE)
			continue;
		add_field(s, c, f, &sums, &weight, &tf);
		all += sums.boundary > 0 ? sums.boundary : 0;
	}
	return all;
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
	sums->boundary += r.names;
	if (sums->free > m->cap_free)
		r.cap = m->cap_free - sums->free;
	if (r.cap < 0 && m->household)
		sums->boundary -= less(-r.cap, context_free(s, c));
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

/* What the levels add, two fields at a time. */
ALWAYS_INLINE score_two
add_levels(const struct scorer *s, uint64_t pattern)
{
	score_two all = { 0 };

	for (const score_two (*two)[SCORE_TWO_LEVELS] = s->two; two < s->two + s->twos;
	    two++, pattern >>= 2 * LEVEL_BITS)
		all += (*two)[pattern & (SCORE_TWO_LEVELS - 1)];
	return all;
}

/* And then the frequencies of the fields that agree, which are few, and all the rest. */
ALWAYS_INLINE struct sums
add_frequencies(const struct scorer *s, struct node_pair pair, const struct comparison *c,
    score_two all)
{
	static const score_two counts[NATURES] = { [NATURE_PERSONAL] = { -1, 0, 0, 0 },
	    [NATURE_SHARED] = { -1, -1, 0, 0 }, [NATURE_FREE] = { -1, 0, -1, 0 } };	/* where */
	struct sums sums;

	for (uint32_t terms = (uint32_t)all[TWO_TERMS]; terms != 0; terms &= terms - 1) {
		unsigned f = (unsigned)__builtin_ctz(terms);
		const struct score_term *t = &s->term[f][pattern_level(c->pattern, f)];
		int32_t tf = LIKELY(t->plain) ? value_frequency(t, c->a[f], c->b[f]) :
		    frequency_told(s, c, f);

		all += (score_two){ tf, tf, tf, tf } & counts[t->nature];
		if (UNLIKELY(t->context))
			all[TWO_HOUSEHOLD] += context_frequency(s, c, f, tf);
	}
	sums = (struct sums){ all[TWO_WEIGHT], all[TWO_HOUSEHOLD], all[TWO_FREE] };
	if (s->children != 0)
		sums = add_children(s, c, sums);
	(void)add_rest(s, pair.a, pair.b, c, &sums);
	return sums;
}

int32_t
score_comparison(const struct scorer *s, uint32_t a, uint32_t b, const struct comparison *c)
{
	return add_frequencies(s, (struct node_pair){ a, b }, c, add_levels(s, c->pattern)).total;
}

uint32_t
score_household(const struct scorer *s, uint32_t a, uint32_t b, const struct comparison *c)
{
	return !s->model->household ? 0 : fx_probability(s->model->household_prior +
	    add_frequencies(s, (struct node_pair){ a, b }, c, add_levels(s, c->pattern)).boundary);
}

/* Pairs of one node follow each other, so that its source is at hand. */
ALWAYS_INLINE void
expect_source(const struct scorer *s, struct node_pair pair)
{
	cache_expect(&s->view->source[pair.b]);
}

/* Of most addresses that agree the home does. */
ALWAYS_INLINE void
expect_home(const struct scorer *s, uint32_t place)
{
	uint32_t home = s->view->values.place[place].home;

	if (home != VALUE_NONE)
		cache_expect(&s->part_rarity[home]);
}

/* Two values that are the same, as most that agree, have one frequency. */
ALWAYS_INLINE void
expect_frequencies(const struct scorer *s, const struct comparison *c, uint32_t terms)
{
	for (; terms != 0; terms &= terms - 1) {
		unsigned f = (unsigned)__builtin_ctz(terms);
		const struct score_term *t = &s->term[f][pattern_level(c->pattern, f)];

		if (t->plain)
			cache_expect(&t->rarity[c->a[f] & t->mask]);
		else if (t->how == SCORE_PLACE)
			expect_home(s, c->a[f]);
	}
}

/* Frequencies stand anywhere in memory: they come while the levels of others are added up. */
void
score_pairs(const struct scorer *s, const struct node_pair *pair, const struct comparison *c,
    uint32_t which, int32_t *weight)
{
	score_two levels[COMPARE_MOST];

	for (uint32_t left = which; left != 0; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctz(left);

		expect_source(s, pair[i]);
		levels[i] = add_levels(s, c[i].pattern);
		expect_frequencies(s, &c[i], (uint32_t)levels[i][TWO_TERMS]);
	}
	for (uint32_t left = which; left != 0; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctz(left);

		weight[i] = add_frequencies(s, pair[i], &c[i], levels[i]).total;
	}
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
