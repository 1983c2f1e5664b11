/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/blake2b.h: keyed BLAKE2b (RFC 7693) of many short texts under one key. The key fills a
 * block of its own, so that taking it in once leaves one block of work for each text. */
#ifndef CDP_BASE_BLAKE2B_H
#define CDP_BASE_BLAKE2B_H

#include "base/span.h"	/* passed by value */
#include <stdint.h>

/* As secret as the key: whoever has it can make every hash. */
struct blake2b_key {
	uint64_t	state[8];
	size_t		out_len;
};

/* key has KEY_BYTES bytes, out_len is 16…64. */
void blake2b_take(struct blake2b_key *k, const unsigned char *key, size_t out_len);
/* out_len bytes: what blake2b() of crypto.h says of the same key and spans. One of them is not
 * empty. */
void blake2b_under(const struct blake2b_key *k, unsigned char *out, const struct span *parts,
    size_t count);

#endif
