/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/evidence.c: order of day and month, what M means and where family names
 * stand, decided on the sample.
 * They are facts of a column, so one value can never say; each decision is printed in a form
 * that can be pasted into the mapping. */
#include "ingest/intake_priv.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/notes.h"
#include "io/csv_rows.h"
#include "io/json_write.h"
#include "io/lines.h"
#include "io/ndjson.h"
#include "normal/date.h"
#include "normal/gender.h"
#include "normal/name_order.h"

struct evidence {
	struct date_evidence	*dates;
	struct gender_evidence	*genders;
	struct name_order	*names;
};

/* Whole names of nobody knows which people. */
static bool
is_unplaced(const struct op *op)
{
	return op->clean == CLEAN_WHOLE_NAME && op->context.locale.len == 0;
}

static bool
wanted(const struct op *op)
{
	return op->column >= 0 && (op->dated || op->clean == CLEAN_GENDER || is_unplaced(op));
}

static void
add_row(const struct plan *p, struct evidence *ev, const struct cells *row)
{
	for (size_t i = 0; i < p->op_count; i++) {
		const struct op *op = &p->ops[i];

		if (!wanted(op) || row[op->column].n == 0)
			continue;
		if (op->dated)
			date_evidence_add(&ev->dates[i], row[op->column].v[0]);
		else if (op->clean == CLEAN_WHOLE_NAME)
			name_order_add(&ev->names[i], row[op->column].v[0]);
		else
			gender_evidence_add(&ev->genders[i], row[op->column].v[0]);
	}
}

static void
add_chunk(struct intake *t, struct evidence *ev, const struct chunk *c, size_t *left)
{
	struct hand *h = &t->hands[0];

	for (size_t i = 0; i < c->count && *left > 0; i++) {
		struct error none = { 0 };
		size_t at;

		if (c->rows[i].fault != ROW_GOOD)
			continue;
		--*left;
		if (t->in->type == INPUT_CSV) {
			if (csv_cells(t, h, chunk_row(c, i), &none))
				add_row(t->in->plan, ev, h->cells);
		} else if (ndjson_scan(h->tape, chunk_row(c, i), &at, &none) == 0) {
			paths_find(t->paths, h->tape, &h->found);
			add_row(t->in->plan, ev, h->found.cells);
		}
	}
}

/* The sample is what source_read will give again. */
static int
read_sample(struct intake *t, struct evidence *ev, struct error *e)
{
	struct span head = source_peek(t->in->source, SAMPLE_BYTES, e);
	struct byte_source *s;
	struct csv_rows *rows = NULL;
	struct lines *lines = NULL;
	struct chunk c = { 0 };
	size_t left = SAMPLE_ROWS;
	int got = 1;

	if (head.p == NULL)
		return e->status == STATUS_DONE ? 0 : -1;
	s = source_of(head, "sample");
	if (t->in->type == INPUT_CSV)
		rows = csv_rows_open(s, &t->in->dialect);
	else
		lines = lines_open(s, t->o->max_line);
	while (left > 0 && got == 1) {
		struct error cut = { 0 };	/* the sample may end inside a row */

		got = rows != NULL ? csv_rows_chunk(rows, &c, 0, &cut) : lines_chunk(lines, &c, &cut);
		if (got == 1)
			add_chunk(t, ev, &c, &left);
	}
	chunk_done(&c);
	if (rows != NULL)
		csv_rows_close(rows);
	if (lines != NULL)
		lines_close(lines);
	source_close(s);
	return 0;
}

static void
print_decision(struct intake *t, const struct op *op, const char *what, const char *value,
    const uint64_t evidence[2])
{
	struct buf *out = &t->in->decisions;
	struct json_writer w;
	struct buf name = { 0 };

	if (out->len > 0)
		buf_byte(out, ',');
	w = json_writer(out);
	json_open_object(&w);
	json_member_string(&w, "column", op->rule.name);
	json_member_string(&w, what, span_from(value));
	json_key(&w, SPAN("evidence"));
	json_open_array(&w);
	json_u64(&w, evidence[0]);
	json_u64(&w, evidence[1]);
	json_end(&w);
	json_end(&w);
	visible(&name, op->rule.name, 100);
	notes_add(t->o->notes, "%s: column \"%.*s\": \"%s\":\"%s\" (%llu against %llu in the sample)",
	    source_name(t->in->source), SPAN_ARG(buf_span(&name)), what, value,
	    (unsigned long long)evidence[0], (unsigned long long)evidence[1]);
	buf_done(&name);
}

/* The clock is no help: the same input must mean the same tomorrow. */
static void
note_century(struct intake *t, const struct op *op, const struct date_evidence *d)
{
	struct buf name = { 0 };

	if (d->short_years == 0 || op->clean != CLEAN_BIRTHDATE || t->in->plan->observed_column >= 0 ||
	    t->o->row.as_of != INSTANT_NONE)
		return;
	visible(&name, op->rule.name, 100);
	notes_add(t->o->notes, "%s: column \"%.*s\": years of two digits (%llu in the sample) are of an "
	    "unknown century; --as-of tells which", source_name(t->in->source),
	    SPAN_ARG(buf_span(&name)), (unsigned long long)d->short_years);
	buf_done(&name);
}

static void
note_order(struct intake *t, const struct op *op, const struct date_evidence *d)
{
	uint64_t open = d->pairs - d->first_gt_12 - d->second_gt_12;
	struct buf name = { 0 };

	if (open == 0)
		return;
	visible(&name, op->rule.name, 100);
	notes_add(t->o->notes, "%s: column \"%.*s\": day and month of %llu dates in the sample cannot be told "
	    "apart (of others %llu have the day first, %llu the month): they are no dates; a mapping tells "
	    "(date_order)", source_name(t->in->source), SPAN_ARG(buf_span(&name)), (unsigned long long)open,
	    (unsigned long long)d->first_gt_12, (unsigned long long)d->second_gt_12);
	buf_done(&name);
}

/* Six digits have told their order by what they cannot be. */
static void
decide_packed(struct intake *t, struct op *op, const struct date_evidence *d, enum date_order order)
{
	uint64_t fits = order == DATE_YMD ? d->year_first_sixes : order == DATE_DMY ? d->day_first_sixes :
	    d->month_first_sixes, counts[2] = { fits, d->cells - fits };

	op->context.date_order = order;
	print_decision(t, op, "date_order", order == DATE_YMD ? "YMD" : order == DATE_DMY ? "DMY" : "MDY", counts);
}

static void
decide(struct intake *t, struct op *op, const struct date_evidence *d,
    const struct gender_evidence *g)
{
	if (op->dated && date_evidence_counted(d)) {
		const uint64_t counts[2] = { d->serials, d->cells - d->serials };

		op->context.date_format = DATE_EXCEL;
		print_decision(t, op, "format", "excel", counts);
	} else if (op->dated) {
		enum date_order order = date_evidence_order(d);
		bool day_first = order == DATE_DMY;
		uint64_t counts[2] = { day_first ? d->first_gt_12 : d->second_gt_12,
		    day_first ? d->second_gt_12 : d->first_gt_12 };

		if (order == DATE_INFER) {
			note_order(t, op, d);
			return;
		}
		if (d->sixes * 2 > d->cells) {
			decide_packed(t, op, d, order);
			return;
		}
		if (day_first && d->first_gt_12 == 0)
			counts[0] = d->day_first ? d->pairs : d->dotted;	/* what else speaks for it */
		op->context.date_order = order;
		print_decision(t, op, "date_order", day_first ? "DMY" : "MDY", counts);
	} else {
		uint64_t counts[2] = { g->h >= g->v ? g->h : g->v, g->f };

		op->context.gender_letters = gender_evidence_letters(g);
		if (op->context.gender_letters != GENDER_MF)
			print_decision(t, op, "gender_letters",
			    op->context.gender_letters == GENDER_HM ? "HM" : "MV", counts);
	}
}

static void
decide_names(struct intake *t, struct op *op, const struct name_order *names)
{
	uint64_t counts[2];
	struct span locale = name_order_locale(names, counts);

	if (locale.p == NULL)
		return;
	op->context.locale = locale;
	print_decision(t, op, "locale", locale.p, counts);
}

int
evidence_gather(struct intake *t, struct error *e)
{
	struct plan *p = t->in->plan;
	struct evidence ev;
	bool any = false;
	int result;

	for (size_t i = 0; i < p->op_count; i++)
		any |= wanted(&p->ops[i]);
	if (!any)
		return 0;
	ev.dates = mem_zero(p->op_count, sizeof *ev.dates);
	ev.genders = mem_zero(p->op_count, sizeof *ev.genders);
	ev.names = mem_zero(p->op_count, sizeof *ev.names);
	for (size_t i = 0; i < p->op_count; i++)
		ev.dates[i].day_first = p->ops[i].rule.day_first;
	result = read_sample(t, &ev, e);
	for (size_t i = 0; result == 0 && i < p->op_count; i++)
		if (wanted(&p->ops[i]) && is_unplaced(&p->ops[i])) {
			decide_names(t, &p->ops[i], &ev.names[i]);
		} else if (wanted(&p->ops[i])) {
			note_century(t, &p->ops[i], &ev.dates[i]);
			decide(t, &p->ops[i], &ev.dates[i], &ev.genders[i]);
		}
	mem_free(ev.dates);
	mem_free(ev.genders);
	mem_free(ev.names);
	return result;
}
