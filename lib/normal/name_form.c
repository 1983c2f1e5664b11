/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/name_form.c: a person has one name in two alphabets, and two lists of him often have both.
 * Letters are written as in passports (ICAO Doc 9303, part 3, section 6; ISO 843 for Greek); what is
 * written otherwise, "Yulia" for "Iuliia", is near enough to be a spelling. */
#include "normal/name_form.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "normal/key.h"

#include <stdint.h>

enum { CYRILLIC = 0x430, GREEK = 0x3b1, LETTER_MOST = 4,	/* bytes for one letter of two */
	LATIN_END = 0x370,					/* what is beyond has other letters ... */
	MORE_LATIN = 0x1e00, MORE_LATIN_END = 0x1f00, KANA = 0x3040, KANA_END = 0x3100 };		/* ... but for these */

/* From U+0430 on. Folding has taken the marks off: й is и, ё and ї are е and і. */
static const char *const cyrillic[] = {
	"a", "b", "v", "g", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p",
	"r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "ie", "y", "", "e", "iu", "ia",
	"e", "e", "dj", "g", "ie", "dz", "i", "i", "j", "lj", "nj", "c", "k", "i", "u", "dz",
};

/* From U+03B1 on. */
static const char *const greek[] = {
	"a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p",
	"r", "s", "s", "t", "y", "f", "ch", "ps", "o",
};

static const char *
latin_of(uint32_t c)
{
	if (c >= CYRILLIC && c < CYRILLIC + sizeof cyrillic / sizeof *cyrillic)
		return cyrillic[c - CYRILLIC];
	if (c >= GREEK && c < GREEK + sizeof greek / sizeof *greek)
		return greek[c - GREEK];
	if (c == 0x491)		/* ґ */
		return "g";
	return NULL;
}

/* "ου" is one sound, and ου in no alphabet but Greek. */
static bool
is_greek_u(uint32_t before, uint32_t c)
{
	return before == 0x3bf && c == 0x3c5;
}

static struct span
in_latin(struct span folded, struct arena *arena)
{
	char *out = arena_alloc(arena, folded.len * LETTER_MOST);
	size_t at = 0, len = 0;
	uint32_t c, before = 0;

	while (at < folded.len) {
		const char *text;

		c = utf8_next(folded, &at);
		text = is_greek_u(before, c) ? "u" : latin_of(c);
		if (text == NULL)
			len += utf8_put(out + len, c);
		for (; text != NULL && *text != '\0'; text++)
			out[len++] = *text;
		before = c;
	}
	return len == 0 ? span_none() : span_make(out, len);
}

static bool
begins_word(struct span s, size_t at)
{
	return at == 0 || s.p[at - 1] == ' ' || s.p[at - 1] == '.' || s.p[at - 1] == '-';
}

/* The full stop at `at` stands between one letter and another. */
static bool
glues(struct span s, size_t at)
{
	size_t letter = at;

	while (letter > 0 && ((unsigned char)s.p[letter - 1] & 0xc0) == 0x80)
		letter--;
	return s.p[at] == '.' && letter > 0 && begins_word(s, letter - 1) && s.p[letter - 1] != '.' &&
	    at + 1 < s.len && s.p[at + 1] != '.' && s.p[at + 1] != ' ';
}

static struct span
unglued(struct span s, struct arena *arena)
{
	char *out;

	if (span_index(s, '.') == s.len)
		return s;
	out = (char *)arena_copy(arena, s).p;
	for (size_t i = 0; i < s.len; i++)
		if (glues(s, i))
			out[i] = ' ';
	return span_make(out, s.len);
}

static bool
is_ascii(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

struct span
name_form(struct span name, struct arena *arena)
{
	struct span folded;

	if (name.p == NULL)
		return name;
	folded = name_key(unglued(name, arena), arena);
	return folded.p == NULL || is_ascii(folded) ? folded : in_latin(folded, arena);
}

enum name_script
name_script(struct span form)
{
	size_t at = 0;
	uint32_t c = form.len == 0 ? 0 : utf8_next(form, &at);

	if (c >= KANA && c < KANA_END)
		return NAME_KANA;
	return c >= LATIN_END && (c < MORE_LATIN || c >= MORE_LATIN_END) ? NAME_FOREIGN : NAME_LATIN;
}
