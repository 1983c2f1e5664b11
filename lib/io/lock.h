/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/lock.h: one writer at a time, by an open-file-description lock that dies with its
 * holder. */
#ifndef CDP_IO_LOCK_H
#define CDP_IO_LOCK_H

#include "base/attr.h"
#include <stdint.h>

struct error;
struct lock;

/* Locks the file PATH (made 0600 if missing), waiting at most wait_seconds. NULL: LOCKED when
 * it is held, RESOURCES when it cannot be made. Device and inode are compared after locking. */
struct lock *lock_take(const char *path, uint64_t wait_seconds, struct error *e);
/* Locks FILE.lock beside an output. The lock file goes with the holder, unless that is killed:
 * what is left then stands in nobody's way. A file of that name that holds something stays. */
struct lock *lock_take_beside(const char *output, uint64_t wait_seconds, struct error *e);
/* The file is still the one that was locked; -1 UNSAFE if somebody replaced it, RESOURCES if nobody can tell. */
MUST_USE int lock_check(const struct lock *l, struct error *e);
void lock_drop(struct lock *l);		/* NULL is fine */

#endif
