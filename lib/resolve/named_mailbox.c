/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/named_mailbox.c: names are taken out of a mailbox from left to right. */
#include "resolve/named_mailbox.h"
#include "resolve/view.h"

enum {
	SHORT = 3,	/* letters by which a name is known when it is cut: "dan" of Daniel, "chris" */
	ANYBODYS = 2	/* characters that are left and tell nobody from his namesakes: a year, a number that
			 * the provider adds because the name was taken */
};

static size_t
begins_alike(struct span a, struct span b)
{
	size_t n = 0;

	while (n < a.len && n < b.len && a.p[n] == b.p[n])
		n++;
	return n;
}

/* How much of the beginning of `rest` a word of the name is: the word, the beginning of it, or its first letter. */
static size_t
word_taken(struct span word, struct span rest)
{
	size_t alike = begins_alike(word, rest);

	return alike == word.len || alike >= SHORT ? alike : alike > 0;
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

bool
mailbox_is_named(const struct view *w, const struct compared *node, uint32_t email)
{
	const struct values *v = &w->values;
	uint32_t given = node->slot[w->of_type[FIELD_GIVEN]], family = node->slot[w->of_type[FIELD_FAMILY]];
	uint32_t local = v->email[email].local;
	struct span rest;
	unsigned left = 0;

	if (local == VALUE_NONE)
		return false;
	for (rest = values_part(v, local); rest.len > 0 && left <= ANYBODYS;) {
		size_t of_given = name_taken(w, v->given, given, rest);
		size_t of_family = name_taken(w, v->family, family, rest);
		size_t taken = of_given > of_family ? of_given : of_family;

		left += taken == 0 && !parts_words(rest.p[0]);
		rest = span_skip(rest, taken > 0 ? taken : 1);
	}
	return left <= ANYBODYS;
}
