/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/address_parts_street.c: which segment is the street, where in it the number stands,
 * and what behind both names a door. */
#include "normal/address_parts_priv.h"
#include "normal/ascii.h"
#include "normal/table.h"

enum {
	DOOR_WORDS = 3,		/* of a segment that is a door: "3º B dcha" */
	BEHIND_BYTES = 3,	/* a longer number before a name, behind the street, is a postcode */
	BEFORE_BYTES = 5,	/* longest house number before a name in front of the street */
	ALONE_BYTES = 5		/* longest house number that stands alone */
};

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
	if (i > from && (words_have(w, i - 1, WORD_ROAD) || (i - 1 == from && words_have(w, from, WORD_PREFIX))))
		return true;
	return next < end && (words_say(w, next, "de") || words_say(w, next, "of") ||
	    table_has(TABLE_MONTHS, w->w[next].folded.p == NULL ? SPAN("") : w->w[next].folded));
}

/* Place of the first and the last number that may be the house's; w->count: none. */
static size_t
leading_number(const struct words *w, size_t from, size_t end)
{
	size_t i = from;

	if (i < end && words_have(w, i, WORD_NO) && i + 1 < end && words_have(w, i + 1, WORD_NUMBER))
		i++;
	return i < end && words_have(w, i, WORD_NUMBER) ? i : w->count;
}

static size_t
trailing_number(const struct words *w, size_t from, size_t end)
{
	for (size_t i = end; i > from + 1; i--)
		if (w->w[i - 1].part == PART_NONE && words_have(w, i - 1, WORD_NUMBER) &&
		    !is_name(w, i - 1, from, end))
			return i - 1;
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
		if (w->w[next].folded.p == NULL && words_open(w, next + 1, segment) &&
		    words_have(w, next + 1, WORD_NUMBER))
			next += 2;
		else if (words_say(w, next, "bis") || words_say(w, next, "ter") ||
		    words_say(w, next, "quater") || (leading && span_is(w->w[next].text, "1/2")))
			next++;
		else if (words_have(w, next, WORD_LETTER) && !(leading ? words_have(w, next, WORD_DIRECTION) ||
		    !words_open(w, next + 1, segment) ||
		    words_have(w, next + 1, WORD_SUFFIX | WORD_HALL) :
		    words_open(w, next + 1, segment)))
			next++;
	}
	words_mark(w, i, next, PART_NUMBER);
	return next;
}

/* A number in another segment than the street: "Rua X, 12", "10, Downing Street", "5 Rose Cottages,
 * High Street". With a name behind it, it has at most so many bytes. */
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

/* One behind the last word of the street that ends with its kind: what follows "St" or "St NW" is
 * a town or a building, what follows "at" the next corner. */
static size_t
street_end(const struct words *w, size_t from, size_t end)
{
	size_t last = from;

	for (size_t i = from + 1; i < end; i++)
		if (words_have(w, i, WORD_NEAR))
			end = i;
	if (words_have(w, from, WORD_PREFIX))
		return end;
	for (size_t i = from; i < end; i++)
		if (words_have(w, i, WORD_JOINED) || (i > from && words_have(w, i, WORD_SUFFIX)))
			last = i;
	if (last == from && !words_have(w, from, WORD_JOINED))
		return end;
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
	return found || (style == ADDRESS_TRAILING && segment > 0 && number_beside(w, segment - 1, 0));
}

/* The words say what kind of street it is. */
static bool
is_typed(const struct words *w, size_t from, size_t end, unsigned more)
{
	for (size_t i = from; i < end; i++)
		if (words_have(w, i, WORD_JOINED | more) || (i > from && words_have(w, i, WORD_SUFFIX)) ||
		    (i == from && words_have(w, i, WORD_PREFIX)))
			return true;
	return false;
}

/* "4 12 High St": the first is a unit. */
static size_t
skip_unit(struct words *w, size_t i, size_t end)
{
	if (i + 2 >= end || !words_have(w, i, WORD_NUMBER) || !words_have(w, i + 1, WORD_NUMBER) ||
	    words_have(w, i + 1, WORD_ORDINAL) || span_is(w->w[i + 1].text, "1/2") || words_have(w, i + 2, WORD_SUFFIX | WORD_HALL) ||
	    w->w[i + 1].part != PART_NONE)
		return i;
	w->w[i].part = PART_UNIT;
	return i + 1;
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
	if (number == w->count && !find_beside(w, segment, style) && lead + 1 < end &&
	    (style == ADDRESS_LEADING || is_typed(w, lead + 1, end, WORD_HALL)))
		number = lead;	/* "10 de Havilland Road", "5 April Valley" */
	if (number < w->count && number != lead && style != ADDRESS_TRAILING &&
	    !is_typed(w, from, number, 0) && is_typed(w, number + 1, end, 0))
		lead = number;	/* "Skyline Apartments 705 Sheppard Ave" */
	if (number == w->count) {
		mark_street(w, from, end, style != ADDRESS_TRAILING);
	} else if (number == lead) {
		if (style != ADDRESS_TRAILING)
			number = skip_unit(w, number, end);
		number = mark_number(w, cut_number(w, number, country, arena), true);
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

		while (i < end && words_designate(w, i, s) && words_have(w, i, WORD_NUMBER | WORD_LETTER |
		    (i == from ? WORD_ORDINAL : 0)))
			i++;
		if (i > from && end - from <= DOOR_WORDS && (i == end || words_have(w, from, WORD_ORDINAL)))
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
