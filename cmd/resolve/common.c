/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/resolve/common.c: what several commands do: loading, reading, joining, and writing whole files. */
#include "base/buf.h"
#include "base/crypto.h"
#include "base/error.h"
#include "cmd/resolve/commands.h"
#include "io/out.h"
#include "resolve/key_file.h"
#include "resolve/model_of_run.h"
#include "resolve/plan.h"
#include "resolve/rules.h"
#include "resolve/run_digest.h"
#include "resolve/splink.h"

#include <string.h>

/* What people decided. */
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
	return 0;
}

/* What only weighed pairs have or heed would be missing or ignored without a word. */
static int
check_words(const struct settings *s, struct error *e)
{
	const struct scored_words *w = &s->words;
	const struct { const char *name; bool given; } all[] = {
		{ "--links", s->links != NULL },
		{ "--review", s->review != NULL },
		{ "--blocks", s->blocks != NULL },
		{ "--save-model", s->save_model != NULL },
		{ "--verdicts", s->verdict_files.n > 0 },
		{ "--labels", s->label_file != NULL },
		{ "--threshold", w->threshold != NULL },
		{ "--review-threshold", w->review_threshold != NULL },
		{ "--review-limit", w->review_limit != SCORED_NO_NUMBER },
		{ "--min-link", w->min_link != NULL },
		{ "--target-fdr", w->target_fdr != NULL },
		{ "--compare", w->compare != NULL },
		{ "--cluster", w->cluster != NULL },
		{ "--pairs-per-record", w->pairs_per_record != SCORED_NO_NUMBER },
		{ "--max-size", w->max_size != SCORED_NO_NUMBER },
		{ "--seed", w->seed != SCORED_NO_NUMBER },
		{ "--max-lost-pairs", s->max_lost.given },
		{ "--households", s->households != NULL && s->households[1] == 'n' },
		{ "estimate or train", s->only_estimate },
	};

	for (size_t i = 0; !s->resolve.scored && i < sizeof all / sizeof *all; i++)
		if (all[i].given)
			return error_set(e, USAGE, "E_USAGE", "%s wants pairs that are weighed: not --mode exact",
			    all[i].name);
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

/* Whoever came second would find nothing there, and think that there was nothing. */
static int
check_standard_input(const struct settings *s, struct error *e)
{
	const char *paths[] = { s->pairs, s->label_file, s->previous };
	const struct tool *t = &s->tool;
	size_t n = t->operand_count == 0;

	for (size_t i = 0; i < t->operand_count; i++)
		n += strcmp(t->operands[i], "-") == 0;
	for (size_t i = 0; i < s->verdict_files.n; i++)
		n += strcmp(s->verdict_files.v[i], "-") == 0;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		n += paths[i] != NULL && strcmp(paths[i], "-") == 0;
	return n <= 1 ? 0 :
	    error_set(e, USAGE, "E_USAGE", "standard input cannot be two files");
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

int
load_settings(struct settings *s, struct error *e)
{
	struct resolve *r = &s->resolve;

	if (check_mode(s, e) < 0 || check_standard_input(s, e) < 0)
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
	if (scored_options_read(&r->how, &s->words, s->read_rules, e) < 0 ||
	    check_words(s, e) < 0 || load_model(s, e) < 0)
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
	r->keep = s->pairs != NULL || s->links != NULL || s->review != NULL || s->save_model != NULL;
	r->summary = s->tool.summary_path != NULL || s->tool.verbose;
	r->intake.purpose = s->purpose != NULL ? span_from(s->purpose) : s->read_rules->purpose;
	r->intake.assume = span_from(s->assume);
	r->intake.require_gate = s->require_gate || s->read_rules->require_gate;
	r->intake.notes = &s->tool.notes;
	r->intake.memory = s->tool.memory;
	r->intake.digest = r->summary || s->save_model != NULL;
	return plan_limit(s->tool.memory, e);
}

int
read_records(struct settings *s, struct error *e)
{
	struct feed_options feed;

	stages_start(&s->stages);
	if (tool_feed(&s->tool, &feed, e) < 0 || resolve_read(&s->resolve, &feed, e) < 0)
		return -1;
	stages_end(&s->stages, "read");
	if (s->resolve.intake.unlinked > 0)
		tool_notice(&s->tool, "%llu records lack the linking purpose: each is a profile of its own%s",
		    (unsigned long long)s->resolve.intake.unlinked,
		    s->resolve.intake.unlinked < s->resolve.store.count ? "" :
		    " (a mapping declares one, in source.purposes, or cdp-ingest --purposes)");
	return 0;
}

int
join_records(struct settings *s, struct error *e)
{
	if (read_records(s, e) < 0)
		return -1;
	if (resolve_join(&s->resolve, e) < 0)
		return -1;
	run_notices(s);
	return 0;
}

/* Takes the text over. */
int
write_side(struct settings *s, const char *path, struct buf *text, struct error *e)
{
	struct out *o = tool_side(&s->tool, path, e);

	if (o != NULL)
		out_add(o, buf_span(text));
	buf_done(text);
	return o == NULL ? -1 : 0;
}

int
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

bool
beyond(const struct option_limit *limit, uint64_t n, uint64_t of)
{
	if (!limit->given)
		return false;
	return limit->is_share ? n * 1000000 > of * limit->ppm : n > limit->count;
}

void
finish_run(struct settings *s)
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

/* Takes the text over, which is all of the output, if the work went well so far. */
int
put_text(struct tool *t, int done, struct buf *text, struct error *e)
{
	if (done == 0 && tool_out(t, e) == NULL)
		done = -1;
	if (done == 0)
		out_add(t->out, buf_span(text));
	buf_done(text);
	return done;
}
