/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/store.c: the records in order, one version of each id. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/map.h"
#include "base/pipeline.h"
#include "resolve/sort.h"
#include "resolve/store.h"

enum {
	HEAD = 8,		/* bytes of an id that are compared at once */
	TASK = 1 << 14,		/* records of one task */
	AHEAD = 16		/* records: how far the cache is told of their ids and rows */
};

void
store_drop_facts(struct store *s)
{
	facts_done(&s->facts);
}

void
store_done(struct store *s)
{
	for (size_t i = 0; i < s->slab_count; i++)
		buf_done(&s->slab[i]);
	for (size_t i = 0; i < s->passing_count; i++)
		buf_done(&s->passing[i]);
	mem_free(s->slab);
	mem_free(s->passing);
	mem_free(s->rec);
	map_free(s->sources);
	facts_done(&s->facts);
	arena_done(&s->header);
	*s = (struct store){ 0 };
}

/* ---- the order of the ids ---- */

/* A record and eight bytes of its id, which decide most comparisons without a look at it. */
struct place {
	uint64_t	 head;
	const struct rec *rec;
};

struct ordering {
	struct place	*place;
	size_t		 count;
};

/* Bytes [depth, depth + 8) of the id as a number that compares as they do. */
static uint64_t
head_of(const struct rec *r, size_t depth)
{
	struct span rest = span_skip(rec_id(r), depth);
	uint64_t head = 0;

	for (size_t i = 0; i < HEAD; i++)
		head = head << 8 | (i < rest.len ? (unsigned char)rest.p[i] : 0);
	return head;
}

static int
by_head(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->head < y->head ? -1 : x->head > y->head;
}

/* By id; of one id the version that counts first: later, then larger bytes. */
static int
by_id(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int r = x->head != y->head ? by_head(a, b) : span_cmp(rec_id(x->rec), rec_id(y->rec));

	if (r != 0)
		return r;
	if (x->rec->observed_at != y->rec->observed_at)
		return x->rec->observed_at > y->rec->observed_at ? -1 : 1;
	return span_cmp(rec_line(y->rec), rec_line(x->rec));
}

/* Sorts a run of one head by what follows the head. */
static void
sort_run(struct place *place, size_t n, struct place *room)
{
	for (size_t i = 0; i < n; i++)
		room[i] = (struct place){ head_of(place[i].rec, HEAD), place[i].rec };
	sort_array(room, n, sizeof *room, by_id, 1);
	for (size_t i = 0; i < n; i++)
		place[i].rec = room[i].rec;
}

/* The runs that begin in the task. Heads stay as they are, because other tasks read them. */
static void
sort_runs(void *arg, unsigned task)
{
	struct ordering *o = arg;
	size_t at = (size_t)task * TASK, end = at + TASK < o->count ? at + TASK : o->count, n;
	struct place *room = NULL;
	size_t cap = 0;

	while (at > 0 && at < end && o->place[at].head == o->place[at - 1].head)
		at++;
	for (; at < end; at += n) {
		for (n = 1; at + n < o->count && o->place[at + n].head == o->place[at].head; n++)
			;
		if (n == 1)
			continue;
		room = mem_grow(room, n, &cap, sizeof *room);
		sort_run(o->place + at, n, room);
	}
	mem_free(room);
}

/* Moves each record to its place, cycle by cycle, without room for a second array. */
static void
permute(struct rec *rec, struct place *place, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct rec first = rec[i];
		size_t at = i, from;

		while ((from = (size_t)(place[at].rec - rec)) != i) {
			rec[at] = rec[from];
			place[at].rec = rec + at;
			at = from;
		}
		rec[at] = first;
		place[at].rec = rec + at;
	}
}

static void
order_records(struct store *s, unsigned threads)
{
	struct ordering o = { mem_alloc((s->count + 1) * sizeof *o.place), s->count };

	for (size_t i = 0; i < s->count; i++)
		o.place[i] = (struct place){ head_of(&s->rec[i], 0), &s->rec[i] };
	sort_array(o.place, o.count, sizeof *o.place, by_head, threads);
	parallel_each(threads, (unsigned)((o.count + TASK - 1) / TASK), sort_runs, &o);
	permute(s->rec, o.place, o.count);
	mem_free(o.place);
}

static int
by_bytes(const void *a, const void *b)
{
	return span_cmp(buf_span(a), buf_span(b));
}

static void
keep_one_version(struct store *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++) {
		struct rec *last = kept == 0 ? NULL : &s->rec[kept - 1];

		if (i + AHEAD < s->count)
			cache_expect(rec_id(&s->rec[i + AHEAD]).p);
		if (last == NULL || !span_equal(rec_id(last), rec_id(&s->rec[i])))
			s->rec[kept++] = s->rec[i];
		else if (span_equal(rec_line(last), rec_line(&s->rec[i])))
			s->repeated++;
		else
			s->superseded++;
	}
	s->count = kept;
}

static void
order_sources(struct store *s)
{
	size_t count = map_size(s->sources);
	struct map *sorted = map_new();
	uint32_t *place = mem_alloc((count + 1) * sizeof *place);

	for (size_t i = 0; i < count; i++)
		map_add(sorted, map_key(s->sources, i));
	map_sort(sorted);
	for (size_t i = 0; i < count; i++)
		place[i] = (uint32_t)map_index(sorted, map_key(s->sources, i));
	for (size_t i = 0; i < s->count; i++) {
		s->rec[i].source = place[s->rec[i].source];
		map_set(sorted, s->rec[i].source, map_value(sorted, s->rec[i].source) + 1);
	}
	mem_free(place);
	map_free(s->sources);
	s->sources = sorted;
}

/* Rows in the order of the records, so that a pass over those walks through the memory. */
static void
order_rows(struct store *s)
{
	uint32_t *word = mem_alloc((s->facts.count + 1) * sizeof *word);
	size_t used = 0;

	for (size_t i = 0; i < s->count; i++) {
		const uint32_t *from = rec_row(s, (uint32_t)i);

		if (i + AHEAD < s->count)
			cache_expect(rec_row(s, (uint32_t)i + AHEAD));
		s->rec[i].row = (uint32_t)used;
		do
			word[used++] = *from;
		while (*from++ != 0);
	}
	mem_free(s->facts.word);
	s->facts.word = word;
	s->facts.count = s->facts.cap = used;
}

void
store_finish(struct store *s, unsigned threads)
{
	facts_close(&s->facts);
	mem_give_back();
	order_records(s, threads);
	keep_one_version(s);
	order_rows(s);
	if (s->sources == NULL)
		s->sources = map_new();
	order_sources(s);
	sort_array(s->passing, s->passing_count, sizeof *s->passing, by_bytes, 1);
}

bool
store_find(const struct store *s, struct span id, uint32_t *record)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (span_cmp(rec_id(&s->rec[mid]), id) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*record = (uint32_t)low;
	return low < s->count && span_equal(rec_id(&s->rec[low]), id);
}
