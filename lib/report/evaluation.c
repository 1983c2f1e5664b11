/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/evaluation.c: reads what cdp-eval compares, and measures it. */
#include "base/error.h"
#include "base/map.h"
#include "report/agreement.h"
#include "report/contingency.h"
#include "report/entities.h"
#include "report/evaluation.h"
#include "report/labels_read.h"
#include "report/links_read.h"
#include "report/stability.h"

void
evaluation_init(struct evaluation *v, const struct evaluation_options *o)
{
	*v = (struct evaluation){ .o = *o };
	labels_init(&v->truth);
	labels_init(&v->found);
	links_init(&v->links, &v->truth, false);
	golden_init(&v->golden);
	v->sample = map_new();
}

void
evaluation_done(struct evaluation *v)
{
	for (size_t i = 0; i < v->grid_count; i++)
		grid_done(&v->grids[i]);
	link_copies_done(&v->copies);
	links_done(&v->links);
	golden_done(&v->golden);
	judged_done(&v->judged);
	labels_done(&v->truth);
	labels_done(&v->found);
	map_free(v->sample);
}

/* ---- reading ---- */

static int
take_profile(void *arg, struct span label, const struct ndjson *tape, struct arena *arena,
    struct error *e)
{
	struct evaluation *v = arg;

	if (v->o.links != NULL)
		link_copies_take(&v->copies, tape, arena);
	return v->o.golden == NULL ? 0 : golden_profile(&v->golden, label, tape, arena, e);
}

static int
read_side(struct evaluation *v, const char *path, struct labels *l,
    const struct feed_options *feed, struct error *e)
{
	struct labels_read r = { .path = path, .predicted = l == &v->found, .by = v->o.by,
	    .feed = *feed };

	if (l == &v->found && (v->o.golden != NULL || v->o.links != NULL)) {
		r.profile = take_profile;
		r.profile_arg = v;
	}
	if (labels_read(&r, l, e) < 0)
		return -1;
	v->lines += r.lines;
	if (map_size(l->ids) > LABELS_MAX)
		return error_set(e, INPUT, "E_LIMIT", "more than %d records", LABELS_MAX);
	if (l->clashes > 0) {
		error_set(e, INPUT, "E_ID_TWICE", "%llu ids with two labels",
		    (unsigned long long)l->clashes);
		error_place(e, path, 0, 0);
		return -1;
	}
	if (r.has_by && v->slices == NULL)
		v->slices = l;
	return 0;
}

static int
read_pairs(struct evaluation *v, const struct feed_options *feed, struct error *e)
{
	if (judged_read(&v->judged, v->o.pairs, feed, &v->lines, e) < 0)
		return -1;
	if (!v->found.from_profiles || !judged_strange(&v->judged, &v->found))
		return 0;
	labels_cut(&v->found);
	if (v->found.clashes > 0)
		return error_set(e, INPUT, "E_ID_TWICE", "the ids without their source are not unique");
	return 0;
}

static uint64_t
missing(const struct labels *from, const struct labels *in)
{
	uint64_t n = 0;

	for (size_t i = 0; i < map_size(from->ids); i++)
		n += !map_has(in->ids, map_key(from->ids, i));
	return n;
}

static int
read_truth(struct evaluation *v, const struct feed_options *feed, struct error *e)
{
	if (read_side(v, v->o.truth, &v->truth, feed, e) < 0)
		return -1;
	v->by_key = labels_match(&v->truth, &v->found);
	if (v->by_key && v->truth.clashes + v->found.clashes > 0)
		return error_set(e, INPUT, "E_ID_TWICE", "the ids without their source are not unique");
	if (v->o.by != NULL && v->slices == NULL)
		return error_set(e, USAGE, "E_COLUMN", "neither file has a column \"%s\"", v->o.by);
	v->only_truth = missing(&v->truth, &v->found);
	v->only_found = missing(&v->found, &v->truth);
	if (v->o.strict && v->only_truth + v->only_found > 0)
		return error_set(e, INPUT, "E_ID_MISSING",
		    "%llu ids only in the truth, %llu only in the file",
		    (unsigned long long)v->only_truth, (unsigned long long)v->only_found);
	return 0;
}

static int
read_links(struct evaluation *v, const struct feed_options *feed, struct error *e)
{
	v->links.by_key = v->by_key;
	if (links_read(&v->links, v->o.links, feed, &v->lines, e) < 0)
		return -1;
	link_copies_give(&v->copies, &v->links);
	links_finish(&v->links);
	return 0;
}

static int
assign_golden(struct evaluation *v, const struct feed_options *feed, struct error *e)
{
	struct contingency t;

	if (!v->found.from_profiles)
		return error_set(e, USAGE, "E_USAGE", "--golden needs a file of profiles");
	contingency_fill(&t, &v->truth, &v->found, NULL, 0);
	golden_assign(&v->golden, &t, &v->truth, &v->found);
	contingency_done(&t);
	return v->o.records == NULL ? 0 : golden_candidates(&v->golden, v->o.records, &v->found,
	    v->by_key, feed, &v->lines, e);
}

int
evaluation_read(struct evaluation *v, const struct feed_options *feed, struct error *e)
{
	const struct evaluation_options *o = &v->o;

	if (o->golden != NULL && golden_read(&v->golden, o->golden, feed, &v->lines, e) < 0)
		return -1;
	if (read_side(v, o->file, &v->found, feed, e) < 0)
		return -1;
	if ((o->pairs != NULL ? read_pairs(v, feed, e) : read_truth(v, feed, e)) < 0)
		return -1;
	if (o->sample != NULL && sample_read(v->sample, o->sample, feed, &v->lines, e) < 0)
		return -1;
	if (o->links != NULL && read_links(v, feed, e) < 0)
		return -1;
	if (o->summary_of != NULL && promise_read(&v->promise, o->summary_of, e) < 0)
		return -1;
	return o->golden == NULL ? 0 : assign_golden(v, feed, e);
}

/* ---- measuring ---- */

static struct grid *
next_grid(struct evaluation *v)
{
	return &v->grids[v->grid_count++];
}

static void
measure_entities(struct evaluation *v, const struct contingency *t)
{
	struct entities all = { 0 };
	bool sampled = v->o.sample != NULL;

	entities_fill(&all, t, &v->truth, &v->found, sampled ? v->sample : NULL);
	if (sampled)
		entities_estimate(&all, v->o.bootstrap == 0, &v->scores);
	if (v->o.bootstrap > 0)
		entities_bootstrap(&all, v->o.bootstrap, v->o.seed, &v->scores);
	entities_done(&all);
}

static void
measure_links(struct evaluation *v, uint64_t records)
{
	uint64_t true_pairs = (uint64_t)scores_find(&v->scores, SPAN("true_pairs"))->value;

	links_scores(&v->links, true_pairs, records, &v->scores);
	links_curve(&v->links, true_pairs, next_grid(v));
	links_calibration(&v->links, next_grid(v));
	links_rules(&v->links, true_pairs, next_grid(v));
}

static void
measure_truth(struct evaluation *v)
{
	struct contingency t;

	contingency_fill(&t, &v->truth, &v->found, NULL, 0);
	if (v->o.sample == NULL) {
		agreement(&t, &v->scores);
		agreement_by_size(&t, next_grid(v));
	}
	if (v->o.sample != NULL || v->o.bootstrap > 0)
		measure_entities(v, &t);
	scores_count(&v->scores, "ids_only_in_truth", v->only_truth);
	scores_count(&v->scores, "ids_only_in_file", v->only_found);
	stability(&v->truth, &v->found, &v->scores);
	if (v->o.links != NULL)
		measure_links(v, t.n);
	if (v->o.summary_of != NULL)
		promise_scores(&v->promise, &v->scores);
	if (v->o.golden != NULL) {
		golden_scores(&v->golden, &v->scores);
		golden_fields(&v->golden, next_grid(v));
	}
	contingency_done(&t);
}

void
evaluation_measure(struct evaluation *v)
{
	if (v->o.pairs != NULL)
		judged_scores(&v->judged, &v->found, &v->scores);
	else
		measure_truth(v);
}
