/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/words.h: the word tables of share/names, and the laws by which names are drawn from
 * them for a people of a given size. */
#ifndef CDP_SYNTH_WORDS_H
#define CDP_SYNTH_WORDS_H

#include "base/span.h"	/* passed by value */
#include "synth/zipf.h"	/* by value */

enum locale { LOCALE_EN, LOCALE_PT, LOCALE_ES, LOCALE_DE, LOCALES };
extern const char *const locale_names[LOCALES];

enum { DECADE_FIRST = 1930, DECADES = 9, WHEEL = 4096 };

struct list {
	struct span	*v;
	size_t		 n, cap;
};

/* Given names of one sex. A turn of the wheel of a decade gives a name as often as the name was
 * given then. */
struct given_names {
	struct list	 names, nicknames;	/* side by side; no nickname: span_none() */
	unsigned	*decade;		/* in which the name was given most */
	unsigned char	*wheel;			/* DECADES × WHEEL numbers of names */
	struct zipf	 tail;			/* of names made of syllables */
};

struct town {
	struct span	name, region, postcode;	/* the postcode's shape: # digit, @ letter */
	uint32_t	people;			/* with those of the towns before it in the country */
};

struct country {
	struct span	 code, tag, german;	/* "BR", "pt-BR", "Brasilien" */
	struct span	 number, choices;	/* shape of telephone numbers */
	uint64_t	 numbers;		/* that have the shape */
	enum locale	 locale;
	struct town	*towns;
	size_t		 n, cap;
};

enum { COUNTRIES_MAX = 8 };

struct tongue {
	enum locale		locale;
	uint32_t		regions;	/* whose people have family names of their own */
	struct given_names	given[2];	/* 0 male, 1 female */
	struct list		families;
	struct zipf		family;
	struct list		start, middle, end[3];	/* ends of male, female and family names */
	struct list		street_types, street_short, street_names;
};

struct words {
	struct tongue	tongue[LOCALES];
	struct country	country[COUNTRIES_MAX];
	size_t		countries;
};

/* `bits`: the people are 2^bits. `skew`: head names are so many times as frequent (1: as usual).
 * The caller owns the words until words_free. */
struct words *words_new(unsigned bits, unsigned skew);
void words_free(struct words *w);
/* How many values a character of a shape of numbers stands for. */
uint64_t shape_values(const struct country *c, char of);
/* The family name of a rank, appended. */
struct text;
void family_write(const struct tongue *t, uint64_t rank, struct text *out);
/* The given name that the bits draw for a birth year; *nickname is its short form if it has one. */
void given_write(const struct tongue *t, unsigned sex, int year, uint64_t bits, struct text *out,
    struct span *nickname);

#endif
