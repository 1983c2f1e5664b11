/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/run_digest.c: BLAKE2b over the sums of the lines, which were taken while the lines were
 * read, and over the rest. */
#include "base/alloc.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "resolve/events.h"
#include "resolve/model_file.h"
#include "resolve/resolve.h"
#include "resolve/rules.h"
#include "resolve/run_digest.h"
#include "resolve/sort.h"

#include <assert.h>

enum { BYTES = 16 };

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
	put(out, SPAN("cdp-run-3 " CDP_VERSION));
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

static void
put_sum(struct buf *out, struct hash128 sum)
{
	buf_print(out, "%016llx%016llx ", (unsigned long long)sum.hi, (unsigned long long)sum.lo);
}

/* What the weights are learnt with, and what people decided, in whatever order they said it. */
static void
put_scored(struct buf *out, const struct resolve *r)
{
	const struct scored_options *o = &r->how;
	struct demand *list = mem_alloc((r->demand_count + 1) * sizeof *list);

	buf_print(out, "%llu %llu %d %d %d %u %u %d %d %d %d ", (unsigned long long)o->pairs_per_record,
	    (unsigned long long)o->seed, o->across, o->link, o->review, o->target_fdr,
	    o->max_size, o->size_follows, o->components, o->best_link, r->no_households);
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
	unsigned char whole[BYTES];
	struct span text;
	struct buf all = { 0 };

	assert(r->intake.digest);
	put_settings(&all, r, v);
	if (r->scored)
		put_scored(&all, r);
	put_sum(&all, r->store.read);
	put_sum(&all, r->store.passed);
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
}
