/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/refusals.c: "-  JOIN  refused_REASON  2  record record"; of weighed pairs what they
 * were to be joined by stands for the join. */
#include "base/alloc.h"
#include "base/error.h"
#include "resolve/conflict.h"
#include "resolve/refusals.h"
#include "resolve/resolve.h"
#include "resolve/rules.h"
#include "resolve/sort.h"

enum { ID_MOST = 200, HELD = 64 << 10 };

static int
by_records(const void *a, const void *b)
{
	const struct exact_refusal *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	if (x->join != y->join)
		return x->join < y->join ? -1 : 1;
	return x->reason < y->reason ? -1 : x->reason > y->reason;
}

static void
write_line(const struct resolve *r, struct span by, const char *reason, uint32_t a, uint32_t b,
    struct buf *out)
{
	buf_text(out, "-\t");
	buf_add(out, by);
	buf_print(out, "\trefused_%s\t2\t", reason);
	visible(out, rec_id(&r->store.rec[a]), ID_MOST);
	buf_byte(out, ' ');
	visible(out, rec_id(&r->store.rec[b]), ID_MOST);
	buf_text(out, CONFLICT_NO_SOURCES);
	buf_text(out, r->show_values ? "\t\n" : "\n");
}

static void
drain(struct buf *lines, size_t held, resolve_sink *give, void *arg)
{
	if (lines->len <= held)
		return;
	give(arg, buf_span(lines));
	buf_reset(lines);
}

static void
write_joins(const struct resolve *r, struct buf *lines, resolve_sink *give, void *arg)
{
	size_t n = r->exact.refused_count;
	struct exact_refusal *list = mem_alloc((n + 1) * sizeof *list);

	if (n > 0)
		memcpy(list, r->exact.refused, n * sizeof *list);
	sort_array(list, n, sizeof *list, by_records, 1);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && by_records(&list[i - 1], &list[i]) == 0)
			continue;
		write_line(r, r->rules->joins[list[i].join].name,
		    refusal_name((enum refusal)list[i].reason), list[i].a, list[i].b, lines);
		drain(lines, HELD, give, arg);
	}
	mem_free(list);
}

/* What the average spoke against is no contradiction: such records are simply not alike. */
static void
write_merges(const struct resolve *r, struct buf *lines, resolve_sink *give, void *arg)
{
	static const char *const by[] = { [TIE_SCORED] = "scored", [TIE_STEWARD] = "steward",
	    [TIE_EXACT] = "forced" };
	const struct merged *m = &r->by_weight.merged;

	for (size_t i = 0; i < m->refused_count; i++) {
		const struct merge_refusal *f = &m->refused[i];

		if (f->reason == MERGE_AVERAGE)
			continue;
		write_line(r, span_from(by[f->by]), merge_reason_name((enum merge_reason)f->reason),
		    f->a, f->b, lines);
		drain(lines, HELD, give, arg);
	}
}

void
refusals_write(const struct resolve *r, resolve_sink *give, void *arg)
{
	struct buf lines = { 0 };

	write_joins(r, &lines, give, arg);
	write_merges(r, &lines, give, arg);
	drain(&lines, 0, give, arg);
	buf_done(&lines);
}
