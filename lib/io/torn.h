/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/torn.h: what a crash left behind the end of an append-only file, kept beside it.
 *
 * PENDING holds what the next commit must still look at, in the order it was found, whatever crashes
 * happen in between; once that commit is durable it becomes PENDING-1, PENDING-2, ... */
#ifndef CDP_IO_TORN_H
#define CDP_IO_TORN_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdint.h>

struct error;

/* Adds the bytes of fd from `from` on to PENDING; `path` is the file they were in. -1: RESOURCES. */
MUST_USE int torn_keep(const char *pending, const char *path, int fd, uint64_t from, struct error *e);
/* Visits its lines, whole or not, in order, counted from 0; none if it is not there. -1: the
 * visitor's, or UNSAFE. */
typedef int torn_visit(void *arg, struct span line, uint64_t number, struct error *e);
MUST_USE int torn_each(const char *pending, torn_visit *visit, void *arg, struct error *e);
/* It was looked at: PENDING becomes PENDING-N. -1: RESOURCES. */
MUST_USE int torn_settle(const char *pending, struct error *e);

#endif
