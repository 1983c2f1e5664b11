/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/suppress.c: somebody must not be addressed, or not come back; and who all these
 * are. */
#include "base/buf.h"
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/event_id.h"
#include "consent/ledger.h"
#include "consent/ledger_write.h"
#include "consent/person.h"
#include "consent/receipt.h"
#include "consent/subject.h"
#include "consent/suppress.h"
#include "io/json_write.h"
#include "io/out.h"

const struct option suppress_options[] = {
	PERSON,
	{ OPT_CHOICE, 0, "cause", AT(cause), "CAUSE",
	    "erasure, complaint, legal, deceased or staff; of --list: only those",
	    "erasure|complaint|legal|deceased|staff" },
	{ OPT_TEXT, 0, "by", AT(by), "REF", "who decided it: an id, no name", NULL },
	{ OPT_LIST, 0, "lift", AT(lifts), "ID", "end the suppression of that event", NULL },
	{ OPT_OUTPUT, 0, "list", AT(list), "FILE",
	    "write the tokens in force, for cdp-ingest --suppress", NULL },
	ELSEWHERE,
	OPT_LAST
};

static int
check_options(const struct settings *s, struct error *e)
{
	bool person = has_person(s), lift = s->lifts.n > 0, list = s->list != NULL;

	if (person + lift + list != 1)
		return error_set(e, USAGE, "E_USAGE",
		    "one of --subject-file (or --subject-fd), --lift and --list is needed");
	if (!list && (s->by == NULL || !event_id_readable(span_from(s->by))))
		return error_set(e, USAGE, "E_USAGE",
		    "--by says who decided it, as an id of letters, digits and . _ : -");
	if (person && s->cause == NULL)
		return error_set(e, USAGE, "E_USAGE", "--cause is missing");
	if (lift && s->cause != NULL)
		return error_set(e, USAGE, "E_USAGE", "--cause goes with a person or --list: "
		    "what is lifted has its own");
	if (list && (s->by != NULL || s->tool.output != NULL))
		return error_set(e, USAGE, "E_USAGE", "--list writes to its FILE and decides nothing: "
		    "neither -o nor --by");
	return 0;
}

static void
tell(struct settings *s, struct ledger_writer *w, const struct suppress_counts *n)
{
	struct json_writer *summary = tool_summary(&s->tool);
	struct buf torn = { 0 };

	writer_torn_text(w, &torn);
	json_member_string(summary, "command", SPAN("suppress"));
	json_member_u64(summary, "appended", n->added);
	json_member_u64(summary, "duplicates", n->had);
	json_member_u64(summary, "left_out", n->left_out);
	tool_notice(&s->tool, "appended %llu, duplicates %llu%s%.*s", (unsigned long long)n->added,
	    (unsigned long long)n->had, n->left_out > 0 ?
	    "; a shared telephone is held only together with a family name, and there is none" : "",
	    SPAN_ARG(buf_span(&torn)));
	buf_done(&torn);
}

/* All identifiers of the person, or all lifts, or nothing. */
static int
write_events(struct settings *s, struct ledger_writer *w, struct suppress_counts *n,
    struct buf *receipts, struct error *e)
{
	struct suppress_act act = { .cause = span_from(s->cause), .by = span_from(s->by),
	    .at = writer_recv(w) };
	struct subject subject = { 0 };
	struct person person;
	instant next;
	int r = 0;

	if (has_person(s)) {
		r = open_person(s, &subject, e) < 0 ||
		    person_read(&subject, ledger_policy(writer_ledger(w), act.at, &next), true, &person,
		    &s->tool.arena, e) < 0 ? -1 : suppress_person(w, &person, &act, n, receipts, e);
		subject_close(&subject);
	}
	for (size_t i = 0; r == 0 && i < s->lifts.n; i++) {
		r = suppress_lift(w, span_from(s->lifts.v[i]), &act, receipts, e);
		n->added += r == 0;
	}
	return r < 0 ? -1 : writer_commit(w, UINT64_MAX, e);
}

static int
append_events(struct settings *s, struct error *e)
{
	struct tool *t = &s->tool;
	struct out *out = tool_out(t, e);
	struct ledger_writer *w = out == NULL ? NULL :
	    open_writer(t, false, e);
	struct suppress_counts n = { 0 };
	struct buf receipts = { 0 };
	int r = w == NULL ? -1 : write_events(s, w, &n, &receipts, e);

	if (r == 0) {
		receipts_end(buf_span(&receipts), writer_size(w), '\n', out_buffer(out));
		tell(s, w, &n);
	}
	writer_close(w);
	buf_done(&receipts);
	return r;
}

static int
write_list(struct settings *s, struct error *e)
{
	struct tool *t = &s->tool;
	struct ledger_question q = { .place = place_of(t), .known_at = now_of(t), .cache = CACHE_WHOLE,
	    .notes = &t->notes };
	struct ledger l = { 0 };
	struct out *list = tool_side(t, s->list, e);
	int r = list == NULL ? -1 : ledger_load(&l, &q, e);

	if (r == 0) {
		uint64_t n = suppress_list(&l, span_from(s->cause), now_of(t), out_buffer(list));

		json_member_string(tool_summary(t), "command", SPAN("suppress"));
		json_member_u64(tool_summary(t), "tokens", n);
		tool_notice(t, "%llu tokens are suppressed", (unsigned long long)n);
	}
	ledger_close(&l);
	return r;
}

int
run_suppress(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;

	if (check_options(s, e) < 0)
		return -1;
	return s->list != NULL ? write_list(s, e) : append_events(s, e);
}
