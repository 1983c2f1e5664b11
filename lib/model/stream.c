/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/stream.c: the envelope of our streams. */
#include "base/buf.h"
#include "io/json_write.h"
#include "model/stream.h"

#include <assert.h>

struct json_writer
stream_header(struct buf *out, const char *tool, struct span as_of)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	json_member_string(&w, "kind", SPAN("stream"));
	json_member_string(&w, "schema", SPAN(STREAM_SCHEMA));
	json_member_string(&w, "tool", span_from(tool));
	json_member_string(&w, "version", SPAN(CDP_VERSION));
	json_member_string(&w, "as_of", as_of);
	return w;
}

void
stream_header_end(struct json_writer *w)
{
	json_end(w);
	buf_byte(w->out, '\n');
}

void
stream_end_write(struct buf *out, const struct stream_end *end)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	json_member_string(&w, "kind", SPAN("end"));
	json_member_u64(&w, "in", end->in);
	json_member_u64(&w, "out", end->out);
	json_member_u64(&w, "rejected", end->rejected);
	json_member_u64(&w, "suppressed", end->suppressed);
	json_member_u64(&w, "skipped", end->skipped);
	json_key(&w, SPAN("by_kind"));
	json_open_object(&w);
	for (size_t i = 0; i < end->kinds; i++)
		json_member_u64(&w, end->by_kind[i].kind, end->by_kind[i].count);
	json_end(&w);
	json_member_bool(&w, "ok", end->ok);
	json_member_u64(&w, "code", (uint64_t)end->code);
	json_end(&w);
	buf_byte(out, '\n');
}

void
stream_count(struct stream_end *end, const char *kind, uint64_t lines)
{
	size_t i = 0;

	while (i < end->kinds && strcmp(end->by_kind[i].kind, kind) != 0)
		i++;
	if (i == end->kinds) {
		assert(i < sizeof end->by_kind / sizeof end->by_kind[0]);
		end->by_kind[end->kinds++].kind = kind;
	}
	end->by_kind[i].count += lines;
	end->out += lines;
}
