/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/constraint.c: claims of clusters, and whether two of them agree. */
#include "base/alloc.h"
#include "resolve/constraint.h"
#include "resolve/facts.h"
#include "resolve/types.h"

enum {
	SLIP_LEAST = 6,		/* shorter values are too close to each other by chance */
	SOFT_AGREE = 3		/* records that must agree before one other gives way */
};

static const char *const names[REFUSALS] = { "none", "exclusive", "limit", "birthdate", "suffix",
    "party", "clean_source" };

const char *
refusal_name(enum refusal r)
{
	return names[r];
}

void
claims_done(struct claims *c)
{
	mem_free(c->list);
	*c = (struct claims){ 0 };
}

static int
order(const struct claim *a, const struct claim *b)
{
	if (fact_kind(a->word) != fact_kind(b->word))
		return fact_kind(a->word) < fact_kind(b->word) ? -1 : 1;
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	return a->word < b->word ? -1 : a->word > b->word;
}

static void
add_one(struct claims *c, struct claim one)
{
	uint32_t at = c->count;
	size_t cap = c->cap;

	while (at > 0 && order(&one, &c->list[at - 1]) < 0)
		at--;
	if (at > 0 && order(&one, &c->list[at - 1]) == 0) {
		uint32_t sum = c->list[at - 1].count + one.count;

		c->list[at - 1].count = sum < CLAIM_COUNT_MOST ? sum & CLAIM_COUNT_MOST : CLAIM_COUNT_MOST;
		return;
	}
	c->list = mem_grow(c->list, c->count + 1, &cap, sizeof *c->list);
	c->cap = (uint32_t)cap;
	memmove(c->list + at + 1, c->list + at, (c->count - at) * sizeof *c->list);
	c->list[at] = one;
	c->count++;
}

static bool
claimed(uint32_t word, const struct facts *f, const struct types *types)
{
	switch (fact_kind(word)) {
	case FACT_IDENTIFIER:
		return types_at(types, facts_type(f, word))->limit > 0;
	case FACT_BIRTHDATE:
		return fact_full_date(word);
	case FACT_SUFFIX:
	case FACT_PARTY:
		return true;
	default:
		return false;
	}
}

uint32_t
claims_kinds(const struct types *types, bool birthdates)
{
	uint32_t kinds = 1u << FACT_SUFFIX | 1u << FACT_PARTY;

	for (size_t i = 0; i < types_count(types); i++)
		if (types_at(types, i)->limit > 0)
			kinds |= 1u << FACT_IDENTIFIER;
	return birthdates ? kinds | 1u << FACT_BIRTHDATE : kinds;
}

void
claims_of(struct claims *c, const struct facts *f, const uint32_t *row,
    const struct types *types, uint32_t kinds, uint32_t source)
{
	c->count = 0;
	for (; *row != 0; row++)
		if ((kinds >> fact_kind(*row) & 1) != 0 && claimed(*row, f, types))
			add_one(c, (struct claim){ *row, 1,
			    fact_kind(*row) == FACT_IDENTIFIER ? facts_type(f, *row) : 0 });
	if (source != CLAIMS_NO_SOURCE)
		add_one(c, (struct claim){ fact_word((enum fact_kind)CLAIM_CLEAN, source), 1, 0 });
}

void
claims_add(struct claims *into, const struct claims *more)
{
	if (into->list == NULL && more->count > 0) {
		into->cap = more->count;	/* most clusters are small: no room to spare */
		into->list = mem_alloc(more->count * sizeof *into->list);
	}
	for (uint32_t i = 0; i < more->count; i++)
		add_one(into, more->list[i]);
}

bool
one_slip(struct span a, struct span b)
{
	size_t at = 0, end = a.len;

	if (a.len != b.len || a.len < SLIP_LEAST)
		return false;
	while (at < a.len && a.p[at] == b.p[at])
		at++;
	while (end > at && a.p[end - 1] == b.p[end - 1])
		end--;
	if (end - at <= 1)
		return true;
	return end - at == 2 && a.p[at] == b.p[at + 1] && a.p[at + 1] == b.p[at];
}

static void
digits(uint32_t date, char out[8])
{
	uint32_t n = (fact_number(date) >> 9) * 10000 + (date >> 5 & 15) * 100 + (date & 31);

	for (int i = 7; i >= 0; i--) {
		out[i] = (char)('0' + n % 10);
		n /= 10;
	}
}

bool
birthdates_differ(uint32_t a, uint32_t b)
{
	bool year = a >> 9 == b >> 9, month = (a >> 5 & 15) == (b >> 5 & 15);
	bool mday = (a & 31) == (b & 31);
	char x[8], y[8];

	if (year + month + mday >= 2)
		return false;
	if (year && (a >> 5 & 15) == (b & 31) && (a & 31) == (b >> 5 & 15))
		return false;
	digits(a, x);
	digits(b, y);
	return !one_slip(span_make(x, 8), span_make(y, 8));
}

static bool
same_type(const struct claim *a, const struct claim *b)
{
	return fact_kind(a->word) == fact_kind(b->word) && a->type == b->type;
}

bool
claims_agree(const struct claims *c)
{
	for (uint32_t i = 1; i < c->count; i++)
		if (same_type(&c->list[i - 1], &c->list[i]))
			return false;
	return c->count == 0 || fact_kind(c->list[c->count - 1].word) != (enum fact_kind)CLAIM_CLEAN;
}

/* Records that hold the value, in both clusters together. */
static uint32_t
holders(const struct claims *c, const struct claims *d, const struct claim *x)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < c->count; i++)
		n += order(&c->list[i], x) == 0 ? c->list[i].count : 0;
	for (uint32_t i = 0; i < d->count; i++)
		n += order(&d->list[i], x) == 0 ? d->list[i].count : 0;
	return n;
}

/* Distinct values of the type in both; values of `a` counted first. */
static uint32_t
distinct(const struct claims *a, const struct claims *b, const struct claim *type)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < a->count; i++)
		n += same_type(&a->list[i], type);
	for (uint32_t i = 0; i < b->count; i++) {
		bool known = false;

		for (uint32_t j = 0; j < a->count && !known; j++)
			known = order(&a->list[j], &b->list[i]) == 0;
		n += same_type(&b->list[i], type) && !known;
	}
	return n;
}

static bool
shares_exclusive(const struct claims *a, const struct claims *b, const struct types *types)
{
	for (uint32_t i = 0; i < a->count; i++)
		for (uint32_t j = 0; j < b->count; j++)
			if (fact_kind(a->list[i].word) == FACT_IDENTIFIER &&
			    types_at(types, a->list[i].type)->exclusive &&
			    order(&a->list[i], &b->list[j]) == 0)
				return true;
	return false;
}

static enum refusal
identifiers(const struct claims *a, const struct claims *b, const struct claim *x,
    const struct claim *y, const struct facts *f, const struct types *types, bool soft,
    uint64_t *demoted)
{
	const struct type *t = types_at(types, x->type);
	uint32_t of_x, of_y;

	if (order(x, y) == 0 || distinct(a, b, x) <= t->limit)
		return REFUSAL_NONE;
	if (!t->exclusive)
		return REFUSAL_LIMIT;
	if (one_slip(facts_text(f, x->word), facts_text(f, y->word)))
		return REFUSAL_NONE;
	of_x = holders(a, b, x);
	of_y = holders(a, b, y);
	if (!soft || !((of_x == 1 && of_y >= SOFT_AGREE) || (of_y == 1 && of_x >= SOFT_AGREE)))
		return REFUSAL_EXCLUSIVE;
	++*demoted;
	return REFUSAL_NONE;
}

static enum refusal
check_two(const struct claims *a, const struct claims *b, const struct claim *x,
    const struct claim *y, const struct facts *f, const struct types *types, bool soft,
    uint64_t *demoted)
{
	switch (fact_kind(x->word)) {
	case FACT_IDENTIFIER:
		return identifiers(a, b, x, y, f, types, soft, demoted);
	case FACT_BIRTHDATE:
		return REFUSAL_NONE;	/* judged over all of both clusters at once */
	case FACT_SUFFIX:
		return x->word == y->word ? REFUSAL_NONE : REFUSAL_SUFFIX;
	case FACT_PARTY:
		return x->word == y->word ? REFUSAL_NONE : REFUSAL_PARTY;
	default:
		return x->word == y->word ? REFUSAL_CLEAN_SOURCE : REFUSAL_NONE;
	}
}

/* Two slips of one date lie further from each other than from the date, so clusters differ only
 * when none of the dates of one is near any of the other. */
static bool
no_date_fits(const struct claims *a, const struct claims *b)
{
	bool both = false;

	for (uint32_t i = 0; i < a->count; i++)
		for (uint32_t j = 0; j < b->count; j++) {
			if (fact_kind(a->list[i].word) != FACT_BIRTHDATE || fact_kind(b->list[j].word) != FACT_BIRTHDATE)
				continue;
			if (!birthdates_differ(a->list[i].word, b->list[j].word))
				return false;
			both = true;
		}
	return both;
}

enum refusal
constraint_check(const struct claims *a, const struct claims *b, const struct facts *f,
    const struct types *types, bool soft, bool vouched, uint64_t *demoted)
{
	enum refusal why = REFUSAL_NONE;
	uint64_t gave_way = 0;

	if (!vouched && no_date_fits(a, b) && !shares_exclusive(a, b, types))
		why = REFUSAL_BIRTHDATE;
	for (uint32_t i = 0; i < a->count; i++)
		for (uint32_t j = 0; j < b->count; j++) {
			enum refusal r;

			if (!same_type(&a->list[i], &b->list[j]))
				continue;
			r = check_two(a, b, &a->list[i], &b->list[j], f, types, soft, &gave_way);
			if (r != REFUSAL_NONE && (why == REFUSAL_NONE || r < why))
				why = r;
		}
	if (why == REFUSAL_NONE)
		*demoted += gave_way;
	return why;
}
