/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/email.h: e-mail addresses (ingest 4.2); the keys are in normal/key.h. */
#ifndef CDP_NORMAL_EMAIL_H
#define CDP_NORMAL_EMAIL_H

#include "normal/outcome.h"	/* struct normal, by value */
#include <stddef.h>

struct arena;

/* One address. Reasons: typo_domain, typo_tld (detail: the likely one), role,
 * reserved_domain, non_ascii_local (SUSPICIOUS); no_at, domain, local, ip_literal, hash,
 * too_long, several, placeholder (INVALID). */
struct normal email_clean(struct span raw, const struct normal_context *c, struct arena *arena);
/* All addresses of one cell, split at `;`, `,` and `|` outside quotes and <>. *list is in the
 * arena; one result a part, in order, equal values once. Returns how many, 0 for an empty cell;
 * a cell with one address gives exactly email_clean. */
size_t email_list(struct span raw, const struct normal_context *c, struct arena *arena,
    struct normal **list);

#endif
