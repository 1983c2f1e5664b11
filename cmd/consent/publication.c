/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/publication.c: held against the rules, then an event of the ledger. */
#include "base/buf.h"
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "cmd/consent/publication.h"
#include "consent/basis_clock.h"
#include "consent/ledger.h"
#include "consent/ledger_write.h"
#include "consent/policy_check.h"

/* Said before the rules are: that it is too late for its own effective_from would be an odd answer. */
static bool
is_published(const struct lint_moment *m, const struct policy_check *check)
{
	bool is = false;

	for (size_t i = 0; i < m->published_count; i++)
		is |= span_is(m->published[i]->digest, check->document.digest);
	return is;
}

int
publication_check(struct settings *s, const struct lint_moment *m, struct policy_check *check,
    struct error *e)
{
	const struct faults *f = &check->faults;
	const struct fault *first = NULL;

	if (policy_check(check, s->policy, m, e) < 0)
		return -1;
	if (is_published(m, check))
		return error_set(e, REFUSED, "E_POLICY", "this policy is published already");
	for (size_t i = 0; i < f->count; i++) {
		const struct fault *x = &f->list[i];
		bool warning = lint_is_warning(x->code);

		tool_notice(&s->tool, "%s %s %s: %s", warning ? "warning" : "error", x->code, x->path, x->text);
		if (first == NULL && !warning)
			first = x;
	}
	if (first == NULL)
		return 0;
	/* lint alone would not see what depends on the policies published before */
	return error_set(e, USAGE, "E_POLICY", "%s: errors %zu, the first %s %s: %s", s->policy,
	    policy_check_errors(check, false), first->code, first->path, first->text);
}

static void
tell_published(struct settings *s, struct ledger_writer *w, const struct policy_check *check)
{
	const struct ledger *l = writer_ledger(w);
	struct buf text = { 0 };
	struct span rest, line;

	writer_torn_text(w, &text);
	tool_notice(&s->tool, "published policy %.12s%.*s", check->document.digest,
	    SPAN_ARG(buf_span(&text)));
	buf_reset(&text);
	if (l->policy_count > 0)
		basis_clocks_tell(l->policies[l->policy_count - 1], check->policy, &text);
	for (rest = buf_span(&text); span_split(&rest, '\n', &line) && line.len > 0;)
		tool_notice(&s->tool, "%.*s", SPAN_ARG(line));
	buf_done(&text);
}

int
publication_add(struct settings *s, struct ledger_writer *w, const struct policy_check *check,
    struct error *e)
{
	if (writer_add_policy(w, &check->document, e) < 0 || writer_commit(w, UINT64_MAX, e) < 0)
		return -1;
	tell_published(s, w, check);
	return 0;
}
