/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/address_parts_street.c: which segment is the street, where in it the number stands,
 * and what behind both names a door. */
#include "base/ascii.h"
#include "normal/address_parts_priv.h"
#include "normal/table.h"

enum {
	DOOR_WORDS = 3,		/* of a segment that is a door: "3º B dcha" */
	/* Longest house number in another segment: behind the street and before a name (a longer
	 * one is a postcode), in front of it, alone. */
	BEHIND_BYTES = 3,
	BEFORE_BYTES = 5,
	ALONE_BYTES = 5
};

static bool
is_month(const struct words *w, size_t i, size_t end)
{
	return i < end && w->w[i].folded.p != NULL && table_has(TABLE_MONTHS, w->w[i].folded);
}

/* A number there belongs to the name of the street: "Rua 25 de Março", "Route 9",
 * "Straße des 17. Juni". */
static bool
is_name(const struct words *w, size_t i, size_t from, size_t end)
{
	size_t next = i + 1;

	if (i > from && words_have(w, i - 1, WORD_NO))
		return false;
	if (words_have(w, i, WORD_ORDINAL) && next < end)
		return true;
	if (i > from && words_have(w, i - 1, WORD_ROAD | (i - 1 == from ? WORD_PREFIX : 0)))
		return true;
	return is_month(w, next, end) ||
	    (next < end && (words_say(w, next, "de") || words_say(w, next, "of")));
}

/* Between two numbers of a range. */
static bool
is_dash(const struct words *w, size_t i)
{
	return w->w[i].folded.p == NULL && w->w[i].kinds == 0;
}

/* Place of the first and the last number that may be the house's; w->count: none. */
static size_t
leading_number(const struct words *w, size_t from, size_t end)
{
	size_t i = from;

	if (i + 1 < end && words_have(w, i, WORD_NO) && words_have(w, i + 1, WORD_NUMBER))
		i++;
	return i < end && words_have(w, i, WORD_NUMBER) ? i : w->count;
}

static size_t
trailing_number(const struct words *w, size_t from, size_t end)
{
	for (size_t i = end - 1; end > 0 && i > from; i--) {
		if (w->w[i].part != PART_NONE || !words_have(w, i, WORD_NUMBER) ||
		    is_name(w, i, from, end))
			continue;
		if (i > from + 2 && is_dash(w, i - 1) && words_have(w, i - 2, WORD_NUMBER))
			i -= 2;	/* "77 - 79" */
		return i;
	}
	return w->count;
}

static bool
only_number(const struct words *w, unsigned segment)
{
	size_t from = words_first(w, segment), end = words_end(w, segment);

	for (size_t i = from; i < end; i++)
		if (!words_have(w, i, WORD_NUMBER | WORD_LETTER | WORD_NO))
			return false;
	return leading_number(w, from, end) < w->count;
}

/* How much the segment looks like a street; 0: it has no open word. */
static unsigned
likeness(const struct words *w, unsigned segment)
{
	size_t from = words_first(w, segment), end = words_end(w, segment), name = from;
	unsigned kind = 0, number = 0;

	if (from >= end)
		return 0;
	if (only_number(w, segment))
		return 1;
	if (leading_number(w, from, end) < w->count) {
		number = 2;
		name = leading_number(w, from, end) + 1;
	} else if (trailing_number(w, from, end) < w->count) {
		number = 2;
	}
	for (size_t i = name; i < end; i++) {
		if (w->w[i].part != PART_NONE)
			continue;
		if (words_have(w, i, WORD_JOINED) || (i == name && words_have(w, i, WORD_PREFIX)) ||
		    (i > name && words_have(w, i, WORD_SUFFIX)))
			kind = 4;
		else if (i > name && words_have(w, i, WORD_HALL) && kind == 0)
			kind = 1;
	}
	return 2 + kind + number;
}

static unsigned
street_segment(const struct words *w)
{
	unsigned best = 0, most = 0;

	for (unsigned s = 0; s < w->segments; s++) {
		unsigned here = likeness(w, s);

		if (here > most) {
			most = here;
			best = s;
		}
	}
	return best;
}

/* "5/12 High St" is unit 5 of number 12, in Canada "5-12". */
static size_t
cut_number(struct words *w, size_t i, struct span country, struct arena *arena)
{
	struct span s = w->w[i].text;
	size_t at = span_index(s, span_is(country, "CA") ? '-' : '/');

	if (at == 0 || at + 1 >= s.len || !ascii_digit((unsigned char)s.p[at + 1]) ||
	    span_is(s, "1/2") || !words_cut(w, i, at, arena))
		return i;
	w->w[i].part = PART_UNIT;
	return i + 1;
}

/* The words say what kind of street it is. */
static bool
is_typed(const struct words *w, size_t from, size_t end, unsigned more)
{
	for (size_t i = from; i < end; i++)
		if (words_have(w, i, WORD_JOINED | more) ||
		    (i > from && words_have(w, i, WORD_SUFFIX)) ||
		    (i == from && words_have(w, i, WORD_PREFIX)))
			return true;
	return false;
}

/* The letter behind a number is its own: not in "12 E Main St", "12 A Street", "12 r de Rivoli". */
static bool
owns_letter(const struct words *w, size_t i, bool leading)
{
	unsigned segment = w->w[i].segment;
	size_t end = words_end(w, segment), next = i + 1;

	if (!leading || !words_open(w, next, segment))
		return !leading && !words_open(w, next, segment);
	if (words_have(w, i, WORD_DIRECTION) || words_have(w, next, WORD_SUFFIX | WORD_HALL))
		return false;
	return !words_have(w, i, WORD_PREFIX) || is_typed(w, next, end, WORD_HALL);
}

/* What belongs to the number at i: the word that announces it, "bis", a letter, the other end of
 * a range. Returns the first word behind. */
static size_t
mark_number(struct words *w, size_t i, bool leading)
{
	unsigned segment = w->w[i].segment;
	size_t next = i + 1;

	if (i > 0 && words_open(w, i - 1, segment) && words_have(w, i - 1, WORD_NO))
		w->w[i - 1].part = PART_DROPPED;
	if (words_open(w, next, segment)) {
		if (is_dash(w, next) && words_open(w, next + 1, segment) &&
		    words_have(w, next + 1, WORD_NUMBER))
			next += 2;
		else if (words_say(w, next, "bis") || words_say(w, next, "ter") ||
		    words_say(w, next, "quater") || (leading && span_is(w->w[next].text, "1/2")))
			next++;
		else if (words_have(w, next, WORD_LETTER) && owns_letter(w, next, leading))
			next++;
	}
	words_mark(w, i, next, PART_NUMBER);
	return next;
}

/* A number in another segment than the street: "Rua X, 12", "10, Downing Street", "5 Rose
 * Cottages, High Street". With a name behind it, it has at most so many bytes. */
static bool
number_beside(struct words *w, unsigned segment, size_t most)
{
	size_t from = words_first(w, segment), end = words_end(w, segment);
	size_t i = leading_number(w, from, end);
	bool alone = only_number(w, segment);

	if (i == w->count || w->w[i].text.len > (alone ? ALONE_BYTES : most) ||
	    words_have(w, i, WORD_ORDINAL))
		return false;
	(void)mark_number(w, i, !alone);
	return true;
}

/* One behind the last word of the street that ends with its kind: what follows "St", "St NW"
 * or "Highway 19 N" is a town or a building, what follows "at" the next corner. */
static size_t
street_end(const struct words *w, size_t from, size_t end)
{
	size_t last = from;

	for (size_t i = from + 1; i < end; i++)
		if (words_have(w, i, WORD_NEAR))
			end = i;
	if (words_have(w, from, WORD_PREFIX) && !(words_have(w, from, WORD_LETTER) &&
	    is_typed(w, from + 1, end, 0)))
		return end;
	for (size_t i = from; i < end; i++)
		if (words_have(w, i, WORD_JOINED) || (i > from && words_have(w, i, WORD_SUFFIX)))
			last = i;
	if (last == from && !words_have(w, from, WORD_JOINED))
		return end;
	last++;
	if (last < end && words_have(w, last, WORD_NUMBER) && (words_have(w, last - 1, WORD_ROAD) ||
	    (last > from + 1 && words_have(w, last - 2, WORD_ROAD))))
		last++;
	while (last < end && words_have(w, last, WORD_DIRECTION))
		last++;
	return last;
}

static void
mark_street(struct words *w, size_t from, size_t end, bool cut)
{
	size_t last = cut && from < end ? street_end(w, from, end) : end;

	for (size_t i = from; i < last; i++)
		if (w->w[i].part == PART_NONE)
			w->w[i].part = PART_STREET;
	if (last + 1 == end && words_designate(w, last, w->w[last].segment))
		w->w[last].part = PART_UNIT;
}

/* Place of the house's number in the open words from..end, or w->count. */
static size_t
find_number(const struct words *w, size_t from, size_t end, enum address_style style)
{
	size_t lead = leading_number(w, from, end), trail = trailing_number(w, from, end);

	if (lead + 1 >= end || is_name(w, lead, from, end))
		lead = w->count;
	if (trail == w->count || (style != ADDRESS_TRAILING && lead < w->count))
		return lead;
	return trail;
}

/* In another segment, the likelier first. */
static bool
find_beside(struct words *w, unsigned segment, enum address_style style)
{
	unsigned behind = segment + 1;
	bool found = false;

	for (unsigned s = segment; style != ADDRESS_TRAILING && s > 0 && !found; s--)
		found = number_beside(w, s - 1, BEFORE_BYTES);
	if (!found && behind < w->segments)
		found = number_beside(w, behind, style == ADDRESS_LEADING ? 0 : BEHIND_BYTES);
	if (!found && style == ADDRESS_TRAILING && segment > 0)
		found = number_beside(w, segment - 1, 0);
	return found;
}

/* "4 12 High St": the first is a unit. */
static size_t
skip_unit(struct words *w, size_t i, size_t end)
{
	size_t next = i + 1;

	if (next + 1 >= end || !words_have(w, i, WORD_NUMBER) || w->w[next].part != PART_NONE ||
	    !words_have(w, next, WORD_NUMBER) || words_have(w, next, WORD_ORDINAL) ||
	    words_have(w, next + 1, WORD_SUFFIX | WORD_HALL) || span_is(w->w[next].text, "1/2"))
		return i;
	w->w[i].part = PART_UNIT;
	return i + 1;
}

/* Where no other number is: "10 de Havilland Road", "5 April Valley", not "25 de Março". */
static bool
may_lead(const struct words *w, size_t lead, size_t end, enum address_style style)
{
	return lead + 1 < end && (style == ADDRESS_LEADING ||
	    is_typed(w, lead + 1, end, WORD_HALL) ||
	    !(is_month(w, lead + 1, end) || is_month(w, lead + 2, end)));
}

static void
take_number(struct words *w, unsigned segment, enum address_style style, struct span country,
    struct arena *arena)
{
	size_t from = words_first(w, segment), end = words_end(w, segment);
	size_t lead = leading_number(w, from, end), number = find_number(w, from, end, style);

	if (only_number(w, segment)) {
		(void)mark_number(w, lead, true);
		return;
	}
	if (number == w->count && !find_beside(w, segment, style) &&
	    may_lead(w, lead, end, style))
		number = lead;
	if (number < w->count && number != lead && style != ADDRESS_TRAILING &&
	    !is_typed(w, from, number, 0) && is_typed(w, number + 1, end, 0))
		lead = number;	/* "Skyline Apartments 705 Sheppard Ave" */
	if (number == w->count) {
		mark_street(w, from, end, style != ADDRESS_TRAILING);
	} else if (number == lead) {
		if (style != ADDRESS_TRAILING)
			number = cut_number(w, skip_unit(w, number, end), country, arena);
		number = mark_number(w, number, true);
		mark_street(w, number, words_end(w, segment), true);
	} else {
		(void)mark_number(w, number, false);
		mark_street(w, from, number, false);
	}
}

/* Segments, and what is left of that of the street, which name a door: "3º B", "4". */
static void
take_doors(struct words *w, unsigned street)
{
	for (unsigned s = street; s < w->segments; s++) {
		size_t from = words_first(w, s), end = words_end(w, s), i = from;

		if (from >= end || end - from > DOOR_WORDS)
			continue;
		while (i < end && words_designate(w, i, s) && words_have(w, i,
		    WORD_NUMBER | WORD_LETTER | (i == from ? WORD_ORDINAL : 0)))
			i++;
		if (i == end || (i > from && words_have(w, from, WORD_ORDINAL)))
			words_mark(w, from, end, PART_UNIT);
	}
}

void
address_take_street(struct words *w, enum address_style style, struct span country,
    struct arena *arena)
{
	unsigned street = street_segment(w);

	if (words_first(w, street) == w->count)
		return;
	take_number(w, street, style, country, arena);
	take_doors(w, street);
}
