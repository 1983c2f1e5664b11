/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/key.c: folding for comparison. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/ascii.h"
#include "base/attr.h"
#include "base/utf8.h"
#include "normal/key.h"
#include "normal/table.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <utf8proc.h>

/* Letters that no decomposition reaches. */
static const struct spelled {
	uint32_t	 letter;
	const char	*text;
} spelled[] = {
	{ 0xdf, "ss" }, { 0xe6, "ae" }, { 0xf0, "d" }, { 0xf8, "o" }, { 0xfe, "th" },
	{ 0x111, "d" }, { 0x127, "h" }, { 0x131, "i" }, { 0x142, "l" }, { 0x153, "oe" },
};

static bool
drops(uint32_t c)
{
	return c == '\'' || c == '.' || c == '`' || c == 0xb4 || c == 0x2018 || c == 0x2019 ||
	    c == 0x2bc || c == 0x200c || c == 0x200d;
}

static bool
keeps(uint32_t c)
{
	utf8proc_category_t k;

	if (c < 0x80)
		return ascii_digit((unsigned char)c) || ascii_lower((unsigned char)c);
	k = utf8proc_category((utf8proc_int32_t)c);
	return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_NO;
}

/* s is lower case without marks. `out` has room for twice its bytes. */
static struct span
squeeze(struct span s, char *out)
{
	size_t at = 0, len = 0;

	while (at < s.len) {
		uint32_t c = utf8_next(s, &at);
		const char *text = NULL;

		if (drops(c))
			continue;
		for (size_t i = 0; c >= 0xdf && i < sizeof spelled / sizeof *spelled; i++)
			if (spelled[i].letter == c)
				text = spelled[i].text;
		if (text != NULL)
			while (*text != '\0')
				out[len++] = *text++;
		else if (keeps(c))
			len += utf8_put(out + len, c);
		else if (len > 0 && out[len - 1] != ' ')
			out[len++] = ' ';
	}
	while (len > 0 && out[len - 1] == ' ')
		len--;
	return len == 0 ? span_none() : span_make(out, len);
}

static struct span
fold_unicode(struct span s, struct arena *arena)
{
	utf8proc_uint8_t *out = NULL;
	utf8proc_ssize_t len;
	struct span folded;

	len = utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.len, &out,
	    UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD |
	    UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
	if (len == UTF8PROC_ERROR_NOMEM)
		mem_exhausted();
	if (len < 0)
		return span_none();
	folded = squeeze(span_make((const char *)out, (size_t)len),
	    arena_alloc(arena, 2 * (size_t)len + 1));
	free(out);
	return folded;
}

/* ---- Latin letters with marks, and ordinals: most texts that are not ASCII have no others ---- */

enum { LATIN_FIRST = 0xa0, LATIN_END = 0x250, LATIN_TEXT = 3 };

/* What a letter is folded to wherever it stands; none: that depends, or is no letter. */
static struct latin {
	char	text[LATIN_TEXT];
	uint8_t	len;
} latin[LATIN_END - LATIN_FIRST];
/* The same of ASCII: a blank is a gap, 0 is left out. */
static char ascii[0x80];
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;
static atomic_bool tables_made;		/* asked first: a name takes hardly longer than pthread_once */

/* Folded between two letters, so that it shows whether the letter leaves a gap. */
static void
find_latin(void)
{
	struct arena arena = { 0 };

	for (uint32_t c = LATIN_FIRST; c < LATIN_END; c++) {
		char text[8] = "x";
		size_t len = 1 + utf8_put(text + 1, c);
		struct span folded;

		text[len++] = 'x';
		folded = fold_unicode(span_make(text, len), &arena);
		if (folded.len < 3 || folded.len > 2 + LATIN_TEXT ||
		    span_index(folded, ' ') != folded.len)
			continue;
		memcpy(latin[c - LATIN_FIRST].text, folded.p + 1, folded.len - 2);
		latin[c - LATIN_FIRST].len = (uint8_t)(folded.len - 2);
	}
	arena_done(&arena);
}

static void
make_tables(void)
{
	for (unsigned char c = 0; c < 0x80; c++)
		ascii[c] = ascii_upper(c) ? (char)(c | 0x20) : ascii_lower(c) || ascii_digit(c) ? (char)c :
		    drops(c) ? 0 : ' ';
	find_latin();
	atomic_store_explicit(&tables_made, true, memory_order_release);
}

/* NULL: what is there is no such letter. */
static const struct latin *
latin_at(struct span s, size_t at)
{
	unsigned char a = (unsigned char)s.p[at], b;
	uint32_t c;

	if (at + 1 == s.len || (a & 0xe0) != 0xc0)
		return NULL;
	b = (unsigned char)s.p[at + 1];
	c = (uint32_t)(a & 0x1f) << 6 | (b & 0x3f);
	return (b & 0xc0) != 0x80 || c < LATIN_FIRST || c >= LATIN_END ||
	    latin[c - LATIN_FIRST].len == 0 ? NULL : &latin[c - LATIN_FIRST];
}

/* Puts one ASCII character behind out[0..len); returns the new length. */
ALWAYS_INLINE size_t
put_ascii(char *out, size_t len, unsigned char c)
{
	char folded = ascii[c];

	out[len] = folded;
	if (LIKELY(folded > ' '))
		return len + 1;
	return len + (folded == ' ' && len > 0 && out[len - 1] != ' ');
}

struct span
text_fold(struct span s, struct arena *arena)
{
	size_t len = 0, i = 0;
	char *out;

	while (i < s.len && (ascii_lower((unsigned char)s.p[i]) || ascii_digit((unsigned char)s.p[i])))
		i++;
	if (i == s.len)
		return s.len == 0 ? span_none() : s;
	if (UNLIKELY(!atomic_load_explicit(&tables_made, memory_order_acquire)))
		pthread_once(&tables_once, make_tables);
	out = arena_alloc(arena, 2 * s.len + 1);	/* two bytes become LATIN_TEXT at most */
	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];
		const struct latin *letter;

		if (LIKELY(c < 0x80)) {
			len = put_ascii(out, len, c);
			continue;
		}
		letter = latin_at(s, i);
		if (letter == NULL)
			return fold_unicode(s, arena);
		memcpy(out + len, letter->text, letter->len);
		len += letter->len;
		i++;
	}
	if (len > 0 && out[len - 1] == ' ')
		len--;
	return len == 0 ? span_none() : span_make(out, len);
}

struct span
name_key(struct span name, struct arena *arena)
{
	return text_fold(name, arena);
}

/* Only the first word: "saint louis" and "st louis" are one town. */
struct span
locality_key(struct span s, struct arena *arena)
{
	static const struct span saints[] = { SPAN_INIT("saint"), SPAN_INIT("sankt"),
	    SPAN_INIT("sainte"), SPAN_INIT("ste") };
	struct span folded = text_fold(s, arena), rest = folded, word;
	char *out;

	if (folded.p == NULL || !span_split(&rest, ' ', &word) || rest.p == NULL)
		return folded;
	for (size_t i = 0; i < sizeof saints / sizeof *saints; i++) {
		if (!span_equal(word, saints[i]))
			continue;
		out = arena_alloc(arena, rest.len + 3);
		memcpy(out, "st ", 3);
		memcpy(out + 3, rest.p, rest.len);
		return span_make(out, rest.len + 3);
	}
	return folded;
}

struct span
postcode_key(struct span s, struct arena *arena)
{
	char *out = arena_alloc(arena, s.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (ascii_lower(c))
			c &= 0xdf;
		if (ascii_upper(c) || ascii_digit(c) || c >= 0x80)
			out[len++] = (char)c;
	}
	return len == 0 ? span_none() : span_make(out, len);
}

struct span
phone_key(struct span phone)
{
	struct span number = span_head(phone, span_index(phone, ';'));

	return number.len == 0 ? span_none() : number;
}

bool
birthdate_key(struct span birthdate, struct date_parts *parts)
{
	return date_parse(birthdate, parts);
}
