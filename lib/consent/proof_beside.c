/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/proof_beside.c: policies and notices beside proofs. */
#include "base/alloc.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "consent/proof_beside.h"
#include "consent/proof_check.h"
#include "io/fd.h"
#include "io/tlog_proof.h"

#include <errno.h>
#include <unistd.h>

enum { DOCUMENT_MOST = 16 << 20, DIGEST_HEX = 64 };	/* bytes of a policy, and more than a notice has */

/* A policy that is proved, read and its digest right: what it says of notices counts. */
struct known_policy {
	const struct proof_found	*found;
	json_t				*document;	/* owned; NULL if it is no JSON */
};
struct known {
	struct known_policy	*list;
	size_t			 count, cap;
};

static bool
is_digest(struct span s)
{
	size_t i = 0;

	while (i < s.len && (ascii_digit(s.p[i]) || (s.p[i] >= 'a' && s.p[i] <= 'f')))
		i++;
	return s.len == DIGEST_HEX && i == s.len;
}

/* Reads DIR-of-file/folder/DIGEST+ending: 1, 0 when it is not there, -1. */
static int
read_beside(const char *file, const char *folder, struct span digest, const char *ending,
    char **bytes, size_t *len, struct error *e)
{
	const char *slash = strrchr(file, '/');
	struct buf path = { 0 };
	int r = 0;

	buf_add(&path, span_make(file, slash == NULL ? 0 : (size_t)(slash - file) + 1));
	buf_print(&path, "%s/%.*s%s", folder, SPAN_ARG(digest), ending);
	buf_byte(&path, '\0');
	if (access(path.p, F_OK) == 0 || errno != ENOENT)
		r = fd_read_file(path.p, DOCUMENT_MOST, STATUS_INPUT, bytes, len, e) < 0 ? -1 : 1;
	buf_done(&path);
	return r;
}

static bool
has_digest(struct span bytes, struct span hex)
{
	char digest[2 * SHA256_BYTES + 1];

	sha256_hex(bytes, digest, 2 * SHA256_BYTES);
	return span_is(hex, digest);
}

static void
know(struct known *known, const struct proof_found *f, struct span bytes)
{
	struct error ignored = { 0 };

	known->list = mem_grow(known->list, known->count + 1, &known->cap, sizeof *known->list);
	known->list[known->count++] = (struct known_policy){ f,
	    config_parse(bytes, "policy", STATUS_INPUT, &ignored) };
}

static int
look_for_policy(struct proof_found *f, struct known *known, struct error *e)
{
	char *bytes;
	size_t len;
	int r;

	if (!is_digest(f->line.id)) {
		error_set(&f->why, REFUSED, "E_LINE", "a policy was published under what is no digest");
		return 0;
	}
	f->policy = BESIDE_MISSING;
	r = read_beside(f->file, "policies", f->line.id, ".json", &bytes, &len, e);
	if (r <= 0)
		return r;
	if (has_digest(span_make(bytes, len), f->line.id)) {
		f->policy = BESIDE_HELD;
		know(known, f, span_make(bytes, len));
	} else
		error_set(&f->why, REFUSED, "E_DOCUMENT", "the policy beside it was edited");
	mem_free(bytes);
	return 0;
}

/* "newsletter@7/de-DE" against {"id":"newsletter","version":7,"lang":"de-DE"} */
static bool
is_notice(const json_t *entry, struct span name)
{
	const char *id = json_string_value(json_object_get(entry, "id"));
	const char *lang = json_string_value(json_object_get(entry, "lang"));
	const json_t *version = json_object_get(entry, "version");
	struct buf text = { 0 };
	bool is;

	if (id == NULL || lang == NULL || !json_is_integer(version))
		return false;
	buf_print(&text, "%s@%lld/%s", id, (long long)json_integer_value(version), lang);
	is = span_equal(buf_span(&text), name);
	buf_done(&text);
	return is;
}

struct span
notice_digest_in(const json_t *policy, struct span notice)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(policy, "notices"), i, entry) {
		struct span digest = span_from(json_string_value(json_object_get(entry, "sha256")));

		if (is_digest(digest) && is_notice(entry, notice))
			return digest;
	}
	return span_none();
}

/* The newest policy before the line that has its notice: the ledger accepted the line under it. */
static void
find_notice(struct proof_check *c, struct proof_found *f, const struct known *known)
{
	const struct proof_found *best = NULL;

	for (size_t i = 0; i < known->count; i++) {
		const struct known_policy *p = &known->list[i];
		struct span digest;

		if (!span_equal(p->found->log, f->log) || p->found->line.seq > f->line.seq ||
		    (best != NULL && p->found->line.seq < best->line.seq))
			continue;
		digest = notice_digest_in(p->document, f->line.notice);
		if (digest.p == NULL)
			continue;
		best = p->found;
		f->notice_digest = arena_copy(&c->arena, digest);
	}
}

static int
look_for_notice(struct proof_check *c, struct proof_found *f, const struct known *known,
    struct error *e)
{
	char *bytes;
	size_t len;
	int r;

	f->notice = BESIDE_MISSING;
	find_notice(c, f, known);
	if (f->notice_digest.p == NULL)
		return 0;
	r = read_beside(f->file, "notices", f->notice_digest, "", &bytes, &len, e);
	if (r <= 0)
		return r;
	if (has_digest(span_make(bytes, len), f->notice_digest))
		f->notice = BESIDE_HELD;
	else
		error_set(&f->why, REFUSED, "E_DOCUMENT", "the text of the notice beside it was edited");
	mem_free(bytes);
	return 0;
}

static bool
publishes(const struct proof_found *f)
{
	return f->why.status == STATUS_DONE && span_is(f->line.type, "policy");
}

int
proof_beside(struct proof_check *c, struct error *e)
{
	struct known known = { 0 };
	int r = 0;

	for (size_t i = 0; i < c->count && r == 0; i++)
		if (publishes(&c->list[i]))
			r = look_for_policy(&c->list[i], &known, e);
	for (size_t i = 0; i < c->count && r == 0; i++)
		if (c->list[i].why.status == STATUS_DONE && c->list[i].line.notice.p != NULL)
			r = look_for_notice(c, &c->list[i], &known, e);
	for (size_t i = 0; i < known.count; i++)
		json_decref(known.list[i].document);
	mem_free(known.list);
	return r;
}
