/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/crypto.c: libsodium behind our own names. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct sha256), "state fits");
_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct blake2b), "state fits");
_Static_assert(crypto_sign_SEEDBYTES == KEY_BYTES && crypto_sign_BYTES == ED25519_SIGNATURE &&
    crypto_sign_PUBLICKEYBYTES == ED25519_PUBLIC && crypto_sign_SECRETKEYBYTES == ED25519_SECRET,
    "sizes of Ed25519");

enum { GATHERED = 256 };		/* bytes: an identifier or a verdict, and some more */

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
sha256_hex(struct span s, char *out, size_t digits)
{
	unsigned char hash[SHA256_BYTES];
	struct buf hex = { 0 };

	sha256_of(s, hash);
	hex_write(&hex, span_make((const char *)hash, sizeof hash));
	memcpy(out, hex.p, digits);
	out[digits] = '\0';
	buf_done(&hex);
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
blake2b_start(struct blake2b *h, size_t out_len, const unsigned char *key)
{
	pthread_once(&once, start);	/* also picks the fast code of this machine */
	crypto_generichash_init((void *)h->state, key, key == NULL ? 0 : KEY_BYTES, out_len);
}

void
blake2b_add(struct blake2b *h, struct span s)
{
	crypto_generichash_update((void *)h->state, (const unsigned char *)s.p, s.len);
}

void
blake2b_end(struct blake2b *h, unsigned char *out, size_t out_len)
{
	crypto_generichash_final((void *)h->state, out, out_len);
	sodium_memzero(h->state, sizeof h->state);
}

/* The parts one after another, if they are that short: one call of the library costs less than one
 * a part. */
static bool
gather(char all[GATHERED], size_t *n, const struct span *parts, size_t count)
{
	*n = 0;
	for (size_t i = 0; i < count; i++) {
		if (parts[i].len > GATHERED - *n)
			return false;
		if (parts[i].len > 0)
			memcpy(all + *n, parts[i].p, parts[i].len);
		*n += parts[i].len;
	}
	return true;
}

void
blake2b(unsigned char *out, size_t out_len, const unsigned char *key,
    const struct span *parts, size_t count)
{
	struct blake2b h;
	char all[GATHERED];
	size_t n;

	if (gather(all, &n, parts, count)) {
		pthread_once(&once, start);	/* also picks the fast code of this machine */
		crypto_generichash(out, out_len, (const unsigned char *)all, n, key,
		    key == NULL ? 0 : KEY_BYTES);
		return;
	}
	blake2b_start(&h, out_len, key);
	for (size_t i = 0; i < count; i++)
		blake2b_add(&h, parts[i]);
	blake2b_end(&h, out, out_len);
}

void
blake2b_from(const struct blake2b *started, unsigned char *out, size_t out_len,
    const struct span *parts, size_t count)
{
	struct blake2b h = *started;
	char all[GATHERED];
	size_t n;

	if (gather(all, &n, parts, count)) {
		blake2b_add(&h, span_make(all, n));
	} else {
		for (size_t i = 0; i < count; i++)
			blake2b_add(&h, parts[i]);
	}
	blake2b_end(&h, out, out_len);
}

void
ed25519_keys(const unsigned char seed[KEY_BYTES], unsigned char public[ED25519_PUBLIC],
    unsigned char secret[ED25519_SECRET])
{
	crypto_sign_seed_keypair(public, secret, seed);
}

void
ed25519_sign(const unsigned char secret[ED25519_SECRET], struct span message,
    unsigned char signature[ED25519_SIGNATURE])
{
	crypto_sign_detached(signature, NULL, (const unsigned char *)message.p, message.len, secret);
}

bool
ed25519_holds(const unsigned char public[ED25519_PUBLIC], struct span message,
    const unsigned char signature[ED25519_SIGNATURE])
{
	return crypto_sign_verify_detached(signature, (const unsigned char *)message.p, message.len,
	    public) == 0;
}

void
random_fill(void *p, size_t bytes)
{
	pthread_once(&once, start);
	randombytes_buf(p, bytes);
}

void
random_take(struct random_pool *p, void *to, size_t bytes)
{
	assert(bytes <= sizeof p->bytes);
	if (bytes > p->left) {
		random_fill(p->bytes, sizeof p->bytes);
		p->left = sizeof p->bytes;
	}
	p->left -= bytes;
	memcpy(to, p->bytes + p->left, bytes);
	sodium_memzero(p->bytes + p->left, bytes);
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

void
poly1305(const unsigned char key[KEY_BYTES], struct span s, unsigned char out[POLY1305_BYTES])
{
	crypto_onetimeauth_poly1305(out, (const unsigned char *)s.p, s.len, key);
}
