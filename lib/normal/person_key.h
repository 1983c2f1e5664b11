/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/person_key.h: every value of a record by which somebody can be known again: what a
 * suppression list is asked about (ingest 6, consent 3.4). All take and give clean values. */
#ifndef CDP_NORMAL_PERSON_KEY_H
#define CDP_NORMAL_PERSON_KEY_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct record;

struct person_key {
	struct span	type;	/* "email", "phone_number", "id.NAME", "record", "phone_name" ... */
	struct span	value;
	bool		derived;	/* made of the record's values, and no address of the person */
};

/* E-mails and the mailbox behind each, phones, identifiers, the record id, each phone with the
 * family name, and the whole name with birth date and each postcode. In that order, in the arena;
 * values borrow from the record. Returns how many. */
size_t person_keys(const struct record *r, struct arena *arena, struct person_key **list);

/* "+351912345678|souza": the number without extension and the folded family name. Absent without
 * one of them. */
struct span key_phone_name(struct span phone, struct span family_name, struct arena *arena);
/* "ana souza|1988-02-11|1000001": the words of the folded name in byte order, so that it does not
 * matter who writes the family name first; a full date; the postcode key. Absent without one. */
struct span key_name_birth_postcode(struct span name, struct span birthdate, struct span postcode,
    struct arena *arena);
/* The key out of its own parts as somebody wrote them, "+351 912 345 678|Souza"; absent if the
 * type is neither of the two, or the text does not have the parts. */
struct span key_read(struct span type, struct span text, struct arena *arena);

#endif
