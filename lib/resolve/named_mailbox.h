/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/named_mailbox.h: mailboxes that are made of their holders' names. "jcolon" says that Jim Colon is
 * one, and so does "wcolon" of Wendy Colon: that the two are alike says once more that the names are. */
#ifndef CDP_RESOLVE_NAMED_MAILBOX_H
#define CDP_RESOLVE_NAMED_MAILBOX_H

#include <stdbool.h>
#include <stdint.h>

struct compared;
struct view;

/* Whether nothing is left of the local part of the mailbox (its number in values.email) but what could be anybody's,
 * once the names of the node are taken out of it. Not where the node has no name. */
bool mailbox_is_named(const struct view *w, const struct compared *node, uint32_t email);

#endif
