/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/slip.c: slips at one place of a text. */
#include "base/ascii.h"
#include "synth/draw.h"
#include "synth/slip.h"

enum { TRIES = 4 };

/* Somewhere behind the first letter; false when there is no plain small letter at hand. */
static bool
place_in(const struct text *t, uint64_t *bits, size_t *at)
{
	if (t->len < 3)
		return false;
	for (int i = 0; i < TRIES; i++) {
		*at = 1 + take(bits, t->len - 1U);
		if (ascii_lower(t->p[*at]))
			return true;
	}
	return false;
}

static void
remove_at(struct text *t, size_t at, size_t n)
{
	memmove(t->p + at, t->p + at + n, t->len - at - n);
	t->len -= (unsigned char)n;
}

static void
insert_at(struct text *t, size_t at, char c)
{
	if (t->len == TEXT_MAX)
		return;
	memmove(t->p + at + 1, t->p + at, t->len - at);
	t->p[at] = c;
	t->len++;
}

/* The key to the right or left of a letter. */
static char
neighbour(char c, enum locale locale, uint64_t *bits)
{
	static const char qwerty[] = "qwertyuiop asdfghjkl zxcvbnm";
	static const char qwertz[] = "qwertzuiop asdfghjkl yxcvbnm";
	const char *keys = locale == LOCALE_DE ? qwertz : qwerty;
	size_t i = (size_t)(strchr(keys, c) - keys);
	bool right = take(bits, 2) == 0;

	if (i == 0 || keys[i - 1] == ' ')
		right = true;
	if (keys[i + 1] == '\0' || keys[i + 1] == ' ')
		right = false;
	return right ? keys[i + 1] : keys[i - 1];
}

static char
misread(char c)
{
	static const char pairs[] = "lieoqgunvyhbftcemrszaojirn";

	for (size_t i = 0; pairs[i] != '\0'; i += 2)
		if (pairs[i] == c)
			return pairs[i + 1];
	return 'l';
}

void
slip_typing(struct text *t, enum locale locale, uint64_t bits)
{
	uint32_t kind = take(&bits, 100);
	size_t at;
	char c;

	if (!place_in(t, &bits, &at))
		return;
	c = t->p[at];
	if (kind < 32) {
		t->p[at] = neighbour(c, locale, &bits);
	} else if (kind < 56) {
		if (at + 1 < t->len && ascii_lower(t->p[at + 1])) {
			t->p[at] = t->p[at + 1];
			t->p[at + 1] = c;
		}
	} else if (kind < 70) {
		insert_at(t, at, c);
	} else if (kind < 92) {
		remove_at(t, at, 1);
	} else {
		t->p[at] = misread(c);
	}
}

/* Written one way for the other, from the commonest; tried from a place that chance names. */
static const struct {
	const char	*from[8], *to[8];
} sounds[LOCALES] = {
	[LOCALE_EN] = { { "ey", "ph", "ie", "ck", "ll", "nn", "th", "c" },
	    { "y", "f", "y", "k", "l", "n", "t", "k" } },
	[LOCALE_PT] = { { "z", "ss", "ll", "th", "i", "ç", "s", "nn" },
	    { "s", "ç", "l", "t", "y", "ss", "z", "n" } },
	[LOCALE_ES] = { { "z", "v", "b", "ll", "h", "j", "qu", "í" },
	    { "s", "b", "v", "y", "", "g", "k", "i" } },
	[LOCALE_DE] = { { "ei", "dt", "tz", "th", "mm", "ck", "y", "ff" },
	    { "ai", "t", "z", "t", "m", "k", "i", "f" } },
};

static bool
replace(struct text *t, struct span from, struct span to)
{
	for (size_t at = 1; at + from.len <= t->len; at++) {
		if (t->p[at] != from.p[0] || memcmp(t->p + at, from.p, from.len) != 0)
			continue;
		remove_at(t, at, from.len);
		for (size_t i = to.len; i > 0; i--)
			insert_at(t, at, to.p[i - 1]);
		return true;
	}
	return false;
}

void
slip_hearing(struct text *t, enum locale locale, uint64_t bits)
{
	uint32_t start = take(&bits, 8);

	for (uint32_t i = 0; i < 8; i++) {
		uint32_t k = (start + i) % 8;

		if (replace(t, span_from(sounds[locale].from[k]), span_from(sounds[locale].to[k])))
			return;
	}
}

void
slip_marks(struct text *t, enum locale locale, uint64_t bits)
{
	struct text copy = *t;

	t->len = 0;
	text_plain(t, text_span(&copy), locale == LOCALE_DE && take(&bits, 3) > 0);
}

void
slip_case(struct text *t)
{
	if (t->len > 3 && ascii_letter(t->p[0]) && ascii_lower(t->p[1]))
		t->p[1] = (char)(t->p[1] & ~0x20);
}

void
slip_initial(struct text *t)
{
	size_t n = 1;

	while (n < t->len && ((unsigned char)t->p[n] & 0xC0) == 0x80)
		n++;
	t->len = (unsigned char)n;
}

/* Takes the last character away, whole. */
static void
drop_last(struct text *t)
{
	while (t->len > 0 && ((unsigned char)t->p[--t->len] & 0xC0) == 0x80)
		;
}

void
slip_cut(struct text *t, unsigned most)
{
	while (t->len > most || (t->len > 0 && t->p[t->len - 1] == ' '))
		drop_last(t);
}

void
slip_digit(struct text *t, uint64_t bits)
{
	size_t at = t->len < 6 ? 0 : t->len - 1 - take(&bits, 6);
	char c = t->p[at];

	if (c < '0' || c > '9')
		return;
	if (take(&bits, 3) == 0 && at > 0 && ascii_digit(t->p[at - 1]) &&
	    t->p[at - 1] != c) {
		t->p[at] = t->p[at - 1];
		t->p[at - 1] = c;
	} else {
		t->p[at] = (char)('0' + (c - '0' + 1 + take(&bits, 9)) % 10);
	}
}
