/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/characters.c: code points, and bytes that stand for them in a pair of texts. */
#include "base/utf8.h"
#include "resolve/characters.h"

enum { FIRST_CODE = 128 };	/* bytes below it stand for themselves */

/* Two short texts have at most 128 different characters, so that the codes never run out. */
struct codes {
	uint32_t	of[2 * CHARACTERS_FEW];
	unsigned	count;
};

static char
code_of(struct codes *codes, uint32_t character)
{
	unsigned i = 0;

	if (character < FIRST_CODE)
		return (char)character;
	while (i < codes->count && codes->of[i] != character)
		i++;
	if (i == codes->count)
		codes->of[codes->count++] = character;
	return (char)(FIRST_CODE + i);
}

/* span_none() if there are too many. */
static struct span
code(struct span s, struct codes *codes, char *room)
{
	size_t count = 0;

	for (size_t at = 0; at < s.len;) {
		if (count == CHARACTERS_FEW)
			return span_none();
		room[count++] = code_of(codes, utf8_next(s, &at));
	}
	return span_make(room, count);
}

bool
characters_few(struct span *a, struct span *b, struct characters_few *room)
{
	struct codes codes = { 0 };
	struct span x, y;

	if (characters_are_bytes(*a) && characters_are_bytes(*b))
		return a->len <= CHARACTERS_FEW && b->len <= CHARACTERS_FEW;
	x = code(*a, &codes, room->of[0]);
	y = code(*b, &codes, room->of[1]);
	if (x.p == NULL || y.p == NULL)
		return false;
	*a = x;
	*b = y;
	return true;
}

void
characters_read(struct span s, struct characters *c)
{
	size_t at = 0;

	if (characters_are_bytes(s)) {
		c->count = s.len < CHARACTERS_MOST ? s.len : CHARACTERS_MOST;
		for (size_t i = 0; i < c->count; i++)
			c->at[i] = (unsigned char)s.p[i];
		return;
	}
	for (c->count = 0; at < s.len && c->count < CHARACTERS_MOST; c->count++)
		c->at[c->count] = utf8_next(s, &at);
}
