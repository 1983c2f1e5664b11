/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/synth_names_test.c: how often two people have one name, for a million of each locale
 * and for a tenth of them. The targets are collision probabilities, as one person in so many. */
#include "base/alloc.h"
#include "synth_case.h"
#include "tap.h"

#include <stdlib.h>

static const struct target {
	enum locale	locale;
	double		family, whole;
} targets[] = {
	{ LOCALE_EN, 1500, 1200000 },
	{ LOCALE_DE, 2500, 1500000 },
	{ LOCALE_ES, 350, 2000000 },
	{ LOCALE_PT, 120, 1000000 },
};

enum { MANY = 1000000, MANY_BITS = 20, FEW = 100000, FEW_BITS = 17 };

struct measured {
	double	family, whole;
};

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* One over the share of pairs that are equal; sorts. */
static double
one_in(uint64_t *v, size_t n)
{
	double equal = 0, run = 1;

	qsort(v, n, sizeof *v, by_number);
	for (size_t i = 1; i < n; i++) {
		if (v[i] == v[i - 1]) {
			equal += run;
			run++;
		} else {
			run = 1;
		}
	}
	return (double)n * (double)(n - 1) / 2 / equal;
}

/* The last surname is the family in English and German, any of them in the other two, where the
 * first of each person stands for the rest. */
static struct span
surname_of(const struct person *p)
{
	struct span s = text_span(&p->family);

	while (s.len > 3 && (s.p[2] == ' ' || s.p[3] == ' ') && s.p[0] >= 'a')
		s = span_skip(s, span_index(s, ' ') + 1);
	return span_head(s, span_index(s, ' '));
}

struct names {
	uint64_t	*family, *whole;
	size_t		 n, most;
};

static void
visit(void *arg, const struct world *w, const struct home *h, const struct person *people)
{
	struct names *names = arg;

	(void)w;
	for (uint32_t i = 0; i < h->size && names->n < names->most; i++, names->n++) {
		struct text name = people[i].given;

		text_add(&name, SPAN("|"));
		text_add(&name, text_span(&people[i].second));
		text_add(&name, SPAN("|"));
		text_add(&name, text_span(&people[i].family));
		names->family[names->n] = hash64(surname_of(&people[i]), 0);
		names->whole[names->n] = hash64(text_span(&name), 0);
	}
}

static struct measured
measure(enum locale locale, size_t people, unsigned bits)
{
	struct world w = case_world("retail", locale, bits);
	struct names names = { mem_alloc(people * 8), mem_alloc(people * 8), 0, people };
	struct measured m;

	case_each_home(&w, people, visit, &names);
	m.family = one_in(names.family, names.n);
	m.whole = one_in(names.whole, names.n);
	mem_free(names.family);
	mem_free(names.whole);
	case_done(&w);
	return m;
}

int
main(void)
{
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		const struct target *t = &targets[i];
		const char *name = locale_names[t->locale];
		struct measured many = measure(t->locale, MANY, MANY_BITS);
		struct measured few = measure(t->locale, FEW, FEW_BITS);

		ok(many.family > t->family * 0.85 && many.family < t->family * 1.15,
		    "%s: one family name in %.0f, wanted %.0f", name, many.family, t->family);
		ok(many.whole > t->whole * 0.8 && many.whole < t->whole * 1.25,
		    "%s: one full name in %.0f, wanted %.0f", name, many.whole, t->whole);
		ok(few.family < many.family * 0.9 && few.whole < many.whole * 0.9,
		    "%s: a tenth of the people have one name more often: %.0f and %.0f", name,
		    few.family, few.whole);
	}
	return tap_done();
}
