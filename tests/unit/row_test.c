/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/row_test.c: rows of one profile in both layouts and CSV profiles (export sections
 * 3 and 4), byte by byte. */
#include "base/map.h"
#include "export/audience.h"
#include "export/row.h"
#include "export_case.h"
#include "io/ndjson.h"
#include "tap.h"

#define MARK	"\xef\xbb\xbf"

enum form { MACHINE, SHEET, LINES, BY_ADDRESS };

#define PERMIT(address)	"{\"id\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"verdict\":\"permit\",\"code\":\"P\"," \
	"\"purpose\":\"news\",\"channel\":\"email\",\"controller\":\"north\",\"address\":{\"field\":" \
	"\"email\",\"value\":\"" address "\"},\"basis\":[\"consent\"]," \
	"\"valid_until\":\"2026-06-08T00:00:00Z\"}"
#define ONE	"\"decisions\":[" PERMIT("a@x.example") "]"
#define TWO	"\"decisions\":[" PERMIT("b@x.example") "," PERMIT("a@x.example") "]"
#define MAILS	"\"email\":[\"c@x.example\",\"a@x.example\",\"b@x.example\"]"

static const struct {
	const char	*name;
	enum form	 form;
	const char	*fields, *members, *want;
} table[] = {
	{ "a permitted address, not the first of the profile", MACHINE, "[\"email\"]", MAILS "," ONE,
	    "email\na@x.example\n" },
	{ "of two permits the first in byte order fills the cell", MACHINE, "[\"email\"]",
	    MAILS "," TWO, "email\na@x.example\n" },
	{ "a row an address", BY_ADDRESS, "[\"email\",\"given_name\"]",
	    "\"given_name\":\"Ana\"," MAILS "," TWO, "email,given_name\na@x.example,Ana\nb@x.example,Ana\n" },
	{ "ndjson keeps every permitted address and no other", LINES, "[\"email\"]", MAILS "," TWO,
	    "{\"email\":[\"a@x.example\",\"b@x.example\"]}\n" },
	{ "columns stand in the order of the contract", MACHINE, "[\"family_name\",\"email\",\"name\"]",
	    "\"name\":\"N\",\"family_name\":\"F\"," MAILS "," ONE, "family_name,email,name\nF,a@x.example,N\n" },
	{ "what is missing is an empty cell", MACHINE, "[\"given_name\",\"email\",\"gender\"]",
	    MAILS "," ONE, "given_name,email,gender\n,a@x.example,\n" },
	{ "what is missing is no member", LINES, "[\"given_name\",\"email\"]", MAILS "," ONE,
	    "{\"email\":[\"a@x.example\"]}\n" },
	{ "a lone empty cell is quoted, so that it is a row", MACHINE, "[\"given_name\"]",
	    MAILS "," ONE, "given_name\n\"\"\n" },
	{ "quotes and commas", MACHINE, "[\"given_name\",\"name\"]",
	    "\"given_name\":\"a,b\",\"name\":\"a\\\"b\"," MAILS "," ONE,
	    "given_name,name\n\"a,b\",\"a\"\"b\"\n" },
	{ "line ends within a cell", MACHINE, "[\"given_name\",\"name\"]",
	    "\"given_name\":\"a\\nb\",\"name\":\"a\\rb\"," MAILS "," ONE,
	    "given_name,name\n\"a\nb\",\"a\rb\"\n" },
	{ "machine leaves a formula alone", MACHINE, "[\"given_name\"]",
	    "\"given_name\":\"=1+1\"," MAILS "," ONE, "given_name\n=1+1\n" },
	{ "UTF-8 stays as it is", MACHINE, "[\"given_name\"]",
	    "\"given_name\":\"Valéry \\u4e2d\"," MAILS "," ONE, "given_name\nValéry 中\n" },
	{ "spreadsheet: mark, CRLF, every cell quoted", SHEET, "[\"email\",\"given_name\"]",
	    "\"given_name\":\"Ana\"," MAILS "," ONE,
	    MARK "\"email\",\"given_name\"\r\n\"a@x.example\",\"Ana\"\r\n" },
	{ "spreadsheet: a formula gets an apostrophe", SHEET, "[\"given_name\",\"name\"]",
	    "\"given_name\":\"=1+1\",\"name\":\"\\uff1d1\"," MAILS "," ONE,
	    MARK "\"given_name\",\"name\"\r\n\"'=1+1\",\"'\xef\xbc\x9d" "1\"\r\n" },
	{ "spreadsheet: an empty cell is quoted", SHEET, "[\"given_name\",\"email\"]", MAILS "," ONE,
	    MARK "\"given_name\",\"email\"\r\n\"\",\"a@x.example\"\r\n" },
	{ "ndjson escapes what JSON must", LINES, "[\"given_name\"]",
	    "\"given_name\":\"a\\\"b\\n\"," MAILS "," ONE, "{\"given_name\":\"a\\\"b\\n\"}\n" },
	{ "parts of addresses stay side by side", LINES, "[\"address.locality\",\"address.country\"]",
	    "\"address\":[{\"locality\":\"Bonn\"},{\"locality\":\"Faro\",\"country\":\"PT\"}]," MAILS "," ONE,
	    "{\"address.locality\":[\"Bonn\",\"Faro\"],\"address.country\":[null,\"PT\"]}\n" },
	{ "basis and end of the permit", MACHINE, "[\"consent.basis\",\"consent.valid_until\"]",
	    MAILS "," ONE, "consent.basis,consent.valid_until\nconsent,2026-06-08T00:00:00Z\n" },
	{ "an empty audience is a header", MACHINE, "[\"email\",\"name\"]", NULL, "email,name\n" },
	{ "or nothing", LINES, "[\"email\",\"name\"]", NULL, "" },
};

static void
row(size_t i)
{
	struct audience a;
	struct buf line = { 0 };
	struct error e = { 0 };
	struct ndjson *n = ndjson_new(NULL);
	struct row_maker *m;
	size_t at;
	int r = 0;

	audience_init(&a);
	a.purpose = SPAN("news");
	a.now = 0;
	a.profile = table[i].form == SHEET ? CSV_SPREADSHEET : CSV_MACHINE;
	a.by_address = table[i].form == BY_ADDRESS;
	case_policy(&a.policy, table[i].fields, table[i].form == LINES ? "ndjson" : "csv", "email", "");
	if (contract_find(&a.policy, SPAN("list"), &a.contract, a.memory, &e) == 0) {
		m = row_maker_new(&a, NULL);
		row_header(m);
		if (table[i].members != NULL) {
			buf_print(&line, "{\"kind\":\"profile\",\"id\":\"p1\",%s}", table[i].members);
			r = ndjson_scan(n, buf_span(&line), &at, &e);
			r = r == 0 ? row_profile(m, n, &e) : r;
		}
		row_maker_free(m);
	}
	ok(r == 0 && e.status == STATUS_DONE, "made: %s", table[i].name);
	is_text(a.rows.p == NULL ? "" : a.rows.p, a.rows.len, table[i].want, table[i].name);
	ndjson_free(n);
	buf_done(&line);
	audience_done(&a);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		row(i);
	return tap_done();
}
