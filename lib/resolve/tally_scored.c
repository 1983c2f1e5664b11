/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/tally_scored.c: comparisons, rules, model, thresholds and what the merge refused. */
#include "base/buf.h"
#include "base/number.h"
#include "io/json_write.h"
#include "resolve/model_file.h"
#include "resolve/scored.h"
#include "resolve/tally_scored.h"

enum { PLACES = 6, PARTS = 1000000 };

static void
fixed(struct json_writer *w, const char *key, int64_t number, int places)
{
	json_key(w, span_from(key));
	json_fixed(w, number, places);
}

static void
real(struct json_writer *w, const char *key, double x)
{
	fixed(w, key, (int64_t)(x * PARTS + (x < 0 ? -0.5 : 0.5)), PLACES);
}

static void
comparisons(const struct scored *x, struct json_writer *w)
{
	json_key(w, SPAN("comparisons"));
	json_open_array(w);
	for (unsigned f = 0; f < x->view.fields; f++) {
		const struct field *field = &x->view.field[f];
		const struct model_field *m = &x->model.field[f];

		json_open_object(w);
		json_member_string(w, "field", field->name);
		json_member_string(w, "type", span_from(field_type_name(field->type)));
		json_member_string(w, "nature", span_from(nature_name(field->nature)));
		json_member_u64(w, "records", field->records);
		json_member_u64(w, "distinct", field->distinct);
		json_member_bool(w, "trained", m->trained);
		if (m->parent >= 0)
			json_member_string(w, "parent", x->view.field[m->parent].name);
		json_key(w, SPAN("levels"));
		json_open_object(w);
		for (unsigned l = field_levels(field->type); l-- > 0;)
			fixed(w, field_level(field->type, l)->name, m->level[l].weight[ROW_ALONE], 3);
		json_end(w);
		json_end(w);
	}
	json_end(w);
}

static void
rules(const struct scored *x, struct json_writer *w)
{
	struct buf name = { 0 };

	json_key(w, SPAN("blocking_rules"));
	json_open_array(w);
	for (unsigned i = 0; i < x->chosen.count; i++) {
		const struct pair_rule *r = &x->chosen.rule[i];

		buf_reset(&name);
		rule_name(&x->view, r, &name);
		json_open_object(w);
		json_member_string(w, "rule", buf_span(&name));
		json_member_u64(w, "keys", r->keys);
		json_member_u64(w, "pairs", r->pairs);
		json_member_u64(w, "new_pairs", r->new_pairs);
		real(w, "expected_matches", r->expected);
		json_member_u64(w, "cap", r->cap);
		json_member_u64(w, "oversized", r->oversized);
		json_member_u64(w, "skipped", r->skipped);
		json_end(w);
	}
	json_end(w);
	buf_done(&name);
	json_member_bool(w, "all_pairs", x->chosen.all_pairs);
	json_member_u64(w, "pairs_planned", x->chosen.planned);
	json_member_u64(w, "pairs_scored", x->pairs);
	json_member_u64(w, "pairs_lost", x->chosen.lost);
	json_member_u64(w, "edges", x->edge_count);
}

static void
model(const struct scored *x, struct json_writer *w)
{
	const struct model *m = &x->model;

	json_key(w, SPAN("model"));
	json_open_object(w);
	json_member_string(w, "kind", span_from(m->kind));
	if (x->frozen != NULL)
		json_member_string(w, "digest", x->frozen->digest);
	json_member_u64(w, "iterations", m->iterations);
	real(w, "matches_per_record", m->matches_per_record);
	real(w, "household_per_record", m->household_per_record);
	if (x->notes.why != NULL)
		json_member_string(w, "why", span_from(x->notes.why));
	json_key(w, SPAN("priors"));
	json_open_array(w);
	for (unsigned c = 0; c < m->classes; c++)
		json_fixed(w, m->prior[c], 3);
	json_end(w);
	json_key(w, SPAN("untrained"));
	json_open_array(w);
	for (unsigned f = 0; f < x->view.fields; f++)
		if (x->notes.untrained[f])
			json_text(w, x->view.field[f].name);
	json_end(w);
	json_end(w);
	json_key(w, SPAN("thresholds"));
	json_open_object(w);
	fixed(w, "link", m->link, 3);
	fixed(w, "review", m->review, 3);
	fixed(w, "merge_average", m->merge, 3);
	json_end(w);
}

/* "not usable" is null: too little was seen for the estimate to say anything. */
static void
share(struct json_writer *w, const char *key, double x, bool usable)
{
	if (usable) {
		real(w, key, x);
		return;
	}
	json_key(w, span_from(key));
	json_put_null(w);
}

static void
promises(const struct scored *x, struct json_writer *w)
{
	bool known = x->frozen == NULL || x->chosen.all_pairs;

	json_key(w, SPAN("fdr"));
	json_open_object(w);
	for (unsigned e = 0; e < CUT_ESTIMATORS; e++)
		share(w, cut_estimator_name((enum cut_estimator)e), x->cut.estimate[e].fdr,
		    x->cut.estimate[e].usable);
	json_end(w);
	json_member_bool(w, "fdr_met", x->cut.met);
	json_key(w, SPAN("blocking_recall"));
	json_open_object(w);
	share(w, "low", x->recall.low, known && x->recall.known);
	share(w, "share", x->recall.share, known);
	share(w, "chapman", x->recall.chapman, x->recall.usable);
	share(w, "se", x->recall.error, x->recall.usable);
	json_end(w);
}

static void
refused(const struct scored *x, struct json_writer *w)
{
	uint64_t count[MERGE_REASONS] = { 0 };

	for (size_t i = 0; i < x->merged.refused_count; i++)
		count[x->merged.refused[i].reason]++;
	json_key(w, SPAN("refused_merges"));
	json_open_object(w);
	for (int i = 0; i < MERGE_REASONS; i++)
		if (count[i] > 0)
			json_member_u64(w, merge_reason_name((enum merge_reason)i), count[i]);
	json_end(w);
	json_member_u64(w, "bridges_cut", x->merged.bridges);
	json_member_u64(w, "resized", x->merged.resized);
	json_member_u64(w, "unlinkable", x->merged.unlinkable);
}

void
tally_scored(const struct scored *x, struct json_writer *w)
{
	comparisons(x, w);
	rules(x, w);
	model(x, w);
	promises(x, w);
	refused(x, w);
}
