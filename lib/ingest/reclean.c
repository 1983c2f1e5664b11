/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/reclean.c: values, credentials and tags of a finished record. */
#include "base/ascii.h"
#include "ingest/reclean.h"
#include "base/arena.h"
#include "base/buf.h"
#include "ingest/credential.h"
#include "ingest/target.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/record.h"
#include "normal/address.h"
#include "normal/country.h"
#include "normal/date.h"
#include "normal/email.h"
#include "normal/gender.h"
#include "normal/identifier.h"
#include "normal/name.h"
#include "normal/phone.h"
#include "normal/postcode.h"
#include "normal/text.h"
#include "normal/time.h"

enum { FLAGS_MAX = 64 };	/* doubts about one record that are told here */

struct cleaner {
	struct record		*r;
	struct arena		*arena;
	struct normal_context	 context;
	struct span		 flags[FLAGS_MAX];
	struct named_json	 lost[FLAGS_MAX];	/* raw_FIELD and the text */
	size_t			 flag_count, lost_count;
};

static struct span
text_of(struct cleaner *c, struct buf *b)
{
	struct span s = arena_copy(c->arena, buf_span(b));

	buf_done(b);
	return s;
}

static struct span
flag_text(struct cleaner *c, struct span path, const struct normal *n)
{
	struct buf flag = { 0 };

	buf_print(&flag, "%.*s:%s", SPAN_ARG(path), n->reason);
	if (n->detail.len > 0)
		buf_print(&flag, ":%.*s", SPAN_ARG(n->detail));
	return text_of(c, &flag);
}

/* The clean value; one that is invalid and says something is put aside. Other doubts were told
 * when the record came in, by one who knew its surroundings; only a time that still has no zone
 * cannot have been ours. */
static struct span
settle(struct cleaner *c, struct span path, struct span raw, struct normal n)
{
	bool lost = n.outcome == OUTCOME_INVALID && !n.placeholder;
	bool no_zone = n.outcome == OUTCOME_SUSPICIOUS && strcmp(n.reason, "zone_assumed") == 0;
	struct buf name = { 0 }, json = { 0 };

	if ((!lost && !no_zone) || c->flag_count == FLAGS_MAX)
		return n.value;
	c->flags[c->flag_count++] = flag_text(c, path, &n);
	if (!lost)
		return n.value;
	buf_text(&name, "raw_");
	for (size_t i = 0; i < path.len; i++)
		buf_byte(&name, path.p[i] == '.' ? '_' : path.p[i]);
	json_quote(&json, raw);
	c->lost[c->lost_count].name = text_of(c, &name);
	c->lost[c->lost_count++].json = text_of(c, &json);
	return n.value;
}

static struct normal
clean_one(enum one_field f, struct span v, const struct normal_context *c, struct arena *a)
{
	switch (f) {
	case ONE_GIVEN_NAME:	return name_clean(v, NAME_GIVEN, c, a);
	case ONE_MIDDLE_NAME:	return name_clean(v, NAME_MIDDLE, c, a);
	case ONE_FAMILY_NAME:	return name_clean(v, NAME_FAMILY, c, a);
	case ONE_BIRTHDATE:	return birthdate_clean(v, c, a);
	case ONE_GENDER:	return gender_clean(v, c, a);
	default:		return text_clean(v, TEXT_PLAIN, c, a);
	}
}

static struct normal
clean_many(enum many_field f, struct span v, const struct normal_context *c, struct arena *a)
{
	switch (f) {
	case MANY_NICKNAME:	return name_clean(v, NAME_NICKNAME, c, a);
	case MANY_EMAIL:	return email_clean(v, c, a);
	case MANY_PHONE_NUMBER:	return phone_clean(v, c, a);
	default:		return text_clean(v, TEXT_PLAIN, c, a);
	}
}

static struct texts
clean_list(struct cleaner *c, struct texts in, enum many_field f)
{
	struct span *v = arena_zero(c->arena, in.n + 1, sizeof *v);
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		v[n] =
		    settle(c, many_name(f), in.v[i], clean_many(f, in.v[i], &c->context, c->arena));
		n += v[n].p != NULL;
	}
	return (struct texts){ v, n };
}

static struct normal
clean_part(enum address_part p, struct span v, const struct normal_context *c, struct arena *a)
{
	switch (p) {
	case PART_COUNTRY:	return country_clean(v, c, a);
	case PART_REGION:	return region_clean(v, c, a);
	case PART_POSTAL_CODE:	return postcode_clean(v, c, a);
	case PART_PO_BOX:	return text_clean(v, TEXT_PLAIN, c, a);
	default:		return address_clean(v, c, a);
	}
}

static struct span
part_path(struct cleaner *c, size_t i, enum address_part p)
{
	struct buf b = { 0 };

	buf_print(&b, "address.%zu.%.*s", i, SPAN_ARG(part_name(p)));
	return text_of(c, &b);
}

/* The country first: the other parts are read in its light. */
static void
clean_addresses(struct cleaner *c)
{
	struct address *list = arena_zero(c->arena, c->r->address_count + 1, sizeof *list);

	for (size_t i = 0; i < c->r->address_count; i++) {
		const struct span *from = c->r->addresses[i].part;

		c->context.country = span_none();
		for (int k = 0; k < PART_COUNT; k++) {
			enum address_part p = (enum address_part)((PART_COUNTRY + k) % PART_COUNT);

			if (from[p].p != NULL)
				list[i].part[p] = settle(c, part_path(c, i, p), from[p],
				    clean_part(p, from[p], &c->context, c->arena));
			if (p == PART_COUNTRY)
				c->context.country = list[i].part[p];
		}
	}
	c->r->addresses = list;
}

static struct span
identifier_path(struct cleaner *c, struct span type)
{
	struct buf b = { 0 };

	buf_print(&b, "identifiers.%.*s", SPAN_ARG(type));
	return text_of(c, &b);
}

static void
add_tag(struct cleaner *c, struct span path, struct span tag)
{
	struct record *r = c->r;
	struct named_texts *list = arena_zero(c->arena, r->tag_count + 1, sizeof *list);
	struct span *v;
	size_t at = 0, old = 0;

	while (at < r->tag_count && span_cmp(r->tags[at].name, path) < 0)
		at++;
	if (at < r->tag_count && span_equal(r->tags[at].name, path))
		old = r->tags[at].values.n;
	for (size_t i = 0; i < old; i++)
		if (span_equal(r->tags[at].values.v[i], tag))
			return;
	v = arena_zero(c->arena, old + 1, sizeof *v);
	for (size_t i = 0; i < old; i++)
		v[i] = r->tags[at].values.v[i];
	v[old] = tag;
	for (size_t i = 0; i < at; i++)
		list[i] = r->tags[i];
	list[at] = (struct named_texts){ path, { v, old + 1 } };
	for (size_t i = at + (old > 0); i < r->tag_count; i++)
		list[i + (old == 0)] = r->tags[i];
	r->tags = list;
	r->tag_count += old == 0;
}

static void
clean_identifiers(struct cleaner *c)
{
	struct record *r = c->r;
	struct named_texts *list = arena_zero(c->arena, r->identifier_count + 1, sizeof *list);
	size_t n = 0;

	for (size_t i = 0; i < r->identifier_count; i++) {
		struct named_texts from = r->identifiers[i];
		struct span *v = arena_zero(c->arena, from.values.n + 1, sizeof *v);
		struct span path = identifier_path(c, from.name), tag = identifier_tag(from.name);
		size_t kept = 0;

		for (size_t j = 0; j < from.values.n; j++) {
			v[kept] = settle(c, path, from.values.v[j], identifier_clean(from.name,
			    from.values.v[j], &c->context, c->arena));
			kept += v[kept].p != NULL;
		}
		if (kept == 0)
			continue;
		list[n++] = (struct named_texts){ from.name, { v, kept } };
		if (tag.p != NULL)
			add_tag(c, path, tag);
	}
	r->identifiers = list;
	r->identifier_count = n;
}

/* More than two decimals say where somebody lives, whatever the mapping said (ingest 6). */
static void
tag_coordinate(struct cleaner *c, const struct named_json *attribute)
{
	struct span s = attribute->json, path;
	size_t dot = span_index(s, '.');

	if (span_is(attribute->name, "latitude"))
		path = SPAN("attributes.latitude");
	else if (span_is(attribute->name, "longitude"))
		path = SPAN("attributes.longitude");
	else
		return;
	if (ascii_digits(span_skip(s, dot + 1)) > 2)
		add_tag(c, path, SPAN("precise_location"));
}

static uint64_t
clean_attributes(struct cleaner *c, const struct ndjson *tape, struct secrets *secrets)
{
	struct record *r = c->r;
	struct named_json *list = arena_zero(c->arena, r->attribute_count + 1, sizeof *list);
	uint32_t object = ndjson_find(tape, 0, SPAN("attributes"));
	uint64_t taken = 0;
	size_t n = 0;

	if (object == 0 || r->attribute_count == 0)
		return 0;
	for (uint32_t k = ndjson_first(tape, object); k != 0; k = ndjson_sibling(tape, k + 1)) {
		if (ndjson_nodes(tape, NULL)[k + 1].type == ND_NULL)
			continue;
		if (secrets_in(secrets, tape, k)) {
			taken++;
			continue;
		}
		list[n] =
		    (struct named_json){ ndjson_text(tape, k, c->arena), ndjson_raw(tape, k + 1) };
		tag_coordinate(c, &list[n++]);
	}
	r->attributes = list;
	r->attribute_count = n;
	return taken;
}

/* Two texts under one name are a list of both. */
static struct span
join_json(struct cleaner *c, struct span old, struct span text)
{
	struct buf b = { 0 };
	bool list = old.p[0] == '[';

	buf_byte(&b, '[');
	buf_add(&b, list ? span_make(old.p + 1, old.len - 2) : old);
	if (!list || old.len > 2)
		buf_byte(&b, ',');
	buf_add(&b, text);
	buf_byte(&b, ']');
	return text_of(c, &b);
}

static void
keep_lost_text(struct cleaner *c, const struct named_json *lost)
{
	struct record *r = c->r;
	struct named_json *list = arena_zero(c->arena, r->attribute_count + 1, sizeof *list);
	size_t at = 0;

	for (size_t i = 0; i < r->attribute_count; i++)
		list[i] = r->attributes[i];
	while (at < r->attribute_count && span_cmp(list[at].name, lost->name) < 0)
		at++;
	r->attributes = list;
	if (at < r->attribute_count && span_equal(list[at].name, lost->name)) {
		list[at].json = join_json(c, list[at].json, lost->json);
		return;
	}
	for (size_t i = r->attribute_count++; i > at; i--)
		list[i] = list[i - 1];
	list[at] = *lost;
}

static void
keep_doubts(struct cleaner *c)
{
	struct record *r = c->r;
	struct span *flags = arena_zero(c->arena, r->flags.n + c->flag_count + 1, sizeof *flags);
	size_t n = 0;

	for (size_t i = 0; i < r->flags.n; i++)
		flags[n++] = r->flags.v[i];
	for (size_t i = 0; i < c->lost_count; i++)
		keep_lost_text(c, &c->lost[i]);
	for (size_t i = 0; i < c->flag_count; i++) {
		size_t j = 0;

		while (j < n && !span_equal(flags[j], c->flags[i]))
			j++;
		if (j == n)
			flags[n++] = c->flags[i];
	}
	r->flags = (struct texts){ flags, n };
}

uint64_t
reclean(struct record *r, const struct ndjson *tape, instant now, struct secrets *s,
    struct arena *a)
{
	struct cleaner c = { .r = r, .arena = a, .context = { .reference = now } };
	struct time_text t;
	uint64_t taken;

	r->observed_at = settle(&c, SPAN("observed_at"), r->observed_at,
	    time_clean(r->observed_at, &c.context, a));
	r->collected_at = settle(&c, SPAN("collected_at"), r->collected_at,
	    time_clean(r->collected_at, &c.context, a));
	if (r->observed_at.p != NULL && time_parse(r->observed_at, &t))
		c.context.reference = t.at;
	for (int f = 0; f < ONE_COUNT; f++)
		if (r->one[f].p != NULL)
			r->one[f] = settle(&c, one_name((enum one_field)f), r->one[f],
			    clean_one((enum one_field)f, r->one[f], &c.context, a));
	for (int f = 0; f < MANY_COUNT; f++)
		r->many[f] = clean_list(&c, r->many[f], (enum many_field)f);
	clean_addresses(&c);
	clean_identifiers(&c);
	taken = clean_attributes(&c, tape, s);
	if (c.flag_count > 0)
		keep_doubts(&c);
	return taken;
}

bool
reclean_empty(const struct record *r)
{
	size_t n = r->identifier_count + r->address_count + r->attribute_count;

	for (int f = 0; f < ONE_COUNT; f++)
		n += r->one[f].p != NULL;
	for (int f = 0; f < MANY_COUNT; f++)
		n += r->many[f].n;
	return n == 0;
}
