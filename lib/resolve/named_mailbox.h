/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/named_mailbox.h: mailboxes that are made of their holders' names. "jcolon" says that Jim Colon is
 * one, and so does "wcolon" of Wendy Colon: that the two are alike says once more that the names are. */
#ifndef CDP_RESOLVE_NAMED_MAILBOX_H
#define CDP_RESOLVE_NAMED_MAILBOX_H

#include <stdbool.h>
#include <stdint.h>

struct view;

/* Slots of names, 0: none. First the holder's own; then those of the other record, if they are alike: what he was
 * called there, one letter of which is wrong here. */
struct names_of_pair {
	const struct view	*w;
	uint32_t		 given[2], family[2];
};

/* Whether nothing is left of the local part of a mailbox (its number in values.email) but what could be anybody's,
 * once the names are taken out of it. Not where there is no name. */
bool mailbox_is_named(const struct names_of_pair *n, uint32_t email);

#endif
