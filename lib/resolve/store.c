/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/store.c: the records in order, one version of each id. */
#include "base/alloc.h"
#include "base/map.h"
#include "resolve/sort.h"
#include "resolve/store.h"

void
store_drop_facts(struct store *s)
{
	for (size_t i = 0; i < s->slab_count; i++)
		buf_done(&s->slab[i].facts);
	for (size_t i = 0; i < s->count; i++)
		s->rec[i].facts = NULL;
}

void
store_done(struct store *s)
{
	for (size_t i = 0; i < s->slab_count; i++) {
		buf_done(&s->slab[i].lines);
		buf_done(&s->slab[i].facts);
	}
	for (size_t i = 0; i < s->passing_count; i++)
		buf_done(&s->passing[i]);
	mem_free(s->slab);
	mem_free(s->passing);
	mem_free(s->rec);
	map_free(s->sources);
	arena_done(&s->header);
	*s = (struct store){ 0 };
}

/* By id; of one id the version that counts first: later, then larger bytes. */
static int
by_id(const void *a, const void *b)
{
	const struct rec *x = a, *y = b;
	int r = span_cmp(rec_id(x), rec_id(y));

	if (r != 0)
		return r;
	if (x->observed_at != y->observed_at)
		return x->observed_at > y->observed_at ? -1 : 1;
	return span_cmp(rec_line(y), rec_line(x));
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

void
store_finish(struct store *s, unsigned threads)
{
	sort_array(s->rec, s->count, sizeof *s->rec, by_id, threads);
	keep_one_version(s);
	if (s->sources == NULL)
		s->sources = map_new();
	order_sources(s);
	sort_array(s->passing, s->passing_count, sizeof *s->passing, by_bytes, 1);
}
