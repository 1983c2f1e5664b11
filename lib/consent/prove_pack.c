/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/prove_pack.c: the files of a pack. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/error.h"
#include "consent/policy.h"
#include "consent/prove.h"
#include "consent/prove_pack.h"
#include "io/fd.h"
#include "io/json_write.h"
#include "io/out_dir.h"
#include "io/tlog_proof_file.h"
#include "model/policy_digest.h"

#include <dirent.h>
#include <sys/stat.h>

enum { NOTICE_MOST = 16 << 20 };	/* bytes of a text; larger files are none */

/* A notice that lines name, by the digest of its text. */
struct told {
	struct span	 name;		/* "newsletter@7/de-DE"; borrowed */
	struct span	 digest;	/* hex; borrowed */
	bool		 held;
};

struct pack {
	struct prove			*p;
	const struct pack_options	*o;
	struct pack_counts		*n;
	struct out_dir			*dir;
	struct told			*told;
	size_t				 told_count, told_cap;
};

/* FOLDER/NAME+ending */
static int
make_file(struct pack *k, const char *folder, struct span name, const char *ending,
    struct span bytes, struct error *e)
{
	struct buf path = { 0 };
	int r;

	buf_print(&path, "%s%.*s%s%c", folder, SPAN_ARG(name), ending, 0);
	r = out_dir_file(k->dir, path.p, bytes, e);
	buf_done(&path);
	return r;
}

/* ---- proofs and policies ---- */

static int
write_proof(struct pack *k, const struct tlog_source *source, const struct proved *v, struct error *e)
{
	const struct tlog_now *now = &k->p->ledger.now;
	struct tlog_proof_file f = { .extra = v->text, .index = v->seq,
	    .checkpoint = buf_span(&now->bytes) };
	struct buf text = { 0 }, name = { 0 };
	int r;

	buf_print(&name, "%012llu", (unsigned long long)v->seq);	/* in order also by name */
	r = tlog_prove(source, (struct tlog_range){ v->seq, v->seq + 1 }, now->checkpoint.size,
	    &f.proof, e);
	if (r == 0) {
		tlog_proof_file_write(&f, &text);
		r = make_file(k, "", buf_span(&name), ".tlog-proof", buf_span(&text), e);
	}
	k->n->lines += r == 0;
	buf_done(&text);
	buf_done(&name);
	return r;
}

/* The bytes whose digest is the name of the policy. */
static int
write_policy(struct pack *k, struct span digest, struct error *e)
{
	const struct ledger *l = &k->p->ledger;
	struct buf text = { 0 };
	int r = 0;

	for (size_t i = 0; i < l->policy_count && r == 0; i++) {
		if (!span_equal(l->policies[i]->digest, digest))
			continue;
		policy_canonical(l->policies[i]->document, &text);
		r = make_file(k, "policies/", digest, ".json", buf_span(&text), e);
		k->n->policies += r == 0;
	}
	buf_done(&text);
	return r;
}

/* ---- notices ---- */

static void
add_told(struct pack *k, const struct proved *v, const struct dpv_act *a)
{
	const struct event *e = &a->event;
	const struct policy_notice *n = v->policy == NULL || a->line.notice.p == NULL ? NULL :
	    policy_notice(v->policy, e->notice_id, e->notice_version, e->notice_lang);

	if (n == NULL)
		return;
	for (size_t i = 0; i < k->told_count; i++)
		if (span_equal(k->told[i].digest, n->sha256))
			return;
	k->told = mem_grow(k->told, k->told_count + 1, &k->told_cap, sizeof *k->told);
	k->told[k->told_count++] = (struct told){ a->line.notice, n->sha256, false };
	k->n->notices_named++;
}

static struct told *
told_by_bytes(struct pack *k, struct span bytes)
{
	char digest[2 * SHA256_BYTES + 1];
	struct told *found = NULL;

	sha256_hex(bytes, digest, 2 * SHA256_BYTES);
	for (size_t i = 0; i < k->told_count; i++)
		if (!k->told[i].held && span_is(k->told[i].digest, digest))
			found = &k->told[i];
	return found;
}

/* A file counts by what is in it, whatever its name. */
static int
try_notice(struct pack *k, const char *path, struct error *e)
{
	struct stat st;
	struct told *t;
	char *bytes;
	size_t len;
	int r = 0;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > NOTICE_MOST)
		return 0;
	if (fd_read_file(path, NOTICE_MOST, STATUS_INPUT, &bytes, &len, e) < 0)
		return -1;
	t = told_by_bytes(k, span_make(bytes, len));
	if (t != NULL) {
		r = make_file(k, "notices/", t->digest, "", span_make(bytes, len), e);
		t->held = r == 0;
		k->n->notices += r == 0;
	}
	mem_free(bytes);
	return r;
}

static int
write_notices(struct pack *k, struct error *e)
{
	DIR *dir;
	struct dirent *entry;
	struct buf path = { 0 };
	int r = 0;

	if (k->o->notices == NULL || k->told_count == 0)
		return 0;
	dir = opendir(k->o->notices);
	if (dir == NULL)
		return error_system(e, STATUS_USAGE, "E_READ", k->o->notices, "open");
	for (entry = readdir(dir); entry != NULL && r == 0; entry = readdir(dir)) {
		buf_reset(&path);
		buf_print(&path, "%s/%s%c", k->o->notices, entry->d_name, 0);
		r = try_notice(k, path.p, e);
	}
	closedir(dir);
	buf_done(&path);
	return r;
}

static int
write_proofs(struct pack *k, struct error *e)
{
	struct prove *p = k->p;
	struct tlog_source source = tlog_leaves_source(&p->leaves);

	for (size_t i = 0; i < p->count; i++) {
		if (write_proof(k, &source, &p->list[i], e) < 0 ||
		    (p->acts[i].event.type == EVENT_POLICY &&
		    write_policy(k, p->acts[i].line.id, e) < 0))
			return -1;
		add_told(k, &p->list[i], &p->acts[i]);
	}
	return write_notices(k, e);
}

static int
write_records(struct pack *k, struct error *e)
{
	const struct prove *p = k->p;
	struct dpv d = { .policy = p->policy, .log = span_from(p->ledger.origin.name),
	    .purpose = p->purpose, .as_of = p->as_of, .acts = p->acts, .count = p->count };
	struct buf text = { 0 };
	int r;

	k->n->records = dpv_write(&d, &text);
	r = make_file(k, "", SPAN("records.jsonld"), "", buf_span(&text), e);
	buf_done(&text);
	return r;
}

/* ---- the report ---- */

static void
write_lines(const struct prove *p, struct json_writer *w)
{
	json_key(w, SPAN("lines"));
	json_open_array(w);
	for (size_t i = 0; i < p->count; i++) {
		json_open_object(w);
		json_member_u64(w, "seq", p->list[i].seq);
		json_member_string(w, "type", p->acts[i].line.type);
		json_end(w);
	}
	json_end(w);
}

static void
write_told(const struct pack *k, struct json_writer *w)
{
	json_key(w, SPAN("notices"));
	json_open_array(w);
	for (size_t i = 0; i < k->told_count; i++) {
		json_open_object(w);
		json_member_string(w, "notice", k->told[i].name);
		json_member_string(w, "sha256", k->told[i].digest);
		json_member_string(w, "text", k->told[i].held ? SPAN("held") : SPAN("missing"));
		json_end(w);
	}
	json_end(w);
}

static void
write_report(const struct pack *k, struct buf *out)
{
	struct json_writer w = json_writer(out);
	const struct prove *p = k->p;

	json_open_object(&w);
	json_member_bool(&w, "ok", p->count > 0);
	json_member_string(&w, "format", k->o->records ? SPAN("dpv") : SPAN("tlog"));
	json_member_string(&w, "log", span_from(p->ledger.origin.name));
	json_member_u64(&w, "size", p->ledger.now.checkpoint.size);
	if (k->o->records)
		json_member_u64(&w, "records", k->n->records);
	write_lines(p, &w);
	if (!k->o->records)
		write_told(k, &w);
	json_end(&w);
	buf_byte(out, '\n');
}

int
prove_pack(struct prove *p, const struct pack_options *o, struct pack_counts *n, struct buf *report,
    struct error *e)
{
	struct pack k = { .p = p, .o = o, .n = n };
	int r = 0;

	*n = (struct pack_counts){ 0 };
	if (p->count > 0) {
		k.dir = out_dir_open(o->dir, e);
		r = k.dir == NULL ? -1 : o->records ? write_records(&k, e) : write_proofs(&k, e);
	}
	if (r == 0)
		write_report(&k, report);	/* before: it may want memory, and a pack is not taken back */
	if (r == 0 && k.dir != NULL)
		r = out_dir_commit(k.dir, e);
	else
		out_dir_abort(k.dir);
	mem_free(k.told);
	return r;
}
