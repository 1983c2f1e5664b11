/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/person.c: of an object, and of a profile. */
#include "base/arena.h"
#include "base/error.h"
#include "base/number.h"
#include "consent/event_id.h"
#include "consent/intake.h"
#include "consent/person.h"
#include "consent/subject.h"
#include "consent/token.h"
#include "io/ndjson.h"
#include "model/profile.h"
#include "normal/email.h"
#include "normal/person_key.h"

static int
add(struct person *p, const struct policy *policy, struct span type, struct span value,
    struct arena *arena, struct error *e)
{
	struct person_identifier *id = &p->list[p->count];

	if (p->count == IDENTIFIERS_MAX)
		return error_set(e, INPUT, "E_LIMIT", "more than %d identifiers", IDENTIFIERS_MAX);
	*id = (struct person_identifier){ .type = type };
	id->value = identifier_type_for_suppression(type) ? key_read(type, value, arena) :
	    identifier_canonical(type, value, arena);
	if (id->value.p == NULL)
		return error_set(e, INPUT, "E_SUBJECT", "a value of %.*s cannot be read",
		    SPAN_ARG(type));
	id->shared = identifier_shared(policy, type, id->value);
	p->count++;
	return 0;
}

static bool
is_named(const struct person *p, struct span type, struct span value)
{
	for (size_t i = 0; i < p->count; i++)
		if (span_equal(p->list[i].type, type) && span_equal(p->list[i].value, value))
			return true;
	return false;
}

/* Lists of advertisers and apps have a mailbox as its hash, by which the person would come back, too. */
static void
add_hashes(struct person *p, const struct policy *policy, struct arena *arena)
{
	size_t named = p->count;

	for (size_t i = 0; i < named; i++) {
		struct person_identifier id = { .type = EMAIL_SHA256, .hash = true };

		if (!span_is(p->list[i].type, "email"))
			continue;
		id.value = email_sha256(p->list[i].value, arena);
		id.shared = p->list[i].shared || identifier_shared(policy, id.type, id.value);
		if (!is_named(p, id.type, id.value))
			p->list[p->count++] = id;
	}
}

/* ---- an object ---- */

static int
add_member(struct person *p, const struct policy *policy, const struct ndjson *n, uint32_t key,
    bool for_suppression, struct arena *arena, struct error *e)
{
	const struct nd_node *nodes = ndjson_nodes(n, NULL);
	struct span type = ndjson_text(n, key, arena);
	bool many = nodes[key + 1].type == ND_ARRAY;
	uint32_t x = many ? ndjson_first(n, key + 1) : key + 1;

	if (!identifier_type_known(type) || (identifier_type_for_suppression(type) && !for_suppression))
		return error_set(e, INPUT, "E_SUBJECT",
		    "the subject has a member that is no identifier type "
		    "(email, phone_number, id.NAME, record)");
	for (; x != 0; x = many ? ndjson_sibling(n, x) : 0) {
		if (nodes[x].type != ND_STRING || nodes[x].len == 0)
			return error_set(e, INPUT, "E_SUBJECT", "an identifier is not a text");
		if (add(p, policy, type, ndjson_text(n, x, arena), arena, e) < 0)
			return -1;
	}
	return 0;
}

static int
of_object(struct person *p, const struct policy *policy, const struct ndjson *n,
    bool for_suppression, struct arena *arena, struct error *e)
{
	for (uint32_t key = ndjson_first(n, 0); key != 0; key = ndjson_sibling(n, key + 1))
		if (add_member(p, policy, n, key, for_suppression, arena, e) < 0)
			return -1;
	return 0;
}

/* ---- a profile ---- */

/* The resolver names shared values by their place: "phone_number.0". */
static bool
resolver_shares(const struct profile *v, struct span type, struct span value)
{
	static const struct span fields[] = { SPAN_INIT("email"), SPAN_INIT("phone_number") };
	static const enum many_field of[] = { MANY_EMAIL, MANY_PHONE_NUMBER };

	for (size_t i = 0; i < v->shared.n; i++)
		for (size_t k = 0; k < 2; k++) {
			struct span path = v->shared.v[i];
			const struct texts *values = &v->fields.many[of[k]];
			uint64_t index;

			if (span_equal(type, fields[k]) && span_starts(path, fields[k]) &&
			    path.len > fields[k].len + 1 &&
			    u64_parse(span_skip(path, fields[k].len + 1), &index) &&
			    index < values->n && span_equal(values->v[index], value))
				return true;
		}
	return false;
}

static int
of_profile(struct person *p, const struct policy *policy, const struct ndjson *n,
    bool for_suppression, struct arena *arena, struct error *e)
{
	struct profile *v = arena_alloc(arena, sizeof *v);
	struct person_key *keys;
	size_t count;

	if (profile_read(n, v, arena, e) < 0) {
		e->status = STATUS_INPUT;
		return -1;
	}
	count = person_keys(&v->fields, arena, &keys);
	for (size_t i = 0; i < count; i++) {
		size_t at = p->count;

		if (keys[i].derived && !for_suppression)
			continue;
		if (add(p, policy, keys[i].type, keys[i].value, arena, e) < 0)
			return -1;
		p->list[at].shared |= resolver_shares(v, keys[i].type, keys[i].value);
	}
	for (size_t i = 0; i < v->members.n; i++)
		if (add(p, policy, SPAN("record"), v->members.v[i], arena, e) < 0)
			return -1;
	return 0;
}

int
person_read(const struct subject *s, const struct policy *p, bool for_suppression,
    struct person *out, struct arena *arena, struct error *e)
{
	bool profile = s->line.kind == FEED_PROFILE;

	*out = (struct person){ arena_alloc(arena, 2 * IDENTIFIERS_MAX * sizeof *out->list), 0 };
	if ((profile ? of_profile(out, p, s->tape, for_suppression, arena, e) :
	    of_object(out, p, s->tape, for_suppression, arena, e)) < 0)
		return -1;
	if (for_suppression)
		add_hashes(out, p, arena);
	if (out->count == 0)
		return error_set(e, INPUT, "E_SUBJECT", "the subject names no identifier");
	return 0;
}
