/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/sheet.c: rows of CSV files. */
#include "base/ascii.h"
#include "base/buf.h"
#include "io/csv_fields.h"
#include "synth/consents.h"
#include "synth/sheet.h"
#include "synth/sheet_priv.h"

enum {
	SHIFTED = 500, PADDED = 20000, FILLED = 30000,	/* rows, cells, empty cells of a million */
	SHIFT = 4					/* cells that moved to the left */
};

const struct sheet sheets[CHANNELS] = {
	{ .separator = ',', .date_separator = '-', .phone = " ", .upper = 3, .lower = 4, .columns = {
	    { "Customer ID", CELL_KEY }, { "First Name", CELL_GIVEN }, { "Last Name", CELL_FAMILY },
	    { "Suffix", CELL_SUFFIX }, { "Email", CELL_EMAIL }, { "Phone", CELL_PHONE },
	    { "Birthday", CELL_BIRTHDATE }, { "Gender", CELL_GENDER }, { "Address", CELL_STREET },
	    { "City", CELL_TOWN }, { "Province", CELL_REGION }, { "Zip", CELL_POSTCODE },
	    { "Country", CELL_COUNTRY }, { "Loyalty Card", CELL_LOYALTY }, { "Locale", CELL_LOCALE },
	    { "Updated", CELL_SEEN }, { "Created", CELL_SINCE }, { "Newsletter", CELL_NEWSLETTER } } },
	{ .separator = ';', .crlf = true, .day_first = true, .date_separator = '.', .phone = "-",
	    .country_names = true, .initials = true, .upper = 6, .columns = {
	    { "Nr", CELL_KEY }, { "Name", CELL_NAME }, { "Zusatz", CELL_SUFFIX },
	    { "Geburtsdatum", CELL_BIRTHDATE }, { "Geschlecht", CELL_GENDER },
	    { "E-Mail", CELL_EMAIL }, { "Telefon", CELL_PHONE }, { "Straße", CELL_STREET },
	    { "PLZ", CELL_POSTCODE }, { "Ort", CELL_TOWN }, { "Bundesland", CELL_REGION },
	    { "Land", CELL_COUNTRY }, { "Kundenkarte", CELL_LOYALTY }, { "Stand", CELL_SEEN },
	    { "Kunde seit", CELL_SINCE }, { "Newsletter", CELL_NEWSLETTER } } },
	{ .separator = ',', .date_separator = '-', .phone = "", .lower = 15, .columns = {
	    { "id", CELL_KEY }, { "firstName", CELL_GIVEN }, { "lastName", CELL_FAMILY },
	    { "nameSuffix", CELL_SUFFIX }, { "birthDate", CELL_BIRTHDATE }, { "sex", CELL_GENDER },
	    { "mail", CELL_EMAIL }, { "mobile", CELL_PHONE }, { "street", CELL_STREET },
	    { "city", CELL_TOWN }, { "region", CELL_REGION }, { "postalCode", CELL_POSTCODE },
	    { "country", CELL_COUNTRY }, { "language", CELL_LOCALE }, { "loyaltyId", CELL_LOYALTY },
	    { "lastLogin", CELL_SEEN }, { "registered", CELL_SINCE },
	    { "newsletter", CELL_NEWSLETTER } } },
	{ .separator = ',', .date_separator = '-', .phone = "", .lower = 6, .columns = {
	    { "user_id", CELL_KEY }, { "first_name", CELL_GIVEN }, { "last_name", CELL_FAMILY },
	    { "suffix", CELL_SUFFIX }, { "dob", CELL_BIRTHDATE }, { "gender", CELL_GENDER },
	    { "email", CELL_EMAIL }, { "phone", CELL_PHONE }, { "street", CELL_STREET },
	    { "city", CELL_TOWN }, { "state", CELL_REGION }, { "postal_code", CELL_POSTCODE }, { "country", CELL_COUNTRY },
	    { "locale", CELL_LOCALE }, { "loyalty", CELL_LOYALTY }, { "device_id", CELL_DEVICE },
	    { "last_seen", CELL_SEEN }, { "installed", CELL_SINCE } } },
	{ .separator = '|', .crlf = true, .day_first = true, .date_separator = '/', .phone = ".",
	    .upper = 90, .columns = {
	    { "PROTOCOLO", CELL_KEY }, { "NOME", CELL_GIVEN }, { "SOBRENOME", CELL_FAMILY },
	    { "SUFIXO", CELL_SUFFIX }, { "NASCIMENTO", CELL_BIRTHDATE }, { "EMAIL", CELL_EMAIL },
	    { "TELEFONE", CELL_PHONE }, { "ENDERECO", CELL_STREET }, { "CEP", CELL_POSTCODE },
	    { "CIDADE", CELL_TOWN }, { "UF", CELL_REGION }, { "PAIS", CELL_COUNTRY },
	    { "CARTAO", CELL_LOYALTY }, { "ATUALIZADO", CELL_SEEN }, { "DESDE", CELL_SINCE } } },
	{ .separator = '\t', .date_separator = '-', .phone = " ", .lower = 12, .columns = {
	    { "id", CELL_KEY }, { "handle", CELL_HANDLE }, { "first_name", CELL_GIVEN },
	    { "last_name", CELL_FAMILY }, { "birthday", CELL_BIRTHDATE }, { "gender", CELL_GENDER },
	    { "email", CELL_EMAIL }, { "phone", CELL_PHONE }, { "city", CELL_TOWN },
	    { "region", CELL_REGION }, { "zip", CELL_POSTCODE }, { "country", CELL_COUNTRY },
	    { "locale", CELL_LOCALE }, { "suffix", CELL_SUFFIX }, { "seen", CELL_SEEN },
	    { "joined", CELL_SINCE }, { "opt_in", CELL_NEWSLETTER } } },
	{ .separator = ';', .day_first = true, .date_separator = '/', .phone = " ", .lower = 10,
	    .columns = {
	    { "Respuesta", CELL_KEY }, { "Nombre", CELL_GIVEN }, { "Apellidos", CELL_FAMILY },
	    { "Sufijo", CELL_SUFFIX }, { "Fecha de nacimiento", CELL_BIRTHDATE },
	    { "Sexo", CELL_GENDER }, { "Correo", CELL_EMAIL }, { "Móvil", CELL_PHONE },
	    { "Dirección", CELL_STREET }, { "Código postal", CELL_POSTCODE },
	    { "Población", CELL_TOWN }, { "Provincia", CELL_REGION }, { "País", CELL_COUNTRY },
	    { "Tarjeta", CELL_LOYALTY }, { "Fecha", CELL_SEEN }, { "Alta", CELL_SINCE } } },
	{ .separator = ',', .date_separator = '-', .phone = "", .columns = {
	    { "record", CELL_KEY }, { "device", CELL_DEVICE }, { "given", CELL_GIVEN },
	    { "family", CELL_FAMILY }, { "birth", CELL_BIRTHDATE }, { "account_mail", CELL_EMAIL },
	    { "sim", CELL_PHONE }, { "card", CELL_LOYALTY }, { "locale", CELL_LOCALE },
	    { "seen", CELL_SEEN }, { "since", CELL_SINCE } } },
};

static void
put_date(const struct sheet *s, day d, struct text *out)
{
	int year, month, mday;

	day_parts(d, &year, &month, &mday);
	text_number(out, (uint64_t)(s->day_first ? mday : year), s->day_first ? 2 : 4);
	text_add(out, span_make(&s->date_separator, 1));
	text_number(out, (uint64_t)month, 2);
	text_add(out, span_make(&s->date_separator, 1));
	text_number(out, (uint64_t)(s->day_first ? year : mday), s->day_first ? 4 : 2);
}

/* Birth dates come as text, because a wrong one may be no day of the calendar. */
static void
put_birthdate(const struct sheet *s, const struct text *iso, struct text *out)
{
	struct time_text t;

	if (iso->len > 0 && time_parse(text_span(iso), &t))
		put_date(s, (day)(t.at / DAY_MS - (t.at % DAY_MS < 0)), out);
}

static void
put_phone(const struct sheet *s, const struct text *e164, struct text *out)
{
	for (unsigned i = 0; i < e164->len; i++) {
		if (i > 2 && i % 4 == 3)
			text_add(out, span_from(s->phone));
		text_add(out, span_make(&e164->p[i], 1));
	}
}

static void
put_name(const struct row *r, struct text *out)
{
	struct text given;

	row_given(r, &given);
	text_add(out, text_span(&r->family));
	if (r->family.len > 0 && given.len > 0)
		text_add(out, SPAN(", "));
	text_add(out, text_span(&given));
}

/* Since when a person is known: with the purpose for linking not before that purpose was. */
static day
known_since(const struct world *w, const struct row *r)
{
	uint64_t bits = draw(r->dice, DRAW_MESS, 2);
	day border = w->as_of - SINCE_YEARS * 365;

	if (!r->linkable)
		return border - 1 - (day)take(&bits, 1000);
	return r->at - (day)take(&bits, (uint32_t)(r->at > border ? r->at - border : 1));
}

static void
put_place(const struct sheet *s, const struct row *r, enum cell cell, struct text *out)
{
	if (!r->town)
		return;
	if (cell == CELL_TOWN)
		text_add(out, r->place.town->name);
	else if (cell == CELL_REGION && r->place.town->region.p != NULL)
		text_add(out, r->place.town->region);
	else if (cell == CELL_POSTCODE)
		text_add(out, text_span(&r->place.postcode));
	else if (cell == CELL_COUNTRY)
		text_add(out, s->country_names ? r->place.country->german : r->place.country->code);
}

static void
put_fact(const struct world *w, const struct sheet *s, const struct row *r, enum cell cell,
    struct text *out)
{
	static const char *const sexes[2][2] = { { "male", "female" }, { "M", "F" } };
	static const char *const answers[] = { "", "yes", "no" };

	switch (cell) {
	case CELL_GENDER:
		if (r->gender)
			text_set(out, span_from(sexes[s->initials][r->person->sex]));
		return;
	case CELL_SEEN:
		row_time(r, out);
		return;
	case CELL_SINCE:
		text_set(out, span_none());
		row_day(known_since(w, r), out);
		return;
	case CELL_LOCALE:
		if (r->has_locale)
			text_set(out, r->person->home->country->tag);
		return;
	case CELL_NEWSLETTER:
		text_set(out, span_from(answers[consents_answer(r)]));
		return;
	default:
		put_place(s, r, cell, out);
	}
}

static void
put_cell(const struct world *w, const struct sheet *s, const struct row *r, enum cell cell,
    struct text *out)
{
	out->len = 0;
	switch (cell) {
	case CELL_KEY:
		*out = r->key;
		return;
	case CELL_GIVEN:
		row_given(r, out);
		return;
	case CELL_FAMILY:
		*out = r->family;
		return;
	case CELL_NAME:
		put_name(r, out);
		return;
	case CELL_SUFFIX:
		*out = r->suffix;
		return;
	case CELL_BIRTHDATE:
		put_birthdate(s, &r->birthdate, out);
		return;
	case CELL_EMAIL:
		*out = r->email;
		return;
	case CELL_PHONE:
		put_phone(s, &r->phone, out);
		return;
	case CELL_STREET:
		*out = r->street;
		return;
	case CELL_LOYALTY:
		*out = r->loyalty;
		return;
	case CELL_DEVICE:
		*out = r->device;
		return;
	case CELL_HANDLE:
		*out = r->handle;
		return;
	default:
		put_fact(w, s, r, cell, out);
	}
}

/* ---- untidiness ---------------------------------------------------------------------------- */

/* Capitals and small letters, of the letters of ASCII and Latin-1. */
static void
change_case(struct text *t, bool upper)
{
	for (unsigned i = 0; i < t->len; i++) {
		unsigned char c = (unsigned char)t->p[i];
		unsigned char before = i > 0 ? (unsigned char)t->p[i - 1] : 0;
		bool latin = before == 0xC3 && c != 0x9F && c != 0xBF && c != 0x97 && c != 0xB7;

		if (upper && (ascii_lower(c) || (latin && c >= 0xA0)))
			t->p[i] = (char)(c & ~0x20);
		else if (!upper && (ascii_upper(c) || (latin && c >= 0x80 && c < 0xA0)))
			t->p[i] = (char)(c | 0x20);
	}
}

static bool
has_case(enum cell cell)
{
	return cell == CELL_GIVEN || cell == CELL_FAMILY || cell == CELL_NAME || cell == CELL_STREET ||
	    cell == CELL_TOWN;
}

static void
make_untidy(const struct world *w, const struct row *r, const struct column *c, unsigned nth,
    struct text *t)
{
	static const char *const nothing[] = { "N/A", "-", "n/a", "null" };
	uint64_t bits = draw(r->dice, DRAW_MESS, 8 + nth);
	struct text padded = { 0 };

	if (t->len == 0) {
		if ((c->cell == CELL_PHONE || c->cell == CELL_BIRTHDATE) &&
		    happens(&bits, share(FILLED, w->preset->errors)))
			text_set(t, span_from(nothing[take(&bits, 4)]));
		return;
	}
	if (!has_case(c->cell) || !happens(&bits, share(PADDED, w->preset->errors)))
		return;
	text_add(&padded, SPAN(" "));
	text_add(&padded, text_span(t));
	text_add(&padded, SPAN("  "));
	*t = padded;
}

static void
end_row(const struct sheet *s, struct buf *out)
{
	buf_add(out, s->crlf ? SPAN("\r\n") : SPAN("\n"));
}

void
sheet_row(const struct world *w, const struct row *r, struct buf *out)
{
	const struct sheet *s = &sheets[r->channel - channels];
	uint64_t bits = draw(r->dice, DRAW_MESS, 0);
	uint32_t how = take(&bits, 100);
	bool upper = w->preset->errors > 0 && how < s->upper;
	bool lower = w->preset->errors > 0 && how >= 100 - s->lower;
	bool shifted = happens(&bits, share(SHIFTED, w->preset->errors));
	unsigned lost = shifted ? 1 + take(&bits, 4) : 0;	/* never the key, nor the times */

	for (unsigned i = 0; s->columns[i].header != NULL; i++) {
		struct text t;

		if (shifted && i == lost)
			continue;
		if (i > 0)
			buf_byte(out, s->separator);
		put_cell(w, s, r, s->columns[i].cell, &t);
		if ((upper || lower) && has_case(s->columns[i].cell))
			change_case(&t, upper);
		make_untidy(w, r, &s->columns[i], i, &t);
		csv_write_cell(out, text_span(&t), s->separator, false);
		if (shifted && i == lost + SHIFT)
			buf_byte(out, s->separator);
	}
	end_row(s, out);
}

void
sheet_header(unsigned channel, struct buf *out)
{
	const struct sheet *s = &sheets[channel];

	for (unsigned i = 0; s->columns[i].header != NULL; i++) {
		if (i > 0)
			buf_byte(out, s->separator);
		buf_text(out, s->columns[i].header);
	}
	end_row(s, out);
}
