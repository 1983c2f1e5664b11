/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/hash_test.c: two words hash like their bytes, the hash is XXH3, and sums have no order. */
#include "base/hash.h"
#include "tap.h"

enum { TRIALS = 1000 };

/* Of the first texts, in one order or the other, `twice` of them again. */
static struct hash128
sum_of(unsigned count, bool back, unsigned twice)
{
	struct hash128 sum = { 0 };

	for (unsigned i = 0; i < count + twice; i++) {
		unsigned n = (back ? count + twice - 1 - i : i) % count;

		hash128_add(&sum, hash128(span_make((const char *)&n, sizeof n), 0));
	}
	return sum;
}

static bool
equal(struct hash128 a, struct hash128 b)
{
	return a.lo == b.lo && a.hi == b.hi;
}

static void
sums(void)
{
	struct hash128 most = { UINT64_MAX, UINT64_MAX - 1 }, one = { 1, 0 };

	hash128_add(&most, one);
	ok(equal(most, (struct hash128){ 0, UINT64_MAX }), "a sum carries from its lower half to the upper");
	hash128_add(&most, (struct hash128){ 5, 1 });
	ok(equal(most, (struct hash128){ 5, 0 }), "and is modulo 2^128");
	ok(equal(sum_of(TRIALS, false, 0), sum_of(TRIALS, true, 0)), "it is the same backwards");
	ok(!equal(sum_of(TRIALS, false, 0), sum_of(TRIALS, false, 1)) &&
	    !equal(sum_of(TRIALS, false, 2), sum_of(TRIALS, false, 1)),
	    "and another when something is there twice");
}

int
main(void)
{
	bool same = true;

	for (uint64_t i = 0; i < TRIALS; i++) {
		uint64_t first = i * UINT64_C(0x9e3779b97f4a7c15), second = ~first >> (i % 64);
		char bytes[16];

		for (unsigned k = 0; k < 8; k++) {
			bytes[k] = (char)(first >> 8 * k);
			bytes[8 + k] = (char)(second >> 8 * k);
		}
		same = same &&
		    hash64(span_make(bytes, 16), i) == hash64_pair(first, second, i);
	}
	ok(same, "two words hash like their sixteen bytes");
	ok(hash64(SPAN(""), 0) == UINT64_C(0x2d06800538d394c2), "nothing hashes as XXH3 says");
	sums();
	return tap_done();
}
