/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/named_mailbox.c: names are taken out of a mailbox from left to right. */
#include "resolve/named_mailbox.h"
#include "resolve/view.h"

enum {
	SHORT = 3,	/* letters by which a name is known when it is cut: "dan" of Daniel, "chris" */
	ANYBODYS = 2	/* characters that are left and tell nobody from his namesakes: a year, a number that
			 * the provider adds because the name was taken */
};

static bool
may_be_umlaut(char c)
{
	return c == 'a' || c == 'o' || c == 'u';
}

/* How much of the beginning of `rest` is the beginning of the word: so many of its letters, in *letters. A folded
 * word is "muller", and a mailbox may have "mueller". */
static size_t
begins_alike(struct span word, struct span rest, size_t *letters)
{
	size_t n = 0, at = 0;

	for (; n < word.len && at < rest.len; n++, at++) {
		if (word.p[n] == rest.p[at])
			continue;
		if (n == 0 || !may_be_umlaut(word.p[n - 1]) || rest.p[at] != 'e' || at + 1 == rest.len ||
		    rest.p[at + 1] != word.p[n])
			break;
		at++;
	}
	*letters = n;
	return at;
}

/* How much of the beginning of `rest` a word of the name is: the word, the beginning of it, or its first letter. */
static size_t
word_taken(struct span word, struct span rest)
{
	size_t letters, alike = begins_alike(word, rest, &letters);

	return letters == word.len || letters >= SHORT ? alike : letters > 0;
}

/* The same of the longest word of any name in a slot. */
static size_t
name_taken(const struct view *w, const struct name_row *row, uint32_t slot, struct span rest)
{
	uint32_t one, names;
	const uint32_t *list;
	size_t most = 0;

	if (slot == 0)
		return 0;
	names = view_values(w, slot, &one, &list);
	for (uint32_t i = 0; i < names; i++)
		for (unsigned t = 0; t < row[list[i]].count; t++) {
			size_t taken = word_taken(w->values.token[row[list[i]].token[t]].text, rest);

			most = taken > most ? taken : most;
		}
	return most;
}

static bool
parts_words(char c)
{
	return c == '.' || c == '_' || c == '-';
}

static size_t
taken_by(const struct names_of_pair *n, struct span rest)
{
	const struct values *v = &n->w->values;
	size_t most = 0;

	for (unsigned i = 0; i < 2; i++) {
		size_t given = name_taken(n->w, v->given, n->given[i], rest);
		size_t family = name_taken(n->w, v->family, n->family[i], rest);

		most = given > most ? given : most;
		most = family > most ? family : most;
	}
	return most;
}

bool
mailbox_is_named(const struct names_of_pair *n, uint32_t email)
{
	const struct values *v = &n->w->values;
	uint32_t local = v->email[email].local;
	struct span rest;
	unsigned left = 0;

	if (local == VALUE_NONE)
		return false;
	for (rest = values_part(v, local); rest.len > 0 && left <= ANYBODYS;) {
		size_t taken = taken_by(n, rest);

		left += taken == 0 && !parts_words(rest.p[0]);
		rest = span_skip(rest, taken > 0 ? taken : 1);
	}
	return left <= ANYBODYS;
}
