/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/hashed.c: every mailbox of the run is hashed once. That is the mailbox by its provider's rules;
 * hashes that nobody has then are looked for among addresses as they were written, for which the records
 * are read again. Without such an identifier nothing is done. */
#include "resolve/hashed.h"
#include "base/crypto.h"
#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/slots.h"
#include "io/ndjson.h"
#include "model/record.h"
#include "model/record_plain.h"
#include "normal/key.h"
#include "resolve/cold_record.h"
#include "resolve/dict.h"
#include "resolve/rules.h"
#include "resolve/store.h"
#include "resolve/types.h"

#define HASHED	SPAN("email_sha256")

enum { DIGITS = 2 * SHA256_BYTES };

struct hashes {
	struct store	*s;
	int		 type;		/* of the identifier */
	struct slots	 by_text;	/* its values, by the hash of their digits */
	uint32_t	*mailbox;	/* by number of the value: the word of the mailbox, 0: unknown */
	size_t		 left;		/* that are unknown */
	struct arena	 arena;		/* of one record */
};

/* Whoever says something of the type in the rules means the type; and who says of which records mailboxes may be
 * used has not said it of hashes. */
static bool
is_ruled(const struct rules *rules)
{
	for (size_t i = 0; i < rules->field_purpose_count; i++)
		if (span_is(rules->field_purposes[i].path, "email"))
			return true;
	return rules_name(rules, SPAN("identifiers.email_sha256"));
}

static int
type_of(const struct rules *rules, const struct types *types)
{
	for (size_t i = 0; i < types_count(types); i++)
		if (span_equal(types_at(types, i)->name, HASHED))
			return is_ruled(rules) || types_at(types, i)->exclusive ? -1 : (int)i;
	return -1;
}

static struct span
text_of(const struct hashes *h, uint32_t number)
{
	return facts_text(&h->s->facts, fact_word(FACT_IDENTIFIER, number));
}

static void
list(struct hashes *h)
{
	uint32_t count = dict_count(h->s->facts.dict[FACT_IDENTIFIER]);

	h->mailbox = mem_zero((size_t)count + 1, sizeof *h->mailbox);
	for (uint32_t i = 0; i < count; i++)
		if (h->s->facts.type[FACT_IDENTIFIER][i] == h->type && text_of(h, i).len == DIGITS) {
			slots_add(&h->by_text, hash64(text_of(h, i), 0), i);
			h->left++;
		}
}

/* The hash of this address is that of the mailbox. */
static void
take(struct hashes *h, struct span address, uint32_t word)
{
	char digits[DIGITS + 1];
	uint64_t hash, at;
	uint32_t i;

	sha256_hex(address, digits, DIGITS);
	hash = hash64(span_make(digits, DIGITS), 0);
	at = slots_at(hash);
	while (slots_next(&h->by_text, hash, &at, &i))
		if (memcmp(text_of(h, i).p, digits, DIGITS) == 0) {
			h->left -= h->mailbox[i] == 0;
			h->mailbox[i] = word;
		}
}

/* Who takes no part in linking has no part in what others are compared by. */
static void
take_mailboxes(struct hashes *h)
{
	const struct facts *f = &h->s->facts;
	bool *taken = mem_zero((size_t)dict_count(f->dict[FACT_EMAIL]) + 1, sizeof *taken);

	for (size_t i = 0; i < h->s->count && h->left > 0; i++)
		for (const uint32_t *at = rec_row(h->s, (uint32_t)i); h->s->rec[i].flags & REC_LINKED && *at != 0; at++)
			if (fact_kind(*at) == FACT_EMAIL && !taken[fact_number(*at)]) {
				taken[fact_number(*at)] = true;
				take(h, facts_text(f, *at), *at);
			}
	mem_free(taken);
}

/* Of no other record, and none that may not match, is the mailbox in the row. */
static void
take_written(struct hashes *h, const struct record *r, const uint32_t *row)
{
	const struct texts *email = &r->many[MANY_EMAIL];

	for (size_t i = 0; i < email->n; i++) {
		struct span key = email_key(email->v[i], &h->arena);

		for (const uint32_t *at = row; !span_equal(key, email->v[i]) && *at != 0; at++)
			if (fact_kind(*at) == FACT_EMAIL && span_equal(facts_text(&h->s->facts, *at), key))
				take(h, email->v[i], *at);
	}
}

static void
read_again(struct hashes *h)
{
	struct cold_reader *reader = cold_reader_new(h->s->cold);
	struct ndjson *scanner = ndjson_new(NULL);

	for (size_t i = 0; i < h->s->count && h->left > 0; i++) {
		const struct rec *rec = &h->s->rec[i];
		const uint32_t *row = rec_row(h->s, (uint32_t)i);
		struct record r;
		struct error none = { 0 };
		bool ready;

		if (!(rec->flags & REC_LINKED) || facts_find(row, FACT_EMAIL) == 0)
			continue;
		if (cold_record(reader, rec->cold, &r, &h->arena, &ready) ||
		    record_from(rec_line(h->s, rec, &h->arena), &r, scanner, &h->arena, &none) == 0)
			take_written(h, &r, row);
		arena_reset(&h->arena);
	}
	ndjson_free(scanner);
	cold_reader_free(reader);
}

/* A mailbox that the record has beside its hash is there once. */
static void
rewrite(const struct hashes *h, uint32_t *row)
{
	for (uint32_t *at = row; *at != 0; at++) {
		uint32_t word = fact_kind(*at) != FACT_IDENTIFIER ? 0 : h->mailbox[fact_number(*at)];
		const uint32_t *same = row;

		while (word != 0 && *same != 0 && *same != word)
			same++;
		if (word != 0 && *same == word)
			facts_drop(at);
		else if (word != 0)
			*at = word;
	}
}

void
hashed_mailboxes(struct store *s, const struct rules *rules, const struct types *types)
{
	struct hashes h = { .s = s, .type = type_of(rules, types) };

	if (h.type < 0 || s->facts.dict[FACT_EMAIL] == NULL || s->facts.dict[FACT_IDENTIFIER] == NULL)
		return;
	list(&h);
	take_mailboxes(&h);
	read_again(&h);
	for (size_t i = 0; i < s->count; i++)
		rewrite(&h, s->facts.word + s->rec[i].row);
	slots_done(&h.by_text);
	mem_free(h.mailbox);
	arena_done(&h.arena);
}
