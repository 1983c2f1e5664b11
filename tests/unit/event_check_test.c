/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/event_check_test.c: what holds for whatever a producer may say, on 100,000 random
 * events: no refusal is lost, no grant is more than it says, and nothing of a person is kept. */
#include "consent_case.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "consent/event_check.h"
#include "consent/event_id.h"
#include "consent/token.h"
#include "io/journal.h"
#include "io/ndjson.h"
#include "model/consent.h"
#include "tap.h"

enum { TRIALS = 100000 };

static const uint64_t seed = 20260601;
static uint64_t state;
static unsigned char bytes[32];
static const struct token_key key = { bytes, "t1", NULL };
static struct small_policy small;
static struct arena arena;
static struct ndjson *scanner;
static struct buf text, scratch;
static char long_text[9000], long_time[5000];

/* SplitMix64: the same events on every machine. */
static uint64_t
draw(uint64_t below)
{
	uint64_t z = (state += 0x9E3779B97F4A7C15u);

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return (z ^ z >> 31) % below;
}

/* What a member should not hold: names, addresses, blanks, controls, too much of it. A name in
 * the form of an id cannot be told from one. */
static struct span
rubbish(void)
{
	static const char *const texts[] = { "", " ", "*", "Ana Souza", "ana@Souza.example", "Rua X 12",
	    "\"", "\\", "\x01", "\n", "Ana Souza\xc3\xa3", "{\"a\":1}", "null", "-1", "2026-99-99",
	    "0000-00-00T00:00:00Z", "Souza@7/de" };
	uint64_t n = draw(sizeof texts / sizeof texts[0] + 1);

	return span_from(n == sizeof texts / sizeof texts[0] ? long_text : texts[n]);
}

/* Mostly a word that fits, sometimes none, sometimes rubbish. */
static struct span
word(const char *const *words, uint64_t n)
{
	switch (draw(8)) {
	case 0:
		return span_none();
	case 1:
		return rubbish();
	default:
		return span_from(words[draw(n)]);
	}
}
#define WORD(...)	word((const char *const[]){ __VA_ARGS__ }, \
    sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

static struct span
object(const char *fits)
{
	static const char *const others[] = { "{}", "{\"x\":\"Souza\"}", "{\"score\":1.5}",
	    "{\"reach\":\"Souza\"}", "{\"contract\":\"Rua X 12\"}", "{\"reach\":\"address\"}" };

	return draw(3) > 0 ? span_none() : draw(2) > 0 ? span_from(fits) :
	    span_from(others[draw(sizeof others / sizeof others[0])]);
}

static struct consent_event
random_event(enum event_type type)
{
	return (struct consent_event){ .type = event_name(type), .id = WORD("w-1", "a.b:c_d"),
	    .identifier_type = SPAN("email"), .identifier_value = SPAN("ana@Souza.example"),
	    .account = WORD("s:1"), .covers = WORD("account", "identifier"),
	    .controller = WORD("A", "B"), .purpose = WORD("marketing.newsletter", "marketing"),
	    .channel = WORD("email", "post"), .dest = draw(4) > 0 ? span_none() : rubbish(),
	    .basis = WORD("consent", "contract"), .ctype = WORD("expressed", "implied"),
	    .notice = WORD("newsletter@7/en", "privacy@3"), .method = WORD("web_form", "import"),
	    .auth = WORD("password"), .actor = WORD("subject", "guardian"),
	    .at = WORD("2026-03-01T10:00:00Z", "2026-03-01", "2026-03-01T10:00:00",
	    "2030-01-01T00:00:00Z"),
	    .clock = WORD("device", "trusted"), .src = WORD("s"), .jur = WORD("PT"),
	    .until = WORD("2027-01-01T00:00:00Z", long_time), .ref = WORD("g1"), .cause = WORD("erasure"),
	    .by = WORD("dpo"), .has_sseq = draw(2) == 0, .sseq = draw(UINT64_MAX),
	    .evidence = object("{\"guardian_check\":true,\"form\":\"Souza\"}"),
	    .data = object("{\"reach\":\"person\"}") };
}

struct found {
	uint64_t	accepted, lost, too_long, unlike, leaked, loose_grant, wrong_time;
};

static bool
no_to_all(enum event_type type)
{
	return event_class(type) == CLASS_REFUSAL || event_class(type) == CLASS_STOP;
}

/* An accepted line is read back as it was written, and says nothing about the person. */
static void
look_at_line(struct ledger_line *l, struct found *f)
{
	struct ledger_line back;
	struct error e = { 0 };
	struct buf again = { 0 };
	struct event v;
	size_t at;

	l->prev = SPAN("0123456789012345678901234567890123456789012");
	l->seq = 123456789;
	buf_reset(&text);
	line_write(l, &text);
	f->too_long += text.len > JOURNAL_LINE;
	f->unlike += ndjson_scan(scanner, buf_span(&text), &at, &e) < 0 ||
	    line_read(scanner, &back, &arena, &scratch, &e) < 0 || line_event(&back, &v, &e) < 0;
	if (e.status == STATUS_DONE)
		line_write(&back, &again);
	f->unlike += !span_equal(buf_span(&text), buf_span(&again));
	buf_done(&again);
	f->leaked += memmem(text.p, text.len, "Souza", 5) != NULL ||
	    memmem(text.p, text.len, "Rua X", 5) != NULL;
	f->wrong_time += l->lo > l->hi || l->hi > l->recv;
}

static void
try_one(enum event_type type, struct found *f)
{
	struct consent_event c = random_event(type);
	struct event_named grant = { EVENT_GRANT, SPAN("email:t1:2UUbjryB-a1l7luV49cGSQ"), SPAN("A"),
	    SPAN("marketing.newsletter"), SPAN("email") };
	struct event_context x = { .policy = &small.p, .key = &key,
	    .id = event_id(&key, &c, &arena), .named = draw(2) == 0 ? &grant : NULL,
	    .recv = moment("2026-03-02T00:00:00Z"), .clock_back = draw(16) == 0 };
	struct ledger_line l;
	struct error e = { 0 };
	int r = event_check(&x, &c, &l, &arena, &e);

	f->lost += no_to_all(type) && r < 0;
	if (r < 0)
		return;
	f->accepted++;
	f->loose_grant += event_class(type) == CLASS_GRANT && (x.clock_back ||
	    policy_controller(&small.p, l.controller) == NULL ||
	    policy_channel(&small.p, l.channel) == NULL || l.purpose.p == NULL ||
	    span_is(l.purpose, "*") || l.dest.p != NULL);
	look_at_line(&l, f);
}

static void
properties(void)
{
	struct found f = { 0 };

	state = seed;
	for (int i = 0; i < TRIALS; i++) {
		arena_reset(&arena);
		try_one((enum event_type)draw(EVENT_POLICY), &f);
	}
	printf("# seed %llu, %d events, %llu accepted\n", (unsigned long long)seed, TRIALS,
	    (unsigned long long)f.accepted);
	ok(f.accepted > TRIALS / 4, "enough of them are accepted to say something");
	ok(f.lost == 0, "no refusal or stop with a subject is refused (%llu)",
	    (unsigned long long)f.lost);
	ok(f.loose_grant == 0, "a grant names one registered controller and channel, one purpose (%llu)",
	    (unsigned long long)f.loose_grant);
	ok(f.unlike == 0, "every line is one that the ledger reads and writes alike (X16) (%llu)",
	    (unsigned long long)f.unlike);
	ok(f.too_long == 0, "and no longer than a line may be (%llu)", (unsigned long long)f.too_long);
	ok(f.leaked == 0, "no value of the person is in a line (%llu)", (unsigned long long)f.leaked);
	ok(f.wrong_time == 0, "every interval is one, and ends at the receipt (%llu)",
	    (unsigned long long)f.wrong_time);
}

static const struct consent_event told = { .type = SPAN_INIT("withdraw"),
    .identifier_type = SPAN_INIT("email"), .identifier_value = SPAN_INIT("ana@example.com"),
    .purpose = SPAN_INIT("marketing"), .at = SPAN_INIT("2026-03-01"),
    .evidence = SPAN_INIT("{\"form\":\"f\",\"n\":1}") };

static struct span
id_with(struct consent_event c)
{
	return event_id(&key, &c, &arena);
}

/* Pinned: a file that is sent again in ten years must be known again. */
static void
ids(void)
{
	struct consent_event c = told;
	struct span id = id_with(told);

	is_text(id.p, id.len, "rTk-Tyk4uVhN1lBipUjT9g", "the id of what was told");
	c.identifier_value = SPAN(" ANA@Example.COM");
	ok(span_equal(id_with(c), id), "another spelling of the address is the same event");
	c = told;
	c.evidence = SPAN("{ \"n\" : 1, \"form\":\"f\" }");
	ok(span_equal(id_with(c), id), "another spelling of the evidence, too");
	c.evidence = SPAN("{\"form\":\"f\",\"n\":2}");
	ok(!span_equal(id_with(c), id), "other evidence is another event");
	c = told;
	c.purpose = span_none();
	ok(!span_equal(id_with(c), id), "so is another scope");
	c = told;
	c.identifier_value = SPAN("bob@example.com");
	ok(!span_equal(id_with(c), id), "and another subject");
	c = told;
	c.id = SPAN("given-1");
	ok(span_is(id_with(c), "given-1"), "a producer's id is kept");
	c.id = SPAN("Ana Souza");
	ok(span_equal(id_with(c), id), "one that may not stand in a ledger is none");
}

int
main(void)
{
	memset(long_text, 'S', sizeof long_text - 1);
	snprintf(long_time, sizeof long_time, "2027-01-01T00:00:00.%04900dZ", 0);
	small_policy_set(&small);
	scanner = ndjson_new(NULL);
	properties();
	ids();
	ndjson_free(scanner);
	arena_done(&arena);
	buf_done(&text);
	buf_done(&scratch);
	return tap_done();
}
