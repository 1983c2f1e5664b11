/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/text_codes.c: what a word is without its hyphens, which some write and others do not. */
#include "base/arena.h"
#include "base/ascii.h"
#include "normal/text_codes.h"

enum { LEAST = 4, MOST = 16 };	/* characters; shorter ones are sizes and years, longer ones addresses */

/* Letters and digits of the word, or span_none() where it is no code. */
static struct span
code_of(struct span word, struct arena *arena)
{
	char *out = arena_alloc(arena, word.len + 1);
	size_t len = 0, letters = 0;

	for (size_t i = 0; i < word.len; i++) {
		unsigned char c = (unsigned char)word.p[i];

		if (c >= 0x80)
			return span_none();
		if (ascii_upper(c))
			c |= 0x20;
		if (!ascii_lower(c) && !ascii_digit(c))
			continue;
		letters += ascii_lower(c);
		out[len++] = (char)c;
	}
	return len >= LEAST && len <= MOST && letters > 0 && letters < len ? span_make(out, len) :
	    span_none();
}

bool
text_code(struct span *rest, struct span *code, struct arena *arena)
{
	struct span word;

	while (span_split(rest, ' ', &word)) {
		*code = code_of(word, arena);
		if (code->p != NULL)
			return true;
	}
	return false;
}
