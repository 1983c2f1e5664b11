/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/block_pairs.c: every pair that the chosen rules bring together, exactly once
 * (resolve 6). A pair met in the block of a key of one rule is visited iff no key that is
 * processed under an earlier rule brought it together, and the key is the smallest of those
 * processed under this one that both have.
 *
 * Most pairs are decided by the traits of their nodes alone: an earlier rule that holds for a pair
 * has brought it together, unless the ladder took the key away. Only nodes with a key that was too
 * common, or with several keys on both sides, are looked at more closely. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/beside.h"
#include "base/error.h"
#include "base/pipeline.h"
#include "resolve/ladder.h"
#include "resolve/level.h"
#include "resolve/traits.h"
#include "resolve/view.h"

#include <stdatomic.h>
#include <string.h>

enum {
	TILE = 1024,			/* members set against each other at a time */
	AHEAD = 16,			/* entries: how far the cache is told in advance */
	MET = 4 * COMPARE_MOST,		/* pairs that wait to be visited */
	KEPT = 1 << 12,			/* nodes whose keys are kept, in places by their number */
	KEPT_BYTES = 1 << 20,		/* of their keys, about: what a cache of the second level holds */
	PIECE_PAIRS = 1 << 17,		/* of one task, about ... */
	PIECE_ENTRIES = 1 << 14		/* ... and keys: no thread waits long for the last one */
};

/* A task: whole blocks of one step of the ladder; or rows × columns of one that is large; or rows
 * of all pairs. */
struct piece {
	size_t		from, to;	/* entries */
	unsigned	step;
	size_t		row, column;	/* tiles, where `tile` */
	bool		tile;
	unsigned	task;
	void		*slot;
	uint64_t	done;		/* pairs visited of nodes that count */
};

/* The keys of a node under a rule, ascending. */
struct node_keys {
	uint32_t	 node;
	unsigned	 rule, count;
	const uint64_t	*key;		/* NULL: none are kept here */
};

/* Of nodes with several keys: in texts of many words each is asked for again for every other node that
 * has one of them. Of one worker. */
struct kept_keys {
	struct node_keys	*of;		/* KEPT of them; NULL: nobody asked yet */
	struct arena		 arena;
	size_t			 bytes;		/* of keys in it */
};

struct pairs_run {
	struct chosen			*chosen;
	const struct view		*w;
	const struct pairs_options	*o;
	const struct pairs_visitor	*visitor;
	uint32_t			 real;	/* nodes from here on meet only those before */
	struct rule_set			 set;
	struct traits			 traits;
	struct ladder			 ladder[CHOSEN_MAX];
	struct blocks			 blocks[2];	/* of the rule at work and of the next one */
	_Atomic uint16_t		*over;	/* by node: rules with a key of it too common */
	bool				 any_over;
	unsigned			 rule;	/* at work */
	uint64_t			 bits;	/* its atoms */
	struct kept_keys		*kept;	/* by worker */
	struct piece			*piece;
	size_t				 pieces, piece_cap, next;
	unsigned			 tasks;
};

static void
add_piece(struct pairs_run *e, struct piece p)
{
	p.task = e->tasks++;
	e->piece = mem_grow(e->piece, e->pieces + 1, &e->piece_cap, sizeof *e->piece);
	e->piece[e->pieces++] = p;
}

/* ---- pieces of a rule ---- */

static void
cut_block(struct pairs_run *e, unsigned step, size_t from, size_t to)
{
	size_t tiles = (to - from + TILE - 1) / TILE;

	for (size_t row = 0; row < tiles; row++)
		for (size_t column = row; column < tiles; column++)
			add_piece(e, (struct piece){ .from = from, .to = to, .step = step,
			    .row = row, .column = column, .tile = true });
}

static void
cut_step(struct pairs_run *e, unsigned step)
{
	const struct ladder *l = &e->ladder[e->rule];
	const struct step *s = &l->step[step];
	size_t from = 0;
	uint64_t pairs = 0;

	for (size_t at = 0, end; at < s->count; at = end) {
		bool over;
		size_t n;

		end = blocks_end(s->key, at, s->count);
		n = end - at;
		over = n > l->cap && ladder_size(l, s->node + at, n) > l->cap;
		if (n > TILE || over || pairs >= PIECE_PAIRS || at - from >= PIECE_ENTRIES) {
			if (pairs > 0)
				add_piece(e, (struct piece){ .from = from, .to = at, .step = step });
			from = at;
			pairs = 0;
		}
		if (over || n > TILE)
			from = end;
		else
			pairs += (uint64_t)n * (n - 1) / 2;
		if (n > TILE && !over)
			cut_block(e, step, at, end);
	}
	if (pairs > 0)
		add_piece(e, (struct piece){ .from = from, .to = s->count, .step = step });
}

/* ---- pairs of a piece ---- */

/* Nodes stand anywhere in memory: pairs wait until they are on their way. */
struct room {
	struct node_pair	 pair[MET];
	unsigned		 waiting;
	struct kept_keys	*kept;		/* of the worker */
};

static void
visit_all(const struct pairs_run *e, struct piece *p, struct room *r)
{
	for (unsigned at = 0; at < r->waiting; at += COMPARE_MOST) {
		unsigned left = r->waiting - at;

		e->visitor->visit(p->slot, e, r->pair + at,
		    left < COMPARE_MOST ? left : COMPARE_MOST);
	}
	r->waiting = 0;
}

/* Pairs of one node follow each other. */
static void
add_met(const struct pairs_run *e, struct piece *p, struct room *r, uint32_t a, uint32_t b)
{
	if (r->waiting == 0 || r->pair[r->waiting - 1].a != a)
		compare_expect_node(e->w, a);
	compare_expect_node(e->w, b);
	r->pair[r->waiting++] = (struct node_pair){ a, b };
	p->done += b < e->real;
	if (r->waiting == MET)
		visit_all(e, p, r);
}

/* Borrowed until the next but one is asked for. */
static struct node_keys
keys_of(struct kept_keys *kept, const struct ladder *l, uint32_t node)
{
	uint64_t *key;
	struct node_keys *k;

	if (kept->of == NULL)
		kept->of = mem_zero(KEPT, sizeof *kept->of);
	k = &kept->of[node % KEPT];
	if (k->key != NULL && k->node == node && k->rule == l->rule)
		return *k;
	key = arena_alloc(&kept->arena, BLOCK_KEYS * sizeof *key);
	*k = (struct node_keys){ node, l->rule, ladder_keys(l, node, key), key };
	arena_trim(&kept->arena, key, k->count * sizeof *key);
	kept->bytes += k->count * sizeof *key;
	return *k;
}

static void
forget_keys(struct kept_keys *kept)
{
	if (kept->of != NULL)
		memset(kept->of, 0, KEPT * sizeof *kept->of);
	arena_reset(&kept->arena);
	kept->bytes = 0;
}

/* The smallest key that both have; 0: none. */
static uint64_t
smallest_shared(struct kept_keys *kept, const struct ladder *l, uint32_t a, uint32_t b)
{
	struct node_keys x, y;
	unsigned i = 0, j = 0;

	if (kept->bytes > KEPT_BYTES)
		forget_keys(kept);
	x = keys_of(kept, l, a);
	y = keys_of(kept, l, b);
	while (i < x.count && j < y.count) {
		if (x.key[i] == y.key[j])
			return x.key[i];
		if (x.key[i] < y.key[j])
			i++;
		else
			j++;
	}
	return 0;
}

static bool
met_earlier(const struct pairs_run *e, struct room *r, uint32_t a, uint32_t b, uint64_t rules)
{
	uint64_t earlier = rules & ((UINT64_C(1) << e->rule) - 1), doubtful;

	if (earlier == 0 || !e->any_over)
		return earlier != 0;
	doubtful = earlier & atomic_load_explicit(&e->over[a], memory_order_relaxed) &
	    atomic_load_explicit(&e->over[b], memory_order_relaxed);
	if (earlier != doubtful)
		return true;
	for (; doubtful != 0; doubtful &= doubtful - 1)
		if (smallest_shared(r->kept, &e->ladder[__builtin_ctzll(doubtful)], a, b) != 0)
			return true;
	return false;
}

/* Both have several keys under an atom by which the rule was refined. */
static bool
refined_several(const struct pairs_run *e, unsigned step, uint32_t a, uint32_t b)
{
	const struct rule_atoms *r = &e->set.rule[e->rule];
	uint64_t key;

	for (unsigned i = 0; i < step; i++)
		if (atoms_one(&e->set.atoms, r->refine[i], a, &key) < 0 &&
		    atoms_one(&e->set.atoms, r->refine[i], b, &key) < 0)
			return true;
	return false;
}

/* Under this rule, with a smaller key. */
static bool
met_before(const struct pairs_run *e, struct room *r, unsigned step, uint32_t a, uint32_t b,
    uint64_t key)
{
	return (!traits_share_one(&e->traits, a, b, e->bits) || refined_several(e, step, a, b)) &&
	    smallest_shared(r->kept, &e->ladder[e->rule], a, b) != key;
}

/* A node and each of some others of its block. */
static void
pair_row(const struct pairs_run *e, struct piece *p, struct room *r, uint64_t key, uint32_t node,
    const uint32_t *other, size_t count)
{
	const uint32_t *source = e->w->source;
	uint64_t has = traits_has(&e->traits, node), now = (UINT64_C(2) << e->rule) - 1;

	if (node >= e->real)
		return;
	for (size_t i = 0; i < count; i++) {
		struct traits_alike alike = traits_compare(&e->traits, node, other[i]);
		uint64_t rules = traits_allow(&e->traits, node, other[i], has, alike, now);

		if (!(rules >> e->rule & 1) || (e->o->across && source[node] == source[other[i]]) ||
		    met_earlier(e, r, node, other[i], rules))
			continue;
		if (((alike.several & e->bits) != 0 || p->step > 0) &&
		    met_before(e, r, p->step, node, other[i], key))
			continue;
		add_met(e, p, r, node, other[i]);
	}
}

uint16_t
pairs_rules(const struct pairs_run *e, struct node_pair pair)
{
	return e->chosen->all_pairs ? 0 : (uint16_t)traits_agree(&e->traits, pair.a, pair.b,
	    traits_has(&e->traits, pair.a));
}

static void
pair_block(const struct pairs_run *e, struct piece *p, struct room *r, size_t from, size_t to)
{
	const struct step *s = &e->ladder[e->rule].step[p->step];

	for (size_t i = from; i + 1 < to; i++)
		pair_row(e, p, r, s->key[from], s->node[i], s->node + i + 1, to - i - 1);
}

static void
pair_tile(const struct pairs_run *e, struct piece *p, struct room *r)
{
	const struct step *s = &e->ladder[e->rule].step[p->step];
	size_t row = p->from + p->row * TILE, column = p->from + p->column * TILE;
	size_t columns = p->to - column < TILE ? p->to - column : TILE;

	if (p->row == p->column) {
		pair_block(e, p, r, row, row + columns);
		return;
	}
	for (size_t i = row; i < row + TILE; i++)
		pair_row(e, p, r, s->key[row], s->node[i], s->node + column, columns);
}

/* The members of blocks that are to come. */
static void
expect(const struct pairs_run *e, const struct step *s, size_t from, size_t to, size_t end)
{
	for (size_t i = from; i < to && i < end; i++)
		traits_expect(&e->traits, s->node[i]);
}

static void
pair_blocks(const struct pairs_run *e, struct piece *p, struct room *r)
{
	const struct step *s = &e->ladder[e->rule].step[p->step];

	for (size_t at = p->from, end; at < p->to; at = end) {
		end = blocks_end(s->key, at, p->to);
		expect(e, s, at + AHEAD, end + AHEAD, p->to);
		pair_block(e, p, r, at, end);
	}
}

static void
work(void *arg, void *item, unsigned worker)
{
	const struct pairs_run *e = arg;
	struct piece *p = item;
	UNCLEARED struct room r;

	r.waiting = 0;
	r.kept = &e->kept[worker];
	if (p->tile)
		pair_tile(e, p, &r);
	else
		pair_blocks(e, p, &r);
	visit_all(e, p, &r);
}

/* ---- all pairs ---- */

static void
cut_rows(struct pairs_run *e)
{
	size_t nodes = e->w->nodes, rows = e->real, from = 0;
	uint64_t pairs = 0;

	for (size_t i = 0; i < rows; i++) {
		pairs += nodes - i - 1;
		if (pairs >= PIECE_PAIRS || i + 1 == rows) {
			add_piece(e, (struct piece){ .from = from, .to = i + 1 });
			from = i + 1;
			pairs = 0;
		}
	}
}

static void
work_rows(void *arg, void *item, unsigned worker)
{
	const struct pairs_run *e = arg;
	const struct view *w = e->w;
	struct piece *p = item;
	UNCLEARED struct room r;

	(void)worker;
	r.waiting = 0;
	r.kept = NULL;		/* what is met once asks for no keys */
	for (size_t a = p->from; a < p->to; a++)
		for (size_t b = a + 1; b < w->nodes; b++) {
			if (e->o->across && w->source[a] == w->source[b])
				continue;
			add_met(e, p, &r, (uint32_t)a, (uint32_t)b);
		}
	visit_all(e, p, &r);
}

/* ---- the run ---- */

static int
make(void *arg, void **item, struct error *error)
{
	struct pairs_run *e = arg;
	struct piece *p;

	(void)error;
	if (e->next == e->pieces)
		return 0;
	p = &e->piece[e->next++];
	p->slot = e->visitor->start(e->visitor->arg, p->task);
	*item = p;
	return 1;
}

static int
emit(void *arg, void *item, struct error *error)
{
	struct pairs_run *e = arg;
	struct piece *p = item;

	(void)error;
	e->chosen->done += p->done;
	e->visitor->finish(e->visitor->arg, p->task, p->slot);
	return 0;
}

static void
drop(void *arg, void *item)
{
	(void)arg;
	(void)item;
}

static void
run_pieces(struct pairs_run *e, void (*worker)(void *arg, void *item, unsigned worker))
{
	struct pipeline p = { make, worker, emit, drop, e->o->threads, 0 };
	struct error none = { 0 };
	int r = pipeline_run(&p, e, &none);

	(void)r;	/* nothing in it can fail */
	e->pieces = 0;
	e->next = 0;
}

static void
make_ladder(struct pairs_run *e, unsigned rule)
{
	ladder_make(&e->ladder[rule], &e->blocks[rule % 2], &e->traits, e->chosen, rule, e->w, e->o,
	    e->over);
}

static void
make_next(void *arg)
{
	struct pairs_run *e = arg;

	make_ladder(e, e->rule + 1);
}

/* Blocks of the next rule are made beside: what only one thread can do there keeps no other waiting. */
static void
each_rule(struct pairs_run *e)
{
	if (e->chosen->count > 0)
		make_ladder(e, 0);
	for (e->rule = 0; e->rule < e->chosen->count; e->rule++) {
		struct ladder *l = &e->ladder[e->rule];
		struct beside *next = NULL;

		if (e->rule + 1 < e->chosen->count)
			next = beside_start(e->o->threads, make_next, e);
		else
			blocks_done(&e->blocks[(e->rule + 1) % 2]);
		e->bits = rule_bits(&e->set.rule[e->rule]);
		e->any_over |= l->bigs > 0;
		for (unsigned step = 0; step < LADDER_STEPS; step++)
			cut_step(e, step);
		run_pieces(e, work);
		beside_end(next);
		ladder_drop_steps(l);
	}
	for (unsigned i = 0; i < 2; i++)
		blocks_done(&e->blocks[i]);
}

static void
drop_atoms(struct chosen *chosen)
{
	if (chosen->atoms != NULL)
		atoms_done(chosen->atoms);
	mem_free(chosen->atoms);
	chosen->atoms = NULL;
}

void
pairs_each(struct chosen *chosen, const struct view *w, const struct pairs_options *o,
    const struct pairs_visitor *visitor)
{
	struct pairs_run *e = mem_zero(1, sizeof *e);

	e->chosen = chosen;
	e->w = w;
	e->o = o;
	e->visitor = visitor;
	e->real = o->real > 0 ? o->real : w->nodes;
	chosen->done = 0;
	chosen->lost = 0;
	chosen->bigs = 0;
	if (chosen->all_pairs) {
		cut_rows(e);
		run_pieces(e, work_rows);
	} else {
		if (chosen->atoms != NULL)
			rule_set_pick(&e->set, chosen->atoms, w, chosen->rule, chosen->count);
		else
			rule_set_make(&e->set, w, chosen->rule, chosen->count, o->threads);
		traits_make(&e->traits, &e->set, o->threads);
		e->over = mem_zero((size_t)w->nodes + 1, sizeof *e->over);
		e->kept = mem_zero(o->threads + 1, sizeof *e->kept);
		each_rule(e);
		for (unsigned r = 0; r < chosen->count; r++)
			ladder_done(&e->ladder[r]);
		traits_done(&e->traits);
		rule_set_done(&e->set);
		drop_atoms(chosen);
		for (unsigned i = 0; i <= o->threads; i++) {
			mem_free(e->kept[i].of);
			arena_done(&e->kept[i].arena);
		}
		mem_free(e->kept);
		mem_free(e->over);
	}
	mem_free(e->piece);
	mem_free(e);
}

void
chosen_done(struct chosen *chosen)
{
	drop_atoms(chosen);
	mem_free(chosen->big);
	*chosen = (struct chosen){ 0 };
}
