/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/pipeline.h: items made in order, worked on by several threads, given out in order.
 * Always holds: `make` and `emit` are called by the calling thread only, `emit` in the order
 * of `make`; whatever `work` does depends on the item alone, so the result is the same for
 * any number of threads. With one thread no other thread is started. */
#ifndef CDP_BASE_PIPELINE_H
#define CDP_BASE_PIPELINE_H

#include "base/attr.h"

struct error;

struct pipeline {
	/* The next item in *item: 1, 0 at the end, -1. */
	int  (*make)(void *arg, void **item, struct error *e);
	/* Works on the item; `worker` counts from 0. Failures are kept in the item. */
	void (*work)(void *arg, void *item, unsigned worker);
	/* Takes the item (and frees or recycles it): 0, or -1 ends the run. */
	int  (*emit)(void *arg, void *item, struct error *e);
	/* Frees an item that will not be emitted, after a failure. */
	void (*drop)(void *arg, void *item);
	unsigned threads;	/* 1 or more */
	unsigned in_flight;	/* most items between make and emit; 0: 2 × threads + 2 */
};

/* Runs until the end or the first failure in order. 0, or -1 and e says why. */
MUST_USE int pipeline_run(const struct pipeline *p, void *arg, struct error *e);

/* The same with one more thread for `work` where p->threads is 1: it works on one item after the other, in the
 * order of `make`, while the calling thread makes and emits. */
MUST_USE int pipeline_run_beside(const struct pipeline *p, void *arg, struct error *e);

/* Runs task(arg, i) for every i below `count` on up to `threads` threads, of which the calling thread
 * is one; tasks may not depend on each other. */
void parallel_each(unsigned threads, unsigned count, void (*task)(void *arg, unsigned i),
    void *arg);

/* Processors this process may use, at least 1. */
unsigned threads_available(void);

#endif
