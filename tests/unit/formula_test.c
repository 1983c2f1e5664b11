/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/formula_test.c: no cell of a spreadsheet begins a formula. */
#include "base/buf.h"
#include "export/formula.h"
#include "tap.h"

static void
cell(struct span value, enum csv_profile profile, bool guarded, const char *want, const char *name)
{
	struct buf out = { 0 };
	bool was = formula_cell(&out, value, profile);

	ok(was == guarded, "%s: %s", name, guarded ? "guarded" : "not guarded");
	is_text(out.p, out.len, want, name);
	buf_done(&out);
}

int
main(void)
{
	static const char *const triggers[] = { "=1", "+1", "-1", "@a", "\t1", "\r1", "\n1",
	    "\xef\xbc\x9d" "1", "\xef\xbc\x8b" "1", "\xef\xbc\x8d" "1", "\xef\xbc\xa0" "a" };

	for (size_t i = 0; i < sizeof triggers / sizeof *triggers; i++) {
		char want[16];

		snprintf(want, sizeof want, "\"'%s\"", triggers[i]);
		cell(span_from(triggers[i]), CSV_SPREADSHEET, true, want, "a trigger");
	}
	cell(SPAN("=1+1"), CSV_MACHINE, false, "=1+1", "machine leaves the bytes alone");
	cell(SPAN("a,\"b"), CSV_MACHINE, false, "\"a,\"\"b\"", "machine quotes where needed");
	cell(SPAN("Ana"), CSV_SPREADSHEET, false, "\"Ana\"", "spreadsheet quotes every cell");
	cell(SPAN(""), CSV_SPREADSHEET, false, "\"\"", "an empty value");
	return tap_done();
}
