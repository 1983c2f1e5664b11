/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/mapping_source.c: the legal facts of a source, and how its file is written. */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/number.h"
#include "ingest/mapping_priv.h"
#include "normal/country.h"

enum { SOURCE_NAME_MAX = 64, PURPOSE_PARTS_MAX = 8 };

static const char *const channels[] = { "web", "store", "phone", "app", "social", "survey",
    "device", "crm", "mail", "other", NULL };
static const char *const origins[] = { "subject", "third_party", "public", "unknown", NULL };
static const char *const clocks[] = { "trusted", "device", "date_only", NULL };
static const char *const bases[] = { "consent", "contract", "legal_obligation", "vital_interests",
    "public_task", "legitimate_interests", "soft_opt_in", "notice_opt_out", NULL };
static const char *const orders[] = { "infer", "YMD", "DMY", "MDY", NULL };

bool
purpose_id_ok(struct span id)
{
	struct span rest = id, part;
	int parts = 0;

	while (span_split(&rest, '.', &part)) {
		if (!target_name_ok(part, 64) || ++parts > PURPOSE_PARTS_MAX)
			return false;
	}
	return parts > 0;
}

/* A text that must be there and may not be empty: E_MAP_SOURCE, whatever is wrong. */
static struct span
needed(const struct config_at *at, const char *key)
{
	struct config_at member = config_member(at, key);
	struct span s = span_none();

	if (member.value == NULL) {
		config_fault(&member, "E_MAP_SOURCE", "is required");
		return s;
	}
	if (config_string(at, key, false, &s) && s.len == 0)
		config_fault(&member, "E_MAP_SOURCE", "is empty");
	return s;
}

static struct span
optional(const struct config_at *at, const char *key)
{
	struct span s = span_none();

	if (config_string(at, key, false, &s) && s.len > 0)
		return s;
	return span_none();
}

/* A day; anything else is a fault of the code given. */
static instant
read_day(const struct config_at *at, const char *key, const char *code)
{
	struct config_at member = config_member(at, key);
	struct span s = optional(at, key);
	struct time_text t;

	if (s.p == NULL)
		return INSTANT_NONE;
	if (time_parse(s, &t))
		return t.at;
	config_fault(&member, code, "is not a date (YYYY-MM-DD)");
	return INSTANT_NONE;
}

static void
read_purpose(struct source_purpose *p, const struct config_at *at)
{
	static const char *const names[] = { "id", "basis", "since", "reference", "covers_earlier",
	    NULL };
	int basis = -1;

	p->since = INSTANT_NONE;
	if (!config_only(at, names))
		return;
	p->id = optional(at, "id");
	p->reference = optional(at, "reference");
	p->covers_earlier = optional(at, "covers_earlier");
	p->since = read_day(at, "since", "E_MAP_PURPOSE");
	if (p->id.p == NULL || !purpose_id_ok(p->id))
		config_fault(at, "E_MAP_PURPOSE", "needs an id of lower-case words joined by dots");
	if (config_member(at, "basis").value == NULL)
		config_fault(at, "E_MAP_PURPOSE", "has no basis");
	else if (config_choice(at, "basis", false, bases, &basis))
		p->basis = span_from(bases[basis]);
	if (config_member(at, "since").value == NULL)
		config_fault(at, "E_MAP_PURPOSE", "has no since");
	if ((span_is(p->basis, "legitimate_interests") || span_is(p->basis, "legal_obligation")) &&
	    p->reference.p == NULL)
		config_fault(at, "E_MAP_PURPOSE", "this basis needs a reference");
}

static void
read_purposes(struct mapping *m, const struct config_at *source)
{
	struct config_at at = config_member(source, "purposes");
	struct mapping_source *s = &m->source;

	if (at.value == NULL) {
		config_fault(&at, "E_MAP_SOURCE", "is required (it may be [])");
		return;
	}
	if (!json_is_array(at.value)) {
		config_fault(&at, "E_MAP_SYNTAX", "must be a list");
		return;
	}
	s->purpose_count = json_array_size(at.value);
	s->purposes = arena_zero(m->arena, s->purpose_count + 1, sizeof *s->purposes);
	for (size_t i = 0; i < s->purpose_count; i++) {
		struct config_at element = config_element(&at, i);

		read_purpose(&s->purposes[i], &element);
		for (size_t j = 0; j < i; j++) {
			if (s->purposes[i].id.p != NULL &&
			    span_equal(s->purposes[i].id, s->purposes[j].id))
				config_fault(&element, "E_MAP_PURPOSE", "is there twice");
		}
	}
}

static bool
read_zone(struct span s, int *minutes)
{
	uint64_t hours, mins;

	*minutes = 0;
	if (span_is(s, "Z"))
		return true;
	if (s.len != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':' ||
	    !u64_parse(span_make(s.p + 1, 2), &hours) || !u64_parse(span_make(s.p + 4, 2), &mins) ||
	    hours > 14 || mins > 59)
		return false;
	*minutes = (int)(hours * 60 + mins) * (s.p[0] == '-' ? -1 : 1);
	return true;
}

static bool
locale_ok(struct span s)
{
	struct span rest = s, part;
	bool first = true;

	while (span_split(&rest, '-', &part)) {
		if (part.len < (first ? 2U : 1U) || part.len > 8)
			return false;
		for (size_t i = 0; i < part.len; i++)
			if (!ascii_letter(part.p[i]) && (first || !ascii_digit(part.p[i])))
				return false;
		first = false;
	}
	return !first;
}

static void
read_places(struct mapping_source *s, const struct config_at *at)
{
	struct config_at region = config_member(at, "default_region");
	struct config_at country = config_member(at, "default_country");
	struct config_at locale = config_member(at, "locale"), tz = config_member(at, "tz");
	struct span zone = optional(at, "tz");

	s->default_region = optional(at, "default_region");
	s->default_country = optional(at, "default_country");
	s->locale = optional(at, "locale");
	if (s->default_region.p != NULL && !country_code(s->default_region))
		config_fault(&region, "E_MAP_REGION", "is not an ISO 3166 alpha-2 code");
	if (s->default_country.p != NULL && !country_code(s->default_country))
		config_fault(&country, "E_MAP_REGION", "is not an ISO 3166 alpha-2 code");
	if (s->locale.p != NULL && !locale_ok(s->locale))
		config_fault(&locale, "E_MAP_REGION", "is not a BCP 47 tag");
	if (zone.p != NULL) {
		s->has_zone = read_zone(zone, &s->zone_minutes);
		if (!s->has_zone)
			config_fault(&tz, "E_MAP_REGION", "is not Z or a zone like +02:00");
	}
}

static void
read_origin(struct mapping *m, const struct config_at *at)
{
	struct mapping_source *s = &m->source;
	struct config_at collected = config_member(at, "collected");
	struct config_at from = config_member(at, "collected_from");
	int choice = 0;

	if (needed(at, "collected").p != NULL && config_choice(at, "collected", false, origins, &choice))
		s->collected = span_from(origins[choice]);
	if (span_is(s->collected, "unknown") && !m->automatic)
		config_fault(&collected, "E_MAP_SOURCE", "unknown is for bare --auto only");
	s->collected_from = optional(at, "collected_from");
	if ((span_is(s->collected, "third_party") || span_is(s->collected, "public")) &&
	    s->collected_from.p == NULL)
		config_fault(&from, "E_MAP_SOURCE", "is required: from whom the data came");
	s->collected_since = read_day(at, "collected_since", "E_MAP_SOURCE");
	s->clock = SPAN("device");
	if (config_choice(at, "clock", false, clocks, &choice))
		s->clock = span_from(clocks[choice]);
}

static void
read_defaults(struct mapping_source *s, const struct config_at *at)
{
	static const char *const invalid[] = { "keep", "reject", NULL };
	static const char *const suppression[] = { "if_given", "required", NULL };
	int choice = 0;

	if (config_choice(at, "date_order", false, orders, &choice))
		s->date_order = (enum date_order)choice;
	if (config_choice(at, "invalid", false, invalid, &choice))
		s->reject_invalid = choice == 1;
	if (config_choice(at, "suppression", false, suppression, &choice))
		s->suppression_required = choice == 1;
}

void
mapping_read_source(struct mapping *m, const struct config_at *at)
{
	static const char *const names[] = { "name", "name_column", "controller", "channel",
	    "purposes", "collected", "collected_from", "clock", "tz", "collected_since",
	    "default_region", "default_country", "locale", "suppression", "date_order", "invalid",
	    NULL };
	struct mapping_source *s = &m->source;
	struct config_at name = config_member(at, "name"), owner = config_member(at, "controller");
	struct buf text = { 0 };
	int choice = 0;

	s->collected_since = INSTANT_NONE;
	if (at->value == NULL) {
		config_fault(at, "E_MAP_SOURCE", "is required");
		return;
	}
	if (!config_only(at, names))
		return;
	s->name = needed(at, "name");
	if (s->name.len > 0 && !target_name_ok(s->name, SOURCE_NAME_MAX))
		config_fault(&name, "E_MAP_SOURCE",
		    "must be [a-z0-9][a-z0-9._-]*, at most %d bytes", SOURCE_NAME_MAX);
	s->name_column = optional(at, "name_column");
	s->controller = optional(at, "controller");
	if (needed(at, "channel").len > 0 && config_choice(at, "channel", false, channels, &choice))
		s->channel = span_from(channels[choice]);
	read_origin(m, at);
	read_purposes(m, at);
	if (s->purpose_count > 0 && s->controller.p == NULL)
		config_fault(&owner, "E_MAP_SOURCE", "is required where there are purposes");
	read_places(s, at);
	read_defaults(s, at);
	config_canonical(at->value, &text);
	s->json = arena_copy(m->arena, buf_span(&text));
	buf_done(&text);
}

static char
one_byte(const struct config_at *at, const char *key)
{
	struct config_at member = config_member(at, key);
	struct span s = optional(at, key);

	if (s.p == NULL)
		return 0;
	if (s.len != 1 || s.p[0] == '\n' || s.p[0] == '\r' || (unsigned char)s.p[0] >= 0x80)
		config_fault(&member, "E_MAP_FORMAT", "must be one ASCII character");
	return s.p[0];
}

static void
read_type(struct mapping_format *f, const struct config_at *at)
{
	static const char *const types[] = { "csv", "ndjson", "singer", "segment", NULL };
	struct config_at member = config_member(at, "type");
	int choice = 0;

	if (!config_choice(at, "type", false, types, &choice))
		return;
	if (choice >= 2)
		config_fault(&member, "E_MAP_FORMAT", "not in this version: %s", types[choice]);
	f->type = choice == 0 ? INPUT_CSV : INPUT_NDJSON;
}

/* What only CSV has. */
static void
check_ndjson(const struct config_at *at)
{
	static const char *const of_csv[] = { "delimiter", "quote", "header", "cr", "ragged", "stray_quotes",
	    "skip_lines", "comment", NULL };

	for (size_t i = 0; of_csv[i] != NULL; i++) {
		struct config_at member = config_member(at, of_csv[i]);

		if (member.value != NULL)
			config_fault(&member, "E_MAP_FORMAT", "has no effect on NDJSON");
	}
}

void
mapping_read_format(struct mapping *m, const struct config_at *at)
{
	static const char *const names[] = { "type", "delimiter", "quote", "header", "encoding", "cr",
	    "ragged", "stray_quotes", "skip_lines", "comment", NULL };
	static const char *const ragged[] = { "reject", "pad", NULL };
	static const char *const stray[] = { "reject", "literal", NULL };
	struct mapping_format *f = &m->format;
	struct config_at member = config_member(at, "encoding");
	struct span encoding;
	bool header = true;
	int choice = 0;

	if (at->value == NULL || !config_only(at, names))
		return;
	read_type(f, at);
	if (f->type == INPUT_NDJSON)
		check_ndjson(at);
	f->delimiter = one_byte(at, "delimiter");
	f->quote = one_byte(at, "quote");
	if (f->delimiter != 0 && f->delimiter == (f->quote == 0 ? '"' : f->quote))
		config_fault(at, "E_MAP_FORMAT", "delimiter and quote are the same");
	f->has_header = config_bool(at, "header", false, &header);
	f->no_header = !header;
	config_bool(at, "cr", false, &f->cr);
	if (config_choice(at, "ragged", false, ragged, &choice))
		f->pad = choice == 1;
	if (config_choice(at, "stray_quotes", false, stray, &choice))
		f->literal_quotes = choice == 1;
	config_int(at, "skip_lines", false, 0, 1000, &f->skip_lines);
	f->comment = optional(at, "comment");
	encoding = optional(at, "encoding");
	f->has_encoding = encoding.p != NULL;
	if (f->has_encoding && encoding_parse(encoding, &f->encoding) < 0)
		config_fault(&member, "E_MAP_FORMAT",
		    "must be utf-8, windows-1252, iso-8859-1, utf-16le or utf-16be");
}
