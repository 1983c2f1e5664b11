/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/members.h: nodes as rules see them, side by side: their keys under all atoms, looked
 * up once; and which rules hold for two of them. A rule holds for a pair that shares a key under
 * each of its atoms, among the first that rule_width allows. */
#ifndef CDP_RESOLVE_MEMBERS_H
#define CDP_RESOLVE_MEMBERS_H

#include "resolve/rule_set.h"

struct member {
	uint64_t	has, many;	/* atoms under which it has a key, has several */
	uint32_t	node;
	uint32_t	more;		/* several keys: their place in members.more */
};

/* A zeroed struct has no room yet. */
struct members {
	struct member	*list;
	uint64_t	*key;		/* of each member: the first under each atom, 0 none */
	uint64_t	*more;		/* of each member with several keys: for each such atom the
					 * place of its keys in here; there how many, and they */
	size_t		 cap, more_count, more_cap;
};

/* Puts nodes at list[at] and after it; what stands before `at` stays. */
void members_load(struct members *m, const struct rule_set *s, size_t at, const uint32_t *node,
    size_t count);
/* The rules that hold for list[a] and each of list[from, from + count): bit i for rule i. */
void members_agree(const struct members *m, const struct rule_set *s, size_t a, size_t from,
    size_t count, uint64_t *rules);
/* Under each of these atoms the two have at most one key in common. */
bool members_share_one(const struct members *m, const struct rule_set *s, size_t a, size_t b,
    uint64_t atoms);
void members_done(struct members *m);

#endif
