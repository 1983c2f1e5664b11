/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/egress_log.c: lines of the journal, and the rows behind an intent. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/number.h"
#include "export/egress_log.h"
#include "export/file_digest.h"
#include "io/journal.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "io/out.h"

#include <stdio.h>
#include <stdlib.h>

static struct span
member(const struct ndjson *n, const char *key, struct arena *arena)
{
	uint32_t node = ndjson_find(n, 0, span_from(key));

	return node == 0 ? SPAN("") : ndjson_text(n, node, arena);
}

void
egress_text(char *to, size_t size, struct span s)
{
	size_t len = s.len < size - 1 ? s.len : size - 1;

	memcpy(to, s.p, len);
	to[len] = '\0';
}

void
egress_run_read(struct egress_run *run, const struct egress_line *l)
{
	const struct ndjson *n = l->tape;

	*run = (struct egress_run){ .at = INSTANT_NONE };
	egress_text(run->run, sizeof run->run, l->run);
	egress_text(run->sha256, sizeof run->sha256, member(n, "sha256", l->arena));
	egress_text(run->as_of, sizeof run->as_of, member(n, "as_of", l->arena));
	egress_text(run->file, sizeof run->file, member(n, "file", l->arena));
	if (!u64_parse(member(n, "max_decision_age", l->arena), &run->max_age))
		run->max_age = DAY_MS;
	if (!instant_parse(member(n, "at", l->arena), &run->at))
		run->at = INSTANT_NONE;
}

/* ---- the journal ---- */

struct reading {
	struct ndjson	*scanner;
	struct arena	 arena;
	egress_visit	*visit;
	void		*arg;
};

static int
read_line(void *arg, struct span line, uint64_t seq, struct error *e)
{
	struct reading *r = arg;
	struct egress_line l = { .seq = seq, .raw = line, .tape = r->scanner, .arena = &r->arena };
	size_t at;

	arena_reset(&r->arena);
	if (ndjson_scan(r->scanner, line, &at, e) < 0) {
		error_clear(e);
		return error_set(e, UNSAFE, "E_LEDGER", "an egress line that is no JSON");
	}
	l.event = member(r->scanner, "event", &r->arena);
	l.run = member(r->scanner, "run", &r->arena);
	l.to = member(r->scanner, "to", &r->arena);
	return r->visit(r->arg, &l, e);
}

int
egress_log_each(const char *state, egress_visit *visit, void *arg, struct error *e)
{
	struct reading r = { .scanner = ndjson_new(NULL), .visit = visit, .arg = arg };
	struct buf path = { 0 };
	struct journal_head head;
	int result;

	buf_print(&path, "%s/egress/journal.ndjson%c", state, 0);
	result = journal_read(path.p, SPAN(EGRESS_ORIGIN), read_line, &r, &head, e);
	if (result < 0)
		error_place(e, "egress journal", 0, 0);
	ndjson_free(r.scanner);
	arena_done(&r.arena);
	buf_done(&path);
	return result;
}

struct search {
	struct span		 run;
	struct egress_run	*found;
	bool			 intent, published;
};

static int
look(void *arg, const struct egress_line *l, struct error *e)
{
	struct search *s = arg;

	(void)e;
	if (!span_equal(l->run, s->run))
		return 0;
	if (span_is(l->event, "intent")) {
		egress_run_read(s->found, l);
		s->intent = true;
	}
	s->published |= span_is(l->event, "published");
	return 0;
}

int
egress_find(const char *state, struct span run, struct egress_run *out, struct error *e)
{
	struct search s = { .run = run, .found = out };

	return egress_log_each(state, look, &s, e) < 0 ? -1 : s.intent && s.published;
}

struct listing {
	struct span	 to;
	instant		 since;
	struct out	*out;
};

static int
print(void *arg, const struct egress_line *l, struct error *e)
{
	struct listing *s = arg;
	instant at;

	(void)e;
	if (s->to.p != NULL && !span_equal(s->to, l->to))
		return 0;
	if (s->since != INSTANT_NONE && instant_parse(member(l->tape, "at", l->arena), &at) &&
	    at < s->since)
		return 0;
	buf_add(out_buffer(s->out), l->raw);
	buf_byte(out_buffer(s->out), '\n');
	return 0;
}

int
egress_list(const char *state, struct span to, instant since, struct out *out, struct error *e)
{
	struct listing s = { to, since, out };

	return egress_log_each(state, print, &s, e);
}

/* ---- one line and its rows ---- */

struct showing {
	uint64_t	 seq;
	const struct egress_person *person;	/* whose rows; NULL: all, and no word of the run */
	struct buf	 line;		/* of the journal; empty: not found */
	struct span	 at, to, recipient, purpose, detail, sha256;	/* in the arena */
	struct span	*fields;
	size_t		 field_count;
	struct arena	 arena;
};

static int
keep(void *arg, const struct egress_line *l, struct error *e)
{
	struct showing *s = arg;
	uint32_t fields = ndjson_find(l->tape, 0, SPAN("fields"));

	(void)e;
	if (l->seq != s->seq)
		return 0;
	buf_add(&s->line, l->raw);
	s->at = arena_copy(&s->arena, member(l->tape, "at", &s->arena));
	s->to = arena_copy(&s->arena, l->to);
	s->detail = arena_copy(&s->arena, member(l->tape, "detail", &s->arena));
	s->sha256 = arena_copy(&s->arena, member(l->tape, "detail_sha256", &s->arena));
	s->recipient = arena_copy(&s->arena, member(l->tape, "recipient", &s->arena));
	s->purpose = arena_copy(&s->arena, member(l->tape, "purpose", &s->arena));
	if (fields == 0)
		return 0;
	s->fields = arena_alloc(&s->arena, ndjson_count(l->tape, fields) * sizeof *s->fields);
	for (uint32_t x = ndjson_first(l->tape, fields); x != 0; x = ndjson_sibling(l->tape, x))
		s->fields[s->field_count++] = arena_copy(&s->arena, ndjson_text(l->tape, x, &s->arena));
	return 0;
}

/* Four fields a hexadecimal digit, the first field the highest bit. */
static bool
stands(struct span present, size_t field)
{
	char c = field / 4 < present.len ? present.p[field / 4] : '0';
	int digit = c >= 'a' && c <= 'f' ? c - 'a' + 10 : c - '0';

	return digit >> (3 - field % 4) & 1;
}

/* By which value of the person a row is found; absent: by none. An address says more than the profile. */
static struct span
found_by(const struct egress_person *person, const struct ndjson *n, struct arena *arena)
{
	const uint64_t *i = map_find(person->tokens, member(n, "a", arena));

	if (i == NULL)
		i = map_find(person->tokens, member(n, "p", arena));
	return i == NULL ? span_none() : person->paths[*i];
}

static void
show_row(const struct showing *s, const struct ndjson *n, struct arena *arena, struct buf *out)
{
	static const char *const tokens[] = { "p", "a", "d", "c" };
	struct json_writer w = json_writer(out);
	struct span present = member(n, "f", arena), path = span_none();

	if (s->person != NULL && (path = found_by(s->person, n, arena)).p == NULL)
		return;
	json_open_object(&w);
	if (s->person != NULL) {
		json_member_u64(&w, "egress", s->seq);
		json_member_string(&w, "at", s->at);
		json_member_string(&w, "to", s->to);
		json_member_string(&w, "by", path);
	}
	json_member_string(&w, "recipient", s->recipient);
	json_member_string(&w, "purpose", s->purpose);
	for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
		json_member_string(&w, tokens[i], member(n, tokens[i], arena));
	json_key(&w, SPAN("fields"));
	json_open_array(&w);
	for (size_t i = 0; i < s->field_count; i++)
		if (stands(present, i))
			json_text(&w, s->fields[i]);
	json_end(&w);
	json_end(&w);
	buf_byte(out, '\n');
}

static int
show_rows(const struct showing *s, const char *path, struct out *out, struct error *e)
{
	struct ndjson *scanner = ndjson_new(NULL);
	struct arena arena = { 0 };
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t cap = 0, at;
	ssize_t len = 0;
	int r = f == NULL ? error_system(e, STATUS_UNSAFE, "E_EGRESS", path, "open") : 0;

	while (r == 0 && len >= 0) {
		len = getline(&line, &cap, f);
		if (len <= 0)
			break;
		arena_reset(&arena);
		r = ndjson_scan(scanner, span_make(line, (size_t)len - 1), &at, e);
		if (r == 0)
			show_row(s, scanner, &arena, out_buffer(out));
		out_drain(out);
	}
	if (f != NULL)
		fclose(f);
	free(line);
	ndjson_free(scanner);
	arena_done(&arena);
	return r;
}

static int
show_detail(const struct showing *s, const char *state, struct out *out, struct error *e)
{
	struct error unread = { 0 };
	char digest[FILE_DIGEST_HEX + 1];
	struct buf path = { 0 };
	int r = 0;

	buf_print(&path, "%s/egress/%.*s%c", state, SPAN_ARG(s->detail), 0);
	if (file_digest(path.p, digest, NULL, &unread) < 0 || !span_is(s->sha256, digest))
		r = error_set(e, UNSAFE, "E_EGRESS", "%.*s is not the detail of its intent",
		    SPAN_ARG(s->detail));
	if (r == 0)
		r = show_rows(s, path.p, out, e);
	buf_done(&path);
	return r;
}

int
egress_show(const char *state, uint64_t seq, struct out *out, struct error *e)
{
	struct showing s = { .seq = seq };
	int r = egress_log_each(state, keep, &s, e);

	if (r == 0 && s.line.len == 0)
		r = error_set(e, USAGE, "E_USAGE", "the egress log has no line of that number");
	if (r == 0) {
		buf_byte(&s.line, '\n');
		out_add(out, buf_span(&s.line));
		if (s.detail.len > 0)
			r = show_detail(&s, state, out, e);
	}
	buf_done(&s.line);
	arena_done(&s.arena);
	return r;
}

/* ---- who got what of a person ---- */

struct asking {
	const char			*state;
	const struct egress_person	*person;
	struct map			*void_runs;
	struct out			*out;
};

static int
note_void(void *arg, const struct egress_line *l, struct error *e)
{
	struct asking *a = arg;

	(void)e;
	if (span_is(l->event, "void"))
		map_add(a->void_runs, l->run);
	return 0;
}

/* An intent that nothing settled counts as disclosed. */
static int
show_of_person(void *arg, const struct egress_line *l, struct error *e)
{
	struct asking *a = arg;
	struct showing s = { .seq = l->seq, .person = a->person };
	int r;

	if (!span_is(l->event, "intent") || map_has(a->void_runs, l->run))
		return 0;
	r = keep(&s, l, e);
	if (r == 0 && s.detail.len > 0)
		r = show_detail(&s, a->state, a->out, e);
	buf_done(&s.line);
	arena_done(&s.arena);
	return r;
}

int
egress_rows_of(const char *state, const struct egress_person *person, struct out *out,
    struct error *e)
{
	struct asking a = { state, person, map_new(), out };
	int r = egress_log_each(state, note_void, &a, e);

	if (r == 0)
		r = egress_log_each(state, show_of_person, &a, e);
	map_free(a.void_runs);
	return r;
}
