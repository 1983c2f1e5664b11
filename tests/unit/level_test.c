/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/level_test.c: every level of every comparison with a pair just inside and the next
 * one outside, and what holds for any two values. */
#include "draw.h"
#include "level_case.h"
#include "resolve/level.h"
#include "resolve/view.h"
#include "tap.h"

enum { TRIALS = 100000, FILLERS = 2000 };

static const uint64_t seed = 20261128;

/* Types of facts: attributes of one type look alike, so that they are read as what they are. */
enum { NO_TYPE, STRINGS, TEXTS, NUMBERS, CODES, DATES, CATEGORIES, MAILBOXES, TELEPHONES,
    FREE_ID = 0, CHECKED_ID };

struct kind_of_field {
	enum field_type	field;
	enum fact_kind	kind;
	uint8_t		type;
};

static const struct kind_of_field given = { FIELD_GIVEN, FACT_GIVEN, NO_TYPE };
static const struct kind_of_field family = { FIELD_FAMILY, FACT_FAMILY, NO_TYPE };
static const struct kind_of_field suffix = { FIELD_SUFFIX, FACT_SUFFIX, NO_TYPE };
static const struct kind_of_field email = { FIELD_EMAIL, FACT_EMAIL, NO_TYPE };
static const struct kind_of_field phone = { FIELD_PHONE, FACT_PHONE, NO_TYPE };
static const struct kind_of_field place = { FIELD_PLACE, FACT_PLACE, NO_TYPE };
static const struct kind_of_field postcode = { FIELD_POSTCODE, FACT_POSTCODE, NO_TYPE };
static const struct kind_of_field locality = { FIELD_LOCALITY, FACT_LOCALITY, NO_TYPE };
static const struct kind_of_field free_id = { FIELD_IDENTIFIER, FACT_IDENTIFIER, FREE_ID };
static const struct kind_of_field checked_id = { FIELD_IDENTIFIER, FACT_IDENTIFIER, CHECKED_ID };
static const struct kind_of_field string = { FIELD_STRING, FACT_ATTRIBUTE, STRINGS };
static const struct kind_of_field text = { FIELD_TEXT, FACT_ATTRIBUTE, TEXTS };
static const struct kind_of_field words = { FIELD_WORDS, FACT_ATTRIBUTE, TEXTS };
static const struct kind_of_field number = { FIELD_NUMBER, FACT_ATTRIBUTE, NUMBERS };
static const struct kind_of_field code = { FIELD_CODE, FACT_ATTRIBUTE, CODES };
static const struct kind_of_field date = { FIELD_DATE, FACT_ATTRIBUTE, DATES };
static const struct kind_of_field mailbox = { FIELD_MAILBOX, FACT_ATTRIBUTE, MAILBOXES };
static const struct kind_of_field telephone = { FIELD_TELEPHONE, FACT_ATTRIBUTE, TELEPHONES };
static const struct kind_of_field category = { FIELD_CATEGORY, FACT_ATTRIBUTE, CATEGORIES };

/* Parts of addresses: street, box, locality, region, postcode, country. */
#define ADDRESS(street, locality, code)	street "\x1f\x1f" locality "\x1f\x1f" code "\x1f"

static const struct vector {
	const struct kind_of_field	*of;
	const char			*a, *b, *level;
} vectors[] = {
	{ &given, "ana maria", "ana maria", "exact" },
	{ &given, "ana maria", "ana", "subset" },
	{ &given, "ana maria luisa", "ana luisa", "subset" },
	{ &given, "jr", "j r", "subset" },
	{ &given, "jrr", "j r r", "subset" },
	{ &given, "jo", "j r", "initial" },
	{ &given, "jc", "jean claude", "initial" },
	{ &given, "al", "anna lee", "different" },		/* a name */
	{ &given, "ana maria", "ana luisa", "close" },		/* the first token is the same */
	{ &given, "maria ana", "ana", "similar" },		/* the first token is not */
	{ &given, "robert", "bob", "nickname" },
	{ &given, "robert james", "bob", "nickname" },
	{ &given, "robert", "rod", "different" },		/* 667 */
	{ &given, "martha", "marhta", "close" },		/* 961 */
	{ &given, "cristina", "christina", "close" },
	{ &given, "jo", "joo", "similar" },			/* too short to be close */
	{ &given, "jo rita", "jo ana", "similar" },		/* equal, but so short */
	{ &given, "dwayno", "duano", "different" },		/* 840 */
	{ &given, "joana", "joani", "close" },			/* 920 */
	{ &given, "helena", "helana", "similar" },		/* 876 */
	{ &given, "zoan", "zean", "similar" },			/* 850 */
	{ &given, "ines", "i", "initial" },
	{ &given, "i maria", "ines", "initial" },
	{ &given, "j p", "j m", "initial" },
	{ &given, "ines m", "m", "initial" },			/* of the middle name, where the first is missing */
	{ &given, "ines maria", "m", "different" },
	{ &given, "ines m", "rui m", "similar" },
	{ &given, "ines", "e", "different" },
	{ &given, "ines", "in", "similar" },
	{ &given, "ana", "rui", "different" },
	{ &given, "rui ana", "paulo ana", "similar" },
	{ &given, "\u592a\u90ce", "\u592a\u90ce", "exact" },
	{ &given, "\u592a\u90ce", "taro", NULL },			/* who reads one of them does not know */

	{ &family, "garcia lopez", "garcia lopez", "exact" },
	{ &family, "da silva", "silva", "exact" },		/* particles do not count */
	{ &family, "garcia lopez", "lopez garcia", "reordered" },
	{ &family, "garcia lopez", "lopez", "subset" },
	{ &family, "garcia garcia", "garcia lopez", "shares token" },
	{ &family, "garcia lopez", "garzia lopez", "one edit" },
	{ &family, "garcia lopez", "lopes garzia", "one edit" },
	{ &family, "garcia lopez", "gardia", "one edit" },
	{ &family, "souza", "sousa", "one edit" },
	{ &family, "souza", "suoza", "one edit" },
	{ &family, "sosa", "soza", "one edit" },
	{ &family, "sos", "soz", "different" },			/* too short, 822 */
	{ &family, "wandini tavares", "wandini kowalska", "shares rare" },
	{ &family, "mendes tavares", "mendes kowalska", "shares token" },	/* one in 400 */
	{ &family, "garcia tavares", "garcia kowalska", "shares token" },	/* 856 */
	{ &family, "almeida", "almodia", "close" },		/* 894 */
	{ &family, "pereira", "perreyra", "different" },	/* 869 */
	{ &family, "tavares garcia", "kowalska garcia", "shares token" },
	{ &family, "garcia", "g", "shares token" },
	{ &family, "garcia", "k", "different" },
	{ &family, "müller", "mullér", "different" },
	{ &family, "\u0645\u0646\u0635\u0648\u0631", "\u062d\u062f\u0627\u062f", "different" },
	{ &family, "\u0645\u0646\u0635\u0648\u0631", "mansour", NULL },

	{ &suffix, "jr", "jr", "equal" },
	{ &suffix, "jr", "junior", "equal" },
	{ &suffix, "filho", "ii", "equal" },
	{ &suffix, "jr", "sr", "conflict" },
	{ &suffix, "jr", "esq", "conflict" },

	{ &email, "ana.souza@acme.pt", "ana.souza@acme.pt", "exact" },
	{ &email, "ana.souza@gmail.com", "ana.souza@gmial.com", "typo domain" },
	{ &email, "ana.souza@gmail.com", "ana.souza@gmail.pt", "same local" },
	{ &email, "asouz@acme.pt", "asouz@corp.example", "same local" },
	{ &email, "asou@acme.pt", "asou@corp.example", "different" },
	{ &email, "contact@acme.pt", "contact@corp.example", "different" },	/* a role */
	{ &email, "asouza@acme.pt", "asoza1@acme.pt", "different" },
	{ &email, "asouza@acme.pt", "asousa@acme.pt", "close local" },
	{ &email, "asouz@acme.pt", "asous@acme.pt", "different" },	/* too short */
	{ &email, "asouza@acme.pt", "asousa@corp.example", "different" },

	{ &phone, "+5511987654321", "+5511987654321", "exact" },
	{ &phone, "+5511987654321", "5511987654321", "exact" },
	{ &phone, "+5511987654321", "11987654321", "national" },
	{ &phone, "+5511987654321", "87654321", "national" },
	{ &phone, "+5511987654321", "7654321", "different" },
	{ &phone, "+5511987654321", "+4411987654322", "one slip" },
	{ &phone, "+5511987654321", "+5511897654321", "one slip" },
	{ &phone, "+5511987654321", "+5511987654312", "one slip" },
	{ &phone, "+5511987654321", "+5511987654345", "same block" },
	{ &phone, "+5511987654321", "+5511987654421", "one slip" },
	{ &phone, "+5511987654321", "+5511987654434", "different" },

	{ &place, ADDRESS("rua das flores 12", "porto", "4000-001"),
	    ADDRESS("rua das flores 12", "porto", "4000-001"), "same door" },
	{ &place, ADDRESS("rua das flores 12", "porto", "4000-001"),
	    ADDRESS("rua das folres 12", "lisboa", "4000-001"), "same door" },
	{ &place, ADDRESS("rua das flores 12", "porto", "4000-001"),
	    ADDRESS("rua das flores 12", "porto", ""), "same door" },
	{ &place, ADDRESS("rua das flores 12, apto 4", "porto", "4000-001"),
	    ADDRESS("rua das flores 12 apto 4", "porto", "4000-001"), "same door" },
	{ &place, ADDRESS("rua das flores 12, apto 4", "porto", "4000-001"),
	    ADDRESS("rua das flores 12", "porto", "4000-001"), "same house" },
	{ &place, ADDRESS("rua das flores 12, apto 4", "porto", "4000-001"),
	    ADDRESS("rua das flores 12, apto 5", "porto", "4000-001"), "house and postcode" },
	{ &place, ADDRESS("rua das flores 12", "porto", "4000-001"),
	    ADDRESS("avenida central 12", "porto", "4000-001"), "house and postcode" },
	{ &place, ADDRESS("rua das flores 12", "porto", "4000-001"),
	    ADDRESS("rua das flores 12", "lisboa", ""), "same house, no code" },
	{ &place, ADDRESS("rua das flores 12", "porto", "4000-001"),
	    ADDRESS("rua das flores 12", "lisboa", "4000-010"), "same house, no code" },
	{ &place, ADDRESS("rua das flores 12", "porto", "4000-001"),
	    ADDRESS("rua das flores 12", "lisboa", "1100-123"), "different" },
	{ &place, ADDRESS("rua das flores 12", "porto", "4000-001"),
	    ADDRESS("rua das flores 14", "porto", "4000-001"), "same street" },
	{ &place, ADDRESS("rua das flores 12", "porto", "4000-001"),
	    ADDRESS("rua das flores", "porto", ""), "same street" },
	{ &place, ADDRESS("rua das flores", "porto", "4000-001"),
	    ADDRESS("rua das flores", "porto", "4000-001"), "same street" },	/* no house known */
	{ &place, ADDRESS("rua das flores 12", "porto", "4000-001"),
	    ADDRESS("avenida central 14", "porto", "4000-001"), "same postcode" },
	{ &place, ADDRESS("rua das flores 12", "porto", "4000-001"),
	    ADDRESS("", "", "4000-001"), "same street" },	/* nothing that could differ */
	{ &place, ADDRESS("rua das flores 12", "porto", "4000-001"),
	    ADDRESS("avenida central 14", "porto", "4200-001"), "same area" },
	{ &place, ADDRESS("rua das flores 12", "porto", "4000-001"),
	    ADDRESS("avenida central 14", "gaia", "4000-123"), "same area" },
	{ &place, ADDRESS("rua das flores 12", "porto", "4000-001"),
	    ADDRESS("avenida central 14", "lisboa", "1100-123"), "different" },
	{ &place, ADDRESS("rua das flores 12", "", ""), ADDRESS("", "porto", "4000-001"), NULL },

	{ &postcode, "01310100", "01310100", "equal" },
	{ &postcode, "01310100", "01310101", "one slip" },
	{ &postcode, "01310100", "01310010", "one slip" },
	{ &postcode, "01310100", "01310234", "same district" },
	{ &postcode, "SW1A1AA", "SW1A2BB", "same district" },
	{ &postcode, "1012AB", "1012CD", "same district" },
	{ &postcode, "787011234", "787015678", "same district" },
	{ &postcode, "10115", "10243", "same area" },
	{ &postcode, "10115", "11043", "different" },
	{ &postcode, "SW1A1AA", "SW4P9ZZ", "same area" },

	{ &locality, "sao paulo", "sao paulo", "equal" },
	{ &locality, "sao paulo", "sao paolo", "one edit" },
	{ &locality, "frankfurt", "frankfurt am", "close" },	/* 950 */
	{ &locality, "frankfurt", "frankfurt am main", "similar" },	/* 906 */
	{ &locality, "frankfurt", "frankfort am oder", "similar" },	/* 872 */
	{ &locality, "frankfurt", "frankenthal", "different" },	/* 842 */
	{ &locality, "main frankfurt", "frankfurt", "similar" },
	{ &locality, "porto", "lisboa", "different" },

	{ &free_id, "AB1234", "AB1234", "equal" },
	{ &free_id, "AB1234", "AB1243", "one slip" },
	{ &free_id, "AB1234", "AB1235", "one slip" },
	{ &free_id, "AB1234", "AB12345", "different" },
	{ &free_id, "AB123", "AB124", "different" },		/* too short */
	{ &checked_id, "52998224725", "52998224725", "equal" },
	{ &checked_id, "52998224725", "52998224752", "different" },

	{ &string, "blue lagoon", "blue lagoon", "equal" },
	{ &string, "blue lagoon", "blue laggoon", "one edit" },
	{ &string, "blue", "blae", "one edit" },
	{ &string, "blu", "bla", "different" },			/* 822 */
	{ &string, "blue lagoon", "bleu goon", "close" },	/* 922 */
	{ &string, "blue lagoon", "beul goon", "similar" },	/* 912 */
	{ &string, "blue lagoon", "blew logun", "different" },	/* 841 */
	{ &string, "the old blue lagoon", "lagoon", "similar" },
	{ &string, "the old blue lagoon", "harbour", "different" },
	{ &string, "cafe north star lagoon", "lagoon star old cafe", "similar" },	/* 3 of 5 */
	{ &string, "cafe north star lagoon", "lagoon star new old", "different" },	/* 2 of 6 */

	{ &text, "one two three four five six", "one two three four five six", "equal" },
	{ &text, "one two three four five six", "six five four three two one", "contained" },
	{ &text, "one two three four five six", "two five", "contained" },
	{ &text, "one two three four five six", "one two three four five six and", "contained" },
	{ &text, "one two three four five six seven", "one two three four five six eight", "most" },
	{ &text, "one two three four five six", "one two three four nine ten", "half" },
	{ &text, "one two three four five six", "one two three seven eight nine", "different" },
	{ &text, "r l stevenson kidnapped again", "robert louis stevenson kidnapped again", "contained" },
	{ &text, "r l stevenson kidnapped again", "robert mary stevenson kidnapped again", "half" },
	{ &text, "r l stevenson kidnapped again", "mary ann stevenson kidnapped again", "different" },
	{ &text, "r one two three four five", "robert rose one two three six", "half" },	/* once */
	{ &text, "r l s one two", "robert louis smith three four", "different" },	/* no word */
	{ &text, "r robert one two three", "robert one two six seven", "different" },	/* not again */

	{ &text, "a b c d e f g h i j k l m n o p q r s t u v w x y z aa ab ac ad ae af ag ah",
	    "z y x w v u t s r q p o n m l k j i h g f e ya yb yc yd ye yf yg yh yi yj", "half" },	/* 22 of 44 */
	{ &text, "a b c d e f g h i j k l m n o p q r s t u v w x y z aa ab ac ad ae af ag ah",
	    "z y x w v u t s r q p o n m l k j i h g f yk ya yb yc yd ye yf yg yh yi yj", "different" },	/* 21 of 45 */

	{ &words, "a b kestrel plover", "a b kestrel linnet", "a third" },	/* three of five, of which two say nothing */
	{ &words, "merlin osprey", "a b osprei c merlin", "contained" },
	{ &words, "dunnock dunlin q120", "dunnock dunlin q130", "half" },	/* another number */
	{ &words, "g fulmar", "gannet fulmar", "contained" },
	{ &words, "a b c d", "f b a tern", "different" },
	{ &words, "univ egret", "university egret", "contained" },
	{ &words, "un teal", "university teal", "a third" },		/* too short to be short for it */
	{ &words, "12 pintail", "123 pintail", "a third" },		/* another number */
	{ &words, "bob siskin", "robert siskin", "contained" },
	{ &words, "court house curlew", "courthouse curlew", "contained" },
	{ &words, "nhs snipe", "site snipe national historic", "contained" },
	{ &words, "nhs shrike", "heron shrike national", "a fifth" },	/* no s */

	{ &number, "1000", "1000.0", "equal" },
	{ &number, "1000", "990", "within a hundredth" },
	{ &number, "1000", "989.999999", "within a tenth" },
	{ &number, "-1000", "-900", "within a tenth" },
	{ &number, "1000", "899", "different" },
	{ &number, "1000", "-1000", "different" },
	{ &number, "0", "0.000001", "different" },
	{ &number, "1000", "n a", "different" },

	{ &code, "ab-1234", "ab-1234", "equal" },
	{ &code, "ab-1234", "ab-1243", "one edit" },
	{ &code, "ab-1234", "ab-134", "one edit" },
	{ &code, "ab-1234", "ab-1567", "first half" },
	{ &code, "ab-1234", "ab-9876", "different" },
	{ &code, "ab123", "ab145", "different" },		/* too short */

	{ &date, "2020-05-17", "2020-05-17", "equal" },
	{ &date, "2020-05-17", "2021-05-17", "one slip" },
	{ &date, "2020-05-17", "2020-05-20", "within three days" },
	{ &date, "2020-02-28", "2020-03-02", "within three days" },
	{ &date, "2021-12-31", "2022-01-03", "within three days" },
	{ &date, "2020-05-17", "2020-05-14", "within three days" },	/* and not one slip */
	{ &date, "2020-05-17", "2020-05-13", "one slip" },
	{ &date, "2020-05-17", "2020-05-21", "within a week" },
	{ &date, "2020-05-28", "2020-06-04", "within a week" },
	{ &date, "2020-05-28", "2020-06-05", "within a month" },
	{ &date, "2020-05-17", "2020-06-16", "within a month" },
	{ &date, "2020-05-17", "2020-06-29", "within a year" },
	{ &date, "2020-02-28", "2020-03-31", "within a year" },	/* 32 days: it was a leap year */
	{ &date, "2021-02-28", "2021-03-31", "within a month" },
	{ &date, "2020-05-17", "2021-06-29", "different" },

	{ &mailbox, "ana.souza@acme.pt", "ana.souza@acme.pt", "equal" },
	{ &mailbox, "anasouza@gmail.com", "anasouza@gmial.com", "typo domain" },
	{ &mailbox, "ana.souza@acme.pt", "ana.souza@corp.example", "same local" },
	{ &mailbox, "asou@acme.pt", "asou@corp.example", "different" },		/* too short */
	{ &mailbox, "contact@acme.pt", "contact@corp.example", "different" },	/* a role */
	{ &mailbox, "asouza@acme.pt", "asousa@acme.pt", "close local" },
	{ &mailbox, "asouza@acme.pt", "asousa@corp.example", "different" },
	{ &mailbox, "asouza@acme.pt", "nobody", "different" },

	{ &telephone, "912 345 678", "912 345 678", "equal" },
	{ &telephone, "912 345 678", "912345678", "equal" },
	{ &telephone, "00351912345678", "+351 912 345 678", "equal" },
	{ &telephone, "912 345 678", "+351912345678", "national" },
	{ &telephone, "912 345 678", "812 345 678", "one slip" },	/* as long: no country is lacking */
	{ &telephone, "912 345 678", "912 453 678", "same area" },
	{ &telephone, "912 345 678", "912 354 678", "one slip" },
	{ &telephone, "912 345 678", "912 345 691", "same block" },
	{ &telephone, "912 345 678", "912 345 123", "same exchange" },
	{ &telephone, "912 345 678", "912 453 123", "same area" },
	{ &telephone, "912 345 678", "213 453 123", "different" },
	{ &telephone, "912 345 678", "none", "different" },

	{ &category, "red", "red", "equal" },
	{ &category, "red", "rad", "different" },
};

enum { VECTORS = sizeof vectors / sizeof vectors[0] };

/* ---- the vectors ---- */
struct numbers {
	uint32_t	a[VECTORS], b[VECTORS];
};

/* So many values of each attribute that its type shows, and so many families that one that two
 * have is rare. */
static void
fill(struct level_case *c)
{
	const char *const given_and_family[] = { "lopez", "mendez", "garcia y lopez" };
	char value[64];

	for (size_t i = 0; i < sizeof given_and_family / sizeof given_and_family[0]; i++) {
		case_value(c, FACT_GIVEN, NO_TYPE, given_and_family[i]);
		case_value(c, FACT_FAMILY, NO_TYPE, given_and_family[i]);
	}
	for (unsigned i = 0; i < FILLERS; i++) {
		snprintf(value, sizeof value, "word%u other%u", i, i % 7);
		case_value(c, FACT_ATTRIBUTE, STRINGS, value);
		snprintf(value, sizeof value, "w%u a b c d e%u f", i, i % 7);
		case_value(c, FACT_ATTRIBUTE, TEXTS, value);
		snprintf(value, sizeof value, "%u", 100000 + i);
		case_value(c, FACT_ATTRIBUTE, NUMBERS, value);
		snprintf(value, sizeof value, "x%u", i);
		case_value(c, FACT_ATTRIBUTE, CODES, value);
		snprintf(value, sizeof value, "1999-%02u-%02u", 1 + i % 12, 1 + i % 28);
		case_value(c, FACT_ATTRIBUTE, DATES, value);
		snprintf(value, sizeof value, "box%u@other.example", i);
		case_value(c, FACT_ATTRIBUTE, MAILBOXES, value);
		snprintf(value, sizeof value, "%03u %03u %03u", 200 + i % 7, 100 + i % 800, i % 1000);
		case_value(c, FACT_ATTRIBUTE, TELEPHONES, value);
		case_value(c, FACT_ATTRIBUTE, CATEGORIES, i % 2 == 0 ? "blue" : "green");
		case_value(c, FACT_FAMILY, NO_TYPE, i % 2 == 0 ? "garcia" : "lopez");
		if (i % 700 == 0)
			case_value(c, FACT_FAMILY, NO_TYPE, "mendes");
	}
}

/* NULL for none. */
static const char *
name_of(enum field_type t, unsigned level)
{
	return level == LEVEL_NULL ? NULL : field_level(t, level)->name;
}

static const char *
shown(const char *level)
{
	return level == NULL ? "none" : level;
}

static bool
same(const char *got, const char *want)
{
	return strcmp(shown(got), shown(want)) == 0;
}

static void
vector(const struct level_case *c, const struct vector *x, uint32_t a, uint32_t b)
{
	enum field_type t = x->of->field;
	const char *there = name_of(t, level_values(&c->values, t, a, b));
	const char *back = name_of(t, level_values(&c->values, t, b, a));

	if (!ok(same(there, x->level) && same(back, x->level), "%s: \"%s\", \"%s\": %s",
	    field_type_name(t), x->a, x->b, shown(x->level)))
		printf("# got %s, the other way round %s\n", shown(there), shown(back));
}

/* ---- any two values ---- */
static void
any_two(const struct level_case *c, const struct kind_of_field *of)
{
	uint32_t count = dict_count(c->store.facts.dict[of->kind]), mine = 0;
	uint32_t *of_type = mem_alloc(count * sizeof *of_type);
	unsigned long asymmetric = 0, unlike = 0, beyond = 0;

	for (uint32_t i = 0; i < count; i++)
		if (!fact_has_type(of->kind) || c->store.facts.type[of->kind][i] == of->type)
			of_type[mine++] = i;
	for (int t = 0; t < TRIALS; t++) {
		uint32_t a = of_type[draw(mine)], b = of_type[draw(mine)];
		unsigned level = level_values(&c->values, of->field, a, b);
		unsigned self = level_values(&c->values, of->field, a, a);

		asymmetric += level != level_values(&c->values, of->field, b, a);
		unlike += self == LEVEL_NULL || (level != LEVEL_NULL && level > self) ||
		    (of->field != FIELD_PLACE && self != field_top(of->field));
		beyond += level != LEVEL_NULL && level >= field_levels(of->field);
	}
	ok(asymmetric == 0 && unlike == 0 && beyond == 0,
	    "%s: symmetric, and nothing is more like a value than the value itself",
	    field_type_name(of->field));
	mem_free(of_type);
}

/* Every given name beside every family name. */
static void
any_crossing(const struct level_case *c)
{
	uint32_t givens = dict_count(c->store.facts.dict[FACT_GIVEN]);
	uint32_t families = dict_count(c->store.facts.dict[FACT_FAMILY]);
	unsigned long wrong = 0, sure = 0, told = 0;

	for (uint32_t g = 0; g < givens; g++)
		for (uint32_t f = 0; f < families; f++) {
			bool is_sure = level_crossed(&c->values, g, f) == CROSSING_SURE;
			bool may = level_may_cross(&c->values, g, f);

			sure += is_sure;
			wrong += is_sure && !may;
			told += !may;
		}
	ok(wrong == 0 && sure > 0 && told * 2 > (unsigned long)givens * families,
	    "of most names it is known at once that they do not cross for sure");
}

/* ---- birth dates: the numbers are the dates ---- */
static uint32_t
date_of(unsigned year, unsigned month, unsigned mday)
{
	return year << 9 | month << 5 | mday;
}

static void
birthdate(uint32_t a, uint32_t b, const char *want)
{
	const char *there = name_of(FIELD_BIRTHDATE, level_birthdate(a, b));
	const char *back = name_of(FIELD_BIRTHDATE, level_birthdate(b, a));

	if (!ok(same(there, want) && same(back, want), "birth dates %u-%u-%u, %u-%u-%u: %s",
	    a >> 9 & 0x3fff, a >> 5 & 15, a & 31, b >> 9 & 0x3fff, b >> 5 & 15, b & 31,
	    shown(want)))
		printf("# got %s, the other way round %s\n", shown(there), shown(back));
}

static void
birthdates(void)
{
	birthdate(date_of(1988, 2, 11), date_of(1988, 2, 11), "exact");
	birthdate(date_of(1988, 2, 0), date_of(1988, 2, 11), "compatible");
	birthdate(date_of(1988, 0, 0), date_of(1988, 0, 0), "compatible");
	birthdate(date_of(1988, 3, 0), date_of(1988, 2, 11), "near");
	birthdate(date_of(0, 2, 11), date_of(1988, 2, 11), NULL);
	birthdate(date_of(1988, 2, 11), date_of(1988, 11, 2), "swapped");
	birthdate(date_of(1988, 2, 11), date_of(1989, 11, 2), "near");
	birthdate(date_of(1988, 2, 11), date_of(1988, 2, 12), "one slip");
	birthdate(date_of(1988, 2, 11), date_of(1888, 2, 11), "one slip");
	birthdate(date_of(1988, 2, 11), date_of(8198, 2, 11), "two parts");
	birthdate(date_of(1989, 2, 11), date_of(1998, 2, 11), "one slip");
	birthdate(date_of(1988, 2, 12), date_of(1988, 2, 21), "one slip");
	birthdate(date_of(1988, 2, 11), date_of(1988, 2, 23), "two parts");
	birthdate(date_of(1988, 2, 11), date_of(1988, 3, 12), "near");
	birthdate(date_of(1988, 2, 11), date_of(1989, 3, 12), "near");
	birthdate(date_of(1988, 2, 11), date_of(1990, 3, 12), "apart");
	birthdate(date_of(1988, 2, 11), date_of(2002, 3, 12), "apart");
	birthdate(date_of(1988, 2, 11), date_of(2003, 3, 12), "generation");
	birthdate(date_of(1988, 2, 11) | DATE_UNSURE, date_of(1988, 2, 11), "swapped");
	birthdate(date_of(1988, 2, 0) | DATE_UNSURE, date_of(1988, 2, 11), "swapped");
	birthdate(date_of(1988, 2, 11) | DATE_UNSURE, date_of(1988, 2, 12), "one slip");
}

/* As rare as none of them is by chance: 0 is the logarithm of one. */
static int32_t
rarity_of(struct level_case *c, const uint32_t pair[2])
{
	unsigned level = level_values(&c->values, FIELD_WORDS, pair[0], pair[1]);
	int32_t bits = words_rarity(&c->values, pair[0], pair[1], 0, level);

	return words_rarity(&c->values, pair[1], pair[0], 0, level) == bits ? bits : INT32_MIN;
}

/* The shorter text's words are in the longer one. */
static const struct contained {
	const char	*a, *b, *level, *why;
} contained[] = {
	{ "c", "a b c", "different", "a word that most texts have is contained in them by chance" },
	{ "b c", "a b c d e", "different", "so are two of them" },
	{ "c avocet", "avocet a b c d", "contained", "one that few have is not" },
};

enum { CONTAINED = sizeof contained / sizeof *contained };

static void
contained_by_chance(struct level_case *c, uint32_t pair[CONTAINED][2])
{
	values_find_telling(&c->values, TEXTS);
	for (unsigned i = 0; i < CONTAINED; i++) {
		unsigned there = level_values(&c->values, FIELD_TEXT, pair[i][0], pair[i][1]);
		unsigned back = level_values(&c->values, FIELD_TEXT, pair[i][1], pair[i][0]);

		ok(there == back && same(name_of(FIELD_TEXT, there), contained[i].level), "%s", contained[i].why);
	}
}

enum { RARE_PAIRS = 5 };

static const char *const rare_texts[RARE_PAIRS][2] = {
	{ "a b wryneck", "a b wryneck" }, { "a b dotterel", "dotterel" },
	{ "a b garganey ruff", "garganey ruff gadwall" }, { "smew wigeon scaup", "wigeon scaup pochard" },
	{ "a b c", "a b c" } };

static void
rarity_of_words(struct level_case *c, uint32_t pair[RARE_PAIRS][2])
{
	int32_t bits[RARE_PAIRS];

	for (unsigned i = 0; i < RARE_PAIRS; i++)
		bits[i] = rarity_of(c, pair[i]);
	ok(bits[0] >= 10000 && bits[1] >= 10000, "texts that are equal share a rare word as those that contain it do");
	ok(bits[2] > 11000, "what only one has is hardly against them");
	ok(bits[3] < 3000 && bits[3] > INT32_MIN, "rare words that each has alone are");
	ok(bits[4] < 2000, "a text that many hold is no rarer than that");
}

static uint32_t
some_date(void)
{
	return date_of((unsigned)(1980 + draw(25)), (unsigned)draw(13), (unsigned)draw(32));
}

static void
any_two_birthdates(void)
{
	unsigned long asymmetric = 0, unlike = 0;

	for (int t = 0; t < TRIALS; t++) {
		uint32_t a = some_date(), b = some_date();
		unsigned level = level_birthdate(a, b), self = level_birthdate(a, a);

		asymmetric += level != level_birthdate(b, a);
		unlike += level > self || self < 6;
	}
	ok(asymmetric == 0 && unlike == 0, "birthdate: symmetric, and like itself");
}

int
main(void)
{
	const struct kind_of_field *const fields[] = { &given, &family, &suffix, &email, &phone,
	    &place, &postcode, &locality, &free_id, &checked_id, &string, &text, &words, &number, &code,
	    &date, &mailbox, &telephone, &category };
	struct level_case c = { .store.count = 0 };
	static struct numbers numbers;
	uint32_t rare[RARE_PAIRS][2], held[CONTAINED][2];

	for (size_t i = 0; i < VECTORS; i++) {
		const struct kind_of_field *of = vectors[i].of;

		numbers.a[i] = case_value(&c, of->kind, of->type, vectors[i].a);
		numbers.b[i] = case_value(&c, of->kind, of->type, vectors[i].b);
	}
	for (unsigned i = 0; i < 2 * RARE_PAIRS; i++)
		rare[i / 2][i % 2] = case_value(&c, FACT_ATTRIBUTE, TEXTS, rare_texts[i / 2][i % 2]);
	for (unsigned i = 0; i < CONTAINED; i++) {
		held[i][0] = case_value(&c, FACT_ATTRIBUTE, TEXTS, contained[i].a);
		held[i][1] = case_value(&c, FACT_ATTRIBUTE, TEXTS, contained[i].b);
	}
	for (unsigned i = 0; i < FILLERS / 2; i++)
		(void)case_value(&c, FACT_ATTRIBUTE, TEXTS, "a b c");
	fill(&c);
	case_ready(&c);
	c.values.checked[CHECKED_ID] = true;
	values_rarity(&c.values, TEXTS);
	for (size_t i = 0; i < VECTORS; i++)
		vector(&c, &vectors[i], numbers.a[i], numbers.b[i]);
	rarity_of_words(&c, rare);
	birthdates();
	draw_begin(seed, TRIALS);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		any_two(&c, fields[i]);
	any_two_birthdates();
	any_crossing(&c);
	contained_by_chance(&c, held);
	case_done(&c);
	return tap_done();
}
