/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/expire.c: what lapses within a time. */
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/review.h"

const struct option expire_options[] = {
	{ OPT_TEXT, 0, "within", AT(within), "DURATION", "list what is over by then, as P30D", NULL },
	ASKED, SPREAD, MOMENT,
	OPT_LAST
};

static int
prepare(struct settings *s, struct review *r, struct error *e)
{
	struct duration within;

	if (s->within == NULL || !duration_parse(span_from(s->within), &within))
		return error_set(e, USAGE, "E_USAGE", "--within wants a duration, as P30D");
	expire_prepare(r, instant_add(r->state->as_of, within, 1));
	return 0;
}

int
run_expire(struct tool *t, struct error *e)
{
	struct review r = { .name = "expire", .kind = "expiry", .visit = expire_visit };

	return review((struct settings *)t, &r, true, prepare, e);
}
