/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/level.c: the comparison of each type of field. */
#include "resolve/level.h"

unsigned
level_values(const struct values *v, enum field_type t, uint32_t a, uint32_t b)
{
	switch (t) {
	case FIELD_GIVEN:
		return level_given(v, a, b);
	case FIELD_FAMILY:
		return level_family(v, a, b);
	case FIELD_BIRTHDATE:
		return level_birthdate(a, b);
	case FIELD_SUFFIX:
		return level_suffix(v, a, b);
	case FIELD_EMAIL:
		return level_email(v, a, b);
	case FIELD_PHONE:
		return level_phone(v, a, b);
	case FIELD_PLACE:
		return level_place(v, a, b);
	case FIELD_POSTCODE:
		return level_postcode(v, a, b);
	case FIELD_LOCALITY:
		return level_locality(v, a, b);
	case FIELD_IDENTIFIER:
		return level_identifier(v, a, b);
	case FIELD_SEX:
		return a == b;
	default:
		return level_attribute(v, t, a, b);
	}
}
