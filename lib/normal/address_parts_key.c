/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/address_parts_key.c: parts of an address as they are compared. */
#include "base/arena.h"
#include "base/ascii.h"
#include "normal/address_parts.h"
#include "normal/key.h"
#include "normal/table.h"

#include <strings.h>

/* Room for each word in its short form, which is longer than the word by 8 bytes at most. */
enum { LONGER = 8 };

/* "hauptstrasse" and "hauptstr" are hauptst, "mainstreet" is main st; of other words the table
 * knows the short form. */
static struct span
short_form(struct span word, struct span *tail)
{
	static const struct { struct span tail, form; } all[] = {
		{ SPAN_INIT("strasse"), SPAN_INIT("st") }, { SPAN_INIT("str"), SPAN_INIT("st") },
		{ SPAN_INIT("street"), SPAN_INIT(" st") }, { SPAN_INIT("crescent"), SPAN_INIT(" cres") },
		{ SPAN_INIT("avenue"), SPAN_INIT(" ave") } };
	struct span found = table_find(TABLE_STREET_WORDS, word);

	*tail = SPAN("");
	if (found.p != NULL)
		return span_head(found, span_index(found, '\t'));
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (word.len > all[i].tail.len && span_ends(word, all[i].tail)) {
			*tail = all[i].form;
			return span_head(word, word.len - all[i].tail.len);
		}
	return word;
}

static struct span
street_key(struct span street, struct arena *arena)
{
	struct span folded = text_fold(street, arena), word, tail;
	size_t words = 1, len = 0;
	char *out;

	if (folded.p == NULL)
		return folded;
	for (size_t i = 0; i < folded.len; i++)
		words += folded.p[i] == ' ';
	out = arena_alloc(arena, folded.len + words * LONGER);
	while (span_split(&folded, ' ', &word)) {
		word = short_form(word, &tail);
		if (len > 0)
			out[len++] = ' ';
		memcpy(out + len, word.p, word.len);
		len += word.len;
		memcpy(out + len, tail.p, tail.len);
		len += tail.len;
	}
	return span_make(out, len);
}

/* "012 B" is 12b, "12 - 14" is 12-14. */
static struct span
number_key(struct span number, struct arena *arena)
{
	char *out = arena_alloc(arena, number.len + 1);
	size_t len = 0;

	while (number.len > 1 && number.p[0] == '0')
		number = span_skip(number, 1);
	for (size_t i = 0; i < number.len; i++) {
		unsigned char c = (unsigned char)number.p[i];

		if (ascii_upper(c))
			c |= 0x20;
		if (ascii_lower(c) || ascii_digit(c) || ((c == '-' || c == '/') && len > 0))
			out[len++] = (char)c;
	}
	return len == 0 ? span_none() : span_make(out, len);
}

/* What announces a unit or its number. */
static bool
announces(struct span word)
{
	struct span kind = table_find(TABLE_UNIT_WORDS, word);
	struct span street = table_find(TABLE_STREET_WORDS, word);

	return (kind.p != NULL && (span_is(kind, "unit") || span_is(kind, "floor"))) ||
	    (street.p != NULL && span_ends(street, SPAN("\tnumber")));
}

/* Ordinals as plain numbers: 3º, 3.º, 20th; that 3ª is no 3a only its sign tells. */
static struct span
plain_number(struct span word)
{
	static const char *const tails[] = { "st", "nd", "rd", "th" };
	size_t n = ascii_digits(word);
	struct span tail = span_skip(word, n);

	if (n == 0)
		return word;
	while (tail.len > 0 && tail.p[0] == '.')
		tail = span_skip(tail, 1);
	if (tail.len > 0 && (unsigned char)tail.p[0] >= 0x80)
		return span_head(word, n);
	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
		if (tail.len == 2 && strncasecmp(tail.p, tails[i], 2) == 0)
			return span_head(word, n);
	return word;
}

/* Without the words for what it is: "Apt 4B", "Unit 4 b" and "#4B" are 4b, "3rd floor" is 3. */
static struct span
unit_key(struct span unit, struct arena *arena)
{
	struct span raw, folded, word;
	size_t room = 2 * unit.len, len = 0;	/* few letters fold into more */
	char *out = arena_alloc(arena, room + 1);

	while (span_split(&unit, ' ', &raw)) {
		folded = text_fold(plain_number(raw), arena);
		while (span_split(&folded, ' ', &word)) {
			size_t letters = 0;

			if (announces(word))
				continue;
			while (letters < word.len && ascii_lower((unsigned char)word.p[letters]))
				letters++;
			if (letters < word.len && announces(span_head(word, letters)))
				word = span_skip(word, letters);
			if (word.len > room - len)
				break;
			memcpy(out + len, word.p, word.len);
			len += word.len;
		}
	}
	return len == 0 ? span_none() : span_make(out, len);
}

struct address_key
address_key(const struct address_parts *p, struct arena *arena)
{
	return (struct address_key){
		.street = street_key(p->street, arena),
		.number = p->number.p == NULL ? span_none() : number_key(p->number, arena),
		.unit = p->unit.p == NULL ? span_none() : unit_key(p->unit, arena),
		.po_box = p->po_box.p == NULL ? span_none() : number_key(p->po_box, arena),
	};
}
