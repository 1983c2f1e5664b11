/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/facts.c: values get their numbers, records their rows. */
#include "base/alloc.h"
#include "base/attr.h"
#include "base/error.h"
#include "resolve/dict.h"
#include "resolve/faces.h"
#include "resolve/facts.h"

void
raw_facts_done(struct raw_facts *raw)
{
	mem_free(raw->list);
	buf_done(&raw->text);
	*raw = (struct raw_facts){ 0 };
}

/* A bit for each kind of which the value is the number. */
enum { DERIVED = 32 };	/* bytes of a value: its type, its holders, its hash, its row */

enum { NUMBERS = 1 << FACT_END | 1 << FACT_BIRTHDATE | 1 << FACT_BIRTHDATE_ALT | 1 << FACT_PARTY |
    1 << FACT_SEX };

ALWAYS_INLINE bool
has_number(const struct raw_fact *raw)
{
	return (NUMBERS >> raw->kind & 1) != 0;
}

static void
note_year(struct facts *f, const struct raw_fact *date)
{
	uint32_t year = date->at / FACT_YEAR;

	if (year < FACT_YEARS)
		f->dated[year / 8] |= (uint8_t)(1U << year % 8);
}

unsigned
facts_next_year(const struct facts *f, unsigned year)
{
	while (year < FACT_YEARS && !(f->dated[year / 8] >> year % 8 & 1))
		year++;
	return year;
}

/* Lists what waits for a number, one kind behind the other, and where it goes; end[kind]: behind the last.
 * Facts that are numbers have their words already. */
static void
want_numbers(struct facts *f, const struct raw_facts *raw, uint32_t *word, size_t end[FACT_KINDS])
{
	size_t count[FACT_KINDS] = { 0 }, all = 0;

	for (size_t i = 0; i < raw->count; i++)
		count[raw->list[i].kind]++;
	for (int k = 0; k < FACT_KINDS; k++) {
		end[k] = all;
		all += (NUMBERS >> k & 1) != 0 ? 0 : count[k];
	}
	f->wanted = mem_grow(f->wanted, all, &f->wanted_cap, sizeof *f->wanted);
	for (size_t i = 0; i < raw->count; i++) {
		const struct raw_fact *one = &raw->list[i];

		if (one->kind == FACT_BIRTHDATE || one->kind == FACT_BIRTHDATE_ALT)
			note_year(f, one);
		if (has_number(one))
			word[i] = fact_word((enum fact_kind)one->kind, one->at);
		else
			f->wanted[end[one->kind]++] = (struct dict_wanted){
			    span_make(raw->text.p + one->at, one->len), one->hash, &word[i] };
	}
}

static void
keep_type(struct facts *f, enum fact_kind kind, uint32_t number, uint8_t type)
{
	f->type[kind] = mem_grow(f->type[kind], number + 1, &f->type_cap[kind], sizeof *f->type[kind]);
	f->type[kind][number] = type;
}

/* Numbers become words. False: a value found no place. */
static bool
add_kind(struct facts *f, enum fact_kind kind, const struct dict_wanted *wanted, size_t count)
{
	if (count > 0 && f->dict[kind] == NULL)
		f->dict[kind] = dict_new();
	dict_add_all(f->dict[kind], wanted, count);
	for (size_t i = 0; i < count; i++) {
		uint32_t number = *wanted[i].number;

		if (number == DICT_FULL)
			return false;
		if (fact_has_type(kind))
			keep_type(f, kind, number, (uint8_t)wanted[i].value.p[0]);
		*wanted[i].number = fact_word(kind, number);
	}
	return true;
}

/* Kind by kind: what is looked at in one dictionary is in fewer pages of memory than in all, and finding
 * those takes as long as the rest. */
int
facts_add(struct facts *f, const struct raw_facts *raw, uint32_t *first, struct error *e)
{
	size_t end[FACT_KINDS], from = 0;
	uint32_t *word;

	*first = (uint32_t)f->count;
	if (raw->count >= UINT32_MAX - f->count)
		return error_set(e, INPUT, "E_LIMIT", "the records have more than %u values", UINT32_MAX);
	f->word = mem_grow(f->word, f->count + raw->count, &f->cap, sizeof *f->word);
	word = f->word + f->count;
	f->count += raw->count;
	want_numbers(f, raw, word, end);
	for (int k = 0; k < FACT_KINDS; from = end[k++])
		if (!add_kind(f, (enum fact_kind)k, f->wanted + from, end[k] - from))
			return error_set(e, INPUT, "E_LIMIT", "a field has more distinct values than fit");
	return 0;
}

uint64_t
facts_bytes(const struct facts *f)
{
	uint64_t sum = 0;

	for (int k = 0; k < FACT_KINDS; k++)
		if (f->dict[k] != NULL)
			sum += dict_bytes(f->dict[k]) + (uint64_t)dict_count(f->dict[k]) * DERIVED;
	return sum;
}

void
facts_close(struct facts *f)
{
	for (int k = 0; k < FACT_KINDS; k++)
		if (f->dict[k] != NULL)
			dict_close(f->dict[k]);
	mem_free(f->wanted);
	f->wanted = NULL;
	f->wanted_cap = 0;
}

void
facts_done(struct facts *f)
{
	for (int k = 0; k < FACT_KINDS; k++) {
		dict_free(f->dict[k]);
		mem_free(f->type[k]);
	}
	mem_free(f->word);
	mem_free(f->wanted);
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
