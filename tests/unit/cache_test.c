/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache_test.c: a compiled state, and one with a tail, find what a scan of all lines finds, on
 * random ledgers and at any K (consent 10.3, X10); altered anywhere it is not used. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/map.h"
#include "consent/base_events.h"
#include "consent/cache.h"
#include "consent/events.h"
#include "consent/ledger.h"
#include "consent/line.h"
#include "consent/preference.h"
#include "draw.h"
#include "tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIALS = 10000, SEED = 20260610, LINES_MOST = 40, MANY = 1500, SEGMENT = 16 };

static char dir[] = "/tmp/cache-test-XXXXXX";
static unsigned char key_bytes[KEY_BYTES] = { 1, 2, 3 };

/* A ledger in memory: its lines, and their leaves. */
struct world {
	struct ledger		 l;		/* all of it, as loaded */
	struct span		*lines;
	struct tlog_hash	*leaves;
	instant			*recv;
	uint32_t		*places;	/* where in its segment a line begins */
	size_t			 count;
	struct arena		 memory;
};

/* ---- random lines ---- */

static struct span
pick(struct span a, struct span b, struct span c)
{
	uint64_t n = draw(4);

	return n == 0 ? span_none() : n == 1 ? a : n == 2 ? b : c;
}

static struct span
copy(struct world *w, struct buf *b)
{
	struct span s = arena_copy(&w->memory, buf_span(b));

	buf_reset(b);
	return s;
}

static struct span
random_token(struct world *w, struct span type)
{
	struct token t = { { 0 }, { 0 } };
	struct buf b = { 0 };
	struct span s;

	/* Few people, so that they have many events; some tokens begin alike. */
	memset(t.lookup, 'a' + (int)draw(6), sizeof t.lookup);
	if (draw(3) == 0)
		t.lookup[15] = (unsigned char)draw(3);
	token_write(&b, &w->l.key, type, &t);
	s = copy(w, &b);
	buf_done(&b);
	return s;
}

static struct span
random_data(enum event_type type)
{
	switch (type) {
	case EVENT_PREFERENCE_SET:
		return draw(2) == 0 ? SPAN("{\"channels_out\":[\"email\"],\"hard\":true}") :
		    SPAN("{\"lang\":\"pt-PT\",\"max_per\":\"2/P7D\",\"quiet\":\"22:00-08:00\",\"tz\":\"Z\"}");
	case EVENT_BIRTHDATE_KNOWN:
		return draw(2) == 0 ? SPAN("{\"birthdate\":\"2011-05\"}") : SPAN("{\"birthdate\":\"1990-01\"}");
	case EVENT_BOUNCE:
		return draw(2) == 0 ? SPAN("{\"hard\":true}") : SPAN("{\"cleared\":true}");
	case EVENT_SUPPRESS:
		return draw(2) == 0 ? SPAN("{\"reach\":\"person\"}") : span_none();
	default:
		return span_none();
	}
}

/* Names an event that is there, will be, is itself, or never comes. */
static struct span
random_ref(struct world *w, size_t total)
{
	struct buf b = { 0 };
	struct span s;

	if (draw(3) > 0)
		return span_none();
	buf_print(&b, "id-%u", (unsigned)draw(total + 2));
	s = copy(w, &b);
	buf_done(&b);
	return s;
}

static void
random_scope(struct world *w, struct ledger_line *l, enum event_type type)
{
	static const struct span types[] = { SPAN_INIT("email"), SPAN_INIT("phone_number"),
	    SPAN_INIT("id.device"), SPAN_INIT("record") };

	if (event_class(type) != CLASS_LOG)
		l->sid = random_token(w, types[draw(4)]);
	if (draw(4) == 0) {
		l->account = random_token(w, SPAN("record"));
		l->covers = draw(2) == 0 ? SPAN("account") : span_none();
	}
	l->controller = pick(SPAN("A"), SPAN("B"), SPAN("*"));
	l->purpose = pick(SPAN("marketing.newsletter"), SPAN("marketing"), SPAN("*"));
	l->channel = pick(SPAN("email"), SPAN("sms"), SPAN("*"));
	l->dest = pick(span_none(), span_none(), SPAN("mailchimp"));
	l->basis = pick(SPAN("consent"), SPAN("contract"), SPAN(""));
	l->ctype = pick(SPAN("explicit"), SPAN("expressed"), SPAN("implied"));
	l->notice = pick(SPAN("newsletter@7/en"), SPAN("newsletter@4/pt-PT"), SPAN("privacy@3"));
	l->method = pick(SPAN("web_form"), SPAN("import"), SPAN("paper"));
	l->actor = pick(SPAN("subject"), SPAN("guardian"), SPAN("agent"));
	l->src = pick(SPAN("shop"), SPAN("app"), SPAN("post"));
	l->cause = pick(SPAN("erasure"), SPAN("complaint"), SPAN("legal"));
	l->by = pick(SPAN("dpo"), span_none(), SPAN("board"));
	l->jur = pick(SPAN("PT"), span_none(), SPAN("US-CA"));
	l->until = pick(span_none(), span_none(), SPAN("2027-01-01T00:00:00Z"));
	l->commit = pick(span_none(), SPAN("x"), SPAN("x"));
	l->has_sseq = draw(4) == 0;
	l->sseq = l->has_sseq ? draw(5) : 0;
}

static void
add_line(struct world *w, size_t total, instant *recv)
{
	enum event_type type = (enum event_type)draw(EVENT_TYPES);
	struct ledger_line l = { .seq = w->count, .type = event_name(type), .prev = SPAN_INIT("p") };
	struct buf b = { 0 };

	type = type == EVENT_POLICY ? EVENT_TICK : type;	/* their documents are not here */
	l.type = event_name(type);
	buf_print(&b, "id-%u", (unsigned)w->count);
	l.id = copy(w, &b);
	*recv += (instant)draw(3);
	l.recv = *recv;
	l.has_interval = draw(4) > 0;
	l.lo = l.recv - (instant)draw(10);
	l.hi = l.lo + (instant)draw(5);
	random_scope(w, &l, type);
	l.ref = random_ref(w, total);
	l.data = random_data(type);
	line_write(&l, &b);
	w->lines[w->count] = copy(w, &b);
	w->leaves[w->count] = tlog_leaf(w->lines[w->count]);
	w->recv[w->count++] = l.recv;
	buf_done(&b);
}

static void
spill(const char *name, struct span a, struct span b)
{
	struct buf path = { 0 };
	int fd;

	buf_print(&path, "%s/%s%c", dir, name, 0);
	unlink(path.p);	/* or the file system would wait for the disk */
	fd = open(path.p, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || write(fd, a.p, a.len) != (ssize_t)a.len || write(fd, b.p, b.len) != (ssize_t)b.len)
		abort();
	close(fd);
	buf_done(&path);
}

static void
make_world(struct world *w, size_t total)
{
	instant recv = 1000000;

	*w = (struct world){ .lines = mem_zero(total, sizeof *w->lines),
	    .leaves = mem_zero(total, sizeof *w->leaves), .recv = mem_zero(total, sizeof *w->recv),
	    .places = mem_zero(total, sizeof *w->places) };
	w->l = (struct ledger){ .dir = dir, .last_recv = INSTANT_NONE };
	w->l.key = (struct token_key){ .bytes = key_bytes, .id = "k" };
	buf_text(&w->l.origin.text, "an origin");
	w->l.origin.segment = SEGMENT;
	memcpy(w->l.origin.token_key, "0123456789abcdef", sizeof w->l.origin.token_key);
	while (w->count < total)
		add_line(w, total, &recv);
	for (size_t i = 1; i < total; i++)
		w->places[i] = i % SEGMENT == 0 ? 0 :
		    w->places[i - 1] + (uint32_t)w->lines[i - 1].len + 1;
}

static void
end_world(struct world *w)
{
	buf_done(&w->l.origin.text);
	mem_free(w->lines);
	mem_free(w->leaves);
	mem_free(w->recv);
	mem_free(w->places);
	arena_done(&w->memory);
}

/* ---- a scan of lines, as the loader does it ---- */

static void
scan(const struct world *w, struct events *es, size_t from, instant known_at)
{
	struct error e = { 0 };

	for (size_t i = from; i < w->count; i++) {
		if (events_add(es, w->lines[i], &e) < 0) {
			printf("# %s: %.*s\n", e.text, SPAN_ARG(w->lines[i]));
			abort();
		}
		if (known_at != INSTANT_NONE && w->recv[i] > known_at) {
			events_drop_last(es);
			break;
		}
	}
	events_finish(es);
}

/* Compiles the first n lines. */
static void
compile(struct world *w, size_t n, struct buf *front, struct buf *data)
{
	struct tlog_hash root;
	struct error e = { 0 };
	size_t count = w->count;

	w->l.events = events_new();
	w->l.erased = map_new();
	w->l.end.spot = (struct tlog_spot){ .bytes = 0 };
	w->count = n;
	scan(w, w->l.events, 0, INSTANT_NONE);
	w->count = count;
	for (size_t i = 0; i < n; i++)
		(void)tlog_spot_add(&w->l.end.spot, &w->leaves[i], w->lines[i].len + 1, SEGMENT, &root);
	w->l.last_recv = n == 0 ? INSTANT_NONE : w->recv[n - 1];
	w->l.now.checkpoint.size = n;
	w->l.now.checkpoint.root = tlog_spot_root(&w->l.end.spot);
	cache_build(&w->l, span_make((const char *)w->leaves, n * sizeof *w->leaves), w->places, front, data);
	events_free(w->l.events);
	map_free(w->l.erased);
	(void)e;
	/* Lines of the last segment are held against its length. */
	spill("seg/000000.ndjson", SPAN(""), SPAN(""));
	for (uint64_t at = 0; at <= n / SEGMENT; at++) {
		char name[64];
		static const char zeros[SEGMENT * 4096];

		snprintf(name, sizeof name, "seg/%06u.ndjson", (unsigned)at);
		spill(name, span_make(zeros, at == n / SEGMENT ? w->l.end.spot.bytes : 0), SPAN(""));
	}
}

/* ---- all that can be asked ---- */

static bool
same_span(struct span a, struct span b)
{
	return (a.p == NULL) == (b.p == NULL) && (a.p == NULL || span_equal(a, b));
}

static bool
same_words(const struct event *a, const struct event *b)
{
	return same_span(a->sid_type, b->sid_type) && same_span(a->id, b->id) &&
	    same_span(a->controller, b->controller) && same_span(a->purpose, b->purpose) &&
	    same_span(a->channel, b->channel) && same_span(a->dest, b->dest) &&
	    same_span(a->basis, b->basis) && same_span(a->ctype, b->ctype) &&
	    same_span(a->method, b->method) && same_span(a->actor, b->actor) &&
	    same_span(a->src, b->src) && same_span(a->cause, b->cause) && same_span(a->by, b->by) &&
	    same_span(a->jur, b->jur) && same_span(a->notice_id, b->notice_id) &&
	    same_span(a->notice_lang, b->notice_lang);
}

static bool
same_preference(const struct preference *a, const struct preference *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return same_span(a->text, b->text) && same_span(a->quiet, b->quiet) &&
	    same_span(a->lang, b->lang) && a->max == b->max && a->hard == b->hard &&
	    a->channels_out.n == b->channels_out.n;
}

static bool
same_event(const struct event *a, const struct event *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->seq == b->seq && a->type == b->type && memcmp(&a->sid, &b->sid, sizeof a->sid) == 0 &&
	    memcmp(&a->account, &b->account, sizeof a->account) == 0 && same_words(a, b) &&
	    a->covers_account == b->covers_account && a->notice_version == b->notice_version &&
	    a->has_commit == b->has_commit && a->has_sseq == b->has_sseq &&
	    a->reach_person == b->reach_person && a->sseq == b->sseq && a->ref == b->ref &&
	    a->recv == b->recv && a->lo == b->lo && a->hi == b->hi && a->until == b->until &&
	    a->born == b->born && a->hard == b->hard && a->cleared == b->cleared &&
	    same_preference(a->preference, b->preference);
}

static bool
same_list(const struct event *const *a, size_t n, const struct event *const *b, size_t m)
{
	if (n != m)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!same_event(a[i], b[i]))
			return false;
	return true;
}

/* Every look-up of every token, id, type and reference that there is. */
static bool
same_events(const struct world *w, const struct events *a, const struct events *b)
{
	static const struct span types[] = { SPAN_INIT("email"), SPAN_INIT("phone_number"),
	    SPAN_INIT("id.device"), SPAN_INIT("record"), SPAN_INIT("none") };
	const struct event *const *x, *const *y;
	struct token nobody = { { 9 }, { 9 } };
	size_t n, m;

	if (events_count(a) != events_count(b) || events_at(b, events_count(b)) != NULL)
		return false;
	for (uint64_t i = 0; i < events_count(a); i++) {
		const struct event *v = events_at(a, i);

		if (!same_event(v, events_at(b, i)))
			return false;
		n = events_of(a, &v->sid, &x);
		m = events_of(b, &v->sid, &y);
		if (!same_list(x, n, y, m))
			return false;
		n = events_suppressing(a, &v->sid, &x);
		m = events_suppressing(b, &v->sid, &y);
		if (!same_list(x, n, y, m))
			return false;
		n = events_referring(a, i, &x);
		m = events_referring(b, i, &y);
		if (!same_list(x, n, y, m) || events_find_id(b, v->id) != i + 1)
			return false;
	}
	for (size_t i = 0; i < 5; i++)
		if (i == 4 && events_have_type(b, types[i]))
			return false;
	(void)w;
	return events_of(b, &nobody, &y) == 0 && events_suppressing(b, &nobody, &y) == 0 &&
	    events_find_id(b, SPAN("nothing")) == 0;
}

/* Only what is visible has a type. */
static bool
same_types(const struct events *b)
{
	static const struct span types[] = { SPAN_INIT("email"), SPAN_INIT("phone_number"),
	    SPAN_INIT("id.device"), SPAN_INIT("record") };

	for (size_t i = 0; i < 4; i++) {
		bool there = false;

		for (uint64_t k = 0; k < events_count(b); k++)
			there |= events_at(b, k)->sid_type.p != NULL &&
			    span_equal(events_at(b, k)->sid_type, types[i]);
		if (there && !events_have_type(b, types[i]))
			return false;
	}
	return true;
}

/* A view of the compiled first lines and, if all of these are visible, the lines behind them. */
static struct events *
behind(const struct world *w, const struct cache *c, instant known_at, bool little)
{
	uint64_t known = cache_known(c, known_at);
	struct events *es = events_new_behind(base_new(c, known), known, little);

	if (known == cache_size(c))
		scan(w, es, (size_t)known, known_at);
	else
		events_finish(es);
	return es;
}

static bool
root_fits(const struct world *w, const struct cache *c, uint64_t n)
{
	struct tlog_tree tree = { .size = 0 };
	struct tlog_hash root, want;

	for (uint64_t i = 0; i < n; i++)
		tlog_tree_add(&tree, &w->leaves[i]);
	want = tlog_tree_root(&tree);
	return cache_root(c, n, &root) && tlog_hash_equal(&root, &want);
}

static instant
random_moment(const struct world *w)
{
	return draw(4) == 0 || w->count == 0 ? INSTANT_NONE :
	    w->recv[draw(w->count)] + (instant)draw(3) - 1;
}

/* One ledger, compiled at some size, looked at at some K. */
static bool
agrees(size_t total)
{
	struct buf front = { 0 }, data = { 0 }, why = { 0 };
	struct events *plain = events_new(), *compiled;
	struct cache *c;
	struct world w;
	size_t n = draw(3) == 0 ? total : draw(total + 1);
	instant known_at;
	bool held;

	make_world(&w, total);
	known_at = random_moment(&w);
	compile(&w, n, &front, &data);
	spill("cache/compiled", buf_span(&front), buf_span(&data));
	c = cache_open(&w.l, draw(2) == 0 ? CACHE_WHOLE : CACHE_TOUCHED, &why);
	if (c == NULL) {
		printf("# %.*s\n", SPAN_ARG(buf_span(&why)));
		return false;
	}
	compiled = behind(&w, c, known_at, draw(2) == 0);
	scan(&w, plain, 0, known_at);
	held = same_events(&w, plain, compiled) && same_types(compiled) &&
	    root_fits(&w, c, draw(n + 1)) && !cache_broken(c) &&
	    tlog_spot_size(&w.l.end.spot) == n;
	events_free(plain);
	events_free(compiled);
	cache_close(c);
	buf_done(&front);
	buf_done(&data);
	buf_done(&why);
	end_world(&w);
	return held;
}

static void
random_ledgers(void)
{
	unsigned long bad = 0, large = 0;

	draw_begin(SEED, TRIALS);
	for (unsigned i = 0; i < TRIALS && bad == 0; i++)
		if (!agrees(draw(LINES_MOST)))
			printf("# trial %u of seed %d\n", i, SEED), bad++;
	ok(bad == 0, "X10: compiled, compiled with a tail and scanned lines agree at any K");
	for (unsigned i = 0; i < 5; i++)
		large += !agrees(MANY + draw(MANY));
	ok(large == 0, "X10: so do larger ones, whose roots are of many blocks");
}

/* ---- altered ---- */

struct altered {
	struct world		 w;
	struct events		*plain;
	struct buf		 file;
	unsigned long		 used, wrong;
};

/* Opened whole it is refused; opened to be touched it says nothing else, or says that it is broken. */
static void
look(struct altered *a, struct span bytes, bool may_be_used)
{
	struct buf why = { 0 };
	struct events *es;
	struct cache *c;

	spill("cache/compiled", bytes, SPAN(""));
	c = cache_open(&a->w.l, CACHE_WHOLE, &why);
	a->used += c != NULL;
	a->wrong += c == NULL && why.len == 0;
	cache_close(c);
	c = cache_open(&a->w.l, CACHE_TOUCHED, &why);
	if (c != NULL) {
		es = events_new_behind(base_new(c, cache_size(c)), cache_size(c), true);
		events_finish(es);
		a->wrong += !same_events(&a->w, a->plain, es) && !cache_broken(c);
		a->used += may_be_used && !cache_broken(c);
		events_free(es);
	}
	cache_close(c);
	buf_done(&why);
}

static void
flips(struct altered *a)
{
	for (size_t i = 0; i < a->file.len; i++) {
		a->file.p[i] ^= 1 << (i % 8);
		look(a, buf_span(&a->file), false);
		a->file.p[i] ^= 1 << (i % 8);
	}
	ok(a->used == 0 && a->wrong == 0, "T14: with any of %zu bytes altered it is not used, and why is told",
	    a->file.len);
	for (size_t i = 0; i < a->file.len; i += 7)
		look(a, span_head(buf_span(&a->file), i), true);
	ok(a->used == 0 && a->wrong == 0, "T14: nor cut to any length");
	buf_byte(&a->file, 'x');
	look(a, buf_span(&a->file), true);
	ok(a->used == 0 && a->wrong == 0, "T14: nor with a byte more");
	a->file.len--;
}

/* Two pages of one file change places; a page comes from another sound file. */
static void
others(struct altered *a)
{
	struct buf front = { 0 }, data = { 0 }, why = { 0 };
	struct cache *c;

	a->w.l.now.checkpoint.size--;
	spill("cache/compiled", buf_span(&a->file), SPAN(""));
	c = cache_open(&a->w.l, CACHE_TOUCHED, &why);
	ok(c == NULL && why.len > 0, "T14: of a ledger with more lines it is not used");
	cache_close(c);
	a->w.l.now.checkpoint.size++;
	buf_reset(&why);
	a->w.l.now.checkpoint.root.bytes[3] ^= 1;
	c = cache_open(&a->w.l, CACHE_TOUCHED, &why);
	ok(c == NULL && why.len > 0, "T14: nor of one with as many others");
	cache_close(c);
	a->w.l.now.checkpoint.root.bytes[3] ^= 1;
	buf_reset(&why);
	key_bytes[0] ^= 1;
	c = cache_open(&a->w.l, CACHE_TOUCHED, &why);
	ok(c == NULL && why.len > 0, "T14: nor with another key");
	cache_close(c);
	key_bytes[0] ^= 1;
	buf_reset(&why);
	a->w.l.origin.text.p[0] ^= 1;
	c = cache_open(&a->w.l, CACHE_TOUCHED, &why);
	ok(c == NULL && why.len > 0, "T14: nor of a ledger of another origin");
	cache_close(c);
	a->w.l.origin.text.p[0] ^= 1;
	buf_done(&front);
	buf_done(&data);
	buf_done(&why);
}

static void
alterations(void)
{
	struct altered a = { .used = 0 };
	struct buf front = { 0 };

	draw_begin(SEED + 1, 1);
	make_world(&a.w, 30);
	compile(&a.w, 30, &front, &a.file);
	buf_add(&front, buf_span(&a.file));
	buf_done(&a.file);
	a.file = front;
	a.plain = events_new();
	scan(&a.w, a.plain, 0, INSTANT_NONE);
	look(&a, buf_span(&a.file), false);
	ok(a.used == 1 && a.wrong == 0, "unaltered it is used");
	a.used = 0;
	flips(&a);
	others(&a);
	events_free(a.plain);
	buf_done(&a.file);
	end_world(&a.w);
}

int
main(void)
{
	struct buf command = { 0 };
	int r;

	if (mkdtemp(dir) == NULL)
		abort();
	buf_print(&command, "mkdir -m 700 %s/cache %s/seg%c", dir, dir, 0);
	if (system(command.p) != 0)
		abort();
	random_ledgers();
	alterations();
	r = tap_done();
	buf_reset(&command);
	buf_print(&command, "rm -rf %s%c", dir, 0);
	if (system(command.p) != 0)
		abort();
	buf_done(&command);
	return r;
}
