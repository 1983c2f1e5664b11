/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/values.c: derives what comparisons need, once for each distinct value. Three steps,
 * each in tasks that do not look at each other: who holds what, the rows, what follows from them. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/hash.h"
#include "base/pipeline.h"
#include "resolve/counts.h"
#include "resolve/dict.h"
#include "resolve/store.h"
#include "resolve/values.h"
#include "resolve/values_priv.h"

#include <assert.h>

enum {
	DAYS = FACT_YEARS * FACT_YEAR,	/* birth date numbers there can be */
	PARTS_MOST = 4,			/* of the records, each with counts of its own */
	WORD_KEYS = 2 * sizeof(uint64_t),	/* as a key of its value, and of a record when rules are drafted */
	TASK = 1 << 14			/* words of one task */
};

struct making {
	struct values		*v;
	const struct store	*s;
	unsigned		 threads;
};

uint32_t
values_count(const struct values *v, enum fact_kind kind)
{
	return v->facts->dict[kind] == NULL ? 0 : dict_count(v->facts->dict[kind]);
}

/* ---- who holds what ---- */

/* Values of these kinds have holders; other words count for nothing at a place of their own. */
enum { COUNTED = 1 << FACT_IDENTIFIER | 1 << FACT_EMAIL | 1 << FACT_PHONE | 1 << FACT_GIVEN |
    1 << FACT_FAMILY | 1 << FACT_BIRTHDATE | 1 << FACT_POSTCODE | 1 << FACT_LOCALITY |
    1 << FACT_SUFFIX | 1 << FACT_ATTRIBUTE | 1 << FACT_PLACE | 1 << FACT_BIRTHDATE_ALT };

/* Tables by kind, of one part of the records. Every word is counted, those of no value at the last
 * place of a table, so that no branch has to be guessed. */
struct counts {
	uint32_t	*holders[FACT_KINDS];
	uint32_t	 last[FACT_KINDS];
	uint32_t	 nothing;
};

struct counting {
	const struct store	*s;
	struct values		*v;
	struct counts		*part;
	unsigned		 parts;
};

static bool
is_date(int kind)
{
	return kind == FACT_BIRTHDATE || kind == FACT_BIRTHDATE_ALT;
}

static uint32_t
last_of(const struct values *v, int kind)
{
	return is_date(kind) ? DAYS : values_count(v, (enum fact_kind)kind);
}

static void
open_counts(struct counts *c, const struct values *v)
{
	for (int k = 0; k < FACT_KINDS; k++) {
		bool counted = (COUNTED >> k & 1) != 0;

		c->last[k] = counted ? last_of(v, k) : 0;
		c->holders[k] = !counted ? &c->nothing : k == FACT_BIRTHDATE_ALT ?
		    c->holders[FACT_BIRTHDATE] : mem_zero((size_t)c->last[k] + 1, sizeof(uint32_t));
	}
}

static uint32_t *
place_of(struct counts *c, uint32_t word)
{
	uint32_t number = fact_number(word), last = c->last[fact_kind(word)];

	return c->holders[fact_kind(word)] + (number < last ? number : last);
}

static void
count_part(void *arg, unsigned part)
{
	const struct counting *c = arg;
	const struct store *s = c->s;
	struct counts *own = &c->part[part];
	size_t from = s->count * part / c->parts, to = s->count * (part + 1) / c->parts;

	open_counts(own, c->v);
	for (size_t i = from; i < to; i++) {
		if ((s->rec[i].flags & REC_LINKED) == 0)
			continue;
		for (const uint32_t *at = rec_row(s, (uint32_t)i); *at != 0; at++) {
			cache_expect(place_of(own, store_word_ahead(s, at)));
			++*place_of(own, *at);
		}
	}
}

/* The parts of one kind come together in the first. */
static void
add_up(void *arg, unsigned kind)
{
	const struct counting *c = arg;
	uint32_t *sum = c->part[0].holders[kind];

	if ((COUNTED >> kind & 1) == 0 || kind == FACT_BIRTHDATE_ALT)
		return;
	for (unsigned p = 1; p < c->parts; p++)
		if (kind == FACT_BIRTHDATE)
			counts_add_dates(c->v->facts, sum, c->part[p].holders[kind], FACT_YEAR);
		else
			counts_add(sum, c->part[p].holders[kind], c->part[0].last[kind]);
	if (kind == FACT_BIRTHDATE)
		c->v->days = sum;
	else
		c->v->holders[kind] = c->v->present[kind] = sum;
}

static void
count_holders(const struct making *m)
{
	struct counting c = { .s = m->s, .v = m->v,
	    .parts = m->threads < PARTS_MOST ? m->threads : PARTS_MOST };

	c.part = mem_zero(c.parts, sizeof *c.part);
	parallel_each(m->threads, c.parts, count_part, &c);
	parallel_each(m->threads, FACT_KINDS, add_up, &c);
	mem_free(c.part);
}

/* ---- rows ---- */

static void
hash_kind(struct values *v, enum fact_kind kind)
{
	uint32_t count = values_count(v, kind);

	v->hash[kind] = mem_alloc(((size_t)count + 1) * sizeof **v->hash);
	for (uint32_t i = 0; i < count; i++)
		v->hash[kind][i] = hash64(values_text(v, kind, i), 0);
}

static void (*const rows[])(struct values *) = { values_words, values_mailboxes, values_phones,
    values_identifiers };

enum { ROWS = sizeof rows / sizeof *rows };

/* Addresses are read by all threads beside the rest, of which the longest comes first. */
static void
make_rows(void *arg, unsigned task)
{
	const struct making *m = arg;

	if (task == 0)
		values_places(m->v, m->threads);
	else if (task <= ROWS)
		rows[task - 1](m->v);
	else
		hash_kind(m->v, (enum fact_kind)(task - ROWS));
}

/* ---- what follows ---- */

static void
follow(void *arg, unsigned task)
{
	struct values *v = ((const struct making *)arg)->v;
	uint32_t from = (task - 1) * TASK, left = v->token_count - from;

	if (task == 0)
		values_count_parts(v);
	else
		values_tokens(v, from, from + (left < TASK ? left : TASK));
}

static void
mark_nicknamed(const struct values *v, enum fact_kind kind, struct name_row *row)
{
	for (uint32_t i = 0; i < values_count(v, kind); i++)
		row[i].nicknamed = row[i].count > 0 && v->token[row[i].token[0]].nickname[0] != 0;
}

void
values_make(struct values *v, const struct store *s, unsigned threads)
{
	struct making m = { v, s, threads };

	v->facts = &s->facts;
	count_holders(&m);
	parallel_each(threads, 1 + ROWS + FACT_KINDS - 1, make_rows, &m);
	parallel_each(threads, 1 + (v->token_count + TASK - 1) / TASK, follow, &m);
	mark_nicknamed(v, FACT_GIVEN, v->given);
	mark_nicknamed(v, FACT_FAMILY, v->family);
}

void
values_let_go(struct values *v)
{
	dict_forget(v->facts->dict[FACT_PLACE]);
}

void
values_done(struct values *v)
{
	for (int k = 0; k < FACT_KINDS; k++) {
		if (v->holders[k] != v->present[k])
			mem_free(v->holders[k]);
		mem_free(v->present[k]);
		mem_free(v->hash[k]);
	}
	mem_free(v->given);
	mem_free(v->family);
	mem_free(v->email);
	mem_free(v->phone);
	mem_free(v->place);
	mem_free(v->identifier);
	mem_free(v->locality);
	mem_free(v->attribute);
	mem_free(v->attribute_type);
	mem_free(v->token);
	dict_free(v->words);
	dict_free(v->parts);
	dict_free(v->mailbox_parts);
	if (v->part_holders != v->part_present)
		mem_free(v->part_holders);
	mem_free(v->part_present);
	mem_free(v->word);
	mem_free(v->word_bits);
	mem_free(v->days);
	*v = (struct values){ 0 };
}

uint64_t
values_word_bytes(const struct values *v)
{
	return dict_bytes(v->words) + v->token_count * (uint64_t)sizeof *v->token +
	    v->word_count * (uint64_t)(sizeof *v->word + sizeof *v->word_bits + WORD_KEYS);
}

/* ---- texts ---- */

uint64_t
values_hash(const struct values *v, enum fact_kind kind, uint32_t number)
{
	return v->hash[kind] != NULL ? v->hash[kind][number] :
	    hash64(values_text(v, kind, number), 0);
}

void
values_drop_hash(struct values *v, enum fact_kind kind)
{
	assert(kind != FACT_PLACE);	/* its texts are gone */
	mem_free(v->hash[kind]);
	v->hash[kind] = NULL;
}

struct span
values_text(const struct values *v, enum fact_kind kind, uint32_t number)
{
	return number == VALUE_NONE ? span_none() : facts_text(v->facts, fact_word(kind, number));
}

struct span
values_part_key(const struct values *v, uint32_t number)
{
	uint32_t first = dict_count(v->parts);

	return number < first ? dict_text(v->parts, number) :
	    dict_text(v->mailbox_parts, number - first);
}

struct span
values_part(const struct values *v, uint32_t number)
{
	return number == VALUE_NONE ? span_none() : span_skip(values_part_key(v, number), 1);
}

uint64_t
values_part_hash(const struct values *v, uint32_t number)
{
	return number == VALUE_NONE ? 0 : hash64(values_part_key(v, number), 0);
}

uint32_t
values_day(const struct values *v, uint32_t date)
{
	return date < DAYS ? v->days[date] : 0;
}
