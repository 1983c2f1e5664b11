/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_sample.h: which attributes of real lines a policy says nothing about. */
#ifndef CDP_CONSENT_POLICY_SAMPLE_H
#define CDP_CONSENT_POLICY_SAMPLE_H

#include "base/attr.h"

struct error;
struct faults;
struct policy;

/* Adds L207, in byte order, for each attribute of the records and profiles of the stream in `path`
 * ("-": standard input) that fields does not declare. 0, or -1 when it cannot be read (INPUT). */
MUST_USE int policy_lint_sample(const struct policy *p, const char *path, struct faults *f,
    struct error *e);

#endif
