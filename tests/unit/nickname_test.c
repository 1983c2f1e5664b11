/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/nickname_test.c: who may be called what; and that the tables are in order. */
#include "base/arena.h"
#include "base/asset.h"
#include "normal/key.h"
#include "normal/nickname.h"
#include "tap.h"

static const struct pair {
	const char	*a, *b;
	bool		 same;
} pairs[] = {
	{ "robert", "bob", true }, { "bobby", "rob", true }, { "william", "bill", true },
	{ "liam", "will", true }, { "elizabeth", "beth", true }, { "lizzie", "betty", true },
	{ "bert", "albert", true }, { "bert", "robert", true }, { "albert", "robert", false },
	{ "alexander", "alexandra", false }, { "alex", "alexandra", true },
	{ "john", "jack", true }, { "henry", "harry", true }, { "harold", "henry", false },
	{ "jose", "ze", true }, { "jose", "pepe", true }, { "ze", "pepe", true },
	{ "francisco", "chico", true }, { "francisco", "paco", true },
	{ "johannes", "hans", true }, { "friedrich", "fritz", true }, { "josef", "sepp", true },
	{ "guillaume", "guy", true }, { "malgorzata", "gosia", true }, { "giuseppe", "beppe", true },
	{ "oleksandr", "aliaksandr", true }, { "volodymyr", "wlodzimierz", true },
	{ "kateryna", "katsiaryna", true }, { "mary", "margaret", false }, { "anna", "maria", false }, { "zzz", "zzz", true },
	{ "zzz", "bob", false }, { "", "bob", false },
};

/* Both are in one class, or both are the same word. */
static bool
same(struct span a, struct span b)
{
	uint16_t x[NICKNAME_CLASSES_MAX], y[NICKNAME_CLASSES_MAX];
	size_t m = nickname_classes(a, x), n = nickname_classes(b, y);

	for (size_t i = 0; i < m; i++)
		for (size_t k = 0; k < n; k++)
			if (x[i] == y[k])
				return true;
	return span_equal(a, b);
}

static void
check_pairs(void)
{
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct span a = span_from(pairs[i].a), b = span_from(pairs[i].b);

		ok(same(a, b) == pairs[i].same && same(b, a) == pairs[i].same,
		    "%s and %s %s be one person", pairs[i].a, pairs[i].b,
		    pairs[i].same ? "may" : "are not said to");
	}
}

static void
check_classes(void)
{
	uint16_t class[NICKNAME_CLASSES_MAX], other[NICKNAME_CLASSES_MAX];
	size_t count = nickname_classes(SPAN("bert"), class), shared = 0, more;

	ok(nickname_classes(SPAN("zzz"), other) == 0, "an unknown word is in no class");
	more = nickname_classes(SPAN("robert"), other);
	for (size_t i = 0; i < count; i++) {
		shared += class[i] == other[0];
		ok(i == 0 || class[i] > class[i - 1], "class %zu of bert is above the one before", i);
	}
	ok(count > 1 && more > 0 && shared == 1, "bert is in several classes, robert's among them");
}

/* Names of one line, each folded, once, and in no more classes than one name can have. */
static void
check_line(struct span line, const char *file, struct arena *a, size_t *wrong)
{
	struct span head, name, rest = line;
	uint16_t class[NICKNAME_CLASSES_MAX], all[NICKNAME_CLASSES_MAX];

	(void)span_split(&rest, '\t', &head);
	for (name = head;;) {
		size_t count = nickname_classes(name, class), found = 0;
		size_t heads = nickname_classes(head, all);

		for (size_t i = 0; i < count; i++)
			for (size_t j = 0; j < heads; j++)
				found += class[i] == all[j];
		if (found == 0 || name.len == 0 || !span_equal(text_fold(name, a), name)) {
			++*wrong;
			printf("# %s: %.*s: %.*s\n", file, SPAN_ARG(head), SPAN_ARG(name));
		}
		if (!span_split(&rest, ' ', &name))
			break;
	}
}

static void
check_tables(struct arena *a)
{
	static const struct { const char *file; size_t least; } tables[] = {
		{ "names/nicknames_en.tsv", 250 }, { "names/nicknames_pt.tsv", 80 },
		{ "names/nicknames_es.tsv", 80 }, { "names/nicknames_de.tsv", 80 },
		{ "names/nicknames_fr.tsv", 80 }, { "names/nicknames_it.tsv", 80 },
		{ "names/nicknames_pl.tsv", 80 }, { "names/nicknames_uk.tsv", 80 } };

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		struct span text = asset_find(tables[i].file), line;
		size_t lines = 0, wrong = 0;

		while (span_split(&text, '\n', &line)) {
			if (line.len == 0 || line.p[0] == '#')
				continue;
			lines++;
			check_line(line, tables[i].file, a, &wrong);
		}
		ok(wrong == 0 && lines >= tables[i].least, "%s: %zu classes of folded names, all found",
		    tables[i].file, lines);
	}
}

int
main(void)
{
	struct arena a = { 0 };

	check_pairs();
	check_classes();
	check_tables(&a);
	arena_done(&a);
	return tap_done();
}
