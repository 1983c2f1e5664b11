/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/groups_test.c: groups against every pair of records compared. */
#include "resolve/faces.h"
#include "resolve/facts.h"
#include "resolve/groups.h"
#include "resolve_case.h"
#include "tap.h"

enum { RECORDS = 500, MAILBOXES = 170, CARDS = 90 };

static bool
share(const struct store *s, enum fact_kind kind, uint32_t a, uint32_t b)
{
	for (const uint32_t *x = rec_row(s, a); *x != 0; x++)
		for (const uint32_t *y = rec_row(s, b); *y != 0; y++)
			if (fact_kind(*x) == kind && fact_kind(*y) == kind &&
			    span_equal(facts_text(&s->facts, *x), facts_text(&s->facts, *y)) &&
			    (kind != FACT_IDENTIFIER ||
			    facts_type(&s->facts, *x) == facts_type(&s->facts, *y)))
				return true;
	return false;
}

static bool
same_groups(const struct groups *a, const struct groups *b)
{
	if (a->count != b->count || a->once != b->once || a->twice != b->twice ||
	    a->distinct != b->distinct)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct group *x = &a->list[i], *y = &b->list[i];

		if (x->at != y->at || x->count != y->count || x->key != y->key ||
		    x->rank != y->rank || x->type != y->type ||
		    memcmp(a->members + x->at, b->members + y->at, x->count * sizeof *a->members) != 0)
			return false;
	}
	return true;
}

/* together[a][b]: some group holds both. */
static bool together[RECORDS][RECORDS];

static void
mark(const struct groups *g)
{
	memset(together, 0, sizeof together);
	for (size_t i = 0; i < g->count; i++)
		for (uint32_t x = 0; x < g->list[i].count; x++)
			for (uint32_t y = 0; y < g->list[i].count; y++)
				together[g->members[g->list[i].at + x]][g->members[g->list[i].at + y]] = true;
}

static void
ordered(const struct groups *g, const char *what)
{
	bool good = true, members = true;

	for (size_t i = 0; i < g->count; i++) {
		const uint32_t *m = g->members + g->list[i].at;

		good &= g->list[i].count > 1;
		for (uint32_t x = 1; x < g->list[i].count; x++)
			members &= m[x - 1] < m[x];
		if (i > 0 && g->list[i - 1].rank == g->list[i].rank)
			good &= g->members[g->list[i - 1].at] <= m[0];
		else if (i > 0)
			good &= g->list[i - 1].rank < g->list[i].rank;
	}
	ok(good, "%s: groups of two and more, by type and first member", what);
	ok(members, "%s: members in the order of their ids, each once", what);
}

static void
one(const struct world *w, enum atom atom, enum fact_kind kind, const char *what)
{
	struct join join = { .atom = { atom }, .count = 1 };
	struct groups *g, *h;
	uint32_t wrong = 0;

	faces_prepare(&w->store->facts, &join);
	g = groups_build(w->store, &join, w->resolve.types, 1);
	h = groups_build(w->store, &join, w->resolve.types, 4);
	mark(g);
	for (uint32_t a = 0; a < w->store->count; a++)
		for (uint32_t b = 0; b < a; b++)
			wrong += together[a][b] != ((w->store->rec[a].flags & REC_LINKED) != 0 &&
			    (w->store->rec[b].flags & REC_LINKED) != 0 && share(w->store, kind, a, b));
	ok(g->count > 20, "%s: there are groups", what);
	ok(wrong == 0, "%s: two records are in a group if and only if they share a value", what);
	ok(g->distinct >= g->once + g->count, "%s: every value is counted", what);
	ok(same_groups(g, h), "%s: four threads make the same groups", what);
	ordered(g, what);
	groups_free(g);
	groups_free(h);
}

static bool
large(void *arg, const uint32_t *member, uint32_t count)
{
	(void)arg;
	(void)member;
	return count > 3;
}

static void
prune(const struct world *w)
{
	struct join join = { .atom = { ATOM_EMAIL }, .count = 1 };
	struct groups *g = groups_build(w->store, &join, w->resolve.types, 2);
	size_t wanted = 0;
	bool good = true;

	for (size_t i = 0; i < g->count; i++)
		wanted += g->list[i].count > 3;
	groups_prune(g, large, NULL);
	for (size_t i = 0; i < g->count; i++)
		for (uint32_t m = 1; m < g->list[i].count; m++)
			good &= share(w->store, FACT_EMAIL, g->members[g->list[i].at],
			    g->members[g->list[i].at + m]);
	ok(wanted > 0 && g->count == wanted && good, "pruning keeps the groups it was told to, whole");
	groups_free(g);
}

int
main(void)
{
	struct world w;
	char id[32], members[256];

	world_open(&w);
	for (unsigned i = 0; i < RECORDS; i++) {
		snprintf(id, sizeof id, "a:%03u", i);
		snprintf(members, sizeof members, "'email':['p%u@example.com','q%u@example.com'],"
		    "'identifiers':{'card':['%u'],'key':['%u']}", i * 7 % MAILBOXES, i * i % MAILBOXES,
		    i * 11 % CARDS, i * 13 % CARDS);
		world_rec(&w, id, members);
	}
	world_read(&w, 2);
	for (uint32_t i = 0; i < w.store->count; i += 10)
		w.store->rec[i].flags &= (uint8_t)~REC_LINKED;
	one(&w, ATOM_EMAIL, FACT_EMAIL, "mailboxes");
	one(&w, ATOM_IDENTIFIER, FACT_IDENTIFIER, "identifiers");
	prune(&w);
	world_close(&w);
	return tap_done();
}
