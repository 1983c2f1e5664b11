/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_write.c: append under the lock; a batch is in the ledger or it is not. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "consent/event_check.h"
#include "consent/event_id.h"
#include "consent/events.h"
#include "consent/ledger_subjects.h"
#include "consent/ledger_write_priv.h"
#include "consent/past.h"
#include "consent/policy.h"
#include "consent/policy_read.h"
#include "consent/vault.h"
#include "io/keyfile.h"
#include "io/torn.h"
#include "model/consent.h"

#include <sys/stat.h>

static int
take_lock(struct ledger_writer *w, struct error *e)
{
	const struct ledger_place *place = w->q.place;
	char *dir = ledger_path(place, "ledger"), *path = ledger_path(place, "ledger/lock");
	struct stat st;
	int r = 0;

	if (stat(dir, &st) < 0)
		r = error_set(e, UNSAFE, "E_LEDGER", "no ledger in %s (cdp-consent init makes one)",
		    ledger_where(place));
	else {
		w->lock = lock_take(path, w->q.lock_wait, e);
		r = w->lock == NULL ? -1 : 0;
	}
	mem_free(path);
	mem_free(dir);
	return r;
}

static int
open_log(struct ledger_writer *w, struct error *e)
{
	char *path = ledger_path(w->q.place, "keys/sign"), id[KEYFILE_ID];
	struct ledger *l = &w->ledger;
	unsigned char *seed;
	int r = keyfile_read(path, "sign", &seed, id, e);

	mem_free(path);
	if (r < 0)
		return -1;
	w->log = tlog_open(l->dir, &l->origin, seed, &l->now, &l->end, e);
	secret_free(seed);
	if (w->log == NULL)
		return -1;
	w->torn.bytes = tlog_repaired(w->log).torn;
	w->torn.rebuilt = tlog_repaired(w->log).rebuilt;
	w->side = side_open(l->dir, l->origin.segment);
	return side_recover(w->side, l->now.checkpoint.size, e);
}

static int
load(struct ledger_writer *w, bool events, struct error *e)
{
	struct ledger_question q = { .place = w->q.place, .known_at = INSTANT_NONE, .past = true,
	    .ids_only = !events, .cache = CACHE_TOUCHED, .notes = w->q.notes };

	return ledger_load(&w->ledger, &q, e);
}

static int
open_all(struct ledger_writer *w, struct error *e)
{
	return take_lock(w, e) < 0 || load(w, w->q.events, e) < 0 ||
	    ledger_sweep_temps(&w->ledger, e) < 0 || open_log(w, e) < 0 ? -1 : 0;
}

int
writer_recover(struct ledger_writer *w, struct error *e)
{
	struct ledger_question q = { .place = w->q.place, .known_at = INSTANT_NONE, .past = true,
	    .ids_only = true };

	if (!ledger_broken(&w->ledger, w->q.notes))
		return 0;
	error_clear(e);
	if (ledger_reload(&w->ledger, &q, &w->before, e) < 0)
		return -1;
	if (w->ledger.vault != NULL)
		vault_take(w->ledger.vault, w->before.vault);
	return 1;
}

int
writer_load_events(struct ledger_writer *w, struct error *e)
{
	struct ledger_question q = { .place = w->q.place, .known_at = INSTANT_NONE, .past = true };

	return w->ledger.events != NULL ? 0 : ledger_reload(&w->ledger, &q, &w->before, e);
}

const struct ledger *
writer_ledger(const struct ledger_writer *w)
{
	return &w->ledger;
}

instant
writer_recv(const struct ledger_writer *w)
{
	return w->recv;
}

/* What was said: the line without its place in the log. Borrowed until the next one. */
static struct span
content_of(struct ledger_writer *w, const struct ledger_line *l, struct line_places *at)
{
	buf_reset(&w->scratch);
	line_write_open(l, &w->scratch, at);
	return buf_span(&w->scratch);
}

/* Without the evidence, whose commit may be another one each time. */
static bool
same_content(struct span a, const struct line_places *at, struct span b, const struct line_places *bt)
{
	return span_equal(span_head(a, at->commit), span_head(b, bt->commit)) &&
	    span_equal(span_skip(a, at->commit_end), span_skip(b, bt->commit_end));
}

static struct span
member(const struct ndjson *n, struct span name, struct arena *arena)
{
	uint32_t node = ndjson_find(n, 0, name);

	return node == 0 ? span_none() : ndjson_text(n, node, arena);
}

/* A line of the ledger, in the arena. */
static int
old_line(struct ledger_writer *w, uint64_t seq, struct span *line, struct error *e)
{
	if (past_line(w->ledger.past, seq, line, e) < 0)
		return -1;
	*line = arena_copy(&w->arena, *line);
	return 0;
}

/* The line with that id, of the ledger or (its content) of this run: 1; 0: none; -1. */
static int
find_line(struct ledger_writer *w, struct span id, uint64_t *seq, struct span *line, struct error *e)
{
	size_t i;

	*seq = 0;
	if (id.p == NULL)
		return 0;
	if (ledger_find_id(&w->ledger, id, seq, e) < 0)
		return -1;
	if (*seq > 0)
		return old_line(w, *seq - 1, line, e) < 0 ? -1 : 1;
	i = map_index(w->batch, id);
	if (i != SIZE_MAX)
		*line = w->added[i].content;
	return i != SIZE_MAX;
}

int
writer_find_named(struct ledger_writer *w, struct span id, struct span asking, struct event_named *named,
    struct error *e)
{
	int type, other = event_find(asking), r;
	struct error ignored = { 0 };
	struct span sid, line;
	uint64_t seq;
	size_t at;
	bool half;

	r = find_line(w, id, &seq, &line, e);
	if (r <= 0)
		return r;
	if (ndjson_scan(w->scanner, line, &at, &ignored) < 0)
		return 0;
	type = event_find(member(w->scanner, SPAN("type"), &w->arena));
	sid = member(w->scanner, SPAN("sid"), &w->arena);
	half = type >= 0 && event_has_suppression((enum event_type)type);
	if (seq > 0 && !half)
		sid = lookup_of(&w->ledger, sid, &w->arena);
	if (other >= 0 && event_has_suppression((enum event_type)other) != half)
		sid = span_none();
	*named = (struct event_named){ (enum event_type)type, sid,
	    member(w->scanner, SPAN("controller"), &w->arena),
	    member(w->scanner, SPAN("purpose"), &w->arena),
	    member(w->scanner, SPAN("channel"), &w->arena) };
	return type >= 0;
}

/* The policy that was in force for the line at seq when it was appended. */
static const struct policy *
policy_of(const struct ledger_writer *w, uint64_t seq, instant recv)
{
	const struct ledger *l = &w->ledger;
	const struct policy *best = NULL;

	for (size_t i = 0; i < l->policy_count; i++) {
		const struct policy *p = l->policies[i];

		if (p->published <= seq && p->effective_from <= recv &&
		    (best == NULL || p->effective_from >= best->effective_from))
			best = p;
	}
	return best;
}

static int
conflict(struct error *e)
{
	error_clear(e);
	return error_set(e, REFUSED, "E_ID_CONFLICT", "the id stands for another event already");
}

/* Whether what was shown for a line is what is shown now. Where the row beside it is gone, nobody can
 * say, and what else was said decides. */
static int
same_evidence(struct ledger_writer *w, const struct ledger_line *then, const struct ledger_line *l,
    const struct event_opening *o, struct error *e)
{
	struct side_row row;
	int r;

	if (then->commit.p == NULL || l->commit.p == NULL)
		return then->commit.p == l->commit.p;
	if (o->random == NULL)
		return span_equal(then->commit, l->commit);
	r = side_find(w->side, then->seq, &row, e);
	return r <= 0 ? r + 1 : span_equal(row.evidence, o->evidence);
}

void
writer_look_up(struct ledger_writer *w, struct ledger_line *l)
{
	int type = event_find(l->type);

	if (type < 0 || !event_has_suppression((enum event_type)type))
		l->sid = lookup_of(&w->ledger, l->sid, &w->arena);
	l->account = lookup_of(&w->ledger, l->account, &w->arena);
}

/* The ledger has this id. The event is the same if it gives the same line under the policy and
 * at the time of then, so a file may be sent again whatever has changed since. Of a person who was
 * erased only what leads to nobody can be compared. */
static int
add_again(struct ledger_writer *w, const struct consent_event *c, struct event_context *x,
    uint64_t seq, struct receipt *receipt, struct error *e)
{
	struct line_places then_at, now_at;
	struct span text, old, now;
	struct ledger_line then, l;
	struct error why = { 0 };
	bool erased;
	size_t at;
	int r, same;

	if (old_line(w, seq, &text, e) < 0)
		return -1;
	if (ndjson_scan(w->scanner, text, &at, &why) < 0 ||
	    line_read(w->scanner, &then, &w->arena, &w->scratch, &why) < 0)
		return conflict(e);
	x->policy = policy_of(w, seq, then.recv);
	x->recv = then.recv;
	x->clock_back = false;
	erased = subject_is_erased(&w->ledger, then.sid);
	writer_look_up(w, &then);
	r = x->policy == NULL ? -1 : event_check(x, c, &l, &w->arena, &why);
	if (r < 0)
		return conflict(e);
	same = erased ? 1 : same_evidence(w, &then, &l, x->opening, e);
	if (same < 0)
		return -1;
	if (erased)
		then.sid = then.account = l.sid = l.account = span_none();
	old = arena_copy(&w->arena, content_of(w, &then, &then_at));
	now = content_of(w, &l, &now_at);
	if (same == 0 || !same_content(old, &then_at, now, &now_at))
		return conflict(e);
	receipt->seq = seq;
	journal_leaf(text, receipt->leaf);
	receipt->id = arena_text(&w->arena, x->id);
	receipt->widened = (unsigned)r;
	return 0;
}

/* The last characters of a token's text are the token. */
enum { TOKEN_TEXT = 22, SEQ_MOST = 20 };

static size_t
digits_of(uint64_t n)
{
	size_t digits = 1;

	for (; n >= 10; n /= 10)
		digits++;
	return digits;
}

/* Puts the subject in the place of a lookup token, into the line that ends there. */
static void
put_subject(struct ledger_writer *w, struct span lookup, uint32_t end)
{
	struct span subject = end == 0 ? span_none() : subject_of(&w->ledger, lookup, &w->arena);

	if (subject.len >= TOKEN_TEXT && end >= TOKEN_TEXT)
		memcpy(w->line.p + end - TOKEN_TEXT, subject.p + subject.len - TOKEN_TEXT, TOKEN_TEXT);
}

static void
keep_evidence(struct ledger_writer *w, struct added *a, const struct open_line *l)
{
	struct side_row row = { .seq = a->seq, .evidence = l->evidence };

	a->evidence = span_none();
	if (l->evidence.p == NULL)
		return;
	a->evidence = arena_copy(&w->kept, l->evidence);
	memcpy(row.salt, l->salt, sizeof row.salt);
	side_add(w->side, &row);
}

/* Subjects that a compiled state has, or that are made if it has none, before anything is done that could not be
 * done again. */
static int
find_subjects(struct ledger_writer *w, const struct open_line *l, struct error *e)
{
	if (w->ledger.vault != NULL && !l->suppression)
		(void)subject_of(&w->ledger, l->sid, &w->arena);
	if (w->ledger.vault != NULL)
		(void)subject_of(&w->ledger, l->account, &w->arena);
	return cache_broken(w->ledger.cache) ?
	    error_set(e, UNSAFE, "E_LEDGER", "the compiled state was altered") : 0;
}

int
writer_add_open(struct ledger_writer *w, const struct open_line *l, struct error *e)
{
	struct span text = l->text;
	struct added *a;

	if (text.len + SEQ_MOST > JOURNAL_LINE && text.len - 1 + digits_of(tlog_next_seq(w->log)) > JOURNAL_LINE)
		return error_set(e, REFUSED, "E_LIMIT", "the event is longer than a ledger line may be");
	if (w->ledger.cache != NULL && map_index(w->batch, l->id) == SIZE_MAX && find_subjects(w, l, e) < 0)
		return -1;
	if (map_add(w->batch, l->id) < w->added_count)
		return 2;
	if (w->ledger.vault != NULL) {
		buf_reset(&w->line);
		buf_add(&w->line, text);
		if (!l->suppression)
			put_subject(w, l->sid, l->at.sid_end);
		put_subject(w, l->account, l->at.account_end);
		text = buf_span(&w->line);
	}
	w->added = mem_grow(w->added, w->added_count + 1, &w->added_cap, sizeof *w->added);
	a = &w->added[w->added_count];
	a->seq = tlog_next_seq(w->log);
	if (tlog_add(w->log, text, l->at.prev, l->at.seq, e) < 0)
		return -1;
	a->content = arena_copy(&w->kept, l->text);
	a->at = l->at;
	a->sid = l->sid.p == NULL ? span_none() : arena_copy(&w->kept, l->sid);
	keep_evidence(w, a, l);
	w->added_count++;
	return 1;
}

int
writer_add_line(struct ledger_writer *w, const struct ledger_line *told,
    const struct event_opening *o, struct error *e)
{
	int type = event_find(told->type), r;
	struct open_line l = { .id = told->id, .sid = told->sid, .account = told->account,
	    .evidence = o->evidence, .suppression = type >= 0 && event_has_suppression((enum event_type)type) };

	if (o->evidence.p != NULL)
		memcpy(l.salt, o->salt, sizeof l.salt);
	l.text = content_of(w, told, &l.at);
	r = writer_add_open(w, &l, e);
	return r == 2 ? error_set(e, UNSAFE, "E_LEDGER", "two lines of one run have the same id") : r;
}

void
writer_fill_receipt(struct ledger_writer *w, size_t i, struct receipt *receipt)
{
	receipt->seq = w->added[i].seq;
	if (w->untold)
		receipt->leaf[0] = '\0';
	else
		tlog_leaf_text(w->log, receipt->seq, receipt->leaf);
	receipt->id = arena_text(&w->arena, map_key(w->batch, i));
}

int
writer_add_new(struct ledger_writer *w, const struct consent_event *c, const struct event_context *x,
    struct receipt *receipt, struct error *e)
{
	struct line_places at;
	struct ledger_line l;
	int r = event_check(x, c, &l, &w->arena, e), added = 0;
	size_t i = map_index(w->batch, x->id);

	if (r < 0)
		return -1;
	if (i == SIZE_MAX) {
		i = w->added_count;
		added = writer_add_line(w, &l, x->opening, e);
		if (added < 0)
			return -1;
	} else {
		struct span content = content_of(w, &l, &at);

		if (!same_content(w->added[i].content, &w->added[i].at, content, &at) ||
		    (w->added[i].evidence.p == NULL) != (x->opening->evidence.p == NULL) ||
		    !span_equal(w->added[i].evidence, x->opening->evidence))
			return conflict(e);
	}
	writer_fill_receipt(w, i, receipt);
	receipt->widened = (unsigned)r;
	return added;
}

int
writer_context(const struct ledger_writer *w, struct event_context *x, struct event_opening *o,
    struct random_pool *salts, struct error *e)
{
	o->random = w->ledger.origin.vault ? salts : NULL;
	o->evidence = span_none();
	*x = (struct event_context){ .key = &w->ledger.key, .recv = w->recv, .opening = o };
	x->policy = w->policy;
	if (x->policy == NULL)
		return error_set(e, UNSAFE, "E_POLICY", "no policy is in force");
	x->clock_back = w->now < instant_add(w->recv, x->policy->clock_back_limit, -1);
	return 0;
}

struct ledger_writer *
writer_open(const struct writer_question *q, struct error *e)
{
	struct ledger_writer *w = mem_zero(1, sizeof *w);
	uint64_t ignored = 0;
	instant next;

	w->batch = map_new();
	w->let_go = map_new();
	w->scanner = ndjson_new(NULL);
	w->q = *q;
	if (open_all(w, e) < 0) {
		writer_close(w);
		return NULL;
	}
	w->now = q->now;
	w->recv = w->ledger.last_recv != INSTANT_NONE && w->ledger.last_recv > w->now ?
	    w->ledger.last_recv : w->now;
	w->policy = ledger_policy(&w->ledger, w->recv, &next);
	if (erasures_finish(w, false, &ignored, e) == 0 &&
	    torn_each(tlog_torn(w->log), writer_bring_back, w, e) == 0)
		return w;
	writer_close(w);
	return NULL;
}

static int
add(struct ledger_writer *w, const struct consent_event *c, struct receipt *receipt, struct error *e)
{
	struct event_context x;
	struct event_opening o;
	struct event_named named;
	uint64_t old;
	int names;

	arena_reset(&w->arena);
	if (writer_context(w, &x, &o, &w->salts, e) < 0)
		return -1;
	x.id = event_id(x.key, c, &w->arena);
	names = writer_find_named(w, c->ref, c->type, &named, e);
	if (names < 0 || ledger_find_id(&w->ledger, x.id, &old, e) < 0)
		return -1;
	x.named = names > 0 ? &named : NULL;
	return old > 0 ? add_again(w, c, &x, old - 1, receipt, e) : writer_add_new(w, c, &x, receipt, e);
}

int
writer_add(struct ledger_writer *w, const struct consent_event *c, struct receipt *receipt,
    struct error *e)
{
	int r = add(w, c, receipt, e), again = writer_recover(w, e);

	return again == 0 ? r : again < 0 ? -1 : add(w, c, receipt, e);
}

void
writer_share(struct ledger_writer *w)
{
	tlog_build_apart(w->log);
}

void
writer_untold(struct ledger_writer *w)
{
	w->untold = true;
}

/* Whoever a line names, and what its commit opens, is there before it is. */
int
writer_commit(struct ledger_writer *w, uint64_t batch, struct error *e)
{
	if (lock_check(w->lock, e) < 0)
		return -1;
	if (w->ledger.vault != NULL && vault_commit(w->ledger.vault, e) < 0)
		return -1;
	if (side_write(w->side, e) < 0 || tlog_commit(w->log, batch, e) < 0)
		return -1;
	return torn_settle(tlog_torn(w->log), e) < 0 ? -1 : side_settle(w->side, e);
}

uint64_t
writer_size(const struct ledger_writer *w)
{
	return tlog_next_seq(w->log);
}

struct span
writer_checkpoint(const struct ledger_writer *w)
{
	return tlog_signed(w->log);
}

struct writer_torn
writer_torn(const struct ledger_writer *w)
{
	return w->torn;
}

void
writer_torn_text(const struct ledger_writer *w, struct buf *out)
{
	const struct writer_torn *t = &w->torn;

	if (t->bytes > 0)
		buf_print(out, "; set aside %llu bytes that an earlier run had not acknowledged",
		    (unsigned long long)t->bytes);
	if (t->brought_back + t->refused > 0)
		buf_print(out, "; of the refusals among them brought back %llu, lost %llu",
		    (unsigned long long)t->brought_back, (unsigned long long)t->refused);
	if (t->rebuilt)
		buf_text(out, "; rebuilt the hashes from the lines");
}

void
writer_close(struct ledger_writer *w)
{
	if (w == NULL)
		return;
	tlog_close(w->log);
	side_close(w->side);
	ledger_drop(&w->before);
	ledger_close(&w->ledger);
	lock_drop(w->lock);
	map_free(w->batch);
	map_free(w->let_go);
	ndjson_free(w->scanner);
	arena_done(&w->arena);
	arena_done(&w->kept);
	mem_free(w->added);
	buf_done(&w->line);
	buf_done(&w->scratch);
	mem_free(w);
}
