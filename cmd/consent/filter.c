/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/filter.c: the egress gate: profiles in, their permitted part out. */
#include "base/error.h"
#include "cmd/consent/commands.h"

const struct option filter_options[] = {
	ASKED, QUESTION,
	{ OPT_TEXT, 0, "denied", AT(side), "FILE",
	    "a decision line for each profile refused", NULL },
	OPT_NOT_YET("spread", "FILE"), OPT_NOT_YET("baseline", "FILE"), OPT_NOT_YET("max-drop", "PCT"),
	OPT_NOT_YET("max-grow", "PCT"), OPT_NOT_YET("first-run", NULL),
	OPT_NOT_YET("preferred-only", NULL), OPT_NOT_YET("seal-key", "FILE"),
	OPT_NOT_YET("merge-join", NULL),
	OPT_LAST
};

int
run_filter(struct tool *t, struct error *e)
{
	return judge_stream((struct settings *)t, RUN_FILTER, e);
}
