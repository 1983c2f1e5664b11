/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/scored.c: runs the stages of the scored mode in order. */
#include "base/alloc.h"
#include "base/pipeline.h"
#include "resolve/dict.h"
#include "resolve/leftover.h"
#include "resolve/level.h"
#include "resolve/rules.h"
#include "resolve/scored.h"
#include "resolve/sort.h"
#include "resolve/store.h"

enum {
	TASK = 1 << 14,			/* sampled pairs of one task */
	MERGE_AVERAGE_LEAST = -3000,	/* resolve 7.1 */
	REVIEW_BELOW = 4000,		/* millibits: review begins so far below a link */
	FEW_BELOW = 12000,		/* and where there are few pairs, so far */
	BRIDGE_MARGIN = 4000,
	RARER_MOST = 40,		/* bits: beyond it nothing is in doubt */
	DATES = 1 << 24			/* above every number of a birth date */
};

/* ---- from sampled pairs to tallies ---- */

struct seen {
	uint64_t	pattern, mask, weight;
	uint32_t	index;
	uint8_t		class;
	int8_t		rare, rare_shared;
};

struct looking {
	const struct view	*w;
	const struct sampled	*sample;
	struct seen		*seen;
	size_t			 count;
	unsigned		 classes;
	const double		*share;		/* of exact agreement, by field; -1: not known */
};

/* How many linked records hold a value. */
static uint32_t
holders(const struct view *w, const struct field *f, uint32_t number)
{
	return f->kind == FACT_BIRTHDATE ? values_day(&w->values, number) :
	    w->values.holders[f->kind][number];
}

/* By how many bits the values that agree exactly are rarer than agreement in their field is: it
 * counts when weights are learnt as it does when pairs are scored, or common names would pass for
 * matches. */
static void
rarer(const struct looking *l, const struct comparison *c, struct seen *s)
{
	int all = 0, shared = 0;

	for (unsigned f = 0; f < l->w->fields; f++) {
		const struct field *field = &l->w->field[f];
		uint64_t n;
		int bits;

		if (pattern_level(c->pattern, f) != field_top(field->type) || l->share[f] <= 0 ||
		    field_level(field->type, field_top(field->type))->tf != TF_FULL ||
		    field->type == FIELD_PLACE || (c->a[f] & DATE_UNSURE) != 0)
			continue;
		n = holders(l->w, field, c->a[f]);
		bits = score_rarer(field, l->share[f], n, l->w->records);
		all += bits;
		shared += field->nature == NATURE_SHARED ? bits : 0;
	}
	s->rare = (int8_t)(all < -RARER_MOST ? -RARER_MOST : all > RARER_MOST ? RARER_MOST : all);
	s->rare_shared = (int8_t)(shared < -RARER_MOST ? -RARER_MOST :
	    shared > RARER_MOST ? RARER_MOST : shared);
}

static void
look(void *arg, unsigned task)
{
	struct looking *l = arg;
	size_t from = (size_t)task * TASK, to = from + TASK;

	for (size_t i = from; i < to && i < l->count; i++) {
		const struct sampled *s = &l->sample[i];
		struct comparison c;

		compare_nodes(l->w, s->a, s->b, &c);
		l->seen[i] = (struct seen){ c.pattern, s->mask, s->weight, (uint32_t)i,
		    (uint8_t)model_class(l->classes, l->w->source[s->a], l->w->source[s->b]), 0, 0 };
		rarer(l, &c, &l->seen[i]);
	}
}

static int
by_pattern(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->pattern != y->pattern)
		return x->pattern < y->pattern ? -1 : 1;
	if (x->mask != y->mask)
		return x->mask < y->mask ? -1 : 1;
	if (x->class != y->class)
		return x->class - y->class;
	return x->rare != y->rare ? x->rare - y->rare : x->rare_shared - y->rare_shared;
}

struct tallies {
	struct tally	*list;
	size_t		 count;
	uint32_t	*of;		/* by sampled pair: its tally */
};

static void
tally_pairs(struct tallies *t, const struct view *w, const struct sampled *sample, size_t count,
    unsigned classes, const double *share, unsigned threads)
{
	struct looking l = { w, sample, mem_alloc((count + 1) * sizeof *l.seen), count, classes,
	    share };
	size_t cap = 0;

	parallel_each(threads, (unsigned)((count + TASK - 1) / TASK), look, &l);
	sort_array(l.seen, count, sizeof *l.seen, by_pattern, threads);
	*t = (struct tallies){ NULL, 0, mem_alloc((count + 1) * sizeof *t->of) };
	for (size_t i = 0; i < count; i++) {
		const struct seen *s = &l.seen[i];

		if (i == 0 || by_pattern(s, s - 1) != 0) {
			t->list = mem_grow(t->list, t->count + 1, &cap, sizeof *t->list);
			t->list[t->count++] = (struct tally){ .pattern = s->pattern, .mask = s->mask,
			    .class = s->class, .rare = s->rare, .rare_shared = s->rare_shared };
		}
		t->list[t->count - 1].weight += s->weight;
		t->list[t->count - 1].pairs++;
		t->of[s->index] = (uint32_t)(t->count - 1);
	}
	mem_free(l.seen);
}

static void
tallies_done(struct tallies *t)
{
	mem_free(t->list);
	mem_free(t->of);
}

/* ---- the model ---- */

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
		if (w->field[f].exclusive && pattern_level(pattern, f) == field_top(w->field[f].type))
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

/* The share of the pairs of nodes with a value that have the same one; -1 where some have several
 * values, since then there is more than one way to agree. */
static double
exact_share(const struct view *w, unsigned field)
{
	enum fact_kind kind = w->field[field].kind;
	const struct dict *d = w->values.facts->dict[kind];
	size_t values = kind == FACT_BIRTHDATE || d == NULL ? DATES : dict_count(d);
	uint32_t *held = mem_zero(values, sizeof *held);
	uint64_t nodes = 0, same = 0;
	bool several = false;

	for (uint32_t i = 0; i < w->nodes && !several; i++) {
		uint32_t slot = w->node[i].slot[field];

		several = (slot & SLOT_SET) != 0;
		if (slot == 0 || several)
			continue;
		same += held[slot - 1]++;
		nodes++;
	}
	mem_free(held);
	return several || nodes < 2 ? -1 :
	    2 * (double)same / ((double)nodes * (double)(nodes - 1));
}

static void
class_pairs(struct estimate_input *in, const struct view *w)
{
	uint64_t *nodes = mem_zero((size_t)w->sources + 1, sizeof *nodes);
	uint64_t inside = 0, all;

	for (uint32_t i = 0; i < w->nodes; i++)
		nodes[w->source[i]]++;
	all = (uint64_t)w->nodes * (w->nodes - (w->nodes > 0)) / 2;
	for (unsigned s = 0; s < w->sources; s++) {
		uint64_t pairs = nodes[s] * (nodes[s] - (nodes[s] > 0)) / 2;

		inside += pairs;
		if (in->classes > 1)
			in->class_pairs[model_class(in->classes, s, s)] += pairs;
	}
	if (in->classes > 1)
		in->class_pairs[in->classes - 1] = all - inside;
	else
		in->class_pairs[0] = all;
	mem_free(nodes);
}

static unsigned
classes_of(const struct view *w)
{
	return w->sources <= 1 ? 1 : w->sources <= CLASSES_MAX - 1 ? w->sources + 1 : 2;
}

/* The class of households needs something that a household shares and a stranger does not. */
static bool
may_be_households(const struct view *w)
{
	return w->of_type[FIELD_PLACE] >= 0 || w->of_type[FIELD_POSTCODE] >= 0 ||
	    w->of_type[FIELD_PHONE] >= 0;
}

static void
estimate(struct scored *x, const struct tallies *sampled, const struct tallies *strangers,
    const double *share, double *z)
{
	const struct view *w = &x->view;
	uint16_t fields[CANDIDATES_MAX];
	struct estimate_input in = { .field = w->field, .fields = w->fields,
	    .sampled = sampled->list, .sampled_count = sampled->count,
	    .strangers = strangers->list, .stranger_count = strangers->count,
	    .all_pairs = x->candidates.all_pairs, .rule_fields = fields,
	    .rules = x->candidates.count, .classes = classes_of(w), .records = w->records,
	    .sure = sure_pairs(w, sampled), .household = may_be_households(w) };

	for (unsigned i = 0; i < x->candidates.count; i++)
		fields[i] = fields_of_rule(w, &x->candidates.rule[i]);
	for (unsigned f = 0; f < w->fields; f++)
		in.exact_share[f] = share[f];
	class_pairs(&in, w);
	estimate_model(&x->model, &in, z, &x->notes);
}

static void
thresholds(struct scored *x, const struct scored_options *o)
{
	x->model.link = o->link == SCORED_NOT_SET ? 0 : o->link;
	x->model.review = o->review == SCORED_NOT_SET ? x->model.link - REVIEW_BELOW : o->review;
	x->model.merge = MERGE_AVERAGE_LEAST;
}

void
scored_estimate(struct scored *x, const struct store *s, const struct rules *rules,
    const struct types *types, const struct types *attributes, const struct scored_options *o)
{
	/* Pairs inside a source are looked at even where they are not linked: whether a source holds a
	 * person once decides what a second link of a record is worth. */
	struct pairs_options pairs = { o->pairs_per_record, o->seed, o->threads, false };
	struct tallies sampled, strangers;
	double *z, *of_pair, share[FIELDS_MAX];

	view_make(&x->view, s, rules, types, attributes);
	candidates_find(&x->candidates, &x->view, &pairs);
	for (unsigned f = 0; f < x->view.fields; f++)
		share[f] = exact_share(&x->view, f);
	tally_pairs(&sampled, &x->view, x->candidates.sample, x->candidates.sampled,
	    classes_of(&x->view), share, o->threads);
	tally_pairs(&strangers, &x->view, x->candidates.strangers, x->candidates.stranger_count,
	    classes_of(&x->view), share, o->threads);
	z = mem_zero(sampled.count + 1, sizeof *z);
	estimate(x, &sampled, &strangers, share, z);
	of_pair = mem_alloc((x->candidates.sampled + 1) * sizeof *of_pair);
	for (size_t i = 0; i < x->candidates.sampled; i++)
		of_pair[i] = z[sampled.of[i]];
	pairs_choose(&x->chosen, &x->candidates, of_pair, &x->view, &pairs);
	thresholds(x, o);
	scorer_make(&x->scorer, &x->view, &x->model);
	mem_free(of_pair);
	mem_free(z);
	tallies_done(&sampled);
	tallies_done(&strangers);
	candidates_done(&x->candidates);
}

/* ---- edges ---- */

struct finding {
	struct scored	*x;
	int32_t		 least;
	size_t		 cap;
};

struct found {
	const struct finding	*f;
	struct edge		*list;
	size_t			 count, cap;
	uint64_t		 pairs;
};

static void *
found_start(void *arg, unsigned task)
{
	struct found *slot = mem_zero(1, sizeof *slot);

	(void)task;
	slot->f = arg;
	return slot;
}

static void
found_visit(void *arg, uint32_t a, uint32_t b, uint16_t rules)
{
	struct found *slot = arg;
	int32_t w = score_nodes(&slot->f->x->scorer, a, b);

	slot->pairs++;
	if (w < slot->f->least)
		return;
	if (slot->count == slot->cap)
		slot->list = mem_grow(slot->list, slot->count + 1, &slot->cap, sizeof *slot->list);
	slot->list[slot->count++] = (struct edge){ a, b, w, rules };
}

static void
found_finish(void *arg, unsigned task, void *taken)
{
	struct finding *f = arg;
	struct found *slot = taken;
	struct scored *x = f->x;

	(void)task;
	x->edges = mem_grow(x->edges, x->edge_count + slot->count, &f->cap, sizeof *x->edges);
	if (slot->count > 0)
		memcpy(x->edges + x->edge_count, slot->list, slot->count * sizeof *slot->list);
	x->edge_count += slot->count;
	x->pairs += slot->pairs;
	mem_free(slot->list);
	mem_free(slot);
}

static int
by_nodes(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return x->b < y->b ? -1 : x->b > y->b;
}

/* Two records of a source that holds a person once come together only if they agree themselves,
 * not because both agree with a third: so one record is linked to one, where the data say so. */
static int32_t
weigh(const void *arg, uint32_t a, uint32_t b)
{
	const struct scorer *s = arg;
	unsigned class = model_class(s->model->classes, s->view->source[a], s->view->source[b]);
	int32_t w = score_nodes(s, a, b);

	return w < s->model->link && a != b && holds_once(s->model, class) ? PAIR_NEVER : w;
}

void
scored_run(struct scored *x, const struct store *s, const struct rules *rules,
    const struct types *types, const struct types *attributes, const struct scored_options *o)
{
	struct pairs_options pairs = { o->pairs_per_record, o->seed, o->threads, o->across };
	struct finding f = { .x = x };
	struct pairs_visitor visitor = { found_start, found_visit, found_finish, &f };
	struct merge_input in = { .view = &x->view, .weight = { weigh, &x->scorer }, .rules = rules,
	    .types = types, .options = { .bridge_margin = BRIDGE_MARGIN, .max_size = o->max_size,
	    .soft_exclusive = rules->soft_exclusive, .components = o->components,
	    .best_link = o->best_link, .threads = o->threads } };

	bool once;

	scored_estimate(x, s, rules, types, attributes, o);
	once = leftover_possible(&x->view, &x->model);
	f.least = x->model.review < x->model.link ? x->model.review : x->model.link;
	if (o->min_link != SCORED_NOT_SET && o->min_link < f.least)
		f.least = o->min_link;
	if (o->few_reviews && x->chosen.all_pairs && x->model.link - FEW_BELOW < f.least)
		f.least = x->model.link - FEW_BELOW;
	if (once && x->model.link - LEFTOVER_BELOW < f.least)
		f.least = x->model.link - LEFTOVER_BELOW;
	pairs_each(&x->chosen, &x->view, &pairs, &visitor);
	sort_array(x->edges, x->edge_count, sizeof *x->edges, by_nodes, o->threads);
	in.options.link = x->model.link;
	in.options.average = x->model.merge;
	in.demands = o->demands;
	in.demand_count = o->demand_count;
	in.edges = x->edges;
	in.edge_count = x->edge_count;
	merge_run(&x->merged, &in);
	if (once && leftover_find(&x->scorer, x->edges, x->edge_count, &x->merged)) {
		merge_done(&x->merged);
		merge_run(&x->merged, &in);
	}
}

void
scored_done(struct scored *x)
{
	merge_done(&x->merged);
	scorer_done(&x->scorer);
	candidates_done(&x->candidates);
	view_done(&x->view);
	mem_free(x->edges);
	*x = (struct scored){ 0 };
}
