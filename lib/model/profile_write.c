/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/profile_write.c: a profile as a line. Nearly all of it is texts behind bytes that are known
 * beforehand, and most of those are ids of members, which stand again wherever a value came from: they
 * are quoted once, where the members are listed, and copied from there. */
#include "base/attr.h"
#include "base/buf.h"
#include "io/json_pen.h"
#include "io/json_write.h"
#include "model/profile.h"
#include "model/record_priv.h"

enum {
	KNOWN = 16,	/* members whose quoted ids are looked for; of more than those there are few profiles */
	NEAR = SPAN_ROOM,	/* bytes that are copied without a loop */
	AROUND = 64	/* more bytes than an origin has around its texts */
};

/* A line in the making. */
struct writing {
	struct json_pen		 pen;
	const struct profile	*p;
	size_t			 known;
	size_t			 at[KNOWN + 1];	/* in the buffer: where the id of a member begins, and behind
						 * the comma or bracket after the last one */
};

/* Copies what was written already, and up to NEAR bytes more; returns where that ends. */
ALWAYS_INLINE char *
copy_again(char *to, const char *from, size_t len)
{
	if (LIKELY(len <= NEAR)) {
		UNCLEARED char near[NEAR];	/* what is read beyond may be where it goes */

		memcpy(near, from, NEAR);
		memcpy(to, near, NEAR);
	} else
		memcpy(to, from, len);
	return to + len;
}

ALWAYS_INLINE void
again(struct writing *w, size_t from, size_t len)
{
	json_pen_room(&w->pen, len + NEAR);
	w->pen.at = copy_again(w->pen.at, w->pen.out->p + from, len);
}

NOINLINE void
quote_checked(struct writing *w, struct span text)
{
	json_pen_text(&w->pen, SPAN(""), text);
}

ALWAYS_INLINE void
quote(struct writing *w, struct span text)
{
	if (LIKELY(w->p->ready))
		json_pen_ready(&w->pen, SPAN(""), text);
	else
		quote_checked(w, text);
}

/* What comes before is a literal, which takes a move or two where this stands. */
ALWAYS_INLINE void
put_text(struct writing *w, struct span before, struct span text)
{
	if (text.p == NULL)
		return;
	json_pen_raw(&w->pen, before);
	quote(w, text);
}

NOINLINE void
quote_list(struct writing *w, struct texts list)
{
	quote(w, list.v[0]);
	for (size_t i = 1; i < list.n; i++) {
		json_pen_raw(&w->pen, SPAN(","));
		quote(w, list.v[i]);
	}
	json_pen_raw(&w->pen, SPAN("]"));
}

ALWAYS_INLINE void
put_texts(struct writing *w, struct span before, struct texts list)
{
	if (list.n == 0)
		return;
	json_pen_raw(&w->pen, before);
	quote_list(w, list);
}

static void
write_members(struct writing *w)
{
	struct texts list = w->p->members;
	struct json_pen *pen = &w->pen;

	if (list.n == 0)
		return;
	json_pen_raw(pen, SPAN(",\"members\":["));
	w->known = list.n < KNOWN ? list.n : KNOWN;
	for (size_t i = 0; i < list.n; i++) {
		if (i < KNOWN)
			w->at[i] = (size_t)(pen->at - pen->out->p);
		quote(w, list.v[i]);
		json_pen_raw(pen, i + 1 < list.n ? SPAN(",") : SPAN("]"));
		if (i < KNOWN)
			w->at[i + 1] = (size_t)(pen->at - pen->out->p);
	}
}

/* The place of a member that is known, or `known`: its id is the same bytes in the same place. */
ALWAYS_INLINE size_t
place_of(const struct writing *w, struct span id)
{
	const struct span *member = w->p->members.v;
	size_t i = 0;

	while (i < w->known && (member[i].p != id.p || member[i].len != id.len))
		i++;
	return i;
}

/* The same of the first of ids that are a part of the list of members. */
ALWAYS_INLINE size_t
place_of_part(const struct writing *w, struct texts ids)
{
	const struct span *member = w->p->members.v;
	size_t i = 0;

	while (i < w->known && &member[i] != ids.v)
		i++;
	return i + ids.n <= w->known ? i : w->known;
}

/* How many bytes so many ids are from there on, with their quotes and the commas in between. */
ALWAYS_INLINE size_t
length(const struct writing *w, size_t first, size_t n)
{
	return w->at[first + n] - w->at[first] - 1;
}

static void
put_id(struct writing *w, struct span id)
{
	size_t at = place_of(w, id);

	if (at < w->known)
		again(w, w->at[at], length(w, at, 1));
	else
		quote(w, id);
}

static void
put_ids(struct writing *w, struct texts ids)
{
	for (size_t i = 0; i < ids.n; i++) {
		if (i > 0)
			json_pen_raw(&w->pen, SPAN(","));
		put_id(w, ids.v[i]);
	}
}

static void
write_member_purposes(struct writing *w)
{
	const struct profile *p = w->p;

	json_pen_raw(&w->pen, SPAN(",\"member_purposes\":{"));
	for (size_t i = 0; i < p->member_purpose_count; i++) {
		const struct member_purposes *m = &p->member_purposes[i];

		if (i > 0)
			json_pen_raw(&w->pen, SPAN(","));
		put_id(w, m->record);
		put_texts(w, SPAN(":["), m->purposes);
		if (m->purposes.n == 0)
			json_pen_raw(&w->pen, SPAN(":[]"));
	}
	json_pen_raw(&w->pen, SPAN("}"));
}

/* The comma before a part of an object is left out of the first one. */
ALWAYS_INLINE void
begin(struct writing *w, bool first, struct span ready)
{
	if (first)
		json_pen_raw(&w->pen, span_skip(ready, 1));
	else
		json_pen_raw(&w->pen, ready);
}

static void
write_tie(struct writing *w, const struct tie *t)
{
	if (t->a.p != NULL) {
		json_pen_raw(&w->pen, SPAN("\"a\":"));
		put_id(w, t->a);
	}
	if (t->b.p != NULL) {
		begin(w, t->a.p == NULL, SPAN(",\"b\":"));
		put_id(w, t->b);
	}
	if (t->by.p != NULL) {
		begin(w, t->a.p == NULL && t->b.p == NULL, SPAN(",\"by\":"));
		quote(w, t->by);
	}
	if (t->weight.p != NULL) {
		begin(w, t->a.p == NULL && t->b.p == NULL && t->by.p == NULL, SPAN(",\"weight\":"));
		quote(w, t->weight);
	}
}

static void
write_ties(struct writing *w)
{
	const struct profile *p = w->p;

	for (size_t i = 0; i < p->tie_count; i++) {
		if (i == 0)
			json_pen_raw(&w->pen, SPAN(",\"ties\":[{"));
		else
			json_pen_raw(&w->pen, SPAN(",{"));
		write_tie(w, &p->ties[i]);
		json_pen_raw(&w->pen, SPAN("}"));
	}
	if (p->tie_count > 0)
		json_pen_raw(&w->pen, SPAN("]"));
}

/* Lists of values have lists of origins; which paths these are follows from the path. */
static bool
is_list_path(struct span path)
{
	switch (path.len > 0 ? path.p[0] : '\0') {
	case 'a':
		return span_equal(path, SPAN("address"));
	case 'i':
		return span_starts(path, SPAN("identifiers."));
	case 'e':
		return span_equal(path, SPAN("email"));
	case 'p':
		return span_equal(path, SPAN("phone_number"));
	case 'b': case 'f': case 'g': case 'l': case 'm':
		return false;	/* birthdate, family_name, given_name, gender, locale, middle_name */
	default:
		return many_find(path) >= 0;
	}
}

ALWAYS_INLINE char *
copy(char *to, struct span ready)
{
	memcpy(to, ready.p, ready.len);
	return to + ready.len;
}

/* Nearly all origins: a record that is known, records that are a part of the list of members, a rule
 * without escapes. Room for all of it is made at once. False: it is another, nothing was written. */
static bool
write_known_origin(struct writing *w, const struct provenance *v, bool many)
{
	size_t record = place_of(w, v->record), first = many ? place_of_part(w, v->records) : 0;
	const char *from;
	char *to;

	if (record == w->known || first == w->known || v->records.n == 0)
		return false;
	json_pen_room(&w->pen, AROUND + 2 * (length(w, 0, w->known) + NEAR) + v->rule.len + NEAR);
	from = w->pen.out->p;
	to = copy(w->pen.at, SPAN("{\"record\":"));
	to = copy_again(to, from + w->at[record], length(w, record, 1));
	if (many) {
		to = copy(to, SPAN(",\"records\":["));
		to = copy_again(to, from + w->at[first], length(w, first, v->records.n));
		to = copy(to, SPAN("]"));
	}
	to = copy(to, SPAN(",\"rule\":\""));
	if (LIKELY(w->p->ready))
		(void)json_copy_ready(to, v->rule);
	else if (!json_copy(to, v->rule))
		return false;
	w->pen.at = copy(to + v->rule.len, SPAN("\"}"));
	return true;
}

static void
write_origin(struct writing *w, const struct provenance *v, bool many)
{
	struct json_pen *pen = &w->pen;
	bool first = v->record.p == NULL;

	if (!first) {
		json_pen_raw(pen, SPAN("{\"record\":"));
		put_id(w, v->record);
	} else {
		json_pen_raw(pen, SPAN("{"));
	}
	if (many && v->records.n > 0) {
		begin(w, first, SPAN(",\"records\":["));
		put_ids(w, v->records);
		json_pen_raw(pen, SPAN("]"));
		first = false;
	}
	if (v->rule.p != NULL) {
		begin(w, first, SPAN(",\"rule\":"));
		quote(w, v->rule);
	}
	json_pen_raw(pen, SPAN("}"));
}

/* The first origin of a path that has one value is its only one. */
static void
write_provenance(struct writing *w)
{
	const struct profile *p = w->p;
	struct json_pen *pen = &w->pen;
	bool many = false;

	if (p->provenance_count > 0)
		json_pen_raw(pen, SPAN(",\"provenance\":{"));
	for (size_t i = 0; i < p->provenance_count; i++) {
		const struct provenance *v = &p->provenance[i];

		if (i > 0 && span_equal(v->path, v[-1].path)) {
			if (!many)
				continue;
			json_pen_raw(pen, SPAN(","));
		} else {
			if (many)
				json_pen_raw(pen, SPAN("]"));
			if (i > 0)
				json_pen_raw(pen, SPAN(","));
			many = is_list_path(v->path);
			json_pen_text(pen, SPAN(""), v->path);
			json_pen_raw(pen, SPAN(":"));
			if (many)
				json_pen_raw(pen, SPAN("["));
		}
		if (v->rule.p == NULL || !write_known_origin(w, v, many))
			write_origin(w, v, many);
	}
	if (many)
		json_pen_raw(pen, SPAN("]"));
	if (p->provenance_count > 0)
		json_pen_raw(pen, SPAN("}"));
}

/* A key with its comma, whose length is not known here, and SPAN_ROOM bytes behind it. */
ALWAYS_INLINE void
put_key(struct writing *w, struct span key)
{
	json_pen_room(&w->pen, key.len + SPAN_ROOM);
	w->pen.at = json_copy_ready(w->pen.at, key);
}

static void
write_address(struct writing *w, const struct address *a)
{
	size_t comma = 1;		/* the one before the first part is left out */

	json_pen_raw(&w->pen, SPAN("{"));
	for (int i = 0; i < PART_COUNT; i++) {
		if (a->part[i].p == NULL)
			continue;
		put_key(w, span_skip(part_keys[i], comma));
		quote(w, a->part[i]);
		comma = 0;
	}
	json_pen_raw(&w->pen, SPAN("}"));
}

static void
write_addresses(struct writing *w)
{
	const struct record *r = &w->p->fields;

	for (size_t i = 0; i < r->address_count; i++) {
		if (i == 0)
			json_pen_raw(&w->pen, SPAN(",\"address\":["));
		else
			json_pen_raw(&w->pen, SPAN(","));
		write_address(w, &r->addresses[i]);
	}
	if (r->address_count > 0)
		json_pen_raw(&w->pen, SPAN("]"));
}

static void
write_identifiers(struct writing *w)
{
	const struct record *r = &w->p->fields;

	for (size_t i = 0; i < r->identifier_count; i++) {
		const struct named_texts *x = &r->identifiers[i];

		if (i == 0)
			json_pen_raw(&w->pen, SPAN(",\"identifiers\":{"));
		else
			json_pen_raw(&w->pen, SPAN(","));
		json_pen_text(&w->pen, SPAN(""), x->name);
		json_pen_raw(&w->pen, SPAN(":["));
		if (x->values.n > 0)
			quote_list(w, x->values);
		else
			json_pen_raw(&w->pen, SPAN("]"));
	}
	if (r->identifier_count > 0)
		json_pen_raw(&w->pen, SPAN("}"));
}

/* With the writer that others share, in between. */
static void
write_attributes(struct writing *w, struct json_writer *shared)
{
	if (w->p->fields.attribute_count == 0)
		return;
	json_pen_done(&w->pen);
	attributes_write(&w->p->fields, shared);
	w->pen = json_pen(w->pen.out);
}

/* In the order of record_write. */
static void
write_fields(struct writing *w, struct json_writer *shared)
{
	const struct record *r = &w->p->fields;

	for (int f = 0; f < ONE_COUNT; f++)
		if (r->one[f].p != NULL) {
			put_key(w, one_keys[f]);
			quote(w, r->one[f]);
		}
	for (int f = 0; f < MANY_COUNT; f++)
		if (r->many[f].n > 0) {
			put_key(w, many_keys[f]);
			put_texts(w, SPAN("["), r->many[f]);
		}
	write_addresses(w);
	write_identifiers(w);
	write_attributes(w, shared);
}

static void
write_purposes(struct writing *w)
{
	const struct record *r = &w->p->fields;

	if (r->purposes.n > 0)
		put_texts(w, SPAN(",\"purposes\":["), r->purposes);
	else if (r->has_purposes)
		json_pen_raw(&w->pen, SPAN(",\"purposes\":[]"));
	if (w->p->has_member_purposes)
		write_member_purposes(w);
}

void
profile_write(const struct profile *p, struct buf *out)
{
	const struct record *r = &p->fields;
	struct json_writer shared = json_writer(out);
	struct writing w = { .p = p };

	json_ready_open(&shared, SPAN("{\"kind\":\"profile\""));
	w.pen = json_pen(out);
	if (r->id.p != NULL)
		json_pen_text(&w.pen, JSON_KEY("id"), r->id);
	write_members(&w);
	write_fields(&w, &shared);
	put_text(&w, JSON_KEY("first_seen"), p->first_seen);
	put_text(&w, JSON_KEY("last_seen"), p->last_seen);
	put_texts(&w, SPAN(",\"sources\":["), p->sources);
	put_texts(&w, SPAN(",\"channels\":["), p->channels);
	put_text(&w, JSON_KEY("household"), p->household);
	put_text(&w, JSON_KEY("confidence"), p->confidence);
	write_purposes(&w);
	if (p->shared.n > 0) {
		json_pen_raw(&w.pen, SPAN(",\"shared\":["));
		json_pen_list(&w.pen, p->shared.v, p->shared.n);
	}
	write_ties(&w);
	write_provenance(&w);
	json_pen_done(&w.pen);
	named_texts_write(&shared, JSON_KEY("tags"), r->tags, r->tag_count);
	texts_write(&shared, JSON_KEY("flags"), r->flags);
	if (r->decisions.p != NULL)
		json_member_raw(&shared, "decisions", r->decisions);
	json_end(&shared);
	buf_byte(out, '\n');
}
