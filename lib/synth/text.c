/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/text.c: numbers and plain letters for short texts. */
#include "base/ascii.h"
#include "synth/text.h"

/* U+00C0 … U+00FF without marks. */
static const char plain[] = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty";
enum { LATIN = 0xC3, LATIN_FIRST = 0x80, LATIN_LAST = 0xBF };

#define TENS(n)	#n "0" #n "1" #n "2" #n "3" #n "4" #n "5" #n "6" #n "7" #n "8" #n "9"
const char digit_pairs[] = TENS(0) TENS(1) TENS(2) TENS(3) TENS(4) TENS(5) TENS(6) TENS(7) TENS(8)
    TENS(9);

/* How many digits n has; none when it is 0. */
static unsigned
digits_of(uint64_t n)
{
	unsigned digits = 0;

	for (; n >= 10000; n /= 10000)
		digits += 4;
	return digits + (n >= 1) + (n >= 10) + (n >= 100) + (n >= 1000);
}

/* From the last two to the first, each at its place. */
void
text_number(struct text *t, uint64_t n, unsigned digits)
{
	unsigned own = digits_of(n);
	char *first = t->p + t->len, *at;

	if (digits < own)
		digits = own;
	if (t->len + digits > TEXT_MAX)
		return;
	for (at = first + digits; at - first > 1; n /= 100) {
		at -= 2;
		digits_two(at, (unsigned)(n % 100));
	}
	if (at > first)
		*first = (char)('0' + n % 10);
	t->len += (unsigned char)digits;
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

static bool
is_ascii(char c)
{
	return (unsigned char)c < 0x80;
}

/* The plain letters of the character at s.p[*i], which is not of ASCII and is passed; returns how many
 * there are. */
static size_t
letters(struct span s, size_t *i, bool german, char out[2])
{
	unsigned char c = (unsigned char)s.p[(*i)++], next;

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
		size_t n;

		if (is_ascii(s.p[i])) {
			t->p[at++] = s.p[i++];
			continue;
		}
		n = letters(s, &i, german, two);
		for (size_t k = 0; k < n; k++)
			t->p[at++] = two[k];
	}
	t->len = (unsigned char)at;
}

/* Writes c in lower case, whose bit a digit has anyway; 1 if it is a letter or a digit, else 0. */
static size_t
mailbox_byte(char *at, char c)
{
	*at = (char)(c | 0x20);
	return ascii_alnum(c);
}

void
text_mailbox(struct text *t, struct span s, bool german)
{
	size_t at = t->len;
	char two[2];

	for (size_t i = 0; i < s.len && at + 2 <= TEXT_MAX;) {
		size_t n;

		if (is_ascii(s.p[i])) {
			at += mailbox_byte(t->p + at, s.p[i++]);
			continue;
		}
		n = letters(s, &i, german, two);
		for (size_t k = 0; k < n; k++)
			at += mailbox_byte(t->p + at, two[k]);
	}
	t->len = (unsigned char)at;
}
