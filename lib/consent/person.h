/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/person.h: the person a command was given (consent/subject.h) as typed identifiers. */
#ifndef CDP_CONSENT_PERSON_H
#define CDP_CONSENT_PERSON_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct error;
struct policy;
struct subject;

struct person_identifier {
	struct span	type, value;	/* clean */
	bool		shared;		/* by the policy or, of a profile, by the resolver */
	bool		hash;		/* of an address before it, and not given itself */
};
struct person {
	struct person_identifier	*list;		/* in the order of the input, hashes last */
	size_t				 count;
};

/* From an object of typed identifiers what stands there; from a profile line e-mails, phones,
 * identifiers and member records, and `for_suppression` also what else the person may come back by:
 * of a profile mailboxes, phone_name and name_birth_postcode, of either the hash of each address.
 * Lives in the arena. -1: INPUT, E_SUBJECT. */
MUST_USE int person_read(const struct subject *s, const struct policy *p, bool for_suppression,
    struct person *out, struct arena *arena, struct error *e);

#endif
