/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rule_set.h: the keys that rules make of a node, and which rules hold for a pair.
 * A rule holds for a pair that shares a key under each of its atoms. Where a node has many keys
 * under an atom, a rule of several atoms looks at the smallest only: see rule_width. */
#ifndef CDP_RESOLVE_RULE_SET_H
#define CDP_RESOLVE_RULE_SET_H

#include "resolve/atoms.h"
#include "resolve/pairs.h"

enum { RULE_KEYS = 64, RULES_MAX = 64 };

struct rule_atoms {
	unsigned	atom[RULE_ATOMS];	/* indexes into atoms.list */
	unsigned	count;
	unsigned	refine[REFINE_ATOMS];
	unsigned	refines;
};

/* A zeroed struct has no rules. */
struct rule_set {
	struct atoms		 atoms;
	struct rule_atoms	 rule[RULES_MAX];
	unsigned		 count;
	uint64_t		 of_count[RULE_ATOMS];	/* rules of one, two, three atoms */
	uint64_t		 all;			/* rules */
	uint64_t		(*allowed)[256];	/* by eight atoms: rules for which these suffice */
};

/* What rules see of a node. */
struct member {
	uint64_t	*key;		/* the first under each atom; 0: none */
	uint64_t	 has, many;	/* atoms under which it has one, has more */
	uint32_t	 node;
};

void rule_set_make(struct rule_set *s, const struct view *w, const struct pair_rule *rule,
    unsigned count, unsigned threads);
void rule_set_done(struct rule_set *s);

/* Keys that a node may have under each atom of a rule of so many atoms. */
unsigned rule_width(unsigned atoms);
/* The keys of a node under a rule, each once, ascending; returns how many. */
unsigned rule_set_keys(const struct rule_set *s, unsigned rule, uint32_t node,
    uint64_t key[RULE_KEYS]);
/* `key` is room for a key of each atom. */
void member_make(struct member *m, const struct rule_set *s, uint32_t node, uint64_t *key);
/* The rules that hold for a and each of `count` others: bit i for rule i. */
void members_agree(const struct rule_set *s, const struct member *a, const struct member *other,
    size_t count, uint64_t *rules);
/* The atoms of a rule: bit i for atoms.list[i]. */
uint64_t rule_bits(const struct rule_atoms *r);

#endif
