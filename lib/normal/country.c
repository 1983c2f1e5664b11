/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/country.c: names and codes of countries to alpha-2. */
#include "base/arena.h"
#include "base/ascii.h"
#include "normal/country.h"
#include "normal/key.h"
#include "normal/table.h"
#include "normal/text.h"

bool
country_code(struct span s)
{
	char key[2];

	if (s.len != 2 || !ascii_upper((unsigned char)s.p[0]) || !ascii_upper((unsigned char)s.p[1]))
		return false;
	key[0] = (char)(s.p[0] | 0x20);
	key[1] = (char)(s.p[1] | 0x20);
	return span_equal(table_find(TABLE_COUNTRIES, span_make(key, 2)), s);
}

/* Five digits, maybe four more: a ZIP code. */
static bool
is_zip(struct span s)
{
	s = span_trim(s);
	if (s.len != 5 && s.len != 10)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!ascii_digit((unsigned char)s.p[i]) && !(i == 5 && s.p[i] == '-'))
			return false;
	return true;
}

struct normal
country_clean(struct span raw, const struct normal_context *c, struct arena *arena)
{
	struct normal text;
	struct span folded, found;

	if (country_code(raw))
		return (struct normal){ .outcome = OUTCOME_CLEAN, .value = raw };
	text = text_clean(raw, TEXT_CODE, c, arena);
	if (text.value.p == NULL)
		return text;
	folded = text_fold(text.value, arena);
	if (folded.p == NULL)
		return normal_placeholder();
	found = table_find(TABLE_COUNTRIES, folded);
	if (found.p == NULL)
		return normal_invalid("unknown");
	if (found.p[0] != '!')
		return normal_value(raw, found);
	if (span_is(found, "!georgia"))
		return is_zip(c->postcode) ? normal_invalid("state_or_country") :
		    normal_value(raw, SPAN("GE"));
	if (span_is(found, "!placeholder"))
		return normal_placeholder();
	return normal_invalid(span_is(found, "!ambiguous") ? "ambiguous" : "not_a_country");
}
