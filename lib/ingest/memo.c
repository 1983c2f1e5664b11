/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/memo.c: a direct-mapped table; an entry is one line of the cache. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/hash.h"
#include "ingest/memo.h"

enum {
	ENTRIES = 1024,		/* 64 KiB; the thousand commonest names are most of all people */
	TEXT = 48,		/* bytes of a raw value and of what it became */
	COUNTRY = 2,
	TRIAL = 4096,		/* values after which it is judged: it costs a tenth of cleaning, */
	WORTH = 4		/* so one hit in four is worth it */
};

struct entry {
	const char	*reason;
	uint8_t		 raw_len, value_len;
	uint8_t		 used, same, there, placeholder, outcome;
	uint8_t		 country_len;
	char		 text[TEXT];	/* raw, then the value unless it is the same, then the country */
};

struct memo {
	struct entry	 entry[ENTRIES];
	uint64_t	 seed;
	uint32_t	 asked, known;
	bool		 off;
};

struct memo *
memo_new(void)
{
	struct memo *m = mem_zero(1, sizeof *m);

	m->seed = hash_seed();
	return m;
}

void
memo_free(struct memo *m)
{
	mem_free(m);
}

static struct entry *
place(struct memo *m, struct span raw)
{
	return &m->entry[hash64(raw, m->seed) % ENTRIES];
}

bool
memo_find(struct memo *m, struct span raw, struct span country, struct arena *arena,
    struct normal *n)
{
	const struct entry *x;

	if (m->off || raw.len > TEXT)
		return false;
	if (++m->asked == TRIAL) {
		m->off = m->known < TRIAL / WORTH;
		m->asked = m->known = 0;
	}
	x = place(m, raw);
	if (!x->used || x->raw_len != raw.len || x->country_len != country.len ||
	    memcmp(x->text, raw.p, raw.len) != 0 ||
	    memcmp(x->text + TEXT - COUNTRY, country.p == NULL ? "" : country.p, country.len) != 0)
		return false;
	m->known++;
	*n = (struct normal){ .outcome = (enum outcome)x->outcome, .reason = x->reason,
	    .placeholder = x->placeholder };
	if (x->there)
		n->value = x->same ? raw : arena_copy(arena,
		    span_make(x->text + x->raw_len, x->value_len));
	return true;
}

void
memo_keep(struct memo *m, struct span raw, struct span country, const struct normal *n)
{
	bool there = n->value.p != NULL, same = there && span_equal(raw, n->value);
	size_t own = there && !same ? n->value.len : 0;
	struct entry *x;

	if (m->off || n->detail.len > 0 || country.len > COUNTRY ||
	    raw.len + own > TEXT - COUNTRY)
		return;
	x = place(m, raw);
	*x = (struct entry){ .reason = n->reason, .raw_len = (uint8_t)raw.len,
	    .value_len = (uint8_t)own, .used = 1, .same = same, .there = there,
	    .placeholder = n->placeholder, .outcome = (uint8_t)n->outcome,
	    .country_len = (uint8_t)country.len };
	memcpy(x->text, raw.p, raw.len);
	if (own > 0)
		memcpy(x->text + raw.len, n->value.p, own);
	if (country.len > 0)
		memcpy(x->text + TEXT - COUNTRY, country.p, country.len);
}
