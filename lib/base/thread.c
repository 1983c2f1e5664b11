/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/thread.c: starts threads. */
#include "base/thread.h"

#include <signal.h>
#include <stddef.h>

/* What learning keeps to go back to takes half a megabyte. A thread has what `ulimit -s` says, or what the
 * C library thinks fit, 128 KiB for one of them; memory that is not touched costs nothing. */
enum { STACK = 8 << 20 };

int
thread_start(pthread_t *t, void *(*run)(void *arg), void *arg)
{
	pthread_attr_t how;
	sigset_t all, old;
	int r;

	if ((r = pthread_attr_init(&how)) != 0)
		return r;
	pthread_attr_setstacksize(&how, STACK);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	r = pthread_create(t, &how, run, arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&how);
	return r;
}
