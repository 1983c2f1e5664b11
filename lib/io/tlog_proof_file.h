/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_proof_file.h: that one line is in a log, as a text of its own
 * (c2sp.org/tlog-proof@v1):
 *
 *	c2sp.org/tlog-proof@v1
 *	extra BASE64			may be missing; here always the line itself
 *	index N
 *	BASE64				a hash a line, from the leaf's neighbour up; none in a log of one
 *
 *	...				the signed checkpoint
 * Only the spelling that is written here is read. */
#ifndef CDP_IO_TLOG_PROOF_FILE_H
#define CDP_IO_TLOG_PROOF_FILE_H

#include "io/tlog_proof.h"	/* struct tlog_proof, by value */

struct buf;

enum { TLOG_PROOF_FILE_MOST = 1 << 20 };	/* bytes, checkpoint and all */

struct tlog_proof_file {
	struct span		extra;		/* decoded; p == NULL: none */
	uint64_t		index;
	struct tlog_proof	proof;
	struct span		checkpoint;	/* borrowed; not looked into */
};

void tlog_proof_file_write(const struct tlog_proof_file *f, struct buf *out);
/* NULL, or what is wrong, which borrows nothing and shows nothing of the file. extra is decoded
 * into *held, which the caller owns. */
const char *tlog_proof_file_read(struct span bytes, struct tlog_proof_file *f, struct buf *held);

#endif
