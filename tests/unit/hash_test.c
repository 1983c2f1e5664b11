/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/hash_test.c: two words hash like their bytes, and the hash is XXH3. */
#include "base/hash.h"
#include "tap.h"

enum { TRIALS = 1000 };

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
	return tap_done();
}
