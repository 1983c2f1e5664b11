/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/party.h: whether a record is of a person or of an organisation. */
#ifndef CDP_RESOLVE_PARTY_H
#define CDP_RESOLVE_PARTY_H

#include "base/span.h"	/* passed by value */

struct arena;
struct record;

/* 'p' person, 'o' organisation, 0: it may be either. */
char party_of(const struct record *r, struct arena *arena);
/* The name of an organisation that ingest took for one, or span_none(). */
struct span party_organisation(const struct record *r, struct arena *arena);
/* Text of a JSON string without escapes, or span_none(). */
struct span party_text(struct span json);

#endif
