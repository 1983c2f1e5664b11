/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/beside.h: one piece of work on a thread of its own, while the caller goes on.
 * Always holds: the work is done when beside_end returns, with any number of threads. */
#ifndef CDP_BASE_BESIDE_H
#define CDP_BASE_BESIDE_H

struct beside;

/* With one thread, or where no other can be started, the work is done at once and NULL returned. What
 * it touches is its own until beside_end. */
struct beside *beside_start(unsigned threads, void (*work)(void *arg), void *arg);
/* Waits for it. NULL is fine. */
void beside_end(struct beside *b);

#endif
