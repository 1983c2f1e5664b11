/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/strangers.c: random pairs without a random number: some nodes are taken by the hash
 * of their first record's id, and meet in groups, in the order of those hashes, each with all the
 * others of its group.
 * A node that meets a hundred others is fetched from memory once for all of them. How often
 * strangers agree is known as well as from as many nodes, and that of rare agreement as from as
 * many pairs (Hoeffding 1948, the variance of a U-statistic): sixteen thousand nodes and a million
 * pairs tell a share within about two per cent for the one, a third for 1 in 100,000 by the
 * other. */
#include "base/alloc.h"
#include "base/pipeline.h"
#include "resolve/atoms.h"
#include "resolve/blocks.h"
#include "resolve/effort.h"
#include "resolve/level.h"
#include "resolve/rule_set.h"
#include "resolve/sample.h"

enum {
	STRANGERS = 1000000,	/* pairs wanted */
	MEET = 128,		/* nodes of a group, at least */
	SIDE = 256,		/* nodes of a side of the squares that a large group is cut into */
	SKIP_MOST = 16,		/* pairs inside a source that are passed over for one across */
	BATCH = 128		/* pairs given out together */
};

struct meeting {
	const struct view		*w;
	const struct sample_visitor	*v;
	bool				 across;
	uint32_t			*node;		/* group after group */
	size_t				 nodes;
	size_t				 size;		/* of a group; the last may be smaller */
	unsigned			 sides;		/* of its squares */
	const struct rule_set		*set;		/* candidate rules; NULL: none are asked */
};

/* Nodes [from, to) of a meeting, one side of a square. */
struct side {
	size_t	from, to;
};

static struct side
side_of(const struct meeting *m, size_t group, unsigned side)
{
	size_t begin = group * m->size, end = begin + m->size;
	struct side s = { begin + (size_t)side * SIDE, begin + (side + (size_t)1) * SIDE };

	end = end < m->nodes ? end : m->nodes;
	return (struct side){ s.from < end ? s.from : end, s.to < end ? s.to : end };
}

static void
expect(const struct meeting *m, struct side s)
{
	for (size_t i = s.from; i < s.to; i++)
		compare_expect_node(m->w, m->node[i]);
}

/* A node with those of a side that stand after it. */
static void
meet_side(const struct meeting *m, unsigned task, size_t i, struct side s)
{
	struct sampled pair[BATCH];
	uint32_t a = m->node[i];
	size_t n = 0;

	for (size_t j = s.from > i ? s.from : i + 1; j < s.to; j++) {
		uint32_t b = m->node[j];

		if (m->across && m->w->source[a] == m->w->source[b])
			continue;
		pair[n++] = (struct sampled){ a < b ? a : b, a < b ? b : a,
		    m->set == NULL ? 0 : rule_set_agree(m->set, a, b), SAMPLE_ONE };
		if (n == BATCH) {
			m->v->visit(m->v->arg, task, pair, n);
			n = 0;
		}
	}
	if (n > 0)
		m->v->visit(m->v->arg, task, pair, n);
}

/* One square: two sides, or a side and itself. */
static void
meet(void *arg, unsigned task)
{
	const struct meeting *m = arg;
	unsigned squares = m->sides * (m->sides + 1) / 2, y = 0, x = task % squares;
	struct side rows, columns;

	for (; x > y; x -= ++y)
		;
	rows = side_of(m, task / squares, x);
	columns = side_of(m, task / squares, y);
	expect(m, rows);
	if (x != y)
		expect(m, columns);
	for (size_t i = rows.from; i < rows.to; i++)
		meet_side(m, task, i, columns);
}

static void
meet_all(struct meeting *m, unsigned threads)
{
	size_t groups;
	unsigned tasks;

	m->size = m->size < m->nodes ? m->size : m->nodes;
	m->sides = (unsigned)((m->size + SIDE - 1) / SIDE);
	groups = m->size == 0 ? 0 : (m->nodes + m->size - 1) / m->size;
	tasks = (unsigned)groups * (m->sides * (m->sides + 1) / 2);
	m->v->start(m->v->arg, tasks);
	parallel_each(threads, tasks, meet, m);
	mem_free(m->node);
}

/* The nodes with the smallest hashes, about so many of them, in that order. */
static void
choose_nodes(struct meeting *m, uint64_t seed, uint64_t wanted)
{
	uint32_t all = m->w->nodes;
	uint64_t bound = all <= wanted ? UINT64_MAX : UINT64_MAX / all * wanted;
	uint64_t *key = NULL;
	size_t cap = 0, node_cap = 0;

	for (uint32_t i = 0; i < all; i++) {
		uint64_t hash = key_join(m->w->node_hash[i], seed);

		if (hash > bound)
			continue;
		key = mem_grow(key, m->nodes + 1, &cap, sizeof *key);
		m->node = mem_grow(m->node, m->nodes + 1, &node_cap, sizeof *m->node);
		key[m->nodes] = hash;
		m->node[m->nodes++] = i;
	}
	if (m->nodes > 0)
		blocks_sort(key, m->node, m->nodes);
	mem_free(key);
}

/* Pairs that meet for as many as are wanted to be of different sources. */
static uint64_t
pairs_to_meet(const struct candidates *c, const struct view *w)
{
	double all = (double)w->nodes * ((double)w->nodes - 1) / 2;
	double times = c->all == 0 ? 1 : all / (double)c->all;

	return (uint64_t)((double)effort_pairs(w, STRANGERS) * (times < SKIP_MOST ? times : SKIP_MOST));
}

static uint64_t
pairs_in(uint64_t nodes)
{
	return nodes * (nodes - (nodes > 0)) / 2;
}

/* Of a group, so that all of them together make as many pairs: the last one may be small. */
static size_t
size_of_group(size_t nodes, uint64_t pairs)
{
	size_t size = nodes == 0 ? 0 : 2 * pairs / nodes + 1;

	if (size < MEET)
		size = MEET;
	while (size < nodes && nodes / size * pairs_in(size) + pairs_in(nodes % size) < pairs)
		size += size / MEET;
	return size;
}

void
sample_strangers(const struct candidates *c, const struct view *w,
    const struct pairs_options *o, const struct sample_visitor *v)
{
	struct rule_set set = { .count = 0 };
	struct meeting m = { .w = w, .v = v, .across = o->across, .set = &set };
	uint64_t pairs = pairs_to_meet(c, w);

	rule_set_pick(&set, c->atoms, w, c->rule, c->count);

	choose_nodes(&m, o->seed, 2 * pairs / (MEET - 1));
	m.size = size_of_group(m.nodes, pairs);
	meet_all(&m, o->threads);
	rule_set_done(&set);
}

void
sample_all(const struct view *w, const struct pairs_options *o, const struct sample_visitor *v)
{
	struct meeting m = { .w = w, .v = v, .across = o->across, .nodes = w->nodes,
	    .size = w->nodes };

	m.node = mem_alloc(((size_t)w->nodes + 1) * sizeof *m.node);
	for (uint32_t i = 0; i < w->nodes; i++)
		m.node[i] = i;
	meet_all(&m, o->threads);
}
