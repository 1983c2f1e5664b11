/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/contact.c: numbers are dealt out, so that each is one person's; mailboxes are made of
 * names and figures, as people make them. */
#include "synth/contact.h"

#include <assert.h>

enum {
	NUMBERS_EACH = 2,	/* who changes more often gets the first one again */
	STRANGER = 37,		/* whose first number one gets: never somebody of the same home */
	HANDED_ON = 150000, YEAR = 365,
	HOME_PHONES = 250000, USES_HOME_PHONE = 600000, HOME_MAILBOXES = 40000,
	LAST_MOST = 24, GIVEN_MOST = 24		/* letters, so that figures and domain have room */
};

bool
home_shares(const struct world *w, const struct home *h, enum purpose what, uint32_t rate)
{
	uint64_t bits = draw(h->dice, what, 1);

	return h->size > 1 && h->kind != HOME_INSTITUTION && h->kind != HOME_FLAT &&
	    happens(&bits, share(rate, w->preset->shared));
}

/* What stands for a character of a shape; n loses as much as that tells. */
static char
figure(const struct country *c, char of, uint64_t *n)
{
	uint64_t all = *n, values;

	if (of == '#') {	/* most are; ten is known here, and nothing needs to be divided */
		*n = all / 10;
		return (char)('0' + all % 10);
	}
	if (of != 'N' && of != 'C')
		return of;
	values = shape_values(c, of);
	*n = all / values;
	return of == 'N' ? (char)('2' + all % values) : c->choices.p[all % values];
}

static void
write_number(const struct country *c, uint64_t n, struct text *out)
{
	assert(c->number.len <= TEXT_MAX);
	for (size_t i = c->number.len; i-- > 0;)
		out->p[i] = figure(c, c->number.p[i], &n);
	out->len = (unsigned char)c->number.len;
}

/* Half of a country's numbers are for people, half for homes. Slots far apart stand for people
 * side by side, because a prime has no common factor with the room. */
static void
deal(uint64_t seed, const struct country *c, uint64_t slot, bool of_home, struct text *out)
{
	struct dice everybody = { seed, 0 };
	uint64_t room = c->numbers / 2;

	slot += draw(everybody, DRAW_LANDLINE, 9) >> 20;
	slot = slot % room * UINT64_C(2654435761) % room;
	write_number(c, of_home ? room + slot : slot, out);
}

/* The one whose first number this person gets must have given it up a year before. */
static bool
handed_on(const struct world *w, const struct person *p, uint64_t from, day at)
{
	uint64_t bits = draw(p->dice, DRAW_HANDED_ON, 0);
	struct changes theirs;

	if (!happens(&bits, HANDED_ON))
		return false;
	changes_make(w, dice_of(w, from), DRAW_PHONE_CHANGE, PHONE_CHANGES, &theirs);
	return theirs.n == 1 && theirs.at[0] + YEAR <= at;
}

static void
own_phone(const struct world *w, const struct person *p, day at, struct text *out)
{
	unsigned nth = changes_until(&p->phones, at);
	uint64_t stranger = p->number ^ STRANGER;

	if (nth > 0 && handed_on(w, p, stranger, p->phones.at[nth - 1]))
		deal(w->seed, p->home->country, stranger * NUMBERS_EACH, false, out);
	else
		deal(w->seed, p->home->country, p->number * NUMBERS_EACH + nth % NUMBERS_EACH, false, out);
}

void
home_phone(const struct home *h, struct text *out)
{
	deal(h->dice.seed, h->country, h->first, true, out);
}

void
nobody_phone(const struct country *c, struct text *out)
{
	write_number(c, 0, out);
}

void
person_phone(const struct world *w, const struct person *p, day at, struct text *out)
{
	uint64_t bits = draw(p->dice, DRAW_LANDLINE, 2);

	if (home_shares(w, p->home, DRAW_LANDLINE, HOME_PHONES) && happens(&bits, USES_HOME_PHONE))
		home_phone(p->home, out);
	else
		own_phone(w, p, at, out);
}

/* ---- mailboxes ----------------------------------------------------------------------------- */
static const char *const domains[] = { "mailbox.example", "freemail.example", "inbox.example",
	"post.example", "webmail.example", "correio.example", "netmail.example", "buzon.example" };

static void
add_domain(const struct person *p, bool crowded, uint64_t *bits, struct text *out)
{
	uint32_t x = take(bits, 100);

	text_add(out, SPAN("@"));
	if (crowded && x < 85) {
		text_add(out, span_from(domains[take(bits, 1 + take(bits, 8))]));
	} else if (x < 93) {
		text_add(out, SPAN("firm"));
		text_number(out, take(bits, 20000), 1);
		text_add(out, SPAN(".example"));
	} else {
		text_mailbox(out, text_span(&p->family), false);
		text_number(out, take(bits, 1000), 1);
		text_add(out, SPAN(".example"));
	}
}

/* The first letters of a name. */
static void
add_cut(struct span name, unsigned most, bool german, struct text *out)
{
	unsigned before = out->len;

	text_mailbox(out, name, german);
	if (out->len > before + most)
		out->len = (unsigned char)(before + most);
}

/* Given and family name in one of the usual orders. */
static void
add_names(const struct person *p, struct span family, uint32_t way, bool german, struct text *out)
{
	static const struct span between[] = { SPAN_INIT("."), SPAN_INIT(""), SPAN_INIT("_"),
	    SPAN_INIT(".") };

	if (way == 5) {
		add_cut(family, LAST_MOST, german, out);
		text_add(out, SPAN("."));
	}
	add_cut(text_span(&p->given), way == 4 ? 1 : GIVEN_MOST, german, out);
	if (way < 4)
		text_add(out, between[way]);
	if (way < 5)
		add_cut(family, LAST_MOST, german, out);
}

/* Figures keep namesakes apart: without any the domain must be a small one. */
static void
add_figures(const struct person *p, uint32_t least, uint64_t *bits, struct text *out, bool *crowded)
{
	uint32_t x = take(bits, 100), room = least == 0 ? 1000 : 100000;
	int year, month, mday;

	*crowded = true;
	if (least == 0 && x < 14) {
		*crowded = false;
	} else if (least == 0 && x < 34) {
		day_parts(p->born, &year, &month, &mday);
		text_number(out, (uint64_t)year % 100, 2);
	} else {
		text_number(out, take(bits, x < 66 ? room : room * 10), 1);
	}
}

/* The last name, as "silva" of "Oliveira da Silva". */
static struct span
last_name(const struct text *family)
{
	struct span s = text_span(family);

	for (size_t i = s.len; i > 0; i--)
		if (s.p[i - 1] == ' ' || s.p[i - 1] == '-')
			return span_skip(s, i);
	return s;
}

static void
own_mailbox(const struct person *p, day at, struct text *out)
{
	unsigned nth = changes_until(&p->mailboxes, at);
	uint64_t bits = draw(p->dice, DRAW_MAILBOX, nth);
	day since = nth > 0 ? p->mailboxes.at[nth - 1] : -DAY_NEVER;
	uint32_t way = take(&bits, 8);
	bool german = p->home->tongue->locale == LOCALE_DE && take(&bits, 2) == 0, crowded;

	out->len = 0;
	add_names(p, last_name(family_on(p, since)), way, german, out);
	add_figures(p, way > 5 ? 4 : 0, &bits, out, &crowded);
	bits = draw(p->dice, DRAW_MAILBOX, nth + 16);
	add_domain(p, crowded, &bits, out);
}

static void
home_mailbox(const struct home *h, struct text *out)
{
	uint64_t bits = draw(h->dice, DRAW_HOME_MAILBOX, 0);

	out->len = 0;
	text_add(out, SPAN("casa"));
	text_number(out, take(&bits, 100000000), 3);
	text_add(out, SPAN("@"));
	text_add(out, span_from(domains[take(&bits, 8)]));
}

void
person_mailbox(const struct world *w, const struct person *p, day at, struct text *out)
{
	if (p->role != ROLE_CHILD && home_shares(w, p->home, DRAW_HOME_MAILBOX, HOME_MAILBOXES))
		home_mailbox(p->home, out);
	else
		own_mailbox(p, at, out);
}
