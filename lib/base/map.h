/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/map.h: byte strings to numbers, in order of insertion.
 * Always holds: keys are copied, compared byte by byte (never by hash alone) and stay in
 * place until map_free; the index of a key changes only in map_sort; no order that a caller
 * can see depends on a hash. Hashing is seeded per process, so no input can be built to
 * collide. Not for threads to share while it changes. */
#ifndef CDP_BASE_MAP_H
#define CDP_BASE_MAP_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct map;

struct map *map_new(void);			/* the caller owns it until map_free */
void map_free(struct map *m);			/* NULL is fine */
size_t map_size(const struct map *m);
bool map_has(const struct map *m, struct span key);
/* The value of `key`, made 0 if it is new; valid until the next new key. */
uint64_t *map_slot(struct map *m, struct span key);
/* The value, or NULL if the key is not there; valid until the next new key. */
uint64_t *map_find(const struct map *m, struct span key);
/* Index of the key (from 0), or SIZE_MAX. */
size_t map_index(const struct map *m, struct span key);
/* Index of the key, adding it with value 0 if new. */
size_t map_add(struct map *m, struct span key);
struct span map_key(const struct map *m, size_t i);	/* borrowed until map_free */
uint64_t map_value(const struct map *m, size_t i);
void map_set(struct map *m, size_t i, uint64_t value);
void map_sort(struct map *m);			/* by bytes of the key */
void map_clear(struct map *m);

#endif
