/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/normal_test.c: every vector of testdata/normal, and that cleaning twice is
 * cleaning once. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "draw.h"
#include "normal/address.h"
#include "normal/country.h"
#include "normal/email.h"
#include "normal/gender.h"
#include "normal/identifier.h"
#include "normal/key.h"
#include "normal/name.h"
#include "normal/name_split.h"
#include "normal/phone.h"
#include "normal/postcode.h"
#include "normal/text.h"
#include "normal/time.h"
#include "tap.h"

#include <stdlib.h>

typedef struct normal clean_function(struct span, const struct normal_context *, struct arena *);

static struct normal
plain_text(struct span raw, const struct normal_context *c, struct arena *a)
{
	return text_clean(raw, TEXT_PLAIN, c, a);
}

static struct normal
given(struct span raw, const struct normal_context *c, struct arena *a)
{
	return name_clean(raw, NAME_GIVEN, c, a);
}

static struct normal
family(struct span raw, const struct normal_context *c, struct arena *a)
{
	return name_clean(raw, NAME_FAMILY, c, a);
}

static struct normal
loyalty(struct span raw, const struct normal_context *c, struct arena *a)
{
	return identifier_clean(SPAN("loyalty"), raw, c, a);
}

static struct normal
canonical(struct span raw, const struct normal_context *c, struct arena *a)
{
	(void)c;
	return normal_value(raw, email_key(raw, a));
}

/* All addresses of the cell, one blank between; the outcome of the first. */
static struct normal
emails(struct span raw, const struct normal_context *c, struct arena *a)
{
	struct normal *list, n;
	struct buf b = { 0 };
	size_t count = email_list(raw, c, a, &list);

	if (count < 2)
		return email_clean(raw, c, a);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_byte(&b, ' ');
		buf_add(&b, list[i].value);
	}
	n = list[0];
	n.value = arena_copy(a, buf_span(&b));
	buf_done(&b);
	return n;
}

static struct normal
split(struct span raw, const struct normal_context *c, struct arena *a)
{
	struct name_parts p = name_split(raw, c, a);
	const struct { const char *name; struct span value; } all[] = { { "title", p.title },
	    { "salutation", p.salutation }, { "given", p.given }, { "middle", p.middle },
	    { "family", p.family }, { "nickname", p.nickname }, { "suffix", p.suffix },
	    { "organization", p.organization } };
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].value.p != NULL)
			buf_print(&b, "%s%s=%.*s", b.len > 0 ? ";" : "", all[i].name,
			    SPAN_ARG(all[i].value));
	p.name.value = arena_copy(a, buf_span(&b));
	buf_done(&b);
	return p.name;
}

static const struct kind {
	const char	*name;
	clean_function	*clean;
	bool		 repeats;	/* clean(clean(x)) has a meaning */
	bool		 unlisted;	/* has no file of vectors */
} kinds[] = {
	{ "text", plain_text, true, false }, { "email", emails, false, false },
	{ "email_key", canonical, true, false },
	{ "phone", phone_clean, true, false }, { "birthdate", birthdate_clean, true, false },
	{ "time", time_clean, true, false }, { "family_name", family, true, false },
	{ "given_name", given, true, false }, { "name_split", split, false, false },
	{ "country", country_clean, true, false }, { "gender", gender_clean, true, false },
	{ "identifier", loyalty, true, false }, { "postcode", postcode_clean, true, false },
	{ "region", region_clean, true, false }, { "one_email", email_clean, true, true },
	{ "date", date_clean, true, true }, { "address", address_clean, true, true },
};

/* The text with \uXXXX as characters. */
static struct span
unescape(struct span s, struct arena *a)
{
	char *out = arena_alloc(a, s.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++) {
		char hex[5] = { 0 };

		if (s.p[i] != '\\' || i + 5 >= s.len || s.p[i + 1] != 'u') {
			out[len++] = s.p[i];
			continue;
		}
		memcpy(hex, s.p + i + 2, 4);
		len += utf8_put(out + len, (uint32_t)strtoul(hex, NULL, 16));
		i += 5;
	}
	return span_make(out, len);
}

static void
set(struct normal_context *c, struct span word)
{
	struct span value = span_skip(word, span_index(word, '=') + 1);
	struct span name = span_head(word, span_index(word, '='));

	if (span_is(name, "region"))
		c->region = value;
	else if (span_is(name, "country"))
		c->country = value;
	else if (span_is(name, "locale"))
		c->locale = value;
	else if (span_is(name, "postcode"))
		c->postcode = value;
	else if (span_is(name, "order"))
		c->date_order = span_is(value, "DMY") ? DATE_DMY : span_is(value, "YMD") ? DATE_YMD : DATE_MDY;
	else if (span_is(name, "letters"))
		c->gender_letters = span_is(value, "HM") ? GENDER_HM : GENDER_MV;
	else if (span_is(name, "format"))
		c->date_format = span_is(value, "excel") ? DATE_EXCEL :
		    span_is(value, "epoch_s") ? DATE_EPOCH_S : DATE_EPOCH_MS;
	else if (span_is(name, "ref"))
		c->reference = (instant)day_from(atoi(value.p), 6, 15) * DAY_MS;
	else if (span_is(name, "zone")) {
		c->has_zone = true;
		c->zone_minutes = atoi(value.p);
	}
	c->iso5218 |= span_is(name, "iso5218");
	c->repair_mojibake |= span_is(name, "repair");
}

static struct normal_context
context_of(struct span words)
{
	struct normal_context c = { .reference = INSTANT_NONE };
	struct span word;

	while (span_split(&words, ',', &word))
		set(&c, word);
	return c;
}

static void
check(const struct kind *k, struct span line, struct arena *a)
{
	struct span column[5] = { { 0 } }, raw, want, got;
	struct normal_context c;
	struct normal n, again;
	struct buf flag = { 0 };

	for (size_t i = 0; i < 5; i++)
		(void)span_split(&line, '\t', &column[i]);
	raw = unescape(column[0], a);
	c = context_of(column[1]);
	want = span_is(column[2], "=") ? raw : span_is(column[2], "-") ? SPAN("") :
	    unescape(column[2], a);
	n = k->clean(raw, &c, a);
	got = n.value.p == NULL ? SPAN("") : n.value;
	if (n.reason != NULL)
		buf_text(&flag, n.reason);
	if (n.detail.len > 0)
		buf_print(&flag, ":%.*s", SPAN_ARG(n.detail));
	ok(span_equal(got, want) && span_is(column[3], outcome_name(n.outcome)) &&
	    span_equal(buf_span(&flag), column[4]), "%s: %.*s gives %.*s (got %.*s %s %.*s)", k->name,
	    SPAN_ARG(column[0]), SPAN_ARG(column[2]), SPAN_ARG(got), outcome_name(n.outcome),
	    SPAN_ARG(buf_span(&flag)));
	if (k->repeats && n.value.p != NULL) {
		again = k->clean(n.value, &c, a);
		ok(span_equal(again.value, n.value), "%s: %.*s stays", k->name, SPAN_ARG(got));
	}
	buf_done(&flag);
}

static bool
read_file(const char *path, struct buf *b)
{
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL)
		return false;
	do {
		buf_room(b, 4096);
		n = fread(b->p + b->len, 1, 4096, f);
		b->len += n;
	} while (n > 0);
	fclose(f);
	return true;
}

static void
vectors(const struct kind *k, struct arena *a)
{
	char path[128];
	struct buf b = { 0 };
	struct span text, line;

	snprintf(path, sizeof path, "testdata/normal/%s.tsv", k->name);
	if (read_file(path, &b)) {
		text = buf_span(&b);
		while (span_split(&text, '\n', &line))
			if (line.len > 0 && line.p[0] != '#')
				check(k, line, a);
	} else {
		ok(k->unlisted, "%s is there", path);
	}
	buf_done(&b);
}

/* Strings that are hard on purpose; a kind may refuse them but not change its mind. */
static void
naughty(const struct kind *k, struct span raw, struct arena *a, size_t *wrong)
{
	const struct normal_context c = { .reference = INSTANT_NONE };
	struct normal n = k->clean(raw, &c, a), again;

	if (n.value.p == NULL)
		return;
	again = k->clean(n.value, &c, a);
	if (span_equal(again.value, n.value) && utf8_bad(n.value) == n.value.len)
		return;
	++*wrong;
	printf("# %s: %.*s -> %.*s -> %.*s\n", k->name, SPAN_ARG(raw), SPAN_ARG(n.value),
	    SPAN_ARG(again.value));
}

/* The lines of the file between quotes are its strings; their escapes are data too. */
static void
naughty_strings(struct arena *a)
{
	const char *corpora = getenv("CORPORA");
	char path[512];
	struct buf b = { 0 };
	size_t wrong = 0, count = 0;
	struct span text, line;

	snprintf(path, sizeof path, "%s/blns/blns.json", corpora == NULL ? "../shared/corpora" : corpora);
	if (!read_file(path, &b)) {
		skip("no corpus of naughty strings");
		return;
	}
	text = buf_span(&b);
	while (span_split(&text, '\n', &line)) {
		line = span_trim(line);
		if (line.len > 3 && line.p[line.len - 1] == ',')
			line.len--;
		if (line.len < 3 || line.p[0] != '"')
			continue;
		line = unescape(span_make(line.p + 1, line.len - 2), a);
		if (utf8_bad(line) < line.len)
			continue;
		count++;
		for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
			if (kinds[i].repeats && kinds[i].clean != canonical)
				naughty(&kinds[i], line, a, &wrong);
	}
	ok(wrong == 0 && count > 400, "cleaning %zu naughty strings twice is cleaning them once", count);
	buf_done(&b);
}

static struct date_evidence
evidence_of(const char *words)
{
	struct date_evidence d = { 0 };
	struct span rest = span_from(words), word;

	while (span_split(&rest, ' ', &word))
		date_evidence_add(&d, word);
	return d;
}

static enum date_order
order_of(const char *words)
{
	struct date_evidence d = evidence_of(words);

	return date_evidence_order(&d);
}

static bool
is_counted(const char *words)
{
	struct date_evidence d = evidence_of(words);

	return date_evidence_counted(&d);
}

static void
evidence(void)
{
	struct date_evidence d = { 0 };
	struct gender_evidence g = { 0 };

	for (int i = 0; i < 3; i++)
		date_evidence_add(&d, SPAN("31/12/1985"));
	ok(date_evidence_order(&d) == DATE_DMY, "three days above 12 in front decide for day first");
	date_evidence_add(&d, SPAN("12/31/1985"));
	ok(date_evidence_order(&d) == DATE_INFER, "one against three leaves the order open");
	ok(order_of("311285 010203 150699") == DATE_DMY && order_of("123185 010203 061599") == DATE_MDY &&
	    order_of("851231 010203 990615") == DATE_YMD, "dates of six digits have the order that all of them can");
	ok(order_of("010203 040506") == DATE_INFER, "where all of them can have two it is open");
	ok(is_counted("Born 31412 22000.5 7412 45000 45001 45002 45003 45004 45005 45006") && !is_counted("31412 45000 1985") &&
	    !is_counted("90210 94103") && !is_counted(""), "days that a spreadsheet has counted are nine in ten of a column");
	gender_evidence_add(&g, SPAN("H"));
	ok(gender_evidence_letters(&g) == GENDER_HM, "an H makes M a mujer");
	gender_evidence_add(&g, SPAN("F"));
	ok(gender_evidence_letters(&g) == GENDER_MF, "a stray H beside an F does not");
	gender_evidence_add(&g, SPAN("v"));
	gender_evidence_add(&g, SPAN("V"));
	ok(gender_evidence_letters(&g) == GENDER_MV, "more V than F or H is Dutch");
}

static void
keys(struct arena *a)
{
	ok(span_is(text_fold(SPAN("D'\xc3\x81vila-Stra\xc3\x9f""e"), a), "davila strasse"),
	    "folding spells out, drops marks and apostrophes");
	ok(span_is(postcode_key(SPAN("sw1a 1aa"), a), "SW1A1AA"), "a postcode key has no blanks");
	ok(span_is(phone_key(SPAN("+15124741234;ext=8")), "+15124741234"),
	    "a phone key has no extension");
}

/* A text of ASCII and letters below U+0250, valid or not. */
static void
draw_latin(struct buf *text)
{
	char c[4];

	buf_reset(text);
	for (uint64_t n = 1 + draw(12); n > 0; n--) {
		if (draw(3) > 0)
			buf_byte(text, (char)(1 + draw(127)));
		else if (draw(200) == 0)
			buf_byte(text, (char)(0x80 + draw(128)));
		else
			buf_add(text, span_make(c, utf8_put(c, (uint32_t)(0x80 + draw(0x250 - 0x80)))));
	}
}

/* What has a letter of another script goes the long way round, and must come to the same. */
static void
latin_letters(struct arena *a)
{
	enum { TRIALS = 100000 };
	struct buf text = { 0 }, other = { 0 };
	size_t wrong = 0;

	draw_begin(5, TRIALS);
	for (int i = 0; i < TRIALS; i++) {
		struct span folded, whole;

		draw_latin(&text);
		folded = text_fold(buf_span(&text), a);
		buf_reset(&other);
		buf_add(&other, buf_span(&text));
		buf_text(&other, " \xd0\xb6");
		whole = text_fold(buf_span(&other), a);
		if (whole.p == NULL)
			wrong += folded.p != NULL;
		else
			wrong += folded.len == 0 ? !span_is(whole, "\xd0\xb6") :
			    !span_starts(whole, folded) || whole.len != folded.len + 3;
		arena_reset(a);
	}
	ok(wrong == 0, "Latin letters fold the same with and without another script beside them: %zu",
	    wrong);
	buf_done(&text);
	buf_done(&other);
}

static void
draw_text(struct buf *text)
{
	static const uint32_t likely[] = { ' ', 'a', 'B', 0xba, 0xaa, 0xc2, 0xc3, 0xe9, 0x24f, 0x250, 0xd7 };
	char c[4];

	buf_reset(text);
	for (uint64_t n = 1 + draw(20); n > 0; n--)
		buf_add(text, span_make(c, utf8_put(c, draw(3) > 0 ?
		    likely[draw(sizeof likely / sizeof *likely)] : (uint32_t)(1 + draw(0x25f)))));
}

/* A mark that is taken out sends a text the long way round, and what is left must be the same. */
static void
plain_texts(struct arena *a)
{
	enum { TRIALS = 100000 };
	const struct normal_context c = { .reference = INSTANT_NONE };
	struct buf text = { 0 }, other = { 0 };
	size_t wrong = 0, clean = 0;

	draw_begin(6, TRIALS);
	for (int i = 0; i < TRIALS; i++) {
		enum text_kind kind = (enum text_kind)draw(TEXT_KINDS);
		struct normal one, two;

		draw_text(&text);
		buf_reset(&other);
		buf_add(&other, buf_span(&text));
		buf_text(&other, "\xe2\x80\x8b");
		one = text_clean(buf_span(&text), kind, &c, a);
		two = text_clean(buf_span(&other), kind, &c, a);
		wrong += one.value.p == NULL ? two.value.p != NULL :
		    !span_equal(one.value, two.value) || (one.reason == NULL) != (two.reason == NULL) ||
		    (one.outcome == OUTCOME_CLEAN && !span_equal(one.value, buf_span(&text)));
		clean += one.outcome == OUTCOME_CLEAN;
		arena_reset(a);
	}
	ok(wrong == 0 && clean > TRIALS / 20, "texts are the same with and without a mark that is "
	    "taken out: %zu are not, %zu are clean", wrong, clean);
	buf_done(&text);
	buf_done(&other);
}

/* Marks that stand in no order: above and below, in turns. */
static void
many_marks(struct arena *a)
{
	enum { MOST = 30 };
	const struct normal_context c = { .reference = INSTANT_NONE };
	struct buf text = { 0 };
	struct normal most, more;

	buf_text(&text, "x");
	for (int i = 0; i < MOST; i++)
		buf_text(&text, i % 2 == 0 ? "\xcc\x8d" : "\xcc\xa9");
	most = text_clean(buf_span(&text), TEXT_PLAIN, &c, a);
	for (int i = 0; i < 1000; i++)
		buf_text(&text, i % 2 == 0 ? "\xcc\x8d" : "\xcc\xa9");
	more = text_clean(buf_span(&text), TEXT_PLAIN, &c, a);
	ok(most.value.len == 1 + 2 * MOST && span_equal(most.value, more.value) &&
	    more.outcome == OUTCOME_CHANGED, "a letter keeps thirty marks");
	buf_done(&text);
}

int
main(void)
{
	struct arena a = { 0 };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		vectors(&kinds[i], &a);
	naughty_strings(&a);
	evidence();
	keys(&a);
	latin_letters(&a);
	plain_texts(&a);
	many_marks(&a);
	arena_done(&a);
	return tap_done();
}
