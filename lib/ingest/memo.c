/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/memo.c: a direct-mapped table; an entry is one line of the cache. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/short.h"
#include "ingest/memo.h"

enum {
	ENTRIES = 1024,		/* 64 KiB; the thousand commonest names are most of all people */
	TEXT = sizeof((struct remembered *)0)->text,
	TRIAL = 4096,		/* values after which it is judged: a miss costs half of what a hit saves, */
	WORTH = 2		/* so one hit in two is worth it (a million generated customers) */
};

struct memo {
	struct remembered	entry[ENTRIES];
	uint32_t		asked, known;
	bool			off;
};

struct memo *
memo_new(void)
{
	return mem_zero(1, sizeof(struct memo));
}

void
memo_free(struct memo *m)
{
	mem_free(m);
}

/* One town may stand in several countries. */
static struct remembered *
place(struct memo *m, struct span raw, uint16_t country)
{
	return &m->entry[(short_hash(raw) + country * 31u) % ENTRIES];
}

/* A country as a number; false if it has not two letters and is not absent. */
static bool
country_number(struct span country, uint16_t *number)
{
	*number = 0;
	if (country.len == 0)
		return true;
	if (country.len != sizeof *number)
		return false;
	memcpy(number, country.p, sizeof *number);
	return true;
}

/* Gives up where too few values came again. */
static void
judge(struct memo *m)
{
	m->off = m->known < TRIAL / WORTH;
	m->asked = m->known = 0;
}

const struct remembered *
memo_find(struct memo *m, struct span raw, struct span country)
{
	const struct remembered *x;
	uint16_t number;

	if (m->off || raw.len == 0 || raw.len > TEXT || !country_number(country, &number))
		return NULL;
	if (++m->asked == TRIAL)
		judge(m);
	x = place(m, raw, number);
	if (x->country != number || !short_equal(span_make(x->text, x->raw_len), raw))
		return NULL;
	m->known++;
	return x;
}

struct normal
memo_result(const struct remembered *x, struct span raw, struct arena *arena)
{
	struct normal n = { .outcome = (enum outcome)x->outcome, .reason = x->reason,
	    .placeholder = x->placeholder };

	if (x->same)
		n.value = raw;
	else if (x->there)
		n.value = arena_copy(arena, span_make(x->text + x->raw_len, x->value_len));
	return n;
}

void
memo_keep(struct memo *m, struct span raw, struct span country, const struct normal *n)
{
	bool there = n->value.p != NULL, same = there && span_equal(raw, n->value);
	size_t own = there && !same ? n->value.len : 0;
	struct remembered *x;
	uint16_t number;

	if (m->off || n->detail.len > 0 || raw.len == 0 || raw.len + own > TEXT ||
	    !country_number(country, &number))
		return;
	x = place(m, raw, number);
	*x = (struct remembered){ .reason = n->reason, .country = number, .raw_len = (uint8_t)raw.len,
	    .value_len = (uint8_t)own, .same = same, .there = there,
	    .plain = same && n->outcome == OUTCOME_CLEAN && n->reason == NULL,
	    .placeholder = n->placeholder, .outcome = (uint8_t)n->outcome };
	memcpy(x->text, raw.p, raw.len);
	if (own > 0)
		memcpy(x->text + raw.len, n->value.p, own);
}
