/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/learn.c: candidates, their sample, the weights it teaches, the rules it speaks for. */
#include "base/alloc.h"
#include "base/pipeline.h"
#include "resolve/dict.h"
#include "resolve/learn.h"
#include "resolve/sample.h"
#include "resolve/scored.h"
#include "resolve/sort.h"
#include "resolve/tallies.h"
#include "resolve/taught.h"

enum {
	DATES = 1 << 24,	/* above every number of a birth date */
	HOLDERS_MOST = 10,	/* of a code that may be one's own: more are no family, and nobody's records */
	CODES_TRIED = 4,	/* each learns once more */
	MORE_MATCHES = 10,	/* one more for so many: a code seldom joins who has nothing else in common */
	COPIES_MATTER = 10	/* one pair of copies for so many other matches */
};

/* ---- what the estimation wants to know beside the sample ---- */

static int
field_of_atom(const struct view *w, const struct pair_atom_of *atom)
{
	switch (atom->atom) {
	case PAIR_GIVEN: case PAIR_GIVEN_FIRST: case PAIR_GIVEN_SOUND: case PAIR_GIVEN_P3:
	case PAIR_GIVEN_INITIAL:
		return w->of_type[FIELD_GIVEN];
	case PAIR_FAMILY_TOKEN: case PAIR_FAMILY_SOUND: case PAIR_FAMILY_P4: case PAIR_FAMILY_P2:
	case PAIR_FAMILY_INITIAL:
		return w->of_type[FIELD_FAMILY];
	case PAIR_BIRTHDATE: case PAIR_BIRTHDATE_YM: case PAIR_BIRTHDATE_MD: case PAIR_BIRTHDATE_YEAR:
		return w->of_type[FIELD_BIRTHDATE];
	case PAIR_EMAIL: case PAIR_EMAIL_LOCAL:
		return w->of_type[FIELD_EMAIL];
	case PAIR_PHONE: case PAIR_PHONE_LAST8:
		return w->of_type[FIELD_PHONE];
	case PAIR_PLACE: case PAIR_POSTCODE: case PAIR_POSTCODE_PREFIX: case PAIR_LOCALITY:
		if (w->of_type[FIELD_PLACE] >= 0)
			return w->of_type[FIELD_PLACE];
		return w->of_type[atom->atom == PAIR_LOCALITY ? FIELD_LOCALITY : FIELD_POSTCODE];
	default:
		return atom->field;
	}
}

/* Which fields a rule looks at, a bit each. */
static uint16_t
fields_of_rule(const struct view *w, const struct pair_rule *r)
{
	unsigned bits = 0;

	for (unsigned i = 0; i < r->count; i++) {
		int f = field_of_atom(w, &r->atom[i]);

		if (r->atom[i].atom == PAIR_NAME_SET) {
			bits |= w->of_type[FIELD_GIVEN] >= 0 ? 1U << w->of_type[FIELD_GIVEN] : 0;
			f = w->of_type[FIELD_FAMILY];
		}
		if (f >= 0)
			bits |= 1U << f;
	}
	return (uint16_t)bits;
}

static bool
exact(const struct view *w, uint64_t pattern, enum field_type t)
{
	return w->of_type[t] >= 0 && pattern_level(pattern, (unsigned)w->of_type[t]) == field_top(t);
}

/* Pairs that the deterministic rules of resolve 5.2 join. */
static bool
sure(const struct view *w, uint64_t pattern)
{
	bool given = exact(w, pattern, FIELD_GIVEN), names = given && exact(w, pattern, FIELD_FAMILY);

	for (unsigned f = 0; f < w->fields; f++)
		if ((w->field[f].exclusive || w->field[f].registered) && pattern_level(pattern, f) == field_top(w->field[f].type))
			return true;
	return (given && exact(w, pattern, FIELD_EMAIL)) || (names && exact(w, pattern, FIELD_PHONE)) ||
	    (names && exact(w, pattern, FIELD_BIRTHDATE));
}

static double
sure_pairs(const struct view *w, const struct tallies *t)
{
	double all = 0;

	for (size_t i = 0; i < t->count; i++)
		if (sure(w, t->list[i].pattern))
			all += (double)t->list[i].weight / 256;
	return all;
}

/* The share of the pairs of nodes, or of records, with a value that have the same one, and how many pairs they are;
 * -1 where some have several values, since then there is more than one way to agree. */
static double
exact_share(const struct view *w, unsigned field, bool records, double *both)
{
	enum fact_kind kind = w->field[field].kind;
	const struct dict *d = w->values.facts->dict[kind];
	size_t values = kind == FACT_BIRTHDATE || d == NULL ? DATES : dict_count(d);
	uint32_t *held = mem_zero(values, sizeof *held);
	uint64_t all = 0, same = 0;
	bool several = false;

	for (uint32_t i = 0; i < w->nodes && !several; i++) {
		uint32_t slot = w->node[i].slot[field];
		uint64_t n;

		several = slot > values;	/* a set, or a reading that is not sure */
		if (slot == 0 || several)
			continue;
		n = records ? view_counted(w, i) : 1;
		same += n * held[slot - 1] + n * (n - 1) / 2;
		held[slot - 1] += (uint32_t)n;
		all += n;
	}
	mem_free(held);
	*both = (double)all * (double)(all - 1) / 2;
	return several || all < 2 ? -1 : 2 * (double)same / ((double)all * (double)(all - 1));
}

/* By field: the share, and how many pairs it is of. */
struct same_values {
	double	share[FIELDS_MAX], both[FIELDS_MAX];
};

struct sharing {
	const struct view	*w;
	struct same_values	*exact;
	bool			 records;
};

static void
share_of_field(void *arg, unsigned field)
{
	const struct sharing *s = arg;

	s->exact->share[field] = exact_share(s->w, field, s->records, &s->exact->both[field]);
}

static void
exact_shares(const struct view *w, struct same_values *exact, bool records, unsigned threads)
{
	struct sharing s = { w, exact, records };

	parallel_each(threads, w->fields, share_of_field, &s);
}

static int
by_records(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Matches that sources can have across them if each holds a thing once: between two of them as many as the
 * smaller one has records. */
static double
most_once(uint64_t *of, unsigned sources)
{
	double most = 0;

	sort_array(of, sources, sizeof *of, by_records, 1);
	for (unsigned s = 0; s < sources; s++)
		most += (double)of[s] * (sources - 1 - s);
	return most;
}

static void
class_pairs(struct estimate_input *in, const struct view *w, bool records)
{
	uint64_t *of = mem_zero((size_t)w->sources + 1, sizeof *of);
	uint64_t inside = 0, all = 0;

	for (uint32_t i = 0; i < w->nodes; i++) {
		uint64_t n = records ? view_counted(w, i) : 1;

		of[w->source[i]] += n;
		all += n;
	}
	all = all * (all - (all > 0)) / 2;
	for (unsigned s = 0; s < w->sources; s++) {
		uint64_t pairs = of[s] * (of[s] - (of[s] > 0)) / 2;

		inside += pairs;
		if (in->classes > 1)
			in->class_pairs[model_class(in->classes, s, s)] += pairs;
	}
	if (in->classes > 1)
		in->class_pairs[in->classes - 1] = all - inside;
	else
		in->class_pairs[0] = all;
	in->most_once = most_once(of, w->sources);
	mem_free(of);
}

static unsigned
classes_of(const struct view *w)
{
	return w->sources <= 1 ? 1 : w->sources <= CLASSES_MAX - 1 ? w->sources + 1 : 2;
}

/* The class of households needs something that a household shares and a stranger does not: a door, a
 * town, a mailbox; in attributes an address may stand whose columns nobody named. */
static bool
may_be_households(const struct view *w)
{
	for (unsigned f = 0; f < w->fields; f++)
		if (w->field[f].nature == NATURE_FREE)
			return true;
	return w->of_type[FIELD_PLACE] >= 0 || w->of_type[FIELD_POSTCODE] >= 0 ||
	    w->of_type[FIELD_LOCALITY] >= 0 || w->of_type[FIELD_PHONE] >= 0 || w->of_type[FIELD_EMAIL] >= 0;
}

/* What is counted, and what comes of it. */
struct lesson {
	struct tallies	sampled, strangers;
	uint16_t	fields[CANDIDATES_MAX];	/* by candidate rule: bit f, it looks at field f */
	double		*z;			/* by tally: the probability of a match */
};

static void
estimate(struct scored *x, struct lesson *l, const struct same_values *exact, const struct scored_options *o,
    bool records)
{
	const struct view *w = &x->view;
	const struct tallies *strangers = x->candidates.all_pairs ? &l->sampled : &l->strangers;
	struct estimate_input in = { .field = w->field, .fields = w->fields,
	    .sampled = l->sampled.list, .sampled_count = l->sampled.count + l->sampled.copies,
	    .strangers = strangers->list, .stranger_count = strangers->count + strangers->copies,
	    .all_pairs = x->candidates.all_pairs, .rule_fields = l->fields,
	    .rules = x->candidates.count, .classes = classes_of(w), .records = w->records,
	    .sure = sure_pairs(w, &l->sampled), .across = o->across,
	    .household = !o->no_household_class, .homeless = !may_be_households(w) };

	in.namesake = (double)o->namesake / FDR_ONE;
	in.twin = (double)o->twin / FDR_ONE;
	for (unsigned f = 0; f < w->fields; f++) {
		in.exact_share[f] = exact->share[f];
		in.both[f] = exact->both[f];
	}
	class_pairs(&in, w, records);
	estimate_model(&x->model, &in, l->z, &x->notes);
}

/* Records that say the same are one node, and no pair. Where they are more than a few of the matches
 * those that are left are not what matches look like: of two fields one differs in each, so that the
 * name of a company would be thought to go with another town. */
static bool
copies_matter(const struct scored *x)
{
	double pairs = 0;

	for (uint32_t i = 0; i < x->view.nodes; i++) {
		uint64_t n = view_counted(&x->view, i);

		pairs += (double)(n * (n - 1) / 2);
	}
	return pairs * COPIES_MATTER > x->notes.matches;
}

/* ---- what the chosen rules find ---- */

static bool
same_atoms(const struct pair_rule *a, const struct pair_rule *b)
{
	for (unsigned i = 0; i < RULE_ATOMS; i++)
		if (i < a->count && (a->atom[i].atom != b->atom[i].atom ||
		    a->atom[i].field != b->atom[i].field))
			return false;
	return a->count == b->count;
}

static uint64_t
chosen_bits(const struct scored *x)
{
	uint64_t bits = 0;

	for (unsigned c = 0; c < x->candidates.count; c++)
		for (unsigned i = 0; i < x->chosen.count; i++)
			if (same_atoms(&x->candidates.rule[c], &x->chosen.rule[i]))
				bits |= UINT64_C(1) << c;
	return bits;
}

static void
find_recall(struct scored *x, const struct tallies *sampled, const double *z,
    const uint16_t *fields)
{
	struct recall_found *found = mem_alloc((sampled->count + 1) * sizeof *found);
	struct recall_input in = { .found = found, .count = sampled->count, .chosen = chosen_bits(x),
	    .rule_fields = fields, .rules = x->candidates.count, .field = x->view.field,
	    .fields = x->view.fields, .all_pairs = x->chosen.all_pairs };

	for (size_t i = 0; i < sampled->count; i++)
		found[i] = (struct recall_found){ sampled->list[i].mask,
		    z[i] * (double)sampled->list[i].weight / SAMPLE_ONE };
	recall_estimate(&x->recall, &in);
	mem_free(found);
}

/* Pairs inside a source are looked at even where they are not linked: whether a source holds a
 * person once decides what a second link of a record is worth. */
static void
take_lesson(struct lesson *l, struct scored *x, const struct scored_options *o,
    const struct pairs_options *pairs, bool records)
{
	struct candidates *c = &x->candidates;
	struct tallying *tallying;
	struct taught *taught;
	struct sample_visitor visitor;
	struct same_values exact = { { 0 }, { 0 } };

	*l = (struct lesson){ .z = NULL };
	exact_shares(&x->view, &exact, records, o->threads);
	tallying = tallying_new(&x->view, classes_of(&x->view), exact.share);
	if (records)
		tallying_by_records(tallying);
	visitor = tallying_visitor(tallying);
	taught = taught_new(&x->view, &o->known, classes_of(&x->view), exact.share);
	if (taught != NULL)
		visitor = taught_visitor(taught, visitor);
	candidates_find(c, &x->view, pairs, &visitor);
	tallying_take(tallying, &l->sampled, o->threads);
	if (taught != NULL)
		taught_add(taught, &l->sampled, c, o->threads);
	visitor = tallying_visitor(tallying);
	taught_free(taught);
	if (!c->all_pairs) {
		sample_strangers(c, &x->view, pairs, &visitor);
		tallying_take(tallying, &l->strangers, o->threads);
	}
	for (unsigned i = 0; i < c->count; i++)
		l->fields[i] = fields_of_rule(&x->view, &c->rule[i]);
	if (records)
		tallying_copies(tallying, &l->sampled, l->fields, c->count);
	tallying_free(tallying);
	l->z = mem_zero(l->sampled.count + l->sampled.copies + 1, sizeof *l->z);
	estimate(x, l, &exact, o, records);
}

static void
lesson_done(struct lesson *l, struct scored *x)
{
	mem_free(l->z);
	tallies_done(&l->sampled);
	tallies_done(&l->strangers);
	candidates_done(&x->candidates);
}

/* ---- codes that may be one's own ---- */

/* The pairs are likelier than they were before, by more than chance explains. Who shares a code with his family
 * would pass for one person with them where that is no class of its own any more: then matches are many more. */
static bool
better(const struct estimate_notes *now, const struct estimate_notes *before)
{
	return !now->fallback && !before->fallback &&
	    (now->likelihood - before->likelihood) * before->seen > now->chance &&
	    now->matches * MORE_MATCHES <= before->matches * (MORE_MATCHES + 1);
}

/* The number of an insurance is one's own, that of a contract a family's. Which it is says what makes the pairs
 * likelier. Only one lesson is held at a time: the keys of its rules are large. */
static void
find_own(struct lesson *l, struct scored *x, const struct scored_options *o, const struct pairs_options *pairs,
    bool records)
{
	struct view *w = &x->view;
	struct estimate_notes best = x->notes;
	bool people = w->of_type[FIELD_GIVEN] >= 0 || w->of_type[FIELD_BIRTHDATE] >= 0, stale = false;
	unsigned left = CODES_TRIED;

	if (!people || !x->model.household)
		return;
	for (unsigned f = 0; f < w->fields && left > 0; f++) {
		struct field *code = &w->field[f];

		if (!code->code || code->nature != NATURE_FREE || code->distinct * HOLDERS_MOST < code->records)
			continue;
		left--;
		code->nature = NATURE_PERSONAL;
		lesson_done(l, x);
		take_lesson(l, x, o, pairs, records);
		stale = !better(&x->notes, &best);
		if (stale)
			code->nature = NATURE_FREE;
		else
			best = x->notes;
	}
	if (!stale)
		return;
	lesson_done(l, x);
	take_lesson(l, x, o, pairs, records);
}

void
learn_model(struct scored *x, const struct scored_options *o)
{
	struct pairs_options pairs = { .pairs_per_record = o->pairs_per_record, .seed = o->seed,
	    .threads = o->threads };
	struct lesson l;
	bool records;

	take_lesson(&l, x, o, &pairs, false);
	records = !o->across && copies_matter(x);	/* copies are of one source */
	if (records) {
		lesson_done(&l, x);
		take_lesson(&l, x, o, &pairs, true);
	}
	find_own(&l, x, o, &pairs, records);
	x->idle_rules = x->candidates.idle;
	pairs_choose(&x->chosen, &x->candidates, l.sampled.list, l.sampled.count, l.z, &x->view, &pairs);
	find_recall(x, &l.sampled, l.z, l.fields);
	candidates_hand_over(&x->candidates, &x->chosen);
	lesson_done(&l, x);
}
