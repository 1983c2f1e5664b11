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

	for (; n >= 100; n /= 100) {
		at -= 2;
		digits_two(s + at, (unsigned)(n % 100));
	}
	for (; at > 0 && (n > 0 || sizeof s - at < digits); n /= 10)
		s[--at] = (char)('0' + n % 10);
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

/* The plain letters of the character at s.p[*i], which is passed; returns how many there are. */
static size_t
letters(struct span s, size_t *i, bool german, char out[2])
{
	unsigned char c = (unsigned char)s.p[(*i)++], next;

	out[0] = (char)c;
	if (c < 0x80)
		return 1;
	next = *i < s.len ? (unsigned char)s.p[(*i)++] : 0;
	if (c != LATIN || next < LATIN_FIRST || next > LATIN_LAST)
		return 0;
	out[0] = plain[next - LATIN_FIRST];
	out[1] = german ? german_second(next) : 0;
	return out[1] != 0 ? 2 : 1;
}

void
text_plain(struct text *t, struct span s, bool german)
{
	size_t at = t->len;
	char two[2];

	for (size_t i = 0; i < s.len && at + 2 <= TEXT_MAX;) {
		size_t n = letters(s, &i, german, two);

		for (size_t k = 0; k < n; k++)
			t->p[at++] = two[k];
	}
	t->len = (unsigned char)at;
}

void
text_mailbox(struct text *t, struct span s, bool german)
{
	size_t at = t->len;
	char two[2];

	for (size_t i = 0; i < s.len && at + 2 <= TEXT_MAX;) {
		size_t n = letters(s, &i, german, two);

		for (size_t k = 0; k < n; k++) {
			char c = two[k] >= 'A' && two[k] <= 'Z' ? (char)(two[k] | 0x20) : two[k];

			t->p[at] = c;	/* stays when it is counted */
			at += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		}
	}
	t->len = (unsigned char)at;
}
