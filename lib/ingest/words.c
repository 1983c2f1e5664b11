/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/words.c: folding of headers and look-ups in the lists of share/ingest. */
#include "base/ascii.h"
#include "ingest/words.h"
#include "base/arena.h"
#include "base/asset.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "normal/key.h"

static bool
is_word_byte(char c)
{
	return ascii_alnum(c) ||
	    (unsigned char)c >= 0x80;
}

/* How many bytes a sign of punctuation has that is none of ASCII: of Latin-1 (¡ « » ¿) and dashes, quotes and
 * dots (U+2010 to U+2027); 0 for all else. */
static size_t
sign_len(struct span s)
{
	static const struct span latin[] = { SPAN_INIT("\xc2\xa1"), SPAN_INIT("\xc2\xab"), SPAN_INIT("\xc2\xbb"),
	    SPAN_INIT("\xc2\xbf") };

	for (size_t i = 0; i < sizeof latin / sizeof *latin; i++)
		if (span_starts(s, latin[i]))
			return latin[i].len;
	return s.len >= 3 && span_starts(s, SPAN("\xe2\x80")) && (unsigned char)s.p[2] >= 0x90 &&
	    (unsigned char)s.p[2] <= 0xa7 ? 3 : 0;
}

/* The name after the last dot that is not escaped, without "[]"; the dot of "Tel. privat" ends a word. */
static struct span
last_name(struct span header)
{
	for (size_t i = header.len; i-- > 1;) {
		if (header.p[i] == '.' && header.p[i - 1] != '\\' && i + 1 < header.len &&
		    is_word_byte(header.p[i + 1]))
			return span_skip(header, i + 1);
	}
	return header;
}

struct span
header_fold_whole(struct span header, struct arena *arena)
{
	struct span s = arena_copy(arena, header);
	char *p = (char *)s.p;

	for (size_t i = 0; i < s.len; i++) {
		size_t sign = sign_len(span_skip(s, i));

		if (sign > 0)
			memset(p + i, ' ', sign);
		else if (!is_word_byte(p[i]))
			p[i] = ' ';
	}
	s = text_fold(s, arena);
	return s.p == NULL ? SPAN("") : s;
}

struct span
header_fold(struct span header, struct arena *arena)
{
	return header_fold_whole(last_name(header), arena);
}

bool
words_line(struct span *rest, struct span *line)
{
	while (span_split(rest, '\n', line)) {
		if (line->len > 0 && line->p[0] != '#')
			return true;
	}
	return false;
}

/* "password*" fits every header that begins so. */
static bool
fits(struct span pattern, struct span header)
{
	if (span_ends(pattern, SPAN("*")))
		return span_starts(header, span_head(pattern, pattern.len - 1));
	return span_equal(pattern, header);
}

/* What follows the first pattern that fits, or span_none(). */
static struct span
look_up(const char *table, struct span header, struct arena *arena)
{
	struct span rest = asset_find(table), line, folded = header_fold(header, arena);

	while (words_line(&rest, &line)) {
		size_t tab = span_index(line, '\t');

		if (fits(span_head(line, tab), folded))
			return span_skip(line, tab + 1);
	}
	return span_none();
}

bool
header_is_credential(struct span header, struct arena *arena)
{
	return look_up("ingest/credentials.tsv", header, arena).p != NULL;
}

bool
header_may_be_postcode(struct span header, struct arena *arena)
{
	return span_is(look_up("ingest/credentials.tsv", header, arena), "credential or postcode");
}

struct span
header_sensitive(struct span header, struct arena *arena)
{
	return look_up("ingest/sensitive.tsv", header, arena);
}

/* A letter that no folding writes in Latin ones; signs and marks are none. */
static bool
has_foreign_letter(struct span folded)
{
	for (size_t at = 0; at < folded.len;) {
		uint32_t c = utf8_next(folded, &at);

		if (c >= 0x370 && !(c >= 0x2000 && c < 0x2e80) && !(c >= 0x3000 && c < 0x3040))
			return true;
	}
	return false;
}

/* Columns of other scripts would all be one: what their names have in common is not their meaning. */
static struct span
numbered_name(struct span name, struct span folded, struct arena *arena)
{
	struct buf text = { 0 };
	struct span result;

	buf_print(&text, "%.*s_%08x", SPAN_ARG(span_head(name, 90)), (unsigned)(hash64(folded, 0) & UINT32_MAX));
	result = arena_copy(arena, buf_span(&text));
	buf_done(&text);
	return result;
}

struct span
attribute_name(struct span header, struct arena *arena)
{
	struct span copy = arena_copy(arena, header), folded, name;
	char *p = (char *)copy.p;
	size_t n = 0;

	for (size_t i = 0; i < copy.len; i++)
		if (p[i] == '.' || p[i] == '\\')		/* of a path; folding would join its names */
			p[i] = ' ';
	folded = text_fold(copy, arena);
	p = arena_alloc(arena, folded.len + 1);
	for (size_t i = 0; i < folded.len; i++) {
		char c = folded.p[i];

		if (ascii_lower(c) || ascii_digit(c))
			p[n++] = c;
		else if (n > 0 && p[n - 1] != '_')
			p[n++] = '_';
	}
	while (n > 0 && p[n - 1] == '_')
		n--;
	name = n == 0 ? SPAN("column") : span_make(p, n > 100 ? 100 : n);
	return has_foreign_letter(folded) ? numbered_name(name, folded, arena) : name;
}
