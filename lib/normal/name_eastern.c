/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/name_eastern.c: where the family name ends in a name without a blank. Koreans have one
 * syllable but for a few, Chinese one letter but for a few, Japanese mostly two. */
#include "normal/name_eastern.h"
#include "base/utf8.h"
#include "normal/table.h"

#include <stdbool.h>
#include <stdint.h>

enum { LETTERS_MOST = 6, FAMILY_MOST = 3 };

struct letters {
	size_t	end[LETTERS_MOST + 1];	/* of the n-th, in bytes; end[0] is 0 */
	size_t	n;
	bool	hangul, han, kana;	/* there are some */
};

/* False if there are more than a name has, or others. */
static bool
letters_of(struct span word, struct letters *l)
{
	*l = (struct letters){ .n = 0 };
	for (size_t at = 0; at < word.len;) {
		uint32_t c = utf8_next(word, &at);

		if (l->n == LETTERS_MOST)
			return false;
		if (c >= 0xac00 && c < 0xd7b0)
			l->hangul = true;
		else if (c >= 0x3040 && c < 0x3100)
			l->kana = true;
		else if ((c >= 0x3400 && c < 0xa000) || (c >= 0xf900 && c < 0xfb00) || c == 0x3005)	/* the sign that repeats */
			l->han = true;
		else
			return false;
		l->end[++l->n] = at;
	}
	return true;
}

/* Whether the first n letters are a family name of the language. */
static bool
is_family(struct span word, const struct letters *l, size_t n, struct span language)
{
	struct span of = l->n < n ? span_none() : table_find(TABLE_EASTERN, span_head(word, l->end[n])), one;

	while (of.p != NULL && span_split(&of, ' ', &one))
		if (span_equal(one, language))
			return true;
	return false;
}

/* Of two syllables most are a given name alone, which may begin like a family name. */
static bool
is_likely_pair(struct span word)
{
	static const struct span families[] = { SPAN_INIT("김"), SPAN_INIT("이"), SPAN_INIT("박"), SPAN_INIT("최") };

	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (span_starts(word, families[i]))
			return true;
	return false;
}

static size_t
korean(struct span word, const struct letters *l)
{
	if (l->n >= 3 && is_family(word, l, 2, SPAN("ko")))
		return 2;
	if (l->n == 2)
		return is_likely_pair(word);
	return l->n >= 3 && l->n <= 4 && is_family(word, l, 1, SPAN("ko"));
}

/* The longest that somebody is called by, down to two letters; all of them are a family alone. */
static size_t
japanese(struct span word, const struct letters *l)
{
	for (size_t n = FAMILY_MOST; n >= 2; n--)
		if (is_family(word, l, n, SPAN("ja")))
			return n;
	return l->n >= 2 && is_family(word, l, 1, SPAN("ja"));
}

static size_t
chinese(struct span word, const struct letters *l)
{
	if (l->n >= 3 && l->n <= 4 && is_family(word, l, 2, SPAN("zh")))
		return 2;
	return l->n >= 2 && l->n <= 3 && is_family(word, l, 1, SPAN("zh"));
}

size_t
name_eastern_family(struct span word, struct span locale)
{
	struct span language = span_head(locale, 2);
	struct letters l;
	size_t n;

	if (!letters_of(word, &l) || l.n < 2 || (l.kana && !l.han))
		return 0;
	if (l.hangul)
		return l.kana || l.han ? 0 : l.end[korean(word, &l)];
	n = span_is(language, "zh") && !l.kana ? 0 : japanese(word, &l);
	if (n == 0 && !l.kana && !span_is(language, "ja"))
		n = chinese(word, &l);
	if (n == 0 && l.n >= 3 && (l.kana || span_is(language, "ja") || l.n == 4))
		n = 2;		/* of a name that the table lacks */
	return l.end[n];
}
