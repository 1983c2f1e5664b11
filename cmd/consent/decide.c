/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/decide.c: a decision line for each address. */
#include "base/error.h"
#include "cmd/consent/commands.h"

const struct option decide_options[] = {
	ASKED, QUESTION, PERSON, SPREAD, PREFERRED_ONLY,
	{ OPT_FLAG, 0, "check", AT(check), NULL,
	    "exit 1 if anything is refused", NULL },
	OPT_LAST
};

int
run_decide(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;

	return has_person(s) ? judge_subject(s, RUN_DECIDE, e) : judge_stream(s, RUN_DECIDE, e);
}
