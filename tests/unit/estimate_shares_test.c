/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/estimate_shares_test.c: files of which every pattern is counted as often as its
 * shares expect: what passes for matches, and what rare values add. */
#include "base/alloc.h"
#include "resolve/estimate_priv.h"
#include "resolve/known.h"
#include "tap.h"

enum { FIELDS = 4, FIELDS_MOST = 8, PATTERNS = 1 << FIELDS, PATTERNS_MOST = 1 << FIELDS_MOST,
    RECORDS = 4473 };

/* Pairs of one kind: how many of all, and how many of them agree in each field. */
struct part {
	double	share, exact[FIELDS_MOST];
};

struct file {
	struct field		field[FIELDS_MOST];
	struct tally		tally[PATTERNS_MOST];
	double			z[PATTERNS_MOST];
	struct estimate_input	in;
	struct model		model;
	struct estimate_notes	notes;
};

static double
pairs(void)
{
	return (double)RECORDS * (RECORDS - 1) / 2;
}

/* Comparisons of two levels; pattern p agrees in the fields whose bits it has. */
static void
make_of(struct file *f, const struct part *part, unsigned parts, enum nature first,
    unsigned fields)
{
	*f = (struct file){ .notes = { .steps = 0 } };
	for (unsigned i = 0; i < fields; i++)
		f->field[i] = i == 0 && first == NATURE_PERSONAL ?
		    (struct field){ .type = FIELD_SUFFIX, .nature = first } :
		    (struct field){ .type = FIELD_CATEGORY, .nature = NATURE_FREE };
	for (unsigned p = 0; p < 1U << fields; p++) {
		double all = 0;

		for (unsigned i = 0; i < fields; i++)
			f->tally[p].pattern = pattern_set(f->tally[p].pattern, i, p >> i & 1);
		for (unsigned k = 0; k < parts; k++) {
			double share = part[k].share;

			for (unsigned i = 0; i < fields; i++)
				share *= p >> i & 1 ? part[k].exact[i] : 1 - part[k].exact[i];
			all += share;
		}
		f->tally[p].weight = (uint64_t)(all * pairs() * 256 + 0.5);
		f->tally[p].pairs = (uint32_t)(f->tally[p].weight / 256);
	}
	f->in = (struct estimate_input){ .field = f->field, .fields = fields, .sampled = f->tally,
		.sampled_count = 1U << fields, .strangers = f->tally, .stranger_count = 1U << fields,
		.all_pairs = true, .class_pairs = { (uint64_t)pairs() }, .classes = 1,
		.records = RECORDS };
	for (unsigned i = 0; i < fields; i++)
		f->in.exact_share[i] = -1;
}

static void
make(struct file *f, const struct part *part, unsigned parts, enum nature first)
{
	make_of(f, part, parts, first, FIELDS);
}

static void
run(struct file *f)
{
	estimate_model(&f->model, &f->in, f->z, &f->notes);
}

/* Inns: a name that is nearly each one's own; town, kind and year, which whole groups share. Pairs
 * of such a group are forty times as many as pairs of one inn. */
static void
groups_are_no_matches(void)
{
	static const struct part inns[] = {
		{ 0.0002, { 0.9, 0.97, 0.95, 0.9 } }, { 0.008, { 0.0002, 0.9, 0.9, 0.9 } },
		{ 0.9918, { 0.0002, 0.03, 0.03, 0.03 } },
	};
	struct file f;

	make(&f, inns, 3, NATURE_FREE);
	run(&f);
	ok(f.model.household && !f.notes.fallback, "where groups pass for matches they get a class");
	ok(f.z[15] > 0.9 && f.z[14] < 0.5, "town, kind and year alone are none: %.3f, with a name %.3f",
	    f.z[14], f.z[15]);
}

static void
without_groups(void)
{
	static const struct part inns[] = {
		{ 0.0002, { 0.9, 0.97, 0.95, 0.9 } }, { 0.9998, { 0.0002, 0.03, 0.03, 0.03 } },
	};
	struct file f;

	make(&f, inns, 2, NATURE_FREE);
	run(&f);
	ok(!f.model.household, "where none do there is no such class");
	ok(f.notes.matches > 1800 && f.notes.matches < 2200, "and matches are found: %.0f of 2000",
	    f.notes.matches);
}

/* What agrees on the other fields differs in the person's own in eight of ten pairs. */
static void
own_fields_agree(void)
{
	static const struct part people[] = {
		{ 0.01, { 0.2, 0.9, 0.9, 0.95 } }, { 0.99, { 0.05, 0.02, 0.05, 0.03 } },
	};
	struct file f;

	make(&f, people, 2, NATURE_PERSONAL);
	run(&f);
	ok(f.model.field[0].level[0].m <= 0.5 + 1e-9, "most matches agree in what is a person's own: %.3f",
	    f.model.field[0].level[0].m);
	ok(f.notes.matches > 75000, "ties that matches make are kept where no families are: %.0f matches of 100000, "
	    "not 69000", f.notes.matches);
	make(&f, people, 2, NATURE_FREE);
	run(&f);
	ok(f.model.field[0].level[0].m > 0.7, "in what is not they may differ: %.3f",
	    f.model.field[0].level[0].m);
}

/* A family has its name in common, and most records of one person do: neighbours who are alike in all else, and
 * are called otherwise in eight of ten pairs, are no matches. */
static void
family_names_agree(void)
{
	static const struct part neighbours[] = {
		{ 0.01, { 0.2, 0.9, 0.9, 0.95 } }, { 0.99, { 0.05, 0.02, 0.05, 0.03 } },
	};
	struct file f;

	make(&f, neighbours, 2, NATURE_FREE);
	f.field[0] = (struct field){ .type = FIELD_FAMILY, .nature = NATURE_SHARED };
	for (unsigned p = 0; p < PATTERNS; p++)
		f.tally[p].pattern = pattern_set(f.tally[p].pattern, 0,
		    p & 1 ? field_levels(FIELD_FAMILY) - 1 : 0);
	run(&f);
	ok(f.model.field[0].level[0].m <= 0.5 + 1e-9, "most matches agree in their family name: %.3f",
	    f.model.field[0].level[0].m);
}

static double
odds(double z)
{
	return z / (1 - z);
}

/* Five bits either way are thirty-two times the odds, in learning as in scoring. */
static void
rare_values_weigh_more(void)
{
	static const struct part inns[] = {
		{ 0.0002, { 0.9, 0.97, 0.95, 0.9 } }, { 0.9998, { 0.01, 0.03, 0.03, 0.03 } },
	};
	struct file f;
	double plain, rare, common, found;

	make(&f, inns, 2, NATURE_FREE);
	run(&f);
	found = f.notes.matches;
	for (unsigned p = 0; p < PATTERNS; p++) {
		int8_t bits = p == 12 ? 5 : p == 10 ? -5 : 0;

		f.tally[p].rare = (struct rarity){ bits, 0, bits };
	}
	run(&f);
	plain = odds(estimate_match(&f.model, f.tally[12].pattern, 0));
	rare = odds(f.z[12]);
	ok(rare > 31.5 * plain && rare < 32.5 * plain, "five bits rarer: odds times %.2f", rare / plain);
	plain = odds(estimate_match(&f.model, f.tally[10].pattern, 0));
	common = odds(f.z[10]);
	ok(common < plain / 31 && common > plain / 33, "five bits commoner: odds by %.2f", plain / common);
	ok(f.notes.matches > found, "and there are more matches: %.0f, not %.0f", f.notes.matches, found);
}

/* Four thousand random pairs of which none agrees, beside a share counted over all records. */
static void
counted_shares_stay(void)
{
	static const struct part inns[] = { { 1, { 0.02, 0.03, 0.03, 0.03 } } };
	struct tally random = { .weight = 4000 * 256, .pairs = 4000 };
	struct file f;

	make(&f, inns, 1, NATURE_FREE);
	f.in.strangers = &random;
	f.in.stranger_count = 1;
	f.in.all_pairs = false;
	f.in.exact_share[0] = 0.02;
	f.in.both[0] = (double)f.in.class_pairs[0];
	run(&f);
	ok(f.model.field[0].level[1].u > 0.019 && f.model.field[0].level[1].u <= 0.02,
	    "what is known of all records is not mixed with what is usual: %.6f",
	    f.model.field[0].level[1].u);
	ok(f.model.field[1].level[1].u > 1.0 / 4000 / 5, "what was never seen is worth a part of one "
	    "pair: %.6f", f.model.field[1].level[1].u);
}

/* Inns with an address that hardly ever two have alike, and a name that few have: next to such an
 * address the name is not commonplace. */
static void
rare_is_not_commonplace(void)
{
	static const struct part inns[] = {
		{ 0.0002, { 0.3, 0.8, 0.97, 0.95 } }, { 0.008, { 0.000001, 0.0001, 0.9, 0.9 } },
		{ 0.9918, { 0.000001, 0.0001, 0.03, 0.03 } },
	};
	enum { NAME_KIND_YEAR = 14, KIND_YEAR = 12 };
	struct file f;

	make(&f, inns, 3, NATURE_FREE);
	run(&f);
	ok(f.z[NAME_KIND_YEAR] > 0.9 && f.z[KIND_YEAR] < 0.1,
	    "beside a field that is rarer still a rare one tells matches: %.3f, without it %.3f",
	    f.z[NAME_KIND_YEAR], f.z[KIND_YEAR]);
}

/* An estimation with the class of those who share the last three fields, which many do. */
static void
learn_with_context(struct em *em, const struct estimate_input *in)
{
	*em = (struct em){ .in = in, .household = true, .all = pairs() };
	for (unsigned i = 0; i < in->fields; i++) {
		em->field[i] = (struct em_field){ .levels = 2, .top = 1, .parent = -1, .free = true,
		    .common = i > 2 };
		known_matches(in->field[i].type, em->field[i].start);
	}
	em_gather(em);
	prior_start(em);
	u_start(em);
	em_start(em);
	em_run(em);
}

static double
match(const struct em *em, unsigned pattern)
{
	uint64_t levels = 0;

	for (unsigned i = 0; i < em->in->fields; i++)
		levels = pattern_set(levels, i, pattern >> i & 1);
	return em_posterior(em, em_ratios(em, levels), (struct rarity){ 0, 0, 0 }, 0).match;
}

/* Inns again: name, address, telephone; town, kind, year. In some buildings there are several, which
 * have its address and often its telephone: as if a match had another name now and then. */
static void
tenants_are_no_matches(double tenants)
{
	const struct part inns[] = {
		{ 0.0002, { 0.95, 0.90, 0.95, 0.97, 0.95, 0.9 } },
		{ tenants, { 0.0001, 0.98, 0.6, 0.97, 0.3, 0.3 } },
		{ 0.02, { 0.0001, 0.0005, 0.0001, 0.97, 0.3, 0.3 } },
		{ 0.9798 - tenants, { 0.0001, 0.0001, 0.0001, 0.03, 0.03, 0.03 } },
	};
	enum { INN = 6, NAME = 1, ADDRESS = 2, PHONE = 4, TOWN = 8, ALL = 63, TENANT = ADDRESS | PHONE | TOWN };
	struct file f;
	struct em em;

	make_of(&f, inns, 4, NATURE_FREE, INN);
	learn_with_context(&em, &f.in);
	ok(match(&em, TENANT) > 0.9, "address and telephone pass for evidence each: %.2f",
	    match(&em, TENANT));
	context_tie(&em);
	ok(em.field[0].parent < 0 && em.field[1].parent < 0 &&
	    em.field[2].parent == (tenants > 0 ? 1 : -1),
	    "they are tied where others have both, and only there");
	ok((match(&em, TENANT) < 0.1) == (tenants > 0), "then both with another name are no match: %.2f",
	    match(&em, TENANT));
	ok(match(&em, ALL - ADDRESS) > 0.9 && match(&em, ALL - PHONE) > 0.9,
	    "and the name with either is one");
	mem_free(em.pattern);
	mem_free(em.group);
	mem_free(em.stranger);
}

/* Goods that two shops describe in words of their own, or people of whom one text is the name: three
 * texts, alike by half in one pair of a hundred, and hardly ever equal. */
static void
alike_is_enough(enum nature first)
{
	enum { TEXTS = 3, WAYS = 3, ALL = WAYS * WAYS * WAYS, GOODS = 500 };
	static const unsigned level[WAYS] = { 0, 1, 4 };
	static const double match[WAYS] = { 0.18, 0.8, 0.02 }, other[WAYS] = { 0.98999, 0.01, 0.00001 };
	const double all = (double)GOODS * (GOODS - 1) / 2, goods = 0.00025;
	struct file f = { .notes = { .steps = 0 } };

	for (unsigned i = 0; i < TEXTS; i++) {
		f.field[i] = (struct field){ .type = FIELD_TEXT, .nature = i == 0 ? first : NATURE_FREE };
		f.in.exact_share[i] = -1;
	}
	for (unsigned p = 0; p < ALL; p++) {
		double m = goods, s = 1 - goods;

		for (unsigned i = 0, rest = p; i < TEXTS; i++, rest /= WAYS) {
			f.tally[p].pattern = pattern_set(f.tally[p].pattern, i, level[rest % WAYS]);
			m *= match[rest % WAYS];
			s *= other[rest % WAYS];
		}
		f.tally[p].pairs = 1;
		f.tally[p].weight = (uint64_t)((m + s) * all * 256 + 0.5);
	}
	f.in.field = f.field;
	f.in.fields = TEXTS;
	f.in.sampled = f.in.strangers = f.tally;
	f.in.sampled_count = f.in.stranger_count = ALL;
	f.in.all_pairs = true;
	f.in.class_pairs[0] = (uint64_t)all;
	f.in.classes = 1;
	f.in.records = GOODS;
	run(&f);
	ok(!f.notes.fallback && f.notes.matches > 20 && f.notes.matches < 45,
	    "goods are found that nobody describes alike: %.0f of 31", f.notes.matches);
	ok(f.z[1 + WAYS + WAYS * WAYS] > 0.8 && f.z[0] < 0.01, "by half in all texts: %.3f",
	    f.z[1 + WAYS + WAYS * WAYS]);
}

/* Three parts, of people who have the first field for their own. */
static void
run_registry(struct file *f, const struct part registry[3])
{
	make(f, registry, 3, NATURE_PERSONAL);
	for (unsigned i = 1; i < FIELDS; i++)
		f->field[i].nature = NATURE_SHARED;
	run(f);
}

/* A registry: a name of one's own, a second name, a day and a ward. Twins of a day are as many as
 * matches. */
static void
lookalikes_are_no_matches(void)
{
	static const struct part registry[] = {
		{ 0.0005, { 0.9, 0.95, 0.9, 0.95 } }, { 0.0005, { 0.0002, 0.002, 0.9, 0.95 } },
		{ 0.999, { 0.0002, 0.002, 0.003, 0.01 } },
	};
	struct file f;

	run_registry(&f, registry);
	ok(!f.notes.fallback && f.notes.matches > 4500 && f.notes.matches < 5500,
	    "of two classes those are matches who have names alike: %.0f of 5000", f.notes.matches);
	ok(f.z[15] > 0.9 && f.z[12] < 0.1, "day and ward alone are none: %.3f, with both names %.3f",
	    f.z[12], f.z[15]);
}

/* Of some the first name is another one, as if by chance; of these most have all else alike. */
static void
errors_are_no_lookalikes(void)
{
	static const struct part registry[] = {
		{ 0.0007, { 0.95, 0.8, 0.8, 0.9 } }, { 0.0003, { 0.0002, 0.98, 0.98, 0.99 } },
		{ 0.999, { 0.0002, 0.002, 0.003, 0.01 } },
	};
	struct file f;

	run_registry(&f, registry);
	ok(f.z[14] > 0.9, "who differs in one name and has all else alike is one person: %.3f", f.z[14]);
}

/* A village without postcodes: names, families, houses and clans, the last of which outsiders seldom
 * write down alike. Those who live together are more than the matches are. */
static void
households_pass_for_matches(void)
{
	enum { HOUSE = 2, NO_CODE = 4 };
	static const struct part village[] = {
		{ 0.00001, { 0.85, 0.3, 0.95, 0.4 } }, { 0.00002, { 0.001, 0.98, 0.97, 0.98 } },
		{ 0.99997, { 0.001, 0.0005, 0.0005, 0.01 } },
	};
	struct file f;

	make(&f, village, 3, NATURE_PERSONAL);
	f.field[1].nature = f.field[3].nature = NATURE_SHARED;
	f.field[HOUSE] = (struct field){ .type = FIELD_PLACE, .nature = NATURE_SHARED };
	for (unsigned p = 0; p < PATTERNS; p++)
		if (p >> HOUSE & 1)
			f.tally[p].pattern = pattern_set(f.tally[p].pattern, HOUSE, NO_CODE);
	f.in.household = true;
	run(&f);
	ok(f.model.household, "there are households, though what passes for matches has most of them");
	ok(f.z[15] > 0.9 && f.z[14] < 0.1, "house, family and clan are no person: %.3f, with a name %.3f",
	    f.z[14], f.z[15]);
}

static void
share_from(struct file *f, unsigned fields)
{
	for (unsigned i = 1; i < fields; i++)
		f->field[i].nature = NATURE_SHARED;
	f->in.household = true;
}

/* Nurseries: of those that are one a fifth have another name, and the rest is seldom written down alike.
 * There are hardly any neighbours. */
static void
matches_pass_for_households(void)
{
	enum { ATTRIBUTES = 3, SAME = 127, OTHER_NAME = SAME - 1 };
	static const struct part nurseries[] = {
		{ 0.001, { 0.8, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7 } },
		{ 0.00002, { 0.002, 0.8, 0.8, 0.8, 0.6, 0.6, 0.6 } },
		{ 0.99898, { 0.002, 0.002, 0.005, 0.01, 0.02, 0.02, 0.02 } },
	};
	struct file f;

	make_of(&f, nurseries, 3, NATURE_PERSONAL, FIELDS + ATTRIBUTES);
	share_from(&f, FIELDS);
	run(&f);
	ok(f.z[SAME] > 0.9 && f.z[OTHER_NAME] > 0.9, "who has all but the name alike is one: %.3f",
	    f.z[OTHER_NAME]);
}

/* Families, three times as many as matches are: once they are known, what they have in common ties nothing. */
static void
families_tie_nothing(void)
{
	static const struct part families[] = {
		{ 0.001, { 0.9, 0.8, 0.8, 0.8 } }, { 0.003, { 0.002, 0.8, 0.8, 0.8 } },
		{ 0.996, { 0.002, 0.002, 0.005, 0.01 } },
	};
	struct file f;

	make(&f, families, 3, NATURE_PERSONAL);
	share_from(&f, FIELDS);
	run(&f);
	ok(f.notes.matches > 8000 && f.notes.matches < 12000, "families stay families: %.0f matches of 10000",
	    f.notes.matches);
}

/* Tax papers, half of them of employers: name, house and day, and five attributes of a job, which no other
 * paper has. Who has two jobs has all five different. */
static void
untaught_attributes_say_nothing(void)
{
	enum { OWN = 3, JOB = 5, WAYS = JOB + 2, NO_JOB = JOB + 1, ALL_OWN = 7 };
	const double u = 0.008, match = 0.95, papers = 0.00005, jobs = 0.00001, employer = 0.02;
	struct file f;

	make_of(&f, NULL, 0, NATURE_PERSONAL, FIELDS_MOST);
	for (unsigned i = 0; i < OWN + JOB; i++)
		f.field[i] = (struct field){ .type = i == 0 ? FIELD_SUFFIX : FIELD_CATEGORY,
		    .nature = i == 0 ? NATURE_PERSONAL : i < OWN ? NATURE_SHARED : NATURE_FREE };
	for (unsigned p = 0; p < 1U << OWN; p++)
		for (unsigned w = 0; w < WAYS; w++) {
			struct tally *t = &f.tally[p * WAYS + w];
			double m = w == NO_JOB ? papers : w == JOB ? jobs : 0;
			double s = 0.5 * (w == NO_JOB ? 1 : w == JOB ? 1 - JOB * employer : employer);

			*t = (struct tally){ .pairs = 1 };
			for (unsigned i = 0; i < OWN; i++) {
				t->pattern = pattern_set(t->pattern, i, p >> i & 1);
				m *= p >> i & 1 ? match : 1 - match;
				s *= p >> i & 1 ? u : 1 - u;
			}
			for (unsigned i = 0; i < JOB; i++)
				t->pattern = pattern_set(t->pattern, OWN + i, w == NO_JOB ? LEVEL_NULL : w == i);
			t->weight = (uint64_t)((m + s) * pairs() * 256 + 0.5);
		}
	f.in.fields = OWN + JOB;
	f.in.sampled_count = f.in.stranger_count = WAYS << OWN;
	run(&f);
	ok(f.z[ALL_OWN * WAYS + NO_JOB] > 0.9, "papers that say nothing of a job are of one person");
	ok(f.z[ALL_OWN * WAYS + JOB] > 0.9, "and papers of two employers: %.3f", f.z[ALL_OWN * WAYS + JOB]);
	ok(f.z[JOB - 1] < 0.1, "but one employer makes nobody one");
}

/* Houses and names that are tied: of those who have a house in common nearly all are one, so that they
 * do not tell which names strangers of one house have in common. */
static void
matches_do_not_speak_for_strangers(void)
{
	static const struct part clinics[] = {
		{ 0.00003, { 0.9, 0.8, 0.9, 0.9 } }, { 0.99997, { 0.000001, 0.01, 0.1, 0.1 } },
	};
	enum { HOUSE, NAME };
	struct file f;
	struct em em;

	make(&f, clinics, 2, NATURE_FREE);
	learn_with_context(&em, &f.in);
	em.household = false;
	depend_tie(&em, NAME, HOUSE);
	em_renew(&em);
	em_run(&em);
	ok(em.field[NAME].ratio_m[1][1] > 5, "the name of one house still weighs something: %.1f times",
	    em.field[NAME].ratio_m[1][1]);
	mem_free(em.pattern);
	mem_free(em.group);
	mem_free(em.stranger);
}

/* Of a hundred random pairs two are of one home, and a rule holds for one of these. */
static void
neighbours_that_no_rule_finds_are_counted(void)
{
	enum { OWN_NAME, HOME_CODE };
	static const struct field field[] = {
		{ .type = FIELD_GIVEN, .nature = NATURE_PERSONAL }, { .type = FIELD_POSTCODE, .nature = NATURE_SHARED },
	};
	uint64_t home = pattern_set(0, HOME_CODE, field_top(FIELD_POSTCODE));
	struct tally random[] = { { .pattern = 0, .weight = 98 * 256, .pairs = 98 },
		{ .pattern = home, .weight = 256, .pairs = 1 },
		{ .pattern = home, .mask = 1, .weight = 256, .pairs = 1 } };
	struct estimate_input in = { .field = field, .fields = 2, .strangers = random, .stranger_count = 3,
		.classes = 1, .class_pairs = { 1000 } };
	struct em em = { .in = &in, .household = true };

	em_gather(&em);
	ok(em.groups == 1 && em.group[0].unmet && em.group[0].fixed < 0,
	    "of one home, found by no rule, and no match: %zu", em.groups);
	ok(em.groups == 1 && em.group[0].pairs > 9.99 && em.group[0].pairs < 10.01,
	    "it stands for as many of all pairs: %.2f", em.groups == 1 ? em.group[0].pairs : 0);
	mem_free(em.pattern);
	mem_free(em.group);
	mem_free(em.stranger);
}

int
main(void)
{
	neighbours_that_no_rule_finds_are_counted();
	alike_is_enough(NATURE_FREE);
	alike_is_enough(NATURE_PERSONAL);
	lookalikes_are_no_matches();
	errors_are_no_lookalikes();
	households_pass_for_matches();
	matches_pass_for_households();
	families_tie_nothing();
	matches_do_not_speak_for_strangers();
	untaught_attributes_say_nothing();
	counted_shares_stay();
	groups_are_no_matches();
	rare_is_not_commonplace();
	tenants_are_no_matches(0.00003);
	tenants_are_no_matches(0);
	without_groups();
	own_fields_agree();
	family_names_agree();
	rare_values_weigh_more();
	return tap_done();
}
