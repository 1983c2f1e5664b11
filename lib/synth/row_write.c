/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/row_write.c: a row as a record of the stream. */
#include "base/buf.h"
#include "synth/consents.h"
#include "synth/row.h"

static const struct span genders[2] = { SPAN_INIT("male"), SPAN_INIT("female") };

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
set_ones(const struct row *r, struct row_room *room)
{
	struct span *one = room->record.one;

	row_given(r, &room->given);
	one[ONE_GIVEN_NAME] = text_span(&room->given);
	one[ONE_FAMILY_NAME] = text_span(&r->family);
	one[ONE_BIRTHDATE] = text_span(&r->birthdate);
	one[ONE_GENDER] = r->gender ? genders[r->person->sex] : span_none();
	one[ONE_LOCALE] = r->has_locale ? r->person->home->country->tag : span_none();
}

static struct texts
list_of(const struct text *t, struct span *place)
{
	*place = text_span(t);
	return (struct texts){ place, t->len > 0 };
}

static void
set_address(const struct row *r, struct row_room *room)
{
	struct span *part = room->address.part;

	room->record.addresses = &room->address;
	room->record.address_count = r->town;
	if (!r->town)
		return;
	part[PART_STREET_ADDRESS] = text_span(&r->street);
	part[PART_LOCALITY] = r->place.town->name;
	part[PART_REGION] = r->place.town->region;
	part[PART_POSTAL_CODE] = text_span(&r->place.postcode);
	part[PART_COUNTRY] = r->place.country->code;
}

static void
add_identifier(struct row_room *room, struct span type, const struct text *value,
    struct span *place)
{
	if (value->len > 0)
		room->identifiers[room->record.identifier_count++] =
		    (struct named_texts){ type, list_of(value, place) };
}

static void
set_identifiers(const struct row *r, struct row_room *room)
{
	room->record.identifiers = room->identifiers;
	room->record.identifier_count = 0;
	add_identifier(room, SPAN("device"), &r->device, &room->device);
	add_identifier(room, SPAN("loyalty"), &r->loyalty, &room->loyalty);
	add_identifier(room, SPAN("social"), &r->handle, &room->handle);
}

static void
set_suffix(const struct row *r, struct row_room *room)
{
	room->record.attributes = &room->attribute;
	room->record.attribute_count = r->suffix.len > 0;
	if (r->suffix.len == 0)
		return;
	text_set(&room->suffix, SPAN("\""));
	text_add(&room->suffix, text_span(&r->suffix));
	text_add(&room->suffix, SPAN("\""));
	room->attribute = (struct named_json){ SPAN("name_suffix"), text_span(&room->suffix) };
}

static void
set_purposes(const struct row *r, struct row_room *room)
{
	size_t n = 0;

	for (; n < PURPOSES_OWN && r->channel->purposes[n].p != NULL; n++)
		room->purposes[n] = r->channel->purposes[n];
	if (r->linkable)
		room->purposes[n++] = SPAN(LINKING_PURPOSE);
	room->record.purposes = (struct texts){ room->purposes, n };
	room->record.has_purposes = true;
}

void
row_write(const struct row *r, struct row_room *room, struct buf *out)
{
	struct record *record = &room->record;

	text_set(&room->id, r->channel->source);
	text_add(&room->id, SPAN(":"));
	text_add(&room->id, text_span(&r->key));
	room->at.len = 0;
	row_time(r, &room->at);
	record->id = text_span(&room->id);
	record->source = r->channel->source;
	record->key = text_span(&r->key);
	record->channel = r->channel->channel;
	record->observed_at = text_span(&room->at);
	record->many[MANY_EMAIL] = list_of(&r->email, &room->email);
	record->many[MANY_PHONE_NUMBER] = list_of(&r->phone, &room->phone);
	record->controller = SPAN(CONTROLLER);
	set_ones(r, room);
	set_address(r, room);
	set_identifiers(r, room);
	set_suffix(r, room);
	set_purposes(r, room);
	record_write(record, out);
}
