/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/policy_text.h: the policy document that a run rests on. */
#ifndef CDP_EXPORT_POLICY_TEXT_H
#define CDP_EXPORT_POLICY_TEXT_H

#include "base/attr.h"
#include "base/instant.h"
#include "io/json_config.h"		/* json_t */
#include "model/policy_digest.h"	/* POLICY_DIGEST_HEX */

struct error;

/* The policy document that a run rests on; texts of contracts are borrowed from it. */
struct policy_text {
	json_t	*json;
	char	 digest[POLICY_DIGEST_HEX + 1];
};

/* A named policy. -1: USAGE. */
MUST_USE int policy_text_load(struct policy_text *p, const char *path, struct error *e);
/* The published policy with the greatest effective_from up to `at`, later publication first; the
 * ledger's chain is verified. -1: UNSAFE. p starts zeroed. */
MUST_USE int policy_text_in_force(struct policy_text *p, const char *state, instant at,
    struct error *e);
void policy_text_done(struct policy_text *p);

#endif
