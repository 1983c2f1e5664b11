/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_tree.c: the Merkle tree of a log, grown like a binary counter. */
#include "io/tlog_tree.h"

#include <assert.h>

struct tlog_hash
tlog_leaf(struct span line)
{
	struct tlog_hash out = { { 0 } };
	struct sha256 h;

	sha256_start(&h);
	sha256_add(&h, SPAN("\0"));
	sha256_add(&h, line);
	sha256_end(&h, out.bytes);
	return out;
}

struct tlog_hash
tlog_node(const struct tlog_hash *left, const struct tlog_hash *right)
{
	char both[1 + 2 * SHA256_BYTES] = { 1 };
	struct tlog_hash out = { { 0 } };

	memcpy(both + 1, left->bytes, SHA256_BYTES);
	memcpy(both + 1 + SHA256_BYTES, right->bytes, SHA256_BYTES);
	sha256_of(span_make(both, sizeof both), out.bytes);
	return out;
}

bool
tlog_hash_equal(const struct tlog_hash *a, const struct tlog_hash *b)
{
	return memcmp(a->bytes, b->bytes, SHA256_BYTES) == 0;
}

void
tlog_tree_add(struct tlog_tree *t, const struct tlog_hash *leaf)
{
	tlog_tree_add_perfect(t, leaf, 0);
}

/* Two perfect trees of one height make one of the next: the carry of a counter. */
void
tlog_tree_add_perfect(struct tlog_tree *t, const struct tlog_hash *root, unsigned level)
{
	struct tlog_hash carry = *root;
	unsigned at = level;

	assert(level < TLOG_LEVELS - 1 && (t->size & ((UINT64_C(1) << level) - 1)) == 0);
	for (; (t->size >> at & 1) != 0; at++)
		carry = tlog_node(&t->perfect[at], &carry);
	t->perfect[at] = carry;
	t->size += UINT64_C(1) << level;
	assert(t->size >> (TLOG_LEVELS - 1) == 0);
}

/* RFC 6962 splits at the greatest power of two, so the smallest trees are joined first. */
struct tlog_hash
tlog_tree_root(const struct tlog_tree *t)
{
	struct tlog_hash root = { { 0 } };
	bool some = false;

	for (unsigned at = 0; at < TLOG_LEVELS; at++) {
		if ((t->size >> at & 1) == 0)
			continue;
		root = some ? tlog_node(&t->perfect[at], &root) : t->perfect[at];
		some = true;
	}
	if (!some)
		sha256_of(SPAN(""), root.bytes);
	return root;
}
