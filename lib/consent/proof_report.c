/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/proof_report.c: what a check of proofs found. */
#include "base/buf.h"
#include "consent/proof_check.h"
#include "consent/proof_report.h"
#include "io/json_write.h"

static void
write_beside(struct json_writer *w, const char *key, enum proof_beside b)
{
	if (b != BESIDE_NONE)
		json_member_string(w, key, b == BESIDE_HELD ? SPAN("held") : SPAN("missing"));
}

static void
write_held(struct json_writer *w, const struct proof_found *f)
{
	const struct ledger_line *l = &f->line;
	struct buf at = { 0 };

	instant_write(&at, l->recv);
	json_member_string(w, "log", f->log);
	json_member_u64(w, "size", f->size);
	json_member_u64(w, "seq", l->seq);
	json_member_string(w, "type", l->type);
	json_member_string(w, "recv", buf_span(&at));
	json_member_string(w, "purpose", l->purpose);
	json_member_string(w, "channel", l->channel);
	json_member_string(w, "controller", l->controller);
	if (span_is(l->type, "policy"))
		json_member_string(w, "policy", l->id);
	write_beside(w, "policy_document", f->policy);
	json_member_string(w, "notice", l->notice);
	json_member_string(w, "notice_sha256", f->notice_digest);
	write_beside(w, "notice_text", f->notice);
	json_key(w, SPAN("signed_by"));
	json_open_array(w);
	for (size_t i = 0; i < f->signer_count; i++)
		json_text(w, f->signers[i]);
	json_end(w);
	buf_done(&at);
}

static void
write_found(struct json_writer *w, const struct proof_found *f)
{
	bool held = f->why.status == STATUS_DONE;

	json_open_object(w);
	json_member_string(w, "file", span_from(f->file));
	json_member_bool(w, "ok", held);
	if (held)
		write_held(w, f);
	else {
		json_member_string(w, "code", span_from(f->why.code));
		json_member_string(w, "text", span_from(f->why.text));
	}
	json_end(w);
}

void
proof_report(const struct proof_check *c, struct buf *out)
{
	struct json_writer w = json_writer(out);
	size_t held = proof_check_held(c);

	json_open_object(&w);
	json_member_bool(&w, "ok", held == c->count);
	json_member_u64(&w, "files", c->count);
	json_member_u64(&w, "held", held);
	json_key(&w, SPAN("proofs"));
	json_open_array(&w);
	for (size_t i = 0; i < c->count; i++)
		write_found(&w, &c->list[i]);
	json_end(&w);
	json_end(&w);
	buf_byte(out, '\n');
}

static void
add(struct buf *out, const char *before, struct span s)
{
	if (s.p == NULL)
		return;
	buf_text(out, before);
	buf_add(out, s);
}

void
proof_words(const struct proof_found *f, struct buf *out)
{
	const struct ledger_line *l = &f->line;

	if (f->why.status != STATUS_DONE) {
		buf_print(out, "%s: %s: %s", f->file, f->why.code, f->why.text);
		return;
	}
	buf_print(out, "%s: holds: %.*s #%llu", f->file, SPAN_ARG(l->type), (unsigned long long)l->seq);
	add(out, " for ", l->purpose);
	add(out, " by ", l->channel);
	add(out, " to ", l->controller);
	buf_text(out, ", received ");
	instant_write(out, l->recv);
	buf_print(out, ", in %.*s of %llu lines", SPAN_ARG(f->log), (unsigned long long)f->size);
	for (size_t i = 0; i < f->signer_count; i++)
		add(out, i == 0 ? ", signed by " : " and ", f->signers[i]);
	if (f->policy == BESIDE_MISSING)
		buf_text(out, "; the policy is not beside it");
	if (f->notice == BESIDE_MISSING && f->notice_digest.p == NULL)
		add(out, "; no policy beside it tells the digest of notice ", l->notice);
	else if (f->notice == BESIDE_MISSING)
		add(out, "; the text of the notice is not beside it, its digest is ", f->notice_digest);
}
