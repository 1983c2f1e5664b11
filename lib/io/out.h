/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/out.h: output that appears whole or not at all.
 * Always holds: a file under its final name is complete and synced; until out_commit it is a
 * 0600 temp file in the same directory, which every way out of the program removes. Standard
 * output and FIFOs are written through the same buffer. The first failure is kept; later
 * writes do nothing, and commit reports it. Nothing else in the tree renames a file. */
#ifndef CDP_IO_OUT_H
#define CDP_IO_OUT_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct buf;
struct error;
struct out;

/* path NULL or "-": standard output. A FIFO is written like that. USAGE: a symbolic link, a
 * directory or a device, a name that cannot be (no such directory) or that an output which is not
 * ended has already; RESOURCES: the rest (no
 * space, no right). The caller ends it with out_commit or out_abort. */
struct out *out_open(const char *path, struct error *e);
/* Whether all of these could be opened now, and none is another's name: 0, or -1 as out_open says it.
 * Nothing is left behind. A FIFO is only looked at, since opening it waits for a reader. */
MUST_USE int out_check(const char *const *paths, size_t count, struct error *e);
/* A folder for outputs, and those above it; what is made of them goes with the last output that is ended, if
 * it is empty then. RESOURCES. */
MUST_USE int out_folder(const char *path, struct error *e);
bool out_is_stream(const struct out *o);	/* standard output or a FIFO: cannot be taken back */
void out_add(struct out *o, struct span s);
void out_print(struct out *o, const char *format, ...) PRINTF_LIKE(2, 3);
/* The buffer of the output, to append to directly; call out_drain now and then. */
struct buf *out_buffer(struct out *o);
void out_drain(struct out *o);			/* writes when the buffer is above 256 KiB */
void out_flush(struct out *o);			/* writes what is held */
uint64_t out_bytes(const struct out *o);	/* given so far, held or written */
bool out_failed(const struct out *o);
/* Flush, fsync, close, rename, fsync of the directory (files); flush (streams). Frees o.
 * -1: status RESOURCES, nothing under the final name. A reader that has gone is EPIPE: the
 * process gets SIGPIPE's default (141) unless that is ignored, then RESOURCES. */
MUST_USE int out_commit(struct out *o, struct error *e);
/* All of them or none: every file is flushed and synced before the first is renamed, streams are
 * flushed last, and a rename that fails takes those before it back. Frees all. */
MUST_USE int out_commit_all(struct out **o, size_t count, struct error *e);
/* In two steps, where something must happen between "safe on disk" and "visible". */
MUST_USE int out_prepare(struct out *o, struct error *e);
/* Removes the temp file; frees o. NULL is fine. On a stream what was held is dropped. */
void out_abort(struct out *o);

/* Handlers for INT, TERM, HUP and PIPE that unlink every temp file and raise again, unless the
 * signal was ignored when the program started; SIGXFSZ is ignored. */
void out_install_signals(void);

#endif
