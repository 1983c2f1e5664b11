/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/basis_clock.h: since when a purpose has rested on its basis (consent 2.4). */
#ifndef CDP_CONSENT_BASIS_CLOCK_H
#define CDP_CONSENT_BASIS_CLOCK_H

#include <stddef.h>

struct buf;
struct policy;

/* Sets registered_at in the last of n policies, which were published in this order: the
 * publication since which (purpose, regime, type) has stood without a gap; only the first policy
 * may claim an earlier time. */
void basis_clocks_set(struct policy *const *published, size_t n);
/* A line for each clock that starts, restarts or stops where `after` follows on `before`. */
void basis_clocks_tell(const struct policy *before, const struct policy *after, struct buf *out);

#endif
