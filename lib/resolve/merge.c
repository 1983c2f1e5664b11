/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/merge.c: copies, components, clusters: each step on several threads, in pieces that
 * sizes alone decide. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/map.h"
#include "base/pipeline.h"
#include "resolve/fx.h"
#include "resolve/merge_priv.h"
#include "resolve/rules.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/view.h"

#include <stdatomic.h>
#include <string.h>

enum {
	NODES = 1 << 14,	/* whose copies one task looks at */
	RECORDS = 1 << 16,	/* that one task looks at, or whose ties it puts in order */
	WORK = 1 << 14,		/* nodes of one task of components, or one component */
	AHEAD = 12		/* nodes: how far the cache is told in advance */
};

static const char *const reasons[MERGE_REASONS] = { "average", "exclusive", "limit", "birthdate",
    "suffix", "party", "clean_source", "different", "size", "bridge", "unlinked" };

const char *
merge_reason_name(enum merge_reason r)
{
	return reasons[r];
}

struct span
tie_by_name(enum tie_by t)
{
	static const struct span names[] = { SPAN_ROOMY_INIT("copy"), SPAN_ROOMY_INIT("scored"),
	    SPAN_ROOMY_INIT("steward"), SPAN_ROOMY_INIT("exact") };

	return names[t];
}

/* One run. */
struct work {
	const struct merge_input *in;
	struct merged		*m;
	struct grounds		 grounds;
	uint32_t		*node_of;	/* by record; NULL: there are no demands */
	uint8_t			*said;		/* by node: enum copies_said; or NULL */
	uint8_t			*copies;	/* by node: enum copies */
	uint32_t		*doubt;		/* by weight */
	struct components	 components;
	struct placed_demand	*demands;
	size_t			 demand_count;
	uint32_t		(*must)[2];
	size_t			 must_count;
	uint32_t		*task_at;	/* by task: first component; one more */
	uint64_t		 share;		/* bytes for the component of one task; 0: any number */
	uint8_t			*large;		/* by component: it takes more, and waits */
	struct parts {
		struct merged	*list;		/* by task: ties, refusals, figures */
		unsigned	 count;
	}			 of_copies, of_components;
};

/* ---- demands ---- */

static void
find_nodes(struct work *k)
{
	const struct view *w = k->in->view;
	size_t records = w->store->count;

	k->node_of = mem_alloc((records + 1) * sizeof *k->node_of);
	for (size_t i = 0; i < records; i++)
		k->node_of[i] = COMPONENT_NONE;
	for (uint32_t n = 0; n < w->nodes; n++)
		for (uint32_t i = w->record_at[n]; i < w->record_at[n + 1]; i++)
			k->node_of[w->record[i]] = n;
}

static void
refuse_unlinked(struct work *k, const struct demand *d)
{
	struct merged *m = k->m;

	m->refused = mem_resize(m->refused, (m->refused_count + 1) * sizeof *m->refused);
	m->refused[m->refused_count++] = (struct merge_refusal){ d->a < d->b ? d->a : d->b,
	    d->a < d->b ? d->b : d->a, TIE_DEMANDED, TIE_DEMANDED, 1, 1, MERGE_UNLINKED,
	    d->kind == DEMAND_SAME ? TIE_STEWARD : TIE_EXACT };
}

/* What the nodes need to know of the demands before there are components. */
static void
hear_demands(struct work *k)
{
	const struct merge_input *in = k->in;

	if (in->demand_count == 0)
		return;
	find_nodes(k);
	k->said = mem_zero((size_t)in->view->nodes + 1, 1);
	k->must = mem_alloc((in->demand_count + 1) * sizeof *k->must);
	for (size_t i = 0; i < in->demand_count; i++) {
		const struct demand *d = &in->demands[i];
		uint32_t a = k->node_of[d->a], b = k->node_of[d->b];

		if (a == COMPONENT_NONE || b == COMPONENT_NONE) {
			if (d->kind != DEMAND_DIFFERENT)
				refuse_unlinked(k, d);
			continue;
		}
		k->said[a] |= COPIES_SAID;
		k->said[b] |= COPIES_SAID;
		if (d->kind != DEMAND_DIFFERENT) {
			k->must[k->must_count][0] = a;
			k->must[k->must_count++][1] = b;
		} else if (a == b) {
			k->said[a] |= COPIES_SPLIT;
		}
	}
}

static int
by_component(const void *a, const void *b)
{
	const struct placed_demand *x = a, *y = b;

	if (x->component != y->component)
		return x->component < y->component ? -1 : 1;
	if (x->demand.kind != y->demand.kind)
		return x->demand.kind < y->demand.kind ? -1 : 1;
	if (x->demand.a != y->demand.a)
		return x->demand.a < y->demand.a ? -1 : 1;
	return x->demand.b < y->demand.b ? -1 : x->demand.b > y->demand.b;
}

/* Those that concern a component; two records of different ones are apart in any case. */
static void
place_demands(struct work *k)
{
	const struct merge_input *in = k->in;

	k->demands = mem_alloc((in->demand_count + 1) * sizeof *k->demands);
	for (size_t i = 0; i < in->demand_count; i++) {
		const struct demand *d = &in->demands[i];
		uint32_t a = k->node_of[d->a], b = k->node_of[d->b], c;

		if (a == COMPONENT_NONE || b == COMPONENT_NONE)
			continue;
		c = components_of(&k->components, a);
		if (c != COMPONENT_NONE && c == components_of(&k->components, b))
			k->demands[k->demand_count++] = (struct placed_demand){ c, *d };
	}
	sort_array(k->demands, k->demand_count, sizeof *k->demands, by_component,
	    in->options.threads);
}

/* ---- copies ---- */

/* The records of a node are one cluster already, or each its own. */
static void
settle_copies(struct work *k, struct merged *part, size_t *cap, uint32_t node, int32_t weight)
{
	const struct view *w = k->in->view;
	const uint32_t *record = w->record + w->record_at[node];
	uint32_t n = view_copies(w, node);

	if (k->copies[node] != COPIES_ONE) {
		if (k->copies[node] >= COPIES_LOST || weight < k->in->options.link)
			part->unlinkable += n;
		return;
	}
	part->ties = mem_grow(part->ties, part->tie_count + n, cap, sizeof *part->ties);
	for (uint32_t i = 1; i < n; i++) {
		k->m->cluster[record[i]] = record[0];
		part->ties[part->tie_count++] = (struct exact_tie){ .a = record[0], .b = record[i],
		    .weight = weight, .average = weight, .by = TIE_COPY,
		    .copy = grounds_same(&k->grounds, record[0], record[i]) };
	}
}

static void
judge_some(void *arg, unsigned task)
{
	struct work *k = arg;
	struct claims a = { 0 }, b = { 0 };
	uint32_t from = task * NODES, to = from + NODES;
	size_t cap = 0;

	for (uint32_t n = from; n < to && n < k->in->view->nodes; n++) {
		int32_t weight;

		if (view_copies(k->in->view, n) == 1)
			continue;
		k->copies[n] = (uint8_t)copies_judge(&k->grounds, n, k->said == NULL ? 0 : k->said[n],
		    &a, &b, &weight);
		settle_copies(k, &k->of_copies.list[task], &cap, n, weight);
	}
	claims_done(&a);
	claims_done(&b);
}

/* ---- components ---- */

static unsigned
share_out(struct work *k)
{
	const uint32_t *at = k->components.all.at;
	size_t count = k->components.all.count, cap = 0;
	unsigned tasks = 0;

	for (size_t i = 0; i < count;) {
		size_t from = i;

		k->task_at = mem_grow(k->task_at, tasks + 2u, &cap, sizeof *k->task_at);
		k->task_at[tasks++] = (uint32_t)from;
		do
			i++;
		while (i < count && at[i] - at[from] < WORK);
	}
	if (tasks > 0)
		k->task_at[tasks] = (uint32_t)count;
	return tasks;
}

static uint32_t
first_record(const struct work *k, uint32_t i)
{
	return k->in->view->record[k->in->view->record_at[k->components.all.member[i]]];
}

/* The nodes that come next lie anywhere in memory, their edges and records behind them: each is asked
 * for a step after what leads to it. */
static void
expect(const struct work *k, size_t component, uint32_t end)
{
	const struct view *w = k->in->view;
	const struct components *c = &k->components;
	const uint32_t *node = c->all.member;

	for (uint32_t i = c->all.at[component]; i < c->all.at[component + 1]; i++) {
		if (i + 3 * AHEAD < end) {
			cache_expect(&w->record_at[node[i + 3 * AHEAD]]);
			cache_expect(&c->edge_at[node[i + 3 * AHEAD]]);
		}
		if (i + 2 * AHEAD < end) {
			cache_expect(&w->record[w->record_at[node[i + 2 * AHEAD]]]);
			cache_expect(&k->in->edges[c->edge_at[node[i + 2 * AHEAD]]]);
		}
		if (i + AHEAD < end)
			cache_expect(&k->grounds.sketch[first_record(k, i + AHEAD)]);
	}
}

static void
merging_done(struct merging *m)
{
	for (size_t i = 0; i < m->claims_ready; i++)
		claims_done(&m->claims[i]);
	mem_free(m->claims);
	claims_done(&m->room);
	claims_done(&m->other);
	sums_done(&m->sums);
	bridges_done(&m->bridges);
	mem_free(m->unit);
	mem_free(m->unit_at);
	mem_free(m->edge);
	mem_free(m->apart);
	mem_free(m->knot);
	mem_free(m->waiting);
}

static struct merging
merging_of(struct work *k, uint64_t most)
{
	return (struct merging){ .in = k->in, .grounds = &k->grounds, .components = &k->components,
	    .copies = k->copies, .doubt = k->doubt, .node_of = k->node_of, .demands = k->demands,
	    .demand_count = k->demand_count, .sums.most = most };
}

/* Its edges alone, and what is known of them, take more than a share. */
static bool
is_large(const struct work *k, uint32_t component)
{
	const struct components *c = &k->components;
	size_t edges = 0;

	if (k->share == 0)
		return false;
	for (uint32_t i = c->all.at[component]; i < c->all.at[component + 1]; i++)
		edges += c->edge_at[c->all.member[i] + 1] - c->edge_at[c->all.member[i]];
	return edges * (sizeof(struct unit_edge) + 2 * sizeof(struct sum)) > k->share;
}

static void
merge_some(void *arg, unsigned task)
{
	struct work *k = arg;
	struct merging m = merging_of(k, k->share);
	uint32_t from = k->task_at[task], to = k->task_at[task + 1];
	uint32_t end = k->components.all.at[to];

	for (uint32_t c = from; c < to; c++) {
		expect(k, c, end);
		if (!merge_clear(&m, c, k->m->cluster))
			k->large[c] = is_large(k, c) || !merge_component(&m, c, k->m->cluster);
	}
	k->of_components.list[task] = m.out;
	merging_done(&m);
}

/* One after the other, so that what each of them may take is what all of them take. Their number depends
 * on the threads, what comes of them does not. */
static void
merge_large(struct work *k, unsigned task)
{
	struct merging m = merging_of(k, k->in->options.component_bytes);

	for (uint32_t c = 0; c < k->components.all.count && m.out.wanted == 0; c++)
		if (k->large[c] && !merge_component(&m, c, k->m->cluster))
			m.out.wanted = m.sums.wanted;
	k->of_components.list[task] = m.out;
	merging_done(&m);
}

/* ---- results ---- */

/* Appends what the tasks found, in their order; their ties stay where they are. */
static void
collect(struct merged *m, const struct parts *parts)
{
	size_t refused = m->refused_count;

	for (unsigned t = 0; t < parts->count; t++)
		refused += parts->list[t].refused_count;
	m->refused = mem_resize(m->refused, (refused + 1) * sizeof *m->refused);
	for (unsigned t = 0; t < parts->count; t++) {
		const struct merged *p = &parts->list[t];

		if (p->refused_count > 0)
			memcpy(m->refused + m->refused_count, p->refused,
			    p->refused_count * sizeof *p->refused);
		m->tie_count += p->tie_count;
		m->refused_count += p->refused_count;
		m->bridges += p->bridges;
		m->resized += p->resized;
		m->unlinkable += p->unlinkable;
		m->scored += p->scored;
		m->demoted += p->demoted;
		m->links += p->links;
		m->doubt += p->doubt;
		if (p->wanted > m->wanted)
			m->wanted = p->wanted;
	}
}

struct ordering {
	const struct parts	*copies, *components;
	struct exact_tie	*to;
	_Atomic uint32_t	*at;		/* by record: its ties, then where the next one goes */
	size_t			 records;
};

static struct merged *
part_of(const struct ordering *o, unsigned task)
{
	return task < o->copies->count ? &o->copies->list[task] :
	    &o->components->list[task - o->copies->count];
}

static void
count_ties(void *arg, unsigned task)
{
	struct ordering *o = arg;
	const struct merged *part = part_of(o, task);

	for (size_t i = 0; i < part->tie_count; i++)
		atomic_fetch_add_explicit(&o->at[part->ties[i].a], 1, memory_order_relaxed);
}

static void
place_ties(void *arg, unsigned task)
{
	struct ordering *o = arg;
	struct merged *part = part_of(o, task);

	for (size_t i = 0; i < part->tie_count; i++)
		o->to[atomic_fetch_add_explicit(&o->at[part->ties[i].a], 1, memory_order_relaxed)] =
		    part->ties[i];
	merge_done(part);
}

/* A record has few ties, or many that are nearly in order. */
static void
settle_ties(void *arg, unsigned task)
{
	struct ordering *o = arg;
	size_t from = (size_t)task * RECORDS, to = from + RECORDS;
	uint32_t begin = from == 0 ? 0 : o->at[from - 1], end = o->at[(to < o->records ? to : o->records) - 1];

	for (uint32_t i = begin + 1; i < end; i++) {
		struct exact_tie t = o->to[i];
		uint32_t place = i;

		for (; place > begin && o->to[place - 1].a == t.a && o->to[place - 1].b > t.b; place--)
			o->to[place] = o->to[place - 1];
		if (place < i)
			o->to[place] = t;
	}
}

/* By a and b: counted by a, then settled by b. */
static void
order_ties(struct work *k, size_t records)
{
	struct merged *m = k->m;
	struct ordering o = { &k->of_copies, &k->of_components,
	    mem_alloc((m->tie_count + 1) * sizeof *o.to), mem_zero(records + 1, sizeof *o.at), records };
	unsigned parts = k->of_copies.count + k->of_components.count, threads = k->in->options.threads;
	uint32_t held = 0;

	parallel_each(threads, parts, count_ties, &o);
	for (size_t i = 0; i < records; i++) {
		uint32_t ties = o.at[i];

		o.at[i] = held;
		held += ties;
	}
	parallel_each(threads, parts, place_ties, &o);
	parallel_each(threads, (unsigned)((records + RECORDS - 1) / RECORDS), settle_ties, &o);
	mem_free(o.at);
	mem_free(k->of_copies.list);
	mem_free(k->of_components.list);
	m->ties = o.to;
}

static int
by_records(const void *a, const void *b)
{
	const struct merge_refusal *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	if (x->by != y->by)
		return x->by < y->by ? -1 : 1;
	return x->reason < y->reason ? -1 : x->reason > y->reason;
}

/* A demand may have been made twice. */
static void
order_refusals(struct merged *m, unsigned threads)
{
	size_t kept = 0;

	sort_array(m->refused, m->refused_count, sizeof *m->refused, by_records, threads);
	for (size_t i = 0; i < m->refused_count; i++)
		if (kept == 0 || by_records(&m->refused[kept - 1], &m->refused[i]) != 0)
			m->refused[kept++] = m->refused[i];
	m->refused_count = kept;
}

/* ---- the run ---- */

static bool *
clean_sources(const struct merge_input *in)
{
	const struct map *sources = in->view->store->sources;
	bool *clean = mem_zero(map_size(sources) + 1, sizeof *clean);

	for (size_t i = 0; i < map_size(sources); i++) {
		const struct source_rule *rule = rules_source(in->rules, map_key(sources, i));

		clean[i] = rule != NULL && rule->clean;
	}
	return clean;
}

static void
sketch_some(void *arg, unsigned task)
{
	struct work *k = arg;
	size_t from = (size_t)task * RECORDS, to = from + RECORDS;

	for (size_t i = from; i < to && i < k->in->view->store->count; i++)
		k->grounds.sketch[i] = grounds_sketch(&k->grounds, (uint32_t)i);
}

/* In the order of the records, which is that of their rows. */
static void
sketch_records(struct work *k)
{
	size_t records = k->in->view->store->count;

	k->grounds.sketch = mem_alloc((records + 1) * sizeof *k->grounds.sketch);
	parallel_each(k->in->options.threads, (unsigned)((records + RECORDS - 1) / RECORDS),
	    sketch_some, k);
}

static void
judge_copies(struct work *k)
{
	unsigned tasks = (k->in->view->nodes + NODES - 1) / NODES;

	k->copies = mem_zero((size_t)k->in->view->nodes + 1, 1);
	k->of_copies = (struct parts){ mem_zero(tasks + 1u, sizeof *k->of_copies.list), tasks };
	parallel_each(k->in->options.threads, tasks, judge_some, k);
	collect(k->m, &k->of_copies);
}

static void
find_components(struct work *k)
{
	struct components_input in = { k->in->view->nodes, k->in->edges, k->in->edge_count,
	    k->in->options.link, k->copies, (const uint32_t (*)[2])k->must, k->must_count,
	    k->in->options.threads };

	components_find(&k->components, &in);
	if (k->in->demand_count > 0)
		place_demands(k);
}

/* A million links have twenty thousand weights. */
static uint32_t *
doubts(int32_t shift)
{
	uint32_t *doubt = mem_alloc(DOUBTS * sizeof *doubt);

	for (int32_t w = 0; w < DOUBTS; w++)
		doubt[w] = FX_CERTAIN - fx_probability(w + shift);
	return doubt;
}

static void
merge_components(struct work *k)
{
	unsigned tasks = share_out(k), threads = k->in->options.threads;

	k->doubt = doubts(k->in->options.doubt_shift);
	k->of_components = (struct parts){ mem_zero(tasks + 1u, sizeof *k->of_components.list), tasks + 1 };
	k->share = (k->in->options.component_bytes + threads - 1) / threads;
	k->large = mem_zero(k->components.all.count + 1, 1);
	parallel_each(threads, tasks, merge_some, k);
	merge_large(k, tasks);
	collect(k->m, &k->of_components);
	mem_free(k->doubt);
}

void
merge_run(struct merged *m, const struct merge_input *in)
{
	size_t records = in->view->store->count;
	bool *clean = clean_sources(in);
	struct work k = { .in = in, .m = m, .grounds = { in, clean,
	    claims_kinds(in->types, in->options.birthdate), NULL } };

	*m = (struct merged){ .cluster = mem_alloc((records + 1) * sizeof *m->cluster) };
	for (size_t i = 0; i < records; i++)
		m->cluster[i] = (uint32_t)i;
	hear_demands(&k);
	sketch_records(&k);
	judge_copies(&k);
	find_components(&k);
	merge_components(&k);
	order_ties(&k, records);
	order_refusals(m, in->options.threads);
	components_done(&k.components);
	mem_free(k.grounds.sketch);
	mem_free(k.node_of);
	mem_free(k.said);
	mem_free(k.copies);
	mem_free(k.demands);
	mem_free(k.must);
	mem_free(k.task_at);
	mem_free(k.large);
	mem_free(clean);
}

void
merge_done(struct merged *m)
{
	mem_free(m->cluster);
	mem_free(m->ties);
	mem_free(m->refused);
	*m = (struct merged){ 0 };
}
