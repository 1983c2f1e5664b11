/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/plain_case.h: a reader that takes lines of the usual form in one step, and leaves all others to the
 * scanner, is held to what the scanner makes of lines of that form and of what is nearly one. */
#ifndef CDP_TESTS_PLAIN_CASE_H
#define CDP_TESTS_PLAIN_CASE_H

#include "base/alloc.h"
#include "base/span.h"
#include "draw.h"
#include "tap.h"

enum { PLAIN_SEED = 29, PLAIN_TRIALS = 100000 };

/* Whether the reader takes the line; *wrong counts those that it takes and should not, or reads differently. */
typedef bool plain_judge(struct span line, size_t *wrong);

/* No byte behind the line may be read. */
static inline bool
plain_judged(plain_judge *judge, struct span line, size_t *wrong)
{
	char *exact = mem_copy(line.p, line.len);
	bool taken = judge(span_make(exact, line.len), wrong);

	mem_free(exact);
	return taken;
}

static inline void
plain_forms(plain_judge *judge, const char *const *plain, size_t plains, const char *const *other,
    size_t others)
{
	size_t wrong = 0;

	for (size_t i = 0; i < plains; i++)
		ok(plain_judged(judge, span_from(plain[i]), &wrong), "line %zu is of the usual form", i);
	for (size_t i = 0; i < others; i++)
		ok(!plain_judged(judge, span_from(other[i]), &wrong), "%s is not", other[i]);
	ok(wrong == 0, "both ways read the same");
}

/* Copies the line with one to three bytes changed, inserted or taken out, much of which still is JSON; `to`
 * has room for three more. The length that it has then. */
static inline size_t
plain_spoil(struct span from, char *to)
{
	static const char bytes[] = "\"\\{}[]:,.-01e tfn\x7f\x80\xbf\xc3\xed\xf4\n";
	size_t len = from.len;

	memcpy(to, from.p, len);
	for (uint64_t n = 1 + draw(3); n > 0; n--) {
		size_t at = (size_t)draw(len);
		char c = bytes[draw(sizeof bytes - 1)];

		if (draw(3) == 0) {
			memmove(to + at, to + at + 1, --len - at);
		} else {
			if (draw(2) == 0)
				memmove(to + at + 1, to + at, len++ - at);
			to[at] = c;
		}
	}
	return len;
}

static inline void
plain_mutations(plain_judge *judge, const char *text)
{
	struct span from = span_from(text);
	char *line = mem_alloc(from.len + 8);
	size_t wrong = 0, taken = 0;

	draw_begin(PLAIN_SEED, PLAIN_TRIALS);
	for (int i = 0; i < PLAIN_TRIALS; i++) {
		size_t len = plain_spoil(from, line);

		taken += plain_judged(judge, span_make(line, len), &wrong);
	}
	ok(wrong == 0 && taken > PLAIN_TRIALS / 10, "%zu of %d spoilt lines are plain still, and read the same",
	    taken, PLAIN_TRIALS);
	mem_free(line);
}

#endif
