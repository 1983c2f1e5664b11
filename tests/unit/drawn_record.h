/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/drawn_record.h: lines of kind "record" that are drawn. */
#ifndef CDP_TESTS_DRAWN_RECORD_H
#define CDP_TESTS_DRAWN_RECORD_H

#include "base/buf.h"
#include "draw.h"
#include "model/record.h"

#include <stdbool.h>
#include <stdio.h>

static const char *const texts[] = { "a", "Ana", "x:1", "1980-02-29", "\xc3\xa9t\xc3\xa9", "Rua das Flores 12",
    "del\x7f", "a line\xe2\x80\xa8that ends inside of seventeen",
    "a text that is longer than what sixteen bytes can hold", "true", "}", ",", "], [", "" , "\\\"", "\\u00e9" };

enum { PLAIN = 13 };		/* of them: the others are empty or have escapes */

static inline void
put_text(struct buf *out, bool plain)
{
	buf_print(out, "\"%s\"", texts[draw(plain ? PLAIN : sizeof texts / sizeof *texts)]);
}

static inline void
put_list(struct buf *out, bool plain)
{
	uint64_t n = plain ? 1 + draw(3) : draw(4);

	buf_byte(out, '[');
	for (uint64_t i = 0; i < n; i++) {
		if (i > 0)
			buf_text(out, plain || draw(3) > 0 ? "," : " , ");
		put_text(out, plain);
	}
	buf_byte(out, ']');
}

static inline void
put_addresses(struct buf *out, bool plain)
{
	static const char *const parts[] = { "street_address", "locality", "postal_code", "country" };
	uint64_t n = 1 + draw(plain ? 3 : 12);

	buf_byte(out, '[');
	for (uint64_t i = 0; i < n; i++) {
		uint64_t first = draw(4), last = first + draw(4 - first);

		buf_text(out, i > 0 ? ",{" : "{");
		for (uint64_t k = first; k <= last; k++) {
			buf_print(out, "%s\"%s\":", k > first ? "," : "", parts[k]);
			put_text(out, plain);
		}
		buf_byte(out, '}');
	}
	buf_byte(out, ']');
}

static inline void
put_named(struct buf *out, bool plain)
{
	static const char *const names[] = { "loyalty", "email", "device.1", "purposes", "kind" };
	uint64_t first = draw(5), last = first + draw(5 - first);

	buf_byte(out, '{');
	for (uint64_t k = first; k <= last; k++) {
		buf_print(out, "%s\"%s\":", k > first ? "," : "", names[k]);
		put_list(out, plain);
	}
	buf_byte(out, '}');
}

static inline void
put_attributes(struct buf *out, bool plain)
{
	static const char *const values[] = { "true", "false", "-1.50", "0", "12345678901234567890",
	    "null", "[1,\"x\"]", "{\"a\":\"b\"}", "1e9" };
	uint64_t first = draw(5), last = first + draw(5 - first);

	buf_byte(out, '{');
	for (uint64_t k = first; k <= last; k++) {
		buf_print(out, "%s\"n%d\":", k > first ? "," : "", (int)k);
		if (draw(2) == 0)
			put_text(out, plain);
		else
			buf_text(out, values[draw(plain ? 5 : 9)]);
	}
	buf_byte(out, '}');
}

enum form { FORM_TEXT, FORM_LIST, FORM_ADDRESSES, FORM_NAMED, FORM_ATTRIBUTES, FORM_OTHER };

static const struct {
	const char	*name;
	enum form	 form;
} members[] = { { "channel", FORM_TEXT }, { "observed_at", FORM_TEXT }, { "given_name", FORM_TEXT },
    { "name", FORM_TEXT }, { "email", FORM_LIST }, { "nickname", FORM_LIST }, { "address", FORM_ADDRESSES },
    { "identifiers", FORM_NAMED }, { "attributes", FORM_ATTRIBUTES }, { "purposes", FORM_LIST },
    { "controller", FORM_TEXT }, { "tags", FORM_NAMED }, { "flags", FORM_LIST }, { "x_own", FORM_OTHER },
    { "decisions", FORM_OTHER } };

enum { MEMBERS = sizeof members / sizeof *members };

static inline void
put_member(struct buf *out, size_t m, bool plain)
{
	buf_print(out, ",%s\"%s\":", plain || draw(20) > 0 ? "" : " ", members[m].name);
	switch (members[m].form) {
	case FORM_TEXT:
		put_text(out, plain);
		break;
	case FORM_LIST:
		put_list(out, plain);
		break;
	case FORM_ADDRESSES:
		put_addresses(out, plain);
		break;
	case FORM_NAMED:
		put_named(out, plain);
		break;
	case FORM_ATTRIBUTES:
		put_attributes(out, plain);
		break;
	case FORM_OTHER:
		buf_text(out, "[{\"deep\":\"x\"},7]");
	}
}

/* Plain ones are as record_write makes them; others are in any order, and have anything. */
static inline void
draw_line(struct buf *out, char id[32], bool plain)
{
	size_t start = plain ? 0 : draw(MEMBERS);

	snprintf(id, 32, "s%u:%u", (unsigned)draw(3), (unsigned)draw(1000000));
	buf_print(out, "{\"kind\":\"record\",\"id\":\"%s\"", id);
	for (size_t i = 0; i < MEMBERS; i++) {
		size_t m = (start + i) % MEMBERS;

		if (draw(2) == 0 && !(plain && members[m].form == FORM_OTHER))
			put_member(out, m, plain);
	}
	buf_byte(out, '}');
}

#endif
