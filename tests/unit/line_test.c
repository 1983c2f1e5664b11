/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/line_test.c: a ledger line has one spelling, and says the same both ways. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "consent/line.h"
#include "io/ndjson.h"
#include "tap.h"

enum { LINES = 10000 };

static struct arena arena;
static struct ndjson *scanner;
static struct buf scratch;
static uint64_t seed = 1;

static uint64_t
random_below(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % n;
}

static int
reads(struct span text, struct ledger_line *l, struct error *e)
{
	size_t at;

	*e = (struct error){ 0 };
	if (ndjson_scan(scanner, text, &at, e) < 0)
		return -1;
	return line_read(scanner, l, &arena, &scratch, e);
}

/* ---- any line ---- */

static struct span
random_text(void)
{
	static const char *const pieces[] = { "a", "Z", "7", "@", "/", ":", " ", "\"", "\\", "\n",
	    "\t", "\x01", "\x7f", "é", "☃", "😀", "{", "}" };
	struct buf text = { 0 };
	struct span s;

	for (uint64_t n = random_below(12); n > 0; n--)
		buf_text(&text, pieces[random_below(sizeof pieces / sizeof pieces[0])]);
	s = text.len == 0 ? SPAN("") : arena_copy(&arena, buf_span(&text));
	buf_done(&text);
	return s;
}

static struct ledger_line
random_line(void)
{
	static const char *const data[] = { "{}", "{\"reach\":\"person\"}",
	    "{\"a\":[1,{\"b\":null}]}" };
	struct ledger_line l = { .seq = random_below(UINT64_MAX), .sseq = random_below(1ULL << 53),
	    .recv = (instant)random_below(1ULL << 48), .has_sseq = random_below(2) == 0,
	    .has_interval = random_below(2) == 0 };
	struct span *optional[] = { &l.sid, &l.account, &l.covers, &l.controller, &l.purpose,
	    &l.channel, &l.dest, &l.basis, &l.ctype, &l.notice, &l.method, &l.auth, &l.commit,
	    &l.actor, &l.at, &l.clock, &l.src, &l.jur, &l.until, &l.ref, &l.cause, &l.by };

	l.prev = random_text();
	l.id = random_text();
	l.type = random_text();
	l.lo = l.recv - (instant)random_below(1ULL << 49);
	l.hi = l.recv - (instant)random_below(1000);
	for (size_t i = 0; i < sizeof optional / sizeof optional[0]; i++)
		if (random_below(2) == 0)
			*optional[i] = random_text();
	if (random_below(2) == 0)
		l.data = span_from(data[random_below(3)]);
	return l;
}

static bool
same_text(struct span a, struct span b)
{
	return (a.p == NULL) == (b.p == NULL) && span_equal(a, b);
}

static bool
same(const struct ledger_line *a, const struct ledger_line *b)
{
#define TEXT(member) same_text(a->member, b->member)
	return a->seq == b->seq && a->recv == b->recv && a->has_sseq == b->has_sseq &&
	    (!a->has_sseq || a->sseq == b->sseq) && a->has_interval == b->has_interval &&
	    (!a->has_interval || (a->lo == b->lo && a->hi == b->hi)) && TEXT(prev) && TEXT(id) &&
	    TEXT(type) && TEXT(sid) && TEXT(account) && TEXT(covers) && TEXT(controller) &&
	    TEXT(purpose) && TEXT(channel) && TEXT(dest) && TEXT(basis) && TEXT(ctype) &&
	    TEXT(notice) && TEXT(method) && TEXT(auth) && TEXT(commit) && TEXT(actor) && TEXT(at) &&
	    TEXT(clock) && TEXT(src) && TEXT(jur) && TEXT(until) && TEXT(ref) && TEXT(cause) &&
	    TEXT(by) && TEXT(data);
#undef TEXT
}

static bool
is_printable(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

static void
round_trip(void)
{
	size_t unread = 0, unlike = 0, unprintable = 0;
	struct buf text = { 0 };

	for (int i = 0; i < LINES; i++) {
		struct ledger_line l = random_line(), back;
		struct error e;

		buf_reset(&text);
		line_write(&l, &text);
		unprintable += !is_printable(buf_span(&text));
		if (reads(buf_span(&text), &back, &e) < 0)
			unread++;
		else
			unlike += !same(&l, &back);
		arena_reset(&arena);
	}
	buf_done(&text);
	ok(unread == 0, "every one of %d random lines is read (%zu were not)", LINES, unread);
	ok(unlike == 0, "and says what was written (%zu did not)", unlike);
	ok(unprintable == 0, "without a control byte (%zu had one)", unprintable);
}

/* Reading without a tape takes plain lines, and never otherwise than the tape. */
static void
plainly(void)
{
	size_t taken = 0, missed = 0, unlike = 0;
	struct buf text = { 0 };

	for (int i = 0; i < LINES; i++) {
		struct ledger_line l = random_line(), plain;
		bool is_plain;

		if (i % 2 == 0) {	/* like those that append writes */
			l = (struct ledger_line){ .seq = (uint64_t)i, .recv = l.recv, .lo = l.recv,
			    .hi = l.recv, .has_interval = l.has_interval, .has_sseq = l.has_sseq,
			    .sseq = l.sseq, .id = SPAN("e1"), .type = SPAN("grant"),
			    .prev = SPAN("p"), .src = l.src.p == NULL ? l.src : SPAN("shop") };
		}
		buf_reset(&text);
		line_write(&l, &text);
		is_plain = line_read_plain(buf_span(&text), &plain);
		taken += is_plain;
		missed += i % 2 == 0 && !is_plain;
		unlike += is_plain && !same(&l, &plain);
		arena_reset(&arena);
	}
	buf_done(&text);
	ok(missed == 0, "plain lines are read without a tape (%zu were not)", missed);
	ok(unlike == 0, "and say what was written (%zu of %zu did not)", unlike, taken);
}

/* ---- one spelling ---- */

static const char whole[] =
    "{\"id\":\"e1\",\"prev\":\"p\",\"recv\":3,\"seq\":0,\"type\":\"deny\",\"v\":1}";

/* The line with the first `from` in it replaced; from must be there. */
static struct span
changed(const char *from, const char *to, struct buf *text)
{
	const char *at = strstr(whole, from);

	buf_reset(text);
	if (at == NULL)
		return span_from(whole);	/* is read, and fails the test */
	buf_add(text, span_make(whole, (size_t)(at - whole)));
	buf_text(text, to);
	buf_text(text, at + strlen(from));
	return buf_span(text);
}

static void
spelling(void)
{
	static const struct {
		const char	*name, *from, *to;
	} bad[] = {
		{ "a blank", ",\"seq\"", ", \"seq\"" },
		{ "another order", "\"prev\":\"p\",\"recv\":3", "\"recv\":3,\"prev\":\"p\"" },
		{ "an escape too many", "\"e1\"", "\"\\u00651\"" },
		{ "an escaped letter beyond ASCII", "\"e1\"", "\"\\u00e9\"" },
		{ "an escaped name", "\"id\"", "\"\\u0069d\"" },
		{ "half an interval", "\"prev\"", "\"lo\":1,\"prev\"" },
		{ "a number with a fraction", "3", "3.0" },
		{ "a number with an exponent", "3", "3e0" },
		{ "minus zero", "3", "-0" },
		{ "a number as text", "3", "\"3\"" },
		{ "a text as number", "\"e1\"", "1" },
		{ "null", "\"id\"", "\"by\":null,\"id\"" },
		{ "data that is no object", "\"id\"", "\"data\":[],\"id\"" },
		{ "a sequence number below 0", "\"seq\":0", "\"seq\":-1" },
		{ "another version", "\"v\":1", "\"v\":2" },
		{ "no version", ",\"v\":1", "" },
		{ "no receipt", "\"recv\":3,", "" },
		{ "no id", "\"id\":\"e1\",", "" },
		{ "no prev", "\"prev\":\"p\",", "" },
		{ "no type", "\"type\":\"deny\",", "" },
		{ "an unknown member", "\"v\":1", "\"v\":1,\"x\":1" },
	};
	struct buf text = { 0 };
	struct ledger_line l;
	struct error e;

	ok(reads(span_from(whole), &l, &e) == 0 && l.recv == 3, "the line itself is read");
	ok(line_read_plain(span_from(whole), &l) && l.recv == 3, "also without a tape");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ok(reads(changed(bad[i].from, bad[i].to, &text), &l, &e) < 0 &&
		    e.status == STATUS_UNSAFE && strcmp(e.code, "E_LEDGER") == 0 &&
		    !line_read_plain(buf_span(&text), &l),
		    "%s is damage", bad[i].name);
	buf_done(&text);
}

/* ---- events ---- */

static int
event_of(struct ledger_line *l, struct event *v)
{
	struct error e = { 0 };

	l->prev = SPAN("p");
	l->id = SPAN("e1");
	return line_event(l, v, &e);
}

static void
events(void)
{
	struct ledger_line l = { .type = SPAN("grant"),
	    .sid = SPAN("email:t1:2UUbjryB-a1l7luV49cGSQ"),
	    .notice = SPAN("newsletter@7/de-DE"), .recv = 9 };
	struct event v;

	ok(event_of(&l, &v) == 0 && v.type == EVENT_GRANT && span_is(v.sid_type, "email") &&
	    span_is(v.notice_id, "newsletter") && v.notice_version == 7 &&
	    span_is(v.notice_lang, "de-DE"),
	    "a grant has its notice and the type of its anchor");
	ok(v.lo == 9 && v.hi == 9, "without an interval the receipt stands for it");
	l.notice = SPAN("newsletter");
	ok(event_of(&l, &v) < 0, "a notice without a version is damage");
	l.notice = span_none();
	l.until = SPAN("some day");
	ok(event_of(&l, &v) < 0, "an end that is no time is damage");
	l.until = span_none();
	l.sid = SPAN("ana@example.com");
	ok(event_of(&l, &v) < 0, "an anchor that is no token is damage");
	l.sid = span_none();
	ok(event_of(&l, &v) < 0, "a grant without an anchor is damage");
	l.type = SPAN("policy");
	ok(event_of(&l, &v) == 0, "the ledger's own lines have none");
	l.type = SPAN("forgotten");
	ok(event_of(&l, &v) < 0, "a type of another version is not passed over");
}

static void
reach(void)
{
	struct ledger_line l = { .type = SPAN("suppress"), .cause = SPAN("erasure"),
	    .sid = SPAN("email:t1:2UUbjryB-a1l7luV49cGSQ") };
	struct event v;

	ok(event_of(&l, &v) == 0 && v.reach_person, "erasure reaches the person");
	l.data = SPAN("{\"reach\":\"address\"}");
	ok(event_of(&l, &v) == 0 && !v.reach_person, "unless it says otherwise");
	l.cause = SPAN("complaint");
	l.data = SPAN("{\"reach\":\"person\"}");
	ok(event_of(&l, &v) == 0 && v.reach_person, "any suppression may say so");
	l.data = span_none();
	ok(event_of(&l, &v) == 0 && !v.reach_person, "else it holds for the address");
}

int
main(void)
{
	scanner = ndjson_new(NULL);
	round_trip();
	plainly();
	spelling();
	events();
	reach();
	ndjson_free(scanner);
	buf_done(&scratch);
	arena_done(&arena);
	return tap_done();
}
