/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/buf_test.c: bytes that grow, and spans over them. */
#include "base/buf.h"
#include "tap.h"

#include <inttypes.h>

static void
growth(void)
{
	struct buf b = { 0 };
	size_t wrong = 0;

	ok(buf_span(&b).p != NULL && buf_span(&b).len == 0, "an empty buffer is a span of none");
	buf_add(&b, span_none());
	ok(b.len == 0, "adding what is not there adds nothing");
	for (int i = 0; i < 100000; i++)
		buf_byte(&b, (char)i);
	for (int i = 0; i < 100000; i++)
		wrong += b.p[i] != (char)i;
	ok(wrong == 0 && b.len == 100000 && b.cap >= b.len, "every byte stays as it grows");
	buf_reset(&b);
	ok(b.len == 0 && b.cap >= 100000, "a reset keeps the memory");
	buf_done(&b);
	ok(b.p == NULL && b.cap == 0, "done gives it back");
	buf_done(&b);
}

static void
texts(void)
{
	struct buf b = { 0 };

	buf_print(&b, "%s %d;", "a", -1);
	buf_text(&b, "b");
	buf_add(&b, SPAN("c\0d"));
	is_text(b.p, 6, "a -1;b", "texts are appended");
	ok(b.len == 9 && b.p[7] == '\0', "a NUL is a byte");
	buf_reset(&b);
	buf_u64(&b, 0);
	buf_byte(&b, ' ');
	buf_u64(&b, UINT64_MAX);
	buf_byte(&b, ' ');
	buf_i64(&b, INT64_MIN);
	is_text(b.p, b.len, "0 18446744073709551615 -9223372036854775808", "numbers to the edge");
	buf_reset(&b);
	buf_print(&b, "%5000d", 7);
	ok(b.len == 5000 && b.p[4999] == '7', "long prints are whole");
	buf_done(&b);
}

static void
spans(void)
{
	struct span rest = SPAN("a,,b"), part = span_none();
	int parts = 0;

	while (span_split(&rest, ',', &part))
		parts++;
	ok(parts == 3 && span_is(part, "b"), "a span is split into all its parts");
	rest = SPAN("");
	ok(span_split(&rest, ',', &part) && part.len == 0 && !span_split(&rest, ',', &part),
	    "an empty span is one empty part");
	ok(span_cmp(SPAN("a"), SPAN("ab")) < 0 && span_cmp(SPAN("b"), SPAN("ab")) > 0 &&
	    span_cmp(SPAN("\x80"), SPAN("a")) > 0 && span_cmp(SPAN("a"), SPAN("a")) == 0,
	    "byte order, a prefix first");
	ok(span_is(span_trim(SPAN(" \t a b\t ")), "a b") && span_trim(SPAN("  ")).len == 0,
	    "blanks at both ends are trimmed");
	ok(span_starts(SPAN("abc"), SPAN("ab")) && !span_starts(SPAN("a"), SPAN("ab")) &&
	    span_ends(SPAN("abc"), SPAN("bc")) && !span_ends(SPAN("c"), SPAN("bc")),
	    "begins and ends");
	ok(span_skip(SPAN("abc"), 9).len == 0 && span_head(SPAN("abc"), 9).len == 3 &&
	    span_skip(span_none(), 1).p == NULL, "beyond the end is the end");
	ok(span_from(NULL).p == NULL && span_from("").p != NULL, "not there is not empty");
	ok(span_index(SPAN("abc"), 'c') == 2 && span_index(SPAN("abc"), 'x') == 3, "index");
}

int
main(void)
{
	growth();
	texts();
	spans();
	return tap_done();
}
