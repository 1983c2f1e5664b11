/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/shortlist.c: drafts of rules are counted on some thousand nodes, and the ones to
 * keep are taken one by one, each for the imagined matches that those before it leave out.
 *
 * Which few of a thousand rules give the best recall for 30 pairs a record? The true answer needs
 * the matches, which are found by these rules. But how often the parts of a name, a date or an
 * address survive from one record of a person to another is much the same everywhere, and which
 * fields are filled together is known. So matches are imagined, and a rule is worth the imagined
 * matches that it finds over the root of its pairs. A match that is found counts half for the
 * next rule: real matches agree differently, and each should be found on several ways. Taking the
 * rarest rules instead gives 64 variants of one key; taking the root rather than the pairs lets
 * in the wide rules, the only ones that find a match with errors in most fields. */
#include "base/alloc.h"
#include "base/attr.h"
#include "base/pipeline.h"
#include "resolve/atoms.h"
#include "resolve/key_count.h"
#include "resolve/rule_set.h"
#include "resolve/shortlist.h"

enum {
	NODES = 1 << 14,		/* on which drafts are counted */
	DRAFTS_MAX = 4096,
	RULES = 40,			/* more find no more in any of six sets, and each is sampled */
	RULES_LEAST = 8,		/* as many are taken, though they make too many pairs */
	TIGHT = 2,			/* pairs a record up to which an atom is a rule of its own only */
	WEIGHT = 1 << 16,		/* of an imagined match that no rule finds yet */
	BUDGET_LEAST = 20000000
};

struct draft {
	struct rule_atoms	rule;
	double			pairs;		/* among all nodes */
	uint64_t		keys;		/* of the nodes looked at */
	bool			counted;	/* not only guessed from its parts */
	bool			taken;
	uint64_t		gain;		/* at most this; see `fresh` */
	unsigned		fresh;		/* rules taken when gain was worked out */
	uint64_t		agree[IMAGINED_WORDS];
};

struct listing {
	const struct view		*w;
	const struct pairs_options	*o;
	const struct atoms		*atoms;		/* all that the view has */
	uint32_t			*node;		/* on which drafts are counted, ascending */
	size_t				 nodes;
	double				 scale;		/* pairs of all nodes for one of these */
	double				 budget;
	uint32_t			*at[ATOMS_MAX];	/* by place in node: its keys, one more at the end */
	uint64_t			*key[ATOMS_MAX];
	uint64_t			(*agree)[IMAGINED_WORDS];	/* by atom */
	double				 single[ATOMS_MAX], *both;	/* pairs of an atom, of two */
	struct draft			*draft;
	unsigned			 drafts;
	uint32_t			 weight[IMAGINED];
};

uint64_t
pairs_budget(const struct view *w, const struct pairs_options *o)
{
	uint64_t budget = o->pairs_per_record * w->records;

	return budget < BUDGET_LEAST ? BUDGET_LEAST : budget;
}

uint64_t
pairs_among(const struct view *w, const uint32_t *node, size_t count, bool across,
    uint32_t *by_source)
{
	uint64_t pairs = (uint64_t)count * (count - (count > 0)) / 2;

	for (size_t i = 0; across && i < count; i++)
		pairs -= by_source[w->source[node[i]]]++;
	for (size_t i = 0; across && i < count; i++)
		by_source[w->source[node[i]]] = 0;
	return pairs;
}

/* ---- the nodes on which drafts are counted ---- */

static void
choose_nodes(struct listing *l)
{
	const struct view *w = l->w;
	uint64_t bound = w->nodes <= NODES ? UINT64_MAX : UINT64_MAX / w->nodes * NODES;
	double all = (double)w->nodes * ((double)w->nodes - 1), some;

	l->node = mem_alloc(((size_t)w->nodes + 1) * sizeof *l->node);
	for (uint32_t i = 0; i < w->nodes; i++)
		if (key_join(w->node_hash[i], l->o->seed) <= bound)
			l->node[l->nodes++] = i;
	l->node = mem_resize(l->node, (l->nodes + 1) * sizeof *l->node);
	some = (double)l->nodes * ((double)l->nodes - 1);
	l->scale = some > 0 ? all / some : 1;
}

static void
look_up_keys(void *arg, unsigned atom)
{
	struct listing *l = arg;
	UNCLEARED uint64_t key[ATOM_KEYS];
	size_t used = 0, cap = 0;

	l->at[atom] = mem_alloc((l->nodes + 1) * sizeof *l->at[atom]);
	for (size_t i = 0; i < l->nodes; i++) {
		unsigned n;

		atoms_expect_next(l->atoms, atom, l->node, i, l->nodes);
		n = atoms_keys(l->atoms, atom, l->node[i], key);
		l->at[atom][i] = (uint32_t)used;
		if (n == 0)
			continue;
		l->key[atom] = mem_grow(l->key[atom], used + n, &cap, sizeof **l->key);
		memcpy(l->key[atom] + used, key, n * sizeof *key);
		used += n;
	}
	l->at[atom][l->nodes] = (uint32_t)used;
	l->key[atom] = mem_resize(l->key[atom], (used + 1) * sizeof **l->key);
	l->key[atom][used] = 0;		/* of the last nodes, if they have none */
	imagined_agree(l->w, l->atoms->list[atom].of, l->o, l->agree[atom]);
}

/* ---- counting a draft ---- */

struct draft_count {
	const struct listing	*l;
	const struct rule_atoms	*rule;
	struct key_count	 all, inside;	/* of all nodes; of those of one source, if these do not meet */
};

static void
add_key(struct draft_count *c, size_t i, uint64_t key)
{
	key_count_add(&c->all, key);
	if (c->l->o->across)
		key_count_add(&c->inside, key_join(key, c->l->w->source[c->l->node[i]]));
}

/* Keys are spread, so it does for telling what two atoms make from what two others do. */
static inline uint64_t
join(uint64_t joined, uint64_t key)
{
	return joined * UINT64_C(0x9e3779b97f4a7c15) + key;
}

/* The products of the keys from atom `a` of the rule on. */
static void
add_products(struct draft_count *c, unsigned a, size_t i, uint64_t joined)
{
	const struct listing *l = c->l;
	unsigned atom = c->rule->atom[a], width = rule_width(c->rule->count);
	uint32_t from = l->at[atom][i], to = l->at[atom][i + 1];

	if (to - from > width)
		to = from + width;
	for (; from < to; from++) {
		uint64_t key = join(joined, l->key[atom][from]);

		if (a + 1 == c->rule->count)
			add_key(c, i, key);
		else
			add_products(c, a + 1, i, key);
	}
}

/* Most nodes have one key under each atom, or lack some. */
static void
add_node(struct draft_count *c, size_t i)
{
	const struct listing *l = c->l;
	uint32_t least = UINT32_MAX, most = 0;
	uint64_t joined = 0;

	for (unsigned a = 0; a < c->rule->count; a++) {
		unsigned atom = c->rule->atom[a];
		uint32_t from = l->at[atom][i], n = l->at[atom][i + 1] - from;

		least = n < least ? n : least;
		most = n > most ? n : most;
		joined = join(joined, l->key[atom][from]);
	}
	if (least == 1 && most == 1)
		add_key(c, i, joined);
	else if (least > 0)
		add_products(c, 0, i, 0);
}

static void
count_pairs(const struct listing *l, struct draft *d)
{
	struct draft_count c = { .l = l, .rule = &d->rule };

	key_count_open(&c.all, l->nodes);
	if (l->o->across)
		key_count_open(&c.inside, l->nodes);
	for (size_t i = 0; i < l->nodes; i++)
		add_node(&c, i);
	d->keys = c.all.keys;
	d->pairs = (double)(c.all.pairs - c.inside.pairs) * l->scale;
	d->counted = true;
	key_count_done(&c.all);
	key_count_done(&c.inside);
}

static void
count_draft(void *arg, unsigned i)
{
	struct listing *l = arg;
	struct draft *d = &l->draft[i];

	if (!d->counted)
		count_pairs(l, d);
}

/* ---- drafts ---- */

/* Given and family name take part in NAME_SET, parts of a place in one field. */
static bool
of_one_field(const struct listing *l, unsigned x, unsigned y)
{
	const struct atom_keys *a = &l->atoms->list[x], *b = &l->atoms->list[y];

	return a->of.field == b->of.field ||
	    (a->shape == KEY_OF_NAMES && a->family_field == b->of.field) ||
	    (b->shape == KEY_OF_NAMES && b->family_field == a->of.field);
}

static struct draft *
add_draft(struct listing *l, const unsigned *atom, unsigned count)
{
	struct draft *d;

	if (l->drafts == DRAFTS_MAX)
		return NULL;
	d = &l->draft[l->drafts++];
	d->rule.count = count;
	memset(d->agree, 0xff, sizeof d->agree);
	for (unsigned a = 0; a < count; a++) {
		d->rule.atom[a] = atom[a];
		for (unsigned i = 0; i < IMAGINED_WORDS; i++)
			d->agree[i] &= l->agree[atom[a]][i];
	}
	return d;
}

/* Alone an atom is as good as a rule if it makes few pairs: whatever is added to it then only
 * takes matches away. */
static bool
tight(const struct listing *l, unsigned atom)
{
	return l->single[atom] <= (double)TIGHT * (double)l->w->records;
}

static void
draft_singles(struct listing *l)
{
	for (unsigned a = 0; a < l->atoms->count; a++)
		add_draft(l, &a, 1);
	parallel_each(l->o->threads, l->drafts, count_draft, l);
	for (unsigned a = 0; a < l->atoms->count; a++)
		l->single[a] = l->draft[a].pairs;
}

static void
draft_doubles(struct listing *l)
{
	unsigned atoms = l->atoms->count, first = l->drafts;

	for (unsigned x = 0; x < atoms; x++)
		for (unsigned y = x + 1; y < atoms; y++)
			if (!of_one_field(l, x, y) && !tight(l, x) && !tight(l, y))
				add_draft(l, (const unsigned[]){ x, y }, 2);
	parallel_each(l->o->threads, l->drafts, count_draft, l);
	for (unsigned i = first; i < l->drafts; i++)
		l->both[l->draft[i].rule.atom[0] * atoms + l->draft[i].rule.atom[1]] =
		    l->draft[i].pairs;
}

/* Three atoms of which any two make too many pairs. The count is guessed as if what two atoms
 * have in common did not depend on the third; it is done properly once the draft is wanted. */
static void
draft_triple(struct listing *l, unsigned x, unsigned y, unsigned z)
{
	unsigned n = l->atoms->count;
	double xy = l->both[x * n + y], xz = l->both[x * n + z], yz = l->both[y * n + z];
	double nodes = (double)l->w->nodes, all = nodes * (nodes - 1) / 2;
	struct draft *d;

	if (xy <= l->budget || xz <= l->budget || yz <= l->budget)
		return;
	d = add_draft(l, (const unsigned[]){ x, y, z }, 3);
	if (d != NULL)
		d->pairs = xy / l->single[x] * (xz / l->single[z]) * (yz / l->single[y]) * all;
}

static void
draft_triples(struct listing *l)
{
	for (unsigned x = 0; x < l->atoms->count; x++)
		for (unsigned y = x + 1; y < l->atoms->count; y++)
			for (unsigned z = y + 1; z < l->atoms->count; z++)
				draft_triple(l, x, y, z);
}

/* ---- taking ---- */

static uint64_t
gain_of(const struct listing *l, const struct draft *d)
{
	uint64_t gain = 0;

	for (unsigned i = 0; i < IMAGINED_WORDS; i++)
		for (uint64_t bits = d->agree[i]; bits != 0; bits &= bits - 1)
			gain += l->weight[i * 64 + (unsigned)__builtin_ctzll(bits)];
	return gain;
}

/* In the order of gain over the root of the pairs. */
static double
worth(const struct listing *l, const struct draft *d)
{
	double gain = (double)d->gain;

	return gain * gain / (d->pairs + (double)l->w->records);
}

static bool
makes_none(const struct listing *l, const struct draft *d)
{
	return d->counted && d->pairs == 0 && l->nodes == l->w->nodes;
}

static struct draft *
best_draft(struct listing *l)
{
	struct draft *best = NULL;

	for (unsigned i = 0; i < l->drafts; i++) {
		struct draft *d = &l->draft[i];

		if (!d->taken && d->pairs <= l->budget && d->gain > 0 && !makes_none(l, d) &&
		    (best == NULL || worth(l, d) > worth(l, best)))
			best = d;
	}
	return best;
}

/* Gains only fall while rules are taken, and a guess is replaced by a count: the best draft is
 * looked at again until it is the best by figures of today. */
static struct draft *
next_draft(struct listing *l, unsigned taken)
{
	for (;;) {
		struct draft *d = best_draft(l);

		if (d == NULL || (d->counted && d->fresh == taken))
			return d;
		count_draft(l, (unsigned)(d - l->draft));
		d->gain = gain_of(l, d);
		d->fresh = taken;
	}
}

static void
take(struct listing *l, struct draft *d, struct pair_rule *rule)
{
	*rule = (struct pair_rule){ .count = d->rule.count, .keys = d->keys,
	    .pairs = (uint64_t)d->pairs };
	for (unsigned i = 0; i < d->rule.count; i++)
		rule->atom[i] = l->atoms->list[d->rule.atom[i]].of;
	for (unsigned i = 0; i < IMAGINED; i++)
		if (d->agree[i / 64] >> (i % 64) & 1 && l->weight[i] > 1)
			l->weight[i] /= 2;
	d->taken = true;
}

/* What tells a home: its door, or where no record has one its telephone or postcode. */
static bool
of_home(const struct listing *l, enum pair_atom atom)
{
	bool doors = l->w->of_type[FIELD_PLACE] >= 0;

	if (atom == PAIR_PLACE || atom == PAIR_PLACE_LOCALITY)
		return true;
	return !doors && (atom == PAIR_PHONE || atom == PAIR_POSTCODE);
}

/* Who live together: in one home, and of one family where many share it. */
static bool
of_household(const struct listing *l, const struct draft *d)
{
	bool family = false, home = false;

	for (unsigned a = 0; a < d->rule.count; a++) {
		const struct atom_keys *k = &l->atoms->list[d->rule.atom[a]];

		if (k->shape == KEY_OF_NAMES || l->w->field[k->of.field].nature != NATURE_SHARED)
			return false;
		family |= l->w->field[k->of.field].type == FIELD_FAMILY;
		home |= of_home(l, k->of.atom);
	}
	return home && (family || tight(l, d->rule.atom[0]));
}

/* Imagined matches may ask for no rule that leaves out what is a person's own, and without one no
 * household is seen. NULL: there is one, or cannot be. */
static struct draft *
household_draft(struct listing *l)
{
	struct draft *best = NULL;

	for (unsigned i = 0; i < l->drafts; i++) {
		struct draft *d = &l->draft[i];

		if (!of_household(l, d))
			continue;
		if (d->taken)
			return NULL;
		if (d->pairs <= l->budget && d->gain > 0 && !makes_none(l, d) &&
		    (best == NULL || worth(l, d) > worth(l, best)))
			best = d;
	}
	if (best != NULL)
		count_draft(l, (unsigned)(best - l->draft));
	return best;
}

static unsigned
take_best(struct listing *l, struct pair_rule rule[CANDIDATES_MAX])
{
	double all = (double)l->w->nodes * (double)l->w->nodes * RULE_KEYS;
	struct draft *household;
	unsigned n = 0;

	for (unsigned i = 0; i < IMAGINED; i++)
		l->weight[i] = WEIGHT;
	for (unsigned i = 0; i < l->drafts; i++)
		l->draft[i].gain = gain_of(l, &l->draft[i]);
	while (n < RULES) {
		struct draft *d = next_draft(l, n);

		if (d == NULL && (n >= RULES_LEAST || l->budget > all))
			break;
		if (d == NULL)
			l->budget *= 2;
		else
			take(l, d, &rule[n++]);
	}
	household = household_draft(l);
	if (household != NULL) {	/* in the place of the one that is worth least */
		n -= n == RULES;
		take(l, household, &rule[n++]);
	}
	return n;
}

unsigned
shortlist_make(struct pair_rule rule[CANDIDATES_MAX], const struct atoms *all,
    const struct pairs_options *o)
{
	struct listing *l = mem_zero(1, sizeof *l);
	unsigned atoms = all->count, n;

	l->w = all->view;
	l->o = o;
	l->atoms = all;
	l->budget = (double)pairs_budget(l->w, o);
	choose_nodes(l);
	l->agree = mem_zero(atoms + 1, sizeof *l->agree);
	l->both = mem_zero((size_t)atoms * atoms + 1, sizeof *l->both);
	l->draft = mem_zero(DRAFTS_MAX, sizeof *l->draft);
	parallel_each(o->threads, atoms, look_up_keys, l);
	draft_singles(l);
	draft_doubles(l);
	draft_triples(l);
	n = take_best(l, rule);
	for (unsigned a = 0; a < atoms; a++) {
		mem_free(l->at[a]);
		mem_free(l->key[a]);
	}
	mem_free(l->node);
	mem_free(l->agree);
	mem_free(l->both);
	mem_free(l->draft);
	mem_free(l);
	return n;
}
