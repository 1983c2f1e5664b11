/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/crypto_test.c: published vectors of FIPS 180-4, RFC 4231, RFC 7693 and RFC 8439. */
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "tap.h"

static struct buf text;

static bool
is_hex(const unsigned char *bytes, size_t len, const char *want)
{
	buf_reset(&text);
	hex_write(&text, span_make((const char *)bytes, len));
	if (span_is(buf_span(&text), want))
		return true;
	printf("# got %.*s\n", (int)text.len, text.p);
	return false;
}

static bool
sha(struct span s, const char *want)
{
	unsigned char out[SHA256_BYTES];

	sha256_of(s, out);
	return is_hex(out, sizeof out, want);
}

static void
digests(void)
{
	unsigned char out[SHA256_BYTES];
	struct sha256 h;

	ok(sha(SPAN("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
	    "SHA-256 of abc");
	ok(sha(SPAN(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
	    "SHA-256 of nothing");
	ok(sha(SPAN("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
	    "SHA-256 of two blocks");
	sha256_start(&h);
	for (int i = 0; i < 10000; i++)
		sha256_add(&h, SPAN("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
	sha256_end(&h, out);
	ok(is_hex(out, sizeof out,
	    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
	    "SHA-256 of a million times a, in pieces");
}

static void
keyed(void)
{
	unsigned char out[64], key[131];
	struct span parts[3] = { SPAN("a"), SPAN(""), SPAN("bc") };

	memset(key, 0x0b, 20);
	hmac_sha256(key, 20, SPAN("Hi There"), out);
	ok(is_hex(out, 32, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
	    "HMAC-SHA-256, case 1 of RFC 4231");
	hmac_sha256((const unsigned char *)"Jefe", 4, SPAN("what do ya want for nothing?"), out);
	ok(is_hex(out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
	    "HMAC-SHA-256, case 2");
	memset(key, 0xaa, sizeof key);
	hmac_sha256(key, sizeof key,
	    SPAN("Test Using Larger Than Block-Size Key - Hash Key First"), out);
	ok(is_hex(out, 32, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
	    "HMAC-SHA-256, case 6: a key longer than a block");
	blake2b(out, 64, NULL, parts, 3);
	ok(is_hex(out, 64, "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
	    "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"),
	    "BLAKE2b-512 of abc, of RFC 7693, in pieces");
	for (int i = 0; i < KEY_BYTES; i++)
		key[i] = (unsigned char)i;
	blake2b(out, 16, key, &(struct span){ "email:ana@example.com", 21 }, 1);
	buf_reset(&text);
	base64url_write(&text, span_make((const char *)out, 16));
	ok(span_is(buf_span(&text), "ck0mgSHejyB6cXL0ujqlbg"), "a keyed token, as documented");
}

static void
signatures(void)
{
	unsigned char seed[KEY_BYTES], public[ED25519_PUBLIC], secret[ED25519_SECRET];
	unsigned char signature[ED25519_SIGNATURE];
	struct buf bytes = { 0 };

	ok(hex_read(&bytes,
	    SPAN("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")),
	    "the seed of the third test of RFC 8032");
	memcpy(seed, bytes.p, sizeof seed);
	ed25519_keys(seed, public, secret);
	ok(is_hex(public, sizeof public,
	    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"),
	    "its public key");
	ed25519_sign(secret, SPAN("\xaf\x82"), signature);
	ok(is_hex(signature, sizeof signature,
	    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
	    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
	    "its signature");
	ok(ed25519_holds(public, SPAN("\xaf\x82"), signature), "it holds");
	ok(!ed25519_holds(public, SPAN("\xaf\x83"), signature), "not for another message");
	public[0] ^= 1;
	ok(!ed25519_holds(public, SPAN("\xaf\x82"), signature), "nor by another key");
	buf_done(&bytes);
}

/* Short texts go to the library at once, long ones part by part: the borders between parts and
 * between the two ways leave no trace. */
static void
in_parts(void)
{
	enum { MOST = 1100 };
	static char bytes[MOST];
	unsigned char key[KEY_BYTES] = "a key of at most so many bytes.", wanted[32], got[32];
	struct blake2b started;
	size_t wrong = 0;

	blake2b_start(&started, sizeof got, key);
	for (size_t i = 0; i < MOST; i++)
		bytes[i] = (char)(i * 7);
	for (size_t len = 0; len <= MOST; len++) {
		struct span parts[3] = { { bytes, len / 3 }, { "", 0 },
		    { bytes + len / 3, len - len / 3 } };
		struct blake2b h;

		blake2b_start(&h, sizeof wanted, key);
		for (size_t at = 0; at < len; at++)
			blake2b_add(&h, span_make(bytes + at, 1));
		blake2b_end(&h, wanted, sizeof wanted);
		blake2b(got, sizeof got, key, parts, 3);
		wrong += memcmp(got, wanted, sizeof got) != 0;
		blake2b_from(&started, got, sizeof got, parts, 3);
		wrong += memcmp(got, wanted, sizeof got) != 0;
	}
	ok(wrong == 0, "keyed BLAKE2b of any length, in parts and byte by byte");
}

/* 32 bytes at a time, over many fillings: no two alike, and those given out are wiped. */
static bool
taken_once(void)
{
	enum { TAKEN = 200 };
	static unsigned char got[TAKEN][32];
	struct random_pool pool = { .left = 0 };
	bool good = true;

	for (int i = 0; i < TAKEN; i++) {
		random_take(&pool, got[i], sizeof got[i]);
		for (int k = 0; k < i; k++)
			good &= memcmp(got[k], got[i], sizeof got[i]) != 0;
		for (size_t k = pool.left; k < sizeof pool.bytes; k++)
			good &= pool.bytes[k] == 0;
	}
	return good;
}

static void
secrets(void)
{
	unsigned char a[32] = { 0 }, b[32] = { 0 };
	char *secret = secret_new(32);

	random_fill(a, sizeof a);
	random_fill(b, sizeof b);
	ok(memcmp(a, b, sizeof a) != 0, "random bytes differ");
	ok(secret_equal(a, a, 32) && !secret_equal(a, b, 32), "secrets are compared");
	secret_wipe(a, sizeof a);
	memset(b, 0, sizeof b);
	ok(memcmp(a, b, sizeof a) == 0, "a wiped secret is gone");
	memset(secret, 1, 32);
	secret_free(secret);
	secret_free(NULL);
	ok(taken_once(), "what a pool gives is never given again, nor kept");
}

static void
one_time(void)
{
	static const unsigned char key[KEY_BYTES] = { 0x85, 0xd6, 0xbe, 0x78, 0x57, 0x55, 0x6d, 0x33,
	    0x7f, 0x44, 0x52, 0xfe, 0x42, 0xd5, 0x06, 0xa8, 0x01, 0x03, 0x80, 0x8a, 0xfb, 0x0d, 0xb2,
	    0xfd, 0x4a, 0xbf, 0xf6, 0xaf, 0x41, 0x49, 0xf5, 0x1b };
	unsigned char out[POLY1305_BYTES];

	poly1305(key, SPAN("Cryptographic Forum Research Group"), out);
	ok(is_hex(out, sizeof out, "a8061dc1305136c6c22b8baf0c0127a9"), "Poly1305 of RFC 8439, 2.5.2");
}

int
main(void)
{
	digests();
	one_time();
	keyed();
	in_parts();
	signatures();
	secrets();
	buf_done(&text);
	return tap_done();
}
