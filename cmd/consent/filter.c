/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/filter.c: the egress gate: profiles in, their permitted part out. */
#include "base/error.h"
#include "cmd/consent/commands.h"

const struct option filter_options[] = {
	ASKED, QUESTION,
	{ OPT_OUTPUT, 0, "denied", AT(side), "FILE",
	    "a decision line for each profile refused", NULL },
	{ OPT_TEXT, 0, "baseline", AT(guards.baseline), "FILE",
	    "summary of an earlier run of the same question", NULL },
	{ OPT_TEXT, 0, "max-drop", AT(guards.max_drop), "PCT",
	    "nothing leaves if the rows are fewer than then by more than this share", NULL },
	{ OPT_TEXT, 0, "max-grow", AT(guards.max_grow), "PCT", "the same if they are more", NULL },
	{ OPT_FLAG, 0, "first-run", AT(guards.first_run), NULL,
	    "a baseline that is not there yet is no error", NULL },
	SPREAD, PREFERRED_ONLY,
	{ OPT_TEXT, 0, "seal-key", AT(seal_key), "FILE",
	    "seal each decision with this key", NULL },
	OPT_NOT_YET("merge-join", NULL),
	OPT_LAST
};

int
run_filter(struct tool *t, struct error *e)
{
	return judge_stream((struct settings *)t, RUN_FILTER, e);
}
