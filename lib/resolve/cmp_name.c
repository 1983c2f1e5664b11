/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cmp_name.c: names, as wholes and token by token (resolve 4.1). */
#include "normal/name_tokens.h"
#include "resolve/characters.h"
#include "resolve/level.h"
#include "resolve/similar.h"
#include "resolve/values.h"

#include <string.h>

enum {
	CLOSE = 920, FAMILY_CLOSE = 880, SIMILAR = 850, CROSSED = 750,	/* Jaro–Winkler, in 1000 */
	CLOSE_LEN = 3, EDIT_LEN = 4,	/* characters; shorter ones are alike by chance */
	RARE = 1000			/* one in so many records */
};

enum given { GIVEN_DIFFERENT, GIVEN_SIMILAR, GIVEN_SWAPPED, GIVEN_INITIAL, GIVEN_CLOSE,
    GIVEN_NICKNAME, GIVEN_SUBSET, GIVEN_EXACT };
enum family { FAMILY_DIFFERENT, FAMILY_SHARES, FAMILY_SIMILAR, FAMILY_SHARES_RARE, FAMILY_ONE_EDIT,
    FAMILY_SUBSET, FAMILY_REORDERED, FAMILY_EXACT };

static struct span
token_text(const struct values *v, uint32_t token)
{
	return v->token[token].text;
}

/* Tokens of x that have one of their own in y. */
static unsigned
common(const struct name_row *x, const struct name_row *y)
{
	unsigned found = 0, taken = 0;

	for (unsigned i = 0; i < x->count; i++)
		for (unsigned j = 0; j < y->count; j++)
			if (x->token[i] == y->token[j] && !(taken >> j & 1)) {
				taken |= 1u << j;
				found++;
				break;
			}
	return found;
}

static unsigned
fewer(const struct name_row *x, const struct name_row *y)
{
	return x->count < y->count ? x->count : y->count;
}

/* Tokens beyond NAME_TOKENS are not known, so such names are equal only as wholes. */
static bool
same_tokens(const struct name_row *x, const struct name_row *y)
{
	return x->token[0] == y->token[0] && x->count == y->count && x->count < NAME_TOKENS &&
	    memcmp(x->token, y->token, x->count * sizeof x->token[0]) == 0;
}

/* One name is a letter that the other begins with. */
static inline bool
initial(const struct values *v, const struct name_row *x, const struct name_row *y)
{
	struct span a, b;

	if (x->chars != 1 && y->chars != 1)
		return false;
	a = token_text(v, x->token[0]);
	b = token_text(v, y->token[0]);
	return x->chars == 1 ? span_starts(b, a) : span_starts(a, b);
}

/* One name is a letter that stands for a later one too: who has no given name may have a middle one. */
static bool
later_initial(const struct name_row *x, const struct name_row *y)
{
	const struct name_row *one = x->count == 1 ? x : y, *other = one == x ? y : x;

	return one->count == 1 && one->chars == 1 && common(one, other) == 1;
}

/* A vowel makes a name of letters: "Al", but "JC". */
static bool
is_spoken(struct span word)
{
	for (size_t i = 0; i < word.len; i++)
		if (memchr("aeiouy", word.p[i], 6) != NULL)
			return true;
	return false;
}

/* "JR" is "J.R.", a letter each, and if nobody can say it the beginnings of "John Ronald". */
static bool
letters_together(const struct values *v, const struct name_row *x, const struct name_row *y, bool begin)
{
	const struct name_row *one = x->count == 1 ? x : y, *other = one == x ? y : x;
	struct span left;

	if (one->count != 1 || other->count < 2 || one->chars != other->count)
		return false;
	left = token_text(v, one->token[0]);
	if (left.len != other->count || (begin && is_spoken(left)))
		return false;
	for (unsigned i = 0; i < other->count; i++) {
		struct span word = token_text(v, other->token[i]);

		if ((!begin && word.len != 1) || word.p[0] != left.p[i])
			return false;
	}
	return true;
}

static bool
nicknames(const struct token *a, const struct token *b)
{
	for (int i = 0; i < NICKNAMES && a->nickname[i] != 0; i++)
		for (int j = 0; j < NICKNAMES && b->nickname[j] != 0; j++)
			if (a->nickname[i] == b->nickname[j])
				return true;
	return false;
}

/* Jaro–Winkler reaches the bound; the sketches say at once where it does not. */
static bool
alike(struct sketch x, struct sketch y, struct span a, struct span b, uint32_t permille)
{
	return sketch_may_jw(x, y, permille) && similar_jw_at_least(a, b, permille);
}

static bool
long_enough(struct span a, struct span b, size_t characters)
{
	return characters_at_least(a, characters) && characters_at_least(b, characters);
}

static bool
close(struct sketch x, struct sketch y, struct span a, struct span b)
{
	return sketch_may_jw(x, y, CLOSE) && long_enough(a, b, CLOSE_LEN) &&
	    similar_jw_at_least(a, b, CLOSE);
}

static bool
similar_token(const struct values *v, const struct name_row *x, const struct name_row *y)
{
	for (unsigned i = 0; i < x->count; i++)
		for (unsigned j = 0; j < y->count; j++) {
			const struct token *s = &v->token[x->token[i]], *t = &v->token[y->token[j]];

			if (s == t || alike(s->sketch, t->sketch, s->text, t->text, SIMILAR))
				return true;
		}
	return false;
}

static bool
close_given(const struct values *v, uint32_t a, uint32_t b)
{
	const struct name_row *x = &v->given[a], *y = &v->given[b];
	const struct token *s = &v->token[x->token[0]], *t = &v->token[y->token[0]];

	if (close(s->sketch, t->sketch, s->text, t->text))
		return true;
	return sketch_may_jw(x->whole, y->whole, CLOSE) &&
	    close(x->whole, y->whole, values_text(v, FACT_GIVEN, a), values_text(v, FACT_GIVEN, b));
}

static unsigned
given_words(const struct values *v, const struct name_row *x, const struct name_row *y)
{
	const struct token *s = &v->token[x->token[0]], *t = &v->token[y->token[0]];

	if (x->nicknamed && y->nicknamed && nicknames(s, t))
		return GIVEN_NICKNAME;
	if (!sketch_may_jw(x->whole, y->whole, SIMILAR))	/* most pairs end here */
		return initial(v, x, y) ? GIVEN_INITIAL : GIVEN_DIFFERENT;
	if (close(x->whole, y->whole, s->text, t->text))
		return GIVEN_CLOSE;
	if (initial(v, x, y))
		return GIVEN_INITIAL;
	return similar_jw_at_least(s->text, t->text, SIMILAR) ? GIVEN_SIMILAR : GIVEN_DIFFERENT;
}

unsigned
level_given(const struct values *v, uint32_t a, uint32_t b)
{
	const struct name_row *x = &v->given[a], *y = &v->given[b];

	if (a == b)
		return GIVEN_EXACT;
	if (x->script != y->script)	/* what is the same name nobody sees who reads one of them only */
		return LEVEL_NULL;
	if (x->one && y->one)
		return given_words(v, x, y);
	if (x->count == 0 || y->count == 0)
		return GIVEN_DIFFERENT;
	if ((x->token[0] == y->token[0] && common(x, y) == fewer(x, y)) || letters_together(v, x, y, false))
		return GIVEN_SUBSET;
	if (x->nicknamed && y->nicknamed && x->token[0] != y->token[0] &&
	    nicknames(&v->token[x->token[0]], &v->token[y->token[0]]))
		return GIVEN_NICKNAME;
	if (close_given(v, a, b))
		return GIVEN_CLOSE;
	if (initial(v, x, y) || later_initial(x, y) || letters_together(v, x, y, true))
		return GIVEN_INITIAL;
	return similar_token(v, x, y) ? GIVEN_SIMILAR : GIVEN_DIFFERENT;
}

static bool
one_edit(const struct token *s, const struct token *t)
{
	return s == t || (sketch_may_one_edit(s->sketch, t->sketch) &&
	    long_enough(s->text, t->text, EDIT_LEN) && similar_osa_at_most_one(s->text, t->text));
}

/* A partner for each of the first n rows, none of them in `taken`; partner[i] has a bit for
 * each one that row i may have. */
static bool
partners(const unsigned partner[NAME_TOKENS], unsigned n, unsigned taken)
{
	if (n == 0)
		return true;
	for (unsigned j = 0; j < NAME_TOKENS; j++)
		if (partner[n - 1] & ~taken & 1u << j && partners(partner, n - 1, taken | 1u << j))
			return true;
	return false;
}

static bool
one_edit_each(const struct values *v, const struct name_row *x, const struct name_row *y)
{
	const struct name_row *few = x->count <= y->count ? x : y, *many = few == x ? y : x;
	unsigned partner[NAME_TOKENS] = { 0 };

	if (few->plain && !sketch_may_edit(few->whole, many->whole, few->count))
		return false;
	for (unsigned i = 0; i < few->count; i++) {
		for (unsigned j = 0; j < many->count; j++)
			if (one_edit(&v->token[few->token[i]], &v->token[many->token[j]]))
				partner[i] |= 1u << j;
		if (partner[i] == 0)
			return false;
	}
	return partners(partner, few->count, 0);
}

static bool
rare_in_common(const struct values *v, const struct name_row *x, const struct name_row *y)
{
	for (unsigned i = 0; i < x->count; i++)
		for (unsigned j = 0; j < y->count; j++)
			if (x->token[i] == y->token[j] &&
			    (uint64_t)v->token[x->token[i]].holders * RARE <= v->families)
				return true;
	return false;
}

static unsigned
family_words(const struct values *v, const struct name_row *x, const struct name_row *y)
{
	const struct token *s = &v->token[x->token[0]], *t = &v->token[y->token[0]];

	if (sketch_may_one_edit(x->whole, y->whole) && one_edit(s, t))
		return FAMILY_ONE_EDIT;
	if (alike(x->whole, y->whole, s->text, t->text, FAMILY_CLOSE))
		return FAMILY_SIMILAR;
	return initial(v, x, y) ? FAMILY_SHARES : FAMILY_DIFFERENT;
}

unsigned
level_family(const struct values *v, uint32_t a, uint32_t b)
{
	const struct name_row *x = &v->family[a], *y = &v->family[b];
	unsigned shared;

	if (a == b)
		return FAMILY_EXACT;
	if (x->script != y->script)
		return LEVEL_NULL;
	if (x->one && y->one)
		return family_words(v, x, y);
	if (x->count == 0 || y->count == 0)
		return FAMILY_DIFFERENT;
	shared = common(x, y);
	if (shared == fewer(x, y))
		return same_tokens(x, y) ? FAMILY_EXACT :
		    x->count == y->count ? FAMILY_REORDERED : FAMILY_SUBSET;
	if (one_edit_each(v, x, y))
		return FAMILY_ONE_EDIT;
	if (shared > 0 && rare_in_common(v, x, y))
		return FAMILY_SHARES_RARE;
	if (sketch_may_jw(x->whole, y->whole, FAMILY_CLOSE) && similar_jw_at_least(
	    values_text(v, FACT_FAMILY, a), values_text(v, FACT_FAMILY, b), FAMILY_CLOSE))
		return FAMILY_SIMILAR;
	return shared > 0 || initial(v, x, y) ? FAMILY_SHARES : FAMILY_DIFFERENT;
}

/* The name is some of the words of a longer one. */
static bool
is_part(const struct name_row *x, const struct name_row *longer)
{
	return x->count > 0 && x->count < longer->count && common(x, longer) == x->count;
}

enum crossing
level_crossed(const struct values *v, uint32_t given, uint32_t family)
{
	const struct name_row *x = &v->given[given], *y = &v->family[family];
	struct span a, b;

	if (x->count > 0 && same_tokens(x, y))
		return CROSSING_SURE;
	if (is_part(y, x))
		return CROSSING_PART;
	if (!sketch_may_jw(x->whole, y->whole, CROSSED))
		return CROSSING_NOT;
	a = values_text(v, FACT_GIVEN, given);
	b = values_text(v, FACT_FAMILY, family);
	if (alike(x->whole, y->whole, a, b, CLOSE))
		return CROSSING_SURE;
	return similar_jw_at_least(a, b, CROSSED) ? CROSSING_LIKELY : CROSSING_NOT;
}

bool
level_may_cross(const struct values *v, uint32_t given, uint32_t family)
{
	const struct name_row *x = &v->given[given], *y = &v->family[family];

	return sketch_may_jw(x->whole, y->whole, CLOSE) || (x->count > 0 && same_tokens(x, y)) || is_part(y, x);
}

/* Several words say one generation: Jr, Filho, II. */
unsigned
level_suffix(const struct values *v, uint32_t a, uint32_t b)
{
	unsigned x;

	if (a == b)
		return 1;
	x = name_generation(values_text(v, FACT_SUFFIX, a));
	return x != 0 && x == name_generation(values_text(v, FACT_SUFFIX, b));
}
