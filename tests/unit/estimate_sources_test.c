/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/estimate_sources_test.c: two lists that hold everything once. What is in each as often as
 * across them is a context; what is across them only is one thing in both. */
#include "resolve/estimate_priv.h"
#include "tap.h"

enum { FIELDS = 5, PATTERNS = 1 << FIELDS, CLASSES = 3, RECORDS = 4000 };
enum { INSIDE_A, INSIDE_B, ACROSS };

/* Pairs of one kind: how many of those inside a list and of those across, and how many of them agree
 * in each field. */
struct part {
	double	share[2], exact[FIELDS];
};

struct file {
	struct field		field[FIELDS];
	struct tally		tally[PATTERNS * CLASSES];
	double			z[PATTERNS * CLASSES];
	struct estimate_input	in;
	struct model		model;
	struct estimate_notes	notes;
};

/* Pattern p agrees in the fields whose bits it has. */
static double
expected(const struct part *part, unsigned parts, unsigned p, bool across)
{
	double all = 0;

	for (unsigned k = 0; k < parts; k++) {
		double share = part[k].share[across];

		for (unsigned i = 0; i < FIELDS; i++)
			share *= p >> i & 1 ? part[k].exact[i] : 1 - part[k].exact[i];
		all += share;
	}
	return all;
}

/* Fields of which only one list has a value are null across them: a bit each. */
static void
make(struct file *f, const struct part *part, unsigned parts, bool across, unsigned inside_only)
{
	*f = (struct file){ .notes = { .steps = 0 } };
	f->in = (struct estimate_input){ .field = f->field, .fields = FIELDS, .sampled = f->tally,
		.sampled_count = PATTERNS * CLASSES, .strangers = f->tally,
		.stranger_count = PATTERNS * CLASSES, .all_pairs = true, .classes = CLASSES,
		.class_pairs = { RECORDS / 2 * (RECORDS / 2 - 1) / 2, RECORDS / 2 * (RECORDS / 2 - 1) / 2,
		RECORDS / 2 * (RECORDS / 2) }, .records = RECORDS, .most_once = RECORDS / 2,
		.across = across };
	for (unsigned i = 0; i < FIELDS; i++) {
		f->field[i] = (struct field){ .type = FIELD_CATEGORY, .nature = NATURE_FREE };
		f->in.exact_share[i] = -1;
	}
	for (unsigned p = 0; p < PATTERNS; p++)
		for (unsigned c = 0; c < CLASSES; c++) {
			struct tally *t = &f->tally[p * CLASSES + c];

			for (unsigned i = 0; i < FIELDS; i++)
				t->pattern = pattern_set(t->pattern, i,
				    c == ACROSS && (inside_only >> i & 1) != 0 ? LEVEL_NULL : p >> i & 1);
			t->pairs = 1;
			t->class = (uint8_t)c;
			t->weight = (uint64_t)(expected(part, parts, p, c == ACROSS) *
			    (double)f->in.class_pairs[c] * 256 + 0.5);
		}
	estimate_model(&f->model, &f->in, f->z, &f->notes);
}

/* Pairs inside the lists that are likely matches. */
static double
inside(const struct file *f)
{
	double pairs = 0;

	for (unsigned i = 0; i < PATTERNS * CLASSES; i++)
		if (f->tally[i].class != ACROSS)
			pairs += f->z[i] * (double)f->tally[i].weight / 256;
	return pairs;
}

/* Songs: a title, which is commonplace; singer, album and year, which a dozen songs have in common and few
 * others; a format of each list. */
static const struct part albums[] = {
	{ { 0, 0.0002 }, { 0.95, 0.99, 0.97, 0.98, 0.02 } },
	{ { 0.004, 0.004 }, { 0.003, 0.99, 0.97, 0.98, 0.02 } },
	{ { 0.996, 0.9958 }, { 0.003, 0.0002, 0.0002, 0.0002, 0.05 } },
};

static void
albums_are_no_songs(void)
{
	enum { TITLE = 1, ALBUM = 2 | 4 | 8 };
	struct file f;

	make(&f, albums, 3, false, 0);
	ok(!f.notes.fallback && f.notes.matches > 700 && f.notes.matches < 900,
	    "of 800 songs in both lists %.0f are found", f.notes.matches);
	ok(f.z[(TITLE | ALBUM) * CLASSES + ACROSS] > 0.9, "title and album are a song: %.3f",
	    f.z[(TITLE | ALBUM) * CLASSES + ACROSS]);
	ok(f.z[ALBUM * CLASSES + ACROSS] < 0.1, "the album alone is none: %.3f", f.z[ALBUM * CLASSES + ACROSS]);
	ok(f.z[ALBUM * CLASSES + INSIDE_A] < 0.1, "nor inside a list: %.3f", f.z[ALBUM * CLASSES + INSIDE_A]);
}

/* Goods of two shops: some of one shop are like each other in all that a thing has in common with itself. */
static void
what_was_left_out_is_no_match(void)
{
	static const struct part colours[] = {
		{ { 0, 0.0002 }, { 0.95, 0.99, 0.97, 0.98, 0.02 } },
		{ { 0.00001, 0 }, { 0.95, 0.99, 0.97, 0.98, 0.02 } },
		{ { 0.004, 0.004 }, { 0.003, 0.99, 0.97, 0.98, 0.02 } },
		{ { 0.99599, 0.9958 }, { 0.003, 0.0002, 0.0002, 0.0002, 0.05 } },
	};
	struct file f;

	make(&f, colours, 4, false, 0);
	ok(!f.notes.fallback && f.notes.matches > 700 && f.notes.matches < 900,
	    "of 800 goods in both shops %.0f are found", f.notes.matches);
	ok(inside(&f) < 6.5, "and of those that are like them inside one no more than may be there: %.1f", inside(&f));
}

/* And genres, which are a context of their own. */
static void
genres_do_not_hide_albums(void)
{
	static const struct part genres[] = {
		{ { 0, 0.0002 }, { 0.95, 0.99, 0.97, 0.98, 0.9 } },
		{ { 0.004, 0.004 }, { 0.003, 0.99, 0.97, 0.98, 0.9 } },
		{ { 0.05, 0.05 }, { 0.003, 0.0001, 0.0002, 0.95, 0.2 } },
		{ { 0.946, 0.9458 }, { 0.003, 0.0001, 0.0002, 0.03, 0.1 } },
	};
	enum { TITLE = 1, ALBUM = 30 };
	struct file f;

	make(&f, genres, 4, false, 0);
	ok(f.z[(TITLE | ALBUM) * CLASSES + ACROSS] > 0.9 && f.z[ALBUM * CLASSES + ACROSS] < 0.1,
	    "a genre does not stand in for the album: %.3f, without the title %.3f",
	    f.z[(TITLE | ALBUM) * CLASSES + ACROSS], f.z[ALBUM * CLASSES + ACROSS]);
}

/* Lists of people that hold some of them often, and nothing that sources differ in. */
static const struct part copies[] = {
	{ { 0.0005, 0.0005 }, { 0.3, 0.9, 0.95, 0.9, 0.9 } },
	{ { 0.9995, 0.9995 }, { 0.0002, 0.0003, 0.01, 0.01, 0.03 } },
};

static void
copies_stay_matches(void)
{
	enum { ALL_BUT_FIRST = 30 };
	struct file f;

	make(&f, copies, 2, false, 0);
	ok(f.notes.matches > 3600 && f.notes.matches < 4400, "4000 copies in and across lists are matches: %.0f",
	    f.notes.matches);
	ok(f.z[ALL_BUT_FIRST * CLASSES + INSIDE_A] > 0.9 && f.z[ALL_BUT_FIRST * CLASSES + ACROSS] > 0.9,
	    "even if most differ in the field that is rarest: %.3f", f.z[ALL_BUT_FIRST * CLASSES + ACROSS]);
}

static void
pairs_inside_teach_no_matches(void)
{
	struct file f;

	make(&f, copies, 2, true, 0);
	ok(f.notes.matches > 1800 && f.notes.matches < 2200,
	    "where pairs across lists are joined, the 2000 of them are matches: %.0f", f.notes.matches);
	ok(f.model.prior[INSIDE_A] < f.model.prior[ACROSS] - 5000, "inside one there are next to none: %d, %d",
	    f.model.prior[INSIDE_A], f.model.prior[ACROSS]);
}

/* Episodes: a title; season, day and number of the show in one list, by which those of a show are alike inside
 * it; the year, which is much the same. The other list has films with few of these. */
static void
series_are_no_matches(void)
{
	static const struct part episodes[] = {
		{ { 0, 0.00008 }, { 0.95, 0.9, 0.02, 0.02, 0.5 } },
		{ { 0.004, 0 }, { 0.001, 0.95, 0.95, 0.9, 0.95 } },
		{ { 0.996, 0.99992 }, { 0.0002, 0.003, 0.02, 0.02, 0.03 } },
	};
	enum { TITLE = 1, SHOW = 2 | 4 | 8 | 16 };
	struct file f;

	make(&f, episodes, 3, false, 0);
	ok(!f.notes.fallback && f.z[(TITLE | 2 | 16) * CLASSES + ACROSS] > 0.9,
	    "what is across lists is a match: %.3f", f.z[(TITLE | 2 | 16) * CLASSES + ACROSS]);
	ok(f.z[SHOW * CLASSES + INSIDE_A] < 0.1, "what is alike inside one is none: %.3f",
	    f.z[SHOW * CLASSES + INSIDE_A]);
	ok(f.model.prior[INSIDE_A] < f.model.prior[ACROSS] - 3000, "matches are across: %d, %d",
	    f.model.prior[INSIDE_A], f.model.prior[ACROSS]);
}

/* Goods: the context that they share across lists, and the series inside them, are more than the 1,200 that are
 * in both, and each list has 2,000. */
static void
no_more_matches_than_things(void)
{
	static const struct part goods[] = {
		{ { 0, 0.0003 }, { 0.5, 0.99, 0.5, 0.95, 0.5 } },
		{ { 0.006, 0.006 }, { 0.003, 0.1, 0.99, 0.003, 0.95 } },
		{ { 0.006, 0.0006 }, { 0.99, 0.003, 0.5, 0.99, 0.5 } },
		{ { 0.988, 0.9931 }, { 0.0003, 0.0003, 0.0003, 0.0003, 0.05 } },
	};
	struct file f;

	make(&f, goods, 4, false, 0);
	ok(f.notes.matches > 1000 && f.notes.matches < RECORDS / 2,
	    "of 2000 goods of each list no more than 2000 are in both: %.0f", f.notes.matches);
}

/* Goods that a shop has in editions, which are as often alike in two shops as in one of them: 16,000 pairs, and
 * 1,200 goods are in both. */
static void
editions_are_no_matches(void)
{
	static const struct part editions[] = {
		{ { 0, 0.0003 }, { 0.9, 0.9, 0.5, 0.9, 0.5 } },
		{ { 0.004, 0.004 }, { 0.95, 0.9, 0.95, 0.3, 0.003 } },
		{ { 0.996, 0.9957 }, { 0.0003, 0.003, 0.03, 0.003, 0.0003 } },
	};
	struct file f;

	make(&f, editions, 3, false, 0);
	ok(!f.notes.fallback && f.notes.matches > 1000 && f.notes.matches < 1600,
	    "of 1200 goods in both shops %.0f are found", f.notes.matches);
	ok(inside(&f) < 60, "and hardly any inside one: %.1f", inside(&f));
}

/* People and their jobs: a list with several a person, who has another employer and wage in each, and
 * one that knows neither. */
static void
jobs_are_of_one_person(void)
{
	static const struct part jobs[] = {
		{ { 0.0004, 0.0004 }, { 0.95, 0.98, 0.95, 0.1, 0.1 } },
		{ { 0.9996, 0.9996 }, { 0.0005, 0.0002, 0.001, 0.05, 0.05 } },
	};
	enum { PERSON = 7 };
	struct file f;

	make(&f, jobs, 2, false, 8 | 16);
	ok(f.z[PERSON * CLASSES + INSIDE_A] > 0.9 && f.notes.matches > 2800,
	    "what only one list tells makes no strangers of its own: %.3f, %.0f matches",
	    f.z[PERSON * CLASSES + INSIDE_A], f.notes.matches);
}

static void
across_is_no_context(void)
{
	static const double across[CLASSES] = { 10, 10, 400 }, even[CLASSES] = { 100, 100, 200 },
	    few[CLASSES] = { 0, 0, 19 }, inside[CLASSES] = { 100, 90, 20 };
	struct estimate_input in = { .classes = CLASSES, .class_pairs = { 1000, 1000, 2000 } };
	struct em em = { .in = &in };

	ok(spread_across(&em, across), "a class that is across sources only is one thing in both");
	ok(!spread_across(&em, even), "one that is as often inside them is not");
	ok(!spread_across(&em, few), "and a few pairs tell nothing");
	ok(spread_evenly(&em, inside) && spread_evenly(&em, even) && !spread_evenly(&em, across),
	    "a series is inside sources, be it across them or not");
	in.classes = 1;
	ok(!spread_across(&em, across) && !spread_evenly(&em, even), "nor does one source");
}

int
main(void)
{
	albums_are_no_songs();
	what_was_left_out_is_no_match();
	genres_do_not_hide_albums();
	copies_stay_matches();
	pairs_inside_teach_no_matches();
	series_are_no_matches();
	no_more_matches_than_things();
	editions_are_no_matches();
	jobs_are_of_one_person();
	across_is_no_context();
	return tap_done();
}
