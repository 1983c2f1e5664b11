/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/postcode.c: postcodes as text. */
#include "base/arena.h"
#include "normal/placeholder.h"
#include "normal/postcode.h"
#include "normal/text.h"

struct normal
postcode_clean(struct span raw, const struct normal_context *c, struct arena *arena)
{
	struct normal n = text_clean(raw, TEXT_CODE, c, arena);
	static const struct span mark = SPAN_INIT("\xe3\x80\x92");	/* U+3012, before a Japanese one */
	struct span s = n.value;

	if (s.p == NULL)
		return n;
	while (s.len > 0 && (s.p[0] == '\'' || s.p[0] == ' ' || span_starts(s, mark)))
		s = span_skip(s, span_starts(s, mark) ? mark.len : 1);
	s = span_trim(s);
	if (placeholder_number(SPAN("postcode"), s, arena))
		return normal_placeholder();
	if (n.outcome != OUTCOME_SUSPICIOUS)
		n.outcome = normal_value(raw, s).outcome;
	n.value = s;
	return n;
}
