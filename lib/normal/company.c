/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/company.c: legal forms among the words of a name. */
#include "base/arena.h"
#include "base/ascii.h"
#include "normal/company.h"
#include "normal/key.h"
#include "normal/table.h"

enum { ENDING_WORDS = 4 };	/* of the longest entry of the table of endings */

/* Forms that are also names or syllables count only as a last word in capitals: "Sa", "Ag". */
static bool
counts(struct span word, bool last)
{
	if (word.len > 3 || memchr(word.p, '.', word.len) != NULL)
		return true;
	for (size_t i = 0; i < word.len; i++)
		if (ascii_lower(word.p[i]))
			return last && (span_is(word, "Lda") || span_is(word, "Inc") ||
			    span_is(word, "Ltd"));
	return last;
}

/* What stands before the last `words` words; span_none() if nothing does. */
static struct span
before_last(struct span s, unsigned words)
{
	size_t at = s.len;

	for (; words > 0 && at > 0; words--)
		for (at--; at > 0 && s.p[at] != ' ';)
			at--;
	return at == 0 ? span_none() : span_head(s, at);
}

/* "Sp. z o.o.": a form of several words. Letters alone may be initials. */
static bool
ends_in_words(struct span folded)
{
	for (unsigned words = ENDING_WORDS; words > 1; words--) {
		struct span head = before_last(folded, words), tail = span_skip(folded, head.len), rest, word;
		bool letters = true;

		if (head.p == NULL)
			continue;
		tail = rest = span_skip(tail, 1);
		while (span_split(&rest, ' ', &word))
			letters = letters && word.len < 2;
		if (!letters && table_has(TABLE_COMPANY_ENDINGS, tail))
			return true;
	}
	return false;
}

bool
company_name(struct span name)
{
	struct arena arena = { 0 };
	struct span word, whole = name;
	bool first = true, found = false;

	while (!found && span_split(&name, ' ', &word)) {
		struct span form = word;

		if (form.len > 0 && form.p[form.len - 1] == ',')
			form.len--;
		found = !first && form.len > 0 && counts(form, name.p == NULL) &&
		    table_has(TABLE_COMPANY_FORMS, text_fold(form, &arena));
		first = false;
	}
	found = found || ends_in_words(text_fold(whole, &arena));
	arena_done(&arena);
	return found;
}

/* Longest endings first: "public limited company" is no "public" company that is limited. */
static struct span
without_ending(struct span s)
{
	for (unsigned words = ENDING_WORDS; words > 0; words--) {
		struct span head = before_last(s, words), tail;

		if (head.p == NULL)
			continue;
		tail = span_skip(s, head.len + 1);
		if (table_has(TABLE_COMPANY_ENDINGS, tail) || table_has(TABLE_COMPANY_FORMS, tail))
			return head;
	}
	return s;
}

static bool
joins_words(struct span word)
{
	return span_is(word, "and") || span_is(word, "und") || span_is(word, "et");
}

/* "the" in front and "and" between go, since many leave them out. */
static struct span
without_fillers(struct span s, struct arena *arena)
{
	char *out = arena_alloc(arena, s.len + 1);
	struct span rest = s, word;
	size_t len = 0;

	while (span_split(&rest, ' ', &word)) {
		if ((len == 0 && span_is(word, "the") && rest.p != NULL) ||
		    (len > 0 && rest.p != NULL && joins_words(word)))
			continue;
		if (len > 0)
			out[len++] = ' ';
		memcpy(out + len, word.p, word.len);
		len += word.len;
	}
	return span_make(out, len);
}

struct span
company_key(struct span name, struct arena *arena)
{
	struct span s = text_fold(name, arena), shorter;

	if (s.p == NULL || s.len == 0)
		return span_none();
	for (shorter = without_ending(s); shorter.len < s.len; shorter = without_ending(s))
		s = shorter;
	return without_fillers(s, arena);
}
