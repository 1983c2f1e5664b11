/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/pull.h: how one step of a source asks the step before it for bytes. */
#ifndef CDP_IO_PULL_H
#define CDP_IO_PULL_H

#include <stddef.h>
#include <sys/types.h>

struct error;

/* At most `room` bytes into p: their count, 0 at the end, -1 and e says why. */
typedef ssize_t pull_bytes(void *arg, char *p, size_t room, struct error *e);

#endif
