/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/verify.c: damage is the answer "no"; only what keeps us from looking is a failure. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/map.h"
#include "consent/event.h"
#include "consent/verify_priv.h"
#include "io/json_write.h"
#include "io/tlog_key.h"

static void
write_notes(const struct verify *v, struct json_writer *w)
{
	const struct tlog_end *end = &v->ledger.end;
	bool hashes = !v->quick && !end->hashes_fit, roots = v->roots_lost || (!v->quick && !end->roots_fit);

	if (!hashes && !roots)
		return;
	json_key(w, SPAN("notes"));
	json_open_array(w);
	if (hashes)
		json_text(w, SPAN("the file of hashes is not that of the lines; the next append makes it again"));
	if (roots)
		json_text(w, SPAN("the file of roots is not that of the lines; the next append makes it again"));
	json_end(w);
}

static void
write_whole(const struct verify *v, struct json_writer *w)
{
	const struct ledger *l = &v->ledger;
	struct buf at = { 0 };

	json_member_u64(w, "policies", l->policy_count);
	if (l->vault != NULL)
		json_member_u64(w, "erased", map_size(l->erased));
	if (l->last_recv != INSTANT_NONE)
		instant_write(&at, l->last_recv);
	json_member_string(w, "last_recv", at.len > 0 ? buf_span(&at) : span_none());
	json_member_u64(w, "checkpoints", v->logged.count);
	buf_done(&at);
	if (!v->o->evidence)
		return;
	json_key(w, SPAN("evidence"));
	json_open_object(w);
	json_member_u64(w, "commits", v->commits);
	json_member_u64(w, "opened", v->opened);
	json_member_u64(w, "deleted", v->commits - v->opened);
	json_end(w);
}

static void
write_sound(const struct verify *v, struct json_writer *w)
{
	const struct tlog_checkpoint *c = &v->ledger.now.checkpoint;
	struct buf root = { 0 };

	json_member_string(w, "name", c->origin);
	json_member_string(w, "subjects", v->ledger.origin.vault ? SPAN("vault") : SPAN("keyed"));
	json_member_u64(w, "size", c->size);
	base64_write(&root, span_make((const char *)c->root.bytes, sizeof c->root.bytes));
	json_member_string(w, "root", buf_span(&root));
	buf_done(&root);
	if (!v->quick)
		write_whole(v, w);
	if (v->o->since != NULL && !v->quick) {
		json_key(w, SPAN("since"));
		json_open_array(w);
		for (size_t i = 0; i < v->since.count; i++)
			json_u64(w, v->since.list[i].size);
		json_end(w);
	}
	if (v->o->trust != NULL)
		json_member_u64(w, "witnesses", v->witnesses);
	write_notes(v, w);
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
 * there, that others may write, or whose checkpoint or key cannot be read. Damage has a place; a key
 * that is not the ledger's has none. */
static bool
is_damage(const struct error *found)
{
	return found->status == STATUS_UNSAFE &&
	    (found->line > 0 || strcmp(found->code, "E_KEY") == 0);
}

static int
look_at_all(struct verify *v, struct error *e)
{
	struct ledger_question q = { .place = v->o->place, .known_at = INSTANT_NONE,
	    .past = v->o->evidence, .unasked = true };

	if (verify_marks(v, e) < 0)
		return -1;
	q.marks = v->marks;
	q.mark_count = v->mark_count;
	ledger_close(&v->ledger);
	return ledger_load(&v->ledger, &q, e) < 0 || verify_since(v, e) < 0 ||
	    (v->o->evidence && verify_evidence(v, e) < 0) ? -1 : 0;
}

/* The end alone, unless it does not fit: then all of it says whether roots or lines were changed. */
static int
look(struct verify *v, struct error *e)
{
	struct error why = { 0 };

	if (ledger_look(&v->ledger, v->o->place, e) < 0 || verify_trust(v, e) < 0)
		return -1;
	if (v->o->quick && v->o->since == NULL && !v->o->evidence) {
		v->quick = verify_quick(v, &why) == 0;
		if (v->quick)
			return 0;
		v->roots_lost = true;
	}
	return look_at_all(v, e);
}

static void
end(struct verify *v)
{
	ledger_close(&v->ledger);
	tlog_keys_done(&v->trust);
	tlog_marks_done(&v->logged);
	tlog_marks_done(&v->since);
	buf_done(&v->trust_text);
	buf_done(&v->since_text);
	mem_free(v->marks);
}

int
verify_ledger(const struct verify_options *o, struct buf *report, struct error *e)
{
	struct verify v = { .o = o };
	struct error found = { 0 };
	struct json_writer w;
	int r = verify_files(&v, &found);

	if (r == 0)
		r = look(&v, &found);
	if (r < 0 && !is_damage(&found)) {
		*e = found;
		end(&v);
		return -1;
	}
	w = json_writer(report);
	json_open_object(&w);
	json_member_bool(&w, "ok", r == 0);
	json_member_string(&w, "mode", v.quick ? SPAN("quick") : SPAN("full"));
	if (r == 0)
		write_sound(&v, &w);
	else
		write_damage(&found, &w);
	json_end(&w);
	buf_byte(report, '\n');
	end(&v);
	return r == 0;
}
