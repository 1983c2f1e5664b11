/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cmp_words.c: texts by their words, each as much as it is rare among the texts of its
 * attribute (inverse document frequency; Cohen, Ravikumar, Fienberg 2003): "department of" is in
 * half of them and says nothing, the number of a model is in two. */
#include "base/ascii.h"
#include "resolve/characters.h"
#include "resolve/fx.h"
#include "resolve/level.h"
#include "resolve/similar.h"
#include "resolve/values.h"

#include <string.h>

enum words { WORDS_DIFFERENT, WORDS_FIFTH, WORDS_THIRD, WORDS_HALF, WORDS_MOST, WORDS_CONTAINED, WORDS_EQUAL };

enum {
	KEPT = 64,		/* words of a text, as values_words keeps */
	TYPED_LEN = 5,		/* characters of a word that may be mistyped; shorter ones are others */
	SHORT_LEN = 3,		/* characters that a word may be cut to */
	ACRONYM_LEN = 2,	/* letters; one is an initial */
	ALIKE_WORDS = 12,	/* words that a text has alone, if those are looked for */
	LETTERS = 'z' - 'a' + 1,
	AGREEING = 2,		/* holders beside the two who agree count */
	FEW = 4,		/* holders of a text that are too few to say how rare it is (resolve 4.6) */
	MOST = 12000		/* millibits that rarity adds: half as much again as that of a value, which
				 * has other fields beside it */
};

/* Words of a text that the other has not, and how rare all of its words are together. */
struct alone {
	const struct token	*word[KEPT];
	uint16_t		 bits[KEPT];
	bool			 met[KEPT];	/* the other has it in another form */
	unsigned		 count;
	uint32_t		 all;
};

/* What two texts have in common: words, and millibits by which they are rare. */
struct common {
	unsigned	words;
	uint32_t	bits, alike;	/* alike: of words that are the same in another form */
};

static void
add_alone(struct alone *x, const struct values *v, size_t at)
{
	x->word[x->count] = &v->token[v->word[at]];
	x->bits[x->count] = v->word_bits[at];
	x->met[x->count++] = false;
	x->all += v->word_bits[at];
}

/* Both lists are sorted and have no word twice. */
static struct common
merge(const struct values *v, const struct words_row *x, const struct words_row *y, struct alone *a,
    struct alone *b)
{
	size_t i = x->at, j = y->at, i_end = i + x->count, j_end = j + y->count;
	struct common c = { 0, 0, 0 };

	a->count = b->count = 0;
	a->all = b->all = 0;
	while (i < i_end || j < j_end) {
		if (j == j_end || (i < i_end && v->word[i] < v->word[j])) {
			add_alone(a, v, i++);
		} else if (i == i_end || v->word[j] < v->word[i]) {
			add_alone(b, v, j++);
		} else {
			c.words++;
			c.bits += v->word_bits[i];
			a->all += v->word_bits[i++];
			b->all += v->word_bits[j++];
		}
	}
	return c;
}

/* Another number is another thing. */
static bool
may_be_typed(const struct token *t)
{
	return characters_at_least(t->text, TYPED_LEN) && !ascii_has_digit(t->text);
}

static bool
mistyped(const struct token *a, const struct token *b)
{
	return sketch_may_one_edit(a->sketch, b->sketch) && may_be_typed(a) && may_be_typed(b) &&
	    similar_osa_at_most_one(a->text, b->text);
}

/* Most words do not even begin with the same byte. */
static inline bool
begins(struct span word, struct span with)
{
	return word.p[0] == with.p[0] && span_starts(word, with);
}

/* One is short for the other: "univ" for university, "bob" for robert. */
static bool
short_for(const struct token *a, const struct token *b)
{
	struct span less = a->text.len < b->text.len ? a->text : b->text;
	struct span more = a->text.len < b->text.len ? b->text : a->text;

	if (begins(more, less) && characters_at_least(less, SHORT_LEN) && !ascii_has_digit(more))
		return true;
	for (unsigned i = 0; i < NICKNAMES && a->nickname[i] != 0; i++)
		for (unsigned j = 0; j < NICKNAMES && b->nickname[j] != 0; j++)
			if (a->nickname[i] == b->nickname[j])
				return true;
	return false;
}

/* Two words of one that the other writes as one: "court house". */
static void
find_joined(struct alone *a, struct alone *b)
{
	for (unsigned i = 0; i < a->count; i++)
		for (unsigned k = 0; k < b->count; k++) {
			struct span x = a->word[i]->text, z = b->word[k]->text;

			if (!begins(z, x))
				continue;
			for (unsigned j = 0; j < a->count; j++)
				if (i != j && span_equal(span_skip(z, x.len), a->word[j]->text))
					a->met[i] = a->met[j] = b->met[k] = true;
		}
}

/* The rarest word that begins with the letter among those that are not met and not used; or KEPT. */
static unsigned
beginning_with(const struct alone *x, const bool met[KEPT], uint64_t used, char letter)
{
	unsigned best = KEPT;

	for (unsigned i = 0; i < x->count; i++)
		if (!met[i] && !(used >> i & 1) && x->word[i]->text.len > 1 &&
		    x->word[i]->text.p[0] == letter && (best == KEPT || x->bits[i] > x->bits[best]))
			best = i;
	return best;
}

/* A bit for each byte that a word begins with which is not met; some bytes share one. */
static uint64_t
first_letters(const struct alone *x, const bool met[KEPT])
{
	uint64_t letters = 0;

	for (unsigned i = 0; i < x->count; i++)
		if (!met[i] && x->word[i]->text.len > 1)
			letters |= UINT64_C(1) << (x->word[i]->text.p[0] & 63);
	return letters;
}

static bool
all_among(struct span word, uint64_t letters)
{
	for (size_t i = 0; i < word.len; i++)
		if (!(letters >> (word.p[i] & 63) & 1))
			return false;
	return true;
}

/* A word of one that is the first letters of words of the other, in whichever order those are: "nhs" and
 * national historic site. `a_met`, `b_met`: what was met before, so that neither is first. */
static void
find_acronyms(struct alone *a, const bool a_met[KEPT], struct alone *b, const bool b_met[KEPT])
{
	uint64_t first = first_letters(b, b_met);

	for (unsigned i = 0; i < a->count; i++) {
		struct span letters = a->word[i]->text;
		uint64_t used = 0;
		size_t n = 0;

		if (a_met[i] || letters.len < ACRONYM_LEN || letters.len > b->count ||
		    !all_among(letters, first))
			continue;
		for (unsigned k = 0; n < letters.len && k < KEPT; n += k < KEPT) {
			k = beginning_with(b, b_met, used, letters.p[n]);
			used |= k < KEPT ? UINT64_C(1) << k : 0;
		}
		if (n < letters.len)
			continue;
		a->met[i] = true;
		for (unsigned k = 0; k < b->count; k++)
			b->met[k] |= used >> k & 1;
	}
}

static uint32_t
bits_met(const struct alone *x, unsigned *words)
{
	uint32_t bits = 0;

	*words = 0;
	for (unsigned i = 0; i < x->count; i++) {
		bits += x->met[i] ? x->bits[i] : 0;
		*words += x->met[i];
	}
	return bits;
}

/* Words that are alike, whichever is the right one: they are as rare as the less rare of the two. */
static void
find_alike(struct alone *a, struct alone *b, struct common *c)
{
	bool a_met[KEPT], b_met[KEPT];
	unsigned words_a, words_b;
	uint32_t of_a, of_b, alike;

	if (a->count > ALIKE_WORDS || b->count > ALIKE_WORDS)
		return;
	for (unsigned i = 0; i < a->count; i++)
		for (unsigned j = 0; j < b->count; j++)
			if (mistyped(a->word[i], b->word[j]) || short_for(a->word[i], b->word[j]))
				a->met[i] = b->met[j] = true;
	find_joined(a, b);
	find_joined(b, a);
	memcpy(a_met, a->met, sizeof a_met);
	memcpy(b_met, b->met, sizeof b_met);
	find_acronyms(a, a_met, b, b_met);
	find_acronyms(b, b_met, a, a_met);
	of_a = bits_met(a, &words_a);
	of_b = bits_met(b, &words_b);
	alike = of_a < of_b ? of_a : of_b;
	a->all -= of_a - alike;
	b->all -= of_b - alike;
	c->words += words_a < words_b ? words_a : words_b;
	c->alike += alike;
}

/* Words that one has in full and the other by its first letter: "r l stevenson" and "robert louis
 * stevenson". It is as rare as the letter, and of several the rarest is meant. */
static void
find_initials(const struct alone *a, struct alone *b, struct common *c)
{
	uint32_t rarest[LETTERS] = { 0 };
	bool any = false;

	for (unsigned i = 0; i < a->count; i++)
		any |= a->word[i]->text.len == 1;
	for (unsigned j = 0; j < b->count && any; j++) {
		struct span text = b->word[j]->text;
		unsigned letter = (unsigned)(unsigned char)text.p[0] - 'a';

		if (letter < LETTERS && text.len > 1 && !b->met[j] && b->bits[j] > rarest[letter])
			rarest[letter] = b->bits[j];
	}
	for (unsigned i = 0; i < a->count && any; i++) {
		struct span text = a->word[i]->text;
		unsigned letter = (unsigned)(unsigned char)text.p[0] - 'a';
		uint32_t bits;

		if (text.len != 1 || letter >= LETTERS || rarest[letter] == 0)
			continue;
		bits = a->bits[i] < rarest[letter] ? a->bits[i] : rarest[letter];
		b->all -= rarest[letter] - bits;
		c->words++;
		c->alike += bits;
		rarest[letter] = 0;
	}
}

static struct common
compare(const struct values *v, const struct words_row *x, const struct words_row *y, struct alone *a,
    struct alone *b)
{
	struct common c = merge(v, x, y, a, b);

	if (c.words > 0 && a->count > 0 && b->count > 0) {
		find_alike(a, b, &c);
		find_initials(a, b, &c);
		find_initials(b, a, &c);
	}
	return c;
}

unsigned
level_words(const struct values *v, const struct words_row *x, const struct words_row *y)
{
	struct alone a, b;
	struct common c = compare(v, x, y, &a, &b);
	uint64_t bits = c.bits + c.alike, all = a.all + b.all - bits;

	if (c.words == 0)
		return WORDS_DIFFERENT;
	if (c.words >= (x->count < y->count ? x->count : y->count))
		return WORDS_CONTAINED;
	return 4 * bits >= 3 * all ? WORDS_MOST : 2 * bits >= all ? WORDS_HALF :
	    3 * bits >= all ? WORDS_THIRD : 5 * bits >= all ? WORDS_FIFTH : WORDS_DIFFERENT;
}

/* A text that many hold is as rare as they say; of few it is its words that tell. */
static uint32_t
rarest(const struct values *v, uint32_t text, uint32_t by_words)
{
	uint32_t held = v->holders[FACT_ATTRIBUTE][text], bits;

	if (held <= FEW)
		return by_words;
	bits = (uint32_t)fx_log2_ratio(v->texts, held - AGREEING);
	return bits < by_words ? bits : by_words;
}

/* What one has beyond the other may be left out there; what each has alone speaks against the two,
 * as much as the one that has less of it. */
int32_t
words_rarity(const struct values *v, uint32_t a, uint32_t b, int32_t chance, unsigned level)
{
	struct alone x, y;
	struct common c = compare(v, &v->attribute[a].words, &v->attribute[b].words, &x, &y);
	uint32_t shared = c.bits + c.alike, fewer = x.all < y.all ? x.all : y.all;
	int32_t most = words_most(level), w;

	w = chance + (int32_t)(a == b ? rarest(v, a, shared) : shared);
	return (w < most ? w : most) - (int32_t)(fewer > shared ? fewer - shared : 0);
}

/* Of texts that are not half alike what they share tells no more than that they are so. */
int32_t
words_most(unsigned level)
{
	return level >= WORDS_HALF ? MOST : 0;
}
