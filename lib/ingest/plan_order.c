/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/plan_order.c: the order of the work, and what can be said of it once it is known. */
#include "ingest/plan_priv.h"
#include "base/arena.h"

#include <stdlib.h>

/* Times first, then countries, because other values are read in their light; then as they are
 * written, columns in header order. */
static unsigned
stage(const struct op *op)
{
	const struct target *t = &op->rule.target;

	if (t->kind == TARGET_ADDRESS && t->part == PART_COUNTRY)
		return 2 * 1024;
	return (t->kind <= TARGET_COLLECTED_AT ? (unsigned)t->kind : (unsigned)t->kind + 1) * 1024 +
	    (unsigned)t->part;
}

static int
by_stage(const void *x, const void *y)
{
	const struct op *a = x, *b = y;
	unsigned sa = stage(a), sb = stage(b);
	int r;

	if (sa != sb)
		return sa < sb ? -1 : 1;
	if (a->rule.target.number != b->rule.target.number)
		return a->rule.target.number < b->rule.target.number ? -1 : 1;
	if (a->rule.target.second_line != b->rule.target.second_line)
		return a->rule.target.second_line ? 1 : -1;
	r = span_cmp(a->rule.target.name, b->rule.target.name);
	if (r != 0)
		return r;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return span_cmp(a->rule.name, b->rule.name);
}

static int
by_column(const void *x, const void *y)
{
	const struct consent_op *a = x, *b = y;

	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return span_cmp(a->rule.purpose, b->rule.purpose) != 0 ?
	    span_cmp(a->rule.purpose, b->rule.purpose) :
	    span_cmp(a->rule.channel, b->rule.channel);
}

/* Ops of one identifier type stand together after sorting. */
static void
number_identifiers(struct plan *p)
{
	p->identifiers = arena_zero(p->arena, p->op_count + 1, sizeof *p->identifiers);
	for (size_t i = 0; i < p->op_count; i++) {
		struct op *op = &p->ops[i];

		if (op->rule.target.kind != TARGET_IDENTIFIER)
			continue;
		if (p->identifier_count == 0 || !span_equal(op->rule.target.name,
		    p->identifiers[p->identifier_count - 1]))
			p->identifiers[p->identifier_count++] = op->rule.target.name;
		op->identifier = (uint32_t)(p->identifier_count - 1);
	}
}

/* Whether the cell is the value: not split, not mapped, not labelled, not tagged. */
static bool
is_simple(const struct plan *p, const struct op *op)
{
	const struct column_rule *r = &op->rule;

	return op->column >= 0 && op->label_column < 0 && r->separator.p == NULL &&
	    r->strip_prefix.p == NULL && r->value_count == 0 && r->tags.n == 0 && !r->required &&
	    !r->unmapped && r->type != TYPE_JSON && (r->type != TYPE_LIST || p->ndjson) &&
	    op->clean != CLEAN_WHOLE_NAME && (op->clean != CLEAN_EMAIL || r->sha256);
}

/* What can be said once, now that every op is there. */
static void
sum_up_ops(struct plan *p)
{
	for (size_t i = 0; i < p->op_count; i++) {
		struct op *op = &p->ops[i];
		const struct target *t = &op->rule.target;

		op->simple = is_simple(p, op);
		if (t->kind == TARGET_ADDRESS && t->number >= p->address_count)
			p->address_count = t->number + 1;
	}
}

void
plan_order(struct plan *p)
{
	qsort(p->ops, p->op_count, sizeof *p->ops, by_stage);
	qsort(p->consents, p->consent_count, sizeof *p->consents, by_column);
	number_identifiers(p);
	sum_up_ops(p);
}
