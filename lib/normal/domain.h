/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/domain.h: host names of e-mail addresses: labels, libidn2 (its only user),
 * likely misspellings. */
#ifndef CDP_NORMAL_DOMAIN_H
#define CDP_NORMAL_DOMAIN_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

struct arena;

/* Lower-case A-labels without a final dot, or span_none(): at most 253 bytes, at least two
 * labels of 1 to 63 letters, digits and inner hyphens, the last one alphabetic or xn--. */
struct span domain_clean(struct span raw, struct arena *arena);
/* Of a clean domain: reserved by RFC 2606 and RFC 6761 (example.com, .test, .invalid, ...). */
bool domain_reserved(struct span domain);
/* The well-known domain that is one slip away, or span_none(); "gmial.com" → "gmail.com". */
struct span domain_typo(struct span domain);
/* The top-level domain meant, or span_none(); "acme.con" → "com". */
struct span domain_typo_tld(struct span domain);
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
