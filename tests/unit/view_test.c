/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/view_test.c: which fields of a file are compared, and which records are one node. */
#include "resolve/dict.h"
#include "resolve/store.h"
#include "resolve/view.h"
#include "resolve_case.h"
#include "tap.h"

#include <inttypes.h>

struct view_case {
	struct world	world;
	struct view	view;
};

static void
look(struct view_case *c)
{
	world_read(&c->world, 1);
	c->view = (struct view){ .fields = 0 };
	view_make(&c->view, c->world.store, c->world.rules, c->world.resolve.types,
	    c->world.resolve.attributes, 2);
}

static void
begin(struct view_case *c)
{
	world_open(&c->world);
	c->world.resolve.scored = true;
}

static void
end(struct view_case *c)
{
	view_done(&c->view);
	world_close(&c->world);
}

/* So many records, each with the members that the format makes of its number. */
__attribute__((format(printf, 3, 4))) static void
add(struct view_case *c, const char *id, const char *format, ...)
{
	char members[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(members, sizeof members, format, args);
	va_end(args);
	world_rec(&c->world, id, members);
}

static int
field(const struct view *v, const char *name)
{
	for (unsigned f = 0; f < v->fields; f++)
		if (span_is(v->field[f].name, name))
			return (int)f;
	return -1;
}

static bool
is(const struct view *v, const char *name, enum field_type type, enum nature nature)
{
	int f = field(v, name);

	return f >= 0 && v->field[f].type == type && v->field[f].nature == nature;
}

static const char *
numbered(const char *source, unsigned i)
{
	static char id[32];

	snprintf(id, sizeof id, "%s:%04u", source, i);
	return id;
}

/* ---- fields ---- */

static void
fields_of_people(void)
{
	struct view_case c;

	begin(&c);
	for (unsigned i = 0; i < 200; i++)
		add(&c, numbered("a", i), "'given_name':'G%c%c','family_name':'F%c%c','gender':'%s',"
		    "'birthdate':'19%02u-01-%02u','email':['m%u@example.com'],'identifiers':{'card':['C%u']},"
		    "'address':[{'street_address':'Long Lane %u','postal_code':'10%03u','locality':'T%u'}],"
		    "'attributes':{'full_name':'G%c%c F%c%c','motto':'stay %u calm','planet':'earth'%s}",
		    'a' + i % 20, 'a' + i / 20, 'a' + i % 10, 'a' + i % 7, i % 2 ? "female" : "male",
		    i % 80 + 10, i % 28 + 1, i, i / 2, i, i % 100, i % 9,
		    'a' + i % 20, 'a' + i / 20, 'a' + i % 10, 'a' + i % 7, i,
		    i == 0 ? ",'shade':'dark'" : i < 3 ? ",'shade':'light'" : "");
	look(&c);
	ok(is(&c.view, "given_name", FIELD_GIVEN, NATURE_PERSONAL) &&
	    is(&c.view, "family_name", FIELD_FAMILY, NATURE_SHARED) &&
	    is(&c.view, "birthdate", FIELD_BIRTHDATE, NATURE_PERSONAL) &&
	    is(&c.view, "gender", FIELD_SEX, NATURE_PERSONAL) &&
	    is(&c.view, "email", FIELD_EMAIL, NATURE_SHARED) &&
	    is(&c.view, "address", FIELD_PLACE, NATURE_SHARED) &&
	    is(&c.view, "identifiers.card", FIELD_IDENTIFIER, NATURE_PERSONAL) &&
	    is(&c.view, "attributes.motto", FIELD_STRING, NATURE_FREE),
	    "fields have their types and natures");
	ok(field(&c.view, "phone_number") < 0, "what nobody has is no field");
	ok(field(&c.view, "attributes.planet") < 0, "what all have alike is no field");
	ok(field(&c.view, "attributes.shade") < 0, "what fewer than one in fifty have is no field");
	ok(field(&c.view, "attributes.full_name") < 0, "what says the name again is no field");
	ok(field(&c.view, "address.postal_code") < 0 && field(&c.view, "address.locality") < 0,
	    "parts of a place are no fields beside it");
	ok(c.view.of_type[FIELD_GIVEN] == field(&c.view, "given_name") &&
	    c.view.of_type[FIELD_PHONE] == -1, "a type has its field, or none");
	ok(c.view.field[field(&c.view, "gender")].records == 200 &&
	    c.view.field[field(&c.view, "email")].distinct == 200, "records and values are counted");
	end(&c);
}

static void
places_without_streets(void)
{
	struct view_case c;

	begin(&c);
	for (unsigned i = 0; i < 60; i++)
		add(&c, numbered("a", i), "'address':[{'postal_code':'10%03u','locality':'T%u'}]", i, i % 9);
	look(&c);
	ok(is(&c.view, "address.postal_code", FIELD_POSTCODE, NATURE_SHARED) &&
	    is(&c.view, "address.locality", FIELD_LOCALITY, NATURE_SHARED) &&
	    field(&c.view, "address") < 0, "without streets its postcode and its town are compared");
	end(&c);
}

static void
serials(void)
{
	struct view_case c;

	begin(&c);
	for (unsigned i = 0; i < 1200; i++)
		add(&c, numbered("a", i), "'identifiers':{'row':['R%u'],'card':['C%u']},"
		    "'attributes':{'line':'N%u','pair':'N%u'}", i, i / 2, i, i / 2);
	look(&c);
	ok(field(&c.view, "identifiers.row") < 0 && field(&c.view, "attributes.line") < 0,
	    "what each has for himself is no field");
	ok(field(&c.view, "identifiers.card") >= 0 && is(&c.view, "attributes.pair", FIELD_CODE, NATURE_FREE),
	    "what two have alike is one");
	end(&c);
}

/* As ingest makes records of the names of companies: those with a legal form are known as such,
 * others are split as if they were people. */
static void
add_names(struct view_case *c, unsigned people, unsigned companies)
{
	for (unsigned i = 0; i < people; i++)
		add(c, numbered("a", i), "'name':'G%c%c F%c%c','given_name':'G%c%c','family_name':'F%c%c'",
		    'a' + i % 20, 'a' + i / 20, 'a' + i % 10, 'a' + i % 7,
		    'a' + i % 20, 'a' + i / 20, 'a' + i % 10, 'a' + i % 7);
	for (unsigned i = 0; i < companies; i++)
		add(c, numbered("b", i), "'attributes':{'organization':'G%c%c F%c%c Ltd.',"
		    "'party_type':'organization'}", 'a' + i % 20, 'a' + i / 20, 'a' + i % 10, 'a' + i % 7);
}

/* So that names are not all there is. */
static void
add_mailboxes(struct view_case *c)
{
	for (unsigned i = 0; i < 20; i++)
		add(c, numbered("m", i), "'email':['m%u@mail.example']", i / 2);
}

static void
whole_names(void)
{
	struct view_case c;

	begin(&c);
	add_names(&c, 120, 80);
	look(&c);
	ok(is(&c.view, "attributes.whole_name", FIELD_WORDS, NATURE_FREE) && c.view.fields == 1,
	    "where one name in three has a legal form all are compared whole, by words if alone");
	ok(c.view.node[0].slot[0] == c.view.node[120].slot[0], "and without the form");
	end(&c);
	begin(&c);
	add_names(&c, 150, 50);
	add_mailboxes(&c);
	look(&c);
	ok(is(&c.view, "given_name", FIELD_GIVEN, NATURE_PERSONAL) &&
	    is(&c.view, "attributes.organization", FIELD_STRING, NATURE_FREE) &&
	    field(&c.view, "attributes.whole_name") < 0, "else people have given and family names");
	end(&c);
}

/* As ingest splits what is called "F.. of G.. museum", or people of one family. */
static void
add_split(struct view_case *c, const char *const given[], const char *common, const char *more)
{
	for (unsigned i = 0; i < 150; i++)
		add(c, numbered("a", i), "'name':'%s%c F%c%c %s','given_name':'%s%c','family_name':'F%c%c %s'%s",
		    given[i % 2], 'a' + i % 20, 'a' + i % 9, 'a' + i % 7, common, given[i % 2], 'a' + i % 20,
		    'a' + i % 9, 'a' + i % 7, common, i % 2 == 0 ? more : "");
}

static void
names_of_things(void)
{
	static const char *const none[] = { "G", "H" }, *const known[] = { "John ", "Mary " };
	struct view_case c;

	begin(&c);
	add_split(&c, none, "museum", ",'attributes':{'name_suffix':'ii'}");
	look(&c);
	ok(is(&c.view, "attributes.whole_name", FIELD_WORDS, NATURE_FREE) && c.view.fields == 1,
	    "names of which many have a word and few a given name are compared whole, and nothing split off");
	end(&c);
	begin(&c);
	add_split(&c, known, "smith", "");
	add_mailboxes(&c);
	look(&c);
	ok(is(&c.view, "given_name", FIELD_GIVEN, NATURE_PERSONAL) && field(&c.view, "attributes.whole_name") < 0,
	    "but not if given names are known");
	end(&c);
	begin(&c);
	add_split(&c, known, "smith", "");
	look(&c);
	ok(is(&c.view, "attributes.whole_name", FIELD_WORDS, NATURE_FREE) && c.view.fields == 1,
	    "unless names are all there is");
	end(&c);
	begin(&c);
	add_split(&c, none, "kaur", ",'birthdate':'1980-01-02'");
	look(&c);
	ok(is(&c.view, "given_name", FIELD_GIVEN, NATURE_PERSONAL), "or some are surely people");
	end(&c);
}

static void
add_labels(struct view_case *c, unsigned lists)
{
	for (unsigned i = 0; i < 120; i++)
		add(c, numbered("a", i), "'attributes':{'label':'l%c%c m%u','list':'list %c'}", 'a' + i % 20,
		    'a' + i / 20, i % 50, 'a' + i % lists);
}

static void
text_alone(void)
{
	struct view_case c;

	begin(&c);
	add_labels(&c, 2);
	look(&c);
	ok(is(&c.view, "attributes.label", FIELD_WORDS, NATURE_FREE) && c.view.fields == 1,
	    "a text stands alone beside the list that it is of");
	end(&c);
	begin(&c);
	add_labels(&c, 20);
	look(&c);
	ok(is(&c.view, "attributes.label", FIELD_STRING, NATURE_FREE) && c.view.fields == 2,
	    "but not beside what tells more");
	end(&c);
}

/* With a telephone, since a file of attributes alone shares nothing. */
static void
own_names(void)
{
	static const char *const name[] = { "organization", "site" };
	struct view_case c;

	for (unsigned n = 0; n < 2; n++) {
		begin(&c);
		for (unsigned i = 0; i < 90; i++)
			add(&c, numbered("a", i), "'phone_number':['+4420794600%02u'],'attributes':{'%s':'s%u t%u',"
			    "'owner':'o%u'},'website':['https://www.%c%c.example/x']", i / 2, name[n], i / 2, i / 3,
			    i % 70, 'a' + i / 2 % 9, 'a' + i / 18);
		look(&c);
		ok(is(&c.view, "attributes.website", FIELD_STRING, NATURE_SHARED), "a website is compared");
		ok(is(&c.view, n == 0 ? "attributes.organization" : "attributes.site", FIELD_STRING,
		    NATURE_PERSONAL) && c.view.field[field(&c.view, "attributes.owner")].nature == NATURE_FREE,
		    "where nobody has a name, what an organisation or a place is called is its own");
		end(&c);
	}
}

static void
registered_names(void)
{
	struct view_case c;
	int name;

	begin(&c);
	for (unsigned i = 0; i < 120; i++)
		add(&c, numbered("a", i), "'attributes':{'organization':'s%c%c t%c Ltd','party_type':'organization',"
		    "'town':'t%u'}", 'a' + i % 20, 'a' + i % 7, 'a' + i % 9, i % 11);
	look(&c);
	name = field(&c.view, "attributes.whole_name");
	ok(is(&c.view, "attributes.whole_name", FIELD_STRING, NATURE_PERSONAL) && c.view.field[name].registered,
	    "names with legal forms are a register's, whatever stands beside them");
	ok(!c.view.field[field(&c.view, "attributes.town")].registered, "and nothing else is");
	end(&c);
	begin(&c);
	add_split(&c, (const char *const[]){ "G", "H" }, "museum", ",'attributes':{'town':'t'}");
	add_mailboxes(&c);
	look(&c);
	name = field(&c.view, "attributes.whole_name");
	ok(name < 0 || !c.view.field[name].registered, "those of museums are not");
	end(&c);
}

static void
quantities(void)
{
	struct view_case c;
	int price;

	begin(&c);
	for (unsigned i = 0; i < 100; i++)
		add(&c, numbered("a", i), "'attributes':{'price':'$1,%03u.50'}", i);
	add(&c, "b:1", "'attributes':{'price':'1007.5'}");
	add(&c, "b:2", "'attributes':{'price':1007.50}");
	look(&c);
	price = field(&c.view, "attributes.price");
	ok(price >= 0 && c.view.field[price].type == FIELD_NUMBER, "money is a number");
	ok(c.view.node[7].slot[price] == c.view.node[100].slot[price] && view_copies(&c.view, 100) == 2,
	    "with its sign and without");
	end(&c);
}

/* Every second title names a model, and every tenth remark a number. */
static void
codes_in_texts(void)
{
	struct view_case c;
	int codes;

	begin(&c);
	for (unsigned i = 0; i < 200; i++)
		add(&c, numbered("a", i), "'attributes':{'title':'%c%c thing%s%04u','remark':'left %c%c at %s%u'}",
		    'a' + i % 17, 'a' + i % 7, i % 2 ? " " : " XK", i / 4, 'a' + i % 13, 'a' + i % 11,
		    i % 10 ? "" : "gate", 1000 + i / 20);
	add(&c, "b:1", "'attributes':{'title':'another beginning xk-0000 with more to say'}");
	look(&c);
	codes = field(&c.view, "attributes.title.codes");
	ok(codes >= 0 && field(&c.view, "attributes.remark.codes") < 0,
	    "codes are compared that a third of the texts have");
	ok(codes >= 0 && c.view.node[0].slot[codes] != 0 && c.view.node[1].slot[codes] == 0 &&
	    c.view.node[0].slot[codes] == c.view.node[c.view.nodes - 1].slot[codes],
	    "with hyphens and without");
	end(&c);
}

/* Of twenty attributes the first four tell least: few values, so that chance agrees on them. */
static void
most_telling(void)
{
	struct view_case c;
	struct buf members = { 0 };

	begin(&c);
	for (unsigned i = 0; i < 400; i++) {
		buf_reset(&members);
		buf_text(&members, "'attributes':{");
		for (unsigned k = 0; k < 20; k++)
			buf_print(&members, "%s'k%02u':'v%u'", k > 0 ? "," : "", k,
			    i * 7919 % (k < 4 ? 2 + k : 40 + k));
		buf_print(&members, "}%c", '\0');
		world_rec(&c.world, numbered("a", i), members.p);
	}
	look(&c);
	ok(c.view.fields == FIELDS_MAX, "sixteen fields are compared");
	ok(field(&c.view, "attributes.k00") < 0 && field(&c.view, "attributes.k03") < 0 &&
	    field(&c.view, "attributes.k04") >= 0 && field(&c.view, "attributes.k19") >= 0,
	    "and they are those that tell most");
	buf_done(&members);
	end(&c);
}

static void
lists(void)
{
	struct view_case c;
	uint32_t one, n;
	const uint32_t *list;
	int skills, mail;

	begin(&c);
	for (unsigned i = 0; i < 40; i++)
		add(&c, numbered("a", i), "'email':['m%u@example.com'],'attributes':{'skills':['s%u','s%u']}",
		    i, i % 6, (i + 1) % 6);
	add(&c, "b:1", "'email':['x@example.com','y@example.com']");
	add(&c, "b:2", "'email':['y@example.com','x@example.com']");
	add(&c, "b:3", "'email':['jo.ao@gmail.com','joao@googlemail.com']");
	add(&c, "c:1", "'attributes':{'skills':'s1'}");
	look(&c);
	skills = field(&c.view, "attributes.skills");
	mail = field(&c.view, "email");
	ok(is(&c.view, "attributes.skills", FIELD_ARRAY, NATURE_FREE),
	    "an attribute of which some have several is an array");
	ok(c.view.nodes == 43 && view_copies(&c.view, 40) == 2,
	    "a list in another order is the same list: %" PRIu32 " nodes", c.view.nodes);
	n = view_values(&c.view, c.view.node[40].slot[mail], &one, &list);
	ok(n == 2 && list[0] < list[1], "a set has each value once, in order");
	n = view_values(&c.view, c.view.node[41].slot[mail], &one, &list);
	ok(n == 1 && (c.view.node[41].slot[mail] & SLOT_SET) == 0,
	    "a value twice in a list is a single value");
	n = view_values(&c.view, c.view.node[41].slot[skills], &one, &list);
	ok(n == 0 && c.view.node[41].slot[skills] == 0, "nothing has no values");
	n = view_values(&c.view, c.view.node[42].slot[skills], &one, &list);
	ok(n == 1 && list[0] == c.view.node[42].slot[skills] - 1, "one value has itself");
	end(&c);
}

/* ---- nodes ---- */

static void
unlinked(struct view_case *c, const char *id)
{
	size_t before = c->world.lines.len;
	char *at;

	add(c, id, "'given_name':'Ana','email':['m1@example.com']");
	at = memmem(c->world.lines.p + before, c->world.lines.len - before, "identity", 8);
	memcpy(at, "nothing_", 8);
}

static void
nodes(void)
{
	struct view_case c;
	uint32_t last = 0, records = 0;
	bool ordered = true, apart = true;

	begin(&c);
	for (unsigned i = 0; i < 30; i++)
		add(&c, numbered("m", i), "'given_name':'Ana','email':['m%u@example.com']", i % 10);
	add(&c, "k:1", "'given_name':'ANA','email':['m1@example.com']");
	add(&c, "k:2", "'given_name':'Aná','email':['m1@example.com']");
	add(&c, "z:1", "%s", "");
	add(&c, "z:2", "'email':[]");
	unlinked(&c, "k:3");
	unlinked(&c, "z:3");
	look(&c);
	ok(c.view.records == 34 && c.view.nodes == 13,
	    "what says the same in one source is one node: %" PRIu32, c.view.nodes);
	for (uint32_t n = 0; n < c.view.nodes; n++) {
		uint32_t at = c.view.record_at[n];

		ordered &= n == 0 || c.view.record[at] > last;
		last = c.view.record[at];
		for (uint32_t i = at; i < c.view.record_at[n + 1]; i++, records++) {
			ordered &= i == at || c.view.record[i] > c.view.record[i - 1];
			apart &= c.world.store->rec[c.view.record[i]].source == c.view.source[n] &&
			    (c.world.store->rec[c.view.record[i]].flags & REC_LINKED) != 0;
		}
	}
	ok(ordered && records == 34, "nodes and their records stand in the order of ids, each once");
	ok(apart, "a node has one source, and linked records only");
	ok(view_copies(&c.view, 0) == 2 && view_copies(&c.view, 1) == 3,
	    "folded values are the same, in their source");
	ok(view_copies(&c.view, 11) == 1 && view_copies(&c.view, 12) == 1,
	    "two that say nothing do not say the same");
	end(&c);
}

/* More than one task has, so that nodes move to those of another and find their like there. */
static void
many_nodes(void)
{
	enum { RECORDS = 40000, NODES = 25000 };
	struct view_case c;
	uint32_t wrong = 0;
	char id[32];

	begin(&c);
	for (unsigned i = 0; i < RECORDS; i++) {
		snprintf(id, sizeof id, "m:%06u", i);
		add(&c, id, "'email':['m%u@example.com']", i % NODES);
	}
	look(&c);
	ok(c.view.nodes == NODES, "of %d records %" PRIu32 " are nodes", RECORDS, c.view.nodes);
	for (uint32_t n = 0; n < NODES && c.view.nodes == NODES; n++) {
		const uint32_t *record = c.view.record + c.view.record_at[n];
		uint32_t row = *rec_row(c.world.store, record[0]);

		wrong += record[0] != n || c.view.node[n].slot[0] != fact_number(row) + 1 ||
		    view_copies(&c.view, n) != (n < RECORDS - NODES ? 2u : 1u) ||
		    (n < RECORDS - NODES && record[1] != n + NODES);
	}
	ok(wrong == 0, "each has its first record, what it says, and its copy");
	end(&c);
}

/* Numbers come with arrival; what hangs on them must not. */
static void
any_order(void)
{
	enum { RECORDS = 200, SEED = 7 };
	struct view_case c[2];
	uint32_t at[RECORDS], state = SEED;
	bool same = true;

	for (uint32_t i = 0; i < RECORDS; i++)
		at[i] = i;
	for (int run = 0; run < 2; run++) {
		begin(&c[run]);
		for (unsigned i = 0; i < RECORDS; i++)
			add(&c[run], numbered(at[i] % 3 ? "a" : "b", at[i]), "'given_name':'G%u',"
			    "'email':['m%u@example.com','n%u@example.com'],'attributes':{'x%u':'v%u','y':'w%u'}",
			    at[i] % 9, at[i] % 5, at[i] % 4, at[i] % 2, at[i] % 6, at[i] % 3);
		look(&c[run]);
		for (uint32_t i = RECORDS - 1; i > 0; i--) {
			uint32_t k, other;

			state = state * 1664525 + 1013904223;
			k = (state >> 8) % (i + 1);
			other = at[k];
			at[k] = at[i];
			at[i] = other;
		}
	}
	view_drop_hashes(&c[1].view);
	same &= c[0].view.fields == c[1].view.fields && c[0].view.nodes == c[1].view.nodes;
	for (unsigned f = 0; same && f < c[0].view.fields; f++)
		same &= span_equal(c[0].view.field[f].name, c[1].view.field[f].name) &&
		    c[0].view.field[f].type == c[1].view.field[f].type;
	for (uint32_t n = 0; same && n < c[0].view.nodes; n++)
		same &= view_node_hash(&c[0].view, n) == view_node_hash(&c[1].view, n) &&
		    c[0].view.source[n] == c[1].view.source[n] &&
		    view_copies(&c[0].view, n) == view_copies(&c[1].view, n);
	same &= memcmp(c[0].view.record, c[1].view.record, RECORDS * sizeof *c[0].view.record) == 0;
	ok(same, "fields and nodes are the same in any order of lines (seed %d)", SEED);
	end(&c[0]);
	end(&c[1]);
}

static void
nothing(void)
{
	struct view_case c;

	begin(&c);
	look(&c);
	ok(c.view.fields == 0 && c.view.nodes == 0 && c.view.records == 0, "an empty file has neither");
	end(&c);
}

int
main(void)
{
	fields_of_people();
	places_without_streets();
	serials();
	whole_names();
	names_of_things();
	text_alone();
	own_names();
	registered_names();
	quantities();
	codes_in_texts();
	most_telling();
	lists();
	nodes();
	many_nodes();
	any_order();
	nothing();
	return tap_done();
}
