/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cmp_place.c: addresses and postcodes (resolve 4.4). The parts of an address depend
 * on each other, so that they are one comparison: with street and postcode apart neighbours look
 * like matches. */
#include "base/attr.h"
#include "normal/postcode_parts.h"
#include "resolve/level.h"
#include "resolve/similar.h"
#include "resolve/values.h"

enum { STREET_CLOSE = 920 };	/* Jaro–Winkler, in 1000 */

enum place { PLACE_DIFFERENT, PLACE_SAME_AREA, PLACE_SAME_POSTCODE, PLACE_SAME_STREET,
    PLACE_NO_CODE, PLACE_HOUSE_AND_POSTCODE, PLACE_SAME_HOUSE, PLACE_SAME_DOOR };
enum postcode { POSTCODE_DIFFERENT, POSTCODE_SAME_AREA, POSTCODE_SAME_DISTRICT, POSTCODE_ONE_SLIP,
    POSTCODE_EQUAL };

static inline bool
same(uint32_t x, uint32_t y)
{
	return x == y && x != VALUE_NONE;
}

static inline bool
both(uint32_t x, uint32_t y)
{
	return x != VALUE_NONE && y != VALUE_NONE;
}

NOINLINE bool
alike(const struct values *v, uint32_t x, uint32_t y)
{
	return similar_jw_at_least(values_part(v, x), values_part(v, y), STREET_CLOSE);
}

static inline bool
same_street(const struct values *v, uint32_t x, uint32_t y)
{
	return both(x, y) && (x == y || alike(v, x, y));
}

/* Most neighbours live in streets that the sketches tell apart. */
static inline bool
same_streets(const struct values *v, const struct place_row *x, const struct place_row *y)
{
	return both(x->street, y->street) && (x->street == y->street ||
	    (sketch_may_jw(x->of_street, y->of_street, STREET_CLOSE) &&
	    alike(v, x->street, y->street)));
}

/* Postcode and locality are both misread, and only a little. */
static bool
slipped(const struct values *v, const struct place_row *x, const struct place_row *y)
{
	return both(x->postcode, y->postcode) && both(x->locality, y->locality) &&
	    sketch_may_slip(x->slip, y->slip) &&
	    similar_slip(values_part(v, x->postcode), values_part(v, y->postcode)) &&
	    similar_osa_at_most_one(values_part(v, x->locality), values_part(v, y->locality));
}

/* The same named house or estate, or one gives as its street what the other gives beside it. */
static bool
same_building(const struct values *v, const struct place_row *x, const struct place_row *y)
{
	return same_street(v, x->building, y->building) || same_street(v, x->street, y->building) ||
	    same_street(v, x->building, y->street);
}

/* The postcode does not speak against the same house. */
static bool
code_may_agree(const struct values *v, const struct place_row *x, const struct place_row *y)
{
	return !both(x->postcode, y->postcode) || (sketch_may_slip(x->slip, y->slip) &&
	    similar_slip(values_part(v, x->postcode), values_part(v, y->postcode)));
}

/* Street and house are the same, and what is around them. */
static unsigned
same_house(const struct place_row *x, const struct place_row *y)
{
	if (x->unit == y->unit)
		return PLACE_SAME_DOOR;
	return both(x->unit, y->unit) ? PLACE_DIFFERENT : PLACE_SAME_HOUSE;
}

static unsigned
with_house(const struct values *v, const struct place_row *x, const struct place_row *y, bool near)
{
	bool street = same_streets(v, x, y);
	unsigned level = street && near ? same_house(x, y) : PLACE_DIFFERENT;

	if (level != PLACE_DIFFERENT)
		return level;
	if (same(x->postcode, y->postcode))
		return PLACE_HOUSE_AND_POSTCODE;
	if (street && code_may_agree(v, x, y))
		return PLACE_NO_CODE;
	return street && near ? PLACE_SAME_STREET : PLACE_DIFFERENT;
}

/* Nothing but a postcode, maybe with its town, as shops ask for. */
static bool
is_code_alone(const struct place_row *p)
{
	return p->street == VALUE_NONE && p->house == VALUE_NONE && p->building == VALUE_NONE;
}

/* Addresses with no part in common tell no level; one that lacks its house number is the same
 * street as itself, and no more. A postcode alone may be of that street: it is no neighbour's, as another
 * street of the postcode is. */
unsigned
level_place(const struct values *v, uint32_t a, uint32_t b)
{
	const struct place_row *x = &v->place[a], *y = &v->place[b];
	bool postcode = same(x->postcode, y->postcode), locality = same(x->locality, y->locality);
	bool near = postcode || locality || slipped(v, x, y);
	unsigned level = PLACE_DIFFERENT;

	if (same(x->house, y->house))
		level = with_house(v, x, y, near);
	else if (near && same_streets(v, x, y))
		level = PLACE_SAME_STREET;
	if (level == PLACE_DIFFERENT && near && same_building(v, x, y))
		level = PLACE_SAME_STREET;
	if (level != PLACE_DIFFERENT)
		return level;
	if (postcode)
		return is_code_alone(x) || is_code_alone(y) ? PLACE_SAME_STREET : PLACE_SAME_POSTCODE;
	if (locality || same(x->prefix, y->prefix))
		return PLACE_SAME_AREA;
	return both(x->street, y->street) || both(x->postcode, y->postcode) ||
	    both(x->locality, y->locality) ? PLACE_DIFFERENT : LEVEL_NULL;
}

static bool
same_part(struct span x, struct span y)
{
	return x.p != NULL && y.p != NULL && span_equal(x, y);
}

unsigned
level_postcode(const struct values *v, uint32_t a, uint32_t b)
{
	struct span x = values_text(v, FACT_POSTCODE, a), y = values_text(v, FACT_POSTCODE, b);
	struct span country = span_none();

	if (a == b)
		return POSTCODE_EQUAL;
	if (similar_slip(x, y))
		return POSTCODE_ONE_SLIP;
	if (x.p[0] != y.p[0])
		return POSTCODE_DIFFERENT;
	if (same_part(postcode_district(x, country), postcode_district(y, country)))
		return POSTCODE_SAME_DISTRICT;
	return same_part(postcode_area(x, country), postcode_area(y, country)) ?
	    POSTCODE_SAME_AREA : POSTCODE_DIFFERENT;
}
