/* SPDX-License-Identifier: Apache-2.0 */
/* lib/cli/tool.c: the frame of every tool. */
#include "base/alloc.h"
#include "base/beside.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/instant.h"
#include "base/pipeline.h"
#include "cli/help.h"
#include "cli/outputs.h"
#include "cli/parse.h"
#include "cli/tool.h"
#include "io/fd.h"
#include "io/json_write.h"
#include "io/lock.h"
#include "io/out.h"
#include "model/feed.h"
#include "model/rejects.h"
#include "model/stream.h"

#include <assert.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PROGRESS_AFTER_MS = 1000, PROGRESS_EVERY_MS = 200 };

/* ---- stderr ---- */

static void
say(const struct tool *t, struct span text)
{
	struct buf line = { 0 };
	int r;

	if (t->progress_ms != 0)	/* the line of progress has no end */
		buf_print(&line, "\r\033[K");
	buf_print(&line, "%s: ", t->spec->name);
	visible(&line, text, 1024);
	buf_byte(&line, '\n');
	r = fd_write_all(2, line.p, line.len);
	(void)r;	/* nowhere left to say it */
	buf_done(&line);
}

void
tool_notice(const struct tool *t, const char *format, ...)
{
	char text[1024];
	va_list args;

	if (t->quiet)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	say(t, span_from(text));
}

static void
say_error(const struct tool *t, const struct error *e)
{
	struct buf text = { 0 };

	error_format(e, &text);
	say(t, buf_span(&text));
	buf_done(&text);
}

int
tool_not_yet(struct error *e, const char *what)
{
	return error_set(e, USAGE, "E_USAGE", "not in this version: %s", what);
}

static int64_t
monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
tool_elapsed_ms(const struct tool *t)
{
	return monotonic_ms() - t->started_ms;
}

/* One line that is written over; erased before anything else is said, and at the end. */
void
tool_progress(void *tool, uint64_t done, uint64_t all)
{
	struct tool *t = tool;
	int64_t now = monotonic_ms();

	if (t->quiet || !isatty(2) || now - t->started_ms < PROGRESS_AFTER_MS ||
	    now - t->progress_ms < PROGRESS_EVERY_MS)
		return;
	t->progress_ms = now;
	if (all > 0 && done > 0 && done <= all)
		fprintf(stderr, "\r%s: %3u %%, %llu s left \033[K", t->spec->name,
		    (unsigned)(done * 100 / all),
		    (unsigned long long)((uint64_t)(now - t->started_ms) * (all - done) / done / 1000));
	else
		fprintf(stderr, "\r%s: %llu MB \033[K", t->spec->name,
		    (unsigned long long)(done / 1000000));
	fflush(stderr);
}

/* ---- outputs ---- */

struct out *
tool_out(struct tool *t, struct error *e)
{
	if (t->out == NULL && tool_check_stream(t, e) == 0)
		t->out = out_open(t->output, e);
	return t->out;
}

bool
tool_by_line(const struct tool *t)
{
	return (t->output == NULL || strcmp(t->output, "-") == 0) && isatty(1) == 1;
}

struct out *
tool_side(struct tool *t, const char *path, struct error *e)
{
	struct out *o;

	assert(t->side_count < TOOL_SIDES);
	o = out_open(path, e);
	if (o != NULL)
		t->sides[t->side_count++] = o;
	return o;
}

static void
name_reject(void *arg, struct span line)
{
	const struct tool *t = arg;

	if (!t->quiet)
		say(t, line);
}

struct rejects *
tool_rejects(struct tool *t, struct error *e)
{
	struct rejects_options o = { .tool = t->spec->name, .days = t->rejects_days,
	    .as_of = t->as_of.given ? t->as_of.at : INSTANT_NONE, .strict = t->strict,
	    .most = t->max_rejects.count, .most_ppm = t->max_rejects.ppm, .name = name_reject,
	    .arg = t };

	if (t->rejects != NULL)
		return t->rejects;
	if (t->rejects_path != NULL) {
		t->rejects_out = out_open(t->rejects_path, e);
		if (t->rejects_out == NULL)
			return NULL;
		o.file = t->rejects_out;
	}
	if (t->max_rejects.is_share && o.most_ppm == 0)
		o.most = 0;
	t->rejects = rejects_new(&o);
	return t->rejects;
}

int
tool_feed(struct tool *t, struct feed_options *feed, struct error *e)
{
	*feed = (struct feed_options){ .paths = t->operands, .path_count = t->operand_count,
	    .threads = (unsigned)t->threads, .rejects = tool_rejects(t, e), .notes = &t->notes,
	    .tool = t->spec->name, .progress = tool_progress, .progress_arg = t };
	if (feed->rejects == NULL)
		return -1;
	tool_tell_waiting(t);
	return 0;
}

void
tool_tell_waiting(const struct tool *t)
{
	bool typed = t->operand_count == 0;

	for (size_t i = 0; i < t->operand_count; i++)
		typed |= strcmp(t->operands[i], "-") == 0;
	if (typed && isatty(0) && isatty(2))
		tool_notice(t, "reading what is typed, up to Ctrl-D (--help says what else)");
}

void
tool_check_rejects(struct tool *t, uint64_t lines_in)
{
	struct buf codes = { 0 };
	bool beyond = t->rejects != NULL && rejects_too_many(t->rejects, lines_in);

	if (beyond)
		t->status = STATUS_REFUSED;
	/* A few were named one by one. */
	if (t->rejects == NULL || !(rejects_are_unseen(t->rejects) || (beyond && t->rejects_path != NULL)))
		return;
	rejects_tell(t->rejects, &codes);
	tool_notice(t, "refused %llu of %llu (%.*s): %s%s", (unsigned long long)rejects_count(t->rejects),
	    (unsigned long long)lines_in, SPAN_ARG(buf_span(&codes)), t->rejects_path == NULL ?
	    "the first ten are named above, --rejects FILE keeps them all" : "they are in ",
	    t->rejects_path == NULL ? "" : t->rejects_path);
	buf_done(&codes);
}

struct json_writer *
tool_summary(struct tool *t)
{
	if (t->summary == NULL) {
		t->summary = mem_zero(1, sizeof *t->summary);
		t->summary_writer = mem_alloc(sizeof *t->summary_writer);
		*t->summary_writer = json_writer(t->summary);
		json_open_object(t->summary_writer);
		json_member_string(t->summary_writer, "tool", span_from(t->spec->name));
		json_member_string(t->summary_writer, "version", SPAN(CDP_VERSION));
	}
	return t->summary_writer;
}

void
tool_on_failure(struct tool *t, struct span end_line)
{
	t->end_on_failure = end_line;
}

/* Sides first, the main output last: who sees it sees the rest. */
int
tool_commit(struct tool *t, struct error *e)
{
	struct out *all[TOOL_SIDES + 2];	/* rejects and the main output too */
	size_t n = 0;

	if (t->committed)
		return 0;
	t->committed = true;
	if (t->rejects != NULL)
		rejects_finish(t->rejects);
	for (size_t i = 0; i < t->side_count; i++)
		all[n++] = t->sides[i];
	if (t->rejects_out != NULL)
		all[n++] = t->rejects_out;
	if (t->out != NULL)
		all[n++] = t->out;
	t->out = t->rejects_out = NULL;
	t->side_count = 0;
	return out_commit_all(all, n, e);
}

static void
abort_all(struct tool *t)
{
	struct error ignored = { 0 };

	for (size_t i = 0; i < t->side_count; i++)
		out_abort(t->sides[i]);
	out_abort(t->rejects_out);
	if (t->out != NULL && out_is_stream(t->out) && t->end_on_failure.len > 0 &&
	    !out_failed(t->out)) {
		int r;

		out_add(t->out, t->end_on_failure);
		r = out_commit(t->out, &ignored);
		(void)r;	/* the run has failed already */
	} else
		out_abort(t->out);
	t->out = t->rejects_out = NULL;
	t->side_count = 0;
}

/* A run that read no line, as of one person, has none to refuse. */
static void
note_no_lines(struct tool *t)
{
	const struct { const char *name; bool given; } all[] = {
		{ "rejects", t->rejects_path != NULL },
		{ "max-rejects", t->max_rejects.given },
		{ "strict", t->strict },
	};

	if ((t->command->common & TOOL_REJECTS) == 0 || t->rejects != NULL)
		return;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].given)
			notes_add(&t->notes, "--%s has no effect: no lines are read here", all[i].name);
}

/* Names of files come from outside: nothing raw goes to a terminal. */
static void
show_summary(const struct buf *summary)
{
	struct buf line = { 0 };
	int r;

	visible(&line, span_head(buf_span(summary), summary->len - 1), SIZE_MAX);
	buf_byte(&line, '\n');
	r = fd_write_all(2, line.p, line.len);
	(void)r;	/* nowhere left to say it */
	buf_done(&line);
}

static int
write_summary(struct tool *t, int status, const char *code, struct error *e)
{
	struct json_writer *w = t->summary_writer;
	struct out *o;

	if (t->summary == NULL)
		return 0;
	json_member_bool(w, "ok", status <= 1);
	json_member_u64(w, "code", (uint64_t)status);
	json_member_string(w, "error", span_from(code));
	json_end(w);
	buf_byte(t->summary, '\n');
	if (t->verbose && !t->quiet)
		show_summary(t->summary);
	if (t->summary_path == NULL)
		return 0;
	o = out_open(t->summary_path, e);
	if (o == NULL)
		return -1;
	out_add(o, buf_span(t->summary));
	return out_commit(o, e);
}

/* ---- life ---- */

/* Before anything is opened: the descriptors, who may read what we write, no core with keys. */
static void
prepare(struct tool *t)
{
	struct rlimit none = { 0, 0 };

	fd_ensure_standard();
	t->small_stack = !mem_take_stack();
	umask(077);
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	out_install_signals();
}

/* Prints a text the user asked for and gives the exit status. */
static int
answer(struct tool *t, struct buf *text)
{
	struct error e = { 0 };
	struct out *o = out_open(NULL, &e);

	if (o != NULL) {
		out_add(o, buf_span(text));
		if (out_commit(o, &e) == 0)
			return 0;
	}
	say_error(t, &e);
	return e.status;
}

static int
tell(struct tool *t, enum parse_result what, const char *kind)
{
	struct error e = { 0 };
	struct buf text = { 0 };
	int status;

	switch (what) {
	case PARSE_HELP:
		help_write(&text, t->spec, t->command);
		break;
	case PARSE_VERSION:
		buf_print(&text, "%s %s\nstream schema %s\n", t->spec->name, CDP_VERSION, STREAM_SCHEMA);
		break;
	case PARSE_OPTIONS:
		help_options(&text, t->spec);
		break;
	case PARSE_COMPLETION:
		help_completion(&text, t->spec);
		break;
	default:
		if (t->spec->schema == NULL || !t->spec->schema(kind, &text))
			tool_not_yet(&e, "a schema of that kind");
		break;
	}
	if (e.status == STATUS_DONE)
		status = answer(t, &text);
	else {
		say_error(t, &e);
		status = e.status;
	}
	buf_done(&text);
	return status;
}

static int
bad_usage(struct tool *t, const struct error *e)
{
	say_error(t, e);
	say(t, SPAN("try --help"));
	return STATUS_USAGE;
}

static void
say_notes(struct tool *t)
{
	if (!t->quiet && isatty(2) && t->progress_ms != 0)
		fputs("\r\033[K", stderr);
	for (size_t i = 0; i < t->notes.count && !t->quiet; i++)
		say(t, span_from(t->notes.text[i]));
	notes_done(&t->notes);
}

/* One run at a time makes a file, so that the later one does not end first. Where no lock can be
 * made out_open says what is wrong with the place, or there is nothing to keep apart. */
static int
lock_output(struct tool *t, struct error *e)
{
	struct stat st;

	if (t->output == NULL || strcmp(t->output, "-") == 0 ||
	    (lstat(t->output, &st) == 0 && !S_ISREG(st.st_mode)))
		return 0;
	t->output_lock = lock_take_beside(t->output, t->lock_wait, e);
	if (t->output_lock == NULL && e->status == STATUS_LOCKED)
		return -1;
	*e = (struct error){ 0 };
	return 0;
}

struct call {
	struct tool	*tool;
	struct error	 error;
	int		 result;
};

static void
call(void *arg)
{
	struct call *c = arg;
	sigset_t pipe;

	/* It writes: the reader who has gone ends it, as the first thread. */
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_UNBLOCK, &pipe, NULL);
	c->result = c->tool->command->run(c->tool, &c->error);
}

static int
work(struct tool *t)
{
	struct call c = { .tool = t };
	struct error e = { 0 };
	int r = lock_output(t, &e);

	if (r == 0)
		r = tool_check_outputs(t, &e);
	if (r == 0) {
		/* On a thread with a stack where the first one has too little, and can get no more. */
		beside_end(beside_start(t->small_stack ? 2 : 1, call, &c));
		r = c.result;
		e = c.error;
	}
	if (r == 0)
		r = tool_commit(t, &e);
	if (r < 0)
		abort_all(t);
	else
		note_no_lines(t);
	say_notes(t);
	if (r == 0)
		r = write_summary(t, t->status, NULL, &e);
	else {
		struct error second = { 0 };
		int told = write_summary(t, e.status, e.code, &second);

		(void)told;	/* the first error is the one to tell */
	}
	lock_drop(t->output_lock);
	if (r == 0)
		return t->status;
	say_error(t, &e);
	return e.status;
}

int
tool_main(struct tool *t, const struct tool_spec *spec, int argc, char **argv)
{
	struct error e = { 0 };
	const char *kind = "";
	enum parse_result what;
	int status;

	t->spec = spec;
	t->rejects_days = TOOL_REJECTS_DAYS;
	t->started_ms = monotonic_ms();
	prepare(t);
	what = parse_arguments(t, argc, argv, &kind, &e);
	if (t->threads == 0)
		t->threads = threads_available();
	if (what == PARSE_BAD)
		status = bad_usage(t, &e);
	else if (what != PARSE_RUN)
		status = tell(t, what, kind);
	else
		status = work(t);
	rejects_free(t->rejects);
	if (t->summary != NULL)
		buf_done(t->summary);
	mem_free(t->summary);
	mem_free(t->summary_writer);
	arena_done(&t->arena);
	return status;
}
