/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/generic_count.c: who holds which identifier, mailbox, telephone and birth date. The
 * records are counted in parts, each with tables of its own, which come together at the end. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/cache.h"
#include "base/pipeline.h"
#include "resolve/counts.h"
#include "resolve/dict.h"
#include "resolve/generic_priv.h"
#include "resolve/store.h"
#include "resolve/types.h"

enum {
	PARTS_MOST = 4,		/* of the records */
	TASK = 1 << 14		/* records of one task */
};

static const enum fact_kind kinds[VALUE_FAMILIES] = { FACT_IDENTIFIER, FACT_EMAIL, FACT_PHONE };

/* Of one part. */
struct counts {
	uint32_t	*holders[FACT_KINDS];	/* by number; NULL: not counted */
	uint32_t	*dates;
};

struct counting {
	const struct store	*s;
	const struct types	*types;
	struct family		*of;
	struct counts		*part;
	unsigned		 parts;
};

static bool
said_before(const uint32_t *row, const uint32_t *at)
{
	for (; row < at; row++)
		if (*row == *at)
			return true;
	return false;
}

static void
count_row(const struct counting *c, struct counts *own, const uint32_t *row)
{
	bool dated = false;

	for (const uint32_t *at = row; *at != 0; at++) {
		uint32_t soon = store_word_ahead(c->s, at), *holders = own->holders[fact_kind(*at)];

		if (own->holders[fact_kind(soon)] != NULL)
			cache_expect(&own->holders[fact_kind(soon)][fact_number(soon)]);
		if (holders != NULL && !said_before(row, at))
			holders[fact_number(*at)]++;
		if (fact_kind(*at) != FACT_BIRTHDATE || dated)
			continue;
		dated = true;
		if (fact_full_date(*at))
			own->dates[generic_date_slot(*at)]++;
	}
}

static void
count_part(void *arg, unsigned part)
{
	const struct counting *c = arg;
	const struct store *s = c->s;
	struct counts *own = &c->part[part];
	size_t from = s->count * part / c->parts, to = s->count * (part + 1) / c->parts;

	own->dates = mem_zero(DATE_SLOTS, sizeof *own->dates);
	for (int v = 0; v < VALUE_FAMILIES; v++)
		own->holders[kinds[v]] = mem_zero((size_t)c->of[v].count + 1, sizeof(uint32_t));
	for (size_t i = from; i < to; i++)
		if (s->rec[i].flags & REC_LINKED)
			count_row(c, own, rec_row(s, (uint32_t)i));
}

static void
drop_other_types(const struct counting *c, struct family *y)
{
	for (uint32_t i = 0; i < y->count; i++)
		if (!types_at(c->types, facts_type(&c->s->facts, fact_word(y->kind, i)))->key)
			y->holders[i] = 0;
}

/* All parts of a family; behind the families, of the dates. */
static void
join_parts(void *arg, unsigned task)
{
	const struct counting *c = arg;
	struct family *y = &c->of[task];

	if (task == VALUE_FAMILIES) {
		for (unsigned p = 1; p < c->parts; p++)
			counts_add_dates(&c->s->facts, c->part[0].dates, c->part[p].dates, DATE_YEAR);
		return;
	}
	y->holders = c->part[0].holders[y->kind];
	for (unsigned p = 1; p < c->parts; p++)
		counts_add(y->holders, c->part[p].holders[y->kind], y->count);
	if (y->kind == FACT_IDENTIFIER)
		drop_other_types(c, y);
}

void
generic_count(struct family of[VALUE_FAMILIES], uint32_t **dates, const struct store *s,
    const struct types *types, unsigned threads)
{
	struct counting c = { .s = s, .types = types, .of = of,
	    .parts = threads < PARTS_MOST ? threads : PARTS_MOST };

	for (int v = 0; v < VALUE_FAMILIES; v++) {
		of[v].kind = kinds[v];
		of[v].count = s->facts.dict[kinds[v]] == NULL ? 0 : dict_count(s->facts.dict[kinds[v]]);
	}
	c.part = mem_zero(c.parts, sizeof *c.part);
	parallel_each(threads, c.parts, count_part, &c);
	parallel_each(threads, VALUE_FAMILIES + 1, join_parts, &c);
	*dates = c.part[0].dates;
	mem_free(c.part);
}

/* ---- members ---- */

struct member {
	uint32_t	word, record;
};

struct gathering {
	const struct store	*s;
	const uint8_t		*mark[FACT_KINDS];	/* NULL: nobody waits */
	struct buf		*found;			/* by task: struct member */
};

static void
gather(void *arg, unsigned task)
{
	const struct gathering *g = arg;
	const struct store *s = g->s;
	size_t from = (size_t)task * TASK, to = from + TASK < s->count ? from + TASK : s->count;

	for (size_t i = from; i < to; i++) {
		const uint32_t *row = rec_row(s, (uint32_t)i);

		for (const uint32_t *at = row; s->rec[i].flags & REC_LINKED && *at != 0; at++) {
			const uint8_t *mark = g->mark[fact_kind(*at)];
			struct member m = { *at, (uint32_t)i };

			if (mark != NULL && mark[fact_number(*at)] == MARK_SUSPECT &&
			    !said_before(row, at))
				buf_add(&g->found[task], span_make((const char *)&m, sizeof m));
		}
	}
}

static struct family *
family_of(struct family of[VALUE_FAMILIES], enum fact_kind kind)
{
	while (of->kind != kind)
		of++;
	return of;
}

/* Each goes behind those before it of its value, whose count is at hand no more. */
static void
place_members(struct family of[VALUE_FAMILIES], struct span found)
{
	while (found.len > 0) {
		struct member m;
		struct family *y;

		memcpy(&m, found.p, sizeof m);
		found = span_skip(found, sizeof m);
		y = family_of(of, fact_kind(m.word));
		y->member[y->holders[fact_number(m.word)]++] = m.record;
	}
}

static bool
begin(struct gathering *g, struct family *y)
{
	if (y->members == 0)
		return false;
	g->mark[y->kind] = y->mark;
	y->member = mem_alloc(y->members * sizeof *y->member);
	for (size_t i = 0; i < y->listed; i++)
		if (y->list[i].reason == NULL)
			y->holders[y->list[i].number] = (uint32_t)y->list[i].at;
	return true;
}

void
generic_find_members(struct family of[VALUE_FAMILIES], const struct store *s, unsigned threads)
{
	struct gathering g = { .s = s };
	unsigned tasks = (unsigned)((s->count + TASK - 1) / TASK);
	bool any = false;

	for (int v = 0; v < VALUE_FAMILIES; v++)
		any |= begin(&g, &of[v]);
	if (!any)
		return;
	g.found = mem_zero(tasks, sizeof *g.found);
	parallel_each(threads, tasks, gather, &g);
	for (unsigned t = 0; t < tasks; t++) {
		place_members(of, buf_span(&g.found[t]));
		buf_done(&g.found[t]);
	}
	mem_free(g.found);
}
