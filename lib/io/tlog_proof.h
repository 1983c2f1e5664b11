/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_proof.h: proofs about a Merkle tree (RFC 6962 §2.1), made and checked.
 *
 * All of them say one thing: the leaves [start, end) have the root `part` and stand there in the
 * tree of `size` leaves that has the root `root`. With one leaf it is the inclusion proof of RFC
 * 6962; with start 0 the consistency proof; in general the subtree proof of
 * draft-ietf-plants-merkle-tree-certs §4. [start, end) must be such that start is a multiple of
 * the least power of two ≥ end − start; one leaf and a head of the log always are. */
#ifndef CDP_IO_TLOG_PROOF_H
#define CDP_IO_TLOG_PROOF_H

#include "base/attr.h"
#include "io/tlog_tree.h"	/* struct tlog_hash, by value */

struct error;

enum { TLOG_PROOF_MOST = TLOG_LEVELS + 1 };	/* hashes of the longest proof that holds */

struct tlog_proof {
	size_t		 count;
	struct tlog_hash hash[TLOG_PROOF_MOST];	/* from the leaves to the root */
};

struct tlog_range {
	uint64_t	start, end;	/* leaves start … end − 1 */
};

/* Where hashes come from: `hash` gives the root of the 2^level leaves from index × 2^level on;
 * 0, or -1 with e. It is asked for nothing at or beyond `size`. */
struct tlog_source {
	uint64_t	 size;		/* leaves there are */
	int		(*hash)(void *arg, unsigned level, uint64_t index, struct tlog_hash *out,
	    struct error *e);
	void		*arg;
};

/* A source over leaves in memory. The nodes of every fourth level are worked out once, a fifteenth of
 * the leaves, so that a proof costs some eight hashes a level: a pack may have one for each line. */
enum { TLOG_STEP = 4 };
struct tlog_leaves {
	const struct tlog_hash	*leaf;		/* borrowed */
	uint64_t		 count;
	struct tlog_hash	*level[TLOG_LEVELS / TLOG_STEP];	/* owned: 16 leaves each, 256, ... */
};
void tlog_leaves_begin(struct tlog_leaves *l, const struct tlog_hash *leaf, uint64_t count);
void tlog_leaves_end(struct tlog_leaves *l);
struct tlog_source tlog_leaves_source(struct tlog_leaves *l);	/* borrows it */

/* The root of the leaves of a range; an empty one is that of the empty tree. -1: as the source. */
MUST_USE int tlog_range_root(const struct tlog_source *s, struct tlog_range range,
    struct tlog_hash *root, struct error *e);
/* The proof for a range in the tree of the first `size` leaves. The caller has made sure that
 * tlog_range_fits. -1: as the source. */
MUST_USE int tlog_prove(const struct tlog_source *s, struct tlog_range range, uint64_t size,
    struct tlog_proof *proof, struct error *e);

/* Inside the tree, and of a shape a proof can be made for; an empty range is. */
bool tlog_range_fits(struct tlog_range range, uint64_t size);

/* What a stranger runs: a line is in the log; the log of `old` lines is the head of the later one.
 * An empty old log is refused: that it is the head of every log says nothing about either. */
bool tlog_included(uint64_t index, const struct tlog_hash *leaf, uint64_t size,
    const struct tlog_hash *root, const struct tlog_hash *proof, size_t count);
bool tlog_consistent(uint64_t old, const struct tlog_hash *old_root, uint64_t size,
    const struct tlog_hash *root, const struct tlog_hash *proof, size_t count);
/* A range, of which an empty one is in every tree that reaches so far. */
bool tlog_within(struct tlog_range range, const struct tlog_hash *part, uint64_t size,
    const struct tlog_hash *root, const struct tlog_hash *proof, size_t count);

#endif
