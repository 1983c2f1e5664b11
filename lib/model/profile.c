/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/profile.c: a profile out of a scanned line. */
#include "base/arena.h"
#include "base/error.h"
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

static struct span
after(struct span s, struct span token)
{
	s = span_trim(s);
	return span_starts(s, token) ? span_skip(s, token.len) : span_none();
}

bool
profile_begins(struct span line)
{
	static const struct span tokens[] = { SPAN_INIT("{"), SPAN_INIT("\"kind\""), SPAN_INIT(":"),
	    SPAN_INIT("\"profile\"") };

	for (size_t i = 0; i < sizeof tokens / sizeof *tokens && line.p != NULL; i++)
		line = after(line, tokens[i]);
	return line.p != NULL;
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
