/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/ascii.h: classes of ASCII bytes, whatever the locale. */
#ifndef CDP_BASE_ASCII_H
#define CDP_BASE_ASCII_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

static inline bool
ascii_digit(unsigned char c)
{
	return (unsigned)c - '0' < 10u;
}

static inline bool
ascii_upper(unsigned char c)
{
	return (unsigned)c - 'A' < 26u;
}

static inline bool
ascii_lower(unsigned char c)
{
	return (unsigned)c - 'a' < 26u;
}

static inline bool
ascii_letter(unsigned char c)
{
	return ascii_lower(c | 0x20);
}

static inline bool
ascii_alnum(unsigned char c)
{
	return ascii_letter(c) || ascii_digit(c);
}

/* Capitals of ASCII as small letters, and all else as it is. */
static inline char
ascii_lowered(char c)
{
	return ascii_upper((unsigned char)c) ? (char)(c | 0x20) : c;
}

/* Of either case. */
static inline bool
ascii_hex(unsigned char c)
{
	return ascii_digit(c) || (unsigned)(c | 0x20) - 'a' < 6u;
}

/* How many digits the text begins with. */
static inline size_t
ascii_digits(struct span s)
{
	size_t n = 0;

	while (n < s.len && ascii_digit((unsigned char)s.p[n]))
		n++;
	return n;
}

/* The same of hex digits. */
static inline size_t
ascii_hex_digits(struct span s)
{
	size_t n = 0;

	while (n < s.len && ascii_hex((unsigned char)s.p[n]))
		n++;
	return n;
}

static inline bool
ascii_has_digit(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (ascii_digit((unsigned char)s.p[i]))
			return true;
	return false;
}

#endif
