/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_read.c: verify and load; nothing is used that was not verified here. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/map.h"
#include "base/notes.h"
#include "base/number.h"
#include "base/pipeline.h"
#include "consent/base_events.h"
#include "consent/basis_clock.h"
#include "consent/events.h"
#include "consent/ledger.h"
#include "consent/ledger_subjects.h"
#include "consent/past.h"
#include "consent/policy.h"
#include "consent/policy_read.h"
#include "consent/proof_vault.h"
#include "consent/vault.h"
#include "io/json_config.h"
#include "io/ndjson.h"
#include "io/own.h"
#include "io/tlog_history.h"

#include <errno.h>
#include <sys/stat.h>

struct load {
	struct ledger	*l;
	instant		 known_at;
	bool		 little;	/* will be asked */
	bool		 hidden;	/* a line beyond K was seen */
	struct buf	 newest;	/* last line of all, if it is hidden */
	void		*parsed;	/* what a thread has made of the line, struct event_parsed */
	struct events	*passing;	/* events go by and are not kept; NULL: they are */
	struct event	 passed;	/* the newest of them */
	struct map	*unknown;	/* and subjects without a row: the first line of each */
};

/* What stands behind the name of a directory at the head of a part; NULL: another one is meant. */
static const char *
behind(const char *part, const char *name)
{
	size_t n = strlen(name);

	return strncmp(part, name, n) == 0 && (part[n] == '/' || part[n] == '\0') ? part + n : NULL;
}

char *
ledger_path(const struct ledger_place *place, const char *part)
{
	const char *in_ledger = place->ledger == NULL ? NULL : behind(part, "ledger");
	const char *in_keys = place->keys == NULL ? NULL : behind(part, "keys");
	struct buf b = { 0 };

	if (in_ledger != NULL)
		buf_print(&b, "%s%s%c", place->ledger, in_ledger, 0);
	else if (in_keys != NULL)
		buf_print(&b, "%s%s%c", place->keys, in_keys, 0);
	else
		buf_print(&b, "%s/%s%c", place->state, part, 0);
	return b.p;
}

const char *
ledger_where(const struct ledger_place *place)
{
	return place->ledger != NULL ? place->ledger : place->state;
}

/* Whose directories these are, and where. */
static int
check_dirs(const struct ledger *l, const struct ledger_place *place, struct error *e)
{
	bool in_state = place->ledger == NULL || place->keys == NULL;
	char *keys = ledger_path(place, "keys");
	struct stat st;
	int r;

	if (lstat(l->dir, &st) < 0)
		r = error_set(e, UNSAFE, "E_LEDGER", "no ledger in %s (cdp-consent init makes one)",
		    ledger_where(place));
	else if (lstat(keys, &st) < 0 && errno == ENOENT)
		r = error_set(e, UNSAFE, "E_LEDGER", "no keys in %s (--keys says where they are)", keys);
	else if ((in_state && own_check_dir(place->state, e) < 0) || own_check_dir(l->dir, e) < 0 ||
	    own_check_dir(keys, e) < 0 || own_check_local(l->dir, e) < 0)
		r = -1;
	else
		r = 0;
	mem_free(keys);
	return r;
}

static int
read_key(struct ledger *l, const struct ledger_place *place, struct error *e)
{
	char *path = ledger_path(place, "keys/token"), fingerprint[TLOG_FINGERPRINT + 1];
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
	if (r == 0 && logged.count == 0) {	/* that of no lines is there before the ledger is */
		r = error_set(e, UNSAFE, "E_LEDGER", "%s: checkpoints.log is lost, or the start of it", l->dir);
		error_place(e, NULL, 1, 0);
	}
	if (r == 0)
		r = tlog_now_read(&l->now, l->dir, &l->origin, e);
	if (r == 0 && logged.list[0].size > l->now.checkpoint.size) {
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
	r = policy_document_published(&d, path.p, v->id, &why);
	if (r < 0)
		error_set(e, UNSAFE, "E_POLICY", "a published policy is not there as it was: %s", why.text);
	buf_done(&path);
	if (r == 0) {
		p = policy_build(&d, &faults);
		if (p == NULL || faults.count > 0)
			r = error_set(e, UNSAFE, "E_POLICY", "a published policy cannot be used by this version");
	}
	if (p != NULL) {
		/* Texts are borrowed from the document, which lives as long as the policy. */
		p->published_at = v->recv;
		p->published = v->seq + 1;
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

/* NULL: e says what is wrong with it. */
static const struct event *
take(struct load *load, struct span line, uint64_t seq, struct error *e)
{
	struct ledger *l = load->l;

	if (load->passing == NULL)
		return events_add_parsed(l->events, line, load->parsed, e) < 0 ? NULL :
		    events_at(l->events, seq);
	if (events_pass(load->passing, line, load->parsed, &load->passed, e) < 0 ||
	    past_add_id(l->past, load->passed.id, e) < 0)
		return NULL;
	subjects_note_unknown(l, &load->passed, load->unknown);
	return &load->passed;
}

static int
show(struct load *load, struct span line, const struct tlog_spot *before, struct error *e)
{
	struct ledger *l = load->l;
	const struct event *v = take(load, line, tlog_spot_size(before), e);

	if (v == NULL)
		return -1;
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

	if (load->l->past != NULL)
		past_add(load->l->past, before->bytes);
	r = load->hidden ? hide(load, line, before, e) : show(load, line, before, e);
	if (load->hidden) {
		buf_reset(&load->newest);
		buf_add(&load->newest, line);
	} else
		load->l->newest_recv = load->l->last_recv;
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
not_sound(struct error *e)
{
	return error_set(e, UNSAFE, "E_LEDGER", "was altered");
}

/* The lines of the compiled state that were known at K. */
static int
load_compiled(struct load *load, struct error *e)
{
	struct ledger *l = load->l;
	uint64_t known = cache_known(l->cache, load->known_at), seq;
	struct base_events *base = base_new(l->cache, known);
	int r = 0;

	if (load->passing == NULL)
		l->events = events_new_behind(base, known, load->little);
	cache_add_erased(l->cache, l->erased);
	for (uint64_t i = 0; r == 0 && (seq = cache_policy(l->cache, i)) < known; i++) {
		const struct event *v = base_at(base, seq);

		r = v == NULL ? not_sound(e) : load_policy(l, v, e);
	}
	if (load->passing != NULL)
		base_free(base);
	if (r < 0)
		return -1;
	if (known > 0)
		l->last_recv = cache_recv(l->cache, known - 1);
	if (cache_size(l->cache) > 0)
		l->newest_recv = cache_recv(l->cache, cache_size(l->cache) - 1);
	load->hidden = known < cache_size(l->cache);
	if (load->hidden && !cache_root(l->cache, known, &l->root))
		return not_sound(e);
	return cache_broken(l->cache) ? not_sound(e) : 0;
}

/* A compiled state has the tokens of people who were erased since, so it is of no use any more. */
static int
check_erased(const struct ledger *l, size_t before, struct error *e)
{
	return l->cache == NULL || map_size(l->erased) == before ? 0 :
	    error_set(e, UNSAFE, "E_LEDGER", "is of a time before an erasure");
}

/* An erasure that was cut short, or a vault from a backup: rows lead to people who were erased. Whoever writes
 * takes them away, for which he needs all of it. */
static int
check_nobody(const struct ledger *l, struct error *e)
{
	uint64_t row;

	for (uint64_t i = 0; l->vault != NULL && (row = cache_nobody(l->cache, i)) != UINT64_MAX; i++)
		if (vault_has_sound(l->vault, row))
			return error_set(e, UNSAFE, "E_LEDGER", "does not know of a row of the vault that "
			    "leads to somebody who was erased");
	return 0;
}

/* Whoever writes behind a compiled state has seen what he writes on: the roots, and the open segment. */
static int
look_before(const struct load *load, const struct tlog_reading *r, struct tlog_end *before, struct error *e)
{
	*before = (struct tlog_end){ .hashes_fit = true, .roots_fit = true };
	if (load->passing == NULL || load->l->cache == NULL)
		return 0;
	return check_nobody(load->l, e) < 0 ? -1 : tlog_resume(r, before, e);
}

static int
read_lines(struct load *load, const struct tlog_reading *r, struct error *e)
{
	struct ledger *l = load->l;
	size_t erased = map_size(l->erased);
	struct tlog_end before;

	if (look_before(load, r, &before, e) < 0 || tlog_read(r, &l->end, e) < 0 ||
	    check_erased(l, erased, e) < 0)
		return -1;
	l->end.hashes_fit &= before.hashes_fit;
	l->end.roots_fit &= before.roots_fit;
	if (!load->hidden)
		l->root = tlog_spot_root(&l->end.spot);
	return load->passing == NULL ? subjects_know(l, e) : subjects_check_unknown(l, load->unknown, e);
}

static void
parse(struct span line, void *to)
{
	events_parse(line, to);
}

static int
load_lines(struct ledger *l, const struct ledger_question *q, struct error *e)
{
	struct load load = { .l = l, .known_at = q->known_at, .little = q->cache == CACHE_TOUCHED };
	struct tlog_reading r = { .dir = l->dir, .origin = &l->origin,
	    .checkpoint = &l->now.checkpoint, .threads = threads_available(), .visit = visit,
	    .arg = &load, .prepare = parse, .prepared_bytes = sizeof(struct event_parsed),
	    .prepared = &load.parsed, .marks = q->marks, .mark_count = q->mark_count };
	struct tlog_spot spot;
	int result = 0;

	l->erased = map_new();
	if (q->past) {
		l->past = past_new(l->dir, l->origin.segment, l->cache);
		r.leaves = past_leaves(l->past);
	}
	if (q->ids_only) {
		load.passing = events_new();
		load.unknown = map_new();
	} else if (l->cache == NULL)
		l->events = events_new();
	if (l->cache != NULL) {
		spot = cache_spot(l->cache);
		r.from = &spot;
		r.linked = true;
		result = load_compiled(&load, e);
	}
	if (result == 0)
		result = read_lines(&load, &r, e);
	if (!q->unasked && l->events != NULL)
		events_finish(l->events);
	for (size_t i = 1; i <= l->policy_count && result == 0; i++)
		basis_clocks_set(l->policies, i);
	if (load.newest.len > 0)
		l->newest_recv = recv_of(buf_span(&load.newest));
	buf_done(&load.newest);
	events_free(load.passing);
	map_free(load.unknown);
	return result < 0 || !cache_broken(l->cache) ? result : not_sound(e);
}

int
ledger_look(struct ledger *l, const struct ledger_place *place, struct error *e)
{
	*l = (struct ledger){ .last_recv = INSTANT_NONE, .newest_recv = INSTANT_NONE };
	l->dir = ledger_path(place, "ledger");
	return check_dirs(l, place, e) < 0 || tlog_origin_read(&l->origin, l->dir, e) < 0 ||
	    read_key(l, place, e) < 0 ? -1 : read_now(l, e);
}

static int
load_vault(struct ledger *l, struct error *e)
{
	uint64_t first = l->cache == NULL ? 0 : cache_vault_rows(l->cache);

	if (!l->origin.vault)
		return 0;
	/* After the checkpoint: its rows are there before its lines are. */
	l->vault = vault_open_from(l->dir, &l->key, first, e);
	return l->vault == NULL ? -1 : 0;
}

/* As before any line was read. */
static void
forget(struct ledger *l)
{
	l->policies = NULL;
	l->policy_count = 0;
	l->proof = NULL;
	l->events = NULL;
	l->past = NULL;
	l->erased = NULL;
	l->vault = NULL;
	l->cache = NULL;
	l->last_recv = l->newest_recv = INSTANT_NONE;
}

void
ledger_drop(struct ledger *l)
{
	for (size_t i = 0; i < l->policy_count; i++) {
		json_t *document = l->policies[i]->document;

		policy_free(l->policies[i]);
		json_decref(document);
	}
	mem_free(l->policies);
	proof_vault_close(l->proof);
	events_free(l->events);
	past_free(l->past);
	map_free(l->erased);
	vault_close(l->vault);
	cache_close(l->cache);
	forget(l);
}

static void
tell_unused(const struct ledger *l, struct notes *notes, struct span why)
{
	notes_add(notes, "the compiled state is not used, the ledger is read instead (cdp-consent compile "
	    "makes it again): %s/cache/compiled %.*s", l->dir, SPAN_ARG(why));
}

/* Whether the compiled state stands for the lines that it has. If not, for whatever reason, nothing of it
 * is left, and the reason is told: the lines decide. */
static bool
use_compiled(struct ledger *l, const struct ledger_question *q)
{
	struct error e = { 0 };
	struct buf why = { 0 };

	if (q->cache == CACHE_UNUSED || (q->past && !q->ids_only) || q->mark_count > 0 || q->proof_vault)
		return false;
	l->cache = cache_open(l, q->cache, &why);
	if (l->cache != NULL) {
		if (load_vault(l, &e) == 0 && load_lines(l, q, &e) == 0)
			return true;
		buf_text(&why, cache_broken(l->cache) ? "was altered" : e.text);
	}
	if (why.len > 0 && q->notes != NULL)
		tell_unused(l, q->notes, buf_span(&why));
	buf_done(&why);
	ledger_drop(l);
	return false;
}

static int
load_whole(struct ledger *l, const struct ledger_question *q, struct error *e)
{
	if (load_vault(l, e) < 0)
		return -1;
	if (q->proof_vault) {
		l->proof_at = q->proof_at;
		l->proof = proof_vault_open(l->dir, &l->key, e);
		if (l->proof == NULL)
			return -1;
	}
	return load_lines(l, q, e);
}

static int
load_all(struct ledger *l, const struct ledger_question *q, struct error *e)
{
	if (ledger_look(l, q->place, e) < 0)
		return -1;
	return use_compiled(l, q) ? 0 : load_whole(l, q, e);
}

int
ledger_reload(struct ledger *l, const struct ledger_question *q, struct ledger *before, struct error *e)
{
	*before = *l;
	forget(l);
	return load_whole(l, q, e);
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

void
ledger_close(struct ledger *l)
{
	ledger_drop(l);
	token_key_done(&l->key);
	tlog_now_done(&l->now);
	tlog_origin_done(&l->origin);
	mem_free(l->dir);
	*l = (struct ledger){ 0 };
}

bool
ledger_broken(const struct ledger *l, struct notes *notes)
{
	if (!cache_broken(l->cache))
		return false;
	if (notes != NULL)
		tell_unused(l, notes, SPAN("was altered"));
	return true;
}

int
ledger_find_id(const struct ledger *l, struct span id, uint64_t *found, struct error *e)
{
	if (l->events == NULL)
		return past_find(l->past, id, found, e);
	*found = events_find_id(l->events, id);
	return 0;
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
