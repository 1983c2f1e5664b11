/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/pseudonym.h: an id of the person that holds for one destination only, so that two
 * recipients cannot join their files by it (export section 3). */
#ifndef CDP_EXPORT_PSEUDONYM_H
#define CDP_EXPORT_PSEUDONYM_H

#include "base/attr.h"
#include "base/span.h"	/* by value */

struct audience;
struct buf;
struct error;

/* Makes or reads STATE/keys/pseudonym-TO when a field of the contract asks for it. */
MUST_USE int pseudonym_open(struct audience *a, struct error *e);
/* base64url(HMAC-SHA-256(key of the destination, profile id)), first 22 characters. */
void pseudonym_write(const struct audience *a, struct span profile_id, struct buf *out);
void pseudonym_close(struct audience *a);

#endif
