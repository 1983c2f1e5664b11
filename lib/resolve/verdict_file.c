/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/verdict_file.c: line by line, strictly: a verdict that is lost joins or parts two
 * people. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "io/ndjson.h"
#include "io/source.h"
#include "model/stream.h"
#include "resolve/merge.h"
#include "resolve/store.h"
#include "resolve/verdict_file.h"

#include <string.h>

struct reading {
	struct verdicts	*v;
	struct ndjson	*n;
	struct arena	 arena;		/* of one line */
	bool		 open;		/* a stream that has not ended */
};

static int
wrong(struct error *e, const char *what)
{
	return error_set(e, USAGE, "E_VERDICTS", "%s", what);
}

/* The text of a member, or an absent span. */
static struct span
text_of(struct reading *r, const char *name)
{
	uint32_t at = ndjson_find(r->n, 0, span_from(name));

	if (at == 0 || ndjson_nodes(r->n, NULL)[at].type != ND_STRING)
		return span_none();
	return ndjson_text(r->n, at, &r->arena);
}

static struct span
key_of(struct buf *key, struct span a, struct span b)
{
	buf_reset(key);
	buf_add(key, a);
	buf_byte(key, 0);
	buf_add(key, b);
	return buf_span(key);
}

/* The verdict on the pair, or a new one. */
static struct verdict *
verdict_on(struct verdicts *v, struct span a, struct span b, bool *known)
{
	struct buf key = { 0 };
	size_t at;

	if (span_cmp(a, b) > 0)
		return verdict_on(v, b, a, known);
	if (v->pairs == NULL)
		v->pairs = map_new();
	at = map_add(v->pairs, key_of(&key, a, b));
	buf_done(&key);
	*known = at < v->count;
	if (!*known) {
		v->list = mem_grow(v->list, v->count + 1, &v->cap, sizeof *v->list);
		v->list[v->count++] = (struct verdict){ .a = arena_copy(&v->arena, a),
		    .b = arena_copy(&v->arena, b) };
	}
	return &v->list[at];
}

static int
keep(struct verdicts *v, struct span a, struct span b, bool same, struct error *e)
{
	struct verdict *one;
	bool known;

	if (span_equal(a, b))
		return wrong(e, "a verdict on a record and itself");
	one = verdict_on(v, a, b, &known);
	if (known && one->file == v->files && one->same != same)
		return wrong(e, "the pair has another verdict in this file");
	one->file = v->files;
	one->same = same;
	return 0;
}

void
verdicts_add(struct verdicts *v, struct span a, struct span b, bool same)
{
	bool known;
	struct verdict *one = verdict_on(v, a, b, &known);

	one->file = v->files;
	one->same = same;
}

static int
read_link(struct reading *r, struct error *e)
{
	struct span a = text_of(r, "a"), b = text_of(r, "b"), verdict = text_of(r, "verdict");

	if (a.p == NULL || a.len == 0 || b.p == NULL || b.len == 0)
		return wrong(e, "\"a\" and \"b\" are not two record ids");
	if (span_is(verdict, "same") || span_is(verdict, "different"))
		return keep(r->v, a, b, span_is(verdict, "same"), e);
	if (!span_is(verdict, "review") && !span_is(verdict, "link") && !span_is(verdict, "below"))
		return wrong(e, "\"verdict\" is neither \"same\" nor \"different\"");
	r->v->unanswered++;
	return 0;
}

/* The queue may come with the first and the last line of a stream. */
static int
read_frame(struct reading *r, struct span kind, struct error *e)
{
	uint32_t ok = ndjson_find(r->n, 0, SPAN("ok"));

	if (span_is(kind, "stream")) {
		r->open = true;
		return span_is(text_of(r, "schema"), STREAM_SCHEMA) ? 0 :
		    wrong(e, "a stream of another schema than " STREAM_SCHEMA);
	}
	if (ok == 0 || ndjson_nodes(r->n, NULL)[ok].type != ND_TRUE)
		return error_set(e, INPUT, "E_STREAM_END", "the stream says that it is not whole");
	r->open = false;
	return 0;
}

static int
read_line(struct reading *r, struct span line, struct error *e)
{
	struct error bad = { 0 };
	struct span kind;
	size_t at;

	arena_reset(&r->arena);
	if (ndjson_scan(r->n, line, &at, &bad) < 0)
		return wrong(e, "not a JSON object");
	kind = text_of(r, "kind");
	if (span_is(kind, "link"))
		return read_link(r, e);
	if (span_is(kind, "stream") || span_is(kind, "end"))
		return read_frame(r, kind, e);
	return wrong(e, "not a line of kind \"link\"");
}

static int
read_lines(struct reading *r, struct span text, struct error *e)
{
	struct span line;

	for (uint64_t number = 1; span_split(&text, '\n', &line); number++) {
		if (line.len > 0 && line.p[line.len - 1] == '\r')
			line.len--;
		if (line.len > 0 && read_line(r, line, e) < 0) {
			error_place(e, NULL, number, 0);
			return -1;
		}
	}
	if (r->open)
		return error_set(e, INPUT, "E_STREAM_END", "the stream has no end");
	return 0;
}

int
verdicts_read(struct verdicts *v, struct byte_source *s, struct error *e)
{
	struct reading r = { .v = v, .n = ndjson_new(NULL) };
	struct buf all = { 0 };
	int done;

	v->files++;
	done = source_read_all(s, 0, &all, e);
	if (done == 0)
		done = read_lines(&r, buf_span(&all), e);
	error_place(e, source_name(s), 0, 0);
	buf_done(&all);
	arena_done(&r.arena);
	ndjson_free(r.n);
	return done;
}

int
verdicts_load(struct verdicts *v, const char *path, struct error *e)
{
	struct byte_source *s = source_open(path, NULL, e);
	int done;

	if (s == NULL)
		return -1;
	done = verdicts_read(v, s, e);
	source_close(s);
	return done;
}

const struct verdict *
verdicts_find(const struct verdicts *v, struct span a, struct span b)
{
	struct buf key = { 0 };
	size_t at;

	if (v->pairs == NULL)
		return NULL;
	at = span_cmp(a, b) < 0 ? map_index(v->pairs, key_of(&key, a, b)) :
	    map_index(v->pairs, key_of(&key, b, a));
	buf_done(&key);
	return at == SIZE_MAX ? NULL : &v->list[at];
}

size_t
verdicts_demand(const struct verdicts *v, const struct store *s, struct demand *demands,
    uint64_t *unknown)
{
	size_t count = 0;

	*unknown = 0;
	for (size_t i = 0; i < v->count; i++) {
		uint32_t a, b;

		if (!store_find(s, v->list[i].a, &a) || !store_find(s, v->list[i].b, &b)) {
			++*unknown;
			continue;
		}
		demands[count++] = (struct demand){ a, b,
		    v->list[i].same ? DEMAND_SAME : DEMAND_DIFFERENT };
	}
	return count;
}

void
verdicts_done(struct verdicts *v)
{
	arena_done(&v->arena);
	map_free(v->pairs);
	mem_free(v->list);
	*v = (struct verdicts){ 0 };
}
