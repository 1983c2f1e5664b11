/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/dict.h: the distinct values of a field, each with a number: what is compared a
 * thousand times is compared as a number.
 * Always holds: two values have one number only if they are the same bytes, whatever they hash
 * to. Numbers count from 0 in the order of arrival, so they serve equality and never show. */
#ifndef CDP_RESOLVE_DICT_H
#define CDP_RESOLVE_DICT_H

#include "base/span.h"	/* passed by value */
#include <stdint.h>

struct dict;

enum { DICT_TEXT_MAX = UINT16_MAX };	/* bytes of one value */
#define DICT_FULL	UINT32_MAX	/* no number is left, or 16 GiB of text are held */

struct dict *dict_new(void);
void dict_free(struct dict *d);			/* NULL is fine */
/* The hash that dict_add wants, for whoever computes it on another thread. */
uint64_t dict_hash(struct span value);
/* Number of the value, which is copied if it is new; or DICT_FULL. */
uint32_t dict_add(struct dict *d, struct span value, uint64_t hash);
/* A value will be added soon: three steps, one after the other, that fetch what the next one and
 * dict_add look at into the cache. */
void dict_expect_slot(const struct dict *d, uint64_t hash);
void dict_expect_place(const struct dict *d, uint64_t hash);
void dict_expect_text(const struct dict *d, uint64_t hash);
/* The value of a number; lives until dict_free. */
struct span dict_text(const struct dict *d, uint32_t number);
uint32_t dict_count(const struct dict *d);
/* Frees what only dict_add needs: nothing may be added any more. */
void dict_close(struct dict *d);
/* Frees the texts too: only how many there are is known from now on. NULL is fine. */
void dict_forget(struct dict *d);

#endif
