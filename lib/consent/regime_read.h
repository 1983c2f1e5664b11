/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/regime_read.h: the dated files of share/regimes, and those of a policy's own. */
#ifndef CDP_CONSENT_REGIME_READ_H
#define CDP_CONSENT_REGIME_READ_H

#include "base/span.h"		/* by value */
#include "io/json_config.h"	/* struct config_at, by pointer */
#include <stdbool.h>

struct policy_reader;
struct policy_regime;

/* Reads the regime and all that it extends: from the member of that name in `own`
 * (regime_files of the policy), else from what is built in. False: neither has it. What is wrong
 * with it is a fault of `own`, or told at `at` with the name of the file. */
bool regime_read(struct policy_reader *r, struct span id, const struct config_at *at,
    const struct config_at *own, struct policy_regime *to);

#endif
