/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/facts.c: values get their numbers, records their rows. */
#include "base/alloc.h"
#include "base/attr.h"
#include "base/error.h"
#include "resolve/dict.h"
#include "resolve/faces.h"
#include "resolve/facts.h"

enum { AHEAD = 12 };	/* facts, of one record or two: how far the cache is told in advance */

void
raw_facts_done(struct raw_facts *raw)
{
	mem_free(raw->list);
	buf_done(&raw->text);
	*raw = (struct raw_facts){ 0 };
}

/* Behind the last are some of no kind, which nobody waits for. */
void
raw_facts_end(struct raw_facts *raw)
{
	raw->list = mem_grow(raw->list, raw->count + 2 * AHEAD, &raw->cap, sizeof *raw->list);
	memset(raw->list + raw->count, 0, 2 * AHEAD * sizeof *raw->list);
}

/* A bit for each kind of which the value is the number. */
enum { NUMBERS = 1 << FACT_BIRTHDATE | 1 << FACT_BIRTHDATE_ALT | 1 << FACT_PARTY | 1 << FACT_SEX };

ALWAYS_INLINE bool
has_number(const struct raw_fact *raw)
{
	return (NUMBERS >> raw->kind & 1) != 0;
}

/* The word of a value, or 0 if it finds no place. */
ALWAYS_INLINE uint32_t
value_word(struct facts *f, const struct raw_facts *raw, const struct raw_fact *one)
{
	struct dict **d = &f->dict[one->kind];
	uint32_t number;

	if (*d == NULL)
		*d = dict_new();
	number = dict_add(*d, span_make(raw->text.p + one->at, one->len), one->hash);
	if (number == DICT_FULL)
		return 0;
	if (fact_has_type((enum fact_kind)one->kind) && number + 1 == dict_count(*d)) {
		uint8_t **type = &f->type[one->kind];

		*type = mem_grow(*type, number + 1, &f->type_cap[one->kind], sizeof **type);
		(*type)[number] = one->type;
	}
	return fact_word((enum fact_kind)one->kind, number);
}

ALWAYS_INLINE void
expect_one(const struct facts *f, const struct raw_fact *one, void step(const struct dict *, uint64_t))
{
	const struct dict *d = f->dict[one->kind];

	if (d != NULL)
		step(d, one->hash);
}

/* Those of a record one after the other, with little between: so the places of several are on their way
 * at a time, each of which is in a page of its own. */
ALWAYS_INLINE void
expect(const struct facts *f, const struct raw_fact *from, const struct raw_fact *to)
{
	for (const struct raw_fact *one = from; one < to; one++)
		expect_one(f, one + 2 * AHEAD, dict_expect_slot);
	for (const struct raw_fact *one = from; one < to; one++)
		expect_one(f, one + AHEAD, dict_expect_text);
}

int
facts_add(struct facts *f, const struct raw_facts *raw, size_t from, size_t to, uint32_t *row,
    struct error *e)
{
	*row = (uint32_t)f->count;
	if (to - from >= UINT32_MAX - f->count)
		return error_set(e, INPUT, "E_LIMIT", "the records have more than %u values", UINT32_MAX);
	if (UNLIKELY(f->cap - f->count <= to - from))
		f->word = mem_grow(f->word, f->count + (to - from) + 1, &f->cap, sizeof *f->word);
	expect(f, raw->list + from, raw->list + to);
	for (size_t i = from; i < to; i++) {
		const struct raw_fact *one = &raw->list[i];
		uint32_t word;

		word = has_number(one) ? fact_word((enum fact_kind)one->kind, one->at) :
		    value_word(f, raw, one);
		if (word == 0)
			return error_set(e, INPUT, "E_LIMIT", "a field has more distinct values than fit");
		f->word[f->count++] = word;
	}
	f->word[f->count++] = 0;
	return 0;
}

void
facts_close(struct facts *f)
{
	for (int k = 0; k < FACT_KINDS; k++)
		if (f->dict[k] != NULL)
			dict_close(f->dict[k]);
}

void
facts_done(struct facts *f)
{
	for (int k = 0; k < FACT_KINDS; k++) {
		dict_free(f->dict[k]);
		mem_free(f->type[k]);
	}
	mem_free(f->word);
	faces_free(f->faces);
	*f = (struct facts){ 0 };
}

struct span
facts_text(const struct facts *f, uint32_t word)
{
	if (word == 0)
		return span_none();
	return span_skip(dict_text(f->dict[fact_kind(word)], fact_number(word)),
	    fact_has_type(fact_kind(word)));
}

uint8_t
facts_type(const struct facts *f, uint32_t word)
{
	return f->type[fact_kind(word)][fact_number(word)];
}

void
facts_drop(uint32_t *word)
{
	*word = fact_word(FACT_DROPPED, fact_number(*word));
}

bool
facts_same(const uint32_t *a, const uint32_t *b)
{
	while (*a == *b && *a != 0) {
		a++;
		b++;
	}
	return *a == *b;
}
