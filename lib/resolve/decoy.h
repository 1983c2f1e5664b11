/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/decoy.h: records of nobody (resolve 5.7). What links to them is a false link, and
 * their number is known. They stand behind the nodes of a view, in no count and no output.
 * Half of them take each field from another record; half belong to the household of a record:
 * they share with it what households share, as often as the model says, and have a given name
 * and a birth date of their own. What is one person's
 * alone, as an identifier or a mailbox is, a decoy has borrowed from some record, so that it
 * differs from all others as that of a stranger does: whoever agrees with a decoy on such a field
 * has met the lender, not the decoy. */
#ifndef CDP_RESOLVE_DECOY_H
#define CDP_RESOLVE_DECOY_H

#include "resolve/view.h"	/* by value */
#include <stdbool.h>
#include <stdint.h>

struct model;

struct decoys {
	struct view	 view;		/* the nodes of the view and behind them the decoys; all is
					 * borrowed from it */
	uint32_t	 first;		/* node of the first decoy */
	uint32_t	 loose;		/* decoys of nobody; the others have a household */
	uint32_t	 count;
	uint32_t	*home;		/* by decoy: the node whose household it has, or UINT32_MAX */
};

/* Puts the decoys behind the nodes of the view, which has room for them from then on and changes
 * in nothing else. */
void decoys_make(struct decoys *d, struct view *w, const struct model *m, uint64_t seed,
    unsigned threads);
/* Whether two strangers do not have a value of the field in common. */
bool decoy_borrows(const struct field *f);
void decoys_done(struct decoys *d);

#endif
