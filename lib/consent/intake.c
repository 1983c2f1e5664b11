/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/intake.c: records, profiles and typed identifiers become facts */
#include "base/arena.h"
#include "base/cache.h"
#include "base/error.h"
#include "base/number.h"
#include "consent/ahead.h"
#include "consent/decide.h"
#include "consent/event_id.h"
#include "consent/holders.h"
#include "consent/intake.h"
#include "consent/signals.h"
#include "consent/spread.h"
#include "io/ndjson.h"
#include "model/profile.h"
#include "normal/email.h"
#include "normal/person_key.h"
#include "normal/phone.h"

static const struct span many_types[] = { SPAN_INIT("email"), SPAN_INIT("phone_number") };
static const enum many_field many_of[] = { MANY_EMAIL, MANY_PHONE_NUMBER };

/* Clean values, as streams hold them, need no second look. */
static bool
is_plain_email(struct span v)
{
	/* A bit for each of + - . 0…9, then for @ _ a…z. */
	static const uint64_t plain[4] = {
		UINT64_C(1) << '+' | UINT64_C(1) << '-' | UINT64_C(1) << '.' |
		    UINT64_C(0x3ff) << '0',
		1 | UINT64_C(1) << ('_' - 64) | UINT64_C(0x3ffffff) << ('a' - 64) };
	uint64_t all = 1;
	size_t at = 0;

	for (size_t i = 0; i < v.len; i++) {
		unsigned char c = (unsigned char)v.p[i];

		all &= plain[c >> 6] >> (c & 63);
		at += c == '@';
	}
	return all != 0 && at == 1 && v.p[0] != '@' && v.p[v.len - 1] != '@';
}

static bool
is_plain_phone(struct span v)
{
	if (v.len < 2 || v.p[0] != '+')
		return false;
	for (size_t i = 1; i < v.len; i++)
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
	return true;
}

/* The same of a row, whose values are clean as a rule. */
static struct span
canonical_of_row(struct span type, struct span value, struct arena *arena)
{
	bool plain = span_is(type, "email") ? is_plain_email(value) :
	    span_is(type, "phone_number") ? is_plain_phone(value) : !span_equal(type, EMAIL_SHA256);

	return plain ? value : identifier_canonical(type, value, arena);
}

const struct token *
intake_token(const struct intake *in, struct fact_identifier *id, struct arena *arena)
{
	if (!id->has_token)
		id->token = token_of(in->key, id->type,
		    canonical_of_row(id->type, id->value, arena));
	id->has_token = true;
	return &id->token;
}

bool
intake_contact(const struct intake *in, const struct fact_identifier *id)
{
	const struct policy_channel *c = in->question->reach;

	return c != NULL && !id->spread && names_has(&c->types, id->type);
}

static bool
is_sent(const struct question *q, struct span field)
{
	return q->destination != NULL && q->destination->audience &&
	    names_has(&q->destination->fields, field);
}

/* What was said at a value that cannot be read is not known, a no least of all. */
static int
check_read(const struct facts *f, enum status status, const char *code, struct error *e)
{
	if (f->unread.p == NULL)
		return 0;
	error_set(e, REFUSED, code, "a value of %.*s cannot be read: what was said at it cannot be looked up",
	    SPAN_ARG(f->unread));
	e->status = status;
	return -1;
}

/* Types nobody ever said anything about (not sought) are not tokenised: that is most of the work. */
static struct fact_identifier *
add_identifier(const struct intake *in, struct facts *f, bool sought, struct span type,
    struct span field, struct span value, uint32_t index, struct arena *arena)
{
	struct fact_identifier *id = &f->identifiers[f->identifier_count++];
	struct span canonical = canonical_of_row(type, value, arena);
	const struct token *guessed;

	*id = (struct fact_identifier){ .type = type, .field = field, .value = value,
	    .index = index, .sent = is_sent(in->question, field) };
	if (canonical.p == NULL) {
		f->unread = type;
		return id;
	}
	id->shared = identifier_shared(in->question->policy, type, canonical);
	if (!sought)
		return id;
	id->has_token = true;
	guessed = ahead_token(in->ahead, type, canonical);
	if (guessed != NULL) {
		id->token = *guessed;
		return id;
	}
	id->token = token_of(in->key, type, canonical);
	events_expect(in->events, &id->token, EXPECT_SLOT);
	return id;
}

/* What was said is far away in a large ledger: identifiers are made, then fetched, then looked up,
 * with other work in between. */
static void
fetch(const struct intake *in, const struct facts *f)
{
	for (size_t i = 0; i < f->identifier_count; i++)
		if (f->identifiers[i].has_token)
			events_expect(in->events, &f->identifiers[i].token, EXPECT_ROW);
}

static void
look_up(const struct intake *in, struct facts *f)
{
	for (size_t i = 0; i < f->identifier_count; i++) {
		struct fact_identifier *id = &f->identifiers[i];

		if (!id->has_token)
			continue;
		id->event_count = events_of(in->events, &id->token, &id->events);
		id->suppressing_count = events_suppressing(in->events, &id->token, &id->suppressing);
		for (size_t k = 0; k < id->event_count; k++)
			cache_expect(id->events[k]);
	}
}

static struct span
joined(struct arena *arena, const char *head, struct span tail)
{
	size_t n = strlen(head);
	char *p = arena_alloc(arena, n + tail.len);

	memcpy(p, head, n);
	memcpy(p + n, tail.p, tail.len);
	return span_make(p, n + tail.len);
}

static size_t
count_identifiers(const struct record *r)
{
	size_t n = 0;

	for (size_t i = 0; i < 2; i++)
		n += r->many[many_of[i]].n;
	for (size_t i = 0; i < r->identifier_count; i++)
		n += r->identifiers[i].values.n;
	return n + r->many[MANY_PHONE_NUMBER].n + r->address_count;	/* composed ones */
}

/* Each identifier may be asked about beside all the others. Records, of which there may be any number, are
 * so only where letters go to them. */
static int
room(const struct question *q, struct facts *f, size_t n, size_t records, struct arena *arena,
    struct error *e)
{
	if (n > IDENTIFIERS_MAX || (q->reaches_records && records > IDENTIFIERS_MAX))
		return error_set(e, REFUSED, "E_LIMIT", "more than %d %s of one person", IDENTIFIERS_MAX,
		    n > IDENTIFIERS_MAX ? "identifiers" : "postal records");
	f->identifiers = arena_alloc(arena, (n + records + 1) * sizeof(f->identifiers[0]));
	return 0;
}

/* What only a suppression knows somebody by; most ledgers have none, and nothing is folded. */
static void
add_composed(const struct intake *in, const struct record *r, struct facts *f, struct arena *arena)
{
	struct person_key *keys;
	size_t n;

	if (!in->composes)
		return;
	n = person_keys(r, arena, &keys);
	for (size_t i = 0; i < n; i++)
		if (identifier_type_for_suppression(keys[i].type))
			add_identifier(in, f, events_have_type(in->events, keys[i].type), keys[i].type,
			    keys[i].type, keys[i].value, 0, arena);
}

static void
add_values(const struct intake *in, const struct record *r, struct facts *f, struct arena *arena)
{
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < r->many[many_of[i]].n; k++)
			add_identifier(in, f, in->seeks[i], many_types[i], many_types[i],
			    r->many[many_of[i]].v[k], (uint32_t)k, arena);
	for (size_t i = 0; i < r->identifier_count; i++) {
		const struct named_texts *ids = &r->identifiers[i];
		struct span type = joined(arena, "id.", ids->name);
		struct span field = joined(arena, "identifiers.", ids->name);
		bool sought = events_have_type(in->events, type);

		for (size_t k = 0; k < ids->values.n; k++)
			add_identifier(in, f, sought, type, field, ids->values.v[k], (uint32_t)k, arena);
	}
	add_composed(in, r, f, arena);
}

/* Each member record is an identifier too, held by itself. */
static void
add_members(const struct intake *in, struct facts *f, struct arena *arena)
{
	uint32_t *self = arena_alloc(arena, (f->member_count + 1) * sizeof(self[0]));

	f->records = f->identifier_count;
	for (size_t i = 0; i < f->member_count; i++) {
		struct fact_identifier *id = add_identifier(in, f, in->seeks_records, SPAN("record"),
		    SPAN("record"), f->members[i].id, 0, arena);

		self[i] = (uint32_t)i;
		id->holders = &self[i];
		id->holder_count = 1;
	}
}

/* Tokens of accounts are needed only where some event covers one. */
static void
add_accounts(const struct intake *in, struct facts *f)
{
	bool needed = false;

	for (size_t i = 0; i < f->identifier_count && !needed; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count && !needed; k++)
			needed = f->identifiers[i].events[k]->covers_account;
	for (size_t i = 0; needed && i < f->member_count; i++)
		f->members[i].account = token_of(in->key, SPAN("record"), f->members[i].id);
}

static const struct policy_source *
source_of(const struct policy *p, struct span record)
{
	return policy_source(p, span_head(record, span_index(record, ':')));
}

static void
add_holders(const struct profile *p, struct facts *f, struct arena *arena)
{
	for (size_t i = 0; i < f->identifier_count; i++) {
		struct fact_identifier *id = &f->identifiers[i];
		const struct provenance *v = origin_of(f, p, id->field, id->index);

		if (v != NULL)
			holders_set(f, id, &v->records, arena);
	}
}

/* "phone_number.0": the value at that place is shared, the resolver says. */
static void
add_shared(const struct profile *p, struct facts *f)
{
	for (size_t i = 0; i < p->shared.n; i++) {
		struct span path = p->shared.v[i];
		size_t dot = path.len;
		uint64_t index;

		while (dot > 0 && path.p[dot - 1] != '.')
			dot--;
		if (dot == 0 || !u64_parse(span_skip(path, dot), &index))
			continue;
		for (size_t k = 0; k < f->identifier_count; k++)
			if (f->identifiers[k].index == index &&
			    span_equal(f->identifiers[k].field, span_head(path, dot - 1)))
				f->identifiers[k].shared = true;
	}
}

/* When the records of a profile were collected, as far as the profile says: never before
 * first_seen, never after last_seen. */
struct seen {
	instant	from, to;		/* INSTANT_NONE: unknown */
};

static struct seen
seen_of(const struct profile *p)
{
	struct seen s = { INSTANT_NONE, INSTANT_NONE };

	if (!instant_parse(p->first_seen, &s.from))
		s.from = INSTANT_NONE;
	if (!instant_parse(p->last_seen, &s.to))
		s.to = s.from;
	return s;
}

static const char *
judge_purposes(const struct question *q, regime_set in_play, const struct policy_source *source,
    const struct texts *own, struct seen seen)
{
	if (source == NULL || q->purpose == NULL)
		return source == NULL ? "E_SOURCE_UNKNOWN" : "E_PURPOSE_UNKNOWN";
	if (source->collected_since != INSTANT_NONE && source->collected_since > seen.from)
		seen.from = source->collected_since;
	if (seen.to < seen.from)
		seen.to = seen.from;
	if (own != NULL)
		return purpose_declared(q, in_play, own->v, own->n, seen.from, seen.to);
	return purpose_declared(q, in_play, source->purposes.v, source->purposes.n, seen.from,
	    seen.to);
}

static const struct texts *
purposes_of(const struct profile *p, const struct texts *const *many, size_t member)
{
	static const struct texts none;

	if (many != NULL)
		return many[member] == NULL ? &none : many[member];
	if (member < p->member_purpose_count &&
	    span_equal(p->member_purposes[member].record, p->members.v[member]))
		return &p->member_purposes[member].purposes;
	for (size_t i = 0; i < p->member_purpose_count; i++)
		if (span_equal(p->member_purposes[i].record, p->members.v[member]))
			return &p->member_purposes[i].purposes;
	return &none;
}

/* Without member_purposes the sources' declared purposes stand in, and all of them must allow. */
static void
judge_members(const struct question *q, const struct profile *p, struct facts *f, struct arena *arena)
{
	const struct texts *const *many = member_purposes_index(f, p, arena);
	struct seen seen = seen_of(p);
	regime_set in_play = regimes_judging(q, f);
	const char *first = NULL;

	f->newest = seen.to;
	for (size_t i = 0; i < f->member_count; i++) {
		struct fact_member *m = &f->members[i];

		m->unusable = judge_purposes(q, in_play, m->source,
		    p->has_member_purposes ? purposes_of(p, many, i) : NULL, seen);
		if (first == NULL)
			first = m->unusable;
	}
	for (size_t i = 0; !p->has_member_purposes && first != NULL && i < f->member_count; i++)
		f->members[i].unusable = first;
}

/* Up to the first colon; records of a profile are sorted: those of a source come together. */
static bool
same_source(struct span a, struct span b)
{
	size_t i = 0;

	while (i < a.len && i < b.len && a.p[i] == b.p[i] && a.p[i] != ':')
		i++;
	return i < a.len && i < b.len && a.p[i] == ':' && b.p[i] == ':';
}

static void
set_members(const struct policy *p, const struct span *ids, size_t count, struct facts *f,
    struct arena *arena)
{
	f->members = arena_zero(arena, count + 1, sizeof(f->members[0]));
	f->member_count = count;
	for (size_t i = 0; i < count; i++) {
		f->members[i].id = ids[i];
		f->members[i].source = i > 0 && same_source(ids[i - 1], ids[i]) ?
		    f->members[i - 1].source : source_of(p, ids[i]);
	}
}

int
facts_of_profile(const struct intake *in, const struct profile *p, struct facts *f,
    struct arena *arena, struct error *e)
{
	*f = (struct facts){ .contact = CONTACT_NONE, .referrers = in->referrers,
	    .born = INSTANT_NONE, .newest = INSTANT_NONE };
	if (room(in->question, f, count_identifiers(&p->fields), p->members.n, arena, e) < 0)
		return -1;
	add_values(in, &p->fields, f, arena);
	set_members(in->question->policy, p->members.v, p->members.n, f, arena);
	holders_index(f, p, arena);
	add_holders(p, f, arena);
	fetch(in, f);
	add_shared(p, f);
	add_members(in, f, arena);
	look_up(in, f);
	add_accounts(in, f);
	facts_signals(in->places, in->question, &p->fields, f, arena);
	judge_members(in->question, p, f, arena);
	if (in->spread != NULL)
		spread_add(in->spread, f, arena);
	return check_read(f, STATUS_REFUSED, "E_IDENTIFIER", e);
}

static const char *
judge_record(const struct question *q, const struct record *r, const struct facts *f)
{
	const struct policy_source *source = f->members[0].source;
	const struct texts own = r->purposes;
	instant at = f->newest;

	if (source == NULL || q->purpose == NULL)
		return source == NULL ? "E_SOURCE_UNKNOWN" : "E_PURPOSE_UNKNOWN";
	if (at == INSTANT_NONE && r->observed_at.p == NULL)
		at = source->collected_since;
	return r->has_purposes ?
	    purpose_declared(q, regimes_judging(q, f), own.v, own.n, at, at) :
	    purpose_declared(q, regimes_judging(q, f), source->purposes.v, source->purposes.n, at, at);
}

int
facts_of_record(const struct intake *in, const struct record *r, struct facts *f,
    struct arena *arena, struct error *e)
{
	static const uint32_t self[1];

	*f = (struct facts){ .contact = CONTACT_NONE, .referrers = in->referrers,
	    .born = INSTANT_NONE, .newest = INSTANT_NONE };
	if (room(in->question, f, count_identifiers(r), 1, arena, e) < 0)
		return -1;
	add_values(in, r, f, arena);
	set_members(in->question->policy, &r->id, 1, f, arena);
	for (size_t i = 0; i < f->identifier_count; i++) {
		f->identifiers[i].holders = self;
		f->identifiers[i].holder_count = 1;
	}
	fetch(in, f);
	add_members(in, f, arena);
	look_up(in, f);
	add_accounts(in, f);
	facts_signals(in->places, in->question, r, f, arena);
	if (!instant_parse(r->observed_at, &f->newest))
		f->newest = INSTANT_NONE;
	f->members[0].unusable = judge_record(in->question, r, f);
	return check_read(f, STATUS_REFUSED, "E_IDENTIFIER", e);
}

/* One value or a list of them. */
static int
subject_values(const struct intake *in, const struct ndjson *n, uint32_t key, struct facts *f,
    struct arena *arena, struct error *e)
{
	const struct nd_node *nodes = ndjson_nodes(n, NULL);
	struct span type = ndjson_text(n, key, arena);
	bool many = nodes[key + 1].type == ND_ARRAY;
	uint32_t x = many ? ndjson_first(n, key + 1) : key + 1;
	struct span value;
	uint32_t index = 0;

	if (!span_is(type, "email") && !span_is(type, "phone_number") && !span_is(type, "record") &&
	    !(span_starts(type, SPAN("id.")) && type.len > 3))
		return error_set(e, INPUT, "E_SUBJECT",
		    "the subject has a member that is no identifier type "
		    "(email, phone_number, id.NAME, record)");
	for (; x != 0; x = many ? ndjson_sibling(n, x) : 0) {
		if (nodes[x].type != ND_STRING || nodes[x].len == 0)
			return error_set(e, INPUT, "E_SUBJECT", "an identifier is not a text");
		if (f->identifier_count == IDENTIFIERS_MAX)
			return error_set(e, INPUT, "E_LIMIT", "more than %d identifiers",
			    IDENTIFIERS_MAX);
		value = ndjson_text(n, x, arena);
		add_identifier(in, f, events_have_type(in->events, type), type, type, value, index++,
		    arena);
		if (identifier_canonical(type, value, arena).p == NULL)
			f->unread = type;
	}
	return 0;
}

/* Records of the subject are members; which of the other identifiers they hold nobody said, so a
 * grant that covers such an account reaches none of them. */
static void
subject_members(const struct intake *in, struct facts *f, struct arena *arena)
{
	struct span *ids = arena_alloc(arena, (f->identifier_count + 1) * sizeof(ids[0]));
	uint32_t *all = arena_alloc(arena, (f->identifier_count + 1) * sizeof(all[0]));
	size_t n = 0;

	for (size_t i = 0; i < f->identifier_count; i++)
		if (span_is(f->identifiers[i].type, "record")) {
			all[n] = (uint32_t)n;
			ids[n++] = f->identifiers[i].value;
		}
	set_members(in->question->policy, ids, n, f, arena);
	for (size_t i = 0, k = 0; i < f->identifier_count; i++) {
		bool record = span_is(f->identifiers[i].type, "record");

		f->identifiers[i].holders = record ? &all[k++] : all;
		f->identifiers[i].holder_count = record;
	}
	add_accounts(in, f);
}

int
facts_of_subject(const struct intake *in, const struct ndjson *n, struct facts *f,
    struct arena *arena, struct error *e)
{
	*f = (struct facts){ .contact = CONTACT_NONE, .referrers = in->referrers,
	    .born = INSTANT_NONE, .newest = INSTANT_NONE };
	if (room(in->question, f, IDENTIFIERS_MAX, 0, arena, e) < 0)
		return -1;
	for (uint32_t k = ndjson_first(n, 0); k != 0; k = ndjson_sibling(n, k + 1))
		if (subject_values(in, n, k, f, arena, e) < 0)
			return -1;
	if (f->identifier_count == 0)
		return error_set(e, INPUT, "E_SUBJECT", "the subject names no identifier");
	look_up(in, f);
	subject_members(in, f, arena);
	facts_signals(in->places, in->question, NULL, f, arena);
	if (in->spread != NULL)
		spread_add(in->spread, f, arena);
	return check_read(f, STATUS_INPUT, "E_SUBJECT", e);
}

void
facts_of_token(const struct intake *in, struct span type, const struct token *t, struct facts *f,
    struct arena *arena)
{
	struct fact_identifier *id = arena_zero(arena, 1, sizeof(*id));

	*f = (struct facts){ .contact = CONTACT_NONE, .referrers = in->referrers,
	    .born = INSTANT_NONE, .newest = INSTANT_NONE, .identifiers = id, .identifier_count = 1 };
	id->type = type;
	id->token = *t;
	id->has_token = true;
	id->event_count = events_of(in->events, t, &id->events);
	facts_signals(in->places, in->question, NULL, f, arena);
}
