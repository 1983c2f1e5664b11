/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/survive_lists.c: fields that a person has several values of: contacts, addresses,
 * identifiers. */
#include "base/arena.h"
#include "base/map.h"
#include "base/sieve.h"
#include "normal/key.h"
#include "resolve/rules.h"
#include "resolve/strategy.h"
#include "resolve/survive_priv.h"

enum {
	UNION_CONTACT = 5, UNION_ADDRESS = 3,
	EVEN_MOST = 32		/* values as recent as one another that are compared with one another */
};

static const struct span address_path = SPAN_ROOMY_INIT("address");
static const struct chain chain_contact = { .count = 1, .step = { STRATEGY_UNION },
	.top = UNION_CONTACT };
static const struct chain chain_address = { .count = 1, .step = { STRATEGY_UNION },
	.top = UNION_ADDRESS };

/* The records of these places, of which there is one. */
static struct texts
records_at(struct survivor *v, uint64_t places)
{
	unsigned first = (unsigned)__builtin_ctzll(places), last = 63 - (unsigned)__builtin_clzll(places);
	struct span *id;
	size_t n = 0;

	if (places >> first == UINT64_MAX >> (63 - (last - first)))
		return (struct texts){ &v->ids[first], last - first + 1 };
	id = arena_alloc(&v->arena, (last - first + 1) * sizeof *id);
	for (; places != 0; places &= places - 1)
		id[n++] = v->ids[__builtin_ctzll(places)];
	return (struct texts){ id, n };
}

/* The same of more members than there are bits. */
static struct texts
many_holders(struct survivor *v, struct span key)
{
	bool *has = arena_zero(&v->arena, v->count, sizeof *has);
	struct span *id = arena_alloc(&v->arena, v->count * sizeof *id);
	size_t n = 0;

	for (size_t i = 0; i < v->listed; i++)
		has[v->list[i].member] |= span_equal(v->list[i].key, key);
	for (size_t m = 0; m < v->count; m++)
		if (has[m])
			id[n++] = v->ids[m];
	return (struct texts){ id, n };
}

/* The records that have a value, in the order of their ids. */
static struct texts
holders(struct survivor *v, struct span key)
{
	uint64_t has = 0;

	if (v->listed == 1)
		return survive_record(v, &v->list[0]);
	if (v->count > 64)
		return many_holders(v, key);
	for (size_t i = 0; i < v->listed; i++)
		has |= (uint64_t)span_equal(v->list[i].key, key) << v->list[i].member;
	return records_at(v, has);
}

static struct span
rule_of(const struct candidate *kept, struct span otherwise)
{
	return kept->pinned ? strategy_name(STRATEGY_PINNED) : otherwise;
}

/* Nothing is to be chosen. */
static size_t
keep_only(struct survivor *v, struct span path, const struct chain *chain)
{
	v->kept[0] = v->list[0];
	survive_origin(v, path, 0, &v->kept[0], survive_record(v, &v->kept[0]), rule_of(&v->kept[0],
	    strategy_name(chain_has(chain, STRATEGY_UNION) ? STRATEGY_UNION : chain->step[0])));
	return 1;
}

static bool
even(const struct candidate *a, const struct candidate *b)
{
	return a->at == b->at && a->priority == b->priority;
}

/* In how many parts a candidate says what another one says: an address has several. */
static size_t
agreement(const struct survivor *v, struct span path, const struct candidate *a, const struct candidate *b)
{
	if (path.p != address_path.p)
		return span_equal(a->key, b->key);
	return survive_agreement(v, a, b);
}

/* Of candidates that time and source do not rank, those come first with which more of them agree. */
static void
rank_even(struct survivor *v, struct span path, struct candidate *list, size_t n)
{
	size_t agree[EVEN_MOST] = { 0 };

	if (path.p == address_path.p && list[0].key.len == 0)
		survive_number_addresses(v, list, n);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			agree[i] += agreement(v, path, &list[i], &list[k]);
	for (size_t i = 1; i < n; i++) {
		struct candidate x = list[i];
		size_t own = agree[i], at = i;

		for (; at > 0 && agree[at - 1] < own; at--) {
			list[at] = list[at - 1];
			agree[at] = agree[at - 1];
		}
		list[at] = x;
		agree[at] = own;
	}
}

static void
rank_union(struct survivor *v, struct span path, const struct chain *chain)
{
	if (v->listed <= 1 || !chain_has(chain, STRATEGY_UNION))
		return;
	survive_rank(v->list, v->listed);
	for (size_t from = 0, to; from < v->listed; from = to) {
		for (to = from + 1; to < v->listed && even(&v->list[from], &v->list[to]);)
			to++;
		if (to - from > 1 && to - from <= EVEN_MOST)
			rank_even(v, path, v->list + from, to - from);
	}
	if (v->s->rules->pin_count > 0)
		survive_pins_first(v);
}

/* Chooses from v->list, which a union finds ranked: keeps the winners at v->kept[0..n) in their order. */
static size_t
keep_list(struct survivor *v, struct span path, const struct chain *chain)
{
	struct candidate *kept = v->kept;
	struct choosing c = { .rules = v->s->rules, .chain = chain, .as_of = v->s->as_of };
	struct chosen chosen;
	size_t n = 0;

	if (v->listed <= 1)
		return v->listed == 0 ? 0 : keep_only(v, path, chain);
	if (!chain_has(chain, STRATEGY_UNION)) {
		chosen = strategy_choose(&c, v->list, v->listed);
		kept[0] = v->list[0];
		survive_origin(v, path, 0, &kept[0], holders(v, kept[0].key), rule_of(&kept[0], chosen.rule));
		return 1;
	}
	for (size_t i = 0; i < v->listed && n < RECORD_LIST_MAX && n < chain->top; i++) {
		bool known = false;

		for (size_t k = 0; k < n && !known; k++)
			known = span_equal(kept[k].key, v->list[i].key);
		if (known)
			continue;
		kept[n] = v->list[i];
		survive_origin(v, path, (uint32_t)n, &kept[n], holders(v, kept[n].key),
		    rule_of(&kept[n], strategy_name(STRATEGY_UNION)));
		n++;
	}
	return n;
}

/* Values of one key may be doubtful on one record and not on another: all their notes travel. */
static void
carry_all(struct survivor *v, struct span path, size_t n)
{
	if ((v->noted & survive_letter(path)) == 0)
		return;
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < v->listed; i++)
			if (span_equal(v->list[i].key, v->kept[k].key))
				survive_carry(v, v->list[i].member, path, v->list[i].index, (uint32_t)k);
}

static struct texts
texts_of(struct survivor *v, size_t n)
{
	struct span *text = arena_alloc(&v->arena, (n + 1) * sizeof *text);

	for (size_t i = 0; i < n; i++)
		text[i] = v->kept[i].value;
	return (struct texts){ text, n };
}

static struct span
contact_key(struct survivor *v, enum many_field f, struct span value)
{
	return f == MANY_EMAIL ? email_key(value, &v->arena) : phone_key(value);
}

/* The key of what was kept is its key as a candidate. Few values are shared. */
static void
mark_shared(struct survivor *v, const char *field, struct span type, struct span path, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!sieve_may_have(v->s->maybe_shared, v->kept[i].key))
			continue;
		buf_reset(&v->key);
		shared_key(&v->key, field, type, v->kept[i].key);
		if (map_has(v->s->shared, buf_span(&v->key)))
			survive_shared(v, path, (uint32_t)i);
	}
}

struct span
survive_many_key(struct survivor *v, enum many_field f, struct span value)
{
	struct span key = f == MANY_EMAIL || f == MANY_PHONE_NUMBER ? contact_key(v, f, value) :
	    f == MANY_NICKNAME ? name_key(value, &v->arena) : value;

	return key.p == NULL ? value : key;
}

/* Where all are the same bytes none is needed. */
static void
make_many_keys(struct survivor *v, enum many_field f)
{
	size_t same = 1;

	while (same < v->listed && span_equal(v->list[same].value, v->list[0].value))
		same++;
	if (same == v->listed)
		return;
	for (size_t i = 0; i < v->listed; i++) {
		size_t like = survive_earlier(v, i);

		v->list[i].key = like < i ? v->list[like].key :
		    survive_many_key(v, f, v->list[i].value);
	}
	v->keyed = true;
}

/* Values that several profiles hold are known by their keys. */
static void
mark_contacts(struct survivor *v, enum many_field f, size_t n)
{
	for (size_t i = 0; i < n && !v->keyed; i++)
		v->kept[i].key = contact_key(v, f, v->kept[i].value);
	mark_shared(v, f == MANY_EMAIL ? "email" : "phone_number", SPAN(""), many_name(f), n);
}

/* A union ranks its candidates by itself; they may as well come in that order. In other chains the
 * order decides which of two notes comes first. */
static bool
come_ranked(const struct survivor *v, struct span path, const struct chain *chain)
{
	return survive_bare(v, path) || (v->free && chain_has(chain, STRATEGY_UNION));
}

/* Most fields are of no member. */
static bool
any_many(const struct survivor *v, enum many_field f)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->members[i].r.many[f].n > 0)
			return true;
	return v->s->rules->pin_count > 0;
}

static void
gather_many(struct survivor *v, enum many_field f, bool ranked)
{
	v->listed = 0;
	v->keyed = false;
	for (size_t i = 0; i < v->count; i++) {
		const struct member *m = survive_member(v, i, ranked);

		for (size_t k = 0; k < m->r.many[f].n; k++)
			if (!v->erases || !survive_erased(v, m, CLASS_MANY, f))
				survive_candidate(v, m, m->r.many[f].v[k], (uint32_t)k);
	}
}

void
survive_many(struct survivor *v, struct profile *p, enum many_field f)
{
	struct span path = many_name(f);
	const struct chain *chain;
	size_t n;

	if (!any_many(v, f))
		return;
	chain = survive_chain(v, path, &chain_contact);
	gather_many(v, f, come_ranked(v, path, chain));
	survive_pin(v, path, chain);
	if (v->listed == 0)
		return;
	make_many_keys(v, f);
	rank_union(v, path, chain);
	n = keep_list(v, path, chain);
	p->fields.many[f] = texts_of(v, n);
	carry_all(v, path, n);
	if (f == MANY_EMAIL || f == MANY_PHONE_NUMBER)
		mark_contacts(v, f, n);
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
	const struct address *first = survive_address(v, &v->list[0]);
	size_t same = 1;

	while (same < v->listed && same_address(first, survive_address(v, &v->list[same])))
		same++;
	if (same == v->listed)
		return;
	v->list[0].key = survive_address_key(v, first);
	for (size_t i = 1; i < v->listed; i++) {
		const struct address *own = survive_address(v, &v->list[i]);

		v->list[i].key = same_address(first, own) ? v->list[0].key :
		    survive_address_key(v, own);
	}
}

/* Ranked, and each of them once. Who has more than can be numbered is no person. */
static void
unite_addresses(struct survivor *v, const struct chain *chain)
{
	if (survive_one_address(v)) {
		survive_rank(v->list, v->listed);
		return;
	}
	if (v->listed <= SURVIVE_NUMBERED) {
		survive_number_addresses(v, v->list, v->listed);
		survive_leave_lesser(v);
	}
	rank_union(v, address_path, chain);
	survive_join_addresses(v);
}

void
survive_addresses(struct survivor *v, struct profile *p)
{
	const struct chain *chain = survive_chain(v, address_path, &chain_address);
	bool ranked = come_ranked(v, address_path, chain), all = chain_has(chain, STRATEGY_UNION);
	struct address *list;
	size_t n;

	v->listed = 0;
	for (size_t i = 0; i < v->count; i++) {
		const struct member *m = survive_member(v, i, ranked);

		for (size_t k = 0; k < m->r.address_count; k++)
			if (!v->erases || !survive_erased(v, m, CLASS_ADDRESS, 0))
				survive_candidate(v, m, SPAN(""), (uint32_t)k);
	}
	if (v->listed > 1 && all)
		unite_addresses(v, chain);
	if (v->listed > 1 && !(all && v->listed <= SURVIVE_NUMBERED))
		make_address_keys(v);
	n = keep_list(v, address_path, chain);
	list = arena_alloc(&v->arena, (n + 1) * sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = *survive_address(v, &v->kept[i]);
	p->fields.addresses = list;
	p->fields.address_count = n;
	carry_all(v, address_path, n);
}

/* Of one value that stays, a number that fails its check digits is none beside one that holds. */
static void
leave_failing(struct survivor *v, enum check_digit check)
{
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

static void
gather_identifiers(struct survivor *v, struct span type, bool ranked)
{
	v->listed = 0;
	for (size_t i = 0; i < v->count; i++) {
		const struct member *m = survive_member(v, i, ranked);

		for (size_t k = 0; k < m->r.identifier_count; k++) {
			const struct named_texts *id = &m->r.identifiers[k];

			for (size_t x = 0; span_equal(id->name, type) && x < id->values.n; x++)
				survive_candidate(v, m, id->values.v[x], (uint32_t)x);
		}
	}
}

void
survive_identifiers(struct survivor *v, struct profile *p)
{
	struct named_texts *list;

	survive_names(v, true);
	list = arena_alloc(&v->arena, (v->name_count + 1) * sizeof *list);
	for (size_t t = 0; t < v->name_count; t++) {
		const struct identifier_kind *kind = survive_kind(v, v->names[t]);
		size_t n;

		gather_identifiers(v, kind->name, come_ranked(v, kind->path, kind->chain));
		survive_pin(v, kind->path, kind->chain);
		if (!chain_has(kind->chain, STRATEGY_UNION))
			leave_failing(v, kind->check);
		rank_union(v, kind->path, kind->chain);
		n = keep_list(v, kind->path, kind->chain);
		list[t] = (struct named_texts){ kind->name, texts_of(v, n) };
		carry_all(v, kind->path, n);
		mark_shared(v, "identifiers", kind->name, kind->path, n);
	}
	p->fields.identifiers = list;
	p->fields.identifier_count = v->name_count;
}
