/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/ascii.h: classes of ASCII bytes, whatever the locale. */
#ifndef CDP_NORMAL_ASCII_H
#define CDP_NORMAL_ASCII_H

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
ascii_has_digit(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (ascii_digit((unsigned char)s.p[i]))
			return true;
	return false;
}

#endif
