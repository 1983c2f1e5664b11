/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/resolve/learn.c: estimate says what a run would do, train keeps what is learnt; neither joins. */
#include "base/buf.h"
#include "base/error.h"
#include "cmd/resolve/commands.h"
#include "resolve/forecast.h"
#include "resolve/splink.h"
#include "resolve/splink_export.h"
#include "resolve/splink_import.h"

const struct option estimate_options[] = { MATCHING, VERDICTS, OPT_LAST };

const struct option train_options[] = {
	MATCHING, SAVE_MODEL,
	{ OPT_INPUT, 0, "labels", offsetof(struct settings, label_file), "FILE",
	    "who records are, as a CSV table of id and entity", NULL },
	VERDICTS,
	{ OPT_INPUT, 0, "import-splink", offsetof(struct settings, splink_file), "FILE",
	    "take the weights from settings of Splink (versions 4 and 5)", NULL },
	{ OPT_INPUT, 0, "gamma", offsetof(struct settings, gamma), "FILE",
	    "only weigh the rows of a table of Splink by those settings", NULL },
	{ OPT_OUTPUT, 0, "export-splink", offsetof(struct settings, export_splink), "FILE",
	    "write what was learnt as settings of Splink", NULL },
	OPT_LAST
};

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
	if (s->splink->link_only && !s->resolve.how.across)
		tool_notice(&s->tool, "the settings link sources only: so do runs with --compare across-sources");
	return 0;
}

/* Up to the thresholds; nothing is joined. */
static int
learn(struct settings *s, struct error *e)
{
	s->only_estimate = true;
	if (load_settings(s, e) < 0 || read_records(s, e) < 0 || (s->splink != NULL && import(s, e) < 0) ||
	    resolve_estimate(&s->resolve, e) < 0)
		return -1;
	stages_end(&s->stages, "learn");
	run_notices(s);
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

int
run_estimate(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct buf text = { 0 };
	int r = learn(s, e);

	if (r == 0) {
		forecast_write(&s->resolve, &text);
		say_time(s);
	}
	finish_run(s);
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
	finish_run(s);
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

int
run_train(struct tool *t, struct error *e)
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
	finish_run(s);
	return r;
}
