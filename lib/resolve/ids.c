/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/ids.c: members of each cluster, leaders, and ids that nobody can forge. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/cache.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/map.h"
#include "base/pipeline.h"
#include "resolve/gather.h"
#include "resolve/ids.h"
#include "resolve/rules.h"
#include "resolve/sort.h"
#include "resolve/store.h"

#include <assert.h>

enum {
	TASK = 1 << 13, ID_BYTES = 16, AHEAD = 16,
	DIGIT_BITS = 5, DIGIT = 31, BELOW = 32, ABOVE = 64,	/* of a byte of an id: rank_of */
	HEAD = 7,		/* bytes of an id that have 32 bits */
	BATCH = 64,		/* clusters that are named together */
	BATCH_MEMBERS = 8	/* of each that the cache is told of; few have more */
};

struct naming {
	struct clusters		*c;
	const struct store	*s;
	const unsigned char	*key;
	const uint32_t		*at;		/* by cluster: place of its first member; one more */
	uint32_t		*priority;	/* by source */
};

void
profile_id(char out[PROFILE_ID_LEN + 1], struct span record, const unsigned char *key,
    unsigned generation)
{
	static const char head[] = "cdp-profile-1";
	unsigned char hash[ID_BYTES];
	struct buf text = { out, 0, PROFILE_ID_LEN }, more = { 0 };	/* text never grows */
	struct span part[3] = { { head, sizeof head }, record, SPAN_INIT("") };

	if (generation > 0) {
		buf_byte(&more, 0);
		buf_u64(&more, generation);
		part[2] = buf_span(&more);
	}
	blake2b(hash, sizeof hash, key, part, 3);
	buf_byte(&text, 'p');
	base32_write(&text, span_make((char *)hash, sizeof hash));
	assert(text.p == out && text.len == PROFILE_ID_LEN);
	out[PROFILE_ID_LEN] = '\0';
	buf_done(&more);
}

bool
leads_before(const struct store *s, const uint32_t *priority, uint32_t a, uint32_t b)
{
	const struct rec *x = &s->rec[a], *y = &s->rec[b];

	if (x->observed_at != y->observed_at) {
		if (x->observed_at == INSTANT_NONE || y->observed_at == INSTANT_NONE)
			return y->observed_at == INSTANT_NONE;
		return x->observed_at < y->observed_at;
	}
	if (priority[x->source] != priority[y->source])
		return priority[x->source] < priority[y->source];
	return a < b;
}

/* The members of clusters lie anywhere among the records, and the ids of those that lead anywhere
 * else: so all records are asked for before the first is looked at, and then all ids. */
static void
expect_members(const struct naming *n, const struct cluster *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const uint32_t *member = n->c->members + list[i].at;

		for (uint32_t m = 0; m < list[i].count && m < BATCH_MEMBERS; m++)
			rec_expect(n->s, member[m]);
	}
}

static void
find_leader(const struct naming *n, struct cluster *c)
{
	uint32_t *member = n->c->members + c->at;

	gather_order(member, c->count);
	c->leader = member[0];
	for (uint32_t m = 1; m < c->count; m++)
		if (leads_before(n->s, n->priority, member[m], c->leader))
			c->leader = member[m];
	cache_expect(n->s->rec[c->leader].cold);
}

static void
name_some(void *arg, unsigned task)
{
	struct naming *n = arg;
	size_t from = (size_t)task * TASK, to = from + TASK;

	if (to > n->c->count)
		to = n->c->count;
	for (size_t at = from; at < to; at += BATCH) {
		size_t end = to - at < BATCH ? to : at + BATCH;

		for (size_t i = at; i < end; i++)
			n->c->list[i] = (struct cluster){ .at = n->at[i], .count = n->at[i + 1] - n->at[i],
			    .tie = n->at[i] - (uint32_t)i };
		expect_members(n, n->c->list + at, end - at);
		for (size_t i = at; i < end; i++)
			find_leader(n, &n->c->list[i]);
		for (size_t i = at; i < end; i++)
			profile_id(n->c->list[i].id, rec_id(&n->s->rec[n->c->list[i].leader]), n->key, 0);
	}
}

static int
by_id(const void *a, const void *b)
{
	const struct cluster *x = a, *y = b;

	return memcmp(x->id, y->id, PROFILE_ID_LEN);
}

/* How a byte of an id compares with the digits of base32, of which all ids of ours are: its digit, or
 * the next larger one and BELOW it, or the largest one and ABOVE it. */
static uint8_t
rank_of(unsigned char c)
{
	static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
	uint8_t rank = 0;

	while (rank < DIGIT && (unsigned char)digits[rank] < c)
		rank++;
	if ((unsigned char)digits[rank] == c)
		return rank;
	return (unsigned char)digits[rank] < c ? rank | ABOVE : rank | BELOW;
}

/* The first 32 bits of an id behind its first byte, which all have: ids with smaller ones are smaller,
 * and those with equal ones are few. Behind what is no digit it does not look. */
static uint32_t
head_of(const struct cluster *c, const uint8_t *rank)
{
	uint64_t head = 0;

	for (int i = 1; i <= HEAD; i++) {
		uint8_t r = rank[(unsigned char)c->id[i]];

		head = head << DIGIT_BITS | (r & DIGIT);
		if (r > DIGIT) {
			int rest = DIGIT_BITS * (HEAD - i);

			head = r & ABOVE ? ((head + 1) << rest) - 1 : head << rest;
			break;
		}
	}
	return (uint32_t)(head >> (DIGIT_BITS * HEAD - 32));
}

/* Puts clusters in order that begin alike; -1: two ids are the same. */
static int
settle(struct cluster *list, size_t count)
{
	int r = 0;

	sort_array(list, count, sizeof *list, by_id, 1);
	for (size_t i = 1; i < count; i++)
		r |= by_id(&list[i - 1], &list[i]) == 0;
	return -r;
}

struct sorting {
	uint64_t		*key;		/* its head and its place in `from` */
	const struct cluster	*from;
	struct cluster		*to;
	size_t			 count;
	uint8_t			 rank[UINT8_MAX + 1];
};

static void
begin_some(void *arg, unsigned task)
{
	struct sorting *s = arg;
	size_t from = (size_t)task * TASK, to = from + TASK;

	for (size_t i = from; i < to && i < s->count; i++)
		s->key[i] = (uint64_t)head_of(&s->from[i], s->rank) << 32 | i;
}

static void
sort_some(void *arg, unsigned task)
{
	struct sorting *s = arg;
	size_t from = (size_t)task * TASK, to = from + TASK;

	for (size_t i = from; i < to && i < s->count; i++) {
		if (i + AHEAD < s->count)
			cache_expect(&s->from[(uint32_t)s->key[i + AHEAD]]);
		s->to[i] = s->from[(uint32_t)s->key[i]];
	}
}

int
clusters_sort(struct clusters *c, unsigned threads, struct error *e)
{
	struct sorting s = { mem_alloc((c->count + 1) * sizeof *s.key), c->list,
	    mem_alloc((c->count + 1) * sizeof *s.to), c->count, { 0 } };
	unsigned tasks = (unsigned)((c->count + TASK - 1) / TASK);
	int r = 0;

	for (int i = 0; i <= UINT8_MAX; i++)
		s.rank[i] = rank_of((unsigned char)i);
	parallel_each(threads, tasks, begin_some, &s);
	s.key = sort_halves(s.key, c->count);
	parallel_each(threads, tasks, sort_some, &s);
	for (size_t from = 0, to; from < c->count; from = to) {
		for (to = from + 1; to < c->count && s.key[to] >> 32 == s.key[from] >> 32; to++)
			;
		if (to > from + 1)
			r |= settle(s.to + from, to - from);
	}
	mem_free(s.key);
	mem_free(c->list);
	c->list = s.to;
	return r < 0 ? error_set(e, UNSAFE, "E_ID_CLASH", "two profiles have one id") : 0;
}

uint32_t *
source_priorities(const struct store *s, const struct rules *rules)
{
	size_t sources = map_size(s->sources);
	uint32_t *priority = mem_alloc((sources + 1) * sizeof *priority);

	for (size_t i = 0; i < sources; i++)
		priority[i] = rules_source_priority(rules, map_key(s->sources, i));
	return priority;
}

int
clusters_build(struct clusters *c, const struct store *s, const uint32_t *cluster,
    const struct rules *rules, const unsigned char *key, unsigned threads, struct error *e)
{
	struct gathered all = { 0 };
	struct naming n;

	gather(&all, &(struct gather_input){ cluster, (uint32_t)s->count, NULL, NULL, threads });
	*c = (struct clusters){ mem_alloc((all.count + 1) * sizeof *c->list), all.count, all.member };
	n = (struct naming){ c, s, key, all.at, source_priorities(s, rules) };
	parallel_each(threads, (unsigned)((c->count + TASK - 1) / TASK), name_some, &n);
	mem_free(n.priority);
	mem_free(all.at);
	return clusters_sort(c, threads, e);
}

void
clusters_done(struct clusters *c)
{
	mem_free(c->list);
	mem_free(c->members);
	*c = (struct clusters){ 0 };
}
