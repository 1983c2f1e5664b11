/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/policy_text.c: the policy in force, out of a ledger that was verified to its checkpoint. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/pipeline.h"	/* threads_available */
#include "export/policy_text.h"
#include "io/ndjson.h"
#include "io/tlog_origin.h"
#include "io/tlog_read.h"
#include "model/policy_law.h"

void
policy_text_done(struct policy_text *p)
{
	json_decref(p->json);
	p->json = NULL;
}

int
policy_text_load(struct policy_text *p, const char *path, struct error *e)
{
	p->json = config_load(path, POLICY_BYTES, STATUS_USAGE, e);
	if (p->json == NULL || policy_take_law(p->json, path, STATUS_USAGE, e) < 0)
		return -1;
	policy_digest(p->json, p->digest);
	return 0;
}

static int
load_published(struct policy_text *p, const char *state, const char *digest, struct error *e)
{
	struct buf path = { 0 };

	buf_print(&path, "%s/ledger/policies/%s.json", state, digest);
	buf_byte(&path, '\0');
	p->json = policy_published_load(path.p, span_from(digest), "E_POLICY_DIGEST", e);
	buf_done(&path);
	if (p->json == NULL)
		return -1;
	memcpy(p->digest, digest, sizeof p->digest);
	return 0;
}

/* The policy events of the ledger, in order. */
struct published {
	struct ndjson	*scanner;
	struct arena	 arena;
	char		**digests;
	size_t		 n, cap;
};

static int
take_policy(void *arg, struct span line, const struct tlog_spot *before, struct error *e)
{
	struct published *p = arg;
	uint32_t type, id;
	struct span digest;
	char *text;
	size_t at;

	(void)before;
	if (ndjson_scan(p->scanner, line, &at, e) < 0) {
		error_clear(e);
		return error_set(e, UNSAFE, "E_LEDGER", "a ledger line that is no JSON");
	}
	type = ndjson_find(p->scanner, 0, SPAN("type"));
	id = ndjson_find(p->scanner, 0, SPAN("id"));
	if (type == 0 || id == 0 || !ndjson_is(p->scanner, type, SPAN("policy")))
		return 0;
	digest = ndjson_text(p->scanner, id, &p->arena);
	text = arena_zero(&p->arena, digest.len + 1, 1);
	memcpy(text, digest.p, digest.len);
	p->digests = mem_grow(p->digests, p->n + 1, &p->cap, sizeof *p->digests);
	p->digests[p->n++] = text;
	return 0;
}

static int
read_published(struct published *p, const char *state, struct error *e)
{
	struct buf dir = { 0 };
	struct tlog_origin origin;
	struct tlog_now now = { .bytes = { 0 } };
	struct tlog_reading reading = { .origin = &origin, .checkpoint = &now.checkpoint,
	    .threads = threads_available(), .visit = take_policy, .arg = p };
	struct tlog_end end;
	int r;

	buf_print(&dir, "%s/ledger%c", state, 0);
	reading.dir = dir.p;
	r = tlog_origin_read(&origin, dir.p, e);
	if (r == 0)
		r = tlog_now_read(&now, dir.p, &origin, e);
	if (r == 0) {
		p->scanner = ndjson_new(NULL);
		r = tlog_read(&reading, &end, e);
		ndjson_free(p->scanner);
	}
	tlog_now_done(&now);
	tlog_origin_done(&origin);
	buf_done(&dir);
	return r;
}

int
policy_text_in_force(struct policy_text *p, const char *state, instant at, struct error *e)
{
	struct published all = { 0 };
	instant best = INSTANT_NONE, from;
	int r = read_published(&all, state, e);

	for (size_t i = 0; r == 0 && i < all.n; i++) {
		struct policy_text x = { 0 };
		const char *text;

		r = load_published(&x, state, all.digests[i], e);
		if (r < 0)
			break;
		text = json_string_value(json_object_get(x.json, "effective_from"));
		if (text == NULL || !instant_parse(span_from(text), &from))
			r = error_set(e, UNSAFE, "E_POLICY", "a published policy without effective_from");
		if (r == 0 && from <= at && (p->json == NULL || from >= best)) {
			policy_text_done(p);
			*p = x;
			best = from;
		} else
			policy_text_done(&x);
	}
	arena_done(&all.arena);
	mem_free(all.digests);
	if (r == 0 && p->json == NULL)
		r = error_set(e, UNSAFE, "E_POLICY", "no policy of %s is in force", state);
	return r;
}
