/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/address.c: addresses as text, regions by code where the table knows them. */
#include "base/arena.h"
#include "base/ascii.h"
#include "normal/address.h"
#include "normal/key.h"
#include "normal/placeholder.h"
#include "normal/table.h"
#include "normal/text.h"

#include <strings.h>

enum { WORD_MAX = 64 };

/* What the table of regions has under "PREFIX:folded". */
static struct span
find_region(struct span prefix, struct span folded)
{
	char key[16 + WORD_MAX];

	if (prefix.len + 1 > 16 || folded.len > WORD_MAX)
		return span_none();
	memcpy(key, prefix.p, prefix.len);
	key[prefix.len] = ':';
	memcpy(key + prefix.len + 1, folded.p, folded.len);
	return table_find(TABLE_REGIONS, span_make(key, prefix.len + 1 + folded.len));
}

struct span
address_join(struct span line1, struct span line2, struct arena *arena)
{
	char *out;

	line1 = span_trim(line1);
	line2 = span_trim(line2);
	if (line2.len == 0)
		return line1;
	if (line1.len == 0)
		return line2;
	out = arena_alloc(arena, line1.len + 2 + line2.len);
	memcpy(out, line1.p, line1.len);
	memcpy(out + line1.len, ", ", 2);
	memcpy(out + line1.len + 2, line2.p, line2.len);
	return span_make(out, line1.len + 2 + line2.len);
}

struct normal
address_clean(struct span raw, const struct normal_context *c, struct arena *arena)
{
	struct normal n = text_clean(raw, TEXT_PLAIN, c, arena);

	return n.value.p != NULL && placeholder_text(SPAN("address"), n.value, arena) ?
	    normal_placeholder() : n;
}

struct normal
region_clean(struct span raw, const struct normal_context *c, struct arena *arena)
{
	struct normal n = address_clean(raw, c, arena);
	struct span found;

	if (n.value.p == NULL || c->country.len != 2)
		return n;
	found = find_region(c->country, text_fold(n.value, arena));
	return found.p == NULL ? n : normal_value(raw, found);
}

struct span
address_po_box(struct span clean)
{
	static const char *const words[] = { "p.o. box ", "po box ", "p.o.box ", "p. o. box ",
	    "postfach ", "caixa postal ", "apartado de correos ", "apartado ", "boite postale ",
	    "casella postale " };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t len, at;

		if (clean.len == 0 || (clean.p[0] | 0x20) != words[i][0])
			continue;
		at = len = strlen(words[i]);
		if (clean.len <= len || strncasecmp(clean.p, words[i], len) != 0)
			continue;
		while (at < clean.len && (ascii_digit((unsigned char)clean.p[at]) ||
		    clean.p[at] == ' ' || clean.p[at] == '-'))
			at++;
		return at == clean.len ? span_skip(clean, len) : span_none();
	}
	return span_none();
}
