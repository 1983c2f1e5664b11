/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/explain.c: decisions in words. */
#include "base/error.h"
#include "cmd/consent/commands.h"

const struct option explain_options[] = {
	ASKED, QUESTION, PERSON,
	{ OPT_FLAG, 0, "json", AT(json), NULL,
	    "one JSON object per answer", NULL },
	OPT_NOT_YET("all", NULL), OPT_NOT_YET("lang", "LANG"),
	OPT_LAST
};

int
run_explain(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	enum run_command command = s->json ? RUN_EXPLAIN_JSON : RUN_EXPLAIN;

	return has_person(s) ? judge_subject(s, command, e) : judge_stream(s, command, e);
}
