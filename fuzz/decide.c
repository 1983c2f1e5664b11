/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/decide.c: a ledger of up to eleven events, a purpose and a place, drawn from the bytes; what
 * holds for every decision (tests/unit/decide_property.h) holds for the one about them. */
#include "../tests/unit/decide_property.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EVENTS = 12 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct consent_case c = { 0 };

	draw_from(data, size);
	random_case(&c, (size_t)draw(EVENTS));
	for (size_t p = 0; p < PROPERTIES; p++) {
		if (decide_properties[p].fails(c) == 0)
			continue;
		fprintf(stderr, "%s\n", decide_properties[p].name);
		abort();
	}
	return 0;
}
