/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/stability.h: how many ids two runs of cdp-resolve have in common. */
#ifndef CDP_REPORT_STABILITY_H
#define CDP_REPORT_STABILITY_H

struct labels;
struct scores;

/* All are none unless both labellings come from profiles: only then a label is an id that should
 * stay. */
void stability(const struct labels *before, const struct labels *after, struct scores *out);

#endif
