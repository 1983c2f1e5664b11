/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/signals.c: countries of a row, each looked up by its two letters */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/number.h"
#include "consent/scope.h"
#include "consent/signals.h"
#include "model/record.h"
#include "normal/table.h"

enum { LETTERS = 26, CODES = 1000 };

struct places {
	const struct policy	*policy;
	regime_set		 defaults;
	regime_set		 of_country[LETTERS * LETTERS];
	bool			 divided[LETTERS * LETTERS];	/* a regime is about a part of it */
	regime_set		 of_code[CODES];	/* by the first three digits of a number */
	struct span		 countries[CODES];	/* of the calling code; absent: there is none */
};

/* What a row has pointed to so far. */
struct signals {
	const struct places	*places;
	const struct question	*question;
	struct facts		*f;
	struct arena		*arena;
	regime_set		 set, refused;	/* refused: of refusals, which only add */
	struct span		*countries;
	size_t			 count, cap;
};

/* Index of a country's two letters; -1: no such code. */
static int
letters(struct span country)
{
	if (country.len != 2 || country.p[0] < 'A' || country.p[0] > 'Z' || country.p[1] < 'A' ||
	    country.p[1] > 'Z')
		return -1;
	return (country.p[0] - 'A') * LETTERS + country.p[1] - 'A';
}

static void
set_countries(struct places *x)
{
	for (int i = 0; i < LETTERS * LETTERS; i++) {
		const char text[] = { (char)('A' + i / LETTERS), (char)('A' + i % LETTERS) };

		x->of_country[i] = regimes_of_place(x->policy, span_make(text, 2));
	}
	for (size_t i = 0; i < x->policy->regime_count; i++) {
		const struct policy_names *list = &x->policy->regimes[i].countries;

		for (size_t k = 0; k < list->n; k++) {
			int at = letters(span_head(list->v[k], span_index(list->v[k], '-')));

			if (at >= 0)
				x->divided[at] |= list->v[k].len > 2;
		}
	}
}

static regime_set
of_all(const struct places *x, struct span countries)
{
	regime_set set = 0;
	struct span one;

	while (span_split(&countries, ' ', &one)) {
		int at = letters(one);

		set |= at < 0 ? 0 : x->of_country[at];
	}
	return set;
}

static void
set_codes(struct places *x)
{
	for (int n = 0; n < CODES; n++) {
		const char digits[] = { (char)('0' + n / 100), (char)('0' + n / 10 % 10),
		    (char)('0' + n % 10) };

		x->countries[n] = span_none();
		for (size_t len = 1; len <= 3 && x->countries[n].p == NULL; len++)
			x->countries[n] = table_find(TABLE_CALLING_CODES, span_make(digits, len));
		x->of_code[n] = x->countries[n].len == 0 ? 0 : of_all(x, x->countries[n]);
	}
}

struct places *
places_new(const struct policy *p)
{
	struct places *x = mem_zero(1, sizeof(*x));

	x->policy = p;
	x->defaults = regimes_by_default(p);
	set_countries(x);
	set_codes(x);
	return x;
}

void
places_free(struct places *x)
{
	mem_free(x);
}

/* ---- one signal ---- */

static void
keep_country(struct signals *s, struct span place)
{
	if (!s->question->needs_age)
		return;
	for (size_t i = 0; i < s->count; i++)
		if (span_equal(s->countries[i], place))
			return;
	if (s->count == s->cap) {
		struct span *more = arena_alloc(s->arena, (s->cap * 2 + 8) * sizeof(more[0]));

		if (s->count > 0)
			memcpy(more, s->countries, s->count * sizeof(more[0]));
		s->countries = more;
		s->cap = s->cap * 2 + 8;
	}
	s->countries[s->count++] = place;
}

static regime_set
of_place(const struct places *x, struct span place)
{
	int at = letters(place);

	return at >= 0 ? x->of_country[at] : regimes_of_place(x->policy, place);
}

static void
point_to(struct signals *s, struct span place)
{
	regime_set set = of_place(s->places, place);

	s->set |= set != 0 ? set : s->places->defaults;
	keep_country(s, place);
}

/* "US-CA" where some regime is about a part of the country and the region is a code. */
static void
add_address(struct signals *s, const struct address *a)
{
	struct span country = a->part[PART_COUNTRY], region = a->part[PART_REGION];
	int at = letters(country);
	char *place;

	if (country.len == 0)
		return;
	if (at < 0 || !s->places->divided[at] || region.len == 0 || region.len > 3) {
		point_to(s, country);
		return;
	}
	place = arena_alloc(s->arena, 3 + region.len);
	memcpy(place, country.p, 2);
	place[2] = '-';
	memcpy(place + 3, region.p, region.len);
	point_to(s, span_make(place, 3 + region.len));
}

/* A number without a country's code, or of none, says nothing. */
static void
add_phone(struct signals *s, struct span number)
{
	struct span countries, one;
	uint64_t code;

	if (number.len < 4 || number.p[0] != '+' || !u64_parse(span_make(number.p + 1, 3), &code))
		return;
	countries = s->places->countries[code];
	if (countries.len == 0)
		return;
	s->set |= s->places->of_code[code] != 0 ? s->places->of_code[code] : s->places->defaults;
	while (s->question->needs_age && span_split(&countries, ' ', &one))
		keep_country(s, one);
}

static void
add_events(struct signals *s)
{
	for (size_t i = 0; i < s->f->identifier_count; i++)
		for (size_t k = 0; k < s->f->identifiers[i].event_count; k++) {
			const struct event *e = s->f->identifiers[i].events[k];
			enum event_class class = event_class(e->type);

			if (e->jur.p == NULL || !event_counts(s->question, e))
				continue;
			if (class == CLASS_REFUSAL || class == CLASS_STOP) {
				s->refused |= of_place(s->places, e->jur);
				keep_country(s, e->jur);
			} else
				point_to(s, e->jur);
		}
}

/* ---- the row ---- */

/* The last day that a birth date of whatever length may mean: "1988", "1988-02", "1988-02-11". */
static instant
latest_day(struct span s)
{
	uint64_t year, month = 12, mday;

	if (s.len < 4 || !u64_parse(span_head(s, 4), &year) ||
	    (s.len > 4 && (s.len < 7 || s.p[4] != '-' || !u64_parse(span_make(s.p + 5, 2), &month))) ||
	    month < 1 || month > 12)
		return INSTANT_NONE;
	mday = (uint64_t)day_month_length((int)year, (int)month);
	if (s.len > 7 && (s.len != 10 || s.p[7] != '-' || !u64_parse(span_skip(s, 8), &mday) ||
	    !day_valid((int)year, (int)month, (int)mday)))
		return INSTANT_NONE;
	return (instant)day_from((int)year, (int)month, (int)mday) * DAY_MS;
}

static void
take_birth(struct facts *f, struct span text)
{
	instant t = latest_day(text);

	if (t != INSTANT_NONE && (f->born == INSTANT_NONE || t > f->born))
		f->born = t;
}

/* Where a date can be read in two ways, both readings stand in an attribute. */
static void
set_birth(const struct record *row, struct facts *f)
{
	take_birth(f, row->one[ONE_BIRTHDATE]);
	for (size_t i = 0; i < row->attribute_count; i++) {
		struct span rest = row->attributes[i].json, one;

		if (!span_is(row->attributes[i].name, "birthdate_alt"))
			continue;
		while (span_split(&rest, '"', &one))
			take_birth(f, one);
	}
}

void
facts_signals(const struct places *places, const struct question *q, const struct record *row,
    struct facts *f, struct arena *arena)
{
	struct signals s = { .places = places, .question = q, .f = f, .arena = arena };

	f->born = INSTANT_NONE;
	for (size_t i = 0; row != NULL && i < row->address_count; i++)
		add_address(&s, &row->addresses[i]);
	for (size_t i = 0; i < f->identifier_count; i++)
		if (span_is(f->identifiers[i].type, "phone_number"))
			add_phone(&s, f->identifiers[i].value);
	for (size_t i = 0; i < f->member_count; i++)
		if (f->members[i].source != NULL && f->members[i].source->jurisdiction.p != NULL)
			point_to(&s, f->members[i].source->jurisdiction);
	add_events(&s);
	if (row != NULL && q->needs_age)
		set_birth(row, f);
	f->regimes = s.refused == 0 ? s.set : (s.set != 0 ? s.set : places->defaults) | s.refused;
	f->countries = s.countries;
	f->country_count = s.count;
}
