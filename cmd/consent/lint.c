/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/lint.c: what is wrong with a policy. */
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/policy_check.h"
#include "consent/policy_mapping.h"
#include "consent/policy_sample.h"
#include "io/out.h"

const struct option lint_options[] = {
	POLICY,
	{ OPT_FLAG, 0, "strict", offsetof(struct tool, strict), NULL, "warnings count as errors", NULL },
	{ OPT_FLAG, 0, "json", AT(json), NULL, "a JSON object a line", NULL },
	{ OPT_TEXT, 0, "sample", AT(sample), "FILE",
	    "records or profiles, whose attributes should all be declared", NULL },
	{ OPT_TEXT, 0, "mapping", AT(mapping), "FILE",
	    "a mapping of cdp-ingest, which should say what the policy says", NULL },
	OPT_LAST
};

/* Only a policy that reads well says anything about other files. */
static int
check_others(const struct settings *s, struct policy_check *check, struct error *e)
{
	if (policy_check_errors(check, false) > 0) {
		if (s->mapping != NULL || s->sample != NULL)
			tool_notice(&s->tool, "--sample and --mapping wait for a policy without errors");
		return 0;
	}
	if (s->mapping != NULL &&
	    policy_lint_mapping(check->policy, s->mapping, &check->faults, e) < 0)
		return -1;
	return s->sample == NULL ? 0 : policy_lint_sample(check->policy, s->sample, &check->faults, e);
}

int
run_lint(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct lint_moment m = { .now = INSTANT_NONE };
	struct policy_check check = { 0 };
	struct out *out = tool_out(t, e);
	int r = out == NULL ? -1 : policy_check(&check, s->policy, &m, e);

	if (r == 0)
		r = check_others(s, &check, e);
	if (r == 0) {
		policy_check_print(&check, s->json, out_buffer(out));
		if (policy_check_errors(&check, t->strict) > 0)
			t->status = STATUS_REFUSED;
	}
	policy_check_done(&check);
	return r;
}
