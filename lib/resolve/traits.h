/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/traits.h: nodes as rules see them: a row of numbers for each, one for each atom, so
 * that two nodes are a few words in memory and a pair is decided without a look at values.
 * Always holds: numbers serve equality only: two of one atom are equal iff the keys are.
 * After traits_make nothing here changes; any thread may read. */
#ifndef CDP_RESOLVE_TRAITS_H
#define CDP_RESOLVE_TRAITS_H

#include "base/cache.h"		/* used inline */
#include "resolve/rule_set.h"

/* A trait is 0 (no key), the number of a key, or with this bit the place of several. */
#define TRAIT_SEVERAL	UINT32_C(0x80000000)

enum { SHARE_STEPS = 256 };		/* a few telephones and addresses; more take longer than their keys */
enum { TRAITS_WORD = 4, TRAITS_GROUP = 8 };	/* traits of a word; words that fill 32 bits */

/* Four traits, compared at once. */
typedef uint32_t traits_word __attribute__((vector_size(4 * TRAITS_WORD)));
typedef int32_t traits_signs __attribute__((vector_size(4 * TRAITS_WORD)));

struct traits {
	const struct rule_set	*set;		/* borrowed */
	unsigned		 words;		/* of a row: the atoms of rules, then zeros */
	traits_word		*row;		/* by node */
	uint32_t		*list[ATOMS_MAX];	/* by atom: at a place how many, and they, in
							 * the order of their keys */
};

/* By atom, a bit for each. */
struct traits_alike {
	uint64_t	agree;		/* the traits are equal, or both 0 */
	uint64_t	several;	/* one is several */
};

void traits_make(struct traits *t, const struct rule_set *s, unsigned threads);
void traits_done(struct traits *t);

/* The keys of a node under a rule, made of numbers: each once, ascending; returns how many. As
 * rule_set_keys has them, two nodes have as many in common, which are other ones in another run. */
unsigned traits_keys(const struct traits *t, unsigned rule, uint32_t node, uint64_t key[RULE_KEYS]);
/* The numbers of the keys that a node has under an atom of the rules, in the order of these. */
unsigned traits_numbers(const struct traits *t, unsigned atom, uint32_t node, const uint32_t **list);
/* Of rules of which all atoms agree but those in `several`, the ones that hold: see traits_agree. */
uint64_t traits_settle(const struct traits *t, uint32_t a, uint32_t b, uint64_t several,
    uint64_t rules);
/* Under each of these atoms of rules the two have at most one key in common. Where that takes more than
 * SHARE_STEPS to see, as for texts of many words, the answer is no. */
bool traits_share_one(const struct traits *t, uint32_t a, uint32_t b, uint64_t atoms);

static inline const traits_word *
traits_row(const struct traits *t, uint32_t node)
{
	return t->row + (size_t)node * t->words;
}

/* A node will be asked for soon. */
static inline void
traits_expect(const struct traits *t, uint32_t node)
{
	cache_expect(traits_row(t, node));
	cache_expect((const char *)traits_row(t, node + 1) - 1);
}

/* The atoms under which a node has a key. */
static inline uint64_t
traits_has(const struct traits *t, uint32_t node)
{
	const traits_word *x = traits_row(t, node);
	uint64_t has = 0;

	for (unsigned from = 0; from < t->words; from += TRAITS_GROUP) {
		traits_word bit = { 1, 2, 4, 8 }, any = { 0 };

		for (unsigned i = from; i < t->words && i < from + TRAITS_GROUP; i++) {
			any |= (traits_word)(x[i] != 0) & bit;
			bit <<= TRAITS_WORD;
		}
		has |= (uint64_t)(any[0] | any[1] | any[2] | any[3]) << from * TRAITS_WORD;
	}
	return has;
}

static inline struct traits_alike
traits_compare(const struct traits *t, uint32_t a, uint32_t b)
{
	const traits_word *x = traits_row(t, a), *y = traits_row(t, b);
	struct traits_alike alike = { 0, 0 };

	for (unsigned from = 0; from < t->words; from += TRAITS_GROUP) {
		traits_word bit = { 1, 2, 4, 8 }, agree = { 0 }, several = { 0 };

		for (unsigned i = from; i < t->words && i < from + TRAITS_GROUP; i++) {
			agree |= (traits_word)(x[i] == y[i]) & bit;
			several |= (traits_word)((traits_signs)(x[i] | y[i]) < 0) & bit;
			bit <<= TRAITS_WORD;
		}
		alike.agree |= (uint64_t)(agree[0] | agree[1] | agree[2] | agree[3]) <<
		    from * TRAITS_WORD;
		alike.several |= (uint64_t)(several[0] | several[1] | several[2] | several[3]) <<
		    from * TRAITS_WORD;
	}
	return alike;
}

/* Among some rules those that hold for two nodes, of which one has keys under the atoms in `has`: bit i
 * for rule i. Most names have several keys, and most rules do not hold whatever these are, so that
 * they are looked at last. */
static inline uint64_t
traits_allow(const struct traits *t, uint32_t a, uint32_t b, uint64_t has, struct traits_alike alike,
    uint64_t rules)
{
	uint64_t agree = alike.agree & has, several = alike.several & has & ~agree;
	uint64_t sure = rule_set_allows(t->set, agree) & rules, possible;

	if (several == 0)
		return sure;
	possible = rule_set_allows(t->set, agree | several) & rules & ~sure;
	return possible == 0 ? sure : sure | traits_settle(t, a, b, several, possible);
}

/* All that hold. */
static inline uint64_t
traits_agree(const struct traits *t, uint32_t a, uint32_t b, uint64_t has)
{
	return traits_allow(t, a, b, has, traits_compare(t, a, b), UINT64_MAX);
}

#endif
