/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/joint.h: given and family names that go together more often than chance has it
 * (resolve 4.6): full names that more linked records have than one person explains. */
#ifndef CDP_RESOLVE_JOINT_H
#define CDP_RESOLVE_JOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct model;
struct view;

struct joint {
	int		given, family;	/* fields, or -1 */
	uint64_t	of_pattern, exact;	/* the levels of both names, and both exact */
	int32_t		u;		/* log2 of the shares of both exact levels, by chance */
	/* a table of full names */
	size_t		size;		/* a power of two */
	uint64_t	*key;		/* slot of given << 32 | slot of family; 0: empty */
	uint32_t	*holders;
	int32_t		*rarity;	/* by the records that others have */
};

struct joint *joint_make(const struct view *w, const struct model *m, unsigned threads);
void joint_free(struct joint *j);		/* NULL is fine */
/* What the frequency of a full name adds, names by their numbers; false if few have it. */
bool joint_find(const struct joint *j, uint32_t given, uint32_t family, int32_t *frequency);

#endif
