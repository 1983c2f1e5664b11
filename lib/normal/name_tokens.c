/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/name_tokens.c: words of names. */
#include "normal/name_tokens.h"
#include "normal/table.h"

/* `alone` as well: words that inside a name are names or initials. */
static unsigned
generation(struct span word, bool alone)
{
	struct span found = table_find(TABLE_GENERATIONS, word);

	if (found.p == NULL || (!alone && span_index(found, '\t') + 1 < found.len))
		return 0;
	return (unsigned)(found.p[0] - '0');
}

unsigned
name_generation(struct span folded)
{
	return generation(folded, true);
}

static struct span
last_word(struct span s)
{
	size_t at = s.len;

	while (at > 0 && s.p[at - 1] != ' ')
		at--;
	return span_skip(s, at);
}

/* "silva filho" is silva; "filho" and "de filho" are names. */
static struct span
take_generation(struct span s, struct name_tokens *n)
{
	struct span last = last_word(s), before;

	if (last.len + 1 >= s.len || generation(last, false) == 0)
		return s;
	before = span_head(s, s.len - last.len - 1);
	if (table_has(TABLE_PARTICLES, last_word(before)))
		return s;
	n->generation = generation(last, false);
	return before;
}

/* "souza e silva", "ortega y gasset": between two words it is no initial. */
static bool
is_particle(struct span word, bool between)
{
	return table_has(TABLE_PARTICLES, word) ||
	    (between && (span_is(word, "e") || span_is(word, "y")));
}

/* "sir william", "mrs ana": a title in front of a name is none of it. */
static struct span
skip_titles(struct span s)
{
	size_t at = span_index(s, ' ');

	while (at < s.len && table_has(TABLE_TITLES, span_head(s, at))) {
		s = span_skip(s, at + 1);
		at = span_index(s, ' ');
	}
	return s;
}

static void
take_words(struct span s, struct name_tokens *n, bool particles)
{
	struct span word;

	while (s.p != NULL && n->count < NAME_TOKENS_MAX && span_split(&s, ' ', &word)) {
		if (!particles && is_particle(word, n->count > 0 && s.p != NULL))
			n->particles = true;
		else if (word.len > 0)
			n->token[n->count++] = word;
	}
	n->rest = s;
}

struct name_tokens
name_tokens(struct span folded)
{
	struct name_tokens n = { 0 };

	if (folded.len == 0)
		return n;
	folded = take_generation(skip_titles(folded), &n);
	take_words(folded, &n, false);
	if (n.count == 0) {
		n.particles = false;
		take_words(folded, &n, true);
	}
	return n;
}

unsigned
name_tokens_generation(struct span folded)
{
	struct name_tokens n = { 0 };

	/* Titles in front leave the last word what it is, and few are a generation. */
	if (span_index(folded, ' ') < folded.len && generation(last_word(folded), false) != 0)
		(void)take_generation(skip_titles(folded), &n);
	return n.generation;
}
