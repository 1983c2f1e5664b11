/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/plan.c: finds every column of the mapping in the header. */
#include "ingest/plan_priv.h"
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/near.h"
#include "base/number.h"
#include "ingest/words.h"

/* Its index, or −1. */
static int
column_of(const struct plan *p, struct span name)
{
	for (size_t i = 0; i < p->column_count; i++)
		if (span_equal(p->header[i], name))
			return (int)i;
	return -1;
}

static void
fault_column(const struct plan *p, struct faults *faults, const char *code, const char *path,
    struct span name)
{
	struct buf shown = { 0 };
	size_t best = SIZE_MAX, at = 0;

	for (size_t i = 0; i < p->column_count; i++) {
		size_t d = near_edits(p->header[i], name);

		if (d < best) {
			best = d;
			at = i;
		}
	}
	visible(&shown, name, 80);
	buf_text(&shown, "\" is not in the header");
	if (best <= 3 || best * 2 < name.len) {
		buf_text(&shown, " (nearest: \"");
		visible(&shown, p->header[at], 80);
		buf_text(&shown, "\")");
	}
	faults_add(faults, code, path, "column \"%.*s", SPAN_ARG(buf_span(&shown)));
	buf_done(&shown);
}

static int
add_column(struct plan *p, struct span name)
{
	p->header = mem_grow(p->header, p->column_count + 1, &p->column_cap, sizeof *p->header);
	p->header[p->column_count] = name;
	return (int)p->column_count++;
}

/* A path exists in NDJSON because the mapping says so; a CSV column must be in the header. */
static int
need_column(struct plan *p, struct faults *faults, const char *code, const char *path,
    struct span name, bool optional)
{
	int i = column_of(p, name);

	if (i >= 0)
		return i;
	if (p->ndjson)
		return add_column(p, name);
	if (!optional)
		fault_column(p, faults, code, path, name);
	return -1;
}

static uint32_t
family_of(struct plan *p, const struct target *t)
{
	struct span name = target_family(t, p->arena);

	for (size_t i = 0; i < p->family_count; i++)
		if (span_equal(p->families[i], name))
			return (uint32_t)i;
	p->families = mem_grow(p->families, p->family_count + 1, &p->family_cap,
	    sizeof *p->families);
	p->families[p->family_count] = name;
	return (uint32_t)p->family_count++;
}

static enum clean_kind
clean_of(const struct target *t)
{
	static const enum clean_kind ones[ONE_COUNT] = { [ONE_GIVEN_NAME] = CLEAN_NAME,
	    [ONE_MIDDLE_NAME] = CLEAN_NAME, [ONE_FAMILY_NAME] = CLEAN_NAME,
	    [ONE_NAME] = CLEAN_WHOLE_NAME, [ONE_BIRTHDATE] = CLEAN_BIRTHDATE,
	    [ONE_GENDER] = CLEAN_GENDER, [ONE_LOCALE] = CLEAN_TEXT, [ONE_ZONEINFO] = CLEAN_TEXT };
	static const enum clean_kind manies[MANY_COUNT] = { [MANY_NICKNAME] = CLEAN_NAME,
	    [MANY_EMAIL] = CLEAN_EMAIL, [MANY_PHONE_NUMBER] = CLEAN_PHONE,
	    [MANY_WEBSITE] = CLEAN_TEXT };
	static const enum clean_kind parts[PART_COUNT] = { [PART_FORMATTED] = CLEAN_ADDRESS,
	    [PART_STREET_ADDRESS] = CLEAN_ADDRESS, [PART_PO_BOX] = CLEAN_TEXT,
	    [PART_LOCALITY] = CLEAN_ADDRESS, [PART_REGION] = CLEAN_REGION,
	    [PART_POSTAL_CODE] = CLEAN_POSTCODE, [PART_COUNTRY] = CLEAN_COUNTRY };

	switch (t->kind) {
	case TARGET_OBSERVED_AT:
	case TARGET_COLLECTED_AT:	return CLEAN_TIME;
	case TARGET_ONE:		return ones[t->part];
	case TARGET_MANY:		return manies[t->part];
	case TARGET_ADDRESS:		return parts[t->part];
	case TARGET_IDENTIFIER:		return CLEAN_IDENTIFIER;
	default:			return CLEAN_ATTRIBUTE;
	}
}

static const char *
code_of(enum clean_kind clean)
{
	static const char *const codes[] = { [CLEAN_TIME] = "E_TIME", [CLEAN_BIRTHDATE] = "E_DATE",
	    [CLEAN_GENDER] = "E_GENDER", [CLEAN_NAME] = "E_NAME", [CLEAN_WHOLE_NAME] = "E_NAME",
	    [CLEAN_EMAIL] = "E_EMAIL", [CLEAN_PHONE] = "E_PHONE", [CLEAN_TEXT] = "E_TEXT",
	    [CLEAN_COUNTRY] = "E_COUNTRY", [CLEAN_REGION] = "E_REGION",
	    [CLEAN_POSTCODE] = "E_POSTCODE", [CLEAN_ADDRESS] = "E_ADDRESS",
	    [CLEAN_IDENTIFIER] = "E_IDENTIFIER", [CLEAN_ATTRIBUTE] = "E_ATTRIBUTE" };

	return codes[clean];
}

/* "raw_" and the path, dots as underscores; attributes without their prefix. */
static struct span
raw_name_of(struct plan *p, const struct target *t)
{
	struct span path = t->kind == TARGET_ATTRIBUTE ? t->name : t->path;
	char *s = arena_alloc(p->arena, path.len + 4);

	memcpy(s, "raw_", 4);
	for (size_t i = 0; i < path.len; i++)
		s[4 + i] = path.p[i] == '.' ? '_' : path.p[i];
	return span_make(s, path.len + 4);
}

static void
set_context(struct op *op, const struct mapping_source *s)
{
	op->context = (struct normal_context){ .region = op->rule.region,
	    .country = s->default_country, .locale = s->locale, .date_order = op->rule.date_order,
	    .date_format = op->rule.format, .iso5218 = op->rule.iso5218, .has_zone = s->has_zone,
	    .zone_minutes = s->zone_minutes, .reference = INSTANT_NONE,
	    .repair_mojibake = op->rule.repair_mojibake,
	    .international_without_plus = op->rule.international_without_plus };
	op->dated = op->rule.date_order == DATE_INFER && op->rule.format == DATE_TEXT &&
	    (op->clean == CLEAN_TIME || op->clean == CLEAN_BIRTHDATE ||
	    op->rule.type == TYPE_DATE || op->rule.type == TYPE_TIME);
}

static struct op *
add_op(struct plan *p, const struct column_rule *rule, int column)
{
	static const struct span latitude = SPAN_INIT("latitude"), longitude = SPAN_INIT("longitude");
	struct op *op = &p->ops[p->op_count++];

	*op = (struct op){ .rule = *rule, .column = column, .label_column = -1 };
	op->clean = clean_of(&rule->target);
	op->family = family_of(p, &rule->target);
	op->rank = (unsigned)rule->target.kind * 64 + (unsigned)rule->target.part;
	op->raw_name = raw_name_of(p, &rule->target);
	op->code = code_of(op->clean);
	op->coordinate = rule->target.kind == TARGET_ATTRIBUTE &&
	    (span_equal(rule->target.name, latitude) || span_equal(rule->target.name, longitude) ||
	    rule->precision >= 0);
	if (rule->type == TYPE_JSON && column >= 0)
		p->raw_json[column] = true;
	set_context(op, &p->m->source);
	return op;
}

static void
add_consents(struct plan *p, const struct column_rule *rule, int column, struct faults *faults)
{
	for (size_t i = 0; i < rule->consent_count; i++) {
		struct consent_op *c = &p->consents[p->consent_count++];

		*c = (struct consent_op){ rule->consents[i], column };
		if (c->rule.sequence.p != NULL)
			c->rule.sequence_column = need_column(p, faults, "E_MAP_COLUMN",
			    "$.columns", c->rule.sequence, false);
		if (c->rule.at.p != NULL && !span_is(c->rule.at, "observed_at") &&
		    !span_is(c->rule.at, "collected_at"))
			c->rule.at_column = need_column(p, faults, "E_MAP_COLUMN", "$.columns",
			    c->rule.at, false);
	}
}

static void
plan_columns(struct plan *p, struct faults *faults)
{
	const struct mapping *m = p->m;

	for (size_t i = 0; i < m->column_count; i++) {
		const struct column_rule *rule = &m->columns[i];
		int column = need_column(p, faults, "E_MAP_COLUMN", "$.columns", rule->name,
		    rule->optional);

		if (column < 0)
			continue;
		if (rule->target.kind == TARGET_OBSERVED_AT)
			p->observed_column = column;
		if (rule->target.kind == TARGET_COLLECTED_AT)
			p->collected_column = column;
		if (rule->target.kind == TARGET_DROP)
			p->dropped[p->dropped_count++] = rule->name;
		else
			add_op(p, rule, column);
		add_consents(p, rule, column, faults);
	}
}

static void
plan_derived(struct plan *p, struct faults *faults)
{
	const struct mapping *m = p->m;

	for (size_t i = 0; i < m->derive_count; i++) {
		const struct derive_rule *d = &m->derives[i];
		struct op *op = add_op(p, &d->rule, -1);

		op->derive = d;
		op->columns = arena_zero(p->arena, d->columns.n + 1, sizeof *op->columns);
		for (size_t j = 0; j < d->columns.n; j++)
			op->columns[j] = d->columns.v[j].p == NULL ? -1 : need_column(p, faults,
			    "E_MAP_COLUMN", "$.derive", d->columns.v[j], false);
	}
	for (size_t i = 0; i < m->constant_count; i++)
		add_op(p, &m->constants[i].rule, -1)->constant = m->constants[i].value;
}

/* The name that `pattern` gives for number n; the bare form of " {n}" for n = 0. */
static struct span
expand(struct plan *p, struct span pattern, unsigned n)
{
	const char *at = strstr(pattern.p, "{n}");
	struct buf b = { 0 };
	struct span s;

	if (at == NULL)
		return pattern;
	buf_add(&b, span_make(pattern.p, (size_t)(at - pattern.p)));
	if (n > 0)
		buf_u64(&b, n);
	else if (b.len > 0 && b.p[b.len - 1] == ' ')
		b.len--;
	buf_text(&b, at + 3);
	s = arena_copy(p->arena, span_trim(buf_span(&b)));
	buf_done(&b);
	return s;
}

static void
plan_group_member(struct plan *p, const struct group_rule *g, unsigned n)
{
	struct span name = expand(p, g->rule.name, n);
	int column = column_of(p, name);
	struct op *op;

	if (column < 0)
		return;
	op = add_op(p, &g->rule, column);
	op->rule.name = name;
	if (g->numbered)
		op->rule.target.number = n == 0 ? 0 : n - 1;
	if (g->label.p != NULL)
		op->label_column = column_of(p, expand(p, g->label, n));
}

enum { GROUP_MAX = 64 };	/* {n} runs from the bare name over 1 … 64 */

static void
plan_groups(struct plan *p)
{
	for (size_t i = 0; i < p->m->group_count; i++) {
		unsigned most = p->m->groups[i].numbered ? ADDRESS_MAX : GROUP_MAX;

		for (unsigned n = 0; n <= most; n++)
			plan_group_member(p, &p->m->groups[i], n);
	}
}

static void
plan_key(struct plan *p, struct faults *faults)
{
	const struct mapping *m = p->m;

	if (m->automatic && m->key_columns.n == 0) {
		p->key_count = p->ndjson ? 0 : p->column_count;
		p->key_columns = arena_zero(p->arena, p->key_count + 1, sizeof *p->key_columns);
		for (size_t i = 0; i < p->key_count; i++)
			p->key_columns[i] = (int)i;
		return;
	}
	p->key_count = m->key_columns.n;
	p->key_columns = arena_zero(p->arena, p->key_count + 1, sizeof *p->key_columns);
	for (size_t i = 0; i < p->key_count; i++)
		p->key_columns[i] = need_column(p, faults, "E_MAP_KEY", "$.key",
		    m->key_columns.v[i], false);
}

static void
plan_skips(struct plan *p, struct faults *faults)
{
	const struct mapping *m = p->m;

	p->skips = arena_zero(p->arena, m->skip_count + 1, sizeof *p->skips);
	for (size_t i = 0; i < m->skip_count; i++) {
		int column = need_column(p, faults, "E_MAP_COLUMN", "$.skip_when",
		    m->skips[i].column, false);

		p->skips[p->skip_count++] = (struct skip_op){ column, m->skips[i].values };
	}
}

/* Columns whose meaning the mapping states: they are not "unmapped". */
static void
mark_used(const struct plan *p, bool *used)
{
	for (size_t i = 0; i < p->m->column_count; i++) {
		int column = column_of(p, p->m->columns[i].name);

		if (column >= 0)
			used[column] = true;
	}
	for (size_t i = 0; i < p->op_count; i++) {
		const struct op *op = &p->ops[i];

		if (op->column >= 0)
			used[op->column] = true;
		if (op->label_column >= 0)
			used[op->label_column] = true;
		for (size_t j = 0; op->derive != NULL && j < op->derive->columns.n; j++)
			if (op->columns[j] >= 0)
				used[op->columns[j]] = true;
	}
	for (size_t i = 0; i < p->key_count; i++)
		if (p->key_columns[i] >= 0 && !p->m->automatic)
			used[p->key_columns[i]] = true;
	for (size_t i = 0; i < p->skip_count; i++)
		if (p->skips[i].column >= 0)
			used[p->skips[i].column] = true;
	for (size_t i = 0; i < p->consent_count; i++) {
		if (p->consents[i].rule.at_column >= 0)
			used[p->consents[i].rule.at_column] = true;
		if (p->consents[i].rule.sequence_column >= 0)
			used[p->consents[i].rule.sequence_column] = true;
	}
	if (p->name_column >= 0)
		used[p->name_column] = true;
}

static bool
attribute_taken(const struct plan *p, struct span name)
{
	for (size_t i = 0; i < p->op_count; i++) {
		const struct target *t = &p->ops[i].rule.target;

		if (t->kind == TARGET_ATTRIBUTE && span_equal(t->name, name))
			return true;
	}
	return false;
}

/* An attribute of the column's own name; credentials never. */
static void
plan_unmapped_attribute(struct plan *p, size_t column)
{
	struct column_rule rule = column_rule_default(&p->m->source);
	struct span base = attribute_name(p->header[column], p->arena), name = base;
	struct buf text = { 0 };

	if (header_is_credential(p->header[column], p->arena)) {
		p->dropped[p->dropped_count++] = p->header[column];
		return;
	}
	for (unsigned n = 2; attribute_taken(p, name); n++) {
		buf_reset(&text);
		buf_print(&text, "%.*s_%u", SPAN_ARG(base), n);
		name = arena_copy(p->arena, buf_span(&text));
	}
	buf_reset(&text);
	buf_print(&text, "attributes.%.*s", SPAN_ARG(name));
	rule.name = p->header[column];
	rule.unmapped = true;
	rule.target = (struct target){ .kind = TARGET_ATTRIBUTE, .name = name,
	    .path = arena_copy(p->arena, buf_span(&text)) };
	buf_done(&text);
	add_op(p, &rule, (int)column);
}

void
plan_check_unmapped(const struct plan *p, struct faults *faults)
{
	struct buf names = { 0 };

	if (p->m->unmapped != UNMAPPED_ERROR || p->unmapped_count == 0)
		return;
	for (size_t i = 0; i < p->unmapped_count && names.len < 300; i++) {
		buf_text(&names, names.len == 0 ? "\"" : ", \"");
		visible(&names, p->unmapped[i], 60);
		buf_byte(&names, '"');
	}
	faults_add(faults, "E_MAP_UNMAPPED", "$.unmapped", "%zu %s no mapping: %.*s",
	    p->unmapped_count, p->unmapped_count == 1 ? "column has" : "columns have",
	    SPAN_ARG(buf_span(&names)));
	buf_done(&names);
}

static void
plan_unmapped(struct plan *p, size_t seen, struct faults *faults)
{
	bool *used = arena_zero(p->arena, p->column_count + 1, sizeof *used);

	mark_used(p, used);
	for (size_t i = 0; i < seen; i++) {
		if (used[i])
			continue;
		p->unmapped[p->unmapped_count++] = p->header[i];
		if (p->m->unmapped == UNMAPPED_ATTRIBUTES)
			plan_unmapped_attribute(p, i);
	}
	plan_check_unmapped(p, faults);
}

static size_t
consent_total(const struct mapping *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->column_count; i++)
		n += m->columns[i].consent_count;
	return n;
}

static void
make_room(struct plan *p, const struct mapping *m, size_t count)
{
	size_t most = m->column_count + m->derive_count + m->constant_count + count +
	    m->group_count * (GROUP_MAX + 1) + 1;
	size_t paths = count + m->column_count + m->key_columns.n + m->skip_count + 2 +
	    3 * m->derive_count + 2 * consent_total(m);

	for (size_t i = 0; i < m->derive_count; i++)
		paths += m->derives[i].columns.n;
	p->ops = arena_zero(p->arena, most, sizeof *p->ops);
	p->consents = arena_zero(p->arena, consent_total(m) + 1, sizeof *p->consents);
	p->raw_json = arena_zero(p->arena, paths, sizeof *p->raw_json);
	p->dropped = arena_zero(p->arena, most, sizeof *p->dropped);
	p->unmapped = arena_zero(p->arena, count + 1, sizeof *p->unmapped);
}

struct plan *
plan_new(const struct mapping *m, const struct span *header, size_t count, bool ndjson,
    struct faults *faults)
{
	struct plan *p = mem_zero(1, sizeof *p);

	p->m = m;
	p->ndjson = ndjson;
	p->arena = mem_zero(1, sizeof *p->arena);
	p->name_column = p->observed_column = p->collected_column = -1;
	make_room(p, m, count);
	for (size_t i = 0; i < count; i++)
		add_column(p, header[i]);
	plan_columns(p, faults);
	plan_groups(p);
	plan_derived(p, faults);
	plan_key(p, faults);
	plan_skips(p, faults);
	if (m->source.name_column.p != NULL)
		p->name_column = need_column(p, faults, "E_MAP_COLUMN", "$.source.name_column",
		    m->source.name_column, false);
	if (!ndjson)
		plan_unmapped(p, count, faults);
	plan_order(p);
	p->tally_size = TALLY_FIXED + p->family_count * (OUTCOMES + 1) + m->source.purpose_count;
	return p;
}

void
plan_free(struct plan *p)
{
	if (p == NULL)
		return;
	arena_done(p->arena);
	mem_free(p->arena);
	mem_free(p->header);
	mem_free(p->families);
	mem_free(p);
}
