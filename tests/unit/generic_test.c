/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/generic_test.c: values that are nobody's alone, and what becomes of them. */
#include "resolve/facts.h"
#include "resolve/generic.h"
#include "resolve/groups.h"
#include "resolve_case.h"
#include "tap.h"

#include <stdio.h>

static const struct generic_value *
found(const struct generic *g, const char *field, const char *value)
{
	for (size_t i = 0; i < g->count; i++)
		if (span_is(g->list[i].field, field) && span_is(g->list[i].value, value))
			return &g->list[i];
	return NULL;
}

static bool
matches(const struct world *w, const char *id, enum fact_kind kind)
{
	return facts_find(rec_row(w->store, world_find(w, id)), kind) != 0;
}

static void
judge(const struct generic *g, const char *field, const char *value, const char *reason,
    const char *action)
{
	const struct generic_value *v = found(g, field, value);

	ok(v != NULL && strcmp(v->reason, reason) == 0 && strcmp(v->action, action) == 0,
	    "%s %s is generic by %s: %s", field, value, reason, action);
}

/* n records of this source: of `people` persons, told apart by family name and year of birth. */
static void
many(struct world *w, const char *source, int n, int people, const char *contacts)
{
	static const char *const family[] = { "Costa", "Reis", "Paz", "Lima", "Melo", "Dias", "Sousa",
	    "Nunes", "Pinto", "Rocha", "Matos", "Leal", "Vaz", "Luz", "Gama", "Brito" };
	char id[32], members[512];

	for (int i = 0; i < n; i++) {
		int p = i % people;

		snprintf(id, sizeof id, "%s:%02d", source, i);
		snprintf(members, sizeof members, "%s,'family_name':'%s','birthdate':'%d-03-%02d'",
		    contacts, family[p % 16], 1940 + p * 3 % 60, 1 + p % 27);
		world_rec(w, id, members);
	}
}

static void
decide(struct world *w)
{
	struct generic g = { .count = 0 };
	struct error e = { 0 };
	bool sorted = true;
	struct buf text = { 0 };

	ok(generic_find(&g, w->store, w->rules, w->resolve.types, 2, &e) == 0, "values are judged");
	judge(&g, "email", "desk@example.com", "holders", "null");
	judge(&g, "email", "info@example.org", "pattern", "null");
	judge(&g, "phone_number", "+11111111111", "pattern", "null");
	ok(found(&g, "email", "ana@example.com") == NULL, "one heavy holder keeps a mailbox");
	ok(found(&g, "email", "two@example.com") == NULL, "so do two");
	ok(!matches(w, "desk:00", FACT_EMAIL) && matches(w, "desk:00", FACT_FAMILY),
	    "a generic value matches no more, the others of the record do");
	ok(matches(w, "ana:00", FACT_EMAIL), "a value that stays does");
	for (size_t i = 1; i < g.count; i++)
		sorted &= span_cmp(g.list[i - 1].field, g.list[i].field) <= 0;
	ok(sorted, "they are listed by field");
	generic_group(&g, w->store, w->resolve.types, 2);
	ok(g.values[VALUE_EMAIL]->count == 2, "groups are of what stays");
	generic_write(&g, false, &text);
	buf_byte(&text, '\0');
	ok(strstr(text.p, "@") == NULL && strstr(text.p, "email\t30\t") != NULL,
	    "the report counts holders and shows no value");
	buf_reset(&text);
	generic_write(&g, true, &text);
	buf_byte(&text, '\0');
	ok(strstr(text.p, "desk@example.com") != NULL, "unless it may");
	buf_done(&text);
	generic_done(&g);
}

int
main(void)
{
	struct world w;
	struct generic g = { .count = 0 };
	struct error e = { 0 };

	world_open(&w);
	many(&w, "desk", 30, 30, "'email':['desk@example.com']");
	many(&w, "ana", 30, 1, "'email':['ana@example.com']");
	many(&w, "two", 2, 2, "'email':['two@example.com']");
	many(&w, "role", 2, 2, "'email':['info@example.org'],'phone_number':['+11111111111']");
	world_read(&w, 1);
	decide(&w);
	world_close(&w);

	world_open(&w);
	w.rules->deny_file = SPAN("/no/such/list");
	world_rec(&w, "a:1", "");
	world_read(&w, 1);
	ok(generic_find(&g, w.store, w.rules, w.resolve.types, 1, &e) < 0 && e.status == STATUS_USAGE,
	    "a list that cannot be read is a fault of the rules");
	generic_done(&g);
	world_close(&w);
	return tap_done();
}
