/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cmp_words.c: a text by their words, each as much as it is rare among the texts of its
 * attribute (inverse document frequency; Cohen, Ravikumar, Fienberg 2003): "department of" is in
 * half of them and says nothing, the number of a model is in two. */
#include "resolve/characters.h"
#include "resolve/level.h"
#include "resolve/similar.h"
#include "resolve/values.h"

#include <string.h>

enum words { WORDS_DIFFERENT, WORDS_FIFTH, WORDS_THIRD, WORDS_HALF, WORDS_MOST, WORDS_CONTAINED, WORDS_EQUAL };

enum {
	KEPT = 64,		/* words of a text, as values_words keeps */
	TYPED_LEN = 5,		/* characters of a word that may be mistyped; shorter ones are others */
	TYPED_WORDS = 12,	/* words that a text has alone, if those are looked for */
	LETTERS = 'z' - 'a' + 1,
	MOST = 8000		/* millibits that a frequency adds (resolve 4.6) */
};

/* Words of a text that the other has not, and how rare all of its words are together. */
struct alone {
	const struct token	*word[KEPT];
	uint16_t		 bits[KEPT];
	bool			 typed[KEPT];	/* the other has it with a slip */
	unsigned		 count;
	uint32_t		 all;
};

/* What two texts have in common: words, and millibits by which they are rare. */
struct common {
	unsigned	words;
	uint32_t	bits, alike;	/* alike: of words that are the same but for a slip or an initial */
};

static void
add_alone(struct alone *x, const struct values *v, size_t at)
{
	x->word[x->count] = &v->token[v->word[at]];
	x->bits[x->count] = v->word_bits[at];
	x->typed[x->count++] = false;
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

static bool
may_be_typed(const struct token *t)
{
	if (!characters_at_least(t->text, TYPED_LEN))
		return false;
	for (size_t i = 0; i < t->text.len; i++)
		if (t->text.p[i] >= '0' && t->text.p[i] <= '9')
			return false;	/* another number is another thing */
	return true;
}

/* Words with a slip, whichever is the right one: it is as rare as the less rare of the two. */
static void
find_typed(struct alone *a, struct alone *b, struct common *c)
{
	uint32_t of_a = 0, of_b = 0, words_a = 0, words_b = 0;

	if (a->count > TYPED_WORDS || b->count > TYPED_WORDS)
		return;
	for (unsigned i = 0; i < a->count; i++)
		for (unsigned j = 0; j < b->count && may_be_typed(a->word[i]); j++)
			if (sketch_may_one_edit(a->word[i]->sketch, b->word[j]->sketch) &&
			    may_be_typed(b->word[j]) &&
			    similar_osa_at_most_one(a->word[i]->text, b->word[j]->text))
				a->typed[i] = b->typed[j] = true;
	for (unsigned i = 0; i < a->count; i++) {
		of_a += a->typed[i] ? a->bits[i] : 0;
		words_a += a->typed[i];
	}
	for (unsigned j = 0; j < b->count; j++) {
		of_b += b->typed[j] ? b->bits[j] : 0;
		words_b += b->typed[j];
	}
	c->words += words_a < words_b ? words_a : words_b;
	c->alike += of_a < of_b ? of_a : of_b;
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

		if (letter < LETTERS && text.len > 1 && !b->typed[j] && b->bits[j] > rarest[letter])
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
compare(const struct values *v, const struct words_row *x, const struct words_row *y, uint32_t *all)
{
	struct alone a, b;
	struct common c = merge(v, x, y, &a, &b);

	if (c.words > 0 && a.count > 0 && b.count > 0) {
		find_typed(&a, &b, &c);
		find_initials(&a, &b, &c);
		find_initials(&b, &a, &c);
	}
	*all = a.all + b.all - c.bits - c.alike;
	return c;
}

unsigned
level_words(const struct values *v, const struct words_row *x, const struct words_row *y)
{
	uint32_t all;
	struct common c = compare(v, x, y, &all);
	uint64_t bits = c.bits + c.alike;

	if (c.words == 0)
		return WORDS_DIFFERENT;
	if (c.words >= (x->count < y->count ? x->count : y->count))
		return WORDS_CONTAINED;
	return 4 * bits >= 3 * (uint64_t)all ? WORDS_MOST : 2 * bits >= all ? WORDS_HALF :
	    3 * bits >= all ? WORDS_THIRD : 5 * bits >= all ? WORDS_FIFTH : WORDS_DIFFERENT;
}

uint32_t
words_shared(const struct values *v, uint32_t a, uint32_t b)
{
	uint32_t all;
	struct common c = compare(v, &v->attribute[a].words, &v->attribute[b].words, &all);

	return c.bits + c.alike / 2;
}

/* Of texts that are not half alike what they share tells no more than that they are so. */
int32_t
words_most(unsigned level)
{
	return level >= WORDS_HALF ? MOST : 0;
}
