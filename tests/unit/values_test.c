/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/values_test.c: what is derived from the values of a file, and who holds them. */
#include "resolve/dict.h"
#include "resolve/types.h"
#include "resolve/values.h"
#include "resolve_case.h"
#include "tap.h"

static uint32_t
number(const struct values *v, enum fact_kind kind, const char *text)
{
	for (uint32_t i = 0; i < dict_count(v->facts->dict[kind]); i++)
		if (span_is(values_text(v, kind, i), text))
			return i;
	printf("Bail out! no %s\n", text);
	exit(1);
}

/* ---- types of attributes ---- */

enum { EACH = 100 };

/* A hundred records each: the number of the record between two texts, but for one in `every`. */
static const struct {
	const char	*name, *head, *tail, *other;
	unsigned	 every, values;
	enum field_type	 type;
	const char	*why;
} kinds[] = {
	{ "day", "2001-03-", "", "soon", 20, 20, FIELD_DATE, "95 of 100 are dates" },
	{ "days", "2001-03-", "", "soon", 19, 20, FIELD_CATEGORY, "94 are too few" },
	{ "size", "", ".5", "few", 20, EACH, FIELD_NUMBER, "many numbers, 95 of 100" },
	{ "sizes", "", ".5", "few", 19, EACH, FIELD_CODE, "94 are too few: one word with digits" },
	{ "mail", "box", "@shop.example", "few", 20, EACH, FIELD_MAILBOX, "95 of 100 are mailboxes" },
	{ "mails", "box", "@shop.example", "few", 19, EACH, FIELD_STRING, "94 are too few" },
	{ "call", "912-345 6", "", "few", 20, EACH, FIELD_TELEPHONE, "digits in groups, 95 of 100" },
	{ "calls", "912-345 6", "", "few", 19, EACH, FIELD_STRING, "94 are too few" },
	{ "abroad", "+351 91234", "", "", 0, EACH, FIELD_TELEPHONE, "with a country in front" },
	{ "account", "912345", "", "", 0, EACH, FIELD_CODE, "digits without groups may be any number that was given out" },
	{ "pages", "1-", "", "", 0, EACH, FIELD_STRING, "three digits are too few" },
	{ "shade", "shade ", "", "", 0, EACH, FIELD_STRING, "each its own two words" },
	{ "label", "ab", "x", "", 0, EACH, FIELD_CODE, "short, one word, with digits" },
	{ "story", "so it was ", " nights", "", 0, EACH, FIELD_TEXT, "five words" },
	{ "phrase", "so it ", " goes", "", 0, EACH, FIELD_STRING, "four words" },
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static void
add_kinds(struct world *w)
{
	struct buf members = { 0 };
	char id[16];

	for (unsigned i = 0; i < EACH; i++) {
		buf_reset(&members);
		buf_text(&members, "'attributes':{");
		for (unsigned k = 0; k < KINDS; k++) {
			if (kinds[k].every > 0 && i % kinds[k].every == 0)
				buf_print(&members, "'%s':'%s',", kinds[k].name, kinds[k].other);
			else
				buf_print(&members, "'%s':'%s%02u%s',", kinds[k].name, kinds[k].head,
				    i % kinds[k].values + 1, kinds[k].tail);
		}
		buf_print(&members, "'color':'c%u','few':'f%u'}", i % 20, i % 26);
		buf_byte(&members, '\0');
		snprintf(id, sizeof id, "a:%03u", i);
		world_rec(w, id, members.p);
	}
	buf_done(&members);
}

static enum field_type
type_of(const struct world *w, const struct values *v, const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "attributes.%s", name);
	for (size_t i = 0; i < types_count(w->resolve.attributes); i++)
		if (span_is(types_at(w->resolve.attributes, i)->name, path))
			return (enum field_type)v->attribute_type[i];
	return FIELD_TYPES;
}

static void
types(void)
{
	struct world w;
	struct values v = { .facts = NULL };

	world_open(&w);
	w.resolve.scored = true;
	add_kinds(&w);
	world_read(&w, 1);
	values_make(&v, w.store, 2);
	for (unsigned k = 0; k < KINDS; k++)
		ok(type_of(&w, &v, kinds[k].name) == kinds[k].type, "%s is a %s: %s (%s)", kinds[k].name,
		    field_type_name(kinds[k].type), kinds[k].why, field_type_name(type_of(&w, &v, kinds[k].name)));
	ok(type_of(&w, &v, "color") == FIELD_CATEGORY && type_of(&w, &v, "few") == FIELD_CODE,
	    "a category has four holders a value at least");
	values_done(&v);
	world_close(&w);
}

/* ---- rows ---- */

static void
names(const struct values *v)
{
	const struct name_row *ana = &v->given[number(v, FACT_GIVEN, "ana maria")];
	const struct name_row *a = &v->given[number(v, FACT_GIVEN, "a")];
	const struct name_row *bob = &v->given[number(v, FACT_GIVEN, "bob")];
	const struct name_row *family = &v->family[number(v, FACT_FAMILY, "de souza junior")];

	ok(ana->count == 2 && ana->chars == 3 && ana->plain && !ana->one, "a name of two words");
	ok(a->count == 1 && a->chars == 1 && a->one, "an initial");
	ok(bob->nicknamed && v->token[bob->token[0]].nickname[0] != 0 && !a->nicknamed, "a nickname");
	ok(family->count == 1 && !family->plain && !family->one &&
	    span_is(v->token[family->token[0]].text, "souza"), "particles and generations are left out");
	ok(!v->family[number(v, FACT_FAMILY, "da costa")].plain, "and what they are left out of is not plain");
	ok(v->token[ana->token[0]].holders == 1, "a word has holders as a family name");
	ok(2 * sizeof *ana == 64 && (uintptr_t)v->given % 64 == 0 && (uintptr_t)v->family % 64 == 0,
	    "a row is half a line of the cache");
	ok(v->families == 4, "family names are counted as often as they are held");
}

static const struct place_row *
place(const struct values *v, const char *street)
{
	for (uint32_t i = 0; i < dict_count(v->facts->dict[FACT_PLACE]); i++)
		if (span_starts(values_text(v, FACT_PLACE, i), span_from(street)))
			return &v->place[i];
	printf("Bail out! no %s\n", street);
	exit(1);
}

static void
places(const struct values *v)
{
	const struct place_row *one = place(v, "Rua Larga 5"), *same = place(v, "R. Larga, 5");
	const struct place_row *next = place(v, "Rua Larga 7"), *none = place(v, "Largo");

	ok(one->street == same->street && one->house == same->house && one->home == same->home,
	    "two ways to write an address are one place");
	ok(one->street == next->street && one->house != next->house && one->home != next->home &&
	    one->postcode == next->postcode, "next door is not");
	ok(none->house == VALUE_NONE && none->home == VALUE_NONE,
	    "without a number there is no home");
	ok(place(v, "Beco Novo 3")->home == place(v, "Beco Novo, 3")->home,
	    "a home is its street and house");
	ok(v->part_holders[one->home] == 2 && v->part_holders[one->street] == 3,
	    "parts have those who hold any address with them");
	ok(span_is(values_part(v, one->house), "5"), "a part is its text");
	ok(one->house != one->unit && values_part_hash(v, one->house) != values_part_hash(v, one->street),
	    "parts of other roles are others");
}

static void
contacts(const struct values *v)
{
	const struct phone_row *sure = &v->phone[number(v, FACT_PHONE, "+351211234567")];
	const struct phone_row *raw = &v->phone[number(v, FACT_PHONE, "0211234567")];
	const struct email_row *mail = &v->email[number(v, FACT_EMAIL, "ana@example.com")];
	const struct email_row *other = &v->email[number(v, FACT_EMAIL, "ana@example.org")];

	ok(sure->sure && sure->count == 12 && sure->digits == UINT64_C(351211234567), "a number with its country");
	ok(!raw->sure && raw->count == 10 && raw->digits == 211234567, "one without: its zeros count");
	ok(mail->local == other->local && mail->domain != other->domain, "two mailboxes of one name");
	ok(v->part_holders[mail->local] == 2 && v->part_holders[mail->domain] == 1,
	    "parts of mailboxes have holders");
}

static void
holders(const struct values *v)
{
	ok(v->holders[FACT_GIVEN][number(v, FACT_GIVEN, "ana")] == 2,
	    "who is not linked holds nothing");
	ok(values_day(v, 1980 << 9 | 2 << 5 | 3) == 2 && values_day(v, 1980 << 9 | 2 << 5 | 4) == 0,
	    "birth dates are counted by the day");
	ok(values_text(v, FACT_GIVEN, VALUE_NONE).p == NULL, "no value has no text");
}

static void
hashes(struct values *v)
{
	uint32_t ana = number(v, FACT_GIVEN, "ana");
	uint64_t hash = values_hash(v, FACT_GIVEN, ana);

	values_drop_hash(v, FACT_GIVEN);
	ok(values_hash(v, FACT_GIVEN, ana) == hash, "a hash is the same when it is worked out anew");
}

static void
rows(void)
{
	struct world w;
	struct values v = { .facts = NULL };
	char *purpose;

	world_open(&w);
	w.resolve.scored = true;
	world_rec(&w, "a:1", "'given_name':'Ana Maria','family_name':'de Souza Junior','birthdate':'1980-02-03',"
	    "'address':[{'street_address':'Rua Larga 5','postal_code':'4100-222','country':'PT'}]");
	world_rec(&w, "a:2", "'given_name':'Ana','family_name':'Ana','birthdate':'1980-02-03','email':['ana@example.com'],"
	    "'address':[{'street_address':'R. Larga, 5','postal_code':'4100 222','country':'PT'}]");
	world_rec(&w, "a:3", "'given_name':'Ana','family_name':'Reis','phone_number':['+351211234567'],"
	    "'email':['ana@example.org'],"
	    "'address':[{'street_address':'Rua Larga 7','postal_code':'4100-222','country':'PT'}]");
	world_rec(&w, "a:4", "'given_name':'A','family_name':'da Costa',"
	    "'address':[{'street_address':'Largo','country':'PT'},"
	    "{'street_address':'Beco Novo 3','locality':'Porto','country':'PT'},"
	    "{'street_address':'Beco Novo, 3','locality':'Lisboa','country':'PT'}]");
	world_rec(&w, "a:5", "'given_name':'Bob','attributes':{'raw_phone_number':'021 123 45 67'}");
	world_rec(&w, "a:6", "'given_name':'Ana'");
	buf_byte(&w.lines, '\0');
	w.lines.len--;
	purpose = strstr(strstr(w.lines.p, "a:6"), "identity");
	memcpy(purpose, "nothing_", 8);
	world_read(&w, 1);
	values_make(&v, w.store, 2);
	names(&v);
	places(&v);
	contacts(&v);
	holders(&v);
	hashes(&v);
	values_done(&v);
	world_close(&w);
}

int
main(void)
{
	types();
	rows();
	return tap_done();
}
