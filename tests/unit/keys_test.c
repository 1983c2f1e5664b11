/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/keys_test.c: two records share a key if and only if all atoms of the join agree. */
#include "resolve/faces.h"
#include "resolve/facts.h"
#include "resolve/keys.h"
#include "resolve_case.h"
#include "tap.h"

static struct keys one, two;

static size_t
prepare(const struct world *w, struct keys *k, const struct join *j, const char *id)
{
	return keys_prepare(k, j, &w->store->facts, rec_row(w->store, world_find(w, id)),
	    w->resolve.types);
}

static bool
meet(const struct world *w, const struct join *j, const char *a, const char *b)
{
	size_t n, m;

	faces_prepare(&w->store->facts, j);
	n = prepare(w, &one, j, a);
	m = prepare(w, &two, j, b);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++)
			if (span_equal(keys_at(&one, j, i), keys_at(&two, j, k)))
				return true;
	return false;
}

static void
single(const struct world *w, enum atom atom, const char *a, const char *b, bool want,
    const char *what)
{
	struct join j = { .atom = { atom }, .count = 1 };

	ok(meet(w, &j, a, b) == want && meet(w, &j, b, a) == want, "%s", what);
}

static void
faces(const struct world *w)
{
	single(w, ATOM_EMAIL, "a:1", "a:2", true, "one of several mailboxes");
	single(w, ATOM_EMAIL, "a:1", "a:3", false, "no mailbox");
	single(w, ATOM_PHONE, "a:1", "a:2", false, "numbers of two countries");
	single(w, ATOM_PHONE_LAST8, "a:1", "a:2", true, "their last eight digits");
	single(w, ATOM_GIVEN, "a:1", "a:2", false, "a second name more");
	single(w, ATOM_GIVEN_FIRST, "a:1", "a:2", true, "the first of the names");
	single(w, ATOM_GIVEN_INITIAL, "a:1", "a:3", true, "the initial, of more than one byte");
	single(w, ATOM_GIVEN_FIRST, "a:1", "a:3", false, "an initial is no first name");
	single(w, ATOM_NAME_SET, "a:3", "a:4", true, "given and family name exchanged");
	single(w, ATOM_NAME_SET, "a:1", "a:5", false, "a family name alone is no set");
	single(w, ATOM_BIRTHDATE, "a:1", "a:2", true, "the same date");
	single(w, ATOM_BIRTHDATE, "a:2", "a:3", false, "a date in part is no key");
	single(w, ATOM_BIRTHDATE_YM, "a:2", "a:3", true, "but year and month are");
	single(w, ATOM_POSTCODE, "a:1", "a:2", true, "a postcode however it is written");
	single(w, ATOM_LOCALITY, "a:1", "a:2", true, "a town without its accents");
	single(w, ATOM_IDENTIFIER, "a:1", "a:2", false, "one number of two types");
	single(w, ATOM_IDENTIFIER, "a:1", "a:3", true, "one number of one type");
	single(w, ATOM_EMAIL, "a:5", "a:5", false, "who says nothing has no key");
}

static void
joins(const struct world *w)
{
	struct join both = { .atom = { ATOM_EMAIL, ATOM_BIRTHDATE_YM }, .count = 2 };
	struct join type = { .atom = { ATOM_IDENTIFIER }, .count = 1, .type = SPAN_INIT("card") };
	struct join none = { .atom = { ATOM_IDENTIFIER }, .count = 1, .type = SPAN_INIT("shoe") };
	struct join soft = { .atom = { ATOM_EMAIL, ATOM_GIVEN_COMPATIBLE }, .count = 2 };

	faces_prepare(&w->store->facts, &both);
	ok(prepare(w, &one, &both, "a:1") == 2, "a key for every choice of values");
	ok(!span_equal(keys_at(&one, &both, 0), SPAN("")), "that is not empty");
	ok(meet(w, &both, "a:1", "a:2"), "all atoms agree");
	ok(prepare(w, &one, &both, "a:4") == 0, "an atom without a value leaves no key");
	ok(meet(w, &type, "a:1", "a:3") && !meet(w, &type, "a:2", "a:2"), "a join over one type");
	ok(prepare(w, &one, &none, "a:1") == 0, "a type that nobody has");
	ok(meet(w, &soft, "a:1", "a:2"), "names that must be compatible are no part of the key");
	ok(keys_one_word(&soft) && !keys_one_word(&both), "so that its key is one word");
}

static bool
alike(const struct world *w, struct join j, const char *a, const char *b)
{
	return keys_alike(keys_kinds(&j), rec_row(w->store, world_find(w, a)),
	    rec_row(w->store, world_find(w, b)));
}

/* Rows are compared in place of keys, so only rows whose keys are the same may be alike. */
static void
rows(const struct world *w)
{
	struct join date = { .atom = { ATOM_BIRTHDATE }, .count = 1 };
	struct join email = { .atom = { ATOM_EMAIL }, .count = 1 };
	struct join names = { .atom = { ATOM_NAME_SET }, .count = 1 };
	struct join both = { .atom = { ATOM_BIRTHDATE, ATOM_EMAIL }, .count = 2 };
	struct join locality = { .atom = { ATOM_BIRTHDATE, ATOM_LOCALITY }, .count = 2 };

	ok(alike(w, date, "a:1", "a:2") && alike(w, locality, "a:1", "a:2"),
	    "rows that differ in what the join does not look at");
	ok(!alike(w, email, "a:1", "a:2") && !alike(w, email, "a:2", "a:1"), "one mailbox more");
	ok(!alike(w, both, "a:1", "a:2"), "one atom of two");
	ok(!alike(w, names, "a:1", "a:2") && !alike(w, names, "a:3", "a:4"),
	    "other names, exchanged names");
	ok(alike(w, both, "z:1", "z:1"), "a row and itself");
}

static void
possible(const struct world *w)
{
	struct join email = { .atom = { ATOM_BIRTHDATE, ATOM_NAME_SET, ATOM_EMAIL }, .count = 3 };
	struct join nobody = { .atom = { ATOM_EMAIL, ATOM_ATTRIBUTE }, .count = 2 };

	ok(keys_possible(&email, &w->store->facts), "values that somebody has");
	ok(!keys_possible(&nobody, &w->store->facts), "an attribute that nobody has");
}

/* Keys of one record are bounded, and so is the work on a hostile one. */
static void
bounds(const struct world *w)
{
	struct join j = { .atom = { ATOM_EMAIL, ATOM_PHONE }, .count = 2 };

	faces_prepare(&w->store->facts, &j);
	ok(prepare(w, &one, &j, "z:1") == KEYS_MAX, "no more than %d keys", KEYS_MAX);
}

static void
hostile(struct world *w)
{
	struct buf members = { 0 };

	buf_text(&members, "'email':[");
	for (int i = 0; i < 64; i++)
		buf_print(&members, "%s'm%d@example.com'", i > 0 ? "," : "", i);
	buf_text(&members, "],'phone_number':[");
	for (int i = 0; i < 64; i++)
		buf_print(&members, "%s'+3512112345%02d'", i > 0 ? "," : "", i);
	buf_byte(&members, ']');
	buf_byte(&members, '\0');
	world_rec(w, "z:1", members.p);
	buf_done(&members);
}

int
main(void)
{
	struct world w;

	world_open(&w);
	world_rec(&w, "a:1", "'given_name':'Éva Maria','family_name':'Paz','birthdate':'1990-01-02',"
	    "'email':['x@example.com','y@example.com'],'phone_number':['+351211234567'],"
	    "'address':[{'postal_code':'4000-001','locality':'Évora'}],'identifiers':{'card':['1']}");
	world_rec(&w, "a:2", "'given_name':'Eva','family_name':'Paz','birthdate':'1990-01-02',"
	    "'email':['y@example.com'],'phone_number':['+34911234567'],"
	    "'address':[{'postal_code':'4000 001','locality':'EVORA'}],'identifiers':{'till':['1']}");
	world_rec(&w, "a:3", "'given_name':'É','family_name':'Paz','birthdate':'1990-01',"
	    "'email':['z@example.com'],'identifiers':{'card':['2','1']}");
	world_rec(&w, "a:4", "'given_name':'Paz','family_name':'É','email':['x@example.com']");
	world_rec(&w, "a:5", "'family_name':'Paz'");
	hostile(&w);
	world_read(&w, 1);
	faces(&w);
	joins(&w);
	rows(&w);
	possible(&w);
	bounds(&w);
	world_close(&w);
	return tap_done();
}
