/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/decide_property_test.c: what holds for every ledger, on 100,000 random small ones */
#include "decide_property.h"
#include "tap.h"

enum { TRIALS = 100000, SEED = 20260601 };

int
main(void)
{
	unsigned failed[PROPERTIES] = { 0 }, permits = 0, skips = 0;

	draw_begin(SEED, TRIALS);
	for (int i = 0; i < TRIALS; i++) {
		struct consent_case c = { 0 };
		struct ruling r;

		random_case(&c, (size_t)draw(7));
		r = answer(&c, "abp");
		permits += r.permitted;
		skips += r.skipped;
		for (size_t p = 0; p < PROPERTIES; p++)
			failed[p] += decide_properties[p].fails(c);
	}
	for (size_t p = 0; p < PROPERTIES; p++)
		ok(failed[p] == 0, "%s: %u of %d fail", decide_properties[p].name, failed[p], TRIALS);
	ok(permits > TRIALS / 50 && permits < TRIALS / 2, "both answers occur: %u permits", permits);
	ok(skips > TRIALS / 2000, "and some are skipped: %u", skips);
	return tap_done();
}
