/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_torn.c: refusals in a tail that nobody was told about, taken as if they came again. */
#include "base/error.h"
#include "consent/event_check.h"
#include "consent/event_id.h"
#include "consent/ledger_write_priv.h"
#include "model/consent.h"

static bool
narrows(enum event_type type)
{
	enum event_class class = event_class(type);

	return class == CLASS_REFUSAL || class == CLASS_STOP || type == EVENT_BASIS_ENDED;
}

/* What the producer of a ledger line may have said, but for subject and evidence. */
static struct consent_event
event_of(const struct ledger_line *l)
{
	return (struct consent_event){ .id = l->id, .type = l->type, .controller = l->controller,
	    .purpose = l->purpose, .channel = l->channel, .dest = l->dest, .basis = l->basis,
	    .ctype = l->ctype, .notice = l->notice, .method = l->method, .auth = l->auth,
	    .actor = l->actor, .at = l->at, .clock = l->clock, .src = l->src, .jur = l->jur,
	    .until = l->until, .ref = l->ref, .cause = l->cause, .by = l->by, .data = l->data,
	    .has_sseq = l->has_sseq, .sseq = l->sseq };
}

/* Whether what is taken over from such a line has the form that append gives it. */
static bool
well_formed(const struct ledger_line *l, const struct event *v)
{
	struct span type, ignored;
	struct token t;

	return event_id_readable(l->id) && identifier_type_known(v->sid_type) &&
	    (l->account.p == NULL || (token_read(l->account, &type, &ignored, &t) == 0 &&
	    span_is(type, "record"))) &&
	    (l->commit.p == NULL || (l->commit.len == JOURNAL_LEAF && event_id_readable(l->commit)));
}

/* The subjects of a torn line as lookup tokens, and what opens its commit. False: one is nobody's any
 * more. */
static int
look_back(struct ledger_writer *w, struct ledger_line *l, struct event_opening *o, struct error *e)
{
	struct side_row row;
	int r = 0;

	if (l->commit.p != NULL)
		r = side_torn(w->side, l->commit, &row, e);
	if (r < 0)
		return -1;
	if (r > 0) {
		o->evidence = row.evidence;
		memcpy(o->salt, row.salt, sizeof o->salt);
	}
	writer_look_up(w, l);
	return l->sid.p != NULL;
}

/* A line of a tail that nobody was told about. What says no is taken as if it came again, so
 * that it is not lost; what permits may have been forged there, and waits for its producer. */
static int
bring_back(struct ledger_writer *w, struct span line, struct error *e)
{
	struct ledger_line l;
	struct event v;
	struct event_context x;
	struct event_opening o;
	struct event_named named;
	struct consent_event c;
	struct receipt receipt;
	struct error why = { 0 };
	uint64_t found;
	size_t at;
	int r, names;

	arena_reset(&w->arena);
	if (line.len > JOURNAL_LINE || ndjson_scan(w->scanner, line, &at, &why) < 0 ||
	    line_read(w->scanner, &l, &w->arena, &w->scratch, &why) < 0 ||
	    line_event(&l, &v, &why) < 0 || !narrows(v.type) || !well_formed(&l, &v))
		return 0;
	if (ledger_find_id(&w->ledger, l.id, &found, e) < 0)
		return -1;
	if (found > 0)
		return 0;
	if (writer_context(w, &x, &o, &w->salts, e) < 0)
		return -1;
	r = look_back(w, &l, &o, e);
	if (r < 0)
		return -1;
	c = event_of(&l);
	x.id = l.id;
	x.torn = &l;
	names = writer_find_named(w, l.ref, l.type, &named, e);
	if (names < 0)
		return -1;
	x.named = names > 0 ? &named : NULL;
	r = r == 0 ? error_set(&why, REFUSED, "E_SUBJECT", "nobody's") :
	    writer_add_new(w, &c, &x, &receipt, &why);
	w->torn.brought_back += r > 0;
	w->torn.refused += r < 0;
	if (r < 0 && why.status != STATUS_REFUSED)
		*e = why;
	return r < 0 && why.status != STATUS_REFUSED ? -1 : 0;
}

int
writer_bring_back(void *arg, struct span line, uint64_t number, struct error *e)
{
	struct ledger_writer *w = arg;
	struct writer_torn before = w->torn;
	int r = bring_back(w, line, e), again = writer_recover(w, e);

	(void)number;
	if (again <= 0)
		return again < 0 ? -1 : r;
	w->torn = before;
	return bring_back(w, line, e);
}
