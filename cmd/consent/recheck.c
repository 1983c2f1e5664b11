/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/recheck.c: who is to be asked again. */
#include "base/error.h"
#include "base/number.h"
#include "cmd/consent/commands.h"
#include "consent/review.h"

const struct option recheck_options[] = {
	{ OPT_TEXT, 0, "notice", AT(notice), "ID@VERSION",
	    "as if this version were the least one of its purposes", NULL },
	ASKED, MOMENT,
	OPT_NOT_YET("due", NULL),
	OPT_LAST
};

static bool
names_a_purpose(const struct policy *p, struct span notice)
{
	for (size_t i = 0; i < p->purpose_count; i++)
		if (p->purposes[i].notice.p != NULL && span_equal(p->purposes[i].notice, notice))
			return true;
	return false;
}

static int
prepare(struct settings *s, struct review *r, struct error *e)
{
	struct span text = span_from(s->notice), id;
	uint64_t version;

	if (s->notice == NULL)
		return 0;
	id = span_head(text, span_index(text, '@'));
	if (id.len == text.len || !u64_parse(span_skip(text, id.len + 1), &version) ||
	    version == 0 || version > INT32_MAX)
		return error_set(e, USAGE, "E_USAGE", "--notice wants id@version, as newsletter@8");
	if (!names_a_purpose(r->state->policy, id))
		return error_set(e, USAGE, "E_NOTICE_UNKNOWN", "no purpose has this notice");
	recheck_prepare(r, id, (int64_t)version, &s->tool.arena);
	return 0;
}

int
run_recheck(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct review r = { .name = "recheck", .kind = "recheck", .visit = recheck_visit };

	if (s->notice == NULL && s->purpose == NULL)
		return error_set(e, USAGE, "E_USAGE", "--notice or --purpose is needed");
	return review(s, &r, false, prepare, e);
}
