/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/publish.c: a later policy is put in force. */
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "cmd/consent/publication.h"
#include "consent/ledger.h"
#include "consent/ledger_write.h"
#include "consent/policy_check.h"

const struct option publish_options[] = { POLICY, ELSEWHERE, OPT_LAST };

/* Under the lock from the first look at what is published: another publication in between would
 * have been a different policy to lint against. */
int
run_publish(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct policy_check check = { 0 };
	struct ledger_writer *w;
	int r = -1;

	if (s->policy == NULL)
		return error_set(e, USAGE, "E_USAGE", "--policy is missing");
	w = open_writer(t, false, e);
	if (w != NULL) {
		const struct ledger *l = writer_ledger(w);
		struct lint_moment m = { .now = writer_recv(w), .published = l->policies,
		    .published_count = l->policy_count };
		instant next;

		m.in_force = ledger_policy(l, m.now, &next);
		r = publication_check(s, &m, &check, e);
		if (r == 0)
			r = publication_add(s, w, &check, e);
	}
	policy_check_done(&check);
	writer_close(w);
	return r;
}
