/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/sweep.h: files of a directory that is ours alone, and that must go. */
#ifndef CDP_IO_SWEEP_H
#define CDP_IO_SWEEP_H

#include "base/attr.h"

struct error;

/* What lib/io/out calls a file that is not ready; one is left only by a kill between its last two
 * steps, and by whoever held the lock then. */
#define SWEEP_TEMPS ".cdp-"

/* Unlinks every file of the directory whose name begins with `prefix` ("": every file) and syncs the
 * directory; none is fine. -1: UNSAFE, it is not ours alone; RESOURCES. */
MUST_USE int sweep(const char *dir, const char *prefix, struct error *e);

#endif
