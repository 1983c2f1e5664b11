/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/town.c: where the postcode ends and the town begins. */
#include "base/ascii.h"
#include "normal/town.h"
#include "base/arena.h"
#include "normal/key.h"
#include "normal/table.h"

enum {
	GROUPS = 2,		/* of a postcode: "602 00", "LS1 4AB", "1234 AB" */
	POSTCODE_LEAST = 3,	/* letters and digits: a district of Paris has two */
	POSTCODE_MOST = 9	/* "62704-1234" */
};

static bool
is_between(char c)
{
	return c == ' ' || c == ',' || c == ';';
}

static struct span
trim(struct span s)
{
	while (s.len > 0 && is_between(s.p[0]))
		s = span_skip(s, 1);
	while (s.len > 0 && is_between(s.p[s.len - 1]))
		s.len--;
	return s;
}

static size_t
first_word(struct span s)
{
	size_t i = 0;

	while (i < s.len && !is_between(s.p[i]))
		i++;
	return i;
}

static size_t
last_word(struct span s)
{
	size_t i = s.len;

	while (i > 0 && !is_between(s.p[i - 1]))
		i--;
	return i;
}

static size_t
signs(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ascii_digit((unsigned char)s.p[i]) || ascii_letter((unsigned char)s.p[i]);
	return n;
}

static bool
capitals(struct span s, size_t least, size_t most)
{
	for (size_t i = 0; i < s.len; i++)
		if (!ascii_upper((unsigned char)s.p[i]))
			return false;
	return s.len >= least && s.len <= most;
}

static bool
is_postcode(struct span s)
{
	return ascii_has_digit(s) && signs(s) >= POSTCODE_LEAST && signs(s) <= POSTCODE_MOST;
}

/* Of "1234 AB Amsterdam" the letters belong to it, of "8001 ZH Zürich" nothing is lost if they do. */
static size_t
leading(struct span s)
{
	size_t len = 0;

	for (int n = 0; n < GROUPS; n++) {
		size_t from = len;
		struct span word;

		while (from < s.len && s.p[from] == ' ')
			from++;
		word = span_skip(s, from);
		word = span_head(word, first_word(word));
		if (!ascii_has_digit(word) && !(n > 0 && len == 4 && capitals(word, 2, 2)))
			break;
		len = from + word.len;
	}
	return is_postcode(span_head(s, len)) ? len : 0;
}

static size_t
trailing(struct span s)
{
	size_t at = s.len;

	for (int n = 0; n < GROUPS; n++) {
		struct span before = trim(span_head(s, at));
		size_t from = last_word(before);

		if (!ascii_has_digit(span_skip(before, from)) ||
		    signs(span_skip(s, from)) > POSTCODE_MOST)
			break;
		at = from;
	}
	return is_postcode(span_skip(s, at)) ? at : s.len;
}

/* "Springfield, IL", "Toronto ON". */
static void
split_region(struct town *t)
{
	struct span whole = t->part[TOWN_WHOLE];
	size_t at = whole.len;

	while (at > 0 && whole.p[at - 1] != ',')
		at--;
	if (at == 0) {
		at = last_word(whole);
		if (!capitals(span_skip(whole, at), 2, 3))
			at = 0;
	}
	t->part[TOWN_LOCALITY] = at == 0 ? whole : trim(span_head(whole, at));
	if (at > 0)
		t->part[TOWN_REGION] = trim(span_skip(whole, at));
}

struct town
town_split(struct span s)
{
	struct town t = { 0 };
	size_t n;

	s = trim(s);
	n = leading(s);
	if (n > 0) {
		t.part[TOWN_POSTCODE] = span_head(s, n);
		t.part[TOWN_WHOLE] = trim(span_skip(s, n));
	} else {
		n = trailing(s);
		if (n < s.len)
			t.part[TOWN_POSTCODE] = span_skip(s, n);
		t.part[TOWN_WHOLE] = trim(span_head(s, n));
	}
	if (t.part[TOWN_WHOLE].len == 0)
		t.part[TOWN_WHOLE] = span_none();
	else
		split_region(&t);
	return t;
}

/* "Apt 1205" is no town. */
static bool
is_unit(struct span s)
{
	struct arena arena = { 0 };
	struct span word = text_fold(span_head(s, first_word(s)), &arena);
	bool unit = word.p != NULL && table_has(TABLE_UNIT_WORDS, word);

	arena_done(&arena);
	return unit;
}

/* Where the piece behind the last comma begins. */
static size_t
last_piece(struct span s)
{
	size_t at = s.len;

	while (at > 0 && s.p[at - 1] != ',')
		at--;
	return at;
}

/* "12 Elm St, Springfield, IL 62704": the piece before is the town, if there is one beside the street. */
static void
take_region(struct town *t)
{
	struct span street = t->part[TOWN_STREET], region = t->part[TOWN_LOCALITY];
	size_t at = last_piece(street);
	struct span town = trim(span_skip(street, at));

	if (t->part[TOWN_REGION].p != NULL || t->part[TOWN_POSTCODE].p < region.p || !capitals(region, 2, 3) || at == 0 ||
	    ascii_has_digit(town) || is_unit(town))
		return;
	t->part[TOWN_REGION] = region;
	t->part[TOWN_LOCALITY] = town;
	t->part[TOWN_WHOLE] = span_make(town.p, (size_t)(region.p + region.len - town.p));
	t->part[TOWN_STREET] = trim(span_head(street, at));
}

struct town
town_of_address(struct span s)
{
	struct town none = { .part[TOWN_STREET] = trim(s) };
	size_t at = last_piece(none.part[TOWN_STREET]);

	for (int pieces = 0; pieces < 2 && at > 0; pieces++) {	/* the town may have one of its own */
		struct span street = trim(span_head(none.part[TOWN_STREET], at));
		struct town t = town_split(span_skip(none.part[TOWN_STREET], at));

		if (t.part[TOWN_POSTCODE].p == NULL)
			return none;
		if (t.part[TOWN_WHOLE].p != NULL) {
			t.part[TOWN_STREET] = street;
			take_region(&t);
			return street.len == 0 || is_unit(t.part[TOWN_WHOLE]) ? none : t;
		}
		at = last_piece(street);
	}
	return none;
}
