/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/atoms.h: the keys of nodes under atoms (resolve 3.3), looked up by value: what a
 * name sounds like or where a street is gets worked out once for a distinct value.
 * Always holds: keys are hashes of contents, the same in every run, never 0; no value, no key.
 * After atoms_make nothing here changes; any thread may read. */
#ifndef CDP_RESOLVE_ATOMS_H
#define CDP_RESOLVE_ATOMS_H

#include "resolve/pairs.h"
#include "resolve/view.h"

enum { ATOMS_MAX = 64, ATOM_KEYS = 64 };	/* of a view; keys of one node under one atom */

enum atom_shape {
	KEY_OF_VALUE,		/* one */
	KEYS_OF_VALUE,		/* several */
	KEY_OF_DATE,		/* worked out from the number */
	KEY_OF_NAMES		/* of given and family name together */
};

struct atom_keys {
	struct pair_atom_of	 of;
	enum atom_shape		 shape;
	const uint64_t		*key;		/* by value, 0 none; of KEYS_OF_VALUE by `at` */
	uint64_t		*owned;		/* what key points at, or NULL where it is the view's */
	uint32_t		*at;		/* KEYS_OF_VALUE: by value, one more at the end */
	uint64_t		*family;	/* KEY_OF_NAMES: by value of the family name */
	uint8_t			 family_field;
};

struct atoms {
	const struct view	*view;		/* borrowed */
	struct atom_keys	*list;
	unsigned		 count;
};

/* The atoms that the fields of a view have; returns how many. */
unsigned atoms_of_view(const struct view *w, struct pair_atom_of list[ATOMS_MAX]);
void atoms_make(struct atoms *a, const struct view *w, const struct pair_atom_of *list,
    unsigned count, unsigned threads);
void atoms_done(struct atoms *a);

/* The keys of a node under list[atom], each once, ascending, the smallest where they are too
 * many; returns how many. */
unsigned atoms_keys(const struct atoms *a, unsigned atom, uint32_t node, uint64_t key[ATOM_KEYS]);

/* Spreads every bit of x over the whole word; never 0. */
static inline uint64_t
key_spread(uint64_t x)
{
	x ^= x >> 32;
	x *= UINT64_C(0xd6e8feb86659fd93);
	x ^= x >> 32;
	x *= UINT64_C(0xd6e8feb86659fd93);
	x ^= x >> 32;
	return x == 0 ? 1 : x;
}

/* The key of one thing and then another. */
static inline uint64_t
key_join(uint64_t a, uint64_t b)
{
	return key_spread((a << 7 | a >> 57) + b * UINT64_C(0x9e3779b97f4a7c15));
}

#endif
