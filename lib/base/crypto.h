/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/crypto.h: whole constructions of libsodium; the only module that includes sodium.h. */
#ifndef CDP_BASE_CRYPTO_H
#define CDP_BASE_CRYPTO_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32, KEY_BYTES = 32 };
enum { ED25519_PUBLIC = 32, ED25519_SECRET = 64, ED25519_SIGNATURE = 64 };

/* A running SHA-256 (FIPS 180-4); opaque bytes, big and aligned enough for the library's. */
struct sha256 {
	_Alignas(16) unsigned char state[128];
};

void sha256_start(struct sha256 *h);
void sha256_add(struct sha256 *h, struct span s);
void sha256_end(struct sha256 *h, unsigned char out[SHA256_BYTES]);
void sha256_of(struct span s, unsigned char out[SHA256_BYTES]);
/* Its first digits, 64 at most, in lower-case hex, and a NUL. */
void sha256_hex(struct span s, char *out, size_t digits);
void hmac_sha256(const unsigned char *key, size_t key_len, struct span s,
    unsigned char out[SHA256_BYTES]);

/* Poly1305 (RFC 8439): three times as fast as the others, under a key that is for this message alone: two
 * messages under one key give it away. */
enum { POLY1305_BYTES = 16 };
void poly1305(const unsigned char key[KEY_BYTES], struct span s, unsigned char out[POLY1305_BYTES]);

/* A running BLAKE2b (RFC 7693), as struct sha256. */
struct blake2b {
	_Alignas(64) unsigned char state[384];
};

/* `out_len` 16…64 bytes; key NULL is unkeyed, else it has KEY_BYTES bytes. */
void blake2b_start(struct blake2b *h, size_t out_len, const unsigned char *key);
void blake2b_add(struct blake2b *h, struct span s);
void blake2b_end(struct blake2b *h, unsigned char *out, size_t out_len);
/* BLAKE2b (RFC 7693) of `count` spans one after another, `out_len` 16…64 bytes;
 * key NULL is unkeyed, else it has KEY_BYTES bytes. */
void blake2b(unsigned char *out, size_t out_len, const unsigned char *key,
    const struct span *parts, size_t count);

/* The same of a running one that was only started, which stays as it is: a key that hashes many texts is
 * taken in once. It is as secret as the key; `out_len` is that of its start. */
void blake2b_from(const struct blake2b *started, unsigned char *out, size_t out_len,
    const struct span *parts, size_t count);

/* Ed25519 (RFC 8032). A seed is KEY_BYTES of random; `secret` is made of it and is as secret. */
void ed25519_keys(const unsigned char seed[KEY_BYTES], unsigned char public[ED25519_PUBLIC],
    unsigned char secret[ED25519_SECRET]);
void ed25519_sign(const unsigned char secret[ED25519_SECRET], struct span message,
    unsigned char signature[ED25519_SIGNATURE]);
/* Refuses also what RFC 8032 leaves open: keys and R of small order, S and points in a spelling
 * that is not the canonical one. */
bool ed25519_holds(const unsigned char public[ED25519_PUBLIC], struct span message,
    const unsigned char signature[ED25519_SIGNATURE]);

void random_fill(void *p, size_t bytes);		/* from the kernel; failure ends the program */
/* The same for many small things that are no keys, such as salts: from the kernel some kilobytes at a
 * time, wiped here as they are given out. A zeroed struct is an empty pool. */
struct random_pool {
	unsigned char	bytes[2048];
	size_t		left;
};
void random_take(struct random_pool *p, void *to, size_t bytes);	/* at most what a pool holds */
bool secret_equal(const void *a, const void *b, size_t bytes);	/* in constant time */
void *secret_new(size_t bytes);				/* locked memory that is wiped when freed */
void secret_free(void *p);				/* NULL is fine */
void secret_wipe(void *p, size_t bytes);

#endif
