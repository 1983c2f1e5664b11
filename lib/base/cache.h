/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/cache.h: telling the cache what will be read soon. */
#ifndef CDP_BASE_CACHE_H
#define CDP_BASE_CACHE_H

/* The compiler takes a function that only fetches for one that does nothing, and drops its calls;
 * the empty statement is something. */
static inline void
cache_expect(const void *p)
{
	__builtin_prefetch(p);
	__asm__ volatile ("");
}

#endif
