/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/domain.h: host names of e-mail addresses: labels, libidn2 (its only user),
 * likely misspellings. */
#ifndef CDP_NORMAL_DOMAIN_H
#define CDP_NORMAL_DOMAIN_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

struct arena;

/* Of two clean domains: one may be a slip of the other: a misspelling of it that is known, its
 * top-level domain misspelt, or, if both have eight bytes or more, any one slip. */
bool domain_slip(struct span a, struct span b);

/* All of that in one look: the clean form, and reserved_domain, typo_domain or typo_tld (detail:
 * what was meant) where there is a doubt. */
struct domain_facts {
	struct span	 clean;		/* span_none(): no domain */
	const char	*doubt;		/* NULL: none */
	struct span	 detail;	/* static text */
};
/* What is known of the domains of one thread: they repeat from address to address. It never
 * changes an answer. */
struct domains;

struct domains *domains_new(void);
void domains_free(struct domains *d);		/* NULL is fine */
/* d NULL: nothing is remembered. */
struct domain_facts domains_look(struct domains *d, struct span raw, struct arena *arena);

#endif
