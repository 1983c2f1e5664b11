/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/sieve_test.c: what is there gets through, and little else. */
#include "base/buf.h"
#include "base/sieve.h"
#include "tap.h"

enum { TEXTS = 10000 };

static struct buf	text;

static struct span
text_of(uint64_t i)
{
	buf_reset(&text);
	buf_text(&text, i % 2 == 0 ? "k" : "a longer text, of more than two words: ");
	buf_u64(&text, i);
	return buf_span(&text);
}

int
main(void)
{
	struct sieve s = { 0 };
	size_t missing = 0, through = 0;

	ok(!sieve_may_have(&s, SPAN("a")), "nothing is in an empty sieve");
	sieve_make(&s, 0);
	ok(!sieve_may_have(&s, SPAN("a")), "nor in one for no texts");
	sieve_done(&s);
	sieve_make(&s, TEXTS);
	for (size_t i = 0; i < TEXTS; i++)
		sieve_add(&s, text_of(i));
	for (size_t i = 0; i < TEXTS; i++)
		missing += !sieve_may_have(&s, text_of(i));
	ok(missing == 0, "what was added gets through");
	for (size_t i = TEXTS; i < (size_t)2 * TEXTS; i++)
		through += sieve_may_have(&s, text_of(i));
	ok(through < TEXTS / 8, "of the rest hardly any does");
	sieve_done(&s);
	buf_done(&text);
	return tap_done();
}
