/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ingest_words_test.c: what headers say, in any spelling. */
#include "base/arena.h"
#include "ingest/words.h"
#include "tap.h"

#include <stdint.h>
#include <stdlib.h>

enum { TRIALS = 20000, SEED = 7 };

struct pair {
	const char	*header, *want;
};

static void
folds(void)
{
	static const struct pair pairs[] = { { "First Name", "first name" },
	    { "  FIRST--name ", "first name" }, { "Código Postal", "codigo postal" },
	    { "E-Mail", "e mail" }, { "traits.Phone_Number", "phone number" },
	    { "emails[].value", "value" }, { "a\\.b", "a b" }, { "Straße", "strasse" }, { "", "" },
	    { "!!", "" }, { "Nasc.", "nasc" }, { "Tel. privat", "tel privat" },
	    { "Geb.-Datum", "geb datum" } };
	struct arena arena = { 0 };

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct span got = header_fold(span_from(pairs[i].header), &arena);

		is_text(got.p, got.len, pairs[i].want, pairs[i].header);
	}
	arena_done(&arena);
}

static void
attributes(void)
{
	static const struct pair pairs[] = { { "Total Spent", "total_spent" },
	    { "address.id", "address_id" }, { "Größe (cm)", "grosse_cm" }, { "a\\.b", "a_b" },
	    { "__x__", "x" }, { "", "column" }, { "日本", "column_7f1a1bc0" }, { "顧客ID", "id_d6841b2d" }, { "Summa €", "summa" }, { "n°", "n" } };
	struct arena arena = { 0 };

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct span got = attribute_name(span_from(pairs[i].header), &arena);

		is_text(got.p, got.len, pairs[i].want, pairs[i].header);
	}
	arena_done(&arena);
}

static bool
good_name(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
		    s.p[i] == '_'))
			return false;
	return s.len > 0 && s.len <= 100 && s.p[0] != '_' && s.p[s.len - 1] != '_';
}

/* Any bytes of UTF-8 give a name that a mapping could say, and the name gives itself. */
static void
any_header_has_a_name(void)
{
	static const char *const pieces[] = { "a", "Z", "9", " ", ".", "\\", "_", "-", "é", "ß",
	    "日", "\t", "\"", "[]", "Ω", "ﬁ" };
	struct arena arena = { 0 };
	bool names = true, again = true, folded = true;

	srand(SEED);
	for (int i = 0; i < TRIALS; i++) {
		char text[400] = "";
		struct span once, twice, fold;

		for (int n = rand() % 60; n > 0; n--)
			strcat(text, pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)]);
		once = attribute_name(span_from(text), &arena);
		twice = attribute_name(once, &arena);
		names &= good_name(once);
		again &= span_equal(once, twice);
		fold = header_fold(span_from(text), &arena);
		folded &= span_equal(fold, header_fold(fold, &arena));
		arena_reset(&arena);
	}
	ok(names, "an attribute name is letters, digits and underscores (seed %d)", SEED);
	ok(again, "the name of an attribute name is itself");
	ok(folded, "a folded header folds to itself");
	arena_done(&arena);
}

static void
secrets(void)
{
	static const char *const yes[] = { "password", "Password", "password_hash", "PASSWORD 2",
	    "passwd", "rp_token", "rp_token_created_at", "secret", "api_key", "API-Key", "cvv",
	    "CVC", "pin", "security_answer", "auth.password" };
	static const char *const no[] = { "passport", "passenger", "pinterest", "spin", "city", "",
	    "password.id" };
	struct arena arena = { 0 };

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		ok(header_is_credential(span_from(yes[i]), &arena), "\"%s\" is a credential",
		    yes[i]);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		ok(!header_is_credential(span_from(no[i]), &arena), "\"%s\" is none", no[i]);
	ok(header_sensitive(SPAN("Religion"), &arena).p != NULL, "religion is sensitive");
	ok(header_sensitive(SPAN("region"), &arena).p == NULL, "region is not");
	arena_done(&arena);
}

int
main(void)
{
	folds();
	attributes();
	any_header_has_a_name();
	secrets();
	return tap_done();
}
