/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/postcode.c: postcodes as text. */
#include "base/arena.h"
#include "normal/key.h"
#include "normal/postcode.h"
#include "normal/table.h"
#include "normal/text.h"

enum { WORD_MAX = 32 };

static bool
says_nothing(struct span s, struct arena *arena)
{
	char key[9 + WORD_MAX] = "postcode:";
	struct span folded = text_fold(s, arena);
	size_t zeros = 0;

	if (folded.p == NULL)
		return true;
	if (folded.len > WORD_MAX)
		return false;
	while (zeros < folded.len && (folded.p[zeros] == '0' || folded.p[zeros] == ' '))
		zeros++;
	memcpy(key + 9, folded.p, folded.len);
	return zeros == folded.len || table_has(TABLE_PLACEHOLDERS, span_make(key, 9 + folded.len));
}

struct normal
postcode_clean(struct span raw, const struct normal_context *c, struct arena *arena)
{
	struct normal n = text_clean(raw, TEXT_CODE, c, arena);
	struct span s = n.value;

	if (s.p == NULL)
		return n;
	while (s.len > 0 && (s.p[0] == '\'' || s.p[0] == ' '))
		s = span_skip(s, 1);
	if (says_nothing(s, arena))
		return normal_placeholder();
	if (n.outcome != OUTCOME_SUSPICIOUS)
		n.outcome = normal_value(raw, s).outcome;
	n.value = s;
	return n;
}
