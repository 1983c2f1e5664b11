/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/egress.c: no log, no file. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/map.h"
#include "export/contract.h"
#include "export/egress.h"
#include "export/egress_log.h"
#include "export/file_digest.h"
#include "io/fd.h"
#include "io/journal.h"
#include "io/json_write.h"
#include "io/keyfile.h"
#include "io/lock.h"
#include "io/out.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROW_DIGEST = 8 };

struct detail_line {
	struct span	text;		/* in the arena */
};

struct egress {
	char			*dir;
	struct lock		*lock;
	struct journal		*journal;
	unsigned char		*key;
	char			 key_id[KEYFILE_ID];
	struct map		*previous;	/* destination → index into runs + 1 */
	char			(*runs)[EGRESS_RUN + 1];
	size_t			 run_count, run_cap;
	struct arena		 arena;
	struct detail_line	*rows;
	size_t			 row_count, row_cap;
	/* the intent that is not settled */
	bool			 open;
	struct egress_run	 intent;
	char			 to[80];	/* its destination */
};

static char *
join(const char *dir, const char *name)
{
	struct buf b = { 0 };

	buf_print(&b, "%s/%s", dir, name);
	buf_byte(&b, '\0');
	return b.p;
}

/* ---- making ---- */

static int
make_key(const char *state, struct error *e)
{
	char *dir = join(state, "keys"), *path = join(state, "keys/egress");
	struct stat st;
	int r = 0;

	if (fd_make_dirs(dir) < 0)
		r = error_system(e, STATUS_RESOURCES, "E_STATE", dir, "make");
	else if (lstat(path, &st) < 0)
		r = keyfile_make(path, "egress", "e1", e);
	mem_free(dir);
	mem_free(path);
	return r;
}

int
egress_init(const char *state, struct error *e)
{
	char *ledger = join(state, "ledger"), *dir = join(state, "egress");
	char *journal = join(dir, "journal.ndjson"), *head = join(dir, "journal.ndjson.head");
	struct stat st;
	int r = 0;

	if (stat(ledger, &st) < 0 && stat(dir, &st) < 0)
		r = error_set(e, UNSAFE, "E_STATE", "%s is no state directory (cdp-consent init makes one)",
		    state);
	if (r == 0 && fd_make_dirs(dir) < 0)
		r = error_system(e, STATUS_RESOURCES, "E_STATE", dir, "make");
	/* Only a new log gets a new key: with another one, who got what could not be found. A crash
	 * may have left the file without its head: journal_create takes it over. */
	if (r == 0 && stat(head, &st) < 0) {
		r = make_key(state, e);
		if (r == 0)
			r = journal_create(journal, SPAN(EGRESS_ORIGIN), e);
	}
	mem_free(ledger);
	mem_free(dir);
	mem_free(journal);
	mem_free(head);
	return r;
}

/* ---- what the journal says ---- */

static int
visit(void *arg, const struct egress_line *l, struct error *e)
{
	struct egress *g = arg;

	(void)e;
	g->open = span_is(l->event, "intent");
	if (g->open) {
		egress_run_read(&g->intent, l);
		egress_text(g->to, sizeof g->to, l->to);
	}
	if (span_is(l->event, "published")) {
		g->runs = mem_grow(g->runs, g->run_count + 1, &g->run_cap, sizeof *g->runs);
		egress_text(g->runs[g->run_count], sizeof *g->runs, l->run);
		*map_slot(g->previous, l->to) = ++g->run_count;
	}
	return 0;
}

/* ---- settling ---- */

static struct json_writer
begin_line(struct egress *g, struct buf *line, const char *event)
{
	struct json_writer w = json_writer(line);
	struct buf at = { 0 };

	instant_write(&at, clock_now());
	json_open_object(&w);
	json_member_string(&w, "kind", SPAN("egress"));
	json_member_u64(&w, "seq", journal_next_seq(g->journal));
	json_member_string(&w, "prev", span_from(journal_next_prev(g->journal)));
	json_member_string(&w, "at", buf_span(&at));
	json_member_u64(&w, "uid", (uint64_t)getuid());
	json_member_string(&w, "event", span_from(event));
	buf_done(&at);
	return w;
}

static int
add_outcome(struct egress *g, const char *event, struct span run, struct span to, struct error *e)
{
	struct buf line = { 0 };
	struct json_writer w = begin_line(g, &line, event);
	int r;

	json_member_string(&w, "run", run);
	json_member_string(&w, "to", to);
	json_end(&w);
	r = journal_add(g->journal, buf_span(&line), e);
	if (r == 0)
		r = journal_commit(g->journal, e);
	buf_done(&line);
	return r;
}

/* Whether the file that an interrupted run meant to write is there with the digest it meant: 1 or
 * 0, or -1 when it cannot be looked at. What the reader of a stream took cannot be known, so it
 * counts. */
static int
came_out(const struct egress_run *run, struct error *e)
{
	struct error unread = { 0 };
	char digest[FILE_DIGEST_HEX + 1];
	struct stat st;

	if (run->file[0] == '\0')
		return 1;
	if (lstat(run->file, &st) < 0 ? errno == ENOENT || errno == ENOTDIR : !S_ISREG(st.st_mode))
		return 0;
	if (file_digest(run->file, digest, NULL, &unread) == 0)
		return strcmp(digest, run->sha256) == 0;
	return error_set(e, UNSAFE, "E_EGRESS",
	    "an interrupted run cannot be settled, its file cannot be read: %s", run->file);
}

static int
settle(struct egress *g, struct error *e)
{
	int out = g->open ? came_out(&g->intent, e) : 0;

	if (!g->open || out < 0)
		return out;
	g->open = false;
	return add_outcome(g, out > 0 ? "published" : "void", span_from(g->intent.run),
	    span_from(g->to), e);
}

static int
open_all(struct egress *g, const char *state, uint64_t lock_wait, struct error *e)
{
	char *lock = join(g->dir, "lock"), *key = join(state, "keys/egress");
	char *path = join(g->dir, "journal.ndjson");
	int result = -1;

	g->lock = lock_take(lock, lock_wait, e);
	if (g->lock != NULL && keyfile_read(key, "egress", &g->key, g->key_id, e) == 0 &&
	    egress_log_each(state, visit, g, e) == 0) {
		g->journal = journal_open(path, SPAN(EGRESS_ORIGIN), e);
		result = g->journal == NULL ? -1 : settle(g, e);
	}
	mem_free(lock);
	mem_free(key);
	mem_free(path);
	return result;
}

struct egress *
egress_open(const char *state, uint64_t lock_wait, struct error *e)
{
	struct egress *g;

	if (egress_init(state, e) < 0)
		return NULL;
	g = mem_zero(1, sizeof *g);
	g->dir = join(state, "egress");
	g->previous = map_new();
	if (open_all(g, state, lock_wait, e) == 0)
		return g;
	egress_close(g);
	return NULL;
}

void
egress_close(struct egress *g)
{
	if (g == NULL)
		return;
	journal_close(g->journal);
	lock_drop(g->lock);
	secret_free(g->key);
	map_free(g->previous);
	arena_done(&g->arena);
	mem_free(g->runs);
	mem_free(g->rows);
	mem_free(g->dir);
	mem_free(g);
}

const char *
egress_previous(const struct egress *g, struct span destination)
{
	const uint64_t *i = map_find(g->previous, destination);

	return i == NULL ? "" : g->runs[*i - 1];
}

/* ---- one run ---- */

static void
token(const struct egress *g, struct span type, struct span value, struct buf *out)
{
	unsigned char hash[16];
	struct span parts[] = { type, SPAN(":"), value };

	if (value.p == NULL) {
		buf_text(out, "----------------------");
		return;
	}
	blake2b(hash, sizeof hash, g->key, parts, 3);
	base64url_write(out, span_make((const char *)hash, sizeof hash));
}

void
egress_row(struct egress *g, struct span profile, struct egress_contact contact,
    struct span decision, struct span row, struct span fields)
{
	unsigned char hash[16];
	struct buf line = { 0 };

	blake2b(hash, sizeof hash, g->key, &row, 1);
	buf_text(&line, "{\"p\":\"");
	token(g, SPAN("profile"), profile, &line);
	buf_text(&line, "\",\"a\":\"");
	token(g, contact.type, contact.value, &line);
	buf_print(&line, "\",\"d\":\"%.*s\",\"c\":\"", SPAN_ARG(decision));
	base64url_write(&line, span_make((const char *)hash, ROW_DIGEST));
	buf_print(&line, "\",\"f\":\"%.*s\"}\n", SPAN_ARG(fields));
	g->rows = mem_grow(g->rows, g->row_count + 1, &g->row_cap, sizeof *g->rows);
	g->rows[g->row_count++].text = arena_copy(&g->arena, buf_span(&line));
	buf_done(&line);
}

static int
by_text(const void *a, const void *b)
{
	const struct detail_line *x = a, *y = b;

	return span_cmp(x->text, y->text);
}

/* Sorted by profile token, so that one person is found by halving. */
static int
write_detail(struct egress *g, const char *name, unsigned char hash[SHA256_BYTES], struct error *e)
{
	char *path = join(g->dir, name);
	struct out *o = out_open(path, e);
	struct sha256 h;

	mem_free(path);
	if (o == NULL)
		return -1;
	if (g->row_count > 1)
		qsort(g->rows, g->row_count, sizeof *g->rows, by_text);
	sha256_start(&h);
	for (size_t i = 0; i < g->row_count; i++) {
		sha256_add(&h, g->rows[i].text);
		out_add(o, g->rows[i].text);
		out_drain(o);
	}
	sha256_end(&h, hash);
	return out_commit(o, e);
}

static void
write_fields(const struct contract *c, struct json_writer *w)
{
	json_key(w, SPAN("fields"));
	json_open_array(w);
	for (size_t i = 0; i < c->field_count; i++)
		json_text(w, c->fields[i].path);
	json_end(w);
}

int
egress_intent(struct egress *g, const struct egress_facts *f, struct error *e)
{
	unsigned char hash[SHA256_BYTES];
	struct buf line = { 0 }, name = { 0 }, hex = { 0 };
	struct json_writer w;
	int r;

	buf_print(&name, "%06llu.rows", (unsigned long long)journal_next_seq(g->journal));
	buf_byte(&name, '\0');
	r = write_detail(g, name.p, hash, e);
	hex_write(&hex, span_make((const char *)hash, sizeof hash));
	w = begin_line(g, &line, "intent");
	json_member_string(&w, "run", f->run);
	json_member_string(&w, "to", f->contract->id);
	json_member_string(&w, "recipient", f->contract->recipient_name);
	json_member_string(&w, "role", f->contract->role);
	json_member_string(&w, "country", f->contract->recipient_country);
	json_member_string(&w, "purpose", f->purpose);
	json_member_string(&w, "policy", f->policy);
	if (f->checkpoint.p != NULL)
		json_member_raw(&w, "checkpoint", f->checkpoint);
	json_member_string(&w, "as_of", f->as_of);
	json_member_u64(&w, "max_decision_age", (uint64_t)instant_add(0, f->contract->max_decision_age, 1));
	write_fields(f->contract, &w);
	json_member_string(&w, "key", span_from(g->key_id));
	json_member_u64(&w, "rows", f->rows);
	json_member_string(&w, "file", f->file);
	json_member_string(&w, "sha256", f->sha256);
	json_member_string(&w, "detail", span_from(name.p));
	json_member_string(&w, "detail_sha256", buf_span(&hex));
	json_end(&w);
	if (r == 0)
		r = lock_check(g->lock, e);
	if (r == 0)
		r = journal_add(g->journal, buf_span(&line), e);
	if (r == 0)
		r = journal_commit(g->journal, e);
	if (r == 0) {
		g->open = true;
		egress_text(g->to, sizeof g->to, f->contract->id);
	}
	buf_done(&line);
	buf_done(&name);
	buf_done(&hex);
	return r;
}

int
egress_published(struct egress *g, struct span run, struct error *e)
{
	g->open = false;
	return add_outcome(g, "published", run, span_from(g->to), e);
}
