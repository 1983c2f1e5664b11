/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/cdp-consent.c: may this datum be used for this purpose, in this channel, by this recipient,
 * now? Policy, ledger, decisions, and the two gates. */
#include "base/buf.h"
#include "base/error.h"
#include "base/instant.h"
#include "cli/tool.h"
#include "consent/append.h"
#include "consent/events.h"
#include "consent/ledger.h"
#include "consent/ledger_write.h"
#include "consent/policy.h"
#include "consent/policy_lint.h"
#include "consent/policy_read.h"
#include "consent/run.h"
#include "consent/state.h"
#include "consent/subject.h"
#include "io/json_config.h"
#include "io/json_write.h"
#include "io/out.h"
#include "model/rejects.h"

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

struct settings {
	struct tool	 tool;
	const char	*policy, *name, *subjects, *receipts;
	bool		 new_keys, json, pass, accept_widened;

	/* judging */
	const char		*purpose, *channel, *controller, *to, *side, *subject, *max_age;
	bool			 draft, check;
	struct option_time	 known_at;
	struct consent_state	 state;
	struct judge		 judge;
};

static instant
now_of(const struct tool *t)
{
	return t->as_of.given ? t->as_of.at : clock_now();
}

/* ---- policy ---- */

static void
print_faults(struct buf *out, const struct faults *f, bool as_json)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct fault *x = &f->list[i];
		const char *level = lint_is_warning(x->code) ? "warning" : "error";

		if (as_json) {
			struct json_writer w = json_writer(out);

			json_open_object(&w);
			json_member_string(&w, "level", span_from(level));
			json_member_string(&w, "code", span_from(x->code));
			json_member_string(&w, "path", span_from(x->path));
			json_member_string(&w, "text", span_from(x->text));
			json_end(&w);
			buf_byte(out, '\n');
		} else
			buf_print(out, "%s %s %s: %s\n", level, x->code, x->path, x->text);
	}
}

static size_t
count_errors(const struct faults *f, bool strict)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += strict || !lint_is_warning(f->list[i].code);
	return n;
}

/* Reads, builds and lints; the caller frees document and faults. */
static int
lint_file(const char *path, const struct lint_moment *m, struct policy_document *d,
    struct faults *f, struct error *e)
{
	struct policy *p;

	if (path == NULL)
		return error_set(e, USAGE, "E_USAGE", "--policy is missing");
	if (policy_document_load(d, path, STATUS_USAGE, e) < 0)
		return -1;
	p = policy_build(d, f);
	if (p != NULL && count_errors(f, false) == 0)
		policy_lint(p, d, m, f);
	policy_free(p);
	return 0;
}

/* A policy that is about to be published must have no errors. */
static int
lint_for_publication(struct settings *s, const struct lint_moment *m, struct policy_document *d,
    struct error *e)
{
	struct faults faults = { 0 };
	int r = lint_file(s->policy, m, d, &faults, e);

	for (size_t i = 0; r == 0 && i < faults.count; i++)
		tool_notice(&s->tool, "%s %s %s", faults.list[i].code, faults.list[i].path,
		    faults.list[i].text);
	if (r == 0 && count_errors(&faults, false) > 0)
		r = error_set(e, USAGE, "E_POLICY", "%s has %zu errors (cdp-consent lint lists them)",
		    s->policy, count_errors(&faults, false));
	faults_done(&faults);
	return r;
}

static int
run_lint(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct lint_moment m = { .now = INSTANT_NONE };
	struct policy_document d = { 0 };
	struct faults faults = { 0 };
	struct out *out = tool_out(t, e);
	int r = out == NULL ? -1 : lint_file(s->policy, &m, &d, &faults, e);

	if (r == 0) {
		print_faults(out_buffer(out), &faults, s->json);
		if (count_errors(&faults, t->strict) > 0)
			t->status = STATUS_REFUSED;
	}
	faults_done(&faults);
	policy_document_done(&d);
	return r;
}

static int
publish(struct settings *s, const struct policy_document *d, struct error *e)
{
	struct ledger_writer *w = writer_open(s->tool.state, s->tool.lock_wait, now_of(&s->tool), e);
	int r = w == NULL ? -1 : writer_add_policy(w, d, e);

	if (r == 0)
		r = writer_commit(w, e);
	writer_close(w);
	if (r == 0)
		tool_notice(&s->tool, "published policy %.12s", d->digest);
	return r;
}

static int
run_publish(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct lint_moment m = { .now = now_of(t) };
	struct policy_document d = { 0 };
	struct ledger ledger;
	instant next;
	int r = ledger_open(&ledger, t->state, INSTANT_NONE, e);

	if (r == 0) {
		m.first = ledger.policy_count == 0;
		m.in_force = ledger_policy(&ledger, m.now, &next);
		r = lint_for_publication(s, &m, &d, e);
	}
	ledger_close(&ledger);
	if (r == 0)
		r = publish(s, &d, e);
	policy_document_done(&d);
	return r;
}

static int
run_init(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct lint_moment m = { .first = true, .now = now_of(t) };
	struct policy_document d = { 0 };
	int r;

	if (s->name == NULL)
		return error_set(e, USAGE, "E_USAGE", "--name is missing");
	if (s->subjects == NULL || strcmp(s->subjects, "keyed") != 0)
		return tool_not_yet(e, "--subjects vault (say --subjects keyed)");
	r = lint_for_publication(s, &m, &d, e);
	if (r == 0)
		r = ledger_make(t->state, s->name, s->new_keys, e);
	if (r == 0)
		r = publish(s, &d, e);
	policy_document_done(&d);
	return r;
}

/* ---- ledger ---- */

static void
summarise_append(struct settings *s, const struct append *a)
{
	struct writer_counts c = writer_counts(a->writer);
	struct json_writer *w = tool_summary(&s->tool);

	json_member_string(w, "command", SPAN("append"));
	json_member_u64(w, "appended", c.appended);
	json_member_u64(w, "duplicates", c.duplicates);
	json_member_u64(w, "widened", c.widened);
	json_member_u64(w, "rejected", a->counts.rejected);
	json_member_u64(w, "passed", a->passed_lines);
	json_member_u64(w, "lines", a->counts.lines);
	json_key(w, SPAN("reject_codes"));
	rejects_summary(s->tool.rejects, w);
	tool_notice(&s->tool, "appended %llu, duplicates %llu, widened %llu, rejected %llu",
	    (unsigned long long)c.appended, (unsigned long long)c.duplicates,
	    (unsigned long long)c.widened, (unsigned long long)a->counts.rejected);
	if (c.torn_bytes > 0)
		tool_notice(&s->tool, "set aside %llu bytes that an earlier run had not acknowledged",
		    (unsigned long long)c.torn_bytes);
	tool_check_rejects(&s->tool, a->counts.in);
	if (a->lost > 0 || (c.widened + a->loose > 0 && !s->accept_widened))
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
		tool_on_failure(&s->tool, run_failure_line());
	}
	a->writer = writer_open(s->tool.state, s->tool.lock_wait, now_of(&s->tool), e);
	if (a->writer == NULL || append_run(a, e) < 0)
		return -1;
	summarise_append(s, a);
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
	struct append a = { .pass = s->pass };
	int r = -1;

	a.feed = (struct feed_options){ .paths = t->operands, .path_count = t->operand_count,
	    .rejects = tool_rejects(t, e), .notes = &t->notes, .tool = t->spec->name,
	    .progress = tool_progress, .progress_arg = t };
	if (a.feed.rejects != NULL)
		r = append_all(s, &a, e);
	writer_close(a.writer);
	append_done(&a);
	return r;
}

static void
report(struct buf *out, const struct ledger *l, const struct error *e)
{
	struct json_writer w = json_writer(out);
	struct buf at = { 0 };

	json_open_object(&w);
	json_member_bool(&w, "ok", e->status == STATUS_DONE);
	if (e->status == STATUS_DONE) {
		json_member_string(&w, "name", span_from(l->name));
		json_member_u64(&w, "size", events_count(l->events));
		json_member_string(&w, "leaf", span_from(l->leaf));
		json_member_u64(&w, "policies", l->policy_count);
		if (l->last_recv != INSTANT_NONE)
			instant_write(&at, l->last_recv);
		json_member_string(&w, "last_recv", at.len > 0 ? buf_span(&at) : span_none());
	} else {
		json_member_string(&w, "code", span_from(e->code));
		json_member_string(&w, "text", span_from(e->text));
		if (e->line > 0)
			json_member_u64(&w, "seq", e->line - 1);
	}
	json_end(&w);
	buf_byte(out, '\n');
	buf_done(&at);
}

/* Damage is the answer "no"; only what keeps us from looking is a failure. */
static int
run_verify(struct tool *t, struct error *e)
{
	struct error found = { 0 };
	struct ledger l;
	struct out *out = tool_out(t, e);
	int r = ledger_open(&l, t->state, INSTANT_NONE, &found);
	struct stat st;

	if (out == NULL || (r < 0 && (found.status != STATUS_UNSAFE || l.log == NULL ||
	    stat(l.log, &st) < 0))) {
		if (e->status == STATUS_DONE)
			*e = found;
		ledger_close(&l);
		return -1;
	}
	report(out_buffer(out), &l, &found);
	if (r < 0)
		t->status = STATUS_REFUSED;
	ledger_close(&l);
	return 0;
}

/* ---- decide, filter, gate, explain ---- */

/* In one pipe, "append --pass | gate": the first byte comes after the commit of append, so a ledger
 * opened, and a clock read, before it would miss what was just said. */
static void
wait_for_input(const struct tool *t)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	bool reads = t->operand_count == 0;

	for (size_t i = 0; i < t->operand_count; i++)
		reads |= strcmp(t->operands[i], "-") == 0;
	while (reads && poll(&in, 1, -1) < 0 && errno == EINTR)
		continue;
}

/* Opens the verified state and puts the question. */
static int
judge_begin(struct settings *s, enum run_command command, struct error *e)
{
	struct tool *t = &s->tool;
	struct judge_question q = { s->purpose, s->channel, s->controller, s->to, false };
	struct state_question state = { .dir = t->state, .policy = s->policy, .draft = s->draft,
	    .as_of_is_now = !t->as_of.given || span_is(span_from(t->as_of.text), "now") };

	state.as_of = state.as_of_is_now ? clock_now() : t->as_of.at;
	state.known_at = s->known_at.given ? s->known_at.at : state.as_of;
	if (s->max_age != NULL) {
		state.has_max_age = true;
		if (!duration_parse(span_from(s->max_age), &state.max_ledger_age))
			return error_set(e, USAGE, "E_USAGE", "--max-ledger-age is not a duration (PT24H)");
	}
	if (command == RUN_GATE) {
		q.purpose = s->purpose != NULL ? s->purpose : "identity_resolution";
		q.channel = "none";
		q.of_source = true;
	}
	if (q.purpose == NULL)
		return error_set(e, USAGE, "E_USAGE", "--purpose is needed");
	if (state_open(&s->state, &state, &t->notes, e) < 0)
		return -1;
	return judge_open(&s->judge, &s->state, &q, e);
}

static void
judge_end(struct settings *s)
{
	judge_close(&s->judge);
	state_close(&s->state);
}

static struct feed_options
judge_feed(struct settings *s, struct error *e)
{
	struct tool *t = &s->tool;

	return (struct feed_options){ .paths = t->operands, .path_count = t->operand_count,
	    .threads = (unsigned)t->threads, .rejects = tool_rejects(t, e), .notes = &t->notes,
	    .tool = t->spec->name, .progress = tool_progress, .progress_arg = t };
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
	if (judge_begin(s, command, e) == 0) {
		r.judge = &s->judge;
		s->judge.show_values = t->show_values;
		r.feed = judge_feed(s, e);
		r.out = tool_out(t, e);
		r.side = s->side == NULL || r.out == NULL ? NULL : tool_side(t, s->side, e);
		if (command <= RUN_DECIDE)
			tool_on_failure(t, run_failure_line());
		if (e->status == STATUS_DONE)
			result = run_stream(&r, e);
	}
	if (result == 0) {
		tell_counts(s, &r);
		tool_check_rejects(t, r.counts.in);
		if (s->check && r.tally.denied > 0)
			t->status = STATUS_REFUSED;
	}
	run_done(&r);
	judge_end(s);
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
	if (judge_begin(s, RUN_DECIDE, e) == 0 && subject_open(&subject, s->subject, e) == 0 &&
	    tool_out(t, e) != NULL)
		result = run_subject(&s->judge, &subject, command, out_buffer(t->out), &tally, e);
	if (result == 0 && s->check && tally.denied > 0)
		t->status = STATUS_REFUSED;
	subject_close(&subject);
	judge_end(s);
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
#define POLICY	{ OPT_TEXT, 0, "policy", AT(policy), "PATH", "the policy: a file, or a directory of its parts", NULL }

static const struct option init_options[] = {
	{ OPT_TEXT, 0, "name", AT(name), "LOG", "name of the ledger, like shop.example/consent", NULL },
	{ OPT_FLAG, 0, "new-keys", AT(new_keys), NULL, "make the keys too", NULL },
	{ OPT_CHOICE, 0, "subjects", AT(subjects), "MODE", "keyed; vault is not in this version", "keyed|vault" },
	POLICY,
	OPT_NOT_YET("from", "OLD"),
	OPT_LAST
};
static const struct option publish_options[] = { POLICY, OPT_LAST };
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
	{ OPT_TEXT, 0, "receipts", AT(receipts), "FILE", "id, position and digest of every new line", NULL },
	{ OPT_FLAG, 0, "accept-widened", AT(accept_widened), NULL,
	    "refusals whose scope could not be read do not give status 1", NULL },
	OPT_NOT_YET("batch", "N"),
	OPT_LAST
};
static const struct option verify_options[] = {
	OPT_NOT_YET("full", NULL), OPT_NOT_YET("quick", NULL), OPT_NOT_YET("evidence", NULL),
	OPT_NOT_YET("since", "FILE"), OPT_NOT_YET("trust", "FILE"),
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
	OPT_NOT_YET("all-reasons", NULL), OPT_NOT_YET("ledger", "DIR"), OPT_NOT_YET("keys", "DIR")

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
	{ "append", "consent lines into the ledger", "[FILE...]", 0, SIZE_MAX,
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
	struct settings s = { 0 };

	return tool_main(&s.tool, &spec, argc, argv);
}
