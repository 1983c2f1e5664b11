/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/csv_dialect_test.c: the delimiter of a file from its first bytes. */
#include "base/buf.h"
#include "io/csv_dialect.h"
#include "tap.h"

static void
detects(struct span head, char want, uint32_t columns, const char *name)
{
	struct csv_dialect d = csv_dialect_default();
	char got = '?';
	uint32_t n = csv_dialect_detect(head, &d, &got);

	if (!ok(n == columns && got == want, "%s", name))
		printf("# got '%c', %u columns\n", got, n);
}

int
main(void)
{
	struct buf b = { 0 };

	detects(SPAN("a,b,c\n1,2,3\n"), ',', 3, "commas");
	detects(SPAN("a;b\n1,5;2,5\n"), ';', 2, "semicolons around decimal commas");
	detects(SPAN("a\tb\tc\nx, y\tz\t1\n"), '\t', 3, "tabs");
	detects(SPAN("a|b\n1|2\n"), '|', 2, "bars");
	detects(SPAN("a;b,c\n1;2,3\n"), ',', 2, "a tie goes to the comma");
	detects(SPAN("a;\"x,y\nz\";c\n1;2;3\n"), ';', 3, "quoted cells are cells");
	detects(SPAN("name\nAna\n"), '?', 1, "no delimiter fits a single column");
	detects(SPAN("sep=;\na;b,c,d\n"), ';', 2, "a line sep= decides alone");
	detects(SPAN("sep=\t\r\na\tb\n"), '\t', 2, "also with CRLF");
	detects(SPAN("\n\na,b\n\n1,2\n"), ',', 2, "blank lines do not count");
	detects(SPAN("a;b;c\n1;2;3\n4;\"5;6\n7;8;9\n1;2;3\n"), ';', 3, "a stray quote in a small file");
	detects(SPAN("a;b;c\n1;2;3\n4;5\n7;8;9\n"), ';', 3, "a short row in a small file");
	detects(SPAN("a;b,c\n1;2,3\n4\n"), '?', 1, "two that the header allows are a doubt");
	detects(SPAN("note\na, b\nc, d\ne, f, g\n"), '?', 1, "rows alone decide nothing");
	for (int i = 0; i < 300; i++)
		buf_text(&b, i == 150 ? "x;1\n" : "a,b;c,d\n");
	detects(buf_span(&b), ',', 3, "one row of a hundred may differ");
	for (int i = 0; i < 20000; i++)
		buf_text(&b, "a,b;c,d\n");
	detects(buf_span(&b), ',', 3, "only 64 KiB are looked at, a cut row does not count");
	buf_done(&b);
	return tap_done();
}
