/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/effort.c: what a pair costs is known before: the values that are compared, and the letters
 * of long ones. */
#include "resolve/characters.h"
#include "resolve/effort.h"
#include "resolve/view.h"

enum {
	LOOKED_AT = 2048,	/* nodes, here and there: as many as make two million pairs */
	/* Values that are compared; two million pairs of sixteen fields take half of it. Eight mailboxes,
	 * numbers and addresses of either record take 256 for one pair. */
	VALUES_MOST = 64000000,
	LISTS_MOST = 64,	/* of two long lists, about: see compare_lists */
	LETTERS = 32		/* of a text longer than CHARACTERS_FEW, which take as long as one value more */
};

/* Of a field of some nodes. */
struct held {
	double	values, letters;
};

static bool
by_letters(enum field_type t)
{
	return t == FIELD_GIVEN || t == FIELD_FAMILY || t == FIELD_STRING;
}

static void
add(const struct view *w, const struct field *f, uint32_t slot, struct held *h)
{
	uint32_t one;
	const uint32_t *list;
	uint32_t n = view_values(w, slot, &one, &list);

	h->values += n;
	for (uint32_t i = 0; by_letters(f->type) && i < n; i++) {
		size_t letters = values_text(&w->values, f->kind, list[i]).len;

		letters = letters < CHARACTERS_MOST ? letters : CHARACTERS_MOST;
		h->letters += letters <= CHARACTERS_FEW ? 0 : (double)letters;
	}
}

/* Of a pair, on average: each value of one meets each of the other. */
static double
values_of_pair(const struct held *h, double nodes)
{
	double values = h->values / nodes, pairs = values * values;
	double longer = h->values == 0 ? 1 : 1 + h->letters / h->values / LETTERS;

	return (pairs < LISTS_MOST ? pairs : LISTS_MOST) * longer * longer;
}

uint64_t
effort_pairs(const struct view *w, uint64_t wanted)
{
	uint64_t n = w->nodes < LOOKED_AT ? w->nodes : LOOKED_AT;
	double each = 0;

	for (unsigned f = 0; n > 0 && f < w->fields; f++) {
		struct held h = { 0, 0 };

		for (uint64_t i = 0; i < n; i++)
			add(w, &w->field[f], w->node[i * w->nodes / n].slot[f], &h);
		each += values_of_pair(&h, (double)n);
	}
	return each * (double)wanted <= VALUES_MOST ? wanted : (uint64_t)(VALUES_MOST / each);
}
