/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/placeholder.c: keys "kind:folded" of one table. */
#include "normal/key.h"
#include "normal/placeholder.h"
#include "normal/table.h"
#include <string.h>

enum { KEY_MAX = 80 };	/* bytes; above the longest in the table, so that what is longer is none */

static bool
in_table(struct span kind, struct span folded)
{
	char key[KEY_MAX];

	if (kind.len + 1 + folded.len > sizeof key)
		return false;
	memcpy(key, kind.p, kind.len);
	key[kind.len] = ':';
	memcpy(key + kind.len + 1, folded.p, folded.len);
	return table_has(TABLE_PLACEHOLDERS, span_make(key, kind.len + 1 + folded.len));
}

bool
placeholder_text(struct span kind, struct span s, struct arena *arena)
{
	struct span folded = text_fold(s, arena);

	return folded.p == NULL || in_table(kind, folded);
}

bool
placeholder_number(struct span kind, struct span s, struct arena *arena)
{
	struct span folded = text_fold(s, arena);
	size_t zeros = 0;

	if (folded.p == NULL)
		return true;
	while (zeros < folded.len && (folded.p[zeros] == '0' || folded.p[zeros] == ' '))
		zeros++;
	return zeros == folded.len || in_table(kind, folded);
}
