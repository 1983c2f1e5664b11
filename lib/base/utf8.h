/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/utf8.h: UTF-8 by the Unicode standard: no overlong form, no surrogate, at most
 * U+10FFFF. NUL is an ordinary character here. */
#ifndef CDP_BASE_UTF8_H
#define CDP_BASE_UTF8_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

/* Index of the first byte that cannot be right, or s.len if all is valid. A sequence
 * that the end of s cuts is wrong at the last byte that is there. */
size_t utf8_bad(struct span s);
/* Length of the longest valid start of s: where the sequence that goes wrong begins. */
size_t utf8_whole(struct span s);
bool utf8_is_ascii(struct span s);
/* The code point at s.p[*at], which moves on; s must be valid and *at < s.len. */
uint32_t utf8_next(struct span s, size_t *at);
/* Writes cp (a valid scalar value) and returns its length, 1 to 4. */
size_t utf8_put(char out[4], uint32_t cp);

#endif
