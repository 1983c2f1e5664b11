/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/survive.c: gathers the candidates of each field, lets the strategies choose, and
 * keeps where every value came from. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "io/ndjson.h"
#include "model/profile.h"
#include "normal/key.h"
#include "resolve/conflict.h"
#include "resolve/exact.h"
#include "resolve/ids.h"
#include "resolve/rules.h"
#include "resolve/store.h"
#include "resolve/strategy.h"
#include "resolve/survive_priv.h"

enum { UNION_CONTACT = 5, UNION_ADDRESS = 3 };

static const struct chain chain_name = { .count = 3,
	.step = { STRATEGY_VALID, STRATEGY_VOTE, STRATEGY_COMPLETENESS } };
static const struct chain chain_person = { .count = 3,
	.step = { STRATEGY_VALID, STRATEGY_VOTE, STRATEGY_RECENCY } };
static const struct chain chain_recency = { .count = 1, .step = { STRATEGY_RECENCY } };
static const struct chain chain_all = { .count = 1, .step = { STRATEGY_ALL } };
static const struct chain chain_vote = { .count = 1, .step = { STRATEGY_VOTE } };
static const struct chain chain_contact = { .count = 1, .step = { STRATEGY_UNION },
	.top = UNION_CONTACT };
static const struct chain chain_address = { .count = 1, .step = { STRATEGY_UNION },
	.top = UNION_ADDRESS };
static const struct chain chain_union = { .count = 1, .step = { STRATEGY_UNION },
	.top = RECORD_LIST_MAX };

struct survivor *
survivor_new(const struct survival *s)
{
	struct survivor *v = mem_zero(1, sizeof *v);

	v->s = s;
	v->scanner = ndjson_new(NULL);
	return v;
}

void
survivor_free(struct survivor *v)
{
	if (v == NULL)
		return;
	ndjson_free(v->scanner);
	arena_done(&v->arena);
	buf_done(&v->key);
	mem_free(v->list);
	mem_free(v->from);
	mem_free(v->members);
	mem_free(v->names);
	mem_free(v->tags);
	mem_free(v->flags);
	mem_free(v->shared);
	mem_free(v);
}

/* ---- the members ---- */

/* The lines were read once already, so they can be read again. */
static void
read_members(struct survivor *v, const struct cluster *c)
{
	const struct survival *s = v->s;

	v->members = mem_grow(v->members, c->count, &v->member_cap, sizeof *v->members);
	v->count = c->count;
	for (uint32_t i = 0; i < c->count; i++) {
		struct member *m = &v->members[i];
		const struct rec *rec = &s->store->rec[s->clusters->members[c->at + i]];
		struct error e = { 0 };
		size_t at;

		*m = (struct member){ .at = rec->observed_at, .place = i };
		if (ndjson_scan(v->scanner, rec_line(rec), &at, &e) < 0 ||
		    record_read(v->scanner, &m->r, &v->arena, &e) < 0)
			m->r = (struct record){ .id = rec_id(rec) };
		m->rule = rules_source(s->rules, m->r.source);
		m->priority = m->rule == NULL ? RULES_PRIORITY_NONE : m->rule->priority;
	}
}

static void
count_ties(struct survivor *v, const struct cluster *c)
{
	const struct survival *s = v->s;
	uint32_t from = s->tie_at[c->at], to = s->tie_at[c->at + 1];

	for (uint32_t t = from; t < to; t++)
		for (uint32_t i = 0; i < c->count; i++) {
			uint32_t rec = s->clusters->members[c->at + i];

			v->members[i].ties += s->ties[t].a == rec || s->ties[t].b == rec;
		}
}

/* ---- candidates ---- */

/* Whether a later record of the same source, which erases, says that it has no value. */
static bool
erased(const struct survivor *v, const struct member *m, enum field_class class, size_t field)
{
	if (m->rule == NULL || !m->rule->empty_erases)
		return false;
	for (size_t i = 0; i < v->count; i++)
		if (v->members[i].at > m->at && span_equal(v->members[i].r.source, m->r.source) &&
		    ((class == CLASS_ONE && v->members[i].r.one[field].p == NULL) ||
		    (class == CLASS_MANY && v->members[i].r.many[field].n == 0) ||
		    (class == CLASS_ADDRESS && v->members[i].r.address_count == 0)))
			return true;
	return false;
}

static void
add_candidate(struct survivor *v, const struct member *m, struct span value, uint32_t index)
{
	v->list = mem_grow(v->list, v->listed + 1, &v->list_cap, sizeof *v->list);
	v->list[v->listed++] = (struct candidate){ .value = value, .key = value,
	    .source = m->r.source, .at = m->at, .priority = m->priority, .member = m->place,
	    .index = index, .ties = m->ties, .valid = 1 };
}

/* A flag "field:why", "field.0:why" of the record says that the value is doubtful. */
static bool
doubtful(const struct record *r, struct span field)
{
	for (size_t i = 0; i < r->flags.n; i++)
		if (span_starts(r->flags.v[i], field) && r->flags.v[i].len > field.len &&
		    (r->flags.v[i].p[field.len] == ':' || r->flags.v[i].p[field.len] == '.'))
			return true;
	return false;
}

static void
pin(struct survivor *v, struct span path)
{
	const struct rules *rules = v->s->rules;

	for (size_t p = 0; p < rules->pin_count; p++) {
		const struct pin *x = &rules->pins[p];

		if (!span_equal(x->path, path) ||
		    (x->until != INSTANT_NONE && v->s->as_of != INSTANT_NONE && x->until <= v->s->as_of))
			continue;
		for (size_t i = 0; i < v->count; i++)
			if (span_equal(v->members[i].r.id, x->record)) {
				add_candidate(v, &v->members[i], x->value, 0);
				v->list[v->listed - 1].pinned = true;
			}
	}
}

static const struct chain *
chain_of(const struct survivor *v, struct span path, const struct chain *otherwise)
{
	const struct chain *c = v->s->rules->chain_count == 0 ? NULL :
	    rules_chain(v->s->rules, path);

	return c == NULL ? otherwise : c;
}

static bool
has_step(const struct chain *c, enum strategy step)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->step[i] == step)
			return true;
	return false;
}

/* ---- origins ---- */

void
survive_origin(struct survivor *v, struct span path, uint32_t index,
    const struct candidate *winner, struct texts records, const char *rule)
{
	v->from = mem_grow(v->from, v->from_count + 1, &v->from_cap, sizeof *v->from);
	v->from[v->from_count++] = (struct provenance){ path, index,
	    v->members[winner->member].r.id, records, span_from(rule) };
}

static struct texts
one_record(struct survivor *v, const struct candidate *c)
{
	return (struct texts){ &v->members[c->member].r.id, 1 };
}

/* ---- single values ---- */

static struct span
fold(struct survivor *v, enum one_field f, struct span value)
{
	if (f == ONE_GIVEN_NAME || f == ONE_MIDDLE_NAME || f == ONE_FAMILY_NAME || f == ONE_NAME) {
		struct span key = name_key(value, &v->arena);

		return key.p == NULL ? SPAN("") : key;
	}
	return value;
}

static uint8_t
validity(const struct survivor *v, const struct member *m, enum one_field f)
{
	struct date_parts parts;

	if (doubtful(&m->r, one_name(f)))
		return 0;
	if (f == ONE_GENDER)
		return span_is(m->r.one[f], "not_stated") ? 0 : 1;
	if (f != ONE_BIRTHDATE)
		return 1;
	if (!birthdate_key(m->r.one[f], &parts) || map_has(v->s->defaults, m->r.one[f]))
		return 0;
	return parts.year != 0 && parts.month != 0 && parts.mday != 0 ? 2 : 1;
}

static void
gather_one(struct survivor *v, enum one_field f, bool pairs)
{
	v->listed = 0;
	for (size_t i = 0; i < v->count; i++) {
		const struct member *m = &v->members[i];

		if (m->r.one[f].p == NULL || erased(v, m, CLASS_ONE, f) ||
		    (pairs && m->r.one[ONE_FAMILY_NAME].p == NULL))
			continue;
		add_candidate(v, m, m->r.one[f], 0);
		v->list[v->listed - 1].valid = validity(v, m, f);
	}
	for (size_t i = 0; i < v->listed && v->count > 1; i++) {
		struct candidate *c = &v->list[i];

		c->key = fold(v, f, c->value);
		if (!pairs)
			continue;
		buf_reset(&v->key);
		buf_add(&v->key, c->key);
		buf_byte(&v->key, 0);
		buf_add(&v->key, fold(v, ONE_FAMILY_NAME, v->members[c->member].r.one[ONE_FAMILY_NAME]));
		c->key = arena_copy(&v->arena, buf_span(&v->key));
	}
}

static const struct chain *
default_one(enum one_field f)
{
	if (f == ONE_BIRTHDATE || f == ONE_GENDER)
		return &chain_person;
	return f == ONE_LOCALE || f == ONE_ZONEINFO ? &chain_recency : &chain_name;
}

static void
keep_one(struct survivor *v, struct profile *p, enum one_field f, const char *rule)
{
	const struct candidate *w = &v->list[0];

	p->fields.one[f] = w->value;
	v->winner[f] = (int)w->member;
	survive_origin(v, one_name(f), 0, w, one_record(v, w), rule);
	survive_carry(v, w->member, one_name(f), 0, one_name(f), SURVIVE_WHOLE);
}

/* The value of the record that another field came from. */
static bool
follow_group(struct survivor *v, struct profile *p, enum one_field f, struct span group)
{
	int lead = one_find(group);
	const struct member *m;

	if (lead < 0 || v->winner[lead] < 0)
		return false;
	m = &v->members[v->winner[lead]];
	if (m->r.one[f].p == NULL)
		return false;
	v->listed = 0;
	add_candidate(v, m, m->r.one[f], 0);
	keep_one(v, p, f, strategy_name(STRATEGY_GROUP));
	return true;
}

static bool
any_pair(const struct survivor *v)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->members[i].r.one[ONE_GIVEN_NAME].p != NULL &&
		    v->members[i].r.one[ONE_FAMILY_NAME].p != NULL)
			return true;
	return false;
}

static void
survive_one(struct survivor *v, struct profile *p, enum one_field f)
{
	const struct chain *chain = chain_of(v, one_name(f), default_one(f));
	bool own = chain == default_one(f), grouped = f == ONE_FAMILY_NAME && own;
	struct choosing c = { v->s->rules, chain, v->s->as_of };
	struct chosen chosen;

	v->winner[f] = -1;
	if (has_step(chain, STRATEGY_GROUP) && follow_group(v, p, f, chain->group))
		return;
	if (grouped && follow_group(v, p, f, one_name(ONE_GIVEN_NAME)))
		return;
	gather_one(v, f, f == ONE_GIVEN_NAME && any_pair(v) &&
	    chain_of(v, one_name(ONE_FAMILY_NAME), NULL) == NULL);
	pin(v, one_name(f));
	if (v->listed == 0)
		return;
	chosen = strategy_choose(&c, v->list, v->listed);
	if (chosen.thin)
		conflict_thin(v, one_name(f));
	keep_one(v, p, f, v->list[0].pinned ? strategy_name(STRATEGY_PINNED) : chosen.rule);
}

/* ---- lists ---- */

/* By insertion: lists are short. */
static void
rank(struct candidate *list, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct candidate x = list[i];
		size_t at = i;

		while (at > 0 && candidate_before(&x, &list[at - 1])) {
			list[at] = list[at - 1];
			at--;
		}
		list[at] = x;
	}
}

static struct texts
holders(struct survivor *v, struct span key)
{
	struct span *id = arena_alloc(&v->arena, v->count * sizeof *id);
	size_t n = 0;

	for (uint32_t m = 0; m < v->count; m++)
		for (size_t i = 0; i < v->listed; i++)
			if (v->list[i].member == m && span_equal(v->list[i].key, key)) {
				id[n++] = v->members[m].r.id;
				break;
			}
	return (struct texts){ id, n };
}

/* Chooses from v->list: keeps the winners at kept[0..n) in their order; n ≤ most. */
static size_t
keep_list(struct survivor *v, struct span path, const struct chain *chain,
    struct candidate *kept, size_t most)
{
	struct choosing c = { v->s->rules, chain, v->s->as_of };
	struct chosen chosen;
	size_t n = 0;

	if (v->listed == 0)
		return 0;
	if (!has_step(chain, STRATEGY_UNION)) {
		chosen = strategy_choose(&c, v->list, v->listed);
		kept[0] = v->list[0];
		survive_origin(v, path, 0, &kept[0], holders(v, kept[0].key), chosen.rule);
		return 1;
	}
	rank(v->list, v->listed);
	for (size_t i = 0; i < v->listed && n < most && n < chain->top; i++) {
		bool known = false;

		for (size_t k = 0; k < n && !known; k++)
			known = span_equal(kept[k].key, v->list[i].key);
		if (known)
			continue;
		kept[n] = v->list[i];
		survive_origin(v, path, (uint32_t)n, &kept[n], holders(v, kept[n].key),
		    strategy_name(STRATEGY_UNION));
		n++;
	}
	return n;
}

/* Values of one key may be doubtful on one record and not on another: all their notes travel. */
static void
carry_all(struct survivor *v, struct span path, const struct candidate *kept, size_t n)
{
	for (size_t k = 0; k < n && v->noted; k++)
		for (size_t i = 0; i < v->listed; i++)
			if (span_equal(v->list[i].key, kept[k].key))
				survive_carry(v, v->list[i].member, path, v->list[i].index, path, (uint32_t)k);
}

static struct texts
texts_of(struct survivor *v, const struct candidate *kept, size_t n)
{
	struct span *text = arena_alloc(&v->arena, (n + 1) * sizeof *text);

	for (size_t i = 0; i < n; i++)
		text[i] = kept[i].value;
	return (struct texts){ text, n };
}

static void
mark_shared(struct survivor *v, const char *field, struct span type, struct span path,
    const struct candidate *kept, size_t n)
{
	for (size_t i = 0; i < n && map_size(v->s->shared) > 0; i++) {
		struct span key = field[0] == 'e' ? email_key(kept[i].value, &v->arena) :
		    field[0] == 'p' ? phone_key(kept[i].value) : kept[i].value;

		buf_reset(&v->key);
		shared_key(&v->key, field, type, key);
		if (map_has(v->s->shared, buf_span(&v->key)))
			survive_shared(v, path, (uint32_t)i);
	}
}

static void
survive_many(struct survivor *v, struct profile *p, enum many_field f)
{
	const struct chain *chain = chain_of(v, many_name(f), &chain_contact);
	struct candidate kept[RECORD_LIST_MAX];
	size_t n;

	v->listed = 0;
	for (size_t i = 0; i < v->count; i++)
		for (size_t k = 0; k < v->members[i].r.many[f].n; k++)
			if (!erased(v, &v->members[i], CLASS_MANY, f))
				add_candidate(v, &v->members[i], v->members[i].r.many[f].v[k], (uint32_t)k);
	pin(v, many_name(f));
	for (size_t i = 0; i < v->listed && v->listed > 1; i++) {
		struct candidate *c = &v->list[i];
		struct span key = f == MANY_EMAIL ? email_key(c->value, &v->arena) :
		    f == MANY_PHONE_NUMBER ? phone_key(c->value) :
		    f == MANY_NICKNAME ? name_key(c->value, &v->arena) : c->value;

		c->key = key.p == NULL ? c->value : key;
	}
	n = keep_list(v, many_name(f), chain, kept, RECORD_LIST_MAX);
	p->fields.many[f] = texts_of(v, kept, n);
	carry_all(v, many_name(f), kept, n);
	if (f == MANY_EMAIL || f == MANY_PHONE_NUMBER)
		mark_shared(v, f == MANY_EMAIL ? "email" : "phone_number", SPAN(""), many_name(f), kept, n);
}

static struct span
address_key(struct survivor *v, const struct address *a)
{
	buf_reset(&v->key);
	for (int i = 0; i < PART_COUNT; i++) {
		if (a->part[i].p != NULL)
			buf_add(&v->key, i == PART_POSTAL_CODE ? postcode_key(a->part[i], &v->arena) :
			    text_fold(a->part[i], &v->arena));
		buf_byte(&v->key, '\n');
	}
	return arena_copy(&v->arena, buf_span(&v->key));
}

static void
survive_addresses(struct survivor *v, struct profile *p)
{
	const struct chain *chain = chain_of(v, SPAN("address"), &chain_address);
	struct candidate kept[RECORD_LIST_MAX];
	struct address *list;
	size_t n;

	v->listed = 0;
	for (size_t i = 0; i < v->count; i++)
		for (size_t k = 0; k < v->members[i].r.address_count; k++)
			if (!erased(v, &v->members[i], CLASS_ADDRESS, 0))
				add_candidate(v, &v->members[i], SPAN(""), (uint32_t)k);
	for (size_t i = 0; i < v->listed && v->listed > 1; i++)
		v->list[i].key = address_key(v,
		    &v->members[v->list[i].member].r.addresses[v->list[i].index]);
	n = keep_list(v, SPAN("address"), chain, kept, RECORD_LIST_MAX);
	list = arena_alloc(&v->arena, (n + 1) * sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = v->members[kept[i].member].r.addresses[kept[i].index];
	p->fields.addresses = list;
	p->fields.address_count = n;
	carry_all(v, SPAN("address"), kept, n);
}

/* ---- named values: identifiers and attributes ---- */

/* All names of the members in byte order, in v->names. */
static void
gather_names(struct survivor *v, bool identifiers)
{
	v->name_count = 0;
	for (size_t i = 0; i < v->count; i++) {
		const struct record *r = &v->members[i].r;
		size_t n = identifiers ? r->identifier_count : r->attribute_count;

		for (size_t k = 0; k < n; k++)
			survive_name(v, identifiers ? r->identifiers[k].name : r->attributes[k].name);
	}
}

static struct span
path_of(struct survivor *v, const char *head, struct span name)
{
	buf_reset(&v->key);
	buf_text(&v->key, head);
	buf_add(&v->key, name);
	return arena_copy(&v->arena, buf_span(&v->key));
}

static void
survive_identifiers(struct survivor *v, struct profile *p)
{
	struct candidate kept[RECORD_LIST_MAX];
	struct named_texts *list;

	gather_names(v, true);
	list = arena_alloc(&v->arena, (v->name_count + 1) * sizeof *list);
	for (size_t t = 0; t < v->name_count; t++) {
		struct span path = path_of(v, "identifiers.", v->names[t]);
		const struct chain *chain = chain_of(v, path,
		    rules_exclusive(v->s->rules, v->names[t]) ? &chain_vote : &chain_union);
		size_t n;

		v->listed = 0;
		for (size_t i = 0; i < v->count; i++)
			for (size_t k = 0; k < v->members[i].r.identifier_count; k++) {
				const struct named_texts *id = &v->members[i].r.identifiers[k];

				for (size_t x = 0; span_equal(id->name, v->names[t]) && x < id->values.n; x++)
					add_candidate(v, &v->members[i], id->values.v[x], (uint32_t)x);
			}
		pin(v, path);
		n = keep_list(v, path, chain, kept, RECORD_LIST_MAX);
		list[t] = (struct named_texts){ v->names[t], texts_of(v, kept, n) };
		carry_all(v, path, kept, n);
		mark_shared(v, "identifiers", v->names[t], path, kept, n);
	}
	p->fields.identifiers = list;
	p->fields.identifier_count = v->name_count;
}

static bool
all_booleans(const struct survivor *v)
{
	for (size_t i = 0; i < v->listed; i++)
		if (!span_is(v->list[i].value, "true") && !span_is(v->list[i].value, "false"))
			return false;
	return true;
}

/* The total of all; false if one is no number, then the rest of the chain decides. */
static bool
total(struct survivor *v, struct span path, struct named_json *to)
{
	struct buf sum = { 0 };
	bool good = strategy_sum(v->list, v->listed, &sum);

	if (good) {
		bool text = v->list[0].value.p[0] == '"';

		rank(v->list, v->listed);
		buf_reset(&v->key);
		if (text)
			buf_byte(&v->key, '"');
		buf_add(&v->key, buf_span(&sum));
		if (text)
			buf_byte(&v->key, '"');
		to->json = arena_copy(&v->arena, buf_span(&v->key));
		survive_origin(v, path, 0, &v->list[0], one_record(v, &v->list[0]),
		    strategy_name(STRATEGY_SUM));
	}
	buf_done(&sum);
	return good;
}

static void
survive_attribute(struct survivor *v, struct span path, struct named_json *to)
{
	const struct chain *chain = chain_of(v, path, all_booleans(v) ? &chain_all : &chain_recency);
	struct choosing c = { v->s->rules, chain, v->s->as_of };
	struct chosen chosen;

	if (has_step(chain, STRATEGY_SUM) && total(v, path, to))
		return;
	for (size_t i = 0; i < v->listed && v->listed > 1; i++)
		if (v->list[i].value.p[0] == '"') {
			struct span key = text_fold(v->list[i].value, &v->arena);

			v->list[i].key = key.p == NULL ? v->list[i].value : key;
		}
	chosen = strategy_choose(&c, v->list, v->listed);
	to->json = v->list[0].value;
	survive_origin(v, path, 0, &v->list[0], one_record(v, &v->list[0]), chosen.rule);
	survive_carry(v, v->list[0].member, path, 0, path, SURVIVE_WHOLE);
}

static void
survive_attributes(struct survivor *v, struct profile *p)
{
	struct named_json *list;

	gather_names(v, false);
	list = arena_alloc(&v->arena, (v->name_count + 1) * sizeof *list);
	for (size_t t = 0; t < v->name_count; t++) {
		v->listed = 0;
		for (size_t i = 0; i < v->count; i++)
			for (size_t k = 0; k < v->members[i].r.attribute_count; k++) {
				const struct named_json *a = &v->members[i].r.attributes[k];

				if (span_equal(a->name, v->names[t]) && !span_is(a->json, "null"))
					add_candidate(v, &v->members[i], a->json, 0);
			}
		list[t] = (struct named_json){ v->names[t], SPAN("null") };
		if (v->listed > 0)
			survive_attribute(v, path_of(v, "attributes.", v->names[t]), &list[t]);
	}
	p->fields.attributes = list;
	p->fields.attribute_count = v->name_count;
}

/* ---- the whole ---- */

void
survivor_write(struct survivor *v, const struct cluster *c, struct buf *out,
    struct buf *conflicts, uint64_t counts[CONFLICTS])
{
	struct profile p = { 0 };

	arena_reset(&v->arena);
	v->from_count = v->tag_count = v->flag_count = v->shared_count = 0;
	v->conflicts = v->s->conflicts ? conflicts : NULL;
	v->conflict_counts = counts;
	v->id = span_make(c->id, PROFILE_ID_LEN);
	read_members(v, c);
	count_ties(v, c);
	survive_begin(v);
	for (int f = 0; f < ONE_COUNT; f++)
		survive_one(v, &p, (enum one_field)f);
	for (int f = 0; f < MANY_COUNT; f++)
		survive_many(v, &p, (enum many_field)f);
	survive_addresses(v, &p);
	survive_identifiers(v, &p);
	survive_attributes(v, &p);
	survive_facts(v, &p, c);
	if (v->count > 1)
		conflict_find(v);
	p.provenance = v->from;
	p.provenance_count = v->from_count;
	profile_write(&p, out);
}
