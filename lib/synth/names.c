/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/names.c: the name of a rank: the commonest stand in a list, the others are made of
 * syllables, each rank having a name of its own. */
#include "synth/draw.h"
#include "synth/text.h"
#include "synth/words.h"

/* Neighbours in rank do not look alike. */
#define SCRAMBLE	UINT64_C(2654435761)

/* In a million: given names that are made of syllables. */
static const uint32_t rare_given[LOCALES] = {
	[LOCALE_EN] = 170000, [LOCALE_PT] = 80000, [LOCALE_ES] = 50000, [LOCALE_DE] = 180000,
};

static struct span
part(const struct list *l, uint64_t *n)
{
	struct span s = l->v[*n % l->n];

	*n /= l->n;
	return s;
}

/* start + end, then start + middle + end, then with two middles: the shorter are the commoner. */
static void
syllables(const struct tongue *t, const struct list *end, uint64_t rank, struct text *out)
{
	uint64_t room = t->start.n * end->n;
	int middles = 0;

	while (rank >= room && middles < 3) {
		rank -= room;
		room *= t->middle.n;
		middles++;
	}
	rank = rank % room * SCRAMBLE % room;
	text_add(out, part(&t->start, &rank));
	while (middles-- > 0)
		text_add(out, part(&t->middle, &rank));
	text_add(out, part(end, &rank));
}

void
family_write(const struct tongue *t, uint64_t rank, struct text *out)
{
	if (rank < t->families.n)
		text_add(out, t->families.v[rank]);
	else
		syllables(t, &t->end[2], rank - t->families.n, out);
}

static unsigned
decade_of(int year)
{
	int d = (year - DECADE_FIRST) / 10;

	return d < 0 ? 0 : d >= DECADES ? DECADES - 1 : (unsigned)d;
}

void
given_write(const struct tongue *t, unsigned sex, int year, uint64_t bits, struct text *out,
    struct span *nickname)
{
	const struct given_names *g = &t->given[sex];
	size_t i;

	*nickname = span_none();
	if (happens(&bits, rare_given[t->locale])) {
		syllables(t, &t->end[sex], zipf_rank(&g->tail, bits), out);
		return;
	}
	i = g->wheel[decade_of(year) * WHEEL + take(&bits, WHEEL)];
	text_add(out, g->names.v[i]);
	*nickname = g->nicknames.v[i];
}
