/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/usual.c: counts by number, then a table of hashes that outlives the values; what is
 * made of it. */
#include "base/alloc.h"
#include "base/hash.h"
#include "resolve/dict.h"
#include "resolve/similar.h"
#include "resolve/store.h"
#include "resolve/usual.h"

enum {
	LEAST = 2,		/* holders of a name that is kept: most slips have one */
	BITS_LEAST = 4,
	ALIKE = 800,		/* Jaro-Winkler, per mille: below it two family names are two names */
	HELD_BITS = 48		/* for holders, or two numbers of them multiplied */
};

static uint32_t *
count(const struct store *s, enum fact_kind kind, uint32_t names)
{
	uint32_t *holders = mem_zero((size_t)names + 1, sizeof *holders);

	for (size_t i = 0; i < s->count; i++) {
		if ((s->rec[i].flags & REC_LINKED) == 0)
			continue;
		for (const uint32_t *at = rec_row(s, (uint32_t)i); *at != 0; at++)
			if (fact_kind(*at) == kind)
				holders[fact_number(*at)]++;
	}
	return holders;
}

/* At most half full. */
static void
open_table(struct usual *u, const uint32_t *holders, uint32_t names)
{
	size_t kept = 0;

	for (uint32_t i = 0; i < names; i++)
		kept += holders[i] >= LEAST;
	for (u->bits = BITS_LEAST; (size_t)1 << u->bits < 2 * kept;)
		u->bits++;
	u->slot = mem_zero((size_t)1 << u->bits, sizeof *u->slot);
}

static uint32_t
tag_of(struct span name)
{
	return (uint32_t)(hash64(name, 0) >> 32);
}

static size_t
place(const struct usual *u, uint32_t tag)
{
	return tag >> (32 - u->bits);
}

static void
put(struct usual *u, struct span name, uint32_t holders)
{
	uint32_t tag = tag_of(name);
	size_t mask = ((size_t)1 << u->bits) - 1, at = place(u, tag);

	while (u->slot[at].holders != 0)
		at = (at + 1) & mask;
	u->slot[at] = (struct usual_slot){ tag, holders };
}

void
usual_find(struct usual *u, const struct store *s, enum fact_kind kind, const uint32_t *holders)
{
	const struct dict *d = s->facts.dict[kind];
	uint32_t names = d == NULL ? 0 : dict_count(d), *own = NULL;

	if (names == 0)
		return;
	if (holders == NULL)
		holders = own = count(s, kind, names);
	open_table(u, holders, names);
	for (uint32_t i = 0; i < names; i++)
		if (holders[i] >= LEAST)
			put(u, facts_text(&s->facts, fact_word(kind, i)), holders[i]);
	mem_free(own);
}

void
usual_done(struct usual *u)
{
	mem_free(u->slot);
	*u = (struct usual){ 0 };
}

/* How many records have the folded name, 0 where hardly any has: the most of those with its hash,
 * whatever their order. NULL knows no name. */
static uint32_t
holders_of(const struct usual *u, struct span name)
{
	uint32_t tag, most = 0;
	size_t mask;

	if (u == NULL || u->slot == NULL)
		return 0;
	tag = tag_of(name);
	mask = ((size_t)1 << u->bits) - 1;
	for (size_t at = place(u, tag); u->slot[at].holders != 0; at = (at + 1) & mask)
		if (u->slot[at].tag == tag && u->slot[at].holders > most)
			most = u->slot[at].holders;
	return most;
}

/* Whether each word of a name is in the other. */
static bool
is_part(struct span name, struct span of)
{
	struct span word, other;
	bool known = true;

	while (known && span_split(&name, ' ', &word)) {
		struct span rest = of;

		known = false;
		while (!known && span_split(&rest, ' ', &other))
			known = span_equal(word, other);
	}
	return known;
}

bool
usual_form(bool given, struct span a, struct span b)
{
	struct name_pair x = { span_none(), a }, y = { span_none(), b };

	if (span_equal(a, b))
		return true;
	if (given) {
		x = name_pair(a);
		y = name_pair(b);
		if (x.family.p == NULL || y.family.p == NULL || span_equal(x.given, y.family) ||
		    span_equal(x.family, y.given))
			return true;
	}
	return is_part(x.family, y.family) || is_part(y.family, x.family) ||
	    similar_jw_at_least(x.family, y.family, ALIKE);
}

/* Of two names the shares multiply: as if they were drawn one by one. */
int64_t
usual_worth(const struct usual *given, const struct usual *family, struct span key)
{
	struct name_pair names = given == NULL ? (struct name_pair){ span_none(), key } : name_pair(key);
	uint64_t held = (holders_of(given, names.given) + UINT64_C(1)) *
	    (holders_of(family, names.family) + UINT64_C(1));

	if (held >> HELD_BITS > 0)
		held = (UINT64_C(1) << HELD_BITS) - 1;
	return (int64_t)(span_words(names.given) + span_words(names.family)) << HELD_BITS | (int64_t)held;
}
