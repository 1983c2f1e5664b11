/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/redact_priv.h: what redact.c shares with redact_plain.c, which does the same to lines that
 * were read without a tape. */
#ifndef CDP_CONSENT_REDACT_PRIV_H
#define CDP_CONSENT_REDACT_PRIV_H

#include "base/buf.h"
#include "consent/redact.h"

/* What becomes of a member: KEPT stays, FRAME stays if the view names it, GONE never does; the others
 * are judged, of LIST each value, of NAMED each path. */
enum member_kind { MEMBER_KEPT, MEMBER_GONE, MEMBER_FRAME, MEMBER_ONE, MEMBER_LIST, MEMBER_NAMED };
enum member_kind redact_kind(struct span name);

/* Takes note of a path that is taken away whole, which lives as long as the redaction. */
void redact_drop(struct redaction *r, struct span path, bool protected);
/* Whether the categories of the path, and the row's tags, let it stay. */
bool redact_allowed(const struct redaction *r, struct span path);
/* Whether decide() refused the contact at this place; counts it. */
bool redact_refused(struct redaction *r, struct span path, uint32_t index);
/* "parent.name", in the arena. */
struct span redact_path(struct redaction *r, struct span parent, struct span name);

/* Members after an opening brace or bracket are parted by commas. */
static inline void
comma(struct buf *out)
{
	char last = out->p[out->len - 1];

	if (last != '{' && last != '[')
		buf_byte(out, ',');
}

#endif
