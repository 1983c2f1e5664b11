/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/strangers.c: random pairs without a random number: nodes are put into buckets by
 * the hash of their first record's id, and each is paired with those after it in its bucket. */
#include "base/alloc.h"
#include "base/pipeline.h"
#include "resolve/atoms.h"
#include "resolve/sample.h"

enum {
	STRANGERS = 4000000,	/* pairs wanted */
	TASK = 1 << 15		/* nodes of one task */
};

struct pairing {
	const struct view	*w;
	bool			 across;
	uint32_t		*bucket;	/* by node */
	uint32_t		*at;		/* by bucket, one more at the end: place in member */
	uint32_t		*member;	/* nodes of each bucket, ascending */
	uint32_t		*place;		/* by node: in member */
	size_t			*first;		/* by task: of its pairs; then one more at the end */
	struct sampled		*pair;		/* NULL: only counted */
	uint64_t		 weight;
};

static size_t
pair_node(const struct pairing *p, uint32_t node, struct sampled *out)
{
	const struct view *w = p->w;
	uint32_t end = p->at[p->bucket[node] + 1];
	size_t n = 0;

	for (uint32_t i = p->place[node] + 1; i < end; i++) {
		uint32_t other = p->member[i];

		if (p->across && w->source[node] == w->source[other])
			continue;
		if (out != NULL)
			out[n] = (struct sampled){ node, other, 0, p->weight };
		n++;
	}
	return n;
}

static void
pair_nodes(void *arg, unsigned task)
{
	struct pairing *p = arg;
	size_t from = (size_t)task * TASK, to = from + TASK, n = 0;

	for (size_t i = from; i < to && i < p->w->nodes; i++)
		n += pair_node(p, (uint32_t)i, p->pair == NULL ? NULL :
		    p->pair + p->first[task] + n);
	if (p->pair == NULL)
		p->first[task + 1] = n;
}

static void
fill_buckets(struct pairing *p, uint32_t buckets, uint64_t seed)
{
	uint32_t nodes = p->w->nodes;

	p->bucket = mem_alloc(((size_t)nodes + 1) * sizeof *p->bucket);
	p->at = mem_zero((size_t)buckets + 2, sizeof *p->at);
	p->member = mem_alloc(((size_t)nodes + 1) * sizeof *p->member);
	p->place = mem_alloc(((size_t)nodes + 1) * sizeof *p->place);
	for (uint32_t i = 0; i < nodes; i++) {
		p->bucket[i] = (uint32_t)(key_join(p->w->node_hash[i], seed) % buckets);
		p->at[p->bucket[i] + 2]++;
	}
	for (uint32_t b = 2; b < buckets + 2; b++)
		p->at[b] += p->at[b - 1];
	for (uint32_t i = 0; i < nodes; i++) {
		p->place[i] = p->at[p->bucket[i] + 1]++;
		p->member[p->place[i]] = i;
	}
}

/* The pairs of nodes in the same one of so many buckets, in the order of a, b. */
static struct sampled *
pair_buckets(const struct view *w, const struct pairs_options *o, uint32_t buckets, uint64_t all,
    size_t *count)
{
	struct pairing p = { .w = w, .across = o->across };
	unsigned tasks = (unsigned)(((size_t)w->nodes + TASK - 1) / TASK);

	fill_buckets(&p, buckets, o->seed);
	p.first = mem_zero((size_t)tasks + 1, sizeof *p.first);
	parallel_each(o->threads, tasks, pair_nodes, &p);
	for (unsigned t = 0; t < tasks; t++)
		p.first[t + 1] += p.first[t];
	*count = p.first[tasks];
	p.pair = mem_alloc((*count + 1) * sizeof *p.pair);
	p.weight = *count == 0 ? 0 : all * SAMPLE_ONE / *count;
	parallel_each(o->threads, tasks, pair_nodes, &p);
	mem_free(p.bucket);
	mem_free(p.at);
	mem_free(p.member);
	mem_free(p.place);
	mem_free(p.first);
	return p.pair;
}

void
sample_strangers(struct candidates *c, const struct view *w, const struct pairs_options *o)
{
	uint64_t buckets = (c->all + STRANGERS - 1) / STRANGERS;

	c->strangers = pair_buckets(w, o, buckets < 1 ? 1 : (uint32_t)buckets, c->all,
	    &c->stranger_count);
}

void
sample_all(struct candidates *c, const struct view *w, const struct pairs_options *o)
{
	c->sample = pair_buckets(w, o, 1, c->all, &c->sampled);
}
