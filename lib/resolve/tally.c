/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/tally.c: the members of the summary of every mode. */
#include "base/buf.h"
#include "base/map.h"
#include "io/json_write.h"
#include "model/rejects.h"
#include "model/stream.h"
#include "resolve/events.h"
#include "resolve/resolve.h"
#include "resolve/rules.h"
#include "resolve/run_digest.h"
#include "resolve/tally.h"
#include "resolve/tally_scored.h"

static void
records(const struct resolve *r, const struct rejects *rejects, struct json_writer *w)
{
	const struct store *s = &r->store;

	json_member_string(w, "schema", SPAN(STREAM_SCHEMA));
	json_member_string(w, "mode", resolve_mode(r));
	json_member_u64(w, "read", r->intake.counts.by_kind[FEED_RECORD]);
	json_member_u64(w, "records", s->count);
	json_member_u64(w, "superseded", s->superseded);
	json_member_u64(w, "repeated", s->repeated);
	json_member_u64(w, "passed_through", s->passing_count);
	json_member_u64(w, "rejected", r->intake.counts.rejected);
	json_key(w, SPAN("rejects"));
	rejects_summary(rejects, w);
	json_member_string(w, "purpose", r->intake.linking);
	json_member_bool(w, "gated", r->intake.gated);
	json_member_u64(w, "unlinked_by_purpose", r->intake.unlinked);
	json_member_u64(w, "assumed_purpose", r->intake.assumed);
	json_key(w, SPAN("sources"));
	json_open_object(w);
	for (size_t i = 0; i < map_size(s->sources); i++) {
		json_key(w, map_key(s->sources, i));
		json_u64(w, map_value(s->sources, i));
	}
	json_end(w);
}

static void
generic(const struct resolve *r, struct json_writer *w)
{
	const struct generic *g = &r->generic;

	json_key(w, SPAN("generic"));
	json_open_array(w);
	for (size_t i = 0, next; i < g->count; i = next) {
		uint64_t holders = 0;

		for (next = i; next < g->count &&
		    span_equal(g->list[next].field, g->list[i].field); next++)
			holders += g->list[next].holders;
		json_open_object(w);
		json_member_string(w, "field", g->list[i].field);
		json_member_u64(w, "values", next - i);
		json_member_u64(w, "holders", holders);
		json_end(w);
	}
	json_end(w);
}

static void
joins(const struct resolve *r, struct json_writer *w)
{
	json_key(w, SPAN("rules"));
	json_open_array(w);
	for (size_t i = 0; i < r->rules->join_count && !r->scored; i++) {
		uint64_t made = 0;

		for (size_t t = 0; t < r->exact.tie_count; t++)
			made += r->exact.ties[t].join == i;
		json_open_object(w);
		json_member_string(w, "rule", r->rules->joins[i].name);
		json_member_u64(w, "keys", r->exact.keys[i]);
		json_member_u64(w, "ties", made);
		json_end(w);
	}
	json_end(w);
}

static void
refused(const struct resolve *r, struct json_writer *w)
{
	uint64_t count[REFUSALS] = { 0 };

	for (size_t i = 0; i < r->exact.refused_count; i++)
		count[r->exact.refused[i].reason]++;
	json_key(w, SPAN("refused"));
	json_open_object(w);
	for (int i = REFUSAL_NONE + 1; i < REFUSALS; i++)
		if (count[i] > 0)
			json_member_u64(w, refusal_name((enum refusal)i), count[i]);
	json_end(w);
	json_member_u64(w, "demoted", r->exact.demoted);
}

static void
profiles(const struct resolve *r, struct json_writer *w)
{
	json_member_u64(w, "profiles", r->clusters.count);
	json_member_u64(w, "singletons", r->singletons);
	json_key(w, SPAN("sizes"));
	json_open_array(w);
	for (int i = 0; i < 7; i++)
		json_u64(w, r->sizes[i]);
	json_end(w);
	json_member_u64(w, "largest", r->largest);
	json_key(w, SPAN("conflicts"));
	json_open_object(w);
	for (int i = 0; i < CONFLICTS; i++)
		if (r->conflict_count[i] > 0)
			json_member_u64(w, conflict_name((enum conflict_class)i), r->conflict_count[i]);
	json_end(w);
}

void
tally_write(const struct resolve *r, const struct resolve_events *v,
    const struct rejects *rejects, struct json_writer *w)
{
	struct buf digest = { 0 };

	records(r, rejects, w);
	field_stats_write(&r->fields, w);
	generic(r, w);
	joins(r, w);
	json_member_u64(w, "ties", r->exact.tie_count);
	refused(r, w);
	if (r->scored) {
		tally_scored(&r->by_weight, w);
		json_member_u64(w, "households", r->households.count);
		json_member_u64(w, "verdicts", r->known_verdicts);
		json_member_u64(w, "verdicts_unknown", r->unknown_verdicts);
		json_member_u64(w, "review", r->reviewed);
	}
	profiles(r, w);
	events_tally(v, w);
	run_digest(r, v, &digest);
	json_member_string(w, "identical_run_digest", buf_span(&digest));
	buf_done(&digest);
}
