/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/run_digest.c: BLAKE2b over the records in the order of their ids and over the lines that
 * pass through, some at a time on each thread, then over what came of that and the rest. Records are
 * taken in brief: half of their bytes are what all have in common, which is taken once. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/cache.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/pipeline.h"
#include "resolve/events.h"
#include "resolve/model_file.h"
#include "resolve/resolve.h"
#include "resolve/rules.h"
#include "resolve/run_digest.h"
#include "resolve/sort.h"

enum {
	TASK = 1 << 12, BYTES = 16,
	AHEAD = 8,		/* records: how far the cache is told in advance */
	AHEAD_BYTES = 256, CACHE_LINE = 64
};

struct digesting {
	const struct store	*s;
	unsigned		 records;	/* tasks; those after them have the passing lines */
	unsigned char		(*part)[BYTES];	/* by task */
};

static unsigned
tasks_of(size_t lines)
{
	return (unsigned)((lines + TASK - 1) / TASK);
}

/* A line with its length. */
static void
add_line(struct blake2b *h, struct span line)
{
	uint64_t len = line.len;

	blake2b_add(h, span_make((const char *)&len, sizeof len));
	blake2b_add(h, line);
}

/* Packed lines lie in the order they were read in. */
static void
expect(const struct rec *r)
{
	for (size_t at = 0; at < AHEAD_BYTES; at += CACHE_LINE)
		cache_expect(r->cold + at);
}

static void
add_records(struct blake2b *h, const struct store *s, size_t from)
{
	size_t to = from + TASK < s->count ? from + TASK : s->count;
	struct arena arena = { 0 };

	for (size_t i = from; i < to; i++) {
		if (i + AHEAD < to)
			expect(&s->rec[i + AHEAD]);
		arena_reset(&arena);
		add_line(h, cold_brief(s->cold, s->rec[i].cold, &arena));
	}
	arena_done(&arena);
}

static void
add_passing(struct blake2b *h, const struct store *s, size_t from)
{
	size_t to = from + TASK < s->passing_count ? from + TASK : s->passing_count;

	for (size_t i = from; i < to; i++) {
		if (i + AHEAD < to)
			cache_expect(s->passing[i + AHEAD].p);
		add_line(h, s->passing[i]);
	}
}

static void
digest_some(void *arg, unsigned task)
{
	struct digesting *d = arg;
	struct blake2b h;

	blake2b_start(&h, BYTES, NULL);
	if (task < d->records)
		add_records(&h, d->s, (size_t)task * TASK);
	else
		add_passing(&h, d->s, (size_t)(task - d->records) * TASK);
	blake2b_end(&h, d->part[task], BYTES);
}

/* What follows is told apart by its length, and what is absent by a length of its own. */
static void
put(struct buf *out, struct span text)
{
	buf_u64(out, text.p == NULL ? UINT64_MAX : text.len);
	buf_byte(out, ':');
	buf_add(out, text);
}

static void
put_settings(struct buf *out, const struct resolve *r, const struct resolve_events *v)
{
	put(out, SPAN("cdp-run-2 " CDP_VERSION));
	put(out, resolve_mode(r));
	put(out, r->rules->digest);
	put(out, span_make((const char *)r->generic.lists, GENERIC_DIGEST));
	put(out, r->intake.linking);
	put(out, r->intake.assume);
	buf_print(out, "%d %lld %d %llu %llu %llu %llu %llu ", r->intake.gated, (long long)r->as_of,
	    v->overlap, (unsigned long long)r->store.count, (unsigned long long)r->store.superseded,
	    (unsigned long long)r->store.repeated, (unsigned long long)r->store.passing_count,
	    (unsigned long long)r->intake.counts.rejected);
}

static int
by_records(const void *a, const void *b)
{
	const struct demand *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return x->b < y->b ? -1 : x->b > y->b;
}

/* What the weights are learnt with, and what people decided, in whatever order they said it. */
static void
put_scored(struct buf *out, const struct resolve *r)
{
	const struct scored_options *o = &r->how;
	struct demand *list = mem_alloc((r->demand_count + 1) * sizeof *list);

	buf_print(out, "%llu %llu %d %d %d %u %u %d %d %d ", (unsigned long long)o->pairs_per_record,
	    (unsigned long long)o->seed, o->across, o->link, o->review, o->target_fdr,
	    o->max_size, o->components,
	    o->best_link, r->no_households);
	if (o->frozen != NULL)
		put(out, o->frozen->digest);
	for (size_t i = 0; i < r->demand_count; i++)
		list[i] = r->demands[i];
	sort_array(list, r->demand_count, sizeof *list, by_records, 1);
	for (size_t i = 0; i < r->demand_count; i++)
		buf_print(out, "%u %u %u ", list[i].a, list[i].b, list[i].kind);
	mem_free(list);
}

void
run_digest(const struct resolve *r, const struct resolve_events *v, struct buf *out)
{
	struct digesting d = { .s = &r->store, .records = tasks_of(r->store.count) };
	unsigned tasks = d.records + tasks_of(r->store.passing_count);
	unsigned char whole[BYTES];
	struct span text;
	struct buf all = { 0 }, gaps = { 0 };

	cold_rank(r->store.cold, &gaps);
	d.part = mem_alloc(((size_t)tasks + 1) * sizeof *d.part);
	parallel_each(r->threads, tasks, digest_some, &d);
	put_settings(&all, r, v);
	if (r->scored)
		put_scored(&all, r);
	put(&all, buf_span(&gaps));
	put(&all, span_make((const char *)d.part, tasks * sizeof *d.part));
	for (size_t i = 0; i < v->old.count; i++)
		put(&all, v->old.list[i].digest);
	for (size_t i = 0; i < v->redirect_count; i++) {
		put(&all, v->redirects[i].id);
		for (size_t k = 0; k < v->redirects[i].count; k++)
			put(&all, v->redirects[i].to[k]);
	}
	text = buf_span(&all);
	blake2b(whole, sizeof whole, r->id_key, &text, 1);
	hex_write(out, span_make((const char *)whole, sizeof whole));
	buf_done(&all);
	buf_done(&gaps);
	mem_free(d.part);
}
