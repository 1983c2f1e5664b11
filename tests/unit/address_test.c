/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/address_test.c: the vectors of testdata/normal/address_parts.tsv, addresses that
 * are one, and that no byte of any address is lost. */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "normal/address_parts.h"
#include "tap.h"

#include <stdlib.h>

enum { COLUMNS = 7, TRIALS = 100000 };

static const char path[] = "testdata/normal/address_parts.tsv";

static struct span
shown(struct span part)
{
	return part.p == NULL ? SPAN("-") : part;
}

static void
check(struct span line, struct arena *a)
{
	struct span column[COLUMNS] = { { 0 } };
	struct address_parts p;
	bool good;

	for (size_t i = 0; i < COLUMNS; i++)
		(void)span_split(&line, '\t', &column[i]);
	p = address_parts(column[0], column[1], SPAN(""), a);
	if (p.numberless)
		p.number = SPAN("none");
	good = span_equal(shown(p.street), column[2]) && span_equal(shown(p.number), column[3]) &&
	    span_equal(shown(p.unit), column[4]) && span_equal(shown(p.building), column[5]) &&
	    span_equal(shown(p.po_box), column[6]);
	ok(good, "%.*s (%.*s)", SPAN_ARG(column[0]), SPAN_ARG(column[1]));
	if (!good)
		printf("# got %.*s | %.*s | %.*s | %.*s | %.*s\n", SPAN_ARG(shown(p.street)),
		    SPAN_ARG(shown(p.number)), SPAN_ARG(shown(p.unit)), SPAN_ARG(shown(p.building)),
		    SPAN_ARG(shown(p.po_box)));
}

static void
vectors(struct arena *a)
{
	FILE *f = fopen(path, "r");
	char text[32768];
	struct span rest, line;

	if (!ok(f != NULL, "%s is there", path))
		return;
	rest = span_make(text, fread(text, 1, sizeof text, f));
	fclose(f);
	while (span_split(&rest, '\n', &line))
		if (line.len > 0 && line.p[0] != '#')
			check(line, a);
}

static const struct pair {
	const char	*a, *b, *country;
	bool		 same;
} pairs[] = {
	{ "12 Main St", "12 Main Street", "US", true },
	{ "12 main st.", "12, MAIN STREET", "", true },
	{ "12 Fifth Avenue, Apt 4B", "12 5th Ave #4b", "US", true },
	{ "012 North Park Rd", "12 N. Park Road", "US", true },
	{ "Unit 4, 12 High St", "4/12 High Street", "AU", true },
	{ "Hauptstraße 5a", "Hauptstr. 5 a", "DE", true },
	{ "Rua Augusta, 100, apto 45", "R. Augusta 100 - ap. 45", "BR", true },
	{ "Av. Paulista, nº 1578", "Avenida Paulista 1578", "BR", true },
	{ "C/ Mayor 5, 3º B", "Calle Mayor, 5, piso 3 B", "ES", true },
	{ "18 schomburgk street, medical centre", "18 schomburgk st", "AU", true },
	{ "12 St James Road", "12 Saint James Rd", "GB", true },
	{ "12 Main St", "12 Main Rd", "US", false }, { "12 Main St", "14 Main St", "US", false },
	{ "12 Main St Apt 4", "12 Main St Apt 5", "US", false },
	{ "350 5th Ave, 34th Floor", "350 Fifth Avenue Fl 34", "US", true },
	{ "Flat No 302, MG Road", "Flat 302, MG Rd", "IN", true },
	{ "R. Quinze de Novembro, 1.234", "Rua Quinze de Novembro 1234", "BR", true },
	{ "PO Box 12", "P.O. Box 12", "US", true },
};

static bool
key_equal(struct span a, struct span b)
{
	return (a.p == NULL) == (b.p == NULL) && (a.p == NULL || span_equal(a, b));
}

static void
check_pairs(struct arena *arena)
{
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct span country = span_from(pairs[i].country);
		struct span a = span_from(pairs[i].a), b = span_from(pairs[i].b);
		struct address_parts p = address_parts(a, country, SPAN(""), arena);
		struct address_parts q = address_parts(b, country, SPAN(""), arena);
		struct address_key x = address_key(&p, arena), y = address_key(&q, arena);
		bool same = key_equal(x.street, y.street) && key_equal(x.number, y.number) &&
		    key_equal(x.unit, y.unit) && key_equal(x.po_box, y.po_box);

		if (!ok(same == pairs[i].same, "%s and %s are %s", pairs[i].a, pairs[i].b,
		    pairs[i].same ? "one" : "two"))
			printf("# %.*s | %.*s | %.*s and %.*s | %.*s | %.*s\n", SPAN_ARG(x.street),
			    SPAN_ARG(x.number), SPAN_ARG(x.unit), SPAN_ARG(y.street),
			    SPAN_ARG(y.number), SPAN_ARG(y.unit));
	}
}

static size_t
count_digits(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ascii_digit((unsigned char)s.p[i]) != 0;
	return n;
}

static size_t
all_digits(const struct address_parts *p)
{
	return count_digits(p->street) + count_digits(p->number) + count_digits(p->unit) +
	    count_digits(p->building) + count_digits(p->po_box);
}

/* Any words in any order, in one of four more than are looked at one by one: every digit is in exactly
 * one part, whatever the country. */
static void
nothing_lost(struct arena *a)
{
	static const char *const words[] = { "12", "main", "st", ",", "apt", "4b", "unit", "5/12",
	    "rua", "de", "25", "#", "7", "-", "nr", "3º", "b", "po", "box", "floor", "2nd", "s/n",
	    "hauptstr.5", "17.", "juni", "avenue", "n", "(", "bis", "1/2", "tower", "9" };
	static const char *const countries[] = { "", "US", "BR", "CA", "AU" };
	unsigned seed = 7;
	size_t wrong = 0;

	printf("# seed %u\n", seed);
	for (size_t i = 0; i < TRIALS; i++) {
		struct buf b = { 0 };
		struct address_parts p;
		size_t count = (size_t)rand_r(&seed) % (i % 4 == 0 ? 80 : 12);

		for (size_t k = 0; k < count; k++)
			buf_print(&b, "%s%s", k > 0 ? " " : "",
			    words[(size_t)rand_r(&seed) % (sizeof words / sizeof *words)]);
		p = address_parts(buf_span(&b), span_from(countries[i % 5]), SPAN(""), a);
		if (all_digits(&p) != count_digits(buf_span(&b)) && wrong++ < 5)
			printf("# lost of: %.*s\n", SPAN_ARG(buf_span(&b)));
		buf_done(&b);
		arena_reset(a);
	}
	ok(wrong == 0, "no digit of %d addresses is lost", TRIALS);
}

static void
edges(struct arena *a)
{
	struct address_parts p = address_parts(SPAN(""), SPAN(""), SPAN(""), a);
	char text[1200];

	ok(p.street.p == NULL && p.number.p == NULL && p.building.p == NULL, "nothing has no parts");
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = i % 3 == 2 ? ' ' : '1';
	p = address_parts(span_make(text, sizeof text), SPAN("US"), SPAN(""), a);
	ok(all_digits(&p) == 800, "words beyond the limit stay with the last");
	p = address_parts(SPAN("Musterallee 12"), SPAN(""), SPAN("de-DE"), a);
	ok(span_is(p.number, "12") && span_is(p.street, "Musterallee"),
	    "a locale says where numbers stand");
}

int
main(void)
{
	struct arena a = { 0 };

	vectors(&a);
	check_pairs(&a);
	edges(&a);
	nothing_lost(&a);
	arena_done(&a);
	return tap_done();
}
