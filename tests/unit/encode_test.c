/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/encode_test.c: the vectors of RFC 4648, and what is no encoding. */
#include "base/buf.h"
#include "base/encode.h"
#include "tap.h"

typedef void write_form(struct buf *out, struct span bytes);
typedef bool read_form(struct buf *out, struct span text);

static struct buf b, c;

static bool
writes(write_form *form, const char *bytes, const char *want)
{
	buf_reset(&b);
	form(&b, span_from(bytes));
	return span_is(buf_span(&b), want);
}

static bool
reads(read_form *form, const char *text, const char *want)
{
	buf_reset(&b);
	buf_byte(&b, '>');
	return form(&b, span_from(text)) && span_is(span_skip(buf_span(&b), 1), want);
}

static bool
no(read_form *form, struct span text)
{
	buf_reset(&b);
	buf_byte(&b, '>');
	return !form(&b, text) && b.len == 1;
}

static void
vectors(void)
{
	static const char *const list[][3] = {
		{ "", "", "" }, { "f", "Zg==", "66" }, { "fo", "Zm8=", "666f" },
		{ "foo", "Zm9v", "666f6f" }, { "foob", "Zm9vYg==", "666f6f62" },
		{ "fooba", "Zm9vYmE=", "666f6f6261" }, { "foobar", "Zm9vYmFy", "666f6f626172" }
	};
	unsigned char out[4];
	int good = 0;

	for (int i = 0; i < 7; i++)
		good += writes(base64_write, list[i][0], list[i][1]) &&
		    reads(base64_read, list[i][1], list[i][0]) &&
		    writes(hex_write, list[i][0], list[i][2]) &&
		    reads(hex_read, list[i][2], list[i][0]);
	ok(good == 7, "the vectors of RFC 4648, both ways");
	ok(writes(base64url_write, "\xfb\xff\xfe?", "-__-Pw") &&
	    base64url_exact(SPAN("-__-Pw"), out, 4) && memcmp(out, "\xfb\xff\xfe?", 4) == 0, "base64url, unpadded");
	ok(writes(base64_write, "\xfb\xff\xfe?", "+//+Pw=="), "base64 of the same bytes");
	ok(writes(base32_write, "foobar", "csqpyrk1e8") && writes(base32_write, "fooba", "csqpyrk1") &&
	    writes(base32_write, "foob", "csqpyrg"), "Crockford base32");
	ok(writes(base32_write, "\xff\xbb\xcd\xeb\x38\xbd\xab\x49\xca\x30"
	    "\x7b\x9a\xc5\xa9\x28\x39\x8a\x41\x88\x20", "zyxwvtsrqpnmkjhgfedcba9876543210"),
	    "each digit of it");
}

static void
faults(void)
{
	unsigned char out[3];

	ok(no(base64_read, SPAN("Zg")) && no(base64_read, SPAN("Zg=")) &&
	    no(base64_read, SPAN("Zg===")) && no(base64_read, SPAN("====")) &&
	    no(base64_read, SPAN("A===")) && no(base64_read, SPAN("Zg==Zg==")) &&
	    no(base64_read, SPAN("Z=g=")), "wrong padding");
	ok(no(base64_read, SPAN("Zh==")) && no(base64_read, SPAN("Zm9=")) &&
	    !base64url_exact(SPAN("Zh"), out, 1), "spare bits that are not 0");
	ok(no(base64_read, SPAN("Zm9 ")) && no(base64_read, SPAN("Zm-v")) &&
	    !base64url_exact(SPAN("Zm+v"), out, 3) &&
	    no(base64_read, SPAN("Zm9\0")) && no(base64_read, SPAN("Zm9\n")), "wrong bytes");
	ok(!base64url_exact(SPAN("Z"), out, 1) && !base64url_exact(SPAN("Zm9vZ"), out, 3) &&
	    !base64url_exact(SPAN("Zg=="), out, 1), "a wrong length");
	ok(no(hex_read, SPAN("6")) && no(hex_read, SPAN("6G")) && no(hex_read, SPAN("6F")) &&
	    no(hex_read, SPAN("0x")), "what is no hex");
}

static void
round_trips(void)
{
	unsigned char exact[256];
	char bytes[256];
	size_t wrong = 0;

	for (int i = 0; i < 256; i++)
		bytes[i] = (char)(i * 167 + 13);
	for (size_t len = 0; len <= 256; len++) {
		struct span s = span_make(bytes, len);

		buf_reset(&b);
		buf_reset(&c);
		base64_write(&b, s);
		wrong += !base64_read(&c, buf_span(&b)) || !span_equal(buf_span(&c), s);
		buf_reset(&b);
		base64url_write(&b, s);
		wrong += !base64url_exact(buf_span(&b), exact, s.len) ||
		    (s.len > 0 && memcmp(exact, s.p, s.len) != 0) ||
		    base64url_exact(buf_span(&b), exact, s.len + 1);
		buf_reset(&b);
		buf_reset(&c);
		hex_write(&b, s);
		wrong += !hex_read(&c, buf_span(&b)) || !span_equal(buf_span(&c), s);
	}
	ok(wrong == 0, "every length up to 256 comes back");
}

int
main(void)
{
	vectors();
	faults();
	round_trips();
	buf_done(&b);
	buf_done(&c);
	return tap_done();
}
