/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/estimate_test.c: shares and priors are found again in pairs that were made from
 * known ones, and nothing that a file may hold makes them other than finite. */
#include "base/alloc.h"
#include "resolve/estimate.h"
#include "tap.h"

enum { FIELDS = 7, RULES = 7, ROOM = 1 << 21 };

/* What a simulated file is made of: shares by level among matches, households, strangers. */
struct truth {
	struct field	field[FIELDS_MAX];
	unsigned	fields;
	double		m[FIELDS_MAX][LEVELS_MAX], u[FIELDS_MAX][LEVELS_MAX], h[FIELDS_MAX][LEVELS_MAX];
	double		null;		/* share of comparisons without a value */
	uint16_t	rule[RULES];	/* fields that are all exact */
	unsigned	rules;
	uint64_t	records, matches, households, random;
	uint64_t	covered;	/* households that some rule finds */
	unsigned	keep;		/* one sampled pair in so many */
};

struct simulated {
	struct tally		*sampled, *strangers;
	size_t			 sampled_count, stranger_count;
	struct estimate_input	 in;
};

static uint64_t state;

static uint64_t
draw(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static double
uniform(void)
{
	return (double)(draw() >> 11) / (double)(UINT64_C(1) << 53);
}

static unsigned
level_drawn(const double share[LEVELS_MAX], unsigned levels)
{
	double x = uniform();

	for (unsigned l = 0; l + 1 < levels; l++) {
		if (x < share[l])
			return l;
		x -= share[l];
	}
	return levels - 1;
}

/* The levels of a pair; the fields in `exact` agree because a rule asked for it. */
static uint64_t
pair_drawn(struct truth *t, double (*share)[LEVELS_MAX], uint16_t exact)
{
	uint64_t pattern = 0;

	for (unsigned f = 0; f < t->fields; f++) {
		unsigned level = exact >> f & 1 ? field_top(t->field[f].type) :
		    uniform() < t->null ? LEVEL_NULL :
		    level_drawn(share[f], field_levels(t->field[f].type));

		pattern = pattern_set(pattern, f, level);
	}
	return pattern;
}

static uint64_t
mask_of(const struct truth *t, uint64_t pattern)
{
	uint64_t mask = 0;

	for (unsigned r = 0; r < t->rules; r++) {
		bool holds = true;

		for (unsigned f = 0; f < t->fields; f++)
			if (t->rule[r] >> f & 1)
				holds &= pattern_level(pattern, f) == field_top(t->field[f].type);
		mask |= (uint64_t)holds << r;
	}
	return mask;
}

static void
add(const struct truth *t, struct simulated *s, uint64_t pattern)
{
	uint64_t mask = mask_of(t, pattern);

	if (mask != 0 && s->sampled_count < ROOM && draw() % t->keep == 0)
		s->sampled[s->sampled_count++] = (struct tally){ pattern, mask,
		    256 * t->keep, 1, 0, 0, { 0, 0, 0 } };
}

static double
all_pairs(const struct truth *t)
{
	return (double)t->records * (double)(t->records - 1) / 2;
}

/* Strangers that a rule brings together: as many as there are by chance, and each under the
 * first of its rules. */
static void
add_strangers(struct truth *t, struct simulated *s, unsigned r)
{
	double expected = all_pairs(t);

	for (unsigned f = 0; f < t->fields; f++)
		if (t->rule[r] >> f & 1)
			expected *= t->u[f][field_top(t->field[f].type)] * (1 - t->null);
	for (double i = 0; i < expected; i++) {
		uint64_t pattern = pair_drawn(t, t->u, t->rule[r]);

		if ((mask_of(t, pattern) & ((UINT64_C(1) << r) - 1)) == 0)
			add(t, s, pattern);
	}
}

/* Any two records: matches and households are among them. */
static uint64_t
random_pair(struct truth *t)
{
	double x = uniform() * all_pairs(t);

	if (x < (double)t->matches)
		return pair_drawn(t, t->m, 0);
	return pair_drawn(t, x < (double)(t->matches + t->households) ? t->h : t->u, 0);
}

/* As counting the values of the file would give it: matches and households are in it. */
static double
exact_share(const struct truth *t, unsigned f)
{
	unsigned top = field_top(t->field[f].type);
	double all = all_pairs(t), m = (double)t->matches, h = (double)t->households;

	return (t->m[f][top] * m + t->h[f][top] * h + t->u[f][top] * (all - m - h)) / all;
}

static void
simulate(struct truth *t, struct simulated *s)
{
	*s = (struct simulated){ .sampled = mem_zero(ROOM, sizeof *s->sampled),
		.strangers = mem_zero(ROOM, sizeof *s->strangers) };
	for (uint64_t i = 0; i < t->matches; i++)
		add(t, s, pair_drawn(t, t->m, 0));
	for (uint64_t i = 0; i < t->households; i++) {
		uint64_t pattern = pair_drawn(t, t->h, 0);

		t->covered += mask_of(t, pattern) != 0;
		add(t, s, pattern);
	}
	for (unsigned r = 0; r < t->rules; r++)
		add_strangers(t, s, r);
	for (uint64_t i = 0; i < t->random; i++) {
		uint64_t pattern = random_pair(t);

		s->strangers[s->stranger_count++] = (struct tally){ pattern, mask_of(t, pattern), 256, 1, 0, 0,
		    { 0, 0, 0 } };
	}
	s->in = (struct estimate_input){ .field = t->field, .fields = t->fields,
		.sampled = s->sampled, .sampled_count = s->sampled_count,
		.strangers = s->strangers, .stranger_count = s->stranger_count,
		.rule_fields = t->rule, .rules = t->rules,
		.class_pairs = { (uint64_t)all_pairs(t) }, .classes = 1, .records = t->records,
		.sure = 100, .household = true, .namesake = 0.01, .twin = 0.02 };
	for (unsigned f = 0; f < t->fields; f++) {
		s->in.exact_share[f] = exact_share(t, f);
		s->in.both[f] = all_pairs(t);
	}
}

static void
simulated_done(struct simulated *s)
{
	mem_free(s->sampled);
	mem_free(s->strangers);
}

/* Exact with this share, close levels share half of the rest. */
static void
shares(double share[LEVELS_MAX], enum field_type t, double exact)
{
	unsigned top = field_top(t);

	share[top] = exact;
	share[0] = top == 1 ? 1 - exact : (1 - exact) / 2;
	for (unsigned l = 1; l < top; l++)
		share[l] = (1 - exact) / 2 / (top - 1);
}

static void
stranger_shares(double share[LEVELS_MAX], enum field_type t, double exact)
{
	unsigned top = field_top(t);

	share[top] = exact;
	share[0] = 1 - exact;
	for (unsigned l = 1; l < top; l++) {
		share[l] = (top - l) * 0.002;
		share[0] -= share[l];
	}
}

/* How often a field is exact. */
struct made {
	enum field_type	type;
	enum nature	nature;
	double		m, u, h;
};

static void
make_fields(struct truth *t, const struct made *made)
{
	for (unsigned f = 0; f < t->fields; f++) {
		t->field[f].type = made[f].type;
		t->field[f].nature = made[f].nature;
		shares(t->m[f], made[f].type, made[f].m);
		stranger_shares(t->u[f], made[f].type, made[f].u);
		stranger_shares(t->h[f], made[f].type, made[f].h);
	}
}

static const struct made customer[FIELDS] = {
	{ FIELD_GIVEN, NATURE_PERSONAL, 0.70, 0.005, 0.015 },
	{ FIELD_FAMILY, NATURE_SHARED, 0.75, 0.002, 0.85 },
	{ FIELD_BIRTHDATE, NATURE_PERSONAL, 0.92, 0.00005, 0.02005 },
	{ FIELD_EMAIL, NATURE_SHARED, 0.60, 0.00001, 0.30 },
	{ FIELD_PLACE, NATURE_SHARED, 0.65, 0.0001, 0.90 },
	{ FIELD_SEX, NATURE_PERSONAL, 0.97, 0.5, 0.5 },
	{ FIELD_CATEGORY, NATURE_FREE, 0.8, 0.2, 0.3 },
};

static void
customers(struct truth *t)
{
	static const uint16_t rule[RULES] = { 1 << 3, 1 << 0 | 1 << 1, 1 << 0 | 1 << 2, 1 << 1 | 1 << 2,
	    1 << 0 | 1 << 4, 1 << 4, 1 << 2 | 1 << 4 };

	*t = (struct truth){ .fields = FIELDS, .null = 0.15, .rules = RULES, .records = 40000,
		.matches = 24000, .households = 40000, .random = 2000000, .keep = 1 };
	memcpy(t->rule, rule, sizeof rule);
	make_fields(t, customer);
}

static double
off(double a, double b)
{
	return a > b ? a - b : b - a;
}

static double
larger(double a, double b)
{
	return a > b ? a : b;
}

static double
worst_m(const struct truth *t, const struct model *m)
{
	double worst = 0;

	for (unsigned f = 0; f < t->fields; f++)
		for (unsigned l = 0; l < field_levels(t->field[f].type); l++)
			worst = larger(worst, off(m->field[f].level[l].m, t->m[f][l]));
	return worst;
}

static bool
finite_model(const struct model *m)
{
	bool good = true;

	for (unsigned f = 0; f < m->fields; f++)
		for (unsigned l = 0; l < m->field[f].levels; l++)
			for (unsigned row = 0; row < MODEL_ROWS; row++) {
				int32_t w = m->field[f].level[l].weight[row];

				good &= w >= WEIGHT_LEAST && w <= WEIGHT_MOST;
			}
	for (unsigned c = 0; c < m->classes; c++)
		good &= m->prior[c] > -70000 && m->prior[c] < 20000;
	return good;
}

static void
show(const struct truth *t, const struct model *m, const struct estimate_notes *n)
{
	printf("# λ·T %.0f of %llu, λ_H·T %.0f of %llu, %u steps, %s\n", n->matches,
	    (unsigned long long)t->matches, n->households, (unsigned long long)t->covered,
	    n->steps, m->kind);
	for (unsigned f = 0; f < t->fields; f++) {
		printf("# %s parent %d:", field_type_name(t->field[f].type), m->field[f].parent);
		for (unsigned l = 0; l < m->field[f].levels; l++)
			printf(" %.3f/%.3f %.2g/%.2g", m->field[f].level[l].m, t->m[f][l],
			    m->field[f].level[l].u, t->u[f][l]);
		printf("\n");
	}
}

static void
chains_hold(const struct truth *t, const struct model *m)
{
	bool good = true;

	for (unsigned f = 0; f < t->fields; f++) {
		int32_t below = m->field[f].level[0].weight[ROW_ALONE];

		for (unsigned l = 1; l < m->field[f].levels; l++)
			if (field_level(t->field[f].type, l)->chain) {
				good &= m->field[f].level[l].weight[ROW_ALONE] >= below - 1;
				below = m->field[f].level[l].weight[ROW_ALONE];
			}
	}
	ok(good, "weights do not fall along a chain");
}

static bool
any_parent(const struct model *m)
{
	for (unsigned f = 0; f < m->fields; f++)
		if (m->field[f].parent >= 0)
			return true;
	return false;
}

static void
customers_are_learnt(unsigned keep)
{
	struct truth t;
	struct simulated s;
	struct model m;
	struct estimate_notes n;
	double *z, covered = 0;

	customers(&t);
	t.keep = keep;
	simulate(&t, &s);
	z = mem_zero(s.sampled_count + 1, sizeof *z);
	estimate_model(&m, &s.in, z, &n);
	for (size_t i = 0; i < s.sampled_count; i++)
		covered += z[i] * keep;
	show(&t, &m, &n);
	ok(!n.fallback && strcmp(m.kind, "estimated") == 0, "a model is estimated, one pair in %u", keep);
	ok(worst_m(&t, &m) < 0.02, "m within 0.02: %.4f", worst_m(&t, &m));
	ok(off(n.matches, (double)t.matches) < 0.1 * (double)t.matches, "λ within a tenth");
	ok(off(n.households, (double)t.covered) < 0.2 * (double)t.covered,
	    "λ_H within a fifth of what the rules find");
	ok(off(covered, n.matches) < 0.01 * covered, "z sums to the matches");
	ok(finite_model(&m), "weights are bounded");
	chains_hold(&t, &m);
	ok(!any_parent(&m), "a household ties no fields");
	mem_free(z);
	simulated_done(&s);
}

/* Pairs of one place that have their birth date in common are matches with names misread and not
 * a household of twins: its class may not take them over. */
static void
no_house_of_twins(void)
{
	struct truth t;
	struct simulated s;
	struct model m;
	struct estimate_notes n;
	const struct model_level *exact;
	double *z;

	customers(&t);
	t.random = 100000;
	stranger_shares(t.h[2], FIELD_BIRTHDATE, 0.6);
	simulate(&t, &s);
	z = mem_zero(s.sampled_count + 1, sizeof *z);
	estimate_model(&m, &s.in, z, &n);
	exact = &m.field[2].level[field_top(FIELD_BIRTHDATE)];
	ok(exact->h < exact->u + 0.021, "few of a household are twins: %.4f", exact->h);
	mem_free(z);
	simulated_done(&s);
}

/* A number that families use together, of an insurance or a card, says that two of them are one household
 * and not that they are one person: else a tenth of what passes for matches differs in the given name. */
static void
families_use_one_number(void)
{
	struct truth t;
	struct simulated s;
	struct model m;
	struct estimate_notes n;
	const struct model_level *equal;
	double *z;

	customers(&t);
	t.random = 100000;
	t.field[3] = (struct field){ .type = FIELD_IDENTIFIER, .nature = NATURE_PERSONAL, .exclusive = true };
	shares(t.m[3], FIELD_IDENTIFIER, 0.95);
	stranger_shares(t.u[3], FIELD_IDENTIFIER, 0.00001);
	stranger_shares(t.h[3], FIELD_IDENTIFIER, 0.2);
	simulate(&t, &s);
	z = mem_zero(s.sampled_count + 1, sizeof *z);
	estimate_model(&m, &s.in, z, &n);
	show(&t, &m, &n);
	equal = &m.field[3].level[field_top(FIELD_IDENTIFIER)];
	ok(equal->h > 0.15 && equal->h < 0.25, "a fifth of a household has one number: %.4f", equal->h);
	ok(worst_m(&t, &m) < 0.03, "and matches are learnt without them: %.4f", worst_m(&t, &m));
	mem_free(z);
	simulated_done(&s);
}

/* A file of which every pair was looked at: one list is both sampled and strangers. */
static void
whole_file(struct estimate_input *in, const struct field *field, unsigned fields,
    const struct tally *t, size_t count, uint64_t records)
{
	*in = (struct estimate_input){ .field = field, .fields = fields, .sampled = t,
		.sampled_count = count, .strangers = t, .stranger_count = count, .all_pairs = true,
		.class_pairs = { records < 2 ? 0 : records * (records - 1) / 2 }, .classes = 1,
		.records = records };
	for (unsigned f = 0; f < FIELDS_MAX; f++)
		in->exact_share[f] = -1;
}

static const struct field three[3] = {
	{ .type = FIELD_CATEGORY, .nature = NATURE_FREE },
	{ .type = FIELD_CATEGORY, .nature = NATURE_FREE },
	{ .type = FIELD_CATEGORY, .nature = NATURE_FREE },
};

/* Three comparisons of two levels make eight patterns, and as many counts as two classes have
 * shares: counts made from shares have those shares as their only solution. */
static void
eight_patterns(void)
{
	static const double m[3] = { 0.9, 0.8, 0.95 }, u[3] = { 0.02, 0.05, 0.03 };
	const uint64_t records = 4473, all = records * (records - 1) / 2;
	const double lambda = 0.01;
	struct tally t[8];
	struct estimate_input in;
	struct estimate_notes n;
	struct model model;
	double z[8], want, worst = 0;

	for (unsigned p = 0; p < 8; p++) {
		double match = lambda, stranger = 1 - lambda;

		t[p] = (struct tally){ .pairs = 1 };
		for (unsigned f = 0; f < 3; f++) {
			unsigned level = p >> f & 1;

			t[p].pattern = pattern_set(t[p].pattern, f, level);
			match *= level ? m[f] : 1 - m[f];
			stranger *= level ? u[f] : 1 - u[f];
		}
		t[p].weight = (uint64_t)((match + stranger) * (double)all * 256 + 0.5);
		z[p] = match / (match + stranger);
	}
	want = z[7];
	whole_file(&in, three, 3, t, 8, records);
	estimate_model(&model, &in, z, &n);
	for (unsigned f = 0; f < 3; f++) {
		worst = larger(worst, off(model.field[f].level[1].m, m[f]));
		worst = larger(worst, off(model.field[f].level[1].u, u[f]));
	}
	ok(!n.fallback && worst < 0.005, "eight patterns have one solution: off by %.5f", worst);
	ok(off(n.lambda, lambda) < 0.0003, "and one λ: %.5f", n.lambda);
	ok(off(z[7], want) < 0.001, "z of a pair that agrees: %.5f", z[7]);
	ok(off(estimate_match(&model, t[7].pattern, 0), z[7]) < 0.0005, "the model says the same");
}

enum { SMALL_FIELDS = 5 };

/* Records, and the people they are of: all pairs of a small file. */
static size_t
small_file(struct truth *t, struct tally *to, uint64_t records, uint64_t matches)
{
	size_t n = 0;

	customers(t);
	t->fields = SMALL_FIELDS;
	t->null = 0.1;
	for (; n < records * (records - 1) / 2; n++)
		to[n] = (struct tally){ pair_drawn(t, n < matches ? t->m : t->u, 0), 0, 256, 1, 0, 0, { 0, 0, 0 } };
	return n;
}

/* How many a judge who knows the shares gets wrong. */
static size_t
best_wrong(const struct truth *t, const struct tally *list, size_t count, size_t matches)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++) {
		double odds = (double)matches / (double)(count - matches);

		for (unsigned f = 0; f < t->fields; f++) {
			unsigned level = pattern_level(list[i].pattern, f);

			if (level != LEVEL_NULL)
				odds *= t->m[f][level] / t->u[f][level];
		}
		wrong += (odds > 1) != (i < matches);
	}
	return wrong;
}

static void
small_files(void)
{
	struct truth t;
	struct tally *list = mem_zero(ROOM, sizeof *list);
	double *z = mem_zero(ROOM, sizeof *z);
	struct estimate_input in;
	struct estimate_notes n;
	struct model m;
	size_t count = small_file(&t, list, 865, 112), wrong = 0;

	whole_file(&in, t.field, t.fields, list, count, 865);
	in.household = true;
	estimate_model(&m, &in, z, &n);
	for (size_t i = 0; i < count; i++)
		wrong += (z[i] > 0.5) != (i < 112);
	ok(!n.fallback && wrong <= best_wrong(&t, list, count, 112) + 3,
	    "865 records, 112 matches: %zu pairs are judged wrong, %zu by who knows", wrong,
	    best_wrong(&t, list, count, 112));
	ok(off(n.matches, 112) < 5, "their number is found: %.1f", n.matches);

	count = small_file(&t, list, 159, 8);
	whole_file(&in, t.field, t.fields, list, count, 159);
	estimate_model(&m, &in, z, &n);
	for (size_t i = wrong = 0; i < count; i++)
		wrong += (z[i] > 0.5) != (i < 8);
	ok(n.fallback && wrong <= best_wrong(&t, list, count, 8) + 1,
	    "159 records, 8 matches: too few to learn from, enough to find");

	count = small_file(&t, list, 865, 0);
	whole_file(&in, t.field, t.fields, list, count, 865);
	estimate_model(&m, &in, z, &n);
	for (size_t i = wrong = 0; i < count; i++)
		wrong += z[i] > 0.5;
	ok(wrong == 0 && finite_model(&m), "a file without a duplicate has no match");

	count = small_file(&t, list, 300, 300 * 299 / 2);
	whole_file(&in, t.field, t.fields, list, count, 300);
	in.sure = (double)count / 2;
	estimate_model(&m, &in, z, &n);
	ok(finite_model(&m) && n.fallback, "a file of one person has a model: %s", n.why);
	mem_free(list);
	mem_free(z);
}

/* Two sources that each hold a person once. */
static void
classes_are_learnt(void)
{
	struct truth t;
	struct tally *list = mem_zero(ROOM, sizeof *list);
	double *z = mem_zero(ROOM, sizeof *z);
	struct estimate_input in;
	struct estimate_notes n;
	struct model m;
	size_t count = small_file(&t, list, 1000, 400);

	for (size_t i = 0; i < count; i++)
		list[i].class = i < 250000 ? 2 : (uint8_t)(i & 1);
	whole_file(&in, t.field, t.fields, list, count, 1000);
	in.classes = 3;
	in.class_pairs[0] = in.class_pairs[1] = 124750;
	in.class_pairs[2] = 250000;
	estimate_model(&m, &in, z, &n);
	ok(m.prior[2] > m.prior[0] + 5000 && m.prior[2] > m.prior[1] + 5000,
	    "a source that holds a person once is seen: %d, %d, across %d", m.prior[0], m.prior[1],
	    m.prior[2]);
	ok(off(n.matches, 400) < 20, "matches across are found: %.1f", n.matches);
	mem_free(list);
	mem_free(z);
}

static void
nothing_is_infinite(void)
{
	struct truth t;
	struct estimate_input in;
	struct estimate_notes n;
	struct model m;
	struct tally one = { 0, 0, 256, 1, 0, 0, { 0, 0, 0 } };
	double z[1];

	customers(&t);
	for (uint64_t records = 0; records < 3; records++) {
		whole_file(&in, t.field, t.fields, &one, records / 2, records);
		in.household = true;
		estimate_model(&m, &in, z, &n);
		ok(finite_model(&m) && n.fallback, "%d records have a model", (int)records);
	}
	for (unsigned f = 0; f < t.fields; f++)
		one.pattern = pattern_set(one.pattern, f, field_top(t.field[f].type));
	whole_file(&in, t.field, t.fields, &one, 1, 2);
	in.household = true;
	estimate_model(&m, &in, z, &n);
	ok(finite_model(&m) && z[0] > 0.99, "two records that agree in all are one person: %.6f", z[0]);
	one.pattern = UINT64_MAX;
	estimate_model(&m, &in, z, &n);
	ok(finite_model(&m), "columns that are all null have finite weights");
	one.weight = UINT64_C(256) * 12497500;
	one.pattern = 0;
	whole_file(&in, t.field, t.fields, &one, 1, 5000);
	estimate_model(&m, &in, z, &n);
	ok(finite_model(&m) && z[0] < 1e-6, "one level only has finite weights");
}

static void
verdicts_count(void)
{
	struct truth t;
	struct tally *list = mem_zero(ROOM, sizeof *list);
	double *z = mem_zero(ROOM, sizeof *z);
	struct estimate_input in;
	struct estimate_notes n;
	struct model m;
	size_t count = small_file(&t, list, 865, 112);

	list[0].fixed = -1;
	list[count - 1].fixed = 1;
	whole_file(&in, t.field, t.fields, list, count, 865);
	estimate_model(&m, &in, z, &n);
	ok(z[0] == 0 && z[count - 1] == 1, "a verdict is what a pair is");
	mem_free(list);
	mem_free(z);
}

/* A town is nearly told by its postcode: the two count as one. */
static void
dependence_is_found(void)
{
	static const struct field field[4] = {
		{ .type = FIELD_GIVEN, .nature = NATURE_PERSONAL },
		{ .type = FIELD_FAMILY, .nature = NATURE_SHARED },
		{ .type = FIELD_LOCALITY, .nature = NATURE_SHARED },
		{ .type = FIELD_POSTCODE, .nature = NATURE_SHARED } };
	struct truth t;
	struct tally *list = mem_zero(ROOM, sizeof *list);
	double *z = mem_zero(ROOM, sizeof *z);
	struct estimate_input in;
	struct estimate_notes n;
	struct model m;
	const struct model_field *town;
	size_t count;

	customers(&t);
	for (unsigned f = 0; f < 4; f++) {
		t.field[f] = field[f];
		shares(t.m[f], field[f].type, 0.9);
		stranger_shares(t.u[f], field[f].type, 0.01);
	}
	t.fields = 4;
	for (count = 0; count < 499500; count++) {
		uint64_t p = pair_drawn(&t, count < 500 ? t.m : t.u, 0);

		if (count >= 500 && pattern_level(p, 3) == field_top(FIELD_POSTCODE) && draw() % 10 != 0)
			p = pattern_set(p, 2, field_top(FIELD_LOCALITY));
		list[count] = (struct tally){ p, 0, 256, 1, 0, 0, { 0, 0, 0 } };
	}
	whole_file(&in, t.field, t.fields, list, count, 1000);
	estimate_model(&m, &in, z, &n);
	town = &m.field[2];
	ok(town->parent == 3 && m.field[3].parent < 0 && m.field[0].parent < 0,
	    "a town has its postcode as parent, names have none");
	ok(town->level[4].weight[4] < 1000 && town->level[4].weight[0] > 4000,
	    "and weighs little beside it: %d, alone %d", town->level[4].weight[4],
	    town->level[4].weight[ROW_ALONE]);
	ok(model_row(&m, pattern_set(0, 3, LEVEL_NULL), 2) == ROW_ALONE &&
	    model_row(&m, pattern_set(0, 3, 4), 2) == 4 && model_row(&m, 0, 2) == 0 &&
	    model_told(&m, pattern_set(0, 3, 4), 2) &&
	    !model_told(&m, pattern_set(0, 3, LEVEL_NULL), 2) && !model_told(&m, pattern_set(0, 2, 4), 3),
	    "the row follows the parent's level");
	mem_free(list);
	mem_free(z);
}

/* Two numbers of a person that nobody named, and names that are often misspelt: who shares both numbers
 * is a match and no household, however much likelier than chance two numbers together are. */
static void
numbers_make_no_household(void)
{
	static const struct made patient[] = {
		{ FIELD_GIVEN, NATURE_PERSONAL, 0.5, 0.001, 0.011 },
		{ FIELD_FAMILY, NATURE_SHARED, 0.5, 0.0003, 0.8 },
		{ FIELD_BIRTHDATE, NATURE_PERSONAL, 0.5, 0.00005, 0.00005 },
		{ FIELD_PHONE, NATURE_SHARED, 0.5, 0.000001, 0.8 },
		{ FIELD_STRING, NATURE_FREE, 0.9, 0.000001, 0.000001 },
		{ FIELD_STRING, NATURE_FREE, 0.9, 0.000001, 0.000001 },
	};
	struct truth t = { .fields = 6, .null = 0.05, .rules = 6, .records = 20000, .matches = 16000,
		.households = 100, .random = 200000, .keep = 1,
		.rule = { 1 << 4, 1 << 5, 1 << 3, 1 << 0 | 1 << 2, 1 << 1 | 1 << 2, 1 << 0 | 1 << 1 } };
	struct simulated s;
	struct model m;
	struct estimate_notes n;
	double *z;

	make_fields(&t, patient);
	simulate(&t, &s);
	z = mem_zero(s.sampled_count + 1, sizeof *z);
	estimate_model(&m, &s.in, z, &n);
	show(&t, &m, &n);
	ok(!n.fallback && off(n.matches, 16000) < 1500, "the matches are found: %.0f", n.matches);
	ok(n.households < 800, "and are no households: %.0f", n.households);
	mem_free(z);
	simulated_done(&s);
}

int
main(void)
{
	state = 7;
	printf("# seed 7\n");
	customers_are_learnt(1);
	customers_are_learnt(5);
	no_house_of_twins();
	families_use_one_number();
	numbers_make_no_household();
	eight_patterns();
	small_files();
	classes_are_learnt();
	nothing_is_infinite();
	verdicts_count();
	dependence_is_found();
	return tap_done();
}
