/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/similar_test.c: likeness of texts, against values worked out by hand. */
#include "resolve/similar.h"
#include "tap.h"

static void
pair(const char *a, const char *b, uint32_t want)
{
	uint32_t there = similar_jaro_winkler(span_from(a), span_from(b));

	ok(there == want, "\"%s\" and \"%s\" are like %u millionths", a, b, (unsigned)want);
	ok(there == similar_jaro_winkler(span_from(b), span_from(a)), "the other way round");
}

int
main(void)
{
	pair("martha", "marhta", 961111);
	pair("dixon", "dicksonx", 813333);
	pair("dwayne", "duane", 840000);
	pair("ana", "ana", SIMILAR_ONE);
	pair("abc", "xyz", 0);
	pair("", "a", 0);
	ok(similar_jaro_winkler(SPAN("anabela"), SPAN("anabele")) < SIMILAR_ONE,
	    "texts that differ are never the same");
	return tap_done();
}
