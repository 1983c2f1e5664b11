/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/crosswalk.c: profiles stand by id, records by id: each record is told its profile first. */
#include "base/alloc.h"
#include "base/buf.h"
#include "io/csv_fields.h"
#include "resolve/crosswalk.h"
#include "resolve/ids.h"
#include "resolve/store.h"

enum { BYTES = 64 << 10 };	/* of rows handed over at a time: what they take stays in the cache */

static void
put_row(struct buf *out, struct span id, const char *profile)
{
	size_t colon = span_index(id, ':');

	csv_write_cell(out, span_head(id, colon), ',', false);
	buf_byte(out, ',');
	csv_write_cell(out, span_skip(id, colon + 1), ',', false);
	buf_byte(out, ',');
	buf_add(out, span_make(profile, PROFILE_ID_LEN));
	buf_byte(out, '\n');
}

void
crosswalk_write(const struct clusters *c, const struct store *s, link_sink *give, void *arg)
{
	const struct cluster **of = mem_alloc(s->count * sizeof *of);
	struct buf rows = { 0 };

	for (size_t i = 0; i < c->count; i++)
		for (uint32_t m = 0; m < c->list[i].count; m++)
			of[c->members[c->list[i].at + m]] = &c->list[i];
	buf_text(&rows, "source,key,profile\n");
	for (size_t r = 0; r < s->count; r++) {
		put_row(&rows, rec_id(&s->rec[r]), of[r]->id);
		if (rows.len >= BYTES) {
			give(arg, buf_span(&rows));
			buf_reset(&rows);
		}
	}
	give(arg, buf_span(&rows));
	buf_done(&rows);
	mem_free(of);
}
