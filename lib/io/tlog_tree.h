/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_tree.h: the Merkle tree of a log (RFC 6962 §2.1), grown leaf by leaf.
 * Always holds: `perfect[k]` is the root of 2^k leaves exactly where bit k of `size` is 1, the
 * greatest first in the log; the other places mean nothing. A zeroed struct is the empty tree. */
#ifndef CDP_IO_TLOG_TREE_H
#define CDP_IO_TLOG_TREE_H

#include "base/crypto.h"	/* SHA256_BYTES */
#include "base/span.h"		/* passed by value */
#include <stdbool.h>
#include <stdint.h>

enum { TLOG_LEVELS = 64 };

struct tlog_hash {
	unsigned char	bytes[SHA256_BYTES];
};

struct tlog_tree {
	uint64_t	 size;		/* leaves; below 2^63 */
	struct tlog_hash perfect[TLOG_LEVELS];
};

struct tlog_hash tlog_leaf(struct span line);		/* SHA-256(0x00 ‖ line) */
struct tlog_hash tlog_node(const struct tlog_hash *left, const struct tlog_hash *right);	/* 0x01 */
bool tlog_hash_equal(const struct tlog_hash *a, const struct tlog_hash *b);

void tlog_tree_add(struct tlog_tree *t, const struct tlog_hash *leaf);
/* Appends 2^level leaves by their root; size must be a multiple of 2^level. */
void tlog_tree_add_perfect(struct tlog_tree *t, const struct tlog_hash *root, unsigned level);
struct tlog_hash tlog_tree_root(const struct tlog_tree *t);	/* empty: SHA-256 of nothing */

#endif
