/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/row.c: from cells to a record, in the order of the plan. */
#include "ingest/row.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "ingest/consent_form.h"
#include "ingest/credential.h"
#include "ingest/memo.h"
#include "ingest/paths.h"
#include "ingest/suppress.h"
#include "ingest/words.h"
#include "io/lines.h"
#include "io/ndjson.h"
#include "normal/address.h"
#include "normal/date.h"
#include "normal/domain.h"
#include "normal/text.h"
#include "normal/town.h"

enum {
	PPM = 1000000,
	LONG = 4096,	/* bytes: fewer hold neither 1,001 keys nor 10,001 values */
	DEEP = 2 * 62	/* bytes of brackets of what is too deep inside a record */
};

struct builder *
builder_new(const struct plan *p, const struct row_options *o)
{
	struct builder *b = mem_zero(1, sizeof *b);

	b->plan = p;
	b->options = o;
	b->contexts = mem_zero(p->op_count + 1, sizeof *b->contexts);
	b->domains = domains_new();
	for (size_t i = 0; i < p->op_count; i++) {
		b->contexts[i] = p->ops[i].context;
		b->contexts[i].domains = b->domains;
	}
	b->memos = mem_zero(p->op_count + 1, sizeof *b->memos);
	for (size_t i = 0; i < p->op_count; i++)
		b->memos[i] = row_repeats(&p->ops[i]) ? memo_new() : NULL;
	b->forms = mem_zero(p->consent_count * CONSENT_NONE * 2, sizeof *b->forms);
	for (int f = 0; f < MANY_COUNT; f++)
		b->many[f] = mem_zero(RECORD_LIST_MAX, sizeof *b->many[f]);
	b->identifiers = mem_zero(p->identifier_count + 1, sizeof *b->identifiers);
	for (size_t i = 0; i < p->identifier_count; i++)
		b->identifiers[i] = mem_zero(RECORD_LIST_MAX, sizeof *b->identifiers[i]);
	b->identifier_count = mem_zero(p->identifier_count + 1, sizeof *b->identifier_count);
	b->named = mem_zero(p->identifier_count + 1, sizeof *b->named);
	b->attributes = mem_zero(ROW_ATTRIBUTES_MAX, sizeof *b->attributes);
	b->flags = mem_zero(ROW_FLAGS_MAX, sizeof *b->flags);
	b->flag_texts = mem_zero(ROW_FLAGS_MAX, sizeof *b->flag_texts);
	b->tags = mem_zero(ROW_TAGS_MAX, sizeof *b->tags);
	b->purposes = mem_zero(p->m->source.purpose_count + 1, sizeof *b->purposes);
	return b;
}

void
builder_free(struct builder *b)
{
	if (b == NULL)
		return;
	for (int f = 0; f < MANY_COUNT; f++)
		mem_free(b->many[f]);
	for (size_t i = 0; i < b->plan->identifier_count; i++)
		mem_free(b->identifiers[i]);
	mem_free(b->identifiers);
	mem_free(b->identifier_count);
	mem_free(b->named);
	mem_free(b->attributes);
	mem_free(b->flags);
	mem_free(b->flag_texts);
	mem_free(b->tags);
	mem_free(b->purposes);
	mem_free(b->contexts);
	for (size_t i = 0; i < b->plan->op_count; i++)
		memo_free(b->memos[i]);
	mem_free(b->memos);
	for (size_t i = 0; i < b->plan->consent_count * CONSENT_NONE * 2; i++)
		consent_form_done(&b->forms[i]);
	mem_free(b->forms);
	domains_free(b->domains);
	ndjson_free(b->reader);
	arena_done(&b->arena);
	buf_done(&b->scratch);
	mem_free(b);
}

void
row_refuse(struct builder *b, const char *code, const char *text, struct span column)
{
	if (b->code != NULL)
		return;
	b->code = code;
	b->text = text;
	b->column = column;
}

/* Of the record only what gather() and row_purposes() do not set for every row. */
static void
clear_record(struct record *r)
{
	r->id = r->source = r->key = r->observed_at = r->collected_at = span_none();
	memset(r->one, 0, sizeof r->one);
	r->identifier_count = 0;
}

static void
start(struct builder *b)
{
	arena_reset(&b->arena);
	clear_record(&b->record);
	memset(b->many_count, 0, sizeof b->many_count);
	memset(b->identifier_count, 0, b->plan->identifier_count * sizeof *b->identifier_count);
	memset(b->addresses, 0, b->plan->address_count * sizeof *b->addresses);
	b->attribute_count = b->flag_count = b->tag_count = b->cell_reject_count = 0;
	b->code = b->text = NULL;
	b->column = b->dated = span_none();
	b->reference = b->options->as_of;
}

static struct span
first_cell(const struct cells *row, int column)
{
	return column >= 0 && row[column].n > 0 ? row[column].v[0] : span_none();
}

static bool
is_skipped(const struct builder *b, const struct cells *row)
{
	for (size_t i = 0; i < b->plan->skip_count; i++) {
		const struct skip_op *s = &b->plan->skips[i];
		struct span cell = span_trim(first_cell(row, s->column));

		for (size_t j = 0; cell.p != NULL && j < s->values.n; j++)
			if (span_equal(cell, s->values.v[j]))
				return true;
	}
	return false;
}

/* Non-empty cells, joined. */
static struct span
concat(struct builder *b, const struct op *op, const struct cells *row)
{
	bool first = true;

	buf_reset(&b->scratch);
	for (size_t i = 0; i < op->derive->columns.n; i++) {
		struct span cell = span_trim(first_cell(row, op->columns[i]));

		if (cell.len == 0)
			continue;
		if (!first)
			buf_add(&b->scratch, op->derive->with);
		buf_add(&b->scratch, cell);
		first = false;
	}
	return arena_copy(&b->arena, buf_span(&b->scratch));
}

static const char *
find(struct span s, struct span what)
{
	return what.len == 0 || s.len < what.len ? NULL : memmem(s.p, s.len, what.p, what.len);
}

/* The part-th piece of the cell. */
static struct span
split_part(const struct op *op, const struct cells *row)
{
	const struct derive_rule *d = op->derive;
	struct span rest = first_cell(row, op->columns[0]), part = rest;

	if (rest.p == NULL)
		return rest;
	for (int64_t n = 1;; n++) {
		const char *at = find(rest, d->with);

		part = at == NULL ? rest : span_head(rest, (size_t)(at - rest.p));
		if (n == d->part)
			break;
		if (at == NULL)
			return span_none();
		rest = span_skip(rest, part.len + d->with.len);
	}
	part = span_trim(part);
	if (d->strip_prefix.p != NULL && span_starts(part, d->strip_prefix))
		part = span_skip(part, d->strip_prefix.len);
	return part;
}

static struct span
town_part(const struct op *op, const struct cells *row)
{
	struct span cell = first_cell(row, op->columns[0]);

	if (cell.p == NULL)
		return cell;
	return (op->derive->kind == DERIVE_TOWN ? town_split(cell) : town_of_address(cell)).part[op->derive->part];
}

static void
derive_date(struct builder *b, size_t i, const struct cells *row)
{
	const struct op *op = &b->plan->ops[i];
	struct span part[3];
	struct normal n;

	for (int j = 0; j < 3; j++)
		part[j] = span_trim(first_cell(row, op->columns[j]));
	if (part[0].len + part[1].len + part[2].len == 0)
		return;
	n = birthdate_of_parts(part[0], part[1], part[2], &b->contexts[i], &b->arena);
	b->tally[tally_outcome(op->family, n.outcome)]++;
	if (n.outcome == OUTCOME_SUSPICIOUS || (n.outcome == OUTCOME_INVALID && !n.placeholder))
		row_flag(b, op->rank, op->rule.target.path, -1, n.reason, n.detail);
	if (n.outcome == OUTCOME_INVALID && !n.placeholder) {
		row_attribute_text(b, op->raw_name, concat(b, op, row));
		if (op->rule.reject_invalid)
			row_refuse(b, op->code, "is not valid", op->rule.target.path);
	}
	b->record.one[ONE_BIRTHDATE] = n.value;
}

static void
run_derived(struct builder *b, size_t i, const struct cells *row)
{
	const struct op *op = &b->plan->ops[i];
	struct span value;

	if (op->derive->kind == DERIVE_DATE) {
		derive_date(b, i, row);
		return;
	}
	value = op->derive->kind == DERIVE_CONCAT ? concat(b, op, row) :
	    op->derive->kind == DERIVE_SPLIT ? split_part(op, row) : town_part(op, row);
	if (value.len > 0)
		row_value(b, i, value);
}

/* How many values the op's target holds: where the next one will stand. */
static size_t
list_count(const struct builder *b, const struct op *op)
{
	if (op->rule.target.kind == TARGET_MANY)
		return b->many_count[op->rule.target.part];
	if (op->rule.target.kind == TARGET_IDENTIFIER)
		return b->identifier_count[op->identifier];
	return 0;
}

static void
run_column(struct builder *b, size_t i, const struct cells *row)
{
	const struct op *op = &b->plan->ops[i];
	const struct cells *cells = &row[op->column];
	size_t before = list_count(b, op), most = cells->n;
	bool any = false;

	if (cells->n > 1 && !target_is_list(&op->rule.target) && op->rule.type != TYPE_LIST) {
		most = 1;
		row_flag(b, op->rank, op->rule.target.path, -1, "several_values", span_none());
	}
	for (size_t j = 0; j < most; j++) {
		if (cells->v[j].len == 0)
			continue;
		if (op->rule.unmapped && credential_cell(cells->v[j])) {
			b->tally[TALLY_CREDENTIAL_CELLS]++;
			continue;
		}
		any = true;
		row_value(b, i, cells->v[j]);
	}
	if (!any && op->rule.required)
		row_refuse(b, "E_REQUIRED", "is empty and required", op->rule.name);
	if (op->label_column >= 0 && list_count(b, op) > before)
		row_label(b, &op->rule.target, before, first_cell(row, op->label_column));
}

enum { DAY_BYTES = 10 };		/* YYYY-MM-DD; dates are read by no more of a time */

/* The day of the row's time, which is read once, though many values may ask for it. */
static instant
reference(struct builder *b)
{
	struct span at = b->record.observed_at;
	struct time_text t;

	if (at.p == b->dated.p && at.len == b->dated.len)
		return b->reference;
	b->dated = at;
	b->reference = time_parse(span_head(at, DAY_BYTES), &t) ? t.at : b->options->as_of;
	return b->reference;
}

/* What later values are read by: the row's time and its country. */
static void
set_surroundings(struct builder *b, size_t i, const struct op *op)
{
	struct normal_context *c = &b->contexts[i];
	struct span country;

	switch (op->clean) {
	case CLEAN_BIRTHDATE:
	case CLEAN_TIME:
		c->reference = reference(b);
		break;
	case CLEAN_REGION:
	case CLEAN_POSTCODE:
	case CLEAN_ADDRESS:
		country = b->addresses[op->rule.target.number].part[PART_COUNTRY];
		c->country = country.p != NULL ? country : op->context.country;
		break;
	case CLEAN_PHONE:
		country = b->addresses[0].part[PART_COUNTRY];
		c->region = country.p != NULL ? country : op->context.region;
		break;
	default:
		break;
	}
}

static void
run_ops(struct builder *b, const struct cells *row)
{
	for (size_t i = 0; i < b->plan->op_count; i++) {
		const struct op *op = &b->plan->ops[i];
		const struct cells *cells = op->column >= 0 ? &row[op->column] : NULL;

		if (cells != NULL && cells->n == 0 && !op->rule.required)
			continue;
		set_surroundings(b, i, op);
		if (op->simple && cells->n == 1 && cells->v->len > 0)
			row_simple_value(b, i, cells->v[0]);
		else if (op->derive != NULL)
			run_derived(b, i, row);
		else if (cells != NULL)
			run_column(b, i, row);
		else
			row_value(b, i, op->constant);
	}
}

/* Members of a JSON line that the mapping does not name, under their folded path. */
static void
run_extras(struct builder *b)
{
	static const struct normal_context none = { .reference = INSTANT_NONE };

	for (size_t i = 0; i < b->extra_count; i++) {
		const struct extra *x = &b->extras[i];
		struct normal n;

		if (span_is(x->json, "null") || span_is(x->json, "\"\""))
			continue;
		if (b->plan->m->unmapped == UNMAPPED_ERROR) {
			row_refuse(b, "E_MAP_UNMAPPED", "has a member without a mapping", x->name);
			return;
		}
		if (b->plan->m->unmapped == UNMAPPED_DROP)
			continue;
		if (x->secret) {
			b->tally[TALLY_CREDENTIAL_CELLS]++;
			continue;
		}
		if (x->text.p == NULL) {
			row_attribute(b, attribute_name(x->name, &b->arena), x->json);
			continue;
		}
		n = text_clean(x->text, TEXT_PLAIN, &none, &b->arena);
		row_attribute_text(b, attribute_name(x->name, &b->arena), n.value);
	}
}

/* A line that is nothing but a post office box. */
static void
move_boxes(struct builder *b)
{
	for (size_t i = 0; i < b->plan->address_count; i++) {
		struct span *part = b->addresses[i].part, box;

		if (part[PART_STREET_ADDRESS].p == NULL || part[PART_PO_BOX].p != NULL)
			continue;
		box = address_po_box(part[PART_STREET_ADDRESS]);
		if (box.p != NULL) {
			part[PART_PO_BOX] = box;
			part[PART_STREET_ADDRESS] = span_none();
		}
	}
}

static bool
address_empty(const struct address *a)
{
	for (int p = 0; p < PART_COUNT; p++)
		if (a->part[p].p != NULL)
			return false;
	return true;
}

/* Addresses move up, so that a missing first one leaves no gap. */
static size_t
close_gaps(struct builder *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->plan->address_count; i++) {
		if (address_empty(&b->addresses[i]))
			continue;
		if (n < i)
			b->addresses[n] = b->addresses[i];
		n++;
	}
	return n;
}

static void
sort_flags(struct builder *b)
{
	for (size_t i = 1; i < b->flag_count; i++) {
		struct flag f = b->flags[i];
		size_t j = i;

		for (; j > 0 && b->flags[j - 1].rank > f.rank; j--)
			b->flags[j] = b->flags[j - 1];
		b->flags[j] = f;
	}
	for (size_t i = 0; i < b->flag_count; i++)
		b->flag_texts[i] = b->flags[i].text;
}

static void
sort_tags(struct builder *b)
{
	for (size_t i = 1; i < b->tag_count; i++) {
		struct named_texts t = b->tags[i];
		size_t j = i;

		for (; j > 0 && span_cmp(b->tags[j - 1].name, t.name) > 0; j--)
			b->tags[j] = b->tags[j - 1];
		b->tags[j] = t;
	}
}

static void
gather(struct builder *b)
{
	struct record *r = &b->record;
	const struct mapping_source *s = &b->plan->m->source;

	if (b->after_span)
		row_flag(b, UINT32_MAX, SPAN("record"), -1, "after_span_fault", span_none());
	sort_flags(b);
	sort_tags(b);
	for (int f = 0; f < MANY_COUNT; f++)
		r->many[f] = (struct texts){ b->many[f], b->many_count[f] };
	r->addresses = b->addresses;
	r->address_count = close_gaps(b);
	for (size_t i = 0; i < b->plan->identifier_count; i++) {
		if (b->identifier_count[i] == 0)
			continue;
		b->named[r->identifier_count++] = (struct named_texts){ b->plan->identifiers[i],
		    { b->identifiers[i], b->identifier_count[i] } };
	}
	r->identifiers = b->named;
	r->attributes = b->attributes;
	r->attribute_count = b->attribute_count;
	r->flags = (struct texts){ b->flag_texts, b->flag_count };
	r->tags = b->tags;
	r->tag_count = b->tag_count;
	r->channel = s->channel;
	r->controller = s->controller;
	r->collected = span_is(s->collected, "subject") ? span_none() : s->collected;
}

/* A mapping without any name, e-mail, phone, address or identifier describes something else
 * than people; there a record is empty when it says nothing at all. One that has places and telephones
 * only is of shops or schools, which an attribute names. */
static bool
is_empty(const struct builder *b)
{
	const struct record *r = &b->record;

	if (!b->plan->m->has_identity)
		return r->attribute_count == 0 && r->one[ONE_BIRTHDATE].p == NULL;
	if (!b->plan->m->has_person && r->attribute_count > 0)
		return false;
	for (int f = 0; f <= ONE_NAME; f++)
		if (r->one[f].p != NULL)
			return false;
	for (int f = 0; f < MANY_COUNT; f++)
		if (r->many[f].n > 0)
			return false;
	for (size_t i = 0; i < r->attribute_count; i++)
		if (span_is(r->attributes[i].name, "organization"))
			return false;
	for (size_t i = 0; i < r->address_count; i++)
		for (int part = 0; part < PART_COUNTRY; part++)
			if (r->addresses[i].part[part].p != NULL)
				return false;		/* a country alone is nobody's address */
	return r->identifier_count == 0;
}

static bool
in_sample(const struct builder *b)
{
	if (b->options->sample_ppm == 0)
		return true;
	return hash64(b->record.id, 0) % PPM < b->options->sample_ppm;
}

static bool
may_be_too_much(const struct record *r, struct span line)
{
	bool nested = false;

	for (size_t i = 0; i < r->attribute_count && !nested; i++) {
		struct span json = r->attributes[i].json;

		nested = json.len >= DEEP && (json.p[0] == '[' || json.p[0] == '{');
	}
	return nested || line.len > LONG;
}

/* A record is deeper and longer than its row was. One that is more than a line may be (cdp-stream(5)) would be
 * refused by every tool behind: then the row is, here. */
static void
write_record(struct builder *b, struct buf *records)
{
	size_t from = records->len, at;
	struct error e = { 0 };
	struct span line;

	record_write(&b->record, records);
	line = span_make(records->p + from, records->len - from - 1);
	if (!may_be_too_much(&b->record, line))
		return;
	if (b->reader == NULL)
		b->reader = ndjson_new(NULL);
	if (line.len > LINE_DEFAULT)
		error_set(&e, REFUSED, "E_LINE_LONG", "longer than 1 MiB");
	else if (ndjson_scan(b->reader, line, &at, &e) == 0)
		return;
	records->len = from;
	buf_reset(&b->scratch);
	buf_print(&b->scratch, "makes a record that no tool reads: %s", e.text);
	row_refuse(b, e.code, arena_text(&b->arena, buf_span(&b->scratch)), span_none());
}

enum row_result
row_build(struct builder *b, const struct cells *row, struct buf *records, struct buf *consent)
{
	enum suppression_kind by;
	bool has_key;

	start(b);
	if (is_skipped(b, row))
		return ROW_SKIPPED;
	has_key = row_key(b, row);
	if (has_key && !in_sample(b))
		return ROW_SAMPLED_OUT;
	run_ops(b, row);
	run_extras(b);
	move_boxes(b);
	gather(b);
	if (withheld(b->options->suppression, &b->record, &b->arena, &by)) {
		b->tally[TALLY_SUPPRESSED_BY + by]++;
		return ROW_SUPPRESSED;
	}
	if (b->code == NULL && is_empty(b))
		row_refuse(b, "E_EMPTY", "no name, e-mail, phone, address or identifier is left",
		    span_none());
	if (b->code == NULL && !row_purposes(b, row))
		row_refuse(b, "E_BASIS_AFTER_COLLECTION", "was collected before any of its purposes "
		    "had a basis", span_none());
	if (b->code == NULL)
		write_record(b, records);
	b->tally[TALLY_CONSENT] += row_consents(b, row, b->code != NULL, consent);
	return b->code == NULL ? ROW_RECORD : ROW_REFUSED;
}
