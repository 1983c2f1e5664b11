/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/identifier.c: ids as text, and the values that name nobody. */
#include "base/ascii.h"
#include "base/attr.h"
#include "normal/identifier.h"
#include "normal/table.h"
#include "normal/text.h"

enum { GENERIC_MAX = 32 };	/* bytes of the longest listed value */

static bool
listed(struct span s)
{
	char key[GENERIC_MAX];

	if (s.len > GENERIC_MAX)
		return false;
	for (size_t i = 0; i < s.len; i++)
		key[i] = ascii_lowered(s.p[i]);
	return table_has(TABLE_GENERIC_IDS, span_make(key, s.len));
}

/* Nothing but zeros and separators. */
static bool
hollow(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (strchr("0-_.: /", s.p[i]) == NULL || s.p[i] == '\0')
			return false;
	return true;
}

struct normal
identifier_clean(struct span type UNUSED, struct span raw, const struct normal_context *c,
    struct arena *arena)
{
	struct normal n = text_clean(raw, TEXT_CODE, c, arena);

	if (n.value.p != NULL && (hollow(n.value) || listed(n.value)))
		return normal_invalid("generic");
	return n;
}
