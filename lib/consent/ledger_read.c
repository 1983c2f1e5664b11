/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_read.c: verify and load; nothing is used that was not verified here. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/number.h"
#include "consent/basis_clock.h"
#include "consent/events.h"
#include "consent/ledger.h"
#include "consent/policy.h"
#include "consent/policy_read.h"
#include "io/fd.h"
#include "io/json_config.h"
#include "io/ndjson.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ORIGIN_MAX = 4096, PATH_BYTES = 4096 };

struct load {
	struct ledger	*l;
	instant		 known_at;
	struct buf	 last;		/* last visible line */
	struct buf	 newest;	/* last line of all */
};

static char *
join(const char *dir, const char *name)
{
	struct buf b = { 0 };

	buf_print(&b, "%s/%s", dir, name);
	buf_byte(&b, '\0');
	return b.p;
}

/* Ours, a directory, closed to everybody else. */
static int
check_dir(const char *path, struct error *e)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return error_set(e, UNSAFE, "E_LEDGER", "no ledger in %s (cdp-consent init makes one)", path);
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 077) != 0)
		return error_set(e, UNSAFE, "E_LEDGER", "%s must be a directory of ours with mode 0700", path);
	return 0;
}

/* Takes name and fingerprint off the origin and compares the key with it. */
static int
check_origin(struct ledger *l, struct error *e)
{
	struct error parse = { 0 };
	json_t *json = config_parse(span_make(l->origin, l->origin_len), "origin", STATUS_UNSAFE, &parse);
	const char *schema = json_string_value(json_object_get(json, "schema"));
	const char *name = json_string_value(json_object_get(json, "name"));
	const char *key = json_string_value(json_object_get(json, "token_key"));
	char fingerprint[17];
	int r = 0;

	if (schema == NULL || strcmp(schema, "cdp-ledger/1") != 0 || name == NULL || key == NULL) {
		r = error_set(e, UNSAFE, "E_LEDGER", "the origin of the ledger was changed");
		error_place(e, NULL, 1, 0);	/* line 0 is what it is the origin of */
	} else {
		l->name = mem_text(name);
		token_key_fingerprint(&l->key, fingerprint);
		if (strcmp(fingerprint, key) != 0)
			r = error_set(e, UNSAFE, "E_KEY", "the token key is not the one of this ledger");
	}
	json_decref(json);
	return r;
}

static int
load_policy(struct ledger *l, const struct event *v, struct error *e)
{
	struct faults faults = { 0 };
	struct policy_document d = { 0 };
	struct buf path = { 0 };
	struct error why = { 0 };
	struct policy *p = NULL;
	int r;

	/* The event's id is the digest. */
	buf_print(&path, "%s/policies/%.*s.json", l->dir, SPAN_ARG(span_head(v->id, 64)));
	buf_byte(&path, '\0');
	r = policy_document_load(&d, path.p, STATUS_UNSAFE, &why);
	if (r < 0)
		error_set(e, UNSAFE, "E_POLICY", "a published policy cannot be read: %s", why.text);
	buf_done(&path);
	if (r == 0 && !span_is(v->id, d.digest))
		r = error_set(e, UNSAFE, "E_POLICY", "a published policy was edited");
	if (r == 0) {
		p = policy_build(&d, &faults);
		if (p == NULL || faults.count > 0)
			r = error_set(e, UNSAFE, "E_POLICY", "a published policy cannot be used by this version");
	}
	if (p != NULL) {
		/* Texts are borrowed from the document, which lives as long as the policy. */
		p->published_at = v->recv;
		p->document = d.json;
		d.json = NULL;
		l->policies = mem_resize(l->policies, (l->policy_count + 1) * sizeof *l->policies);
		l->policies[l->policy_count++] = p;
	}
	faults_done(&faults);
	policy_document_done(&d);
	return r;
}

/* recv never decreases, so every K is a prefix. */
static int
visit(void *arg, struct span line, uint64_t seq, struct error *e)
{
	struct load *load = arg;
	struct ledger *l = load->l;
	const struct event *v;

	buf_reset(&load->newest);
	buf_add(&load->newest, line);
	if (load->known_at != INSTANT_NONE && l->last_recv != INSTANT_NONE &&
	    l->last_recv > load->known_at)
		return 0;
	if (events_add(l->events, line, e) < 0) {
		error_place(e, "ledger", seq + 1, 0);
		return -1;
	}
	v = events_at(l->events, seq);
	if (l->last_recv != INSTANT_NONE && v->recv < l->last_recv) {
		error_set(e, UNSAFE, "E_LEDGER", "receipt times go back");
		error_place(e, "ledger", seq + 1, 0);
		return -1;
	}
	if (load->known_at != INSTANT_NONE && v->recv > load->known_at) {
		l->last_recv = v->recv;	/* this one and what follows are not visible */
		events_drop_last(l->events);
		return 0;
	}
	l->last_recv = v->recv;
	buf_reset(&load->last);
	buf_add(&load->last, line);
	if (v->type != EVENT_POLICY || load_policy(l, v, e) == 0)
		return 0;
	e->line = seq + 1;	/* of the event, not of the document */
	return -1;
}

static void
last_leaf(struct ledger *l, const struct buf *last)
{
	unsigned char hash[SHA256_BYTES];
	struct sha256 h;
	struct buf text = { 0 };

	memcpy(l->leaf, l->head.leaf, sizeof l->leaf);
	if (events_count(l->events) == l->head.lines || last->len == 0)
		return;
	sha256_start(&h);
	sha256_add(&h, span_make("", 1));
	sha256_add(&h, buf_span(last));
	sha256_end(&h, hash);
	base64url_write(&text, span_make((const char *)hash, sizeof hash));
	memcpy(l->leaf, text.p, JOURNAL_LEAF);
	buf_done(&text);
}

/* The receipt time of a verified line; what no line says is INSTANT_NONE. */
static instant
recv_of(struct span line)
{
	struct ndjson *n = ndjson_new(NULL);
	struct error ignored = { 0 };
	instant recv = INSTANT_NONE;
	size_t at;

	if (line.len > 0 && ndjson_scan(n, line, &at, &ignored) == 0 &&
	    !i64_parse(ndjson_raw(n, ndjson_find(n, 0, SPAN("recv"))), &recv))
		recv = INSTANT_NONE;
	ndjson_free(n);
	return recv;
}

static int
load_all(struct ledger *l, instant known_at, struct error *e)
{
	struct load load = { l, known_at, { 0 }, { 0 } };
	int r;

	l->events = events_new(known_at == INSTANT_NONE);
	l->last_recv = INSTANT_NONE;
	r = journal_read(l->log, span_make(l->origin, l->origin_len), visit, &load, &l->head, e);
	events_finish(l->events);
	if (r == 0) {
		uint64_t n = events_count(l->events);

		last_leaf(l, &load.last);
		for (size_t i = 1; i <= l->policy_count; i++)
			basis_clocks_set(l->policies, i);
		l->last_recv = n == 0 ? INSTANT_NONE : events_at(l->events, n - 1)->recv;
		l->newest_recv = recv_of(buf_span(&load.newest));
	}
	buf_done(&load.last);
	buf_done(&load.newest);
	return r;
}

int
ledger_open(struct ledger *l, const char *state, instant known_at, struct error *e)
{
	char *key = join(state, "keys/token"), *origin, *keys = join(state, "keys");
	int r;

	*l = (struct ledger){ .last_recv = INSTANT_NONE, .newest_recv = INSTANT_NONE };
	l->dir = join(state, "ledger");
	l->log = join(l->dir, "log.ndjson");
	origin = join(l->dir, "origin");
	r = check_dir(state, e);
	if (r == 0)
		r = check_dir(l->dir, e);
	if (r == 0)
		r = check_dir(keys, e);
	if (r == 0)
		r = token_key_read(key, "token", &l->key, e);
	if (r == 0)
		r = fd_read_file(origin, ORIGIN_MAX, STATUS_UNSAFE, &l->origin, &l->origin_len, e);
	if (r == 0)
		r = check_origin(l, e);
	if (r == 0)
		r = load_all(l, known_at, e);
	mem_free(key);
	mem_free(keys);
	mem_free(origin);
	return r;
}

void
ledger_close(struct ledger *l)
{
	for (size_t i = 0; i < l->policy_count; i++) {
		json_t *document = l->policies[i]->document;

		policy_free(l->policies[i]);
		json_decref(document);
	}
	mem_free(l->policies);
	events_free(l->events);
	token_key_done(&l->key);
	mem_free(l->name);
	mem_free(l->origin);
	mem_free(l->log);
	mem_free(l->dir);
	*l = (struct ledger){ 0 };
}

const struct policy *
ledger_policy(const struct ledger *l, instant as_of, instant *next)
{
	const struct policy *best = NULL;

	*next = INSTANT_NONE;
	for (size_t i = 0; i < l->policy_count; i++) {
		const struct policy *p = l->policies[i];

		if (p->effective_from > as_of) {
			if (*next == INSTANT_NONE || p->effective_from < *next)
				*next = p->effective_from;
		} else if (best == NULL || p->effective_from >= best->effective_from)
			best = p;
	}
	return best;
}
