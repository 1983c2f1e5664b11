/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/fold.h: records that say the same are one node (resolve 3.5). */
#ifndef CDP_RESOLVE_FOLD_H
#define CDP_RESOLVE_FOLD_H

#include <stdint.h>

struct store;

/* How many of the linked records differ in what is matched; those that say nothing all do. */
uint64_t fold_count(const struct store *s);

#endif
