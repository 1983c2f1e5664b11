/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/contract_check.h: what a contract says, held against the policy around it. */
#ifndef CDP_EXPORT_CONTRACT_CHECK_H
#define CDP_EXPORT_CONTRACT_CHECK_H

struct config_at;

/* Faults for a controller or purpose that the policy has not, a country outside the area of the
 * policy's regimes without a safeguard, a sale_or_share that its purposes contradict, and for a
 * name or a column that stands twice. `at` is the contract, `root` the policy around it. */
void contract_check(const struct config_at *root, const struct config_at *at);

#endif
