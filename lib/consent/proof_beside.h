/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/proof_beside.h: what lies beside proofs, held against the digests in them: of a pack
 *
 *	PACK/000000000042.tlog-proof	a line
 *	PACK/policies/DIGEST.json	a policy, named by its digest; `sha256sum` gives the same
 *	PACK/notices/SHA256		the text of a notice, named by its digest */
#ifndef CDP_CONSENT_PROOF_BESIDE_H
#define CDP_CONSENT_PROOF_BESIDE_H

#include "base/attr.h"
#include "base/span.h"		/* passed by value */
#include "io/json_config.h"	/* json_t */
#include <stdbool.h>

struct error;
struct proof_check;

/* Sets policy, notice and notice_digest of every file that holds; one whose documents are there
 * with other bytes holds no longer. -1: INPUT, something there cannot be read. */
MUST_USE int proof_beside(struct proof_check *c, struct error *e);

/* The digest a policy document gives for "id@version/lang": 64 hex digits, borrowed; absent if it has
 * no such notice, or is NULL. */
struct span notice_digest_in(const json_t *policy, struct span notice);

#endif
