/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/formatted.c: postcode and town of an address in one text are compared as those of others are, and
 * its street with streets. Lines are pieces, and the last one may be a country. */
#include "resolve/formatted.h"
#include "base/arena.h"
#include "model/record.h"
#include "normal/country.h"
#include "normal/town.h"

/* "12 Long Lane\nYork\nYO1 7HU". */
static struct span
lines_to_pieces(struct span s, struct arena *arena)
{
	char *text;

	if (span_index(s, '\n') == s.len)
		return s;
	text = arena_alloc(arena, s.len);
	for (size_t i = 0; i < s.len; i++)
		text[i] = s.p[i] == '\n' ? ',' : s.p[i];
	return span_make(text, s.len);
}

/* Takes the last piece if it is a country. */
static struct span
take_country(struct span *s, struct arena *arena)
{
	static const struct normal_context none = { .reference = INSTANT_NONE };
	size_t at = s->len;
	struct normal country;

	while (at > 0 && s->p[at - 1] != ',')
		at--;
	if (at == 0)
		return span_none();
	country = country_clean(span_trim(span_skip(*s, at)), &none, arena);
	if (country.outcome == OUTCOME_INVALID)
		return span_none();
	*s = span_head(*s, at - 1);
	return country.value;
}

static bool
is_one_text(const struct address *a)
{
	for (int i = 0; i < PART_COUNT; i++)
		if (i != PART_FORMATTED && i != PART_COUNTRY && a->part[i].p != NULL)
			return false;
	return a->part[PART_FORMATTED].p != NULL;
}

const struct address *
formatted_parts(const struct address *a, struct address *room, struct arena *arena)
{
	struct span text, country;
	struct town t;

	if (!is_one_text(a))
		return a;
	text = lines_to_pieces(a->part[PART_FORMATTED], arena);
	country = take_country(&text, arena);
	t = town_of_address(text);
	if (t.part[TOWN_POSTCODE].p == NULL)
		return a;
	*room = *a;
	room->part[PART_FORMATTED] = span_none();
	room->part[PART_STREET_ADDRESS] = t.part[TOWN_STREET];
	room->part[PART_POSTAL_CODE] = t.part[TOWN_POSTCODE];
	room->part[PART_LOCALITY] = t.part[TOWN_LOCALITY];
	room->part[PART_REGION] = t.part[TOWN_REGION];
	if (room->part[PART_COUNTRY].p == NULL)
		room->part[PART_COUNTRY] = country;
	return room;
}
