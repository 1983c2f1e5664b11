/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/words.c: word tables into lists; wheels of given names. */
#include "base/alloc.h"
#include "base/asset.h"
#include "base/number.h"
#include "synth/words.h"

#include <assert.h>

const char *const locale_names[LOCALES] = { "en", "pt", "es", "de" };

/* How the family names of a people are spread: q of the law, in 1/256, thousandths of the factor
 * of the growth of the number of names, and regions. They give the collision probabilities that
 * man cdp-synth states. */
static const struct law {
	uint32_t	q, factor, regions;
} laws[LOCALES] = {
	[LOCALE_EN] = { 5200, 20000, 1 },
	[LOCALE_PT] = { 415, 1600, 1 },
	[LOCALE_ES] = { 850, 5000, 17 },
	[LOCALE_DE] = { 8600, 32000, 1 },
};

/* The same for rare given names, of which there are some in the smallest people. */
enum { GIVEN_Q = 2000, GIVEN_FACTOR = 300, GIVEN_LEAST = 100 };
enum { COLUMNS = 6 };
typedef void take_row(struct words *w, const struct span *column, size_t n);

static void
list_add(struct list *l, struct span s)
{
	l->v = mem_grow(l->v, l->n + 1, &l->cap, sizeof *l->v);
	l->v[l->n++] = s;
}

static struct tongue *
tongue_of(struct words *w, struct span name)
{
	int i = 0;

	while (!span_is(name, locale_names[i]))
		i++;
	return &w->tongue[i];
}

static unsigned
number_of(struct span s)
{
	uint64_t n = 0;

	(void)u64_parse(s, &n);
	return (unsigned)n;
}

/* The tables are built in: what stands in them was checked when they were written. */
static void
read_table(struct words *w, const char *name, take_row *take)
{
	struct span text = asset_find(name), line;

	assert(text.p != NULL);
	while (span_split(&text, '\n', &line)) {
		struct span column[COLUMNS] = { { NULL, 0 } };
		size_t n = 0;

		if (line.len == 0 || line.p[0] == '#')
			continue;
		while (n < COLUMNS && span_split(&line, '\t', &column[n]))
			n++;
		take(w, column, n);
	}
}

static void
take_given(struct words *w, const struct span *c, size_t n)
{
	struct given_names *g = &tongue_of(w, c[0])->given[c[1].p[0] == 'f'];

	g->decade = mem_resize(g->decade, (g->names.n + 1) * sizeof *g->decade);
	g->decade[g->names.n] = (number_of(c[2]) - DECADE_FIRST) / 10;
	list_add(&g->names, c[3]);
	list_add(&g->nicknames, n > 4 ? c[4] : span_none());
}

static void
take_family(struct words *w, const struct span *c, size_t n)
{
	(void)n;
	list_add(&tongue_of(w, c[0])->families, c[1]);
}

static void
take_syllable(struct words *w, const struct span *c, size_t n)
{
	struct tongue *t = tongue_of(w, c[0]);

	(void)n;
	if (span_is(c[1], "start"))
		list_add(&t->start, c[2]);
	else if (span_is(c[1], "middle"))
		list_add(&t->middle, c[2]);
	else
		list_add(&t->end[span_is(c[1], "male") ? 0 : span_is(c[1], "female") ? 1 : 2], c[2]);
}

static void
take_street(struct words *w, const struct span *c, size_t n)
{
	struct tongue *t = tongue_of(w, c[0]);

	if (span_is(c[1], "name")) {
		list_add(&t->street_names, c[2]);
		return;
	}
	list_add(&t->street_types, c[2]);
	list_add(&t->street_short, n > 3 ? c[3] : c[2]);
}

uint64_t
shape_values(const struct country *c, char of)
{
	return of == '#' ? 10 : of == 'N' ? 8 : of == 'C' ? c->choices.len : 1;
}

static void
take_country(struct words *w, const struct span *c, size_t n)
{
	struct country *k = &w->country[w->countries++];

	(void)n;
	assert(w->countries <= COUNTRIES_MAX);
	*k = (struct country){ .code = c[1], .tag = c[2], .german = c[3], .number = c[4],
	    .choices = c[5], .numbers = 1, .locale = (enum locale)(tongue_of(w, c[0]) - w->tongue) };
	for (size_t i = 0; i < k->number.len; i++)
		k->numbers *= shape_values(k, k->number.p[i]);
}

static void
take_town(struct words *w, const struct span *c, size_t n)
{
	struct country *k = &w->country[0];
	uint32_t before;

	(void)n;
	while (!span_equal(k->code, c[1]))
		k++;
	before = k->n == 0 ? 0 : k->towns[k->n - 1].people;
	k->towns = mem_grow(k->towns, k->n + 1, &k->cap, sizeof *k->towns);
	k->towns[k->n++] = (struct town){ c[2], c[3].len > 0 ? c[3] : span_none(), c[4],
	    before + number_of(c[5]) };
}

/* A name is given less with its rank in the list of its decade, and with the decades between. The
 * names of a decade stand together in the table. */
static uint32_t
weight(const struct given_names *g, size_t i, unsigned decade)
{
	unsigned apart = g->decade[i] > decade ? g->decade[i] - decade : decade - g->decade[i];
	unsigned place = 0;

	for (size_t k = i; k > 0 && g->decade[k - 1] == g->decade[i]; k--)
		place++;
	return 1000000 / ((place + 8) * (2 + apart * apart * 3));
}

static void
fill_wheel(const struct given_names *g, unsigned decade)
{
	unsigned char *at = g->wheel + decade * WHEEL;
	uint64_t all = 0, sum = 0;
	size_t slot = 0;

	assert(g->names.n > 0 && g->names.n <= 256);
	for (size_t i = 0; i < g->names.n; i++)
		all += weight(g, i, decade);
	for (size_t i = 0; i < g->names.n; i++) {
		sum += weight(g, i, decade);
		while (slot < WHEEL && slot * all < sum * WHEEL)
			at[slot++] = (unsigned char)i;
	}
}

static void
prepare_given(struct given_names *g, unsigned bits)
{
	g->tail = zipf_make(GIVEN_Q, GIVEN_LEAST + zipf_names(GIVEN_FACTOR, bits));
	g->wheel = mem_alloc(DECADES * WHEEL);
	for (unsigned d = 0; d < DECADES; d++)
		fill_wheel(g, d);
}

struct words *
words_new(unsigned bits, unsigned skew)
{
	struct words *w = mem_zero(1, sizeof *w);

	read_table(w, "names/synth_given.tsv", take_given);
	read_table(w, "names/synth_family.tsv", take_family);
	read_table(w, "names/synth_syllables.tsv", take_syllable);
	read_table(w, "names/synth_streets.tsv", take_street);
	read_table(w, "names/synth_countries.tsv", take_country);
	read_table(w, "names/synth_places.tsv", take_town);
	for (int i = 0; i < LOCALES; i++) {
		struct tongue *t = &w->tongue[i];

		t->locale = (enum locale)i;
		t->regions = laws[i].regions;
		t->family = zipf_make(laws[i].q / skew, zipf_names(laws[i].factor, bits));
		prepare_given(&t->given[0], bits);
		prepare_given(&t->given[1], bits);
	}
	return w;
}

void
words_free(struct words *w)
{
	if (w == NULL)
		return;
	for (int i = 0; i < LOCALES; i++) {
		struct tongue *t = &w->tongue[i];

		for (int sex = 0; sex < 2; sex++) {
			mem_free(t->given[sex].names.v);
			mem_free(t->given[sex].nicknames.v);
			mem_free(t->given[sex].decade);
			mem_free(t->given[sex].wheel);
		}
		for (int k = 0; k < 3; k++)
			mem_free(t->end[k].v);
		mem_free(t->families.v);
		mem_free(t->start.v);
		mem_free(t->middle.v);
		mem_free(t->street_types.v);
		mem_free(t->street_short.v);
		mem_free(t->street_names.v);
	}
	for (size_t i = 0; i < w->countries; i++)
		mem_free(w->country[i].towns);
	mem_free(w);
}
