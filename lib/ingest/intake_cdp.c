/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/intake_cdp.c: a finished stream comes in again: every record is read, its values
 * are cleaned once more (which changes nothing that we wrote), and everything else passes. */
#include "ingest/intake_priv.h"
#include "base/alloc.h"
#include "base/error.h"
#include "io/ndjson.h"
#include "io/out.h"
#include "model/feed.h"
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

struct again {
	const struct intake_options	*o;
	struct input			*in;
};
struct counts {
	uint64_t	records, passed;
};

static struct span
clean_one(enum one_field f, struct span v, const struct normal_context *c, struct arena *a)
{
	switch (f) {
	case ONE_GIVEN_NAME:	return name_clean(v, NAME_GIVEN, c, a).value;
	case ONE_MIDDLE_NAME:	return name_clean(v, NAME_MIDDLE, c, a).value;
	case ONE_FAMILY_NAME:	return name_clean(v, NAME_FAMILY, c, a).value;
	case ONE_BIRTHDATE:	return birthdate_clean(v, c, a).value;
	case ONE_GENDER:	return gender_clean(v, c, a).value;
	default:		return text_clean(v, TEXT_PLAIN, c, a).value;
	}
}

static struct span
clean_many(enum many_field f, struct span v, const struct normal_context *c, struct arena *a)
{
	switch (f) {
	case MANY_NICKNAME:	return name_clean(v, NAME_NICKNAME, c, a).value;
	case MANY_EMAIL:	return email_clean(v, c, a).value;
	case MANY_PHONE_NUMBER:	return phone_clean(v, c, a).value;
	default:		return text_clean(v, TEXT_PLAIN, c, a).value;
	}
}

static struct texts
clean_list(struct texts in, enum many_field f, const struct normal_context *c, struct arena *a)
{
	struct span *v = arena_zero(a, in.n + 1, sizeof *v);
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		v[n] = clean_many(f, in.v[i], c, a);
		n += v[n].p != NULL;
	}
	return (struct texts){ v, n };
}

static void
clean_addresses(struct record *r, struct normal_context *c, struct arena *a)
{
	struct address *list = arena_zero(a, r->address_count + 1, sizeof *list);

	for (size_t i = 0; i < r->address_count; i++) {
		struct address *to = &list[i];
		const struct span *from = r->addresses[i].part;

		to->part[PART_COUNTRY] = country_clean(from[PART_COUNTRY], c, a).value;
		c->country = to->part[PART_COUNTRY];
		for (int p = 0; p < PART_COUNTRY; p++)
			to->part[p] = p == PART_REGION ? region_clean(from[p], c, a).value :
			    p == PART_POSTAL_CODE ? postcode_clean(from[p], c, a).value :
			    p == PART_PO_BOX ? text_clean(from[p], TEXT_PLAIN, c, a).value :
			    address_clean(from[p], c, a).value;
	}
	r->addresses = list;
}

static void
clean_identifiers(struct record *r, const struct normal_context *c, struct arena *a)
{
	struct named_texts *list = arena_zero(a, r->identifier_count + 1, sizeof *list);
	size_t n = 0;

	for (size_t i = 0; i < r->identifier_count; i++) {
		struct named_texts from = r->identifiers[i];
		struct span *v = arena_zero(a, from.values.n + 1, sizeof *v);
		size_t kept = 0;

		for (size_t j = 0; j < from.values.n; j++) {
			v[kept] = identifier_clean(from.name, from.values.v[j], c, a).value;
			kept += v[kept].p != NULL;
		}
		if (kept > 0)
			list[n++] = (struct named_texts){ from.name, { v, kept } };
	}
	r->identifiers = list;
	r->identifier_count = n;
}

static void
clean_record(struct record *r, const struct intake_options *o, struct arena *a)
{
	struct normal_context c = { .reference = o->row.as_of };
	struct time_text t;

	if (r->observed_at.p != NULL && time_parse(r->observed_at, &t))
		c.reference = t.at;
	for (int f = 0; f < ONE_COUNT; f++)
		r->one[f] = clean_one((enum one_field)f, r->one[f], &c, a);
	for (int f = 0; f < MANY_COUNT; f++)
		r->many[f] = clean_list(r->many[f], (enum many_field)f, &c, a);
	clean_addresses(r, &c, a);
	clean_identifiers(r, &c, a);
}

static bool
is_empty(const struct record *r)
{
	size_t n = r->identifier_count + r->address_count + r->attribute_count;

	for (int f = 0; f < ONE_COUNT; f++)
		n += r->one[f].p != NULL;
	for (int f = 0; f < MANY_COUNT; f++)
		n += r->many[f].n;
	return n == 0;
}

static int
line(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	struct again *g = arg;
	struct counts *c = part->data;
	struct record r;

	if (c == NULL)
		c = part->data = mem_zero(1, sizeof *c);
	if (l->kind != FEED_RECORD) {
		c->passed++;
		buf_add(part->out, l->raw);
		buf_byte(part->out, '\n');
		return 0;
	}
	if (record_read(l->tape, &r, part->arena, e) < 0)
		return 1;
	clean_record(&r, g->o, part->arena);
	if (is_empty(&r)) {
		error_set(e, REFUSED, "E_EMPTY", "nothing is left of the record");
		return 1;
	}
	record_write(&r, part->out);
	c->records++;
	return 0;
}

static int
emit(void *arg, struct feed_part *part, struct error *e)
{
	struct again *g = arg;
	struct counts *c = part->data;

	(void)e;
	if (c != NULL) {
		g->in->tally[TALLY_RECORDS] += c->records;
		g->in->passed += c->passed;
	}
	mem_free(c);
	if (g->o->out != NULL) {
		out_add(g->o->out, buf_span(part->out));
		out_drain(g->o->out);
	}
	return 0;
}

static void
drop(void *arg, struct feed_part *part)
{
	(void)arg;
	mem_free(part->data);
}

int
intake_cdp_run(struct input *in, const struct intake_options *o, struct error *e)
{
	const struct feed_ops ops = { .line = line, .emit = emit, .drop = drop };
	const struct nd_limits limits = { .depth = (uint32_t)o->max_depth,
	    .keys = (uint32_t)o->max_keys };
	struct feed_options feed = { .paths = &in->path,
	    .path_count = 1, .given = in->source, .threads = o->threads,
	    .max_line = o->max_line, .limits = &limits, .source = o->source,
	    .rejects = o->rejects, .notes = o->notes, .tool = o->tool,
	    .progress = o->progress, .progress_arg = o->progress_arg };
	struct again g = { o, in };
	struct feed_counts counts = { 0 };
	int result;

	in->tally = mem_zero(TALLY_FIXED, sizeof *in->tally);
	in->name = mem_text(source_name(in->source));
	in->bytes = source_size(in->source);
	in->source = NULL;			/* the feed takes it over */
	result = feed_run(&feed, &ops, &g, &counts, e);
	in->tally[TALLY_ROWS] = counts.in;
	in->tally[TALLY_REJECTED] = counts.rejected;
	in->tally[TALLY_BLANK] = counts.blank;
	return result;
}
