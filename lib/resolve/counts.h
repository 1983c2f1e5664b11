/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/counts.h: tables of counts that several threads have filled, each its own. */
#ifndef CDP_RESOLVE_COUNTS_H
#define CDP_RESOLVE_COUNTS_H

#include <stddef.h>
#include <stdint.h>

struct facts;

/* Adds a table to another, and frees it. Where it counted nothing the other is not written: pages that
 * nobody has used stay with the system. */
void counts_add(uint32_t *sum, uint32_t *more, size_t count);
/* The same of tables by dates, with so many counts for each year: only the years of facts are looked at. */
void counts_add_dates(const struct facts *f, uint32_t *sum, uint32_t *more, size_t year_size);

#endif
