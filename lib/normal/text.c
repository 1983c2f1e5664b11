/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/text.c: one look at ASCII or Latin text that is fine already; else code points, in three
 * passes: out with what is invisible, compose, then what depends on neighbours. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "normal/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <utf8proc.h>

enum {
	WORD = 8,		/* bytes looked at in one step */
	FIRST_MARK = 0x300,
	MARKS_MOST = 30		/* on one letter: no language has more (UAX 15, stream-safe text), and putting
				 * them in order takes the square of their number */
};

static const size_t most_bytes[TEXT_KINDS] = {
	[TEXT_PLAIN] = TEXT_MAX_BYTES, [TEXT_NAME] = NAME_MAX_BYTES,
	[TEXT_EMAIL] = EMAIL_MAX_BYTES, [TEXT_PHONE] = PHONE_MAX_BYTES,
	[TEXT_CODE] = TEXT_MAX_BYTES,
};

/* Zeros of the decimal digits of other scripts; nine digits follow each. */
static const uint32_t zeros[] = {
	0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
	0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80,
	0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50,
	0xabf0, 0x104a0
};

/* High bit of each byte that is not printable ASCII, or that is a blank before a blank; may be
 * set in a byte above such a one. */
static uint64_t
doubtful(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t word = span_word(p), next = span_word(p + 1);
	uint64_t blank = (word ^ ones * ' ') - ones, blank_next = (next ^ ones * ' ') - ones;

	return (word | (word - ones * 0x20) | (word + ones) | (blank & blank_next)) & high;
}

/* Printable ASCII with single blanks inside. False where in doubt: the long way then gives the
 * same text. */
static bool
plain(struct span s)
{
	uint64_t doubt = 0;
	size_t i = 0;

	if (s.len == 0 || s.p[0] == ' ' || s.p[s.len - 1] == ' ')
		return false;
	if (s.len > WORD) {
		for (; i + WORD < s.len; i += WORD)
			doubt |= doubtful(s.p + i);
		return (doubt | doubtful(s.p + s.len - WORD - 1)) == 0 &&
		    (unsigned char)s.p[s.len - 1] - 0x20u <= 0x5e;
	}
	for (; i < s.len; i++)
		if ((unsigned char)s.p[i] - 0x20u > 0x5e || (s.p[i] == ' ' && s.p[i + 1] == ' '))
			return false;
	return true;
}

/* The same of text that also has Latin letters with marks, U+00C0 to U+024F, or the ordinals of
 * "1.º" and "2.ª": all of it stays. Only what was UTF-8 and was read as Latin-1 has an ordinal behind
 * U+00C2 or U+00C3. */
static bool
plain_latin(struct span s)
{
	enum { ASCII_BLANK = ' ', SUSPECT = 0xc3, OTHER = 'x' };
	unsigned char before = ASCII_BLANK;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i], next;

		if (c < 0x80) {
			if (c - 0x20u > 0x5e || (c == ASCII_BLANK && before == ASCII_BLANK))
				return false;
			before = c;
			continue;
		}
		next = (unsigned char)s.p[++i];
		if (c == 0xc2 ? (next != 0xaa && next != 0xba) || before == SUSPECT :
		    c < 0xc2 || c > 0xc9 || (c == 0xc9 && next > 0x8f))
			return false;
		before = c == 0xc3 && (next == 0x82 || next == 0x83) ? SUSPECT : OTHER;
	}
	return before != ASCII_BLANK;
}

static bool
is_blank(uint32_t c)
{
	return c == ' ' || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	    c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static bool
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

static bool
is_hidden(uint32_t c, enum text_kind kind)
{
	if (c == 0x200c || c == 0x200d)
		return kind != TEXT_PLAIN && kind != TEXT_NAME;
	return c == 0xad || c == 0x200b || c == 0xfeff || c == 0x61c || c == 0x200e ||
	    c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static bool
is_mark(uint32_t c)
{
	utf8proc_category_t k;

	if (c < FIRST_MARK)
		return false;
	k = utf8proc_category((utf8proc_int32_t)c);
	return k == UTF8PROC_CATEGORY_MN || k == UTF8PROC_CATEGORY_MC || k == UTF8PROC_CATEGORY_ME;
}

static uint32_t
narrow(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		return c - 0xfee0;
	for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++)
		if (c >= zeros[i] && c < zeros[i] + 10)
			return '0' + c - zeros[i];
	return c;
}

/* Pass 1: appends the kept code points as UTF-8; true in *control and *mojibake where seen. */
static struct span
strip(struct span raw, enum text_kind kind, char *out, bool *control, bool *mojibake)
{
	size_t at = 0, len = 0, marks = 0;
	uint32_t before = 0;

	while (at < raw.len) {
		uint32_t c = utf8_next(raw, &at), was = before;

		before = c;
		if ((was == 0xc2 || was == 0xc3) && c >= 0x80 && c <= 0xbf)
			*mojibake = true;
		if (is_hidden(c, kind))
			continue;
		marks = is_mark(c) ? marks + 1 : 0;
		if (marks > MARKS_MOST)
			continue;
		if (is_control(c) || is_blank(c)) {
			*control |= is_control(c);
			if (len > 0 && out[len - 1] != ' ')
				out[len++] = ' ';
			continue;
		}
		if (c >= 0x2010 && c <= 0x2015)
			c = '-';
		if (kind == TEXT_PHONE || kind == TEXT_CODE)
			c = narrow(c);
		len += utf8_put(out + len, c);
	}
	if (len > 0 && out[len - 1] == ' ')
		len--;
	return span_make(out, len);
}

/* Pass 2. Nothing below U+0300 composes with anything below it. */
static struct span
compose(struct span s, struct arena *arena)
{
	utf8proc_uint8_t *out = NULL;
	utf8proc_ssize_t len;
	struct span copy;
	size_t at = 0;
	bool low = true;

	while (low && at < s.len)
		low = utf8_next(s, &at) < FIRST_MARK;
	if (low)
		return s;
	len = utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.len, &out,
	    UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (len == UTF8PROC_ERROR_NOMEM)
		mem_exhausted();
	if (len < 0)
		return s;
	copy = arena_copy(arena, span_make((const char *)out, (size_t)len));
	free(out);
	return copy;
}

static bool
is_letter(uint32_t c)
{
	utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);

	return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_ME && c != 0x2bc;
}

/* 1 Latin, 2 Greek, 4 Cyrillic, 0 any other letter; -1 no letter: a word ends. */
static int
script(uint32_t c)
{
	if ((c | 0x20) - 'a' < 26u || (c >= 0xc0 && c <= 0x24f) || (c >= 0x1e00 && c <= 0x1eff))
		return c == 0xd7 || c == 0xf7 ? -1 : 1;
	if ((c >= 0x370 && c <= 0x3ff) || (c >= 0x1f00 && c <= 0x1fff))
		return 2;
	if (c >= 0x400 && c <= 0x52f)
		return 4;
	return c < 0x80 || !is_letter(c) ? -1 : 0;
}

/* Pass 3: apostrophes between letters, and what makes a value doubtful. */
static struct span
finish(struct span s, char *out, bool *mixed, bool *replaced)
{
	uint32_t before = 0, next;
	size_t at = 0, len = 0;
	int word = 0;

	while (at < s.len) {
		uint32_t c = utf8_next(s, &at);
		size_t ahead = at;
		int one;

		next = at < s.len ? utf8_next(s, &ahead) : 0;
		if ((c == 0x2019 || c == 0x2bc) && is_letter(before) && is_letter(next))
			c = '\'';
		one = script(c);
		word = one < 0 ? 0 : word | one;
		*mixed |= (word & 1) != 0 && word > 1;
		*replaced |= c == 0xfffd;
		len += utf8_put(out + len, c);
		before = c;
	}
	return span_make(out, len);
}

/* The bytes that were once read as Latin-1; false if they are no UTF-8. */
static bool
repair(struct span raw, struct arena *arena, struct span *repaired)
{
	char *out = arena_alloc(arena, raw.len);
	size_t at = 0, len = 0;

	while (at < raw.len) {
		uint32_t c = utf8_next(raw, &at);

		if (c > 0xff)
			return false;
		out[len++] = (char)c;
	}
	*repaired = span_make(out, len);
	return utf8_bad(*repaired) == len;
}

static struct normal
slow(struct span raw, enum text_kind kind, const struct normal_context *c, struct arena *arena)
{
	bool control = false, mojibake = false, mixed = false, replaced = false;
	struct span s = raw, from = raw;
	struct normal n;

	s = strip(from, kind, arena_alloc(arena, from.len + 1), &control, &mojibake);
	if (mojibake && c->repair_mojibake && repair(raw, arena, &from)) {
		mojibake = false;
		s = strip(from, kind, arena_alloc(arena, from.len + 1), &control, &mojibake);
	}
	s = compose(s, arena);
	s = finish(s, arena_alloc(arena, s.len + 1), &mixed, &replaced);
	if (s.len == 0)
		return normal_absent();
	if (s.len > most_bytes[kind])
		return normal_invalid("too_long");
	n = normal_value(raw, s);
	if (control)
		n.reason = "control";
	if (replaced || mixed || mojibake)
		n = normal_suspicious(s, replaced ? "replacement_char" :
		    mojibake ? "mojibake" : "mixed_script");
	return n;
}

struct normal
text_clean(struct span raw, enum text_kind kind, const struct normal_context *c,
    struct arena *arena)
{
	if (raw.len == 0)
		return normal_absent();
	if (!plain(raw) && !plain_latin(raw))
		return slow(raw, kind, c, arena);
	if (raw.len > most_bytes[kind])
		return normal_invalid("too_long");
	return (struct normal){ .outcome = OUTCOME_CLEAN, .value = raw };
}

const char *
unicode_version(void)
{
	return utf8proc_unicode_version();
}
