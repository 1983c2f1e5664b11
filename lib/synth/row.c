/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/row.c: the true values of a day, as far as the source has them. */
#include "synth/contact.h"
#include "synth/row.h"

enum {
	WINDOW_DAYS = 1461, OLD_DAYS = 700,
	KEY_BITS = 40, KEY_LETTERS = KEY_BITS / 5,
	SENT_AGAIN = 160000, OLD_PLACE = 20000, SHARED_DEVICES = 60000,	/* of a million */
	COLLIDE_LOCAL = 40	/* bytes of a local part, so that figures have room behind it */
};

/* One to one on 40 bits, so that keys are unique and tell nothing about who or when. */
static uint64_t
scrambled(uint64_t seed, enum fact what, uint64_t n)
{
	const uint64_t mask = (UINT64_C(1) << KEY_BITS) - 1;
	struct dice d = { seed, 0 };
	uint64_t key = draw(d, DRAW_KEY, what);

	n = (n ^ key) & mask;
	for (int i = 0; i < 3; i++) {
		n = n * UINT64_C(0x9e3779b97f4a7c15) & mask;
		n ^= n >> 19;
	}
	return n;
}

static void
write_key(struct span letters, uint64_t n, struct text *out)
{
	static const char figures[] = "0123456789abcdefghjkmnpqrstvwxyz";
	char s[KEY_LETTERS];

	out->len = 0;
	if (letters.len == 0) {
		text_number(out, n, 1);
		return;
	}
	text_add(out, letters);
	for (int i = KEY_LETTERS; i > 0; n >>= 5)
		s[--i] = figures[n & 31];
	text_add(out, span_make(s, KEY_LETTERS));
}

static void
fill_device(const struct world *w, struct row *r)
{
	struct dice owner = r->person->dice;
	uint64_t bits = draw(owner, DRAW_IDENTIFIER, 1);

	if (home_shares(w, r->person->home, DRAW_IDENTIFIER, SHARED_DEVICES))
		owner = r->person->home->dice;
	write_key(SPAN(""), draw(owner, DRAW_IDENTIFIER, 2 + take(&bits, 2)), &r->device);
}

static void
fill_handle(struct row *r)
{
	const struct person *p = r->person;

	text_mailbox(&r->handle, p->nickname.p != NULL ? p->nickname : text_span(&p->given), false);
	text_add(&r->handle, SPAN("_"));
	text_number(&r->handle, scrambled(p->dice.seed, FACT_HANDLE, p->number) % 100000000, 1);
}

/* Whether the values kept are others than the number says; from now on they are those. */
static bool
differs(unsigned *which, unsigned number)
{
	bool other = *which != number + 1;

	*which = number + 1;
	return other;
}

static void
fill_contacts(const struct world *w, struct row *r, struct known *k, bool mailbox, bool phone)
{
	const struct person *p = r->person;

	if (mailbox) {
		if (differs(&k->which[0], changes_until(&p->mailboxes, r->heard)))
			person_mailbox(w, p, r->heard, &k->mailbox);
		r->email = k->mailbox;
	}
	if (phone) {
		if (differs(&k->which[1], changes_until(&p->phones, r->heard)))
			person_phone(w, p, r->heard, &k->phone);
		r->phone = k->phone;
	}
}

static void
fill_place(const struct world *w, struct row *r, struct known *k, bool has_street)
{
	uint64_t bits = draw(r->dice, DRAW_STALE, 0);
	bool old = happens(&bits, share(OLD_PLACE, w->preset->errors));
	day at = old ? r->heard - OLD_DAYS : r->heard;

	if (differs(&k->which[2], place_number(r->person, at)))
		place_on(w, r->person, at, &k->place);
	r->place = k->place;
	r->town = true;
	r->line = has_street;
}

/* Each fact is there or not by a draw of its own. */
static void
fill(const struct world *w, struct row *r, struct known *known)
{
	const struct person *p = r->person;
	uint64_t bits = draw(r->dice, DRAW_FILL, 0);
	bool has[FACTS];

	for (int f = 0; f < FACTS; f++)
		has[f] = take(&bits, 100) < r->channel->fill[f];
	if (has[FACT_GIVEN]) {
		r->given = p->given;
		r->second_name = p->second;
	}
	if (has[FACT_FAMILY])
		r->family = *family_on(p, r->heard);
	if (has[FACT_BIRTHDATE])
		r->birthdate = known->birthdate;
	fill_contacts(w, r, known, has[FACT_EMAIL], has[FACT_PHONE] || !has[FACT_EMAIL]);
	if (has[FACT_STREET] || has[FACT_TOWN])
		fill_place(w, r, known, has[FACT_STREET]);
	if (has[FACT_LOYALTY]) {
		text_set(&r->loyalty, SPAN("L"));
		text_number(&r->loyalty, scrambled(p->dice.seed, FACT_LOYALTY, p->number), 1);
	}
	if (has[FACT_DEVICE])
		fill_device(w, r);
	if (has[FACT_HANDLE])
		fill_handle(r);
	if (has[FACT_SUFFIX])
		r->suffix = p->suffix;
	r->gender = has[FACT_GENDER];
	r->has_locale = has[FACT_LOCALE];
}

/* Somebody leaves records in the last four years, and none after death. */
static void
choose_time(const struct world *w, uint64_t name, struct row *r)
{
	uint64_t bits = draw(dice_of(w, name), DRAW_TIME, 0);

	r->at = w->as_of - 1 - (day)take(&bits, WINDOW_DAYS);
	if (r->at >= r->person->died)
		r->at = r->person->died - 1 - (day)take(&bits, 30);
	r->second = take(&bits, 86400);
	r->heard = r->at - (day)take(&bits, r->channel->delay + 1);
}

/* Figures behind the local part, until the hash of the whole has only zeros in its low bits. */
static void
collide(struct text *email, unsigned bits)
{
	size_t at = span_index(text_span(email), '@');
	struct text best = *email;
	struct span local = span_head(text_span(email), at < COLLIDE_LOCAL ? at : COLLIDE_LOCAL);

	for (uint64_t n = 0; (hash64(text_span(&best), 0) & ((UINT64_C(1) << bits) - 1)) != 0; n++) {
		best.len = 0;
		text_add(&best, local);
		text_add(&best, SPAN("."));
		text_number(&best, n, 1);
		text_add(&best, span_skip(text_span(email), at));
	}
	*email = best;
}

/* Some forms are sent off once more as they were. */
static void
choose_channel(const struct world *w, struct row *r, uint32_t nth, struct known *known)
{
	unsigned channel = channel_draw(draw(r->dice, DRAW_SOURCE, 0), known->channels);
	uint64_t bits;

	r->channel = &channels[channel];
	if ((known->channels >> channel & 1) == 0) {
		known->channels |= 1U << channel;
		known->nth[channel] = nth;
		return;
	}
	bits = draw(r->dice, DRAW_SOURCE, 1);
	if (happens(&bits, SENT_AGAIN))
		r->dice = dice_of(w, r->person->number << ROW_BITS | known->nth[channel]);
}

/* Without touching the bytes of the texts, which are most of a row. */
static void
clear(struct row *r)
{
	r->key.len = r->given.len = r->second_name.len = r->family.len = r->suffix.len = 0;
	r->birthdate.len = r->phone.len = r->email.len = r->street.len = 0;
	r->loyalty.len = r->device.len = r->handle.len = 0;
	r->line = r->town = false;
}

void
known_begin(struct known *k, const struct person *p)
{
	k->channels = 0;
	k->birthdate.len = 0;
	row_day(p->born, &k->birthdate);
	memset(k->which, 0, sizeof k->which);
}

void
row_make(const struct world *w, const struct row_rates *rates, const struct person *p,
    uint32_t nth, struct known *known, struct row *r)
{
	uint64_t name = p->number << ROW_BITS | nth, bits;

	clear(r);
	r->person = p;
	r->dice = dice_of(w, name);
	bits = draw(r->dice, DRAW_PURPOSES, 0);
	r->linkable = !happens(&bits, rates->unlinkable);
	choose_channel(w, r, nth, known);
	choose_time(w, name, r);
	write_key(r->channel->key, scrambled(w->seed, FACTS, name), &r->key);
	fill(w, r, known);
	mistakes_make(w, r);
	if (rates->collide > 0 && r->email.len > 0)
		collide(&r->email, rates->collide);
}

/* A letter that no other key begins with. */
void
row_copy_key(struct row *r, uint64_t nth)
{
	write_key(SPAN("Z"), scrambled(r->dice.seed, FACTS, nth), &r->key);
}

void
row_given(const struct row *r, struct text *out)
{
	*out = r->given;
	if (r->second_name.len > 0) {
		text_add(out, SPAN(" "));
		text_add(out, text_span(&r->second_name));
	}
}
