/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/auto_shape.c: what the values of a column look like. */
#include "base/ascii.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/number.h"
#include "ingest/auto_priv.h"
#include "normal/country.h"
#include "normal/date.h"
#include "normal/email.h"
#include "normal/month.h"
#include "normal/phone.h"
#include "normal/postcode.h"
#include "normal/town.h"

enum {			/* of 100 values */
	SHAPE_SHARE = 90,
	SHAPE_ALONE = 98,	/* where the header says nothing */
	SHAPE_ONLY = 50	/* where the header means one thing: most say so, and the others are mistakes */
};

static const char *const shape_names[SHAPES] = { "", "email", "phone", "date", "country",
    "postcode", "uuid", "year", "month", "monthday", "system", "name", "fullname",
    "sixdigits", "rows", "town", "whole address", "sha256" };

enum shape
shape_find(struct span name)
{
	for (int i = 1; i < SHAPES; i++)
		if (span_is(name, shape_names[i]))
			return (enum shape)i;
	return SHAPE_NONE;
}

const char *
shape_name(enum shape shape)
{
	return shape_names[shape];
}

bool
auto_confirmed(const struct seen *s, enum shape shape, bool only)
{
	unsigned share = only ? SHAPE_ONLY : SHAPE_SHARE;

	if (shape == SHAPE_SYSTEM)
		return s->filled > 0 && s->value_count <= SYSTEMS_MOST;
	if (shape == SHAPE_ROWS)
		return s->filled > 0 && s->good[shape] == s->filled;
	if (shape == SHAPE_NAME || shape == SHAPE_FULLNAME)	/* "3M", "Studio 54"; but goods have names with numbers, too */
		return s->good[shape] * 100 >= s->filled * SHAPE_ONLY;
	return shape == SHAPE_NONE || (s->filled > 0 && s->good[shape] * 100 >= s->filled * share);
}

bool
seen_nearly_all(const struct seen *s, uint64_t n)
{
	return s->filled > 0 && n * 100 >= s->filled * SHAPE_ALONE;
}

static bool
is_good(struct normal n)
{
	return n.value.p != NULL && n.outcome <= OUTCOME_CHANGED;
}

static bool
looks_like_phone(struct span s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (ascii_digit(s.p[i]))
			digits++;
		else if (memchr(" ()+-./x", s.p[i], 8) == NULL)
			return false;
	}
	return digits >= 7 && digits <= 16;
}

static bool
looks_like_sha256(struct span s)
{
	return s.len == 64 && ascii_hex_digits(s) == s.len;
}

/* 8-4-4-4-12 hex digits. */
static bool
looks_like_uuid(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s.p[i] != '-' : !ascii_hex(s.p[i]))
			return false;
	}
	return s.len == 36;
}

/* A date, or one that would be if its order or its century were known. */
static bool
is_date(const struct normal *n)
{
	return n->value.p != NULL || (n->reason != NULL && (strcmp(n->reason, "order_unknown") == 0 ||
	    strcmp(n->reason, "century_unknown") == 0));
}

/* From 1 on up to `most`. */
static bool
is_number(struct span s, uint64_t most)
{
	uint64_t n;

	return u64_parse(s, &n) && n >= 1 && n <= most;
}

/* Of somebody who may be alive, or of two digits. */
static bool
looks_like_year(struct span s)
{
	uint64_t n;

	return u64_parse(s, &n) && (s.len == 2 || (s.len == 4 && n >= 1850 && n <= 2099));
}

/* Each more than the one before, gaps or not: rows that were left out keep their numbers. */
static void
count_row(struct seen *s, struct span cell)
{
	uint64_t n;

	if (!u64_parse(cell, &n) || (s->good[SHAPE_ROWS] > 0 && n <= s->last))
		return;
	s->good[SHAPE_ROWS]++;
	s->last = n;
}

static bool
looks_like_number(struct span s)
{
	uint64_t n;

	return u64_parse(s, &n);
}

/* Both, or it is one of the two alone. */
static bool
is_town(struct span s)
{
	struct town t = town_split(s);

	return t.part[TOWN_POSTCODE].p != NULL && t.part[TOWN_WHOLE].p != NULL;
}

static void
remember_value(struct seen *s, struct span cell)
{
	uint64_t hash = hash64(cell, 0);

	for (uint32_t i = 0; i < s->value_count && i < SYSTEMS_MOST; i++)
		if (s->values[i] == hash)
			return;
	if (s->value_count < SYSTEMS_MOST)
		s->values[s->value_count] = hash;
	if (s->value_count <= SYSTEMS_MOST)
		s->value_count++;
}

void
auto_measure(struct seen *s, struct span cell, struct arena *a)
{
	static const struct normal_context none = { .reference = INSTANT_NONE };
	const struct normal_context *c = &none;
	struct normal date = date_clean(cell, c, a);

	s->filled++;
	s->numbered += auto_has_number(cell);
	s->good[SHAPE_EMAIL] += email_clean(cell, c, a).value.p != NULL;
	s->good[SHAPE_PHONE] += is_good(phone_clean(cell, c, a)) || looks_like_phone(cell);
	s->good[SHAPE_DATE] += is_date(&date) || date_looks_counted(cell) || date_looks_packed(cell);
	s->good[SHAPE_COUNTRY] += is_good(country_clean(cell, c, a));
	s->good[SHAPE_POSTCODE] += cell.len >= 3 && cell.len <= 10 &&
	    is_good(postcode_clean(cell, c, a));
	s->good[SHAPE_UUID] += looks_like_uuid(cell);
	s->good[SHAPE_YEAR] += looks_like_year(cell);
	s->good[SHAPE_MONTH] += is_number(cell, 12) || month_find(cell) > 0;
	s->good[SHAPE_MONTHDAY] += is_number(cell, 31);
	s->good[SHAPE_NAME] += !ascii_has_digit(cell);
	s->good[SHAPE_FULLNAME] += !ascii_has_digit(cell) && span_index(cell, ' ') < cell.len;
	s->good[SHAPE_SIXDIGITS] += cell.len == 6 && looks_like_number(cell);
	s->good[SHAPE_TOWN] += is_town(cell);
	s->good[SHAPE_SHA256] += looks_like_sha256(cell);
	s->good[SHAPE_ADDRESS] += town_of_address(cell).part[TOWN_POSTCODE].p != NULL;
	count_row(s, cell);
	if (s->keys != NULL)
		map_add(s->keys, cell);
	remember_value(s, cell);
}

bool
auto_is_value(struct span cell, struct arena *a)
{
	static const struct normal_context none = { .reference = INSTANT_NONE };

	return email_clean(cell, &none, a).value.p != NULL ||
	    (span_starts(cell, SPAN("+")) && looks_like_phone(cell));
}

bool
auto_is_date(struct span cell, struct arena *a)
{
	static const struct normal_context none = { .reference = INSTANT_NONE };
	struct normal date = date_clean(cell, &none, a);

	return is_date(&date);
}
