/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/row_write.c: a row as a record of the stream. */
#include "base/buf.h"
#include "model/record.h"
#include "synth/consents.h"
#include "synth/row.h"

enum { IDENTIFIERS = 3, PURPOSES = 4, ATTRIBUTES = 1 };

static const struct span genders[2] = { SPAN_INIT("male"), SPAN_INIT("female") };
/* By country, as shops write it. */
static const struct {
	const char	*country, *tag;
} tags[] = {
	{ "US", "en-US" }, { "GB", "en-GB" }, { "BR", "pt-BR" }, { "PT", "pt-PT" },
	{ "ES", "es-ES" }, { "DE", "de-DE" },
};

/* What the record borrows while it is written. */
struct parts {
	struct text		id, given, suffix;
	struct text		at;
	struct span		email, phone, loyalty, device, handle, purposes[PURPOSES];
	struct address		address;
	struct named_texts	identifiers[IDENTIFIERS];
	struct named_json	attributes[ATTRIBUTES];
};

void
row_day(day d, struct text *out)
{
	int year, month, mday;

	day_parts(d, &year, &month, &mday);
	text_number(out, (uint64_t)year, 4);
	text_add(out, SPAN("-"));
	text_number(out, (uint64_t)month, 2);
	text_add(out, SPAN("-"));
	text_number(out, (uint64_t)mday, 2);
}

void
row_time(const struct row *r, struct text *out)
{
	row_day(r->at, out);
	text_add(out, SPAN("T"));
	text_number(out, r->second / 3600, 2);
	text_add(out, SPAN(":"));
	text_number(out, r->second / 60 % 60, 2);
	text_add(out, SPAN(":"));
	text_number(out, r->second % 60, 2);
	text_add(out, SPAN("Z"));
}

struct span
row_locale(const struct row *r)
{
	size_t i = 0;

	while (!span_is(r->person->home->country->code, tags[i].country))
		i++;
	return span_from(tags[i].tag);
}

static void
set_ones(const struct row *r, struct parts *p, struct record *out)
{
	row_given(r, &p->given);
	out->one[ONE_GIVEN_NAME] = text_span(&p->given);
	out->one[ONE_FAMILY_NAME] = text_span(&r->family);
	out->one[ONE_BIRTHDATE] = text_span(&r->birthdate);
	if (r->gender)
		out->one[ONE_GENDER] = genders[r->person->sex];
	if (r->has_locale)
		out->one[ONE_LOCALE] = row_locale(r);
}

static struct texts
list_of(const struct text *t, struct span *place)
{
	*place = text_span(t);
	return (struct texts){ place, t->len > 0 };
}

static void
set_address(const struct row *r, struct parts *p, struct record *out)
{
	if (!r->town)
		return;
	p->address.part[PART_STREET_ADDRESS] = text_span(&r->street);
	p->address.part[PART_LOCALITY] = r->place.town->name;
	p->address.part[PART_REGION] = r->place.town->region;
	p->address.part[PART_POSTAL_CODE] = text_span(&r->place.postcode);
	p->address.part[PART_COUNTRY] = r->place.country->code;
	out->addresses = &p->address;
	out->address_count = 1;
}

static void
add_identifier(struct record *out, struct parts *p, struct span type, const struct text *value,
    struct span *place)
{
	if (value->len == 0)
		return;
	p->identifiers[out->identifier_count++] =
	    (struct named_texts){ type, list_of(value, place) };
}

static void
set_identifiers(const struct row *r, struct parts *p, struct record *out)
{
	out->identifiers = p->identifiers;
	add_identifier(out, p, SPAN("device"), &r->device, &p->device);
	add_identifier(out, p, SPAN("loyalty"), &r->loyalty, &p->loyalty);
	add_identifier(out, p, SPAN("social"), &r->handle, &p->handle);
	if (r->suffix.len == 0)
		return;
	text_add(&p->suffix, SPAN("\""));
	text_add(&p->suffix, text_span(&r->suffix));
	text_add(&p->suffix, SPAN("\""));
	p->attributes[0] = (struct named_json){ SPAN("name_suffix"), text_span(&p->suffix) };
	out->attributes = p->attributes;
	out->attribute_count = 1;
}

static void
set_purposes(const struct row *r, struct parts *p, struct record *out)
{
	size_t n = 0;

	for (const char *const *name = r->channel->purposes; n < PURPOSES - 1 && *name != NULL; name++)
		p->purposes[n++] = span_from(*name);
	if (r->linkable)
		p->purposes[n++] = SPAN(LINKING_PURPOSE);
	out->purposes = (struct texts){ p->purposes, n };
	out->has_purposes = true;
}

void
row_write(const struct row *r, struct buf *out)
{
	struct parts p = { 0 };
	struct record record = { 0 };

	text_add(&p.id, span_from(r->channel->source));
	text_add(&p.id, SPAN(":"));
	text_add(&p.id, text_span(&r->key));
	row_time(r, &p.at);
	record.id = text_span(&p.id);
	record.source = span_from(r->channel->source);
	record.key = text_span(&r->key);
	record.channel = span_from(r->channel->channel);
	record.observed_at = text_span(&p.at);
	set_ones(r, &p, &record);
	record.many[MANY_EMAIL] = list_of(&r->email, &p.email);
	record.many[MANY_PHONE_NUMBER] = list_of(&r->phone, &p.phone);
	set_address(r, &p, &record);
	set_identifiers(r, &p, &record);
	set_purposes(r, &p, &record);
	record.controller = SPAN(CONTROLLER);
	record_write(&record, out);
}
