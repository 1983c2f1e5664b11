/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/review.c: candidates from the edges, the refusals and the ties; of two clusters one;
 * then by value.
 *
 * How uncertain a question is follows from the middle between the weight of the pair and the
 * average of all cross pairs: the pair alone is too sure of two clusters that otherwise have
 * nothing in common, and the average too sure of two that one strange record keeps apart. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "io/json_write.h"
#include "resolve/fx.h"
#include "resolve/review.h"
#include "resolve/scored.h"
#include "resolve/sort.h"
#include "resolve/store.h"

enum {
	LOOKED_AT = 8,		/* candidates whose cross pairs are scored, for each that is asked */
	SAMPLE = 16,		/* records of a cluster that stand for it */
	CLAMP = 15000,		/* millibits: as in merges */
	PAIRS_MOST = 1 << 24,	/* that hang on an answer: keeps the value far from overflow */
	HELD = 64 << 10
};

struct candidate {
	uint64_t	value;
	uint32_t	a, b;		/* records, a < b */
	uint32_t	low, high;	/* their clusters; the same for a tie */
	uint64_t	pairs;		/* that hang on it */
	int32_t		weight;
	int32_t		average;	/* of the cross pairs, as far as known */
	bool		known;
	bool		spare;		/* beyond the thresholds */
	uint8_t		reason;		/* enum merge_reason; MERGE_REASONS: none */
};

struct reviewing {
	const struct review_input *in;
	uint32_t		*node_of;	/* by record */
	uint32_t		*size;		/* by cluster: records */
	uint32_t		*member_at, *member;	/* by cluster: its records in order */
	struct candidate	*list;
	size_t			 count, cap;
	bool			 spare;		/* which candidates are added now */
	struct arena		 arena;		/* of the lines of one candidate */
};

/* A demand against a constraint is as uncertain as can be, whatever the weights. */
static uint64_t
value_of(const struct candidate *c)
{
	uint64_t p = c->weight == TIE_DEMANDED ? FX_CERTAIN / 2 :
	    fx_probability((int32_t)(((int64_t)c->weight + c->average) / 2));

	return p * (FX_CERTAIN - p) / FX_CERTAIN * (c->pairs < PAIRS_MOST ? c->pairs : PAIRS_MOST);
}

static void
add(struct reviewing *r, struct candidate c)
{
	uint32_t x = r->in->cluster[c.a], y = r->in->cluster[c.b];

	if (c.spare != r->spare)
		return;
	c.low = x < y ? x : y;
	c.high = x < y ? y : x;
	c.value = value_of(&c);
	r->list = mem_grow(r->list, r->count + 1, &r->cap, sizeof *r->list);
	r->list[r->count++] = c;
}

static void
count_records(struct reviewing *r)
{
	const struct view *w = &r->in->scored->view;
	const uint32_t *cluster = r->in->cluster;
	size_t records = w->store->count;
	uint32_t held = 0;

	r->node_of = mem_alloc((records + 1) * sizeof *r->node_of);
	r->size = mem_zero(records + 1, sizeof *r->size);
	r->member_at = mem_alloc((records + 1) * sizeof *r->member_at);
	r->member = mem_alloc((records + 1) * sizeof *r->member);
	for (size_t i = 0; i < records; i++)
		r->size[cluster[i]]++;
	for (size_t i = 0; i < records; i++) {	/* a cluster is named by its first record */
		if (cluster[i] == i) {
			r->member_at[i] = held;
			held += r->size[i];
			r->size[i] = 0;
		}
		r->member[r->member_at[cluster[i]] + r->size[cluster[i]]++] = (uint32_t)i;
	}
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

		if (e->weight >= x->model.link || cluster[a] == cluster[b])
			continue;
		add(r, (struct candidate){ .a = a, .b = b, .weight = e->weight,
		    .average = e->weight, .reason = MERGE_REASONS,
		    .spare = e->weight < x->model.review,
		    .pairs = (uint64_t)r->size[cluster[a]] * r->size[cluster[b]] });
	}
}

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
		    .average = f->average, .known = demanded || f->reason == MERGE_AVERAGE,
		    .reason = f->reason, .pairs = (uint64_t)f->size_a * f->size_b });
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

/* Those as far above the threshold as review begins below it; others are to spare. */
static void
add_ties(struct reviewing *r)
{
	const struct scored *x = r->in->scored;
	const struct merged *m = &x->merged;
	int32_t most = 2 * x->model.link - x->model.review;
	uint32_t *side = sides(r);

	for (size_t i = 0; i < m->tie_count; i++) {
		const struct exact_tie *t = &m->ties[i];

		if (t->by == TIE_SCORED)
			add(r, (struct candidate){ .a = t->a, .b = t->b, .weight = t->weight,
			    .average = t->average, .known = true, .reason = MERGE_REASONS,
			    .spare = t->average >= most,
			    .pairs = (uint64_t)side[i] * (r->size[r->in->cluster[t->a]] - side[i]) });
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

/* Of W over the cross pairs of two clusters, or of their first records. */
static int32_t
average_of(const struct reviewing *r, uint32_t x, uint32_t y)
{
	uint32_t of_x = r->size[x] < SAMPLE ? r->size[x] : SAMPLE;
	uint32_t of_y = r->size[y] < SAMPLE ? r->size[y] : SAMPLE;
	int64_t sum = 0;

	for (uint32_t i = 0; i < of_x; i++)
		for (uint32_t j = 0; j < of_y; j++) {
			int32_t w = score_nodes(&r->in->scored->scorer,
			    r->node_of[r->member[r->member_at[x] + i]],
			    r->node_of[r->member[r->member_at[y] + j]]);

			sum += w > CLAMP ? CLAMP : w < -CLAMP ? -CLAMP : w;
		}
	return (int32_t)(sum / ((int64_t)of_x * of_y));
}

/* Keeps of what is to spare no more than fills the queue up to a few. */
static void
leave_spare(struct reviewing *r)
{
	size_t wanted = 0, kept = 0;

	for (size_t i = 0; i < r->count; i++)
		wanted += !r->list[i].spare;
	for (size_t i = 0; i < r->count; i++) {
		if (r->list[i].spare && wanted >= REVIEW_FEW)
			continue;
		wanted += r->list[i].spare;
		r->list[kept++] = r->list[i];
	}
	r->count = kept;
}

/* The most valuable by what is known so far, then by all: cross pairs take time. */
static void
order(struct reviewing *r)
{
	size_t looked;

	sort_array(r->list, r->count, sizeof *r->list, by_value, r->in->threads);
	looked = r->count / LOOKED_AT < r->in->limit ? r->count : r->in->limit * LOOKED_AT;
	for (size_t i = 0; i < looked; i++) {
		struct candidate *c = &r->list[i];

		if (c->known || c->low == c->high || (r->size[c->low] == 1 && r->size[c->high] == 1))
			continue;
		c->average = average_of(r, c->low, c->high);
		c->value = value_of(c);
	}
	sort_array(r->list, looked, sizeof *r->list, by_value, r->in->threads);
	r->count = looked;
	leave_spare(r);
	if (r->in->limit < r->count)
		r->count = (size_t)r->in->limit;
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
write_line(struct reviewing *r, const struct candidate *c, struct buf *out)
{
	const struct scored *x = r->in->scored;
	const struct store *s = x->view.store;
	uint32_t a = r->node_of[c->a], b = r->node_of[c->b];
	struct link_pair pair = { c->a, c->b, a, b, a < b ? rules_of(x, a, b) : rules_of(x, b, a) };
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	link_members(&w, x, &pair, "review", c->reason == MERGE_REASONS ? "scored" :
	    merge_reason_name((enum merge_reason)c->reason));
	json_member_raw(&w, "record_a", rec_line(s, &s->rec[c->a], &r->arena));
	json_member_raw(&w, "record_b", rec_line(s, &s->rec[c->b], &r->arena));
	arena_reset(&r->arena);
	json_end(&w);
	buf_byte(out, '\n');
}

uint64_t
review_write(const struct review_input *in, link_sink *give, void *arg)
{
	struct reviewing r = { .in = in };
	struct buf lines = { 0 };

	count_records(&r);
	add_refusals(&r);
	do {
		add_edges(&r);
		add_ties(&r);
		keep_best(&r);
		r.spare = !r.spare;
	} while (r.spare && r.count < REVIEW_FEW);
	order(&r);
	for (size_t i = 0; i < r.count; i++) {
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
	mem_free(r.member_at);
	mem_free(r.member);
	mem_free(r.list);
	arena_done(&r.arena);
	return r.count;
}
