/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/phonetic_test.c: names that are heard alike share a code, others do not. */
#include "normal/phonetic.h"
#include "normal/phonetic_rules.h"
#include "tap.h"

static const char *const languages[PHONETIC_LANGUAGES] = { "any", "en", "pt", "es", "de" };

static const struct pair {
	enum phonetic_language	 language;
	const char		*a, *b;
	bool			 same;
} pairs[] = {
	{ PHONETIC_EN, "knight", "nite", true }, { PHONETIC_EN, "wright", "rite", true },
	{ PHONETIC_EN, "stephen", "steven", true }, { PHONETIC_EN, "phillip", "filip", true },
	{ PHONETIC_EN, "macdonald", "mcdonald", true }, { PHONETIC_EN, "leach", "leitch", true },
	{ PHONETIC_EN, "geoffrey", "jeffrey", true }, { PHONETIC_EN, "cheryl", "sheryl", true },
	{ PHONETIC_EN, "catherine", "kathryn", true }, { PHONETIC_EN, "smith", "smyth", true },
	{ PHONETIC_EN, "thomson", "tomson", true }, { PHONETIC_EN, "lamb", "lam", true },
	{ PHONETIC_EN, "brown", "broun", true }, { PHONETIC_EN, "christian", "kristian", true },
	{ PHONETIC_EN, "michael", "mikael", true }, { PHONETIC_EN, "hannah", "anna", true },
	{ PHONETIC_EN, "martin", "marlin", false }, { PHONETIC_EN, "baker", "parker", false },
	{ PHONETIC_EN, "anna", "nana", false }, { PHONETIC_EN, "nana", "nanna", true },
	{ PHONETIC_EN, "nicholson", "nicolson", true }, { PHONETIC_EN, "stewart", "stuart", true },
	{ PHONETIC_PT, "sousa", "souza", true }, { PHONETIC_PT, "teixeira", "teicheira", true },
	{ PHONETIC_PT, "joaquim", "joaquin", true }, { PHONETIC_PT, "goncalves", "gonsalves", true },
	{ PHONETIC_PT, "conceicao", "conceissao", true }, { PHONETIC_PT, "thiago", "tiago", true },
	{ PHONETIC_PT, "raphael", "rafael", true }, { PHONETIC_PT, "wagner", "vagner", true },
	{ PHONETIC_PT, "guilherme", "guilerme", true }, { PHONETIC_PT, "jorge", "george", true },
	{ PHONETIC_PT, "luiz", "luis", true }, { PHONETIC_PT, "henrique", "enrike", true },
	{ PHONETIC_PT, "campos", "canpos", true }, { PHONETIC_PT, "costa", "gosta", false },
	{ PHONETIC_ES, "valdes", "baldez", true }, { PHONETIC_ES, "ximena", "jimena", true },
	{ PHONETIC_ES, "huerta", "guerta", true }, { PHONETIC_ES, "castillo", "castiyo", true },
	{ PHONETIC_ES, "gimenez", "jimenes", true }, { PHONETIC_ES, "quintana", "kintana", true },
	{ PHONETIC_ES, "hernandez", "ernandes", true }, { PHONETIC_ES, "wenceslao", "venceslao", true },
	{ PHONETIC_ES, "garcia", "galicia", false }, { PHONETIC_ES, "perez", "perea", false },
	{ PHONETIC_DE, "schmidt", "schmitt", true }, { PHONETIC_DE, "vogel", "fogel", true },
	{ PHONETIC_DE, "weiss", "weisz", true }, { PHONETIC_DE, "mueller", "muller", true },
	{ PHONETIC_DE, "hartwig", "hartwick", true }, { PHONETIC_DE, "philipp", "filip", true },
	{ PHONETIC_DE, "jakob", "jacop", true }, { PHONETIC_DE, "maier", "meyer", true },
	{ PHONETIC_DE, "fuchs", "fux", true }, { PHONETIC_DE, "wolf", "volff", true },
	{ PHONETIC_DE, "schulz", "scholz", true }, { PHONETIC_DE, "bauer", "maurer", false },
	{ PHONETIC_ANY, "wyszniewski", "vishnevskyi", true }, { PHONETIC_ANY, "tomasz", "thomas", true },
	{ PHONETIC_ANY, "valdes", "baldez", true }, { PHONETIC_ANY, "schmidt", "schmit", true },
	{ PHONETIC_ANY, "christopher", "kristofer", true }, { PHONETIC_ANY, "giovanni", "jovani", true },
	{ PHONETIC_ANY, "friedrich", "fredrik", true }, { PHONETIC_ANY, "szymon", "simon", true },
	{ PHONETIC_ANY, "johann", "yohan", true }, { PHONETIC_ANY, "alexander", "aleksander", true },
	{ PHONETIC_ANY, "joaquim", "joakin", true }, { PHONETIC_ANY, "andrej", "andrei", true },
	{ PHONETIC_ANY, "kowalski", "kovalsky", true }, { PHONETIC_ANY, "zachary", "zakary", false },
	{ PHONETIC_ANY, "martin", "merten", true }, { PHONETIC_ANY, "maria", "marta", false },
	{ PHONETIC_ANY, "natalija", "nataliya", true }, { PHONETIC_ANY, "nadiia", "nadija", true },
	{ PHONETIC_ANY, "nicholas", "nikolas", true }, { PHONETIC_ANY, "hudson", "hutson", true },
	{ PHONETIC_ANY, "smith", "jones", false }, { PHONETIC_ANY, "lee", "ray", false },
};

static void
check_pairs(void)
{
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		const struct pair *p = &pairs[i];
		uint32_t a = phonetic_code(span_from(p->a), p->language);
		uint32_t b = phonetic_code(span_from(p->b), p->language);

		ok(a != 0 && b != 0 && (a == b) == p->same, "%s: %s and %s are %s",
		    languages[p->language], p->a, p->b, p->same ? "heard alike" : "told apart");
	}
}

/* The look-up by the first letter depends on it. */
static void
check_order(void)
{
	for (size_t i = 0; i <= PHONETIC_LANGUAGES; i++) {
		const struct phonetic_rules *r = &phonetic_rules[i];
		size_t wrong = 0;

		for (size_t j = 1; j < r->count; j++)
			wrong += r->list[j].letters[0] < r->list[j - 1].letters[0];
		ok(wrong == 0, "rules of set %zu stand in the order of the alphabet", i);
		for (size_t j = 1; j < r->count; j++)
			for (size_t k = 0; k < j; k++) {
				size_t len = strlen(r->list[k].letters);

				if (r->list[k].where == 0 &&
				    strncmp(r->list[k].letters, r->list[j].letters, len) == 0)
					ok(false, "set %zu: %s is never reached", i, r->list[j].letters);
			}
	}
}

static void
check_edges(void)
{
	ok(phonetic_key(SPAN("")) == 0, "nothing has no code");
	ok(phonetic_key(SPAN("\xd0\xb0\xd0\xbd\xd0\xb0")) == 0, "a Cyrillic word has no code");
	ok(phonetic_key(SPAN("h")) == 0, "a letter that is never heard has no code");
	ok(phonetic_key(SPAN("2nd")) != phonetic_key(SPAN("nd")), "a digit counts");
	ok(phonetic_key(SPAN("rodriguez")) == phonetic_key(SPAN("rodriguinho")),
	    "four sounds are the code");
	ok(phonetic_code(SPAN("valdes"), PHONETIC_ES) == phonetic_code(SPAN("baldes"), PHONETIC_ES) &&
	    phonetic_code(SPAN("valdes"), PHONETIC_EN) != phonetic_code(SPAN("baldes"), PHONETIC_EN),
	    "b and v are one in Spanish and two in English");
	ok(phonetic_language(SPAN("pt-BR")) == PHONETIC_PT && phonetic_language(SPAN("de")) ==
	    PHONETIC_DE && phonetic_language(SPAN("est")) == PHONETIC_ANY &&
	    phonetic_language(SPAN("")) == PHONETIC_ANY, "the language of a locale");
}

int
main(void)
{
	check_pairs();
	check_order();
	check_edges();
	return tap_done();
}
