/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/publication.h: a policy on its way into the ledger, for init and publish. */
#ifndef CDP_CMD_CONSENT_PUBLICATION_H
#define CDP_CMD_CONSENT_PUBLICATION_H

#include "base/attr.h"

struct error;
struct ledger_writer;
struct lint_moment;
struct policy_check;
struct settings;

/* A policy that is about to be published must have no errors; its warnings are told. REFUSED: it
 * is published already. */
MUST_USE int publication_check(struct settings *s, const struct lint_moment *m,
    struct policy_check *check, struct error *e);
/* Commits its event, and tells what changes its clock. */
MUST_USE int publication_add(struct settings *s, struct ledger_writer *w,
    const struct policy_check *check, struct error *e);

#endif
