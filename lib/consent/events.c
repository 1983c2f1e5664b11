/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/events.c: all events in memory: the lines, their events, and who has which. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "consent/events.h"
#include "consent/line.h"
#include "io/ndjson.h"

#include <stdlib.h>

/* Events of one token: a stretch of the sorted list. */
struct slice {
	const struct event *const	*first;
	size_t				 count;
};
/* Tokens are uniform, so their first bytes are the hash. */
struct index {
	const struct event	**sorted;
	size_t			  count;
	struct slice		 *table;
	size_t			  mask;
};

/* An event that names one which is not there yet: files come in any order. */
struct waiting {
	struct event	*event;
	struct span	 ref;
};

struct events {
	struct arena	 memory;
	struct event	**list;		/* by seq; events stay in place */
	struct span	*lines;
	size_t		 count, cap, lines_cap;
	struct map	*ids, *types;
	struct waiting	*waiting;
	size_t		 waiting_count, waiting_cap;
	struct index	 by_sid, by_suppression;
	struct ndjson	*scanner;
	struct buf	 scratch;
};

struct events *
events_new(void)
{
	struct events *es = mem_zero(1, sizeof *es);

	es->ids = map_new();
	es->types = map_new();
	es->scanner = ndjson_new(NULL);
	return es;
}

static void
index_done(struct index *x)
{
	mem_free(x->sorted);
	mem_free(x->table);
}

void
events_free(struct events *es)
{
	if (es == NULL)
		return;
	index_done(&es->by_sid);
	index_done(&es->by_suppression);
	map_free(es->ids);
	map_free(es->types);
	ndjson_free(es->scanner);
	buf_done(&es->scratch);
	mem_free(es->waiting);
	mem_free(es->list);
	mem_free(es->lines);
	arena_done(&es->memory);
	mem_free(es);
}

static void
resolve_ref(struct events *es, struct event *v, struct span ref)
{
	v->ref = ref.p == NULL ? 0 : events_find_id(es, ref);
	if (ref.p == NULL || v->ref > 0)
		return;
	es->waiting = mem_grow(es->waiting, es->waiting_count + 1, &es->waiting_cap,
	    sizeof *es->waiting);
	es->waiting[es->waiting_count++] = (struct waiting){ v, ref };
}

int
events_add(struct events *es, struct span line, struct error *e)
{
	struct event *v = arena_alloc(&es->memory, sizeof *v);
	struct ledger_line l;
	size_t at, id;

	line = arena_copy(&es->memory, line);
	if (ndjson_scan(es->scanner, line, &at, e) < 0) {
		error_clear(e);
		return error_set(e, UNSAFE, "E_LEDGER", "a ledger line that is no JSON");
	}
	if (line_read(es->scanner, &l, &es->memory, &es->scratch, e) < 0 || line_event(&l, v, e) < 0)
		return -1;
	if (v->type == EVENT_SUPPRESS) {
		/* Such lines carry the suppression half. */
		memcpy(v->sid.suppression, v->sid.lookup, sizeof v->sid.suppression);
		memset(v->sid.lookup, 0, sizeof v->sid.lookup);
	}
	resolve_ref(es, v, l.ref);
	id = map_size(es->ids);
	if (map_add(es->ids, l.id) != id)
		return error_set(e, UNSAFE, "E_LEDGER", "two lines with one id");
	map_set(es->ids, id, v->seq + 1);
	if (v->sid_type.p != NULL)
		++*map_slot(es->types, v->sid_type);
	es->list = mem_grow(es->list, es->count + 1, &es->cap, sizeof *es->list);
	es->lines = mem_grow(es->lines, es->count + 1, &es->lines_cap, sizeof *es->lines);
	es->lines[es->count] = line;
	es->list[es->count++] = v;
	return 0;
}

/* Its id stays known; a line after it is not visible either. */
void
events_drop_last(struct events *es)
{
	es->count--;
}

static int
by_lookup(const void *a, const void *b)
{
	const struct event *x = *(const struct event *const *)a, *y = *(const struct event *const *)b;
	int r = memcmp(x->sid.lookup, y->sid.lookup, sizeof x->sid.lookup);

	return r != 0 ? r : x->seq < y->seq ? -1 : x->seq > y->seq;
}

static int
by_suppression(const void *a, const void *b)
{
	const struct event *x = *(const struct event *const *)a, *y = *(const struct event *const *)b;
	int r = memcmp(x->sid.suppression, y->sid.suppression, sizeof x->sid.suppression);

	return r != 0 ? r : x->seq < y->seq ? -1 : x->seq > y->seq;
}

static const unsigned char *
half(const struct event *v, bool suppression)
{
	return suppression ? v->sid.suppression : v->sid.lookup;
}

static size_t
slot_of(const struct index *x, const unsigned char token[16], bool suppression)
{
	uint64_t hash;
	size_t at;

	memcpy(&hash, token, sizeof hash);
	at = (size_t)hash & x->mask;
	while (x->table[at].count > 0 &&
	    memcmp(half(x->table[at].first[0], suppression), token, 16) != 0)
		at = (at + 1) & x->mask;
	return at;
}

/* Sorts the wanted events by token and seq, and notes where each token's begin. */
static void
build(struct index *x, const struct events *es, bool suppression)
{
	size_t slots = 16;

	x->sorted = mem_zero(es->count, sizeof *x->sorted);
	for (size_t i = 0; i < es->count; i++)
		if (es->list[i]->sid_type.p != NULL &&
		    suppression == (es->list[i]->type == EVENT_SUPPRESS))
			x->sorted[x->count++] = es->list[i];
	if (x->count > 1)
		qsort(x->sorted, x->count, sizeof *x->sorted, suppression ? by_suppression : by_lookup);
	while (slots < x->count * 2)
		slots *= 2;
	x->table = mem_zero(slots, sizeof *x->table);
	x->mask = slots - 1;
	for (size_t i = 0; i < x->count; i++) {
		struct slice *s = &x->table[slot_of(x, half(x->sorted[i], suppression), suppression)];

		if (s->count++ == 0)
			s->first = &x->sorted[i];
	}
}

void
events_finish(struct events *es)
{
	for (size_t i = 0; i < es->waiting_count; i++) {
		uint64_t ref = events_find_id(es, es->waiting[i].ref);

		if (ref <= es->count)	/* what was taken back is not visible */
			es->waiting[i].event->ref = ref;
	}
	build(&es->by_sid, es, false);
	build(&es->by_suppression, es, true);
}

const struct event *
events_at(const struct events *es, uint64_t seq)
{
	return seq < es->count ? es->list[seq] : NULL;
}

uint64_t
events_count(const struct events *es)
{
	return es->count;
}

struct span
events_line(const struct events *es, uint64_t seq)
{
	return es->lines[seq];
}

uint64_t
events_find_id(const struct events *es, struct span id)
{
	const uint64_t *seq = map_find(es->ids, id);

	return seq == NULL ? 0 : *seq;
}

size_t
events_of(const struct events *es, const struct token *t, const struct event *const **list)
{
	const struct slice *s = &es->by_sid.table[slot_of(&es->by_sid, t->lookup, false)];

	*list = s->first;
	return s->count;
}

size_t
events_suppressing(const struct events *es, const struct token *t, const struct event *const **list)
{
	const struct slice *s =
	    &es->by_suppression.table[slot_of(&es->by_suppression, t->suppression, true)];

	*list = s->first;
	return s->count;
}

bool
events_have_type(const struct events *es, struct span type)
{
	return map_has(es->types, type);
}
