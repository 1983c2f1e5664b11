/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/people.c: the people of a home: sex, age, names by the custom of the country. */
#include "synth/home.h"

enum {
	/* of a million of those who could */
	NAMESAKES = 20000, TWINS = 30000, SAME_SEX = 30000, GRANDPARENTS = 80000,
	MOTHERS = 850000,	/* among parents who live alone with their children */
	PARTICLES = 280000, HYPHENS = 100000, JUNIORS = 800000, SONS = 600000,
	/* of a thousand in a year */
	LEAVE = 70, DIVORCE = 15, MAILBOX_CHANGES = 120,
	CHILD_LEAST = 14, CHILD_MOST = 32, ADULT = 18, OLD = 60,
	OLD_FASHION = 15,	/* years by which second names are behind */
	OWN_PARTICLE = 7	/* the draw that a family name has for itself */
};

/* In a million: a second given name; the wife takes the husband's family name. */
static const uint32_t second_given[LOCALES] = { 500000, 300000, 280000, 400000 };
static const uint32_t takes_name[LOCALES] = { 700000, 450000, 0, 740000 };

static day
birthday(const struct world *w, int age, uint64_t *bits)
{
	return w->as_of - (day)(age * 1461 / 4) - (day)take(bits, 365);
}

/* ---- names --------------------------------------------------------------------------------- */

/* What stands behind `from` bytes loses its marks where the home came from elsewhere. */
static void
settle(const struct home *h, struct text *t, size_t from)
{
	struct text name = { 0 };

	text_add(&name, span_skip(text_span(t), from));
	t->len = (unsigned char)from;
	text_plain(t, text_span(&name), h->tongue->locale == LOCALE_DE);
}

static void
give_name(const struct home *h, struct person *p, uint32_t nth)
{
	uint64_t bits = draw(p->dice, DRAW_GIVEN, nth);

	p->given.len = 0;
	given_write(h->tongue, p->sex, p->year, bits, &p->given, &p->nickname);
	if (h->foreign)
		settle(h, &p->given, 0);
}

static void
give_second_name(const struct home *h, struct person *p)
{
	uint64_t bits = draw(p->dice, DRAW_GIVEN, 64);
	struct span nickname;

	if (!happens(&bits, second_given[h->tongue->locale]))
		return;
	given_write(h->tongue, p->sex, p->year - OLD_FASHION, bits, &p->second, &nickname);
	if (h->foreign)
		settle(h, &p->second, 0);
	if (span_equal(text_span(&p->second), text_span(&p->given)))
		p->second.len = 0;
}

static void
surname(const struct home *h, uint64_t rank, struct text *out)
{
	size_t before = out->len;

	family_write(h->tongue, rank, out);
	if (h->foreign)
		settle(h, out, before);
}

/* "da Silva", "dos Santos", "Costa": most families keep one way to write it. */
static void
portuguese(const struct home *h, uint64_t rank, struct text *out)
{
	static const char *const particles[] = { "da ", "de ", "dos ", "de " };
	struct dice family = { h->dice.seed, rank };
	uint64_t bits = draw(family, DRAW_CUSTOM, OWN_PARTICLE);

	if (happens(&bits, PARTICLES))
		text_add(out, span_from(particles[take(&bits, 4)]));
	surname(h, rank, out);
}

/* One to three names; the last is the father's. */
static void
portuguese_family(const struct home *h, uint64_t bits, const uint64_t rank[3], struct text *out)
{
	uint32_t x = take(&bits, 100);
	uint32_t from = x < 20 ? 2 : x < 80 ? 1 : 0;

	for (uint32_t i = from; i < 3; i++) {
		if (i > from)
			text_add(out, SPAN(" "));
		portuguese(h, rank[i], out);
	}
}

/* The name of somebody whose father and mother have these; `other` is the mother's second. */
static void
family_of(const struct home *h, uint64_t bits, uint64_t father, uint64_t mother, uint64_t other,
    struct text *out)
{
	const uint64_t three[3] = { other, mother, father };

	switch (h->tongue->locale) {
	case LOCALE_PT:
		portuguese_family(h, bits, three, out);
		return;
	case LOCALE_ES:
		surname(h, father, out);
		text_add(out, SPAN(" "));
		surname(h, mother, out);
		return;
	default:
		surname(h, father, out);
	}
}

static void
married_name(const struct home *h, uint64_t bits, struct person *p)
{
	if (!happens(&bits, takes_name[h->tongue->locale]))
		return;
	p->before = p->family;
	p->renamed = h->married;
	if (h->tongue->locale == LOCALE_PT) {		/* the last of her names stays */
		p->family.len = 0;
		portuguese(h, h->rank[1][0], &p->family);
		text_add(&p->family, SPAN(" "));
		portuguese(h, h->rank[0][0], &p->family);
		return;
	}
	if (h->tongue->locale == LOCALE_DE && happens(&bits, HYPHENS))
		text_add(&p->family, SPAN("-"));	/* Müller-Schmidt */
	else
		p->family.len = 0;
	surname(h, h->rank[0][0], &p->family);
}

static void
name_alone(const struct home *h, struct person *p)
{
	uint64_t rank[3];

	for (uint32_t i = 0; i < 3; i++) {
		rank[i] = zipf_rank(&h->tongue->family, draw(p->dice, DRAW_OWN_FAMILY, i));
		rank[i] += h->region - rank[i] % h->tongue->regions;
	}
	family_of(h, draw(p->dice, DRAW_CUSTOM, 0), rank[0], rank[1], rank[2], &p->family);
}

static void
name_family(const struct home *h, struct person *p)
{
	uint64_t bits = draw(p->dice, DRAW_CUSTOM, 0);
	const uint64_t *first = h->rank[0], *second = h->rank[1];

	switch (p->role) {
	case ROLE_SINGLE:
		name_alone(h, p);
		return;
	case ROLE_FIRST:
		family_of(h, bits, first[0], first[1], second[1], &p->family);
		return;
	case ROLE_SECOND:
		family_of(h, bits, second[0], second[1], first[1], &p->family);
		if (h->kind == HOME_COUPLE)
			married_name(h, draw(p->dice, DRAW_CUSTOM, 1), p);
		return;
	case ROLE_CHILD:
		family_of(h, bits, first[0], second[0], first[1], &p->family);
		return;
	case ROLE_GRANDPARENT:
		family_of(h, bits, first[0], first[1] + 1, second[1], &p->family);
		return;
	}
}

/* Where it is the custom, the son who has the father's names has a word behind them. */
static void
namesake(const struct home *h, const struct person *father, struct person *son, uint64_t *bits)
{
	son->given = father->given;
	son->second = father->second;
	son->nickname = father->nickname;
	son->family = father->family;
	if (h->tongue->locale == LOCALE_EN)
		text_set(&son->suffix, happens(bits, JUNIORS) ? SPAN("Jr") : SPAN("II"));
	else if (h->tongue->locale == LOCALE_PT)
		text_set(&son->suffix, happens(bits, SONS) ? SPAN("Filho") : SPAN("Júnior"));
}

/* ---- people -------------------------------------------------------------------------------- */
static enum role
role_of(const struct home *h, uint32_t i)
{
	struct dice d = h->dice;
	uint64_t bits;

	if (h->kind == HOME_ALONE || h->kind == HOME_FLAT || h->kind == HOME_INSTITUTION)
		return ROLE_SINGLE;
	if (i == 0)
		return ROLE_FIRST;
	if (i == 1 && h->kind == HOME_COUPLE)
		return ROLE_SECOND;
	bits = draw(d, DRAW_HOME, 2);
	return i + 1 == h->size && i > 1 && happens(&bits, GRANDPARENTS) ? ROLE_GRANDPARENT :
	    ROLE_CHILD;
}

static int
age_in_home(const struct home *h, enum role role, uint64_t *bits)
{
	int most = h->age - 20 < CHILD_MOST ? h->age - 20 : CHILD_MOST, age;

	switch (role) {
	case ROLE_FIRST:
		return h->age;
	case ROLE_SECOND:
		age = h->age - 4 + (int)take(bits, 9);
		return age < ADULT ? ADULT : age;
	case ROLE_CHILD:
		return CHILD_LEAST + (int)take(bits, (uint32_t)(most - CHILD_LEAST + 1));
	case ROLE_GRANDPARENT:
		return h->age + 20 + (int)take(bits, 14);
	case ROLE_SINGLE:
		break;
	}
	if (h->kind == HOME_FLAT)
		return 19 + (int)take(bits, 18);
	if (h->kind == HOME_INSTITUTION)
		return OLD + (int)take(bits, 36);
	return h->age;
}

static void
choose_sex(const struct home *h, const struct person *people, struct person *p, uint64_t *bits)
{
	p->sex = take(bits, 2);
	if (h->kind == HOME_COUPLE && p->role == ROLE_FIRST)
		p->sex = 0;
	if (p->role == ROLE_SECOND)
		p->sex = happens(bits, SAME_SEX) ? people[0].sex : !people[0].sex;
	if (h->kind == HOME_PARENT && p->role == ROLE_FIRST)
		p->sex = happens(bits, MOTHERS);
}

/* Whether somebody between two others of a home has the given name. */
static bool
taken(const struct person *from, const struct person *to, const struct text *given)
{
	for (; from < to; from++)
		if (span_equal(text_span(&from->given), text_span(given)))
			return true;
	return false;
}

/* Those who live together have names of their own, but for the son who is called like his
 * father. */
static void
name_child(const struct world *w, const struct home *h, const struct person *people,
    struct person *p, uint64_t bits)
{
	for (uint32_t nth = 1; nth < 16 && taken(people, p, &p->given); nth++)
		give_name(h, p, nth);
	if (p->sex == 0 && people[0].sex == 0 && !taken(people + 1, p, &people[0].given) &&
	    happens(&bits, share(NAMESAKES, w->preset->shared)))
		namesake(h, &people[0], p, &bits);
}

static void
live(const struct world *w, const struct home *h, struct person *p, int age)
{
	struct changes leaving = { .n = 0 };
	uint64_t bits = draw(p->dice, DRAW_DEATH, 0);

	p->died = p->left = DAY_NEVER;
	if (p->role == ROLE_CHILD && age > ADULT)
		changes_make(w, p->dice, DRAW_OWN_MOVE, LEAVE, &leaving);
	if (p->role == ROLE_SECOND)
		changes_make(w, p->dice, DRAW_OWN_MOVE, DIVORCE, &leaving);
	if (leaving.n > 0 && leaving.at[0] > h->married)
		p->left = leaving.at[0];
	for (unsigned i = 1; p->left != DAY_NEVER && i < leaving.n; i++)
		p->moves.at[p->moves.n++] = leaving.at[i];
	if (age > OLD && happens(&bits, share((uint32_t)(age - OLD) * 5000, w->preset->changes)))
		p->died = w->as_of - (day)take(&bits, HISTORY_DAYS / 2);
	changes_make(w, p->dice, DRAW_PHONE_CHANGE, PHONE_CHANGES, &p->phones);
	changes_make(w, p->dice, DRAW_MAILBOX_CHANGE, MAILBOX_CHANGES, &p->mailboxes);
}

static void
person_make(const struct world *w, const struct home *h, struct person *people, uint32_t i)
{
	struct person *p = &people[i], *before = i > 0 ? p - 1 : NULL;
	int age, month, mday;
	uint64_t bits;

	p->number = h->first + i;
	p->dice = dice_of(w, p->number);
	p->home = h;
	p->role = role_of(h, i);
	p->renamed = -DAY_NEVER;
	p->second.len = p->family.len = p->suffix.len = p->before.len = 0;
	p->moves.n = 0;
	bits = draw(p->dice, DRAW_BODY, 0);
	choose_sex(h, people, p, &bits);
	age = age_in_home(h, p->role, &bits);
	p->born = birthday(w, age, &bits);
	if (p->role == ROLE_CHILD && before->role == ROLE_CHILD &&
	    happens(&bits, share(TWINS, w->preset->shared)))
		p->born = before->born;
	day_parts(p->born, &p->year, &month, &mday);
	give_name(h, p, 0);
	give_second_name(h, p);
	name_family(h, p);
	if (p->role == ROLE_CHILD)
		name_child(w, h, people, p, bits);
	live(w, h, p, age);
}

void
people_make(const struct world *w, const struct home *h, struct person *people)
{
	for (uint32_t i = 0; i < h->size; i++)
		person_make(w, h, people, i);
}

const struct text *
family_on(const struct person *p, day at)
{
	return p->before.len > 0 && at < p->renamed ? &p->before : &p->family;
}
