/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ids_test.c: ids of profiles, against values that another program worked out. */
#include "base/alloc.h"
#include "base/crypto.h"
#include "base/error.h"
#include "resolve/ids.h"
#include "tap.h"

enum { CLUSTERS = 3000 };

/* Ids of a few letters, of which some are no digits of base32, so that many begin alike. */
static void
order(bool twice)
{
	static const char letters[] = "0az~O9hi";
	struct clusters c = { .list = mem_alloc(CLUSTERS * sizeof *c.list), .count = CLUSTERS };
	struct error e = { 0 };
	size_t wrong = 0;
	uint64_t sum = 0;
	int r;

	for (uint32_t i = 0; i < CLUSTERS; i++) {
		struct cluster *one = &c.list[i];
		uint64_t x = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);

		*one = (struct cluster){ .leader = i };
		for (int k = 0; k < PROFILE_ID_LEN; k++)
			one->id[k] = k == 0 ? 'p' : letters[x >> (5 * k % 59) & (k < 5 ? 1 : 7)];
	}
	if (twice)
		memcpy(c.list[7].id, c.list[2900].id, sizeof c.list[7].id);
	r = clusters_sort(&c, 2, &e);
	for (size_t i = 0; i < CLUSTERS; i++) {
		sum += c.list[i].leader;
		wrong += i > 0 && strcmp(c.list[i - 1].id, c.list[i].id) > 0;
	}
	ok(wrong == 0 && sum == (uint64_t)CLUSTERS * (CLUSTERS - 1) / 2 && (r < 0) == twice &&
	    (r == 0 || strcmp(e.code, "E_ID_CLASH") == 0), "%s ids are put in order",
	    twice ? "clashing" : "different");
	clusters_done(&c);
}

int
main(void)
{
	char id[PROFILE_ID_LEN + 1], other[PROFILE_ID_LEN + 1];
	unsigned char key[KEY_BYTES] = { 0 };

	profile_id(id, SPAN("people:1"), NULL, 0);
	is_text(id, strlen(id), "pn95x27qpmn6ajkc8ss7kkjjx2m", "the id of a record without a key");
	profile_id(id, SPAN("people:1"), key, 0);
	is_text(id, strlen(id), "p0ym68p9534m0zvtenwmee1k2mc", "and with a key of zeros");
	key[KEY_BYTES - 1] = 1;
	profile_id(other, SPAN("people:1"), key, 0);
	ok(strcmp(id, other) != 0, "another key makes another id");
	profile_id(id, SPAN("people:1"), NULL, 1);
	profile_id(other, SPAN("people:1"), NULL, 2);
	ok(strcmp(id, other) != 0, "so does another generation");
	order(false);
	order(true);
	return tap_done();
}
