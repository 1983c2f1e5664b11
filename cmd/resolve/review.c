/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/resolve/review.c: asks a person what the review queue asks. */
#include "base/error.h"
#include "cmd/resolve/commands.h"
#include "resolve/label.h"

const struct option review_options[] = {
	{ OPT_TEXT, 0, "verdicts", offsetof(struct settings, answers), "FILE",
	    "where answers are kept; what it answers already is not asked", NULL },
	OPT_LAST
};

int
run_review(struct tool *t, struct error *e)
{
	const struct settings *s = (const struct settings *)t;

	if (s->answers == NULL)
		return error_set(e, USAGE, "E_USAGE", "review needs --verdicts FILE");
	return label_run(t->operands[0], s->answers, e);
}
