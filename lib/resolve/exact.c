/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/exact.c: unions in a fixed order. Records are numbered in the order of their ids,
 * so neither arrival nor threads can show. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/map.h"
#include "resolve/exact.h"
#include "resolve/faces.h"
#include "resolve/facts.h"
#include "resolve/generic.h"
#include "resolve/groups.h"
#include "resolve/merge.h"
#include "resolve/rules.h"
#include "resolve/store.h"

enum {
	TRIES = 64,		/* clusters of one key that a record is tried with */
	/* Records of one person agree on the birth date in about 93 of 100 pairs (resolve 11.2),
	 * those who share a household's card in about half: an identifier above the middle of
	 * both, seen often enough to tell, names persons. */
	PERSONAL_PERCENT = 70,
	PERSONAL_PAIRS = 20,
	AHEAD = 8, AHEAD_MEMBERS = 4	/* groups: how far the cache is told in advance */
};

struct joining {
	struct exact		*x;
	struct store		*s;
	const struct rules	*rules;
	const struct types	*types;
	uint32_t		*grown;		/* by root: place in claims, of two records or more; or 0 */
	struct claims		*claims;	/* claims[0] is nobody's */
	size_t			 claims_count, claims_cap;
	struct claims		 one[2];	/* of single records, for the check at hand */
	bool			*clean;		/* by source */
	uint32_t		 kinds;		/* of facts that may keep records apart */
	uint16_t		 join;
	bool			 personal;	/* the key at hand is an identifier that names persons */
};

static uint32_t
find(uint32_t *parent, uint32_t i)
{
	while (parent[i] != i) {
		parent[i] = parent[parent[i]];
		i = parent[i];
	}
	return i;
}

static const struct claims *
claims_at(struct joining *j, uint32_t root, struct claims *room)
{
	uint32_t source = j->s->rec[root].source;

	if (j->grown[root] != 0)
		return &j->claims[j->grown[root]];
	claims_of(room, &j->s->facts, rec_row(j->s, root), j->types, j->kinds,
	    j->clean[source] ? source : CLAIMS_NO_SOURCE);
	return room;
}

static void
unite(struct joining *j, uint32_t a, uint32_t b, const struct claims *of_a,
    const struct claims *of_b)
{
	uint32_t to = a < b ? a : b, from = a < b ? b : a, at = j->grown[to];

	if (at == 0) {
		struct claims sum = { 0 };

		claims_add(&sum, of_a);
		claims_add(&sum, of_b);
		at = j->grown[from];
		if (at == 0) {
			j->claims = mem_grow(j->claims, j->claims_count + 1, &j->claims_cap,
			    sizeof *j->claims);
			at = (uint32_t)j->claims_count++;
		} else {
			claims_done(&j->claims[at]);
		}
		j->claims[at] = sum;
		j->grown[to] = at;
	} else {
		claims_add(&j->claims[at], to == a ? of_b : of_a);
		if (j->grown[from] != 0)
			claims_done(&j->claims[j->grown[from]]);
	}
	j->grown[from] = 0;
	j->x->cluster[from] = to;
}

static bool
same_fact(const struct joining *j, uint32_t a, uint32_t b, enum fact_kind kind)
{
	uint32_t x = facts_find(rec_row(j->s, a), kind);

	return x != 0 && x == facts_find(rec_row(j->s, b), kind);
}

/* An identifier that names persons, and a name beside it, outweigh a birth date that differs. */
static bool
vouched(const struct joining *j, uint32_t a, uint32_t b)
{
	return j->personal && (same_fact(j, a, b, FACT_GIVEN) || same_fact(j, a, b, FACT_FAMILY));
}

/* Joins the clusters of two records that share a key, unless something forbids it. */
static bool
try_join(struct joining *j, uint32_t a, uint32_t b)
{
	struct exact *x = j->x;
	uint32_t ra = find(x->cluster, a), rb = find(x->cluster, b);
	const struct claims *of_a, *of_b;
	enum refusal why;

	if (ra == rb)
		return true;
	of_a = claims_at(j, ra, &j->one[0]);
	of_b = claims_at(j, rb, &j->one[1]);
	why = constraint_check(of_a, of_b, &j->s->facts, j->types, j->rules->soft_exclusive,
	    vouched(j, a, b), &x->demoted);
	if (why != REFUSAL_NONE) {
		x->refused = mem_grow(x->refused, x->refused_count + 1, &x->refused_cap,
		    sizeof *x->refused);
		x->refused[x->refused_count++] = (struct exact_refusal){ a < b ? a : b,
		    a < b ? b : a, j->join, (uint8_t)why };
		return false;
	}
	unite(j, ra, rb, of_a, of_b);
	x->ties = mem_grow(x->ties, x->tie_count + 1, &x->tie_cap, sizeof *x->ties);
	x->ties[x->tie_count++] = (struct exact_tie){ .a = a < b ? a : b, .b = a < b ? b : a,
	    .join = j->join, .by = TIE_EXACT };
	return true;
}

/* Each member joins the first cluster of the key that may take it, or begins another: then
 * the key is demoted on it. */
static void
join_members(struct joining *j, const uint32_t *member, size_t count)
{
	uint32_t head[TRIES];
	size_t heads = 0;

	for (size_t i = 0; i < count; i++) {
		bool joined = false;

		for (size_t h = 0; h < heads && !joined; h++)
			joined = try_join(j, head[h], member[i]);
		if (!joined && heads < TRIES)
			head[heads++] = member[i];
	}
}

/* ---- the same mailbox, compatible given names ---- */

static struct span
first_name(const struct joining *j, uint32_t rec)
{
	struct span given = facts_text(&j->s->facts, facts_find(rec_row(j->s, rec), FACT_GIVEN));

	return given.p == NULL ? SPAN("") : span_head(given, span_index(given, ' '));
}

/* A first name stands for another: the same, its initial, or no name at all. */
static bool
stands_for(struct span a, struct span full)
{
	return a.len <= 1 ? span_starts(full, a) : span_equal(a, full);
}

/* Full first names each are a class. An initial, or a record without a name, belongs to a class
 * only if there is just one that it can stand for: it must not make a bridge. */
static void
join_compatible(struct joining *j, const uint32_t *member, size_t count)
{
	struct map *classes = map_new();
	uint32_t *class_of = mem_alloc(count * sizeof *class_of), *list;
	size_t kinds, n;

	for (int least = 2; least >= 0 && map_size(classes) == 0; least--)
		for (size_t i = 0; i < count; i++)
			if ((int)first_name(j, member[i]).len >= least)
				map_add(classes, first_name(j, member[i]));
	kinds = map_size(classes);
	for (size_t i = 0; i < count; i++) {
		size_t fits = 0;

		class_of[i] = UINT32_MAX;
		for (size_t c = 0; c < kinds && fits < 2; c++)
			if (stands_for(first_name(j, member[i]), map_key(classes, c))) {
				class_of[i] = fits == 0 ? (uint32_t)c : UINT32_MAX;
				fits++;
			}
	}
	list = mem_alloc(count * sizeof *list);
	for (size_t c = 0; c < kinds; c++) {
		n = 0;
		for (size_t i = 0; i < count; i++)
			if (class_of[i] == c)
				list[n++] = member[i];
		join_members(j, list, n);
	}
	mem_free(list);
	mem_free(class_of);
	map_free(classes);
}

static bool
all_the_same(const struct joining *j, const uint32_t *member, size_t count)
{
	uint32_t given = facts_find(rec_row(j->s, member[0]), FACT_GIVEN);
	struct span first = first_name(j, member[0]);

	for (size_t i = 1; i < count; i++)
		if (facts_find(rec_row(j->s, member[i]), FACT_GIVEN) != given &&
		    !span_equal(first, first_name(j, member[i])))
			return false;
	return true;
}

static bool
wants_compatible(const struct join *join)
{
	for (size_t i = 0; i < join->count; i++)
		if (join->atom[i] == ATOM_GIVEN_COMPATIBLE)
			return true;
	return false;
}

/* ---- one join after the other ---- */

static bool
only(const struct join *join, enum atom atom)
{
	return join->atom[0] == atom && join->type.p == NULL &&
	    (join->count == 1 || (join->count == 2 && join->atom[1] == ATOM_GIVEN_COMPATIBLE));
}

/* Which identifier types name persons, by the birth dates of neighbours in their groups. */
static void
find_personal(const struct joining *j, const struct groups *groups, bool personal[UINT8_MAX + 1])
{
	uint64_t pairs[UINT8_MAX + 1] = { 0 }, agree[UINT8_MAX + 1] = { 0 };

	for (size_t i = 0; i < groups->count; i++) {
		const struct group *g = &groups->list[i];
		const uint32_t *member = groups->members + g->at;

		for (uint32_t k = 1; k < g->count; k++) {
			uint32_t a = facts_find(rec_row(j->s, member[k - 1]), FACT_BIRTHDATE);
			uint32_t b = facts_find(rec_row(j->s, member[k]), FACT_BIRTHDATE);

			if (!fact_full_date(a) || !fact_full_date(b))
				continue;
			pairs[g->type]++;
			agree[g->type] += !birthdates_differ(a, b);
		}
	}
	for (int t = 0; t <= UINT8_MAX; t++)
		personal[t] = pairs[t] >= PERSONAL_PAIRS &&
		    agree[t] * 100 >= pairs[t] * PERSONAL_PERCENT;
}

/* The values that are grouped already and are the keys of the join; or VALUE_FAMILIES. */
static enum value_family
ready(const struct join *join)
{
	return only(join, ATOM_IDENTIFIER) ? VALUE_IDENTIFIER : only(join, ATOM_EMAIL) ? VALUE_EMAIL :
	    only(join, ATOM_PHONE) ? VALUE_PHONE : VALUE_FAMILIES;
}

static bool
in_two_clusters(void *arg, const uint32_t *member, uint32_t count)
{
	uint32_t *parent = arg, first = find(parent, member[0]);

	for (uint32_t i = 1; i < count; i++)
		if (find(parent, member[i]) != first)
			return true;
	return false;
}

/* Clusters only grow: a value whose holders are one cluster will never be shared by two. Values
 * that a later join needs as they are stay. */
static void
prune(struct joining *j, struct generic *g)
{
	bool needed[VALUE_FAMILIES + 1] = { false };

	for (size_t i = j->join + 1u; i < j->rules->join_count; i++)
		needed[ready(&j->rules->joins[i])] = true;
	for (int v = 0; v < VALUE_FAMILIES; v++)
		if (!needed[v])
			groups_prune(g->values[v], in_two_clusters, j->x->cluster);
}

/* Groups stand in the order of their first members; the others lie anywhere. */
static void
expect(const struct joining *j, const struct groups *groups, size_t i)
{
	if (i + 2 * AHEAD < groups->count) {
		const struct group *g = &groups->list[i + 2 * AHEAD];

		for (uint32_t m = 0; m < g->count && m < AHEAD_MEMBERS; m++) {
			cache_expect(&j->s->rec[groups->members[g->at + m]]);
			cache_expect(&j->x->cluster[groups->members[g->at + m]]);
		}
	}
	if (i + AHEAD < groups->count) {
		const struct group *g = &groups->list[i + AHEAD];

		for (uint32_t m = 0; m < g->count && m < AHEAD_MEMBERS; m++)
			cache_expect(rec_row(j->s, groups->members[g->at + m]));
	}
}

static void
one_join(struct joining *j, const struct join *join, struct generic *g, unsigned threads)
{
	bool compatible = wants_compatible(join);
	enum value_family v = ready(join);
	struct groups *groups = v < VALUE_FAMILIES ? g->values[v] :
	    groups_build(j->s, join, j->types, threads);

	bool personal[UINT8_MAX + 1] = { false };

	j->x->keys[j->join] = groups->count;
	if (only(join, ATOM_IDENTIFIER))
		find_personal(j, groups, personal);
	for (size_t i = 0; i < groups->count; i++) {
		const uint32_t *member = groups->members + groups->list[i].at;
		size_t count = groups->list[i].count;

		expect(j, groups, i);
		j->personal = personal[groups->list[i].type];
		if (compatible && !all_the_same(j, member, count))
			join_compatible(j, member, count);
		else
			join_members(j, member, count);
	}
	j->personal = false;
	if (v == VALUE_FAMILIES)
		groups_free(groups);
	prune(j, g);
}

static bool *
clean_sources(const struct store *s, const struct rules *rules)
{
	bool *clean = mem_zero(map_size(s->sources) + 1, sizeof *clean);

	for (size_t i = 0; i < map_size(s->sources); i++) {
		const struct source_rule *rule = rules_source(rules, map_key(s->sources, i));

		clean[i] = rule != NULL && rule->clean;
	}
	return clean;
}

void
exact_run(struct exact *x, struct store *s, const struct rules *rules,
    const struct types *types, struct generic *g, unsigned threads)
{
	struct joining j = { .x = x, .s = s, .rules = rules, .types = types };

	x->cluster = mem_alloc((s->count + 1) * sizeof *x->cluster);
	x->keys = mem_zero(rules->join_count + 1, sizeof *x->keys);
	for (uint32_t i = 0; i < s->count; i++)
		x->cluster[i] = i;
	j.claims = mem_zero(1, sizeof *j.claims);
	j.claims_count = j.claims_cap = 1;
	j.grown = mem_zero(s->count + 1, sizeof *j.grown);
	j.clean = clean_sources(s, rules);
	j.kinds = claims_kinds(types, true);
	generic_group(g, s, types, threads);
	for (size_t i = 0; i < rules->join_count; i++)
		faces_prepare(&s->facts, &rules->joins[i]);
	for (size_t i = 0; i < rules->join_count; i++) {
		j.join = (uint16_t)i;
		one_join(&j, &rules->joins[i], g, threads);
	}
	for (uint32_t i = 0; i < s->count; i++)
		x->cluster[i] = find(x->cluster, i);
	for (size_t i = 0; i < j.claims_count; i++)
		claims_done(&j.claims[i]);
	claims_done(&j.one[0]);
	claims_done(&j.one[1]);
	mem_free(j.claims);
	mem_free(j.grown);
	mem_free(j.clean);
}

void
exact_done(struct exact *x)
{
	mem_free(x->cluster);
	mem_free(x->ties);
	mem_free(x->refused);
	mem_free(x->keys);
	*x = (struct exact){ 0 };
}
