/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/similar.h: how like two texts are, in integers.
 * Always holds: every function is symmetric, compares characters and not bytes, and gives what
 * the textbook formula gives, however early it knows the answer. Texts are valid UTF-8. */
#ifndef CDP_RESOLVE_SIMILAR_H
#define CDP_RESOLVE_SIMILAR_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

enum { SIMILAR_ONE = 1000000, SIMILAR_LEN_MAX = 1024 };	/* characters; see each function */

/* Jaro–Winkler is permille/1000 or more, exactly. False if no character matches. Characters
 * beyond SIMILAR_LEN_MAX are not looked at. */
bool similar_jw_at_least(struct span a, struct span b, uint32_t permille);
/* Jaro–Winkler in millionths, rounded down: SIMILAR_ONE only for equal texts. */
uint32_t similar_jaro_winkler(struct span a, struct span b);

/* One character added, left out or put for another, or two neighbours exchanged, or no
 * difference at all. Any length. */
bool similar_osa_at_most_one(struct span a, struct span b);
/* One character put for another, or two neighbours exchanged; nothing added, and not equal. */
bool similar_slip(struct span a, struct span b);
/* The same of the decimal digits of two numbers, with as many zeros before them as it takes. */
bool similar_digits_slip(uint64_t a, uint64_t b);

#endif
