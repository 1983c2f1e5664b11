/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ingest_credential_test.c: secrets are known by their looks, and found however deep. */
#include "base/error.h"
#include "ingest/credential.h"
#include "io/ndjson.h"
#include "tap.h"

#include <stdlib.h>

enum { TRIALS = 20000, SEED = 11 };

static void
cells(void)
{
	static const char *const yes[] = { "4111111111111111", "4111 1111 1111 1111",
	    "4111-1111-1111-1111", "378282246310005", "5555555555554444", "6011111111111117",
	    "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
	    "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
	    "0123456789abcdef0123456789ABCDEF:salt", "0123456789abcdef0123456789abcdef:s:1",
	    " 4111111111111111 " };
	static const char *const no[] = { "", "4111111111111112", "411111111111", "+5511987654321",
	    "1234567890123", "0123456789abcdef0123456789abcdef", "12:34", "$2b$short",
	    "ana@acme.test", "41111111111111111111", "4111.1111.1111.1111" };

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		ok(credential_cell(span_from(yes[i])), "\"%s\" is a secret", yes[i]);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		ok(!credential_cell(span_from(no[i])), "\"%s\" is none", no[i]);
}

/* Of the ten last digits exactly one makes a card, and grouping does not matter. */
static void
card_numbers(void)
{
	static const char *const heads[] = { "4", "51", "2221", "36", "6011", "62" };
	bool one_of_ten = true, grouped = true;

	srand(SEED);
	for (int t = 0; t < TRIALS / 10; t++) {
		char digits[32], spaced[64];
		int good = 0;

		snprintf(digits, sizeof digits, "%s", heads[(size_t)t % 6]);
		for (size_t n = strlen(digits); n < 15; n++) {
			digits[n] = (char)('0' + rand() % 10);
			digits[n + 1] = '\0';
		}
		digits[16] = '\0';
		for (char last = '0'; last <= '9'; last++) {
			bool card;

			digits[15] = last;
			card = credential_cell(span_from(digits));
			good += card;
			snprintf(spaced, sizeof spaced, "%.4s %.4s-%.4s %s", digits, digits + 4,
			    digits + 8, digits + 12);
			grouped &= credential_cell(span_from(spaced)) == card;
		}
		one_of_ten &= good == 1;
	}
	ok(one_of_ten, "exactly one last digit of ten makes a card (seed %d)", SEED);
	ok(grouped, "blanks and dashes do not hide a card");
}

/* Whether the first member of the line holds a secret. */
static void
inside(const char *line, bool want)
{
	struct secrets *s = secrets_new();
	struct ndjson *n = ndjson_new(NULL);
	struct error e = { 0 };
	size_t at;
	bool scanned = ndjson_scan(n, span_from(line), &at, &e) == 0;

	ok(scanned && secrets_in(s, n, ndjson_first(n, 0)) == want &&
	    secrets_in(s, n, ndjson_first(n, 0)) == want, "%s: %s, both times", line,
	    want ? "a secret" : "none");
	ndjson_free(n);
	secrets_free(s);
}

int
main(void)
{
	cells();
	card_numbers();
	inside("{\"password\":\"x\"}", true);
	inside("{\"pass\\u0077ord\":1}", true);
	inside("{\"a\":{\"b\":[{\"api_key\":null}]}}", true);
	inside("{\"a\":[1,\"4111 1111 1111 1111\"]}", true);
	inside("{\"a\":4111111111111111}", true);
	inside("{\"a\":{\"b\":[1,2,{\"c\":\"d\"}]},\"password\":1}", false);
	inside("{\"note\":\"my password\"}", false);
	return tap_done();
}
