/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/rejects.c: counts refused lines by reason, and keeps or names them. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "io/json_write.h"
#include "io/out.h"
#include "model/reject.h"
#include "model/rejects.h"
#include "model/stream.h"

enum { NAMED_MAX = 10 };	/* rejects named on stderr when there is no file */

struct rejects {
	struct rejects_options	 o;
	struct map		*codes;
	uint64_t		 count;
	bool			 begun;		/* the header of the file is written */
};

struct rejects *
rejects_new(const struct rejects_options *o)
{
	struct rejects *r = mem_zero(1, sizeof *r);

	r->o = *o;
	r->codes = map_new();
	return r;
}

void
rejects_free(struct rejects *r)
{
	if (r == NULL)
		return;
	map_free(r->codes);
	mem_free(r);
}

static void
begin(struct rejects *r)
{
	struct buf *out = out_buffer(r->o.file), as_of = { 0 }, expires = { 0 };
	struct json_writer w;

	r->begun = true;
	if (r->o.as_of != INSTANT_NONE) {
		struct duration keep = { 0, (int64_t)r->o.days * DAY_MS };

		instant_write(&as_of, r->o.as_of);
		instant_write(&expires, instant_add(r->o.as_of, keep, 1));
	}
	w = stream_header(out, r->o.tool, as_of.len > 0 ? buf_span(&as_of) : span_none());
	json_member_u64(&w, "rejects_days", r->o.days);
	json_member_string(&w, "expires", expires.len > 0 ? buf_span(&expires) : span_none());
	stream_header_end(&w);
	buf_done(&as_of);
	buf_done(&expires);
}

/* "crm.csv:17:33: E_DATE: column \"birth\" is not a date" */
static void
name_one(const struct rejects *r, const struct reject *one, const char *text)
{
	struct error e = { 0 };
	struct buf file = { 0 }, line = { 0 };

	buf_add(&file, one->file);
	buf_byte(&file, '\0');
	error_put(&e, STATUS_REFUSED, one->code, "%s", text);
	error_place(&e, file.p, one->line, one->column);
	error_format(&e, &line);
	r->o.name(r->o.arg, buf_span(&line));
	buf_done(&file);
	buf_done(&line);
}

int
rejects_add(struct rejects *r, const struct reject *one, const char *text, struct error *e)
{
	++*map_slot(r->codes, span_from(one->code));
	if (r->o.file != NULL) {
		if (!r->begun)
			begin(r);
		reject_write(one, out_buffer(r->o.file));
		out_drain(r->o.file);
	} else if (r->count < NAMED_MAX && r->o.name != NULL && !r->o.strict)
		name_one(r, one, text);
	r->count++;
	if (!r->o.strict)
		return 0;
	error_put(e, STATUS_REFUSED, one->code, "%s", text);
	e->byte = one->byte;
	if (e->file[0] == '\0') {
		struct buf file = { 0 };

		buf_add(&file, one->file);
		buf_byte(&file, '\0');
		error_place(e, file.p, one->line, one->column);
		buf_done(&file);
	}
	return -1;
}

uint64_t
rejects_count(const struct rejects *r)
{
	return r->count;
}

bool
rejects_are_unseen(const struct rejects *r)
{
	return r->o.file == NULL && r->count > NAMED_MAX;
}

bool
rejects_too_many(const struct rejects *r, uint64_t lines_in)
{
	if (r->o.most_ppm > 0)
		return r->count * 1000000 > lines_in * r->o.most_ppm;
	return r->count > r->o.most;
}

void
rejects_summary(const struct rejects *r, struct json_writer *w)
{
	map_sort(r->codes);
	json_open_object(w);
	for (size_t i = 0; i < map_size(r->codes); i++) {
		json_key(w, map_key(r->codes, i));
		json_u64(w, map_value(r->codes, i));
	}
	json_end(w);
}

void
rejects_tell(const struct rejects *r, struct buf *out)
{
	map_sort(r->codes);
	for (size_t i = 0; i < map_size(r->codes); i++)
		buf_print(out, "%s%.*s %llu", i == 0 ? "" : ", ", SPAN_ARG(map_key(r->codes, i)),
		    (unsigned long long)map_value(r->codes, i));
}

void
rejects_finish(struct rejects *r)
{
	struct stream_end end = { .in = r->count, .ok = true };

	if (r->o.file == NULL)
		return;
	if (!r->begun)
		begin(r);
	stream_count(&end, "reject", r->count);
	stream_end_write(out_buffer(r->o.file), &end);
}
