/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/compare_lists.c: a field of which one of two nodes has several values: the best pair
 * of them. */
#include "base/attr.h"
#include "resolve/level.h"
#include "resolve/view.h"

enum {
	SET_DIFFERENT = 0, SET_SHARES, SET_SHARES_RARE, SET_EQUAL,	/* of arrays */
	RARE = 1000,					/* one in so many records */
	LIST_PAIRS = 64		/* values of two lists that are compared each with each: who has more mailboxes
				 * than eight is a test, a shop or a trap, and as slow as all others together */
};

/* A value, and what of it decides between pairs of the same level: of its content, for its number
 * tells when it was read. */
struct listed {
	uint32_t	number;
	uint32_t	holders;
	uint64_t	hash;
};

struct best {
	unsigned	level;
	struct listed	a, b;
};

static uint32_t
holders_of(const struct values *v, enum fact_kind kind, uint32_t number)
{
	if (kind == FACT_BIRTHDATE)
		return values_day(v, number & ~DATE_UNSURE);
	return v->facts->dict[kind] == NULL ? 0 : v->holders[kind][number];
}

static uint64_t
hash_of(const struct values *v, enum fact_kind kind, uint32_t number)
{
	return kind == FACT_BIRTHDATE || v->facts->dict[kind] == NULL ? number :
	    values_hash(v, kind, number);
}

static struct listed
look_up(const struct values *v, const struct field *f, uint32_t number)
{
	return (struct listed){ number, holders_of(v, f->kind, number),
	    hash_of(v, f->kind, number) };
}

static struct listed
rarest(const struct values *v, const struct field *f, const uint32_t *list, uint32_t n)
{
	struct listed least = look_up(v, f, list[0]);

	for (uint32_t i = 1; i < n; i++) {
		uint32_t holders = holders_of(v, f->kind, list[i]);
		uint64_t hash;

		if (holders > least.holders)
			continue;
		hash = hash_of(v, f->kind, list[i]);
		if (holders < least.holders || hash < least.hash)
			least = (struct listed){ list[i], holders, hash };
	}
	return least;
}

/* Of the rarer one. Few holders count alike, as they do when the pair is scored; and an address is
 * not known by its holders. */
static uint32_t
holders_of_both(const struct field *f, const struct best *x)
{
	uint32_t n = x->a.holders < x->b.holders ? x->a.holders : x->b.holders;

	return n <= f->few || f->type == FIELD_PLACE ? 0 : n;
}

/* Of two pairs at the same level. */
static bool
better(const struct field *f, const struct best *x, const struct best *y)
{
	bool same_x = x->a.number == x->b.number, same_y = y->a.number == y->b.number;
	uint32_t holders_x, holders_y;

	if (same_x != same_y)	/* readings of dates may cross at the same level */
		return same_x;
	holders_x = holders_of_both(f, x);
	holders_y = holders_of_both(f, y);
	if (holders_x != holders_y)
		return holders_x < holders_y;
	return x->a.hash + x->b.hash < y->a.hash + y->b.hash;
}

/* Null is less than any level. */
static unsigned
rank(unsigned level)
{
	return (level + 1) % (LEVEL_NULL + 1);
}

/* Takes the pair if it is better than the one so far. */
static inline void
consider(const struct view *w, const struct field *f, const struct listed *a, const struct listed *b,
    struct best *best)
{
	unsigned level = level_values(&w->values, f->type, a->number, b->number);
	struct best next;

	if (best->a.number != VALUE_NONE && rank(level) < rank(best->level))
		return;
	next = (struct best){ level, *a, *b };
	if (best->a.number == VALUE_NONE || level != best->level || better(f, &next, best))
		*best = next;
}

static void
consider_each(const struct view *w, const struct field *f, const uint32_t *a, uint32_t na,
    const uint32_t *b, uint32_t nb, struct best *best)
{
	UNCLEARED struct listed of_b[LIST_PAIRS];

	for (uint32_t j = 0; j < nb; j++)
		of_b[j] = look_up(&w->values, f, b[j]);
	for (uint32_t i = 0; i < na; i++) {
		struct listed of_a = look_up(&w->values, f, a[i]);

		for (uint32_t j = 0; j < nb; j++)
			consider(w, f, &of_a, &of_b[j], best);
	}
}

/* Values in common, of lists that ascend: nothing is more alike than a value and itself. */
static void
consider_shared(const struct view *w, const struct field *f, const uint32_t *a, uint32_t na,
    const uint32_t *b, uint32_t nb, struct best *best)
{
	for (uint32_t i = 0, j = 0; i < na && j < nb;) {
		if (a[i] == b[j]) {
			struct listed both = look_up(&w->values, f, a[i]);

			consider(w, f, &both, &both, best);
		}
		if (a[i] <= b[j])
			i++;
		else
			j++;
	}
}

/* Two nodes that share values of an array: not which pair is best counts, but what they share. */
static unsigned
set_level(const struct field *f, const struct best *shared, bool equal)
{
	if (shared->level == SET_DIFFERENT)
		return SET_DIFFERENT;
	if (equal)
		return SET_EQUAL;
	return (uint64_t)shared->a.holders * RARE <= f->records ? SET_SHARES_RARE : SET_SHARES;
}

unsigned
compare_lists(const struct view *w, unsigned field, struct comparison *out)
{
	const struct field *f = &w->field[field];
	uint32_t slot_a = out->a[field] + 1, slot_b = out->b[field] + 1, one_a, one_b;
	const uint32_t *a, *b;
	uint32_t na = view_values(w, slot_a, &one_a, &a), nb = view_values(w, slot_b, &one_b, &b);
	struct best best = { LEVEL_NULL, { .number = VALUE_NONE }, { .number = VALUE_NONE } };

	if ((uint64_t)na * nb > LIST_PAIRS) {
		struct listed rare_a = rarest(&w->values, f, a, na);
		struct listed rare_b = rarest(&w->values, f, b, nb);

		consider(w, f, &rare_a, &rare_b, &best);
		consider_shared(w, f, a, na, b, nb, &best);
	} else {
		consider_each(w, f, a, na, b, nb, &best);
	}
	out->a[field] = best.a.number;
	out->b[field] = best.b.number;
	return f->type == FIELD_ARRAY ? set_level(f, &best, slot_a == slot_b) : best.level;
}
