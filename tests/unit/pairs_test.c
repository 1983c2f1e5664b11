/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/pairs_test.c: the pairs that rules bring together are those that share a key, each
 * once, with any number of threads. */
#include "base/alloc.h"
#include "pairs_case.h"
#include "resolve/atoms.h"
#include "resolve/level.h"
#include "resolve/pairs.h"
#include "resolve/refine.h"
#include "resolve/rule_set.h"
#include "resolve/sort.h"
#include "tap.h"

enum { RECORDS = 400, TRIALS = 60, MANY = 4096 };

/* ---- what should come out: rules, keys and the ladder, written the slow way ---- */

struct key_list {
	uint64_t	key[MANY];
	unsigned	n;
};

struct oracle {
	const struct view	*w;
	const struct chosen	*chosen;
	struct atoms		 atoms;		/* one for each of `of` */
	struct pair_atom_of	 of[ATOMS_MAX];
	struct key_list		*keys;		/* by node, of the rule at work */
	uint16_t		*together;	/* by a × nodes + b: rules with a common key */
	uint16_t		*holds;		/* ... whose atoms all agree */
};

static unsigned
atom_at(const struct oracle *o, struct pair_atom_of of)
{
	for (unsigned i = 0; i < o->atoms.count; i++)
		if (o->of[i].atom == of.atom && o->of[i].field == of.field)
			return i;
	abort();
}

static bool
contains(const struct key_list *l, uint64_t key)
{
	for (unsigned i = 0; i < l->n; i++)
		if (l->key[i] == key)
			return true;
	return false;
}

static void
add(struct key_list *l, uint64_t key)
{
	if (!contains(l, key))
		l->key[l->n++] = key;
}

static void
times(struct key_list *l, const struct oracle *o, struct pair_atom_of of, uint32_t node,
    unsigned most)
{
	static struct key_list old;
	uint64_t key[ATOM_KEYS];
	unsigned n = atoms_keys(&o->atoms, atom_at(o, of), node, key);

	old = *l;
	l->n = 0;
	for (unsigned i = 0; i < old.n; i++)
		for (unsigned k = 0; k < n && k < most; k++)
			add(l, key_join(old.key[i], key[k]));
}

static unsigned
holders(const struct oracle *o, uint64_t key)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < o->w->nodes; i++)
		n += contains(&o->keys[i], key);
	return n;
}

/* Replaces keys that too many nodes have, until all are small or nothing splits them. */
static void
climb(struct oracle *o, const struct pair_rule *r)
{
	static struct key_list next[RECORDS], one;
	static unsigned char step[RECORDS][MANY];

	memset(step, 0, sizeof step);
	for (unsigned s = 0; s <= r->refines; s++) {
		for (uint32_t i = 0; i < o->w->nodes; i++) {
			next[i].n = 0;
			for (unsigned k = 0; k < o->keys[i].n; k++) {
				uint64_t key = o->keys[i].key[k];

				if (holders(o, key) <= r->cap) {
					add(&next[i], key);
					continue;
				}
				if (s == r->refines)
					continue;
				one = (struct key_list){ { key }, 1 };
				times(&one, o, r->refine[s], i, 4);
				for (unsigned m = 0; m < one.n; m++)
					add(&next[i], one.key[m]);
			}
		}
		memcpy(o->keys, next, o->w->nodes * sizeof *next);
	}
}

static void
bring_together(struct oracle *o, unsigned rule)
{
	const struct pair_rule *r = &o->chosen->rule[rule];
	uint32_t n = o->w->nodes;

	for (uint32_t i = 0; i < n; i++) {
		o->keys[i] = (struct key_list){ { 0 }, 1 };
		for (unsigned a = 0; a < r->count; a++)
			times(&o->keys[i], o, r->atom[a], i, rule_width(r->count));
	}
	for (int pass = 0; pass < 2; pass++) {
		uint16_t *out = pass == 0 ? o->holds : o->together;

		for (uint32_t a = 0; a < n; a++)
			for (uint32_t b = a + 1; b < n; b++)
				for (unsigned k = 0; k < o->keys[a].n; k++)
					if (contains(&o->keys[b], o->keys[a].key[k]))
						out[a * n + b] |= (uint16_t)(1U << rule);
		if (pass == 0)
			climb(o, r);
	}
}

static void
oracle_make(struct oracle *o, const struct view *w, const struct chosen *chosen)
{
	unsigned count = atoms_of_view(w, o->of);

	o->w = w;
	o->chosen = chosen;
	atoms_make(&o->atoms, w, o->of, count, 1);
	o->keys = mem_zero(w->nodes, sizeof *o->keys);
	o->together = mem_zero((size_t)w->nodes * w->nodes, sizeof *o->together);
	o->holds = mem_zero((size_t)w->nodes * w->nodes, sizeof *o->holds);
	for (unsigned r = 0; r < chosen->count; r++)
		bring_together(o, r);
}

static void
oracle_done(struct oracle *o)
{
	atoms_done(&o->atoms);
	mem_free(o->keys);
	mem_free(o->together);
	mem_free(o->holds);
}

/* ---- what comes out ---- */

struct visit {
	uint32_t	a, b;
	uint16_t	rules;
};

struct visits {
	struct visit	*list;
	size_t		 count, cap;
};

struct collected {
	struct visits	all;		/* in the order of tasks */
	unsigned	next;		/* task */
	bool		in_order;
};

static void *
start(void *arg, unsigned task)
{
	(void)arg;
	(void)task;
	return mem_zero(1, sizeof(struct visits));
}

static void
add_visit(struct visits *v, struct visit visit)
{
	v->list = mem_grow(v->list, v->count + 1, &v->cap, sizeof *v->list);
	v->list[v->count++] = visit;
}

static void
visit(void *slot, const struct pairs_run *run, const struct node_pair *pair, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		add_visit(slot, (struct visit){ pair[i].a, pair[i].b, pairs_rules(run, pair[i]) });
}

static void
finish(void *arg, unsigned task, void *slot)
{
	struct collected *c = arg;
	struct visits *v = slot;

	c->in_order &= task == c->next++;
	for (size_t i = 0; i < v->count; i++)
		add_visit(&c->all, v->list[i]);
	mem_free(v->list);
	mem_free(v);
}

static struct collected
collect(struct chosen *chosen, const struct view *w, const struct pairs_options *o)
{
	struct collected c = { .in_order = true };
	struct pairs_visitor visitor = { start, visit, finish, &c };

	pairs_each(chosen, w, o, &visitor);
	return c;
}

/* Every pair of the oracle is there once with its rules, and no other. */
static bool
as_expected(struct collected *c, struct oracle *o, bool across)
{
	uint32_t n = o->w->nodes;
	bool right = true;

	for (size_t i = 0; i < c->all.count; i++) {
		struct visit v = c->all.list[i];
		size_t at = (size_t)v.a * n + v.b;

		right &= v.a < v.b && o->together[at] != 0 && o->holds[at] == v.rules;
		o->together[at] = 0;
	}
	for (uint32_t a = 0; a < n; a++)
		for (uint32_t b = a + 1; b < n; b++)
			right &= o->together[a * n + b] == 0 ||
			    (across && o->w->source[a] == o->w->source[b]);
	return right;
}

static void
random_rules(struct chosen *chosen, const struct view *w, struct random *r)
{
	struct pair_atom_of of[ATOMS_MAX];
	unsigned atoms = atoms_of_view(w, of);

	*chosen = (struct chosen){ .count = 1 + draw(r, 6) };
	for (unsigned i = 0; i < chosen->count; i++) {
		struct pair_rule *rule = &chosen->rule[i];

		rule->count = 1 + draw(r, 3);
		for (unsigned a = 0; a < rule->count; a++)
			rule->atom[a] = of[draw(r, atoms)];
		rule->cap = draw(r, 2) == 0 ? 5000 : 2 + draw(r, 40);
		rule->refines = draw(r, 3);
		for (unsigned a = 0; a < rule->refines; a++)
			rule->refine[a] = of[draw(r, atoms)];
	}
}

static bool
same_visits(const struct collected *x, const struct collected *y)
{
	bool same = x->all.count == y->all.count && x->next == y->next;

	for (size_t i = 0; same && i < x->all.count; i++)
		same = x->all.list[i].a == y->all.list[i].a && x->all.list[i].b == y->all.list[i].b &&
		    x->all.list[i].rules == y->all.list[i].rules;
	return same;
}

static int
by_pair(const void *a, const void *b)
{
	const struct visit *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return x->b < y->b ? -1 : x->b > y->b;
}

/* Whatever comes first: keys are made of the numbers of values, which follow the order of arrival. */
static bool
same_pairs(struct collected *x, struct collected *y)
{
	if (x->all.count != y->all.count)
		return false;
	if (x->all.count > 0) {		/* else there are no lists */
		qsort(x->all.list, x->all.count, sizeof *x->all.list, by_pair);
		qsort(y->all.list, y->all.count, sizeof *y->all.list, by_pair);
	}
	x->next = y->next;
	return same_visits(x, y);
}

static bool
same_ladder(const struct chosen *x, const struct chosen *y)
{
	bool same = x->bigs == y->bigs && x->lost == y->lost;

	for (size_t i = 0; same && i < x->bigs; i++)
		same = x->big[i].key == y->big[i].key && x->big[i].size == y->big[i].size &&
		    x->big[i].rule == y->big[i].rule && x->big[i].step == y->big[i].step &&
		    x->big[i].skipped == y->big[i].skipped;
	return same;
}

/* The same records in another order of arrival. */
static void
any_order(const struct chosen *chosen, struct collected *first, uint32_t records,
    const struct pairs_options *o)
{
	struct chosen again = *chosen;
	struct collected c;
	struct world world;
	struct view w;

	again.big = NULL;
	again.bigs = again.big_cap = 0;
	random_view(&world, &w, records, o->seed, true);
	c = collect(&again, &w, o);
	ok(same_pairs(first, &c), "seed %" PRIu64 ": the same pairs in any order of arrival", o->seed);
	ok(same_ladder(chosen, &again), "seed %" PRIu64 ": and the same %zu steps of the ladder",
	    o->seed, chosen->bigs);
	mem_free(c.all.list);
	chosen_done(&again);
	random_view_done(&world, &w);
}

static void
exactly_once(uint64_t seed)
{
	struct pairs_options o = { .seed = seed, .across = seed % 4 == 0 };
	struct oracle oracle = { 0 };
	struct random r = { seed };
	struct chosen chosen;
	struct world world;
	struct view w;
	struct collected first = { 0 };
	uint32_t records = RECORDS - draw(&r, 300);
	bool same = true;

	random_view(&world, &w, records, seed, false);
	random_rules(&chosen, &w, &r);
	oracle_make(&oracle, &w, &chosen);
	for (o.threads = 1; o.threads <= 3; o.threads++) {
		struct collected c = collect(&chosen, &w, &o);

		same &= c.in_order && chosen.done == c.all.count;
		if (o.threads == 1) {
			first = c;
			continue;
		}
		same &= same_visits(&first, &c);
		mem_free(c.all.list);
	}
	any_order(&chosen, &first, records, &o);
	ok(as_expected(&first, &oracle, o.across), "seed %" PRIu64 ": each pair with a common key "
	    "is visited once%s (%zu pairs, %" PRIu64 " lost)", seed,
	    o.across ? ", of two sources" : "", first.all.count, chosen.lost);
	ok(same, "seed %" PRIu64 ": the same calls in the same tasks on 1, 2 and 3 threads", seed);
	mem_free(first.all.list);
	oracle_done(&oracle);
	chosen_done(&chosen);
	random_view_done(&world, &w);
}

static size_t
among(const struct collected *c, uint32_t real, const struct collected *others)
{
	size_t n = 0, next = 0;

	for (size_t i = 0; i < c->all.count; i++) {
		struct visit v = c->all.list[i];

		if (v.b >= real)
			continue;
		while (next < others->all.count && !(others->all.list[next].a == v.a &&
		    others->all.list[next].b == v.b && others->all.list[next].rules == v.rules))
			next++;
		n += next < others->all.count;
		next = 0;
	}
	return n;
}

/* Nodes that stand behind change nothing for those before, and do not meet each other. */
static void
others_behind(uint64_t seed)
{
	struct pairs_options o = { .seed = seed, .threads = 2 };
	struct random r = { seed };
	struct chosen chosen, again;
	struct collected with, without;
	struct world world;
	struct view w, alone;
	bool apart = true;
	size_t met = 0;

	random_view(&world, &w, RECORDS - draw(&r, 300), seed, false);
	random_rules(&chosen, &w, &r);
	chosen.all_pairs = seed % 5 == 0;
	again = chosen;
	alone = w;
	alone.nodes = w.nodes * 2 / 3;
	o.real = alone.nodes;
	with = collect(&chosen, &w, &o);
	o.real = 0;
	without = collect(&again, &alone, &o);
	for (size_t i = 0; i < with.all.count; i++) {
		apart &= with.all.list[i].a < alone.nodes;
		met += with.all.list[i].b >= alone.nodes;
	}
	ok(apart && with.all.count - met == without.all.count &&
	    among(&with, alone.nodes, &without) == without.all.count &&
	    chosen.done == again.done && chosen.lost == again.lost,
	    "seed %" PRIu64 ": nodes behind change no pair of the others (%zu pairs, %zu with them)",
	    seed, without.all.count, met);
	mem_free(with.all.list);
	mem_free(without.all.list);
	chosen_done(&chosen);
	chosen_done(&again);
	random_view_done(&world, &w);
}

/* Blocks of one initial are far too large. */
static void
refined(void)
{
	struct pairs_options o = { .seed = 1, .threads = 2 };
	struct chosen plain = { .count = 1 }, split;
	struct pair_rule *rule = plain.rule;
	struct pair_atom_of list[ATOMS_MAX];
	struct collected c;
	struct atoms atoms;
	struct world world;
	struct view w;
	uint64_t lost;

	random_view(&world, &w, RECORDS, 9, false);
	*rule = (struct pair_rule){ .count = 1, .cap = 20 };
	rule->atom[0] = (struct pair_atom_of){ PAIR_GIVEN_INITIAL, (uint8_t)w.of_type[FIELD_GIVEN] };
	atoms_make(&atoms, &w, list, atoms_of_view(&w, list), 1);
	split = plain;
	c = collect(&plain, &w, &o);
	lost = plain.lost;
	mem_free(c.all.list);
	for (unsigned large = 0; large < 2; large++) {
		rules_refine(split.rule, 1, large, &atoms, &o);
		ok(split.rule[0].refines == 2 &&
		    split.rule[0].refine[0].field != rule->atom[0].field &&
		    split.rule[0].refine[1].field != rule->atom[0].field &&
		    split.rule[0].refine[0].field != split.rule[0].refine[1].field,
		    "a rule gets two refining atoms of two other fields");
		c = collect(&split, &w, &o);
		ok(lost > 0 && split.lost < lost / 10 && c.all.count > 0,
		    "which split most blocks (%" PRIu64 " pairs lost, %" PRIu64 " without)",
		    split.lost, lost);
		mem_free(c.all.list);
	}
	chosen_done(&plain);
	chosen_done(&split);
	atoms_done(&atoms);
	random_view_done(&world, &w);
}

int
main(void)
{
	for (uint64_t seed = 1; seed <= TRIALS; seed++)
		exactly_once(seed);
	for (uint64_t seed = 1; seed <= TRIALS / 4; seed++)
		others_behind(seed);
	refined();
	return tap_done();
}
