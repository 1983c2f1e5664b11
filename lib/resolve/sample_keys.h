/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/sample_keys.h: the keys of rules that are looked at, one in so many, and each with all
 * its nodes.
 * Always holds: which keys these are depends on what the keys are of and the seed alone. */
#ifndef CDP_RESOLVE_SAMPLE_KEYS_H
#define CDP_RESOLVE_SAMPLE_KEYS_H

#include "resolve/rule_set.h"

/* A node and the upper half of a key of it, which is enough: of 65,536 keys two are taken for one in
 * every other rule, a pair too much is counted, and none is looked at that does not share a key. */
struct keyed {
	uint32_t	half, node;
};

struct keyed_list {
	struct keyed	*list;
	size_t		 count, cap;
};

struct key_sample {
	const struct rule_set	*set;
	uint64_t		 seed;
	unsigned		 shift[RULES_MAX];	/* by rule: one key in 2^shift is looked at */
	/* found; nodes ascend, from task to task too; a node and a key stand there once */
	struct keyed_list	(*found)[RULES_MAX];	/* by task and rule */
	unsigned		 tasks;
	/* how: see sample_keys.c */
	unsigned		 bits;
	uint64_t		 spread[ATOMS_MAX];
	uint16_t		*classes[FIELDS_MAX];	/* by slot, under the atoms of the field side by side */
	unsigned		 place[ATOMS_MAX], wide[FIELDS_MAX];	/* there, and how many they are */
};

/* Finds the keys of set, shift and seed. */
void key_sample_find(struct key_sample *s, unsigned threads);
/* What a rule found, once: the caller frees it. */
struct keyed_list key_sample_take(struct key_sample *s, unsigned rule);
void key_sample_done(struct key_sample *s);

/* The half that tells keys apart. */
static inline uint32_t
key_half(uint64_t key)
{
	return (uint32_t)(key >> 32);
}

#endif
