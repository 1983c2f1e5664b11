/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/constraint.c: claims of clusters, and whether two of them agree. */
#include "base/alloc.h"
#include "resolve/constraint.h"
#include "resolve/facts.h"
#include "resolve/store.h"
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
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	return span_cmp(a->value, b->value);
}

static void
add_one(struct claims *c, struct claim one)
{
	uint32_t at = c->count;
	size_t cap = c->cap;

	while (at > 0 && order(&one, &c->list[at - 1]) < 0)
		at--;
	if (at > 0 && order(&one, &c->list[at - 1]) == 0) {
		c->list[at - 1].count += one.count;
		return;
	}
	c->list = mem_grow(c->list, c->count + 1, &cap, sizeof *c->list);
	c->cap = (uint32_t)cap;
	memmove(c->list + at + 1, c->list + at, (c->count - at) * sizeof *c->list);
	c->list[at] = one;
	c->count++;
}

static bool
claimed(const struct fact *f, const struct types *types)
{
	switch (f->kind) {
	case FACT_IDENTIFIER:
		return types_at(types, f->type)->limit > 0;
	case FACT_BIRTHDATE:
		return (f->value.p[0] | f->value.p[1]) != 0 && f->value.p[2] != 0 && f->value.p[3] != 0;
	case FACT_SUFFIX:
	case FACT_PARTY:
		return true;
	default:
		return false;
	}
}

void
claims_of(struct claims *c, const struct rec *r, const struct types *types, bool clean,
    struct span source)
{
	const unsigned char *at = r->facts;
	struct fact f;

	c->count = 0;
	while (facts_next(&at, &f))
		if (claimed(&f, types))
			add_one(c, (struct claim){ (uint8_t)f.kind, f.type, f.value, 1 });
	if (clean)
		add_one(c, (struct claim){ CLAIM_CLEAN, 0, source, 1 });
}

void
claims_add(struct claims *into, const struct claims *more)
{
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
digits(struct span v, char out[8])
{
	unsigned year = (unsigned char)v.p[0] << 8 | (unsigned char)v.p[1];
	unsigned n = year * 10000 + (unsigned char)v.p[2] * 100 + (unsigned char)v.p[3];

	for (int i = 7; i >= 0; i--) {
		out[i] = (char)('0' + n % 10);
		n /= 10;
	}
}

bool
birthdates_differ(struct span a, struct span b)
{
	bool year = a.p[0] == b.p[0] && a.p[1] == b.p[1];
	bool month = a.p[2] == b.p[2], mday = a.p[3] == b.p[3];
	char x[8], y[8];

	if (year + month + mday >= 2)
		return false;
	if (year && a.p[2] == b.p[3] && a.p[3] == b.p[2])
		return false;
	digits(a, x);
	digits(b, y);
	return !one_slip(span_make(x, 8), span_make(y, 8));
}

static bool
same_type(const struct claim *a, const struct claim *b)
{
	return a->kind == b->kind && a->type == b->type;
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
			if (a->list[i].kind == FACT_IDENTIFIER &&
			    types_at(types, a->list[i].type)->exclusive &&
			    order(&a->list[i], &b->list[j]) == 0)
				return true;
	return false;
}

static enum refusal
identifiers(const struct claims *a, const struct claims *b, const struct claim *x,
    const struct claim *y, const struct types *types, bool soft, uint64_t *demoted)
{
	const struct type *t = types_at(types, x->type);
	uint32_t of_x, of_y;

	if (order(x, y) == 0 || distinct(a, b, x) <= t->limit)
		return REFUSAL_NONE;
	if (!t->exclusive)
		return REFUSAL_LIMIT;
	if (one_slip(x->value, y->value))
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
    const struct claim *y, const struct types *types, bool soft, uint64_t *demoted)
{
	switch (x->kind) {
	case FACT_IDENTIFIER:
		return identifiers(a, b, x, y, types, soft, demoted);
	case FACT_BIRTHDATE:
		return REFUSAL_NONE;	/* judged over all of both clusters at once */
	case FACT_SUFFIX:
		return span_equal(x->value, y->value) ? REFUSAL_NONE : REFUSAL_SUFFIX;
	case FACT_PARTY:
		return span_equal(x->value, y->value) ? REFUSAL_NONE : REFUSAL_PARTY;
	default:
		return span_equal(x->value, y->value) ? REFUSAL_CLEAN_SOURCE : REFUSAL_NONE;
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
			if (a->list[i].kind != FACT_BIRTHDATE || b->list[j].kind != FACT_BIRTHDATE)
				continue;
			if (!birthdates_differ(a->list[i].value, b->list[j].value))
				return false;
			both = true;
		}
	return both;
}

enum refusal
constraint_check(const struct claims *a, const struct claims *b, const struct types *types,
    bool soft, bool vouched, uint64_t *demoted)
{
	uint64_t gave_way = 0;

	if (!vouched && no_date_fits(a, b) && !shares_exclusive(a, b, types))
		return REFUSAL_BIRTHDATE;
	for (uint32_t i = 0; i < a->count; i++)
		for (uint32_t j = 0; j < b->count; j++) {
			enum refusal r;

			if (!same_type(&a->list[i], &b->list[j]))
				continue;
			r = check_two(a, b, &a->list[i], &b->list[j], types, soft, &gave_way);
			if (r != REFUSAL_NONE)
				return r;
		}
	*demoted += gave_way;
	return REFUSAL_NONE;
}
