/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/compare.c: all fields of two nodes, which mostly have one value or none in each. */
#include "base/cache.h"
#include "resolve/level.h"
#include "resolve/view.h"

enum {
	GIVEN_SIMILAR = 1, GIVEN_SWAPPED = 2,		/* levels of given names */
	FAMILY_DIFFERENT = 0, FAMILY_SHARES_TOKEN = 1,
	SET_DIFFERENT = 0, SET_SHARES, SET_SHARES_RARE, SET_EQUAL,	/* of arrays */
	RARE = 1000					/* one in so many records */
};

/* A pair of values and what of it decides between pairs of the same level. */
struct best {
	unsigned	level;
	uint32_t	a, b;
	uint32_t	holders;	/* of the rarer one */
	uint64_t	hash;		/* of both contents: the last resort */
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
	    v->hash[kind][number];
}

/* Few holders count alike, as they do when the pair is scored; and an address is not known by its
 * holders. */
static struct best
best_of(const struct values *v, const struct field *f, unsigned level, uint32_t a, uint32_t b)
{
	uint32_t x = holders_of(v, f->kind, a), y = holders_of(v, f->kind, b);
	uint32_t rarer = x < y ? x : y;

	return (struct best){ level, a, b, rarer <= f->few || f->type == FIELD_PLACE ? 0 : rarer,
	    hash_of(v, f->kind, a) + hash_of(v, f->kind, b) };
}

/* A null counts less than any level. */
static bool
better(const struct best *x, const struct best *y)
{
	if (x->level != y->level)
		return y->level == LEVEL_NULL || (x->level > y->level && x->level != LEVEL_NULL);
	if ((x->a == x->b) != (y->a == y->b))	/* readings of dates may cross at the same level */
		return x->a == x->b;
	if (x->holders != y->holders)
		return x->holders < y->holders;
	return x->hash < y->hash;
}

/* Two nodes that share values of an array: not which pair is best counts, but what they share. */
static unsigned
set_level(const struct view *w, const struct field *f, const struct best *shared, bool equal)
{
	uint64_t holders = holders_of(&w->values, f->kind, shared->a);

	if (shared->level == SET_DIFFERENT)
		return SET_DIFFERENT;
	if (equal)
		return SET_EQUAL;
	return holders * RARE <= f->records ? SET_SHARES_RARE : SET_SHARES;
}

/* Apart from the rest, which has few values to keep in mind. */
NOINLINE struct best
compare_lists(const struct view *w, const struct field *f, uint32_t slot_a, uint32_t slot_b)
{
	uint32_t one_a, one_b;
	const uint32_t *a, *b;
	uint32_t na = view_values(w, slot_a, &one_a, &a), nb = view_values(w, slot_b, &one_b, &b);
	struct best best = { .level = LEVEL_NULL };

	for (uint32_t i = 0; i < na; i++)
		for (uint32_t j = 0; j < nb; j++) {
			unsigned level = level_values(&w->values, f->type, a[i], b[j]);
			struct best next = best_of(&w->values, f, level, a[i], b[j]);

			if ((i == 0 && j == 0) || better(&next, &best))
				best = next;
		}
	if (f->type == FIELD_ARRAY)
		best.level = set_level(w, f, &best, slot_a == slot_b);
	return best;
}

/* The level of a value and itself, without looking at it; LEVEL_NULL: it depends on its parts. */
static const uint8_t when_same[FIELD_TYPES] = {
	[FIELD_GIVEN] = 7, [FIELD_FAMILY] = 7, [FIELD_BIRTHDATE] = LEVEL_NULL, [FIELD_SEX] = 1,
	[FIELD_SUFFIX] = 1, [FIELD_EMAIL] = 5, [FIELD_PHONE] = 4, [FIELD_PLACE] = LEVEL_NULL,
	[FIELD_POSTCODE] = 4, [FIELD_LOCALITY] = 4, [FIELD_IDENTIFIER] = 2, [FIELD_STRING] = 4,
	[FIELD_TEXT] = 4, [FIELD_NUMBER] = 3, [FIELD_CODE] = 3, [FIELD_CATEGORY] = 1,
	[FIELD_DATE] = 4, [FIELD_ARRAY] = 3
};

/* Slots of which one is a set: puts the values that made the level in place of the slots. */
NOINLINE unsigned
compare_sets(const struct view *w, unsigned f, struct comparison *out)
{
	struct best best = compare_lists(w, &w->field[f], out->a[f] + 1, out->b[f] + 1);

	out->a[f] = best.a;
	out->b[f] = best.b;
	return best.level;
}

/* Of two slots with values. */
ALWAYS_INLINE unsigned
compare_field(const struct view *w, unsigned f, uint32_t slot_a, uint32_t slot_b,
    struct comparison *out)
{
	enum field_type t = w->field[f].type;

	out->a[f] = slot_a - 1;
	out->b[f] = slot_b - 1;
	if (UNLIKELY((slot_a | slot_b) & SLOT_SET))
		return compare_sets(w, f, out);
	if (slot_a == slot_b && when_same[t] != LEVEL_NULL)
		return when_same[t];
	return level_values(&w->values, t, slot_a - 1, slot_b - 1);
}

/* How far some given name of one is a family name of the other. */
static enum crossing
cross_sets(const struct view *w, uint32_t given_slot, uint32_t family_slot)
{
	uint32_t one_given, one_family;
	const uint32_t *given, *family;
	uint32_t givens = view_values(w, given_slot, &one_given, &given);
	uint32_t families = view_values(w, family_slot, &one_family, &family);
	enum crossing best = CROSSING_NOT;

	for (uint32_t i = 0; i < givens; i++)
		for (uint32_t j = 0; j < families && best < CROSSING_SURE; j++) {
			enum crossing next = level_crossed(&w->values, given[i], family[j]);

			best = next > best ? next : best;
		}
	return best;
}

static inline enum crossing
cross(const struct view *w, uint32_t given_slot, uint32_t family_slot)
{
	return UNLIKELY((given_slot | family_slot) & SLOT_SET) ?
	    cross_sets(w, given_slot, family_slot) :
	    level_crossed(&w->values, given_slot - 1, family_slot - 1);
}

/* Both cross, and of one it is sure: the names are swapped. Or one is sure, and the two have
 * another one besides: what is left is a name that both have. Given names that are alike are
 * looked at no further. */
static void
compare_crosswise(const struct view *w, const uint32_t *a, const uint32_t *b, unsigned given,
    unsigned family, struct comparison *out)
{
	bool different = pattern_level(out->pattern, family) == FAMILY_DIFFERENT;
	enum crossing one, two;

	if (pattern_level(out->pattern, given) > GIVEN_SIMILAR || a[family] == 0 || b[family] == 0)
		return;
	one = cross(w, a[given], b[family]);
	if (one == CROSSING_NOT && !different)
		return;
	two = cross(w, b[given], a[family]);
	if (one != CROSSING_SURE && two != CROSSING_SURE)
		return;
	if (one != CROSSING_NOT && two != CROSSING_NOT) {
		out->pattern = pattern_set(out->pattern, given, GIVEN_SWAPPED);
		out->pattern = pattern_set(out->pattern, family, LEVEL_NULL);
		out->a[family] = out->b[family] = VALUE_NONE;
	} else if (different) {
		out->pattern = pattern_set(out->pattern, family, FAMILY_SHARES_TOKEN);
	}
}

void
compare_nodes(const struct view *w, uint32_t a, uint32_t b, struct comparison *out)
{
	const uint32_t *x = w->node[a].slot, *y = w->node[b].slot;
	uint64_t pattern = UINT64_MAX;		/* all null */

	for (unsigned f = w->fields; f-- > 0;) {
		unsigned level = LEVEL_NULL;

		if (x[f] != 0 && y[f] != 0)
			level = compare_field(w, f, x[f], y[f], out);
		if (level == LEVEL_NULL)
			out->a[f] = out->b[f] = VALUE_NONE;
		pattern = pattern << LEVEL_BITS | level;
	}
	out->pattern = pattern;
	if (w->of_type[FIELD_GIVEN] >= 0 && w->of_type[FIELD_FAMILY] >= 0)
		compare_crosswise(w, x, y, (unsigned)w->of_type[FIELD_GIVEN],
		    (unsigned)w->of_type[FIELD_FAMILY], out);
}

void
compare_expect_node(const struct view *w, uint32_t node)
{
	cache_expect(&w->node[node]);
	cache_expect(&w->source[node]);
}

/* Of several values none. */
void
compare_expect_values(const struct view *w, uint32_t node)
{
	const uint32_t *slot = w->node[node].slot;

	for (unsigned i = 0; i < w->rows_count; i++) {
		const struct view_rows *r = &w->rows[i];
		uint32_t value = slot[r->field] - 1;	/* of no value it is above those of sets */

		if (value < SLOT_SET - 1)
			cache_expect(r->row + (size_t)value * r->size);
	}
}
