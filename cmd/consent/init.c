/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/init.c: a ledger, its keys, and the first policy. */
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "cmd/consent/publication.h"
#include "consent/ledger.h"
#include "consent/ledger_write.h"
#include "consent/policy_check.h"

#include <string.h>

const struct option init_options[] = {
	{ OPT_TEXT, 0, "name", AT(name), "LOG", "name of the ledger, like shop.example/consent", NULL },
	{ OPT_FLAG, 0, "new-keys", AT(new_keys), NULL, "make the keys too", NULL },
	{ OPT_CHOICE, 0, "subjects", AT(subjects), "MODE",
	    "vault: tokens that can be erased (default); keyed: tokens that follow from the key", "keyed|vault" },
	POLICY,
	OPT_NOT_YET("from", "OLD"), ELSEWHERE,
	OPT_LAST
};

int
run_init(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct lint_moment m = { .now = now_of(t) };
	struct policy_check check = { 0 };
	struct ledger_writer *w = NULL;
	struct ledger_new n = { .place = place_of(t), .name = s->name, .new_keys = s->new_keys,
	    .vault = s->subjects == NULL || strcmp(s->subjects, "vault") == 0,
	    .segment = TLOG_SEGMENT };
	int r;

	if (s->name == NULL)
		return error_set(e, USAGE, "E_USAGE", "--name is missing");
	r = publication_check(s, &m, &check, e);
	if (r == 0)
		r = ledger_make(&n, e);
	if (r == 0)
		w = open_writer(t, false, e);
	r = w == NULL ? -1 : publication_add(s, w, &check, e);
	writer_close(w);
	policy_check_done(&check);
	return r;
}
