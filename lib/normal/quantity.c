/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/quantity.c: what surrounds a number goes, and zeros behind its point. */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/number.h"
#include "normal/quantity.h"

enum { PLACES = 6, THOUSANDS = 3 };

static const struct span unit[] = { SPAN_INIT("$"), SPAN_INIT("€"), SPAN_INIT("£"), SPAN_INIT("¥"),
    SPAN_INIT("%") };

static struct span
without_unit(struct span s)
{
	s = span_trim(s);
	for (size_t i = 0; i < sizeof unit / sizeof *unit; i++) {
		if (span_starts(s, unit[i]))
			return span_trim(span_skip(s, unit[i].len));
		if (span_ends(s, unit[i]))
			return span_trim(span_head(s, s.len - unit[i].len));
	}
	return s;
}

/* Whether a comma at i has three digits behind it and no fourth. */
static bool
parts_thousands(struct span s, size_t i)
{
	return i > 0 && ascii_digits(span_skip(s, i + 1)) == THOUSANDS;
}

struct span
quantity_key(struct span text, struct arena *arena)
{
	struct span s = text.p == NULL ? text : without_unit(text);
	int64_t ignored;
	char *out;
	size_t len = 0;
	bool point = false;

	if (s.p == NULL || s.len == 0)
		return span_none();
	out = arena_alloc(arena, s.len);
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == ',' && !point && parts_thousands(s, i))
			continue;
		point |= s.p[i] == '.';
		out[len++] = s.p[i];
	}
	if (!fixed_parse(span_make(out, len), PLACES, &ignored))
		return span_none();
	while (point && out[len - 1] == '0')
		len--;
	return span_make(out, len - (point && out[len - 1] == '.'));
}
