/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/estimate_em.c: expectation and maximisation over three classes of pairs: matches,
 * members of one household, strangers (resolve 5.3, 5.4). Each step asks for every pattern how
 * likely each class is, from all comparisons and one prior, and then counts levels again.
 * Only + − × ÷, in the order of patterns: the same tallies give the same bits. */
#include "base/alloc.h"
#include "resolve/estimate_priv.h"
#include "resolve/known.h"

#include <string.h>

enum { STEPS_MOST = 200, CORRECT_EVERY = 5 };

#define STILL		1e-5	/* a share that moves by less has settled */
#define RATIO_LEAST	(1.0 / (1 << 20))	/* WEIGHT_LEAST and WEIGHT_MOST */
#define RATIO_MOST	(1.0 * (1 << 30))
#define FREE_MOST	(1.0 * (1 << 10))	/* resolve 5.5: caps */
#define SHARED_OF_HOUSEHOLD	0.8	/* start: of a household's pairs, in a field that one shares */
#define FREE_OF_HOUSEHOLD	0.2	/* in an attribute that may be of its address, and may be of a person */
#define TOO_LITTLE	1e-9	/* pairs: not worth a count */

static inline void
take_level(struct ratios *r, double match, double household, bool free)
{
	r->match *= match;
	r->household *= household;
	if (free) {
		r->free *= match;
		r->context *= household > 1 ? household : 1;
	}
}

struct ratios
em_ratios(const struct em *em, uint64_t levels)
{
	struct ratios r = { 1, 1, 1, 1 };

	for (unsigned i = 0; i < em->in->fields; i++) {
		const struct em_field *f = &em->field[i];
		unsigned level = pattern_level(levels, i), row = em_row(f, levels);

		take_level(&r, f->ratio_m[row][level], f->ratio_h[row][level], f->free);
	}
	return r;
}

/* 2 to the power of n: what a pair whose values are n bits rarer weighs more. */
static double
power(int n)
{
	return n >= 0 ? (double)(UINT64_C(1) << n) : 1 / (double)(UINT64_C(1) << -n);
}

/* Who has an attribute in common because of a context has it whatever its value is: as when pairs are
 * scored (context_frequency), a common value takes away no more than the attribute gave. */
static double
rarer_context(double context, int bits)
{
	double rarer = context * power(bits);

	return context <= 1 ? 1 : rarer < 1 ? 1 : rarer;
}

/* What the cap leaves of a match. Free fields go together among strangers more often than is seen, so
 * it is strangers that are likelier: beside what these fields say of a household as well. */
static double
under_cap(const struct em *em, double free)
{
	return em->capped && free > FREE_MOST ? FREE_MOST / free : 1;
}

struct ratios
em_rarer(const struct em *em, struct ratios r, struct rarity rare)
{
	double left = under_cap(em, r.free * power(rare.free));
	double context = rarer_context(r.context, rare.free);

	r.match *= power(rare.all) * left;
	if (em->lookalikes) {	/* they have in common what matches have */
		r.household *= power(rare.all) * under_cap(em, context);
		return r;
	}
	r.household *= power(rare.shared) / r.context * (context * left < 1 ? 1 : context * left);
	return r;
}

struct posterior
em_posterior(const struct em *em, struct ratios r, struct rarity rare, unsigned class)
{
	double lambda_h = em->household ? em->lambda_h : 0;
	double m, h, s = 1 - em->lambda[class] - lambda_h, sum;

	r = em_rarer(em, r, rare);
	m = em->lambda[class] * r.match;
	h = lambda_h * r.household;
	sum = m + h + s;
	return (struct posterior){ m / sum, h / sum, s / sum };
}

/* A verdict says whether it is a match; what it is else stays open. */
static struct posterior
with_verdict(struct posterior p, int verdict)
{
	double other = p.household + p.stranger;

	if (verdict > 0)
		return (struct posterior){ 1, 0, 0 };
	if (verdict < 0)
		return (struct posterior){ 0, p.household / other, p.stranger / other };
	return p;
}

/* ---- a step ---- */

enum { CELLS = FIELDS_MAX * MODEL_ROWS * LEVELS_MAX };

/* A level of a pattern that is not null: its place in the tables of a step. */
struct cell {
	uint16_t	at;
	uint8_t		field;
	bool		free;
};

struct both {
	double	match, household;
};

/* What the steps of a run go through again and again, side by side; the parents do not change meanwhile. */
struct steps {
	struct cell	*cell;		/* of one pattern after the other */
	size_t		*end;		/* of each pattern's */
	struct both	 ratio[CELLS], sum[CELLS];
};

static struct steps *
steps_new(const struct em *em)
{
	struct steps *s = mem_alloc(sizeof *s);
	size_t n = 0;

	s->cell = mem_alloc((em->patterns * em->in->fields + 1) * sizeof *s->cell);
	s->end = mem_alloc((em->patterns + 1) * sizeof *s->end);
	for (size_t p = 0; p < em->patterns; p++) {
		uint64_t levels = em->pattern[p].levels;

		for (unsigned i = 0; i < em->in->fields; i++) {
			unsigned level = pattern_level(levels, i), row = em_row(&em->field[i], levels);

			if (level != LEVEL_NULL)
				s->cell[n++] = (struct cell){
				    (uint16_t)((i * MODEL_ROWS + row) * LEVELS_MAX + level), (uint8_t)i,
				    em->field[i].free };
		}
		s->end[p] = n;
	}
	return s;
}

static void
steps_free(struct steps *s)
{
	mem_free(s->cell);
	mem_free(s->end);
	mem_free(s);
}

static void
take_ratios(struct steps *s, const struct em *em)
{
	struct both *to = s->ratio;

	for (unsigned i = 0; i < em->in->fields; i++)
		for (unsigned row = 0; row < MODEL_ROWS; row++)
			for (unsigned l = 0; l < LEVELS_MAX; l++)
				*to++ = (struct both){ em->field[i].ratio_m[row][l],
				    em->field[i].ratio_h[row][l] };
}

static void
put_sums(const struct steps *s, struct em *em)
{
	const struct both *from = s->sum;

	for (unsigned i = 0; i < em->in->fields; i++)
		for (unsigned row = 0; row < MODEL_ROWS; row++)
			for (unsigned l = 0; l < LEVELS_MAX; l++, from++) {
				em->field[i].sum_m.of[row][l] = from->match;
				em->field[i].sum_h.of[row][l] = from->household;
			}
}

/* As em_ratios: what is null is a factor of one. */
static struct ratios
find_ratios(const struct steps *s, const struct cell *cell, const struct cell *end)
{
	struct ratios r = { 1, 1, 1, 1 };

	for (; cell < end; cell++)
		take_level(&r, s->ratio[cell->at].match, s->ratio[cell->at].household, cell->free);
	return r;
}

/* all: what a household is like is counted of all its pairs, and none was chosen for agreeing. */
static void
count_levels(struct steps *s, const struct cell *cell, const struct cell *end, unsigned teaches,
    struct both n, bool all)
{
	for (; cell < end; cell++) {
		struct both *sum = &s->sum[cell->at];

		if ((teaches >> cell->field & 1) != 0)
			sum->match += n.match;
		if (all || (teaches >> cell->field & 1) != 0)
			sum->household += n.household;
	}
}

/* Who joins pairs across sources only says that each holds a thing once. What is alike inside one is a
 * series, as episodes of a show and sizes of a shoe are, and matches are not like those; unless a label
 * or a verdict knows better. */
static bool
teaches_matches(const struct em *em, const struct em_group *g)
{
	return !em->in->across || g->class + 1u == em->in->classes || g->fixed > 0;
}

static void
expect_pattern(struct em *em, struct steps *s, size_t p)
{
	struct em_pattern *pattern = &em->pattern[p];
	const struct cell *cell = s->cell + (p == 0 ? 0 : s->end[p - 1]), *end = s->cell + s->end[p];

	pattern->ratios = find_ratios(s, cell, end);
	for (size_t i = pattern->first; i < pattern[1].first; i++) {
		const struct em_group *g = &em->group[i];
		struct posterior z;
		struct both n;

		if (em_left_out(em, g->class) || (g->unmet && !em->unmet))
			continue;
		z = with_verdict(em_posterior(em, pattern->ratios, g->rare, g->class), g->fixed);
		n = (struct both){ teaches_matches(em, g) ? g->pairs * z.match : 0, g->pairs * z.household };
		if (n.match + n.household < TOO_LITTLE)
			continue;
		em->found[g->class] += n.match;
		em->found_all += n.match;
		em->found_h += n.household;
		em->found_h_of[g->class] += n.household;
		count_levels(s, cell, end, g->teaches, n, em->unmet && !em->lookalikes);
	}
}

static void
expect(struct em *em, struct steps *s)
{
	memset(em->found, 0, sizeof em->found);
	memset(em->found_h_of, 0, sizeof em->found_h_of);
	em->found_all = em->found_h = 0;
	memset(s->sum, 0, sizeof s->sum);
	take_ratios(s, em);
	for (size_t p = 0; p < em->patterns; p++)
		expect_pattern(em, s, p);
	put_sums(s, em);
}

void
em_mix(double share[LEVELS_MAX], const double count[LEVELS_MAX], const double prior[LEVELS_MAX],
    double prior_pairs, unsigned levels)
{
	double sum = prior_pairs;

	for (unsigned l = 0; l < levels; l++)
		sum += count[l];
	for (unsigned l = 0; l < levels; l++)
		share[l] = (count[l] + prior_pairs * prior[l]) / sum;
}

/* Over all rows first; a row of its own then starts from that. */
static void
mix_rows(const struct em_field *f, struct rows *share, const struct rows *count,
    const double prior[LEVELS_MAX])
{
	double all[LEVELS_MAX] = { 0 };

	for (unsigned row = 0; row < MODEL_ROWS; row++)
		for (unsigned l = 0; l < f->levels; l++)
			all[l] += count->of[row][l];
	em_mix(share->of[ROW_ALONE], all, prior, PRIOR_PAIRS, f->levels);
	for (unsigned row = em_first(f); row < ROW_ALONE; row = em_next(f, row))
		em_mix(share->of[row], count->of[row], share->of[ROW_ALONE], PRIOR_PAIRS, f->levels);
}

struct pool {			/* of levels next to each other in a chain */
	double		m, u;
	unsigned	end;
};

/* A level of the chain that weighs less than the one below it in the chain is pooled with it,
 * until none is left: both then have the ratio of their sums. */
static void
keep_chain(double m[LEVELS_MAX], const double u[LEVELS_MAX], enum field_type t)
{
	struct pool pool[LEVELS_MAX] = { { 0 } }, *last = pool;
	unsigned chain[LEVELS_MAX] = { 0 }, n = 0, at = 0;

	for (unsigned l = 0; l < field_levels(t); l++)
		if (l == 0 || field_level(t, l)->chain)
			chain[n++] = l;
	for (unsigned i = 0; i < n; i++, last++) {
		*last = (struct pool){ m[chain[i]], u[chain[i]], i + 1 };
		for (; last > pool && last->m * last[-1].u < last[-1].m * last->u; last--)
			last[-1] = (struct pool){ last[-1].m + last->m, last[-1].u + last->u, i + 1 };
	}
	for (const struct pool *p = pool; p < last; p++)
		for (; at < p->end; at++)
			m[chain[at]] = p->m * u[chain[at]] / p->u;
}

/* How often two of a household agree in what is their own beside chance: as namesakes and twins
 * do, or less often if that is what was counted. Never more: they would be matches. */
static double
own_more(const struct em_field *f, double chance, double most)
{
	double pairs = KNOWN_PAIRS, exact = KNOWN_PAIRS * (chance + most), more;

	for (unsigned row = 0; row < MODEL_ROWS; row++)
		for (unsigned l = 0; l < f->levels; l++) {
			pairs += f->sum_h.of[row][l];
			exact += l == f->top ? f->sum_h.of[row][l] : 0;
		}
	more = exact / pairs - chance;
	return more < 0 ? 0 : more > most ? most : more;
}

/* The other levels are among them as among strangers. A family gives nobody a name that one of them has, but to be
 * a namesake: chance, which has many agree where there are few names, has no part in it. */
static void
own_of_household(struct em_field *f, enum field_type t, const struct estimate_input *in)
{
	double most = t == FIELD_GIVEN ? in->namesake : t == FIELD_BIRTHDATE ? in->twin : 0;
	bool chance = t != FIELD_GIVEN;
	double more = own_more(f, chance ? f->u.of[ROW_ALONE][f->top] : 0, most);

	for (unsigned row = em_first(f); row < MODEL_ROWS; row = em_next(f, row)) {
		const double *u = f->u.of[row];
		double top = chance ? u[f->top] + more : more;

		top = top < 1 ? top : 1;
		for (unsigned l = 0; l < f->top; l++)
			f->h.of[row][l] = u[f->top] < 1 ? u[l] * (1 - top) / (1 - u[f->top]) : 0;
		f->h.of[row][f->top] = top;
	}
}

/* So many have it in common because of the household; the others as strangers do. */
static void
shared_start(const struct em_field *f, double share, double start[LEVELS_MAX])
{
	const double *u = f->u.of[ROW_ALONE];

	for (unsigned l = 0; l < f->levels; l++)
		start[l] = (1 - share) * u[l];
	start[f->top] += share;
}

/* Where no household will teach it: they write what they share no better than one person does. */
static void
shared_guess(const struct em_field *f, double share, double start[LEVELS_MAX])
{
	const double *u = f->u.of[ROW_ALONE];
	double alike = 1 - f->start[0];

	for (unsigned l = 0; l < f->levels; l++)
		start[l] = (1 - share) * u[l] + (l > 0 ? share * f->start[l] / alike : 0);
}

/* Beside a household, an attribute may be of its address; beside those who merely share a context, which
 * needs no household, what is not commonplace says nothing of them before it is seen to. Nor does an
 * identifier, which is one person's until families are seen to use it together: a card, an insurance. */
static double
shared_at_first(const struct em *em, unsigned field)
{
	switch (em->in->field[field].nature) {
	case NATURE_SHARED:
		return SHARED_OF_HOUSEHOLD;
	case NATURE_FREE:
		return em->field[field].common ? SHARED_OF_HOUSEHOLD : em->capped ? FREE_OF_HOUSEHOLD : 0;
	default:
		return 0;
	}
}

static void
learn_household(struct em *em, unsigned field)
{
	struct em_field *f = &em->field[field];
	enum nature nature = em->in->field[field].nature;
	enum field_type type = em->in->field[field].type;
	double start[LEVELS_MAX];

	if (nature == NATURE_PERSONAL && !em_lent(em, field)) {
		own_of_household(f, type, em->in);
		return;
	}
	if (em->guess && nature == NATURE_SHARED)
		shared_guess(f, known_household(type), start);
	else
		shared_start(f, shared_at_first(em, field), start);
	mix_rows(f, &f->h, &f->sum_h, start);
}

static void
learn_lookalikes(struct em *em, unsigned field)
{
	struct em_field *f = &em->field[field];

	if (em->apart == field)
		f->h = f->u;
	else
		mix_rows(f, &f->h, &f->sum_h, f->held.of[ROW_ALONE]);
}

static double
bounded(double a, double b)
{
	if (a < b * RATIO_LEAST)
		return RATIO_LEAST;
	return a > b * RATIO_MOST ? RATIO_MOST : a / b;
}

static void
renew_field(struct em_field *f)
{
	for (unsigned row = em_first(f); row < MODEL_ROWS; row = em_next(f, row)) {
		for (unsigned l = 0; l < f->levels; l++) {
			f->ratio_m[row][l] = bounded(f->m.of[row][l], f->u.of[row][l]);
			f->ratio_h[row][l] = bounded(f->h.of[row][l], f->u.of[row][l]);
		}
		f->ratio_m[row][LEVEL_NULL] = f->ratio_h[row][LEVEL_NULL] = 1;
	}
}

void
em_renew(struct em *em)
{
	for (unsigned i = 0; i < em->in->fields; i++)
		renew_field(&em->field[i]);
}

void
em_ask(struct em *em)
{
	for (size_t p = 0; p < em->patterns; p++)
		em->pattern[p].ratios = em_ratios(em, em->pattern[p].levels);
}

void
em_start(struct em *em)
{
	for (unsigned i = 0; i < em->in->fields; i++) {
		struct em_field *f = &em->field[i];

		for (unsigned row = 0; row < MODEL_ROWS; row++)
			memcpy(f->m.of[row], f->start, sizeof f->start);
		f->held = f->m;
		memset(&f->sum_h, 0, sizeof f->sum_h);
		learn_household(em, i);
		renew_field(f);
	}
}

/* Matches may differ in what is a person's own and in their family name, but most do not: else what agrees on
 * a place or a time alone would pass for them. */
static void
keep_own(double m[LEVELS_MAX], unsigned levels, double most)
{
	double rest = 0;

	if (m[0] <= most)
		return;
	for (unsigned l = 1; l < levels; l++)
		rest += m[l];
	for (unsigned l = 1; l < levels; l++)
		m[l] *= (1 - most) / rest;
	m[0] = most;
}

/* The share of matches that may differ in a field. */
static double
most_differ(const struct em *em, unsigned field)
{
	const struct field *f = &em->in->field[field];

	if (f->nature == NATURE_PERSONAL)
		return em->own_most;
	return f->type == FIELD_FAMILY || (em->own >> field & 1) != 0 ? DIFFER_MOST : 1;
}

/* What matches and those of one context have alike: together they say how often. */
static void
pool_classes(struct em_field *f)
{
	for (unsigned row = 0; row < MODEL_ROWS; row++)
		for (unsigned l = 0; l < f->levels; l++)
			f->sum_m.of[row][l] += f->sum_h.of[row][l];
}

static void
maximise(struct em *em)
{
	for (unsigned i = 0; i < em->in->fields; i++) {
		struct em_field *f = &em->field[i];
		const struct field *field = &em->in->field[i];
		bool pooled = em->across && (em->own >> i & 1) == 0;

		if (pooled)
			pool_classes(f);
		if (em->hold_m)
			f->m = f->held;
		else
			mix_rows(f, &f->m, &f->sum_m, f->start);
		if (em->hold_h)
			memset(&f->sum_h, 0, sizeof f->sum_h);
		for (unsigned row = em_first(f); row < MODEL_ROWS; row = em_next(f, row)) {
			keep_own(f->m.of[row], f->levels, most_differ(em, i));
			keep_chain(f->m.of[row], f->u.of[row], field->type);
		}
		if (em->lookalikes)
			learn_lookalikes(em, i);
		else if (em->across)
			f->h = pooled ? f->m : f->u;
		else
			learn_household(em, i);
		renew_field(f);
	}
	prior_renew(em);
}

static double
distance(double a, double b)
{
	return a < b ? b - a : a - b;
}

static bool
same_shares(const struct em_field *a, const struct em_field *b)
{
	for (unsigned row = em_first(a); row < MODEL_ROWS; row = em_next(a, row))
		for (unsigned l = 0; l < a->levels; l++)
			if (distance(a->m.of[row][l], b->m.of[row][l]) > STILL)
				return false;
	return true;
}

/* Whether the step moved nothing that matters. */
static bool
settled(const struct em *em, const struct em_field before[FIELDS_MAX], double lambda,
    double lambda_h)
{
	if (distance(em->lambda_all, lambda) > STILL * lambda ||
	    (em->household && distance(em->lambda_h, lambda_h) > STILL * lambda_h))
		return false;
	for (unsigned i = 0; i < em->in->fields; i++)
		if (!same_shares(&em->field[i], &before[i]))
			return false;
	return true;
}

void
em_run(struct em *em)
{
	struct em_field before[FIELDS_MAX];
	struct steps *s = steps_new(em);
	double lambda, lambda_h;
	unsigned step = 0;

	do {
		memcpy(before, em->field, sizeof before);
		lambda = em->lambda_all;
		lambda_h = em->lambda_h;
		expect(em, s);
		if (step % CORRECT_EVERY == 0 && !em->hold_u)
			u_correct(em);
		maximise(em);
		em->steps++;
	} while (++step < STEPS_MOST && !settled(em, before, lambda, lambda_h));
	steps_free(s);
	if (!em->hold_u)
		u_correct(em);
	maximise(em);
}
