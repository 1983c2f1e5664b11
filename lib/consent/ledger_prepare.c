/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_prepare.c: what threads work out of events before each has its turn. They read of the writer
 * only what no line changes, and nothing that is read again: keys, the policy, the time of the run. */
#include "base/error.h"
#include "base/map.h"
#include "consent/event_check.h"
#include "consent/event_id.h"
#include "consent/ledger_write_priv.h"
#include "model/consent.h"

/* An event that names another one, and one that cannot be judged yet, waits for its turn. */
void
writer_prepare(const struct ledger_writer *w, const struct consent_event *c, struct preparing *p,
    struct arena *arena, struct prepared *out)
{
	struct error why = { .status = STATUS_DONE };
	struct event_opening o;
	struct event_context x;
	struct ledger_line l;

	*out = (struct prepared){ .said = PREPARED_WAITS };
	arena_reset(&p->arena);
	if (c->ref.p != NULL || writer_context(w, &x, &o, &p->salts, &why) < 0)
		return;
	x.id = event_id(x.key, c, &p->arena);
	out->line.id = arena_copy(arena, x.id);
	out->said = event_check(&x, c, &l, &p->arena, &why);
	if (out->said < 0) {
		out->said = PREPARED_REFUSED;
		out->code = why.code;
		out->why = arena_text(arena, span_from(why.text));
		return;
	}
	buf_reset(&p->text);
	line_write_open(&l, &p->text, &out->line.at);
	out->line.text = arena_copy(arena, buf_span(&p->text));
	out->line.sid = arena_copy(arena, l.sid);
	out->line.account = l.account.p == NULL ? l.account : arena_copy(arena, l.account);
	out->line.suppression = event_has_suppression((enum event_type)event_find(l.type));
	if (o.evidence.p != NULL) {
		out->line.evidence = arena_copy(arena, o.evidence);
		memcpy(out->line.salt, o.salt, sizeof o.salt);
	}
}

static int
add(struct ledger_writer *w, const struct prepared *p, struct receipt *receipt, struct error *e)
{
	uint64_t old;
	int r;

	if (p->said == PREPARED_WAITS)
		return 2;
	arena_reset(&w->arena);
	if (ledger_find_id(&w->ledger, p->line.id, &old, e) < 0)
		return -1;
	if (old > 0)
		return 2;
	if (p->said == PREPARED_REFUSED)
		return error_set(e, REFUSED, p->code, "%s", p->why);
	r = writer_add_open(w, &p->line, e);
	if (r != 1)
		return r;
	writer_fill_receipt(w, w->added_count - 1, receipt);
	receipt->widened = (unsigned)p->said;
	return 1;
}

/* Where the compiled state is not sound writer_add recovers, and so gets the event whole. */
int
writer_add_prepared(struct ledger_writer *w, const struct prepared *p, struct receipt *receipt,
    struct error *e)
{
	int r = add(w, p, receipt, e);

	if (!cache_broken(w->ledger.cache))
		return r;
	error_clear(e);
	return 2;
}

void
preparing_done(struct preparing *p)
{
	arena_done(&p->arena);
	buf_done(&p->text);
	secret_wipe(&p->salts, sizeof p->salts);
}
