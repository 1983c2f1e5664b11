/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/agreement.h: how far two labellings agree, from one contingency table (resolve 11.1).
 * No pair is ever listed. */
#ifndef CDP_REPORT_AGREEMENT_H
#define CDP_REPORT_AGREEMENT_H

struct contingency;
struct grid;
struct scores;

void agreement(const struct contingency *t, struct scores *out);
/* Entities in more than one cluster and clusters of more than one entity, by their size. */
void agreement_by_size(const struct contingency *t, struct grid *out);

#endif
