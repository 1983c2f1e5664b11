/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/name.c: one part of a name. */
#include "base/arena.h"
#include "base/ascii.h"
#include "normal/key.h"
#include "normal/name.h"
#include "normal/name_case.h"
#include "normal/placeholder.h"
#include "normal/table.h"
#include "normal/text.h"

static bool
like_email(struct span s)
{
	size_t at = span_index(s, '@');
	struct span domain = span_skip(s, at + 1);

	return at > 0 && at < s.len && span_index(domain, '.') < domain.len &&
	    span_index(s, ' ') == s.len;
}

/* Two people in one value: "&" between names, or a word for "and" between given names. */
static bool
joint(struct span s, struct arena *arena)
{
	static const char *const words[] = { "e", "und", "and", "y", "et" };
	struct span before = span_none(), word, after;

	while (span_split(&s, ' ', &word)) {
		after = span_head(s, span_index(s, ' '));
		if (before.len > 0 && after.len > 0) {
			if (span_is(word, "&"))
				return true;
			for (size_t i = 0; i < sizeof words / sizeof *words; i++)
				if (span_is(word, words[i]) &&
				    table_has(TABLE_GIVEN, text_fold(before, arena)) &&
				    table_has(TABLE_GIVEN, text_fold(after, arena)))
					return true;
		}
		before = word;
	}
	return false;
}

struct normal
name_clean(struct span raw, enum name_role role, const struct normal_context *c,
    struct arena *arena)
{
	struct normal n = text_clean(raw, TEXT_NAME, c, arena);

	if (n.value.p == NULL)
		return n;
	if (placeholder_text(SPAN("name"), n.value, arena))
		return normal_placeholder();
	if (like_email(n.value))
		return normal_invalid("looks_like_email");
	n.value = name_case(n.value, arena);
	if (n.outcome != OUTCOME_SUSPICIOUS)
		n.outcome = normal_value(raw, n.value).outcome;
	if (n.outcome == OUTCOME_SUSPICIOUS)
		return n;
	if (role != NAME_NICKNAME && ascii_has_digit(n.value))
		return normal_suspicious(n.value, "digits");
	if (role == NAME_GIVEN && joint(n.value, arena))
		return normal_suspicious(n.value, "joint_name");
	return n;
}
