/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/profile.c: a profile out of a scanned line, and back into one. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/profile.h"
#include "model/record_priv.h"
#include "model/tape.h"

#include <stdint.h>

static int
read_member_purposes(const struct tape *t, uint32_t key, struct profile *p)
{
	const struct nd_node *nodes = ndjson_nodes(t->n, NULL);
	struct member_purposes *list;
	size_t n = 0;

	if (nodes[key + 1].type != ND_OBJECT)
		return tape_wrong(t, key, "an object of lists");
	list = arena_zero(t->arena, ndjson_count(t->n, key + 1), sizeof *list);
	for (uint32_t k = ndjson_first(t->n, key + 1); k != 0; k = ndjson_sibling(t->n, k + 1)) {
		list[n].record = ndjson_text(t->n, k, t->arena);
		if (tape_texts(t, k, &list[n++].purposes) < 0)
			return -1;
	}
	p->member_purposes = list;
	p->member_purpose_count = n;
	p->has_member_purposes = true;
	return 0;
}

static int
read_ties(const struct tape *t, uint32_t key, struct profile *p)
{
	const struct nd_node *nodes = ndjson_nodes(t->n, NULL);
	struct tie *list;
	size_t n = 0;

	if (nodes[key + 1].type != ND_ARRAY)
		return tape_wrong(t, key, "a list of ties");
	list = arena_zero(t->arena, ndjson_count(t->n, key + 1), sizeof *list);
	for (uint32_t x = ndjson_first(t->n, key + 1); x != 0; x = ndjson_sibling(t->n, x), n++) {
		if (nodes[x].type != ND_OBJECT)
			return tape_wrong(t, key, "a list of ties");
		for (uint32_t k = x + 1; k < nodes[x].next; k = nodes[k + 1].next) {
			struct span name = ndjson_text(t->n, k, t->arena);
			struct span *to = span_equal(name, SPAN("a")) ? &list[n].a :
			    span_equal(name, SPAN("b")) ? &list[n].b :
			    span_equal(name, SPAN("by")) ? &list[n].by :
			    span_equal(name, SPAN("weight")) ? &list[n].weight : NULL;

			if (to != NULL && tape_text(t, k, to) < 0)
				return -1;
		}
	}
	p->ties = list;
	p->tie_count = n;
	return 0;
}

static int
read_origin(const struct tape *t, uint32_t key, uint32_t object, struct provenance *v)
{
	const struct nd_node *nodes = ndjson_nodes(t->n, NULL);

	if (nodes[object].type != ND_OBJECT)
		return tape_wrong(t, key, "an origin");
	for (uint32_t k = object + 1; k < nodes[object].next; k = nodes[k + 1].next) {
		struct span name = ndjson_text(t->n, k, t->arena);
		int r = 0;

		if (span_equal(name, SPAN("record")))
			r = tape_text(t, k, &v->record);
		else if (span_equal(name, SPAN("rule")))
			r = tape_text(t, k, &v->rule);
		else if (span_equal(name, SPAN("records")))
			r = tape_texts(t, k, &v->records);
		if (r < 0)
			return -1;
	}
	if (v->records.n == 0 && v->record.p != NULL) {
		struct span *one = arena_alloc(t->arena, sizeof *one);

		*one = v->record;
		v->records = (struct texts){ one, 1 };
	}
	return 0;
}

/* An object for a single value, a list for several. */
static int
read_path(const struct tape *t, uint32_t key, struct profile *p)
{
	struct provenance *list = (struct provenance *)(uintptr_t)p->provenance;
	struct span path = ndjson_text(t->n, key, t->arena);
	bool many = ndjson_nodes(t->n, NULL)[key + 1].type == ND_ARRAY;
	uint32_t x = many ? ndjson_first(t->n, key + 1) : key + 1;

	for (uint32_t i = 0; x != 0; x = many ? ndjson_sibling(t->n, x) : 0, i++) {
		struct provenance *v = &list[p->provenance_count++];

		*v = (struct provenance){ .path = path, .index = i };
		if (read_origin(t, key, x, v) < 0)
			return -1;
	}
	return 0;
}

static int
read_provenance(const struct tape *t, uint32_t key, struct profile *p)
{
	const struct nd_node *nodes = ndjson_nodes(t->n, NULL);
	size_t n = 0;

	if (nodes[key + 1].type != ND_OBJECT)
		return tape_wrong(t, key, "an object");
	for (uint32_t k = ndjson_first(t->n, key + 1); k != 0; k = ndjson_sibling(t->n, k + 1))
		n += nodes[k + 1].type == ND_ARRAY ? ndjson_count(t->n, k + 1) : 1;
	p->provenance = arena_alloc(t->arena, n * sizeof *p->provenance);
	for (uint32_t k = ndjson_first(t->n, key + 1); k != 0; k = ndjson_sibling(t->n, k + 1))
		if (read_path(t, k, p) < 0)
			return -1;
	return 0;
}

/* 1: not a member of its own. */
static int
read_own(const struct tape *t, uint32_t key, struct span name, struct profile *p)
{
	static const struct {
		struct span	name;
		size_t		offset;
	} text[] = {
		{ SPAN_INIT("first_seen"), offsetof(struct profile, first_seen) },
		{ SPAN_INIT("last_seen"), offsetof(struct profile, last_seen) },
		{ SPAN_INIT("household"), offsetof(struct profile, household) },
		{ SPAN_INIT("confidence"), offsetof(struct profile, confidence) },
	}, list[] = {
		{ SPAN_INIT("members"), offsetof(struct profile, members) },
		{ SPAN_INIT("sources"), offsetof(struct profile, sources) },
		{ SPAN_INIT("channels"), offsetof(struct profile, channels) },
		{ SPAN_INIT("shared"), offsetof(struct profile, shared) },
	};

	for (size_t i = 0; i < 4; i++) {
		if (span_equal(text[i].name, name))
			return tape_text(t, key, (struct span *)(void *)((char *)p + text[i].offset));
		if (span_equal(list[i].name, name))
			return tape_texts(t, key, (struct texts *)(void *)((char *)p + list[i].offset));
	}
	if (span_equal(name, SPAN("member_purposes")))
		return read_member_purposes(t, key, p);
	if (span_equal(name, SPAN("ties")))
		return read_ties(t, key, p);
	if (span_equal(name, SPAN("provenance")))
		return read_provenance(t, key, p);
	return 1;
}

int
profile_read(const struct ndjson *n, struct profile *p, struct arena *arena, struct error *e)
{
	/* A profile gathers many records: its lists are bounded by the line, not by 64. */
	struct tape t = { n, arena, SIZE_MAX, e };

	*p = (struct profile){ 0 };
	for (uint32_t k = ndjson_first(n, 0); k != 0; k = ndjson_sibling(n, k + 1)) {
		struct span name = ndjson_text(n, k, arena);
		int r;

		if (span_equal(name, SPAN("kind")))
			continue;
		r = read_own(&t, k, name, p);
		if (r > 0)
			r = record_member(&t, k, name, &p->fields);
		if (r < 0)
			return -1;
	}
	if (p->fields.id.p == NULL)
		return error_set(e, REFUSED, "E_ID", "profile without an id");
	return 0;
}

/* ---- writing: nearly all of it is texts behind bytes that are known beforehand ---- */

static void
put_text(struct buf *out, struct span ready, struct span text)
{
	if (text.p != NULL)
		json_put(out, ready, text);
}

static void
put_texts(struct buf *out, struct span ready, struct texts list)
{
	if (list.n > 0)
		json_put_list(out, ready, list.v, list.n);
}

static void
write_member_purposes(const struct profile *p, struct buf *out)
{
	if (p->member_purpose_count == 0)
		buf_add(out, SPAN(",\"member_purposes\":{"));
	for (size_t i = 0; i < p->member_purpose_count; i++) {
		const struct member_purposes *m = &p->member_purposes[i];

		json_put(out, i == 0 ? SPAN(",\"member_purposes\":{") : SPAN(","), m->record);
		put_texts(out, SPAN(":["), m->purposes);
		if (m->purposes.n == 0)
			buf_add(out, SPAN(":[]"));
	}
	buf_byte(out, '}');
}

static void
write_ties(const struct profile *p, struct json_writer *w)
{
	static const struct span keys[] = { JSON_KEY_INIT("a"), JSON_KEY_INIT("b"),
	    JSON_KEY_INIT("by"), JSON_KEY_INIT("weight") };

	_Static_assert(sizeof(struct tie) == sizeof keys, "a tie is as many texts as keys");
	if (p->tie_count > 0)
		json_ready_objects(w, JSON_KEY("ties"), keys, &p->ties->a, 4, p->tie_count);
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
	case 'b': case 'f': case 'g':
		return false;		/* birthdate, family_name, given_name, gender */
	default:
		return many_find(path) >= 0;
	}
}

static void
write_origin(const struct provenance *v, bool many, struct buf *out)
{
	size_t first = 1;		/* it has no comma */

	buf_byte(out, '{');
	if (v->record.p != NULL) {
		json_put(out, SPAN("\"record\":"), v->record);
		first = 0;
	}
	if (many && v->records.n > 0) {
		put_texts(out, span_skip(SPAN(",\"records\":["), first), v->records);
		first = 0;
	}
	put_text(out, span_skip(SPAN(",\"rule\":"), first), v->rule);
	buf_byte(out, '}');
}

/* The first origin of a path that has one value is its only one. */
static void
write_provenance(const struct profile *p, struct buf *out)
{
	bool many = false;

	for (size_t i = 0; i < p->provenance_count; i++) {
		const struct provenance *v = &p->provenance[i];

		if (i > 0 && span_equal(v->path, v[-1].path)) {
			if (!many)
				continue;
			buf_byte(out, ',');
		} else {
			if (many)
				buf_byte(out, ']');
			many = is_list_path(v->path);
			json_put(out, i == 0 ? SPAN(",\"provenance\":{") : SPAN(","), v->path);
			buf_add(out, many ? SPAN(":[") : SPAN(":"));
		}
		write_origin(v, many, out);
	}
	if (p->provenance_count > 0)
		buf_add(out, many ? SPAN("]}") : SPAN("}"));
}

void
profile_write(const struct profile *p, struct buf *out)
{
	const struct record *r = &p->fields;
	struct json_writer w = json_writer(out);

	json_ready_open(&w, SPAN("{\"kind\":\"profile\""));
	put_text(out, JSON_KEY("id"), r->id);
	put_texts(out, SPAN(",\"members\":["), p->members);
	record_write_fields(r, &w);
	put_text(out, JSON_KEY("first_seen"), p->first_seen);
	put_text(out, JSON_KEY("last_seen"), p->last_seen);
	put_texts(out, SPAN(",\"sources\":["), p->sources);
	put_texts(out, SPAN(",\"channels\":["), p->channels);
	put_text(out, JSON_KEY("household"), p->household);
	put_text(out, JSON_KEY("confidence"), p->confidence);
	if (r->has_purposes && r->purposes.n == 0)
		json_member_raw(&w, "purposes", SPAN("[]"));
	put_texts(out, SPAN(",\"purposes\":["), r->purposes);
	if (p->has_member_purposes)
		write_member_purposes(p, out);
	put_texts(out, SPAN(",\"shared\":["), p->shared);
	write_ties(p, &w);
	write_provenance(p, out);
	named_texts_write(&w, JSON_KEY("tags"), r->tags, r->tag_count);
	texts_write(&w, JSON_KEY("flags"), r->flags);
	if (r->decisions.p != NULL)
		json_member_raw(&w, "decisions", r->decisions);
	json_end(&w);
	buf_byte(out, '\n');
}
