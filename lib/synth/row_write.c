/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/row_write.c: a row as a record of the stream, in the bytes that record_write gives it. No
 * value holds what JSON escapes: the word tables have none of it, and no slip makes it; so nothing is
 * looked through, and there is room for the whole line from the start. */
#include "base/attr.h"
#include "base/buf.h"
#include "synth/consents.h"
#include "synth/row.h"

#include <assert.h>

enum { LINE_MOST = 4096 };	/* twelve texts, the words of the tables, and what stands around them */

enum { DAY_BYTES = 10, TIME_BYTES = 20 };	/* 0000-00-00, and T00:00:00Z behind it */

/* What is two digits and a mark before them. */
static char *
marked(char *at, char mark, unsigned n)
{
	*at = mark;
	return digits_two(at + 1, n);
}

static char *
write_day(char *at, day d)
{
	int year, month, mday;

	day_parts(d, &year, &month, &mday);
	at = digits_two(digits_two(at, (unsigned)year / 100), (unsigned)year % 100);
	return marked(marked(at, '-', (unsigned)month), '-', (unsigned)mday);
}

static char *
write_time(char *at, const struct row *r)
{
	at = marked(write_day(at, r->at), 'T', r->second / 3600);
	at = marked(marked(at, ':', r->second / 60 % 60), ':', r->second % 60);
	*at = 'Z';
	return at + 1;
}

void
row_day(day d, struct text *out)
{
	assert(out->len + DAY_BYTES <= TEXT_MAX);
	write_day(out->p + out->len, d);
	out->len += DAY_BYTES;
}

void
row_time(const struct row *r, struct text *out)
{
	assert(out->len + TIME_BYTES <= TEXT_MAX);
	write_time(out->p + out->len, r);
	out->len += TIME_BYTES;
}

/* ---- a line, from left to right: each appends at a place and returns what follows it ---------- */
ALWAYS_INLINE char *
literal(char *at, struct span s)
{
	memcpy(at, s.p, s.len);
	return at + s.len;
}

static char *
word(char *at, struct span s)
{
	text_copy(at, s.p, s.len);
	return at + s.len;
}

/* All that it could hold, so that its length has no part in the copy. */
static char *
text(char *at, const struct text *t)
{
	memcpy(at, t->p, TEXT_MAX);
	return at + t->len;
}

/* A value and what stands before and behind it, where there is one. */
ALWAYS_INLINE char *
member(char *at, struct span before, const struct text *t, struct span behind)
{
	return t->len == 0 ? at : literal(text(literal(at, before), t), behind);
}

static char *
write_head(char *at, const struct row *r)
{
	at = word(literal(at, SPAN("{\"kind\":\"record\",\"id\":\"")), r->channel->source);
	at = text(literal(at, SPAN(":")), &r->key);
	at = word(literal(at, SPAN("\",\"source\":\"")), r->channel->source);
	at = text(literal(at, SPAN("\",\"key\":\"")), &r->key);
	at = word(literal(at, SPAN("\",\"channel\":\"")), r->channel->channel);
	at = write_time(literal(at, SPAN("\",\"observed_at\":\"")), r);
	return literal(at, SPAN("\""));
}

static char *
write_given(char *at, const struct row *r)
{
	struct text both;

	if (r->second_name.len == 0)
		return member(at, SPAN(",\"given_name\":\""), &r->given, SPAN("\""));
	row_given(r, &both);
	return member(at, SPAN(",\"given_name\":\""), &both, SPAN("\""));
}

static char *
write_person(char *at, const struct row *r)
{
	at = write_given(at, r);
	at = member(at, SPAN(",\"family_name\":\""), &r->family, SPAN("\""));
	at = member(at, SPAN(",\"birthdate\":\""), &r->birthdate, SPAN("\""));
	if (r->gender)
		at = r->person->sex == 1 ? literal(at, SPAN(",\"gender\":\"female\"")) :
		    literal(at, SPAN(",\"gender\":\"male\""));
	if (r->has_locale) {
		at = word(literal(at, SPAN(",\"locale\":\"")), r->person->home->country->tag);
		at = literal(at, SPAN("\""));
	}
	at = member(at, SPAN(",\"email\":[\""), &r->email, SPAN("\"]"));
	return member(at, SPAN(",\"phone_number\":[\""), &r->phone, SPAN("\"]"));
}

static char *
write_address(char *at, const struct row *r)
{
	if (!r->town)
		return at;
	at = literal(at, SPAN(",\"address\":[{"));
	at = member(at, SPAN("\"street_address\":\""), &r->street, SPAN("\","));
	at = word(literal(at, SPAN("\"locality\":\"")), r->place.town->name);
	if (r->place.town->region.p != NULL)
		at = word(literal(at, SPAN("\",\"region\":\"")), r->place.town->region);
	at = member(at, SPAN("\",\"postal_code\":\""), &r->place.postcode, SPAN(""));
	at = word(literal(at, SPAN("\",\"country\":\"")), r->place.country->code);
	return literal(at, SPAN("\"}]"));
}

/* Each leaves a comma; the brace takes the place of the last. */
static char *
write_identifiers(char *at, const struct row *r)
{
	if (r->device.len == 0 && r->loyalty.len == 0 && r->handle.len == 0)
		return at;
	at = literal(at, SPAN(",\"identifiers\":{"));
	at = member(at, SPAN("\"device\":[\""), &r->device, SPAN("\"],"));
	at = member(at, SPAN("\"loyalty\":[\""), &r->loyalty, SPAN("\"],"));
	at = member(at, SPAN("\"social\":[\""), &r->handle, SPAN("\"],"));
	return literal(at - 1, SPAN("}"));
}

/* The same with a bracket. */
static char *
write_purposes(char *at, const struct row *r)
{
	at = literal(at, SPAN(",\"purposes\":["));
	for (size_t i = 0; i < PURPOSES_OWN && r->channel->purposes[i].p != NULL; i++)
		at = literal(word(literal(at, SPAN("\"")), r->channel->purposes[i]), SPAN("\","));
	if (r->linkable)
		at = literal(at, SPAN("\"" LINKING_PURPOSE "\","));
	return literal(at - 1, SPAN("]"));
}

void
row_write(const struct row *r, struct buf *out)
{
	char *at;

	buf_room(out, LINE_MOST);
	at = write_head(out->p + out->len, r);
	at = write_person(at, r);
	at = write_address(at, r);
	at = write_identifiers(at, r);
	at = member(at, SPAN(",\"attributes\":{\"name_suffix\":\""), &r->suffix, SPAN("\"}"));
	at = write_purposes(at, r);
	at = literal(at, SPAN(",\"controller\":\"" CONTROLLER "\"}\n"));
	out->len = (size_t)(at - out->p);
}
