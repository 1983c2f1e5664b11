/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/forecast.c: the text of "estimate". */
#include "base/buf.h"
#include "base/number.h"
#include "resolve/forecast.h"
#include "resolve/plan.h"
#include "resolve/resolve.h"

#include <inttypes.h>

enum { NAME = 28, TYPE = 12, NATURE = 10, PLACES = 6, PARTS = 1000000, MIB = 1 << 20 };

static void
padded(struct buf *out, struct span text, size_t width)
{
	buf_add(out, text);
	do
		buf_byte(out, ' ');
	while (++text.len < width);
}

static void
share(struct buf *out, double x)
{
	fixed_write(out, (int64_t)(x * PARTS + 0.5), PLACES);
}

static const struct field *
compared(const struct scored *x, struct span name)
{
	for (unsigned f = 0; f < x->view.fields; f++) {
		struct span short_name = x->view.field[f].name;

		if (span_equal(short_name, name) ||
		    (span_ends(name, short_name) && name.len > short_name.len &&
		    name.p[name.len - short_name.len - 1] == '.'))
			return &x->view.field[f];
	}
	return NULL;
}

static const char *
left_out(const struct field_stats *all, const struct field_stat *f)
{
	if (span_starts(f->name, SPAN("address.")))
		return "compared as part of the address, if at all";
	if (f->records == 0)
		return f->used ? "no value" : "not used for matching";
	if (f->records * 50 < all->linked)
		return "few records have it";
	if (f->distinct == 1)
		return "all have the same";
	if (f->distinct * 1000 >= f->records * 999)
		return "no two records agree";
	return "of little use beside the others";
}

static void
fields(const struct resolve *r, struct buf *out)
{
	const struct field_stats *all = &r->fields;

	buf_text(out, "field                        type        nature    records  values\n");
	for (size_t i = 0; i < all->count; i++) {
		const struct field_stat *s = &all->list[i];
		const struct field *f = compared(&r->by_weight, s->name);

		padded(out, s->name, NAME);
		if (f == NULL) {
			buf_print(out, "left out: %s\n", left_out(all, s));
			continue;
		}
		padded(out, span_from(field_type_name(f->type)), TYPE);
		padded(out, span_from(nature_name(f->nature)), NATURE);
		buf_print(out, "%-8" PRIu64 " %" PRIu64 "\n", f->records, f->distinct);
	}
	for (unsigned i = 0; i < r->by_weight.view.fields; i++) {
		const struct field *f = &r->by_weight.view.field[i];
		bool listed = false;

		for (size_t k = 0; k < all->count && !listed; k++)
			listed = compared(&r->by_weight, all->list[k].name) == f;
		if (listed)
			continue;
		padded(out, f->name, NAME);
		padded(out, span_from(field_type_name(f->type)), TYPE);
		padded(out, span_from(nature_name(f->nature)), NATURE);
		buf_print(out, "%-8" PRIu64 " %" PRIu64 "\n", f->records, f->distinct);
	}
}

static void
rules(const struct scored *x, struct buf *out)
{
	const struct chosen *c = &x->chosen;
	struct buf name = { 0 };

	buf_byte(out, '\n');
	if (c->all_pairs)
		buf_print(out, "every pair is compared       %" PRIu64 "\n", x->pairs);
	else
		buf_text(out, "rule                                              pairs      new        "
		    "expected matches\n");
	for (unsigned i = 0; i < c->count && !c->all_pairs; i++) {
		const struct pair_rule *r = &c->rule[i];

		buf_reset(&name);
		rule_name(&x->view, r, &name);
		padded(out, buf_span(&name), 50);
		buf_print(out, "%-10" PRIu64 " %-10" PRIu64 " %.0f\n", r->pairs, r->new_pairs, r->expected);
	}
	buf_done(&name);
}

static void
line(struct buf *out, const char *name, int32_t millibits)
{
	padded(out, span_from(name), NAME + 1);
	fixed_write(out, millibits, 3);
	buf_byte(out, '\n');
}

static void
promises(const struct scored *x, struct buf *out)
{
	buf_print(out, "pairs lost in large blocks   %" PRIu64 "\n", x->chosen.lost);
	buf_text(out, "matches that are compared    ");
	if (x->recall.known)
		share(out, x->recall.low);
	else
		buf_text(out, "not known");
	buf_print(out, "\nmodel                        %s\n", x->model.kind);
	buf_text(out, "matches a record             ");
	share(out, x->model.matches_per_record);
	buf_byte(out, '\n');
	line(out, "link from, bits", x->model.link);
	line(out, "review from, bits", x->model.review);
	buf_print(out, "links                        %" PRIu64 "\n", x->cut.links);
	for (unsigned e = 0; e < CUT_ESTIMATORS; e++) {
		struct buf name = { 0 };

		buf_print(&name, "false links, by %s",
		    (const char *[]){ "the model", "decoys", "conflicts" }[e]);
		padded(out, buf_span(&name), NAME + 1);
		buf_done(&name);
		if (x->cut.estimate[e].usable)
			share(out, x->cut.estimate[e].fdr);
		else
			buf_text(out, "not usable");
		buf_byte(out, '\n');
	}
}

void
forecast_write(const struct resolve *r, struct buf *out)
{
	buf_print(out, "records                      %zu\n", r->store.count);
	buf_print(out, "memory of a run, MiB         %" PRIu64 "\n",
	    (plan_need(r->intake.bytes, r->store.count, true) + r->by_weight.beside) / MIB + 1);
	buf_print(out, "generic values               %zu\n\n", r->generic.count);
	fields(r, out);
	rules(&r->by_weight, out);
	promises(&r->by_weight, out);
}
