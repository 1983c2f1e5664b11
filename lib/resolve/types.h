/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/types.h: the identifier types of a run. Any thread may add; indexes depend on
 * arrival and never show, so whoever orders types does it by priority and name. */
#ifndef CDP_RESOLVE_TYPES_H
#define CDP_RESOLVE_TYPES_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rules;
struct types;

enum { TYPES_MAX = 255 };	/* an index is one byte */

struct type {
	struct span	name;
	uint32_t	priority;	/* lower links first */
	uint32_t	limit;		/* distinct values of a profile; 0: any number */
	bool		exclusive;
	bool		key;		/* links */
	uint8_t		check;		/* enum check_digit: values that fail it take no part */
};

struct types *types_new(const struct rules *rules);	/* borrows the rules */
void types_free(struct types *t);			/* NULL is fine */
/* Borrows the name, for which there will be room however many others come before it; before any
 * types_add. */
void types_reserve(struct types *t, struct span name);
/* Index of the type, or -1 when TYPES_MAX are known, or reserved: then the type takes no part. */
int types_add(struct types *t, struct span name);
/* Others than those may differ from run to run once types have overflowed. */
bool types_reserved(const struct types *t, size_t i);
size_t types_count(const struct types *t);
const struct type *types_at(const struct types *t, size_t i);
bool types_overflowed(const struct types *t);
/* Fills order[0..types_count) with the indexes of the types by priority, exclusive ones first,
 * then by name. */
void types_order(const struct types *t, uint8_t *order);

#endif
