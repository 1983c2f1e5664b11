/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/groups.h: the records that share a key: the dictionary of one join.
 * Always holds: members of a group have the same key byte by byte, never by hash alone; they
 * are in the order of their ids; groups are ordered by type, first member and key. */
#ifndef CDP_RESOLVE_GROUPS_H
#define CDP_RESOLVE_GROUPS_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct join;
struct store;
struct types;

struct group {
	uint32_t	at, count;	/* members[at .. at + count) */
	uint8_t		key;		/* which of the first member's keys it is */
	uint8_t		rank, type;	/* place of the type in the order; index of the type */
};

struct groups {
	struct group	*list;
	size_t		 count;
	uint32_t	*members;
	/* Values by how many hold them, for the fit of the body: of 1 and of 2 holders; all. */
	uint64_t	 once, twice, distinct;
};

/* Keys that only one record has make no group. */
struct groups *groups_build(const struct store *s, const struct join *j,
    const struct types *types, unsigned threads);
/* Forgets the groups that `keep` does not want, and gives their memory back. */
typedef bool groups_keep(void *arg, const uint32_t *member, uint32_t count);
void groups_prune(struct groups *g, groups_keep *keep, void *arg);
void groups_free(struct groups *g);	/* NULL is fine */

#endif
