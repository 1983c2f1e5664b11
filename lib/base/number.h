/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/number.h: numbers from text and back, without locale and without double. */
#ifndef CDP_BASE_NUMBER_H
#define CDP_BASE_NUMBER_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct buf;

bool u64_parse(struct span s, uint64_t *n);	/* digits only, no sign, no blank; false if too big */
bool i64_parse(struct span s, int64_t *n);	/* an optional '-' before the digits */
/* "64K", "256M", "6G", "1T" (powers of 1024) or plain bytes. */
bool size_parse(struct span s, uint64_t *bytes);
/* Fixed point: "12.5" with 3 places is 12500. False if a digit would be lost or it overflows. */
bool fixed_parse(struct span s, int places, int64_t *n);
/* 12500 with 3 places is "12.500". */
void fixed_write(struct buf *out, int64_t n, int places);
/* num ÷ den as decimal text with `places` digits, rounded half up once; den > 0. */
void ratio_write(struct buf *out, uint64_t num, uint64_t den, int places);

#endif
