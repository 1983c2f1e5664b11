/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/sheet_map.c: the mapping of a sheet, out of the same table as its columns. */
#include "base/buf.h"
#include "io/json_write.h"
#include "synth/consents.h"
#include "synth/sheet.h"
#include "synth/sheet_priv.h"

static const char *const targets[CELLS] = {
	[CELL_KEY] = "drop", [CELL_GIVEN] = "given_name", [CELL_FAMILY] = "family_name",
	[CELL_NAME] = "name", [CELL_SUFFIX] = "attributes.name_suffix",
	[CELL_BIRTHDATE] = "birthdate", [CELL_GENDER] = "gender", [CELL_EMAIL] = "email",
	[CELL_PHONE] = "phone_number", [CELL_STREET] = "address.0.street_address",
	[CELL_TOWN] = "address.0.locality", [CELL_REGION] = "address.0.region",
	[CELL_POSTCODE] = "address.0.postal_code", [CELL_COUNTRY] = "address.0.country",
	[CELL_LOCALE] = "locale", [CELL_LOYALTY] = "identifiers.loyalty",
	[CELL_DEVICE] = "identifiers.device", [CELL_HANDLE] = "identifiers.social",
};

static void
member_day(struct json_writer *w, const char *key, day d)
{
	struct text t = { 0 };

	row_day(d, &t);
	json_member_string(w, key, text_span(&t));
}

/* Why a source may use what it has; the law of no country stands behind these made-up facts. */
static void
write_purpose(struct json_writer *w, struct span id, day since)
{
	bool linking = span_is(id, LINKING_PURPOSE);
	bool marketing = span_is(id, MARKETING_PURPOSE);

	json_open_object(w);
	json_member_string(w, "id", id);
	json_member_string(w, "basis", linking ? SPAN("legitimate_interests") :
	    marketing ? SPAN("consent") : SPAN("contract"));
	member_day(w, "since", since);
	if (linking)
		json_member_string(w, "reference", SPAN("LIA-1"));
	json_end(w);
}

static void
write_source(const struct world *w, const struct channel *c, const struct sheet *s,
    struct json_writer *j)
{
	day linked_since = w->as_of - SINCE_YEARS * 365;

	json_key(j, SPAN("source"));
	json_open_object(j);
	json_member_string(j, "name", c->source);
	json_member_string(j, "controller", SPAN(CONTROLLER));
	json_member_string(j, "channel", c->channel);
	json_member_string(j, "collected", SPAN("subject"));
	json_member_string(j, "clock", SPAN("trusted"));
	json_member_string(j, "tz", SPAN("Z"));
	json_member_string(j, "date_order", s->day_first ? SPAN("DMY") : SPAN("YMD"));
	json_key(j, SPAN("purposes"));
	json_open_array(j);
	for (int i = 0; i < PURPOSES_OWN && c->purposes[i].p != NULL; i++)
		write_purpose(j, c->purposes[i], linked_since - SINCE_YEARS * 365);
	write_purpose(j, SPAN(LINKING_PURPOSE), linked_since);
	json_end(j);
	json_end(j);
}

/* Times are written year first even where dates of birth are not. */
static void
write_time_target(struct json_writer *j, const char *target)
{
	json_open_object(j);
	json_member_string(j, "to", span_from(target));
	json_member_string(j, "date_order", SPAN("YMD"));
	json_end(j);
}

static void
write_consent_target(struct json_writer *j)
{
	json_raw(j, SPAN("{\"consent\":[{\"purpose\":\"" MARKETING_PURPOSE "\",\"channel\":\"email\","
	    "\"identifier\":\"email.0\",\"values\":{\"yes\":\"grant\",\"no\":\"deny\",\"\":\"none\"},"
	    "\"at\":\"observed_at\",\"notice\":\"" NOTICE "\",\"method\":\"" METHOD "\"}]}"));
}

static void
write_columns(const struct sheet *s, struct json_writer *j)
{
	json_key(j, SPAN("columns"));
	json_open_object(j);
	for (const struct column *c = s->columns; c->header != NULL; c++) {
		json_key(j, span_from(c->header));
		if (c->cell == CELL_SEEN)
			write_time_target(j, "observed_at");
		else if (c->cell == CELL_SINCE)
			write_time_target(j, "collected_at");
		else if (c->cell == CELL_NEWSLETTER)
			write_consent_target(j);
		else
			json_text(j, span_from(targets[c->cell]));
	}
	json_end(j);
}

void
sheet_mapping(const struct world *w, unsigned channel, struct buf *out)
{
	const struct sheet *s = &sheets[channel];
	struct json_writer j = json_writer(out);

	json_open_object(&j);
	json_member_u64(&j, "cdp_mapping", 1);
	write_source(w, &channels[channel], s, &j);
	json_key(&j, SPAN("format"));
	json_open_object(&j);
	json_member_string(&j, "type", SPAN("csv"));
	json_member_string(&j, "delimiter", span_make(&s->separator, 1));
	json_member_bool(&j, "header", true);
	json_end(&j);
	json_key(&j, SPAN("key"));
	json_open_object(&j);
	json_member_string(&j, "column", span_from(s->columns[0].header));
	json_end(&j);
	write_columns(s, &j);
	json_member_string(&j, "unmapped", SPAN("error"));
	json_end(&j);
	buf_byte(out, '\n');
}
