/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_mapping.h: a mapping of cdp-ingest against the policy, which owns the law. */
#ifndef CDP_CONSENT_POLICY_MAPPING_H
#define CDP_CONSENT_POLICY_MAPPING_H

#include "base/attr.h"

struct error;
struct faults;
struct policy;

/* Adds E_MAP_POLICY, with paths of the mapping, where its source or a consent column says other
 * than the policy. What is wrong with the mapping itself is found by cdp-ingest check. 0, or -1
 * when it is no JSON object (USAGE). */
MUST_USE int policy_lint_mapping(const struct policy *p, const char *path, struct faults *f,
    struct error *e);

#endif
