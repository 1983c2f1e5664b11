/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/lint.c: what is wrong with a policy. */
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/policy_check.h"
#include "io/out.h"

const struct option lint_options[] = {
	POLICY,
	{ OPT_FLAG, 0, "strict", offsetof(struct tool, strict), NULL, "warnings count as errors", NULL },
	{ OPT_FLAG, 0, "json", AT(json), NULL, "a JSON object a line", NULL },
	OPT_NOT_YET("sample", "FILE"),
	OPT_NOT_YET("mapping", "FILE"),
	OPT_LAST
};

int
run_lint(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct lint_moment m = { .now = INSTANT_NONE };
	struct policy_check check = { 0 };
	struct out *out = tool_out(t, e);
	int r = out == NULL ? -1 : policy_check(&check, s->policy, &m, e);

	if (r == 0) {
		policy_check_print(&check, s->json, out_buffer(out));
		if (policy_check_errors(&check, t->strict) > 0)
			t->status = STATUS_REFUSED;
	}
	policy_check_done(&check);
	return r;
}
