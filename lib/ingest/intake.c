/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/intake.c: opens inputs, shares chunks out, gives results back in order. */
#include "ingest/intake_priv.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/map.h"
#include "base/notes.h"
#include "base/pipeline.h"
#include "io/csv_fields.h"
#include "io/csv_rows.h"
#include "io/lines.h"
#include "io/ndjson.h"
#include "io/out.h"
#include "model/reject.h"
#include "model/rejects.h"

enum { PPM = 1000000, CHUNK_MEMORY = 8 << 20, CONFLICTS_PER_MILLE = 1000 };

static void
job_free(struct job *j)
{
	chunk_done(&j->chunk);
	buf_done(&j->records);
	buf_done(&j->consent);
	arena_done(&j->arena);
	mem_free(j->rejects);
	mem_free(j->tally);
	mem_free(j);
}

void
jobs_done(struct jobs *jobs)
{
	while (jobs->spare != NULL) {
		struct job *j = jobs->spare;

		jobs->spare = j->next;
		job_free(j);
	}
}

static void
refuse(struct job *j, size_t row, const char *code, uint32_t at, struct span column,
    struct span text)
{
	struct job_reject *r;

	j->rejects = mem_grow(j->rejects, j->reject_count + 1, &j->reject_cap, sizeof *j->rejects);
	r = &j->rejects[j->reject_count++];
	*r = (struct job_reject){ .code = code, .row = row, .at = at };
	r->column = column.p == NULL ? column : arena_copy(&j->arena, column);
	r->text = arena_copy(&j->arena, text);
}

static void
count_refused(struct job *j, size_t row)
{
	j->tally[TALLY_REJECTED]++;
	if (j->first_row + row < EARLY_ROWS)
		j->tally[TALLY_EARLY_REJECTED]++;
}

void
job_refuse_row(struct job *j, size_t row, const char *code, uint32_t at, struct span text)
{
	j->tally[TALLY_ROWS]++;
	count_refused(j, row);
	refuse(j, row, code, at, span_none(), text);
}

void
job_settle(struct job *j, size_t row, const struct builder *b, enum row_result result)
{
	static const enum tally_slot slots[] = { [ROW_RECORD] = TALLY_RECORDS,
	    [ROW_SKIPPED] = TALLY_SKIPPED, [ROW_SAMPLED_OUT] = TALLY_SAMPLED,
	    [ROW_SUPPRESSED] = TALLY_SUPPRESSED };

	if (result == ROW_REFUSED) {
		count_refused(j, row);
		refuse(j, row, b->code, UINT32_MAX, b->column, span_from(b->text));
	} else {
		j->tally[slots[result]]++;
	}
	for (size_t i = 0; i < b->cell_reject_count; i++)
		refuse(j, row, b->cell_rejects[i].code, UINT32_MAX, b->cell_rejects[i].column,
		    SPAN("is not one of the values of the mapping; taken as a refusal"));
}

static struct job *
take_job(struct intake *t)
{
	size_t tally = t->in->plan->tally_size;
	struct jobs *jobs = t->o->jobs;
	struct job *j = jobs->spare;

	if (j == NULL)
		j = mem_zero(1, sizeof *j);
	else
		jobs->spare = j->next;
	buf_reset(&j->records);
	buf_reset(&j->consent);
	arena_reset(&j->arena);
	j->reject_count = 0;
	j->truncated = false;
	j->tally = mem_grow(j->tally, tally, &j->tally_cap, sizeof *j->tally);
	memset(j->tally, 0, tally * sizeof *j->tally);
	return j;
}

static void
give_back(void *arg, void *item)
{
	struct intake *t = arg;
	struct job *j = item;

	j->next = t->o->jobs->spare;
	t->o->jobs->spare = j;
}

static void
cut_to_limit(struct intake *t, struct job *j)
{
	uint64_t left = t->o->limit == 0 ? UINT64_MAX : t->o->limit - t->in->rows;
	uint64_t rows = 0;

	for (size_t i = 0; i < j->chunk.count; i++) {
		if (j->chunk.rows[i].fault == ROW_BLANK)
			continue;
		if (rows == left) {
			j->chunk.count = i;
			break;
		}
		rows++;
	}
	t->in->rows += rows;
}

static int
read_chunk(struct intake *t, struct chunk *c, size_t rows, struct error *e)
{
	return t->rows != NULL ? csv_rows_chunk(t->rows, c, rows, e) : lines_chunk(t->lines, c, e);
}

static int
make(void *arg, void **item, struct error *e)
{
	struct intake *t = arg;
	struct job *j;
	int got;

	if (t->o->limit != 0 && t->in->rows >= t->o->limit)
		return 0;
	j = take_job(t);
	j->first_row = t->in->rows;
	got = read_chunk(t, &j->chunk, 0, e);
	if (got <= 0) {
		give_back(t, j);
		return got;
	}
	if (j->chunk.count > 0)
		t->in->no_final_newline = j->chunk.rows[j->chunk.count - 1].unended;
	cut_to_limit(t, j);
	if (t->o->progress != NULL)
		t->o->progress(t->o->progress_arg, source_taken(t->in->source),
		    source_size(t->in->source));
	*item = j;
	return 1;
}

static void
work(void *arg, void *item, unsigned worker)
{
	struct intake *t = arg;

	if (t->rows != NULL)
		intake_csv_work(t, item, &t->hands[worker]);
	else
		intake_ndjson_work(t, item, &t->hands[worker]);
}

static int
emit_reject(const struct intake *t, const struct job *j, const struct job_reject *r,
    struct error *e)
{
	const struct row *row = &j->chunk.rows[r->row];
	struct reject one = { .tool = t->o->tool, .code = r->code,
	    .file = span_from(source_name(t->in->source)),
	    .line = t->in->base_line + j->chunk.first_line + row->line, .lines = row->lines,
	    .byte = t->in->base_byte + j->chunk.first_byte + row->at, .field = r->column,
	    .source = t->in->mapping->source.name, .raw = chunk_row(&j->chunk, r->row) };
	struct buf text = { 0 };
	int result;

	if (row->full_len > row->len) {
		one.raw = span_head(one.raw, REJECT_RAW_MAX);
		one.raw_bytes = row->full_len;
	}
	if (r->at != UINT32_MAX)
		one.column = r->at + 1;
	if (r->column.p != NULL) {
		buf_text(&text, "column \"");
		visible(&text, r->column, 100);
		buf_text(&text, "\" ");
	}
	buf_add(&text, r->text);
	buf_byte(&text, '\0');
	result = rejects_add(t->o->rejects, &one, text.p, e);
	buf_done(&text);
	return result;
}

/* More than the share of the first 1,000 rows refused, or of all where there are fewer: the
 * mapping or the file is wrong. */
static int
check_early(struct intake *t, bool at_end, struct error *e)
{
	struct input *in = t->in;
	uint64_t rows = in->tally[TALLY_ROWS] < EARLY_ROWS ? in->tally[TALLY_ROWS] : EARLY_ROWS;
	uint64_t bad = in->tally[TALLY_EARLY_REJECTED];
	bool longer = in->tally[TALLY_LONGER] >= bad;
	struct buf codes = { 0 };

	if (in->early_judged || (rows < EARLY_ROWS && !at_end))
		return 0;
	in->early_judged = true;
	if (bad * PPM <= (uint64_t)t->o->abort_ppm * rows)
		return 0;
	rejects_tell(t->o->rejects, &codes);
	error_set(e, INPUT, "E_MOSTLY_BAD", "%d of the first %d rows were refused (so far %.*s); %s",
	    (int)bad, (int)rows, SPAN_ARG(buf_span(&codes)), longer ? "they have one field more than the "
	    "header: if that is the row's number, as in R's write.table, give it a name (col.names = NA); "
	    "if it is an empty last one, --ragged pad" : "--abort-rejects says how many may be");
	error_place(e, source_name(in->source), 0, 0);
	buf_done(&codes);
	return -1;
}

static int
truncated(const struct intake *t, const struct job *j, struct error *e)
{
	const struct row *last = &j->chunk.rows[j->chunk.count - 1];

	error_set(e, INPUT, "E_TRUNCATED", "the last line is cut off");
	error_place(e, source_name(t->in->source), j->chunk.first_line + last->line, 0);
	return -1;
}

static int
emit(void *arg, void *item, struct error *e)
{
	struct intake *t = arg;
	struct job *j = item;
	int result = 0;

	for (size_t i = 0; i < t->in->plan->tally_size; i++)
		t->in->tally[i] += j->tally[i];
	for (size_t i = 0; i < j->reject_count && result == 0; i++)
		result = emit_reject(t, j, &j->rejects[i], e);
	if (result == 0)
		result = check_early(t, false, e);
	if (result == 0 && j->truncated)
		result = truncated(t, j, e);
	if (result == 0 && t->o->out != NULL) {
		out_add(t->o->out, buf_span(&j->records));
		out_drain(t->o->out);
	}
	if (result == 0 && t->o->consent_out != NULL) {
		out_add(t->o->consent_out, buf_span(&j->consent));
		out_drain(t->o->consent_out);
	}
	if (t->o->source.by_line && t->o->out != NULL)
		out_flush(t->o->out);
	if (result < 0) {			/* the end line counts what was written */
		t->in->tally[TALLY_RECORDS] -= j->tally[TALLY_RECORDS];
		t->in->tally[TALLY_CONSENT] -= j->tally[TALLY_CONSENT];
	}
	give_back(t, j);
	return result;
}

static void
hands_new(struct intake *t)
{
	const struct plan *p = t->in->plan;
	struct nd_limits limits = { .depth = (uint32_t)t->o->max_depth,
	    .keys = (uint32_t)t->o->max_keys };

	t->hands = mem_zero(t->o->threads, sizeof *t->hands);
	for (unsigned i = 0; i < t->o->threads; i++) {
		struct hand *h = &t->hands[i];

		h->builder = builder_new(p, &t->o->row);
		h->cells = mem_zero(p->column_count + 1, sizeof *h->cells);
		if (t->in->type == INPUT_CSV)
			h->fields = csv_fields_new(&t->in->dialect);
		else
			h->tape = ndjson_new(&limits);
		found_init(&h->found, p->ndjson ? p->column_count : 0);
	}
}

static void
hands_free(struct intake *t)
{
	for (unsigned i = 0; i < t->o->threads; i++) {
		struct hand *h = &t->hands[i];

		builder_free(h->builder);
		mem_free(h->cells);
		if (h->fields != NULL)
			csv_fields_free(h->fields);
		if (h->tape != NULL)
			ndjson_free(h->tape);
		found_done(&h->found);
	}
	mem_free(t->hands);
}

/* Rows before the data: lines to skip are gone already; the header and comments before it. */
static int
pass_header(struct intake *t, struct error *e)
{
	struct chunk c = { 0 };
	int got = 1;
	bool found = t->in->no_header || t->in->type != INPUT_CSV;

	while (!found && got == 1) {
		got = csv_rows_chunk(t->rows, &c, 1, e);
		found = got == 1 && c.count == 1 && c.rows[0].fault == ROW_GOOD &&
		    span_equal(chunk_row(&c, 0), buf_span(&t->in->header_row));
	}
	chunk_done(&c);
	return got < 0 ? -1 : 0;
}

/* Dates that fit only the other order, above 1 in 1,000 of a column. */
static void
judge_conflicts(struct input *in, const struct intake_options *o)
{
	const struct plan *p = in->plan;

	for (uint32_t f = 0; f < p->family_count; f++) {
		uint64_t conflicts = in->tally[tally_conflict(p, f)], all = 0;

		for (int k = 0; k < OUTCOMES; k++)
			all += in->tally[tally_outcome(f, (enum outcome)k)];
		if (conflicts * CONFLICTS_PER_MILLE <= all)
			continue;
		in->check_said_no = true;
		notes_add(o->notes, "%s: E_DATE_ORDER: %llu of %llu values of %.*s fit only the "
		    "other order of day and month", source_name(in->source),
		    (unsigned long long)conflicts, (unsigned long long)all,
		    SPAN_ARG(p->families[f]));
	}
}

static unsigned
in_flight(const struct intake_options *o)
{
	uint64_t most = 2 * (uint64_t)o->threads + 2, fit = o->memory / CHUNK_MEMORY;

	if (o->memory == 0 || fit >= most)
		return (unsigned)most;
	return fit < 1 ? 1 : (unsigned)fit;
}

int
input_run(struct input *in, const struct intake_options *o, struct error *e)
{
	struct intake t = { .o = o, .in = in };
	struct pipeline p = { make, work, emit, give_back, o->source.by_line ? 1 : o->threads,
	    in_flight(o) };
	int result;

	if (in->type == INPUT_CDP)
		return intake_cdp_run(in, o, e);
	if (in->plan == NULL)
		return 0;			/* empty input */
	in->tally = mem_zero(in->plan->tally_size, sizeof *in->tally);
	if (in->type == INPUT_NDJSON)
		t.paths = paths_new(in->plan);
	hands_new(&t);
	result = evidence_gather(&t, e);
	hands_free(&t);				/* contexts of the plan have changed */
	hands_new(&t);
	if (in->type == INPUT_CSV)
		t.rows = csv_rows_open(in->source, &in->dialect);
	else
		t.lines = lines_open(in->source, o->max_line);
	if (result == 0)
		result = pass_header(&t, e);
	if (result == 0)
		result = pipeline_run(&p, &t, e);
	if (result == 0)
		result = check_early(&t, true, e);
	if (result < 0)
		error_place(e, source_name(in->source), 0, 0);
	else
		judge_conflicts(in, o);
	if (t.rows != NULL)
		csv_rows_close(t.rows);
	if (t.lines != NULL)
		lines_close(t.lines);
	hands_free(&t);
	paths_free(t.paths);
	return result;
}

static enum input_type
type_by_content(struct span head)
{
	static const struct span stream = SPAN_INIT("{\"kind\":\"stream\"");

	if (span_starts(head, SPAN("\xef\xbb\xbf")))
		head = span_skip(head, 3);
	if (span_starts(head, stream))
		return INPUT_CDP;
	return head.len > 0 && (head.p[0] == '{' || head.p[0] == '[') ? INPUT_NDJSON : INPUT_CSV;
}

/* An array of records or a pretty-printed document is no stream of lines (ingest 1.2). */
static bool
is_document(struct span head)
{
	if (span_starts(head, SPAN("\xef\xbb\xbf")))
		head = span_skip(head, 3);
	head = span_trim(head);
	if (head.len == 0 || head.p[0] == '[')
		return head.len > 0;
	head = span_head(head, span_index(head, '\n'));
	return span_is(span_trim(head), "{");
}

int
input_open(struct input *in, const struct intake_options *o, struct error *e)
{
	struct source_options source = o->source;
	struct span head;

	if (in->mapping != NULL && in->mapping->format.has_encoding && !o->has_encoding)
		source.encoding = in->mapping->format.encoding;
	in->encoding = source.encoding;
	in->source = source_open(in->path, &source, e);
	if (in->source == NULL)
		return -1;
	head = source_peek_line(in->source, 0, HEAD_BYTES, e);
	if (head.p == NULL && e->status != STATUS_DONE) {
		error_place(e, source_name(in->source), 0, 0);
		return -1;
	}
	in->mark = span_starts(head, SPAN("\xef\xbb\xbf"));
	in->type = o->from;
	if (in->type == INPUT_UNKNOWN && in->mapping != NULL)
		in->type = in->mapping->format.type;
	if (in->type == INPUT_UNKNOWN)
		in->type = type_by_content(head);
	return 0;
}

static bool
scans(struct span line, bool any_value)
{
	const struct nd_limits limits = { .any_value = any_value };
	struct ndjson *n = ndjson_new(&limits);
	struct error ignored = { 0 };
	size_t at;
	bool good = ndjson_scan(n, line, &at, &ignored) == 0;

	ndjson_free(n);
	return good;
}

/* The type of the mapping against the first line. Only what is certainly the other is a fault:
 * a broken line of the right type is for its row to be refused. */
static void
check_type(const struct input *in, struct span head, struct faults *faults)
{
	const struct csv_dialect dialect = csv_dialect_default();
	struct span line;
	char delimiter;

	if (span_starts(head, SPAN("\xef\xbb\xbf")))
		head = span_skip(head, 3);
	line = span_trim(span_head(head, span_index(head, '\n')));
	if (line.len == 0)
		return;
	if (in->type == INPUT_CSV && scans(line, false))
		faults_add(faults, "E_MAP_FORMAT", "$.format.type",
		    "says csv, and the first line of the file is a JSON object");
	if (in->type == INPUT_NDJSON && !scans(line, true) && line.p[0] != '{' && line.p[0] != '[' &&
	    csv_dialect_detect(head, &dialect, &delimiter) > 1)
		faults_add(faults, "E_MAP_FORMAT", "$.format.type",
		    "says ndjson, and the file looks like CSV");
}

int
input_prepare(struct input *in, const struct intake_options *o, struct faults *faults,
    struct error *e)
{
	struct span head = source_peek_line(in->source, 0, HEAD_BYTES, e);

	if (head.p == NULL && e->status != STATUS_DONE)
		return -1;
	if (in->type == INPUT_CDP)
		return intake_cdp_prepare(in, e);
	if (o->from == INPUT_UNKNOWN && in->mapping->format.type != INPUT_UNKNOWN)
		check_type(in, head, faults);
	if (faults->count > 0)
		return 0;
	if (in->type == INPUT_CSV)
		return intake_csv_prepare(in, o, faults, e);
	if (is_document(head))
		return error_set(e, INPUT, "E_NOT_NDJSON",
		    "not one JSON object a line; try: jq -c '.[]' or jq -c .");
	return intake_ndjson_prepare(in, o, faults, e);
}

void
input_close(struct input *in)
{
	plan_free(in->plan);
	mapping_free(in->mapping);
	source_close(in->source);
	buf_done(&in->header_row);
	buf_done(&in->decisions);
	arena_done(&in->arena);
	map_free(in->left_off);
	mem_free(in->tally);
	mem_free(in->name);
}
