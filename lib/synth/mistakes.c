/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/mistakes.c: which values of a row are wrong, and how. The rates, in parts of a million
 * of the values that can be wrong in that way, give the agreement between true pairs that public
 * data sets show; tests/unit/synth_errors_test.c holds them to it. */
#include "synth/contact.h"
#include "synth/row.h"
#include "synth/slip.h"

enum { FAMILY_BYTES = 15, STREET_BYTES = 24 };	/* fields of old programs */

struct chance {
	const struct world	*w;
	uint64_t		 bits;
	unsigned		 percent;	/* of the rate, by preset and source */
};

static struct chance
chance_of(const struct world *w, const struct row *r, enum purpose purpose)
{
	return (struct chance){ w, draw(r->dice, purpose, 0),
	    w->preset->errors * r->channel->errors / 100 };
}

/* In which way something goes wrong, drawn where it does. */
static uint64_t
how(const struct row *r, enum purpose purpose)
{
	return draw(r->dice, purpose, 1);
}

static bool
goes_wrong(struct chance *c, uint32_t rate)
{
	return happens(&c->bits, share(rate, c->percent));
}

/* A value that the source writes when it has none. */
static bool
is_default(struct chance *c, uint32_t rate)
{
	return happens(&c->bits, share(rate, c->w->preset->defaults));
}

static enum locale
locale_of(const struct row *r)
{
	return r->person->home->tongue->locale;
}

/* ---- names --------------------------------------------------------------------------------- */
static void
given_mistakes(const struct world *w, struct row *r)
{
	struct chance c = chance_of(w, r, DRAW_GIVEN_ERROR);

	if (goes_wrong(&c, 170000))
		r->second_name.len = 0;
	if (goes_wrong(&c, 240000))
		slip_marks(&r->given, locale_of(r), how(r, DRAW_GIVEN_ERROR));
	if (r->person->nickname.p != NULL && goes_wrong(&c, 74000))
		text_set(&r->given, r->person->nickname);
	if (goes_wrong(&c, 26000))
		slip_initial(&r->given);
	else if (goes_wrong(&c, 43000))
		slip_typing(&r->given, locale_of(r), how(r, DRAW_GIVEN_ERROR));
	else if (goes_wrong(&c, 16000))
		slip_hearing(&r->given, locale_of(r), how(r, DRAW_GIVEN_ERROR));
	else if (goes_wrong(&c, 4000))
		slip_case(&r->given);
}

/* Where the last of several names begins, its particle included; 0: there is only one. */
static size_t
last_name(struct span s)
{
	size_t at = s.len;

	while (at > 0 && s.p[at - 1] != ' ' && s.p[at - 1] != '-')
		at--;
	while (at > 2) {		/* "da " in front of it */
		size_t word = at - 1;

		while (word > 0 && s.p[word - 1] != ' ' && s.p[word - 1] != '-')
			word--;
		if (at - word > 4 || s.p[word] < 'a')
			break;
		at = word;
	}
	return at;
}

/* Only the last name, or all but the last, of several. */
static void
lose_name(struct text *t, uint64_t bits)
{
	size_t at = last_name(text_span(t));
	struct span kept;

	if (at == 0)
		return;
	kept = take(&bits, 3) == 0 ? span_skip(text_span(t), at) : span_head(text_span(t), at - 1);
	memmove(t->p, kept.p, kept.len);
	t->len = (unsigned char)kept.len;
}

/* "da Silva" is written "Silva". */
static void
lose_particle(struct text *t)
{
	size_t at = 0;

	while (at < t->len && t->p[at] != ' ')
		at++;
	if (at > 3 || at == t->len || t->p[0] < 'a')
		return;
	memmove(t->p, t->p + at + 1, t->len - at - 1);
	t->len -= (unsigned char)(at + 1);
}

static void
family_mistakes(const struct world *w, struct row *r)
{
	struct chance c = chance_of(w, r, DRAW_FAMILY_ERROR);

	if (goes_wrong(&c, 80000))
		lose_name(&r->family, how(r, DRAW_FAMILY_ERROR));
	if (goes_wrong(&c, 80000))
		lose_particle(&r->family);
	if (goes_wrong(&c, 160000))
		slip_marks(&r->family, locale_of(r), how(r, DRAW_FAMILY_ERROR));
	if (goes_wrong(&c, 66000))
		slip_typing(&r->family, locale_of(r), how(r, DRAW_FAMILY_ERROR));
	else if (goes_wrong(&c, 40000))
		slip_hearing(&r->family, locale_of(r), how(r, DRAW_FAMILY_ERROR));
	else if (goes_wrong(&c, 4000))
		slip_initial(&r->family);
	else if (goes_wrong(&c, 5000))
		slip_case(&r->family);
	else if (goes_wrong(&c, 30000))
		slip_cut(&r->family, FAMILY_BYTES);
}

static void
exchange(struct text *a, struct text *b)
{
	struct text first = *a;

	*a = *b;
	*b = first;
}

static void
swap_names(const struct world *w, struct row *r)
{
	struct chance c = chance_of(w, r, DRAW_SWAP);

	if (r->given.len > 0 && r->family.len > 0 && goes_wrong(&c, 6000))
		exchange(&r->given, &r->family);
}

/* ---- dates --------------------------------------------------------------------------------- */
static void
swap_day_and_month(struct text *t)
{
	char month[2] = { t->p[5], t->p[6] };

	if (t->p[8] > '1' || (t->p[8] == '1' && t->p[9] > '2'))
		return;
	t->p[5] = t->p[8];
	t->p[6] = t->p[9];
	t->p[8] = month[0];
	t->p[9] = month[1];
}

/* A slip that gives no day of the calendar would have been noticed. */
static void
slip_in_date(struct text *t, uint64_t bits)
{
	struct text before = *t;
	struct time_text read;

	slip_digit(t, bits);
	if (!time_parse(text_span(t), &read))
		*t = before;
}

static void
other_year(struct text *t, int by)
{
	int year = 0;

	for (int i = 0; i < 4; i++)
		year = year * 10 + (t->p[i] - '0');
	if (t->p[5] == '0' && t->p[6] == '2' && t->p[8] == '2' && t->p[9] == '9')
		return;
	year += by;
	for (int i = 3; i >= 0; i--) {
		t->p[i] = (char)('0' + year % 10);
		year /= 10;
	}
}

static void
date_mistakes(const struct world *w, struct row *r)
{
	struct chance c = chance_of(w, r, DRAW_DATE_ERROR);

	if (goes_wrong(&c, 32000))
		swap_day_and_month(&r->birthdate);
	else if (goes_wrong(&c, 31000))
		slip_in_date(&r->birthdate, how(r, DRAW_DATE_ERROR));
	else if (goes_wrong(&c, 7000))
		other_year(&r->birthdate, take(&c.bits, 2) == 0 ? 1 : -1);
	else if (goes_wrong(&c, 5000))
		memcpy(r->birthdate.p + 4, "-01-01", 6);
	else if (is_default(&c, 3000))
		text_set(&r->birthdate, SPAN("1980-01-01"));
}

/* ---- contact ------------------------------------------------------------------------------- */
static void
phone_mistakes(const struct world *w, struct row *r)
{
	struct chance c = chance_of(w, r, DRAW_PHONE_ERROR);

	if (goes_wrong(&c, 14000))
		slip_digit(&r->phone, how(r, DRAW_PHONE_ERROR));
	else if (r->person->home->size > 1 && goes_wrong(&c, 12000))
		home_phone(r->person->home, &r->phone);
	else if (is_default(&c, 3000))
		nobody_phone(r->person->home->country, &r->phone);
}

static void
insert(struct text *t, size_t at, struct span s)
{
	struct text tail = { 0 };

	if (t->len + s.len > TEXT_MAX)
		return;
	text_add(&tail, span_skip(text_span(t), at));
	t->len = (unsigned char)at;
	text_add(t, s);
	text_add(t, text_span(&tail));
}

/* Only before the "@" that stands at a place. */
static void
mistype_local(struct row *r, size_t at)
{
	struct text local = { 0 };

	text_add(&local, span_head(text_span(&r->email), at));
	slip_typing(&local, locale_of(r), how(r, DRAW_MAIL_ERROR));
	text_add(&local, span_skip(text_span(&r->email), at));
	r->email = local;
}

/* "ana+shop@" */
static void
tag_local(struct row *r, size_t at)
{
	struct text tag = { 0 };

	text_add(&tag, SPAN("+"));
	text_add(&tag, r->channel->source);
	insert(&r->email, at, text_span(&tag));
}

/* "anasouza@", which many providers take for "ana.souza@" */
static void
lose_dot(struct text *t, size_t at)
{
	size_t dot = span_index(span_head(text_span(t), at), '.');

	if (dot == at)
		return;
	memmove(t->p + dot, t->p + dot + 1, t->len - dot - 1);
	t->len--;
}

static void
mail_mistakes(const struct world *w, struct row *r)
{
	struct chance c = chance_of(w, r, DRAW_MAIL_ERROR);
	size_t at = span_index(text_span(&r->email), '@');

	if (goes_wrong(&c, 9000)) {
		mistype_local(r, at);
	} else if (goes_wrong(&c, 5000)) {
		char twice = r->email.p[at + 2];	/* "maailbox.example" */

		insert(&r->email, at + 2, span_make(&twice, 1));
	} else if (goes_wrong(&c, 8000)) {
		tag_local(r, at);
	} else if (goes_wrong(&c, 6000)) {
		lose_dot(&r->email, at);
	} else if (is_default(&c, 3000)) {
		text_set(&r->email, SPAN("counter@"));
		text_add(&r->email, r->channel->source);
		text_add(&r->email, SPAN(".example"));
	}
}

/* ---- places -------------------------------------------------------------------------------- */
static void
place_mistakes(const struct world *w, struct row *r)
{
	struct chance c = chance_of(w, r, DRAW_PLACE_ERROR);
	bool brief = goes_wrong(&c, 65000);

	if (goes_wrong(&c, 80000))
		r->place.unit.len = 0;
	else if (goes_wrong(&c, 20000))
		place_wrong_unit(&r->place, how(r, DRAW_PLACE_ERROR));
	if (goes_wrong(&c, 8000))
		r->place.number.len = 0;
	place_line(&r->place, brief, &r->street);
	if (goes_wrong(&c, 50000))
		slip_marks(&r->street, r->place.country->locale, how(r, DRAW_PLACE_ERROR));
	if (goes_wrong(&c, 30000))
		slip_typing(&r->street, r->place.country->locale, how(r, DRAW_PLACE_ERROR));
	if (goes_wrong(&c, 10000))
		slip_digit(&r->place.postcode, how(r, DRAW_PLACE_ERROR));
	if (goes_wrong(&c, 15000))
		slip_cut(&r->street, STREET_BYTES);
}

void
mistakes_make(const struct world *w, struct row *r)
{
	if (r->given.len > 0)
		given_mistakes(w, r);
	if (r->family.len > 0)
		family_mistakes(w, r);
	swap_names(w, r);
	if (r->birthdate.len > 0)
		date_mistakes(w, r);
	if (r->phone.len > 0)
		phone_mistakes(w, r);
	if (r->email.len > 0)
		mail_mistakes(w, r);
	if (r->line)
		place_mistakes(w, r);
}
