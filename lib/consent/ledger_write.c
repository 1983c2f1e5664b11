/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_write.c: append under the lock; a batch is in the journal or it is not. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/map.h"
#include "consent/event_check.h"
#include "consent/events.h"
#include "consent/ledger.h"
#include "consent/ledger_write.h"
#include "consent/policy.h"
#include "consent/policy_read.h"
#include "io/fd.h"
#include "io/json_config.h"
#include "io/lock.h"
#include "io/ndjson.h"
#include "io/out.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

struct ledger_writer {
	struct ledger		 ledger;
	struct lock		*lock;
	struct journal		*journal;
	struct arena		 arena;		/* of the event at hand */
	struct map		*batch;		/* ids of this run → index into contents */
	struct arena		 kept;		/* their contents */
	struct span		*contents;
	size_t			 content_count, content_cap;
	struct ndjson		*scanner;
	struct buf		 line, scratch;
	instant			 recv, now;
	struct writer_counts	 counts;
};

/* ---- making ---- */

static int
make_dir(const char *path, struct error *e)
{
	return fd_make_dirs(path) < 0 ?
	    error_system(e, STATUS_RESOURCES, "E_STATE", path, "make") : 0;
}

/* A directory that is there already must be closed, or nothing could be kept in it. */
static int
check_closed(const char *path, struct error *e)
{
	struct stat st;

	return lstat(path, &st) == 0 && (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() ||
	    (st.st_mode & 077) != 0) ?
	    error_set(e, USAGE, "E_STATE", "%s must be a directory of ours with mode 0700", path) : 0;
}

/* "." and ".." apart, nothing may be there. */
static int
check_empty(const char *path, struct error *e)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int r = 0;

	if (dir == NULL)
		return errno == ENOENT ? 0 : error_system(e, STATUS_USAGE, "E_STATE", path, "open");
	for (entry = readdir(dir); entry != NULL && r == 0; entry = readdir(dir))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = error_set(e, USAGE, "E_STATE", "%s is not empty", path);
	closedir(dir);
	return r;
}

static int
write_file(const char *path, struct span text, struct error *e)
{
	struct out *o = out_open(path, e);

	if (o == NULL)
		return -1;
	out_add(o, text);
	return out_commit(o, e);
}

static int
make_origin(const char *state, const char *name, struct buf *path, struct span *origin,
    struct buf *text, struct error *e)
{
	struct token_key key;
	char fingerprint[17];

	buf_reset(path);
	buf_print(path, "%s/keys/token", state);
	buf_byte(path, '\0');
	if (token_key_read(path->p, "token", &key, e) < 0)
		return -1;
	token_key_fingerprint(&key, fingerprint);
	token_key_done(&key);
	buf_print(text, "{\"schema\":\"cdp-ledger/1\",\"name\":\"%s\",\"subjects\":\"keyed\",\"token_key\":\"%s\"}\n",
	    name, fingerprint);
	*origin = buf_span(text);
	buf_reset(path);
	buf_print(path, "%s/ledger/origin", state);
	buf_byte(path, '\0');
	return write_file(path->p, *origin, e);
}

/* A log name is host-like text: letters, digits, and . - _ / */
static int
check_name(const char *name, struct error *e)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_/");

	return n == 0 || name[n] != '\0' || n > 128 ?
	    error_set(e, USAGE, "E_USAGE", "--name wants letters, digits and . - _ / (like shop.example/consent)") : 0;
}

int
ledger_make(const char *state, const char *name, bool new_keys, struct error *e)
{
	static const char *const dirs[] = { "", "/ledger", "/ledger/policies", "/keys" };
	struct buf path = { 0 }, text = { 0 };
	struct span origin;
	int r = check_name(name, e);

	if (r == 0)
		r = check_closed(state, e);
	if (r == 0 && new_keys)
		r = check_empty(state, e);
	for (size_t i = 0; i < sizeof dirs / sizeof dirs[0] && r == 0; i++) {
		buf_reset(&path);
		buf_print(&path, "%s%s", state, dirs[i]);
		buf_byte(&path, '\0');
		if (i == 1)
			r = check_empty(path.p, e);
		if (r == 0)
			r = make_dir(path.p, e);
	}
	buf_reset(&path);
	buf_print(&path, "%s/keys/token", state);
	buf_byte(&path, '\0');
	if (r == 0 && new_keys)
		r = token_key_make(path.p, "token", "t1", e);
	if (r == 0)
		r = make_origin(state, name, &path, &origin, &text, e);
	if (r == 0) {
		buf_reset(&path);
		buf_print(&path, "%s/ledger/log.ndjson", state);
		buf_byte(&path, '\0');
		r = journal_create(path.p, origin, e);
	}
	buf_done(&path);
	buf_done(&text);
	return r;
}

int
ledger_keep_policy(const struct ledger *l, const struct policy_document *d, struct error *e)
{
	struct buf path = { 0 }, text = { 0 };
	int r;

	buf_print(&path, "%s/policies/%s.json", l->dir, d->digest);
	buf_byte(&path, '\0');
	policy_canonical(d->json, &text);
	r = write_file(path.p, buf_span(&text), e);
	buf_done(&path);
	buf_done(&text);
	return r;
}

/* ---- appending ---- */

static int
open_all(struct ledger_writer *w, const char *state, uint64_t lock_wait, struct error *e)
{
	struct buf path = { 0 };
	struct stat st;
	int r = 0;

	buf_print(&path, "%s/ledger", state);
	buf_byte(&path, '\0');
	if (stat(path.p, &st) < 0)
		r = error_set(e, UNSAFE, "E_LEDGER", "no ledger in %s (cdp-consent init makes one)", state);
	path.len--;
	buf_text(&path, "/lock");
	buf_byte(&path, '\0');
	if (r == 0) {
		w->lock = lock_take(path.p, lock_wait, e);
		r = w->lock == NULL ? -1 : ledger_open(&w->ledger, state, INSTANT_NONE, e);
	}
	buf_done(&path);
	if (r < 0)
		return -1;
	w->journal = journal_open(w->ledger.log, span_make(w->ledger.origin, w->ledger.origin_len), e);
	if (w->journal == NULL)
		return -1;
	w->counts.torn_bytes = journal_torn(w->journal);
	return 0;
}

struct ledger_writer *
writer_open(const char *state, uint64_t lock_wait, instant now, struct error *e)
{
	struct ledger_writer *w = mem_zero(1, sizeof *w);

	w->batch = map_new();
	w->scanner = ndjson_new(NULL);
	if (open_all(w, state, lock_wait, e) < 0) {
		writer_close(w);
		return NULL;
	}
	w->now = now;
	w->recv = w->ledger.last_recv != INSTANT_NONE && w->ledger.last_recv > now ?
	    w->ledger.last_recv : now;
	return w;
}

const struct ledger *
writer_ledger(const struct ledger_writer *w)
{
	return &w->ledger;
}

/* The line without what only this ledger knows: equal for the same act told twice. */
static struct span
content_of(struct ledger_writer *w, const struct ledger_line *l)
{
	struct ledger_line bare = *l;

	bare.prev = span_none();
	bare.seq = 0;
	bare.recv = bare.lo = bare.hi = 0;
	bare.has_interval = false;
	buf_reset(&w->scratch);
	line_write(&bare, &w->scratch);
	return buf_span(&w->scratch);
}

/* The content of the line in the ledger that has this id; false if none has. */
static bool
old_content(struct ledger_writer *w, struct span id, struct span *content)
{
	uint64_t seq = events_find_id(w->ledger.events, id);
	size_t i = map_index(w->batch, id), at;
	struct error ignored = { 0 };
	struct ledger_line l;

	if (i != SIZE_MAX) {
		*content = w->contents[i];
		return true;
	}
	if (seq == 0)
		return false;
	if (ndjson_scan(w->scanner, events_line(w->ledger.events, seq - 1), &at, &ignored) == 0 &&
	    line_read(w->scanner, &l, &w->arena, &w->scratch, &ignored) == 0)
		*content = arena_copy(&w->arena, content_of(w, &l));
	else
		*content = SPAN("");
	return true;
}

static int
add_line(struct ledger_writer *w, struct ledger_line *l, struct receipt *receipt, struct error *e)
{
	struct span content;

	l->seq = journal_next_seq(w->journal);
	l->prev = span_from(journal_next_prev(w->journal));
	buf_reset(&w->line);
	line_write(l, &w->line);
	if (w->line.len > JOURNAL_LINE)
		return error_set(e, REFUSED, "E_LIMIT", "the event is longer than a ledger line may be");
	if (receipt != NULL)
		receipt->seq = l->seq;
	if (journal_add(w->journal, buf_span(&w->line), receipt == NULL ? NULL : receipt->leaf, e) < 0)
		return -1;
	content = content_of(w, l);
	map_set(w->batch, map_add(w->batch, l->id), (uint64_t)event_find(l->type));
	w->contents = mem_grow(w->contents, w->content_count + 1, &w->content_cap, sizeof *w->contents);
	w->contents[w->content_count++] = arena_copy(&w->kept, content);
	if (receipt != NULL)
		receipt->id = arena_text(&w->kept, l->id);
	w->counts.appended++;
	return 1;
}

int
writer_add(struct ledger_writer *w, const struct consent_event *c, struct receipt *receipt,
    struct error *e)
{
	instant next;
	struct event_context x = { ledger_policy(&w->ledger, w->recv, &next), &w->ledger.key,
	    w->ledger.events, w->batch, w->recv };
	struct ledger_line l;
	struct span old;
	bool is_refusal;
	int r;

	arena_reset(&w->arena);
	if (x.policy == NULL)
		return error_set(e, UNSAFE, "E_POLICY", "no policy is in force");
	r = event_check(&x, c, &l, &is_refusal, &w->arena, e);
	if (r < 0)
		return -1;
	if (old_content(w, l.id, &old)) {
		if (!span_equal(old, content_of(w, &l)))
			return error_set(e, REFUSED, "E_ID_CONFLICT", "the id stands for another event already");
		w->counts.duplicates++;
		return 0;
	}
	w->counts.widened += (uint64_t)r;
	return add_line(w, &l, receipt, e);
}

int
writer_add_policy(struct ledger_writer *w, const struct policy_document *d, struct error *e)
{
	struct ledger_line l = { .type = SPAN_INIT("policy"), .recv = w->recv };

	l.id = span_from(d->digest);
	if (events_find_id(w->ledger.events, l.id) != 0)
		return error_set(e, REFUSED, "E_POLICY", "this policy is published already");
	if (ledger_keep_policy(&w->ledger, d, e) < 0)
		return -1;
	return add_line(w, &l, NULL, e) < 0 ? -1 : 0;
}

int
writer_commit(struct ledger_writer *w, struct error *e)
{
	if (lock_check(w->lock, e) < 0)
		return -1;
	return journal_commit(w->journal, e);
}

struct writer_counts
writer_counts(const struct ledger_writer *w)
{
	return w->counts;
}

void
writer_close(struct ledger_writer *w)
{
	if (w == NULL)
		return;
	journal_close(w->journal);
	ledger_close(&w->ledger);
	lock_drop(w->lock);
	map_free(w->batch);
	ndjson_free(w->scanner);
	arena_done(&w->arena);
	arena_done(&w->kept);
	mem_free(w->contents);
	buf_done(&w->line);
	buf_done(&w->scratch);
	mem_free(w);
}
