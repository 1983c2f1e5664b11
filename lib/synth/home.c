/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/home.c: how many live together, where, as what, and since when. */
#include "synth/home.h"

/* Homes of a hundred thousand with 1 … 8 people who are customers. */
static const uint32_t sizes[LOCALES + 1][HOME_SIZES] = {
	[LOCALE_EN] = { 28000, 35000, 17000, 12000, 5000, 2000, 700, 300 },
	[LOCALE_PT] = { 20000, 28000, 24000, 17000, 7000, 2500, 1000, 500 },
	[LOCALE_ES] = { 26000, 30000, 21000, 17000, 4000, 1500, 400, 100 },
	[LOCALE_DE] = { 41000, 34000, 12000, 9000, 3000, 700, 200, 100 },
	[LOCALES] = { 5000, 20000, 25000, 25000, 15000, 6000, 3000, 1000 },	/* crowded */
};
static const uint32_t locale_share[LOCALES] = { 300000, 250000, 200000, 250000 };

enum {
	INSTITUTIONS = 36,		/* of a million homes; 0.2 % of people live in them */
	INSTITUTION_LEAST = 20,
	FOREIGN = 40000,
	MOVES = 90,			/* of a thousand in a year */
	NEWLY_MARRIED = 120000
};

/* Shares of a hundred of those who live alone, by age 18 … 97 in steps of five years. */
static const unsigned char pyramid[16] = { 5, 9, 10, 9, 8, 8, 7, 7, 7, 7, 6, 5, 5, 4, 2, 1 };

static int
age_alone(uint64_t *bits)
{
	uint32_t x = take(bits, 100), i = 0;

	while (x >= pyramid[i])
		x -= pyramid[i++];
	return (int)(18 + i * 5 + take(bits, 5));
}

static uint32_t
size_of(const struct world *w, enum locale locale, uint64_t *bits)
{
	const uint32_t *share_of = sizes[w->preset->crowded ? LOCALES : locale];
	uint32_t x = take(bits, 100000), n = 0;

	while (n < HOME_SIZES - 1 && x >= share_of[n])
		x -= share_of[n++];
	return n + 1;
}

static enum locale
locale_of(const struct world *w, uint64_t *bits)
{
	uint32_t x = take(bits, MILLION), i = 0;

	if (w->locale != LOCALES)
		return w->locale;
	while (x >= locale_share[i])
		x -= locale_share[i++];
	return (enum locale)i;
}

static const struct country *
country_of(const struct words *words, enum locale locale, uint64_t *bits)
{
	uint64_t all = 0, x;

	for (size_t i = 0; i < words->countries; i++)
		if (words->country[i].locale == locale)
			all += words->country[i].towns[words->country[i].n - 1].people;
	x = take(bits, (uint32_t)all);
	for (size_t i = 0;; i++) {
		const struct country *c = &words->country[i];

		if (c->locale != locale)
			continue;
		if (x < c->towns[c->n - 1].people)
			return c;
		x -= c->towns[c->n - 1].people;
	}
}

static enum home_kind
kind_of(uint32_t size, uint64_t *bits)
{
	uint32_t x = take(bits, 100);

	if (size == 1)
		return HOME_ALONE;
	if (size == 2)
		return x < 62 ? HOME_COUPLE : x < 82 ? HOME_PARENT : HOME_FLAT;
	return x < 74 ? HOME_COUPLE : x < 90 ? HOME_PARENT : HOME_FLAT;
}

/* Old enough for children of fourteen, where there are some. */
static int
age_of(const struct home *h, uint64_t bits)
{
	if (h->kind == HOME_FLAT)
		return (int)(19 + take(&bits, 18));
	if (h->kind == HOME_PARENT || (h->kind == HOME_COUPLE && h->size > 2))
		return (int)(38 + take(&bits, 24));
	return age_alone(&bits);
}

/* A name of the home's region: families of one region have fewer names, and marry each other. */
static uint64_t
rank_of(const struct home *h, uint64_t bits)
{
	uint64_t rank = zipf_rank(&h->tongue->family, bits);

	return rank - rank % h->tongue->regions + h->region;
}

static void
choose_names(const struct world *w, struct home *h, uint64_t *bits)
{
	enum locale locale = h->country->locale;

	h->foreign = happens(bits, FOREIGN);
	if (h->foreign)
		locale = (enum locale)((locale + 1 + take(bits, LOCALES - 1)) % LOCALES);
	h->tongue = &w->words->tongue[locale];
	h->region = take(bits, h->tongue->regions);
	for (uint32_t i = 0; i < 4; i++)
		h->rank[i / 2][i % 2] = rank_of(h, draw(h->dice, DRAW_FAMILY, i));
}

static day
married_on(const struct world *w, const struct home *h)
{
	uint64_t bits = draw(h->dice, DRAW_HOME, 1);

	if (h->kind != HOME_COUPLE || !happens(&bits, share(NEWLY_MARRIED, w->preset->changes)))
		return -DAY_NEVER;
	return w->as_of - (day)take(&bits, HISTORY_DAYS);
}

void
home_make(const struct world *w, uint64_t first, uint64_t end, struct home *h)
{
	uint64_t bits;

	*h = (struct home){ .dice = dice_of(w, first), .first = first };
	bits = draw(h->dice, DRAW_HOME, 0);
	h->country = country_of(w->words, locale_of(w, &bits), &bits);
	bits = draw(h->dice, DRAW_SIZE, 0);
	if (happens(&bits, INSTITUTIONS)) {
		h->size = INSTITUTION_LEAST +
		    take(&bits, 1 + take(&bits, HOME_LARGEST - INSTITUTION_LEAST));
		h->kind = HOME_INSTITUTION;
	} else {
		h->size = size_of(w, h->country->locale, &bits);
	}
	if (h->size > end - first)
		h->size = (uint32_t)(end - first);
	if (h->kind != HOME_INSTITUTION)
		h->kind = kind_of(h->size, &bits);
	h->age = age_of(h, draw(h->dice, DRAW_AGE, 0));
	choose_names(w, h, &bits);
	h->married = married_on(w, h);
	changes_make(w, h->dice, DRAW_HOME_MOVE, h->kind == HOME_INSTITUTION ? 0 : MOVES, &h->moves);
}

void
changes_make(const struct world *w, struct dice d, enum purpose purpose, uint32_t a_thousand,
    struct changes *c)
{
	uint64_t bits = draw(d, purpose, 0), when = 0;

	a_thousand = a_thousand * w->preset->changes / 100;
	c->n = 0;
	for (int year = HISTORY_YEARS; year > 0; year--) {
		if (take(&bits, 1000) >= a_thousand)
			continue;
		if (when == 0)
			when = draw(d, purpose, 1);
		c->at[c->n++] = w->as_of - year * 365 + (day)take(&when, 365);
	}
}

unsigned
changes_until(const struct changes *c, day at)
{
	unsigned n = 0;

	while (n < c->n && c->at[n] <= at)
		n++;
	return n;
}
