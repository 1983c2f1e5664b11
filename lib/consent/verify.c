/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/verify.c: damage is the answer "no"; only what keeps us from looking is a failure. */
#include "base/buf.h"
#include "base/error.h"
#include "consent/event.h"
#include "consent/ledger.h"
#include "consent/verify.h"
#include "io/json_write.h"

static void
write_sound(const struct ledger *l, struct json_writer *w)
{
	struct buf at = { 0 };

	json_member_string(w, "name", span_from(l->name));
	json_member_u64(w, "size", events_count(l->events));
	json_member_string(w, "leaf", span_from(l->leaf));
	json_member_u64(w, "policies", l->policy_count);
	if (l->last_recv != INSTANT_NONE)
		instant_write(&at, l->last_recv);
	json_member_string(w, "last_recv", at.len > 0 ? buf_span(&at) : span_none());
	buf_done(&at);
}

static void
write_damage(const struct error *found, struct json_writer *w)
{
	json_member_string(w, "code", span_from(found->code));
	json_member_string(w, "text", span_from(found->text));
	if (found->line > 0)
		json_member_u64(w, "seq", found->line - 1);
}

/* Whether something was found, and not only that nothing can be looked for: a ledger that is not
 * there, that others may write, or whose head or key cannot be read. Damage has a place; a key
 * that is not the ledger's has none. */
static bool
is_damage(const struct error *found)
{
	return found->status == STATUS_UNSAFE &&
	    (found->line > 0 || strcmp(found->code, "E_KEY") == 0);
}

int
verify_ledger(const char *state, struct buf *report, struct error *e)
{
	struct error found = { 0 };
	struct ledger l;
	int r = ledger_open(&l, state, INSTANT_NONE, &found);
	struct json_writer w;

	if (r < 0 && !is_damage(&found)) {
		*e = found;
		ledger_close(&l);
		return -1;
	}
	w = json_writer(report);
	json_open_object(&w);
	json_member_bool(&w, "ok", r == 0);
	if (r == 0)
		write_sound(&l, &w);
	else
		write_damage(&found, &w);
	json_end(&w);
	buf_byte(report, '\n');
	ledger_close(&l);
	return r == 0;
}
