/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/refusals.c: "-  JOIN  refused_REASON  2  record record". */
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
write_line(const struct resolve *r, const struct exact_refusal *x, struct buf *out)
{
	buf_text(out, "-\t");
	buf_add(out, r->rules->joins[x->join].name);
	buf_print(out, "\trefused_%s\t2\t", refusal_name((enum refusal)x->reason));
	visible(out, rec_id(&r->store.rec[x->a]), ID_MOST);
	buf_byte(out, ' ');
	visible(out, rec_id(&r->store.rec[x->b]), ID_MOST);
	buf_text(out, CONFLICT_NO_SOURCES);
	buf_text(out, r->show_values ? "\t\n" : "\n");
}

void
refusals_write(const struct resolve *r, resolve_sink *give, void *arg)
{
	size_t n = r->exact.refused_count;
	struct exact_refusal *list = mem_alloc((n + 1) * sizeof *list);
	struct buf lines = { 0 };

	if (n > 0)
		memcpy(list, r->exact.refused, n * sizeof *list);
	sort_array(list, n, sizeof *list, by_records, 1);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && by_records(&list[i - 1], &list[i]) == 0)
			continue;
		write_line(r, &list[i], &lines);
		if (lines.len >= HELD) {
			give(arg, buf_span(&lines));
			buf_reset(&lines);
		}
	}
	give(arg, buf_span(&lines));
	buf_done(&lines);
	mem_free(list);
}
