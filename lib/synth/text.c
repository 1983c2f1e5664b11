/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/text.c: numbers and plain letters for short texts. */
#include "synth/text.h"

/* U+00C0 … U+00FF without marks. */
static const char plain[] = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty";
enum { LATIN = 0xC3, LATIN_FIRST = 0x80, LATIN_LAST = 0xBF };

void
text_number(struct text *t, uint64_t n, unsigned digits)
{
	char s[20];
	size_t at = sizeof s;

	while (at > 0 && (n > 0 || sizeof s - at < digits)) {
		s[--at] = (char)('0' + n % 10);
		n /= 10;
	}
	text_add(t, span_make(s + at, sizeof s - at));
}

/* The second letter of a German spelling: "ä" is "ae", "ß" is "ss". */
static char
german_second(unsigned char second)
{
	switch (second) {
	case 0x84: case 0x96: case 0x9C: case 0xA4: case 0xB6: case 0xBC:
		return 'e';
	case 0x9F:
		return 's';
	default:
		return 0;
	}
}

void
text_plain(struct text *t, struct span s, bool german)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];
		unsigned char next = i + 1 < s.len ? (unsigned char)s.p[i + 1] : 0;
		char second = german ? german_second(next) : 0;

		if (c < 0x80) {
			text_add(t, span_make(s.p + i, 1));
			continue;
		}
		i++;
		if (c != LATIN || next < LATIN_FIRST || next > LATIN_LAST)
			continue;
		text_add(t, span_make(&plain[next - LATIN_FIRST], 1));
		if (second != 0)
			text_add(t, span_make(&second, 1));
	}
}

void
text_mailbox(struct text *t, struct span s, bool german)
{
	struct text letters = { 0 };

	text_plain(&letters, s, german);
	for (size_t i = 0; i < letters.len; i++) {
		char c = letters.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			text_add(t, span_make(&c, 1));
	}
}
