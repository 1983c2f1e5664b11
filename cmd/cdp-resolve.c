/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/cdp-resolve.c: which records are the same person, why, and the best value of each field. */
#include "base/buf.h"
#include "base/cache.h"
#include "base/crypto.h"
#include "base/error.h"
#include "cli/stages.h"
#include "cli/tool.h"
#include "io/out.h"
#include "model/rejects.h"
#include "resolve/block_report.h"
#include "resolve/conflict.h"
#include "resolve/refusals.h"
#include "resolve/diff.h"
#include "resolve/events.h"
#include "resolve/plan.h"
#include "resolve/profile_stream.h"
#include "resolve/redirects.h"
#include "resolve/explain.h"
#include "resolve/forecast.h"
#include "resolve/frozen.h"
#include "resolve/key_file.h"
#include "resolve/label.h"
#include "resolve/label_file.h"
#include "resolve/link_stream.h"
#include "resolve/model_file.h"
#include "resolve/model_of_run.h"
#include "resolve/resolve.h"
#include "resolve/rules.h"
#include "resolve/run_digest.h"
#include "resolve/schema.h"
#include "resolve/scored_options.h"
#include "resolve/splink.h"
#include "resolve/splink_export.h"
#include "resolve/splink_import.h"
#include "resolve/tally.h"

#include <stddef.h>

enum { AHEAD = 8 };	/* lines that pass through: in order, they lie anywhere in memory */

struct settings {
	struct tool		 tool;
	const char		*rules, *mode, *model, *ids, *previous, *id_key_file, *redirects, *events;
	const char		*conflicts, *generic, *purpose, *assume, *pairs;
	const char		*households, *answers, *review;
	struct option_list	 verdict_files;
	const char		*links, *blocks, *save_model, *splink_file, *gamma, *label_file;
	const char		*export_splink;
	struct scored_words	 words;
	bool			 require_gate, only_estimate;
	struct option_limit	 max_merged, max_split, max_moved, max_lost;

	struct out		*conflicts_out;
	struct rules		*read_rules;
	struct model_file	*frozen, imported;
	struct splink		*splink;
	struct verdicts		 verdicts;
	struct label_file		 labels;
	unsigned char		*id_key;
	struct resolve		 resolve;
	struct resolve_events	 life;
	struct stages		 stages;
};

#define MATCHING \
	{ OPT_TEXT, 0, "rules", offsetof(struct settings, rules), "FILE", \
	    "identifiers, joins, survivorship: see cdp-rules(5)", NULL }, \
	{ OPT_CHOICE, 0, "mode", offsetof(struct settings, mode), "MODE", \
	    "how records are matched (default auto)", "exact|auto|model" }, \
	{ OPT_TEXT, 0, "purpose", offsetof(struct settings, purpose), "NAME", \
	    "the linking purpose (default: the gate's, else identity_resolution)", NULL }, \
	{ OPT_TEXT, 0, "assume-purpose", offsetof(struct settings, assume), "NAME", \
	    "what records that say nothing were collected for", NULL }, \
	{ OPT_FLAG, 0, "require-gate", offsetof(struct settings, require_gate), NULL, \
	    "refuse input that did not come through cdp-consent gate", NULL }, \
	{ OPT_TEXT, 0, "threshold", offsetof(struct settings, words.threshold), "BITS", \
	    "weight from which two records are linked (default: from the data)", NULL }, \
	{ OPT_TEXT, 0, "review-threshold", offsetof(struct settings, words.review_threshold), "BITS", \
	    "weight from which a pair is worth a look (default: 4 bits below)", NULL }, \
	{ OPT_TEXT, 0, "target-fdr", offsetof(struct settings, words.target_fdr), "X", \
	    "share of the links that may be false (default 0.05, where it costs little)", NULL }, \
	{ OPT_NUMBER, 0, "pairs-per-record", offsetof(struct settings, words.pairs_per_record), "N", \
	    "budget of pairs that are compared (default 30)", NULL }, \
	{ OPT_CHOICE, 0, "compare", offsetof(struct settings, words.compare), "WHAT", \
	    "also pairs inside one source (default all)", "all|across-sources" }, \
	{ OPT_CHOICE, 0, "cluster", offsetof(struct settings, words.cluster), "HOW", \
	    "how links become profiles (default average)", "average|components|best-link" }, \
	{ OPT_NUMBER, 0, "max-size", offsetof(struct settings, words.max_size), "N", \
	    "records of a profile above which its links are looked at again (default 200)", NULL }, \
	{ OPT_NUMBER, 0, "seed", offsetof(struct settings, words.seed), "N", \
	    "of the sample that the weights are learnt from (default 1)", NULL }, \
	{ OPT_TEXT, 0, "model", offsetof(struct settings, model), "FILE", \
	    "decide by what --save-model kept, and learn nothing: see cdp-model(5)", NULL }

#define SAVE_MODEL \
	{ OPT_TEXT, 0, "save-model", offsetof(struct settings, save_model), "FILE", \
	    "what was learnt, as a document: see cdp-model(5)", NULL }

static const struct option run_options[] = {
	MATCHING,
	{ OPT_CHOICE, 0, "ids", offsetof(struct settings, ids), "MODE",
	    "ids from the leading record, or kept from --previous (default leader)", "leader|overlap" },
	{ OPT_TEXT, 0, "previous", offsetof(struct settings, previous), "FILE",
	    "yesterday's profiles, for --events, --redirects and --ids overlap", NULL },
	{ OPT_TEXT, 0, "id-key-file", offsetof(struct settings, id_key_file), "FILE",
	    "32-byte key, so that ids cannot be computed outside", NULL },
	{ OPT_TEXT, 0, "redirects", offsetof(struct settings, redirects), "FILE",
	    "table of retired ids, carried on", NULL },
	{ OPT_TEXT, 0, "events", offsetof(struct settings, events), "FILE",
	    "what happened to each id since --previous", NULL },
	{ OPT_LIST, 0, "verdicts", offsetof(struct settings, verdict_files), "FILE",
	    "what people decided about pairs; of several files the last counts", NULL },
	{ OPT_TEXT, 0, "review", offsetof(struct settings, review), "FILE",
	    "pairs that a person should look at, the most telling first", NULL },
	{ OPT_NUMBER, 0, "review-limit", offsetof(struct settings, words.review_limit), "N",
	    "pairs in --review (default 1000)", NULL },
	{ OPT_TEXT, 0, "conflicts", offsetof(struct settings, conflicts), "FILE",
	    "contradictions inside profiles and unions refused", NULL },
	{ OPT_CHOICE, 0, "households", offsetof(struct settings, households), "WHICH",
	    "name who lives together (default on)", "on|off" },
	{ OPT_TEXT, 0, "generic", offsetof(struct settings, generic), "FILE",
	    "values that are nobody's alone", NULL },
	SAVE_MODEL,
	{ OPT_TEXT, 0, "links", offsetof(struct settings, links), "FILE",
	    "the evidence of every link", NULL },
	{ OPT_TEXT, 0, "min-link", offsetof(struct settings, words.min_link), "BITS",
	    "weight from which --links tells of a pair (default: that of a link)", NULL },
	{ OPT_TEXT, 0, "blocks", offsetof(struct settings, blocks), "FILE",
	    "blocks of records that were too large, and what became of them", NULL },
	{ OPT_LIMIT, 0, "max-lost-pairs", offsetof(struct settings, max_lost), "N|P%",
	    "exit 1 if more pairs of such blocks were not compared", NULL },
	OPT_NOT_YET("tmp-dir", "DIR"),
	OPT_NOT_YET("state", "DIR"), OPT_NOT_YET("follow", NULL), OPT_NOT_YET("report", "FILE"),
	OPT_LAST
};

static const struct option estimate_options[] = { MATCHING, OPT_LAST };

static const struct option train_options[] = {
	MATCHING, SAVE_MODEL,
	{ OPT_TEXT, 0, "labels", offsetof(struct settings, label_file), "FILE",
	    "who records are, as a CSV table of id and entity", NULL },
	{ OPT_LIST, 0, "verdicts", offsetof(struct settings, verdict_files), "FILE",
	    "what people decided about pairs; of several files the last counts", NULL },
	{ OPT_TEXT, 0, "import-splink", offsetof(struct settings, splink_file), "FILE",
	    "take the weights from settings of Splink (versions 4 and 5)", NULL },
	{ OPT_TEXT, 0, "gamma", offsetof(struct settings, gamma), "FILE",
	    "only weigh the rows of a table of Splink by those settings", NULL },
	{ OPT_TEXT, 0, "export-splink", offsetof(struct settings, export_splink), "FILE",
	    "write what was learnt as settings of Splink", NULL },
	OPT_LAST
};

static const struct option explain_options[] = {
	MATCHING,
	{ OPT_TEXT, 0, "pairs", offsetof(struct settings, pairs), "FILE",
	    "two record ids a line; - is standard input", NULL },
	OPT_LAST
};

static const struct option review_options[] = {
	{ OPT_TEXT, 0, "verdicts", offsetof(struct settings, answers), "FILE",
	    "where answers are kept; what it answers already is not asked", NULL },
	OPT_LAST
};

static const struct option diff_options[] = {
	{ OPT_LIMIT, 0, "max-merged", offsetof(struct settings, max_merged), "N|P%",
	    "exit 1 if more old profiles were merged", NULL },
	{ OPT_LIMIT, 0, "max-split", offsetof(struct settings, max_split), "N|P%",
	    "exit 1 if more old profiles were split", NULL },
	{ OPT_LIMIT, 0, "max-moved", offsetof(struct settings, max_moved), "N|P%",
	    "exit 1 if more records changed their profile", NULL },
	OPT_LAST
};

/* What people decided, and what only weighed pairs have. */
static int
evidence(struct settings *s, struct error *e)
{
	for (size_t i = 0; i < s->verdict_files.n; i++)
		if (verdicts_load(&s->verdicts, s->verdict_files.v[i], e) < 0)
			return -1;
	s->resolve.verdicts = &s->verdicts;
	if (s->label_file != NULL && label_file_load(&s->labels, s->label_file, e) < 0)
		return -1;
	s->resolve.how.known = (struct knowledge){ &s->verdicts,
		s->label_file == NULL ? NULL : &s->labels };
	if (!s->resolve.scored && (s->links != NULL || s->review != NULL || s->blocks != NULL ||
	    s->save_model != NULL || s->verdict_files.n > 0 || s->only_estimate))
		return error_set(e, USAGE, "E_USAGE", "estimate, train, --links, --review, "
		    "--verdicts, --blocks and --save-model want pairs that are weighed: not --mode exact");
	return 0;
}

/* A model is what decides, or it is made. */
static int
check_mode(const struct settings *s, struct error *e)
{
	bool by_model = s->mode != NULL && s->mode[0] == 'm';

	if (by_model && s->model == NULL)
		return error_set(e, USAGE, "E_USAGE", "--mode model wants --model FILE");
	if (s->mode != NULL && !by_model && s->model != NULL)
		return error_set(e, USAGE, "E_USAGE", "--model is a mode of its own: not --mode %s",
		    s->mode);
	if (s->model != NULL && s->save_model != NULL)
		return error_set(e, USAGE, "E_USAGE", "--model is there already: not with --save-model");
	return 0;
}

static int
load_model(struct settings *s, struct error *e)
{
	if (s->splink_file != NULL) {
		s->splink = splink_load(s->splink_file, &s->tool.notes, e);
		return s->splink == NULL ? -1 : 0;
	}
	if (s->model == NULL)
		return 0;
	s->frozen = model_file_load(s->model, &s->tool.notes, e);
	s->resolve.how.frozen = s->frozen;
	return s->frozen == NULL ? -1 : 0;
}

static int
load(struct settings *s, struct error *e)
{
	struct resolve *r = &s->resolve;

	if (check_mode(s, e) < 0)
		return -1;
	s->read_rules = s->rules == NULL ? rules_new() : rules_load(s->rules, &s->tool.notes, e);
	if (s->read_rules == NULL)
		return -1;
	if (s->id_key_file != NULL) {
		s->id_key = key_file_load(s->id_key_file, e);
		if (s->id_key == NULL)
			return -1;
	}
	r->scored = s->model != NULL || (s->mode == NULL ? !s->read_rules->exact : s->mode[0] == 'a');
	if (scored_options_read(&r->how, &s->words, s->read_rules, e) < 0 || load_model(s, e) < 0)
		return -1;
	r->how.threads = (unsigned)s->tool.threads;
	r->how.few_reviews = s->review != NULL;
	if (evidence(s, e) < 0)
		return -1;
	r->rules = s->read_rules;
	r->no_households = s->households != NULL && s->households[1] == 'f';
	r->id_key = s->id_key;
	r->threads = (unsigned)s->tool.threads;
	r->as_of = s->tool.as_of.given ? s->tool.as_of.at : INSTANT_NONE;
	r->show_values = s->tool.show_values;
	r->summary = s->tool.summary_path != NULL || s->tool.verbose;
	r->intake.purpose = s->purpose != NULL ? span_from(s->purpose) : s->read_rules->purpose;
	r->intake.assume = span_from(s->assume);
	r->intake.require_gate = s->require_gate || s->read_rules->require_gate;
	r->intake.notes = &s->tool.notes;
	r->intake.memory = s->tool.memory;
	return plan_limit(s->tool.memory, e);
}

static int
read_records(struct settings *s, struct error *e)
{
	struct feed_options feed;

	stages_start(&s->stages);
	if (tool_feed(&s->tool, &feed, e) < 0 || resolve_read(&s->resolve, &feed, e) < 0)
		return -1;
	stages_end(&s->stages, "read");
	if (s->resolve.intake.unlinked > 0)
		tool_notice(&s->tool, "%llu records lack the linking purpose: each is a profile of its own",
		    (unsigned long long)s->resolve.intake.unlinked);
	return 0;
}

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

/* What a run that went well has to say all the same. */
static void
notices(const struct settings *s)
{
	const struct resolve *r = &s->resolve;

	if (r->unknown_verdicts > 0)
		tool_notice(&s->tool, "%llu verdicts name a record that is not here",
		    (unsigned long long)r->unknown_verdicts);
	if (r->unknown_labels > 0)
		tool_notice(&s->tool, "%llu labels name a record that is not here",
		    (unsigned long long)r->unknown_labels);
	if (r->scored && r->by_weight.view.fields == 0 && r->store.count > 1)
		tool_notice(&s->tool, "no field tells records apart: each is a profile of its own");
	if (s->frozen != NULL)
		missing_fields(s);
	if (r->scored && r->by_weight.idle_rules > 0)
		tool_notice(&s->tool, "%u blocking rules name a field that is not compared",
		    r->by_weight.idle_rules);
	if (r->scored && r->how.target_fdr > 0 && !r->by_weight.cut.met)
		tool_notice(&s->tool, "more links may be false than --target-fdr allows: see fdr in --summary");
}

static int
join_records(struct settings *s, struct error *e)
{
	if (read_records(s, e) < 0)
		return -1;
	s->resolve.keep = s->pairs != NULL || s->links != NULL || s->review != NULL ||
	    s->save_model != NULL;
	if (resolve_join(&s->resolve, e) < 0)
		return -1;
	stages_end(&s->stages, "join");
	notices(s);
	return 0;
}

static void
to_output(void *arg, struct span lines)
{
	struct settings *s = arg;

	out_add(s->tool.out, lines);
}

static void
to_links(void *arg, struct span lines)
{
	out_add(arg, lines);
}

static void
to_conflicts(void *arg, struct span lines)
{
	struct settings *s = arg;

	out_add(s->conflicts_out, lines);
}

static void
write_head(struct settings *s)
{
	struct buf *out = out_buffer(s->tool.out);
	const struct store *store = &s->resolve.store;

	profile_stream_head(&s->resolve, s->tool.spec->name, span_from(s->tool.as_of.text), out);
	for (size_t i = 0; i < store->passing_count; i++) {
		if (i + AHEAD < store->passing_count)
			cache_expect(store->passing[i + AHEAD].p);
		buf_add(out, store->passing[i]);
		buf_byte(out, '\n');
		out_drain(s->tool.out);
	}
}

/* Takes the text over. */
static int
write_side(struct settings *s, const char *path, struct buf *text, struct error *e)
{
	struct out *o = tool_side(&s->tool, path, e);

	if (o != NULL)
		out_add(o, buf_span(text));
	buf_done(text);
	return o == NULL ? -1 : 0;
}

/* What only weighed pairs have. */
static int
write_links(struct settings *s, struct error *e)
{
	const char *name = s->tool.spec->name;
	struct span as_of = span_from(s->tool.as_of.text);
	struct out *links = s->links == NULL ? NULL : tool_side(&s->tool, s->links, e);
	struct out *review = s->review == NULL ? NULL : tool_side(&s->tool, s->review, e);

	if ((s->links != NULL && links == NULL) || (s->review != NULL && review == NULL))
		return -1;
	if (links != NULL)
		link_stream(&s->resolve, name, as_of, to_links, links);
	if (review != NULL)
		review_stream(&s->resolve, s->words.review_limit, name, as_of, to_links, review);
	return 0;
}

static int
save_model(struct settings *s, struct error *e)
{
	struct buf text = { 0 }, digest = { 0 };
	int r;

	run_digest(&s->resolve, &s->life, &digest);
	model_of_run(&s->resolve, buf_span(&digest), &text);
	r = write_side(s, s->save_model, &text, e);
	buf_done(&digest);
	return r;
}

static int
write_sides(struct settings *s, struct error *e)
{
	struct buf text = { 0 };

	if (s->generic != NULL) {
		generic_write(&s->resolve.generic, s->tool.show_values, &text);
		if (write_side(s, s->generic, &text, e) < 0)
			return -1;
	}
	if (s->save_model != NULL && save_model(s, e) < 0)
		return -1;
	if (s->blocks != NULL) {
		block_report_write(&s->resolve.by_weight, &text);
		if (write_side(s, s->blocks, &text, e) < 0)
			return -1;
	}
	if (write_links(s, e) < 0)
		return -1;
	if (s->conflicts == NULL)
		return 0;
	s->conflicts_out = tool_side(&s->tool, s->conflicts, e);
	if (s->conflicts_out == NULL)
		return -1;
	s->resolve.conflicts = true;
	conflict_head(&text, s->tool.show_values);
	out_add(s->conflicts_out, buf_span(&text));
	buf_done(&text);
	refusals_write(&s->resolve, to_conflicts, s);
	return 0;
}

static int
write_life(struct settings *s, struct error *e)
{
	struct buf text = { 0 };

	if (s->events != NULL) {
		events_write(&s->life, s->tool.spec->name, &text);
		if (write_side(s, s->events, &text, e) < 0)
			return -1;
	}
	if (s->redirects == NULL)
		return 0;
	redirects_write(&s->life, &text);
	return write_side(s, s->redirects, &text, e);
}

static int
history(struct settings *s, struct error *e)
{
	struct events_options o = { .previous = s->previous, .redirects = s->redirects,
	    .overlap = s->ids != NULL ? s->ids[0] == 'o' : s->read_rules->overlap,
	    .threads = (unsigned)s->tool.threads, .key = s->id_key };

	if (s->previous != NULL)
		return s->resolve.clusters.list == NULL ? 0 : events_find(&s->life, &s->resolve, &o, e);
	if (o.overlap || s->events != NULL || s->redirects != NULL)
		return error_set(e, USAGE, "E_USAGE",
		    "--events, --redirects and --ids overlap need --previous");
	return 0;
}

static bool
beyond(const struct option_limit *limit, uint64_t n, uint64_t of)
{
	if (!limit->given)
		return false;
	return limit->is_share ? n * 1000000 > of * limit->ppm : n > limit->count;
}

static int
work(struct settings *s, struct error *e)
{
	struct tool *t = &s->tool;
	const struct chosen *chosen = &s->resolve.by_weight.chosen;

	/* What --previous is needed for is known before anything is read. */
	if (load(s, e) < 0 || history(s, e) < 0 || join_records(s, e) < 0 || history(s, e) < 0)
		return -1;
	if (tool_out(t, e) == NULL || write_sides(s, e) < 0 || write_life(s, e) < 0)
		return -1;
	write_head(s);
	if (resolve_profiles(&s->resolve, to_output, to_conflicts, s, e) < 0)
		return -1;
	if (beyond(&s->max_lost, chosen->lost, chosen->planned))
		t->status = STATUS_REFUSED;
	tool_check_rejects(t, s->resolve.intake.counts.in);
	profile_stream_end(&s->resolve, t->status, out_buffer(t->out));
	stages_end(&s->stages, "write");
	if (s->resolve.summary)
		tally_write(&s->resolve, &s->life, t->rejects, tool_summary(t));
	if (t->verbose)
		stages_write(&s->stages, tool_summary(t));
	return 0;
}

static void
finish(struct settings *s)
{
	events_done(&s->life);
	resolve_done(&s->resolve);
	rules_free(s->read_rules);
	model_file_free(s->frozen);
	arena_done(&s->imported.arena);
	splink_free(s->splink);
	verdicts_done(&s->verdicts);
	label_file_done(&s->labels);
	secret_free(s->id_key);
}

static int
run(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	int r = work(s, e);

	finish(s);
	return r;
}

/* Takes the text over, which is all of the output, if the work went well so far. */
static int
put_text(struct tool *t, int done, struct buf *text, struct error *e)
{
	if (done == 0 && tool_out(t, e) == NULL)
		done = -1;
	if (done == 0)
		out_add(t->out, buf_span(text));
	buf_done(text);
	return done;
}

static int
import(struct settings *s, struct error *e)
{
	unsigned left_out;

	if (splink_import(&s->resolve, s->splink, &s->imported, &left_out, e) < 0) {
		error_place(e, s->splink_file, 0, 0);
		return -1;
	}
	if (left_out > 0)
		tool_notice(&s->tool, "%u blocking rules are more than equal columns: left out", left_out);
	return 0;
}

/* Up to the thresholds; nothing is joined. */
static int
learn(struct settings *s, struct error *e)
{
	s->only_estimate = true;
	if (load(s, e) < 0 || read_records(s, e) < 0 || (s->splink != NULL && import(s, e) < 0) ||
	    resolve_estimate(&s->resolve, e) < 0)
		return -1;
	stages_end(&s->stages, "learn");
	notices(s);
	tool_check_rejects(&s->tool, s->resolve.intake.counts.in);
	return 0;
}

/* All that a run does but joining and writing, which takes about as long as reading does: see
 * bench/results.md. Of one machine at one time, hence a notice and no part of the output. */
static void
say_time(const struct settings *s)
{
	uint64_t ms = 2 * stages_took(&s->stages, "read") + stages_took(&s->stages, "learn");

	tool_notice(&s->tool, "a run takes about %llu.%llu s here", (unsigned long long)(ms / 1000),
	    (unsigned long long)(ms % 1000 / 100));
}

static int
estimate(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct buf text = { 0 };
	int r = learn(s, e);

	if (r == 0) {
		forecast_write(&s->resolve, &text);
		say_time(s);
	}
	finish(s);
	return put_text(t, r, &text, e);
}

/* A weight a line, and how far they are from those of the table. */
static int
replay(struct settings *s, struct error *e)
{
	struct splink_replay replay = { 0 };
	struct buf weights = { 0 };
	int r = -1;

	if (s->splink_file == NULL || s->save_model != NULL)
		return error_set(e, USAGE, "E_USAGE", "--gamma wants --import-splink FILE, and nothing else");
	s->splink = splink_load(s->splink_file, &s->tool.notes, e);
	if (s->splink != NULL)
		r = splink_gamma(s->splink, s->gamma, &weights, &replay, e);
	if (r == 0 && replay.compared) {
		tool_notice(&s->tool, "%llu pairs, at most %.1e bits from match_weight",
		    (unsigned long long)replay.rows, replay.furthest);
		if (replay.furthest > SPLINK_NEAR)
			s->tool.status = STATUS_REFUSED;
	}
	finish(s);
	return put_text(&s->tool, r, &weights, e);
}

static int
export_settings(struct settings *s, struct error *e)
{
	struct buf text = { 0 };

	if (splink_export(&s->resolve.by_weight, &text, e) == 0)
		return write_side(s, s->export_splink, &text, e);
	buf_done(&text);
	return -1;
}

static int
train(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	int r = -1;

	if (s->gamma != NULL)
		return replay(s, e);
	if (s->save_model == NULL && s->export_splink == NULL)
		error_set(e, USAGE, "E_USAGE", "train needs --save-model FILE or --export-splink FILE");
	else if (learn(s, e) == 0)
		r = s->save_model == NULL ? 0 : save_model(s, e);
	if (r == 0 && s->export_splink != NULL)
		r = export_settings(s, e);
	finish(s);
	return r;
}

static int
explain(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct buf text = { 0 };
	int r = -1;

	if (s->pairs == NULL)
		error_set(e, USAGE, "E_USAGE", "explain needs --pairs FILE");
	else if (load(s, e) == 0 && join_records(s, e) == 0)
		r = explain_pairs(&s->resolve, s->pairs, &text, e);
	if (r == 0)
		tool_check_rejects(t, s->resolve.intake.counts.in);
	finish(s);
	return put_text(t, r, &text, e);
}

static int
review(struct tool *t, struct error *e)
{
	const struct settings *s = (const struct settings *)t;

	if (s->answers == NULL)
		return error_set(e, USAGE, "E_USAGE", "review needs --verdicts FILE");
	return label_run(t->operands[0], s->answers, e);
}

static int
diff(struct tool *t, struct error *e)
{
	const struct settings *s = (const struct settings *)t;
	struct diff d = { 0 };
	struct buf text = { 0 };
	int r = diff_files(&d, t->operands[0], t->operands[1], (unsigned)t->threads, e);

	if (r == 0) {
		diff_write(&d, &text);
		if (beyond(&s->max_merged, d.merged, d.old_profiles) ||
		    beyond(&s->max_split, d.split, d.old_profiles) ||
		    beyond(&s->max_moved, d.moved, d.old_records))
			t->status = STATUS_REFUSED;
	}
	return put_text(t, r, &text, e);
}

static int
print_schema(struct tool *t, struct error *e)
{
	struct buf text = { 0 };
	int r = resolve_schema(t->operands[0], &text) ? 0 :
	    error_set(e, USAGE, "E_USAGE", "no schema of this kind");

	return put_text(t, r, &text, e);
}

static const struct command commands[] = {
	{ .operands = "[FILE...]", .most = SIZE_MAX, .run = run, .options = run_options,
	    .line = "join the records of one person",
	    .common = TOOL_OUTPUT | TOOL_REJECTS | TOOL_THREADS | TOOL_AS_OF | TOOL_SUMMARY |
	    TOOL_SCHEMA },
	{ .name = "estimate", .operands = "[FILE...]", .most = SIZE_MAX, .run = estimate,
	    .options = estimate_options, .line = "say what a run would do, and join nothing",
	    .common = TOOL_OUTPUT | TOOL_REJECTS | TOOL_THREADS },
	{ .name = "train", .operands = "[FILE...]", .most = SIZE_MAX, .run = train,
	    .options = train_options, .line = "learn the weights and keep them, and join nothing",
	    .common = TOOL_OUTPUT | TOOL_REJECTS | TOOL_THREADS },
	{ .name = "explain", .operands = "[FILE...]", .most = SIZE_MAX, .run = explain,
	    .options = explain_options, .line = "say why pairs of records are one profile, or not",
	    .common = TOOL_OUTPUT | TOOL_REJECTS | TOOL_THREADS },
	{ .name = "diff", .operands = "OLD NEW", .least = 2, .most = 2, .run = diff,
	    .options = diff_options, .line = "compare two streams of profiles",
	    .common = TOOL_OUTPUT | TOOL_THREADS },
	{ .name = "review", .operands = "QUEUE", .least = 1, .most = 1, .run = review,
	    .options = review_options, .line = "answer the questions of a review queue" },
	{ .name = "print-schema", .operands = "KIND", .least = 1, .most = 1, .run = print_schema,
	    .line = "the JSON Schema of the lines of a kind", .common = TOOL_OUTPUT },
	COMMAND_LAST
};

static const char *const later[] = { "state", "stage", NULL };

static const struct tool_spec spec = {
	.name = "cdp-resolve",
	.line = "one profile per person out of the records of all sources",
	.examples = "  cdp-ingest crm.csv shop.ndjson | cdp-resolve -o profiles.ndjson\n"
	    "  cdp-resolve --rules rules.json --conflicts conflicts.tsv records.ndjson\n"
	    "  cdp-resolve estimate records.ndjson\n"
	    "  cdp-resolve explain --pairs pairs.txt records.ndjson\n",
	.calls = "  cdp-resolve train --save-model model.json records.ndjson\n"
	    "  cdp-resolve diff yesterday.ndjson today.ndjson\n"
	    "  cdp-resolve review --verdicts mine.ndjson queue.ndjson\n"
	    "  cdp-resolve print-schema profile\n",
	.commands = commands,
	.later = later,
	.schema = resolve_schema,
};

int
main(int argc, char **argv)
{
	struct settings s = { .words = SCORED_NO_WORDS };

	return tool_main(&s.tool, &spec, argc, argv);
}
