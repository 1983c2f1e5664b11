/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/address_parts_words.c: words of an address and what each may be. Blanks cut words;
 * commas, semicolons, brackets and a dash between blanks cut segments as well. */
#include "base/ascii.h"
#include "normal/address_parts_priv.h"
#include "normal/key.h"
#include "normal/table.h"

#include <limits.h>
#include <strings.h>

enum {
	NUMBER_DIGITS = 6,	/* a longer one is no house number */
	UNIT_BYTES = 5		/* "FL 33701" is Florida, not a floor */
};

static bool
is_letter(unsigned char c)
{
	return ascii_letter(c) || c >= 0x80;
}

static size_t
letters(struct span s)
{
	size_t n = 0;

	while (n < s.len && ascii_letter((unsigned char)s.p[n]))
		n++;
	return n;
}

/* Digits with a letter or "bis" behind, several of these with hyphens or slashes between; a
 * letter that slipped in between digits; 1.234, which is 1234. */
static bool
is_number(struct span s)
{
	size_t n = ascii_digits(s);

	if (n == 0 || n > NUMBER_DIGITS)
		return false;
	if (n < 3 && s.len == n + 4 && s.p[n] == '.' && ascii_digits(span_skip(s, n + 1)) == 3)
		return true;
	s = span_skip(s, n);
	if (s.len == 3 && (strncasecmp(s.p, "bis", 3) == 0 || strncasecmp(s.p, "ter", 3) == 0))
		return true;
	if (s.len > 0 && ascii_letter((unsigned char)s.p[0]))
		s = span_skip(s, 1);
	if (ascii_digits(s) == s.len)
		return true;
	if ((s.p[0] != '-' && s.p[0] != '/') || s.len == 1)
		return false;
	s = span_skip(s, 1);
	return is_number(s) || (s.len <= 3 && letters(s) == s.len);
}

/* 5th, 3o, 3º, 1er, and 17. where a word follows. */
static bool
is_ordinal(struct span text, struct span folded)
{
	static const char *const tails[] = { "st", "nd", "rd", "th", "o", "a", "er", "e", "eme" };
	size_t n = ascii_digits(folded);
	struct span tail = span_skip(folded, n);

	if (n == 0)
		return false;
	if (tail.len == 0)
		return text.p[text.len - 1] == '.' || (unsigned char)text.p[text.len - 1] >= 0x80;
	if (tail.len == 1 && n == text.len - 1)
		return false;	/* 3a is a number: the sign is needed */
	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
		if (span_is(tail, tails[i]))
			return true;
	return false;
}

static unsigned
street_kinds(struct span kinds)
{
	static const struct { struct span name; unsigned kinds; } all[] = {
		{ SPAN_INIT("suffix"), WORD_SUFFIX }, { SPAN_INIT("prefix"), WORD_PREFIX },
		{ SPAN_INIT("both"), WORD_SUFFIX | WORD_PREFIX }, { SPAN_INIT("hall"), WORD_HALL },
		{ SPAN_INIT("near"), WORD_NEAR }, { SPAN_INIT("road"), WORD_ROAD },
		{ SPAN_INIT("direction"), WORD_DIRECTION }, { SPAN_INIT("number"), WORD_NO } };
	struct span kind;
	unsigned sum = 0;

	while (span_split(&kinds, ' ', &kind))
		for (size_t i = 0; i < sizeof all / sizeof *all; i++)
			if (span_equal(kind, all[i].name))
				sum |= all[i].kinds;
	return sum;
}

static unsigned
unit_kinds(struct span kind)
{
	if (kind.p == NULL)
		return 0;
	return span_is(kind, "unit") ? WORD_UNIT : span_is(kind, "floor") ? WORD_UNIT | WORD_FLOOR :
	    span_is(kind, "building") ? WORD_BUILDING : span_is(kind, "box") ? WORD_BOX :
	    WORD_NONUMBER;
}

/* Kinds of street that are written together with the name: Hauptstrasse, Kerkstraat. */
static bool
joined_suffix(struct span folded)
{
	static const struct span tails[] = { SPAN_INIT("strasse"), SPAN_INIT("str"),
	    SPAN_INIT("weg"), SPAN_INIT("gasse"), SPAN_INIT("platz"), SPAN_INIT("allee"),
	    SPAN_INIT("damm"), SPAN_INIT("ufer"), SPAN_INIT("straat"), SPAN_INIT("laan"),
	    SPAN_INIT("plein"), SPAN_INIT("gracht"), SPAN_INIT("kade"), SPAN_INIT("gatan"),
	    SPAN_INIT("vagen"), SPAN_INIT("gade"), SPAN_INIT("vej"), SPAN_INIT("veien"),
	    SPAN_INIT("gata"), SPAN_INIT("street"), SPAN_INIT("crescent"), SPAN_INIT("avenue") };

	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
		if (folded.len > tails[i].len + 2 &&
		    folded.p[folded.len - 1] == tails[i].p[tails[i].len - 1] &&
		    span_ends(folded, tails[i]))
			return true;
	return false;
}

static void
judge(struct word *word, struct arena *arena)
{
	struct span found, bare = word->text;

	word->folded = text_fold(word->text, arena);
	word->kinds = 0;
	if (span_is(word->text, "#"))
		word->kinds = WORD_UNIT | WORD_NO;
	if (word->folded.p == NULL)
		return;
	while (bare.len > 0 && bare.p[bare.len - 1] == '.')
		bare.len--;
	if (is_number(bare))
		word->kinds |= WORD_NUMBER;
	if (ascii_has_digit(word->folded)) {
		if (is_ordinal(word->text, word->folded))
			word->kinds |= WORD_ORDINAL;
		return;
	}
	if (word->folded.len == 1)
		word->kinds |= WORD_LETTER;
	found = table_find(TABLE_STREET_WORDS, word->folded);
	if (found.p != NULL)
		word->kinds |= street_kinds(span_skip(found, span_index(found, '\t') + 1));
	else if (joined_suffix(word->folded))
		word->kinds |= WORD_SUFFIX | WORD_JOINED;
	word->kinds |= unit_kinds(table_find(TABLE_UNIT_WORDS, word->folded));
}

static void
add(struct words *w, struct span text, struct arena *arena)
{
	struct word *last;

	if (text.len == 0)
		return;
	if (w->count == ADDRESS_WORDS) {
		last = &w->w[ADDRESS_WORDS - 1];
		last->text.len = (size_t)(text.p + text.len - last->text.p);
		last->folded = span_none();	/* it is many words, and announces nothing */
		last->kinds = 0;
		return;
	}
	w->w[w->count] = (struct word){ .text = text, .segment = w->segments };
	judge(&w->w[w->count], arena);
	w->count++;
}

/* Where people leave the blank out: "av.paulista", "c/mayor", "#4b", "18schomburgk". */
static size_t
glued(struct span s)
{
	size_t n = ascii_digits(s), behind = 0;

	if (s.p[0] == '#' && s.len > 1)
		return 1;
	if (s.len > 3 && (s.p[0] | 0x20) == 'c' && s.p[1] == '/' &&
	    is_letter((unsigned char)s.p[2]))
		return 2;
	if (n > 0) {
		while (n + behind < s.len && is_letter((unsigned char)s.p[n + behind]))
			behind++;
		return behind > 3 && n + behind == s.len ? n : 0;
	}
	for (size_t i = 2; i + 1 < s.len; i++)
		if (s.p[i] == '.' && is_letter((unsigned char)s.p[i - 1]) &&
		    is_letter((unsigned char)s.p[i - 2]) && s.p[i + 1] != '.')
			return i + 1;
	return 0;
}

static void
add_glued(struct words *w, struct span s, struct arena *arena)
{
	size_t cut;

	while (s.len > 0) {
		cut = glued(s);
		if (cut == 0)
			cut = s.len;
		add(w, span_head(s, cut), arena);
		s = span_skip(s, cut);
	}
}

/* What may end a word. */
static const bool ends[UCHAR_MAX + 1] = { [' '] = true, [','] = true, [';'] = true, ['('] = true,
    [')'] = true, ['|'] = true, ['\n'] = true, ['\\'] = true };

/* How many bytes at `at` stand between segments; a line end may have come as two characters. */
static size_t
cuts_segment(struct span s, size_t at)
{
	char c = s.p[at];

	if (c == '\\')
		return at + 1 < s.len && (s.p[at + 1] == 'n' || s.p[at + 1] == 'r') ? 2 : 0;
	return c != ' ' && ends[(unsigned char)c];
}

static bool
ends_word(struct span s, size_t at)
{
	return ends[(unsigned char)s.p[at]] && (s.p[at] == ' ' || cuts_segment(s, at) > 0);
}

static bool
is_dash(struct span s)
{
	return span_is(s, "-") || span_is(s, "--") || span_is(s, "/");
}

/* A dash alone belongs to a range between numbers, else it cuts. */
static bool
in_range(const struct words *w, struct span behind)
{
	while (behind.len > 0 && behind.p[0] == ' ')
		behind = span_skip(behind, 1);
	for (size_t i = 0; i < behind.len; i++)
		if (ends_word(behind, i))
			behind.len = i;
	return w->count > 0 && (w->w[w->count - 1].kinds & WORD_NUMBER) != 0 && is_number(behind);
}

void
words_make(struct words *w, struct span value, struct arena *arena)
{
	size_t at = 0, from;

	w->count = 0;
	w->segments = 0;
	while (at < value.len) {
		struct span s;

		from = at;
		while (at < value.len && !ends_word(value, at))
			at++;
		s = span_make(value.p + from, at - from);
		if (is_dash(s) && !in_range(w, span_skip(value, at)))
			w->segments++;
		else if (s.len > 0)
			add_glued(w, s, arena);
		if (at < value.len) {
			size_t cut = cuts_segment(value, at);

			w->segments += cut > 0;
			at += cut > 0 ? cut : 1;
		}
	}
	w->segments++;
}

bool
words_cut(struct words *w, size_t i, size_t at, struct arena *arena)
{
	struct word *word = &w->w[i];

	if (w->count == ADDRESS_WORDS)
		return false;
	memmove(word + 1, word, (w->count - i) * sizeof *word);
	w->count++;
	word[1].text = span_skip(word->text, at + 1);
	word->text = span_head(word->text, at);
	judge(word, arena);
	judge(word + 1, arena);
	return true;
}

bool
words_designate(const struct words *w, size_t i, unsigned segment)
{
	const struct word *word = &w->w[i];

	if (!words_open(w, i, segment) || word->folded.p == NULL)
		return false;
	if ((word->kinds & (WORD_NUMBER | WORD_ORDINAL)) != 0)
		return word->folded.len < UNIT_BYTES || (word->kinds & WORD_ORDINAL) != 0 ||
		    span_index(word->text, '/') < word->text.len;
	if (word->folded.len > UNIT_BYTES)
		return false;
	for (size_t k = 0; k < word->folded.len; k++)
		if (ascii_digit((unsigned char)word->folded.p[k]))
			return true;
	return word->folded.len == 1;
}
