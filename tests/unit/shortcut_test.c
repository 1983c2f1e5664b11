/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/shortcut_test.c: short ways give the answers of the long ones. */
#include "base/arena.h"
#include "base/short.h"
#include "ingest/memo.h"
#include "normal/domain.h"
#include "normal/email.h"
#include "normal/key.h"
#include "normal/phone.h"
#include "normal/placeholder.h"
#include "normal/table.h"
#include "normal/time.h"
#include "tap.h"

#include <stdlib.h>

typedef struct normal clean_function(struct span, const struct normal_context *, struct arena *);

enum { TRIALS = 100000, MOST = 64 };

static const char *
any(const char *const *list)
{
	size_t n = 0;

	while (list[n] != NULL)
		n++;
	return list[(size_t)rand() % n];
}

/* Some bytes of the text become others of `bytes`, or go. */
static size_t
spoil(char *text, size_t len, const char *bytes)
{
	for (int i = rand() % 3; i > 0 && len > 0; i--) {
		size_t at = (size_t)rand() % len;

		if (rand() % 4 == 0) {
			memmove(text + at, text + at + 1, len - at - 1);
			len--;
		} else {
			text[at] = bytes[(size_t)rand() % strlen(bytes)];
		}
	}
	return len;
}

static bool
same_reason(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* A blank in front sends any value the long way; it changes nothing but CLEAN to CHANGED. */
static bool
same_answer(clean_function *clean, struct span s, struct arena *a)
{
	static const struct normal_context c = { .reference = INSTANT_NONE, .has_zone = true };
	char *blank = arena_alloc(a, s.len + 1);
	struct normal x, y;

	blank[0] = ' ';
	memcpy(blank + 1, s.p, s.len);
	x = clean(s, &c, a);
	y = clean(span_make(blank, s.len + 1), &c, a);
	return span_equal(x.value, y.value) && (x.value.p == NULL) == (y.value.p == NULL) &&
	    same_reason(x.reason, y.reason) && span_equal(x.detail, y.detail) &&
	    x.placeholder == y.placeholder && (x.outcome == y.outcome ||
	    (x.outcome == OUTCOME_CLEAN && y.outcome == OUTCOME_CHANGED)) &&
	    (x.outcome != OUTCOME_CLEAN || span_equal(x.value, s));
}

static void
long_way(const char *name, clean_function *clean, const char *const *starts, const char *bytes)
{
	struct arena a = { 0 };
	unsigned wrong = 0, clean_ones = 0;

	srand(11);
	for (int trial = 0; trial < TRIALS; trial++) {
		static const struct normal_context c = { .reference = INSTANT_NONE };
		const char *start = any(starts);
		char text[MOST];
		size_t len = strlen(start);
		struct span s;

		memcpy(text, start, len);
		s = span_make(text, spoil(text, len, bytes));
		wrong += s.len > 0 && !same_answer(clean, s, &a);
		clean_ones += clean(s, &c, &a).outcome == OUTCOME_CLEAN;
		arena_reset(&a);
	}
	ok(wrong == 0 && clean_ones > TRIALS / 10,
	    "%s: the short way is the long way (%d trials, seed 11)", name, TRIALS);
	arena_done(&a);
}

static void
long_ways(void)
{
	static const char *const emails[] = { "ana.souza+x@gmail.com", "a@b.de", "info@firma.de",
	    "test@test.com", "o_1-2@mail.example.com", "x@gmial.com", "noreply@x-y.co.uk", NULL };
	static const char *const phones[] = { "+351912345678", "+15124741234", "+5215512345678",
	    "+4915112345678", "+999123456789", "+1111111111", "+123456789", "+3519123", NULL };
	static const char *const times[] = { "2026-05-01T10:00:00Z", "2024-02-29T23:59:60Z",
	    "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-05-01T10:00Z", "2026-05-01", NULL };

	long_way("e-mail", email_clean, emails, "aZ.@-_+1<>;\"' .");
	long_way("phone", phone_clean, phones, "+0123456789.() x");
	long_way("time", time_clean, times, "0123456789-:.TtZz+ ");
}

static void
short_values(void)
{
	char x[40], y[40];
	unsigned wrong = 0, unequal = 0;

	srand(12);
	for (int trial = 0; trial < TRIALS; trial++) {
		size_t len = (size_t)rand() % sizeof x, other = rand() % 4 == 0 ? len / 2 : len;
		struct span a = span_make(x, len), b = span_make(y, other);

		for (size_t i = 0; i < len; i++)
			x[i] = y[i] = (char)('a' + rand() % 3);
		if (len > 0 && rand() % 2 == 0)
			y[(size_t)rand() % len] = 'b';
		wrong += short_equal(a, b) != span_equal(a, b);
		unequal += span_equal(a, b) && short_hash(a) != short_hash(b);
	}
	ok(wrong == 0, "short values are equal when spans are (%d trials, seed 12)", TRIALS);
	ok(unequal == 0, "equal values have one hash");
}

/* Few domains, so that they come again, and names that share places of the memory. */
static void
domains(void)
{
	static const char *const names[] = { "gmail.com", "gmial.com", "example.com", "firma.con",
	    "x.de", "a.b-c.org", "bad", "", "-a.de", "xn--mnchen-3ya.de", "UPPER.DE", NULL };
	struct domains *d = domains_new();
	struct arena a = { 0 };
	unsigned wrong = 0;

	srand(13);
	for (int trial = 0; trial < TRIALS; trial++) {
		struct domain_facts x, y;
		const char *name = any(names);
		char text[MOST];
		size_t len = strlen(name);

		memcpy(text, name, len);
		if (len > 0 && rand() % 2 == 0)
			text[(size_t)rand() % len] = (char)('a' + rand() % 26);
		x = domains_look(d, span_make(text, len), &a);
		y = domains_look(NULL, span_make(text, len), &a);
		wrong += !span_equal(x.clean, y.clean) || (x.clean.p == NULL) != (y.clean.p == NULL) ||
		    !same_reason(x.doubt, y.doubt) || !span_equal(x.detail, y.detail);
		arena_reset(&a);
	}
	ok(wrong == 0, "what is remembered of domains is what is so (%d trials, seed 13)", TRIALS);
	domains_free(d);
	arena_done(&a);
}

/* The result is a function of value and country, so that any answer can be checked. */
static struct normal
invented(struct span raw, struct span country, struct arena *a)
{
	unsigned kind = (unsigned)(raw.len + (country.len > 0 ? (unsigned char)country.p[0] : 0)) % 5;
	char *other = arena_text(a, raw);

	if (raw.len > 0)
		other[0] = 'X';
	if (kind == 0)
		return normal_value(raw, raw);
	if (kind == 1)
		return normal_value(raw, span_make(other, raw.len));
	if (kind == 2)
		return normal_suspicious(raw, "doubt");
	return kind == 3 ? normal_invalid("form") : normal_placeholder();
}

static bool
remembered_right(const struct remembered *x, struct span raw, const struct normal *n, struct arena *a)
{
	struct normal m = memo_result(x, raw, a);

	return span_equal(m.value, n->value) && (m.value.p == NULL) == (n->value.p == NULL) &&
	    m.outcome == n->outcome && same_reason(m.reason, n->reason) &&
	    m.placeholder == n->placeholder &&
	    x->plain == (n->outcome == OUTCOME_CLEAN && n->reason == NULL && n->value.p != NULL);
}

static void
memos(void)
{
	static const char *const countries[] = { "DE", "BR", "", NULL };
	struct memo *memo = memo_new();
	struct arena a = { 0 };
	unsigned wrong = 0, known = 0;

	srand(14);
	for (int trial = 0; trial < TRIALS; trial++) {
		char text[MOST];
		struct span raw = span_make(text, 1 + (size_t)rand() % (MOST - 1));
		struct span country = span_from(any(countries));
		const struct remembered *x;
		struct normal n;

		memset(text, 'a' + rand() % 3, sizeof text);
		n = invented(raw, country, &a);
		x = memo_find(memo, raw, country);
		known += x != NULL;
		wrong += x != NULL && !remembered_right(x, raw, &n, &a);
		if (x == NULL)
			memo_keep(memo, raw, country, &n);
		arena_reset(&a);
	}
	ok(wrong == 0 && known > TRIALS / 4,
	    "a memo says what became of the value (%d trials, seed 14)", TRIALS);
	memo_free(memo);
	arena_done(&a);
}

/* A blank in front sends any text the long way. */
static bool
same_placeholder(struct span kind, struct span s, struct arena *a)
{
	char *blank = arena_alloc(a, s.len + 1);

	blank[0] = ' ';
	memcpy(blank + 1, s.p, s.len);
	return placeholder_text(kind, s, a) == placeholder_text(kind, span_make(blank, s.len + 1), a) &&
	    placeholder_number(kind, s, a) == placeholder_number(kind, span_make(blank, s.len + 1), a);
}

static void
placeholders(void)
{
	struct arena arena = { 0 }, *a = &arena;
	static const char bytes[] = "aZ09 .-/xntu";
	unsigned wrong = 0, missed = 0;
	struct span key, kind;
	char text[MOST];

	for (size_t i = 0; (void)(key = table_key(TABLE_PLACEHOLDERS, i)), key.p != NULL; i++) {
		struct span value;

		arena_reset(a);
		kind = span_head(key, span_index(key, ':'));
		value = arena_copy(a, span_skip(key, kind.len + 1));
		missed += span_equal(text_fold(value, a), value) && !placeholder_text(kind, value, a);
		for (size_t at = 0; at < value.len; at++)
			if (value.p[at] >= 'a' && value.p[at] <= 'z')
				((char *)(uintptr_t)value.p)[at] -= 'a' - 'A';
		wrong += !same_placeholder(kind, value, a);
	}
	for (int i = 0; i < TRIALS; i++) {
		size_t len = 1 + (size_t)rand() % 5;

		arena_reset(a);
		for (size_t at = 0; at < len; at++)
			text[at] = bytes[(size_t)rand() % (sizeof bytes - 1)];
		wrong += !same_placeholder(SPAN("name"), span_make(text, len), a);
	}
	arena_done(a);
	ok(wrong == 0 && missed == 0, "what begins and ends like no placeholder is none");
}

static void
rooms(void)
{
	char a[SHORT_ROOM], b[SHORT_ROOM];
	unsigned wrong = 0;

	for (size_t len = 0; len <= SHORT_ROOM; len++)
		for (size_t at = 0; at < SHORT_ROOM; at++) {
			memset(a, 'a', sizeof a);
			memcpy(b, a, sizeof b);
			wrong += !room_equal(a, b, len);
			b[at] = 'b';
			wrong += room_equal(a, b, len) != (at >= len);
		}
	ok(wrong == 0, "what lies behind a text is no part of the comparison");
}

int
main(void)
{
	long_ways();
	short_values();
	domains();
	memos();
	placeholders();
	rooms();
	return tap_done();
}
