/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/verify.c: is the ledger what it was? */
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/verify.h"
#include "io/out.h"

const struct option verify_options[] = {
	{ OPT_FLAG, 0, "full", AT(full), NULL, "every line and every checkpoint (the default)", NULL },
	{ OPT_FLAG, 0, "quick", AT(quick), NULL, "signature, roots and the last segment only", NULL },
	{ OPT_FLAG, 0, "evidence", AT(evidence), NULL, "also open every commit whose evidence is kept", NULL },
	{ OPT_TEXT, 0, "since", AT(since), "FILE",
	    "it must continue the checkpoints in FILE, kept elsewhere", NULL },
	{ OPT_TEXT, 0, "trust", AT(trust), "FILE",
	    "verifier keys of the ledger and of witnesses, one a line", NULL },
	ELSEWHERE,
	OPT_LAST
};

int
run_verify(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct verify_options o = { .place = place_of(t), .quick = s->quick, .evidence = s->evidence,
	    .since = s->since, .trust = s->trust };
	struct out *out;
	int sound;

	if (s->quick && (s->full || s->evidence || s->since != NULL))
		return error_set(e, USAGE, "E_USAGE", "--quick looks at the end alone: not with --full, "
		    "--evidence or --since");
	out = tool_out(t, e);
	sound = out == NULL ? -1 : verify_ledger(&o, out_buffer(out), e);
	if (sound == 0)
		t->status = STATUS_REFUSED;
	return sound < 0 ? -1 : 0;
}
