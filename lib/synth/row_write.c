/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/row_write.c: a row as a record of the stream. */
#include "base/buf.h"
#include "model/record.h"
#include "synth/consents.h"
#include "synth/row.h"

enum { IDENTIFIERS = 3, PURPOSES = PURPOSES_OWN + 1, ATTRIBUTES = 1 };

static const struct span genders[2] = { SPAN_INIT("male"), SPAN_INIT("female") };
/* What the record borrows while it is written, beside texts. */
struct parts {
	struct span		email, phone, loyalty, device, handle, purposes[PURPOSES];
	struct address		address;
	struct named_texts	identifiers[IDENTIFIERS];
	struct named_json	attributes[ATTRIBUTES];
};

void
row_day(day d, struct text *out)
{
	int year, month, mday;
	char s[] = "0000-00-00", *p;

	day_parts(d, &year, &month, &mday);
	p = digits_two(digits_two(s, (unsigned)year / 100), (unsigned)year % 100);
	digits_two(digits_two(p + 1, (unsigned)month) + 1, (unsigned)mday);
	text_add(out, span_make(s, sizeof s - 1));
}

void
row_time(const struct row *r, struct text *out)
{
	char s[] = "T00:00:00Z", *p;

	row_day(r->at, out);
	p = digits_two(s + 1, r->second / 3600);
	digits_two(digits_two(p + 1, r->second / 60 % 60) + 1, r->second % 60);
	text_add(out, span_make(s, sizeof s - 1));
}

static void
set_ones(const struct row *r, struct row_room *room, struct record *out)
{
	row_given(r, &room->given);
	out->one[ONE_GIVEN_NAME] = text_span(&room->given);
	out->one[ONE_FAMILY_NAME] = text_span(&r->family);
	out->one[ONE_BIRTHDATE] = text_span(&r->birthdate);
	if (r->gender)
		out->one[ONE_GENDER] = genders[r->person->sex];
	if (r->has_locale)
		out->one[ONE_LOCALE] = r->person->home->country->tag;
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
set_identifiers(const struct row *r, struct parts *p, struct row_room *room, struct record *out)
{
	out->identifiers = p->identifiers;
	add_identifier(out, p, SPAN("device"), &r->device, &p->device);
	add_identifier(out, p, SPAN("loyalty"), &r->loyalty, &p->loyalty);
	add_identifier(out, p, SPAN("social"), &r->handle, &p->handle);
	if (r->suffix.len == 0)
		return;
	text_set(&room->suffix, SPAN("\""));
	text_add(&room->suffix, text_span(&r->suffix));
	text_add(&room->suffix, SPAN("\""));
	p->attributes[0] = (struct named_json){ SPAN("name_suffix"), text_span(&room->suffix) };
	out->attributes = p->attributes;
	out->attribute_count = 1;
}

static void
set_purposes(const struct row *r, struct parts *p, struct record *out)
{
	size_t n = 0;

	for (; n < PURPOSES_OWN && r->channel->purposes[n].p != NULL; n++)
		p->purposes[n] = r->channel->purposes[n];
	if (r->linkable)
		p->purposes[n++] = SPAN(LINKING_PURPOSE);
	out->purposes = (struct texts){ p->purposes, n };
	out->has_purposes = true;
}

void
row_write(const struct row *r, struct row_room *room, struct buf *out)
{
	struct parts p = { 0 };
	struct record record = { 0 };

	text_set(&room->id, r->channel->source);
	text_add(&room->id, SPAN(":"));
	text_add(&room->id, text_span(&r->key));
	room->at.len = 0;
	row_time(r, &room->at);
	record.id = text_span(&room->id);
	record.source = r->channel->source;
	record.key = text_span(&r->key);
	record.channel = r->channel->channel;
	record.observed_at = text_span(&room->at);
	set_ones(r, room, &record);
	record.many[MANY_EMAIL] = list_of(&r->email, &p.email);
	record.many[MANY_PHONE_NUMBER] = list_of(&r->phone, &p.phone);
	set_address(r, &p, &record);
	set_identifiers(r, &p, room, &record);
	set_purposes(r, &p, &record);
	record.controller = SPAN(CONTROLLER);
	record_write(&record, out);
}
