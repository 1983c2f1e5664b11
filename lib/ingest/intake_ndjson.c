/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/intake_ndjson.c: lines of foreign JSON, read by the paths of the mapping. */
#include "ingest/intake_priv.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/map.h"
#include "ingest/auto.h"
#include "io/lines.h"
#include "io/ndjson.h"

enum { NAMES_MOST = 1000 };	/* members without a mapping that the summary names */

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
			job_refuse_row(j, i, "E_LINE_LONG", UINT32_MAX,
			    SPAN("is longer than --max-line"));
		else if (t->o->blank_error)
			job_refuse_row(j, i, "E_BLANK", UINT32_MAX, SPAN("is a blank line"));
		else
			j->tally[TALLY_BLANK]++;
	}
}

/* ---- before the run: what the sample holds that the mapping does not name ---- */

struct names {
	struct map	*unmapped, *secret;
};

static void
add_names(struct names *names, const struct found *f)
{
	for (size_t i = 0; i < f->extra_count && map_size(names->unmapped) < NAMES_MOST; i++) {
		map_add(names->unmapped, f->extras[i].name);
		if (f->extras[i].secret)
			map_add(names->secret, f->extras[i].name);
	}
}

static void
read_names(const struct input *in, const struct intake_options *o, struct span head,
    struct names *names)
{
	const struct nd_limits limits = { .depth = (uint32_t)o->max_depth,
	    .keys = (uint32_t)o->max_keys };
	struct paths *paths = paths_new(in->plan);
	struct ndjson *tape = ndjson_new(&limits);
	struct byte_source *s = source_of(head, "sample");
	struct lines *lines = lines_open(s, o->max_line);
	struct chunk c = { 0 };
	struct error ignored = { 0 };	/* the sample may end inside a line */
	struct found f;
	size_t left = SAMPLE_ROWS, at;

	found_init(&f, in->plan->column_count);
	while (left > 0 && lines_chunk(lines, &c, &ignored) == 1) {
		for (size_t i = 0; i < c.count && left > 0; i++, left--) {
			struct error bad = { 0 };

			if (c.rows[i].fault != ROW_GOOD ||
			    ndjson_scan(tape, chunk_row(&c, i), &at, &bad) < 0)
				continue;
			paths_find(paths, tape, &f);
			add_names(names, &f);
		}
	}
	found_done(&f);
	chunk_done(&c);
	lines_close(lines);
	source_close(s);
	ndjson_free(tape);
	paths_free(paths);
}

static void
keep_names(struct plan *p, const struct map *from, struct span **list, size_t *count)
{
	struct span *all = arena_zero(p->arena, *count + map_size(from) + 1, sizeof *all);

	for (size_t i = 0; i < *count; i++)
		all[i] = (*list)[i];
	for (size_t i = 0; i < map_size(from); i++)
		all[(*count)++] = arena_copy(p->arena, map_key(from, i));
	*list = all;
}

int
intake_ndjson_prepare(struct input *in, const struct intake_options *o, struct faults *faults,
    struct error *e)
{
	struct names names;
	struct span head;

	if (in->mapping->automatic && auto_columns(in, o, e) < 0)
		return -1;
	in->plan = plan_new(in->mapping, NULL, 0, true, faults);
	head = source_peek_line(in->source, 0, SAMPLE_BYTES, e);
	if (head.p == NULL)
		return e->status == STATUS_DONE ? 0 : -1;
	names = (struct names){ map_new(), map_new() };
	read_names(in, o, head, &names);
	keep_names(in->plan, names.unmapped, &in->plan->unmapped, &in->plan->unmapped_count);
	if (in->mapping->unmapped != UNMAPPED_ERROR)
		keep_names(in->plan, names.secret, &in->plan->dropped, &in->plan->dropped_count);
	plan_check_unmapped(in->plan, faults);
	map_free(names.unmapped);
	map_free(names.secret);
	return 0;
}
