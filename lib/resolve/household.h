/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/household.h: which profiles live together (resolve 7.4): never a merge of people,
 * only a second name that several profiles share. */
#ifndef CDP_RESOLVE_HOUSEHOLD_H
#define CDP_RESOLVE_HOUSEHOLD_H

#include <stddef.h>
#include <stdint.h>

struct clusters;
struct rules;
struct view;

#define HOUSEHOLD_NONE	UINT32_MAX

enum { HOUSEHOLD_FAMILIES = 12 };	/* the usual most; more names than that are no household */

struct household_options {
	uint32_t	max_families;	/* of one house or flat */
	unsigned	threads;
};

struct households {
	uint32_t	*lead;		/* by record: of the leader of a profile that lives with others,
					 * the leader of their leading profile; or HOUSEHOLD_NONE */
	size_t		 records;
	uint64_t	 count, profiles;
	uint64_t	 institutions;	/* houses with more families: of them flats alone count */
};

/* Profiles have an edge where they were seen at one door, or at one house and share a family name,
 * a phone or a mailbox, within two years of each other. Each belongs to at most one household: that
 * of its edge with the highest place level, then with the most shared contact points, then the
 * latest, then by id. Needs the clusters in the order of their ids. */
void households_find(struct households *h, const struct view *w, const struct clusters *c,
    const struct rules *rules, const struct household_options *o);
/* By profile, when the ids are final: the profile that leads its household, or HOUSEHOLD_NONE. The
 * caller frees it. */
uint32_t *households_by_profile(const struct households *h, const struct clusters *c);
void households_done(struct households *h);

#endif
