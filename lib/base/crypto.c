/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/crypto.c: libsodium behind our own names. */
#include "base/alloc.h"
#include "base/crypto.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct sha256), "state fits");

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* sodium_init opens the source of random; without it nothing here may go on. */
static void
start(void)
{
	if (sodium_init() < 0)
		abort();
}

void
sha256_start(struct sha256 *h)
{
	crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)h->state);
}

void
sha256_add(struct sha256 *h, struct span s)
{
	crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)h->state,
	    (const unsigned char *)s.p, s.len);
}

void
sha256_end(struct sha256 *h, unsigned char out[SHA256_BYTES])
{
	crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)h->state, out);
}

void
sha256_of(struct span s, unsigned char out[SHA256_BYTES])
{
	crypto_hash_sha256(out, (const unsigned char *)s.p, s.len);
}

void
hmac_sha256(const unsigned char *key, size_t key_len, struct span s,
    unsigned char out[SHA256_BYTES])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, key_len);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)s.p, s.len);
	crypto_auth_hmacsha256_final(&state, out);
	sodium_memzero(&state, sizeof state);
}

void
blake2b(unsigned char *out, size_t out_len, const unsigned char *key,
    const struct span *parts, size_t count)
{
	crypto_generichash_state state;

	pthread_once(&once, start);	/* also picks the fast code of this machine */
	crypto_generichash_init(&state, key, key == NULL ? 0 : KEY_BYTES, out_len);
	for (size_t i = 0; i < count; i++)
		crypto_generichash_update(&state, (const unsigned char *)parts[i].p, parts[i].len);
	crypto_generichash_final(&state, out, out_len);
	sodium_memzero(&state, sizeof state);
}

void
random_fill(void *p, size_t bytes)
{
	pthread_once(&once, start);
	randombytes_buf(p, bytes);
}

bool
secret_equal(const void *a, const void *b, size_t bytes)
{
	return sodium_memcmp(a, b, bytes) == 0;
}

void *
secret_new(size_t bytes)
{
	void *p;

	pthread_once(&once, start);
	p = sodium_malloc(bytes);
	if (p == NULL)
		mem_exhausted();
	return p;
}

void
secret_free(void *p)
{
	sodium_free(p);
}

void
secret_wipe(void *p, size_t bytes)
{
	sodium_memzero(p, bytes);
}
