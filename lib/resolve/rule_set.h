/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rule_set.h: rules over the atoms they share, and the keys that they make of a node.
 * Where a node has many keys under an atom, a rule of several atoms looks at the smallest only:
 * see rule_width. */
#ifndef CDP_RESOLVE_RULE_SET_H
#define CDP_RESOLVE_RULE_SET_H

#include "resolve/atoms.h"
#include "resolve/pairs.h"

enum { RULE_KEYS = 64, RULES_MAX = 64, ATOM_CHUNK = 8 };

struct rule_atoms {
	unsigned	atom[RULE_ATOMS];	/* indexes into atoms.list */
	unsigned	count;
	unsigned	refine[REFINE_ATOMS];
	unsigned	refines;
};

/* A zeroed struct has no rules. */
struct rule_set {
	struct atoms		 atoms;		/* those of rules, then those that only refine */
	unsigned		 matched;	/* atoms of rules */
	struct rule_atoms	 rule[RULES_MAX];
	unsigned		 count;
	uint64_t		 of_count[RULE_ATOMS];	/* rules of one, two, three atoms */
	uint64_t		 all;			/* rules */
	uint64_t		(*allowed)[256];	/* by ATOM_CHUNK atoms: rules that need no more of them */
};

void rule_set_make(struct rule_set *s, const struct view *w, const struct pair_rule *rule,
    unsigned count, unsigned threads);
/* The same with keys that are there: see atoms_pick. */
void rule_set_pick(struct rule_set *s, const struct atoms *from, const struct view *w,
    const struct pair_rule *rule, unsigned count);
/* Frees the keys that rule_set_pick of these rules does not want. */
void rule_set_keep(struct atoms *from, const struct pair_rule *rule, unsigned count);
void rule_set_done(struct rule_set *s);

/* Keys that a node may have under each atom of a rule of so many atoms: 64 of one atom, 8 × 8 of
 * two, 4 × 4 × 4 of three. */
static inline unsigned
rule_width(unsigned atoms)
{
	return atoms == 1 ? 64 : atoms == 2 ? 8 : 4;
}

/* The keys of a node under a rule, each once, ascending; returns how many. */
unsigned rule_set_keys(const struct rule_set *s, unsigned rule, uint32_t node,
    uint64_t key[RULE_KEYS]);
/* The keys of a rule from the keys of its atoms, ascending; how many of each is in n. */
unsigned rule_products(unsigned atoms, const uint64_t *const list[RULE_ATOMS],
    const unsigned n[RULE_ATOMS], uint64_t key[RULE_KEYS]);
/* Whether a rule holds for two nodes: they share a key under each of its atoms, among the first that
 * rule_width allows. */
bool rule_set_holds(const struct rule_set *s, unsigned rule, uint32_t a, uint32_t b);
/* The rules that hold: bit i for rule i. */
uint64_t rule_set_agree(const struct rule_set *s, uint32_t a, uint32_t b);
/* What rule_set_agree looks at will be asked for soon; the slots of both are at hand. */
void rule_set_expect(const struct rule_set *s, uint32_t a, uint32_t b);

/* The atoms of a rule: bit i for atoms.list[i]. */
static inline uint64_t
rule_bits(const struct rule_atoms *r)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < r->count; i++)
		bits |= UINT64_C(1) << r->atom[i];
	return bits;
}

/* The rules whose atoms are all among these: bit i for rule i. */
static inline uint64_t
rule_set_allows(const struct rule_set *s, uint64_t atoms)
{
	uint64_t rules = s->all;

	for (unsigned c = 0; c * ATOM_CHUNK < s->matched; c++)
		rules &= s->allowed[c][atoms >> (c * ATOM_CHUNK) & 255];
	return rules;
}

#endif
