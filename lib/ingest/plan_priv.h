/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/plan_priv.h: what plan.c and plan_order.c share. */
#ifndef CDP_INGEST_PLAN_PRIV_H
#define CDP_INGEST_PLAN_PRIV_H

#include "ingest/plan.h"	/* struct plan, by value */

/* Puts ops and consent columns in the order of work, numbers the identifier types, and notes which
 * ops are simple and how many addresses there are. After every op is in the plan. */
void plan_order(struct plan *p);

#endif
