/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/tlog_tree_test.c: trees and proofs against the definitions of RFC 6962, read aloud. */
#include "base/buf.h"
#include "base/encode.h"
#include "base/error.h"
#include "io/tlog_proof.h"
#include "tap.h"

#include <stdlib.h>

enum { LEAVES = 70 };

static struct tlog_hash leaves[LEAVES];
static struct tlog_leaves in_memory;
static struct buf text;

static bool
is_hex(const struct tlog_hash *h, const char *want)
{
	buf_reset(&text);
	hex_write(&text, span_make((const char *)h->bytes, SHA256_BYTES));
	return span_is(buf_span(&text), want);
}

/* MTH(D[n]) of RFC 6962 §2.1, for n ≥ 1. */
static struct tlog_hash
defined_root(const struct tlog_hash *d, size_t n)
{
	struct tlog_hash left, right;
	size_t k = 1;

	if (n == 1)
		return d[0];
	while (k * 2 < n)
		k *= 2;
	left = defined_root(d, k);
	right = defined_root(d + k, n - k);
	return tlog_node(&left, &right);
}

/* PATH(m, D[n]) of §2.1.1; returns the hashes written. */
static size_t
defined_path(size_t m, const struct tlog_hash *d, size_t n, struct tlog_hash *to)
{
	size_t k = 1, count;

	if (n == 1)
		return 0;
	while (k * 2 < n)
		k *= 2;
	count = m < k ? defined_path(m, d, k, to) : defined_path(m - k, d + k, n - k, to);
	to[count] = m < k ? defined_root(d + k, n - k) : defined_root(d, k);
	return count + 1;
}

/* SUBPROOF(m, D[n], b) of §2.1.2. */
static size_t
defined_subproof(size_t m, const struct tlog_hash *d, size_t n, bool known, struct tlog_hash *to)
{
	size_t k = 1, count;

	if (m == n && !known)
		to[0] = defined_root(d, n);
	if (m == n)
		return known ? 0 : 1;
	while (k * 2 < n)
		k *= 2;
	count = m <= k ? defined_subproof(m, d, k, known, to) :
	    defined_subproof(m - k, d + k, n - k, false, to);
	to[count] = m <= k ? defined_root(d + k, n - k) : defined_root(d, k);
	return count + 1;
}

static void
hashes(void)
{
	struct tlog_tree t = { 0 };
	struct tlog_hash h = tlog_tree_root(&t), three[3];

	ok(is_hex(&h, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
	    "the empty tree is SHA-256 of nothing");
	h = tlog_leaf(SPAN(""));
	ok(is_hex(&h, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
	    "a leaf of nothing");
	h = tlog_leaf(SPAN("{\"seq\":0}"));
	ok(is_hex(&h, "a402b0e36f5aae85457360fcf00a2545b87dd47f310553e7b0d32d6d0ac4400d"),
	    "a leaf of a line");
	for (int i = 0; i < 3; i++) {
		three[i] = tlog_leaf(span_make("abc" + i, 1));
		tlog_tree_add(&t, &three[i]);
	}
	h = tlog_tree_root(&t);
	ok(t.size == 3 && is_hex(&h, "36642e73c2540ab121e3a6bf9545b0a24982cd830eb13d3cd19de3ce6c021ec1"), "the root of a, b, c");
}

static void
roots(void)
{
	struct tlog_tree t = { 0 };
	struct tlog_hash got, want;
	size_t wrong = 0;

	for (size_t n = 1; n <= LEAVES; n++) {
		tlog_tree_add(&t, &leaves[n - 1]);
		got = tlog_tree_root(&t);
		want = defined_root(leaves, n);
		wrong += !tlog_hash_equal(&got, &want);
	}
	ok(wrong == 0, "every size up to %d has the root of the definition", LEAVES);
	t = (struct tlog_tree){ 0 };
	for (size_t n = 0; n < 64; n += 16) {
		want = defined_root(leaves + n, 16);
		tlog_tree_add_perfect(&t, &want, 4);
	}
	tlog_tree_add(&t, &leaves[64]);
	got = tlog_tree_root(&t);
	want = defined_root(leaves, 65);
	ok(t.size == 65 && tlog_hash_equal(&got, &want), "whole segments count as their leaves");
}

static bool
same(const struct tlog_proof *p, const struct tlog_hash *want, size_t count)
{
	return p->count == count &&
	    (count == 0 || memcmp(p->hash, want, count * sizeof *want) == 0);
}

static void
made(void)
{
	struct tlog_source s = tlog_leaves_source(&in_memory);
	struct tlog_hash want[TLOG_PROOF_MOST];
	struct tlog_proof p;
	struct error e = { 0 };
	size_t wrong = 0;

	for (size_t n = 1; n <= LEAVES; n++)
		for (size_t m = 0; m < n; m++) {
			struct tlog_range leaf = { m, m + 1 }, head = { 0, m + 1 };

			wrong += tlog_prove(&s, leaf, n, &p, &e) < 0 ||
			    !same(&p, want, defined_path(m, leaves, n, want));
			wrong += tlog_prove(&s, head, n, &p, &e) < 0 ||
			    !same(&p, want, defined_subproof(m + 1, leaves, n, true, want));
		}
	ok(wrong == 0, "inclusion and consistency proofs are those of the definitions");
}

/* How many ways to spoil a proof leave it standing. */
static size_t
standing(struct tlog_range r, const struct tlog_hash *part, uint64_t size,
    const struct tlog_hash *root, struct tlog_proof *p)
{
	struct tlog_hash bad = *part;
	size_t n = 0, count = p->count;

	bad.bytes[31] ^= 1;
	n += tlog_within(r, &bad, size, root, p->hash, count);
	bad = *root;
	bad.bytes[0] ^= 128;
	n += tlog_within(r, part, size, &bad, p->hash, count);
	n += tlog_within((struct tlog_range){ r.start, r.start }, part, size, root, p->hash, count);
	n += tlog_within(r, part, r.end - 1, root, p->hash, count);
	for (size_t i = 0; i < count; i++) {
		p->hash[i].bytes[i % 32] ^= 4;
		n += tlog_within(r, part, size, root, p->hash, count);
		p->hash[i].bytes[i % 32] ^= 4;
	}
	if (count > 0) {
		n += tlog_within(r, part, size, root, p->hash, count - 1);
		n += tlog_within(r, part, size, root, p->hash + 1, count - 1);
	}
	if (count < TLOG_PROOF_MOST) {
		p->hash[count] = *root;
		n += tlog_within(r, part, size, root, p->hash, count + 1);
		p->hash[count] = (struct tlog_hash){ { 0 } };
		n += tlog_within(r, part, size, root, p->hash, count + 1);
	}
	return n;
}

static void
checked(void)
{
	struct tlog_source s = tlog_leaves_source(&in_memory);
	struct tlog_hash part, root;
	struct tlog_proof p;
	struct error e = { 0 };
	size_t refused = 0, stood = 0, proofs = 0;

	for (uint64_t n = 1; n <= 40; n++)
		for (uint64_t start = 0; start < n; start++)
			for (uint64_t end = start + 1; end <= n; end++) {
				struct tlog_range r = { start, end };

				if (!tlog_range_fits(r, n))
					continue;
				if (tlog_range_root(&s, r, &part, &e) < 0 ||
				    tlog_prove(&s, r, n, &p, &e) < 0)
					continue;
				root = defined_root(leaves, n);
				proofs++;
				refused += !tlog_within(r, &part, n, &root, p.hash, p.count);
				stood += standing(r, &part, n, &root, &p);
			}
	ok(proofs == 2608 && refused == 0, "%zu proofs of ranges hold", proofs);
	ok(stood == 0, "none holds when anything of it is changed");
}

static void
shapes(void)
{
	struct tlog_hash h = leaves[0], none = tlog_tree_root(&(struct tlog_tree){ 0 });

	ok(!tlog_consistent(0, &none, 0, &none, NULL, 0) && !tlog_consistent(0, &none, 8, &h, NULL, 0),
	    "an empty old tree is refused");
	ok(tlog_within((struct tlog_range){ 4, 4 }, &none, 8, &h, NULL, 0) &&
	    !tlog_within((struct tlog_range){ 4, 4 }, &none, 8, &h, &h, 1) &&
	    !tlog_within((struct tlog_range){ 4, 4 }, &h, 8, &h, NULL, 0) &&
	    !tlog_within((struct tlog_range){ 9, 9 }, &none, 8, &h, NULL, 0),
	    "no leaves are within, by no proof, as the empty tree");
	ok(!tlog_included(8, &h, 8, &h, NULL, 0) && !tlog_included(UINT64_MAX, &h, 1, &h, NULL, 0) &&
	    tlog_included(0, &h, 1, &h, NULL, 0), "a leaf is inside, or it is refused");
	ok(tlog_consistent(1, &h, 1, &h, NULL, 0) && !tlog_consistent(2, &h, 1, &h, NULL, 0),
	    "a log is its own head, and no later one is");
	ok(!tlog_within((struct tlog_range){ 3, 2 }, &h, 8, &h, NULL, 0) &&
	    !tlog_within((struct tlog_range){ 8, 9 }, &h, 8, &h, NULL, 0),
	    "a range that is none, or is outside, is refused");
	ok(tlog_range_fits((struct tlog_range){ 4, 7 }, 9) &&
	    !tlog_range_fits((struct tlog_range){ 2, 5 }, 9), "a range begins at a border of its size");
	ok(!tlog_range_fits((struct tlog_range){ 0, 1 }, UINT64_MAX) &&
	    tlog_range_fits((struct tlog_range){ INT64_MAX - 1, INT64_MAX }, INT64_MAX),
	    "a log has less than 2^63 lines");
}

/* Beyond a block, where roots of blocks stand for their leaves. */
static void
many(void)
{
	enum { MANY = 5000 };
	struct tlog_hash *list = calloc(MANY, sizeof *list), want[TLOG_PROOF_MOST], root;
	struct tlog_leaves l;
	struct tlog_source s;
	struct tlog_proof p;
	struct error e = { 0 };
	size_t wrong = 0;

	for (size_t i = 0; i < MANY; i++)
		list[i] = tlog_leaf(span_make((const char *)&i, sizeof i));
	tlog_leaves_begin(&l, list, MANY);
	s = tlog_leaves_source(&l);
	root = defined_root(list, MANY);
	for (size_t m = 0; m < MANY; m += 311) {
		wrong += tlog_prove(&s, (struct tlog_range){ m, m + 1 }, MANY, &p, &e) < 0 ||
		    !same(&p, want, defined_path(m, list, MANY, want)) ||
		    !tlog_included(m, &list[m], MANY, &root, p.hash, p.count);
		wrong += tlog_prove(&s, (struct tlog_range){ 0, m + 1 }, MANY, &p, &e) < 0 ||
		    !same(&p, want, defined_subproof(m + 1, list, MANY, true, want));
	}
	ok(wrong == 0, "proofs in a log of some blocks are those of the definitions");
	tlog_leaves_end(&l);
	free(list);
}

static int
fails(void *arg, unsigned level, uint64_t index, struct tlog_hash *out, struct error *e)
{
	(void)arg, (void)level, (void)index, (void)out;
	return error_set(e, UNSAFE, "E_LEDGER", "no hash");
}

static void
sources(void)
{
	struct tlog_source s = { 9, fails, NULL };
	struct error e = { 0 };
	struct tlog_hash h;
	struct tlog_proof p;

	ok(tlog_prove(&s, (struct tlog_range){ 0, 5 }, 9, &p, &e) < 0 && e.status == STATUS_UNSAFE,
	    "a source that fails is heard by the prover");
	error_clear(&e);
	ok(tlog_range_root(&s, (struct tlog_range){ 0, 5 }, &h, &e) < 0 && e.status == STATUS_UNSAFE,
	    "and by who asks for a root");
	error_clear(&e);
	ok(tlog_prove(&s, (struct tlog_range){ 3, 3 }, 9, &p, &e) == 0 && p.count == 0,
	    "the proof of no leaves asks for none");
	ok(tlog_range_root(&s, (struct tlog_range){ 3, 3 }, &h, &e) == 0 &&
	    is_hex(&h, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
	    "nor does their root");
}

int
main(void)
{
	for (int i = 0; i < LEAVES; i++) {
		char line[16];

		leaves[i] = tlog_leaf(span_make(line, (size_t)snprintf(line, sizeof line, "line %d", i)));
	}
	tlog_leaves_begin(&in_memory, leaves, LEAVES);
	hashes();
	roots();
	made();
	checked();
	shapes();
	many();
	sources();
	tlog_leaves_end(&in_memory);
	buf_done(&text);
	return tap_done();
}
