/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/gate.c: the merge gate: records in, those that may be linked out. */
#include "base/error.h"
#include "cmd/consent/commands.h"

const struct option gate_options[] = {
	{ OPT_TEXT, 0, "purpose", AT(purpose), "ID",
	    "what records are linked for (default identity_resolution)", NULL },
	QUESTION,
	{ OPT_OUTPUT, 0, "quarantine", AT(side), "FILE",
	    "records refused, to be tried again", NULL },
	OPT_LAST
};

int
run_gate(struct tool *t, struct error *e)
{
	return judge_stream((struct settings *)t, RUN_GATE, e);
}
