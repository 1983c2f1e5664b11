/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rivals_rounds.c: the weight of a pair among the other pairs of its records.
 *
 * Let r be the share of a source's records that have a match in the other source, and W the weights
 * of a record's pairs there. Alone, a pair is a match with odds 2^W. If at most one of them is, those
 * odds are to be divided by (1 − r) + R, R the sum over the others: its rivals. That is so at both of
 * its records; and a rival, too, counts only as far as its other record is free for it. What stands
 * against a pair at either record so depends on what stands against its rivals at theirs: it is
 * found in rounds, messages between the records that are candidates of each other (belief
 * propagation, which on a tree is exact). Each goes half the way, in bits, lest they swing. */
#include "base/cache.h"
#include "base/pipeline.h"
#include "resolve/rivals_priv.h"

#include <string.h>

enum {
	ROUNDS = 10,		/* of messages: each takes away half of the bits that are wrong */
	CONTENDERS = 1 << 14,	/* of one task */
	AHEAD = 16		/* contenders: how far the cache is told in advance */
};
static const uint64_t one_halved = UINT64_C(0x3ff0000000000000) / 2;	/* the exponent of 1, of a double */
static const double match_most = 0.99;	/* r: nobody knows that every record has a match */

/* 1 − r. */
static double
unmatched(const struct rivals *r, unsigned from, unsigned to)
{
	double share = r->side[from][to].matches / (double)r->records[from];

	return 1 - (share < match_most ? share : match_most);
}

/* The sums of upper nodes lie anywhere. */
static void
expect(const struct rivals *r, size_t i)
{
	if (i + AHEAD < r->contenders)
		cache_expect(&r->sum[(size_t)rivals_edge(r, i + AHEAD)->b * r->once]);
}

/* Most nodes have no contender, and memory of theirs is never touched. */
static void
clear_sums(struct rivals *r, unsigned task)
{
	unsigned a, b;

	for (size_t i = 0; i < r->contenders; i++) {
		const struct edge *e = rivals_edge(r, i);

		expect(r, i);
		(void)rivals_places(r, e, &a, &b);
		if (rivals_of_task(r, task, e->a))
			r->sum[(size_t)e->a * r->once + b] = 0;
		if (rivals_of_task(r, task, e->b))
			r->sum[(size_t)e->b * r->once + a] = 0;
	}
}

/* Each record of a node sees every record of the other. A task adds up for nodes of its own, in the order of
 * edges whoever does it: the same sums for any number of threads. */
static void
sum_candidates(void *arg, unsigned task)
{
	struct rivals *r = arg;
	unsigned a, b;

	clear_sums(r, task);
	for (size_t i = 0; i < r->contenders; i++) {
		const struct contender *c = &r->contender[i];
		const struct edge *e = rivals_edge(r, i);

		expect(r, i);
		(void)rivals_places(r, e, &a, &b);
		if (rivals_of_task(r, task, e->a))
			r->sum[(size_t)e->a * r->once + b] += c->odds / c->b *
			    (double)rivals_records(r, e->b);
		if (rivals_of_task(r, task, e->b))
			r->sum[(size_t)e->b * r->once + a] += c->odds / c->a *
			    (double)rivals_records(r, e->a);
	}
}

/* (1 − r) + R at one record of a pair. */
static double
against(const struct rivals *r, uint32_t node, unsigned from, unsigned to, double own)
{
	double others = r->sum[(size_t)node * r->once + to] - own;

	return unmatched(r, from, to) + (others > 0 ? others : 0);
}

/* The geometric mean of what is above zero: half the exponent, then Heron's steps. */
static float
between(float x, float y)
{
	double product = (double)x * (double)y, root;
	uint64_t bits;

	memcpy(&bits, &product, sizeof bits);
	bits = (bits >> 1) + one_halved;
	memcpy(&root, &bits, sizeof root);
	for (int i = 0; i < 3; i++)	/* from 6 % off to a millionth of a millionth */
		root = (root + product / root) / 2;
	return (float)root;
}

static size_t
end_of(const struct rivals *r, unsigned task)
{
	size_t end = ((size_t)task + 1) * CONTENDERS;

	return end < r->contenders ? end : r->contenders;
}

static void
compete_some(void *arg, unsigned task)
{
	const struct rivals *r = arg;
	unsigned a, b;

	for (size_t i = (size_t)task * CONTENDERS; i < end_of(r, task); i++) {
		struct contender *c = &r->contender[i];
		const struct edge *e = rivals_edge(r, i);
		float at_a, at_b;

		expect(r, i);
		(void)rivals_places(r, e, &a, &b);
		at_a = (float)against(r, e->a, a, b, c->odds / c->b);
		at_b = (float)against(r, e->b, b, a, c->odds / c->a);
		c->a = r->round == 0 ? at_a : between(c->a, at_a);
		c->b = r->round == 0 ? at_b : between(c->b, at_b);
	}
}

/* What stands against a pair is that its records may have no match; nobody is in the way yet. */
static void
begin(struct rivals *r)
{
	unsigned a, b;

	for (size_t i = 0; i < r->contenders; i++) {
		(void)rivals_places(r, rivals_edge(r, i), &a, &b);
		r->contender[i].odds = rivals_power(r, rivals_edge(r, i)->weight);
		r->contender[i].a = (float)unmatched(r, a, b);
		r->contender[i].b = (float)unmatched(r, b, a);
	}
}

static void
weigh_some(void *arg, unsigned task)
{
	const struct rivals *r = arg;

	for (size_t i = (size_t)task * CONTENDERS; i < end_of(r, task); i++) {
		const struct contender *c = &r->contender[i];

		rivals_edge(r, i)->weight -= fx_log2(c->a) + fx_log2(c->b);
	}
}

void
rivals_rounds(struct rivals *r)
{
	unsigned tasks = (unsigned)((r->contenders + CONTENDERS - 1) / CONTENDERS);

	begin(r);
	for (r->round = 0; r->round < ROUNDS; r->round++) {
		parallel_each(r->threads, r->threads, sum_candidates, r);
		parallel_each(r->threads, tasks, compete_some, r);
	}
	parallel_each(r->threads, tasks, weigh_some, r);
}
