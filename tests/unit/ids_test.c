/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ids_test.c: ids of profiles, against values that another program worked out. */
#include "base/crypto.h"
#include "resolve/ids.h"
#include "tap.h"

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
	return tap_done();
}
