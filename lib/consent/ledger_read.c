/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_read.c: verify and load; nothing is used that was not verified here. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/map.h"
#include "base/number.h"
#include "base/pipeline.h"
#include "consent/basis_clock.h"
#include "consent/events.h"
#include "consent/ledger.h"
#include "consent/ledger_subjects.h"
#include "consent/policy.h"
#include "consent/policy_read.h"
#include "consent/proof_vault.h"
#include "consent/vault.h"
#include "io/json_config.h"
#include "io/ndjson.h"
#include "io/own.h"
#include "io/tlog_history.h"

#include <sys/stat.h>

struct load {
	struct ledger	*l;
	instant		 known_at;
	bool		 hidden;	/* a line beyond K was seen */
	struct buf	 newest;	/* last line of all */
};

char *
ledger_path(const char *state, const char *part)
{
	struct buf b = { 0 };

	buf_print(&b, "%s/%s%c", state, part, 0);
	return b.p;
}

/* Whose directories these are, and where. */
static int
check_dirs(const struct ledger *l, const char *state, struct error *e)
{
	char *keys = ledger_path(state, "keys");
	struct stat st;
	int r;

	if (lstat(l->dir, &st) < 0)
		r = error_set(e, UNSAFE, "E_LEDGER", "no ledger in %s (cdp-consent init makes one)", state);
	else if (own_check_dir(state, e) < 0 || own_check_dir(l->dir, e) < 0 ||
	    own_check_dir(keys, e) < 0 || own_check_local(l->dir, e) < 0)
		r = -1;
	else
		r = 0;
	mem_free(keys);
	return r;
}

static int
read_key(struct ledger *l, const char *state, struct error *e)
{
	char *path = ledger_path(state, "keys/token"), fingerprint[TLOG_FINGERPRINT + 1];
	int r = token_key_read(path, "token", &l->key, e);

	mem_free(path);
	if (r < 0)
		return -1;
	token_key_fingerprint(&l->key, fingerprint);
	return strcmp(fingerprint, l->origin.token_key) == 0 ? 0 :
	    error_set(e, UNSAFE, "E_KEY", "the token key is not the one of this ledger");
}

/* What was logged binds: it is read first, so that a checkpoint replaced in between is the later one. */
static int
read_now(struct ledger *l, struct error *e)
{
	struct tlog_marks logged = { 0 };
	struct buf last = { 0 };
	uint64_t end;
	int r = tlog_history_last(l->dir, &last, &end, e);

	if (r == 0 && tlog_marks_read(&logged, buf_span(&last), &l->origin, NULL, "checkpoints.log",
	    false, e) < 0) {
		error_place(e, NULL, 1, 0);
		r = -1;
	}
	if (r == 0)
		r = tlog_now_read(&l->now, l->dir, &l->origin, e);
	if (r == 0 && logged.count > 0 && logged.list[0].size > l->now.checkpoint.size) {
		r = error_set(e, UNSAFE, "E_LEDGER", "%s: the ledger has had %llu lines and now has %llu",
		    l->dir, (unsigned long long)logged.list[0].size,
		    (unsigned long long)l->now.checkpoint.size);
		error_place(e, NULL, l->now.checkpoint.size + 1, 0);
	}
	tlog_marks_done(&logged);
	buf_done(&last);
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
	buf_print(&path, "%s/policies/%.*s.json%c", l->dir, SPAN_ARG(span_head(v->id, 64)), 0);
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

/* ---- lines ---- */

/* Lines beyond K are verified and not seen, but for whom they erase. */
static int
hide(struct load *load, struct span line, const struct tlog_spot *before, struct error *e)
{
	if (!load->hidden)
		load->l->root = tlog_spot_root(before);
	load->hidden = true;
	return subjects_note_erased(load->l, line, e);
}

static int
show(struct load *load, struct span line, const struct tlog_spot *before, struct error *e)
{
	struct ledger *l = load->l;
	uint64_t seq = tlog_spot_size(before);
	const struct event *v;

	if (events_add(l->events, line, e) < 0)
		return -1;
	v = events_at(l->events, seq);
	/* recv never decreases, so every K is a prefix. */
	if (l->last_recv != INSTANT_NONE && v->recv < l->last_recv)
		return error_set(e, UNSAFE, "E_LEDGER", "receipt times go back");
	if (load->known_at != INSTANT_NONE && v->recv > load->known_at) {
		events_drop_last(l->events);
		return hide(load, line, before, e);
	}
	l->last_recv = v->recv;
	if (v->type == EVENT_ERASED)
		return subjects_note_erased(l, line, e);
	return v->type == EVENT_POLICY ? load_policy(l, v, e) : 0;
}

static int
visit(void *arg, struct span line, const struct tlog_spot *before, struct error *e)
{
	struct load *load = arg;
	int r;

	buf_reset(&load->newest);
	buf_add(&load->newest, line);
	r = load->hidden ? hide(load, line, before, e) : show(load, line, before, e);
	if (r < 0) {
		e->line = tlog_spot_size(before) + 1;	/* of the event, whatever was read for it */
		error_place(e, "ledger", 0, 0);
	}
	return r;
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
load_lines(struct ledger *l, const struct ledger_question *q, struct error *e)
{
	struct load load = { .l = l, .known_at = q->known_at };
	struct tlog_reading r = { .dir = l->dir, .origin = &l->origin,
	    .checkpoint = &l->now.checkpoint, .threads = threads_available(), .visit = visit,
	    .arg = &load, .marks = q->marks, .mark_count = q->mark_count };
	int result;

	l->events = events_new(q->with_lines);
	l->erased = map_new();
	result = tlog_read(&r, &l->end, e);
	if (result == 0 && !load.hidden)
		l->root = tlog_spot_root(&l->end.spot);
	if (result == 0)
		result = subjects_know(l, e);
	events_finish(l->events);
	for (size_t i = 1; i <= l->policy_count && result == 0; i++)
		basis_clocks_set(l->policies, i);
	l->newest_recv = recv_of(buf_span(&load.newest));
	buf_done(&load.newest);
	return result;
}

int
ledger_look(struct ledger *l, const char *state, struct error *e)
{
	*l = (struct ledger){ .last_recv = INSTANT_NONE, .newest_recv = INSTANT_NONE };
	l->dir = ledger_path(state, "ledger");
	return check_dirs(l, state, e) < 0 || tlog_origin_read(&l->origin, l->dir, e) < 0 ||
	    read_key(l, state, e) < 0 ? -1 : read_now(l, e);
}

static int
load_all(struct ledger *l, const struct ledger_question *q, struct error *e)
{
	if (ledger_look(l, q->state, e) < 0)
		return -1;
	if (l->origin.vault) {
		/* After the checkpoint: its rows are there before its lines are. */
		l->vault = vault_open(l->dir, &l->key, e);
		if (l->vault == NULL)
			return -1;
	}
	if (q->proof_vault) {
		l->proof_at = q->proof_at;
		l->proof = proof_vault_open(l->dir, &l->key, e);
		if (l->proof == NULL)
			return -1;
	}
	return load_lines(l, q, e);
}

/* Whether somebody has committed since `l` was read. */
static bool
has_moved(const struct ledger *l)
{
	struct tlog_now now;
	struct error ignored = { 0 };
	bool moved = l->now.bytes.len > 0 && tlog_now_read(&now, l->dir, &l->origin, &ignored) == 0 &&
	    !span_equal(buf_span(&now.bytes), buf_span(&l->now.bytes));

	if (l->now.bytes.len > 0)
		tlog_now_done(&now);
	return moved;
}

/* An erasure takes rows of the vault away that the lines of an older checkpoint name, so who meets
 * one reads again. */
int
ledger_load(struct ledger *l, const struct ledger_question *q, struct error *e)
{
	struct error why = { 0 };
	int r = load_all(l, q, &why);

	for (unsigned more = 3; r < 0 && l->vault != NULL && more > 0 && has_moved(l); more--) {
		ledger_close(l);
		error_clear(&why);
		r = load_all(l, q, &why);
	}
	if (r < 0)
		*e = why;
	return r;
}

int
ledger_open(struct ledger *l, const char *state, instant known_at, struct error *e)
{
	struct ledger_question q = { .state = state, .known_at = known_at };

	return ledger_load(l, &q, e);
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
	map_free(l->erased);
	vault_close(l->vault);
	proof_vault_close(l->proof);
	token_key_done(&l->key);
	tlog_now_done(&l->now);
	tlog_origin_done(&l->origin);
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
