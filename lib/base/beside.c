/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/beside.c: a thread that is waited for. */
#include "base/alloc.h"
#include "base/beside.h"
#include "base/thread.h"

#include <stddef.h>

struct beside {
	pthread_t	 thread;
	void		(*work)(void *arg);
	void		*arg;
};

static void *
run(void *arg)
{
	struct beside *b = arg;

	b->work(b->arg);
	return NULL;
}

struct beside *
beside_start(unsigned threads, void (*work)(void *arg), void *arg)
{
	struct beside *b = threads > 1 ? mem_zero(1, sizeof *b) : NULL;

	if (b != NULL) {
		b->work = work;
		b->arg = arg;
		if (thread_start(&b->thread, run, b) != 0) {
			mem_free(b);
			b = NULL;
		}
	}
	if (b == NULL)
		work(arg);
	return b;
}

void
beside_end(struct beside *b)
{
	if (b == NULL)
		return;
	pthread_join(b->thread, NULL);
	mem_free(b);
}
