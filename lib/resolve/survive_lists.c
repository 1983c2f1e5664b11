/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/survive_lists.c: fields that a person has several values of: contacts, addresses,
 * identifiers. */
#include "base/arena.h"
#include "base/map.h"
#include "normal/key.h"
#include "resolve/rules.h"
#include "resolve/strategy.h"
#include "resolve/survive_priv.h"

enum { UNION_CONTACT = 5, UNION_ADDRESS = 3 };

static const struct chain chain_vote = { .count = 1, .step = { STRATEGY_VOTE } };
static const struct chain chain_contact = { .count = 1, .step = { STRATEGY_UNION },
	.top = UNION_CONTACT };
static const struct chain chain_address = { .count = 1, .step = { STRATEGY_UNION },
	.top = UNION_ADDRESS };
static const struct chain chain_union = { .count = 1, .step = { STRATEGY_UNION },
	.top = RECORD_LIST_MAX };

/* The records that have a value, in the order of their ids. */
static struct texts
holders(struct survivor *v, struct span key)
{
	struct span *id;
	bool *has;
	size_t n = 0;

	if (v->listed == 1)
		return survive_record(v, &v->list[0]);
	has = arena_zero(&v->arena, v->count, sizeof *has);
	id = arena_alloc(&v->arena, v->count * sizeof *id);
	for (size_t i = 0; i < v->listed; i++)
		has[v->list[i].member] |= span_equal(v->list[i].key, key);
	for (size_t m = 0; m < v->count; m++)
		if (has[m])
			id[n++] = v->members[m].r.id;
	return (struct texts){ id, n };
}

/* Chooses from v->list: keeps the winners at v->kept[0..n) in their order. */
static size_t
keep_list(struct survivor *v, struct span path, const struct chain *chain)
{
	struct candidate *kept = v->kept;
	struct choosing c = { v->s->rules, chain, v->s->as_of };
	struct chosen chosen;
	size_t n = 0;

	if (v->listed == 0)
		return 0;
	if (!chain_has(chain, STRATEGY_UNION)) {
		chosen = strategy_choose(&c, v->list, v->listed);
		kept[0] = v->list[0];
		survive_origin(v, path, 0, &kept[0], holders(v, kept[0].key), chosen.rule);
		return 1;
	}
	survive_rank(v->list, v->listed);
	for (size_t i = 0; i < v->listed && n < RECORD_LIST_MAX && n < chain->top; i++) {
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
carry_all(struct survivor *v, struct span path, size_t n)
{
	for (size_t k = 0; k < n && v->noted; k++)
		for (size_t i = 0; i < v->listed; i++)
			if (span_equal(v->list[i].key, v->kept[k].key))
				survive_carry(v, v->list[i].member, path, v->list[i].index, path, (uint32_t)k);
}

static struct texts
texts_of(struct survivor *v, size_t n)
{
	struct span *text = arena_alloc(&v->arena, (n + 1) * sizeof *text);

	for (size_t i = 0; i < n; i++)
		text[i] = v->kept[i].value;
	return (struct texts){ text, n };
}

static void
mark_shared(struct survivor *v, const char *field, struct span type, struct span path, size_t n)
{
	for (size_t i = 0; i < n && map_size(v->s->shared) > 0; i++) {
		struct span key = field[0] == 'e' ? email_key(v->kept[i].value, &v->arena) :
		    field[0] == 'p' ? phone_key(v->kept[i].value) : v->kept[i].value;

		buf_reset(&v->key);
		shared_key(&v->key, field, type, key);
		if (map_has(v->s->shared, buf_span(&v->key)))
			survive_shared(v, path, (uint32_t)i);
	}
}

struct span
survive_many_key(struct survivor *v, enum many_field f, struct span value)
{
	struct span key = f == MANY_EMAIL ? email_key(value, &v->arena) :
	    f == MANY_PHONE_NUMBER ? phone_key(value) :
	    f == MANY_NICKNAME ? name_key(value, &v->arena) : value;

	return key.p == NULL ? value : key;
}

void
survive_many(struct survivor *v, struct profile *p, enum many_field f)
{
	struct span path = many_name(f);
	size_t n;

	v->listed = 0;
	for (size_t i = 0; i < v->count; i++)
		for (size_t k = 0; k < v->members[i].r.many[f].n; k++)
			if (!survive_erased(v, &v->members[i], CLASS_MANY, f))
				survive_candidate(v, &v->members[i], v->members[i].r.many[f].v[k], (uint32_t)k);
	survive_pin(v, path);
	if (v->listed == 0)
		return;
	for (size_t i = 0; i < v->listed && v->listed > 1; i++) {
		size_t like = survive_earlier(v, i);

		v->list[i].key = like < i ? v->list[like].key :
		    survive_many_key(v, f, v->list[i].value);
	}
	n = keep_list(v, path, survive_chain(v, path, &chain_contact));
	p->fields.many[f] = texts_of(v, n);
	carry_all(v, path, n);
	if (f == MANY_EMAIL || f == MANY_PHONE_NUMBER)
		mark_shared(v, f == MANY_EMAIL ? "email" : "phone_number", SPAN(""), path, n);
}

struct span
survive_address_key(struct survivor *v, const struct address *a)
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

static const struct address *
address_of(const struct survivor *v, const struct candidate *c)
{
	return &v->members[c->member].r.addresses[c->index];
}

static bool
same_address(const struct address *a, const struct address *b)
{
	for (int i = 0; i < PART_COUNT; i++)
		if (!span_equal(a->part[i], b->part[i]))
			return false;
	return true;
}

/* Addresses that are the same bytes as the first one share its key; where all are, none is made. */
static void
make_address_keys(struct survivor *v)
{
	const struct address *first = address_of(v, &v->list[0]);
	size_t same = 1;

	while (same < v->listed && same_address(first, address_of(v, &v->list[same])))
		same++;
	if (same == v->listed)
		return;
	v->list[0].key = survive_address_key(v, first);
	for (size_t i = 1; i < v->listed; i++) {
		const struct address *own = address_of(v, &v->list[i]);

		v->list[i].key = same_address(first, own) ? v->list[0].key :
		    survive_address_key(v, own);
	}
}

void
survive_addresses(struct survivor *v, struct profile *p)
{
	const struct chain *chain = survive_chain(v, SPAN("address"), &chain_address);
	struct address *list;
	size_t n;

	v->listed = 0;
	for (size_t i = 0; i < v->count; i++)
		for (size_t k = 0; k < v->members[i].r.address_count; k++)
			if (!survive_erased(v, &v->members[i], CLASS_ADDRESS, 0))
				survive_candidate(v, &v->members[i], SPAN(""), (uint32_t)k);
	if (v->listed > 1)
		make_address_keys(v);
	n = keep_list(v, SPAN("address"), chain);
	list = arena_alloc(&v->arena, (n + 1) * sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = *address_of(v, &v->kept[i]);
	p->fields.addresses = list;
	p->fields.address_count = n;
	carry_all(v, SPAN("address"), n);
}

/* Of one value that stays, a number that fails its check digits is none beside one that holds. */
static void
leave_failing(struct survivor *v, struct span type)
{
	enum check_digit check = rules_check(v->s->rules, type);
	size_t kept = 0;

	if (check == CHECK_NONE)
		return;
	for (size_t i = 0; i < v->listed; i++)
		if (v->list[i].pinned || check_digit_holds(check, v->list[i].value)) {
			struct candidate swap = v->list[kept];

			v->list[kept++] = v->list[i];
			v->list[i] = swap;
		}
	if (kept > 0)
		v->listed = kept;
}

void
survive_identifiers(struct survivor *v, struct profile *p)
{
	struct named_texts *list;

	survive_names(v, true);
	list = arena_alloc(&v->arena, (v->name_count + 1) * sizeof *list);
	for (size_t t = 0; t < v->name_count; t++) {
		struct span path = survive_path(v, "identifiers.", v->names[t]);
		const struct chain *chain = survive_chain(v, path,
		    rules_exclusive(v->s->rules, v->names[t]) ? &chain_vote : &chain_union);
		size_t n;

		v->listed = 0;
		for (size_t i = 0; i < v->count; i++)
			for (size_t k = 0; k < v->members[i].r.identifier_count; k++) {
				const struct named_texts *id = &v->members[i].r.identifiers[k];

				for (size_t x = 0; span_equal(id->name, v->names[t]) && x < id->values.n; x++)
					survive_candidate(v, &v->members[i], id->values.v[x], (uint32_t)x);
			}
		survive_pin(v, path);
		if (!chain_has(chain, STRATEGY_UNION))
			leave_failing(v, v->names[t]);
		n = keep_list(v, path, chain);
		list[t] = (struct named_texts){ v->names[t], texts_of(v, n) };
		carry_all(v, path, n);
		mark_shared(v, "identifiers", v->names[t], path, n);
	}
	p->fields.identifiers = list;
	p->fields.identifier_count = v->name_count;
}
