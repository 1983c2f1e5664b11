/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/intake_ndjson.c: lines of foreign JSON, read by the paths of the mapping. */
#include "ingest/intake_priv.h"
#include "base/error.h"
#include "io/ndjson.h"

static void
good_line(struct intake *t, struct job *j, struct hand *h, size_t i)
{
	struct error e = { 0 };
	size_t at = 0;

	if (ndjson_scan(h->tape, chunk_row(&j->chunk, i), &at, &e) < 0) {
		j->truncated = j->chunk.rows[i].unended;
		if (!j->truncated)
			job_refuse_row(j, i, e.code, (uint32_t)at, span_from(e.text));
		return;
	}
	paths_find(t->paths, h->tape, &h->found);
	h->builder->extras = h->found.extras;
	h->builder->extra_count = h->found.extra_count;
	h->builder->line = ndjson_line(h->tape);
	j->tally[TALLY_ROWS]++;
	job_settle(j, i, h->builder, row_build(h->builder, h->found.cells, &j->records,
	    t->o->consent_out != NULL ? &j->consent : &j->records));
}

void
intake_ndjson_work(struct intake *t, struct job *j, struct hand *h)
{
	h->builder->tally = j->tally;
	for (size_t i = 0; i < j->chunk.count; i++) {
		const struct row *row = &j->chunk.rows[i];

		if (row->fault == ROW_GOOD)
			good_line(t, j, h, i);
		else if (row->fault == ROW_LONG)
			job_refuse_row(j, i, "E_LINE_LONG", UINT32_MAX, SPAN("is longer than --max-line"));
		else if (t->o->blank_error)
			job_refuse_row(j, i, "E_BLANK", UINT32_MAX, SPAN("is a blank line"));
		else
			j->tally[TALLY_BLANK]++;
	}
}
