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
	json_end(&w);
	buf_byte(out, '\n');
}
