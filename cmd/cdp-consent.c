/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/cdp-consent.c: may this datum be used for this purpose, in this channel, by this recipient,
 * now? Policy, ledger, decisions, and the two gates. */
#include "base/buf.h"
#include "base/error.h"
#include "base/instant.h"
#include "cli/tool.h"
#include "consent/append.h"
#include "consent/basis_clock.h"
#include "consent/judging.h"
#include "consent/ledger.h"
#include "consent/ledger_write.h"
#include "consent/policy_check.h"
#include "consent/run.h"
#include "consent/subject.h"
#include "consent/verify.h"
#include "io/fd.h"
#include "io/json_write.h"
#include "io/out.h"
#include "model/rejects.h"
#include "model/stream.h"

#include <unistd.h>

struct settings {
	struct tool	 tool;
	const char	*policy, *name, *subjects, *receipts;
	bool		 new_keys, json, pass, accept_widened;
	uint64_t	 batch;

	/* judging */
	const char		*purpose, *channel, *controller, *to, *side, *subject, *max_age;
	bool			 draft, check;
	struct option_time	 known_at;
	struct judging		 judging;
};

static instant
now_of(const struct tool *t)
{
	return t->as_of.given ? t->as_of.at : clock_now();
}

/* ---- policy ---- */

static int
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

/* A policy that is about to be published must have no errors. */
static int
check_for_publication(struct settings *s, const struct lint_moment *m, struct policy_check *check,
    struct error *e)
{
	const struct faults *f = &check->faults;

	if (policy_check(check, s->policy, m, e) < 0)
		return -1;
	for (size_t i = 0; i < f->count; i++)
		tool_notice(&s->tool, "%s %s %s", f->list[i].code, f->list[i].path, f->list[i].text);
	if (policy_check_errors(check, false) > 0)
		return error_set(e, USAGE, "E_POLICY", "%s has %zu errors (cdp-consent lint lists them)",
		    s->policy, policy_check_errors(check, false));
	return 0;
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

static int
publish(struct settings *s, struct ledger_writer *w, const struct policy_check *check,
    struct error *e)
{
	if (writer_add_policy(w, &check->document, e) < 0 || writer_commit(w, UINT64_MAX, e) < 0)
		return -1;
	tell_published(s, w, check);
	return 0;
}

/* Under the lock from the first look at what is published: another publication in between would
 * have been a different policy to lint against. */
static int
run_publish(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct policy_check check = { 0 };
	struct ledger_writer *w;
	int r = -1;

	if (s->policy == NULL)
		return error_set(e, USAGE, "E_USAGE", "--policy is missing");
	w = writer_open(t->state, t->lock_wait, now_of(t), e);
	if (w != NULL) {
		const struct ledger *l = writer_ledger(w);
		struct lint_moment m = { .now = writer_recv(w), .published = l->policies,
		    .published_count = l->policy_count };
		instant next;

		m.in_force = ledger_policy(l, m.now, &next);
		r = check_for_publication(s, &m, &check, e);
		if (r == 0)
			r = publish(s, w, &check, e);
	}
	policy_check_done(&check);
	writer_close(w);
	return r;
}

static int
run_init(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct lint_moment m = { .now = now_of(t) };
	struct policy_check check = { 0 };
	struct ledger_writer *w = NULL;
	int r;

	if (s->name == NULL)
		return error_set(e, USAGE, "E_USAGE", "--name is missing");
	if (s->subjects == NULL || strcmp(s->subjects, "keyed") != 0)
		return tool_not_yet(e, "--subjects vault (say --subjects keyed)");
	r = check_for_publication(s, &m, &check, e);
	if (r == 0)
		r = ledger_make(t->state, s->name, s->new_keys, e);
	if (r == 0)
		w = writer_open(t->state, t->lock_wait, m.now, e);
	r = w == NULL ? -1 : publish(s, w, &check, e);
	writer_close(w);
	policy_check_done(&check);
	return r;
}

/* Standard output gets to know that this is not all, also when nothing was written yet: no output
 * at all would read as an empty stream, and nobody as an answer. */
static void
end_not_ok(struct tool *t, const struct error *e)
{
	struct stream_end end = { .ok = false, .code = (int)e->status };
	struct error ignored = { 0 };
	struct buf line = { 0 };

	if (t->out == NULL && t->output != NULL && strcmp(t->output, "-") != 0)
		return;		/* a file, and none will be made */
	if (tool_out(t, &ignored) == NULL)
		return;
	stream_end_write(&line, &end);
	tool_on_failure(t, arena_copy(&t->arena, buf_span(&line)));
	buf_done(&line);
}

/* ---- ledger ---- */

static void
tell_append(struct settings *s, const struct append *a)
{
	struct json_writer *w = tool_summary(&s->tool);
	struct buf text = { 0 };

	append_summary(a, w);
	json_key(w, SPAN("reject_codes"));
	rejects_summary(s->tool.rejects, w);
	append_text(a, &text);
	tool_notice(&s->tool, "%.*s", SPAN_ARG(buf_span(&text)));
	buf_done(&text);
	tool_check_rejects(&s->tool, a->counts.in);
	if (a->lost > 0 || (a->widened > 0 && !s->accept_widened))
		s->tool.status = STATUS_REFUSED;
}

static int
append_all(struct settings *s, struct append *a, struct error *e)
{
	struct out *receipts = NULL, *out = NULL;

	if (s->receipts != NULL) {
		receipts = tool_side(&s->tool, s->receipts, e);
		if (receipts == NULL)
			return -1;
	}
	if (s->pass) {
		out = tool_out(&s->tool, e);
		if (out == NULL)
			return -1;
	}
	a->writer = writer_open(s->tool.state, s->tool.lock_wait, now_of(&s->tool), e);
	if (a->writer == NULL || append_run(a, e) < 0)
		return -1;
	tell_append(s, a);
	if (receipts != NULL)
		out_add(receipts, buf_span(&a->receipts));
	if (out != NULL)
		append_write_passed(a, s->tool.status, out_buffer(out));
	return 0;
}

static int
run_append(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct append a = { .pass = s->pass, .batch = s->batch };
	int r = -1;

	if (s->batch == 0)
		return error_set(e, USAGE, "E_USAGE", "--batch is at least 1");
	if (tool_feed(t, &a.feed, e) == 0)
		r = append_all(s, &a, e);
	if (r < 0 && s->pass)
		end_not_ok(t, e);
	writer_close(a.writer);
	append_done(&a);
	return r;
}

static int
run_verify(struct tool *t, struct error *e)
{
	struct out *out = tool_out(t, e);
	int sound = out == NULL ? -1 : verify_ledger(t->state, out_buffer(out), e);

	if (sound == 0)
		t->status = STATUS_REFUSED;
	return sound < 0 ? -1 : 0;
}

/* ---- decide, filter, gate, explain ---- */

/* In one pipe, "append --pass | gate": the first byte comes after the commit of append, so a ledger
 * opened, and a clock read, before it would miss what was just said. */
static void
wait_for_input(const struct tool *t)
{
	bool reads = t->operand_count == 0;

	for (size_t i = 0; i < t->operand_count; i++)
		reads |= strcmp(t->operands[i], "-") == 0;
	if (reads)
		fd_wait(STDIN_FILENO);
}

static int
judge_begin(struct settings *s, bool gate, struct error *e)
{
	struct tool *t = &s->tool;
	bool now = !t->as_of.given || span_is(span_from(t->as_of.text), "now");
	struct judging_options o = { .dir = t->state, .policy = s->policy, .purpose = s->purpose,
	    .channel = s->channel, .controller = s->controller, .to = s->to, .max_age = s->max_age,
	    .draft = s->draft, .gate = gate, .as_of = now ? INSTANT_NONE : t->as_of.at,
	    .known_at = s->known_at.given ? s->known_at.at : INSTANT_NONE };

	return judging_open(&s->judging, &o, &t->notes, e);
}

static void
tell_counts(struct settings *s, const struct run *r)
{
	struct buf text = { 0 };

	run_text(r, &text);
	tool_notice(&s->tool, "%.*s", SPAN_ARG(buf_span(&text)));
	buf_done(&text);
	run_summary(r, tool_summary(&s->tool));
}

static int
judge_stream(struct settings *s, enum run_command command, struct error *e)
{
	struct tool *t = &s->tool;
	struct run r = { .command = command };
	int result = -1;

	wait_for_input(t);
	if (judge_begin(s, command == RUN_GATE, e) == 0) {
		r.judge = &s->judging.judge;
		s->judging.judge.show_values = t->show_values;
		r.out = tool_feed(t, &r.feed, e) < 0 ? NULL : tool_out(t, e);
		r.feed.source.by_line = tool_by_line(t);
		r.side = s->side == NULL || r.out == NULL ? NULL : tool_side(t, s->side, e);
		if (e->status == STATUS_DONE)
			result = run_stream(&r, e);
	}
	if (result == 0) {
		tell_counts(s, &r);
		tool_check_rejects(t, r.counts.in);
		if (s->check && r.tally.denied > 0)
			t->status = STATUS_REFUSED;
	}
	if (result < 0 && command <= RUN_DECIDE)
		end_not_ok(t, e);
	run_done(&r);
	judging_close(&s->judging);
	return result;
}

static int
run_filter(struct tool *t, struct error *e)
{
	return judge_stream((struct settings *)t, RUN_FILTER, e);
}

static int
run_gate(struct tool *t, struct error *e)
{
	return judge_stream((struct settings *)t, RUN_GATE, e);
}

/* One person from a file: no envelope, one line or paragraph per answer. */
static int
judge_subject(struct settings *s, enum run_command command, struct error *e)
{
	struct tool *t = &s->tool;
	struct subject subject = { 0 };
	struct tally tally = { 0 };
	int result = -1;

	if (t->operand_count > 0)
		return error_set(e, USAGE, "E_USAGE", "--subject-file and FILE exclude each other");
	if (judge_begin(s, false, e) == 0 && subject_open(&subject, s->subject, e) == 0 &&
	    tool_out(t, e) != NULL)
		result = run_subject(&s->judging.judge, &subject, command, out_buffer(t->out), &tally, e);
	if (result == 0 && s->check && tally.denied > 0)
		t->status = STATUS_REFUSED;
	subject_close(&subject);
	judging_close(&s->judging);
	return result;
}

static int
run_decide(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;

	return s->subject != NULL ? judge_subject(s, RUN_DECIDE, e) : judge_stream(s, RUN_DECIDE, e);
}

static int
run_explain(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	enum run_command command = s->json ? RUN_EXPLAIN_JSON : RUN_EXPLAIN;

	return s->subject != NULL ? judge_subject(s, command, e) : judge_stream(s, command, e);
}

/* ---- tables ---- */

#define AT(member) offsetof(struct settings, member)
#define ELSEWHERE OPT_NOT_YET("ledger", "DIR"), OPT_NOT_YET("keys", "DIR")
#define POLICY	{ OPT_TEXT, 0, "policy", AT(policy), "PATH", "the policy: a file, or a directory of its parts", NULL }

static const struct option init_options[] = {
	{ OPT_TEXT, 0, "name", AT(name), "LOG", "name of the ledger, like shop.example/consent", NULL },
	{ OPT_FLAG, 0, "new-keys", AT(new_keys), NULL, "make the keys too", NULL },
	{ OPT_CHOICE, 0, "subjects", AT(subjects), "MODE", "keyed; vault is not in this version", "keyed|vault" },
	POLICY,
	OPT_NOT_YET("from", "OLD"), ELSEWHERE,
	OPT_LAST
};
static const struct option publish_options[] = { POLICY, ELSEWHERE, OPT_LAST };
static const struct option lint_options[] = {
	POLICY,
	{ OPT_FLAG, 0, "strict", offsetof(struct tool, strict), NULL, "warnings count as errors", NULL },
	{ OPT_FLAG, 0, "json", AT(json), NULL, "a JSON object a line", NULL },
	OPT_NOT_YET("sample", "FILE"),
	OPT_NOT_YET("mapping", "FILE"),
	OPT_LAST
};
static const struct option append_options[] = {
	{ OPT_FLAG, 0, "pass", AT(pass), NULL, "write the other lines to the output, after the commit", NULL },
	{ OPT_TEXT, 0, "receipts", AT(receipts), "FILE", "id, position and digest of every line", NULL },
	{ OPT_FLAG, 0, "accept-widened", AT(accept_widened), NULL,
	    "refusals whose scope could not be read do not give status 1", NULL },
	{ OPT_NUMBER, 0, "batch", AT(batch), "N",
	    "commit after N events where no stream holds them together (default 1000)", NULL },
	ELSEWHERE,
	OPT_LAST
};
static const struct option verify_options[] = {
	OPT_NOT_YET("full", NULL), OPT_NOT_YET("quick", NULL), OPT_NOT_YET("evidence", NULL),
	OPT_NOT_YET("since", "FILE"), OPT_NOT_YET("trust", "FILE"), ELSEWHERE,
	OPT_LAST
};

enum { JUDGING = TOOL_OUTPUT | TOOL_REJECTS | TOOL_AS_OF | TOOL_SUMMARY | TOOL_STATE };

#define QUESTION \
	POLICY, \
	{ OPT_FLAG, 0, "draft", AT(draft), NULL, \
	    "allow an unpublished --policy; the output ends not-ok", NULL }, \
	{ OPT_TIME, 0, "known-at", AT(known_at), "TIME", \
	    "what was known then (default: --as-of)", NULL }, \
	{ OPT_TEXT, 0, "max-ledger-age", AT(max_age), "DURATION", \
	    "how old the last ledger line may be (default: the policy's)", NULL }, \
	OPT_NOT_YET("all-reasons", NULL), ELSEWHERE

#define ASKED \
	{ OPT_TEXT, 0, "purpose", AT(purpose), "ID", \
	    "what the data are to be used for", NULL }, \
	{ OPT_TEXT, 0, "channel", AT(channel), "ID", \
	    "how the person would be reached (default: the only one)", NULL }, \
	{ OPT_TEXT, 0, "controller", AT(controller), "ID", \
	    "who is responsible (default: the only one)", NULL }, \
	{ OPT_TEXT, 0, "to", AT(to), "ID", \
	    "the destination whose contract must cover it", NULL }

#define PERSON \
	{ OPT_TEXT, 0, "subject-file", AT(subject), "FILE", \
	    "one person: typed identifiers or a profile; - is standard input", NULL }, \
	OPT_NOT_YET("subject-fd", "N")

static const struct option filter_options[] = {
	ASKED, QUESTION,
	{ OPT_TEXT, 0, "denied", AT(side), "FILE",
	    "a decision line for each profile refused", NULL },
	OPT_NOT_YET("spread", "FILE"), OPT_NOT_YET("baseline", "FILE"), OPT_NOT_YET("max-drop", "PCT"),
	OPT_NOT_YET("max-grow", "PCT"), OPT_NOT_YET("first-run", NULL),
	OPT_NOT_YET("preferred-only", NULL), OPT_NOT_YET("seal-key", "FILE"),
	OPT_NOT_YET("merge-join", NULL),
	OPT_LAST
};

static const struct option gate_options[] = {
	{ OPT_TEXT, 0, "purpose", AT(purpose), "ID",
	    "what records are linked for (default identity_resolution)", NULL },
	QUESTION,
	{ OPT_TEXT, 0, "quarantine", AT(side), "FILE",
	    "records refused, to be tried again", NULL },
	OPT_LAST
};

static const struct option decide_options[] = {
	ASKED, QUESTION, PERSON,
	{ OPT_FLAG, 0, "check", AT(check), NULL,
	    "exit 1 if anything is refused", NULL },
	OPT_LAST
};

static const struct option explain_options[] = {
	ASKED, QUESTION, PERSON,
	{ OPT_FLAG, 0, "json", AT(json), NULL,
	    "one JSON object per answer", NULL },
	OPT_NOT_YET("all", NULL), OPT_NOT_YET("lang", "LANG"),
	OPT_LAST
};

static const struct command commands[] = {
	{ "init", "make ledger and keys, publish the first policy", "", 0, 0, TOOL_STATE | TOOL_AS_OF,
	    init_options, run_init },
	{ "publish", "lint a policy and put it in force", "", 0, 0, TOOL_STATE | TOOL_AS_OF,
	    publish_options, run_publish },
	{ "lint", "check a policy", "", 0, 0, TOOL_OUTPUT, lint_options, run_lint },
	{ "append", "consent lines into the ledger; a refusal lost is status 1 always", "[FILE...]", 0, SIZE_MAX,
	    TOOL_OUTPUT | TOOL_REJECTS | TOOL_AS_OF | TOOL_SUMMARY | TOOL_STATE, append_options, run_append },
	{ "verify", "recompute every digest of the ledger", "", 0, 0, TOOL_OUTPUT | TOOL_STATE,
	    verify_options, run_verify },
	{ "gate", "records in, those that may be linked out", "[FILE...]", 0, SIZE_MAX,
	    JUDGING | TOOL_THREADS, gate_options, run_gate },
	{ "filter", "profiles in, their permitted part out", "[FILE...]", 0, SIZE_MAX,
	    JUDGING | TOOL_THREADS, filter_options, run_filter },
	{ "decide", "a decision line for each address", "[FILE...]", 0, SIZE_MAX,
	    JUDGING | TOOL_THREADS, decide_options, run_decide },
	{ "explain", "decisions in words", "[FILE...]", 0, SIZE_MAX, JUDGING | TOOL_THREADS,
	    explain_options, run_explain },
	COMMAND_LAST
};

static const char *const later[] = { "import", "state", "prove", "check-proof", "checkpoint", "recheck",
    "expire", "conflicts", "impact", "remediate", "suppress", "preference", "erase", "compile",
    "print-schema", NULL };

static const struct tool_spec spec = {
	.name = "cdp-consent",
	.line = "what people permitted and refused, and what follows from it",
	.commands = commands,
	.later = later,
	.examples = "  cdp-consent init --subjects keyed --name shop.example/consent --new-keys --policy policy.json\n"
	    "  cdp-ingest crm.csv | cdp-consent append --pass | cdp-consent gate | cdp-resolve --require-gate\n"
	    "  cdp-consent filter --purpose marketing.newsletter --channel email profiles.ndjson\n",
};

int
main(int argc, char **argv)
{
	struct settings s = { .batch = 1000 };

	return tool_main(&s.tool, &spec, argc, argv);
}
