/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cold_test.c: packed lines come back byte for byte, whatever they hold and whoever packs. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/pipeline.h"
#include "draw.h"
#include "io/ndjson.h"
#include "model/record_plain.h"
#include "pack.h"
#include "resolve/cold.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>

enum { SEED = 23, LINES = 20000, TASKS = 8 };

/* Lines of one packer, one behind the other. */
struct packed {
	struct buf	 lines, cold;
	size_t		*at, *cold_at, count;
};

static void
draw_text(struct buf *out, unsigned longest)
{
	static const char *const parts[] = { "a", "Ana", "\\u00e9", "\xc3\xa9", "\\\"", " ", "12", ",", "{", "\\n" };

	for (uint64_t n = draw(longest); n > 0; n--)
		buf_text(out, parts[draw(sizeof parts / sizeof *parts)]);
}

static void
draw_value(struct buf *out, unsigned depth)
{
	static const char *const others[] = { "null", "true", "-1.5e3", "[]", "{}", "0", "[ 1 , 2 ]" };
	uint64_t kind = draw(depth == 0 ? 4 : 3);

	if (kind == 0) {
		buf_text(out, others[draw(sizeof others / sizeof *others)]);
	} else if (kind < 3) {
		buf_byte(out, '"');
		draw_text(out, draw(50) == 0 ? 300 : 6);
		buf_byte(out, '"');
	} else {
		buf_text(out, "[\"x\",\"");
		draw_text(out, 3);
		buf_text(out, "\",{\"deep\":");
		draw_value(out, 1);
		buf_text(out, "}]");
	}
}

/* A line with an id that it may hold, and few or many names of members. */
static void
draw_line(struct buf *out, char id[32])
{
	snprintf(id, 32, "s%u:%u", (unsigned)draw(3), (unsigned)draw(1000000));
	buf_print(out, "{\"id\":\"%s\",\"key\":\"%s\"", id, id + 3);
	for (uint64_t n = draw(8), i = 0; i < n; i++) {
		buf_print(out, ",%s\"m%u\": ", draw(9) == 0 ? "  " : "", (unsigned)(i + 10 * draw(draw(20) == 0 ? 400 : 2)));
		draw_value(out, 0);
	}
	buf_text(out, draw(5) == 0 ? "} " : "}");
}

static void
pack_all(struct packed *p, struct cold *c)
{
	struct cold_packer packer = { .shared = c };
	struct ndjson *n = ndjson_new(NULL);
	struct line_values values = { 0 };
	struct error e = { 0 };
	char id[32];

	p->at = mem_alloc((LINES + 1) * sizeof *p->at);
	p->cold_at = mem_alloc(LINES * sizeof *p->cold_at);
	for (p->count = 0; p->count < LINES; p->count++) {
		size_t at;

		p->at[p->count] = p->lines.len;
		p->cold_at[p->count] = p->cold.len;
		draw_line(&p->lines, id);
		if (ndjson_scan(n, span_make(p->lines.p + p->at[p->count], p->lines.len - p->at[p->count]),
		    &at, &e) < 0)
			abort();
		line_values_find(&values, n);
		pack_line(&packer, ndjson_line(n), &values, span_from(id), &p->cold);
	}
	p->at[LINES] = p->lines.len;
	buf_room(&p->cold, COLD_ROOM);
	ndjson_free(n);
	line_values_done(&values);
}

static size_t
count_wrong(const struct packed *p, const struct cold *c)
{
	struct arena arena = { 0 };
	size_t wrong = 0;

	for (size_t i = 0; i < p->count; i++) {
		const char *cold = p->cold.p + p->cold_at[i];
		struct span line = span_make(p->lines.p + p->at[i], p->at[i + 1] - p->at[i]);
		struct span id = cold_id(cold);

		wrong += !span_equal(cold_line(c, cold, &arena), line) ||
		    !span_equal(id, span_make(line.p + 7, id.len)) || line.p[7 + id.len] != '"';
		arena_reset(&arena);
	}
	arena_done(&arena);
	return wrong;
}

static void
done(struct packed *p)
{
	buf_done(&p->lines);
	buf_done(&p->cold);
	mem_free(p->at);
	mem_free(p->cold_at);
}

static void
any_lines(void)
{
	struct cold *c = cold_new();
	struct packed p = { 0 };

	draw_begin(SEED, LINES);
	pack_all(&p, c);
	ok(count_wrong(&p, c) == 0, "lines come back, with more gaps than have numbers");
	done(&p);
	cold_free(c);
	cold_free(NULL);
}

/* Each packs the same lines; numbers are given by whoever comes first. */
struct several {
	struct cold	*cold;
	struct buf	 lines;
	size_t		*at;
	struct packed	 of[TASKS];
};

static void
pack_some(void *arg, unsigned task)
{
	struct several *s = arg;
	struct packed *p = &s->of[task];
	struct cold_packer packer = { .shared = s->cold };
	struct ndjson *n = ndjson_new(NULL);
	struct line_values values = { 0 };
	struct error e = { 0 };

	p->at = mem_copy(s->at, (LINES + 1) * sizeof *p->at);
	p->cold_at = mem_alloc(LINES * sizeof *p->cold_at);
	buf_add(&p->lines, buf_span(&s->lines));
	for (size_t i = 0; i < LINES; i++) {
		struct span line = span_make(p->lines.p + p->at[i], p->at[i + 1] - p->at[i]);
		size_t at;

		if (ndjson_scan(n, line, &at, &e) < 0)
			abort();
		p->cold_at[i] = p->cold.len;
		line_values_find(&values, n);
		pack_line(&packer, ndjson_line(n), &values, span_head(span_skip(line, 7), span_index(span_skip(line, 7), '"')),
		    &p->cold);
	}
	p->count = LINES;
	buf_room(&p->cold, COLD_ROOM);
	ndjson_free(n);
	line_values_done(&values);
}

static void
by_several(void)
{
	struct several s = { .cold = cold_new() };
	struct packed first = { 0 };
	size_t wrong = 0;

	pack_all(&first, s.cold);
	cold_free(s.cold);
	s.cold = cold_new();
	s.lines = first.lines;
	s.at = first.at;
	parallel_each(3, TASKS, pack_some, &s);
	for (int t = 0; t < TASKS; t++) {
		wrong += count_wrong(&s.of[t], s.cold);
		done(&s.of[t]);
	}
	ok(wrong == 0, "lines come back that threads packed at once");
	done(&first);
	cold_free(s.cold);
}

/* As generated customers are: names of members, few sources and countries, an id said three times. */
static void
two_fifths(void)
{
	struct cold *c = cold_new();
	struct cold_packer packer = { .shared = c };
	struct ndjson *n = ndjson_new(NULL);
	struct line_values values = { 0 };
	struct error e = { 0 };
	struct buf line = { 0 }, cold = { 0 };
	size_t plain = 0, at;

	for (unsigned i = 0; i < 1000; i++) {
		char id[32];

		snprintf(id, sizeof id, "shop:%u", i * 7919);
		buf_reset(&line);
		buf_print(&line, "{\"kind\":\"record\",\"id\":\"%s\",\"source\":\"shop\",\"key\":\"%s\",\"channel\":\"web\","
		    "\"given_name\":\"Given%u\",\"family_name\":\"Family%u\",\"address\":[{\"street_address\":\"%u Road\","
		    "\"country\":\"US\"}],\"purposes\":[\"order_fulfilment\",\"identity_resolution\"]}", id, id + 5, i, i, i);
		if (ndjson_scan(n, buf_span(&line), &at, &e) < 0)
			abort();
		plain += line.len;
		line_values_find(&values, n);
		pack_line(&packer, ndjson_line(n), &values, span_from(id), &cold);
	}
	ok(cold.len * 5 < plain * 2, "lines of one shape take less than two fifths (%zu of %zu bytes)",
	    cold.len, plain);
	buf_done(&line);
	buf_done(&cold);
	ndjson_free(n);
	line_values_done(&values);
	cold_free(c);
}

int
main(void)
{
	any_lines();
	by_several();
	two_fifths();
	return tap_done();
}
