/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/strategy.c: every strategy gives each candidate a score; the best ones stay. */
#include "base/alloc.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/number.h"
#include "resolve/rules.h"
#include "resolve/similar.h"
#include "resolve/strategy.h"
#include "resolve/usual.h"

#include <stdlib.h>

enum {
	PLACES = 6,
	MEDOID_MOST = 64,	/* candidates that a medoid is measured against */
	FEW = 16,		/* candidates whose scores need no memory of their own */
	ONE_VOTE = 1000		/* per mille of trust */
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

	return t == NULL ? ONE_VOTE : t->most;
}

/* For each candidate how many say its value: records, or with `votes` sources, each weighted by
 * the trust it can have at most. Sorted, because a profile may have a million records. */
static void
count_sayings(const struct scoring *s, bool votes, const struct span *key, int64_t *scores)
{
	struct saying *list = mem_alloc(s->n * sizeof *list);

	for (size_t i = 0; i < s->n; i++)
		list[i] = (struct saying){ key[i], s->list[i].source, i };
	qsort(list, s->n, sizeof *list, by_key);
	for (size_t from = 0, to; from < s->n; from = to) {
		int64_t sum = 0;

		for (to = from; to < s->n && span_equal(list[to].key, list[from].key); to++)
			if (!votes)
				sum++;
			else if (to == from || !span_equal(list[to].source, list[to - 1].source))
				sum += weight(s, list[to].source);
		for (size_t i = from; i < to; i++)
			scores[list[i].candidate] += sum;
	}
	mem_free(list);
}

/* The same of few candidates, each compared with those before it. */
static void
count_few(const struct scoring *s, bool votes, const struct span *key, int64_t *scores)
{
	int64_t own[FEW];

	for (size_t i = 0; i < s->n; i++) {
		int64_t sum = votes ? weight(s, s->list[i].source) : 1;
		bool counted = false;

		own[i] = 0;
		for (size_t k = 0; k < i; k++) {
			if (!span_equal(key[k], key[i]))
				continue;
			own[i] = own[k];
			counted |= votes && span_equal(s->list[k].source, s->list[i].source);
		}
		for (size_t k = 0; k <= i && !counted; k++)
			if (k == i || span_equal(key[k], key[i]))
				own[k] = own[i] + sum;
	}
	for (size_t i = 0; i < s->n; i++)
		scores[i] += own[i];
}

static bool
shouting(struct span v)
{
	bool letter = false;

	for (size_t i = 0; i < v.len; i++) {
		if (ascii_lower(v.p[i]))
			return false;
		letter |= ascii_upper(v.p[i]);
	}
	return letter && v.len > 1;
}

/* Of a word the capital is the second letter, "dE", or the first two are, "DIego". */
static bool
slipped(struct span word)
{
	return word.len > 1 && ascii_upper(word.p[1]) && (ascii_lower(word.p[0]) ||
	    (word.len > 2 && ascii_upper(word.p[0]) && !ascii_upper(word.p[2]) && word.p[2] != '.'));
}

/* As no name is written: so, or without any capital. */
static bool
slovenly(struct span v)
{
	struct span word;
	bool any = false;

	for (size_t i = 0; i < v.len; i++)
		any |= !ascii_lower(v.p[i]) && v.p[i] != ' ';
	while (any && span_split(&v, ' ', &word))
		if (slipped(word))
			return true;
	return !any;
}

/* Most words, then as names are written, then longest: accents take bytes. All capitals and what has
 * no letter or digit come last. */
int64_t
strategy_completeness(struct span value)
{
	return (int64_t)!shouting(value) << 60 | (int64_t)span_words(value) << 40 |
	    (int64_t)!slovenly(value) << 32 | (int64_t)value.len;
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

/* Where one is later than another, what is written otherwise than the latest is an earlier name. */
static void
like_latest(const struct scoring *s, int64_t *scores)
{
	const struct candidate *latest = &s->list[0];
	bool dated = false;

	for (size_t i = 1; i < s->n; i++) {
		dated |= s->list[i].at != latest->at;
		if (candidate_before(&s->list[i], latest))
			latest = &s->list[i];
	}
	for (size_t i = 0; i < s->n; i++)
		scores[i] = !dated || usual_form(s->c->given != NULL, latest->key, s->list[i].key);
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
		return x->key.len == 0 ? -1 : strategy_completeness(unquoted(x->value));
	case STRATEGY_USUAL:
		return usual_worth(s->c->given, s->c->family, x->key);
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

/* Steps that count who says the same. */
static bool
counts(enum strategy step)
{
	return step == STRATEGY_FREQUENCY || step == STRATEGY_VOTE;
}

/* What all say gives none of them more than the others. */
static void
count_one(const struct scoring *s, bool votes, const struct span *key, int64_t *scores)
{
	size_t same = 1;

	while (same < s->n && span_equal(key[same], key[0]))
		same++;
	if (same == s->n)
		return;
	if (s->n <= FEW)
		count_few(s, votes, key, scores);
	else
		count_sayings(s, votes, key, scores);
}

/* Of names that are chosen together each has votes of its own: few records have slips in both, so
 * the right pair wins although others may have but one of the two. */
static void
count_all(const struct scoring *s, bool votes, int64_t *scores)
{
	struct span few[2 * FEW], *key = s->n <= FEW ? few : mem_alloc(2 * s->n * sizeof *key);

	for (size_t i = 0; i < s->n; i++) {
		struct name_pair names = { s->list[i].key, span_none() };

		if (s->c->given != NULL)
			names = name_pair(s->list[i].key);
		key[i] = names.given;
		key[s->n + i] = names.family;
		scores[i] = 0;
	}
	count_one(s, votes, key, scores);
	if (s->c->given != NULL)
		count_one(s, votes, key + s->n, scores);
	if (key != few)
		mem_free(key);
}

static void
score_all(const struct scoring *s, enum strategy step, int64_t *scores)
{
	if (counts(step)) {
		count_all(s, step == STRATEGY_VOTE, scores);
		return;
	}
	if (step == STRATEGY_LIKE_LATEST) {
		like_latest(s, scores);
		return;
	}
	if (step == STRATEGY_RECORD) {
		whole_record(s, scores);
		return;
	}
	for (size_t i = 0; i < s->n; i++)
		scores[i] = score(s, step, &s->list[i]);
}

/* Steps that look at what is said only: they leave as it is what all say. */
static bool
of_keys(enum strategy step)
{
	return counts(step) || step == STRATEGY_USUAL || step == STRATEGY_LIKE_LATEST;
}

static bool
agreed(const struct candidate *list, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!span_equal(list[0].key, list[i].key))
			return false;
	return true;
}

/* In how many of the values that are chosen together two candidates differ. */
static int
differ(const struct scoring *s, const struct candidate *a, const struct candidate *b)
{
	struct name_pair x, y;

	if (s->c->given == NULL)
		return !span_equal(a->key, b->key);
	x = name_pair(a->key);
	y = name_pair(b->key);
	return !span_equal(x.given, y.given) + !span_equal(x.family, y.family);
}

/* Whether a value has one vote less than the best, where they differ. */
static bool
is_thin(const struct scoring *s, const int64_t *scores, int64_t best)
{
	const struct candidate *winner = s->list;

	while (scores[winner - s->list] != best)
		winner++;
	for (size_t i = 0; i < s->n; i++)
		if (scores[i] < best &&
		    best - scores[i] <= (int64_t)ONE_VOTE * differ(s, winner, &s->list[i]))
			return true;
	return false;
}

/* The best ones to the front; returns how many. *thin: the next value has one vote less. */
static size_t
narrow(const struct choosing *c, enum strategy step, struct candidate *list, size_t n,
    instant now, bool *thin)
{
	struct scoring s = { c, list, n, now };
	int64_t few[FEW], *scores = n <= FEW ? few : mem_alloc(n * sizeof *scores);
	int64_t best = INT64_MIN;
	size_t kept = 0;

	score_all(&s, step, scores);
	for (size_t i = 0; i < n; i++)
		if (scores[i] > best)
			best = scores[i];
	*thin = step == STRATEGY_VOTE && is_thin(&s, scores, best);
	for (size_t i = 0; i < n; i++) {
		if (scores[i] != best)
			continue;
		if (kept < i) {
			struct candidate swap = list[kept];

			list[kept] = list[i];
			list[i] = swap;
		}
		kept++;
	}
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

		if (r.rule.p != NULL && of_keys(c->chain->step[i]))
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
