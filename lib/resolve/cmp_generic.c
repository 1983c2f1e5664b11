/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cmp_generic.c: values of attributes by what they look like, and localities, which
 * are strings (resolve 4.5). */
#include "resolve/characters.h"
#include "resolve/level.h"
#include "resolve/similar.h"
#include "resolve/values.h"

#include <string.h>

enum {
	CLOSE = 920, SIMILAR = 850,	/* Jaro–Winkler, in 1000 */
	EDIT_LEN = 4, CODE_LEN = 6	/* characters; shorter ones are alike by chance */
};

enum string { STRING_DIFFERENT, STRING_SIMILAR, STRING_CLOSE, STRING_ONE_EDIT, STRING_EQUAL };
enum text { TEXT_DIFFERENT, TEXT_HALF, TEXT_MOST, TEXT_CONTAINED, TEXT_EQUAL };
enum number { NUMBER_DIFFERENT, NUMBER_WITHIN_TENTH, NUMBER_WITHIN_HUNDREDTH, NUMBER_EQUAL };
enum code { CODE_DIFFERENT, CODE_FIRST_HALF, CODE_ONE_EDIT, CODE_EQUAL };

/* Words that both lists have; each is sorted and has no word twice. */
static unsigned
common(const struct values *v, const struct words_row *x, const struct words_row *y)
{
	const uint32_t *a = v->word + x->at, *b = v->word + y->at;
	const uint32_t *a_end = a + x->count, *b_end = b + y->count;
	unsigned found = 0;

	while (a < a_end && b < b_end) {
		found += *a == *b;
		if (*a <= *b) {
			b += *a == *b;
			a++;
		} else {
			b++;
		}
	}
	return found;
}

/* Words of a list that the other has not, by their first letter: initials, and longer words. */
struct beginnings {
	uint8_t	initial['z' - 'a' + 1], word['z' - 'a' + 1];
	bool	any_initial;
};

static void
begin(struct beginnings *out, const struct values *v, const struct words_row *x,
    const struct words_row *other)
{
	const uint32_t *a = v->word + x->at, *a_end = a + x->count;
	const uint32_t *b = v->word + other->at, *b_end = b + other->count;

	memset(out, 0, sizeof *out);
	for (; a < a_end; a++) {
		struct span text = v->token[*a].text;

		while (b < b_end && *b < *a)
			b++;
		if ((b < b_end && *b == *a) || text.p[0] < 'a' || text.p[0] > 'z')
			continue;
		if (text.len == 1) {
			out->initial[text.p[0] - 'a']++;
			out->any_initial = true;
		} else {
			out->word[text.p[0] - 'a']++;
		}
	}
}

static unsigned
smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Words that one list has in full and the other by its first letter: "r l stevenson" and "robert
 * louis stevenson". */
static unsigned
by_initial(const struct values *v, const struct words_row *x, const struct words_row *y)
{
	struct beginnings a, b;
	unsigned found = 0;

	begin(&a, v, x, y);
	begin(&b, v, y, x);
	if (!a.any_initial && !b.any_initial)
		return 0;
	for (size_t i = 0; i < sizeof a.word; i++)
		found += smaller(a.initial[i], b.word[i]) + smaller(b.initial[i], a.word[i]);
	return found;
}

static unsigned
fewer(const struct words_row *x, const struct words_row *y)
{
	return x->count < y->count ? x->count : y->count;
}

/* Whether being contained says anything: "software" alone is contained in a fifth of all titles. */
static bool
telling(const struct words_row *x, const struct words_row *y)
{
	return x->count <= y->count ? x->telling : y->telling;
}

/* Of `shared` words in common. */
static bool
contained(const struct words_row *x, const struct words_row *y, unsigned shared)
{
	return shared > 0 && shared == fewer(x, y) && telling(x, y);
}

static bool
half(const struct words_row *x, const struct words_row *y, unsigned shared)
{
	return 2 * shared >= x->count + y->count - shared;
}

/* No more of them in common make the texts alike. */
static bool
too_few(const struct words_row *x, const struct words_row *y, unsigned shared)
{
	return shared < fewer(x, y) && !half(x, y, shared);
}

/* Half of the words and more than one: "ritz cafe (north)" and "cafe ritz north". */
static bool
words_alike(const struct values *v, const struct words_row *x, const struct words_row *y)
{
	unsigned shared;

	if (too_few(x, y, values_words_most(v, x, y)))
		return false;
	shared = common(v, x, y);
	return contained(x, y, shared) || (shared > 1 && half(x, y, shared));
}

static unsigned
level_string(const struct values *v, struct span a, struct span b, const struct words_row *x,
    const struct words_row *y)
{
	if (characters_at_least(a, EDIT_LEN) && characters_at_least(b, EDIT_LEN) &&
	    similar_osa_at_most_one(a, b))
		return STRING_ONE_EDIT;
	if (similar_jw_at_least(a, b, SIMILAR))
		return similar_jw_at_least(a, b, CLOSE) ? STRING_CLOSE : STRING_SIMILAR;
	return words_alike(v, x, y) ? STRING_SIMILAR : STRING_DIFFERENT;
}

/* Most texts have so few words in common that initials do not matter. */
static unsigned
level_text(const struct values *v, const struct words_row *x, const struct words_row *y)
{
	unsigned initials = (unsigned)x->initials + y->initials, shared;

	if (too_few(x, y, values_words_most(v, x, y) + initials))
		return TEXT_DIFFERENT;
	shared = common(v, x, y);
	if (shared == 0 || too_few(x, y, shared + initials))
		return TEXT_DIFFERENT;
	if (shared < fewer(x, y) && initials > 0)
		shared += by_initial(v, x, y);
	if (contained(x, y, shared))
		return TEXT_CONTAINED;
	return 4 * shared >= 3 * (x->count + y->count - shared) ? TEXT_MOST :
	    half(x, y, shared) ? TEXT_HALF : TEXT_DIFFERENT;
}

static uint64_t
size(int64_t n)
{
	return n < 0 ? -(uint64_t)n : (uint64_t)n;
}

/* Values that are no number among numbers are equal or different. */
static unsigned
level_number(int64_t a, int64_t b)
{
	uint64_t most = size(a) > size(b) ? size(a) : size(b);
	uint64_t apart = a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;

	if (a == INT64_MIN || b == INT64_MIN)
		return NUMBER_DIFFERENT;
	if (apart == 0)
		return NUMBER_EQUAL;
	return apart <= most / 100 ? NUMBER_WITHIN_HUNDREDTH :
	    apart <= most / 10 ? NUMBER_WITHIN_TENTH : NUMBER_DIFFERENT;
}

static unsigned
level_code(struct span a, struct span b)
{
	size_t longer = a.len > b.len ? a.len : b.len, half = (longer + 1) / 2;

	if (similar_osa_at_most_one(a, b))
		return CODE_ONE_EDIT;
	return characters_at_least(a, CODE_LEN) && characters_at_least(b, CODE_LEN) &&
	    span_equal(span_head(a, half), span_head(b, half)) ? CODE_FIRST_HALF : CODE_DIFFERENT;
}

unsigned
level_locality(const struct values *v, uint32_t a, uint32_t b)
{
	if (a == b)
		return STRING_EQUAL;
	return level_string(v, values_text(v, FACT_LOCALITY, a), values_text(v, FACT_LOCALITY, b),
	    &v->locality[a], &v->locality[b]);
}

unsigned
level_attribute(const struct values *v, enum field_type t, uint32_t a, uint32_t b)
{
	const union attribute_row *x = &v->attribute[a], *y = &v->attribute[b];

	if (a == b)
		return field_top(t);
	switch (t) {
	case FIELD_STRING:
		return level_string(v, values_text(v, FACT_ATTRIBUTE, a),
		    values_text(v, FACT_ATTRIBUTE, b), &x->words, &y->words);
	case FIELD_TEXT:
		return level_text(v, &x->words, &y->words);
	case FIELD_WORDS:
		return level_words(v, &x->words, &y->words);
	case FIELD_NUMBER:
		return level_number(x->number, y->number);
	case FIELD_CODE:
		return level_code(values_text(v, FACT_ATTRIBUTE, a),
		    values_text(v, FACT_ATTRIBUTE, b));
	case FIELD_MAILBOX:
		return level_mailbox(values_text(v, FACT_ATTRIBUTE, a), values_text(v, FACT_ATTRIBUTE, b));
	case FIELD_TELEPHONE:
		return level_telephone(x->phone, y->phone);
	case FIELD_DATE:
		return x->day == 0 || y->day == 0 ? 0 :
		    level_date((uint32_t)x->day, (uint32_t)y->day);
	default:
		return 0;	/* categories, and values of sets: equal or different */
	}
}
