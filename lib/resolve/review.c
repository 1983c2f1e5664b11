/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/review.c: candidates from the edges, the refusals and the ties; of two clusters one;
 * then by value. */
#include "base/alloc.h"
#include "base/buf.h"
#include "io/json_write.h"
#include "resolve/fx.h"
#include "resolve/review.h"
#include "resolve/scored.h"
#include "resolve/sort.h"
#include "resolve/store.h"

enum {
	PAIRS_MOST = 1 << 24,	/* that hang on an answer: keeps the value far from overflow */
	HELD = 64 << 10
};

struct candidate {
	uint64_t	value;
	uint32_t	a, b;		/* records, a < b */
	uint32_t	low, high;	/* their clusters; the same for a tie */
	int32_t		weight;
	uint8_t		reason;		/* enum merge_reason; MERGE_REASONS: none */
};

struct reviewing {
	const struct review_input *in;
	uint32_t		*node_of;	/* by record */
	uint32_t		*size;		/* by cluster: records */
	struct candidate	*list;
	size_t			 count, cap;
};

static void
add(struct reviewing *r, struct candidate c, uint64_t pairs, uint64_t p)
{
	uint32_t x = r->in->cluster[c.a], y = r->in->cluster[c.b];

	c.low = x < y ? x : y;
	c.high = x < y ? y : x;
	c.value = p * (FX_CERTAIN - p) / FX_CERTAIN * (pairs < PAIRS_MOST ? pairs : PAIRS_MOST);
	r->list = mem_grow(r->list, r->count + 1, &r->cap, sizeof *r->list);
	r->list[r->count++] = c;
}

static void
count_records(struct reviewing *r)
{
	const struct view *w = &r->in->scored->view;
	size_t records = w->store->count;

	r->node_of = mem_alloc((records + 1) * sizeof *r->node_of);
	r->size = mem_zero(records + 1, sizeof *r->size);
	for (size_t i = 0; i < records; i++)
		r->size[r->in->cluster[i]]++;
	for (uint32_t n = 0; n < w->nodes; n++)
		for (uint32_t i = w->record_at[n]; i < w->record_at[n + 1]; i++)
			r->node_of[w->record[i]] = n;
}

/* ---- candidates ---- */

static void
add_edges(struct reviewing *r)
{
	const struct scored *x = r->in->scored;
	const uint32_t *cluster = r->in->cluster;

	for (size_t i = 0; i < x->edge_count; i++) {
		const struct edge *e = &x->edges[i];
		uint32_t a = x->view.record[x->view.record_at[e->a]];
		uint32_t b = x->view.record[x->view.record_at[e->b]];

		if (e->weight < x->model.review || e->weight >= x->model.link ||
		    cluster[a] == cluster[b])
			continue;
		add(r, (struct candidate){ .a = a, .b = b, .weight = e->weight,
		    .reason = MERGE_REASONS }, (uint64_t)r->size[cluster[a]] * r->size[cluster[b]],
		    fx_probability(e->weight));
	}
}

/* A demand against a constraint is as uncertain as can be, whatever the weights. */
static void
add_refusals(struct reviewing *r)
{
	const struct merged *m = &r->in->scored->merged;

	for (size_t i = 0; i < m->refused_count; i++) {
		const struct merge_refusal *f = &m->refused[i];
		bool demanded = f->weight == TIE_DEMANDED;

		if (f->reason == MERGE_UNLINKED || (f->reason == MERGE_DIFFERENT && !demanded))
			continue;
		add(r, (struct candidate){ .a = f->a, .b = f->b, .weight = f->weight,
		    .reason = f->reason }, (uint64_t)f->size_a * f->size_b,
		    demanded ? FX_CERTAIN / 2 : fx_probability(f->average));
	}
}

/* By tie: the records on one side of it. Ties are a forest: a record with one tie left gives what
 * hangs on it to the other end, until nothing is left; which tie is left is the exclusive or of
 * all that were there. */
static uint32_t *
sides(const struct reviewing *r)
{
	const struct merged *m = &r->in->scored->merged;
	size_t records = r->in->scored->view.store->count;
	uint32_t *side = mem_alloc((m->tie_count + 1) * sizeof *side);
	uint32_t *left = mem_zero(records + 1, sizeof *left);		/* ties of a record */
	uint32_t *which = mem_zero(records + 1, sizeof *which);
	uint32_t *held = mem_alloc((records + 1) * sizeof *held);	/* records that hang on one */

	for (size_t i = 0; i < records; i++)
		held[i] = 1;
	for (uint32_t t = 0; t < m->tie_count; t++) {
		left[m->ties[t].a]++;
		left[m->ties[t].b]++;
		which[m->ties[t].a] ^= t;
		which[m->ties[t].b] ^= t;
	}
	for (size_t i = 0; i < records; i++)
		for (uint32_t at = (uint32_t)i; left[at] == 1;) {
			uint32_t t = which[at], to = m->ties[t].a == at ? m->ties[t].b : m->ties[t].a;

			side[t] = held[at];
			held[to] += held[at];
			left[at] = 0;
			left[to]--;
			which[to] ^= t;
			at = to;
		}
	mem_free(left);
	mem_free(which);
	mem_free(held);
	return side;
}

/* Ties as far above the threshold as review begins below it. */
static void
add_ties(struct reviewing *r)
{
	const struct scored *x = r->in->scored;
	const struct merged *m = &x->merged;
	int32_t most = 2 * x->model.link - x->model.review;
	uint32_t *side = sides(r);

	for (size_t i = 0; i < m->tie_count; i++) {
		const struct merge_tie *t = &m->ties[i];

		if (t->by == TIE_SCORED && t->average < most)
			add(r, (struct candidate){ .a = t->a, .b = t->b, .weight = t->weight,
			    .reason = MERGE_REASONS },
			    (uint64_t)side[i] * (r->size[r->in->cluster[t->a]] - side[i]),
			    fx_probability(t->average));
	}
	mem_free(side);
}

/* ---- one of two clusters ---- */

struct clusters_apart {
	uint32_t	low, high;
};

static int
by_clusters(const void *a, const void *b)
{
	const struct clusters_apart *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	return x->high < y->high ? -1 : x->high > y->high;
}

/* Of two clusters first the demand that was not met, then the heaviest pair. */
static int
by_best(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	return x->reason < y->reason ? -1 : x->reason > y->reason;
}

/* Clusters that somebody has decided to be two people, in order. */
static struct clusters_apart *
decided(const struct reviewing *r, size_t *count)
{
	struct clusters_apart *list = mem_alloc((r->in->demand_count + 1) * sizeof *list);

	*count = 0;
	for (size_t i = 0; i < r->in->demand_count; i++) {
		const struct demand *d = &r->in->demands[i];
		uint32_t x = r->in->cluster[d->a], y = r->in->cluster[d->b];

		if (d->kind == DEMAND_DIFFERENT)
			list[(*count)++] = (struct clusters_apart){ x < y ? x : y, x < y ? y : x };
	}
	sort_array(list, *count, sizeof *list, by_clusters, 1);
	return list;
}

static void
keep_best(struct reviewing *r)
{
	size_t settled, at = 0, kept = 0;
	struct clusters_apart *list = decided(r, &settled);

	sort_array(r->list, r->count, sizeof *r->list, by_best, r->in->threads);
	for (size_t i = 0; i < r->count; i++) {
		const struct candidate *c = &r->list[i];
		const struct clusters_apart pair = { c->low, c->high };
		bool first = i == 0 || c->low != c[-1].low || c->high != c[-1].high;

		while (at < settled && by_clusters(&list[at], &pair) < 0)
			at++;
		if (c->weight != TIE_DEMANDED && c->low != c->high &&
		    (!first || (at < settled && by_clusters(&list[at], &pair) == 0)))
			continue;
		r->list[kept++] = *c;
	}
	r->count = kept;
	mem_free(list);
}

/* ---- the queue ---- */

static int
by_value(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->value != y->value)
		return x->value > y->value ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	return x->reason < y->reason ? -1 : x->reason > y->reason;
}

/* The chosen rules that brought the two nodes together; none if they were only scored. */
static uint16_t
rules_of(const struct scored *x, uint32_t a, uint32_t b)
{
	size_t low = 0, high = x->edge_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct edge *e = &x->edges[mid];

		if (e->a < a || (e->a == a && e->b < b))
			low = mid + 1;
		else
			high = mid;
	}
	return low < x->edge_count && x->edges[low].a == a && x->edges[low].b == b ?
	    x->edges[low].rules : 0;
}

static void
write_line(const struct reviewing *r, const struct candidate *c, struct buf *out)
{
	const struct scored *x = r->in->scored;
	const struct store *s = x->view.store;
	uint32_t a = r->node_of[c->a], b = r->node_of[c->b];
	struct link_pair pair = { c->a, c->b, a, b, a < b ? rules_of(x, a, b) : rules_of(x, b, a) };
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	link_members(&w, x, &pair, "review", c->reason == MERGE_REASONS ? "scored" :
	    merge_reason_name((enum merge_reason)c->reason));
	json_member_raw(&w, "record_a", rec_line(&s->rec[c->a]));
	json_member_raw(&w, "record_b", rec_line(&s->rec[c->b]));
	json_end(&w);
	buf_byte(out, '\n');
}

uint64_t
review_write(const struct review_input *in, link_sink *give, void *arg)
{
	struct reviewing r = { .in = in };
	struct buf lines = { 0 };
	uint64_t count;

	count_records(&r);
	add_edges(&r);
	add_refusals(&r);
	add_ties(&r);
	keep_best(&r);
	sort_array(r.list, r.count, sizeof *r.list, by_value, in->threads);
	count = r.count < in->limit ? r.count : in->limit;
	for (uint64_t i = 0; i < count; i++) {
		write_line(&r, &r.list[i], &lines);
		if (lines.len >= HELD) {
			give(arg, buf_span(&lines));
			buf_reset(&lines);
		}
	}
	give(arg, buf_span(&lines));
	buf_done(&lines);
	mem_free(r.node_of);
	mem_free(r.size);
	mem_free(r.list);
	return count;
}
