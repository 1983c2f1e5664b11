/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/name_order.c: the words of a name are looked up among the common family names of a language. */
#include "normal/name_order.h"
#include "base/arena.h"
#include "normal/key.h"
#include "normal/table.h"

enum {
	NAMES = 20,	/* fewer show no habit */
	SHARE = 5	/* of so many names one: of other peoples hardly one in thirty has such a name at either
			 * end, of these a quarter (Hungary, Japan) to nearly all */
};

static const struct span languages[NAME_ORDER_LANGUAGES] = { SPAN_INIT("hu"), SPAN_INIT("ja"),
    SPAN_INIT("ko"), SPAN_INIT("vi"), SPAN_INIT("zh") };

/* A bit for each language that has the family name. */
static unsigned
families(struct span word, struct arena *arena)
{
	struct span of = table_find(TABLE_COMMON_NAMES, text_fold(word, arena)), one;
	unsigned bits = 0;

	while (of.p != NULL && span_split(&of, ' ', &one))
		for (unsigned i = 0; i < NAME_ORDER_LANGUAGES; i++)
			bits |= span_equal(one, languages[i]) ? 1U << i : 0;
	return bits;
}

void
name_order_add(struct name_order *o, struct span raw)
{
	struct arena arena = { 0 };
	struct span first = span_none(), last = span_none(), word;
	unsigned before, behind;

	if (span_index(raw, ',') < raw.len)
		return;
	while (span_split(&raw, ' ', &word)) {
		if (word.len == 0)
			continue;
		last = word;
		if (first.p == NULL)
			first = word;
	}
	if (first.p == last.p)
		return;
	before = families(first, &arena);
	behind = families(last, &arena);
	o->names++;
	for (unsigned i = 0; i < NAME_ORDER_LANGUAGES; i++) {
		o->first[i] += before >> i & ~behind >> i & 1;
		o->last[i] += behind >> i & ~before >> i & 1;
	}
	arena_done(&arena);
}

struct span
name_order_locale(const struct name_order *o, uint64_t counts[2])
{
	unsigned best = 0;

	for (unsigned i = 1; i < NAME_ORDER_LANGUAGES; i++)
		if (o->first[i] + o->last[i] > o->first[best] + o->last[best])
			best = i;
	counts[0] = o->first[best];
	counts[1] = o->last[best];
	return o->names >= NAMES && SHARE * (counts[0] + counts[1]) >= o->names && counts[0] > counts[1] ?
	    languages[best] : span_none();
}

bool
name_order_is_last(struct span first, struct span last, struct span locale, struct arena *arena)
{
	struct span language = span_head(locale, 2);

	for (unsigned i = 0; i < NAME_ORDER_LANGUAGES; i++)
		if (span_equal(language, languages[i]))
			return (families(last, arena) >> i & ~families(first, arena) >> i & 1) != 0;
	return false;
}
