/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/labels.c: rows of truth. */
#include "base/buf.h"
#include "io/csv_fields.h"
#include "synth/contact.h"
#include "synth/labels.h"

/* Who has left the home is a household of one, and so is everybody in an institution. */
void
owner_write(const struct person *p, struct text *out)
{
	bool alone = p->left != DAY_NEVER || p->home->kind == HOME_INSTITUTION;

	out->len = 0;
	text_add(out, SPAN("p"));
	text_number(out, p->number, 1);
	text_add(out, SPAN(",h"));
	text_number(out, alone ? p->number : p->home->first, 1);
}

void
truth_write(const struct row *r, const struct text *owner, struct buf *out)
{
	buf_add(out, r->channel->source);
	buf_byte(out, ':');
	buf_add(out, text_span(&r->key));
	buf_byte(out, ',');
	buf_add(out, text_span(owner));
	buf_byte(out, '\n');
}

static void
write_value(struct span v, struct buf *out)
{
	buf_byte(out, ',');
	csv_write_cell(out, v, ',', false);
}

static void
write_place(const struct world *w, const struct person *p, day at, struct buf *out)
{
	struct place place;
	struct text line;

	place_on(w, p, at, &place);
	place_line(&place, false, &line);
	write_value(text_span(&line), out);
	write_value(place.town->name, out);
	write_value(place.town->region, out);
	write_value(text_span(&place.postcode), out);
	write_value(place.country->code, out);
}

void
golden_write(const struct world *w, const struct person *p, const struct text *owner,
    struct buf *out)
{
	day at = p->died < w->as_of ? p->died - 1 : w->as_of - 1;
	struct text given = p->given, born = { 0 }, email, phone;

	if (p->second.len > 0) {
		text_add(&given, SPAN(" "));
		text_add(&given, text_span(&p->second));
	}
	row_day(p->born, &born);
	person_mailbox(w, p, at, &email);
	person_phone(w, p, at, &phone);
	buf_add(out, text_span(owner));
	write_value(text_span(&given), out);
	write_value(text_span(family_on(p, at)), out);
	write_value(text_span(&born), out);
	write_value(p->sex == 1 ? SPAN("female") : SPAN("male"), out);
	write_value(text_span(&email), out);
	write_value(text_span(&phone), out);
	write_place(w, p, at, out);
	buf_byte(out, '\n');
}
