/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/base_events.c: rows of a compiled state become events, group by group. Threads that make the
 * same one at once make the same thing; the first one's is kept. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/cache.h"
#include "consent/base_events.h"
#include "consent/cache.h"
#include "consent/cache_rows.h"
#include "consent/event_data.h"

#include <stdatomic.h>

enum { CACHE_LINE = 64 };	/* bytes, as x86 and most others have it; a wrong one costs time only */

/* The visible events of one group of rows, and what they point at. */
struct group {
	struct group	*next;
	struct arena	 memory;
	size_t		 count;
	const struct event **list;
};

struct late {
	uint64_t	seq, ref;
};

struct base_events {
	const struct cache		*cache;
	uint64_t			 visible;
	_Atomic(struct group *)		*groups;	/* by their first row */
	_Atomic(const struct event *)	*forms;		/* what a form says of an event */
	const struct event		**referrers;	/* as the part of the state; made atomically */
	_Atomic(struct group *)		 made;		/* all of them, to be freed */
	struct span			*types;
	size_t				 type_count;
	struct late			*late;
	size_t				 late_count, late_cap;
};

static struct span
word(const struct cache *c, uint32_t number)
{
	const struct cache_text *t = cache_part(c, CACHE_WORDS, number - 1, 1);

	return t == NULL ? span_none() : cache_text(c, CACHE_TEXTS, t->at, t->len);
}

/* Asked for every identifier of every row, so they are not looked up. */
static void
read_types(struct base_events *b)
{
	uint64_t n = cache_count(b->cache, CACHE_TYPES);

	b->types = mem_zero(n + 1, sizeof *b->types);
	for (uint64_t i = 0; i < n; i++) {
		const struct cache_type *t = cache_part(b->cache, CACHE_TYPES, i, 1);
		struct span type = t == NULL || t->seq >= b->visible ? span_none() :
		    word(b->cache, t->word);

		if (type.p != NULL)
			b->types[b->type_count++] = type;
	}
}

struct base_events *
base_new(const struct cache *c, uint64_t visible)
{
	struct base_events *b = mem_zero(1, sizeof *b);

	b->cache = c;
	b->visible = visible;
	b->groups = mem_zero(cache_count(c, CACHE_ROWS) + 1, sizeof *b->groups);
	b->forms = mem_zero(cache_count(c, CACHE_FORMS) + 1, sizeof *b->forms);
	b->referrers = mem_zero(cache_count(c, CACHE_REFERRERS) + 1, sizeof *b->referrers);
	read_types(b);
	return b;
}

void
base_free(struct base_events *b)
{
	struct group *next;

	if (b == NULL)
		return;
	for (struct group *g = atomic_load(&b->made); g != NULL; g = next) {
		next = g->next;
		arena_done(&g->memory);
		mem_free(g);
	}
	for (uint64_t i = 0; i < cache_count(b->cache, CACHE_FORMS); i++)
		mem_free((void *)(uintptr_t)atomic_load(&b->forms[i]));
	mem_free(b->groups);
	mem_free(b->forms);
	mem_free(b->referrers);
	mem_free(b->types);
	mem_free(b->late);
	mem_free(b);
}

/* ---- one event ---- */

static bool
read_form(const struct cache *c, uint32_t number, struct event *v)
{
	const struct cache_form *f = cache_part(c, CACHE_FORMS, number, 1);

	if (f == NULL)
		return false;
	*v = (struct event){ .type = (enum event_type)f->type, .notice_version = f->notice_version,
	    .covers_account = (f->flags & CACHE_COVERS_ACCOUNT) != 0,
	    .has_commit = (f->flags & CACHE_HAS_COMMIT) != 0,
	    .has_sseq = (f->flags & CACHE_HAS_SSEQ) != 0,
	    .reach_person = (f->flags & CACHE_REACH_PERSON) != 0,
	    .until = INSTANT_NONE, .born = INSTANT_NONE };
	for (unsigned i = 0; i < CACHE_FORM_WORDS; i++) {
		struct span s = f->words[i] == 0 ? span_none() : word(c, f->words[i]);

		if (f->words[i] != 0 && s.p == NULL)
			return false;
		memcpy((char *)v + cache_words[i], &s, sizeof s);
	}
	return true;
}

/* What an event of this form says; few forms stand for most events. NULL: not sound. */
static const struct event *
form_of(struct base_events *b, uint32_t number)
{
	const struct event *there = number < cache_count(b->cache, CACHE_FORMS) ?
	    atomic_load_explicit(&b->forms[number], memory_order_acquire) : NULL;
	struct event *v;

	if (there != NULL)
		return there;
	v = mem_alloc(sizeof *v);
	if (!read_form(b->cache, number, v)) {
		mem_free(v);
		return NULL;
	}
	if (atomic_compare_exchange_strong(&b->forms[number], &there, v))
		return v;
	mem_free(v);
	return there;
}

static bool
read_extra(const struct cache *c, uint32_t number, struct event *v, struct arena *memory)
{
	const struct cache_extra *x = cache_part(c, CACHE_EXTRAS, number, 1);
	struct span text;

	if (x == NULL)
		return false;
	v->until = x->until;
	v->born = x->born;
	v->sseq = x->sseq;
	v->hard = x->hard != 0;
	v->cleared = x->cleared != 0;
	memcpy(v->account.lookup, x->account, sizeof v->account.lookup);
	if (x->preference.len == 0)
		return true;
	text = cache_text(c, CACHE_TEXTS, x->preference.at, x->preference.len);
	return text.p != NULL && event_data_read(v, text, memory);
}

/* What an event names that is not visible it does not name. */
static uint64_t
ref_of(const struct base_events *b, const struct cache_row *row)
{
	size_t low = 0, high = b->late_count;

	if (row->ref != 0)
		return row->ref <= b->visible ? row->ref : 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (b->late[middle].seq < row->seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low < b->late_count && b->late[low].seq == row->seq ? b->late[low].ref : 0;
}

static bool
read_row(struct base_events *b, const struct cache_row *row, struct event *v, struct arena *memory)
{
	const struct event *form = form_of(b, row->form);

	if (form == NULL)
		return false;
	*v = *form;
	v->seq = row->seq;
	v->recv = row->recv;
	v->lo = row->lo;
	v->hi = row->hi;
	v->ref = ref_of(b, row);
	v->id = cache_text(b->cache, CACHE_IDS, row->id_at, row->id_len);
	memcpy(v->type == EVENT_SUPPRESS ? v->sid.suppression : v->sid.lookup, row->token,
	    CACHE_TOKEN);
	return v->id.p != NULL && (row->extra == 0 || read_extra(b->cache, row->extra - 1, v, memory));
}

/* ---- groups ---- */

static void
free_group(struct group *g)
{
	arena_done(&g->memory);
	mem_free(g);
}

/* Rows of a group stand by seq, so the visible ones come first. */
static size_t
visible_rows(const struct base_events *b, uint32_t first)
{
	uint64_t count = cache_count(b->cache, CACHE_ROWS);
	size_t n = 0;

	for (; first + n < count; n++) {
		const struct cache_row *row = cache_part(b->cache, CACHE_ROWS, first + n, 1);

		if (row == NULL || row->group != first || row->seq >= b->visible)
			break;
	}
	return n;
}

static struct group *
make_group(struct base_events *b, uint32_t first)
{
	size_t n = visible_rows(b, first);
	struct group *g = mem_alloc(sizeof *g + n * (sizeof(struct event *) + sizeof(struct event)));
	struct event *events = (struct event *)(void *)(g + 1);

	*g = (struct group){ .count = n, .list = (const struct event **)(void *)(events + n) };
	for (size_t i = 0; i < n; i++) {
		const struct cache_row *row = cache_part(b->cache, CACHE_ROWS, first + i, 1);

		if (row == NULL || !read_row(b, row, &events[i], &g->memory)) {
			free_group(g);
			return NULL;
		}
		g->list[i] = &events[i];
	}
	return g;
}

/* NULL: not sound. */
static const struct group *
group_of(struct base_events *b, uint32_t first)
{
	struct group *there = atomic_load_explicit(&b->groups[first], memory_order_acquire), *g;

	if (there != NULL)
		return there;
	g = make_group(b, first);
	if (g == NULL)
		return NULL;
	if (!atomic_compare_exchange_strong(&b->groups[first], &there, g)) {
		free_group(g);
		return there;
	}
	g->next = atomic_load(&b->made);
	while (!atomic_compare_exchange_weak(&b->made, &g->next, g))
		continue;
	return g;
}

/* ---- look-ups ---- */

const struct event *
base_at(struct base_events *b, uint64_t seq)
{
	uint32_t number = 0;
	const struct cache_row *row = seq < b->visible ? cache_row_of(b->cache, seq, &number) : NULL;
	const struct group *g = row == NULL ? NULL : group_of(b, row->group);

	return g == NULL || number - row->group >= g->count ? NULL : g->list[number - row->group];
}

/* One with a single event, as most are. */
static void
expect_group(const struct group *g)
{
	const char *p = (const char *)g;

	for (size_t i = 0; g != NULL && i < sizeof *g + sizeof(struct event); i += CACHE_LINE)
		cache_expect(p + i);
}

void
base_expect(const struct base_events *b, const unsigned char token[16], enum events_near near)
{
	uint32_t at = cache_expect_token(b->cache, CACHE_TOKENS, token, near != EXPECT_SLOT);

	if (at != 0 && near == EXPECT_EVENTS)
		expect_group(atomic_load_explicit(&b->groups[at - 1], memory_order_acquire));
	else if (at != 0)
		cache_expect(&b->groups[at - 1]);
}

size_t
base_of(struct base_events *b, const unsigned char token[16], bool suppression,
    const struct event *const **list)
{
	uint32_t at = cache_find_token(b->cache, suppression ? CACHE_SUPPRESSIONS : CACHE_TOKENS, token);
	const struct group *g = at == 0 ? NULL : group_of(b, at - 1);

	*list = g == NULL ? NULL : (const struct event *const *)g->list;
	return g == NULL ? 0 : g->count;
}

static uint32_t
ref_at(const struct base_events *b, uint64_t i, uint32_t *seq)
{
	const struct cache_referrer *r = cache_part(b->cache, CACHE_REFERRERS, i, 1);

	*seq = r == NULL ? UINT32_MAX : r->seq;
	return r == NULL ? UINT32_MAX : r->ref;
}

/* The first place whose event names one that is not before seq. */
static uint64_t
first_referrer(const struct base_events *b, uint64_t seq)
{
	uint64_t low = 0, high = cache_count(b->cache, CACHE_REFERRERS);
	uint32_t ignored;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (ref_at(b, middle, &ignored) < seq + 1)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t
base_referring(struct base_events *b, uint64_t seq, const struct event *const **list)
{
	uint64_t first = first_referrer(b, seq), end, count = cache_count(b->cache, CACHE_REFERRERS);
	uint32_t by;

	*list = (const struct event *const *)&b->referrers[first];
	for (end = first; end < count && ref_at(b, end, &by) == seq + 1 && by < b->visible; end++) {
		const struct event *v;

		if (__atomic_load_n(&b->referrers[end], __ATOMIC_ACQUIRE) != NULL)
			continue;
		v = base_at(b, by);
		if (v == NULL)
			return 0;
		__atomic_store_n(&b->referrers[end], v, __ATOMIC_RELEASE);
	}
	return (size_t)(end - first);
}

bool
base_has_type(const struct base_events *b, struct span type)
{
	for (size_t i = 0; i < b->type_count; i++)
		if (span_equal(b->types[i], type))
			return true;
	return false;
}

uint64_t
base_find_id(const struct base_events *b, struct span id)
{
	uint64_t seq = cache_find_id(b->cache, id);

	return seq <= b->visible ? seq : 0;
}

bool
base_waiting(const struct base_events *b, size_t i, uint64_t *seq, struct span *ref)
{
	const struct cache_waiting *w = i < cache_count(b->cache, CACHE_WAITING) ?
	    cache_part(b->cache, CACHE_WAITING, i, 1) : NULL;

	if (w == NULL)
		return false;
	*seq = w->seq;
	*ref = cache_text(b->cache, CACHE_TEXTS, w->ref.at, w->ref.len);
	return ref->p != NULL;
}

void
base_refer(struct base_events *b, uint64_t seq, uint64_t ref)
{
	b->late = mem_grow(b->late, b->late_count + 1, &b->late_cap, sizeof *b->late);
	b->late[b->late_count++] = (struct late){ seq, ref };
}
