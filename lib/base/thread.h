/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/thread.h: threads as all of us start them. */
#ifndef CDP_BASE_THREAD_H
#define CDP_BASE_THREAD_H

#include <pthread.h>

/* A thread that takes no signals, those are for the main thread, which owns the output files; and has a stack
 * of 8 MiB, whatever the limits of whoever called the tool. 0, or an error number where none can be started. */
int thread_start(pthread_t *t, void *(*run)(void *arg), void *arg);

#endif
