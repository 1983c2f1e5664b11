/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/error_test.c: the first error wins, and its text is one visible line. */
#include "base/buf.h"
#include "base/error.h"
#include "tap.h"

#include <errno.h>
#include <stdlib.h>

static struct buf text;

static bool
formats(const struct error *e, const char *want)
{
	buf_reset(&text);
	error_format(e, &text);
	if (span_is(buf_span(&text), want))
		return true;
	printf("# got %.*s\n", (int)text.len, text.p);
	return false;
}

static bool
shows(struct span s, size_t max, const char *want)
{
	char *exact = malloc(s.len == 0 ? 1 : s.len);	/* so that a sanitizer sees the end */

	if (exact == NULL)
		abort();
	memcpy(exact, s.p, s.len);
	buf_reset(&text);
	visible(&text, span_make(exact, s.len), max);
	free(exact);
	if (span_is(buf_span(&text), want))
		return true;
	printf("# got %.*s\n", (int)text.len, text.p);
	return false;
}

static void
first_wins(void)
{
	struct error e = { 0 };

	ok(error_set(&e, INPUT, "E_DATE", "column \"%s\" is not a date", "birth") == -1 &&
	    e.status == STATUS_INPUT, "an error is set and is -1");
	ok(error_set(&e, USAGE, "E_OTHER", "other") == -1 && e.status == STATUS_INPUT &&
	    formats(&e, "E_DATE: column \"birth\" is not a date"), "the first one wins");
	error_place(&e, "crm.csv", 0, 0);
	ok(formats(&e, "crm.csv: E_DATE: column \"birth\" is not a date"), "a file");
	error_place(&e, "other.csv", 17, 33);
	ok(formats(&e, "crm.csv:17:33: E_DATE: column \"birth\" is not a date"),
	    "places that are unknown are filled in, others stay");
	error_clear(&e);
	error_place(&e, "read.csv", 3, 1);
	ok(e.file[0] == '\0' && e.line == 0 && e.column == 0,
	    "what went well has no place that a later error could be told at");
	ok(e.status == STATUS_DONE && e.code == NULL && e.line == 0 && e.file[0] == '\0',
	    "cleared");
	errno = ENOSPC;
	ok(error_system(&e, STATUS_RESOURCES, "E_OUTPUT", "a\nb", "write") == -1 &&
	    formats(&e, "E_OUTPUT: cannot write a\\x0ab: No space left on device"),
	    "a failed call names the path, visibly, and the reason");
}

static void
shown(void)
{
	ok(shows(SPAN("plain \xc3\xa9"), 100, "plain \xc3\xa9"), "text stays text");
	ok(shows(SPAN("\x1b[31m\n\0\x7f"), 100, "\\x1b[31m\\x0a\\x00\\x7f"), "control bytes");
	ok(shows(SPAN("\xc2\x9b" "a"), 100, "U+009Ba"), "C1 controls");
	ok(shows(SPAN("a\xe2\x80\xae" "b\xe2\x81\xa6\xe2\x80\xa8"), 100, "aU+202EbU+2066U+2028"),
	    "bidi controls and line separators");
	ok(shows(SPAN("\xff\xc3\xa9\xc3"), 100, "\\xff\xc3\xa9\\xc3"), "invalid bytes");
	ok(shows(SPAN("\xe9,"), 100, "\\xe9,") && shows(SPAN("\xe9"), 100, "\\xe9") &&
	    shows(SPAN("a\xf0\x9f\x98"), 100, "a\\xf0\\x9f\\x98"), "a cut sequence, byte by byte");
	ok(shows(SPAN("abcdef"), 3, "abc...") && shows(SPAN("abc"), 3, "abc"), "long text is cut");
}

static void
long_texts(void)
{
	struct error e = { 0 };
	char *name = malloc(5000);
	size_t len;

	if (name == NULL)
		abort();
	memset(name, '\n', 4999);
	name[4999] = '\0';
	error_set(&e, USAGE, "E_LONG", "%s", name);
	error_place(&e, name, 1, 1);
	buf_reset(&text);
	error_format(&e, &text);
	len = text.len;
	ok(len < 1024 && span_index(buf_span(&text), '\n') == len,
	    "whatever comes in, an error is one line below 1 KiB");
	free(name);
}

int
main(void)
{
	first_wins();
	shown();
	long_texts();
	buf_done(&text);
	return tap_done();
}
