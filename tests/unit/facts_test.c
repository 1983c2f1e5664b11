/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/facts_test.c: what of a record takes part in matching. */
#include "resolve/facts.h"
#include "resolve_case.h"
#include "tap.h"

static struct join seat = { .atom = { ATOM_ATTRIBUTE }, .count = 1 };
static struct span seat_path = SPAN_INIT("attributes.seat");

static const uint32_t *
row(const struct world *w, const char *id)
{
	return rec_row(w->store, world_find(w, id));
}

static bool
says(const struct world *w, const char *id, enum fact_kind kind, const char *text)
{
	return span_is(facts_text(&w->store->facts, facts_find(row(w, id), kind)), text);
}

static unsigned
facts_of(const struct world *w, const char *id, enum fact_kind kind)
{
	unsigned n = 0;

	for (const uint32_t *word = row(w, id); *word != 0; word++)
		n += fact_kind(*word) == kind;
	return n;
}

static void
values(const struct world *w)
{
	ok(facts_same(row(w, "a:1"), row(w, "a:2")), "the order of members does not show");
	ok(!facts_same(row(w, "a:1"), row(w, "a:3")), "another value makes another row");
	ok(says(w, "a:1", FACT_GIVEN, "joao") && says(w, "a:1", FACT_FAMILY, "conceicao"),
	    "names are folded");
	ok(says(w, "a:1", FACT_EMAIL, "joao@gmail.com"), "a mailbox is that of its provider's rules");
	ok(facts_of(w, "a:1", FACT_EMAIL) == 2, "every value of a list is a fact");
	ok(fact_full_date(facts_find(row(w, "a:1"), FACT_BIRTHDATE)), "a full date");
	ok(!fact_full_date(facts_find(row(w, "b:1"), FACT_BIRTHDATE)) &&
	    facts_find(row(w, "b:1"), FACT_BIRTHDATE) != 0, "a date in part is a fact, but not full");
	ok(says(w, "b:1", FACT_GIVEN, "ana") && says(w, "b:1", FACT_FAMILY, "costa"),
	    "a whole name is split");
	ok(facts_find(row(w, "b:2"), FACT_EMAIL) == 0 && *row(w, "b:2") == 0,
	    "a record without values has no fact");
	ok(facts_text(&w->store->facts, 0).p == NULL, "the word 0 has no text");
}

static void
left_out(const struct world *w)
{
	ok(facts_of(w, "c:1", FACT_EMAIL) == 1 && says(w, "c:1", FACT_EMAIL, "b@example.com"),
	    "a value whose tags forbid it is none, the others of its list are");
	ok(facts_of(w, "c:1", FACT_IDENTIFIER) == 0, "a number that fails its check is none");
	ok(facts_of(w, "c:2", FACT_IDENTIFIER) == 1, "a number that holds is one");
	ok(facts_of(w, "c:2", FACT_PHONE) == 0, "nor is a field that the rules ignore");
	ok(facts_of(w, "c:3", FACT_ATTRIBUTE) == 1 && says(w, "c:3", FACT_ATTRIBUTE, "7b"),
	    "an attribute is one where a join uses it");
	ok(facts_of(w, "c:4", FACT_ATTRIBUTE) == 0, "a list is none");
}

static void
dropped(const struct world *w)
{
	uint32_t *word = (uint32_t *)row(w, "a:1");
	uint32_t email = facts_find(word, FACT_EMAIL);

	while (*word != email)
		word++;
	facts_drop(word);
	ok(facts_of(w, "a:1", FACT_EMAIL) == 1, "a dropped value matches no more");
	ok(!facts_same(row(w, "a:1"), row(w, "a:2")), "and the row is another one");
	ok(facts_find(row(w, "a:1"), FACT_PARTY) != 0, "what stands behind it is still found");
}

int
main(void)
{
	static struct span never[] = { SPAN_INIT("phone_number") };
	struct world w;

	world_open(&w);
	w.rules->joins = &seat;
	w.rules->join_count = 1;
	w.rules->attributes = &seat_path;
	w.rules->attribute_count = 1;
	w.rules->never = never;
	w.rules->never_count = 1;
	world_rec(&w, "a:1", "'given_name':'João','family_name':'Conceição','birthdate':'1990-01-02',"
	    "'email':['jo.ao+x@googlemail.com','j@example.com']");
	world_rec(&w, "a:2", "'email':['joao@gmail.com','j@example.com'],'birthdate':'1990-01-02',"
	    "'family_name':'CONCEICAO','given_name':'Joao'");
	world_rec(&w, "a:3", "'email':['joao@gmail.com','j@example.com'],'birthdate':'1990-01-03',"
	    "'family_name':'CONCEICAO','given_name':'Joao'");
	world_rec(&w, "b:1", "'name':'Ana Costa','birthdate':'1990-01'");
	world_rec(&w, "b:2", "'email':[],'attributes':{'x':1}");
	world_rec(&w, "c:1", "'email':['a@example.com','b@example.com'],'tags':{'email.0':['third_party']},"
	    "'identifiers':{'br_cpf':['52998224726']}");
	world_rec(&w, "c:2", "'identifiers':{'br_cpf':['52998224725']},'phone_number':['+351211234567']");
	world_rec(&w, "c:3", "'attributes':{'seat':'7B','row':'7B'}");
	world_rec(&w, "c:4", "'attributes':{'seat':['7B']}");
	world_read(&w, 1);
	values(&w);
	left_out(&w);
	dropped(&w);
	world_close(&w);
	return tap_done();
}
