/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/compare.c: all fields of two nodes, which mostly have one value or none in each. */
#include "base/cache.h"
#include "resolve/bound.h"
#include "resolve/level.h"
#include "resolve/named_mailbox.h"
#include "resolve/view.h"

enum {
	GIVEN_SIMILAR = 1, GIVEN_SWAPPED = 2,		/* levels of given names */
	FAMILY_DIFFERENT = 0, FAMILY_SHARES_TOKEN = 1,
	EMAIL_CLOSE_LOCAL = 1, EMAIL_SAME_LOCAL = 2,	/* of two mailboxes */
	FEW_NODES = 1 << 14				/* whose values the cache holds */
};

/* ---- what slots say by themselves ---- */

/* Four slots at once. */
typedef uint32_t four __attribute__((vector_size(16)));
typedef int32_t four_signs __attribute__((vector_size(16)));
typedef uint64_t halves __attribute__((vector_size(16)));

enum { FOUR = 4, FOURS = FIELDS_MAX / FOUR };

/* Of four fields the levels, each where it stands in a pattern's half, in which they are the first
 * or, `shift` bits on, the last ones: LEVEL_NULL where a slot is empty, the top level where both
 * hold one value of which no part can be lacking, and 0 where values are to be looked at. The
 * numbers of values go to `out`. */
ALWAYS_INLINE four
levels_of_slots(const struct view *w, const uint32_t *x, const uint32_t *y, unsigned f, int shift,
    struct comparison *out)
{
	four null = { 0xf, 0xf0, 0xf00, 0xf000 }, a, b, top, empty, same;

	memcpy(&a, x + f, sizeof a);
	memcpy(&b, y + f, sizeof b);
	memcpy(&top, w->top + f, sizeof top);
	empty = (four)((a == 0) | (b == 0));
	same = (four)(a == b) & ~(four)((four_signs)a < 0);	/* and no set */
	a = (a - 1) | empty;
	b = (b - 1) | empty;
	memcpy(out->a + f, &a, sizeof a);
	memcpy(out->b + f, &b, sizeof b);
	return (top & same) | (null << shift & empty);
}

/* Eight levels; `left` gets `bit` for each field that is to be looked at. */
ALWAYS_INLINE uint64_t
half_of_slots(const struct view *w, const uint32_t *x, const uint32_t *y, unsigned f, uint32_t bit,
    four left[2], struct comparison *out)
{
	four low = levels_of_slots(w, x, y, f, 0, out);
	four high = levels_of_slots(w, x, y, f + FOUR, FOUR * LEVEL_BITS, out);
	uint64_t both = ((halves)(low | high))[0] | ((halves)(low | high))[1];

	left[0] |= (four)(low == 0) & bit;
	left[1] |= (four)(high == 0) & bit;
	return (both | both >> 32) & UINT32_MAX;
}

/* Half of all fields need no other look than this. */
ALWAYS_INLINE uint64_t
pattern_of_slots(const struct view *w, const struct node_pair *pair, uint32_t bit, four left[FOURS],
    struct comparison *out)
{
	const uint32_t *x = w->node[pair->a].slot, *y = w->node[pair->b].slot;
	uint64_t pattern = half_of_slots(w, x, y, 0, bit, left, out);

	if (w->fields <= 2 * FOUR)
		return pattern | (uint64_t)UINT32_MAX << 32;
	return pattern | half_of_slots(w, x, y, 2 * FOUR, bit, left + 2, out) << 32;
}

/* ---- names that were swapped ---- */

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

static inline bool
may_cross(const struct view *w, uint32_t given_slot, uint32_t family_slot)
{
	return UNLIKELY((given_slot | family_slot) & SLOT_SET) ||
	    level_may_cross(&w->values, given_slot - 1, family_slot - 1);
}

/* Of one of the two crossings it may be sure; of most it is of neither. */
static bool
may_be_crosswise(const struct view *w, const uint32_t *a, const uint32_t *b, unsigned given,
    unsigned family)
{
	return a[family] != 0 && b[family] != 0 &&
	    (may_cross(w, a[given], b[family]) || may_cross(w, b[given], a[family]));
}

/* Both cross, and of one it is sure, or each family name is among the other's given names, as in
 * "Tran Van | Minh" and "Van Minh | Tran": the names are swapped. Or one is sure, and the two have
 * another one besides: what is left is a name that both have. */
static void
compare_crosswise(const struct view *w, const uint32_t *a, const uint32_t *b, unsigned given,
    unsigned family, struct comparison *out)
{
	bool different = pattern_level(out->pattern, family) == FAMILY_DIFFERENT;
	enum crossing one, two;

	one = cross(w, a[given], b[family]);
	if (one == CROSSING_NOT && !different)
		return;
	two = cross(w, b[given], a[family]);
	if (one != CROSSING_SURE && two != CROSSING_SURE && (one != CROSSING_PART || two != CROSSING_PART))
		return;
	if (one != CROSSING_NOT && two != CROSSING_NOT) {
		out->pattern = pattern_set(out->pattern, given, GIVEN_SWAPPED);
		out->pattern = pattern_set(out->pattern, family, LEVEL_NULL);
		out->a[family] = out->b[family] = VALUE_NONE;
	} else if (different) {
		out->pattern = pattern_set(out->pattern, family, FAMILY_SHARES_TOKEN);
	}
}

/* ---- pairs of nodes ---- */

/* One field of some pairs, which have a bit each. The type is known where this is called. */
ALWAYS_INLINE void
compare_field(const struct view *w, unsigned f, enum field_type t, uint32_t pairs,
    struct comparison *all)
{
	for (; pairs != 0; pairs &= pairs - 1) {
		struct comparison *c = &all[__builtin_ctz(pairs)];
		uint32_t a = c->a[f], b = c->b[f];
		unsigned level = UNLIKELY(((a + 1) | (b + 1)) & SLOT_SET) ? compare_lists(w, f, c) :
		    level_values(&w->values, t, a, b);

		if (level == LEVEL_NULL)
			c->a[f] = c->b[f] = VALUE_NONE;
		c->pattern |= (uint64_t)level << LEVEL_BITS * f;
	}
}

static void
compare_typed(const struct view *w, unsigned f, uint32_t pairs, struct comparison *all)
{
	switch (w->field[f].type) {
	case FIELD_GIVEN:
		compare_field(w, f, FIELD_GIVEN, pairs, all);
		break;
	case FIELD_FAMILY:
		compare_field(w, f, FIELD_FAMILY, pairs, all);
		break;
	case FIELD_BIRTHDATE:
		compare_field(w, f, FIELD_BIRTHDATE, pairs, all);
		break;
	case FIELD_EMAIL:
		compare_field(w, f, FIELD_EMAIL, pairs, all);
		break;
	case FIELD_PHONE:
		compare_field(w, f, FIELD_PHONE, pairs, all);
		break;
	case FIELD_PLACE:
		compare_field(w, f, FIELD_PLACE, pairs, all);
		break;
	default:
		compare_field(w, f, w->field[f].type, pairs, all);
	}
}

/* A row may begin in one line of the cache and end in the next. */
static inline void
expect_row(const char *row, uint32_t rest)
{
	cache_expect(row);
	if (rest > 0)
		cache_expect(row + rest);
}

/* What comparing a field looks at comes into the cache while the one before it is compared; that
 * of few records is there already. */
static void
expect_field(const struct view *w, unsigned f, uint32_t pairs, const struct comparison *all)
{
	const struct view_rows *r = w->rows, *end = w->rows + w->rows_count;

	if (w->nodes < FEW_NODES)
		return;
	while (r < end && r->field != f)
		r++;
	for (; r < end && pairs != 0; pairs &= pairs - 1) {
		const struct comparison *c = &all[__builtin_ctz(pairs)];

		if (((c->a[f] + 1) | (c->b[f] + 1)) & SLOT_SET)
			continue;
		expect_row(r->row + (size_t)c->a[f] * r->size, r->rest);
		expect_row(r->row + (size_t)c->b[f] * r->size, r->rest);
	}
}

/* ---- some pairs at a time ---- */

struct comparing {
	const struct view	*w;
	const struct bound	*bound;		/* or NULL */
	struct comparison	*out;
	four			 left[FOURS];	/* by field: the pairs of which it is to be looked at */
	uint32_t		 live;		/* the pairs that are of interest yet */
	uint32_t		 crosswise;	/* those of which the names may be swapped */
};

static inline uint32_t
left_of(const struct comparing *c, unsigned f)
{
	return c->left[f / FOUR][f % FOUR] & c->live;
}

static void
compare_one_field(struct comparing *c, unsigned f)
{
	compare_typed(c->w, f, left_of(c, f), c->out);
}

/* Given names that are alike are looked at no further. */
static inline bool
look_crosswise(struct comparing *c, const struct node_pair *pair, unsigned i, unsigned given,
    unsigned family)
{
	const struct view *w = c->w;
	bool may = pattern_level(c->out[i].pattern, given) <= GIVEN_SIMILAR &&
	    may_be_crosswise(w, w->node[pair[i].a].slot, w->node[pair[i].b].slot, given, family);

	c->crosswise |= (uint32_t)may << i;
	return may;
}

static void
find_crosswise(struct comparing *c, const struct node_pair *pair, unsigned given, unsigned family)
{
	for (uint32_t left = c->live; left != 0; left &= left - 1)
		(void)look_crosswise(c, pair, (unsigned)__builtin_ctz(left), given, family);
}

/* What stands in a pattern for family names that are to be looked at: as much as is known of them. */
static inline uint64_t
unknown(const struct comparing *c, unsigned family, unsigned i)
{
	const struct name_row *row = c->w->values.family;
	uint32_t a = c->out[i].a[family], b = c->out[i].b[family];

	if (!(c->left[family / FOUR][family % FOUR] >> i & 1))
		return 0;
	return (uint64_t)(((a + 1) | (b + 1)) & SLOT_SET || !row[a].plain || !row[b].plain ?
	    BOUND_ANY : BOUND_PLAIN) << LEVEL_BITS * family;
}

static inline int32_t
most_of(const struct bound *b, unsigned fields, uint64_t pattern)
{
	int32_t sum = 0;

	for (unsigned i = 0; 2 * i < fields; i++, pattern >>= 2 * LEVEL_BITS)
		sum += b->two[i][pattern & (BOUND_TWO_LEVELS - 1)];
	return sum;
}

/* What names add if they are swapped, beyond what they add as they stand; nothing if that is less. */
static inline int32_t
if_swapped(const struct bound *b, unsigned given, unsigned family)
{
	int32_t more = 0;

	if (b->swapped > b->given[given])
		more += b->swapped - b->given[given];
	return b->family[family] < 0 ? more - b->family[family] : more;
}

/* Leaves the pairs that may be of interest, whatever family names say. Whether names may be swapped is
 * looked at where that could save the pair, or matters later. */
static void
drop_hopeless(struct comparing *c, const struct node_pair *pair, unsigned given, unsigned family)
{
	const struct bound *b = c->bound;

	for (uint32_t left = c->live; left != 0; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctz(left);
		uint64_t pattern = c->out[i].pattern | unknown(c, family, i);
		int32_t most = most_of(b, c->w->fields, pattern);
		bool enough = most >= b->least, lost = !enough &&
		    most + if_swapped(b, pattern_level(pattern, given),
		    pattern_level(pattern, family)) < b->least;

		if (lost || (!look_crosswise(c, pair, i, given, family) && !enough))
			c->live &= ~((uint32_t)1 << i);
	}
}

/* Leaves those of which all levels together may be of interest. */
static void
drop_light(struct comparing *c)
{
	const struct bound *b = c->bound;

	for (uint32_t left = c->live; left != 0; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctz(left);

		c->live &= ~((uint32_t)(most_of(b, c->w->fields, c->out[i].pattern) < b->least) << i);
	}
}

/* Names that may be swapped are few. */
static void
compare_crossed(struct comparing *c, const struct node_pair *pair, unsigned given, unsigned family)
{
	const struct view *w = c->w;

	for (uint32_t left = c->crosswise & c->live; left != 0; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctz(left);

		compare_crosswise(w, w->node[pair[i].a].slot, w->node[pair[i].b].slot, given, family,
		    &c->out[i]);
	}
}

/* ---- mailboxes that are made of names ---- */

static bool
alike(uint64_t pattern, unsigned f)
{
	unsigned level = pattern_level(pattern, f);

	return level != 0 && level != LEVEL_NULL;
}

static bool
is_named(const struct view *w, const struct comparison *c, uint32_t own, uint32_t other, uint32_t email)
{
	unsigned given = (unsigned)w->of_type[FIELD_GIVEN], family = (unsigned)w->of_type[FIELD_FAMILY];
	const uint32_t *mine = w->node[own].slot, *his = w->node[other].slot;
	struct names_of_pair n = { w, { mine[given], 0 }, { mine[family], 0 } };

	if (alike(c->pattern, given))
		n.given[1] = his[given];
	if (alike(c->pattern, family))
		n.family[1] = his[family];
	return mailbox_is_named(&n, email);
}

/* Two mailboxes that are alike, but made of the names of those who hold them, say what the names say: nothing of
 * their own. Those that are one are one, whatever they are made of. */
static void
forget_named(const struct view *w, const struct node_pair *pair, uint32_t pairs, struct comparison *all)
{
	unsigned f = (unsigned)w->of_type[FIELD_EMAIL];

	for (; pairs != 0; pairs &= pairs - 1) {
		unsigned i = (unsigned)__builtin_ctz(pairs), level = pattern_level(all[i].pattern, f);
		struct comparison *c = &all[i];

		if ((level != EMAIL_CLOSE_LOCAL && level != EMAIL_SAME_LOCAL) ||
		    !is_named(w, c, pair[i].a, pair[i].b, c->a[f]) ||
		    !is_named(w, c, pair[i].b, pair[i].a, c->b[f]))
			continue;
		c->pattern = pattern_set(c->pattern, f, LEVEL_NULL);
		c->a[f] = c->b[f] = VALUE_NONE;
	}
}

/* Family names take the longest: they are looked at where the rest leaves something to hope for. */
static void
compare_names(struct comparing *c, const struct node_pair *pair, unsigned given, unsigned family)
{
	expect_field(c->w, given, left_of(c, given), c->out);
	expect_field(c->w, family, left_of(c, family), c->out);
	compare_one_field(c, given);
	if (c->bound != NULL)
		drop_hopeless(c, pair, given, family);
	else
		find_crosswise(c, pair, given, family);
	compare_one_field(c, family);
	compare_crossed(c, pair, given, family);
	if (c->w->of_type[FIELD_EMAIL] >= 0)
		forget_named(c->w, pair, c->live, c->out);
}

/* The next field that is not one of two names which are compared together; or the last one. */
static unsigned
next_field(const struct view *w, unsigned f, bool names)
{
	while (names && f < w->fields && ((int)f == w->of_type[FIELD_GIVEN] ||
	    (int)f == w->of_type[FIELD_FAMILY]))
		f++;
	return f;
}

/* Field after field, so that what is done next is the same for many pairs, and what one of them
 * waits for in memory comes while others are looked at. */
uint32_t
compare_promising(const struct view *w, const struct bound *bound, const struct node_pair *pair,
    unsigned count, struct comparison *out)
{
	struct comparing c = { .w = w, .bound = bound, .out = out,
	    .live = (uint32_t)((UINT64_C(1) << count) - 1) };
	bool names = w->of_type[FIELD_GIVEN] >= 0 && w->of_type[FIELD_FAMILY] >= 0;
	unsigned f = next_field(w, 0, names), next;

	for (unsigned i = 0; i < count; i++)
		out[i].pattern = pattern_of_slots(w, &pair[i], 1U << i, c.left, &out[i]);
	if (f < w->fields)
		expect_field(w, f, left_of(&c, f), out);
	for (; f < w->fields; f = next) {
		next = next_field(w, f + 1, names);
		if (next < w->fields)
			expect_field(w, next, left_of(&c, next), out);
		compare_one_field(&c, f);
	}
	if (names)
		compare_names(&c, pair, (unsigned)w->of_type[FIELD_GIVEN],
		    (unsigned)w->of_type[FIELD_FAMILY]);
	if (bound != NULL)
		drop_light(&c);
	return c.live;
}

void
compare_pairs(const struct view *w, const struct node_pair *pair, unsigned count,
    struct comparison *out)
{
	(void)compare_promising(w, NULL, pair, count, out);
}

void
compare_nodes(const struct view *w, uint32_t a, uint32_t b, struct comparison *out)
{
	compare_pairs(w, &(struct node_pair){ a, b }, 1, out);
}

void
compare_expect_node(const struct view *w, uint32_t node)
{
	cache_expect(&w->node[node]);
}
