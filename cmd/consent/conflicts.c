/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/conflicts.c: persons whose identifiers disagree; one by itself cannot, so it needs
 * profiles. */
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/review.h"

const struct option conflicts_options[] = { ASKED, SPREAD, MOMENT, OPT_LAST };

int
run_conflicts(struct tool *t, struct error *e)
{
	struct review r = { .name = "conflicts", .kind = "conflict", .visit = conflicts_visit,
	    .needs_profiles = true };

	return review((struct settings *)t, &r, false, NULL, e);
}
