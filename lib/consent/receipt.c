/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/receipt.c: a receipt as a line. */
#include "base/buf.h"
#include "consent/ledger_write.h"
#include "consent/receipt.h"
#include "io/json_write.h"

void
receipt_write(const struct receipt *r, struct span type, struct span identifier, struct buf *out)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	json_member_string(&w, "id", span_from(r->id));
	json_member_u64(&w, "seq", r->seq);
	json_member_string(&w, "leaf", span_from(r->leaf));
	json_member_string(&w, "type", type);
	json_member_string(&w, "identifier", identifier);
	buf_byte(out, '\n');
}

void
receipts_end(struct span open, uint64_t size, char between, struct buf *out)
{
	struct span one;

	while (open.len > 0 && span_split(&open, '\n', &one)) {
		buf_add(out, one);
		buf_text(out, ",\"size\":");
		buf_u64(out, size);
		buf_byte(out, '}');
		if (between == '\n' || open.len > 0)
			buf_byte(out, between);
	}
}
