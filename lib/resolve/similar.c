/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/similar.c: Jaro–Winkler as one exact fraction, no floating point.
 * A character matches the first free equal one at most `reach` places away; both ends of that
 * window move on together, so that it does not matter which of the texts is gone through. */
#include "base/attr.h"
#include "resolve/characters.h"
#include "resolve/likeness.h"
#include "resolve/places.h"
#include "resolve/similar.h"

#include <string.h>

_Static_assert((int)SIMILAR_LEN_MAX == CHARACTERS_MOST, "what is read is what is compared");
_Static_assert((int)CHARACTERS_FEW == PLACES_MOST, "a short text has a bit for each character");

static size_t
reach_of(size_t longer)
{
	return longer / 2 > 0 ? longer / 2 - 1 : 0;
}

static uint64_t
half_out_of_order(struct span a, struct span b, uint64_t in_a, uint64_t in_b)
{
	uint64_t wrong = 0;

	for (; in_a != 0; in_a &= in_a - 1, in_b &= in_b - 1)
		wrong += a.p[__builtin_ctzll(in_a)] != b.p[__builtin_ctzll(in_b)];
	return wrong / 2;
}

/* One byte a character, at most 64, `a` not the longer one. Fills the likeness, or says that it
 * cannot reach `permille`. */
static bool
compare_few(struct span a, struct span b, uint64_t permille, struct likeness *k)
{
	UNCLEARED struct places places;
	uint64_t in_a = 0, left = places_first(b.len);
	size_t reach = reach_of(b.len);
	uint64_t window = places_first(reach + 1);
	struct likeness_bound bound;

	*k = (struct likeness){ .shorter = a.len, .longer = b.len };
	while (k->prefix < LIKENESS_PREFIX && k->prefix < a.len && a.p[k->prefix] == b.p[k->prefix])
		k->prefix++;
	k->matches = a.len;		/* until some find none */
	bound = likeness_bound(a.len, b.len, k->prefix, permille);
	if ((int64_t)k->matches * bound.each < bound.needed)
		return false;
	places_make(&places, b);
	for (size_t i = 0; i < a.len; i++) {
		uint64_t found = places_of(&places, a.p[i]) & window & left;

		if (found == 0 && (int64_t)--k->matches * bound.each < bound.needed)
			return false;
		in_a |= (uint64_t)(found != 0) << i;
		left ^= found & -found;
		window = window << 1 | (i < reach);
	}
	k->half = half_out_of_order(a, b, in_a, places_first(b.len) & ~left);
	return likeness_reaches(k, permille);
}

static bool
by_length(struct span a, struct span b, uint64_t permille, struct likeness *k)
{
	return a.len <= b.len ? compare_few(a, b, permille, k) : compare_few(b, a, permille, k);
}

/* Of each character the places in a text, of which the first one is next. The window only moves on: what
 * it has left, and what is taken, never comes back, so that a text is gone through once. */
enum { QUEUES = 2 * CHARACTERS_MOST };	/* half of them stay empty */

struct queues {
	uint16_t	owner[QUEUES];		/* a place of the character + 1, 0: none */
	uint16_t	next[QUEUES];		/* the next place + 1, 0: none is left */
	uint16_t	after[CHARACTERS_MOST];	/* by place: the one behind it + 1 */
};

static size_t
queue_of(const struct queues *q, const struct characters *b, uint32_t character)
{
	size_t at = character % QUEUES;

	while (q->owner[at] != 0 && b->at[q->owner[at] - 1] != character)
		at = (at + 1) % QUEUES;
	return at;
}

static void
queues_make(struct queues *q, const struct characters *b)
{
	memset(q->owner, 0, sizeof q->owner);
	for (size_t j = b->count; j > 0; j--) {
		size_t at = queue_of(q, b, b->at[j - 1]);

		q->after[j - 1] = q->owner[at] == 0 ? 0 : q->next[at];
		q->owner[at] = q->next[at] = (uint16_t)j;
	}
}

/* The first place that is free, `from` at least and below `to`, is taken. */
static bool
queues_take(struct queues *q, const struct characters *b, uint32_t character, size_t from, size_t to,
    bool *in_b)
{
	size_t at = queue_of(q, b, character), place;

	if (q->owner[at] == 0)
		return false;
	while (q->next[at] != 0 && q->next[at] - 1u < from)
		q->next[at] = q->after[q->next[at] - 1];
	if (q->next[at] == 0 || q->next[at] - 1u >= to)
		return false;
	place = q->next[at] - 1u;
	q->next[at] = q->after[place];
	return in_b[place] = true;
}

/* The same for long texts; in_a and in_b mark the places that match. */
static void
compare_many(const struct characters *a, const struct characters *b, struct likeness *k)
{
	bool in_a[CHARACTERS_MOST] = { false }, in_b[CHARACTERS_MOST] = { false };
	size_t reach = reach_of(a->count > b->count ? a->count : b->count);
	UNCLEARED struct queues queues;
	uint64_t wrong = 0;

	*k = (struct likeness){ .shorter = a->count, .longer = b->count };
	while (k->prefix < LIKENESS_PREFIX && k->prefix < a->count && k->prefix < b->count &&
	    a->at[k->prefix] == b->at[k->prefix])
		k->prefix++;
	queues_make(&queues, b);
	for (size_t i = 0; i < a->count; i++) {
		in_a[i] = queues_take(&queues, b, a->at[i], i > reach ? i - reach : 0, i + reach + 1,
		    in_b);
		k->matches += in_a[i];
	}
	for (size_t i = 0, j = 0; i < a->count; i++) {
		if (!in_a[i])
			continue;
		while (!in_b[j])
			j++;
		wrong += a->at[i] != b->at[j++];
	}
	k->half = wrong / 2;
}

/* Apart from the rest, so that plain texts need no room for codes. */
__attribute__((noinline)) static bool
compare_coded(struct span a, struct span b, uint64_t permille, struct likeness *k)
{
	UNCLEARED struct characters_few room;
	UNCLEARED struct characters x, y;

	if (characters_few(&a, &b, &room))
		return by_length(a, b, permille, k);
	characters_read(a, &x);	/* of very long texts the begin */
	characters_read(b, &y);
	compare_many(&x, &y, k);
	return likeness_reaches(k, permille);
}

static bool
compare(struct span a, struct span b, uint64_t permille, struct likeness *k)
{
	if (a.len <= CHARACTERS_FEW && b.len <= CHARACTERS_FEW && characters_are_bytes(a) &&
	    characters_are_bytes(b))
		return by_length(a, b, permille, k);
	return compare_coded(a, b, permille, k);
}

bool
similar_jw_at_least(struct span a, struct span b, uint32_t permille)
{
	UNCLEARED struct likeness k;

	return compare(a, b, permille, &k);
}

uint32_t
similar_jaro_winkler(struct span a, struct span b)
{
	struct likeness k;
	uint64_t d, score;

	if (span_equal(a, b))
		return SIMILAR_ONE;
	if (!compare(a, b, 0, &k))
		return 0;
	d = likeness_denominator(&k);
	score = SIMILAR_ONE / 10 * likeness_ten_numerators(&k, d) / d;
	return score >= SIMILAR_ONE ? SIMILAR_ONE - 1 : (uint32_t)score;
}
