/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/contact_parts.h: pieces of addresses that are compared alone (resolve 4.3). */
#ifndef CDP_NORMAL_CONTACT_PARTS_H
#define CDP_NORMAL_CONTACT_PARTS_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

struct arena;

struct email_parts {
	struct span	local, domain;	/* absent if the key is no address */
};

/* Of a mailbox (email_key). */
struct email_parts email_parts(struct span key);
/* A local part that many people have: a role ("info"), a placeholder ("test", "noemail"). */
bool email_local_generic(struct span local);

/* The host of a web address: "https://www.Acme.example/about" is acme.example. */
struct span website_key(struct span url, struct arena *arena);

#endif
