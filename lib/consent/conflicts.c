/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/conflicts.c: a yes here and a no there, of one person. */
#include "consent/review.h"
#include "io/json_write.h"

bool
conflicts_visit(const struct review *r, const struct review_case *c, struct buf *out)
{
	struct json_writer w;

	if (strcmp(c->ruling->code, "D_CONFLICT_LINKED") != 0)
		return false;
	w = review_line(r, c, out);
	review_events(c, "grants", false, &w);
	review_events(c, "refusals", true, &w);
	review_line_end(&w);
	return true;
}
