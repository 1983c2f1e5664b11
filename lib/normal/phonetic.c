/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/phonetic.c: a word is read from the left; the first rule that fits says what is
 * heard. A sound is a capital letter, five bits of the code; A is any vowel. */
#include "base/ascii.h"
#include "normal/phonetic.h"
#include "normal/phonetic_rules.h"

#include <pthread.h>

/* Against six sounds, four find a third more of misspelt family names (foreigners_pl) for few more
 * candidates; three would double these. */
enum { SOUNDS = 4, SOUND_BITS = 5, LETTERS = 26, DIGIT_SOUND = '[' };

/* Where the rules of a letter begin, for each language and for those of all. */
struct index {
	uint8_t	first[LETTERS + 1];
};

static pthread_once_t	once = PTHREAD_ONCE_INIT;
static struct index	indexes[PHONETIC_LANGUAGES + 1];

static void
index_rules(const struct phonetic_rules *rules, struct index *index)
{
	size_t at = 0;

	for (size_t letter = 0; letter <= LETTERS; letter++) {
		while (at < rules->count && (size_t)(rules->list[at].letters[0] - 'a') < letter)
			at++;
		index->first[letter] = (uint8_t)at;
	}
}

static void
load(void)
{
	for (size_t i = 0; i <= PHONETIC_LANGUAGES; i++)
		index_rules(&phonetic_rules[i], &indexes[i]);
}

static bool
is_vowel(char c)
{
	const uint32_t vowels = 1u << ('a' - 'a') | 1u << ('e' - 'a') | 1u << ('i' - 'a') |
	    1u << ('o' - 'a') | 1u << ('u' - 'a') | 1u << ('y' - 'a');

	return ascii_lower((unsigned char)c) && (vowels >> (c - 'a') & 1) != 0;
}

/* How many letters the rule takes at `at`; 0: it does not fit. */
static size_t
fits(const struct phonetic_rule *rule, struct span s, size_t at)
{
	unsigned where = rule->where;
	size_t end = at + 1;
	char next;

	for (const char *letter = rule->letters + 1; *letter != '\0'; letter++, end++)
		if (end >= s.len || s.p[end] != *letter)
			return 0;
	if (where == 0)
		return end - at;
	next = end < s.len ? s.p[end] : '\0';
	if (((where & AT_START) != 0 && at > 0) || ((where & AT_END) != 0 && end < s.len) ||
	    ((where & BEFORE_FRONT) != 0 && next != 'e' && next != 'i' && next != 'y') ||
	    ((where & BEFORE_VOWEL) != 0 && !is_vowel(next)) ||
	    ((where & BEFORE_OTHER) != 0 && is_vowel(next)) ||
	    ((where & AFTER_VOWEL) != 0 && (at == 0 || !is_vowel(s.p[at - 1]))))
		return 0;
	return end - at;
}

/* The sounds at `at`, and how many letters make them; NULL: no rule of the set fits. */
static const char *
find(size_t set, struct span s, size_t at, size_t *len)
{
	const struct index *index = &indexes[set];
	size_t letter = (size_t)(s.p[at] - 'a');

	for (size_t i = index->first[letter]; i < index->first[letter + 1]; i++) {
		*len = fits(&phonetic_rules[set].list[i], s, at);
		if (*len > 0)
			return phonetic_rules[set].list[i].sounds;
	}
	return NULL;
}

struct code {
	uint32_t	bits;
	unsigned	count;
	char		before;		/* the sound heard last */
};

/* A vowel keeps equal sounds apart but is heard only at the start. */
static void
hear(struct code *code, char sound)
{
	if (sound != code->before && code->count < SOUNDS && (sound != 'A' || code->count == 0)) {
		code->bits = code->bits << SOUND_BITS | (uint32_t)(sound - 'A' + 1);
		code->count++;
	}
	code->before = sound;
}

uint32_t
phonetic_code(struct span token, enum phonetic_language language)
{
	struct code code = { 0 };
	size_t at = 0, len = 0;

	pthread_once(&once, load);
	while (at < token.len && code.count < SOUNDS) {
		unsigned char c = (unsigned char)token.p[at];
		const char *sounds;

		if (!ascii_lower(c)) {
			if (ascii_digit(c))
				hear(&code, DIGIT_SOUND);
			at++;
			continue;
		}
		sounds = find(language, token, at, &len);
		if (sounds == NULL)
			sounds = find(PHONETIC_LANGUAGES, token, at, &len);
		for (; *sounds != '\0'; sounds++)
			hear(&code, *sounds);
		at += len;
	}
	return code.bits;
}

uint32_t
phonetic_key(struct span token)
{
	return phonetic_code(token, PHONETIC_ANY);
}

enum phonetic_language
phonetic_language(struct span locale)
{
	static const char *const names[PHONETIC_LANGUAGES] = { [PHONETIC_EN] = "en",
	    [PHONETIC_PT] = "pt", [PHONETIC_ES] = "es", [PHONETIC_DE] = "de" };
	struct span language = span_head(locale, 2);

	if (locale.len > 2 && locale.p[2] != '-' && locale.p[2] != '_')
		return PHONETIC_ANY;
	for (size_t i = PHONETIC_EN; i < PHONETIC_LANGUAGES; i++)
		if (span_is(language, names[i]))
			return (enum phonetic_language)i;
	return PHONETIC_ANY;
}
