/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/consent_alike_test.c: what goes like a line that was learned is what consent_plain reads. */
#include "base/alloc.h"
#include "base/buf.h"
#include "model/consent.h"
#include "model/consent_alike.h"
#include "model/consent_plain.h"
#include "plain_case.h"
#include "tap.h"

enum { SEED = 31, TRIALS = 100000 };

#define LINE(type, value, at, record)	"{\"kind\":\"consent\",\"id\":\"e1\",\"type\":\"" type "\"," \
	"\"identifier\":{\"type\":\"email\",\"value\":\"" value "\"},\"purpose\":\"marketing.newsletter\"," \
	"\"at\":\"" at "\",\"evidence\":{\"record\":\"" record "\",\"column\":\"News\"}}"

static const char first[] = LINE("grant", "a@b.example", "2024-05-31T05:21:07Z", "crm:C1");

static void
learn(struct consent_alike *a, const char *line)
{
	struct consent_event c;

	ok(consent_plain(span_from(line), &c), "a line of the usual form");
	consent_alike_learn(a, span_from(line), &c);
}

static bool
alike(struct consent_alike *a, struct span line)
{
	char *exact = mem_copy(line.p, line.len);	/* no byte behind it may be read */
	bool known = consent_alike(a, span_make(exact, line.len));

	mem_free(exact);
	return known;
}

static void
forms(void)
{
	static const char *const like[] = { first, LINE("grant", "jos\xc3\xa9@c.example", "x", "y"),
	    LINE("grant", "a", "2024-05-31", "shop:C1 with a much longer key than the one before") };
	static const char *const unlike[] = { "", "{\"kind\":\"consent\"",
	    LINE("deny", "a@b.example", "2024-05-31T05:21:07Z", "crm:C1"),
	    LINE("grant", "", "x", "y"), LINE("grant", "a\\u0020", "x", "y"),
	    LINE("grant", "\xc3", "x", "y"), LINE("grant", "a", "x", "y") "}",
	    LINE("grant", "a", "x", "y\",\"more\":\"z") };
	static const char bare[] = "{\"kind\":\"consent\",\"type\":\"grant\"}";
	struct consent_alike a = { 0 };

	ok(!alike(&a, span_from(first)), "nothing is known at first");
	learn(&a, first);
	for (size_t i = 0; i < sizeof like / sizeof *like; i++)
		ok(alike(&a, span_from(like[i])), "%s goes like it", like[i]);
	for (size_t i = 0; i < sizeof unlike / sizeof *unlike; i++)
		ok(!alike(&a, span_from(unlike[i])), "%s does not", unlike[i]);
	learn(&a, bare);
	ok(alike(&a, span_from(bare)) && alike(&a, span_from(first)), "two forms are known");
	for (int i = 0; i < CONSENT_FORMS; i++) {
		struct buf line = { 0 };
		struct consent_event c;

		buf_print(&line, "{\"kind\":\"consent\",\"type\":\"t%d\"}", i);
		if (consent_plain(buf_span(&line), &c))
			consent_alike_learn(&a, buf_span(&line), &c);
		buf_done(&line);
	}
	ok(alike(&a, span_from(bare)) && !alike(&a, SPAN("{\"kind\":\"consent\",\"type\":\"t15\"}")),
	    "of too many forms the first are kept");
	consent_alike_done(&a);
}

static void
mutations(void)
{
	struct span from = span_from(first);
	struct consent_alike a = { 0 };
	char *line = mem_alloc(from.len + 8);
	size_t wrong = 0, taken = 0;

	learn(&a, first);
	for (int i = 0; i < TRIALS; i++) {
		struct consent_event c;
		size_t len = plain_spoil(from, line);
		bool known = alike(&a, span_make(line, len));

		taken += known;
		wrong += known && !consent_plain(span_make(line, len), &c);
	}
	ok(wrong == 0 && taken > TRIALS / 100, "%zu of %d spoilt lines go like it, and all can be read",
	    taken, TRIALS);
	mem_free(line);
	consent_alike_done(&a);
}

int
main(void)
{
	draw_begin(SEED, TRIALS);
	forms();
	mutations();
	return tap_done();
}
