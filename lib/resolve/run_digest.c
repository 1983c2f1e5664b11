/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/run_digest.c: BLAKE2b over the lines in the order of their ids, some at a time on
 * each thread, then over what came of that and the rest. */
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
	unsigned char		(*part)[BYTES];	/* by task */
};

/* Packed lines lie in the order they were read in. */
static void
expect(const struct rec *r)
{
	for (size_t at = 0; at < AHEAD_BYTES; at += CACHE_LINE)
		cache_expect(r->cold + at);
}

/* The lines of some records, each with its length. */
static void
digest_some(void *arg, unsigned task)
{
	struct digesting *d = arg;
	size_t from = (size_t)task * TASK, to = from + TASK < d->s->count ? from + TASK : d->s->count;
	struct arena arena = { 0 };
	struct blake2b h;

	blake2b_start(&h, BYTES, NULL);
	for (size_t i = from; i < to; i++) {
		struct span line;
		uint64_t len;

		if (i + AHEAD < to)
			expect(&d->s->rec[i + AHEAD]);
		arena_reset(&arena);
		line = rec_line(d->s, &d->s->rec[i], &arena);
		len = line.len;
		blake2b_add(&h, span_make((const char *)&len, sizeof len));
		blake2b_add(&h, line);
	}
	blake2b_end(&h, d->part[task], BYTES);
	arena_done(&arena);
}

/* What follows is told apart by its length, and what is absent by a length of its own. */
static void
put_length(struct buf *out, struct span text)
{
	buf_u64(out, text.p == NULL ? UINT64_MAX : text.len);
	buf_byte(out, ':');
}

static void
put(struct buf *out, struct span text)
{
	put_length(out, text);
	buf_add(out, text);
}

static void
put_settings(struct buf *out, const struct resolve *r, const struct resolve_events *v)
{
	put(out, SPAN("cdp-run-1 " CDP_VERSION));
	put(out, resolve_mode(r));
	put(out, r->rules->digest);
	put(out, span_make((const char *)r->generic.lists, GENERIC_DIGEST));
	put(out, r->intake.linking);
	put(out, r->intake.assume);
	buf_print(out, "%d %lld %d %llu %llu %llu %llu ", r->intake.gated, (long long)r->as_of,
	    v->overlap, (unsigned long long)r->store.count, (unsigned long long)r->store.superseded,
	    (unsigned long long)r->store.repeated, (unsigned long long)r->intake.counts.rejected);
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

/* BLAKE2b of a text, the passing lines as put would write them, and another text. */
static void
digest_all(unsigned char whole[BYTES], const struct resolve *r, struct span before, struct span after)
{
	const struct store *s = &r->store;
	struct buf length = { 0 };
	struct blake2b h;

	blake2b_start(&h, BYTES, r->id_key);
	blake2b_add(&h, before);
	for (size_t i = 0; i < s->passing_count; i++) {
		if (i + AHEAD < s->passing_count)
			cache_expect(s->passing[i + AHEAD].p);
		buf_reset(&length);
		put_length(&length, s->passing[i]);
		blake2b_add(&h, buf_span(&length));
		blake2b_add(&h, s->passing[i]);
	}
	blake2b_add(&h, after);
	blake2b_end(&h, whole, BYTES);
	buf_done(&length);
}

void
run_digest(const struct resolve *r, const struct resolve_events *v, struct buf *out)
{
	struct digesting d = { .s = &r->store };
	size_t tasks = (r->store.count + TASK - 1) / TASK;
	unsigned char whole[BYTES];
	struct buf all = { 0 }, last = { 0 };

	d.part = mem_alloc((tasks + 1) * sizeof *d.part);
	parallel_each(r->threads, (unsigned)tasks, digest_some, &d);
	put_settings(&all, r, v);
	if (r->scored)
		put_scored(&all, r);
	put(&all, span_make((const char *)d.part, tasks * sizeof *d.part));
	for (size_t i = 0; i < v->old.count; i++)
		put(&last, v->old.list[i].digest);
	for (size_t i = 0; i < v->redirect_count; i++) {
		put(&last, v->redirects[i].id);
		for (size_t k = 0; k < v->redirects[i].count; k++)
			put(&last, v->redirects[i].to[k]);
	}
	digest_all(whole, r, buf_span(&all), buf_span(&last));
	hex_write(out, span_make((const char *)whole, sizeof whole));
	buf_done(&all);
	buf_done(&last);
	mem_free(d.part);
}
