/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/import_line.c: what the formats share: members by path, subjects, events. */
#include "base/arena.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "consent/event_id.h"
#include "consent/import.h"
#include "io/ndjson.h"
#include "model/consent.h"

enum { ID_TEXT = 22 };

/* ---- members ---- */

uint32_t
import_find(const struct import_line *l, const char *path)
{
	struct span rest = span_from(path), name;
	uint32_t node = 0;

	while (span_split(&rest, '.', &name)) {
		if (ndjson_nodes(l->tape, NULL)[node].type != ND_OBJECT)
			return 0;
		node = ndjson_find(l->tape, node, name);
		if (node == 0)
			return 0;
	}
	return node;
}

struct span
import_text_at(const struct import_line *l, const char *path)
{
	uint32_t node = import_find(l, path);

	if (node == 0 || ndjson_nodes(l->tape, NULL)[node].type != ND_STRING)
		return span_none();
	return ndjson_text(l->tape, node, l->arena);
}

/* ---- subjects ---- */

void
import_add(struct import_subject *s, struct span type, struct span value)
{
	if (value.p == NULL || value.len == 0 || s->count == IMPORT_IDENTIFIERS)
		return;
	for (size_t i = 0; i < s->count; i++)
		if (span_equal(s->list[i].type, type) && span_equal(s->list[i].value, value))
			return;
	s->list[s->count].type = type;
	s->list[s->count++].value = value;
}

static int
typed_values(const struct import_line *l, uint32_t key, struct import_subject *s, struct error *e)
{
	const struct nd_node *nodes = ndjson_nodes(l->tape, NULL);
	struct span type = ndjson_text(l->tape, key, l->arena);
	bool many = nodes[key + 1].type == ND_ARRAY;
	uint32_t x = many ? ndjson_first(l->tape, key + 1) : key + 1;

	if (!identifier_type_known(type) || identifier_type_for_suppression(type))
		return error_set(e, REFUSED, "E_SUBJECT", "the subject has a member that is no "
		    "identifier type (email, phone_number, id.NAME, record)");
	for (; x != 0; x = many ? ndjson_sibling(l->tape, x) : 0) {
		if (nodes[x].type != ND_STRING)
			return error_set(e, REFUSED, "E_SUBJECT", "an identifier is not a text");
		if (s->count == IMPORT_IDENTIFIERS)
			return error_set(e, REFUSED, "E_LIMIT", "a line names at most %d identifiers",
			    IMPORT_IDENTIFIERS);
		import_add(s, type, ndjson_text(l->tape, x, l->arena));
	}
	return 0;
}

int
import_typed(const struct import_line *l, uint32_t object, struct import_subject *s, struct error *e)
{
	if (object == 0 || ndjson_nodes(l->tape, NULL)[object].type != ND_OBJECT)
		return error_set(e, REFUSED, "E_SUBJECT", "the line names no subject");
	for (uint32_t k = ndjson_first(l->tape, object); k != 0; k = ndjson_sibling(l->tape, k + 1))
		if (typed_values(l, k, s, e) < 0)
			return -1;
	return s->count > 0 ? 0 : error_set(e, REFUSED, "E_SUBJECT", "the line names no subject");
}

/* ---- events ---- */

struct span
import_purpose(struct import_line *l, struct span foreign)
{
	const struct policy_importer *m = &l->import->importer;

	for (size_t i = 0; i < m->map_count; i++)
		if (span_equal(m->map[i].foreign, foreign))
			return m->map[i].purpose;
	l->counts->unmapped++;
	return span_none();
}

/* The same message gives the same ids, whatever else is in it. */
static struct span
id_of(const struct import_line *l, struct span message, struct span foreign, size_t place)
{
	unsigned char sum[SHA256_BYTES];
	char number[2] = { (char)('0' + place / 10), (char)('0' + place % 10) };
	struct buf text = { 0 };
	struct sha256 h;
	struct span id;

	if (message.p == NULL || message.len == 0)
		return span_none();
	sha256_start(&h);
	sha256_add(&h, span_from(l->import->format->name));
	sha256_add(&h, span_make("", 1));
	sha256_add(&h, message);
	sha256_add(&h, span_make("", 1));
	sha256_add(&h, foreign);
	sha256_add(&h, span_make("", 1));
	sha256_add(&h, span_make(number, sizeof number));
	sha256_end(&h, sum);
	base64url_write(&text, span_make((const char *)sum, sizeof sum));
	id = arena_copy(l->arena, span_head(buf_span(&text), ID_TEXT));
	buf_done(&text);
	return id;
}

/* An address that the channel does not reach can carry no consent to it. */
static bool
may_be_about(const struct import_line *l, const struct consent_event *c, struct span type)
{
	const struct policy_channel *channel;

	if (!span_is(c->type, "grant"))
		return true;
	channel = policy_channel(l->import->policy, c->channel);
	return span_is(c->channel, "none") || (channel != NULL && names_has(&channel->types, type));
}

void
import_events(struct import_line *l, const struct import_subject *s,
    const struct consent_event *told, struct span message, struct span foreign)
{
	const struct import *i = l->import;
	struct consent_event c = *told;

	c.controller = i->importer.controller.p != NULL ? i->importer.controller :
	    i->source->controller;
	c.src = i->source->id;
	for (size_t k = 0; k < s->count; k++) {
		if (!may_be_about(l, &c, s->list[k].type))
			continue;
		c.identifier_type = s->list[k].type;
		c.identifier_value = s->list[k].value;
		c.id = id_of(l, message, foreign, k);
		consent_event_write(&c, l->out);
		l->counts->events++;
	}
}
