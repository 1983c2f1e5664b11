/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/row_consent.c: flags of a row as consent lines (ingest 2.3).
 * Refusals are kept when they cannot be read or their row is refused; grants are not. */
#include "base/ascii.h"
#include "ingest/row.h"
#include "base/number.h"
#include "ingest/consent_form.h"
#include "io/json_write.h"
#include "model/consent.h"
#include "normal/time.h"

static struct span
cell_of(const struct cells *row, int column)
{
	return column >= 0 && row[column].n > 0 ? span_trim(row[column].v[0]) : SPAN("");
}

/* What the cell says; *unreadable if it is neither empty nor in the table. */
static enum consent_result
judge(struct builder *b, const struct consent_rule *rule, struct span cell, bool *unreadable)
{
	int truth;

	*unreadable = false;
	if (rule->polarity == POLARITY_VALUES) {
		for (size_t i = 0; i < rule->value_count; i++)
			if (span_equal(rule->values[i].from, cell))
				return rule->values[i].result;
		*unreadable = cell.len > 0;
		return cell.len > 0 ? CONSENT_DENY : CONSENT_NONE;
	}
	if (cell.len == 0)
		return CONSENT_NONE;
	truth = row_truth(cell, &b->arena);
	*unreadable = truth < 0;
	if (truth < 0)
		return CONSENT_DENY;
	if (rule->polarity == POLARITY_TRUE_IS_YES)
		return truth ? CONSENT_GRANT : CONSENT_DENY;
	return truth ? CONSENT_DENY : CONSENT_NONE;
}

static size_t
index_in(struct span *name)
{
	size_t len = name->len;

	if (len > 2 && name->p[len - 2] == '.' && ascii_digit(name->p[len - 1])) {
		name->len -= 2;
		return (size_t)(name->p[len - 1] - '0');
	}
	return 0;
}

static struct span
identifier_value(const struct builder *b, struct span type, size_t index)
{
	const struct record *r = &b->record;

	for (size_t i = 0; i < r->identifier_count; i++) {
		const struct named_texts *n = &r->identifiers[i];

		if (span_equal(n->name, type))
			return index < n->values.n ? n->values.v[index] : span_none();
	}
	return span_none();
}

/* The identifier the act was given for, or the record where it is empty. */
static bool
anchor(struct builder *b, const struct consent_rule *rule, struct consent_event *event)
{
	static const struct span ids = SPAN_INIT("identifiers.");
	struct span name = rule->identifier;
	size_t index = name.p == NULL ? 0 : index_in(&name);
	int field = name.p == NULL ? -1 : many_find(name);

	event->identifier_value = span_none();
	if (field >= 0) {
		event->identifier_type = name;
		if (index < b->many_count[field])
			event->identifier_value = b->many[field][index];
	} else if (name.p != NULL && span_starts(name, ids)) {
		struct span type = span_skip(name, ids.len);

		event->identifier_value = identifier_value(b, type, index);
		buf_reset(&b->scratch);
		buf_text(&b->scratch, "id.");
		buf_add(&b->scratch, type);
		event->identifier_type = arena_copy(&b->arena, buf_span(&b->scratch));
	}
	if (event->identifier_value.p == NULL) {
		event->identifier_type = SPAN("record");
		event->identifier_value = b->record.id;
	}
	return event->identifier_value.p != NULL;
}

/* With the precision and the missing zone it came with; never invented. */
static struct span
act_time(struct builder *b, const struct consent_rule *rule, const struct cells *row)
{
	struct normal_context c = { .locale = b->plan->m->source.locale,
	    .date_order = b->plan->m->source.date_order, .reference = b->options->as_of };
	int column = rule->at_column;
	struct time_text t;
	struct normal n;
	struct span cell;

	if (rule->at.p == NULL)
		return span_none();
	if (column < 0)
		column = span_is(rule->at, "observed_at") ? b->plan->observed_column :
		    b->plan->collected_column;
	cell = cell_of(row, column);
	if (cell.len == 0)
		return span_none();
	if (time_parse(cell, &t))
		return cell;
	for (size_t i = 0; i < b->plan->op_count; i++)
		if (b->plan->ops[i].column == column)
			c.date_order = b->plan->ops[i].context.date_order;
	n = time_clean(cell, &c, &b->arena);
	if (n.value.p != NULL && n.reason != NULL && strcmp(n.reason, "zone_assumed") == 0)
		return span_head(n.value, n.value.len - 1);
	return n.value;
}

static struct span
evidence(struct builder *b, struct span record, struct span column)
{
	static const struct span keys[] = { JSON_KEY_INIT("record"), JSON_KEY_INIT("column") };
	const struct span texts[] = { record, column };
	struct json_writer w;

	buf_reset(&b->scratch);
	w = json_writer(&b->scratch);
	json_open_object(&w);
	json_ready_members(&w, keys, texts, 2);
	json_end(&w);
	return arena_copy(&b->arena, buf_span(&b->scratch));
}

static void
reject_cell(struct builder *b, struct span column)
{
	if (b->cell_reject_count < ROW_CELL_REJECTS)
		b->cell_rejects[b->cell_reject_count++] =
		    (struct row_reject){ "E_CONSENT_VALUE", column };
}

/* What every row says alike that has this result in the column. */
static void
describe(struct builder *b, const struct consent_op *op, enum consent_result result, bool unreadable,
    struct consent_event *event)
{
	const struct consent_rule *rule = &op->rule;
	const struct mapping_source *source = &b->plan->m->source;

	event->type = span_from(consent_result_names[result]);
	event->controller = source->controller;
	event->purpose = rule->purpose;
	event->channel = rule->channel;
	event->clock = source->clock;
	event->src = b->record.source;
	event->notice = rule->notice;
	event->method = unreadable ? SPAN("unknown") :
	    rule->method.p != NULL ? rule->method : SPAN("import");
}

/* Nothing of it but the three texts of a form depends on the row. */
static bool
has_form(const struct builder *b, const struct consent_event *event, bool unreadable)
{
	return !unreadable && !event->has_sseq && event->at.p != NULL && b->record.id.p != NULL &&
	    b->plan->name_column < 0;
}

static void
write_by_form(struct builder *b, size_t index, enum consent_result result,
    const struct consent_event *event, struct buf *out)
{
	const struct span text[CONSENT_GAPS] = { [GAP_VALUE] = event->identifier_value,
	    [GAP_AT] = event->at, [GAP_RECORD] = b->record.id };
	const struct consent_op *op = &b->plan->consents[index];
	bool of_record = span_is(event->identifier_type, "record");
	struct consent_form *form = &b->forms[(index * CONSENT_NONE + result) * 2 + of_record];

	if (!consent_form_there(form)) {
		struct consent_event common = { .identifier_type = event->identifier_type,
		    .identifier_value = SPAN(""), .at = SPAN(""),
		    .evidence = evidence(b, SPAN(""), b->plan->header[op->column]) };

		describe(b, op, result, false, &common);
		consent_form_make(form, &common);
	}
	consent_form_write(form, text, out);
}

static bool
write_flag(struct builder *b, size_t index, const struct cells *row, bool refused, struct buf *out)
{
	const struct consent_op *op = &b->plan->consents[index];
	const struct consent_rule *rule = &op->rule;
	struct consent_event event = { 0 };
	struct span sequence;
	bool unreadable;
	enum consent_result result = judge(b, rule, cell_of(row, op->column), &unreadable);

	if (unreadable)
		reject_cell(b, b->plan->header[op->column]);
	if (result == CONSENT_NONE || (refused && (result == CONSENT_GRANT ||
	    result == CONSENT_REQUESTED)) || !anchor(b, rule, &event))
		return false;
	event.at = act_time(b, rule, row);
	sequence = cell_of(row, rule->sequence_column);
	event.has_sseq = sequence.len > 0 && u64_parse(sequence, &event.sseq);
	if (has_form(b, &event, unreadable)) {
		write_by_form(b, index, result, &event, out);
		return true;
	}
	describe(b, op, result, unreadable, &event);
	event.evidence = evidence(b, b->record.id, b->plan->header[op->column]);
	consent_event_write(&event, out);
	return true;
}

size_t
row_consents(struct builder *b, const struct cells *row, bool refused, struct buf *out)
{
	size_t written = 0;

	for (size_t i = 0; i < b->plan->consent_count; i++)
		written += write_flag(b, i, row, refused, out);
	return written;
}
