/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/intake_summary.c: what a run did, as members of the summary. */
#include "base/alloc.h"
#include "base/map.h"
#include "ingest/intake.h"
#include "io/json_write.h"
#include "model/suppression.h"

static void
write_dialect(const struct input *in, struct json_writer *w)
{
	json_key(w, SPAN("dialect"));
	json_open_object(w);
	json_member_string(w, "delimiter", span_make(&in->dialect.delimiter, 1));
	json_member_string(w, "quote", span_make(&in->dialect.quote, 1));
	json_member_string(w, "line_end", span_from(in->line_end));
	json_member_string(w, "encoding", span_from(encoding_name(in->encoding)));
	json_member_u64(w, "columns", in->header_count);
	json_end(w);
}

static void
input_summary(const struct input *in, struct json_writer *w)
{
	struct span decisions = buf_span(&in->decisions);
	struct buf list = { 0 };

	json_open_object(w);
	json_member_string(w, "file", span_from(in->source == NULL ? in->name :
	    source_name(in->source)));
	json_member_u64(w, "bytes", in->source == NULL ? in->bytes : source_bytes(in->source));
	json_member_u64(w, "rows", in->tally == NULL ? 0 : in->tally[TALLY_ROWS]);
	if (in->type == INPUT_CSV)
		write_dialect(in, w);
	else
		json_member_string(w, "encoding", span_from(encoding_name(in->encoding)));
	if (in->mark)
		json_member_bool(w, "utf8_mark", true);
	if (in->no_final_newline)
		json_member_bool(w, "no_final_newline", true);
	if (in->mapping != NULL)
		json_member_string(w, "mapping", span_from(in->mapping->name));
	buf_byte(&list, '[');
	buf_add(&list, decisions);
	buf_byte(&list, ']');
	json_member_raw(w, "decisions", buf_span(&list));
	json_end(w);
	buf_done(&list);
}

static uint64_t
total(const struct input *inputs, size_t count, enum tally_slot slot)
{
	uint64_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += inputs[i].tally == NULL ? 0 : inputs[i].tally[slot];
	return n;
}

/* By what the rows are on the list, and nothing else of them. */
static void
write_suppressed(const struct input *inputs, size_t count, struct json_writer *w)
{
	json_key(w, SPAN("suppressed_by"));
	json_open_object(w);
	for (int k = 0; k < SUPPRESSION_KINDS; k++) {
		uint64_t n = total(inputs, count, (enum tally_slot)(TALLY_SUPPRESSED_BY + k));

		if (n == 0)
			continue;
		json_key(w, suppression_kind_name((enum suppression_kind)k));
		json_u64(w, n);
	}
	json_end(w);
}

/* The same field of several inputs is one line of the summary. */
static void
write_outcomes(const struct input *inputs, size_t count, struct json_writer *w)
{
	struct map *names = map_new();
	uint64_t (*sums)[OUTCOMES];

	for (size_t i = 0; i < count; i++)
		for (size_t f = 0; inputs[i].tally != NULL && inputs[i].plan != NULL &&
		    f < inputs[i].plan->family_count; f++)
			map_add(names, inputs[i].plan->families[f]);
	map_sort(names);
	sums = mem_zero(map_size(names) + 1, sizeof *sums);
	for (size_t i = 0; i < count; i++)
		for (uint32_t f = 0; inputs[i].tally != NULL && inputs[i].plan != NULL &&
		    f < inputs[i].plan->family_count; f++)
			for (int o = 0; o < OUTCOMES; o++)
				sums[map_index(names, inputs[i].plan->families[f])][o] +=
				    inputs[i].tally[tally_outcome(f, (enum outcome)o)];
	json_key(w, SPAN("outcomes"));
	json_open_object(w);
	for (size_t i = 0; i < map_size(names); i++) {
		json_key(w, map_key(names, i));
		json_open_object(w);
		for (int o = 0; o < OUTCOMES; o++)
			json_member_u64(w, outcome_name((enum outcome)o), sums[i][o]);
		json_end(w);
	}
	json_end(w);
	mem_free(sums);
	map_free(names);
}

static void
write_left_off(const struct input *inputs, size_t count, struct json_writer *w)
{
	struct map *left = map_new();

	for (size_t i = 0; i < count; i++) {
		const struct plan *p = inputs[i].plan;

		for (size_t k = 0; p != NULL && inputs[i].tally != NULL &&
		    k < p->m->source.purpose_count; k++) {
			uint64_t n = inputs[i].tally[tally_purpose(p, k)];

			if (n > 0)
				*map_slot(left, p->m->source.purposes[k].id) += n;
		}
		for (size_t k = 0; inputs[i].left_off != NULL && k < map_size(inputs[i].left_off); k++)
			*map_slot(left, map_key(inputs[i].left_off, k)) +=
			    map_value(inputs[i].left_off, k);
	}
	map_sort(left);
	json_key(w, SPAN("purposes_left_off"));
	json_open_object(w);
	for (size_t i = 0; i < map_size(left); i++) {
		json_key(w, map_key(left, i));
		json_u64(w, map_value(left, i));
	}
	json_end(w);
	map_free(left);
}

static void
write_names(const struct input *inputs, size_t count, bool dropped, struct json_writer *w)
{
	json_key(w, dropped ? SPAN("dropped_columns") : SPAN("unmapped"));
	json_open_array(w);
	for (size_t i = 0; i < count; i++) {
		const struct plan *p = inputs[i].plan;
		size_t n = p == NULL ? 0 : dropped ? p->dropped_count : p->unmapped_count;

		for (size_t k = 0; k < n; k++)
			json_text(w, dropped ? p->dropped[k] : p->unmapped[k]);
	}
	json_end(w);
}

void
intake_summary(const struct input *inputs, size_t count, struct json_writer *w)
{
	json_key(w, SPAN("inputs"));
	json_open_array(w);
	for (size_t i = 0; i < count; i++)
		input_summary(&inputs[i], w);
	json_end(w);
	json_member_u64(w, "rows", total(inputs, count, TALLY_ROWS));
	json_member_u64(w, "records", total(inputs, count, TALLY_RECORDS));
	json_member_u64(w, "consent", total(inputs, count, TALLY_CONSENT));
	json_member_u64(w, "rejected", total(inputs, count, TALLY_REJECTED));
	json_member_u64(w, "suppressed", total(inputs, count, TALLY_SUPPRESSED));
	write_suppressed(inputs, count, w);
	json_member_u64(w, "skipped", total(inputs, count, TALLY_SKIPPED) +
	    total(inputs, count, TALLY_SAMPLED));
	json_member_u64(w, "sampled_out", total(inputs, count, TALLY_SAMPLED));
	json_member_u64(w, "blank", total(inputs, count, TALLY_BLANK));
	json_member_u64(w, "credential_cells", total(inputs, count, TALLY_CREDENTIAL_CELLS));
	write_outcomes(inputs, count, w);
	write_left_off(inputs, count, w);
	write_names(inputs, count, true, w);
	write_names(inputs, count, false, w);
}
