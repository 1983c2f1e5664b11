/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/sort.h: stable merge sort of an array on several threads. The tasks depend on the
 * size alone, so the result is the same for any number of threads. */
#ifndef CDP_RESOLVE_SORT_H
#define CDP_RESOLVE_SORT_H

#include "base/span.h"	/* passed by value */
#include <stddef.h>
#include <stdint.h>

typedef int sort_compare(const void *a, const void *b);

void sort_array(void *base, size_t count, size_t size, sort_compare *compare, unsigned threads);
int sort_by_number(const void *a, const void *b);	/* of uint32_t */

/* Something with a number that decides its place. */
struct sort_key {
	uint64_t	 key;
	const void	*of;
};

/* In the order of the keys; what is equal stays as it was. Takes the list over and returns it, or
 * another in its place. */
struct sort_key *sort_keys(struct sort_key *list, size_t count);
/* Numbers in the order of their upper halves; what is equal there stays as it was. Takes the list
 * over and returns it, or another in its place. */
uint64_t *sort_halves(uint64_t *list, size_t count);
/* Bytes [depth, depth + bytes) of a text, 1 to 8, as a number that compares as they do. */
uint64_t sort_number(struct span text, size_t depth, size_t bytes);
/* Texts without NUL in byte order. Fast also where they begin alike and lie anywhere in memory. */
void sort_texts(struct span *list, size_t count, unsigned threads);

#endif
