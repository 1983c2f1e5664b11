/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/address_parts_units.c: what is taken off an address first: post office boxes, and
 * units with the words that announce them. */
#include "base/ascii.h"
#include "normal/address_parts_priv.h"
#include "normal/table.h"

static bool
begins_segment(const struct words *w, size_t i)
{
	return i == 0 || w->w[i - 1].segment != w->w[i].segment;
}

/* How many words at i say "post office box"; 0: none. */
static size_t
box_words(const struct words *w, size_t i)
{
	static const char *const all[][3] = { { "po", "box" }, { "p", "o", "box" }, { "pobox" },
	    { "post", "office", "box" }, { "gpo", "box" }, { "postfach" }, { "caixa", "postal" },
	    { "apartado", "de", "correos" }, { "apartado" }, { "apdo" }, { "boite", "postale" },
	    { "bp" }, { "casella", "postale" }, { "postbus" }, { "locked", "bag" },
	    { "private", "bag" } };

	for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
		size_t n = 0;

		while (n < 3 && all[k][n] != NULL && words_open(w, i + n, w->w[i].segment) &&
		    words_say(w, i + n, all[k][n]))
			n++;
		if (n == 3 || (n > 0 && all[k][n] == NULL))
			return n;
	}
	return words_say(w, i, "box") && (begins_segment(w, i) ||
	    words_have(w, i - 1, WORD_NUMBER));	/* "RR 2 Box 152" */
}

void
address_take_boxes(struct words *w)
{
	for (size_t i = 0; i < w->count; i++) {
		size_t n = words_have(w, i, WORD_BOX) ? box_words(w, i) : 0, end = i + n;

		while (n > 0 && words_open(w, end, w->w[i].segment) &&
		    words_have(w, end, WORD_NUMBER))
			end++;
		if (end == i + n)
			continue;
		words_mark(w, i, i + n, PART_DROPPED);
		words_mark(w, i + n, end, PART_BOX);
		i = end - 1;
	}
}

/* "apt4b": the word for the unit and its name are one word. */
static bool
names_unit(const struct words *w, size_t i)
{
	struct span s = w->w[i].folded, kind;
	size_t letters = 0;

	while (letters < s.len && ascii_letter((unsigned char)s.p[letters]))
		letters++;
	if (letters < 3 || letters == s.len || !ascii_digit((unsigned char)s.p[letters]))
		return false;
	kind = table_find(TABLE_UNIT_WORDS, span_head(s, letters));
	return kind.p != NULL && (span_is(kind, "unit") || span_is(kind, "floor"));
}

/* A number that begins a segment stands before #: then this is no house number. */
static bool
number_before(const struct words *w, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (words_have(w, k, WORD_NUMBER) && begins_segment(w, k))
			return true;
	return false;
}

/* "Unit 5/12 High St" is unit 5 of number 12. */
static void
cut_unit(struct words *w, size_t i, size_t name, struct arena *arena)
{
	size_t slash = span_index(w->w[name].text, '/');

	if (begins_segment(w, i) && words_have(w, name, WORD_NUMBER) &&
	    slash < w->w[name].text.len && words_open(w, name + 1, w->w[i].segment))
		(void)words_cut(w, name, slash, arena);
}

/* End of the words of the unit that begins at i; i: none begins there. */
static size_t
unit_end(struct words *w, size_t i, enum address_style style, struct arena *arena)
{
	unsigned segment = w->w[i].segment;
	bool hash = span_is(w->w[i].text, "#");
	size_t name = i + 1;

	if (names_unit(w, i))
		return i + 1;
	if (words_have(w, i, WORD_ORDINAL | WORD_NUMBER) && words_open(w, i + 1, segment) &&
	    words_have(w, i + 1, WORD_FLOOR) && (words_have(w, i, WORD_ORDINAL) ||
	    (begins_segment(w, i) && !words_open(w, i + 2, segment))))
		return i + 2;
	if (!words_have(w, i, WORD_UNIT | WORD_BUILDING) ||
	    (hash && (style == ADDRESS_TRAILING || !(number_before(w, i) ||
	    (i == 0 && w->segments > 1)))))
		return i;
	if (!hash && words_open(w, name, segment) && words_have(w, name, WORD_NO))
		name++;
	if (!words_designate(w, name, segment))
		return i;
	cut_unit(w, i, name, arena);
	if (words_open(w, name + 1, segment) && words_have(w, name + 1, WORD_LETTER) &&
	    !words_open(w, name + 2, segment) && words_have(w, name, WORD_NUMBER))
		name++;
	return name + 1;
}

bool
address_take_units(struct words *w, enum address_style style, struct arena *arena)
{
	bool numberless = false;

	for (size_t i = 0; i < w->count; i++) {
		size_t end;

		if (w->w[i].part != PART_NONE)
			continue;
		if (words_have(w, i, WORD_NONUMBER) && i > 0) {
			w->w[i].part = PART_DROPPED;
			numberless = true;
			continue;
		}
		end = unit_end(w, i, style, arena);
		if (end == i)
			continue;
		words_mark(w, i, end, words_have(w, i, WORD_BUILDING) ? PART_BUILDING : PART_UNIT);
		i = end - 1;
	}
	return numberless;
}
