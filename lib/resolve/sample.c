/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/sample.c: candidate rules on some of their keys.
 * Sampling keys, not records, keeps whole blocks, so pairs are counted without bias; where all
 * keys are taken the count is exact. Of the pairs of these blocks those are kept whose hash is
 * below a bound, each by the first rule that holds for it: so the chance of each is known. */
#include "base/alloc.h"
#include "base/attr.h"
#include "base/cache.h"
#include "base/pipeline.h"
#include "resolve/blocks.h"
#include "resolve/level.h"
#include "resolve/sample.h"
#include "resolve/sample_keys.h"
#include "resolve/shortlist.h"

enum {
	KEYS_MOST = 1 << 16,		/* of one rule that are looked at, about */
	PAIRS_MOST = 1 << 19,		/* of one rule that are hashed, about, unless its keys ... */
	KEYS_LEAST = 1 << 12,		/* ... would be fewer: some large blocks would decide */
	SAMPLE_RULE = 100000,		/* pairs looked at of one rule ... */
	SAMPLE_RULES = 200000,		/* ... and of all: twice as many choose no better on any set */
	PAIRS = 64,			/* that are looked at together */
	AHEAD = 64			/* nodes whose hashes are on their way from memory */
};

#define PAIR_SPREAD	UINT64_C(0x9e3779b97f4a7c15)	/* 2^64 over the golden ratio (Knuth 6.4) */

/* One rule. */
struct looked_at {
	uint64_t	*key;		/* upper halves of keys, sorted; nodes of one ascend */
	uint32_t	*node;
	size_t		 count;
	uint64_t	 bound, weight;	/* of the hash of a pair; of a pair in the sample */
};

/* Pairs of one rule that wait until there are some. */
struct waiting {
	unsigned	rule;
	uint32_t	a[PAIRS], b[PAIRS];
	uint64_t	key[PAIRS];	/* of their block */
	size_t		count;
};

struct sampling {
	struct candidates		*c;
	const struct view		*w;
	const struct pairs_options	*o;
	const struct sample_visitor	*v;
	struct rule_set			 set;
	struct looked_at		 rule[CANDIDATES_MAX];
	uint16_t			 fields[CANDIDATES_MAX];	/* of its atoms, a bit each */
	struct key_sample		 keys;
};

static int
by_pairs(const struct view *w, const struct pair_rule *x, const struct pair_rule *y)
{
	struct buf a = { 0 }, b = { 0 };
	int r;

	if (x->pairs != y->pairs)
		return x->pairs < y->pairs ? -1 : 1;
	rule_name(w, x, &a);
	rule_name(w, y, &b);
	r = span_cmp(buf_span(&a), buf_span(&b));
	buf_done(&a);
	buf_done(&b);
	return r;
}

static void
order_rules(struct candidates *c, const struct view *w)
{
	for (unsigned i = 1; i < c->count; i++) {
		struct pair_rule rule = c->rule[i];
		unsigned at = i;

		for (; at > 0 && by_pairs(w, &rule, &c->rule[at - 1]) < 0; at--)
			c->rule[at] = c->rule[at - 1];
		c->rule[at] = rule;
	}
}

/* ---- keys ---- */

static uint16_t
fields_of(const struct rule_set *s, unsigned rule)
{
	unsigned fields = 0;

	for (unsigned i = 0; i < s->rule[rule].count; i++) {
		const struct atom_keys *k = &s->atoms.list[s->rule[rule].atom[i]];

		fields |= 1U << k->of.field;
		if (k->shape == KEY_OF_NAMES)
			fields |= 1U << k->family_field;
	}
	return (uint16_t)fields;
}

static bool
too_much(const struct sampling *s, unsigned rule)
{
	const struct pair_rule *r = &s->c->rule[rule];
	unsigned shift = s->keys.shift[rule];

	return s->w->nodes >> shift > KEYS_MOST ||
	    (r->pairs >> shift > PAIRS_MOST && r->keys >> (shift + 1) >= KEYS_LEAST);
}

static void
choose_shifts(struct sampling *s)
{
	for (unsigned i = 0; i < s->c->count; i++)
		while (too_much(s, i))
			s->keys.shift[i]++;
}

static void
gather(struct sampling *s, unsigned r)
{
	struct keyed_list found = key_sample_take(&s->keys, r);
	struct looked_at *l = &s->rule[r];

	l->count = found.count;
	l->key = mem_alloc((found.count + 1) * sizeof *l->key);
	l->node = mem_alloc((found.count + 1) * sizeof *l->node);
	for (size_t i = 0; i < found.count; i++) {
		l->key[i] = (uint64_t)found.list[i].half << 32;
		l->node[i] = found.list[i].node;
	}
	mem_free(found.list);
}

/* ---- counting ---- */

static void
count_rule(struct sampling *s, unsigned r)
{
	struct looked_at *k = &s->rule[r];
	struct pair_rule *rule = &s->c->rule[r];
	uint64_t *sizes = s->c->sizes + (size_t)r * (BLOCK_MOST + 1), small = 0, pairs = 0, keys = 0;
	uint32_t *by_source = mem_zero((size_t)s->w->sources + 1, sizeof *by_source);
	unsigned shift = s->keys.shift[r];

	for (size_t at = 0, end; at < k->count; at = end) {
		uint64_t n;

		end = blocks_end(k->key, at, k->count);
		n = pairs_among(s->w, k->node + at, end - at, s->o->across, by_source);
		keys++;
		pairs += n;
		if (end - at > BLOCK_MOST)
			continue;
		small += n;
		sizes[end - at] += n << shift;
	}
	rule->keys = keys << shift;
	rule->pairs = pairs << shift;
	s->rule[r].bound = UINT64_MAX;
	s->rule[r].weight = (uint64_t)SAMPLE_ONE << shift;
	if (small > SAMPLE_RULE || small > SAMPLE_RULES / s->c->count) {
		uint64_t wanted = SAMPLE_RULES / s->c->count;

		if (wanted > SAMPLE_RULE)
			wanted = SAMPLE_RULE;
		s->rule[r].bound = UINT64_MAX / small * wanted;
		s->rule[r].weight = s->rule[r].weight * small / wanted;
	}
	mem_free(by_source);
}

/* ---- pairs ---- */

/* Whether the smallest key that both have under the rule is this one. */
static bool
smallest_shared(const struct rule_set *s, unsigned rule, uint32_t a, uint32_t b, uint64_t key)
{
	UNCLEARED uint64_t x[RULE_KEYS], y[RULE_KEYS];
	unsigned i = 0, j = 0;

	rule_set_keys(s, rule, a, x);
	rule_set_keys(s, rule, b, y);
	while (x[i] != y[j])
		if (x[i] < y[j])
			i++;
		else
			j++;
	return key_half(x[i]) == key_half(key);
}

/* The fields in which two nodes say the same, a bit each. */
static unsigned
fields_alike(const struct view *w, uint32_t a, uint32_t b)
{
	const uint32_t *x = w->node[a].slot, *y = w->node[b].slot;
	unsigned alike = 0;

	for (unsigned f = 0; f < FIELDS_MAX; f++)
		alike |= (unsigned)(x[f] == y[f] && x[f] != 0) << f;
	return alike;
}

/* Whether a rule before this one is seen to hold without all keys of the two: where they say the same.
 * Half of the pairs of most rules are of one person, and go here. */
static bool
met_before(const struct sampling *s, unsigned rule, uint32_t a, uint32_t b)
{
	unsigned differ = ~fields_alike(s->w, a, b);

	for (unsigned r = 0; r < rule; r++)
		if ((s->fields[r] & differ) == 0 && rule_set_holds(&s->set, r, a, b))
			return true;
	return false;
}

static void
drop_met(const struct sampling *s, struct waiting *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->count; i++) {
		if (met_before(s, w->rule, w->a[i], w->b[i]))
			continue;
		w->a[n] = w->a[i];
		w->b[n] = w->b[i];
		w->key[n++] = w->key[i];
	}
	w->count = n;
}

/* Both have several keys under some atom of the rule, so they may share more than one. */
static bool
may_meet_again(const struct rule_set *s, unsigned rule, uint32_t a, uint32_t b)
{
	for (unsigned i = 0; i < s->rule[rule].count; i++) {
		uint64_t key;

		if (atoms_one(&s->atoms, s->rule[rule].atom[i], a, &key) < 0 &&
		    atoms_one(&s->atoms, s->rule[rule].atom[i], b, &key) < 0)
			return true;
	}
	return false;
}

/* Whether it is a pair of the rule, under this key and no rule before it. */
static bool
first_met(const struct sampling *s, unsigned rule, uint32_t a, uint32_t b, uint64_t key,
    uint64_t *mask)
{
	*mask = rule_set_agree(&s->set, a, b);
	return (*mask & -*mask) == UINT64_C(1) << rule &&
	    (!may_meet_again(&s->set, rule, a, b) || smallest_shared(&s->set, rule, a, b, key));
}

/* What one pair needs from memory comes while that of others is on its way. */
static void
look_at_pairs(const struct sampling *s, struct waiting *w)
{
	struct sampled pair[PAIRS];
	size_t n = 0;

	drop_met(s, w);
	for (size_t i = 0; i < w->count; i++)
		rule_set_expect(&s->set, w->a[i], w->b[i]);
	for (size_t i = 0; i < w->count; i++) {
		uint64_t mask;

		if (first_met(s, w->rule, w->a[i], w->b[i], w->key[i], &mask))
			pair[n++] = (struct sampled){ w->a[i], w->b[i], mask, s->rule[w->rule].weight };
	}
	if (n > 0)
		s->v->visit(s->v->arg, w->rule, pair, n);
	w->count = 0;
}

/* The hash of a pair is that of one node, spread, and that of the other; it is the same under
 * every rule. `hash` is room. */
static void
sample_block(const struct sampling *s, struct waiting *w, uint64_t *hash, uint64_t key,
    const uint32_t *node, size_t count)
{
	uint64_t bound = s->rule[w->rule].bound;

	for (size_t i = 0; i < count; i++)
		hash[i] = s->w->node_hash[node[i]];
	for (size_t i = 0; i < count; i++) {
		uint64_t first = key_join(s->o->seed, hash[i]);

		for (size_t j = i + 1; j < count; j++) {
			if ((first ^ hash[j]) * PAIR_SPREAD > bound ||
			    (s->o->across && s->w->source[node[i]] == s->w->source[node[j]]))
				continue;
			compare_expect_node(s->w, node[i]);
			compare_expect_node(s->w, node[j]);
			w->a[w->count] = node[i];
			w->b[w->count] = node[j];
			w->key[w->count++] = key;
			if (w->count == PAIRS)
				look_at_pairs(s, w);
		}
	}
}

static void
look_at_rule(void *arg, unsigned r)
{
	struct sampling *s = arg;
	struct looked_at *k = &s->rule[r];
	uint64_t *hash = mem_alloc(BLOCK_MOST * sizeof *hash);
	struct waiting w = { .rule = r };

	gather(s, r);
	blocks_sort(k->key, k->node, k->count);
	count_rule(s, r);
	for (size_t at = 0, end; at < k->count; at = end) {
		end = blocks_end(k->key, at, k->count);
		for (size_t i = at + AHEAD; i < end + AHEAD && i < k->count; i++)
			cache_expect(&s->w->node_hash[k->node[i]]);
		if (end - at > 1 && end - at <= BLOCK_MOST)
			sample_block(s, &w, hash, k->key[at], k->node + at, end - at);
	}
	look_at_pairs(s, &w);
	mem_free(hash);
	mem_free(k->key);
	mem_free(k->node);
}

void
sample_rules(struct candidates *c, const struct view *w, const struct pairs_options *o,
    const struct sample_visitor *v)
{
	struct sampling *s = mem_zero(1, sizeof *s);

	s->c = c;
	s->w = w;
	s->o = o;
	s->v = v;
	c->sizes = mem_zero((size_t)c->count * (BLOCK_MOST + 1) + 1, sizeof *c->sizes);
	order_rules(c, w);
	rule_set_pick(&s->set, c->atoms, w, c->rule, c->count);
	for (unsigned r = 0; r < c->count; r++)
		s->fields[r] = fields_of(&s->set, r);
	choose_shifts(s);
	s->keys.set = &s->set;
	s->keys.seed = o->seed;
	key_sample_find(&s->keys, o->threads);
	v->start(v->arg, c->count);
	parallel_each(o->threads, c->count, look_at_rule, s);
	rule_set_done(&s->set);
	key_sample_done(&s->keys);
	mem_free(s);
}
