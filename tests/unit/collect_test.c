/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/collect_test.c: what of a record is compared where records are scored. */
#include "resolve/dict.h"
#include "resolve/facts.h"
#include "resolve_case.h"
#include "tap.h"

static const uint32_t *
row(const struct world *w, const char *id)
{
	return rec_row(w->store, world_find(w, id));
}

/* The values of a kind in the order of the row, joined by "|"; the type of attributes before. */
static void
holds(const struct world *w, const char *id, enum fact_kind kind, const char *want, const char *name)
{
	const struct facts *f = &w->store->facts;
	struct buf got = { 0 };

	for (const uint32_t *word = row(w, id); *word != 0; word++) {
		struct span text;

		if (fact_kind(*word) != kind)
			continue;
		if (got.len > 0)
			buf_byte(&got, '|');
		if (kind == FACT_ATTRIBUTE) {
			struct span type = types_at(w->resolve.attributes, facts_type(f, *word))->name;

			buf_add(&got, span_skip(type, strlen("attributes.")));
			buf_byte(&got, '=');
		}
		text = facts_text(f, *word);
		for (size_t i = 0; i < text.len; i++)
			buf_byte(&got, text.p[i] == PLACE_BETWEEN ? ';' : text.p[i]);
	}
	is_text(got.p == NULL ? "" : got.p, got.len, want, name);
	buf_done(&got);
}

static void
names(const struct world *w)
{
	holds(w, "n:1", FACT_GIVEN, "ana luisa|nena", "a middle name follows the given name, a nickname is another");
	holds(w, "n:2", FACT_GIVEN, "luisa", "a middle name alone is a given name");
	holds(w, "n:3", FACT_GIVEN, "ana maria", "a whole name is split");
	holds(w, "n:3", FACT_FAMILY, "costa", "into both parts");
	holds(w, "n:4", FACT_GIVEN, "ana", "beside its parts a whole name is not split");
	holds(w, "n:4", FACT_FAMILY, "", "even if one of them is missing");
}

static void
generations(const struct world *w)
{
	holds(w, "g:1", FACT_SUFFIX, "2", "the generation that a family name ends in");
	holds(w, "g:2", FACT_SUFFIX, "2", "and that of a column of its own are alike");
	holds(w, "g:3", FACT_SUFFIX, "1", "the column counts where both say one");
	holds(w, "g:4", FACT_SUFFIX, "phd", "a suffix that is no generation is as written");
	holds(w, "g:5", FACT_SUFFIX, "", "most have none");
}

static void
numbers(const struct world *w)
{
	holds(w, "p:1", FACT_PHONE, "0912345", "a raw number is its digits");
	holds(w, "p:2", FACT_PHONE, "123456", "six are enough");
	holds(w, "p:3", FACT_PHONE, "", "five are not");
	holds(w, "p:4", FACT_PHONE, "123456789012345", "fifteen are a number");
	holds(w, "p:5", FACT_PHONE, "", "sixteen are none");
	holds(w, "p:6", FACT_PHONE, "", "nor is what is no text");
	holds(w, "p:8", FACT_PHONE, "0912345|0954321", "of a list all that are some");
	holds(w, "p:7", FACT_PHONE, "", "a tag forbids a raw number as any other");
}

static void
places(const struct world *w)
{
	holds(w, "h:1", FACT_PLACE, "Rua Larga 5;;Porto;;4100-222;PT", "an address is its parts as written");
	holds(w, "h:2", FACT_PLACE, "12 High St Leeds;;;;;", "one that is not in parts is a street");
	holds(w, "h:3", FACT_PLACE, "", "a country alone is no place");
	holds(w, "h:4", FACT_PLACE, ";PO Box 7;;;;", "a box is one");
}

static void
attributes(const struct world *w)
{
	holds(w, "t:1", FACT_ATTRIBUTE, "size=1.5|shade=dark blue|vip=true|n=42",
	    "texts are folded, numbers lose zeros that say nothing");
	holds(w, "t:2", FACT_ATTRIBUTE, "", "what stands elsewhere, or says nothing of anybody, is none");
	holds(w, "t:3", FACT_ATTRIBUTE, "tastes=jazz cool|tastes=7|tastes=rock n roll",
	    "each value of a list is one");
	holds(w, "t:4", FACT_ATTRIBUTE, "deep=a", "up to a list in the list");
	holds(w, "t:5", FACT_ATTRIBUTE, "", "an object, an empty list and null are none");
	ok(facts_find(row(w, "s:1"), FACT_SEX) == fact_word(FACT_SEX, 'f') &&
	    facts_find(row(w, "s:2"), FACT_SEX) == 0, "a sex is one of three; what is not stated is none");
	ok(facts_find(row(w, "s:3"), FACT_PARTY) == fact_word(FACT_PARTY, 'o') &&
	    facts_find(row(w, "s:1"), FACT_PARTY) == fact_word(FACT_PARTY, 'p') &&
	    facts_find(row(w, "t:5"), FACT_PARTY) == 0, "organisations, persons, and what may be either");
	ok(facts_find(row(w, "s:4"), FACT_PARTY) == fact_word(FACT_PARTY, 'o') &&
	    facts_find(row(w, "s:5"), FACT_PARTY) == fact_word(FACT_PARTY, 'p') &&
	    facts_find(row(w, "s:6"), FACT_PARTY) == 0, "a column says it in several words, or in unknown ones");
	ok(facts_find(row(w, "s:7"), FACT_PARTY) == fact_word(FACT_PARTY, 'p') &&
	    facts_find(row(w, "s:8"), FACT_PARTY) == 0, "who works for an organisation is none");
}

static void
add(struct world *w)
{
	world_rec(w, "n:1", "'given_name':'Ana','middle_name':'Luísa','nickname':['Nena']");
	world_rec(w, "n:2", "'middle_name':'Luísa'");
	world_rec(w, "n:3", "'name':'Ana Maria Costa'");
	world_rec(w, "n:4", "'given_name':'Ana','name':'Ana Costa'");
	world_rec(w, "g:1", "'given_name':'Hugo','family_name':'Velho Junior'");
	world_rec(w, "g:2", "'given_name':'Hugo','family_name':'Velho','attributes':{'name_suffix':'Jr.'}");
	world_rec(w, "g:3", "'family_name':'Velho Junior','attributes':{'name_suffix':'Sr'}");
	world_rec(w, "g:4", "'family_name':'Velho','attributes':{'name_suffix':'PhD'}");
	world_rec(w, "g:5", "'family_name':'Velho'");
	world_rec(w, "p:1", "'attributes':{'raw_phone_number':'(09) 12-345 x'}");
	world_rec(w, "p:2", "'attributes':{'raw_phone_number':'123456'}");
	world_rec(w, "p:3", "'attributes':{'raw_phone_number':'12345'}");
	world_rec(w, "p:4", "'attributes':{'raw_phone_number':'123456789012345'}");
	world_rec(w, "p:5", "'attributes':{'raw_phone_number':'1234567890123456'}");
	world_rec(w, "p:6", "'attributes':{'raw_phone_number':1234567}");
	world_rec(w, "p:7", "'attributes':{'raw_phone_number':'1234567'},'tags':{'phone_number':['third_party']}");
	world_rec(w, "p:8", "'attributes':{'raw_phone_number':['0912345','12345',7,'0954321']}");
	world_rec(w, "h:1", "'address':[{'street_address':'Rua Larga 5','locality':'Porto',"
	    "'postal_code':'4100-222','country':'PT'}]");
	world_rec(w, "h:2", "'address':[{'formatted':'12 High St Leeds'}]");
	world_rec(w, "h:3", "'address':[{'country':'PT'}]");
	world_rec(w, "h:4", "'address':[{'po_box':'PO Box 7'}]");
	world_rec(w, "t:1", "'attributes':{'size':'1.50','shade':'Dark  BLUE','vip':true,'n':42}");
	world_rec(w, "t:2", "'attributes':{'created_at':'2020-01-01','note':'x','raw_name':'y','tags':['z'],"
	    "'salutation':'Dr'}");
	world_rec(w, "t:3", "'attributes':{'tastes':['Jazz, cool', 7,'rock \\'n\\' roll']}");
	world_rec(w, "t:4", "'attributes':{'deep':['a',['b'],'c']}");
	world_rec(w, "t:5", "'attributes':{'x':{'a':1},'y':[],'z':null}");
	world_rec(w, "s:1", "'given_name':'Ana','gender':'female'");
	world_rec(w, "s:2", "'gender':'not_stated'");
	world_rec(w, "s:4", "'attributes':{'party_type':'Legal Entity'}");
	world_rec(w, "s:5", "'attributes':{'party_type':'PERSON'}");
	world_rec(w, "s:6", "'attributes':{'party_type':'vessel'}");
	world_rec(w, "s:7", "'given_name':'Ana','attributes':{'organization':'Acme'}");
	world_rec(w, "s:8", "'name':'Ana Paz','given_name':'Ana','attributes':{'organization':'Acme'}");
	world_rec(w, "s:3", "'name':'Acme','attributes':{'organization':'Acme Ltd'}");
}

int
main(void)
{
	struct world w;

	world_open(&w);
	w.resolve.scored = true;
	add(&w);
	world_read(&w, 1);
	names(&w);
	generations(&w);
	numbers(&w);
	places(&w);
	attributes(&w);
	world_close(&w);
	return tap_done();
}
