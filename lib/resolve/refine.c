/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/refine.c: an atom is worth the nodes that have it times the bits by which it tells
 * them apart. Beyond eight bits a block is small enough, and what tells more only parts matches,
 * so more bits count no more: an identifier that few have does not win over a filled field. */
#include "base/alloc.h"
#include "base/attr.h"
#include "base/pipeline.h"
#include "resolve/blocks.h"
#include "resolve/key_count.h"
#include "resolve/refine.h"
#include "resolve/rule_set.h"

enum {
	NODES = 1 << 14,	/* that are looked at */
	BITS_MOST = 8
};

/* Some nodes, each with the key of its block. */
struct crowd {
	uint64_t	*block;
	uint32_t	*node;
	size_t		 count;
};

struct refining {
	const struct view	*w;
	uint64_t		 seed;
	const struct atoms	*atoms;			/* all that the view has */
	struct crowd		 crowd;
	uint64_t		 worth[ATOMS_MAX];	/* by atom, for the crowd */
	uint64_t		 everywhere[ATOMS_MAX];	/* for nodes of all the view */
};

static void
crowd_done(struct crowd *c)
{
	mem_free(c->block);
	mem_free(c->node);
	*c = (struct crowd){ 0 };
}

/* Room for `all` nodes, of which about NODES are kept. */
static void
crowd_open(struct crowd *c, size_t all)
{
	c->block = mem_alloc((all + 1) * sizeof *c->block);
	c->node = mem_alloc((all + 1) * sizeof *c->node);
}

static void
crowd_add(struct refining *f, size_t all, uint64_t block, uint32_t node)
{
	struct crowd *c = &f->crowd;
	uint64_t bound = all <= NODES ? UINT64_MAX : UINT64_MAX / all * NODES;

	if (key_join(f->w->node_hash[node], f->seed) > bound)
		return;
	c->block[c->count] = block;
	c->node[c->count++] = node;
}

/* ---- what an atom is worth ---- */

static uint64_t
worth_of(const struct refining *f, unsigned atom)
{
	const struct crowd *c = &f->crowd;
	UNCLEARED uint64_t room[ATOM_KEYS];
	uint64_t nodes = 0, block = 0, in_block = 0, all = 1, same, bits = 0;
	const uint64_t *key;
	struct key_count k;

	key_count_open(&k, c->count);
	for (size_t i = 0; i < c->count; i++) {
		atoms_expect_next(f->atoms, atom, c->node, i, c->count);
		if (atoms_list(f->atoms, atom, c->node[i], room, &key) == 0)
			continue;
		in_block = c->block[i] == block ? in_block : 0;
		all += in_block++;
		block = c->block[i];
		nodes++;
		key_count_add(&k, key_join(block, key[0]));
	}
	for (same = k.pairs + 1; same * 2 <= all && bits < BITS_MOST; bits++)
		same *= 2;
	key_count_done(&k);
	return nodes * bits;
}

static void
weigh(void *arg, unsigned atom)
{
	struct refining *f = arg;

	f->worth[atom] = worth_of(f, atom);
}

/* ---- one rule ---- */

static unsigned
keys_of_rule(const void *arg, uint32_t node, uint64_t key[BLOCK_KEYS])
{
	return rule_set_keys(arg, 0, node, key);
}

/* Nodes of the blocks above the cap. */
static void
find_crowd(struct refining *f, const struct pair_rule *rule, unsigned threads)
{
	struct rule_set set;
	struct blocks b = { 0 };
	size_t all = 0;

	rule_set_pick(&set, f->atoms, f->w, rule, 1);
	blocks_make(&b, f->w->nodes, keys_of_rule, &set, threads);
	for (size_t at = 0, end; at < b.count; at = end) {
		end = blocks_end(b.key, at, b.count);
		all += end - at > rule->cap ? end - at : 0;
	}
	crowd_open(&f->crowd, all);
	for (size_t at = 0, end; at < b.count; at = end) {
		end = blocks_end(b.key, at, b.count);
		for (size_t i = at; end - at > rule->cap && i < end; i++)
			crowd_add(f, all, b.key[at], b.node[i]);
	}
	blocks_done(&b);
	rule_set_done(&set);
}

static bool
may_refine(const struct refining *f, const struct pair_rule *rule, const struct atom_keys *k)
{
	if (k->shape == KEY_OF_NAMES)
		return false;
	for (unsigned i = 0; i < rule->count; i++)
		if (rule->atom[i].field == k->of.field ||
		    (rule->atom[i].atom == PAIR_NAME_SET && f->w->field[k->of.field].type == FIELD_FAMILY))
			return false;
	for (unsigned i = 0; i < rule->refines; i++)
		if (rule->refine[i].field == k->of.field)
			return false;
	return true;
}

/* Of equals the first, which is the tighter one of a field. */
static void
take_best(const struct refining *f, struct pair_rule *rule, const uint64_t *worth)
{
	int best = -1;

	for (unsigned a = 0; a < f->atoms->count; a++)
		if (worth[a] > 0 && may_refine(f, rule, &f->atoms->list[a]) &&
		    (best < 0 || worth[a] > worth[best]))
			best = (int)a;
	if (best >= 0)
		rule->refine[rule->refines++] = f->atoms->list[best].of;
}

static void
refine_rule(struct refining *f, struct pair_rule *rule, bool large, unsigned threads)
{
	const uint64_t *worth = f->everywhere;

	if (large) {
		find_crowd(f, rule, threads);
		parallel_each(threads, f->atoms->count, weigh, f);
		worth = f->worth;
		crowd_done(&f->crowd);
	}
	rule->refines = 0;
	for (unsigned i = 0; i < REFINE_ATOMS; i++)
		take_best(f, rule, worth);
}

void
rules_refine(struct pair_rule *rule, unsigned count, unsigned large,
    const struct atoms *atoms, const struct pairs_options *o)
{
	const struct view *w = atoms->view;
	struct refining f = { .w = w, .seed = o->seed, .atoms = atoms };

	crowd_open(&f.crowd, w->nodes);
	for (uint32_t i = 0; i < w->nodes; i++)
		crowd_add(&f, w->nodes, 0, i);
	parallel_each(o->threads, atoms->count, weigh, &f);
	memcpy(f.everywhere, f.worth, sizeof f.everywhere);
	crowd_done(&f.crowd);
	for (unsigned r = 0; r < count; r++)
		refine_rule(&f, &rule[r], large >> r & 1, o->threads);
}
