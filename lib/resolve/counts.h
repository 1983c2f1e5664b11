/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/counts.h: tables of counts that several threads have filled, each its own. */
#ifndef CDP_RESOLVE_COUNTS_H
#define CDP_RESOLVE_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether some count is not 0: the quick way past what nobody holds. */
bool counts_any(const uint32_t *list, size_t count);

/* Adds a table to another, and frees it. Where it counted nothing the other is not written: pages that
 * nobody has used stay with the system. */
void counts_add(uint32_t *sum, uint32_t *more, size_t count);

#endif
