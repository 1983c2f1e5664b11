/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/fields.c: the names, once. */
#include "model/fields.h"

static const struct span ones[ONE_COUNT] = {
	[ONE_GIVEN_NAME] = SPAN_INIT("given_name"),
	[ONE_MIDDLE_NAME] = SPAN_INIT("middle_name"),
	[ONE_FAMILY_NAME] = SPAN_INIT("family_name"),
	[ONE_NAME] = SPAN_INIT("name"),
	[ONE_BIRTHDATE] = SPAN_INIT("birthdate"),
	[ONE_GENDER] = SPAN_INIT("gender"),
	[ONE_LOCALE] = SPAN_INIT("locale"),
	[ONE_ZONEINFO] = SPAN_INIT("zoneinfo"),
};
static const struct span manys[MANY_COUNT] = {
	[MANY_NICKNAME] = SPAN_INIT("nickname"),
	[MANY_EMAIL] = SPAN_INIT("email"),
	[MANY_PHONE_NUMBER] = SPAN_INIT("phone_number"),
	[MANY_WEBSITE] = SPAN_INIT("website"),
};
static const struct span parts[PART_COUNT] = {
	[PART_FORMATTED] = SPAN_INIT("formatted"),
	[PART_STREET_ADDRESS] = SPAN_INIT("street_address"),
	[PART_PO_BOX] = SPAN_INIT("po_box"),
	[PART_LOCALITY] = SPAN_INIT("locality"),
	[PART_REGION] = SPAN_INIT("region"),
	[PART_POSTAL_CODE] = SPAN_INIT("postal_code"),
	[PART_COUNTRY] = SPAN_INIT("country"),
};

static int
find(const struct span *names, int count, struct span name)
{
	for (int i = 0; i < count; i++)
		if (span_equal(names[i], name))
			return i;
	return -1;
}

struct span
one_name(enum one_field f)
{
	return ones[f];
}

struct span
many_name(enum many_field f)
{
	return manys[f];
}

struct span
part_name(enum address_part p)
{
	return parts[p];
}

int
one_find(struct span name)
{
	return find(ones, ONE_COUNT, name);
}

int
many_find(struct span name)
{
	return find(manys, MANY_COUNT, name);
}

int
part_find(struct span name)
{
	return find(parts, PART_COUNT, name);
}
