/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/suppress.c: every value of a row against the list. */
#include "ingest/suppress.h"
#include "io/ndjson.h"
#include "model/consent.h"
#include "model/record.h"
#include "normal/email.h"
#include "normal/key.h"
#include "normal/person_key.h"
#include "normal/phone.h"

static const struct normal_context no_context = { .reference = INSTANT_NONE };

static bool
is_listed(const struct suppression *s, struct span type, struct span value, enum suppression_kind *by)
{
	if (!suppression_holds(s, type, value))
		return false;
	*by = suppression_kind_of(type);
	return true;
}

/* Whoever is on the list by a hash alone is known by the address, too. */
static bool
is_address_listed(const struct suppression *s, struct span address, struct arena *arena, enum suppression_kind *by)
{
	return is_listed(s, SPAN("email"), address, by) ||
	    is_listed(s, EMAIL_SHA256, email_sha256(address, arena), by);
}

static bool
is_mailbox_listed(const struct suppression *s, struct span text, struct arena *arena, enum suppression_kind *by)
{
	struct normal *list;
	size_t n = email_list(text, &no_context, arena, &list);

	for (size_t i = 0; i < n; i++)
		if (list[i].outcome != OUTCOME_INVALID && (is_address_listed(s, list[i].value, arena, by) ||
		    is_address_listed(s, email_key(list[i].value, arena), arena, by)))
			return true;
	return false;
}

static bool
is_phone_listed(const struct suppression *s, struct span text, struct arena *arena, enum suppression_kind *by)
{
	struct normal n = phone_clean(text, &no_context, arena);

	return n.outcome != OUTCOME_INVALID && is_listed(s, SPAN("phone_number"), n.value, by);
}

static bool
is_hash_listed(const struct suppression *s, struct span text, struct arena *arena, enum suppression_kind *by)
{
	struct span hash = email_sha256_clean(text, arena);

	return hash.p != NULL && is_listed(s, EMAIL_SHA256, hash, by);
}

/* Who bought the ticket, or gets the parcel, stays in an attribute where a record is about somebody else, and
 * must not come back there either. */
static bool
are_attributes_listed(const struct suppression *s, const struct record *r, struct arena *arena,
    enum suppression_kind *by)
{
	for (size_t i = 0; i < r->attribute_count; i++) {
		struct span json = r->attributes[i].json, text;

		if (json.len == 0 || json.p[0] != '"')
			continue;
		text = ndjson_unquote(json, arena);
		if (span_index(text, '@') < text.len ? is_mailbox_listed(s, text, arena, by) :
		    is_phone_listed(s, text, arena, by) || is_hash_listed(s, text, arena, by))
			return true;
	}
	return false;
}

static bool
is_key_listed(const struct suppression *s, struct span type, struct span value, struct arena *arena,
    enum suppression_kind *by)
{
	if (span_is(type, "email"))
		return is_address_listed(s, value, arena, by);
	return span_equal(type, EMAIL_SHA256) ? is_hash_listed(s, value, arena, by) :
	    is_listed(s, type, value, by);
}

bool
withheld(const struct suppression *s, const struct record *r, struct arena *arena,
    enum suppression_kind *by)
{
	struct person_key *keys;
	size_t n = s == NULL ? 0 : person_keys(r, arena, &keys);

	for (size_t i = 0; i < n; i++)
		if (is_key_listed(s, keys[i].type, keys[i].value, arena, by))
			return true;
	return s != NULL && are_attributes_listed(s, r, arena, by);
}

/* Lines that others wrote may not be clean. */
static struct span
clean(struct span type, struct span value, struct arena *arena)
{
	struct normal n = { .value = value };

	if (span_is(type, "email"))
		n = email_clean(value, &no_context, arena);
	else if (span_is(type, "phone_number"))
		n = phone_clean(value, &no_context, arena);
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
	return (value.p != NULL && is_key_listed(s, c.identifier_type, value, arena, by)) ||
	    (c.account.p != NULL && is_listed(s, SPAN("record"), c.account, by));
}
