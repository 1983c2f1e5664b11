/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/compare_test.c: all fields of two nodes: several values, swapped names, sets. */
#include "resolve/level.h"
#include "resolve/view.h"
#include "resolve_case.h"
#include "tap.h"

static const struct {
	const char	*id, *members;
} records[] = {
	{ "a:1", "'given_name':'Ana','family_name':'Souza','birthdate':'1988-02-11',"
	    "'email':['ana@acme.pt','souza.ana@corp.example'],"
	    "'attributes':{'color':['red','green']}" },
	{ "a:2", "'given_name':'Souza','family_name':'Ana','birthdate':'1988-02-11',"
	    "'email':['other@acme.pt','souza.ana@corp.example'],"
	    "'attributes':{'color':['green','red']}" },
	{ "a:3", "'given_name':'Souuza','family_name':'Ana','email':['souza.anna@corp.example'],"
	    "'attributes':{'color':'red'}" },
	{ "a:4", "'given_name':'Zuleika','family_name':'Ana','birthdate':'1988-11-02',"
	    "'attributes':{'color':['blue','grey']}" },
	{ "a:5", "'given_name':'Ana','nickname':['Bob'],'family_name':'Souza',"
	    "'birthdate':'1971-07-30'" },
	{ "a:6", "'given_name':'Robert','family_name':'Souza','birthdate':'1971-07-30'" },
	{ "a:8", "'given_name':'Ana','family_name':'Ana',"
	    "'email':['often@acme.pt','once@acme.pt']" },
	{ "a:9", "'given_name':'Ana','family_name':'Ana','email':['often@acme.pt','once@acme.pt'],"
	    "'birthdate':'1950-01-31'" },
	{ "a:10", "'given_name':'Rui','email':['often@acme.pt']" },
	{ "a:7", "'given_name':'Ana','birthdate':'1971-07-31'" },
	{ "b:1", "'given_name':'Laura','family_name':'Webb'" },
	{ "b:2", "'given_name':'Webf','family_name':'Laura'" },
	{ "c:1", "'given_name':'Ana','attributes':{'birthdate_alt':['1991-04-03','1991-03-04']}" },
	{ "c:2", "'given_name':'Rui','attributes':{'birthdate_alt':['1991-03-04','1991-04-03']}" },
	{ "c:3", "'given_name':'Eva','birthdate':'1991-03-04'" },
	{ "c:4", "'given_name':'Ivo','birthdate':'1991-04-04'" },
	{ "c:5", "'given_name':'Ida','birthdate':'1991-03-04',"
	    "'attributes':{'birthdate_alt':['1955-04-03','1955-03-04']}" },
	{ "c:6", "'given_name':'Lia','attributes':{'birthdate_alt':['1991-03-04','31','x',7,null]}" },
	{ "b:3", "'given_name':'Webf','family_name':'Laora'" },
	{ "d:1", "'given_name':'Tran','middle_name':'Van','family_name':'Minh'" },
	{ "d:2", "'given_name':'Van Minh','family_name':'Tran'" },
	{ "d:3", "'given_name':'Minh Tran','family_name':'Webb'" },
	{ "e:1", "'email':['a1@box.pt','b1@box.pt','c1@box.pt','d1@box.pt','e1@box.pt',"
	    "'f1@box.pt','g1@box.pt','h1@box.pt','martina.silva@box.pt']" },
	{ "e:2", "'email':['a2@web.pt','b2@web.pt','c2@web.pt','d2@web.pt','e2@web.pt',"
	    "'f2@web.pt','g2@web.pt','h1@box.pt','martina.sylva@box.pt']" },
	{ "e:3", "'email':['z1@box.pt','z2@box.pt','z3@box.pt','z4@box.pt','z5@box.pt',"
	    "'z6@box.pt','z7@box.pt','z8@box.pt','martina.silfa@box.pt']" },
	{ "e:4", "'email':['z9@box.pt','martina.sylva@box.pt','martina.silwa@box.pt']" },
	{ "f:1", "'given_name':'Jim','family_name':'Colon','email':['jcolon@mail.example']" },
	{ "f:2", "'given_name':'Wendy','family_name':'Colon','email':['wcolon@mail.example']" },
	{ "f:3", "'given_name':'Jo','family_name':'Colon','email':['jcolon@post.example']" },
	{ "f:4", "'email':['jcolon@web.example']" },
	{ "f:5", "'given_name':'Daniel','family_name':'Colon','email':['dan_colon77@mail.example']" },
	{ "f:6", "'given_name':'Danny','family_name':'Colon','email':['dan_colon77@post.example']" },
	{ "f:7", "'given_name':'Jim','family_name':'Colon','email':['jim.colon1984@mail.example']" },
	{ "f:8", "'given_name':'Jim','family_name':'Colon','email':['jim.colon1984@post.example']" },
	{ "g:1", "'given_name':'Uwe','family_name':'Müller','email':['uwe.mueller@acme.example']" },
	{ "g:2", "'given_name':'Uwe','family_name':'Müler','email':['uwe.mueller@firm.example']" },
	{ "g:3", "'given_name':'U','family_name':'Mueller','email':['uwe.mueller@post.example']" },
	{ "f:9", "'given_name':'Kim','family_name':'Webb','email':['jcolon@work.example']" },
};

enum { RECORDS = sizeof records / sizeof records[0] };

struct compare_case {
	struct world	world;
	struct view	view;
};

/* The node of a record. */
static uint32_t
node(const struct compare_case *c, const char *id)
{
	uint32_t record = world_find(&c->world, id);

	for (uint32_t n = 0; n < c->view.nodes; n++)
		for (uint32_t i = c->view.record_at[n]; i < c->view.record_at[n + 1]; i++)
			if (c->view.record[i] == record)
				return n;
	abort();
}

static int
field(const struct compare_case *c, const char *name)
{
	for (unsigned f = 0; f < c->view.fields; f++)
		if (span_is(c->view.field[f].name, name))
			return (int)f;
	return -1;
}

static void
level(const struct compare_case *c, const char *a, const char *b, const char *name,
    const char *want)
{
	struct comparison there, back;
	int f = field(c, name);
	unsigned got;

	if (!ok(f >= 0, "%s is compared", name))
		return;
	memset(&there, 0, sizeof there);
	memset(&back, 0, sizeof back);
	compare_nodes(&c->view, node(c, a), node(c, b), &there);
	compare_nodes(&c->view, node(c, b), node(c, a), &back);
	got = pattern_level(there.pattern, (unsigned)f);
	ok(got == LEVEL_NULL ? want == NULL : want != NULL &&
	    strcmp(field_level(c->view.field[f].type, got)->name, want) == 0,
	    "%s of %s and %s: %s", name, a, b, want == NULL ? "none" : want);
	ok(there.pattern == back.pattern && memcmp(there.a, back.b, sizeof there.a) == 0 &&
	    memcmp(there.b, back.a, sizeof there.b) == 0, "and the other way round");
	ok((got == LEVEL_NULL) == (there.a[f] == VALUE_NONE), "a level has its values");
}

/* Text of the value of `a` that made the level. */
static void
made_by(const struct compare_case *c, const char *a, const char *b, const char *name,
    const char *want)
{
	struct comparison got;
	int f = field(c, name);

	compare_nodes(&c->view, node(c, a), node(c, b), &got);
	ok(f >= 0 && span_is(values_text(&c->view.values, c->view.field[f].kind, got.a[f]), want),
	    "%s of %s and %s is made by %s", name, a, b, want);
}

/* What the values of a field say, slots apart; false where a set or the names decide. */
static bool
level_by_values(const struct view *w, unsigned f, struct node_pair p, unsigned *level)
{
	uint32_t a = w->node[p.a].slot[f], b = w->node[p.b].slot[f];

	*level = LEVEL_NULL;
	if (a != 0 && b != 0 && !((a | b) & SLOT_SET))
		*level = level_values(&w->values, w->field[f].type, a - 1, b - 1);
	return !((a | b) & SLOT_SET) && w->field[f].type != FIELD_GIVEN &&
	    w->field[f].type != FIELD_FAMILY && w->field[f].type != FIELD_EMAIL;
}

/* Every pair of nodes, a node and itself among them, COMPARE_MOST at a time and one by one. */
static void
together(const struct view *w)
{
	struct node_pair pair[COMPARE_MOST];
	struct comparison all[COMPARE_MOST], one;
	unsigned n = 0, other = 0, wrong = 0, level;

	memset(all, 0, sizeof all);
	memset(&one, 0, sizeof one);
	for (uint32_t i = 0; i < w->nodes * w->nodes; i++) {
		pair[n++] = (struct node_pair){ i / w->nodes, i % w->nodes };
		if (n < COMPARE_MOST && i + 1 < w->nodes * w->nodes)
			continue;
		compare_pairs(w, pair, n, all);
		for (; n > 0; n--) {
			compare_nodes(w, pair[n - 1].a, pair[n - 1].b, &one);
			other += memcmp(&one, &all[n - 1], sizeof one) != 0;
			for (unsigned f = 0; f < w->fields; f++)
				wrong += level_by_values(w, f, pair[n - 1], &level) &&
				    pattern_level(one.pattern, f) != level;
		}
	}
	ok(w->nodes * w->nodes > COMPARE_MOST && other == 0, "pairs are compared together as one by one");
	ok(wrong == 0, "what slots say by themselves is what their values say");
}

int
main(void)
{
	struct compare_case c = { .view.fields = 0 };

	world_open(&c.world);
	c.world.resolve.scored = true;
	for (int i = 0; i < RECORDS; i++)
		world_rec(&c.world, records[i].id, records[i].members);
	world_read(&c.world, 1);
	view_make(&c.view, c.world.store, c.world.rules, c.world.resolve.types,
	    c.world.resolve.attributes, 2);

	level(&c, "a:1", "a:5", "given_name", "exact");
	level(&c, "a:5", "a:6", "given_name", "nickname");
	made_by(&c, "a:5", "a:6", "given_name", "bob");
	level(&c, "a:1", "a:2", "given_name", "swapped");
	level(&c, "a:1", "a:2", "family_name", NULL);
	level(&c, "a:1", "a:3", "given_name", "swapped");	/* souuza is close to souza */
	level(&c, "a:1", "a:4", "given_name", "different");	/* only one of the two crosses */
	level(&c, "a:1", "a:4", "family_name", "shares token");	/* and that is a name of both */
	level(&c, "b:1", "b:2", "given_name", "swapped");	/* and one of them misread */
	level(&c, "d:1", "d:2", "given_name", "swapped");	/* each family name among the given ones */
	level(&c, "d:1", "d:3", "family_name", "different");	/* one alone is a middle name */
	level(&c, "b:1", "b:3", "given_name", "different");	/* of neither is it sure */
	level(&c, "a:1", "a:7", "family_name", NULL);
	level(&c, "a:1", "a:2", "email", "exact");
	made_by(&c, "a:1", "a:2", "email", "souza.ana@corp.example");
	level(&c, "a:2", "a:3", "email", NULL);		/* made of names that are alike */
	level(&c, "a:8", "a:9", "email", "exact");
	made_by(&c, "a:8", "a:9", "email", "once@acme.pt");	/* which fewer hold */
	level(&c, "a:8", "a:9", "given_name", "exact");	/* crossed too, but not needed */
	level(&c, "a:8", "a:9", "family_name", "exact");
	level(&c, "a:1", "a:4", "email", NULL);
	level(&c, "a:1", "a:4", "birthdate", "swapped");
	level(&c, "c:1", "c:3", "birthdate", "swapped");	/* not more: the other may be right */
	level(&c, "c:1", "c:2", "birthdate", "swapped");
	level(&c, "c:1", "c:4", "birthdate", "one slip");
	level(&c, "c:5", "c:3", "birthdate", "exact");	/* a birth date makes readings idle */
	level(&c, "c:6", "c:3", "birthdate", NULL);	/* one reading is no choice */
	level(&c, "a:1", "a:2", "attributes.color", "equal sets");
	level(&c, "a:1", "a:3", "attributes.color", "shares a value");
	level(&c, "a:1", "a:4", "attributes.color", "different");
	level(&c, "e:1", "e:2", "email", "exact");	/* of long lists only what both hold counts */
	made_by(&c, "e:1", "e:2", "email", "h1@box.pt");
	level(&c, "e:1", "e:3", "email", "different");
	level(&c, "e:1", "e:4", "email", "close local");	/* one of the two is short */
	level(&c, "f:1", "f:2", "email", NULL);	/* made of the names: they say nothing of their own */
	level(&c, "f:1", "f:3", "email", NULL);
	level(&c, "f:5", "f:6", "email", NULL);	/* nor does the beginning of a name, and a year */
	level(&c, "f:1", "f:4", "email", "same local");	/* which it says of somebody without a name */
	level(&c, "f:7", "f:8", "email", "same local");	/* four digits are more than a namesake has */
	level(&c, "f:1", "f:9", "email", "same local");	/* and another's name is no chance */
	level(&c, "f:1", "f:1", "email", "exact");
	level(&c, "g:1", "g:3", "email", NULL);	/* names that are alike say it for each other */
	level(&c, "g:1", "g:2", "email", NULL);	/* though one has a slip */
	level(&c, "g:2", "g:2", "email", "exact");
	together(&c.view);

	view_done(&c.view);
	world_close(&c.world);
	return tap_done();
}
