/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/reject.c: one refused line as a line. */
#include "base/buf.h"
#include "base/encode.h"
#include "base/utf8.h"
#include "io/json_write.h"
#include "model/reject.h"

static void
write_raw(struct json_writer *w, struct span raw)
{
	struct buf text = { 0 };

	if (raw.p == NULL)
		return;
	if (utf8_bad(raw) == raw.len) {
		json_member_string(w, "raw", raw);
		return;
	}
	base64_write(&text, raw);
	json_member_string(w, "raw_base64", buf_span(&text));
	buf_done(&text);
}

void
reject_write(const struct reject *r, struct buf *out)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	json_member_string(&w, "kind", SPAN("reject"));
	json_member_string(&w, "tool", span_from(r->tool));
	json_member_string(&w, "file", r->file);
	json_member_u64(&w, "line", r->line);
	json_member_u64(&w, "lines", r->lines == 0 ? 1 : r->lines);
	json_member_u64(&w, "byte", r->byte);
	json_member_string(&w, "column", r->field);
	json_member_string(&w, "code", span_from(r->code));
	json_member_string(&w, "source", r->source);
	write_raw(&w, span_head(r->raw, r->raw_bytes > 0 ? REJECT_RAW_MAX : r->raw.len));
	if (r->raw_bytes > 0)
		json_member_u64(&w, "raw_bytes", r->raw_bytes);
	json_end(&w);
	buf_byte(out, '\n');
}
