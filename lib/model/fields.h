/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/fields.h: the members of records and profiles, in the order they are written.
 * Names are those of OpenID Connect's standard claims where it has one. */
#ifndef CDP_MODEL_FIELDS_H
#define CDP_MODEL_FIELDS_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

/* Single text values. */
enum one_field { ONE_GIVEN_NAME, ONE_MIDDLE_NAME, ONE_FAMILY_NAME, ONE_NAME, ONE_BIRTHDATE,
    ONE_GENDER, ONE_LOCALE, ONE_ZONEINFO, ONE_COUNT };
/* Lists of text values. */
enum many_field { MANY_NICKNAME, MANY_EMAIL, MANY_PHONE_NUMBER, MANY_WEBSITE, MANY_COUNT };
/* Parts of an address. */
enum address_part { PART_FORMATTED, PART_STREET_ADDRESS, PART_PO_BOX, PART_LOCALITY, PART_REGION,
    PART_POSTAL_CODE, PART_COUNTRY, PART_COUNT };

/* Their names as keys for json_ready_members, in the order of the enum; SPAN_ROOM bytes behind them
 * may be read. */
extern const struct span one_keys[ONE_COUNT];
extern const struct span many_keys[MANY_COUNT];
extern const struct span part_keys[PART_COUNT];
/* The name that stands in such a key. */
static inline struct span
key_name(struct span key)
{
	return span_make(key.p + 2, key.len - 4);
}
static inline struct span
one_name(enum one_field f)			/* "given_name" */
{
	return key_name(one_keys[f]);
}
static inline struct span
many_name(enum many_field f)			/* "email" */
{
	return key_name(many_keys[f]);
}
static inline struct span
part_name(enum address_part p)			/* "street_address" */
{
	return key_name(part_keys[p]);
}
int one_find(struct span name);			/* enum one_field or -1 */
int many_find(struct span name);
int part_find(struct span name);

#endif
