/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/blake2b.c: RFC 7693; unlike that of libsodium, a state that has the key can be kept. */
#include "base/attr.h"
#include "base/blake2b.h"
#include "base/crypto.h"

#include <assert.h>

enum { BLOCK = 128, ROUNDS = 12 };

struct block {
	unsigned char	bytes[BLOCK];
};

static const uint64_t first[8] = {
	0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
	0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/* The order of the message words in each round; the last two are the first two again. */
static const unsigned char order[ROUNDS][16] = {
	{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
	{ 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3 },
	{ 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4 },
	{ 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8 },
	{ 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13 },
	{ 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9 },
	{ 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11 },
	{ 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10 },
	{ 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5 },
	{ 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0 },
	{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
	{ 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3 },
};

ALWAYS_INLINE uint64_t
turned(uint64_t x, unsigned bits)
{
	return x >> bits | x << (64 - bits);
}

/* One of the eight mixings of a round: column or diagonal i, words 2i and 2i + 1 of its order. */
ALWAYS_INLINE void
mix(uint64_t v[16], const uint64_t m[16], int round, int i)
{
	int turn = i / 4, at = i % 4;
	uint64_t *a = &v[at], *b = &v[4 + (at + turn) % 4], *c = &v[8 + (at + 2 * turn) % 4],
	    *d = &v[12 + (at + 3 * turn) % 4];

	*a += *b + m[order[round][2 * i]];
	*d = turned(*d ^ *a, 32);
	*c += *d;
	*b = turned(*b ^ *c, 24);
	*a += *b + m[order[round][2 * i + 1]];
	*d = turned(*d ^ *a, 16);
	*c += *d;
	*b = turned(*b ^ *c, 63);
}

ALWAYS_INLINE uint64_t
word(const unsigned char *p)
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
	    (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
	    (uint64_t)p[7] << 56;
}

/* `count` bytes are in, this block included. */
static void
take_block(uint64_t h[8], const struct block *b, uint64_t count, bool last)
{
	uint64_t v[16], m[16];

	for (int i = 0; i < 16; i++)
		m[i] = word(b->bytes + 8 * i);
	memcpy(v, h, 8 * sizeof *v);
	memcpy(v + 8, first, sizeof first);
	v[12] ^= count;
	if (last)
		v[14] = ~v[14];
#pragma GCC unroll 12
	for (int round = 0; round < ROUNDS; round++)
#pragma GCC unroll 8
		for (int i = 0; i < 8; i++)
			mix(v, m, round, i);
	for (int i = 0; i < 8; i++)
		h[i] ^= v[i] ^ v[i + 8];
}

void
blake2b_take(struct blake2b_key *k, const unsigned char *key, size_t out_len)
{
	struct block b = { { 0 } };

	memcpy(k->state, first, sizeof first);
	k->state[0] ^= 0x01010000 ^ (uint64_t)KEY_BYTES << 8 ^ out_len;
	k->out_len = out_len;
	memcpy(b.bytes, key, KEY_BYTES);
	take_block(k->state, &b, BLOCK, false);
	secret_wipe(&b, sizeof b);
}

void
blake2b_under(const struct blake2b_key *k, unsigned char *out, const struct span *parts,
    size_t count)
{
	struct block b = { { 0 } };
	uint64_t h[8], before = BLOCK;
	size_t used = 0;

	memcpy(h, k->state, sizeof h);
	for (size_t i = 0; i < count; i++)
		for (struct span rest = parts[i]; rest.len > 0;) {
			struct span now;

			if (used == BLOCK) {
				before += BLOCK;
				take_block(h, &b, before, false);
				used = 0;
				memset(&b, 0, sizeof b);
			}
			now = span_head(rest, BLOCK - used);
			memcpy(b.bytes + used, now.p, now.len);
			used += now.len;
			rest = span_skip(rest, now.len);
		}
	assert(used > 0);
	take_block(h, &b, before + used, true);
	for (size_t i = 0; i < k->out_len; i++)
		out[i] = (unsigned char)(h[i / 8] >> 8 * (i % 8));
	secret_wipe(h, sizeof h);
	secret_wipe(&b, sizeof b);
}
