/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/auto_place.c: which address a column belongs to, in a file that has several of a person
 * ("billing city", "shipping city"). */
#include "ingest/auto_priv.h"
#include "ingest/intake_priv.h"

enum { SECOND_LINE = 1 << 16 };	/* beside the bits of enum address_part */

/* What the column is of an address, as a bit; 0: nothing. */
static uint32_t
part_of(const struct sheet *s, size_t column)
{
	struct target t;

	if (s->chosen[column] == NULL || !target_parse(s->chosen[column]->target, &t, s->m->arena) ||
	    t.kind != TARGET_ADDRESS)
		return 0;
	return t.second_line ? (uint32_t)SECOND_LINE : UINT32_C(1) << t.part;
}

static bool
same_place(const struct sheet *s, size_t a, size_t b)
{
	return span_equal(s->meanings[a].place, s->meanings[b].place);
}

static uint32_t
parts_of_place(const struct sheet *s, size_t column)
{
	uint32_t parts = 0;

	for (size_t i = 0; i < s->in->header_count; i++)
		if (same_place(s, i, column))
			parts |= part_of(s, i);
	return parts;
}

static bool
is_first(const struct sheet *s, size_t column)
{
	for (size_t i = 0; i < column; i++)
		if (part_of(s, i) != 0 && same_place(s, i, column))
			return false;
	return part_of(s, column) != 0;
}

/* The first number at which the place has nothing in common with what is there. */
static void
settle(struct sheet *s, size_t column, uint32_t used[ADDRESS_MAX])
{
	uint32_t parts = parts_of_place(s, column), n = s->meanings[column].former ? 1 : 0;

	while (n + 1 < ADDRESS_MAX && (used[n] & parts) != 0)
		n++;
	used[n] |= parts;
	for (size_t i = 0; i < s->in->header_count; i++)
		if (same_place(s, i, column))
			s->address[i] = n;
}

/* Places that have nothing in common are one address: "mailing address", "city", "zip". What is called
 * other comes behind, and what was long ago is never the first. */
void
auto_places(struct sheet *s)
{
	uint32_t used[ADDRESS_MAX] = { 0 };

	for (int other = 0; other < 2; other++)
		for (size_t i = 0; i < s->in->header_count; i++)
			if (s->meanings[i].other == (other == 1) && is_first(s, i))
				settle(s, i, used);
}
