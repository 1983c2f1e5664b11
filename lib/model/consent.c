/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/consent.c: a consent event out of a line, and back into one: one table for both. */
#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/number.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/consent.h"
#include "model/tape.h"

#define AT(member) offsetof(struct consent_event, member)

enum member_type { TEXT, OBJECT, NUMBER, IDENTIFIER };

/* In the order they are written. */
#define NAME(lit)	{ lit, JSON_KEY_INIT(lit) }
static const struct member {
	struct {
		const char	*text;
		struct span	 key;		/* for json_ready_member */
	}			 name;
	size_t			 offset;
	enum member_type	 type;
} members[] = {
	{ NAME("id"), AT(id), TEXT }, { NAME("type"), AT(type), TEXT },
	{ NAME("identifier"), AT(identifier_type), IDENTIFIER },
	{ NAME("account"), AT(account), TEXT }, { NAME("covers"), AT(covers), TEXT },
	{ NAME("controller"), AT(controller), TEXT }, { NAME("purpose"), AT(purpose), TEXT },
	{ NAME("channel"), AT(channel), TEXT }, { NAME("dest"), AT(dest), TEXT },
	{ NAME("basis"), AT(basis), TEXT }, { NAME("ctype"), AT(ctype), TEXT },
	{ NAME("notice"), AT(notice), TEXT }, { NAME("at"), AT(at), TEXT },
	{ NAME("clock"), AT(clock), TEXT }, { NAME("src"), AT(src), TEXT },
	{ NAME("sseq"), AT(sseq), NUMBER }, { NAME("method"), AT(method), TEXT },
	{ NAME("auth"), AT(auth), TEXT }, { NAME("actor"), AT(actor), TEXT },
	{ NAME("jur"), AT(jur), TEXT }, { NAME("until"), AT(until), TEXT },
	{ NAME("ref"), AT(ref), TEXT }, { NAME("cause"), AT(cause), TEXT },
	{ NAME("by"), AT(by), TEXT }, { NAME("evidence"), AT(evidence), OBJECT },
	{ NAME("data"), AT(data), OBJECT },
};
enum { MEMBERS = sizeof members / sizeof members[0] };

/* NULL: nobody here knows such a member. */
static const struct member *
find_member(const struct tape *t, uint32_t key)
{
	struct span name = ndjson_text(t->n, key, t->arena);

	for (const struct member *m = members; m < members + MEMBERS; m++)
		if (m->name.key.len == name.len + 4 &&
		    memcmp(m->name.text, name.p, name.len) == 0)
			return m;
	return NULL;
}

static struct span *
place(struct consent_event *c, size_t offset)
{
	return (struct span *)(void *)((char *)c + offset);
}

static int
read_identifier(const struct tape *t, uint32_t key, struct consent_event *c)
{
	if (ndjson_nodes(t->n, NULL)[key + 1].type != ND_OBJECT)
		return tape_wrong(t, key, "an object of type and value");
	for (uint32_t k = ndjson_first(t->n, key + 1); k != 0; k = ndjson_sibling(t->n, k + 1)) {
		struct span *to = ndjson_is(t->n, k, SPAN("type")) ? &c->identifier_type :
		    ndjson_is(t->n, k, SPAN("value")) ? &c->identifier_value : NULL;

		if (to == NULL)
			return tape_wrong(t, key, "an object of type and value");
		if (tape_text(t, k, to) < 0)
			return -1;
	}
	return 0;
}

static int
read_member(const struct tape *t, uint32_t key, struct consent_event *c)
{
	const struct member *m = find_member(t, key);

	if (m == NULL)
		return tape_wrong(t, key, "known here");
	switch (m->type) {
	case TEXT:
		return tape_text(t, key, place(c, m->offset));
	case OBJECT:
		return tape_raw(t, key, ND_OBJECT, place(c, m->offset));
	case IDENTIFIER:
		return read_identifier(t, key, c);
	case NUMBER:
		break;
	}
	if (!u64_parse(ndjson_raw(t->n, key + 1), &c->sseq))
		return tape_wrong(t, key, "a whole number");
	c->has_sseq = true;
	return 0;
}

/* What cannot be read stands there as it is written, or is left out: whoever judges the event
 * finds nothing it knows. */
static void
read_loosely(const struct tape *t, uint32_t key, struct consent_event *c)
{
	const struct member *m = find_member(t, key);

	if (read_member(t, key, c) == 0)
		return;
	error_clear(t->e);
	if (m != NULL && m->type == TEXT)
		*place(c, m->offset) = ndjson_raw(t->n, key + 1);
}

void
consent_event_read_loosely(const struct ndjson *n, struct consent_event *c, struct arena *arena)
{
	struct error ignored = { 0 };
	struct tape t = { n, arena, RECORD_LIST_MAX, &ignored };

	*c = (struct consent_event){ 0 };
	for (uint32_t k = ndjson_first(n, 0); k != 0; k = ndjson_sibling(n, k + 1))
		if (!ndjson_is(n, k, SPAN("kind")))
			read_loosely(&t, k, c);
}

int
consent_event_read(const struct ndjson *n, struct consent_event *c, struct arena *arena,
    struct error *e)
{
	struct tape t = { n, arena, RECORD_LIST_MAX, e };

	*c = (struct consent_event){ 0 };
	for (uint32_t k = ndjson_first(n, 0); k != 0; k = ndjson_sibling(n, k + 1))
		if (!ndjson_is(n, k, SPAN("kind")) && read_member(&t, k, c) < 0)
			return -1;
	return 0;
}

static void
write_identifier(const struct consent_event *c, struct json_writer *w)
{
	static const struct span keys[] = { JSON_KEY_INIT("type"), JSON_KEY_INIT("value") };
	const struct span texts[] = { c->identifier_type, c->identifier_value };

	if (c->identifier_type.p == NULL)
		return;
	json_ready_key(w, JSON_KEY("identifier"));
	json_open_object(w);
	json_ready_members(w, keys, texts, 2);
	json_end(w);
}

/* Members that follow each other and are texts, in one step. */
static void
write_texts(const struct consent_event *c, struct json_writer *w, size_t from, size_t to)
{
	UNCLEARED struct span keys[MEMBERS], texts[MEMBERS];
	size_t n = 0;

	for (const struct member *m = members + from; m < members + to; m++) {
		texts[n] = *place((struct consent_event *)(uintptr_t)c, m->offset);
		keys[n] = m->name.key;
		n += texts[n].p != NULL;
	}
	json_ready_members(w, keys, texts, n);
}

void
consent_event_write(const struct consent_event *c, struct buf *out)
{
	struct json_writer w = json_writer(out);
	size_t next;

	json_ready_open(&w, SPAN("{\"kind\":\"consent\""));
	for (size_t i = 0; i < MEMBERS; i = next) {
		const struct member *m = &members[i];

		next = i + 1;
		if (m->type == IDENTIFIER) {
			write_identifier(c, &w);
		} else if (m->type == TEXT) {
			while (next < MEMBERS && members[next].type == TEXT)
				next++;
			write_texts(c, &w, i, next);
		} else if (m->type == OBJECT) {
			json_member_raw(&w, m->name.text, *place((struct consent_event *)(uintptr_t)c, m->offset));
		} else if (c->has_sseq) {
			json_member_u64(&w, m->name.text, c->sseq);
		}
	}
	json_end(&w);
	buf_byte(out, '\n');
}
