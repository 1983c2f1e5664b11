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

#define EMAIL_SHA256	SPAN("id.email_sha256")		/* the type of what follows */

/* What lists of advertisers have in an address's place: the SHA-256 of a clean address in 64 small hex
 * digits, in the arena. */
struct span email_sha256(struct span email, struct arena *arena);
/* Such a hash as somebody wrote it, in small letters; absent if the text is none. It borrows from the text
 * where nothing had to change. */
struct span email_sha256_clean(struct span text, struct arena *arena);

#endif
