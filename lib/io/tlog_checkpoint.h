/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_checkpoint.h: the state of a log as a signed note (c2sp.org/tlog-checkpoint): its
 * name, its size and its root, three lines and no more. */
#ifndef CDP_IO_TLOG_CHECKPOINT_H
#define CDP_IO_TLOG_CHECKPOINT_H

#include "base/span.h"		/* passed by value */
#include "io/tlog_tree.h"	/* struct tlog_hash, by value */

struct buf;
struct tlog_key;
struct tlog_note;

struct tlog_checkpoint {
	struct span		origin;		/* name of the log; borrowed */
	uint64_t		size;
	struct tlog_hash	root;
};

void tlog_checkpoint_write(const struct tlog_checkpoint *c, struct buf *out);	/* the text only */
/* The signed note: text, empty line, the line of the log's key. */
void tlog_checkpoint_sign(const struct tlog_checkpoint *c, const struct tlog_key *key,
    const unsigned char *secret, struct buf *out);
/* Reads the text of a note. NULL, or what is wrong; only the spelling that is written here is
 * right, so an extension line is wrong. */
const char *tlog_checkpoint_read(struct span text, struct tlog_checkpoint *c);
/* The whole of it: a note in form, of the log that the key names, signed by that key. NULL, or
 * what is wrong. The note is filled in for whoever has further keys. */
const char *tlog_checkpoint_open(struct span bytes, const struct tlog_key *key,
    struct tlog_note *note, struct tlog_checkpoint *c);

#endif
