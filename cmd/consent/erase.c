/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/erase.c: a person is taken out of the ledger. */
#include "base/buf.h"
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/erase.h"
#include "consent/event_id.h"
#include "consent/ledger.h"
#include "consent/ledger_write.h"
#include "consent/person.h"
#include "consent/subject.h"
#include "io/json_write.h"
#include "io/out.h"

const struct option erase_options[] = {
	PERSON,
	{ OPT_TEXT, 0, "by", AT(by), "REF", "who decided it: an id, no name", NULL },
	{ OPT_FLAG, 0, "no-suppress", AT(no_suppress), NULL, "the person may come back", NULL },
	{ OPT_TIME, 0, "keep-proof-until", AT(keep_proof), "DATE",
	    "keep what proves what was said, for prove --proof-vault, until then", NULL },
	ELSEWHERE,
	OPT_LAST
};

static int
check_options(const struct settings *s, struct error *e)
{
	if (!has_person(s))
		return error_set(e, USAGE, "E_USAGE", "--subject-file (or --subject-fd) is needed");
	if (s->by == NULL || !event_id_readable(span_from(s->by)))
		return error_set(e, USAGE, "E_USAGE",
		    "--by says who decided it, as an id of letters, digits and . _ : -");
	if (s->keep_proof.given && s->keep_proof.at <= now_of(&s->tool))
		return error_set(e, USAGE, "E_USAGE", "--keep-proof-until is over already");
	return 0;
}

/* Before anything is locked or recovered. */
static int
check_ledger(struct tool *t, struct error *e)
{
	struct ledger l;
	int r = ledger_look(&l, place_of(t), e);

	if (r == 0 && !l.origin.vault)
		r = error_set(e, USAGE, "E_USAGE", "nobody can be erased from a ledger with keyed subjects: "
		    "its tokens follow from the key (init --subjects vault makes the other kind)");
	ledger_close(&l);
	return r;
}

static int
read_person(struct settings *s, const struct ledger_writer *w, struct person *person,
    struct subject *subject, struct error *e)
{
	const struct policy *policy;
	instant next;

	policy = ledger_policy(writer_ledger(w), writer_recv(w), &next);
	if (policy == NULL)
		return error_set(e, UNSAFE, "E_POLICY", "no policy is in force");
	return open_person(s, subject, e) < 0 ? -1 :
	    person_read(subject, policy, true, person, &s->tool.arena, e);
}

static void
tell(struct settings *s, const struct ledger_writer *w, const struct erase_report *r,
    const struct erase_act *act)
{
	struct json_writer *summary = tool_summary(&s->tool);
	struct buf text = { 0 };

	json_member_string(summary, "command", SPAN("erase"));
	json_member_u64(summary, "identifiers", r->erased);
	json_member_u64(summary, "lines", r->lines);
	json_member_u64(summary, "evidence", r->evidence);
	json_member_u64(summary, "suppressed", r->suppressed.added);
	erase_report_text(r, act, &text);
	writer_torn_text(w, &text);
	tool_notice(&s->tool, "%.*s", SPAN_ARG(buf_span(&text)));
	buf_done(&text);
}

int
run_erase(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct erase_act act = { .by = span_from(s->by), .suppress = !s->no_suppress,
	    .keep_until = s->keep_proof.given ? s->keep_proof.at : INSTANT_NONE };
	struct erase_report report = { 0 };
	struct ledger_writer *w = NULL;
	struct subject subject = { 0 };
	struct person person;
	struct out *out;
	int r;

	if (check_options(s, e) < 0 || check_ledger(t, e) < 0)
		return -1;
	out = tool_out(t, e);
	if (out != NULL)
		w = open_writer(t, true, e);
	r = w == NULL || read_person(s, w, &person, &subject, e) < 0 ? -1 :
	    erase_person(w, &person, &act, &report, e);
	if (r == 0) {
		erase_report_write(&report, &act, out_buffer(out));
		tell(s, w, &report, &act);
	}
	subject_close(&subject);
	erase_report_done(&report);
	writer_close(w);
	return r;
}
