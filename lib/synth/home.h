/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/home.h: households, the people in them, and what happens to both.
 * People are numbered; a home has consecutive numbers and is named by the first of them. Homes do
 * not cross the border of a district, so the home of any person is found without those before. */
#ifndef CDP_SYNTH_HOME_H
#define CDP_SYNTH_HOME_H

#include "synth/text.h"		/* by value */
#include "synth/world.h"	/* day, struct dice */

enum { DISTRICT = 1024, HOME_LARGEST = 400, DAY_NEVER = INT32_MAX };
enum { PHONE_CHANGES = 80 };	/* of a thousand people in a year */

enum home_kind { HOME_ALONE, HOME_COUPLE, HOME_PARENT, HOME_FLAT, HOME_INSTITUTION };
enum role { ROLE_SINGLE, ROLE_FIRST, ROLE_SECOND, ROLE_CHILD, ROLE_GRANDPARENT };

/* Days on which something changed, the oldest first. */
struct changes {
	day		at[HISTORY_YEARS];
	unsigned	n;
};

struct home {
	struct dice		 dice;
	uint64_t		 first;
	uint32_t		 size;
	enum home_kind		 kind;
	const struct country	*country;
	const struct tongue	*tongue;	/* of the names */
	bool			 foreign;	/* names from another locale, without marks */
	uint32_t		 region;	/* where the family names come from */
	uint64_t		 rank[2][2];	/* family names of the couple */
	int			 age;		/* of the first person */
	day			 married;
	struct changes		 moves;
};

struct person {
	struct dice		 dice;
	uint64_t		 number;
	const struct home	*home;
	enum role		 role;
	unsigned		 sex;		/* 0 male, 1 female */
	day			 born, died, left;	/* left the home; DAY_NEVER */
	int			 year;			/* of birth */
	struct text		 given, second, family, suffix;
	struct text		 before;	/* family name before `renamed`; empty: no other */
	day			 renamed;
	struct span		 nickname;
	struct changes		 moves;		/* since it left */
	struct changes		 phones, mailboxes;
};

/* The home that begins with person `first`, which must begin one; it ends before `end`. */
void home_make(const struct world *w, uint64_t first, uint64_t end, struct home *h);
/* All people of the home; room for h->size. */
void people_make(const struct world *w, const struct home *h, struct person *people);

void changes_make(const struct world *w, struct dice d, enum purpose purpose, uint32_t a_thousand,
    struct changes *c);
unsigned changes_until(const struct changes *c, day at);
/* The family name that the person has on a day. */
const struct text *family_on(const struct person *p, day at);

#endif
