/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/keys.h: the keys of a record under one join: what others must share with it.
 * Always holds: two keys of a join are the same bytes only if all their atoms agree. */
#ifndef CDP_RESOLVE_KEYS_H
#define CDP_RESOLVE_KEYS_H

#include "base/span.h"	/* passed by value */
#include "resolve/rules.h"	/* RULES_ATOMS_MAX */
#include <stdbool.h>
#include <stdint.h>

struct facts;
struct types;

enum {
	KEYS_VALUES = 64, KEYS_MAX = 256,	/* of one atom, and of one record in all */
	KEYS_TOKENS = 16			/* of a name set */
};

/* Room to work in, one per thread; needs no preparation. */
struct keys {
	uint32_t	value[RULES_ATOMS_MAX][KEYS_VALUES];
	size_t		count[RULES_ATOMS_MAX];
	uint32_t	names[1 + KEYS_TOKENS];	/* how many tokens, and they, sorted */
	uint32_t	key[RULES_ATOMS_MAX * (1 + KEYS_TOKENS)];
};

/* Prepares the keys of a row; returns how many there are (0: an atom has no value). `types`
 * tells which identifiers link; a join over one type takes that alone. The faces of the join
 * are prepared (faces_prepare). */
size_t keys_prepare(struct keys *k, const struct join *j, const struct facts *f,
    const uint32_t *row, const struct types *types);
/* The i-th key: words in the order of this machine; borrowed until the next call. */
struct span keys_at(struct keys *k, const struct join *j, size_t i);
/* Whether any record can have a key: false if nobody has a value that the join needs. */
bool keys_possible(const struct join *j, const struct facts *f);
/* The kinds of facts that the join looks at, a bit each. */
uint32_t keys_kinds(const struct join *j);
/* Whether two rows hold the same facts of these kinds: then they have the same keys in the same
 * order. */
bool keys_alike(uint32_t kinds, const uint32_t *row, const uint32_t *other);
/* Whether every key of the join is one word. */
bool keys_one_word(const struct join *j);
/* The word of the i-th key of a join whose first atom is an e-mail, a phone or an identifier. */
uint32_t keys_word(const struct keys *k, size_t i);

#endif
