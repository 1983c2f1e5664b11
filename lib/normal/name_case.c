/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/name_case.c: first letters up, particles down. */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "normal/key.h"
#include "normal/name_case.h"
#include "normal/table.h"

#include <utf8proc.h>

/* All upper or all lower, and three letters at least. */
static bool
one_case(struct span s)
{
	size_t at = 0, upper = 0, lower = 0;

	while (at < s.len) {
		unsigned char byte = (unsigned char)s.p[at];
		utf8proc_int32_t c;

		if (byte < 0x80) {
			at++;
			upper += ascii_upper(byte);
			lower += ascii_lower(byte);
		} else {
			c = (utf8proc_int32_t)utf8_next(s, &at);
			upper += utf8proc_tolower(c) != c;
			lower += utf8proc_toupper(c) != c;
		}
		if (upper > 0 && lower > 0)
			return false;
	}
	return upper + lower >= 3;
}

/* The library asks its tables about each letter. */
static utf8proc_int32_t
turn(utf8proc_int32_t c, bool up)
{
	if (c >= 0x80)
		return up ? utf8proc_totitle(c) : utf8proc_tolower(c);
	return ascii_letter((unsigned char)c) ? (up ? c & ~0x20 : c | 0x20) : c;
}

/* One word: the first letter up, again after a hyphen, after one letter and an
 * apostrophe (O'Brien), and after Mc. */
static size_t
capital(struct span word, char *out)
{
	size_t at = 0, len = 0, letters = 0, start = 0;

	while (at < word.len) {
		utf8proc_int32_t c = (utf8proc_int32_t)utf8_next(word, &at);
		bool mc = letters == 2 && len == start + 2 && memcmp(out + start, "Mc", 2) == 0 &&
		    word.len > 3;

		c = turn(c, letters == 0 || mc);
		len += utf8_put(out + len, (uint32_t)c);
		letters++;
		if (c == '-' || c == '.' || c == '(' || c == '"' || (c == '\'' && letters <= 2)) {
			letters = 0;
			start = len;
		}
	}
	return len;
}

struct span
name_case(struct span name, struct arena *arena)
{
	struct span rest = name, word, particle;
	size_t len = 0;
	char *out;

	if (!one_case(name))
		return name;
	out = arena_alloc(arena, 3 * name.len + 1);
	while (span_split(&rest, ' ', &word)) {
		if (len > 0)
			out[len++] = ' ';
		particle = rest.p == NULL ? span_none() :
		    table_find(TABLE_PARTICLES, text_fold(word, arena));
		if (particle.p != NULL) {
			memcpy(out + len, particle.p, particle.len);
			len += particle.len;
		} else {
			len += capital(word, out + len);
		}
	}
	return span_make(out, len);
}
