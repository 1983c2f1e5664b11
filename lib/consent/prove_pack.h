/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/prove_pack.h: what was gathered, as a directory that can be handed on: files 0600, made
 * whole or not at all. */
#ifndef CDP_CONSENT_PROVE_PACK_H
#define CDP_CONSENT_PROVE_PACK_H

#include "base/attr.h"
#include <stdbool.h>
#include <stddef.h>

struct buf;
struct error;
struct prove;

struct pack_options {
	const char	*dir;		/* made; may be there when it is empty */
	const char	*notices;	/* a directory with texts of notices; NULL: none */
	bool		 records;	/* consent records (dpv.h) instead of proofs */
};
struct pack_counts {
	size_t	lines, policies, notices, notices_named, records;
};

/* Proofs and documents as proof_beside.h finds them, or records.jsonld. Appends a report, one JSON
 * object with LF. -1: USAGE E_DIR, RESOURCES; then nothing of it is left. */
MUST_USE int prove_pack(struct prove *p, const struct pack_options *o, struct pack_counts *n,
    struct buf *report, struct error *e);

#endif
