/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/verify.c: is the ledger what it was? */
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/verify.h"
#include "io/out.h"

const struct option verify_options[] = {
	OPT_NOT_YET("full", NULL), OPT_NOT_YET("quick", NULL), OPT_NOT_YET("evidence", NULL),
	OPT_NOT_YET("since", "FILE"), OPT_NOT_YET("trust", "FILE"), ELSEWHERE,
	OPT_LAST
};

int
run_verify(struct tool *t, struct error *e)
{
	struct out *out = tool_out(t, e);
	int sound = out == NULL ? -1 : verify_ledger(t->state, out_buffer(out), e);

	if (sound == 0)
		t->status = STATUS_REFUSED;
	return sound < 0 ? -1 : 0;
}
