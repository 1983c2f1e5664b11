/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/store_order.c: puts the records in the order of their ids, one version of each, and
 * their rows beside them. An id is a source and a key, so a number of eight bytes, the place of the
 * source and the head of the key, decides nearly all comparisons; lines are looked at for the rest. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/map.h"
#include "base/pipeline.h"
#include "resolve/sort.h"
#include "resolve/store.h"

enum {
	HEAD = 6,		/* bytes of a key that stand in its number */
	SOURCE_BITS = 16,	/* of the source, above them */
	MORE = 8,		/* bytes behind those, for keys that begin alike */
	TASK = 1 << 14,		/* records of one task */
	AHEAD = 16		/* records: how far the cache is told in advance */
};

struct ordering {
	struct store	*s;
	struct sort_key	*place;		/* of records, by the head of their id */
	size_t		 count;
	struct map	*sources;	/* in order */
	uint32_t	*rank;		/* by source as it was read: its place there */
	uint32_t	*before;	/* by source: its place among "source:", which ids begin with; or NULL */
	struct rec	*rec;		/* the new ones */
	uint32_t	*word;
	size_t		*words;		/* by task: of its rows; then where they begin */
	struct arena	 lines;		/* of two versions */
};

static size_t
task_end(const struct ordering *o, size_t from)
{
	return from + TASK < o->count ? from + TASK : o->count;
}

static const struct rec *
rec_of(const struct sort_key *place)
{
	return place->of;
}

static unsigned
tasks(const struct ordering *o)
{
	return (unsigned)((o->count + TASK - 1) / TASK);
}

/* ---- sources ---- */

static void
add_name(struct map *names, struct span source, bool colon)
{
	struct buf name = { 0 };

	buf_add(&name, source);
	if (colon)
		buf_byte(&name, ':');
	map_add(names, buf_span(&name));
	buf_done(&name);
}

/* By source its place among all names; the names in *sorted, with or without the colon. */
static uint32_t *
rank_sources(const struct map *sources, bool colon, struct map **sorted)
{
	size_t count = map_size(sources);
	uint32_t *rank = mem_alloc((count + 1) * sizeof *rank);
	struct map *unsorted = map_new();

	*sorted = map_new();
	for (size_t i = 0; i < count; i++) {
		add_name(unsorted, map_key(sources, i), colon);
		add_name(*sorted, map_key(sources, i), colon);
	}
	map_sort(*sorted);
	for (size_t i = 0; i < count; i++)
		rank[i] = (uint32_t)map_index(*sorted, map_key(unsorted, i));
	map_free(unsorted);
	return rank;
}

static void
rank_all(struct ordering *o)
{
	struct map *with_colon;

	o->rank = rank_sources(o->s->sources, false, &o->sources);
	if (map_size(o->s->sources) >> SOURCE_BITS != 0)
		return;
	o->before = rank_sources(o->s->sources, true, &with_colon);
	map_free(with_colon);
}

/* ---- the order of the ids ---- */

/* Where the part of the id begins that the head tells. */
static size_t
key_at(const struct ordering *o, const struct rec *r)
{
	return o->before == NULL ? 0 : map_key(o->s->sources, r->source).len + 1;
}

static void
find_heads(void *arg, unsigned task)
{
	struct ordering *o = arg;
	size_t from = (size_t)task * TASK;

	for (size_t i = from; i < task_end(o, from); i++) {
		const struct rec *r = &o->s->rec[i];
		uint64_t source = o->before == NULL ? 0 : o->before[r->source];

		if (i + AHEAD < o->count)
			cache_expect(r[AHEAD].cold);
		o->place[i] = (struct sort_key){ source << (8 * HEAD) |
		    sort_number(rec_id(r), key_at(o, r), HEAD), r };
	}
}

static int
by_id(const void *a, const void *b)
{
	const struct sort_key *x = a, *y = b;

	return x->key != y->key ? (x->key < y->key ? -1 : 1) :
	    span_cmp(rec_id(rec_of(x)), rec_id(rec_of(y)));
}

/* Sorts a run of one head by what follows the head. */
static void
sort_run(const struct ordering *o, struct sort_key *place, size_t n, struct sort_key *room)
{
	for (size_t i = 0; i < n; i++)
		room[i] = (struct sort_key){ sort_number(rec_id(rec_of(&place[i])),
		    key_at(o, rec_of(&place[i])) + HEAD, MORE), place[i].of };
	sort_array(room, n, sizeof *room, by_id, 1);
	for (size_t i = 0; i < n; i++)
		place[i].of = room[i].of;
}

/* The runs that begin in the task. Heads stay as they are, because other tasks read them. */
static void
sort_runs(void *arg, unsigned task)
{
	struct ordering *o = arg;
	size_t at = (size_t)task * TASK, end = task_end(o, at), n;
	struct sort_key *room = NULL;
	size_t cap = 0;

	while (at > 0 && at < end && o->place[at].key == o->place[at - 1].key)
		at++;
	for (; at < end; at += n) {
		for (n = 1; at + n < o->count && o->place[at + n].key == o->place[at].key; n++)
			;
		if (n == 1)
			continue;
		room = mem_grow(room, n, &cap, sizeof *room);
		sort_run(o, o->place + at, n, room);
	}
	mem_free(room);
}

/* ---- one version of each ---- */

static int
compare_lines(struct ordering *o, const struct rec *a, const struct rec *b)
{
	int r = span_cmp(rec_line(o->s, a, &o->lines), rec_line(o->s, b, &o->lines));

	arena_reset(&o->lines);
	return r;
}

/* Of versions [from, to) the one that counts: the later, then the larger line. The others are
 * counted. */
static struct sort_key
version_of(struct ordering *o, size_t from, size_t to)
{
	const struct rec *best = rec_of(&o->place[from]);
	uint64_t repeated = 0;

	for (size_t i = from + 1; i < to; i++) {
		const struct rec *r = rec_of(&o->place[i]);
		int order = r->observed_at != best->observed_at ?
		    (r->observed_at > best->observed_at ? 1 : -1) : compare_lines(o, r, best);

		repeated = order > 0 ? 0 : repeated + (order == 0);
		best = order > 0 ? r : best;
	}
	o->s->repeated += repeated;
	o->s->superseded += to - from - 1 - repeated;
	return (struct sort_key){ o->place[from].key, best };
}

static void
keep_one_version(struct ordering *o)
{
	size_t kept = 0;

	for (size_t at = 0, end; at < o->count; at = end) {
		const struct sort_key *first = &o->place[at];

		for (end = at + 1; end < o->count && o->place[end].key == first->key &&
		    span_equal(rec_id(rec_of(first)), rec_id(rec_of(&o->place[end]))); end++)
			;
		o->place[kept++] = end == at + 1 ? *first : version_of(o, at, end);
	}
	o->count = kept;
	arena_done(&o->lines);
}

/* ---- records and rows at their places ---- */

static size_t
row_length(const uint32_t *row)
{
	size_t n = 0;

	while (row[n] != 0)
		n++;
	return n + 1;
}

/* Two steps ahead the record, one step ahead its row. */
static void
expect(const struct ordering *o, size_t i)
{
	if (i + 2 * AHEAD < o->count)
		cache_expect(o->place[i + 2 * AHEAD].of);
	if (i + AHEAD < o->count)
		cache_expect(o->s->facts.word + rec_of(&o->place[i + AHEAD])->row);
}

static void
move_records(void *arg, unsigned task)
{
	struct ordering *o = arg;
	size_t from = (size_t)task * TASK;

	for (size_t i = from; i < task_end(o, from); i++) {
		struct rec *r = &o->rec[i];

		expect(o, i);
		*r = *rec_of(&o->place[i]);
		r->source = o->rank[r->source];
		o->words[task] += row_length(o->s->facts.word + r->row);
	}
}

static void
move_rows(void *arg, unsigned task)
{
	struct ordering *o = arg;
	size_t from = (size_t)task * TASK, end = task_end(o, from);
	uint32_t *to = o->word + o->words[task];

	for (size_t i = from; i < end; i++) {
		const uint32_t *row = o->s->facts.word + o->rec[i].row;
		size_t n = row_length(row);

		if (i + AHEAD < end)	/* behind it another task changes them */
			cache_expect(o->s->facts.word + o->rec[i + AHEAD].row);
		memcpy(to, row, n * sizeof *to);
		o->rec[i].row = (uint32_t)(to - o->word);
		to += n;
	}
}

/* By task how many words; afterwards where its first one goes. */
static size_t
sum_up(size_t *words, unsigned count)
{
	size_t sum = 0;

	for (unsigned i = 0; i < count; i++) {
		size_t n = words[i];

		words[i] = sum;
		sum += n;
	}
	return sum;
}

static void
take_records(struct ordering *o, unsigned threads)
{
	struct store *s = o->s;

	o->rec = mem_alloc((o->count + 1) * sizeof *o->rec);
	o->words = mem_zero(tasks(o) + 1, sizeof *o->words);
	parallel_each(threads, tasks(o), move_records, o);
	mem_free(o->place);
	mem_free(s->rec);
	s->rec = o->rec;
	s->count = s->cap = o->count;
}

static void
take_rows(struct ordering *o, unsigned threads)
{
	struct facts *f = &o->s->facts;
	size_t words = sum_up(o->words, tasks(o));

	o->word = mem_alloc((words + 1) * sizeof *o->word);
	parallel_each(threads, tasks(o), move_rows, o);
	mem_free(f->word);
	f->word = o->word;
	f->count = f->cap = words;
}

static void
take_sources(struct ordering *o)
{
	struct store *s = o->s;

	for (size_t i = 0; i < s->count; i++)
		map_set(o->sources, s->rec[i].source, map_value(o->sources, s->rec[i].source) + 1);
	map_free(s->sources);
	s->sources = o->sources;
	mem_free(o->rank);
	mem_free(o->before);
	mem_free(o->words);
}

static void
order_records(struct store *s, unsigned threads)
{
	struct ordering o = { .s = s, .count = s->count };

	rank_all(&o);
	o.place = mem_alloc((o.count + 1) * sizeof *o.place);
	parallel_each(threads, tasks(&o), find_heads, &o);
	o.place = sort_keys(o.place, o.count);
	parallel_each(threads, tasks(&o), sort_runs, &o);
	keep_one_version(&o);
	take_records(&o, threads);
	take_rows(&o, threads);
	take_sources(&o);
}

struct finishing {
	struct store	*s;
	unsigned	 threads;
};

/* Both have steps that are one thread's work. */
static void
finish_part(void *arg, unsigned part)
{
	const struct finishing *f = arg;

	if (part == 0)
		order_records(f->s, f->threads);
	else
		sort_texts(f->s->passing, f->s->passing_count, f->threads);
}

void
store_finish(struct store *s, unsigned threads)
{
	struct finishing f = { s, threads };

	facts_close(&s->facts);
	mem_give_back();
	if (s->sources == NULL)
		s->sources = map_new();
	parallel_each(s->passing_count > 0 ? threads : 1, 2, finish_part, &f);
}
