/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_regimes.h: the law of a policy's own becomes a part of it. */
#ifndef CDP_CONSENT_POLICY_REGIMES_H
#define CDP_CONSENT_POLICY_REGIMES_H

#include "base/attr.h"
#include "io/json_config.h"	/* json_t */

struct error;

/* Puts the files of regime_dir that the policy uses, or that these extend, into the member
 * regime_files in its place, so that a published policy holds all that was decided by. `where` is
 * the directory that regime_dir is in. A policy without regime_dir is left alone. -1: a file that
 * cannot be read (status). */
MUST_USE int policy_take_regimes(json_t *policy, const char *where, int status, struct error *e);

#endif
