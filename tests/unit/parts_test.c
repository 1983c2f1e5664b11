/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/parts_test.c: names into tokens, postcodes into areas, addresses of e-mail and phone
 * numbers into pieces. */
#include "base/arena.h"
#include "base/buf.h"
#include "normal/company.h"
#include "normal/contact_parts.h"
#include "normal/domain.h"
#include "normal/name_tokens.h"
#include "normal/postcode_parts.h"
#include "normal/quantity.h"
#include "normal/text_codes.h"
#include "tap.h"

static const struct name {
	const char	*folded, *tokens, *rest;
	bool		 particles;
	unsigned	 generation;
} names[] = {
	{ "silva", "silva", "", false, 0 },
	{ "da silva filho", "silva", "", true, 2 },
	{ "souza e silva junior", "souza silva", "", true, 2 },
	{ "maria e", "maria e", "", false, 0 }, { "e maria", "e maria", "", false, 0 },
	{ "filho", "filho", "", false, 0 }, { "de filho", "filho", "", true, 0 },
	{ "smith jr", "smith", "", false, 2 }, { "smith iii", "smith", "", false, 3 },
	{ "lima neto", "lima", "", false, 3 }, { "henry v", "henry v", "", false, 0 },
	{ "maria de los angeles", "maria angeles", "", true, 0 },
	{ "sir william", "william", "", false, 0 }, { "sir", "sir", "", false, 0 },
	{ "rev dr john jr", "john", "", false, 2 }, { "john sir", "john sir", "", false, 0 },
	{ "le", "le", "", false, 0 }, { "van der", "van der", "", false, 0 },
	{ "van den berg", "berg", "", true, 0 },
	{ "a b c d", "a b c d", "", false, 0 }, { "a b c d e de f", "a b c d", "e de f", false, 0 },
	{ "a b c d e jr", "a b c d", "e", false, 2 }, { "", "", "", false, 0 },
};

static void
check_names(void)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct name_tokens n = name_tokens(span_from(names[i].folded));
		struct buf b = { 0 };

		for (size_t k = 0; k < n.count; k++)
			buf_print(&b, "%s%.*s", k > 0 ? " " : "", SPAN_ARG(n.token[k]));
		ok(span_is(buf_span(&b), names[i].tokens) && n.particles == names[i].particles &&
		    n.generation == names[i].generation &&
		    name_tokens_generation(span_from(names[i].folded)) == n.generation && (n.rest.p == NULL ?
		    names[i].rest[0] == '\0' : span_is(n.rest, names[i].rest)),
		    "\"%s\" is \"%s\" (%.*s, %u)", names[i].folded, names[i].tokens,
		    SPAN_ARG(buf_span(&b)), n.generation);
		buf_done(&b);
	}
	ok(name_generation(SPAN("ii")) == name_generation(SPAN("jr")) &&
	    name_generation(SPAN("filho")) == name_generation(SPAN("junior")),
	    "several words for one generation are one class");
	ok(name_generation(SPAN("v")) == 5 && name_generation(SPAN("smith")) == 0,
	    "a suffix of its own may be one letter");
}

static const struct postcode {
	const char	*key, *country, *district, *area;
} postcodes[] = {
	{ "SW1A1AA", "GB", "SW1A", "SW" }, { "SW1A1AA", "", "SW1A", "SW" },
	{ "E16AN", "GB", "E1", "E" }, { "M11AE", "", "M1", "M" }, { "LS670FR", "", "LS67", "LS" },
	{ "SR4", "GB", "SR4", "SR" }, { "787011234", "US", "78701", "78" },
	{ "78701", "US", "78701", "78" }, { "787011234", "", "78701", "78" },
	{ "01310100", "BR", "01310", "01" }, { "1000001", "PT", "1000", "10" },
	{ "K1A0B1", "CA", "K1A", "K1" }, { "K1A0B1", "", "K1A", "K1" },
	{ "1012AB", "NL", "1012", "10" }, { "10115", "DE", "10115", "10" },
	{ "11455", "SE", "114", "11" }, { "11455", "", "11455", "11" }, { "2671", "AU", "2671", "26" },
	{ "D02AF30", "IE", "D02", "D0" }, { "12", "", "12", "" },
};

static void
check_postcodes(void)
{
	for (size_t i = 0; i < sizeof postcodes / sizeof *postcodes; i++) {
		struct span key = span_from(postcodes[i].key), country = span_from(postcodes[i].country);
		struct span area = postcode_area(key, country);

		ok(span_is(postcode_district(key, country), postcodes[i].district) &&
		    span_is(area.p == NULL ? SPAN("") : area, postcodes[i].area),
		    "%s (%s) lies in %s in %s", postcodes[i].key, postcodes[i].country,
		    postcodes[i].district, postcodes[i].area);
	}
}

static const struct slip {
	const char	*a, *b;
	bool		 slip;
} slips[] = {
	{ "gmail.com", "gmial.com", true }, { "hotmail.com", "hotmial.com", true },
	{ "acme-shop.com", "acme-shop.con", true }, { "acme-shop.com", "acmeshop.com", true },
	{ "gmail.com", "gmail.com", false }, { "gmail.com", "hotmail.com", false },
	{ "a.io", "b.io", false }, { "gmx.net", "gmx.de", false }, { "abc.con", "abc.com", true },
};

static void
check_contacts(void)
{
	struct email_parts e = email_parts(SPAN("ana.souza@acme.pt"));

	ok(span_is(e.local, "ana.souza") && span_is(e.domain, "acme.pt"), "a mailbox has two parts");
	ok(email_parts(SPAN("ana")).local.p == NULL && email_parts(SPAN("@x.pt")).local.p == NULL &&
	    email_parts(SPAN("ana@")).local.p == NULL, "what is no address has none");
	ok(email_local_generic(SPAN("info")) && email_local_generic(SPAN("noemail")) &&
	    email_local_generic(SPAN("test")) && !email_local_generic(SPAN("ana.souza")) &&
	    !email_local_generic(SPAN("")), "local parts that many people have");
	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
		struct span a = span_from(slips[i].a), b = span_from(slips[i].b);

		ok(domain_slip(a, b) == slips[i].slip && domain_slip(b, a) == slips[i].slip,
		    "%s %s a slip of %s", slips[i].a, slips[i].slip ? "is" : "is not", slips[i].b);
	}
}

struct keyed { const char *text, *key; };

static const struct keyed companies[] = {
	{ "Wood Partners Ltd.", "wood partners" }, { "WOOD PARTNERS LIMITED", "wood partners" },
	{ "Müller Maschinenbau GmbH & Co. KG", "muller maschinenbau" },
	{ "Müller Maschinenbau Gesellschaft mit beschränkter Haftung", "muller maschinenbau" },
	{ "The Smith & Jones Company, Inc.", "smith jones" }, { "Smith and Jones", "smith jones" },
	{ "Drukarnia Nowak Sp. z o.o.", "drukarnia nowak" }, { "Tecidos Souza S.A.", "tecidos souza" },
	{ "The", "the" }, { "Company", "company" }, { "Coca-Cola", "coca cola" },
	{ "Public Limited Company Traders", "public limited company traders" },
};

static const struct keyed quantities[] = {
	{ "$1,299.00", "1299" }, { "5.30 %", "5.3" }, { "€ 12", "12" }, { "0.99 £", "0.99" },
	{ "-7", "-7" }, { "007", "007" }, { "1,2", NULL }, { "12 oz", NULL }, { "$", NULL }, { "", NULL },
	{ "1,234,567.5", "1234567.5" }, { "100", "100" },
};

static const struct keyed sites[] = {
	{ "https://www.Acme.example/about?x=1", "acme.example" }, { "acme.example", "acme.example" },
	{ "http://acme.example:8080/", "acme.example" }, { "https://", NULL },
};

static bool
same(struct span got, const char *want)
{
	return want == NULL ? got.p == NULL : span_is(got, want);
}

static const struct keyed codes[] = {
	{ "Nikon D-5100 (kit)", "d5100" }, { "Sony KDL32L4000 32' LCD TV", "kdl32l4000" },
	{ "one 2nd 1984 x-1 http://acme.example/offers/of/2024", NULL }, { "ABC-1 and AB12c", "abc1" },
	{ "", NULL },
};

static void
check_keys(void)
{
	struct arena arena = { 0 };

	for (size_t i = 0; i < sizeof companies / sizeof *companies; i++)
		ok(same(company_key(span_from(companies[i].text), &arena), companies[i].key),
		    "the company %s is compared as %s", companies[i].text, companies[i].key);
	for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++)
		ok(same(quantity_key(span_from(quantities[i].text), &arena), quantities[i].key),
		    "'%s' is %s", quantities[i].text, quantities[i].key ? quantities[i].key : "no number");
	for (size_t i = 0; i < sizeof sites / sizeof *sites; i++)
		ok(same(website_key(span_from(sites[i].text), &arena), sites[i].key),
		    "the host of %s", sites[i].text);
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		struct span text = span_from(codes[i].text), code;
		bool found = text_code(&text, &code, &arena);

		ok(found == (codes[i].key != NULL) && (!found || span_is(code, codes[i].key)),
		    "'%s' has %s", codes[i].text, found ? codes[i].key : "no code");
	}
	arena_done(&arena);
}

int
main(void)
{
	check_keys();
	check_names();
	check_postcodes();
	check_contacts();
	return tap_done();
}
