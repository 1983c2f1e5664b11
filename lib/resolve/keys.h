/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/keys.h: the keys of a record under one join: what others must share with it. */
#ifndef CDP_RESOLVE_KEYS_H
#define CDP_RESOLVE_KEYS_H

#include "base/buf.h"	/* by value */
#include "resolve/rules.h"	/* RULES_ATOMS_MAX */
#include <stdbool.h>
#include <stdint.h>

struct types;

enum { KEYS_VALUES = 64, KEYS_MAX = 256 };	/* of one atom, and of one record in all */

/* Room to work in, one per thread; zeroed is fine. */
struct keys {
	struct span	value[RULES_ATOMS_MAX][KEYS_VALUES];
	uint8_t		type[KEYS_VALUES];	/* of identifier values */
	size_t		count[RULES_ATOMS_MAX];
	struct buf	name, key;
};

void keys_done(struct keys *k);
/* Prepares the keys of packed facts; returns how many there are (0: an atom has no value).
 * `types` tells which identifiers link; a join over one type takes that alone. */
size_t keys_prepare(struct keys *k, const struct join *j, const unsigned char *facts,
    const struct types *types);
/* The i-th key; borrowed until the next call. It begins with a byte for the type. */
struct span keys_at(struct keys *k, const struct join *j, size_t i);
/* Tokens of given and family name in byte order, one blank between; absent unless both exist. */
struct span keys_name_set(const unsigned char *facts, struct buf *scratch);

#endif
