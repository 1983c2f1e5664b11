/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/fields.c: the names, once. */
#include "model/fields.h"

/* The key for json_ready_key; the name stands in it, see key_name. */
#define NAME(lit)	SPAN_ROOMY_INIT(",\"" lit "\":")

const struct span one_keys[ONE_COUNT] = {
	[ONE_GIVEN_NAME] = NAME("given_name"),
	[ONE_MIDDLE_NAME] = NAME("middle_name"),
	[ONE_FAMILY_NAME] = NAME("family_name"),
	[ONE_NAME] = NAME("name"),
	[ONE_BIRTHDATE] = NAME("birthdate"),
	[ONE_GENDER] = NAME("gender"),
	[ONE_LOCALE] = NAME("locale"),
	[ONE_ZONEINFO] = NAME("zoneinfo"),
};
const struct span many_keys[MANY_COUNT] = {
	[MANY_NICKNAME] = NAME("nickname"),
	[MANY_EMAIL] = NAME("email"),
	[MANY_PHONE_NUMBER] = NAME("phone_number"),
	[MANY_WEBSITE] = NAME("website"),
};
const struct span part_keys[PART_COUNT] = {
	[PART_FORMATTED] = NAME("formatted"),
	[PART_STREET_ADDRESS] = NAME("street_address"),
	[PART_PO_BOX] = NAME("po_box"),
	[PART_LOCALITY] = NAME("locality"),
	[PART_REGION] = NAME("region"),
	[PART_POSTAL_CODE] = NAME("postal_code"),
	[PART_COUNTRY] = NAME("country"),
};

static int
find(const struct span *names, int count, struct span name)
{
	for (int i = 0; i < count; i++)
		if (span_equal(key_name(names[i]), name))
			return i;
	return -1;
}

int
one_find(struct span name)
{
	return find(one_keys, ONE_COUNT, name);
}

int
many_find(struct span name)
{
	return find(many_keys, MANY_COUNT, name);
}

int
part_find(struct span name)
{
	return find(part_keys, PART_COUNT, name);
}
