/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/raw.c: raw and raw_base64 of rejects. */
#include "ingest/raw.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/encode.h"
#include "base/error.h"
#include "io/chunk.h"
#include "io/json_write.h"
#include "io/lines.h"
#include "io/ndjson.h"
#include "io/out.h"
#include "io/source.h"

/* The header that was written last, and one that waits for its first reject. */
struct raw {
	struct ndjson	*tape;
	struct buf	 header, pending;
};

void
raw_header_write(struct span file, struct span row, struct buf *out)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	json_member_string(&w, "kind", SPAN("header"));
	json_member_string(&w, "file", file);
	json_member_string(&w, "raw", row);
	json_end(&w);
	buf_byte(out, '\n');
}

static void
keep_header(struct raw *r)
{
	uint32_t raw = ndjson_find(r->tape, 0, SPAN("raw"));
	struct arena arena = { 0 };

	buf_reset(&r->pending);
	if (raw != 0)
		buf_add(&r->pending, ndjson_text(r->tape, raw, &arena));
	arena_done(&arena);
}

static void
write_header(struct raw *r, struct buf *out)
{
	if (r->pending.len == 0 || span_equal(buf_span(&r->pending), buf_span(&r->header)))
		return;
	buf_reset(&r->header);
	buf_add(&r->header, buf_span(&r->pending));
	buf_add(out, buf_span(&r->header));
	buf_byte(out, '\n');
}

static bool
is_of_rejects(const struct ndjson *t, uint32_t kind)
{
	return ndjson_is(t, kind, SPAN("reject")) || ndjson_is(t, kind, SPAN("header")) ||
	    ndjson_is(t, kind, SPAN("stream")) || ndjson_is(t, kind, SPAN("end"));
}

static int
raw_line(struct raw *r, struct buf *out, struct error *e)
{
	const struct ndjson *t = r->tape;
	uint32_t kind = ndjson_find(t, 0, SPAN("kind")), raw = ndjson_find(t, 0, SPAN("raw"));
	uint32_t packed = ndjson_find(t, 0, SPAN("raw_base64"));
	uint32_t code = ndjson_find(t, 0, SPAN("code"));
	struct arena arena = { 0 };
	bool good = true;

	if (kind != 0 && ndjson_is(t, kind, SPAN("header")))
		keep_header(r);
	if (kind == 0 || !is_of_rejects(t, kind))
		return error_set(e, INPUT, "E_REJECT", "not a file of rejects");
	if (!ndjson_is(t, kind, SPAN("reject")) ||
	    (code != 0 && ndjson_is(t, code, SPAN("E_CSV_HEADER_ROW"))))
		return 0;
	if (ndjson_find(t, 0, SPAN("raw_bytes")) != 0)
		return error_set(e, INPUT, "E_REJECT", "a row was too long to be kept whole");
	write_header(r, out);
	if (raw != 0)
		buf_add(out, ndjson_text(t, raw, &arena));
	else
		good = packed != 0 && base64_read(out, ndjson_text(t, packed, &arena));
	arena_done(&arena);
	if (!good)
		return error_set(e, INPUT, "E_REJECT", "a reject without its bytes");
	buf_byte(out, '\n');
	return 0;
}

static int
raw_chunk(struct raw *r, const struct chunk *c, struct out *out, struct error *e)
{
	for (size_t i = 0; i < c->count; i++) {
		size_t at;

		if (c->rows[i].fault == ROW_BLANK)
			continue;
		if (ndjson_scan(r->tape, chunk_row(c, i), &at, e) < 0 ||
		    raw_line(r, out_buffer(out), e) < 0) {
			error_place(e, NULL, c->first_line + c->rows[i].line, 0);
			e->status = STATUS_INPUT;
			return -1;
		}
	}
	out_drain(out);
	return 0;
}

int
raw_file(const char *path, struct out *out, struct error *e)
{
	const struct source_options plain = { 0 };
	struct byte_source *s = source_open(path, &plain, e);
	struct raw r = { 0 };
	struct lines *lines;
	struct chunk c = { 0 };
	int got;

	if (s == NULL)
		return -1;
	lines = lines_open(s, LINE_MOST);
	r.tape = ndjson_new(NULL);
	do {
		got = lines_chunk(lines, &c, e);
		if (got == 1 && raw_chunk(&r, &c, out, e) < 0)
			got = -1;
	} while (got == 1);
	if (got < 0)
		error_place(e, source_name(s), 0, 0);
	chunk_done(&c);
	ndjson_free(r.tape);
	buf_done(&r.header);
	buf_done(&r.pending);
	lines_close(lines);
	source_close(s);
	return got;
}
