/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/merge_case.h: a few records with weights that a test makes up, and what merge_run
 * makes of them. Records are numbered in the order in which a test adds them. */
#ifndef CDP_TESTS_MERGE_CASE_H
#define CDP_TESTS_MERGE_CASE_H

#include "base/alloc.h"
#include "resolve/edges.h"
#include "resolve/merge.h"
#include "resolve/view.h"
#include "resolve_case.h"

enum { SCENE_MOST = 512, SCENE_LINK = 0, SCENE_AVERAGE = -3000, SCENE_FAR = -10000 };

struct scene {
	struct world		 world;
	struct view		 view;
	int32_t			*weight;	/* node × node */
	struct edge		*edges;
	size_t			 edge_count;
	struct demand		 demands[64];
	size_t			 demand_count;
	struct merge_options	 options;
	struct merged		 merged;
	uint32_t		 records;
};

static inline void
scene_open(struct scene *s)
{
	*s = (struct scene){ .options = { .link = SCENE_LINK, .average = SCENE_AVERAGE,
	    .bridge_margin = 4000, .max_size = 200, .soft_exclusive = true, .threads = 2 } };
	world_open(&s->world);
}

/* Adds a record of source s; members as for world_rec. */
static inline void
scene_record(struct scene *s, const char *members)
{
	char id[16];

	snprintf(id, sizeof id, "s:%04u", s->records++);
	world_rec(&s->world, id, members);
}

static inline void
scene_records(struct scene *s, unsigned count)
{
	while (count-- > 0)
		scene_record(s, "");
}

static inline int32_t
scene_weight(const void *arg, uint32_t a, uint32_t b)
{
	const struct scene *s = arg;

	return s->weight[a * s->view.nodes + b];
}

/* The records become nodes: of `copies` records each, or of one where it is NULL. */
static inline void
scene_read(struct scene *s, const uint32_t *copies, uint32_t nodes)
{
	struct view *w = &s->view;

	world_read(&s->world, 1);
	w->store = s->world.store;
	w->nodes = copies == NULL ? s->records : nodes;
	w->records = s->records;
	w->record_at = mem_zero(w->nodes + 1u, sizeof *w->record_at);
	w->record = mem_alloc((s->records + 1u) * sizeof *w->record);
	w->node_hash = mem_alloc((w->nodes + 1u) * sizeof *w->node_hash);
	for (uint32_t n = 0; n < w->nodes; n++) {
		w->record_at[n + 1] = w->record_at[n] + (copies == NULL ? 1 : copies[n]);
		w->node_hash[n] = n * UINT64_C(0x9e3779b97f4a7c15);
	}
	for (uint32_t i = 0; i < s->records; i++)
		w->record[i] = i;
	s->weight = mem_alloc(((size_t)w->nodes * w->nodes + 1) * sizeof *s->weight);
	for (size_t i = 0; i < (size_t)w->nodes * w->nodes; i++)
		s->weight[i] = SCENE_FAR;
	s->edges = mem_alloc(((size_t)w->nodes * w->nodes + 1) * sizeof *s->edges);
}

/* The weight of two nodes; blocking may have missed the pair. */
static inline void
scene_pair(struct scene *s, uint32_t a, uint32_t b, int32_t weight)
{
	s->weight[a * s->view.nodes + b] = s->weight[b * s->view.nodes + a] = weight;
}

static inline void
scene_edge(struct scene *s, uint32_t a, uint32_t b, int32_t weight)
{
	scene_pair(s, a, b, weight);
	s->edges[s->edge_count++] = (struct edge){ a, b, weight, 1 };
}

static inline void
scene_demand(struct scene *s, enum demand_kind kind, uint32_t a, uint32_t b)
{
	s->demands[s->demand_count++] = (struct demand){ a, b, (uint8_t)kind };
}

static inline void
scene_run(struct scene *s)
{
	struct edge *edges = mem_copy(s->edges, s->edge_count * sizeof *edges);
	struct merge_input in = { edges, s->edge_count, s->demands, s->demand_count, &s->view,
	    { scene_weight, s }, s->world.rules, s->world.resolve.types, s->options };

	qsort(edges, s->edge_count, sizeof *edges, edge_order);
	merge_done(&s->merged);
	merge_run(&s->merged, &in);
	mem_free(edges);
}

/* "0 0 2": the clusters of the records. */
static inline void
scene_clusters(const struct scene *s, const char *want, const char *what)
{
	struct buf got = { 0 };

	for (uint32_t i = 0; i < s->records; i++)
		buf_print(&got, i == 0 ? "%u" : " %u", s->merged.cluster[i]);
	is_text(got.p == NULL ? "" : got.p, got.len, want, what);
	buf_done(&got);
}

/* "0-1 average": the refusals. */
static inline void
scene_refused(const struct scene *s, const char *want, const char *what)
{
	struct buf got = { 0 };

	for (size_t i = 0; i < s->merged.refused_count; i++) {
		const struct merge_refusal *r = &s->merged.refused[i];

		buf_print(&got, "%s%u-%u %s", i == 0 ? "" : ", ", r->a, r->b,
		    merge_reason_name((enum merge_reason)r->reason));
	}
	is_text(got.p == NULL ? "" : got.p, got.len, want, what);
	buf_done(&got);
}

/* "0-1 scored": the ties. */
static inline void
scene_ties(const struct scene *s, const char *want, const char *what)
{
	static const char *const by[] = { "copy", "scored", "steward", "exact" };
	struct buf got = { 0 };

	for (size_t i = 0; i < s->merged.tie_count; i++) {
		const struct exact_tie *t = &s->merged.ties[i];

		buf_print(&got, "%s%u-%u %s", i == 0 ? "" : ", ", t->a, t->b, by[t->by]);
	}
	is_text(got.p == NULL ? "" : got.p, got.len, want, what);
	buf_done(&got);
}

static inline void
scene_close(struct scene *s)
{
	merge_done(&s->merged);
	mem_free(s->view.record_at);
	mem_free(s->view.record);
	mem_free(s->view.node_hash);
	mem_free(s->weight);
	mem_free(s->edges);
	world_close(&s->world);
}

#endif
