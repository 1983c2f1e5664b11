/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/decision.c: a verdict as JSON, and back. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/number.h"
#include "base/utf8.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/decision.h"
#include "model/record_priv.h"
#include "model/tape.h"

enum { ID_LEN = 22 };			/* 128 bits in base64url */

static const struct span verdicts[] = { SPAN_INIT("permit"), SPAN_INIT("permit_redacted"),
    SPAN_INIT("skip"), SPAN_INIT("deny") };

struct span
verdict_name(enum verdict v)
{
	return verdicts[v];
}

static void
write_address(const struct decision *d, struct json_writer *w)
{
	if (d->address_field.p == NULL)
		return;
	json_ready_key(w, JSON_KEY("address"));
	json_open_object(w);
	json_ready_member(w, JSON_KEY("field"), d->address_field);
	json_ready_member(w, JSON_KEY("value"), d->address_value);
	json_end(w);
}

static void
write_evidence(const struct decision *d, struct json_writer *w)
{
	if (d->evidence_count == 0)
		return;
	json_ready_key(w, JSON_KEY("evidence"));
	json_open_array(w);
	for (size_t i = 0; i < d->evidence_count; i++)
		json_u64(w, d->evidence[i]);
	json_end(w);
}

static void
write_obligations(const struct decision *d, struct json_writer *w)
{
	if (d->obligation_count == 0)
		return;
	json_ready_key(w, JSON_KEY("obligations"));
	json_open_array(w);
	for (size_t i = 0; i < d->obligation_count; i++) {
		json_open_object(w);
		json_ready_member(w, JSON_KEY("type"), d->obligations[i].type);
		json_member_raw(w, "value", d->obligations[i].value);
		json_member_bool(w, "hard", d->obligations[i].hard);
		json_end(w);
	}
	json_end(w);
}

static void
write_until(const struct decision *d, struct json_writer *w)
{
	struct buf text = { 0 };

	if (d->valid_until == INSTANT_NONE)
		return;
	if (d->valid_until_text.p != NULL) {
		json_ready_member(w, JSON_KEY("valid_until"), d->valid_until_text);
		return;
	}
	instant_write(&text, d->valid_until);
	json_ready_member(w, JSON_KEY("valid_until"), buf_span(&text));
	buf_done(&text);
}

void
decision_write(const struct decision *d, struct json_writer *w)
{
	static const struct span head[] = { JSON_KEY_INIT("id"), JSON_KEY_INIT("verdict"),
	    JSON_KEY_INIT("code"), JSON_KEY_INIT("purpose"), JSON_KEY_INIT("channel"),
	    JSON_KEY_INIT("controller"), JSON_KEY_INIT("destination") };
	const struct span texts[] = { d->id, verdict_name(d->verdict), d->code, d->purpose,
	    d->channel, d->controller, d->destination };

	json_open_object(w);
	json_ready_members(w, head, texts, sizeof head / sizeof *head);
	write_address(d, w);
	texts_write(w, JSON_KEY("basis"), d->basis);
	texts_write(w, JSON_KEY("regimes"), d->regimes);
	write_evidence(d, w);
	texts_write(w, JSON_KEY("registry"), d->registry);
	texts_write(w, JSON_KEY("drop"), d->drop);
	write_obligations(d, w);
	texts_write(w, JSON_KEY("reasons"), d->reasons);
	texts_write(w, JSON_KEY("notes"), d->notes);
	write_until(d, w);
	json_end(w);
}

static int
wrong(struct error *e, const char *member)
{
	error_clear(e);
	return error_set(e, REFUSED, "E_DECISION", "decisions: \"%s\" is not as written", member);
}

static int
read_address(const struct tape *t, uint32_t object, struct decision *d)
{
	if (ndjson_nodes(t->n, NULL)[object].type != ND_OBJECT)
		return -1;
	for (uint32_t k = ndjson_first(t->n, object); k != 0; k = ndjson_sibling(t->n, k + 1)) {
		struct span *to = ndjson_is(t->n, k, SPAN("field")) ? &d->address_field :
		    ndjson_is(t->n, k, SPAN("value")) ? &d->address_value : NULL;

		if (to == NULL || tape_text(t, k, to) < 0)
			return -1;
	}
	return d->address_field.p != NULL && d->address_value.p != NULL ? 0 : -1;
}

static int
read_evidence(const struct tape *t, uint32_t array, struct decision *d)
{
	const struct nd_node *nodes = ndjson_nodes(t->n, NULL);
	uint64_t *v;
	size_t n = 0;

	if (nodes[array].type != ND_ARRAY)
		return -1;
	v = arena_alloc(t->arena, (ndjson_count(t->n, array) + 1) * sizeof *v);
	for (uint32_t x = ndjson_first(t->n, array); x != 0; x = ndjson_sibling(t->n, x), n++)
		if (nodes[x].type != ND_NUMBER || !u64_parse(ndjson_raw(t->n, x), &v[n]))
			return -1;
	d->evidence = v;
	d->evidence_count = n;
	return 0;
}

static int
read_obligation(const struct tape *t, uint32_t object, struct obligation *o)
{
	const struct nd_node *nodes = ndjson_nodes(t->n, NULL);

	*o = (struct obligation){ .hard = true };	/* what does not say that it is soft */
	if (nodes[object].type != ND_OBJECT)
		return -1;
	for (uint32_t k = ndjson_first(t->n, object); k != 0; k = ndjson_sibling(t->n, k + 1)) {
		if (ndjson_is(t->n, k, SPAN("type"))) {
			if (tape_text(t, k, &o->type) < 0)
				return -1;
		} else if (ndjson_is(t->n, k, SPAN("value"))) {
			o->value = ndjson_raw(t->n, k + 1);
		} else if (ndjson_is(t->n, k, SPAN("hard"))) {
			o->hard = nodes[k + 1].type != ND_FALSE;
		} else
			return -1;
	}
	return o->type.p != NULL && o->value.p != NULL ? 0 : -1;
}

static int
read_obligations(const struct tape *t, uint32_t array, struct decision *d)
{
	struct obligation *v;

	if (ndjson_nodes(t->n, NULL)[array].type != ND_ARRAY)
		return -1;
	v = arena_alloc(t->arena, (ndjson_count(t->n, array) + 1) * sizeof *v);
	for (uint32_t x = ndjson_first(t->n, array); x != 0; x = ndjson_sibling(t->n, x))
		if (read_obligation(t, x, &v[d->obligation_count++]) < 0)
			return -1;
	d->obligations = v;
	return 0;
}

static int
read_verdict(const struct tape *t, uint32_t node, struct decision *d)
{
	for (int v = VERDICT_PERMIT; v <= VERDICT_DENY; v++)
		if (ndjson_nodes(t->n, NULL)[node].type == ND_STRING &&
		    ndjson_is(t->n, node, verdicts[v])) {
			d->verdict = (enum verdict)v;
			return 0;
		}
	return -1;
}

static int
read_until(const struct tape *t, uint32_t key, struct decision *d)
{
	struct span text = span_none();

	if (tape_text(t, key, &text) < 0)
		return -1;
	return instant_parse(text, &d->valid_until) ? 0 : -1;
}

/* A member of a later version might be one that export would have to honour and cannot: a name
 * nobody knows here is refused. */
static int
read_member(const struct tape *t, uint32_t key, struct span name, struct decision *d)
{
	static const struct {
		const char	*name;
		size_t		 offset;
		bool		 list;
	} plain[] = {
		{ "id", offsetof(struct decision, id), false },
		{ "code", offsetof(struct decision, code), false },
		{ "purpose", offsetof(struct decision, purpose), false },
		{ "channel", offsetof(struct decision, channel), false },
		{ "controller", offsetof(struct decision, controller), false },
		{ "destination", offsetof(struct decision, destination), false },
		{ "basis", offsetof(struct decision, basis), true },
		{ "regimes", offsetof(struct decision, regimes), true },
		{ "registry", offsetof(struct decision, registry), true },
		{ "drop", offsetof(struct decision, drop), true },
		{ "reasons", offsetof(struct decision, reasons), true },
		{ "notes", offsetof(struct decision, notes), true },
		{ "seal", offsetof(struct decision, seal), false },
	};

	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
		void *to = (char *)d + plain[i].offset;

		if (span_is(name, plain[i].name))
			return plain[i].list ? tape_texts(t, key, to) : tape_text(t, key, to);
	}
	if (span_is(name, "verdict"))
		return read_verdict(t, key + 1, d);
	if (span_is(name, "address"))
		return read_address(t, key + 1, d);
	if (span_is(name, "obligations"))
		return read_obligations(t, key + 1, d);
	if (span_is(name, "evidence"))
		return read_evidence(t, key + 1, d);
	if (span_is(name, "valid_until"))
		return read_until(t, key, d);
	return -1;
}

static int
read_one(const struct tape *t, uint32_t object, struct decision *d, struct error *e)
{
	bool verdict = false;

	*d = (struct decision){ .valid_until = INSTANT_NONE, .raw = ndjson_raw(t->n, object) };
	if (ndjson_nodes(t->n, NULL)[object].type != ND_OBJECT)
		return wrong(e, "decisions");
	for (uint32_t k = ndjson_first(t->n, object); k != 0; k = ndjson_sibling(t->n, k + 1)) {
		struct span name = ndjson_text(t->n, k, t->arena);

		verdict |= span_is(name, "verdict");
		if (read_member(t, k, name, d) < 0)
			return wrong(e, utf8_is_ascii(name) && name.len <= 32 ?
			    arena_text(t->arena, name) : "(a member)");
	}
	if (!verdict || d->id.len != ID_LEN)
		return wrong(e, verdict ? "id" : "verdict");
	if (d->code.p == NULL || d->purpose.p == NULL || d->channel.p == NULL ||
	    d->controller.p == NULL)
		return wrong(e, "code");
	return 0;
}

static int
read_all(const struct tape *t, struct decision **list, size_t *count, struct error *e)
{
	if (ndjson_nodes(t->n, NULL)[0].type != ND_ARRAY)
		return wrong(e, "decisions");
	*list = arena_zero(t->arena, ndjson_count(t->n, 0) + 1, sizeof **list);
	*count = 0;
	for (uint32_t x = ndjson_first(t->n, 0); x != 0; x = ndjson_sibling(t->n, x))
		if (read_one(t, x, &(*list)[(*count)++], e) < 0)
			return -1;
	return 0;
}

int
decisions_read(struct span json, struct decision **list, size_t *count, struct arena *arena,
    struct error *e)
{
	struct nd_limits limits = { .any_value = true };
	struct ndjson *n = ndjson_new(&limits);
	struct error scan = { 0 };
	struct tape t = { n, arena, SIZE_MAX, &scan };
	size_t at;
	int r = ndjson_scan_all(n, json, &at, &scan);

	r = r < 0 ? wrong(e, "decisions") : read_all(&t, list, count, e);
	ndjson_free(n);
	return r;
}
