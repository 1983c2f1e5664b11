/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/person_key.c: single values, and the two that are put together. */
#include "base/arena.h"
#include "base/buf.h"
#include "model/record.h"
#include "normal/email.h"
#include "normal/key.h"
#include "normal/person_key.h"
#include "normal/phone.h"

#include <stdlib.h>

enum { NAME_WORDS = 16 };	/* of one name; those beyond are left out */

static void
join(struct buf *out, struct span part)
{
	if (out->len > 0)
		buf_byte(out, '|');
	buf_add(out, part);
}

static struct span
finish(struct buf *text, struct arena *arena)
{
	struct span s = arena_copy(arena, buf_span(text));

	buf_done(text);
	return s;
}

struct span
key_phone_name(struct span phone, struct span family_name, struct arena *arena)
{
	struct span number = phone_key(phone), name = name_key(family_name, arena);
	struct buf text = { 0 };

	if (number.p == NULL || name.p == NULL)
		return span_none();
	join(&text, number);
	join(&text, name);
	return finish(&text, arena);
}

static int
by_bytes(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* The words of a folded name in byte order. */
static struct span
sorted_words(struct span folded, struct arena *arena)
{
	struct span words[NAME_WORDS] = { { NULL, 0 } }, word;
	struct buf text = { 0 };
	size_t n = 0;

	while (n < NAME_WORDS && span_split(&folded, ' ', &word))
		if (word.len > 0)
			words[n++] = word;
	qsort(words, n, sizeof words[0], by_bytes);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(&text, ' ');
		buf_add(&text, words[i]);
	}
	return finish(&text, arena);
}

struct span
key_name_birth_postcode(struct span name, struct span birthdate, struct span postcode,
    struct arena *arena)
{
	struct span folded = name_key(name, arena), code = postcode_key(postcode, arena);
	struct date_parts date;
	struct buf text = { 0 };

	if (folded.p == NULL || code.p == NULL || !birthdate_key(birthdate, &date) ||
	    date.year == 0 || date.month == 0 || date.mday == 0)
		return span_none();
	join(&text, sorted_words(folded, arena));
	join(&text, birthdate);
	join(&text, code);
	return finish(&text, arena);
}

struct span
key_read(struct span type, struct span text, struct arena *arena)
{
	static const struct normal_context none = { .reference = INSTANT_NONE };
	struct span a, b, c;

	if (!span_split(&text, '|', &a) || !span_split(&text, '|', &b))
		return span_none();
	if (span_is(type, "phone_name") && text.len == 0) {
		struct normal phone = phone_clean(a, &none, arena);

		return phone.outcome == OUTCOME_INVALID ? span_none() :
		    key_phone_name(phone.value, b, arena);
	}
	if (!span_is(type, "name_birth_postcode") || !span_split(&text, '|', &c) || text.len > 0)
		return span_none();
	return key_name_birth_postcode(a, b, c, arena);
}

/* Given, middle and family name, or the whole name where a source has no more. */
static struct span
whole_name(const struct record *r, struct arena *arena)
{
	static const enum one_field parts[] = { ONE_GIVEN_NAME, ONE_MIDDLE_NAME, ONE_FAMILY_NAME };
	struct buf text = { 0 };

	if (r->one[ONE_GIVEN_NAME].p == NULL || r->one[ONE_FAMILY_NAME].p == NULL)
		return r->one[ONE_NAME];
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (r->one[parts[i]].p == NULL)
			continue;
		if (text.len > 0)
			buf_byte(&text, ' ');
		buf_add(&text, r->one[parts[i]]);
	}
	return finish(&text, arena);
}

static size_t
most(const struct record *r)
{
	size_t n = 2 * r->many[MANY_EMAIL].n + 2 * r->many[MANY_PHONE_NUMBER].n + r->address_count + 1;

	for (size_t i = 0; i < r->identifier_count; i++)
		n += r->identifiers[i].values.n;
	return n;
}

static void
add(struct person_key *list, size_t *n, struct span type, struct span value, bool derived)
{
	if (value.p != NULL && value.len > 0)
		list[(*n)++] = (struct person_key){ type, value, derived };
}

static void
add_identifiers(const struct record *r, struct arena *arena, struct person_key *list, size_t *n)
{
	for (size_t i = 0; i < r->identifier_count; i++) {
		const struct named_texts *ids = &r->identifiers[i];
		char *type = arena_alloc(arena, ids->name.len + 3);

		memcpy(type, "id.", 3);
		memcpy(type + 3, ids->name.p, ids->name.len);
		for (size_t k = 0; k < ids->values.n; k++)
			add(list, n, span_make(type, ids->name.len + 3), ids->values.v[k], false);
	}
}

size_t
person_keys(const struct record *r, struct arena *arena, struct person_key **list)
{
	const struct texts *emails = &r->many[MANY_EMAIL], *phones = &r->many[MANY_PHONE_NUMBER];
	struct span name = whole_name(r, arena);
	struct person_key *v = *list = arena_alloc(arena, most(r) * sizeof *v);
	size_t n = 0;

	for (size_t i = 0; i < emails->n; i++) {
		struct span mailbox = email_key(emails->v[i], arena);

		add(v, &n, SPAN("email"), emails->v[i], false);
		if (!span_equal(mailbox, emails->v[i]))
			add(v, &n, SPAN("email"), mailbox, true);
	}
	for (size_t i = 0; i < phones->n; i++)
		add(v, &n, SPAN("phone_number"), phones->v[i], false);
	add_identifiers(r, arena, v, &n);
	if (r->source.p != NULL)
		add(v, &n, SPAN("record"), r->id, false);
	for (size_t i = 0; i < phones->n; i++)
		add(v, &n, SPAN("phone_name"),
		    key_phone_name(phones->v[i], r->one[ONE_FAMILY_NAME], arena), true);
	for (size_t i = 0; i < r->address_count && r->one[ONE_BIRTHDATE].p != NULL; i++)
		add(v, &n, SPAN("name_birth_postcode"), key_name_birth_postcode(name,
		    r->one[ONE_BIRTHDATE], r->addresses[i].part[PART_POSTAL_CODE], arena), true);
	return n;
}
