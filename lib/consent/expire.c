/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/expire.c: permits that will be over: a consent of its age or with its end, a
 * contract, a birthday. What any permit is over by, whoever's it is, is not asked here. */
#include "consent/review.h"
#include "io/json_write.h"

/* A permit holds until the earliest of its own ends and this one, so what is shorter has one. */
void
expire_prepare(struct review *r, instant until)
{
	r->until = until;
	for (size_t i = 0; i < r->count; i++) {
		r->judges[i].question.least_validity = until + 1;
		r->judges[i].question.has_least_validity = true;
	}
}

bool
expire_visit(const struct review *r, const struct review_case *c, struct buf *out)
{
	struct json_writer w;

	if ((!c->ruling->permitted && !c->ruling->skipped) ||
	    c->ruling->valid_until == INSTANT_NONE || c->ruling->valid_until > r->until)
		return false;
	w = review_line(r, c, out);
	review_time(&w, "lapses", c->ruling->valid_until);
	review_events(c, "evidence", false, &w);
	review_line_end(&w);
	return true;
}
