/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/resolve/notices.c: what a run that went well has to say all the same: what was asked for and had no
 * effect, what is not as it looks. */
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "cmd/resolve/commands.h"
#include "resolve/frozen.h"
#include "resolve/rules.h"
#include "resolve/types.h"

enum { NAMED_MOST = 8, NAME_MOST = 80 };	/* names in one notice, bytes of each */

static void
missing_fields(const struct settings *s)
{
	const struct view *w = &s->resolve.by_weight.view;
	uint32_t missing = s->resolve.store.count == 0 ? 0 : frozen_missing(w);

	for (unsigned f = 0; f < w->fields; f++)
		if (missing >> f & 1)
			tool_notice(&s->tool, "the model compares %.*s, of which no record has a value",
			    (int)w->field[f].name.len, w->field[f].name.p);
}

/* A slip in a name would leave a rule without effect. */
static void
idle_rules(const struct settings *s)
{
	const struct rules *rules = s->read_rules;
	const struct store *store = &s->resolve.store;
	size_t sources = 0, pins = 0, joins = 0;
	uint32_t at;

	for (size_t i = 0; i < rules->source_count; i++)
		sources += !map_has(store->sources, rules->sources[i].name);
	for (size_t i = 0; i < rules->pin_count; i++)
		pins += !store_find(store, rules->pins[i].record, &at);
	if (sources > 0)
		tool_notice(&s->tool, "%zu sources of the rules have no record here", sources);
	if (pins > 0)
		tool_notice(&s->tool, "%zu pinned values are of records that are not here", pins);
	for (size_t i = 0; i < rules->join_count && rules->joins_given && s->resolve.scored; i++)
		joins += !rules->joins[i].force;
	if (joins > 0)
		tool_notice(&s->tool, "%zu joins of the rules have no \"force\": only --mode exact makes them", joins);
	if (rules->weighs && (!s->resolve.scored || s->frozen != NULL))
		tool_notice(&s->tool, "what the rules say of weights, blocking and thresholds does not count %s",
		    s->frozen != NULL ? "beside --model" : "in exact mode");
}

/* A slip in the name of an attribute or an identifier. */
static void
unmet_names(const struct settings *s)
{
	struct buf names = { 0 };
	struct span path;
	size_t at = 0, count = 0;

	while ((path = rules_unmet(s->read_rules, &at)).p != NULL) {
		if (count++ >= NAMED_MOST)
			continue;
		buf_text(&names, count > 1 ? ", " : "");
		visible(&names, path, NAME_MOST);
	}
	if (count > NAMED_MOST)
		buf_print(&names, " and %zu more", count - NAMED_MOST);
	if (count > 0)
		tool_notice(&s->tool, "the rules say something of %.*s, which no record has that may be joined",
		    SPAN_ARG(buf_span(&names)));
	buf_done(&names);
}

static bool
decides(const struct rules *r, enum strategy step)
{
	for (size_t i = 0; i < r->chain_count; i++)
		for (size_t k = 0; k < r->chains[i].count; k++)
			if (r->chains[i].step[k] == step)
				return true;
	return false;
}

/* Strategies that go by something which the rules do not say. */
static void
idle_strategies(const struct settings *s)
{
	const struct rules *r = s->read_rules;
	bool priority = false;

	for (size_t i = 0; i < r->source_count; i++)
		priority |= r->sources[i].priority != RULES_PRIORITY_NONE;
	if (decides(r, STRATEGY_SOURCE_PRIORITY) && !priority)
		tool_notice(&s->tool, "source_priority decides nothing: no source of the rules has a priority");
	if (decides(r, STRATEGY_TRUST) && r->trust_count == 0)
		tool_notice(&s->tool, "trust decides nothing: the rules say of no source how far it is trusted");
}

/* Lines of another shape pass through, so that the output looks like one. */
static void
no_records(const struct settings *s)
{
	const struct store *store = &s->resolve.store;

	if (store->count > 0)
		return;
	if (store->passing_count > 0)
		tool_notice(&s->tool, "no line is of kind record: %zu lines pass through (cdp-ingest makes records)",
		    store->passing_count);
	else
		tool_notice(&s->tool, "no record came in");
}

/* Options that wait for another one. */
static void
idle_options(const struct settings *s)
{
	const struct scored_words *w = &s->words;
	bool apart = w->cluster != NULL && w->cluster[0] != 'a';
	const struct { const char *name, *why; bool idle; } all[] = {
		{ "--seed", "nothing is learnt beside --model", w->seed != SCORED_NO_NUMBER && s->frozen != NULL },
		{ "--pairs-per-record", "pairs are found by the rules of --model",
		    w->pairs_per_record != SCORED_NO_NUMBER && s->frozen != NULL && s->frozen->rules > 0 },
		{ "--labels", "weights are not learnt but imported", s->label_file != NULL && s->splink != NULL },
		{ "--review-limit", "it is of --review", w->review_limit != SCORED_NO_NUMBER && s->review == NULL },
		{ "--min-link", "it is of --links", w->min_link != NULL && s->links == NULL },
		{ "--max-size", "it is of --cluster average", w->max_size != SCORED_NO_NUMBER && apart },
		{ "--max-size", "nothing is joined here", w->max_size != SCORED_NO_NUMBER && s->only_estimate },
		{ "--cluster", "nothing is joined here", w->cluster != NULL && s->only_estimate },
		{ "--previous", "it is for --events, --redirects, --ids overlap and --summary",
		    s->previous != NULL && s->events == NULL && s->redirects == NULL &&
		    !s->read_rules->overlap && (s->ids == NULL || s->ids[0] != 'o') && !s->resolve.summary },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].idle)
			tool_notice(&s->tool, "%s has no effect: %s", all[i].name, all[i].why);
}

/* What a run that went well has to say all the same. */
void
run_notices(const struct settings *s)
{
	const struct resolve *r = &s->resolve;

	if (r->store.superseded > 0)
		tool_notice(&s->tool, "%llu records gave way to another one with their id (superseded)",
		    (unsigned long long)r->store.superseded);
	no_records(s);
	idle_rules(s);
	unmet_names(s);
	idle_strategies(s);
	idle_options(s);
	if (r->unknown_verdicts > 0)
		tool_notice(&s->tool, "%llu verdicts name a record that is not here",
		    (unsigned long long)r->unknown_verdicts);
	if (r->unknown_labels > 0)
		tool_notice(&s->tool, "%llu labels name a record that is not here",
		    (unsigned long long)r->unknown_labels);
	if (r->how.across && map_size(r->store.sources) == 1)
		tool_notice(&s->tool, "all records are of one source: --compare across-sources compares none");
	if (r->scored && r->by_weight.view.fields == 0 && r->store.count > r->intake.unlinked + 1)
		tool_notice(&s->tool, "no field tells records apart: each is a profile of its own");
	if (r->scored && r->by_weight.view.fields == 1 && r->by_weight.cut.links > 0)
		tool_notice(&s->tool, "one field is compared: nothing else tells how many links are false");
	if (types_overflowed(r->attributes))
		tool_notice(&s->tool, "more than %d attributes: only those are compared that the rules name under "
		    "\"fields\"", TYPES_MAX);
	if (s->frozen != NULL)
		missing_fields(s);
	if (r->scored && r->by_weight.idle_rules > 0)
		tool_notice(&s->tool, "%u blocking rules name a field that is not compared",
		    r->by_weight.idle_rules);
	if (r->scored && r->how.target_fdr > 0 && !r->by_weight.cut.met)
		tool_notice(&s->tool, "more links may be false than --target-fdr allows: see fdr in --summary");
}

void
profile_notices(const struct settings *s)
{
	if (s->resolve.too_long > 0)
		tool_notice(&s->tool, "%llu profiles are longer than 64 MiB: no tool reads such a line",
		    (unsigned long long)s->resolve.too_long);
}
