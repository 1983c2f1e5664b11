/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/policy_law.h: a policy that names law becomes one that holds it. What consent
 * publishes and export compares is the latter. */
#ifndef CDP_MODEL_POLICY_LAW_H
#define CDP_MODEL_POLICY_LAW_H

#include "base/attr.h"
#include "base/span.h"		/* by value */
#include "io/json_config.h"	/* json_t */

struct error;

enum {
	POLICY_REGIMES_MAX = 64,	/* in one policy */
	POLICY_CHAIN_MAX = 8		/* files that extend each other */
};

/* Puts each regime that the policy uses, and whatever these extend, into its member regime_files,
 * if it is not there yet: from regime_dir, which is taken away, else from share/regimes. `path` is
 * the file or the directory that the policy was read from; regime_dir is seen from there. What is
 * in neither is left to the reader. -1: a file that cannot be read (status). */
MUST_USE int policy_take_law(json_t *policy, const char *path, int status, struct error *e);
/* EU, US-CA: letters, digits, _ and -, the first no sign; at most 32, so that it can name a file. */
bool policy_is_regime_id(struct span s);

#endif
