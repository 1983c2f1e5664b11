/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/run_digest.c: BLAKE2b over the lines in the order of their ids, some at a time on
 * each thread, then over what came of that and the rest. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/pipeline.h"
#include "resolve/events.h"
#include "resolve/model_file.h"
#include "resolve/resolve.h"
#include "resolve/rules.h"
#include "resolve/run_digest.h"
#include "resolve/sort.h"

enum { TASK = 1 << 12, BYTES = 16, LENGTH_MOST = 24 };

struct digesting {
	const struct store	*s;
	unsigned char		(*part)[BYTES];	/* by task */
};

/* The lines of some records, each with its length. */
static void
digest_some(void *arg, unsigned task)
{
	struct digesting *d = arg;
	size_t from = (size_t)task * TASK, n = d->s->count - from;
	struct arena lines = { 0 };
	struct span *list;
	uint64_t *len;

	n = n < TASK ? n : TASK;
	list = mem_alloc(2 * n * sizeof *list);
	len = mem_alloc(n * sizeof *len);
	for (size_t i = 0; i < n; i++) {
		list[2 * i + 1] = rec_line(d->s, &d->s->rec[from + i], &lines);
		len[i] = list[2 * i + 1].len;
		list[2 * i] = span_make((const char *)&len[i], sizeof len[i]);
	}
	blake2b(d->part[task], BYTES, NULL, list, 2 * n);
	mem_free(list);
	mem_free(len);
	arena_done(&lines);
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
	struct span *part = mem_alloc((2 * s->passing_count + 2) * sizeof *part);
	struct buf lengths = { 0 };
	size_t n = 0;

	buf_room(&lengths, s->passing_count * LENGTH_MOST);	/* stays in its place */
	part[n++] = before;
	for (size_t i = 0; i < s->passing_count; i++) {
		size_t at = lengths.len;

		put_length(&lengths, s->passing[i]);
		part[n++] = span_make(lengths.p + at, lengths.len - at);
		part[n++] = s->passing[i];
	}
	part[n++] = after;
	blake2b(whole, BYTES, r->id_key, part, n);
	buf_done(&lengths);
	mem_free(part);
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
