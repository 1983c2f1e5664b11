/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/frozen.c: fields, sources, priors and blocking rules of a model, for the records at
 * hand. */
#include "base/alloc.h"
#include "base/map.h"
#include "resolve/effort.h"
#include "resolve/frozen.h"
#include "resolve/given_rules.h"
#include "resolve/model_file.h"
#include "resolve/scored.h"
#include "resolve/store.h"
#include "resolve/tallies.h"

/* ---- sources ---- */

/* A source has the number that its class has in the model; others stand behind, and pairs inside
 * them are of the class of all others. */
static void
number_sources(struct view *w, const struct model_file *f)
{
	const struct map *names = w->store->sources;
	uint32_t *number = mem_alloc((map_size(names) + 1) * sizeof *number);
	uint32_t next = f->sources;

	for (size_t i = 0; i < map_size(names); i++) {
		number[i] = UINT32_MAX;
		for (unsigned s = 0; s < f->sources; s++)
			if (span_equal(map_key(names, i), f->source[s]))
				number[i] = s;
		if (number[i] == UINT32_MAX)
			number[i] = next++;
	}
	for (uint32_t i = 0; i < w->nodes; i++)
		w->source[i] = number[w->source[i]];
	w->sources = next;
	mem_free(number);
}

uint32_t
frozen_missing(const struct view *w)
{
	uint32_t missing = 0;

	for (unsigned f = 0; f < w->fields; f++)
		missing |= w->field[f].present == 0 ? 1U << f : 0;
	return missing;
}

/* ---- priors ---- */

/* As they were, moved by what the number of records moves them: where it is the same, nothing. */
static void
follow(struct model *m, const struct model_file *f, uint64_t records)
{
	struct model then = f->model, now = f->model;

	model_follow(&then, f->records);
	model_follow(&now, records);
	for (unsigned c = 0; c < m->classes; c++)
		m->prior[c] += now.prior[c] - then.prior[c];
	m->household_prior += now.household_prior - then.household_prior;
}

/* ---- rules ---- */

static uint64_t
all_pairs(const struct view *w, bool across)
{
	uint64_t *inside = mem_zero((size_t)w->sources + 1, sizeof *inside), pairs = 0;

	for (uint32_t i = 0; i < w->nodes; i++)
		pairs += i - (across ? inside[w->source[i]]++ : 0);
	mem_free(inside);
	return pairs;
}

/* Those of the model whose fields the rules of the run do not forbid. */
static void
take_rules(struct chosen *c, const struct model_file *f, const struct view *w)
{
	for (unsigned i = 0; i < f->rules && c->count < CHOSEN_MAX; i++) {
		const struct model_rule *from = &f->rule[i];
		struct pair_rule *to = &c->rule[c->count];

		*to = (struct pair_rule){ .cap = from->cap > 0 ? from->cap : BLOCK_MOST };
		to->count = atoms_named(w, from->atom, from->atoms, to->atom);
		if (to->count < from->atoms)
			continue;
		to->refines = atoms_named(w, from->refine, from->refines, to->refine);
		c->count++;
	}
}

/* A model of few records, which were all compared, has no rules, nor need one from elsewhere: they
 * are chosen for the records at hand by what the weights say of a sample. */
static void
choose_rules(struct scored *x, const struct pairs_options *pairs)
{
	struct candidates *c = &x->candidates;
	double share[FIELDS_MAX], *z;
	struct tallying *tallying;
	struct sample_visitor visitor;
	struct tallies t;

	for (unsigned f = 0; f < FIELDS_MAX; f++)
		share[f] = -1;
	tallying = tallying_new(&x->view, x->model.classes, share);
	visitor = tallying_visitor(tallying);
	candidates_find(c, &x->view, pairs, &visitor);
	tallying_take(tallying, &t, pairs->threads);
	tallying_free(tallying);
	z = mem_alloc((t.count + 1) * sizeof *z);
	for (size_t i = 0; i < t.count; i++)
		z[i] = estimate_match(&x->model, t.list[i].pattern, t.list[i].class);
	pairs_choose(&x->chosen, c, t.list, t.count, z, &x->view, pairs);
	mem_free(z);
	tallies_done(&t);
	candidates_done(c);
}

static void
find_rules(struct scored *x, const struct model_file *f, const struct scored_options *o)
{
	struct pairs_options pairs = { .pairs_per_record = o->pairs_per_record, .seed = o->seed,
	    .threads = o->threads, .across = o->across };
	uint64_t all = all_pairs(&x->view, o->across);

	x->chosen = (struct chosen){ .all_pairs = all <= effort_pairs(&x->view, EFFORT_PAIRS) };
	if (x->chosen.all_pairs) {
		x->chosen.planned = all;
		x->recall = (struct recall){ .share = 1, .low = 1, .known = true };
		return;
	}
	take_rules(&x->chosen, f, &x->view);
	if (x->chosen.count == 0)
		choose_rules(x, &pairs);
}

/* ---- all of it ---- */

bool
frozen_decides(const struct scored_options *o)
{
	return o->frozen != NULL && !o->frozen->only_weights;
}

void
frozen_begin(struct scored *x, const struct store *s, const struct rules *rules,
    const struct types *types, const struct types *attributes, const struct scored_options *o)
{
	const struct model_file *f = o->frozen;

	x->frozen = f;
	view_make_as(&x->view, s, rules, types, attributes, f, o->threads);
	x->model = f->model;
	if (frozen_decides(o)) {
		x->model.kind = "frozen";
		frozen_counts(&x->view, f, o->threads);
		follow(&x->model, f, x->view.records);
	}
	if (x->model.classes > 2)
		number_sources(&x->view, f);
	find_rules(x, f, o);
}
