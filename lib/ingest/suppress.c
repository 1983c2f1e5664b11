/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/suppress.c: every value of a row against the list. */
#include "ingest/suppress.h"
#include "model/consent.h"
#include "model/record.h"
#include "normal/email.h"
#include "normal/person_key.h"
#include "normal/phone.h"

bool
withheld(const struct suppression *s, const struct record *r, struct arena *arena,
    enum suppression_kind *by)
{
	struct person_key *keys;
	size_t n = s == NULL ? 0 : person_keys(r, arena, &keys);

	for (size_t i = 0; i < n; i++)
		if (suppression_holds(s, keys[i].type, keys[i].value)) {
			*by = suppression_kind_of(keys[i].type);
			return true;
		}
	return false;
}

/* Lines that others wrote may not be clean. */
static struct span
clean(struct span type, struct span value, struct arena *arena)
{
	static const struct normal_context none = { .reference = INSTANT_NONE };
	struct normal n = { .value = value };

	if (span_is(type, "email"))
		n = email_clean(value, &none, arena);
	else if (span_is(type, "phone_number"))
		n = phone_clean(value, &none, arena);
	return n.value;
}

bool
withheld_consent(const struct suppression *s, const struct ndjson *n, struct arena *arena,
    enum suppression_kind *by)
{
	struct consent_event c;
	struct span value;

	if (s == NULL)
		return false;
	consent_event_read_loosely(n, &c, arena);
	value = c.identifier_value.p == NULL ? span_none() :
	    clean(c.identifier_type, c.identifier_value, arena);
	if (value.p != NULL && suppression_holds(s, c.identifier_type, value)) {
		*by = suppression_kind_of(c.identifier_type);
		return true;
	}
	*by = SUPPRESSION_RECORD;
	return c.account.p != NULL && suppression_holds(s, SPAN("record"), c.account);
}
