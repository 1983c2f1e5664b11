/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/utf8_test.c: UTF-8 by table 3-7 of the Unicode Standard. */
#include "base/utf8.h"
#include "tap.h"

static void
scalars(void)
{
	size_t wrong = 0;

	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		char bytes[4];
		size_t len, at = 0;

		if (cp >= 0xd800 && cp <= 0xdfff)
			continue;
		len = utf8_put(bytes, cp);
		wrong += utf8_bad(span_make(bytes, len)) != len ||
		    utf8_next(span_make(bytes, len), &at) != cp || at != len ||
		    len != (cp < 0x80 ? 1u : cp < 0x800 ? 2u : cp < 0x10000 ? 3u : 4u);
	}
	ok(wrong == 0, "every scalar value is written, valid and read again");
}

/* How many of all two-byte, and of all three-byte texts with a lead byte, are valid. */
static void
counts(void)
{
	size_t two = 0, three = 0, four = 0;
	unsigned char b[4];

	for (unsigned i = 0x80; i < 0x100; i++) {
		b[0] = (unsigned char)i;
		for (unsigned j = 0; j < 0x100; j++) {
			b[1] = (unsigned char)j;
			two += utf8_bad(span_make((char *)b, 2)) == 2;
			for (unsigned k = 0; k < 0x100 && i >= 0xe0; k++) {
				b[2] = (unsigned char)k;
				three += utf8_bad(span_make((char *)b, 3)) == 3;
				b[3] = 0x80;
				four += i >= 0xf0 && utf8_bad(span_make((char *)b, 4)) == 4;
			}
		}
	}
	ok(two == 0x800 - 0x80, "no two bytes are valid but U+0080 to U+07FF");
	ok(three == 0x10000 - 0x800 - 0x800, "no three but U+0800 to U+FFFF without surrogates");
	ok(four == 0x100000 / 64, "no four but U+10000 to U+10FFFF");
}

static bool
bad_at(struct span s, size_t bad, size_t whole)
{
	return utf8_bad(s) == bad && utf8_whole(s) == whole;
}

static void
places(void)
{
	ok(bad_at(SPAN(""), 0, 0) && bad_at(SPAN("a\0b"), 3, 3) &&
	    bad_at(SPAN("caf\xc3\xa9"), 5, 5), "valid to the end");
	ok(bad_at(SPAN("a\x80"), 1, 1) && bad_at(SPAN("a\xc0\x80"), 1, 1) &&
	    bad_at(SPAN("a\xf5\x80\x80\x80"), 1, 1) && bad_at(SPAN("\xff"), 0, 0),
	    "a byte that begins nothing");
	ok(bad_at(SPAN("a\xe0\x80\x80"), 2, 1) && bad_at(SPAN("a\xf0\x8f\xbf\xbf"), 2, 1),
	    "an overlong form");
	ok(bad_at(SPAN("\xed\xa0\x80"), 1, 0) && bad_at(SPAN("\xf4\x90\x80\x80"), 1, 0),
	    "a surrogate, and beyond the last");
	ok(bad_at(SPAN("ab\xe2\x82"), 3, 2) && bad_at(SPAN("ab\xe2"), 2, 2), "cut by the end");
	ok(bad_at(SPAN("\xe9,x"), 1, 0) && bad_at(SPAN("\xf0\x9f\x98x"), 3, 0),
	    "cut by something else");
	ok(bad_at(SPAN("0123456789abcdef\x80"), 16, 16) &&
	    bad_at(SPAN("0123456\xc3\xa9\x80"), 9, 9),
	    "behind eight bytes and more");
	ok(bad_at(SPAN("0123456789abcdef0123456789abcdef0123456\x80"), 39, 39) &&
	    bad_at(SPAN("0123456789abcdef0123456789abcde\x80"), 31, 31),
	    "a stray byte is found in any step");
	ok(utf8_is_ascii(SPAN("")) && utf8_is_ascii(SPAN("0123456789\x7f")) &&
	    !utf8_is_ascii(SPAN("012345678\x80")), "ASCII is ASCII");
}

int
main(void)
{
	scalars();
	counts();
	places();
	return tap_done();
}
