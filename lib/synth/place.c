/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/place.c: a town by its people, a street, a house, a door. The postcode follows from
 * the street, so that neighbours have the same. */
#include "synth/place.h"

enum { SAME_TOWN = 650000 };	/* in a million of moves */

/* In a million: houses with several doors. */
static uint32_t
doors(const struct country *c)
{
	switch (c->locale) {
	case LOCALE_EN:
		return 280000;
	case LOCALE_PT:
		return 500000;
	case LOCALE_ES:
		return 750000;
	default:
		return 0;
	}
}

static const struct town *
town_of(const struct country *c, uint64_t *bits)
{
	uint32_t x = take(bits, c->towns[c->n - 1].people);
	size_t low = 0, high = c->n - 1;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (x < c->towns[middle].people)
			high = middle;
		else
			low = middle + 1;
	}
	return &c->towns[low];
}

/* Letters of British postcodes; some are never used. */
static void
fill_postcode(struct span shape, uint64_t bits, struct text *out)
{
	static const char letters[] = "ABDEFGHJLNPQRSTUWXYZ";

	out->len = 0;
	for (size_t i = 0; i < shape.len; i++) {
		char c = shape.p[i];

		if (c == '#')
			c = (char)('0' + take(&bits, 10));
		else if (c == '@')
			c = letters[take(&bits, sizeof letters - 1)];
		text_add(out, span_make(&c, 1));
	}
}

static void
unit_of(const struct country *c, uint64_t *bits, struct text *out)
{
	static const char *const spanish[] = { " A", " B", " C", " D", " Izq", " Dcha" };
	static const char *const portuguese[] = { " Esq", " Dto", " Fte" };
	uint32_t floor = 1 + take(bits, 9), door = take(bits, 12);
	char letter = (char)('A' + door % 4);

	out->len = 0;
	if (c->locale == LOCALE_EN) {
		text_add(out, c->code.p[0] == 'U' ? SPAN("Apt ") : SPAN("Flat "));
		text_number(out, floor, 1);
		if (c->code.p[0] == 'U')
			text_add(out, span_make(&letter, 1));
	} else if (c->locale == LOCALE_ES) {
		text_number(out, floor, 1);
		text_add(out, SPAN(".º"));
		text_add(out, span_from(spanish[door % 6]));
	} else if (c->code.p[0] == 'P') {
		text_number(out, floor, 1);
		text_add(out, SPAN(".º"));
		text_add(out, span_from(portuguese[door % 3]));
	} else {
		text_add(out, SPAN("apto "));
		text_number(out, floor * 10 + door % 8 + 1, 1);
	}
}

static void
place_make(const struct world *w, const struct country *c, struct dice d, uint32_t nth,
    struct place *p)
{
	const struct tongue *t = &w->words->tongue[c->locale];
	uint64_t bits = draw(d, DRAW_PLACE, nth);
	uint32_t type, name;
	struct dice street;

	p->country = c;
	p->town = town_of(c, &bits);
	p->number.len = p->unit.len = 0;
	if (nth > 0 && happens(&bits, SAME_TOWN)) {
		uint64_t first = draw(d, DRAW_PLACE, 0);

		p->town = town_of(c, &first);
	}
	type = take(&bits, (uint32_t)t->street_types.n);
	name = take(&bits, (uint32_t)t->street_names.n);
	p->street_type = t->street_types.v[type];
	p->street_short = t->street_short.v[type];
	p->street_name = t->street_names.v[name];
	text_number(&p->number, 1 + take(&bits, 1 + take(&bits, 240)), 1);
	bits = draw(d, DRAW_PLACE, nth + 32);
	if (c->locale == LOCALE_DE && happens(&bits, 80000))
		text_add(&p->number, SPAN("a"));
	if (happens(&bits, doors(c)))
		unit_of(c, &bits, &p->unit);
	street = (struct dice){ 0, (uint64_t)(p->town - c->towns) << 32 | type << 16 | name };
	fill_postcode(p->town->postcode, draw(street, DRAW_PLACE, 64), &p->postcode);
}

unsigned
place_number(const struct person *p, day at)
{
	if (at >= p->left)
		return 8 + changes_until(&p->moves, at);
	return changes_until(&p->home->moves, at);
}

void
place_on(const struct world *w, const struct person *p, day at, struct place *place)
{
	const struct home *h = p->home;

	place_make(w, h->country, at >= p->left ? p->dice : h->dice, place_number(p, at), place);
}

static void
street(const struct place *p, bool brief, struct text *out)
{
	struct span type = brief ? p->street_short : p->street_type;

	if (p->country->locale == LOCALE_PT || p->country->locale == LOCALE_ES) {
		text_add(out, type);
		text_add(out, SPAN(" "));
		text_add(out, p->street_name);
		return;
	}
	text_add(out, p->street_name);
	if (p->country->locale == LOCALE_EN)
		text_add(out, SPAN(" "));
	text_add(out, type);
}

void
place_line(const struct place *p, bool brief, struct text *out)
{
	bool number_first = p->country->locale == LOCALE_EN;

	out->len = 0;
	if (number_first && p->number.len > 0) {
		text_add(out, text_span(&p->number));
		text_add(out, SPAN(" "));
	}
	street(p, brief, out);
	if (!number_first && p->number.len > 0) {
		text_add(out, p->country->code.p[0] == 'B' ? SPAN(", ") : SPAN(" "));
		text_add(out, text_span(&p->number));
	}
	if (p->unit.len > 0) {
		text_add(out, SPAN(", "));
		text_add(out, text_span(&p->unit));
	}
}

void
place_wrong_unit(struct place *p, uint64_t bits)
{
	if (p->unit.len > 0)
		unit_of(p->country, &bits, &p->unit);
}
