/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/dict_test.c: one number for one value, whatever it hashes to. */
#include "base/span.h"
#include "resolve/dict.h"
#include "tap.h"

#include <stdio.h>

enum { VALUES = 5000 };

static struct span
value(char room[32], unsigned i)
{
	snprintf(room, 32, "%u@example.com", i * 2654435761U);
	return span_from(room);
}

/* New values and known ones, more of them than are looked at in advance. */
static void
all_at_once(struct dict *d, const uint32_t *number)
{
	enum { WANTED = 200 };
	static char room[WANTED][32];
	struct dict_wanted list[WANTED];
	uint32_t got[WANTED], wrong = 0;

	for (unsigned i = 0; i < WANTED; i++) {
		struct span text = value(room[i], VALUES - WANTED / 2 + i % (WANTED * 3 / 4));

		list[i] = (struct dict_wanted){ text, dict_hash(text), &got[i] };
	}
	dict_add_all(d, list, WANTED);
	for (unsigned i = 0; i < WANTED; i++)
		wrong += i < WANTED / 2 ? got[i] != number[VALUES - WANTED / 2 + i] :
		    got[i] != (i < WANTED * 3 / 4 ? VALUES + 1 + i - WANTED / 2 : got[i - WANTED * 3 / 4]);
	ok(wrong == 0 && dict_count(d) == VALUES + 1 + WANTED / 4, "many get the numbers that each would get");
}

int
main(void)
{
	struct dict *d = dict_new();
	uint32_t number[VALUES], wrong = 0, texts = 0;
	char room[32];

	for (unsigned i = 0; i < VALUES; i++)
		number[i] = dict_add(d, value(room, i), dict_hash(value(room, i)));
	for (unsigned i = 0; i < VALUES; i++) {
		wrong += dict_add(d, value(room, i), dict_hash(value(room, i))) != number[i];
		texts += !span_equal(dict_text(d, number[i]), value(room, i));
	}
	ok(dict_count(d) == VALUES, "as many numbers as values");
	ok(wrong == 0, "a value that comes again has its number");
	ok(texts == 0, "the value of a number is the one that got it");
	number[0] = dict_add(d, SPAN(""), dict_hash(SPAN("")));
	ok(dict_text(d, number[0]).len == 0 && dict_count(d) == VALUES + 1, "no bytes are a value");
	all_at_once(d, number);
	dict_close(d);
	ok(span_equal(dict_text(d, number[7]), value(room, 7)), "values stay when nothing is added");
	dict_free(d);
	dict_free(NULL);
	return tap_done();
}
