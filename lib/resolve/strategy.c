/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/strategy.c: every strategy gives each candidate a score; the best ones stay. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/number.h"
#include "resolve/rules.h"
#include "resolve/similar.h"
#include "resolve/strategy.h"

#include <stdlib.h>

enum {
	PLACES = 6,
	MEDOID_MOST = 64,	/* candidates that a medoid is measured against */
	FEW = 16		/* candidates whose scores need no memory of their own */
};

struct scoring {
	const struct choosing	*c;
	const struct candidate	*list;
	size_t			 n;
	instant			 now;
};

bool
candidate_before(const struct candidate *a, const struct candidate *b)
{
	if (a->at != b->at)
		return a->at > b->at;		/* INSTANT_NONE is the smallest */
	if (a->priority != b->priority)
		return a->priority < b->priority;
	if (a->member != b->member)
		return a->member < b->member;
	return a->index < b->index;
}

static struct span
unquoted(struct span v)
{
	if (v.len >= 2 && v.p[0] == '"' && v.p[v.len - 1] == '"')
		return span_make(v.p + 1, v.len - 2);
	return v;
}

static int64_t
trust(const struct scoring *s, const struct candidate *x)
{
	const struct trust *t = rules_trust(s->c->rules, x->source);
	int64_t days, lost, span;

	if (t == NULL)
		return 0;
	if (x->at == INSTANT_NONE)
		return t->least;
	days = (s->now - x->at) / DAY_MS;
	if (days <= 0 || t->most <= t->least)
		return t->most;
	if (days >= (int64_t)t->days)
		return t->least;
	span = (int64_t)t->most - t->least;
	lost = span * days / t->days;
	if (t->decay == DECAY_SLOW)
		lost = lost * days / t->days;
	if (t->decay == DECAY_FAST)
		lost = span - (span - lost) * ((int64_t)t->days - days) / t->days;
	return t->most - lost;
}

/* What says the same, source by source. */
struct saying {
	struct span	key, source;
	size_t		candidate;
};

static int
by_key(const void *a, const void *b)
{
	const struct saying *x = a, *y = b;
	int r = span_cmp(x->key, y->key);

	return r != 0 ? r : span_cmp(x->source, y->source);
}

static int64_t
weight(const struct scoring *s, struct span source)
{
	const struct trust *t = rules_trust(s->c->rules, source);

	return t == NULL ? 1000 : t->most;
}

/* For each candidate how many say its value: records, or with `votes` sources, each weighted by
 * the trust it can have at most. Sorted, because a profile may have a million records. */
static void
count_sayings(const struct scoring *s, bool votes, int64_t *scores)
{
	struct saying *list = mem_alloc(s->n * sizeof *list);

	for (size_t i = 0; i < s->n; i++)
		list[i] = (struct saying){ s->list[i].key, s->list[i].source, i };
	qsort(list, s->n, sizeof *list, by_key);
	for (size_t from = 0, to; from < s->n; from = to) {
		int64_t sum = 0;

		for (to = from; to < s->n && span_equal(list[to].key, list[from].key); to++)
			if (!votes)
				sum++;
			else if (to == from || !span_equal(list[to].source, list[to - 1].source))
				sum += weight(s, list[to].source);
		for (size_t i = from; i < to; i++)
			scores[list[i].candidate] = sum;
	}
	mem_free(list);
}

/* The same of few candidates, each compared with those before it. */
static void
count_few(const struct scoring *s, bool votes, int64_t *scores)
{
	for (size_t i = 0; i < s->n; i++) {
		int64_t sum = votes ? weight(s, s->list[i].source) : 1;
		bool counted = false;

		scores[i] = 0;
		for (size_t k = 0; k < i; k++) {
			if (!span_equal(s->list[k].key, s->list[i].key))
				continue;
			scores[i] = scores[k];
			counted |= votes && span_equal(s->list[k].source, s->list[i].source);
		}
		for (size_t k = 0; k <= i && !counted; k++)
			if (k == i || span_equal(s->list[k].key, s->list[i].key))
				scores[k] = scores[i] + sum;
	}
}

static bool
shouting(struct span v)
{
	bool letter = false;

	for (size_t i = 0; i < v.len; i++) {
		if (v.p[i] >= 'a' && v.p[i] <= 'z')
			return false;
		letter |= v.p[i] >= 'A' && v.p[i] <= 'Z';
	}
	return letter && v.len > 1;
}

/* Most words, then longest; all capitals and what has no letter or digit come last. */
static int64_t
completeness(const struct scoring *s, const struct candidate *x)
{
	struct span rest = unquoted(x->value), part;
	int64_t words = 0, len = (int64_t)rest.len;

	(void)s;
	if (x->key.len == 0)
		return -1;
	if (shouting(rest))
		return 0;
	while (span_split(&rest, ' ', &part))
		words += part.len > 0;
	return words << 32 | len;
}

static int64_t
longest(const struct scoring *s, const struct candidate *x)
{
	(void)s;
	return (int64_t)unquoted(x->value).len;
}

/* A number in fixed point, else a date; what is neither comes last either way. */
static bool
magnitude(struct span v, int64_t *n)
{
	v = unquoted(v);
	return fixed_parse(v, PLACES, n) || instant_parse(v, n);
}

static int64_t
greatest(const struct scoring *s, const struct candidate *x)
{
	int64_t n;

	(void)s;
	return magnitude(x->value, &n) ? n : INT64_MIN;
}

static int64_t
smallest(const struct scoring *s, const struct candidate *x)
{
	int64_t n;

	(void)s;
	return magnitude(x->value, &n) && n != INT64_MIN ? -n : INT64_MIN;
}

static int64_t
any(const struct scoring *s, const struct candidate *x)
{
	(void)s;
	return span_is(x->value, "true") ? 2 : span_is(x->value, "false");
}

static int64_t
all(const struct scoring *s, const struct candidate *x)
{
	(void)s;
	return span_is(x->value, "false") ? 2 : span_is(x->value, "true");
}

/* Mean likeness to the others; they are all of the same number, so the sum will do. */
static int64_t
medoid(const struct scoring *s, const struct candidate *x)
{
	int64_t sum = 0;

	for (size_t i = 0; i < s->n && i < MEDOID_MOST; i++)
		sum += similar_jaro_winkler(s->list[i].key, x->key);
	return sum;
}

/* The candidates of a record stand together in the order. */
static void
whole_record(const struct scoring *s, int64_t *scores)
{
	const struct candidate *best = &s->list[0];

	for (size_t i = 1; i < s->n; i++)
		if (candidate_before(&s->list[i], best))
			best = &s->list[i];
	for (size_t i = 0; i < s->n; i++)
		scores[i] = s->list[i].member == best->member;
}

static int64_t
score(const struct scoring *s, enum strategy step, const struct candidate *x)
{
	switch (step) {
	case STRATEGY_PINNED:
		return x->pinned;
	case STRATEGY_SOURCE_PRIORITY:
		return -(int64_t)x->priority;
	case STRATEGY_TRUST:
		return trust(s, x);
	case STRATEGY_RECENCY:
		return x->at;
	case STRATEGY_OLDEST:
		return x->at == INSTANT_NONE ? INT64_MIN : -x->at;
	case STRATEGY_VALID:
		return x->valid;
	case STRATEGY_COMPLETENESS:
		return completeness(s, x);
	case STRATEGY_LONGEST:
		return longest(s, x);
	case STRATEGY_MIN:
		return smallest(s, x);
	case STRATEGY_MAX:
		return greatest(s, x);
	case STRATEGY_ANY:
		return any(s, x);
	case STRATEGY_ALL:
		return all(s, x);
	case STRATEGY_MEDOID:
		return medoid(s, x);
	case STRATEGY_BEST_CONNECTED:
		return x->ties;
	default:
		return 0;	/* union, sum and group are not steps that narrow */
	}
}

/* Steps that count who says the same: they leave as it is what all say. */
static bool
counts(enum strategy step)
{
	return step == STRATEGY_FREQUENCY || step == STRATEGY_VOTE;
}

static void
score_all(const struct scoring *s, enum strategy step, int64_t *scores)
{
	if (counts(step) && s->n <= FEW) {
		count_few(s, step == STRATEGY_VOTE, scores);
		return;
	}
	if (counts(step)) {
		count_sayings(s, step == STRATEGY_VOTE, scores);
		return;
	}
	if (step == STRATEGY_RECORD) {
		whole_record(s, scores);
		return;
	}
	for (size_t i = 0; i < s->n; i++)
		scores[i] = score(s, step, &s->list[i]);
}

static bool
agreed(const struct candidate *list, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!span_equal(list[0].key, list[i].key))
			return false;
	return true;
}

/* The best ones to the front; returns how many. *thin: the next value has one vote less. */
static size_t
narrow(const struct choosing *c, enum strategy step, struct candidate *list, size_t n,
    instant now, bool *thin)
{
	struct scoring s = { c, list, n, now };
	int64_t few[FEW], *scores = n <= FEW ? few : mem_alloc(n * sizeof *scores);
	int64_t best = INT64_MIN, next = INT64_MIN;
	size_t kept = 0;

	score_all(&s, step, scores);
	for (size_t i = 0; i < n; i++)
		if (scores[i] > best)
			best = scores[i];
	for (size_t i = 0; i < n; i++) {
		if (scores[i] < best && scores[i] > next)
			next = scores[i];
		if (scores[i] != best)
			continue;
		if (kept < i) {
			struct candidate swap = list[kept];

			list[kept] = list[i];
			list[i] = swap;
		}
		kept++;
	}
	*thin = step == STRATEGY_VOTE && next != INT64_MIN && best - next <= 1000;
	if (scores != few)
		mem_free(scores);
	return kept;
}

static instant
latest(const struct candidate *list, size_t n)
{
	instant t = INSTANT_NONE;

	for (size_t i = 0; i < n; i++)
		if (list[i].at > t)
			t = list[i].at;
	return t;
}

static struct span
tie_break(const struct candidate *list, size_t n, const struct candidate *best)
{
	static const struct span record_id = SPAN_ROOMY_INIT("record_id");
	enum strategy rule = STRATEGY_RECENCY;

	for (size_t i = 0; i < n; i++)
		if (&list[i] != best && list[i].at == best->at && !span_equal(list[i].key, best->key)) {
			if (list[i].priority == best->priority)
				return record_id;
			rule = STRATEGY_SOURCE_PRIORITY;
		}
	return strategy_name(rule);
}

struct chosen
strategy_choose(const struct choosing *c, struct candidate *list, size_t n)
{
	struct chosen r = { span_none(), false };
	instant now = c->as_of != INSTANT_NONE ? c->as_of : latest(list, n);
	size_t best = 0;

	if (agreed(list, n))
		r.rule = strategy_name(c->chain->step[0]);
	for (size_t i = 0; i < c->chain->count && n > 1; i++) {
		size_t before = n;
		bool thin;

		if (r.rule.p != NULL && counts(c->chain->step[i]))
			continue;
		n = narrow(c, c->chain->step[i], list, n, now, &thin);
		if (r.rule.p == NULL && n < before && agreed(list, n)) {
			r.rule = strategy_name(c->chain->step[i]);
			r.thin = thin;
		}
	}
	for (size_t i = 1; i < n; i++)
		if (candidate_before(&list[i], &list[best]))
			best = i;
	if (r.rule.p == NULL)
		r.rule = tie_break(list, n, &list[best]);
	if (best > 0) {
		struct candidate swap = list[0];

		list[0] = list[best];
		list[best] = swap;
	}
	return r;
}

bool
strategy_sum(const struct candidate *list, size_t n, struct buf *out)
{
	struct buf text = { 0 };
	int64_t total = 0, x;
	size_t len;

	for (size_t i = 0; i < n; i++)
		if (!fixed_parse(unquoted(list[i].value), PLACES, &x) ||
		    __builtin_add_overflow(total, x, &total))
			return false;
	fixed_write(&text, total, PLACES);
	for (len = text.len; text.p[len - 1] == '0'; len--)
		;
	if (text.p[len - 1] == '.')
		len--;
	buf_add(out, span_make(text.p, len));
	buf_done(&text);
	return true;
}
