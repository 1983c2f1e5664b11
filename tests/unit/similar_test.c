/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/similar_test.c: likeness of texts, against values worked out by hand, against those
 * of another program, and against the textbook on 100,000 random pairs. */
#include "base/utf8.h"
#include "draw.h"
#include "resolve/similar.h"
#include "resolve/sketch.h"
#include "tap.h"

#include <stdlib.h>

enum { TRIALS = 100000, LONGEST = 140 };

static const uint64_t seed = 20261128;

struct letters {
	uint32_t	of[LONGEST];
	size_t		count;
};

static struct letters
letters_of(struct span s)
{
	struct letters l = { .count = 0 };

	for (size_t at = 0; at < s.len;)
		l.of[l.count++] = utf8_next(s, &at);
	return l;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The whole table of the definition. */
static uint32_t
textbook_distance(const struct letters *a, const struct letters *b)
{
	static size_t d[LONGEST + 1][LONGEST + 1];

	for (size_t i = 0; i <= a->count; i++)
		for (size_t j = 0; j <= b->count; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = i + j;
				continue;
			}
			d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1,
			    d[i - 1][j - 1] + (a->of[i - 1] != b->of[j - 1]));
			if (i > 1 && j > 1 && a->of[i - 1] == b->of[j - 2] &&
			    a->of[i - 2] == b->of[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return (uint32_t)d[a->count][b->count];
}

static size_t
textbook_matches(const struct letters *a, const struct letters *b, struct letters *in_a,
    struct letters *in_b)
{
	bool taken[LONGEST] = { false };
	long longest = (long)(a->count > b->count ? a->count : b->count), window = longest / 2 - 1;

	*in_a = *in_b = (struct letters){ .count = 0 };
	for (long i = 0; i < (long)a->count; i++)
		for (long j = 0; j < (long)b->count; j++)
			if (labs(i - j) <= (window > 0 ? window : 0) && !taken[j] &&
			    a->of[i] == b->of[j]) {
				taken[j] = true;
				in_a->of[in_a->count++] = a->of[i];
				break;
			}
	for (size_t j = 0; j < b->count; j++)
		if (taken[j])
			in_b->of[in_b->count++] = b->of[j];
	return in_a->count;
}

/* The fraction of the definition, as numerator and denominator; 0 ÷ 1 without a match. */
static void
textbook_jaro_winkler(const struct letters *a, const struct letters *b, uint64_t *num,
    uint64_t *den)
{
	struct letters in_a, in_b;
	uint64_t m = textbook_matches(a, b, &in_a, &in_b), wrong = 0, p = 0;

	*num = 0;
	*den = 1;
	if (m == 0)
		return;
	for (size_t i = 0; i < m; i++)
		wrong += in_a.of[i] != in_b.of[i];
	*num = m * m * b->count + m * m * a->count + a->count * b->count * (m - wrong / 2);
	*den = 3 * a->count * b->count * m;
	while (p < 4 && p < a->count && p < b->count && a->of[p] == b->of[p])
		p++;
	if (10 * *num > 7 * *den) {
		*num = 10 * *num + p * (*den - *num);
		*den *= 10;
	}
}

/* ---- random pairs: few letters, so that many match; some of two, three and four bytes ------- */
static const char *const alphabet[] = { "a", "b", "c", "d", "e", " ", "é", "©", "ц", "山", "😀",
    "😁", "\xe0\xa1\xa1" };	/* é and © end in the same byte; the last one is 2048 beyond "a" */

static struct span
random_text(char *room, size_t longest, size_t kinds)
{
	size_t len = 0;

	for (size_t n = draw(longest + 1); n > 0; n--) {
		struct span c = span_from(alphabet[draw(kinds)]);

		memcpy(room + len, c.p, c.len);
		len += c.len;
	}
	return span_make(room, len);
}

/* A copy with some letters changed, added, left out or exchanged with the next one. */
static struct span
slipped(struct span s, char *room, size_t kinds)
{
	struct letters l = letters_of(s);
	size_t len = 0;

	for (size_t slips = draw(4); slips > 0 && l.count > 0 && l.count + 1 < LONGEST; slips--) {
		size_t at = draw(l.count), zero = 0;
		uint32_t c = utf8_next(span_from(alphabet[draw(kinds)]), &zero);

		if (draw(4) == 0) {
			memmove(l.of + at + 1, l.of + at, (l.count++ - at) * sizeof l.of[0]);
			l.of[at] = c;
		} else if (draw(3) == 0) {
			memmove(l.of + at, l.of + at + 1, (--l.count - at) * sizeof l.of[0]);
		} else if (draw(2) == 0 && at + 1 < l.count) {
			c = l.of[at];
			l.of[at] = l.of[at + 1];
			l.of[at + 1] = c;
		} else {
			l.of[at] = c;
		}
	}
	for (size_t i = 0; i < l.count; i++)
		len += utf8_put(room + len, l.of[i]);
	return span_make(room, len);
}

struct tally {
	unsigned long	jaro, at_least, one, symmetry, near;
	unsigned long	sketch, unlike, told;	/* told: unlike by their sketches already */
};

static void
check_slips(struct span a, struct span b, const struct letters *x, const struct letters *y,
    struct tally *wrong)
{
	uint32_t osa = textbook_distance(x, y);

	wrong->near += osa == 1;
	wrong->one += similar_osa_at_most_one(a, b) != (osa <= 1);
	wrong->one += similar_slip(a, b) != (osa == 1 && x->count == y->count);
	wrong->symmetry += similar_osa_at_most_one(a, b) != similar_osa_at_most_one(b, a) ||
	    similar_slip(a, b) != similar_slip(b, a);
}

static void
check_jaro(struct span a, struct span b, const struct letters *x, const struct letters *y,
    struct tally *wrong)
{
	static const uint32_t bounds[] = { 0, 500, 700, 850, 880, 920, 1000 };
	uint64_t num, den, want;

	textbook_jaro_winkler(x, y, &num, &den);
	want = span_equal(a, b) ? SIMILAR_ONE : SIMILAR_ONE * num / den;
	wrong->jaro += similar_jaro_winkler(a, b) != want;
	wrong->symmetry += similar_jaro_winkler(a, b) != similar_jaro_winkler(b, a);
	for (size_t i = 0; i < 8; i++) {
		uint32_t own = (uint32_t)(1000 * num / den + draw(2));
		uint32_t bound = i < 7 ? bounds[i] : own;
		bool reached = num > 0 && 1000 * num >= bound * den;

		wrong->at_least += similar_jw_at_least(a, b, bound) != reached;
		wrong->at_least += similar_jw_at_least(b, a, bound) != reached;
		wrong->sketch += reached && !sketch_may_jw(sketch_make(a), sketch_make(b), bound);
	}
}

/* What sketches say must hold, and should tell much. */
static void
check_sketches(struct span a, struct span b, struct tally *wrong)
{
	struct sketch x = sketch_make(a), y = sketch_make(b);

	wrong->sketch += similar_osa_at_most_one(a, b) && !sketch_may_one_edit(x, y);
	wrong->sketch += similar_slip(a, b) && !sketch_may_slip(sketch_slip(a), sketch_slip(b));
	wrong->sketch += similar_osa_at_most_one(a, b) &&
	    !sketch_may_edit_letters(sketch_letters(a), sketch_letters(b));
	wrong->symmetry += sketch_may_one_edit(x, y) != sketch_may_one_edit(y, x) ||
	    sketch_may_jw(x, y, 850) != sketch_may_jw(y, x, 850);
	if (x.length > 0 && y.length > 0 && !similar_jw_at_least(a, b, 850)) {
		wrong->unlike++;
		wrong->told += !sketch_may_jw(x, y, 850);
	}
}

static void
random_pairs(void)
{
	struct tally wrong = { 0 };
	char room[2][LONGEST * 4];

	draw_begin(seed, TRIALS);
	for (unsigned long t = 0; t < TRIALS; t++) {
		size_t longest = t % 50 == 0 ? LONGEST - 5 : t % 10 == 0 ? 70 : 14;
		size_t kinds = 2 + draw(sizeof alphabet / sizeof alphabet[0] - 1);
		struct span a = random_text(room[0], longest, kinds);
		struct span b = draw(2) == 0 ? random_text(room[1], longest, kinds) :
		    slipped(a, room[1], kinds);
		struct letters x = letters_of(a), y = letters_of(b);

		check_slips(a, b, &x, &y, &wrong);
		check_jaro(a, b, &x, &y, &wrong);
		check_sketches(a, b, &wrong);
	}
	ok(wrong.jaro == 0, "jaro-winkler is that of the textbook");
	ok(wrong.at_least == 0, "a bound is reached exactly when the fraction says so");
	ok(wrong.one == 0, "one slip is found exactly where the distance is one");
	ok(wrong.symmetry == 0, "every function is symmetric");
	ok(wrong.near > TRIALS / 20, "many pairs were one slip apart");
	ok(wrong.sketch == 0, "a sketch never says no to what holds");
	ok(wrong.told * 2 > wrong.unlike, "and tells most pairs that are not alike (%lu of %lu)",
	    wrong.told, wrong.unlike);
}

/* ---- digits ---------------------------------------------------------------------------------- */
static bool
textbook_digits(uint64_t a, uint64_t b)
{
	char x[21], y[21];

	snprintf(x, sizeof x, "%020llu", (unsigned long long)a);
	snprintf(y, sizeof y, "%020llu", (unsigned long long)b);
	return similar_slip(span_from(x), span_from(y));
}

static void
random_digits(void)
{
	unsigned long wrong = 0, slips = 0;

	draw_begin(seed, TRIALS);
	for (unsigned long t = 0; t < TRIALS; t++) {
		uint64_t a = draw_word() >> draw(64), power = 1, b, digit;

		for (size_t n = draw(19); n > 0; n--)
			power *= 10;
		digit = a / power % 10;
		b = a - digit * power;
		b += draw(3) == 0 ? 9 * draw(20) * power : draw(10) * power;
		slips += textbook_digits(a, b);
		wrong += similar_digits_slip(a, b) != textbook_digits(a, b) ||
		    similar_digits_slip(b, a) != textbook_digits(a, b);
	}
	ok(wrong == 0, "a slip of digits is one of their texts");
	ok(slips > TRIALS / 4, "many numbers were one slip apart");
	ok(similar_digits_slip(19880211, 19880121), "1988-02-11, 1988-01-21: neighbours exchanged");
	ok(!similar_digits_slip(19880211, 19881102), "1988-02-11, 1988-11-02: more than that");
	ok(similar_digits_slip(1, 10), "a zero before a number may be exchanged too");
	ok(!similar_digits_slip(109, 90), "09 and 90, but the digit in front differs too");
	ok(!similar_digits_slip(7, 7), "equal numbers are no slip");
}

/* ---- given pairs ----------------------------------------------------------------------------- */
static void
pair(const char *a, const char *b, uint32_t want)
{
	uint32_t there = similar_jaro_winkler(span_from(a), span_from(b));

	ok(there == want, "\"%s\" and \"%s\" are like %u millionths", a, b, (unsigned)want);
	ok(there == similar_jaro_winkler(span_from(b), span_from(a)), "the other way round");
}

/* Theirs is rounded from a double; ours is cut. */
static void
vector(struct span a, struct span b, uint32_t jw, uint32_t osa)
{
	uint32_t ours = similar_jaro_winkler(a, b);

	ok((ours == jw || ours + 1 == jw) &&
	    similar_osa_at_most_one(a, b) == (osa <= 1) &&
	    similar_jw_at_least(a, b, jw / 1000) == (jw > 0) &&
	    (jw == SIMILAR_ONE || !similar_jw_at_least(a, b, jw / 1000 + 1)),
	    "%.*s, %.*s: %u, %u", SPAN_ARG(a), SPAN_ARG(b), jw, osa);
}

static uint32_t
number(struct span s)
{
	return (uint32_t)strtoul(s.p, NULL, 10);
}

static void
vectors(void)
{
	FILE *f = fopen("testdata/similar/pairs.tsv", "r");
	char line[2048];
	int count = 0;

	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		struct span rest = span_head(span_from(line), strcspn(line, "\n")), part[4];
		int n = 0;

		if (line[0] == '#')
			continue;
		while (n < 4 && span_split(&rest, '\t', &part[n]))
			n++;
		if (n == 4)
			vector(part[0], part[1], number(part[2]), number(part[3]));
		count += n == 4;
	}
	if (f != NULL)
		fclose(f);
	ok(count > 100, "%d pairs were read", count);
}

/* The bound of the length: one character below it, at it, and beyond. */
static void
limits(void)
{
	static char a[SIMILAR_LEN_MAX + 2], b[SIMILAR_LEN_MAX + 2];

	memset(a, 'a', sizeof a);
	memset(b, 'a', sizeof b);
	a[SIMILAR_LEN_MAX - 1] = 'x';
	ok(!similar_jw_at_least(span_make(a, SIMILAR_LEN_MAX), span_make(b, SIMILAR_LEN_MAX), 1000),
	    "the last character that counts");
	a[SIMILAR_LEN_MAX - 1] = 'a';
	a[SIMILAR_LEN_MAX] = 'x';
	ok(similar_jw_at_least(span_make(a, sizeof a), span_make(b, sizeof b), 1000),
	    "the next one is not looked at");
	ok(similar_jaro_winkler(span_make(a, sizeof a), span_make(b, sizeof b)) == SIMILAR_ONE - 1,
	    "but texts that differ are never the same");
	ok(similar_osa_at_most_one(span_make(a, sizeof a), span_make(b, sizeof b)),
	    "of long texts what differs counts");
	ok(!sketch_may_slip(sketch_slip(SPAN("L-20017")), sketch_slip(SPAN("L-90251"))) &&
	    !sketch_may_slip(sketch_slip(SPAN("4410")), sketch_slip(SPAN("44100"))),
	    "numbers that differ in three places or in length are no slip");
	ok(!sketch_may_edit_letters(sketch_letters(SPAN("ana.lima")), sketch_letters(SPAN("rui.gomes"))),
	    "letters alone tell most mailboxes apart");
	ok(!sketch_may_one_edit(sketch_make(SPAN("aabbx")), sketch_make(SPAN("abxxx"))),
	    "a sketch knows a second letter of a kind");
}

int
main(void)
{
	pair("martha", "marhta", 961111);
	pair("dixon", "dicksonx", 813333);
	pair("dwayne", "duane", 840000);
	pair("ana", "ana", SIMILAR_ONE);
	pair("abc", "xyz", 0);
	pair("", "a", 0);
	ok(similar_jaro_winkler(SPAN("anabela"), SPAN("anabele")) < SIMILAR_ONE,
	    "texts that differ are never the same");
	ok(!similar_jw_at_least(SPAN(""), SPAN(""), 0), "nothing matches where there is nothing");
	vectors();
	random_pairs();
	random_digits();
	limits();
	return tap_done();
}
