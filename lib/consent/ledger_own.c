/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_own.c: lines of the ledger itself: policies, and what the system says. */
#include "base/error.h"
#include "consent/event_check.h"
#include "consent/event_id.h"
#include "consent/ledger_write_priv.h"
#include "consent/policy_read.h"

int
writer_add_policy(struct ledger_writer *w, const struct policy_document *d, struct error *e)
{
	struct ledger_line l = { .type = SPAN_INIT("policy"), .recv = w->recv };
	struct event_opening none = { .random = NULL };
	uint64_t found;
	int r, again;

	l.id = span_from(d->digest);
	r = ledger_find_id(&w->ledger, l.id, &found, e);
	again = writer_recover(w, e);
	if (again > 0)
		r = ledger_find_id(&w->ledger, l.id, &found, e);
	if (r < 0 || again < 0)
		return -1;
	if (found != 0)
		return error_set(e, REFUSED, "E_POLICY", "this policy is published already");
	if (ledger_keep_policy(&w->ledger, d, e) < 0)
		return -1;
	return writer_add_line(w, &l, &none, e) < 0 ? -1 : 0;
}

int
writer_add_own(struct ledger_writer *w, const char *type, struct span by, struct span data,
    struct receipt *receipt, struct error *e)
{
	struct ledger_line l = { .recv = w->recv, .by = by, .data = data };
	struct event_opening none = { .random = NULL };
	struct buf place = { 0 };
	int r;

	l.type = span_from(type);
	buf_u64(&place, tlog_next_seq(w->log));
	l.id = event_own_id(&w->ledger.key, l.type, buf_span(&place), &w->arena);
	r = writer_add_line(w, &l, &none, e);
	buf_done(&place);
	if (r < 0)
		return -1;
	writer_fill_receipt(w, w->added_count - 1, receipt);
	receipt->widened = 0;
	return 0;
}
