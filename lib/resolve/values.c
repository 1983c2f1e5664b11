/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/values.c: derives what comparisons need, once for each distinct value. Three steps,
 * each in tasks that do not look at each other: who holds what, the rows, what follows from them. */
#include "base/alloc.h"
#include "base/hash.h"
#include "base/pipeline.h"
#include "resolve/dict.h"
#include "resolve/store.h"
#include "resolve/values.h"
#include "resolve/values_priv.h"

enum {
	DAYS = 10000 << 9,		/* birth date numbers there can be */
	TASK = 1 << 14			/* words of one task */
};

struct making {
	struct values		*v;
	const struct store	*s;
};

uint32_t
values_count(const struct values *v, enum fact_kind kind)
{
	return v->facts->dict[kind] == NULL ? 0 : dict_count(v->facts->dict[kind]);
}

bool
values_digit_in(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return true;
	return false;
}

/* ---- who holds what ---- */

/* Kinds that are counted together, about as many values each. */
static const uint32_t counted[] = {
	1u << FACT_EMAIL | 1u << FACT_IDENTIFIER | 1u << FACT_GIVEN | 1u << FACT_POSTCODE,
	1u << FACT_PLACE | 1u << FACT_PHONE | 1u << FACT_FAMILY | 1u << FACT_BIRTHDATE |
	1u << FACT_BIRTHDATE_ALT,
	1u << FACT_ATTRIBUTE | 1u << FACT_LOCALITY | 1u << FACT_SUFFIX,
};

enum { COUNTED = sizeof counted / sizeof *counted };

static void
count_row(struct values *v, const uint32_t *row, uint32_t kinds)
{
	for (; *row != 0; row++) {
		enum fact_kind kind = fact_kind(*row);

		if ((kinds >> kind & 1) == 0)
			continue;
		if (kind != FACT_BIRTHDATE && kind != FACT_BIRTHDATE_ALT)
			v->holders[kind][fact_number(*row)]++;
		else if (fact_number(*row) < DAYS)
			v->days[fact_number(*row)]++;
	}
}

static void
count_holders(void *arg, unsigned task)
{
	const struct making *m = arg;

	for (uint32_t i = 0; i < m->s->count; i++)
		if (m->s->rec[i].flags & REC_LINKED)
			count_row(m->v, rec_row(m->s, i), counted[task]);
}

static void
room_for_holders(struct values *v)
{
	v->days = mem_zero(DAYS, sizeof *v->days);
	for (int k = 1; k < FACT_KINDS; k++)
		v->holders[k] = v->present[k] =
		    mem_zero((size_t)values_count(v, (enum fact_kind)k) + 1, sizeof **v->holders);
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

static void (*const rows[])(struct values *) = { values_places, values_words, values_mailboxes,
    values_phones, values_identifiers };

enum { ROWS = sizeof rows / sizeof *rows };

/* The longest task first. */
static void
make_rows(void *arg, unsigned task)
{
	const struct making *m = arg;

	if (task < ROWS)
		rows[task](m->v);
	else
		hash_kind(m->v, (enum fact_kind)(task - ROWS + 1));
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
	struct making m = { v, s };

	v->facts = &s->facts;
	room_for_holders(v);
	parallel_each(threads, COUNTED, count_holders, &m);
	parallel_each(threads, ROWS + FACT_KINDS - 1, make_rows, &m);
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
	mem_free(v->days);
	*v = (struct values){ 0 };
}

/* ---- texts ---- */

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
