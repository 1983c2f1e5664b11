/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/label.c: a queue, the verdicts so far, and one question after the other. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "io/out.h"
#include "io/source.h"
#include "resolve/label.h"
#include "resolve/label_table.h"
#include "resolve/verdict_file.h"

#include <errno.h>
#include <unistd.h>

enum { ID_MOST = 200 };

struct labels {
	const char	*path;		/* of the verdicts */
	struct verdicts	 verdicts;
	struct buf	 text;		/* the queue */
	struct question	*list;
	size_t		 count, cap;
	struct arena	 arena;
	struct ndjson	*scanner;
};

struct question {
	struct span	line, a, b;
};

/* ---- opening ---- */

static int
read_queue(struct labels *l, const char *path, struct error *e)
{
	struct byte_source *s = source_open(path, NULL, e);
	int r;

	if (s == NULL)
		return -1;
	r = source_read_all(s, 0, &l->text, e);
	source_close(s);
	return r;
}

static struct span
text_of(struct labels *l, const char *name)
{
	uint32_t at = ndjson_find(l->scanner, 0, span_from(name));

	return at == 0 ? span_none() : ndjson_text(l->scanner, at, &l->arena);
}

/* Lines of other kinds are not asked about; of these alone no queue is made, empty as it may be. */
static int
find_questions(struct labels *l, const char *path, struct error *e)
{
	struct span text = buf_span(&l->text), line, kind;
	bool other = false;

	for (uint64_t number = 1; span_split(&text, '\n', &line); number++) {
		struct error bad = { 0 };
		size_t at;

		if (span_trim(line).len == 0)
			continue;
		if (ndjson_scan(l->scanner, line, &at, &bad) < 0) {
			error_set(e, INPUT, "E_JSON", "not a JSON object");
			error_place(e, path, number, 0);
			return -1;
		}
		kind = text_of(l, "kind");
		if (!span_is(kind, "link") || text_of(l, "a").len == 0 || text_of(l, "b").len == 0) {
			other |= !span_is(kind, "stream") && !span_is(kind, "end");
			continue;
		}
		l->list = mem_grow(l->list, l->count + 1, &l->cap, sizeof *l->list);
		l->list[l->count++] = (struct question){ line, text_of(l, "a"), text_of(l, "b") };
	}
	if (l->count > 0 || !other)
		return 0;
	error_set(e, INPUT, "E_KIND", "not a review queue: no line of kind \"link\"");
	error_place(e, path, 0, 0);
	return -1;
}

/* Saving leaves nothing of a file but what is decided. */
static int
read_verdicts(struct labels *l, struct error *e)
{
	if (access(l->path, F_OK) < 0)
		return 0;
	if (verdicts_load(&l->verdicts, l->path, e) < 0)
		return -1;
	if (l->verdicts.unanswered == 0)
		return 0;
	error_set(e, USAGE, "E_VERDICTS", "holds questions, which would be lost: give answers a file of "
	    "their own");
	error_place(e, l->path, 0, 0);
	return -1;
}

struct labels *
labels_open(const char *queue, const char *verdicts, struct error *e)
{
	struct labels *l = mem_zero(1, sizeof *l);

	l->path = verdicts;
	l->scanner = ndjson_new(NULL);
	if (read_queue(l, queue, e) == 0 && find_questions(l, queue, e) == 0 &&
	    read_verdicts(l, e) == 0)
		return l;
	labels_close(l);
	return NULL;
}

void
labels_close(struct labels *l)
{
	if (l == NULL)
		return;
	verdicts_done(&l->verdicts);
	buf_done(&l->text);
	mem_free(l->list);
	arena_done(&l->arena);
	ndjson_free(l->scanner);
	mem_free(l);
}

/* ---- questions ---- */

size_t
labels_next(const struct labels *l, size_t at)
{
	while (at < l->count && verdicts_find(&l->verdicts, l->list[at].a, l->list[at].b) != NULL)
		at++;
	return at < l->count ? at : SIZE_MAX;
}

void
labels_show(struct labels *l, size_t at, struct buf *out)
{
	struct error e = { 0 };
	size_t place;

	/* The line was scanned once already. */
	if (ndjson_scan(l->scanner, l->list[at].line, &place, &e) < 0)
		return;
	buf_print(out, "\n%zu of %zu   weight ", at + 1, l->count);
	visible(out, text_of(l, "weight"), ID_MOST);
	buf_text(out, "   p ");
	visible(out, text_of(l, "p"), ID_MOST);
	buf_text(out, "   ");
	visible(out, text_of(l, "by"), ID_MOST);
	buf_byte(out, '\n');
	label_table(l->scanner, out);
	buf_text(out, "same (s), different (d), skip (enter), quit (q)? ");
}

enum label_answer
label_parse(struct span line)
{
	static const struct {
		const char		*word;
		enum label_answer	 answer;
	} known[] = { { "s", LABEL_SAME }, { "same", LABEL_SAME }, { "d", LABEL_DIFFERENT },
	    { "different", LABEL_DIFFERENT }, { "", LABEL_SKIP }, { "skip", LABEL_SKIP },
	    { "q", LABEL_QUIT }, { "quit", LABEL_QUIT } };

	line = span_trim(line);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (span_is(line, known[i].word))
			return known[i].answer;
	return LABEL_UNCLEAR;
}

void
labels_decide(struct labels *l, size_t at, bool same)
{
	verdicts_add(&l->verdicts, l->list[at].a, l->list[at].b, same);
}

/* ---- the file ---- */

static void
write_verdict(const struct verdict *v, struct buf *out)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	json_member_string(&w, "kind", SPAN("link"));
	json_member_string(&w, "a", v->a);
	json_member_string(&w, "b", v->b);
	json_member_string(&w, "verdict", v->same ? SPAN("same") : SPAN("different"));
	json_member_string(&w, "by", SPAN("steward"));
	json_end(&w);
	buf_byte(out, '\n');
}

int
labels_save(const struct labels *l, struct error *e)
{
	struct out *o = out_open(l->path, e);

	if (o == NULL)
		return -1;
	for (size_t i = 0; i < l->verdicts.count; i++) {
		write_verdict(&l->verdicts.list[i], out_buffer(o));
		out_drain(o);
	}
	return out_commit(o, e);
}

/* ---- the terminal ---- */

static int
tell(const struct buf *text, struct error *e)
{
	if (fd_write_all(1, text->p, text->len) == 0)
		return 0;
	return error_system(e, STATUS_RESOURCES, "E_OUTPUT", "-", "write");
}

/* A line without its end: 1, 0 at the end of input, -1. */
static int
read_answer(struct buf *line, struct error *e)
{
	char c;
	ssize_t got;

	buf_reset(line);
	for (;;) {
		got = fd_read(0, &c, 1);
		if (got < 0)
			return error_system(e, STATUS_INPUT, "E_READ", "-", "read");
		if (got == 0)
			return 0;
		if (c == '\n')
			return 1;
		buf_byte(line, c);
	}
}

/* One pair: 1 goes on, 0 ends, -1. */
static int
ask(struct labels *l, size_t at, struct buf *text, struct buf *line, struct error *e)
{
	enum label_answer answer;

	do {
		int r;

		buf_reset(text);
		labels_show(l, at, text);
		if (tell(text, e) < 0)
			return -1;
		r = read_answer(line, e);
		if (r <= 0)
			return r;
		answer = label_parse(buf_span(line));
	} while (answer == LABEL_UNCLEAR);
	if (answer == LABEL_QUIT || answer == LABEL_SKIP)
		return answer == LABEL_SKIP;
	labels_decide(l, at, answer == LABEL_SAME);
	return labels_save(l, e) < 0 ? -1 : 1;
}

int
label_run(const char *queue, const char *verdicts, struct error *e)
{
	struct labels *l;
	struct buf text = { 0 }, line = { 0 };
	int r = 1;

	if (!isatty(0) || !isatty(1))
		return error_set(e, USAGE, "E_USAGE", "review needs a terminal");
	l = labels_open(queue, verdicts, e);
	if (l == NULL)
		return -1;
	for (size_t at = labels_next(l, 0); at != SIZE_MAX && r > 0; at = labels_next(l, at + 1))
		r = ask(l, at, &text, &line, e);
	buf_reset(&text);
	buf_print(&text, "\n%zu verdicts\n", l->verdicts.count);
	if (r >= 0)
		r = tell(&text, e);
	buf_done(&text);
	buf_done(&line);
	labels_close(l);
	return r;
}
